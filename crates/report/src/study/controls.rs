//! Against fewer condors and random dates, book by book: which books a hedge helps.

use super::folder::StudyFolder;
use crate::document::{Block, Cell, Column, Row, Section, Table};
use tables::BookRow;

/// A table per control.
pub fn section(study: &StudyFolder) -> Option<Section> {
    if study.books.is_empty() || study.year_windows().next().is_none() {
        return None;
    }
    let fewer = |row: &BookRow| {
        let gain = row.over_fewer_condors_usd;
        gain.is_some_and(|gain| gain > tables::Money::ZERO)
    };
    let random = |row: &BookRow| row.random_as_good.is_some_and(|share| share < 0.5);
    let smaller = |row: &BookRow| row.drawdown_reduction > Some(0.0);
    let blocks = vec![
        Block::Paragraph(
            "Book by book, in how many of its years and weekdays a hedge did better. A hedge that falls deeper than the condors \
             alone never counts as better than fewer condors."
                .into(),
        ),
        Block::Table(table(study, "A smaller drawdown than the condors alone", &smaller)),
        Block::Table(table(
            study,
            "More P&L than fewer condors with the same drawdown",
            &fewer,
        )),
        Block::Table(table(
            study,
            "A smaller drawdown than half of the draws at random dates",
            &random,
        )),
    ];
    Some(Section {
        id: "controls",
        title: "Book by book, against fewer condors and random dates",
        blocks,
    })
}

fn table(study: &StudyFolder, caption: &str, better: &dyn Fn(&BookRow) -> bool) -> Table {
    let years: Vec<&str> = study
        .year_windows()
        .map(|window| window.name.as_str())
        .collect();
    let cell = |arm: &str, book: &str| {
        let own = study.books.iter().filter(|row| {
            row.arm == arm && row.book == book && years.contains(&row.window.as_str())
        });
        let (all, good) = own.fold((0, 0), |(all, good), row| {
            (all + 1, good + usize::from(better(row)))
        });
        Cell::text(format!("{good}/{all}"))
    };
    let books = &study.manifest.books;
    let line = |arm: &str| {
        let own = books.iter().map(|book| cell(arm, &book.name));
        let first = study.cell(arm);
        Row::plain([first].into_iter().chain(own).collect())
    };
    let heads = books.iter().map(|book| Column::number(&book.name, ""));
    Table {
        caption: caption.to_owned(),
        columns: [Column::text("Arm")].into_iter().chain(heads).collect(),
        rows: study.arms().map(line).collect(),
    }
}
