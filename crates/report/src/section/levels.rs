//! Calm and wild days: what the book and the hedges made by the VIX of the close before.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::document::{Block, Cell, Column, Row, RowRole, Section, Table};
use crate::folder::{Curve, RunFolder};
use crate::section::{absent, cells, days};
use tables::Money;

/// Lower ends of the bands of VIX, and their names.
const BANDS: [(f64, &str); 4] = [
    (0.0, "below 15"),
    (15.0, "15 to 20"),
    (20.0, "20 to 30"),
    (30.0, "30 and above"),
];

/// A table per window.
pub fn section(run: &RunFolder) -> Section {
    let mut blocks = Vec::new();
    match run.market {
        None => blocks.push(absent("market.csv", "the level of VIX")),
        Some(_) => {
            let intro = "Sessions by VIX at the close before, which was known when the session began: trading P&L of the unhedged \
                         book, then what each hedge added to it.";
            blocks.push(Block::Paragraph(intro.to_owned()));
            let windows = 0..run.manifest.windows.len();
            blocks.extend(
                windows
                    .filter_map(|window| table(run, window))
                    .map(Block::Table),
            );
        }
    }
    Section {
        id: "levels",
        title: "Calm and wild days",
        blocks,
    }
}

fn table(run: &RunFolder, window: usize) -> Option<Table> {
    let base = run.curve_of(window, run.unhedged()?)?;
    let hedged = match run.is_large() {
        true => days::hedged(run, window).into_iter().take(1).collect(),
        false => days::hedged(run, window),
    };
    let before = before(run);
    let band = |at: usize| {
        let vix = before.get(&base.dates[at])?;
        BANDS.iter().rposition(|(from, _)| vix >= from)
    };
    let bands: Vec<Option<usize>> = (0..base.dates.len()).map(band).collect();
    let made = |curve: &Curve, own: &dyn Fn(usize) -> bool| -> Money {
        let sessions = (0..base.dates.len()).filter(|at| own(*at));
        sessions
            .map(|at| curve.trading_pnl(at, run.capital()))
            .sum()
    };
    let row = |name: &str, role: RowRole, own: &dyn Fn(usize) -> bool| {
        let n = (0..base.dates.len()).filter(|at| own(*at)).count();
        let alone = made(base, own);
        let fixed = [
            Cell::text(name),
            cells::count(n),
            cells::percent(Some(n as f64 / base.dates.len().max(1) as f64)),
            cells::signed_usd((n > 0).then_some(alone)),
        ];
        let added = hedged
            .iter()
            .map(|(_, curve)| cells::signed_usd((n > 0).then(|| made(curve, own) - alone)));
        Row {
            cells: fixed.into_iter().chain(added).collect(),
            role,
        }
    };
    let mut rows: Vec<Row> = (0..BANDS.len())
        .filter(|band| bands.contains(&Some(*band)))
        .map(|band| row(BANDS[band].1, RowRole::Plain, &|at| bands[at] == Some(band)))
        .collect();
    if bands.contains(&None) {
        rows.push(row("not known", RowRole::Quiet, &|at| bands[at].is_none()));
    }
    rows.push(row("all sessions", RowRole::Total, &|_| true));
    let fixed = [
        Column::text("VIX"),
        Column::number("Sessions", ""),
        Column::number("Share", "%"),
        Column::number("Unhedged", "$"),
    ];
    let arms = hedged
        .iter()
        .map(|(arm, _)| Column::number(&run.label(*arm), "$ added"));
    Some(Table {
        caption: format!(
            "{}: P&L by VIX at the close before",
            run.manifest.windows[window].name
        ),
        columns: fixed.into_iter().chain(arms).collect(),
        rows,
    })
}

/// VIX at the close before each session of the market table.
fn before(run: &RunFolder) -> BTreeMap<NaiveDate, f64> {
    let rows = run.market.as_deref().unwrap_or_default();
    rows.windows(2)
        .filter_map(|two| Some((two[1].date, two[0].vix?)))
        .collect()
}
