//! `measures.csv`, each number in the section it belongs to: rates of return of the layers, betas by quarter, how often
//! an arm buys and how well its greeks explain it.

use crate::document::{Block, Cell, Column, Row, Table};
use crate::folder::RunFolder;
use crate::number;
use crate::section::cells;
use tables::MeasureRow;

/// The rows of a window; none where the folder has no such file.
fn of_window(run: &RunFolder, window: usize) -> Vec<&MeasureRow> {
    let name = &run.manifest.windows[window].name;
    run.measures
        .iter()
        .flatten()
        .filter(|row| row.window == *name)
        .collect()
}

fn find<'r>(
    rows: &[&'r MeasureRow],
    of: (&str, &str, &str),
    measure: &str,
) -> Option<&'r MeasureRow> {
    rows.iter()
        .find(|row: &&&MeasureRow| {
            (row.arm.as_str(), row.layer.as_str(), row.period.as_str()) == of
                && row.measure == measure
        })
        .copied()
}

/// Internal rate of return, present value and P&L over premium of every hedge layer.
pub fn yields(run: &RunFolder, window: usize) -> Option<Block> {
    let rows = of_window(run, window);
    let line = |irr: &&MeasureRow| {
        let arm = run
            .main_arms()
            .into_iter()
            .find(|arm| run.arm(*arm).name == irr.arm)?;
        let value = |measure: &str| {
            find(&rows, (&irr.arm, &irr.layer, ""), measure)
                .and_then(|row| row.value)
                .map(f64::from)
        };
        Some(Row::plain(vec![
            cells::arm(run, arm),
            Cell::text(irr.layer.clone()),
            Cell::text(cells::plain(irr.n)),
            cells::signed_percent(irr.value.map(f64::from)),
            Cell::maybe(value("hedge_npv_usd").map(|usd| super::controls::print("_usd", usd))),
            cells::signed_percent(value("hedge_pnl_per_premium")),
            Cell::text(irr.note.clone()),
        ]))
    };
    let lines: Vec<Row> = rows
        .iter()
        .filter(|row| row.measure == "hedge_irr")
        .filter_map(line)
        .collect();
    (!lines.is_empty()).then(|| {
        Block::Table(Table {
            caption: format!(
                "{}: rate of return of each layer's dated cash, its present value at the mean overnight rate, and P&L over premium",
                run.manifest.windows[window].name
            ),
            columns: vec![
                Column::text("Arm"),
                Column::text("Layer"),
                Column::number("Days with cash", ""),
                Column::number("IRR", "% a year"),
                Column::number("Present value", "$"),
                Column::number("P&L over premium", "%"),
                Column::text("On the rate"),
            ],
            rows: lines,
        })
    })
}

/// Beta of every arm over the window and over the last 63 sessions of each quarter: all days, then falling days, in two
/// tables, because two years of both are wider than paper.
pub fn betas(run: &RunFolder, window: usize) -> Vec<Block> {
    let kinds = [
        ("beta", "beta to the S&P 500"),
        ("downside_beta", "beta on falling days"),
    ];
    kinds
        .into_iter()
        .filter_map(|(measure, what)| beta(run, window, measure, what))
        .collect()
}

fn beta(run: &RunFolder, window: usize, measure: &str, what: &str) -> Option<Block> {
    let rows = of_window(run, window);
    let mut periods: Vec<&str> = Vec::new();
    for row in rows.iter().filter(|row| row.measure == measure) {
        if !periods.contains(&row.period.as_str()) {
            periods.push(&row.period);
        }
    }
    let line = |arm: usize| {
        let name = run.arm(arm).name.as_str();
        Row::plain(
            std::iter::once(cells::arm(run, arm))
                .chain(periods.iter().map(|period: &&str| {
                    let value = find(&rows, (name, "", period), measure)
                        .and_then(|row| row.value)
                        .map(f64::from);
                    Cell::maybe(value.map(|beta| number::signed(beta, 3)))
                }))
                .collect(),
        )
    };
    let head =
        |period: &&str| Column::number(if period.is_empty() { "Window" } else { period }, "");
    let lines: Vec<Row> = run
        .main_arms()
        .into_iter()
        .filter(|arm: &usize| find(&rows, (&run.arm(*arm).name, "", ""), measure).is_some())
        .map(line)
        .collect();
    (!lines.is_empty()).then(|| {
        Block::Table(Table {
            caption: format!(
                "{}: {what}, over the window and the last 63 sessions of each quarter",
                run.manifest.windows[window].name
            ),
            columns: std::iter::once(Column::text("Arm"))
                .chain(periods.iter().map(head))
                .collect(),
            rows: lines,
        })
    })
}

/// How often each arm buys and how much of its days the greeks leave unexplained.
pub fn habits(run: &RunFolder, window: usize) -> Option<Block> {
    let rows = of_window(run, window);
    let lines: Vec<Row> = run
        .main_arms()
        .into_iter()
        .filter_map(|arm: usize| {
            let of = |measure: &str| find(&rows, (&run.arm(arm).name, "", ""), measure);
            let residual = of("greek_residual_share")?;
            let bought = of("hedge_purchases_per_month");
            Some(Row::plain(vec![
                cells::arm(run, arm),
                Cell::maybe(bought.and_then(|row| row.n).map(|n| n.to_string())),
                cells::ratio(bought.and_then(|row| row.value).map(f64::from), 2),
                cells::percent(residual.value.map(f64::from)),
                Cell::text(cells::plain(residual.n)),
            ]))
        })
        .collect();
    (!lines.is_empty()).then(|| {
        Block::Table(Table {
            caption: format!(
                "{}: hedge purchases, and what the greeks leave unexplained on days with an index move below 2 % (median of \
                 the residual over the sum of all greek terms)",
                run.manifest.windows[window].name
            ),
            columns: vec![
                Column::text("Arm"),
                Column::number("Purchases", ""),
                Column::number("A month of 21 sessions", ""),
                Column::number("Unexplained", "%"),
                Column::number("Days", ""),
            ],
            rows: lines,
        })
    })
}

/// How fast VIX came back, in a sentence.
pub fn half_life(run: &RunFolder, window: usize) -> Option<Block> {
    let rows = of_window(run, window);
    let row = find(&rows, ("", "", ""), "vix_half_life_sessions")?;
    let name = &run.manifest.windows[window].name;
    let text = match row.value {
        Some(sessions) => format!(
            "{name}: half of a departure of VIX from its mean was gone after {} sessions ({}, n = {}).",
            number::fixed(sessions.into(), 1),
            row.note,
            cells::plain(row.n)
        ),
        None => format!(
            "{name}: VIX did not come back to a mean; it has no half-life (n = {}).",
            cells::plain(row.n)
        ),
    };
    Some(Block::Note(text))
}
