//! The two controls that a hedge must beat: fewer condors, and the same money on random dates.

use crate::document::{Block, Cell, Column, Row, RowRole, Section, Table};
use crate::folder::{Placed, RunFolder};
use crate::number;
use crate::section::cells;
use tables::{ControlRow, SummaryRow};

/// More rows than this are folded.
const MANY: usize = 20;

/// A row per hedge and window: whether it beat fewer condors, and how often chance did as well.
pub fn section(run: &RunFolder) -> Section {
    let intro = "Two things need no skill: holding fewer condors until the worst fall is as small, and spending the same premium on \
                 random dates. A hedge that loses to the first should be replaced by it; one that loses to the second does not \
                 know when to buy.";
    let rows: Vec<&Placed<SummaryRow>> = run
        .summary
        .iter()
        .filter(|row| run.policies().contains(&row.place.1))
        .collect();
    let beat = rows.iter().filter(|row| better(row) == Some(true)).count();
    let lucky = rows
        .iter()
        .filter(|row| chance(run, row.place).is_some_and(|p| p <= 0.05))
        .count();
    let tested = rows
        .iter()
        .filter(|row| chance(run, row.place).is_some())
        .count();
    let of = |count: usize, all: usize| match count {
        0 => format!("none of {all}"),
        n => format!("{} of {all}", number::count(n)),
    };
    let random = match tested {
        0 => "random dates were not tried".to_owned(),
        all => format!(
            "{} had a shallower worst fall than random dates with p of at most 0.05",
            of(lucky, all)
        ),
    };
    let finding = format!(
        "{} earned more than fewer condors with the same worst fall; {random}.",
        capital(&of(beat, rows.len()))
    );
    let mut blocks = vec![Block::Lead(finding), Block::Paragraph(intro.to_owned())];
    let table = Block::Table(table(run, &rows));
    blocks.push(match rows.len() > MANY {
        true => Block::Details(format!("All {} cases", rows.len()), vec![table]),
        false => table,
    });
    Section {
        id: "fewer",
        title: "Against trading less, and against chance",
        blocks,
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// Whether an arm earned more than fewer condors with its worst fall; nothing is known where it fell deeper.
fn better(row: &Placed<SummaryRow>) -> Option<bool> {
    Some(row.pnl_usd? > row.deleveraged_pnl_usd?)
}

/// Share of random dates with as shallow a worst fall.
fn chance(run: &RunFolder, place: (usize, usize)) -> Option<f64> {
    run.controls
        .iter()
        .flatten()
        .find(|row: &&Placed<ControlRow>| {
            row.place == place
                && row.control != "deleveraged"
                && row.measure == "drawdown_reduction"
        })?
        .p
}

fn table(run: &RunFolder, rows: &[&Placed<SummaryRow>]) -> Table {
    let row = |row: &&Placed<SummaryRow>| {
        let verdict = match (better(row), row.drawdown_reduction) {
            (Some(true), _) => "yes",
            (Some(false), _) => "no",
            (None, Some(reduction)) if reduction < 0.0 => "no: it fell deeper",
            _ => "",
        };
        Row {
            cells: vec![
                cells::arm_in(run, row.place.0, row.place.1),
                Cell::text(run.manifest.windows[row.place.0].name.clone()),
                Cell::text(verdict),
                cells::signed_usd(row.pnl_usd),
                cells::signed_usd(row.deleveraged_pnl_usd),
                cells::percent(row.deleveraged_x),
                Cell::maybe(chance(run, row.place).map(number::percent)),
            ],
            role: RowRole::Plain,
        }
    };
    let text = ["Hedge", "Window", "Beats trading less"]
        .into_iter()
        .map(Column::text);
    let numbers = [
        ("P&L", "$"),
        ("P&L of fewer condors", "$"),
        ("Condors kept", "%"),
        ("Chance", "% of random dates as good"),
    ];
    Table {
        caption: "Every hedge against fewer condors, and against the same premium on random dates"
            .to_owned(),
        columns: text
            .chain(
                numbers
                    .into_iter()
                    .map(|(head, unit)| Column::number(head, unit)),
            )
            .collect(),
        rows: rows.iter().map(row).collect(),
    }
}
