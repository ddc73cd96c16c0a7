//! The model band beside the headline: lowest and highest value over all shifts of the price model.

use super::layout::{Grid, Line, shorten};
use crate::folder::{Placed, RunFolder};
use crate::number::{self, Dollars, Money};
use crate::text;
use tables::BandRow;

/// One line per hedged arm of a window; none where the folder has no bands for it.
pub fn grid(run: &RunFolder, window: usize) -> Option<Grid> {
    let rows: Vec<&Placed<BandRow>> = run
        .bands
        .as_deref()?
        .iter()
        .filter(|row| row.place.0 == window)
        .collect();
    let mut arms: Vec<usize> = rows
        .iter()
        .filter(|r| !run.arm(r.place.1).layers.is_empty())
        .map(|r| r.place.1)
        .collect();
    arms.dedup();
    arms.sort_unstable();
    arms.dedup();
    if arms.is_empty() {
        return None;
    }
    let heads = [
        ("arm", ""),
        ("condor P&L", "$"),
        ("hedge effect", "$"),
        ("reduced", "%"),
        ("can turn", ""),
    ];
    let lines = arms.into_iter().map(|arm| line(run, window, arm, &rows));
    Some(Grid::new(&heads, lines.collect()))
}

/// Lowest and highest value of an arm, and what changes its sign between them.
fn line(run: &RunFolder, window: usize, arm: usize, rows: &[&Placed<BandRow>]) -> Line {
    let own: Vec<&Placed<BandRow>> = rows
        .iter()
        .copied()
        .filter(|row| row.place.1 == arm)
        .collect();
    let condor = range(own.iter().filter_map(|row| row.condor_pnl_usd));
    let effect = range(own.iter().filter_map(|row| row.hedge_effect_usd));
    let reduced = span(own.iter().filter_map(|row| row.drawdown_reduction));
    let turned: Vec<&str> = [
        ("condors", condor.is_some_and(can_turn)),
        ("effect", effect.is_some_and(can_turn)),
        (
            "reduced",
            reduced.is_some_and(|(lo, hi)| lo < 0.0 && hi > 0.0),
        ),
    ]
    .into_iter()
    .filter_map(|(what, turns)| turns.then_some(what))
    .collect();
    vec![
        Some(match run.few_trades(window, arm) {
            Some(few) => format!("{} ({few})", named(run, arm)),
            None => named(run, arm),
        }),
        condor.map(dollars),
        effect.map(dollars),
        reduced.map(|(lo, hi)| {
            format!(
                "{}..{}",
                number::signed_percent(lo),
                number::signed_percent(hi)
            )
        }),
        Some(if turned.is_empty() {
            "nothing".to_owned()
        } else {
            turned.join(", ")
        }),
    ]
}

/// Whether a band holds losses and gains.
fn can_turn((lo, hi): (Money, Money)) -> bool {
    lo < Money::default() && hi > Money::default()
}

fn dollars((lo, hi): (Money, Money)) -> String {
    format!("{}..{}", lo.signed(), hi.signed())
}

fn named(run: &RunFolder, arm: usize) -> String {
    shorten(&text::one_line(&run.arm(arm).name), super::NAME)
}

fn range(values: impl Iterator<Item = Money>) -> Option<(Money, Money)> {
    values.fold(None, |band, v| {
        Some(band.map_or((v, v), |(lo, hi): (Money, Money)| (lo.min(v), hi.max(v))))
    })
}

fn span(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    values.fold(None, |band, v| {
        Some(band.map_or((v, v), |(lo, hi): (f64, f64)| (lo.min(v), hi.max(v))))
    })
}
