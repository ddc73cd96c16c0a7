//! The answer: sentences, then a row per arm.

use super::folder::StudyFolder;
use super::words;
use crate::document::{Block, Cell, Column, Row, Section, Table};
use crate::section::cells;
use tables::AnswerRow;

/// What the columns are.
const NOTE: &str = "The sample is the years. Fell less: the mean over years of the median over books and weekdays of 1 − \
                    drawdown / drawdown of the condors alone, with its two-stage interval. Together: all drawdowns added \
                    up, and all profits of the books and years that earn. Over fewer condors: P&L less that of fewer condors \
                    with the same drawdowns. Over random dates: drawdown reduction less that of the same \
                    purchases at random dates.";

/// Sentences and the table over all years.
pub fn section(study: &StudyFolder) -> Option<Section> {
    let mut blocks: Vec<Block> = words::sentences(study)
        .into_iter()
        .map(Block::Lead)
        .collect();
    if !study.answers.is_empty() {
        blocks.push(Block::Table(depths(study)));
        blocks.push(Block::Table(prices(study)));
        blocks.push(Block::Note(NOTE.into()));
    }
    Some(Section {
        id: "answer",
        title: "The answer",
        blocks,
    })
}

/// How much less the books fall.
fn depths(study: &StudyFolder) -> Table {
    let line = |arm: &str| {
        let fell = of(study, arm, "drawdown_reduction");
        Row::plain(vec![
            Cell::text(arm).styled(study.style(arm)),
            signed(&fell),
            cells::signed_percent(fell.median_year),
            cells::signed_percent(fell.lowest_year),
            cells::signed_percent(fell.highest_year),
            Cell::text(format!("{} of {}", fell.years_positive, fell.years)),
            Cell::text(format!("{} of {}", fell.cells_positive, fell.cells)),
            signed(&of(study, arm, "cvar_reduction")),
        ])
    };
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
        rows: study.arms().map(line).collect(),
    }
}

/// What it costs, and what else the same would have cost.
fn prices(study: &StudyFolder) -> Table {
    let line = |arm: &str| {
        Row::plain(vec![
            Cell::text(arm).styled(study.style(arm)),
            signed(&of(study, arm, "return_given_up")),
            cells::signed_percent(of(study, arm, "pooled_reduction").value),
            signed(&of(study, arm, "pooled_kept")),
            signed(&of(study, arm, "over_line")),
            signed(&of(study, arm, "over_random_dates")),
        ])
    };
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
        rows: study.arms().map(line).collect(),
    }
}

fn of(study: &StudyFolder, arm: &str, measure: &str) -> AnswerRow {
    study.answer(arm, measure).cloned().unwrap_or_default()
}

fn signed(row: &AnswerRow) -> Cell {
    cells::signed_percent(row.value).with_span(words::ends(row))
}
