//! The surface of every session since 2018: keeping the calendar order leaves the money alone.
//!
//! Needs the publishers' files in the folder that the environment variable `ALVH_LONG_DATA` names.

use std::path::PathBuf;

use chrono::NaiveDate;
use market::calendar::Calendar;
use market::contract::Settlement;
use market::curve::BillCurve;
use market::history::MarketHistory;
use market::observations::{Observations, names};
use market::surface::{IndexLevels, ModelParams, TermStructure};

use crate::Inbox;

/// Index levels of a session; SKEW as it was last known.
fn levels(observations: &Observations, t: usize) -> IndexLevels {
    let value = |name: &str| {
        observations
            .daily
            .get(name)
            .and_then(|series| series.values[t])
    };
    let skew = observations
        .daily
        .get(names::SKEW)
        .and_then(|series| series.values[..=t].iter().rev().find_map(|v| *v));
    let vix = value(names::VIX).expect("VIX of every session");
    IndexLevels {
        spot: value(names::SPX_CLOSE).expect("SPX of every session"),
        vix9d: value(names::VIX9D),
        vix,
        vix3m: value(names::VIX3M).unwrap_or(vix),
        vix6m: value(names::VIX6M),
        skew,
    }
}

#[test]
fn the_money_moves_less_than_a_tenth_of_a_point_on_every_session() {
    let Some(from) = std::env::var_os("ALVH_LONG_DATA").map(PathBuf::from) else {
        eprintln!(
            "NOT TESTED: the repair of every session needs ALVH_LONG_DATA, a folder of publishers' files"
        );
        return;
    };
    let dataset = Inbox::empty("calendar_repair").dataset();
    data::import(&from, &dataset, &mut |_| {}).expect("an import");
    let observations = data::load(&dataset).expect("a dataset").observations;
    let (params, bills) = (ModelParams::default(), BillCurve::default());
    let has_vix3m = |t: &usize| observations.daily[names::VIX3M].values[*t].is_some();
    let first = (0..observations.sessions.len())
        .find(has_vix3m)
        .expect("VIX3M");
    let last = observations.sessions.len() - 1;
    let dates: [NaiveDate; 2] = [observations.sessions[first], observations.sessions[last]];
    let history = MarketHistory::build(&observations, dates[0], dates[1], &params, 190)
        .expect("a complete market");
    let mut most = (0.0, String::new());
    for (t, position) in (first..=last).enumerate() {
        let today = history.view(t).today();
        let levels = levels(&observations, position);
        let term = TermStructure::new(Calendar::nyse(), today.date, &levels, &bills, &params, &[]);
        for (slices, settlement) in [(&today.spxw, Settlement::Pm), (&today.spx, Settlement::Am)] {
            for slice in slices {
                let plain = term.slice(slice.expiry, settlement);
                let moved = 100.0 * (slice.atm_vol - plain.atm_vol);
                if moved.abs() > most.0 {
                    most = (
                        moved.abs(),
                        format!("{} expiry {}: {moved:+.3}", today.date, slice.expiry),
                    );
                }
                let swap = term.variance_swap_vol(slice.expiry);
                // An AM expiry has half a session less of variance and less time: not the same clock, so PM only.
                assert!(
                    settlement == Settlement::Am || slice.atm_vol <= swap * (1.0 + 1e-9),
                    "{}: at the money above the variance swap",
                    today.date
                );
            }
        }
    }
    let repairs = history.repairs();
    eprintln!(
        "{} sessions, {repairs:?}; most at the money: {}",
        history.len(),
        most.1
    );
    assert!(repairs.count > 0, "these years hold a broken order");
    assert!(most.0 < 0.1, "{}", most.1);
}
