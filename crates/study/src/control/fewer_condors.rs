//! The unhedged book scaled by a real `x` in `[0, 1]` to the arm's drawdown, refitted inside every
//! bootstrap draw; undefined where the arm fell deeper than the unhedged book. The variant with equal P&L compares
//! drawdowns.

use market::price::Money;
use stats::bootstrap::Draws;
use stats::interval::Interval;
use stats::paired::{Measure, Outcome};
use tables::{ControlRow, Quantity};

use crate::curves::{max_drawdown, pnl};
use crate::results::{ArmKind, Replay};
use crate::summary::numbers::Summary;

/// The rows of the scaled-down unhedged book, for every hedged arm (the unhedged one first).
pub fn deleveraged(
    window: &str,
    arms: &[Replay],
    summaries: &[Summary],
    draws: &Draws,
    level: f64,
) -> Vec<ControlRow> {
    let hedged = arms
        .iter()
        .enumerate()
        .skip(1)
        .filter(|(_, arm)| arm.kind == ArmKind::Policy);
    hedged
        .flat_map(|(book, arm)| deleveraged_rows(window, book, arm, &summaries[0], draws, level))
        .collect()
}

fn outcome(pnl: Money, drawdown: Money) -> Outcome {
    Outcome {
        pnl_usd: pnl.usd(),
        max_drawdown_usd: drawdown.usd(),
        // No measure below asks for the tail.
        cvar95_usd: 0.0,
    }
}

fn deleveraged_rows(
    window: &str,
    book: usize,
    arm: &Replay,
    unhedged: &Summary,
    draws: &Draws,
    level: f64,
) -> Vec<ControlRow> {
    let base = outcome(unhedged.pnl, unhedged.max_drawdown);
    let own = outcome(
        pnl(&arm.run, arm.start),
        max_drawdown(&arm.run.curve, arm.start),
    );
    let place = ControlRow {
        window: window.to_string(),
        arm: arm.name.clone(),
        control: "deleveraged".to_string(),
        ..ControlRow::default()
    };
    let drawdown = "undefined where the arm falls deeper than the unhedged book";
    let pnl = "undefined unless the unhedged book earns and the arm earns part of it";
    let of = |name: &'static str, measure: Measure, against, defined| {
        row(
            &place,
            name,
            measure.of(&base, &own),
            draws.interval(measure, 0, book, level),
            against,
            defined,
        )
    };
    let smaller = Measure::SameDrawdownScale
        .of(&base, &own)
        .map(|scale| scale * base.pnl_usd);
    vec![
        of(
            "same_drawdown_scale",
            Measure::SameDrawdownScale,
            false,
            drawdown,
        ),
        row(
            &place,
            "pnl_usd",
            smaller,
            scaled_pnl(draws, book, level),
            false,
            drawdown,
        ),
        of(
            "pnl_advantage_usd",
            Measure::SameDrawdownAdvantage,
            true,
            drawdown,
        ),
        of("same_pnl_scale", Measure::SamePnlScale, false, pnl),
        of(
            "max_drawdown_advantage_usd",
            Measure::SamePnlAdvantage,
            true,
            pnl,
        ),
    ]
}

/// The row of one measure; `against` where it is a difference that may be chance.
fn row(
    place: &ControlRow,
    measure: &str,
    value: Option<f64>,
    found: Option<Interval>,
    against: bool,
    defined: &str,
) -> ControlRow {
    // Where the sample has no value, an interval of the other draws would describe worlds that did not happen.
    let found = value.and(found);
    ControlRow {
        measure: measure.to_string(),
        n: Some(found.map_or(0, |i| i.n_draws)),
        value: Quantity::of(measure, value),
        lo: Quantity::of(measure, found.map(|i| i.lo)),
        hi: Quantity::of(measure, found.map(|i| i.hi)),
        p: found.filter(|_| against).map(|i| 1.0 - i.share_positive),
        note: note(value, found, defined),
        ..place.clone()
    }
}

/// P&L of the unhedged book at a scale between nothing and one: as uncertain as the scale.
fn scaled_pnl(draws: &Draws, book: usize, level: f64) -> Option<Interval> {
    let pairs = draws.outcomes(0).iter().zip(draws.outcomes(book));
    let pnl = pairs
        .map(|(u, h)| Some(Measure::SameDrawdownScale.of(u, h)? * u.pnl_usd))
        .collect::<Vec<_>>();
    Interval::percentile(&pnl, level)
}

fn note(value: Option<f64>, found: Option<Interval>, defined: &str) -> String {
    match (value, found) {
        (None, _) => format!("{defined}: so in this window; looks ahead by construction"),
        (_, Some(i)) if i.n_undefined > 0 => {
            format!(
                "{defined}: {} of {} draws; looks ahead by construction",
                i.n_undefined,
                i.n_undefined + i.n_draws
            )
        }
        _ => "looks ahead by construction".to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_counts_draws_without_a_value_from_the_first() {
        let interval = |undefined: usize| {
            let draws = [vec![Some(1.0); 9], vec![None; undefined]].concat();
            Interval::percentile(&draws, 0.9)
        };
        let said = |undefined| note(Some(1.0), interval(undefined), "no scale");
        assert_eq!(said(0), "looks ahead by construction");
        assert_eq!(
            said(1),
            "no scale: 1 of 10 draws; looks ahead by construction"
        );
    }
}
