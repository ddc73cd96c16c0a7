//! How much of the account the policies used, and what they earned on three bases of capital.

use std::collections::BTreeMap;

use crate::chart::{LineChart, Series, Unit};
use crate::document::{Block, Cell, Column, Row, Section, Table};
use crate::folder::{Curve, Placed, RunFolder, of_place};
use crate::section::{cells, per_window};
use tables::Money;
use tables::TradeRow;
use tables::manifest::ArmKind;

/// Margin, cash and the returns on three named bases.
pub fn section(run: &RunFolder) -> Section {
    let intro = "Margin as posted at each close; its share is of that day's account equity. The same P&L on three bases, \
                 never mixed: the starting capital; the time-average of the margin net of credits, a year; and the money \
                 the condors could lose at most, summed over all of them (width less credit, times 100 and units).";
    let mut blocks = vec![Block::Paragraph(intro.to_owned())];
    blocks.extend(per_window(run, |window| {
        vec![
            Block::Table(bases(run, window)),
            Block::Table(table(run, window)),
            Block::Lines(use_of_margin(run, window)),
        ]
    }));
    Section {
        id: "capital",
        title: "Margin and capital",
        blocks,
    }
}

/// P&L on the three bases.
fn bases(run: &RunFolder, window: usize) -> Table {
    // All arms hold the same condors, so the width of a set of legs is worked out once.
    let mut widths: Widths<'_> = BTreeMap::new();
    let row = |arm: usize| {
        let summary = run.summary_of(window, arm)?;
        let risked = risked(run, (window, arm), &mut widths);
        let per_risk = summary
            .pnl_usd
            .zip(risked)
            .filter(|(_, risked)| *risked > Money::ZERO);
        let per_risk = per_risk.map(|(pnl, risked)| pnl.usd() / risked.usd());
        let cells = vec![
            cells::arm(run, arm),
            cells::signed_usd(summary.pnl_usd),
            cells::usd(Some(run.capital())),
            cells::signed_percent(summary.return_on_capital),
            cells::signed_percent(summary.return_on_margin),
            cells::usd(risked),
            Cell::maybe(per_risk.map(|ratio| crate::number::signed(ratio * 100.0, 2))),
        ];
        Some(Row::quiet_if(
            run.arm(arm).kind == ArmKind::EqualSpendTwin,
            cells,
        ))
    };
    Table {
        caption: format!(
            "{}: the same P&L on three bases of capital",
            run.manifest.windows[window].name
        ),
        columns: vec![
            Column::text("Arm"),
            Column::number("P&L", "$"),
            Column::number("Starting capital", "$"),
            Column::number("Return on it", "%"),
            Column::number("Return on mean margin", "% a year"),
            Column::number("Risked by all condors", "$"),
            Column::number("P&L per $100 risked", "$"),
        ],
        rows: (0..run.manifest.arms.len()).filter_map(row).collect(),
    }
}

/// Width of the wider side by legs [points]; `None` where they are not a condor's.
type Widths<'a> = BTreeMap<&'a str, Option<f64>>;

/// Most that all condors of an arm could lose, each on its own; undefined where a package's legs are not a condor's.
fn risked<'a>(run: &'a RunFolder, place: (usize, usize), widths: &mut Widths<'a>) -> Option<Money> {
    let mut sum = None;
    let own = of_place(&run.trades, place).iter();
    for trade in own.filter(|trade| run.is_condor(&trade.layer)) {
        let wider = || Some(width(&trade.legs, "P")?.max(width(&trade.legs, "C")?));
        let width = (*widths.entry(&trade.legs).or_insert_with(wider))?;
        sum = Some(sum.unwrap_or(Money::ZERO) + at_risk(trade, width)?);
    }
    sum
}

/// 100 × units × (width − credit), in dollars of the index's multiplier.
fn at_risk(trade: &Placed<TradeRow>, width: f64) -> Option<Money> {
    let points = (width - trade.entry_price?.points()).max(0.0);
    Some(Money(
        (points * trade.contracts? as f64 * 100.0 * 100.0).round() as i64,
    ))
}

/// Distance between the two strikes of a right, from `-1 SPXW 2022-01-21 P 4520 | +1 …`.
fn width(legs: &str, right: &str) -> Option<f64> {
    let strikes: Vec<f64> = legs
        .split('|')
        .filter_map(|leg: &str| {
            let words: Vec<&str> = leg.split_whitespace().collect();
            let found = words.len() == 5 && words[3] == right;
            if found {
                crate::number::parse(words[4])
            } else {
                None
            }
        })
        .collect();
    (strikes.len() == 2).then(|| (strikes[0] - strikes[1]).abs())
}

/// Margin over account equity on the last session of every week.
fn use_of_margin(run: &RunFolder, window: usize) -> LineChart {
    let curves: Vec<&Curve> = run
        .curves
        .iter()
        .filter(|curve: &&Curve| curve.place.0 == window && run.is_drawn(curve.place.1))
        .collect();
    let weeks = curves
        .first()
        .map(|curve| curve.week_ends())
        .unwrap_or_default();
    let share = |curve: &Curve, at: usize| {
        let equity = curve.equity[at].usd();
        (equity > 0.0).then(|| curve.margin[at].usd() / equity)
    };
    let series = |curve: &&Curve| Series {
        name: run.label(curve.place.1),
        style: run.style(curve.place.1),
        values: weeks.iter().map(|&at| share(curve, at)).collect(),
        shaded: false,
    };
    LineChart {
        caption: format!(
            "{}: margin at the last close of each week [% of equity]",
            run.manifest.windows[window].name
        ),
        group: window,
        unit: Unit::Percent,
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

fn table(run: &RunFolder, window: usize) -> Table {
    let curves: Vec<&Curve> = run
        .curves
        .iter()
        .filter(|curve| curve.place.0 == window)
        .collect();
    Table {
        caption: format!("{}: margin and cash", run.manifest.windows[window].name),
        columns: vec![
            Column::text("Arm"),
            Column::number("Mean margin", "$"),
            Column::number("Highest margin", "$"),
            Column::number("Mean share", "%"),
            Column::number("Highest share", "%"),
            Column::number("Lowest cash", "$"),
            Column::number("Sessions in debt", ""),
        ],
        rows: curves.iter().map(|curve| row(run, curve)).collect(),
    }
}

fn row(run: &RunFolder, curve: &Curve) -> Row {
    let n = curve.margin.len() as f64;
    let shares: Vec<f64> = curve
        .margin
        .iter()
        .zip(&curve.equity)
        .map(|(margin, equity)| margin.usd() / equity.usd())
        .collect();
    let mean = |values: &[f64]| (!values.is_empty()).then(|| values.iter().sum::<f64>() / n);
    let margins: Vec<f64> = curve.margin.iter().map(|usd| usd.usd()).collect();
    let cells = vec![
        cells::arm(run, curve.place.1),
        cells::ratio(mean(&margins), 0),
        cells::usd(curve.margin.iter().max().copied()),
        cells::percent(mean(&shares)),
        cells::percent(shares.iter().copied().reduce(f64::max)),
        cells::usd(curve.cash.iter().min().copied()),
        cells::count(
            curve
                .cash
                .iter()
                .filter(|cash| **cash < Money::ZERO)
                .count(),
        ),
    ];
    Row::quiet_if(
        run.arm(curve.place.1).kind == ArmKind::EqualSpendTwin,
        cells,
    )
}

#[cfg(test)]
mod tests {
    use super::width;

    #[test]
    fn the_width_is_read_from_the_legs() {
        let legs = "-1 SPXW 2022-01-21 P 4520 | +1 SPXW 2022-01-21 P 4470 | -1 SPXW 2022-01-21 C 4785 | +1 SPXW 2022-01-21 C 4835.5";
        assert_eq!(
            (width(legs, "P"), width(legs, "C")),
            (Some(50.0), Some(50.5))
        );
        assert_eq!(
            width("+1 VIX 2022-01-19 C 23", "C"),
            None,
            "one leg is no spread"
        );
        assert_eq!(width("", "P"), None);
    }
}
