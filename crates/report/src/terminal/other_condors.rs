//! The same hedges over other condors: one line for each condor and window, after the headline.

use super::layout::{Grid, Line};
use crate::folder::{Placed, RunFolder};
use crate::number::{self, Dollars};
use crate::text;
use tables::{Money, OtherCondorRow};

/// One line per condor and window; none where the run names no other condor.
pub fn grid(run: &RunFolder) -> Option<Grid> {
    let rows = run
        .other_condors
        .as_deref()
        .filter(|rows| !rows.is_empty())?;
    let base = run.unhedged()?;
    let heads = [
        ("condor", ""),
        ("window", ""),
        ("P&L alone", "$"),
        ("hedges", "$"),
        ("reduced", "%"),
    ];
    let alone = rows.iter().filter(|row| row.place.1 == base);
    let lines = alone.map(|row| line(row, &hedged(rows, row))).collect();
    Some(Grid::new(&heads, lines))
}

/// The hedged rows of the same condor and window.
fn hedged<'a>(
    rows: &'a [Placed<OtherCondorRow>],
    alone: &Placed<OtherCondorRow>,
) -> Vec<&'a Placed<OtherCondorRow>> {
    rows.iter()
        .filter(|row: &&Placed<OtherCondorRow>| {
            row.condor == alone.condor
                && row.place.0 == alone.place.0
                && row.place.1 != alone.place.1
        })
        .collect()
}

fn line(alone: &Placed<OtherCondorRow>, hedged: &[&Placed<OtherCondorRow>]) -> Line {
    let money: Vec<Money> = hedged.iter().filter_map(|row| row.hedge_pnl_usd).collect();
    let reduced: Vec<f64> = hedged.iter().filter_map(|r| r.drawdown_reduction).collect();
    let least = reduced.iter().copied().min_by(f64::total_cmp);
    let most = reduced.iter().copied().max_by(f64::total_cmp);
    let money = money.iter().min().zip(money.iter().max());
    vec![
        Some(text::one_line(&alone.condor)),
        Some(text::one_line(&alone.window)),
        alone.pnl_usd.map(Money::signed),
        money.map(|(least, most)| format!("{}..{}", least.signed(), most.signed())),
        least.zip(most).map(|(least, most)| {
            format!(
                "{}..{}",
                number::signed_percent(least),
                number::signed_percent(most)
            )
        }),
    ]
}
