//! Where each hedge layer cost and paid, and what made its P&L.

use crate::chart::{LineChart, Series, Unit};
use crate::document::{Block, Cell, Column, Row, Section, Table};
use crate::folder::{Placed, RunFolder};
use crate::section::{absent, attribution, cells, measures, per_window};
use crate::style::Style;
use tables::LayerRow;
use tables::Money;
use tables::manifest::ArmKind;

/// Layers take looks that the first arms do not have, so that no line seems to be an arm.
const FIRST_SLOT: usize = 6;

/// The ledger of every layer, and its cumulative P&L.
pub fn section(run: &RunFolder) -> Section {
    let intro = "Every layer has a ledger of its own, so its cost and its pay-off are sums of its own fills, not \
                 differences of two runs. The curves are";
    let rest = "at mid, before fees and slippage, all of a window on one scale.";
    let rhythm = if run.is_large() {
        "of every fourth week"
    } else {
        "weekly"
    };
    let mut blocks = vec![Block::Paragraph(format!("{intro} {rhythm}, {rest}"))];
    blocks.extend(
        run.layers
            .is_none()
            .then(|| absent("layers.csv", "the ledgers of the layers")),
    );
    blocks.extend(per_window(run, |window| {
        let table = run
            .layers
            .iter()
            .flat_map(|rows| ledgers(run, window, rows));
        let charts = charts(run, window).into_iter().map(Block::Lines);
        let greeks = Block::Details(
            "Greeks of the books over time".to_owned(),
            attribution::greeks(run, window),
        );
        let yields = measures::yields(run, window)
            .into_iter()
            .chain(measures::habits(run, window));
        table
            .chain(yields)
            .chain(charts)
            .chain(attribution::tables(run, window))
            .chain([greeks])
            .collect()
    }));
    Section {
        id: "layers",
        title: "Hedge layers and attribution",
        blocks,
    }
}

/// The ledgers of the policies, and those of the twins for who asks.
fn ledgers(run: &RunFolder, window: usize, rows: &[Placed<LayerRow>]) -> Vec<Block> {
    let of_window = rows.iter().filter(|row| row.place.0 == window);
    let (twins, own): (Vec<&Placed<LayerRow>>, Vec<&Placed<LayerRow>>) = of_window
        .partition(|row: &&Placed<LayerRow>| run.arm(row.place.1).kind == ArmKind::EqualSpendTwin);
    let table =
        |what: &str, rows: Vec<&Placed<LayerRow>>| Block::Table(ledger(run, window, what, rows));
    let mut blocks = vec![table("ledger of each layer", own)];
    if !twins.is_empty() {
        let inner = vec![table("ledger of each layer of the twins", twins)];
        blocks.push(Block::Details(
            "Ledgers of the equal-spend twins".to_owned(),
            inner,
        ));
    }
    blocks
}

fn ledger(run: &RunFolder, window: usize, what: &str, rows: Vec<&Placed<LayerRow>>) -> Table {
    let largest = rows
        .iter()
        .filter_map(|row| row.pnl_usd)
        .map(|usd| usd.abs().usd())
        .fold(0.0, f64::max);
    let columns = [
        ("Orders", ""),
        ("Units", ""),
        ("Premium", "$"),
        ("Salvage", "$"),
        ("Fees", "$"),
        ("Slippage", "$"),
        ("P&L", "$"),
        ("Purse credited", "$"),
        ("Forgone", "$"),
        ("Lapsed", "$"),
        ("Unspent", "$"),
    ];
    let text = ["Arm", "Layer"].into_iter().map(Column::text);
    Table {
        caption: format!("{}: {what}", run.manifest.windows[window].name),
        columns: text
            .chain(
                columns
                    .into_iter()
                    .map(|(head, unit)| Column::number(head, unit)),
            )
            .collect(),
        rows: rows
            .into_iter()
            .map(|row| ledger_row(run, row, largest))
            .collect(),
    }
}

fn ledger_row(run: &RunFolder, row: &Placed<LayerRow>, largest: f64) -> Row {
    let pnl = cells::signed_usd(row.pnl_usd);
    let pnl = match row.pnl_usd {
        Some(usd) => pnl.with_bar(usd.usd(), largest),
        None => pnl,
    };
    let money = [
        cells::usd(row.premium_usd),
        cells::usd(row.salvage_usd),
        cells::usd(row.fees_usd),
        cells::usd(row.slippage_usd),
        pnl,
        cells::usd(row.purse_credited_usd),
        cells::usd(row.purse_forgone_usd),
        cells::usd(row.purse_lapsed_usd),
        cells::usd(row.purse_unspent_usd),
    ];
    let named = [cells::arm(run, row.place.1), Cell::text(row.layer.clone())];
    let counts = [cells::count(row.orders), cells::units(row.contracts)];
    let cells = named.into_iter().chain(counts).chain(money).collect();
    Row::quiet_if(run.arm(row.place.1).kind == ArmKind::EqualSpendTwin, cells)
}

/// One picture per policy, all of a window on one scale, so that they can be compared.
fn charts(run: &RunFolder, window: usize) -> Vec<LineChart> {
    let mut charts: Vec<LineChart> = run
        .policies()
        .into_iter()
        .filter_map(|arm| chart(run, window, arm))
        .collect();
    let drawn = charts
        .iter()
        .flat_map(|chart| &chart.series)
        .flat_map(|series| series.values.iter().flatten());
    let (lo, hi) = drawn.fold((0.0_f64, 0.0_f64), |(lo, hi), &value| {
        (lo.min(value), hi.max(value))
    });
    charts
        .iter_mut()
        .for_each(|chart| chart.include = vec![0.0, lo, hi]);
    charts
}

/// Cumulative P&L of the layers of one arm, on the last session of every week: enough to see where they paid.
fn chart(run: &RunFolder, window: usize, arm: usize) -> Option<LineChart> {
    let curve = run.curve_of(window, arm)?;
    let weeks: Vec<usize> = curve
        .week_ends()
        .into_iter()
        .step_by(if run.is_large() { 4 } else { 1 })
        .collect();
    let own = &run.arm(arm).layers;
    let series = |(slot, name): (usize, &String)| {
        let sums = cumulative(&curve.layers[slot]);
        let values = weeks.iter().map(|&at| Some(sums[at].usd())).collect();
        Series {
            name: name.clone(),
            style: Style::plain(slot + FIRST_SLOT),
            values,
            shaded: false,
        }
    };
    let names = &run.layer_names;
    let series: Vec<Series> = names
        .iter()
        .enumerate()
        .filter(|(_, name)| own.contains(name))
        .map(series)
        .collect();
    (!series.is_empty()).then(|| LineChart {
        caption: format!(
            "{}: {}, cumulative P&L by layer [$]",
            run.manifest.windows[window].name,
            run.label(arm)
        ),
        group: window,
        unit: Unit::Usd,
        height: 190,
        days: weeks.iter().map(|&at| curve.dates[at]).collect(),
        series,
        marks: Vec::new(),
        include: Vec::new(),
        ..LineChart::default()
    })
}

fn cumulative(amounts: &[Money]) -> Vec<Money> {
    let running = |sum: &mut Money, amount: &Money| {
        *sum += *amount;
        Some(*sum)
    };
    amounts.iter().scan(Money::ZERO, running).collect()
}
