//! The answer: the verdict, the card and the picture, then a row per arm.

use super::folder::StudyFolder;
use super::{frontier, words};
use crate::chart::{RangeChart, RangeRow, Unit};
use crate::document::{Block, Cell, Column, Fact, Row, Section, Table};
use crate::number;
use crate::section::cells;
use crate::words::listed;
use tables::AnswerRow;

/// What the columns are.
const NOTE: &str = "The sample is the years. Fell less: the mean over years of the median over books and weekdays of 1 − \
                    drawdown / drawdown of the condors alone, with its two-stage interval. Together: all drawdowns added \
                    up, and all profits of the books and years that earn. Over fewer condors: P&L less that of fewer condors \
                    with the same drawdowns. Over random dates: drawdown reduction less that of the same \
                    purchases at random dates.";

/// The verdict, the sentences, the set-up card and the picture that decides.
pub fn section(study: &StudyFolder) -> Option<Section> {
    let more = words::more_sentences(study);
    let mut blocks = match words::verdict(study) {
        None => more.into_iter().map(Block::Lead).collect(),
        Some(verdict) => vec![
            Block::Verdict(
                format!("Does a hedge pay? {}", verdict.answer),
                format!("{} {}", verdict.ahead, verdict.fell),
            ),
            Block::List(more),
        ],
    };
    blocks.push(Block::Facts(card(study)));
    let line = frontier::picture(study).map(|chart| vec![Block::Cloud(chart)]);
    let fell = fell_less(study).map(|chart| vec![Block::Ranges(chart)]);
    let columns: Vec<Vec<Block>> = line.into_iter().chain(fell).collect();
    if !columns.is_empty() {
        blocks.push(Block::Columns(columns));
    }
    Some(Section {
        id: "answer",
        title: "The answer",
        blocks,
    })
}

/// Which books, days, years, hedges and prices.
fn card(study: &StudyFolder) -> Vec<Fact> {
    let manifest = &study.manifest;
    let years: Vec<String> = study
        .year_windows()
        .map(|window| window.name.clone())
        .collect();
    let years = match years.as_slice() {
        [] => manifest.worlds.as_ref().map_or_else(
            || "none whole".to_owned(),
            |drawn| {
                format!(
                    "{} worlds of {}",
                    drawn.count,
                    number::counted(drawn.years, "year")
                )
            },
        ),
        [first, .., last] if years.len() > 3 => format!("{}, {first} to {last}", years.len()),
        few => listed(few),
    };
    vec![
        Fact::new(
            "Books of condors",
            format!("{}, listed in the appendix", manifest.books.len()),
        ),
        Fact::new("Entered on", manifest.weekdays.join(", ")),
        Fact::new("Years", years),
        Fact::new("Hedges", manifest.arms.len().to_string()),
        Fact::new(
            "Starting capital",
            format!(
                "${} for each book and window",
                number::fixed(manifest.starting_capital_usd, 0)
            ),
        ),
        Fact::new("Option prices", "modelled from index data, not quoted"),
    ]
}

/// The drawdown reduction of every hedge over the years, ranked, with its interval.
fn fell_less(study: &StudyFolder) -> Option<RangeChart> {
    let row = |arm: &str| {
        let found = of(study, arm, "drawdown_reduction");
        RangeRow {
            name: study.label(arm),
            group: String::new(),
            style: study.style(arm),
            value: found.value,
            span: found.lo.zip(found.hi),
            points: Vec::new(),
        }
    };
    let mut rows: Vec<RangeRow> = study.arms().map(row).collect();
    let place = |row: &RangeRow| row.value.unwrap_or(f64::NEG_INFINITY);
    rows.sort_by(|a, b| place(b).total_cmp(&place(a)));
    let level = study.manifest.interval.as_ref().map_or(0.9, |i| i.level);
    rows.iter()
        .any(|row| row.value.is_some())
        .then(|| RangeChart {
            caption: "Drawdown of the mean year, made smaller by [%]".to_owned(),
            unit: Unit::Percent,
            rows,
            head: "Hedge",
            group_head: "",
            value_head: "Mean year".to_owned(),
            span_head: format!("{} % interval", number::fixed(level * 100.0, 0)),
        })
}

/// Every hedge over all years.
pub fn arms(study: &StudyFolder) -> Option<Section> {
    (!study.answers.is_empty()).then(|| Section {
        id: "arms",
        title: "Every hedge over all years",
        blocks: vec![
            Block::Table(depths(study)),
            Block::Table(prices(study)),
            Block::Note(NOTE.into()),
        ],
    })
}

/// How much less the books fall.
fn depths(study: &StudyFolder) -> Table {
    Table {
        caption: format!("Every hedge over all years: {}", words::size(study)),
        columns: vec![
            Column::text("Arm"),
            Column::number("Fell less", "%"),
            Column::number("Median year", "%"),
            Column::number("Worst year", "%"),
            Column::number("Best year", "%"),
            Column::number("Years above 0", ""),
            Column::number("Book-years above 0", ""),
            Column::number("Tail mean cut", "%"),
        ],
        rows: study
            .arms()
            .map(|arm: &str| {
                let fell = of(study, arm, "drawdown_reduction");
                Row::plain(vec![
                    study.cell(arm),
                    signed(&fell),
                    cells::signed_percent(fell.median_year),
                    cells::signed_percent(fell.lowest_year),
                    cells::signed_percent(fell.highest_year),
                    Cell::text(format!("{} of {}", fell.years_positive, fell.years)),
                    Cell::text(format!("{} of {}", fell.cells_positive, fell.cells)),
                    signed(&of(study, arm, "cvar_reduction")),
                ])
            })
            .collect(),
    }
}

/// What it costs, and what else the same would have cost.
fn prices(study: &StudyFolder) -> Table {
    Table {
        caption: "At what price, and against what".to_owned(),
        columns: vec![
            Column::text("Arm"),
            Column::number("Return given up", "% of capital"),
            Column::number("Drawdowns together", "%"),
            Column::number("Profit kept together", "%"),
            Column::number("Over fewer condors", "% of capital"),
            Column::number("Over random dates", "%"),
        ],
        rows: study
            .arms()
            .map(|arm: &str| {
                Row::plain(vec![
                    study.cell(arm),
                    signed(&of(study, arm, "return_given_up")),
                    cells::signed_percent(of(study, arm, "pooled_reduction").value),
                    signed(&of(study, arm, "pooled_kept")),
                    signed(&of(study, arm, "over_line")),
                    signed(&of(study, arm, "over_random_dates")),
                ])
            })
            .collect(),
    }
}

fn of(study: &StudyFolder, arm: &str, measure: &str) -> AnswerRow {
    study.answer(arm, measure).cloned().unwrap_or_default()
}

fn signed(row: &AnswerRow) -> Cell {
    cells::signed_percent(row.value).with_span(words::ends(row))
}
