//! The market at 11:00, estimated from daily data: where publishers roll in the late morning, the close is too late.
//!
//! Of a day only open and close are known. Between two known ends the expected level of a random walk is the straight
//! line in time, so at 11:00, 90 of 390 minutes into the session, it is `open + 90/390 x (close - open)`. VIX moves by
//! the same rule; the other terms follow it by the power `sqrt(30/days)`, as later futures do in docs/model.md#stress-and-sizes. Nothing
//! here is fitted. What the line cannot know is the day's path around it.

use market::math;
use market::observations::{Observations, names};

/// Share of the session gone by at 11:00.
pub const ELAPSED: f64 = 90.0 / 390.0;

/// The observations with SPX and the VIX indices as they are expected to have stood at 11:00 of every session. Sessions
/// without an open keep their close.
pub fn late_morning(observations: &Observations) -> Observations {
    let mut out = observations.clone();
    let of = |name: &str| {
        observations
            .daily
            .get(name)
            .map(|s| s.values.as_slice())
            .unwrap_or_default()
    };
    let move_of = |open: &str, close: &str| -> Vec<f64> {
        of(open).iter().zip(of(close)).map(ratio).collect()
    };
    let spx = move_of(names::SPX_OPEN, names::SPX_CLOSE);
    let vix = move_of(names::VIX_OPEN, names::VIX);
    scale(&mut out, names::SPX_CLOSE, &spx, 1.0);
    for (name, days) in [
        (names::VIX9D, 9.0),
        (names::VIX, 30.0),
        (names::VIX3M, 93.0),
        (names::VIX6M, 184.0_f64),
    ] {
        scale(&mut out, name, &vix, (30.0 / days).sqrt());
    }
    out
}

/// Level at 11:00 over the close.
fn ratio((open, close): (&Option<f64>, &Option<f64>)) -> f64 {
    match (open, close) {
        (Some(open), Some(close)) if *open > 0.0 && *close > 0.0 => {
            (open + ELAPSED * (close - open)) / close
        }
        _ => 1.0,
    }
}

fn scale(observations: &mut Observations, name: &str, moves: &[f64], power: f64) {
    let Some(series) = observations.daily.get_mut(name) else {
        return;
    };
    for (value, ratio) in series.values.iter_mut().zip(moves) {
        *value = value.map(|v| v * math::exp(power * math::ln(*ratio)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use market::observations::DailySeries;

    #[test]
    fn a_level_of_nothing_moves_nothing() {
        let of = |open: f64, close: f64| ratio((&Some(open), &Some(close)));
        assert_eq!(
            (of(0.0, 20.0), of(20.0, 0.0), of(-1.0, 20.0)),
            (1.0, 1.0, 1.0)
        );
        assert_eq!(ratio((&None, &Some(20.0))), 1.0);
        assert!((of(10.0, 20.0) - (10.0 + ELAPSED * 10.0) / 20.0).abs() < 1e-12);
    }

    #[test]
    fn a_quarter_of_the_day_has_brought_a_quarter_of_its_move() {
        let series = |value| DailySeries {
            lag_sessions: 0,
            values: vec![Some(value), None],
        };
        let mut day = Observations::default();
        for (name, value) in [
            (names::SPX_OPEN, 4000.0),
            (names::SPX_CLOSE, 4390.0),
            (names::VIX_OPEN, 30.0),
            (names::VIX, 20.0),
            (names::VIX3M, 25.0),
        ] {
            day.daily.insert(name.to_string(), series(value));
        }
        let morning = late_morning(&day);
        let value = |name: &str| morning.daily[name].values[0].expect("a value");
        assert!((value(names::SPX_CLOSE) - 4090.0).abs() < 1e-9);
        let vix = 30.0 - 10.0 * 90.0 / 390.0;
        assert!((value(names::VIX) - vix).abs() < 1e-9);
        assert!(
            value(names::VIX3M) > 25.0 && value(names::VIX3M) / 25.0 < vix / 20.0,
            "it follows, by less"
        );
        assert_eq!(morning.daily[names::SPX_CLOSE].values[1], None);
        assert_eq!(morning.daily[names::SPX_OPEN], day.daily[names::SPX_OPEN]);
    }
}
