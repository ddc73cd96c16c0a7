//! How much of the account the policies used.

use crate::document::{Block, Column, Row, Section, Table};
use crate::folder::{ArmKind, Curve, RunFolder};
use crate::number::Usd;
use crate::section::{cells, per_window};

/// Margin, cash and the returns on two named bases.
pub fn section(run: &RunFolder) -> Section {
    let intro = "Margin as posted at each close; its share is of that day's account equity. Return on capital is P&L \
                 over the starting capital; return on margin is P&L over the time-average of the margin, a year. The two \
                 are never mixed.";
    let mut blocks = vec![Block::Paragraph(intro.to_owned())];
    blocks.extend(per_window(run, |window| vec![Block::Table(table(run, window))]));
    Section { id: "capital", title: "Capital use", blocks }
}

fn table(run: &RunFolder, window: usize) -> Table {
    let curves: Vec<&Curve> = run.curves.iter().filter(|curve| curve.place.0 == window).collect();
    Table {
        caption: format!("{}: margin, cash and returns on both bases", run.manifest.windows[window].name),
        columns: vec![
            Column::text("Arm"),
            Column::number("Mean margin", "$"),
            Column::number("Highest margin", "$"),
            Column::number("Mean share", "%"),
            Column::number("Highest share", "%"),
            Column::number("Lowest cash", "$"),
            Column::number("Sessions in debt", ""),
            Column::number("Return on capital", "%"),
            Column::number("Return on margin", "% a year"),
        ],
        rows: curves.iter().map(|curve| row(run, curve)).collect(),
    }
}

fn row(run: &RunFolder, curve: &Curve) -> Row {
    let n = curve.margin.len() as f64;
    let shares: Vec<f64> =
        curve.margin.iter().zip(&curve.equity).map(|(margin, equity)| margin.dollars() / equity.dollars()).collect();
    let mean = |values: &[f64]| (!values.is_empty()).then(|| values.iter().sum::<f64>() / n);
    let margins: Vec<f64> = curve.margin.iter().map(|usd| usd.dollars()).collect();
    let summary = run.summary_of(curve.place.0, curve.place.1);
    let cells = vec![
        cells::arm(run, curve.place.1),
        cells::ratio(mean(&margins), 0),
        cells::usd(curve.margin.iter().max().copied()),
        cells::percent(mean(&shares)),
        cells::percent(shares.iter().copied().reduce(f64::max)),
        cells::usd(curve.cash.iter().min().copied()),
        cells::count(curve.cash.iter().filter(|cash| **cash < Usd::ZERO).count()),
        cells::signed_percent(summary.and_then(|row| row.return_on_capital)),
        cells::signed_percent(summary.and_then(|row| row.return_on_margin)),
    ];
    Row::quiet_if(run.arm(curve.place.1).kind == ArmKind::EqualSpendTwin, cells)
}
