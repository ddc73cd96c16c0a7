//! The measures a claim may be judged by.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use signals::Trigger;

/// What is measured, and of which arms. An arm is one of the run, an equal-spend twin (`always_on~tiered`), or a variant
/// with one level.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Measure {
    /// `1 - |drawdown of the arm| / |drawdown of the unhedged book|` (fraction).
    DrawdownReduction {
        /// The hedged arm.
        arm: String,
        /// The sessions that count; all of them without it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        during: Option<During>,
    },
    /// The mean of it over later and later starts of the window (fraction); the sessions before a start count as days
    /// without P&L, so that all starts are resampled together.
    PhaseReduction {
        /// The hedged arm.
        arm: String,
    },
    /// P&L of the arm over that of the unhedged book (fraction); undefined unless that is positive.
    ProfitRetained {
        /// The hedged arm.
        arm: String,
        /// The sessions that count; all of them without it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        during: Option<During>,
    },
    /// One less that: the return on equal capital that the hedge took (fraction).
    ReturnTrimmed {
        /// The hedged arm.
        arm: String,
    },
    /// Slippage and fees of the hedge over its loss (fraction); undefined unless it lost.
    CostShare {
        /// The hedged arm.
        arm: String,
    },
    /// Drawdown reduction of one arm less that of another (fraction).
    ReductionDifference {
        /// The arm that is said to be better.
        arm: String,
        /// The other.
        against: String,
    },
    /// `1 - ratio of the picked member / ratio of against` (fraction); undefined unless the latter is positive.
    RatioShortfall {
        /// The variant with the members.
        family: String,
        /// Which member, chosen again in every draw.
        pick: Pick,
        /// Which ratio.
        ratio: Ratio,
        /// The arm it is compared with.
        against: String,
    },
    /// Ratio of `against` less that of the picked member.
    RatioDifference {
        /// The variant with the members.
        family: String,
        /// Which member, chosen again in every draw.
        pick: Pick,
        /// Which ratio.
        ratio: Ratio,
        /// The arm it is compared with.
        against: String,
    },
    /// Least-squares slope of P&L over starting capital on the size, which is level over first level.
    SizeSlope {
        /// The variant whose levels are numbers.
        family: String,
    },
    /// `|beta of the arm| - |beta of the unhedged book|` to the S&P 500.
    BetaChange {
        /// The hedged arm.
        arm: String,
        /// On falling sessions only.
        downside: bool,
        /// Without the absolute values: a hedge that turns beta further below zero adds no systematic risk to a book that
        /// must survive falls.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        signed: bool,
    },
    /// Standard deviation over roll phases of the crash payoff per dollar of premium: of the ladder over that of the
    /// single layer. The crash is the worst `crash_sessions` of the S&P 500 in the window; in phase k every layer is
    /// bought on session k, k + phases, ...
    PhaseDispersion {
        /// Arm with one layer.
        single: String,
        /// Arm with several.
        ladder: String,
        /// Length of the crash (sessions).
        crash_sessions: usize,
    },
    /// Share of the sessions with a sale on a trigger after which the unhedged book falls to a new low of its drawdown:
    /// in `against` less in `arm`.
    PrematureUnwinds {
        /// The arm that is said to be better.
        arm: String,
        /// The variant it is compared with.
        against: String,
        /// How long a new low counts (sessions).
        within_sessions: usize,
    },
    /// Yield of one unit of each layer bought the session after the trigger held, less that of units bought on all
    /// sessions.
    FlaggedYield {
        /// The arm whose layers they are and in whose words the trigger is.
        arm: String,
        /// The flag.
        trigger: Trigger,
        /// The layers.
        layers: Vec<String>,
        /// Which yield.
        #[serde(rename = "yield")]
        of: Yield,
    },
    /// Mean outcome of the S&P 500 after the first session of a trigger, less that after any session (fraction).
    EventStudy {
        /// The arm in whose words the trigger is.
        arm: String,
        /// The event.
        trigger: Trigger,
        /// What is looked at.
        outcome: Outcome,
        /// How far ahead (sessions).
        sessions: usize,
    },
    /// Mean of a signal (its unit), or of the P&L of a layer on the session after (fraction of capital), while a trigger
    /// holds, less that on all other sessions.
    ConditionDifference {
        /// The arm in whose words trigger and signal are, and whose layer it is.
        arm: String,
        /// The condition.
        trigger: Trigger,
        /// What is averaged.
        of: Split,
        /// Each session of the condition against the others of its weekday alone: releases never fall on a Monday, and a
        /// Monday holds a weekend.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        same_weekday: bool,
    },
    /// Share of the events a trigger judges rightly, less that of saying always the commoner answer. An event is a relief
    /// if the S&P 500 closes below the close before it within `sessions`.
    Classification {
        /// The arm in whose words the triggers are.
        arm: String,
        /// The event.
        event: Trigger,
        /// Says relief where it holds at the event's close.
        trigger: Trigger,
        /// How long a lower close counts (sessions).
        sessions: usize,
    },
    /// Yield of one layer of an arm.
    LayerYield {
        /// The arm.
        arm: String,
        /// Its layer.
        layer: String,
        /// Which yield.
        #[serde(rename = "yield")]
        of: Yield,
    },
}

/// A condition on sessions: those at whose close a trigger holds, played one after the other with one running peak. Nothing
/// is traded on it; it only says which days are looked at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct During {
    /// The arm in whose words the trigger is; it need not be the arm that is measured.
    pub words: String,
    /// The condition.
    pub trigger: Trigger,
}

/// What is averaged by a condition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "what", rename_all = "snake_case", deny_unknown_fields)]
pub enum Split {
    /// A signal, source or series.
    Signal {
        /// Its name.
        signal: String,
    },
    /// The daily P&L of a hedge layer, at mid.
    Layer {
        /// Its name.
        layer: String,
    },
}

/// Which member of a family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Pick {
    /// The one with the highest ratio, chosen with hindsight.
    Best,
    /// The middle one.
    Median,
}

/// Return over risk, of daily returns of trading equity, 252 sessions.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Ratio {
    /// Mean over deviation.
    Sharpe,
    /// Mean over the deviation of losses.
    Sortino,
    /// CAGR over the maximum drawdown.
    Calmar,
    /// CAGR over the mean of the worst five percent of days.
    CagrOverCvar,
}

/// What money in a layer came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Yield {
    /// Internal rate of return (per year); undefined where no rate solves it.
    Irr,
    /// Present value at the mean overnight rate, over premium.
    Npv,
    /// P&L after costs, over premium.
    Pnl,
}

/// What an event study looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Return to the close after so many sessions.
    Return,
    /// Deepest close of those sessions against today's (never positive).
    Decline,
}

impl Measure {
    /// What n counts: clusters, never single sessions, because what follows each other is one observation.
    pub fn n_counts(&self) -> &'static str {
        match self {
            Measure::PhaseDispersion { .. } => "blocks of phases",
            Measure::PrematureUnwinds { .. } => "spells of unwinds",
            Measure::EventStudy { .. } | Measure::Classification { .. } => "events apart",
            Measure::ConditionDifference { .. } => "stretches of the condition",
            Measure::FlaggedYield { .. } => "stretches of the flag",
            Measure::LayerYield { .. } => "blocks of packages",
            _ => "blocks of sessions",
        }
    }

    /// `fraction`, or nothing for a plain number.
    pub fn unit(&self) -> &'static str {
        match self {
            Measure::RatioDifference { .. }
            | Measure::BetaChange { .. }
            | Measure::PhaseDispersion { .. }
            | Measure::ConditionDifference {
                of: Split::Signal { .. },
                ..
            } => "",
            _ => "fraction",
        }
    }

    /// The arms it looks at, in words.
    pub fn arms(&self) -> String {
        match self {
            Measure::DrawdownReduction { arm, .. }
            | Measure::PhaseReduction { arm }
            | Measure::ProfitRetained { arm, .. }
            | Measure::ReturnTrimmed { arm }
            | Measure::CostShare { arm }
            | Measure::BetaChange { arm, .. }
            | Measure::FlaggedYield { arm, .. } => arm.clone(),
            Measure::EventStudy { .. } | Measure::Classification { .. } => String::new(),
            Measure::ConditionDifference { arm, of, .. } => match of {
                Split::Signal { .. } => String::new(),
                Split::Layer { layer } => format!("{arm} ({layer})"),
            },
            Measure::LayerYield { arm, layer, .. } => format!("{arm} ({layer})"),
            Measure::ReductionDifference { arm, against }
            | Measure::PrematureUnwinds { arm, against, .. } => {
                format!("{arm} - {against}")
            }
            Measure::RatioShortfall {
                family, against, ..
            }
            | Measure::RatioDifference {
                family, against, ..
            } => {
                format!("{against} - {family}")
            }
            Measure::SizeSlope { family } => family.clone(),
            Measure::PhaseDispersion { single, ladder, .. } => format!("{ladder} / {single}"),
        }
    }

    /// Every arm, twin or variant it names.
    pub fn names(&self) -> Vec<&str> {
        match self {
            Measure::DrawdownReduction { arm, during: _ }
            | Measure::ProfitRetained { arm, during: _ }
            | Measure::PhaseReduction { arm }
            | Measure::ReturnTrimmed { arm }
            | Measure::CostShare { arm }
            | Measure::BetaChange { arm, .. }
            | Measure::FlaggedYield { arm, .. }
            | Measure::EventStudy { arm, .. }
            | Measure::ConditionDifference { arm, .. }
            | Measure::Classification { arm, .. }
            | Measure::LayerYield { arm, .. } => vec![arm],
            Measure::ReductionDifference { arm, against }
            | Measure::PrematureUnwinds { arm, against, .. } => vec![arm, against],
            Measure::RatioShortfall {
                family, against, ..
            }
            | Measure::RatioDifference {
                family, against, ..
            } => vec![family, against],
            Measure::SizeSlope { family } => vec![family],
            Measure::PhaseDispersion { single, ladder, .. } => vec![single, ladder],
        }
    }

    /// The variant it needs, if any.
    pub fn family(&self) -> Option<&str> {
        match self {
            Measure::RatioShortfall { family, .. }
            | Measure::RatioDifference { family, .. }
            | Measure::SizeSlope { family } => Some(family),
            Measure::PrematureUnwinds { against, .. } => Some(against),
            _ => None,
        }
    }

    /// The trigger it reads and the arm in whose words it is.
    pub fn trigger(&self) -> Option<(&str, &Trigger)> {
        match self {
            Measure::FlaggedYield { arm, trigger, .. }
            | Measure::ConditionDifference { arm, trigger, .. }
            | Measure::Classification { arm, trigger, .. }
            | Measure::EventStudy { arm, trigger, .. } => Some((arm, trigger)),
            Measure::DrawdownReduction {
                during: Some(during),
                ..
            }
            | Measure::ProfitRetained {
                during: Some(during),
                ..
            } => Some((&during.words, &during.trigger)),
            _ => None,
        }
    }

    /// A second trigger in the words of the same arm, and the key of it.
    pub fn event(&self) -> Option<(&'static str, &str, &Trigger)> {
        match self {
            Measure::Classification { arm, event, .. } => Some(("event", arm, event)),
            _ => None,
        }
    }

    /// The signal it averages and the arm in whose words it is.
    pub fn signal(&self) -> Option<(&str, &str)> {
        match self {
            Measure::ConditionDifference {
                arm,
                of: Split::Signal { signal },
                ..
            } => Some((arm, signal)),
            _ => None,
        }
    }

    /// Its number of sessions and the key of it.
    pub fn span(&self) -> Option<(&'static str, usize)> {
        match self {
            Measure::PhaseDispersion { crash_sessions, .. } => {
                Some(("crash_sessions", *crash_sessions))
            }
            Measure::PrematureUnwinds {
                within_sessions, ..
            } => Some(("within_sessions", *within_sessions)),
            Measure::EventStudy { sessions, .. } | Measure::Classification { sessions, .. } => {
                Some(("sessions", *sessions))
            }
            _ => None,
        }
    }
}
