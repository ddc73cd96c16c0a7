//! The answer of a sweep: whether any cell pays, what the cells of each window did, and how likely the best is luck.

use super::cells::CellRow;
use super::chosen::chosen;
use super::folder::SweepFolder;
use super::{landscape, overfit};
use crate::document::{Block, Section};
use crate::number::{self, Money};
use crate::words::{self, listed};
use stats::order;

/// The verdict, what the cells of each window did, how likely the best is luck, and the maps that show it.
pub fn section(sweep: &SweepFolder) -> Section {
    let verdict = verdict(sweep);
    let chosen: Vec<String> = (0..sweep.views.len())
        .filter_map(|view| {
            let (money, fall) = in_short(sweep, view)?;
            Some(format!(
                "{money} in {} (worst fall {fall})",
                sweep.view_name(view)
            ))
        })
        .collect();
    let why = match chosen.is_empty() {
        true => verdict.cases,
        false => format!("{} The chosen cell {}.", verdict.cases, listed(&chosen)),
    };
    let windows = (0..sweep.views.len()).map(|view| cells(sweep, view));
    let said = windows.chain([overfit::sentence(sweep)]).collect();
    let mut blocks = vec![
        Block::Verdict(format!("Does any cell pay? {}", verdict.answer), why),
        Block::List(said),
    ];
    blocks.extend(landscape::pictures(sweep));
    Section {
        id: "answer",
        title: "The answer",
        blocks,
    }
}

/// The answer of a sweep.
pub struct SweepVerdict {
    /// `No.`
    pub answer: &'static str,
    /// How many cells are better than trading less.
    pub cases: String,
}

/// Whether any cell is better than trading less.
pub fn verdict(sweep: &SweepFolder) -> SweepVerdict {
    let (mut known, mut better) = (0, 0);
    let cells = (0..sweep.views.len()).flat_map(|view| sweep.of_view(view));
    for is_better in cells.filter_map(|cell| beats_less(&cell)) {
        known += 1;
        better += usize::from(is_better);
    }
    let answer = match (known, better) {
        (0, _) => {
            return SweepVerdict {
                answer: "It cannot be told.",
                cases: "No cell has a defined drawdown and P&L.".to_owned(),
            };
        }
        (_, 0) => "No.",
        (all, better) if all == better => "Yes.",
        _ => "Some do.",
    };
    let count = match better {
        0 => "None".to_owned(),
        n => number::count(n),
    };
    let cases = format!(
        "{count} of {} were better than trading less.",
        number::counted(known, "case")
    );
    SweepVerdict { answer, cases }
}

/// Whether a cell made the fall shallower and cost nothing, or left more than trading less with the same worst fall.
fn beats_less(cell: &CellRow<'_>) -> Option<bool> {
    let (reduction, added) = cell.reduction().zip(cell.hedge_pnl_usd())?;
    let less = cell.pnl_usd().zip(cell.deleveraged_pnl_usd());
    Some(reduction > 0.0 && (added >= Money::ZERO || less.is_some_and(|(own, less)| own > less)))
}

/// What the chosen cell of a window did: `cost $113k` and `2 % deeper`.
pub fn in_short(sweep: &SweepFolder, view: usize) -> Option<(String, String)> {
    let cell = chosen(sweep, view)?;
    let added = cell.hedge_pnl_usd()?;
    let verb = if added < Money::ZERO { "cost" } else { "added" };
    Some((
        format!("{verb} {}", words::about(added)),
        words::about_fall(cell.reduction()?),
    ))
}

fn cells(sweep: &SweepFolder, view: usize) -> String {
    let name = sweep.view_name(view);
    let values = || {
        let cells = sweep.of_view(view);
        cells.filter_map(|cell| cell.reduction())
    };
    let (computed, failed) = sweep.cells.counts(view);
    let all = computed + failed;
    let found = order::quantiles(values, &[0.0, 0.5, 1.0]);
    let [Some(lo), Some(median), Some(hi)] = found.at[..] else {
        return format!(
            "In {name}, none of {} has a defined drawdown reduction.",
            number::counted(all, "cell")
        );
    };
    let reduced = values().filter(|value| *value > 0.0).count();
    let failed = if failed == 0 {
        String::new()
    } else {
        format!(" ({} failed)", number::count(failed))
    };
    format!(
        "In {name}, {} of {}{failed} made the worst fall shallower ({} %); the median cell made it {}, the range is {}.",
        number::count(reduced),
        number::counted(all, "cell"),
        number::percent(reduced as f64 / found.count as f64),
        words::fall(median),
        words::falls(lo, hi)
    )
}
