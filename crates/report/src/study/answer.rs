//! The answer: sentences, then a row per arm.

use super::folder::StudyFolder;
use super::words;
use crate::document::{Block, Cell, Column, Row, Section, Table};
use crate::section::cells;
use tables::AnswerRow;

/// What the columns are.
const NOTE: &str = "The sample is the years. Fell less: the mean over years of the median over books and weekdays of 1 − \
                    drawdown / drawdown of the condors alone, with its two-stage interval. Together: all drawdowns added \
                    up, and all profits of the books and years that earn. Over the line: P&L less that of fewer condors \
                    with the same drawdowns, in percent of capital a year.";

/// Sentences and the table over all years.
pub fn section(study: &StudyFolder) -> Option<Section> {
    let mut blocks: Vec<Block> = words::sentences(study)
        .into_iter()
        .map(Block::Lead)
        .collect();
    if !study.answers.is_empty() {
        blocks.push(Block::Table(table(study)));
        blocks.push(Block::Note(NOTE.into()));
    }
    Some(Section {
        id: "answer",
        title: "The answer",
        blocks,
    })
}

fn table(study: &StudyFolder) -> Table {
    let of = |arm: &str, measure: &str| study.answer(arm, measure).cloned().unwrap_or_default();
    let signed = |row: &AnswerRow| cells::signed_percent(row.value).with_span(words::ends(row));
    let line = |arm: &str| {
        let reduction = of(arm, "drawdown_reduction");
        let random = of(arm, "over_random_dates");
        Row::plain(vec![
            Cell::text(arm).styled(study.style(arm)),
            signed(&reduction),
            cells::signed_percent(reduction.median_year),
            cells::signed_percent(reduction.lowest_year),
            cells::signed_percent(reduction.highest_year),
            Cell::text(format!(
                "{} of {}",
                reduction.years_positive, reduction.years
            )),
            Cell::text(format!(
                "{} of {}",
                reduction.cells_positive, reduction.cells
            )),
            signed(&of(arm, "return_given_up")),
            signed(&of(arm, "cvar_reduction")),
            cells::signed_percent(of(arm, "pooled_reduction").value),
            signed(&of(arm, "pooled_kept")),
            signed(&of(arm, "over_line")),
            signed(&random),
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
            Column::number("Return given up", "% of capital"),
            Column::number("Tail mean cut", "%"),
            Column::number("Drawdowns together", "%"),
            Column::number("Profit kept together", "%"),
            Column::number("Over the line of fewer condors", "% of capital"),
            Column::number("Over random dates", "%"),
        ],
        rows: study.arms().map(line).collect(),
    }
}
