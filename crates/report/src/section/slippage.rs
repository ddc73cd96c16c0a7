//! The headline at other slippages, and where it breaks even.

use crate::document::{Block, Cell, Column, Row, Section, Table};
use crate::folder::{ArmKind, RunFolder, SlippageRow};
use crate::number;
use crate::section::{absent, cells, per_window};

/// P&L and drawdown reduction at every slippage that was run.
pub fn section(run: &RunFolder) -> Section {
    let blocks = match &run.slippage {
        None => vec![absent("slippage.csv", "the sensitivity to slippage")],
        Some(rows) => {
            let intro = "The share of the quoted half spread paid on every leg: 0 fills at mid, 1 at the far side. The \
                         break-even share is where the straight line through the nearest two runs meets a P&L of zero; \
                         beyond the runs it is an extension of the line, not a measurement.";
            let tables = per_window(run, |window| vec![Block::Table(table(run, window, rows))]);
            std::iter::once(Block::Paragraph(intro.to_owned())).chain(tables).collect()
        }
    };
    Section { id: "slippage", title: "Slippage", blocks }
}

fn table(run: &RunFolder, window: usize, rows: &[SlippageRow]) -> Table {
    let shares = shares(window, rows);
    let of = |arm: usize, share: f64| {
        rows.iter().find(|row| row.place == (window, arm) && row.half_spread_fraction.total_cmp(&share).is_eq())
    };
    let largest = rows.iter().filter(|row| row.place.0 == window).filter_map(|row| row.pnl_usd);
    let largest = largest.map(|usd| usd.abs().dollars()).fold(0.0, f64::max);
    let pnl = |row: Option<&SlippageRow>| match row.and_then(|row| row.pnl_usd) {
        Some(usd) => cells::signed_usd(Some(usd)).with_bar(usd.dollars(), largest),
        None => Cell::default(),
    };
    let row = |arm: usize| {
        let runs: Vec<Option<&SlippageRow>> = shares.iter().map(|&share| of(arm, share)).collect();
        let reductions = runs.iter().map(|row| cells::percent(row.and_then(|row| row.drawdown_reduction)));
        let cells = std::iter::once(cells::arm(run, arm)).chain(runs.iter().map(|row| pnl(*row)));
        let cells = cells.chain([Cell::maybe(break_even(&runs))]).chain(reductions).collect();
        Row::quiet_if(run.arm(arm).kind == ArmKind::EqualSpendTwin, cells)
    };
    let named = |what: &str, unit: &str| {
        shares.iter().map(|share| Column::number(&format!("{what} at {}", trimmed(*share)), unit)).collect()
    };
    let (pnls, reductions): (Vec<Column>, Vec<Column>) = (named("P&L", "$"), named("Reduction", "%"));
    let present = |arm: &usize| rows.iter().any(|row| row.place == (window, *arm));
    Table {
        caption: format!(
            "{}: P&L and drawdown reduction by share of the half spread",
            run.manifest.windows[window].name
        ),
        columns: std::iter::once(Column::text("Arm"))
            .chain(pnls)
            .chain([Column::number("Breaks even at", "share")])
            .chain(reductions)
            .collect(),
        rows: (0..run.manifest.arms.len()).filter(present).map(row).collect(),
    }
}

/// `0.5`, `1`: as many decimals as the share has, up to three.
fn trimmed(share: f64) -> String {
    number::fixed(share, 3).trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The shares that were run, rising.
fn shares(window: usize, rows: &[SlippageRow]) -> Vec<f64> {
    let mut shares: Vec<f64> =
        rows.iter().filter(|row| row.place.0 == window).map(|row| row.half_spread_fraction).collect();
    shares.sort_by(f64::total_cmp);
    shares.dedup_by(|a, b| a.total_cmp(b).is_eq());
    shares
}

/// The share at which the P&L is zero, or what stands in its place.
fn break_even(runs: &[Option<&SlippageRow>]) -> Option<String> {
    let points: Vec<(f64, f64)> =
        runs.iter().flatten().filter_map(|row| Some((row.half_spread_fraction, row.pnl_usd?.dollars()))).collect();
    let (first, last) = (points.first()?, points.last()?);
    if first.1 <= 0.0 {
        return Some("loses at any".to_owned());
    }
    let crossing = points.windows(2).find(|pair| pair[0].1 > 0.0 && pair[1].1 <= 0.0);
    let line = crossing.or_else(|| points.windows(2).last())?;
    let slope = (line[1].1 - line[0].1) / (line[1].0 - line[0].0);
    if slope >= 0.0 {
        return Some("none".to_owned());
    }
    let share = line[0].0 - line[0].1 / slope;
    let beyond = if share > last.0 { " (extended)" } else { "" };
    Some(format!("{}{beyond}", number::fixed(share, 2)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::Usd;

    fn at(points: &[(f64, i64)]) -> Option<String> {
        let rows: Vec<SlippageRow> = points
            .iter()
            .map(|&(half_spread_fraction, dollars)| SlippageRow {
                place: (0, 0),
                half_spread_fraction,
                pnl_usd: Some(Usd(dollars * 100)),
                max_drawdown_usd: None,
                drawdown_reduction: None,
            })
            .collect();
        break_even(&rows.iter().map(Some).collect::<Vec<_>>())
    }

    #[test]
    fn the_break_even_lies_where_the_line_meets_zero() {
        assert_eq!(at(&[(0.0, 100), (0.5, 50), (1.0, -50)]).as_deref(), Some("0.75"));
        assert_eq!(at(&[(0.0, 100), (0.5, 75), (1.0, 50)]).as_deref(), Some("2.00 (extended)"));
        assert_eq!(at(&[(0.0, -1), (0.5, -2)]).as_deref(), Some("loses at any"));
        assert_eq!(at(&[(0.0, 5), (0.5, 5)]).as_deref(), Some("none"));
        assert_eq!(at(&[(0.5, 5)]), None, "one run has no line");
    }
}
