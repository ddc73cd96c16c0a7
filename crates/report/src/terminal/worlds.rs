//! The worlds of the price model's error beside the headline: the middle of each number, and whether its sign is safe.

use super::layout::{Grid, Line, shorten};
use crate::folder::{Placed, RunFolder};
use crate::number::{self, Money};
use crate::text;
use tables::WorldsRow;

/// One line per hedged arm of a window, and how many worlds there are; none where the folder has no worlds for it.
pub fn grid(run: &RunFolder, window: usize) -> Option<(usize, Grid)> {
    let rows: Vec<&Placed<WorldsRow>> = run
        .worlds
        .as_deref()?
        .iter()
        .filter(|row| row.place.0 == window)
        .collect();
    let condors = rows
        .iter()
        .find(|row: &&&Placed<WorldsRow>| Some(row.place.1) == run.unhedged())
        .copied();
    let hedged: Vec<&Placed<WorldsRow>> = rows
        .iter()
        .copied()
        .filter(|row| !run.arm(row.place.1).layers.is_empty())
        .collect();
    let worlds = hedged.first()?.worlds;
    let heads = [
        ("arm", ""),
        ("condor P&L", "$"),
        ("hedge effect", "$"),
        ("reduced", "%"),
        ("can turn", ""),
    ];
    let lines = hedged
        .into_iter()
        .map(|row| line(run, row, condors))
        .collect();
    Some((worlds, Grid::new(&heads, lines)))
}

fn line(run: &RunFolder, row: &Placed<WorldsRow>, condors: Option<&Placed<WorldsRow>>) -> Line {
    let condor = condors.and_then(|c| c.pnl_lo_usd.zip(c.pnl_hi_usd));
    let effect = row.hedge_effect_lo_usd.zip(row.hedge_effect_hi_usd);
    let reduced = row.drawdown_reduction_lo.zip(row.drawdown_reduction_hi);
    let none = Money::default();
    let turns = |ends: Option<(Money, Money)>| ends.is_some_and(|(lo, hi)| lo < none && hi > none);
    let turned: Vec<&str> = [
        ("condors", turns(condor)),
        ("effect", turns(effect)),
        (
            "reduced",
            reduced.is_some_and(|(lo, hi)| lo < 0.0 && hi > 0.0),
        ),
    ]
    .into_iter()
    .filter_map(|(what, turns)| turns.then_some(what))
    .collect();
    let dollars = |ends: Option<(Money, Money)>| {
        use crate::number::Dollars;
        ends.map(|(lo, hi)| format!("{}..{}", lo.signed(), hi.signed()))
    };
    let verdict = if turned.is_empty() {
        "nothing".to_owned()
    } else {
        turned.join(", ")
    };
    vec![
        Some(shorten(
            &text::one_line(&run.arm(row.place.1).name),
            super::NAME,
        )),
        dollars(condor),
        dollars(effect),
        reduced.map(|(lo, hi)| {
            let lo = number::signed_percent(lo);
            let hi = number::signed_percent(hi);
            format!("{lo}..{hi}")
        }),
        Some(verdict),
    ]
}
