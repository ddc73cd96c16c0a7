//! The ten worst and the ten best condor days, and what each hedge did on them.

use std::collections::BTreeMap;

use crate::document::{Block, Cell, Column, Row, RowRole, Section, Table};
use crate::folder::{Curve, RunFolder};
use crate::number::{self, Money};
use crate::section::{cells, per_window};
use chrono::NaiveDate;

const DAYS: usize = 10;

/// Worst and best days of the unhedged condors per window.
pub fn section(run: &RunFolder) -> Section {
    let Some(base) = run.unhedged() else {
        let note = Block::Note("The run has no unhedged arm to choose the days by.".to_owned());
        return Section {
            id: "days",
            title: "Worst and best condor days",
            blocks: vec![note],
        };
    };
    let intro = "Days are chosen by the P&L of the condors in the unhedged arm. Beside each, the P&L of each hedged \
                 arm's layers on that day; all at mid, before costs. Answered is the hedge's P&L on these days over the \
                 condors' loss on them.";
    let mut blocks = vec![Block::Paragraph(intro.to_owned())];
    blocks.extend(per_window(run, |window| {
        let Some(curve) = run.curve_of(window, base) else {
            return Vec::new();
        };
        let order = by_condor(curve);
        let worst = first(&order);
        let best = first(&order.iter().rev().copied().collect::<Vec<usize>>());
        vec![
            Block::Table(days(
                run,
                window,
                curve,
                "the ten worst condor days",
                &worst,
            )),
            Block::Table(split(
                run,
                window,
                curve,
                "the ten worst condor days, layer by layer",
                &worst,
            )),
            Block::Table(days(run, window, curve, "the ten best condor days", &best)),
        ]
    }));
    Section {
        id: "days",
        title: "Worst and best condor days",
        blocks,
    }
}

/// Sessions from the worst to the best condor day; equals in order of time.
pub fn by_condor(curve: &Curve) -> Vec<usize> {
    let mut order: Vec<usize> = (0..curve.dates.len()).collect();
    order.sort_by_key(|&at| (curve.condor[at], at));
    order
}

fn first(order: &[usize]) -> Vec<usize> {
    order.iter().take(DAYS).copied().collect()
}

fn days(run: &RunFolder, window: usize, base: &Curve, what: &str, chosen: &[usize]) -> Table {
    let hedged: Vec<(usize, &Curve)> = hedged(run, window);
    let amounts = |at: usize| {
        std::iter::once(base.condor[at]).chain(hedged.iter().map(move |(_, c)| c.hedge(at)))
    };
    let largest = chosen
        .iter()
        .flat_map(|&at| amounts(at))
        .map(|usd| usd.abs().usd())
        .fold(0.0, f64::max);
    let market = market(run);
    let mut rows: Vec<Row> = chosen
        .iter()
        .map(|&at: &usize| {
            let bars =
                amounts(at).map(|usd| cells::signed_usd(Some(usd)).with_bar(usd.usd(), largest));
            let (move_of, vix) = market.get(&base.dates[at]).copied().unwrap_or_default();
            let named = [
                Cell::text(base.dates[at].to_string()),
                Cell::maybe(move_of.map(|change| number::signed(change * 100.0, 2))),
                cells::ratio(vix, 2),
            ];
            Row::plain(named.into_iter().chain(bars).collect())
        })
        .collect();
    let sums = sums(base, &hedged, chosen);
    rows.push(total(
        "Together",
        sums.iter()
            .map(|usd| cells::signed_usd(Some(*usd)))
            .collect(),
    ));
    rows.extend((sums[0] < Money::ZERO).then(|| answered(&sums)));
    let arms = hedged
        .iter()
        .map(|(arm, _)| Column::number(&run.label(*arm), "$"));
    let fixed = [
        Column::text("Day"),
        Column::number("SPX", "%"),
        Column::number("VIX", ""),
        Column::number("Condors", "$"),
    ];
    Table {
        caption: format!(
            "{}: {what}, and the hedges on them",
            run.manifest.windows[window].name
        ),
        columns: fixed.into_iter().chain(arms).collect(),
        rows,
    }
}

fn sums(base: &Curve, hedged: &[(usize, &Curve)], chosen: &[usize]) -> Vec<Money> {
    let condors = chosen.iter().map(|&at| base.condor[at]).sum();
    std::iter::once(condors)
        .chain(
            hedged
                .iter()
                .map(|(_, curve)| chosen.iter().map(|&at| curve.hedge(at)).sum()),
        )
        .collect()
}

/// Hedge P&L over the condors' loss (docs/model.md#hedge-comparison, "hit"), in percent.
fn answered(sums: &[Money]) -> Row {
    let share = |usd: &Money| cells::percent(Some(usd.usd() / sums[0].abs().usd()));
    let cells = std::iter::once(Cell::default())
        .chain(sums[1..].iter().map(share))
        .collect();
    total("Answered [%]", cells)
}

fn total(name: &str, cells: Vec<Cell>) -> Row {
    let blank = Cell::text("\u{a0}");
    let first = [Cell::text(name), blank.clone(), blank.clone()];
    let cells = first.into_iter().chain(cells.into_iter().map(|cell| {
        if cell.text.is_none() {
            blank.clone()
        } else {
            cell
        }
    }));
    Row {
        cells: cells.collect(),
        role: RowRole::Total,
    }
}

/// The same days, summed by layer.
fn split(run: &RunFolder, window: usize, base: &Curve, what: &str, chosen: &[usize]) -> Table {
    let names = &run.layer_names;
    let condors: Money = chosen.iter().map(|&at| base.condor[at]).sum();
    let row = |(arm, curve): &(usize, &Curve)| {
        let layer = |slot: usize| {
            chosen
                .iter()
                .map(|&at| curve.layers[slot][at])
                .sum::<Money>()
        };
        let has = |slot: usize| run.arm(*arm).layers.contains(&names[slot]);
        let parts = (0..names.len()).map(|slot| cells::signed_usd(has(slot).then(|| layer(slot))));
        let whole: Money = (0..names.len()).map(layer).sum();
        let cells = std::iter::once(cells::arm(run, *arm)).chain(parts);
        Row::plain(
            cells
                .chain([
                    cells::signed_usd(Some(whole)),
                    cells::signed_usd(Some(condors)),
                ])
                .collect(),
        )
    };
    let layers = names.iter().map(|name| Column::number(name, "$"));
    Table {
        caption: format!("{}: {what}", run.manifest.windows[window].name),
        columns: std::iter::once(Column::text("Arm"))
            .chain(layers)
            .chain([
                Column::number("All layers", "$"),
                Column::number("Condors", "$"),
            ])
            .collect(),
        rows: hedged(run, window).iter().map(row).collect(),
    }
}

pub fn hedged(run: &RunFolder, window: usize) -> Vec<(usize, &Curve)> {
    run.policies()
        .into_iter()
        .filter_map(|arm| run.curve_of(window, arm).map(|curve| (arm, curve)))
        .collect()
}

/// Change of the S&P 500 on the day before's close, and VIX, by day.
pub fn market(run: &RunFolder) -> BTreeMap<NaiveDate, (Option<f64>, Option<f64>)> {
    let rows = run.market.as_deref().unwrap_or_default();
    let change = |at: usize| {
        let before = rows[at.checked_sub(1)?].spx_close?;
        Some(rows[at].spx_close? / before - 1.0)
    };
    (0..rows.len())
        .map(|at| (rows[at].date, (change(at), rows[at].vix)))
        .collect()
}
