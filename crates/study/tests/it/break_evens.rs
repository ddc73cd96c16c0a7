//! Break-even points and time value of the condors against the trades they come from.

use study::break_evens::rows;
use tables::{BreakEvenRow, Money};

use crate::support::reference;

#[test]
fn time_value_sold_is_bought_back_or_decays_to_the_cent() {
    let study = reference();
    let all = rows(study);
    for window in &study.windows {
        let own: Vec<&BreakEvenRow> = all
            .iter()
            .filter(|row| row.window == window.window.name)
            .collect();
        assert_eq!(own.len(), window.sessions.len());
        let sum = |of: fn(&BreakEvenRow) -> Option<Money>| -> Money {
            own.iter().filter_map(|row| of(row)).sum()
        };
        let left = own.last().and_then(|row| row.extrinsic_usd);
        assert_eq!(
            left,
            Some(Money::ZERO),
            "all is closed at the end of a window"
        );
        let (sold, bought) = (
            sum(|r| r.extrinsic_sold_usd),
            sum(|r| r.extrinsic_bought_usd),
        );
        assert!(sold > Money::ZERO && bought > Money::ZERO);
        assert_eq!(sold - bought, sum(|row| row.decay_usd));
    }
}

/// Strikes, credit and break-even points of the only condor open after the first entry, from its trade.
#[test]
fn the_first_condor_breaks_even_at_its_short_strikes_and_its_credit() {
    let study = reference();
    let window = &study.windows[0];
    let first = &window.arms[0].replay.statement.trades[0].package;
    let at = window
        .sessions
        .iter()
        .position(|day| *day == first.opened)
        .expect("a session");
    let row = &rows(study)[at];
    assert_eq!(row.open, 1);
    let strike = |of: usize| {
        first.legs[of]
            .contract
            .option
            .expect("an option")
            .1
            .points()
    };
    let credit: f64 = first
        .legs
        .iter()
        .map(|leg| -leg.fill.points() * leg.quantity as f64)
        .sum();
    let close = |found: Option<f64>, wanted: f64| (found.expect("one") - wanted).abs() < 1e-9;
    assert!(close(row.lower_break_even, strike(0) - credit), "{row:?}");
    assert!(close(row.upper_break_even, strike(2) + credit), "{row:?}");
    let units = (first.contracts * 100) as f64;
    let mid: f64 = first
        .legs
        .iter()
        .map(|leg| -leg.mid.points() * leg.quantity as f64)
        .sum();
    let sold = row.extrinsic_sold_usd.expect("money").usd();
    assert!(
        (sold - mid * units).abs() < 0.01,
        "out of the money all is time value: {row:?}"
    );
    assert_eq!(
        row.extrinsic_usd, row.extrinsic_sold_usd,
        "marked where it was filled"
    );
}
