//! Rules that are true, false or lack an input: the conditions under which a policy acts.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::key_error::{KeyError, within};

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

/// The keys of a trigger in a policy file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Trigger")]
struct Wire {
    /// Name of a signal or built-in source; with exactly one of the tests below.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    signal: Option<String>,
    /// The signal is less than this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    below: Option<f64>,
    /// The signal is greater than this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    above: Option<f64>,
    /// The signal is at least the first and less than the second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    between: Option<[f64; 2]>,
    /// The signal is above this now and was not the session before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    crosses_above: Option<f64>,
    /// The signal is below this now and was not the session before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    crosses_below: Option<f64>,
    /// The signal is exactly this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    is: Option<f64>,
    /// Another trigger of the policy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    trigger: Option<String>,
    /// Every one of these.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    all: Option<Vec<Trigger>>,
    /// At least one of these.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    any: Option<Vec<Trigger>>,
    /// At least k of these.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    at_least: Option<AtLeast>,
    /// The opposite.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    not: Option<Box<Trigger>>,
    /// So many sessions in a row.
    #[serde(default, rename = "for", skip_serializing_if = "Option::is_none")]
    for_sessions: Option<Span>,
    /// At least once in the last sessions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    within: Option<Span>,
    /// Not again for so many sessions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cool_down: Option<Span>,
    /// From `on` until `off`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    latch: Option<Latch>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AtLeast {
    /// How many.
    k: usize,
    /// Of these.
    of: Vec<Trigger>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Span {
    /// How many sessions.
    sessions: usize,
    /// Of what.
    of: Box<Trigger>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Latch {
    /// What sets it.
    on: Box<Trigger>,
    /// What clears it.
    off: Box<Trigger>,
}

const FORMS: &str = "signal, trigger, all, any, at_least, not, for, within, cool_down, latch";
const TESTS: &str = "below, above, between, crosses_above, crosses_below, is";

/// Why a table is no trigger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
enum WrongForm {
    #[error("a test ({TESTS}) needs `signal = \"NAME\"` beside it")]
    TestAlone,
    #[error("a signal needs exactly one test, found {0}; allowed: {TESTS}")]
    Tests(usize),
    #[error("an empty trigger; allowed is one of {FORMS}")]
    Empty,
    #[error("{0} forms in one trigger, allowed is one of {FORMS}")]
    Forms(usize),
}

impl TryFrom<Wire> for Trigger {
    type Error = WrongForm;

    fn try_from(w: Wire) -> Result<Trigger, WrongForm> {
        let Wire {
            below,
            above,
            between,
            crosses_above,
            crosses_below,
            is,
            ..
        } = w;
        let tests: Vec<Test> = [
            below.map(Test::Below),
            above.map(Test::Above),
            between.map(|[low, high]| Test::Between(low, high)),
            crosses_above.map(Test::CrossesAbove),
            crosses_below.map(Test::CrossesBelow),
            is.map(Test::Is),
        ]
        .into_iter()
        .flatten()
        .collect();
        if w.signal.is_none() && !tests.is_empty() {
            return Err(WrongForm::TestAlone);
        }
        let forms = [
            w.signal
                .map(|signal| match tests.as_slice() {
                    [test] => Ok(Trigger::Signal {
                        signal,
                        test: *test,
                    }),
                    found => Err(WrongForm::Tests(found.len())),
                })
                .transpose()?,
            w.trigger.map(Trigger::Named),
            w.all.map(Trigger::All),
            w.any.map(Trigger::Any),
            w.at_least.map(|a| Trigger::AtLeast { k: a.k, of: a.of }),
            w.not.map(Trigger::Not),
            w.for_sessions.map(|s| Trigger::For {
                sessions: s.sessions,
                of: s.of,
            }),
            w.within.map(|s| Trigger::Within {
                sessions: s.sessions,
                of: s.of,
            }),
            w.cool_down.map(|s| Trigger::CoolDown {
                sessions: s.sessions,
                of: s.of,
            }),
            w.latch.map(|l| Trigger::Latch {
                on: l.on,
                off: l.off,
            }),
        ];
        let mut found: Vec<Trigger> = forms.into_iter().flatten().collect();
        match (found.pop(), found.len()) {
            (Some(trigger), 0) => Ok(trigger),
            (None, _) => Err(WrongForm::Empty),
            (Some(_), more) => Err(WrongForm::Forms(more + 1)),
        }
    }
}

impl From<Trigger> for Wire {
    fn from(trigger: Trigger) -> Wire {
        let mut w = Wire::default();
        match trigger {
            Trigger::Signal { signal, test } => {
                w.signal = Some(signal);
                match test {
                    Test::Below(v) => w.below = Some(v),
                    Test::Above(v) => w.above = Some(v),
                    Test::Between(low, high) => w.between = Some([low, high]),
                    Test::CrossesAbove(v) => w.crosses_above = Some(v),
                    Test::CrossesBelow(v) => w.crosses_below = Some(v),
                    Test::Is(v) => w.is = Some(v),
                }
            }
            Trigger::Named(name) => w.trigger = Some(name),
            Trigger::All(of) => w.all = Some(of),
            Trigger::Any(of) => w.any = Some(of),
            Trigger::AtLeast { k, of } => w.at_least = Some(AtLeast { k, of }),
            Trigger::Not(of) => w.not = Some(of),
            Trigger::For { sessions, of } => w.for_sessions = Some(Span { sessions, of }),
            Trigger::Within { sessions, of } => w.within = Some(Span { sessions, of }),
            Trigger::CoolDown { sessions, of } => w.cool_down = Some(Span { sessions, of }),
            Trigger::Latch { on, off } => w.latch = Some(Latch { on, off }),
        }
        w
    }
}

impl JsonSchema for Trigger {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Trigger".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Wire::json_schema(generator)
    }
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
