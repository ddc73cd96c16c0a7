//! Rules that are true, false or lack an input: the conditions under which a policy acts.

mod form;

use serde::{Deserialize, Serialize};

use crate::key_error::{KeyError, within};

use form::Wire;

/// A condition on signals, as a policy file writes it: exactly one of its forms.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Wire", into = "Wire")]
pub enum Trigger {
    /// `{ signal = "contango_z", below = -1.5 }`
    Signal {
        /// Name of a signal or built-in source.
        signal: String,
        /// What is asked of it.
        test: Test,
    },
    /// `{ trigger = "NAME" }`: another trigger of the policy.
    Named(String),
    /// `{ all = [..] }`: every one.
    All(Vec<Trigger>),
    /// `{ any = [..] }`: at least one.
    Any(Vec<Trigger>),
    /// `{ at_least = { k = 2, of = [..] } }`
    AtLeast {
        /// How many.
        k: usize,
        /// Of these.
        of: Vec<Trigger>,
    },
    /// `{ not = .. }`
    Not(Box<Trigger>),
    /// `{ for = { sessions = 3, of = .. } }`: today and on the sessions before, so many in a row.
    For {
        /// How many, today's included.
        sessions: usize,
        /// What.
        of: Box<Trigger>,
    },
    /// `{ within = { sessions = 5, of = .. } }`: at least once in the last sessions, today's included.
    Within {
        /// How many, today's included.
        sessions: usize,
        /// What.
        of: Box<Trigger>,
    },
    /// `{ cool_down = { sessions = 5, of = .. } }`: fires, then not again for so many sessions.
    CoolDown {
        /// Sessions of rest after a firing.
        sessions: usize,
        /// What.
        of: Box<Trigger>,
    },
    /// `{ latch = { on = .., off = .. } }`: true from `on` until `off`; where both hold, off.
    Latch {
        /// What sets it.
        on: Box<Trigger>,
        /// What clears it.
        off: Box<Trigger>,
    },
}

/// What is asked of a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Test {
    /// Less than.
    Below(f64),
    /// Greater than.
    Above(f64),
    /// At least the first, less than the second.
    Between(f64, f64),
    /// Above now, not above at the session before.
    CrossesAbove(f64),
    /// Below now, not below at the session before.
    CrossesBelow(f64),
    /// Exactly.
    Is(f64),
}

impl Trigger {
    /// The triggers it is made of.
    pub fn parts(&self) -> Vec<&Trigger> {
        match self {
            Trigger::Signal { .. } | Trigger::Named(_) => Vec::new(),
            Trigger::All(of) | Trigger::Any(of) | Trigger::AtLeast { of, .. } => {
                of.iter().collect()
            }
            Trigger::Not(of)
            | Trigger::For { of, .. }
            | Trigger::Within { of, .. }
            | Trigger::CoolDown { of, .. } => {
                vec![of.as_ref()]
            }
            Trigger::Latch { on, off } => vec![on.as_ref(), off.as_ref()],
        }
    }

    /// Conditions it is made of, itself included, those of named triggers not counted.
    pub(crate) fn size(&self) -> usize {
        1 + self.parts().into_iter().map(Trigger::size).sum::<usize>()
    }

    /// Names of the signals it reads itself, those of named triggers not counted.
    pub fn signals(&self) -> Vec<&str> {
        match self {
            Trigger::Signal { signal, .. } => vec![signal.as_str()],
            other => other
                .parts()
                .into_iter()
                .flat_map(Trigger::signals)
                .collect(),
        }
    }

    /// Names of the triggers it refers to.
    pub fn named(&self) -> Vec<&str> {
        match self {
            Trigger::Named(name) => vec![name.as_str()],
            other => other.parts().into_iter().flat_map(Trigger::named).collect(),
        }
    }

    /// Checks its numbers; names are checked by the definitions.
    ///
    /// # Errors
    /// The first value out of range, with its key.
    pub fn check(&self, at: &str) -> Result<(), KeyError> {
        match self {
            Trigger::Signal { test, .. } => test.check(at),
            Trigger::Named(_) | Trigger::Not(_) | Trigger::Latch { .. } => Ok(()),
            Trigger::All(of) | Trigger::Any(of) if of.is_empty() => {
                Err(KeyError::at(at, "an empty list of triggers"))
            }
            Trigger::All(_) | Trigger::Any(_) => Ok(()),
            Trigger::AtLeast { k, of } => within(at, "at_least.k", *k as f64, 1.0, of.len() as f64),
            Trigger::For { sessions, .. }
            | Trigger::Within { sessions, .. }
            | Trigger::CoolDown { sessions, .. } => {
                within(at, "sessions", *sessions as f64, 1.0, 1000.0)
            }
        }?;
        self.parts().into_iter().try_for_each(|part| part.check(at))
    }
}

impl Test {
    /// Whether `now` passes, given the value before.
    pub(crate) fn passes(self, now: f64, before: f64) -> bool {
        match self {
            Test::Below(v) => now < v,
            Test::Above(v) => now > v,
            Test::Between(low, high) => low <= now && now < high,
            Test::CrossesAbove(v) => before <= v && now > v,
            Test::CrossesBelow(v) => before >= v && now < v,
            Test::Is(v) => now == v,
        }
    }

    /// What a value must gain to reach the nearest level of the test; negative: what it must lose.
    pub(crate) fn distance(self, now: f64) -> f64 {
        match self {
            Test::Below(v)
            | Test::Above(v)
            | Test::CrossesAbove(v)
            | Test::CrossesBelow(v)
            | Test::Is(v) => v - now,
            Test::Between(low, high) => match (low - now, high - now) {
                (low, high) if low.abs() <= high.abs() => low,
                (_, high) => high,
            },
        }
    }

    /// Whether the session before matters.
    pub(crate) fn looks_back(self) -> bool {
        matches!(self, Test::CrossesAbove(_) | Test::CrossesBelow(_))
    }

    fn check(self, at: &str) -> Result<(), KeyError> {
        let values = match self {
            Test::Below(v)
            | Test::Above(v)
            | Test::CrossesAbove(v)
            | Test::CrossesBelow(v)
            | Test::Is(v) => vec![v],
            Test::Between(low, high) if low >= high => {
                return Err(KeyError::at(
                    at,
                    format!("between [{low}, {high}]: the first must be less than the second"),
                ));
            }
            Test::Between(low, high) => vec![low, high],
        };
        values
            .into_iter()
            .try_for_each(|v| within(at, "the level of a test", v, -1e12, 1e12))
    }
}

impl std::fmt::Display for Test {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Test::Below(v) => write!(f, "< {v}"),
            Test::Above(v) => write!(f, "> {v}"),
            Test::Between(low, high) => write!(f, "in [{low}, {high})"),
            Test::CrossesAbove(v) => write!(f, "crosses above {v}"),
            Test::CrossesBelow(v) => write!(f, "crosses below {v}"),
            Test::Is(v) => write!(f, "= {v}"),
        }
    }
}
