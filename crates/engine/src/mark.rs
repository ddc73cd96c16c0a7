//! The book at today's mids.

use book::event::PackageId;
use book::portfolio::{Package, Portfolio};
use market::history::Snapshot;
use market::price::Price;
use policy::decide::PackageMark;

/// Mids of the legs of one package, kept until the next session in case a quote is missing then.
#[derive(Clone, Debug, PartialEq)]
pub struct LegMarks {
    /// Which package.
    pub id: PackageId,
    /// One mid per leg.
    pub mids: Vec<Price>,
    /// Some mid is carried from an earlier session.
    pub carried: bool,
}

/// Marks every open package; a leg the snapshot cannot price keeps its last mid, and the mark says so.
pub fn mark(portfolio: &Portfolio, snapshot: &Snapshot, before: &[LegMarks]) -> Vec<LegMarks> {
    portfolio.packages.iter().map(|package| mark_package(package, snapshot, before)).collect()
}

fn mark_package(package: &Package, snapshot: &Snapshot, before: &[LegMarks]) -> LegMarks {
    let last = before.iter().find(|m| m.id == package.id);
    let mut carried = false;
    let mids = package
        .legs
        .iter()
        .enumerate()
        .map(|(index, leg)| {
            snapshot.mid(&leg.contract).unwrap_or_else(|| {
                carried = true;
                last.map_or(leg.mid, |m| m.mids[index])
            })
        })
        .collect();
    LegMarks { id: package.id, mids, carried }
}

/// The marks as a policy sees them; `deltas` asks for the deltas of short legs too, which cost as much as the marks.
pub fn package_marks(
    portfolio: &Portfolio,
    marks: &[LegMarks],
    snapshot: &Snapshot,
    deltas: &dyn Fn(&Package) -> bool,
) -> Vec<PackageMark> {
    let of = |(package, mark): (&Package, &LegMarks)| PackageMark {
        id: package.id,
        value: value(package, mark),
        tested_delta: if deltas(package) { tested_delta(package, snapshot) } else { 0.0 },
    };
    portfolio.packages.iter().zip(marks).map(of).collect()
}

/// Cash one unit would bring if it were closed at mid.
pub fn value(package: &Package, mark: &LegMarks) -> Price {
    package.legs.iter().zip(&mark.mids).map(|(leg, mid)| *mid * leg.quantity).sum()
}

fn tested_delta(package: &Package, snapshot: &Snapshot) -> f64 {
    let shorts = package.legs.iter().filter(|leg| leg.quantity < 0);
    let delta = |leg: &book::event::LegFill| {
        let (right, strike) = leg.contract.option?;
        Some(snapshot.slice(leg.contract.root, leg.contract.expiry)?.delta(right, strike.points()).abs())
    };
    shorts.filter_map(delta).fold(0.0, f64::max)
}
