//! What trading cost, the headline at other slippages, and the multiple at which it breaks even.

use crate::chart::{LineChart, Series, Unit};
use crate::document::{Block, Cell, Column, Row, Section, Table};
use crate::folder::{Curve, Placed, RunFolder};
use crate::number::{self, Money};
use crate::section::{absent, cells, per_window};
use tables::SlippageRow;
use tables::manifest::ArmKind;

/// Costs of every arm, then P&L and drawdown reduction at every slippage that was run.
pub fn section(run: &RunFolder) -> Section {
    let intro = "Fees and slippage are what the fills of every package cost, condors and hedges together; interest stands \
                 beside and is in no headline. Slippage is a share of the quoted half spread on every leg: 0 fills at mid, \
                 1 at the far side. The break-even is where the straight line through the nearest two runs meets zero, as a \
                 share of the half spread and as a multiple of what the run itself paid; beyond the runs it is an \
                 extension of the line, not a measurement. The hedge's break-even is where its effect against unhedged is \
                 zero.";
    let mut blocks = vec![Block::Paragraph(intro.to_owned())];
    blocks.extend(
        run.slippage
            .is_none()
            .then(|| absent("slippage.csv", "the sensitivity to slippage")),
    );
    blocks.extend(per_window(run, |window| {
        let slippage = run
            .slippage
            .iter()
            .map(|rows| Block::Table(table(run, window, rows)));
        let spent = [
            Block::Table(spent(run, window)),
            Block::Lines(over_time(run, window)),
        ];
        spent.into_iter().chain(slippage).collect()
    }));
    Section {
        id: "costs",
        title: "Costs, slippage and break-even",
        blocks,
    }
}

/// What each arm paid, and its share of what it made before costs.
fn spent(run: &RunFolder, window: usize) -> Table {
    let row = |curve: &Curve| {
        let (fees, slippage): (Money, Money) = (
            curve.fees.iter().copied().sum(),
            curve.slippage.iter().copied().sum(),
        );
        let at_mid = curve
            .trading_equity
            .last()
            .map_or(Money::ZERO, |last| *last - run.capital())
            - fees
            - slippage;
        let packages = run
            .summary_of(curve.place.0, curve.place.1)
            .and_then(|row| row.trades)
            .filter(|n| *n > 0);
        let per_package = packages.map(|n| (fees + slippage).usd() / n as f64);
        let cells = vec![
            cells::arm(run, curve.place.1),
            cells::signed_usd(Some(at_mid)),
            cells::signed_usd(Some(fees)),
            cells::signed_usd(Some(slippage)),
            cells::signed_usd(Some(at_mid + fees + slippage)),
            Cell::maybe(per_package.map(|usd| number::fixed(usd, 0))),
            cells::signed_usd(Some(curve.interest.iter().copied().sum())),
        ];
        Row::quiet_if(
            run.arm(curve.place.1).kind == ArmKind::EqualSpendTwin,
            cells,
        )
    };
    let curves = run.curves.iter().filter(|curve| curve.place.0 == window);
    Table {
        caption: format!(
            "{}: from the P&L at mid to the P&L after costs",
            run.manifest.windows[window].name
        ),
        columns: vec![
            Column::text("Arm"),
            Column::number("P&L at mid", "$"),
            Column::number("Fees", "$"),
            Column::number("Slippage", "$"),
            Column::number("P&L", "$"),
            Column::number("Costs per package", "$"),
            Column::number("Interest, outside", "$"),
        ],
        rows: curves.map(row).collect(),
    }
}

/// Fees and slippage added up, on the last session of every week.
fn over_time(run: &RunFolder, window: usize) -> LineChart {
    let curves: Vec<&Curve> = run
        .curves
        .iter()
        .filter(|curve: &&Curve| curve.place.0 == window && run.is_drawn(curve.place.1))
        .collect();
    let weeks = curves
        .first()
        .map(|curve| curve.week_ends())
        .unwrap_or_default();
    let series = |curve: &&Curve| {
        let costs = curve
            .fees
            .iter()
            .zip(&curve.slippage)
            .map(|(fees, slippage)| *fees + *slippage);
        let running: Vec<Money> = costs
            .scan(Money::ZERO, |sum, cost| {
                *sum += cost;
                Some(*sum)
            })
            .collect();
        Series {
            name: run.label(curve.place.1),
            style: run.style(curve.place.1),
            values: weeks.iter().map(|&at| Some(running[at].usd())).collect(),
            shaded: false,
        }
    };
    LineChart {
        caption: format!(
            "{}: fees and slippage so far [$]",
            run.manifest.windows[window].name
        ),
        group: window,
        unit: Unit::Usd,
        height: 190,
        days: weeks
            .iter()
            .filter_map(|&at| curves.first().map(|curve| curve.dates[at]))
            .collect(),
        series: curves.iter().map(series).collect(),
        marks: Vec::new(),
        include: vec![0.0],
        ..LineChart::default()
    }
}

fn table(run: &RunFolder, window: usize, rows: &[Placed<SlippageRow>]) -> Table {
    let shares = shares(window, rows);
    let of = |arm: usize, share: f64| {
        rows.iter().find(|row| {
            row.place == (window, arm) && row.half_spread_fraction.total_cmp(&share).is_eq()
        })
    };
    let largest = rows
        .iter()
        .filter(|row| row.place.0 == window)
        .filter_map(|row| row.pnl_usd);
    let largest = largest.map(|usd| usd.abs().usd()).fold(0.0, f64::max);
    let pnl = |row: Option<&Placed<SlippageRow>>| match row.and_then(|row| row.pnl_usd) {
        Some(usd) => cells::signed_usd(Some(usd)).with_bar(usd.usd(), largest),
        None => Cell::default(),
    };
    let row = |arm: usize| {
        let runs: Vec<Option<&Placed<SlippageRow>>> =
            shares.iter().map(|&share| of(arm, share)).collect();
        let reductions = runs
            .iter()
            .map(|row| cells::percent(row.and_then(|row| row.drawdown_reduction)));
        let cells = std::iter::once(cells::arm(run, arm)).chain(runs.iter().map(|row| pnl(*row)));
        let base = base_share(run, (window, arm), &runs);
        let even = break_even(&points(&runs, |row| row.pnl_usd), base);
        let effect = break_even(
            &effects(
                window,
                rows,
                run.unhedged().filter(|base| *base != arm),
                &runs,
            ),
            base,
        );
        let cells = cells
            .chain([Cell::maybe(even), Cell::maybe(effect)])
            .chain(reductions)
            .collect();
        Row::quiet_if(run.arm(arm).kind == ArmKind::EqualSpendTwin, cells)
    };
    let named = |what: &str, unit: &str| {
        shares
            .iter()
            .map(|share| Column::number(&format!("{what} at {}", trimmed(*share)), unit))
            .collect()
    };
    let (pnls, reductions): (Vec<Column>, Vec<Column>) =
        (named("P&L", "$"), named("Reduction", "%"));
    Table {
        caption: format!(
            "{}: P&L and drawdown reduction by share of the half spread",
            run.manifest.windows[window].name
        ),
        columns: std::iter::once(Column::text("Arm"))
            .chain(pnls)
            .chain([
                Column::number("Breaks even at", "share (multiple)"),
                Column::number("Hedge breaks even at", "share (multiple)"),
            ])
            .chain(reductions)
            .collect(),
        rows: (0..run.manifest.arms.len())
            .filter(|arm: &usize| rows.iter().any(|row| row.place == (window, *arm)))
            .map(row)
            .collect(),
    }
}

/// `0.5`, `1`: as many decimals as the share has, up to three.
fn trimmed(share: f64) -> String {
    number::fixed(share, 3)
        .trim_end_matches('0')
        .trim_end_matches('.')
        .to_owned()
}

/// The shares that were run, rising.
fn shares(window: usize, rows: &[Placed<SlippageRow>]) -> Vec<f64> {
    let mut shares: Vec<f64> = rows
        .iter()
        .filter(|row| row.place.0 == window)
        .map(|row| row.half_spread_fraction)
        .collect();
    shares.sort_by(f64::total_cmp);
    shares.dedup_by(|a, b| a.total_cmp(b).is_eq());
    shares
}

/// Share and dollars of the runs that have both, rising.
fn points(
    runs: &[Option<&Placed<SlippageRow>>],
    of: impl Fn(&Placed<SlippageRow>) -> Option<Money>,
) -> Vec<(f64, f64)> {
    runs.iter()
        .flatten()
        .filter_map(|row| Some((row.half_spread_fraction, of(row)?.usd())))
        .collect()
}

/// Hedged minus unhedged P&L at every share.
fn effects(
    window: usize,
    rows: &[Placed<SlippageRow>],
    base: Option<usize>,
    runs: &[Option<&Placed<SlippageRow>>],
) -> Vec<(f64, f64)> {
    let Some(base) = base else { return Vec::new() };
    points(runs, |row| {
        Some(
            row.pnl_usd?
                - rows
                    .iter()
                    .find(|other: &&Placed<SlippageRow>| {
                        other.place == (window, base)
                            && other
                                .half_spread_fraction
                                .total_cmp(&row.half_spread_fraction)
                                .is_eq()
                    })?
                    .pnl_usd?,
        )
    })
}

/// The share that the run itself paid: that of the replay with the headline's P&L.
fn base_share(
    run: &RunFolder,
    place: (usize, usize),
    runs: &[Option<&Placed<SlippageRow>>],
) -> Option<f64> {
    let headline = run.summary_of(place.0, place.1)?.pnl_usd?;
    runs.iter()
        .flatten()
        .find(|row| row.pnl_usd == Some(headline))
        .map(|row| row.half_spread_fraction)
}

/// The share at which the value is zero and its multiple of `base`, or what stands in their place.
fn break_even(points: &[(f64, f64)], base: Option<f64>) -> Option<String> {
    let first = points.first()?;
    let last = points.last()?;
    if first.1 <= 0.0 {
        return Some("loses at any".to_owned());
    }
    let crossing = points
        .windows(2)
        .find(|pair| pair[0].1 > 0.0 && pair[1].1 <= 0.0);
    let line = crossing.or_else(|| points.windows(2).last())?;
    let slope = (line[1].1 - line[0].1) / (line[1].0 - line[0].0);
    if slope >= 0.0 {
        return Some("none".to_owned());
    }
    let share = line[0].0 - line[0].1 / slope;
    let multiple = base
        .filter(|base| *base > 0.0)
        .map(|base| format!(" ({}×)", number::fixed(share / base, 1)));
    let beyond = if share > last.0 { ", extended" } else { "" };
    Some(format!(
        "{}{}{beyond}",
        number::fixed(share, 2),
        multiple.unwrap_or_default()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_break_even_lies_where_the_line_meets_zero() {
        let at = |points: &[(f64, f64)]| break_even(points, Some(0.5));
        assert_eq!(
            at(&[(0.0, 100.0), (0.5, 50.0), (1.0, -50.0)]).as_deref(),
            Some("0.75 (1.5×)")
        );
        assert_eq!(
            at(&[(0.0, 100.0), (0.5, 75.0), (1.0, 50.0)]).as_deref(),
            Some("2.00 (4.0×), extended")
        );
        assert_eq!(
            at(&[(0.0, -1.0), (0.5, -2.0)]).as_deref(),
            Some("loses at any")
        );
        assert_eq!(at(&[(0.0, 5.0), (0.5, 5.0)]).as_deref(), Some("none"));
        assert_eq!(at(&[(0.5, 5.0)]), None, "one run has no line");
        assert_eq!(
            break_even(&[(0.0, 1.0), (1.0, -1.0)], None).as_deref(),
            Some("0.50")
        );
    }
}
