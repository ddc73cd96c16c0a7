//! How the headline moves when the price model is off by its own stated error.

mod worlds;

use crate::chart::{RangeChart, RangeRow, Unit};
use crate::document::{Block, Cell, Column, Row, Section, Table};
use crate::folder::{Placed, RunFolder};
use crate::section::{absent, cells, per_window};
use crate::style::Style;
use tables::BandRow;

/// The band of condor P&L, hedge effect and drawdown reduction, and which of them the model can turn round.
pub fn section(run: &RunFolder) -> Section {
    let blocks = match &run.bands {
        None => vec![absent("bands.csv", "the effect of the price model's error")],
        Some(rows) => {
            let drawn = drawn(run);
            let intro = if drawn.is_empty() {
                SHIFTED
            } else {
                "Sensitivity: the whole run again with one constant shift in all of a window, which is not how the error \
                 behaves. The bar spans all variants, the dot is the model as it stands."
            };
            let windows = per_window(run, |window| one_window(run, window, rows));
            drawn
                .into_iter()
                .chain(std::iter::once(Block::Paragraph(intro.to_owned())))
                .chain(windows)
                .collect()
        }
    };
    Section {
        id: "model-error",
        title: "Model error",
        blocks,
    }
}

/// The same in brief: which numbers the error can turn round, and the picture of what the hedges added.
pub fn brief(run: &RunFolder) -> Section {
    let windows = 0..run.manifest.windows.len();
    let worlds = run.worlds.as_deref().unwrap_or_default();
    let charts = |window: usize| match (worlds.iter().any(|row| row.place.0 == window), &run.bands)
    {
        (true, _) => worlds::charts(run, window, worlds),
        (false, Some(rows)) => charts(run, window, rows),
        (false, None) => Vec::new(),
    };
    let mut blocks = Vec::new();
    let mut pictures = Vec::new();
    for window in windows {
        let charts = charts(window);
        let said: Vec<String> = charts.iter().map(verdict).collect();
        if !said.is_empty() {
            let name = &run.manifest.windows[window].name;
            blocks.push(Block::Paragraph(format!("{name}. {}", said.join(" "))));
        }
        pictures.extend(
            charts
                .into_iter()
                .nth(1)
                .map(|chart| vec![Block::Ranges(chart)]),
        );
    }
    match (run.manifest.prices.as_str(), pictures.is_empty()) {
        (_, true) => blocks.push(absent("bands.csv", "the effect of the price model's error")),
        _ => {
            let intro = "Option prices come from a model with a known error. Here the whole run is done again with prices off by that \
                         error, and what changes its sign is named: no such number is a finding.";
            blocks.insert(0, Block::Paragraph(intro.to_owned()));
            let pairs = pictures.chunks(2).map(|pair| Block::Columns(pair.to_vec()));
            blocks.extend(pairs);
        }
    }
    Section {
        id: "error",
        title: "Could wrong prices turn it round",
        blocks,
    }
}

const SHIFTED: &str = "The whole run again with the price model shifted by its stated error: strikes are selected anew, \
                       entries, marks and exits all move. The bar spans all variants, the dot is the model as it stands. \
                       A quantity whose bar crosses zero can be turned round by the model's error alone.";

/// What worlds drawn from the measured error say; nothing in a folder without them.
fn drawn(run: &RunFolder) -> Vec<Block> {
    let Some(rows) = run.worlds.as_deref().filter(|rows| !rows.is_empty()) else {
        return Vec::new();
    };
    let intro = "The whole run again in worlds drawn from the measured error of the price model: a level that stays, and noise \
                 that fades from session to session. Strikes are selected anew, entries, marks and exits are priced in \
                 each. The bar is the middle of the worlds, the dot their median. A quantity whose bar crosses zero can \
                 be turned round by the model's error alone.";
    let windows = per_window(run, |window| worlds::one_window(run, window, rows));
    std::iter::once(Block::Paragraph(intro.to_owned()))
        .chain(windows)
        .collect()
}

fn one_window(run: &RunFolder, window: usize, rows: &[Placed<BandRow>]) -> Vec<Block> {
    let charts = charts(run, window, rows);
    let rows: Vec<&Placed<BandRow>> = rows.iter().filter(|row| row.place.0 == window).collect();
    shown(charts, "Every variant", table(run, window, &rows))
}

/// What the charts say, the charts that have rows, and the numbers folded under a title.
fn shown(charts: Vec<RangeChart>, title: &str, numbers: Table) -> Vec<Block> {
    let mut blocks = vec![Block::List(charts.iter().map(verdict).collect())];
    let drawn = charts.into_iter().filter(|chart| !chart.rows.is_empty());
    blocks.extend(drawn.map(Block::Ranges));
    blocks.push(Block::Details(
        title.to_owned(),
        vec![Block::Table(numbers)],
    ));
    blocks
}

/// P&L of the condors, what the hedges added, and how they changed the worst fall, under every variant.
fn charts(run: &RunFolder, window: usize, rows: &[Placed<BandRow>]) -> Vec<RangeChart> {
    let rows: Vec<&Placed<BandRow>> = rows.iter().filter(|row| row.place.0 == window).collect();
    let condor = |row: &Placed<BandRow>| row.condor_pnl_usd.map(|usd| usd.usd());
    let effect = |row: &Placed<BandRow>| row.hedge_effect_usd.map(|usd| usd.usd());
    let reduction = |row: &Placed<BandRow>| row.drawdown_reduction;
    // The condors are the same in every arm, so any arm's rows tell of them; the unhedged one's where it has some.
    let first = rows
        .iter()
        .map(|row| row.place.1)
        .find(|arm| Some(*arm) == run.unhedged());
    let base: Vec<usize> = first
        .or_else(|| rows.first().map(|row| row.place.1))
        .into_iter()
        .collect();
    let mut condors = chart(
        run,
        window,
        &rows,
        &base,
        "P&L of the condors",
        Unit::Usd,
        &condor,
    );
    condors
        .rows
        .iter_mut()
        .for_each(|row| (row.name, row.style) = ("condors".to_owned(), Style::plain(0)));
    vec![
        condors,
        chart(
            run,
            window,
            &rows,
            &run.policies(),
            "hedged minus unhedged trading P&L",
            Unit::Usd,
            &effect,
        ),
        chart(
            run,
            window,
            &rows,
            &run.policies(),
            "drawdown reduction",
            Unit::Percent,
            &reduction,
        ),
    ]
}

fn chart(
    run: &RunFolder,
    window: usize,
    rows: &[&Placed<BandRow>],
    arms: &[usize],
    what: &str,
    unit: Unit,
    value: &dyn Fn(&Placed<BandRow>) -> Option<f64>,
) -> RangeChart {
    let row = |&arm: &usize| {
        let of_arm = rows.iter().filter(move |row| row.place.1 == arm);
        let points: Vec<f64> = of_arm.clone().filter_map(|row| value(row)).collect();
        let ends = points
            .iter()
            .fold(None, |ends: Option<(f64, f64)>, &point| {
                Some(ends.map_or((point, point), |(lo, hi)| (lo.min(point), hi.max(point))))
            });
        let base = of_arm
            .clone()
            .find(|row| row.variant == "base")
            .and_then(|row| value(row));
        ends.map(|span| RangeRow {
            points,
            ..bar(run, arm, base, span)
        })
    };
    let caption = format!(
        "{}: {what} under the model's error [{}]",
        run.manifest.windows[window].name,
        unit.sign()
    );
    let rows = arms.iter().filter_map(row).collect();
    of_arms(caption, unit, rows, ["Model as it stands", "All variants"])
}

/// The bar of an arm, which no switch hides.
fn bar(run: &RunFolder, arm: usize, value: Option<f64>, span: (f64, f64)) -> RangeRow {
    RangeRow {
        name: run.label(arm),
        group: String::new(),
        style: Style {
            toggle: None,
            ..run.style(arm)
        },
        value,
        span: Some(span),
        points: Vec::new(),
    }
}

/// A chart with a bar for each arm; the heads are those of the value and of the span.
fn of_arms(
    caption: String,
    unit: Unit,
    rows: Vec<RangeRow>,
    [value_head, span_head]: [&str; 2],
) -> RangeChart {
    RangeChart {
        caption,
        unit,
        rows,
        head: "Arm",
        group_head: "Window",
        value_head: value_head.to_owned(),
        span_head: span_head.to_owned(),
    }
}

/// Which arms the model's error can turn round, in words.
fn verdict(chart: &RangeChart) -> String {
    let what = chart.caption.split_once(": ").map_or("", |(_, rest)| rest);
    let what = what.split(" under the").next().unwrap_or(what);
    // Of worlds: `P&L of the condors in 200 worlds of the model's error [$]`.
    let what = what.split(" in ").next().unwrap_or(what);
    let names: Vec<&str> = chart
        .rows
        .iter()
        .filter(|row: &&RangeRow| row.span.is_some_and(|(lo, hi)| lo < 0.0 && hi > 0.0))
        .map(|row| row.name.as_str())
        .collect();
    match (chart.rows.is_empty(), names.is_empty()) {
        (true, _) => format!("{}: no rows.", capital(what)),
        (_, true) => format!("{}: keeps its sign under every variant.", capital(what)),
        _ => format!(
            "{}: the model's error can turn its sign round for {}.",
            capital(what),
            names.join(", ")
        ),
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

fn table(run: &RunFolder, window: usize, rows: &[&Placed<BandRow>]) -> Table {
    Table {
        caption: format!(
            "{}: every variant of the price model",
            run.manifest.windows[window].name
        ),
        columns: vec![
            Column::text("Arm"),
            Column::text("Variant"),
            Column::number("Condor P&L", "$"),
            Column::number("Hedge effect", "$"),
            Column::number("Drawdown reduction", "%"),
        ],
        rows: rows
            .iter()
            .map(|row: &&Placed<BandRow>| {
                Row::plain(vec![
                    cells::arm(run, row.place.1),
                    Cell::text(row.variant.clone()),
                    cells::signed_usd(row.condor_pnl_usd),
                    cells::signed_usd(row.hedge_effect_usd),
                    cells::signed_percent(row.drawdown_reduction),
                ])
            })
            .collect(),
    }
}
