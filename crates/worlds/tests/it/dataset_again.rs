//! The dataset made again by the way a world is made.

use market::observations::names;
use worlds::world::Worlds;

use crate::support::{plan, reconstruction, two_years};

#[test]
fn the_days_of_the_dataset_in_their_own_order_are_the_dataset() {
    let observations = reconstruction();
    let worlds = Worlds::new(&observations, two_years(), plan(1)).expect("worlds");
    let again = worlds.as_it_was().expect("the dataset holds its own days");
    assert_eq!(again.mended, 0);
    let made = &again.observations;
    let before = observations
        .sessions
        .partition_point(|date| *date < made.sessions[0]);
    let close = |a: f64, b: f64| (a / b - 1.0).abs() < 1e-9;
    let mut compared = 0;
    for (name, series) in &observations.daily {
        // What is counted in shares stands on the last day's number of them.
        if name.ends_with("_unadjusted") {
            continue;
        }
        let values = &made.daily[name].values;
        assert_eq!(made.daily[name].lag_sessions, series.lag_sessions, "{name}");
        for (t, date) in made.sessions.iter().enumerate().skip(1) {
            let real = series.values[before + t].filter(|v| v.is_finite());
            let same = match (real, values[t]) {
                (Some(real), Some(made)) => real == made || close(made, real),
                (real, made) => real.is_none() && made.is_none(),
            };
            assert!(same, "{name} on {date}: {real:?} and {:?}", values[t]);
            compared += 1;
        }
    }
    assert!(compared > 20_000, "{compared}");
    let mut settlements = 0;
    for row in &made.vx[20..] {
        let real = observations.vx_row(row.trade_date, row.expiry);
        let Some(real) = real else { continue };
        assert!(close(row.settle, real.settle), "{row:?} and {real:?}");
        assert_eq!(row.high.is_some(), real.high.is_some(), "{row:?}");
        settlements += usize::from(row.expiry == row.trade_date);
    }
    assert!(settlements > 30, "{settlements}");
    assert_eq!(made.daily[names::VIX].values.len(), made.sessions.len());
}
