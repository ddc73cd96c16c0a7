//! Margin: what a package ties up, and whether an order may trade.

use book::event::LegFill;
use book::portfolio::{Package, Portfolio};
use market::contract::{Contract, Root};
use market::history::Snapshot;
use market::price::{Money, Price};

use crate::execution::MarginRules;

/// Margin of one unit of option legs: its worst loss over all settlement values, before the opening credit (docs/model.md#margin-and-interest:
/// the wider wing of a condor, the width of a credit spread, nothing for what was paid in full).
/// `None` for an uncovered short call, which must never trade.
pub fn defined_risk_margin(legs: &[LegFill], multiplier: i64) -> Option<Money> {
    let worst = Package::worst_payoff(legs);
    if worst <= Price(i64::MIN / 8) {
        return None;
    }
    Some(Money((-worst.dollars(multiplier)).0.max(0)))
}

/// Part of its value that a fund sold short ties up beside its proceeds (Regulation T).
pub(crate) const SHORT_FUND_FRACTION: f64 = 0.5;

/// Initial margin of one VIX future (docs/model.md#margin-and-interest), or of one share of a fund sold short.
pub fn future_margin(
    contract: &Contract,
    settle: Price,
    snapshot: &Snapshot,
    rules: &MarginRules,
) -> Money {
    if let Root::Fund(_) = contract.root {
        return Money::from_usd(SHORT_FUND_FRACTION * settle.points());
    }
    let month = snapshot
        .futures
        .iter()
        .position(|f| f.expiry == contract.expiry)
        .unwrap_or(0);
    let fraction = if month < 2 {
        rules.vx_near_fraction
    } else {
        rules.vx_far_fraction
    };
    Money::from_usd((fraction * 1000.0 * settle.points()).max(rules.vx_min_usd))
}

/// Margin of everything open: defined-risk packages, and initial margin of futures.
pub fn margin_of(
    portfolio: &Portfolio,
    snapshot: &Snapshot,
    rules: &MarginRules,
) -> (Money, Money) {
    let mut defined = Money::ZERO;
    let mut futures = Money::ZERO;
    for package in &portfolio.packages {
        if package.margined {
            let units = package.contracts * package.legs[0].quantity.abs();
            futures += future_margin(
                &package.legs[0].contract,
                package.last_settle,
                snapshot,
                rules,
            ) * units;
        } else {
            defined += package.margin_per_unit * package.contracts;
        }
    }
    (defined, futures)
}
