//! What made the P&L: by reason, by greek and by leg, layer by layer; and the greeks of every book.

use crate::chart::{LineChart, Series, Unit};
use crate::document::{Block, Cell, Column, Row, RowRole, Table};
use crate::folder::{Curve, Placed, RunFolder};
use crate::section::{absent, cells};
use tables::Money;
use tables::manifest::ArmKind;
use tables::{AttributionRow, GreekRow};

/// A greek of a row.
type Greek = fn(&GreekRow) -> Option<f64>;

/// The greeks with what they are, in the order they are shown.
const GREEKS: [(Greek, &str); 7] = [
    (|row| row.delta, "delta of the SPX options [$ per point]"),
    (
        |row| row.gamma,
        "gamma of the SPX options [$ per point squared]",
    ),
    (|row| row.vega, "vega of the SPX options [$ per vol point]"),
    (|row| row.theta, "theta of the whole book [$ a day]"),
    (
        |row| row.vix_delta,
        "delta of the VIX options and futures [$ per point]",
    ),
    (
        |row| row.vix_gamma,
        "gamma of the VIX options [$ per point squared]",
    ),
    (
        |row| row.vix_vega,
        "vega of the VIX options [$ per vol point]",
    ),
];

/// How the P&L is cut, with the words for it.
const KINDS: [(&str, &str); 3] = [
    ("reason", "P&L by layer and reason"),
    (
        "greek",
        "P&L by layer and greek; the residual is what the greeks of each close do not explain",
    ),
    ("leg", "P&L by layer and kind of leg"),
];

/// The layer of what belongs to the whole account, such as interest: outside the P&L of the layers.
const ACCOUNT: &str = "account";

/// The attribution tables of a window, or the sentence that says there are none.
pub fn tables(run: &RunFolder, window: usize) -> Vec<Block> {
    let Some(rows) = &run.attribution else {
        return vec![absent(
            "attribution.csv",
            "the attribution by reason, greek and leg",
        )];
    };
    let own: Vec<&Placed<AttributionRow>> =
        rows.iter().filter(|row| row.place.0 == window).collect();
    let blocks: Vec<Block> = KINDS
        .iter()
        .filter_map(|(kind, what): &(&str, &str)| {
            let rows: Vec<&Placed<AttributionRow>> = own
                .iter()
                .copied()
                .filter(|row| row.kind == *kind)
                .collect();
            (!rows.is_empty()).then(|| Block::Table(table(run, window, what, &rows)))
        })
        .collect();
    match blocks.is_empty() {
        true => vec![Block::Note(
            "attribution.csv has no row for this window.".to_owned(),
        )],
        false => blocks,
    }
}

/// A row per arm and layer, a column per component, and the sum; twins are left to the file.
fn table(run: &RunFolder, window: usize, what: &str, rows: &[&Placed<AttributionRow>]) -> Table {
    let (components, lines) = heads(run, rows);
    let of = |arm: usize, layer: Option<&str>, component: &str| -> Option<Money> {
        let found: Vec<Money> = of_arm(rows, arm)
            .iter()
            .filter(|row: &&&Placed<AttributionRow>| {
                let wanted = layer.map_or(row.layer != ACCOUNT, |layer| row.layer == layer);
                row.component == component && wanted
            })
            .map(|row| row.usd)
            .collect();
        (!found.is_empty()).then(|| found.into_iter().sum())
    };
    let line = |arm: usize, layer: Option<&str>| {
        let parts: Vec<Option<Money>> = components
            .iter()
            .map(|component| of(arm, layer, component))
            .collect();
        let total: Money = parts.iter().flatten().copied().sum();
        let named = [
            cells::arm(run, arm),
            Cell::text(layer.unwrap_or("all layers")),
        ];
        let cells = named
            .into_iter()
            .chain(parts.into_iter().map(cells::signed_usd));
        let role = if layer.is_none() {
            RowRole::Total
        } else {
            RowRole::Plain
        };
        Row {
            cells: cells.chain([cells::signed_usd(Some(total))]).collect(),
            role,
        }
    };
    let mut table = Vec::new();
    for (at, (arm, layer)) in lines.iter().enumerate() {
        table.push(line(*arm, Some(layer)));
        let last = *layer != ACCOUNT
            && lines
                .get(at + 1)
                .is_none_or(|next: &(usize, &str)| next.0 != *arm || next.1 == ACCOUNT);
        let several = lines
            .iter()
            .filter(|other| other.0 == *arm && other.1 != ACCOUNT)
            .count()
            > 1;
        if last && several {
            table.push(line(*arm, None));
        }
    }
    let heads = components
        .iter()
        .map(|component| Column::number(&component.replace('_', " "), "$"));
    Table {
        caption: format!("{}: {what}", run.manifest.windows[window].name),
        columns: [Column::text("Arm"), Column::text("Layer")]
            .into_iter()
            .chain(heads)
            .chain([Column::number("Together", "$")])
            .collect(),
        rows: table,
    }
}

/// The rows of an arm, among rows of one window in the order of their arms.
fn of_arm<'r, 'p, R>(rows: &'r [&'p Placed<R>], arm: usize) -> &'r [&'p Placed<R>] {
    let first = rows.partition_point(|row| row.place.1 < arm);
    let rest = &rows[first..];
    &rest[..rest.partition_point(|row| row.place.1 == arm)]
}

/// The components of the columns, in the order of the file, and arm and layer of each line.
fn heads<'r>(
    run: &RunFolder,
    rows: &[&'r Placed<AttributionRow>],
) -> (Vec<&'r str>, Vec<(usize, &'r str)>) {
    let mut components: Vec<&str> = Vec::new();
    let mut lines: Vec<(usize, &str)> = Vec::new();
    for row in rows
        .iter()
        .filter(|row| run.arm(row.place.1).kind != ArmKind::EqualSpendTwin)
    {
        if !components.contains(&row.component.as_str()) {
            components.push(&row.component);
        }
        if !lines.contains(&(row.place.1, &row.layer)) {
            lines.push((row.place.1, &row.layer));
        }
    }
    lines.sort_by_key(|(arm, layer)| (*arm, *layer == ACCOUNT, run.layer_rank(layer)));
    (components, lines)
}

/// One panel per greek with a line per arm, on the last session of every week.
pub fn greeks(run: &RunFolder, window: usize) -> Vec<Block> {
    let Some(rows) = &run.greeks else {
        return vec![absent("greeks.csv", "the greeks of the books")];
    };
    let own: Vec<&Placed<GreekRow>> = rows.iter().filter(|row| row.place.0 == window).collect();
    let Some(curve) = run
        .curves
        .iter()
        .find(|curve| curve.place.0 == window)
        .filter(|_| !own.is_empty())
    else {
        return vec![Block::Note(
            "greeks.csv has no row for this window.".to_owned(),
        )];
    };
    (0..GREEKS.len())
        .filter(|greek: &usize| {
            own.iter()
                .any(|row| (GREEKS[*greek].0)(row).is_some_and(|value| value.abs() > 0.0))
        })
        .map(|greek| Block::Lines(panel(run, window, curve, &own, greek)))
        .collect()
}

fn panel(
    run: &RunFolder,
    window: usize,
    curve: &Curve,
    rows: &[&Placed<GreekRow>],
    greek: usize,
) -> LineChart {
    // One close in four weeks is enough to see the level of thirty books.
    let weeks: Vec<usize> = curve
        .week_ends()
        .into_iter()
        .step_by(if run.is_large() { 4 } else { 1 })
        .collect();
    let series = |arm: usize| {
        let mut own: Vec<(chrono::NaiveDate, Option<f64>)> = of_arm(rows, arm)
            .iter()
            .map(|row| (row.date, (GREEKS[greek].0)(row)))
            .collect();
        own.sort_by_key(|(date, _)| *date);
        let at = |day| {
            own.binary_search_by_key(day, |(date, _)| *date)
                .ok()
                .and_then(|at| own[at].1)
        };
        let values = weeks.iter().map(|&week| at(&curve.dates[week])).collect();
        Series {
            name: run.label(arm),
            style: run.style(arm),
            values,
            shaded: false,
        }
    };
    LineChart {
        caption: format!(
            "{}: {} at the last close of {}",
            run.manifest.windows[window].name,
            GREEKS[greek].1,
            if run.is_large() {
                "every fourth week"
            } else {
                "each week"
            }
        ),
        group: window,
        unit: Unit::Ratio,
        height: 170,
        days: weeks.iter().map(|&at| curve.dates[at]).collect(),
        series: run
            .main_arms()
            .into_iter()
            .filter(|arm: &usize| !of_arm(rows, *arm).is_empty())
            .map(series)
            .collect(),
        marks: Vec::new(),
        include: vec![0.0],
        ..LineChart::default()
    }
}
