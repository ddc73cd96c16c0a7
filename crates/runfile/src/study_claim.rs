//! What a study is asked about the published claims, and the rule that answers.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use signals::Trigger;
use signals::key_error::{KeyError, check_range, suggestion};

use crate::claims::{Claimed, During, Outcome};

/// One question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StudyClaim {
    /// Row of docs/claims.md; several questions may share it.
    pub id: String,
    /// The claim in words.
    pub claim: String,
    /// What is measured.
    pub measure: StudyMeasure,
    /// The calendar years that count; empty is all.
    #[serde(default)]
    pub years: Vec<i32>,
    /// The values that are claimed.
    pub claimed: Claimed,
    /// With fewer years than this there is no decision.
    pub minimum_years: usize,
}

/// What is measured, as the mean over years of the median over books and weekdays where it is not said otherwise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum StudyMeasure {
    /// `1 - |drawdown of the arm| / |drawdown of the condors alone|` (fraction).
    DrawdownReduction {
        /// The arm.
        arm: String,
        /// The sessions that count, and the years that have them; all without it. With it years alone are drawn.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        during: Option<During>,
    },
    /// P&L of the arm over that of the condors alone, both added up over the books, weekdays and years in which the condors
    /// alone earn (fraction). Years alone are drawn.
    ProfitKept {
        /// The arm.
        arm: String,
        /// The sessions that count, and the years that have them; all without it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        during: Option<During>,
    },
    /// One less that (fraction).
    ReturnTrimmed {
        /// The arm.
        arm: String,
    },
    /// Drawdown reduction of one arm less that of another (fraction).
    ReductionDifference {
        /// The arm that is said to be better.
        arm: String,
        /// The other.
        against: String,
    },
    /// P&L of one arm less that of another, over the capital (fraction per window).
    ReturnDifference {
        /// The arm.
        arm: String,
        /// The other.
        against: String,
    },
    /// Return over risk of one arm less that of another. Of Sharpe and Sortino ratios years alone are drawn.
    RatioDifference {
        /// The arm that is said to be better.
        arm: String,
        /// The other.
        against: String,
        /// Which ratio.
        ratio: StudyRatio,
    },
    /// `1 - ratio of the arm / ratio of the other`, ratios of sums over books, weekdays and years (fraction).
    RatioShortfall {
        /// The arm that is said to be worse.
        arm: String,
        /// The other.
        against: String,
        /// Which ratio.
        ratio: StudyRatio,
    },
    /// Deviation over the weekdays of entry of what a dollar of premium brings, summed over books: of the ladder over that
    /// of the single layer.
    WeekdayDispersion {
        /// Arm with one layer.
        single: String,
        /// Arm with several.
        ladder: String,
    },
    /// Deviation over roll phases of the crash payoff per dollar of premium, summed over years: of the ladder over that of
    /// the single layer. The crash of a year is its worst span of sessions after every phase has bought. No book is asked.
    /// Years alone are drawn.
    PhaseDispersion {
        /// Arm with one layer.
        single: String,
        /// Arm with several.
        ladder: String,
        /// Length of the crash (sessions).
        crash_sessions: usize,
        /// In phase k every layer is bought on session k, k + phases, ...
        phases: usize,
    },
    /// Share of the sessions with a sale on a trigger after which the condors alone fall to a new low of their drawdown: in
    /// `against` less in `arm`, sales of all books, weekdays and years together (fraction). Years alone are drawn.
    PrematureUnwinds {
        /// The arm that is said to be better.
        arm: String,
        /// The other.
        against: String,
        /// How long a new low counts (sessions).
        within_sessions: usize,
    },
    /// Slippage and fees of the hedge over its loss, both added up over books and weekdays (fraction). Years alone are drawn.
    CostShare {
        /// The arm.
        arm: String,
    },
    /// Yield of one layer, all its purchases in all books and weekdays together. Years alone are drawn.
    LayerYield {
        /// The arm.
        arm: String,
        /// Its layer.
        layer: String,
        /// Which yield.
        #[serde(rename = "yield", default, skip_serializing_if = "StudyYield::is_pnl")]
        of: StudyYield,
    },
    /// Yield of units of some layers bought the session after a trigger held, less that of units bought on any session. Years
    /// alone are drawn.
    FlaggedYield {
        /// The arm whose layers they are and in whose words the trigger is.
        arm: String,
        /// The flag.
        trigger: Trigger,
        /// The layers.
        layers: Vec<String>,
        /// Which yield.
        #[serde(rename = "yield", default, skip_serializing_if = "StudyYield::is_pnl")]
        of: StudyYield,
    },
    /// Mean of a signal (its unit) on the sessions of a condition, less that on all others. Years alone are drawn.
    ConditionDifference {
        /// The arm in whose words they are.
        arm: String,
        /// The condition.
        trigger: Trigger,
        /// The signal, source or series.
        signal: String,
        /// Each session of the condition against the others of its weekday in the year alone.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        same_weekday: bool,
    },
    /// Mean outcome of the S&P 500 after the first session of a trigger, less that after any session (fraction). Years alone
    /// are drawn.
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
    /// Beta to the S&P 500 of the arm less that of the condors alone, with signs `[fraction of capital per unit return]`.
    /// Years alone are drawn.
    BetaChange {
        /// The arm.
        arm: String,
        /// On falling sessions only.
        downside: bool,
    },
}

/// Return over risk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StudyRatio {
    /// P&L over the maximum drawdown.
    Calmar,
    /// P&L over the mean of the worst five percent of days.
    PnlOverCvar,
    /// Mean over deviation of the daily P&L of all books, weekdays and years, by the root of 252.
    Sharpe,
    /// Mean of the same over the root of the mean square of its losses.
    Sortino,
}

impl StudyRatio {
    /// Whether it is made of single days: of these years alone are drawn.
    pub fn is_daily(self) -> bool {
        match self {
            StudyRatio::Calmar | StudyRatio::PnlOverCvar => false,
            StudyRatio::Sharpe | StudyRatio::Sortino => true,
        }
    }
}

/// What the money in a layer came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StudyYield {
    /// P&L over premium (fraction).
    #[default]
    Pnl,
    /// Internal rate of return (per year) of all purchases as if made on one day; undefined where no rate solves it.
    Irr,
}

impl StudyYield {
    fn is_pnl(&self) -> bool {
        *self == StudyYield::Pnl
    }
}

impl StudyMeasure {
    /// The arms it looks at.
    pub fn arms(&self) -> Vec<&str> {
        match self {
            StudyMeasure::DrawdownReduction { arm, during }
            | StudyMeasure::ProfitKept { arm, during } => {
                let words = during.iter().map(|during| during.words.as_str());
                std::iter::once(arm.as_str()).chain(words).collect()
            }
            StudyMeasure::ReturnTrimmed { arm }
            | StudyMeasure::CostShare { arm }
            | StudyMeasure::LayerYield { arm, .. }
            | StudyMeasure::FlaggedYield { arm, .. }
            | StudyMeasure::ConditionDifference { arm, .. }
            | StudyMeasure::EventStudy { arm, .. }
            | StudyMeasure::BetaChange { arm, downside: _ } => vec![arm],
            StudyMeasure::ReductionDifference { arm, against }
            | StudyMeasure::ReturnDifference { arm, against }
            | StudyMeasure::RatioDifference { arm, against, .. }
            | StudyMeasure::PrematureUnwinds { arm, against, .. }
            | StudyMeasure::RatioShortfall { arm, against, .. } => vec![arm, against],
            StudyMeasure::PhaseDispersion { single, ladder, .. }
            | StudyMeasure::WeekdayDispersion { single, ladder } => vec![ladder, single],
        }
    }

    /// The trigger it reads and the arm in whose words it is.
    pub fn trigger(&self) -> Option<(&str, &Trigger)> {
        match self {
            StudyMeasure::FlaggedYield { arm, trigger, .. }
            | StudyMeasure::ConditionDifference { arm, trigger, .. }
            | StudyMeasure::EventStudy { arm, trigger, .. } => Some((arm, trigger)),
            _ => self
                .during()
                .map(|during| (during.words.as_str(), &during.trigger)),
        }
    }

    /// The sessions it is about, where these are not all.
    pub fn during(&self) -> Option<&During> {
        match self {
            StudyMeasure::DrawdownReduction { during, .. }
            | StudyMeasure::ProfitKept { during, .. } => during.as_ref(),
            _ => None,
        }
    }

    /// Whether blocks within years are drawn as well as years.
    pub fn is_two_stage(&self) -> bool {
        match self {
            StudyMeasure::DrawdownReduction { during, .. } => during.is_none(),
            StudyMeasure::RatioDifference { ratio, .. }
            | StudyMeasure::RatioShortfall { ratio, .. } => !ratio.is_daily(),
            StudyMeasure::ReductionDifference { .. }
            | StudyMeasure::ReturnDifference { .. }
            | StudyMeasure::WeekdayDispersion { .. } => true,
            StudyMeasure::ProfitKept { .. }
            | StudyMeasure::ReturnTrimmed { .. }
            | StudyMeasure::PhaseDispersion { .. }
            | StudyMeasure::PrematureUnwinds { .. }
            | StudyMeasure::CostShare { .. }
            | StudyMeasure::LayerYield { .. }
            | StudyMeasure::FlaggedYield { .. }
            | StudyMeasure::ConditionDifference { .. }
            | StudyMeasure::EventStudy { .. }
            | StudyMeasure::BetaChange { .. } => false,
        }
    }
}

impl StudyClaim {
    pub(crate) fn check(&self, at: &str, arms: &[&String]) -> Result<(), KeyError> {
        for (key, text) in [("id", &self.id), ("claim", &self.claim)] {
            if text.trim().is_empty() {
                return Err(KeyError::Between(format!("{at}.{key} is empty")));
            }
        }
        for name in self.measure.arms() {
            if !arms.iter().any(|arm| *arm == name) {
                let known: Vec<String> = arms.iter().map(|arm| (*arm).clone()).collect();
                return Err(KeyError::at(
                    format!("{at}.measure"),
                    format!(
                        "no arm {name:?} among arms and claim_arms{}",
                        suggestion(name, &known)
                    ),
                ));
            }
        }
        self.claimed.check(&format!("{at}.claimed"))?;
        let years = self.minimum_years as f64;
        check_range(format!("{at}.minimum_years"), years, 1.0, 100.0)
    }
}
