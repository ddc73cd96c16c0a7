//! What prices rest on: which published series, how old a value may be, and what stands in where there is none.
//!
//! A history can always be priced: every input has a stand-in of last resort. Whether a run may use one is not decided
//! here. [`InputRules`] says what its user allowed, and an [`Audit`] says on how many sessions each input was published,
//! carried, stood in for, or missing. Who runs a study refuses it if anything is missing.

mod audit;
mod input;

use std::collections::BTreeMap;

use crate::observations::Observations;

pub use audit::{Audit, InputCount, MissingInputs, Needs};
pub use input::Input;

/// What takes the place of a value that is missing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum StandIn {
    /// This number, in the unit of the series.
    Number(f64),
    /// The rule of the input, see [`Input::rule`].
    Rule,
}

/// How an input stood at one session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Its own value was published.
    Published,
    /// An earlier value was used.
    Carried {
        /// Sessions since it was published.
        age: u32,
    },
    /// Something else was used, as the rules allow.
    StandIn,
    /// Neither was allowed.
    Missing {
        /// Sessions since the last value was published, if there was one.
        age: Option<u32>,
    },
}

/// How old a value may be, and what stands in for it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InputRule {
    /// Most sessions since a value was published.
    pub max_age: u32,
    /// What is used beyond them.
    pub stand_in: Option<StandIn>,
}

/// The rule of every input.
#[derive(Clone, Debug, PartialEq)]
pub struct InputRules {
    rules: BTreeMap<Input, InputRule>,
}

impl Default for InputRules {
    fn default() -> InputRules {
        InputRules::required()
    }
}

impl InputRules {
    /// Every input is required: nothing stands in, and a value may be as old as publishers make it on holidays.
    pub fn required() -> InputRules {
        InputRules::with(|input| InputRule {
            max_age: input.usual_age(),
            stand_in: None,
        })
    }

    /// Everything is allowed: rates, SKEW and VVIX are carried for ever, and every input has its stand-in.
    pub fn lenient() -> InputRules {
        InputRules::with(|input| InputRule {
            max_age: match input {
                Input::Vix | Input::Vix9d | Input::Vix3m | Input::Vix6m => input.usual_age(),
                _ if input.has_age() => u32::MAX,
                _ => 0,
            },
            stand_in: input.last_resort(),
        })
    }

    fn with(rule: impl Fn(Input) -> InputRule) -> InputRules {
        InputRules {
            rules: Input::ALL.into_iter().map(|i| (i, rule(i))).collect(),
        }
    }

    /// The rule of an input.
    pub fn of(&self, input: Input) -> InputRule {
        self.rules[&input]
    }

    /// Lets something stand in for an input.
    pub fn allow(&mut self, input: Input, stand_in: StandIn) {
        self.rules.entry(input).and_modify(|rule| {
            rule.stand_in = Some(stand_in);
        });
    }

    /// Allows the stand-in of last resort wherever none is named, for inputs that no price rests on where quotes alone
    /// are traded: they serve signals, sizes, deltas and interest. Settlement values stay required.
    pub fn allow_unpriced(&mut self) {
        let settles = [Input::SpxOpen, Input::VixOpen, Input::Vro];
        for (input, rule) in &mut self.rules {
            if !settles.contains(input) {
                rule.stand_in = rule.stand_in.or(input.last_resort());
            }
        }
    }

    /// Allows the stand-in of last resort wherever none is named.
    pub fn allow_rest(&mut self) {
        for (input, rule) in &mut self.rules {
            rule.stand_in = rule.stand_in.or(input.last_resort());
        }
    }

    /// Sets how old a value of an input may be `[sessions]`.
    pub fn set_max_age(&mut self, input: Input, sessions: u32) {
        self.rules.entry(input).and_modify(|rule| {
            rule.max_age = sessions;
        });
    }
}

/// A series as its rule lets it be used, session by session.
#[derive(Clone, Debug, Default)]
pub(crate) struct Column {
    /// Values; `None` where the rule of the input stands in, or nothing.
    pub values: Vec<Option<f64>>,
    /// How it stood.
    pub standings: Vec<Standing>,
}

/// An input at every session's close: shifted by its publication lag, carried and stood in for by its rule.
pub(crate) fn column(obs: &Observations, input: Input, rules: &InputRules) -> Column {
    let is_rate = input == Input::Overnight || Input::BILLS.contains(&input);
    let is_good = |v: f64| v.is_finite() && (is_rate || v > 0.0);
    let dates = obs.carried.get(input.name()).map_or(&[][..], Vec::as_slice);
    let series = obs.daily.get(input.name());
    let lag = series.map_or(0, |s| s.lag_sessions);
    let mut column = Column {
        values: Vec::with_capacity(obs.sessions.len()),
        standings: Vec::with_capacity(obs.sessions.len()),
    };
    let mut last: Option<(usize, f64)> = None;
    for t in 0..obs.sessions.len() {
        let own = t.checked_sub(lag).and_then(|at| {
            let value = series.and_then(|s| s.values.get(at).copied().flatten());
            // What the reader of a dataset carried to a session is no value of that session.
            value.filter(|v| is_good(*v) && dates.binary_search(&obs.sessions[at]).is_err())
        });
        last = own.map(|v| (t, v)).or(last);
        let (value, standing) = use_of(last.map(|(at, v)| ((t - at) as u32, v)), rules.of(input));
        column.values.push(value);
        column.standings.push(standing);
    }
    column
}

/// What is used of the last value, given its age.
fn use_of(last: Option<(u32, f64)>, rule: InputRule) -> (Option<f64>, Standing) {
    match last {
        Some((0, value)) => (Some(value), Standing::Published),
        Some((age, value)) if age <= rule.max_age => (Some(value), Standing::Carried { age }),
        _ => match rule.stand_in {
            Some(StandIn::Number(number)) => (Some(number), Standing::StandIn),
            Some(StandIn::Rule) => (None, Standing::StandIn),
            None => {
                let age = last.map(|(age, _)| age);
                (None, Standing::Missing { age })
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observations::DailySeries;
    use chrono::NaiveDate;

    fn observations(lag_sessions: usize, values: &[Option<f64>]) -> Observations {
        let first = NaiveDate::from_ymd_opt(2022, 1, 3).unwrap();
        let series = DailySeries {
            lag_sessions,
            values: values.to_vec(),
        };
        Observations {
            sessions: first.iter_days().take(values.len()).collect(),
            daily: BTreeMap::from([("skew".to_string(), series)]),
            ..Observations::default()
        }
    }

    fn rules(stand_in: Option<StandIn>) -> InputRules {
        let mut rules = InputRules::required();
        stand_in
            .into_iter()
            .for_each(|other| rules.allow(Input::Skew, other));
        rules
    }

    #[test]
    fn a_value_is_published_then_carried_then_stood_in_for() {
        let obs = observations(1, &[Some(1.0), None, None, Some(4.0), None]);
        let found = column(&obs, Input::Skew, &rules(Some(StandIn::Number(9.0))));
        assert_eq!(
            found.values,
            [Some(9.0), Some(1.0), Some(1.0), Some(9.0), Some(4.0)]
        );
        assert_eq!(
            found.standings,
            [
                Standing::StandIn,
                Standing::Published,
                Standing::Carried { age: 1 },
                Standing::StandIn,
                Standing::Published,
            ]
        );
    }

    #[test]
    fn what_the_reader_of_a_dataset_carried_is_no_published_value() {
        let mut obs = observations(0, &[Some(3.0), Some(3.0), Some(-1.0)]);
        let second = obs.sessions[1];
        obs.carried.insert("skew".into(), vec![second]);
        let found = column(&obs, Input::Skew, &rules(None));
        assert_eq!(found.values, [Some(3.0), Some(3.0), None]);
        assert_eq!(
            found.standings,
            [
                Standing::Published,
                Standing::Carried { age: 1 },
                Standing::Missing { age: Some(2) },
            ]
        );
    }

    #[test]
    fn every_input_stands_once_and_says_how_it_may_be_replaced() {
        assert!(Input::ALL.is_sorted());
        for input in Input::ALL {
            assert_eq!(
                input.key().is_some(),
                input.takes_number() || input.rule().is_some(),
                "{input:?}"
            );
            assert_eq!(InputRules::required().of(input).stand_in, None);
        }
    }
}
