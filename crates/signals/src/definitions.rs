//! The signals and triggers that one policy names.

use std::collections::BTreeMap;

use crate::expansion::{self, Uses};
use crate::key_error::{KeyError, suggestion};
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
    pub fn check(&self, at: &str) -> Result<(), KeyError> {
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
        let signals = self.signals.iter().map(|(name, signal)| {
            let names = signal.inputs().into_iter().map(str::to_string).collect();
            (name.clone(), Uses { parts: 1, names })
        });
        expansion::check(&format!("{at}.signals"), &signals.collect())?;
        let triggers = self.triggers.iter().map(|(name, trigger)| {
            let names = trigger.named().into_iter().map(str::to_string).collect();
            let parts = trigger.size();
            (name.clone(), Uses { parts, names })
        });
        expansion::check(&format!("{at}.triggers"), &triggers.collect())
    }

    /// Checks a trigger that stands elsewhere in the policy, as the `when` of a layer does.
    ///
    /// # Errors
    /// As [`SignalDefinitions::check`].
    pub fn check_trigger(&self, at: &str, trigger: &Trigger) -> Result<(), KeyError> {
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
                    Err(KeyError::at(
                        at,
                        format!(
                            "no trigger {name:?}{} (there are: {})",
                            suggestion(name, &known),
                            known.join(", ")
                        ),
                    ))
                }
            })
    }

    /// Checks that a name is a signal of them, a built-in source or a series.
    ///
    /// # Errors
    /// The name, with the nearest one.
    pub fn check_source(&self, at: &str, name: &str) -> Result<(), KeyError> {
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
        Err(KeyError::at(
            at,
            format!(
                "no signal, source or series {name:?}{}; a series of your own is written \"{USER}NAME\"",
                suggestion(name, &known)
            ),
        ))
    }

    fn check_name(&self, at: &str, name: &str) -> Result<(), KeyError> {
        if name.is_empty()
            || name.len() > 40
            || !name
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        {
            return Err(KeyError::at(at, "a name is 1 to 40 of a-z, 0-9 and _"));
        }
        if source::is_known(name) {
            return Err(KeyError::at(
                at,
                format!("{name:?} is a built-in source or series; choose another name"),
            ));
        }
        Ok(())
    }

    fn check_prints(&self, at: &str, signal: &Signal) -> Result<(), KeyError> {
        let slow = |name: &&str| source::is_slow(name);
        let counted = match signal {
            Signal::EquityRiskPremium { dividends, .. } => vec![dividends.as_str()],
            other if other.counts_prints() => other.inputs(),
            _ => return Ok(()),
        };
        match counted.iter().find(|name| !slow(name)) {
            None => Ok(()),
            Some(name) => Err(KeyError::at(
                at,
                format!(
                    "{name:?} is no slow series, whose prints could be counted; allowed: {}, {USER}NAME",
                    SLOW.join(", ")
                ),
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

    /// Whether the column of a name depends on prices of options: its own look at them, or that of what it reads.
    pub(crate) fn reads_options(&self, name: &str) -> bool {
        self.signals.get(name).is_some_and(|signal| {
            let mut inputs = signal.inputs().into_iter();
            signal.reads_options() || inputs.any(|input| self.reads_options(input))
        })
    }

    /// The same of a trigger.
    pub(crate) fn trigger_reads_options(&self, trigger: &Trigger) -> bool {
        let mut signals = trigger.signals().into_iter();
        let named = trigger.named().into_iter();
        signals.any(|name| self.reads_options(name))
            || named
                .filter_map(|name| self.triggers.get(name))
                .any(|trigger| self.trigger_reads_options(trigger))
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
