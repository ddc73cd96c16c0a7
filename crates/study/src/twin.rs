//! Equal spending: what would `always_on` have done with the money another arm really spent?

use std::ops::Range;

use engine::execution::Execution;
use engine::run::{Keep, Run, run};
use market::history::MarketHistory;
use market::price::Money;
use policy::arm::Arm;

/// Gross premium of a run: what its hedge layers paid, futures by their carry charge.
pub fn gross_premium(run: &Run) -> Money {
    run.portfolio.ledgers.iter().map(|l| l.premium).sum()
}

/// `always_on` with its budget scaled so that its gross premium comes as close to `target` as whole contracts allow.
/// `None` if there is nothing to match, or no scaling comes within half of the target.
///
/// The scale is fitted over the whole window and therefore looks ahead: the result is a diagnostic, never a policy.
pub fn equal_spend(
    history: &MarketHistory,
    window: Range<usize>,
    base: &Arm,
    execution: &Execution,
    capital: Money,
    target: Money,
) -> Option<Arm> {
    if target <= Money::ZERO {
        return None;
    }
    let spent = |arm: &Arm| {
        gross_premium(&run(
            history,
            window.clone(),
            arm,
            execution,
            capital,
            Keep::Curve,
        ))
    };
    let mut best: Option<(i64, Arm)> = None;
    let mut try_scale = |scale: f64| {
        let arm = scaled(base, scale);
        let premium = spent(&arm);
        let miss = (premium - target).0.abs();
        if best.as_ref().is_none_or(|(least, _)| miss < *least) {
            best = Some((miss, arm));
        }
        premium
    };
    let mut low = 0.0;
    let mut high = 1.0;
    while try_scale(high) < target && high < 64.0 {
        (low, high) = (high, high * 2.0);
    }
    for _ in 0..16 {
        let middle = 0.5 * (low + high);
        if try_scale(middle) < target {
            low = middle
        } else {
            high = middle
        }
    }
    best.filter(|(miss, _)| *miss * 2 <= target.0)
        .map(|(_, arm)| arm)
}

fn scaled(base: &Arm, scale: f64) -> Arm {
    let mut hedge = base.hedge.clone();
    hedge.budget_fraction_of_credit *= scale;
    Arm::new(&base.condors, &hedge)
}
