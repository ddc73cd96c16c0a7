//! When an open package is left: the first of its exit rules that applies.

use book::reason::Reason;
use market::math::whole_at_least;
use market::price::Price;

use crate::decision_context::PackageMark;
use crate::rule::ExitRule;

/// The first rule that says a package of this opening net cash per unit is to be left, at today's mark.
#[inline]
pub fn leave(rules: &[ExitRule], entry_net: Price, mark: &PackageMark) -> Option<Reason> {
    // A package that expires at the next session settles there; no order can be earlier.
    if mark.days_left <= 0 {
        return None;
    }
    rules
        .iter()
        .find_map(|rule| applies(*rule, entry_net, mark))
}

fn applies(rule: ExitRule, entry_net: Price, mark: &PackageMark) -> Option<Reason> {
    match rule {
        ExitRule::DaysToExpiry { at_most } => {
            (mark.days_left <= at_most).then_some(Reason::DaysToExpiry)
        }
        ExitRule::LifeElapsed { fraction } => {
            let due = whole_at_least(fraction * mark.life_days as f64);
            (mark.life_days - mark.days_left >= due).then_some(Reason::LifeElapsed)
        }
        ExitRule::ProfitTarget { fraction_of_credit } => (entry_net > Price::ZERO
            && (entry_net + mark.value).is_at_least(fraction_of_credit, entry_net))
        .then_some(Reason::ProfitTarget),
        ExitRule::StopLoss { multiple_of_credit } => (entry_net > Price::ZERO
            && (-(entry_net + mark.value)).is_at_least(multiple_of_credit, entry_net))
        .then_some(Reason::StopLoss),
        ExitRule::TestedDelta { at_least } => {
            (mark.tested_delta >= at_least).then_some(Reason::TestedDelta)
        }
        ExitRule::ProfitMultiple { at_least } => (entry_net < Price::ZERO
            && mark.value.is_at_least(at_least, -entry_net))
        .then_some(Reason::ProfitMultiple),
    }
}
