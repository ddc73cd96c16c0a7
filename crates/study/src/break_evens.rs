//! Break-even points and time value of the open condors, session by session (P4, P5 of docs/claims.md).
//!
//! Derived from the journal of the unhedged arm, whose condors all arms share. The time value of a short package is what it
//! costs to close beyond its intrinsic value at the close of the index.

use std::ops::Range;

use book::event::{Event, PackageFill, PackageId};
use market::contract::Right;
use market::history::MarketHistory;
use market::price::{Money, Price};
use tables::BreakEvenRow;

use crate::results::{ArmResult, Study};

/// Whether the arms of a run hold condors.
pub fn has_condors(study: &Study) -> bool {
    study
        .arms()
        .next()
        .is_some_and(|(_, arm)| !arm.replay.arm.condors.is_empty())
}

/// The rows of `break_evens.csv`; none of a run without condors.
pub fn rows(study: &Study) -> Vec<BreakEvenRow> {
    let of_window = |window: &crate::results::WindowResult| {
        let condors = window
            .arms
            .first()
            .filter(|arm| !arm.replay.arm.condors.is_empty());
        let days = condors.map(|arm| days(&study.history, &window.range, arm));
        let rows = days.unwrap_or_default().into_iter();
        rows.zip(&window.sessions)
            .map(|(row, date)| BreakEvenRow {
                window: window.window.name.clone(),
                date: *date,
                ..row
            })
            .collect::<Vec<_>>()
    };
    study.windows.iter().flat_map(of_window).collect()
}

/// An open condor.
struct Open {
    id: PackageId,
    fill: PackageFill,
    contracts: i64,
}

impl Open {
    /// Lower and upper break-even point at expiry: the short strikes, the credit further out.
    fn break_evens(&self) -> [Option<Price>; 2] {
        let legs = || self.fill.legs.iter();
        let credit: Price = legs().map(|leg| leg.fill * -leg.quantity).sum();
        let short = |wanted: Right| {
            let sold = legs().filter(|leg| leg.quantity < 0);
            let strikes = sold.filter_map(|leg| leg.contract.option);
            let mut strikes = strikes.filter(|(right, _)| *right == wanted);
            strikes.next().map(|(_, strike)| strike)
        };
        [
            short(Right::Put).map(|strike| strike - credit),
            short(Right::Call).map(|strike| strike + credit),
        ]
    }

    /// Intrinsic value of what is held.
    fn intrinsic(&self, spot: Price) -> Money {
        let legs = self.fill.legs.iter();
        let points: Price = legs
            .map(|leg| leg.contract.payoff(spot) * leg.quantity)
            .sum();
        (points * self.contracts).dollars(self.fill.multiplier)
    }
}

/// Time value that a fill holds short, at mid.
fn extrinsic(fill: &PackageFill, spot: Price) -> Money {
    let legs = fill.legs.iter();
    let points: Price = legs
        .map(|leg| (leg.contract.payoff(spot) - leg.mid) * leg.quantity)
        .sum();
    (points * fill.contracts).dollars(fill.multiplier)
}

/// One row per session, without its names.
fn days(history: &MarketHistory, range: &Range<usize>, arm: &ArmResult) -> Vec<BreakEvenRow> {
    let of = &arm.replay.arm;
    let mut open: Vec<Open> = Vec::new();
    let mut before: Money = Money::ZERO;
    let mut rows = Vec::with_capacity(range.len());
    for (at, (_, entries)) in arm.replay.run.journal.by_session().enumerate() {
        let spot = Price::from_points(history.view(range.start + at).today().spot);
        let mut sold = Money::ZERO;
        let mut bought = Money::ZERO;
        let mut value = Money::ZERO;
        for entry in entries {
            match &entry.event {
                Event::Opened {
                    package,
                    layer,
                    fill,
                    ..
                } if of.is_condor(*layer) => {
                    sold += extrinsic(fill, spot);
                    open.push(Open {
                        id: *package,
                        fill: fill.clone(),
                        contracts: fill.contracts,
                    });
                }
                Event::Closed { package, fill, .. } if leave(&mut open, *package, fill) => {
                    bought += extrinsic(fill, spot);
                }
                Event::Settled { package, fill, .. } => {
                    leave(&mut open, *package, fill);
                }
                Event::Split {
                    package,
                    part,
                    contracts,
                } => split(&mut open, (*package, *part), *contracts),
                Event::Marked { values, .. } => {
                    value = of.condor_ids().zip(values).map(|(_, value)| *value).sum();
                }
                _ => {}
            }
        }
        let left = match open.is_empty() {
            true => Money::ZERO,
            false => open.iter().map(|o| o.intrinsic(spot)).sum::<Money>() - value,
        };
        let ends: Vec<[Option<Price>; 2]> = open.iter().map(Open::break_evens).collect();
        let lower = ends.iter().filter_map(|ends| ends[0]).max();
        let upper = ends.iter().filter_map(|ends| ends[1]).min();
        rows.push(BreakEvenRow {
            open: open.len(),
            lower_break_even: lower.map(Price::points),
            upper_break_even: upper.map(Price::points),
            extrinsic_usd: Some(left),
            extrinsic_sold_usd: Some(sold),
            extrinsic_bought_usd: Some(bought),
            decay_usd: Some(before + sold - bought - left),
            ..BreakEvenRow::default()
        });
        before = left;
    }
    rows
}

/// Takes what ended out of the open condors; whether it was one of them.
fn leave(open: &mut Vec<Open>, package: PackageId, fill: &PackageFill) -> bool {
    let Some(at) = open.iter().position(|o| o.id == package) else {
        return false;
    };
    open[at].contracts -= fill.contracts;
    open.retain(|o| o.contracts > 0);
    true
}

/// A part of a condor becomes a package of its own.
fn split(open: &mut Vec<Open>, (package, part): (PackageId, PackageId), contracts: i64) {
    if let Some(at) = open.iter().position(|o| o.id == package) {
        open[at].contracts -= contracts;
        let fill = open[at].fill.clone();
        open.push(Open {
            id: part,
            fill,
            contracts,
        });
    }
}
