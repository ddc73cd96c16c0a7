//! The answer of a sweep in three sentences per window: how many cells worked, what the chosen one did, and how likely
//! the best is luck.

use super::chosen::{chosen, neighbours, rule};
use super::folder::SweepFolder;
use super::overfit;
use super::statistics::quantile;
use crate::document::{Block, Section};
use crate::number::{self, Dollars, Money};
use crate::words;

/// Sentences, then how to read them.
pub fn section(sweep: &SweepFolder) -> Section {
    let mut blocks: Vec<Block> = Vec::new();
    for view in 0..sweep.views.len() {
        blocks.push(Block::Lead(format!(
            "{} {}",
            cells(sweep, view),
            best(sweep, view)
        )));
    }
    blocks.push(Block::Lead(overfit::sentence(sweep)));
    blocks.push(Block::Paragraph(not_said(sweep)));
    let note = format!(
        "Reduction is 1 − hedged / unhedged maximum drawdown in dollars. The chosen cell is {}; its interval does not know \
         that it was chosen. The panel on overfitting does.",
        rule(sweep)
    );
    blocks.push(Block::Note(note));
    Section {
        id: "answer",
        title: "The answer",
        blocks,
    }
}

/// What the probability of overfitting does not say, with the numbers that do.
fn not_said(sweep: &SweepFolder) -> String {
    let of = |view: usize| {
        let own: Vec<_> = sweep.of_view(view).collect();
        let ahead = own
            .iter()
            .filter(|cell| cell.hedge_pnl_usd.is_some_and(|usd| usd > Money::ZERO))
            .count();
        let less = own.iter().filter(|cell| {
            cell.pnl_usd
                .zip(cell.deleveraged_pnl_usd)
                .is_some_and(|(own, less)| own > less)
        });
        format!(
            "{}: {} of {} left more money than unhedged, {} more than trading less with the same worst fall",
            sweep.view_name(view),
            number::count(ahead),
            number::counted(own.len(), "cell"),
            number::count(less.count())
        )
    };
    let all: Vec<String> = (0..sweep.views.len()).map(of).collect();
    format!(
        "PBO ranks the cells against each other: a low one says that the best cell of one half of the sessions is also good in \
         the other half. It does not say that any cell pays. {}.",
        all.join("; ")
    )
}

fn cells(sweep: &SweepFolder, view: usize) -> String {
    let name = sweep.view_name(view);
    let mut values: Vec<f64> = sweep
        .of_view(view)
        .filter_map(|cell| cell.reduction)
        .collect();
    values.sort_by(f64::total_cmp);
    let all = sweep.cells.iter().filter(|cell| cell.view == view).count();
    let Some((lo, hi)) = values.first().zip(values.last()) else {
        return format!(
            "In {name}, none of {} has a defined drawdown reduction.",
            number::counted(all, "cell")
        );
    };
    let reduced = values.iter().filter(|value| **value > 0.0).count();
    let failed = sweep
        .cells
        .iter()
        .filter(|cell| cell.view == view && !cell.ok)
        .count();
    let failed = if failed == 0 {
        String::new()
    } else {
        format!(" ({} failed)", number::count(failed))
    };
    format!(
        "In {name}, {} of {}{failed} made the worst fall shallower ({} %); the median cell made it {}, the range is {}.",
        number::count(reduced),
        number::counted(all, "cell"),
        number::percent(reduced as f64 / values.len() as f64),
        words::fall(quantile(&values, 0.5)),
        words::falls(*lo, *hi)
    )
}

fn best(sweep: &SweepFolder, view: usize) -> String {
    let Some(cell) = chosen(sweep, view) else {
        return String::new();
    };
    let fall = |value: Option<f64>| value.map_or("undefined".to_owned(), words::fall);
    let span = cell.reduction_span.map_or(String::new(), |(lo, hi)| {
        format!(" (interval {})", words::falls(lo, hi))
    });
    let span = configuration(sweep, view).unwrap_or(span);
    let beside: Vec<f64> = neighbours(sweep, cell)
        .iter()
        .filter_map(|(cell, _)| cell.reduction)
        .collect();
    let (lo, hi) = beside
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), v| {
            (lo.min(*v), hi.max(*v))
        });
    let plateau = match beside.is_empty() {
        true => "it has no neighbour".to_owned(),
        false => format!(
            "its {}: {}",
            number::counted(beside.len(), "neighbour"),
            words::falls(lo, hi)
        ),
    };
    let cost = cell.hedge_pnl_usd.map_or(String::new(), |usd| {
        let sign = if usd < Money::ZERO { "−" } else { "+" };
        format!(", at {sign}${} of P&L against unhedged", usd.abs().whole())
    });
    format!(
        "The chosen cell ({}) made it {}{span}{cost}; {plateau}.",
        sweep.cell_words(cell),
        fall(cell.reduction)
    )
}

/// What `inference.csv` says of the choice in a window: a configuration is the mean over its phases, so that its value may
/// differ from that of the one cell.
fn configuration(sweep: &SweepFolder, view: usize) -> Option<String> {
    let of = sweep.statistics(|name| name == "drawdown_reduction");
    let row = of
        .into_iter()
        .find(|row| row.subject == sweep.views[view].0)?;
    let ((value, (lo, hi)), level) = (row.value.zip(row.lo.zip(row.hi))?, sweep.interval());
    let level = level.map_or(String::new(), |i| {
        format!("{} % ", number::fixed(i.level * 100.0, 0))
    });
    Some(format!(
        " (with its phases averaged {}, {level}interval {}, n {} sessions)",
        words::fall(value),
        words::falls(lo, hi),
        crate::section::cells::plain(row.n)
    ))
}
