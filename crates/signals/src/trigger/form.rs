//! A trigger as its file says it: one form a table, its test beside it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Test, Trigger};

/// The keys of a trigger in a policy file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Trigger")]
pub(super) struct Wire {
    /// Name of a signal or built-in source; with exactly one of the tests below.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) signal: Option<String>,
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
    pub(super) within: Option<Span>,
    /// Not again for so many sessions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cool_down: Option<Span>,
    /// From `on` until `off`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    latch: Option<Latch>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AtLeast {
    /// How many.
    pub(super) k: usize,
    /// Of these.
    pub(super) of: Vec<Trigger>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Span {
    /// How many sessions.
    pub(super) sessions: usize,
    /// Of what.
    pub(super) of: Box<Trigger>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Latch {
    /// What sets it.
    pub(super) on: Box<Trigger>,
    /// What clears it.
    pub(super) off: Box<Trigger>,
}

const FORMS: &str = "signal, trigger, all, any, at_least, not, for, within, cool_down, latch";

const TESTS: &str = "below, above, between, crosses_above, crosses_below, is";

/// Why a table is no trigger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum WrongForm {
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
