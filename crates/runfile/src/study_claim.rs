//! What a study is asked about the published claims, and the rule that answers.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use signals::Trigger;
use signals::key_error::{KeyError, check_range, suggestion};

use crate::claims::{Claimed, Outcome};

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
    },
    /// P&L of the arm over that of the condors alone, both added up over the books, weekdays and years in which the condors
    /// alone earn (fraction). Years alone are drawn.
    ProfitKept {
        /// The arm.
        arm: String,
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
    /// Return over risk of one arm less that of another.
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
    /// Slippage and fees of the hedge over its loss, both added up over books and weekdays (fraction). Years alone are drawn.
    CostShare {
        /// The arm.
        arm: String,
    },
    /// P&L of one layer over its premium, both added up over books and weekdays (fraction). Years alone are drawn.
    LayerYield {
        /// The arm.
        arm: String,
        /// Its layer.
        layer: String,
    },
    /// P&L over premium of units of some layers bought the session after a trigger held, less that of units bought on any
    /// session (fraction). Years alone are drawn.
    FlaggedYield {
        /// The arm whose layers they are and in whose words the trigger is.
        arm: String,
        /// The flag.
        trigger: Trigger,
        /// The layers.
        layers: Vec<String>,
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
}

impl StudyMeasure {
    /// The arms it looks at.
    pub fn arms(&self) -> Vec<&str> {
        match self {
            StudyMeasure::DrawdownReduction { arm }
            | StudyMeasure::ProfitKept { arm }
            | StudyMeasure::ReturnTrimmed { arm }
            | StudyMeasure::CostShare { arm }
            | StudyMeasure::LayerYield { arm, layer: _ }
            | StudyMeasure::FlaggedYield { arm, .. }
            | StudyMeasure::EventStudy { arm, .. }
            | StudyMeasure::BetaChange { arm, downside: _ } => vec![arm],
            StudyMeasure::ReductionDifference { arm, against }
            | StudyMeasure::ReturnDifference { arm, against }
            | StudyMeasure::RatioDifference { arm, against, .. }
            | StudyMeasure::RatioShortfall { arm, against, .. } => vec![arm, against],
            StudyMeasure::WeekdayDispersion { single, ladder } => vec![ladder, single],
        }
    }

    /// The trigger it reads and the arm in whose words it is.
    pub fn trigger(&self) -> Option<(&str, &Trigger)> {
        match self {
            StudyMeasure::FlaggedYield { arm, trigger, .. }
            | StudyMeasure::EventStudy { arm, trigger, .. } => Some((arm, trigger)),
            _ => None,
        }
    }

    /// Whether blocks within years are drawn as well as years.
    pub fn is_two_stage(&self) -> bool {
        !matches!(
            self,
            StudyMeasure::ProfitKept { .. }
                | StudyMeasure::ReturnTrimmed { .. }
                | StudyMeasure::CostShare { .. }
                | StudyMeasure::LayerYield { .. }
                | StudyMeasure::FlaggedYield { .. }
                | StudyMeasure::EventStudy { .. }
                | StudyMeasure::BetaChange { .. }
        )
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
