//! Which function measures which row.

use runfile::claims::{Measure, Row};

use crate::claims::evidence::Evidence;
use crate::claims::purchase_measures::{flagged_yield, layer_yield, phase_dispersion};
use crate::claims::unmeasured::Unmeasured;
use crate::claims::verdict::Found;
use crate::claims::{conditions, events, pnl_measures as pnl, ratio_measures};

/// Measures a row; or says why it cannot be.
pub(super) fn found(evidence: &Evidence<'_>, row: &Row) -> Result<Found, Unmeasured> {
    let windows = &evidence.windows(&row.windows)?;
    match &row.measure {
        Measure::DrawdownReduction { arm, during } => {
            pnl::reduction(evidence, windows, arm, during.as_ref())
        }
        Measure::PhaseReduction { arm } => pnl::phase_reduction(evidence, windows, arm),
        Measure::ProfitRetained { arm, during } => {
            pnl::retained(evidence, windows, arm, during.as_ref())
        }
        Measure::ReturnTrimmed { arm } => pnl::trimmed(evidence, windows, arm),
        Measure::CostShare { arm } => pnl::cost_share(evidence, windows, arm),
        Measure::ReductionDifference { arm, against } => {
            pnl::reduction_difference(evidence, windows, arm, against)
        }
        Measure::RatioShortfall {
            family,
            pick,
            ratio,
            against,
        } => ratio_measures::shortfall(evidence, windows, (family, *pick, *ratio), against),
        Measure::RatioDifference {
            family,
            pick,
            ratio,
            against,
        } => ratio_measures::ratio_difference(evidence, windows, (family, *pick, *ratio), against),
        Measure::SizeSlope { family } => ratio_measures::size_slope(evidence, windows, family),
        Measure::BetaChange {
            arm,
            downside,
            signed,
        } => ratio_measures::beta_change(evidence, windows, arm, (*downside, *signed)),
        Measure::ConditionDifference {
            arm,
            trigger,
            of,
            same_weekday,
        } => conditions::difference(evidence, windows, (arm, trigger), (of, *same_weekday)),
        Measure::Classification {
            arm,
            event,
            trigger,
            sessions,
        } => conditions::classification(evidence, windows, (arm, event, trigger), *sessions),
        Measure::PhaseDispersion {
            single,
            ladder,
            crash_sessions,
        } => phase_dispersion(evidence, windows, (single, ladder), *crash_sessions),
        Measure::PrematureUnwinds {
            arm,
            against,
            within_sessions,
        } => events::premature_unwinds(evidence, windows, (arm, against), *within_sessions),
        Measure::FlaggedYield {
            arm,
            trigger,
            layers,
            of,
        } => flagged_yield(evidence, windows, (arm, trigger), layers, *of),
        Measure::EventStudy {
            arm,
            trigger,
            outcome,
            sessions,
        } => events::study(evidence, windows, (arm, trigger), *outcome, *sessions),
        Measure::LayerYield { arm, layer, of } => layer_yield(evidence, windows, (arm, layer), *of),
    }
}
