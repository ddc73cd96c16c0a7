//! `[stand_ins]`: what may take the place of a published series that prices rest on, and how old its values may be.
//!
//! Without an entry a series is required. What stood in for one is counted in every table and report of the run.

use std::collections::BTreeMap;

use market::inputs::{Input, InputRules, StandIn};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use signals::key_error::{KeyError, check_range, suggestion};

/// What may stand in for a missing input, by series; nothing where a key is left out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StandIns {
    /// Each of the four bill yields without a key of its own: `"curve"`, or a yield [percent per year].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bills: Option<Choice>,
    /// One-month bill yield: `"curve"` through the other yields, or a yield [percent per year].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dgs1mo: Option<Choice>,
    /// Three-month bill yield, likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dgs3mo: Option<Choice>,
    /// Six-month bill yield, likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dgs6mo: Option<Choice>,
    /// One-year bill yield, likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dgs1: Option<Choice>,
    /// Overnight rate [percent per year].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dff: Option<Choice>,
    /// Nine-day VIX: `"curve"` through the other indices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vix9d: Option<Choice>,
    /// Three-month VIX: `"vix"`, the level of VIX.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vix3m: Option<Choice>,
    /// Six-month VIX: `"curve"` through the other indices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vix6m: Option<Choice>,
    /// Cboe SKEW [index points].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skew: Option<Choice>,
    /// VIX of VIX [vol points].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vvix: Option<Choice>,
    /// S&P 500 open: `"close"`. Options settle at the close before, and a late morning is that close.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spx_open: Option<Choice>,
    /// VIX open: `"close"`. A late morning has the VIX of its close.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vix_open: Option<Choice>,
    /// Settlements of VIX futures: `"model"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vx: Option<Choice>,
    /// Final settlement values of VIX contracts: `"vix_open"`, the open of VIX.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vro: Option<Choice>,
    /// Release calendar, where release days weigh more: `"none"`, no extra variance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub releases: Option<Choice>,
    /// Most sessions since a value was published, by series: 1 for indices and 5 for rates where nothing is said.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub max_age_sessions: BTreeMap<String, u32>,
}

/// A number or the name of a rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Choice {
    /// A number in the unit of the series.
    Number(f64),
    /// A rule, such as `"curve"`.
    Rule(String),
}

/// Most sessions that a value may be allowed to be old: ten years.
const MOST_SESSIONS: u32 = 2_520;

impl StandIns {
    /// Whether every series is required, at its usual age.
    pub fn is_none(&self) -> bool {
        *self == StandIns::default()
    }

    /// The rules that prices are made by.
    pub fn rules(&self) -> InputRules {
        let mut rules = InputRules::required();
        for (input, choice) in self.chosen() {
            let stand_in = match choice {
                Choice::Number(number) => StandIn::Number(*number),
                Choice::Rule(_) => StandIn::Rule,
            };
            rules.allow(input, stand_in);
        }
        for (name, sessions) in &self.max_age_sessions {
            let aged = Input::ALL.into_iter().filter(|input| input.name() == name);
            let aged: Vec<Input> = aged.collect();
            aged.into_iter()
                .for_each(|input| rules.set_max_age(input, *sessions));
        }
        rules
    }

    /// Whether every entry means something.
    ///
    /// # Errors
    /// The first that does not, with its key, what was found and what is allowed.
    pub fn check(&self) -> Result<(), KeyError> {
        for (input, choice) in self.chosen() {
            check_choice(input, choice)?;
        }
        let aged: Vec<String> = Input::ALL
            .into_iter()
            .filter(|input| input.has_age())
            .map(|input| input.name().to_string())
            .collect();
        for (name, sessions) in &self.max_age_sessions {
            let key = format!("stand_ins.max_age_sessions.{name}");
            if !aged.contains(name) {
                return Err(KeyError::at(
                    key,
                    format!(
                        "no such series; allowed are {}{}",
                        aged.join(", "),
                        suggestion(name, &aged)
                    ),
                ));
            }
            check_range(&key, f64::from(*sessions), 0.0, f64::from(MOST_SESSIONS))?;
        }
        Ok(())
    }

    /// The entries, `bills` being that of every yield without its own.
    fn chosen(&self) -> impl Iterator<Item = (Input, &Choice)> {
        let of = |own| Option::or(own, self.bills.as_ref());
        [
            (Input::Bill1Month, of(self.dgs1mo.as_ref())),
            (Input::Bill3Months, of(self.dgs3mo.as_ref())),
            (Input::Bill6Months, of(self.dgs6mo.as_ref())),
            (Input::Bill1Year, of(self.dgs1.as_ref())),
            (Input::Overnight, self.dff.as_ref()),
            (Input::Vix9d, self.vix9d.as_ref()),
            (Input::Vix3m, self.vix3m.as_ref()),
            (Input::Vix6m, self.vix6m.as_ref()),
            (Input::Skew, self.skew.as_ref()),
            (Input::Vvix, self.vvix.as_ref()),
            (Input::SpxOpen, self.spx_open.as_ref()),
            (Input::VixOpen, self.vix_open.as_ref()),
            (Input::Vx, self.vx.as_ref()),
            (Input::Vro, self.vro.as_ref()),
            (Input::Releases, self.releases.as_ref()),
        ]
        .into_iter()
        .filter_map(|(input, choice)| Some((input, choice?)))
    }
}

fn check_choice(input: Input, choice: &Choice) -> Result<(), KeyError> {
    let key = format!("stand_ins.{}", input.name());
    let rule = input.rule().map(|(word, _)| word);
    match choice {
        Choice::Rule(word) if Some(word.as_str()) == rule => Ok(()),
        Choice::Number(number) if input.takes_number() => {
            let (low, high) = match input {
                Input::Skew => (80.0, 250.0),
                Input::Vvix => (20.0, 500.0),
                _ => (-5.0, 40.0),
            };
            check_range(&key, *number, low, high)
        }
        found => {
            let found = match found {
                Choice::Number(number) => number.to_string(),
                Choice::Rule(word) => format!("{word:?}"),
            };
            let number = input.takes_number().then(|| "a number".to_string());
            let rule = rule.map(|word| format!("{word:?}"));
            let allowed: Vec<String> = number.into_iter().chain(rule).collect();
            Err(KeyError::NotAllowed {
                key,
                found,
                allowed: allowed.join(" or "),
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<StandIns, String> {
        let found: StandIns = toml::from_str(text).map_err(|e| e.to_string())?;
        found.check().map_err(|e| e.to_string())?;
        Ok(found)
    }

    #[test]
    fn the_file_decides_what_may_stand_in() {
        let found = read(
            "skew = 135\nvix9d = \"curve\"\nbills = 0.0\ndgs1 = \"curve\"\nmax_age_sessions = { dgs3mo = 9 }",
        );
        let rules = found.unwrap().rules();
        let stand_in = |input| rules.of(input).stand_in;
        assert_eq!(stand_in(Input::Skew), Some(StandIn::Number(135.0)));
        assert_eq!(stand_in(Input::Vix9d), Some(StandIn::Rule));
        assert_eq!(stand_in(Input::Bill3Months), Some(StandIn::Number(0.0)));
        assert_eq!(stand_in(Input::Bill1Year), Some(StandIn::Rule));
        assert_eq!(stand_in(Input::Vvix), None);
        assert_eq!(rules.of(Input::Bill3Months).max_age, 9);
        assert_eq!(rules.of(Input::Bill6Months).max_age, 5);
    }

    #[test]
    fn without_entries_everything_is_required() {
        assert!(read("").unwrap().is_none());
        assert_eq!(read("").unwrap().rules(), InputRules::required());
    }

    #[test]
    fn every_key_that_a_message_names_is_allowed() {
        for key in Input::ALL.into_iter().filter_map(Input::key) {
            let found = read(key).unwrap_or_else(|error| panic!("{key}: {error}"));
            assert_ne!(found.rules(), InputRules::required(), "{key}");
        }
    }

    #[test]
    fn what_means_nothing_is_refused_with_what_is_allowed() {
        for (text, part) in [
            (
                "vix9d = 20.0",
                "stand_ins.vix9d is 20, allowed is \"curve\"",
            ),
            (
                "skew = \"curve\"",
                "stand_ins.skew is \"curve\", allowed is a number",
            ),
            ("bills = \"flat\"", "allowed is a number or \"curve\""),
            ("skew = 13.5", "allowed is 80 to 250"),
            (
                "max_age_sessions = { dgs3m = 5 }",
                "did you mean \"dgs3mo\"?",
            ),
            ("max_age_sessions = { vx = 5 }", "no such series"),
            ("vix = 20.0", "unknown field"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
