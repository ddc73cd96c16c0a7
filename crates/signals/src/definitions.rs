//! The signals and triggers that one policy names.

use std::collections::BTreeMap;

use crate::expansion::{self, Uses};
use crate::signal::Signal;
use crate::source;
use crate::trigger::Trigger;

pub use crate::source::{DAILY, SLOW, SOURCES, USER, read_by_kind, series_of};

/// What a policy names: the tables `[signals.NAME]` and `[triggers.NAME]` of its file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SignalDefinitions {
    /// Signals by name.
    pub signals: BTreeMap<String, Signal>,
    /// Triggers by name.
    pub triggers: BTreeMap<String, Trigger>,
}

impl SignalDefinitions {
    /// The definitions of these tables.
    pub fn new(
        signals: &BTreeMap<String, Signal>,
        triggers: &BTreeMap<String, Trigger>,
    ) -> SignalDefinitions {
        SignalDefinitions {
            signals: signals.clone(),
            triggers: triggers.clone(),
        }
    }

    /// Checks every name and number; `at` says where they stand, for the message.
    ///
    /// # Errors
    /// The first mistake: its key, what was found, what is allowed and the nearest spelling.
    pub fn check(&self, at: &str) -> Result<(), String> {
        for (name, signal) in &self.signals {
            let at = &format!("{at}.signals.{name}");
            self.check_name(at, name)?;
            signal.check(at)?;
            signal
                .inputs()
                .into_iter()
                .try_for_each(|input| self.check_source(at, input))?;
            self.check_prints(at, signal)?;
        }
        for (name, trigger) in &self.triggers {
            let at = &format!("{at}.triggers.{name}");
            self.check_name(at, name)?;
            self.check_trigger(at, trigger)?;
        }
        let used = |(name, signal): (&'_ String, &'_ Signal)| {
            let inputs = signal.inputs().into_iter().map(str::to_string).collect();
            (
                name.clone(),
                Uses {
                    parts: 1,
                    names: inputs,
                },
            )
        };
        expansion::check(
            &format!("{at}.signals"),
            &self.signals.iter().map(used).collect(),
        )?;
        let used = |(name, trigger): (&'_ String, &'_ Trigger)| {
            let names = trigger.named().into_iter().map(str::to_string).collect();
            (
                name.clone(),
                Uses {
                    parts: trigger.size(),
                    names,
                },
            )
        };
        expansion::check(
            &format!("{at}.triggers"),
            &self.triggers.iter().map(used).collect(),
        )
    }

    /// Checks a trigger that stands elsewhere in the policy, as the `when` of a layer does.
    ///
    /// # Errors
    /// As [`SignalDefinitions::check`].
    pub fn check_trigger(&self, at: &str, trigger: &Trigger) -> Result<(), String> {
        trigger.check(at)?;
        trigger
            .signals()
            .into_iter()
            .try_for_each(|name| self.check_source(at, name))?;
        trigger
            .named()
            .into_iter()
            .try_for_each(|name| match self.triggers.contains_key(name) {
                true => Ok(()),
                false => {
                    let known: Vec<&str> = self.triggers.keys().map(String::as_str).collect();
                    Err(format!(
                        "{at}: no trigger {name:?}{} (there are: {})",
                        nearest(name, &known),
                        known.join(", ")
                    ))
                }
            })
    }

    /// Checks that a name is a signal of them, a built-in source or a series.
    ///
    /// # Errors
    /// The name, with the nearest one.
    pub fn check_source(&self, at: &str, name: &str) -> Result<(), String> {
        if self.signals.contains_key(name) || source::is_known(name) {
            return Ok(());
        }
        let names = self
            .signals
            .keys()
            .map(String::as_str)
            .chain(SOURCES.iter().map(|s| s.0));
        let known: Vec<&str> = names
            .chain(DAILY.iter().copied())
            .chain(SLOW.iter().copied())
            .collect();
        Err(format!(
            "{at}: no signal, source or series {name:?}{}; a series of your own is written \"{USER}NAME\"",
            nearest(name, &known)
        ))
    }

    fn check_name(&self, at: &str, name: &str) -> Result<(), String> {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        if name.is_empty() || name.len() > 40 || !name.bytes().all(plain) {
            return Err(format!("{at}: a name is 1 to 40 of a-z, 0-9 and _"));
        }
        if source::is_known(name) {
            return Err(format!(
                "{at}: {name:?} is a built-in source or series; choose another name"
            ));
        }
        Ok(())
    }

    fn check_prints(&self, at: &str, signal: &Signal) -> Result<(), String> {
        let slow = |name: &&str| source::is_slow(name);
        let counted = match signal {
            Signal::EquityRiskPremium { dividends, .. } => vec![dividends.as_str()],
            other if other.counts_prints() => other.inputs(),
            _ => return Ok(()),
        };
        match counted.iter().find(|name| !slow(name)) {
            None => Ok(()),
            Some(name) => Err(format!(
                "{at}: {name:?} is no slow series, whose prints could be counted; allowed: {}, {USER}NAME",
                SLOW.join(", ")
            )),
        }
    }

    /// Most calendar days to expiry of the SPX options any signal looks at.
    pub fn horizon_days(&self) -> i64 {
        self.signals
            .values()
            .map(Signal::horizon_days)
            .max()
            .unwrap_or(0)
    }

    /// Most calendar days to expiry of the VIX options any signal looks at.
    pub fn vix_horizon_days(&self) -> i64 {
        self.signals
            .values()
            .map(Signal::vix_horizon_days)
            .max()
            .unwrap_or(0)
    }

    /// A name with what it means here, so that equal definitions share a column and different ones do not.
    pub(crate) fn canonical(&self, name: &str) -> String {
        match self.signals.get(name) {
            None => name.to_string(),
            Some(signal) => {
                let inputs: Vec<String> = signal
                    .inputs()
                    .into_iter()
                    .map(|input| self.canonical(input))
                    .collect();
                format!("{signal:?}<{}>", inputs.join(","))
            }
        }
    }

    pub(crate) fn canonical_trigger(&self, trigger: &Trigger) -> String {
        let signals: Vec<String> = trigger
            .signals()
            .into_iter()
            .map(|n| format!("{n}={}", self.canonical(n)))
            .collect();
        let named = trigger.named();
        let triggers: Vec<String> = named
            .into_iter()
            .filter_map(|n| {
                Some(format!(
                    "{n}={}",
                    self.canonical_trigger(self.triggers.get(n)?)
                ))
            })
            .collect();
        format!("{trigger:?}<{};{}>", signals.join(","), triggers.join(","))
    }
}

/// `; did you mean "x"?` where a known name is near enough.
fn nearest(wrong: &str, known: &[&str]) -> String {
    let near = known
        .iter()
        .map(|k| (strsim::damerau_levenshtein(wrong, k), *k))
        .min();
    match near {
        Some((distance, name)) if distance <= wrong.len().max(3) / 2 => {
            format!("; did you mean {name:?}?")
        }
        _ => String::new(),
    }
}
