//! VIX futures: listed, sane, convergent, in contango when calm and in backwardation when not.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use market::calendar::vix_settlement;
use market::observations::VxSettlement;

use crate::{bundled, day, full, session};

/// Rows of a session without a final settlement value.
fn curve(date: NaiveDate) -> Vec<VxSettlement> {
    bundled()
        .vx
        .iter()
        .filter(|row| row.trade_date == date && row.expiry > date)
        .copied()
        .collect()
}

#[test]
fn rows_are_sorted_unique_and_never_near_zero() {
    let rows = &bundled().vx;
    assert!(rows.is_sorted_by(|a, b| (a.trade_date, a.expiry) < (b.trade_date, b.expiry)));
    assert!(
        rows.iter()
            .all(|row| row.settle > 10.5 && row.settle < 42.0 && row.trade_date <= row.expiry)
    );
}

#[test]
fn every_contract_trades_every_session_until_it_settles() {
    let mut by_expiry: BTreeMap<NaiveDate, Vec<NaiveDate>> = BTreeMap::new();
    for row in &bundled().vx {
        by_expiry
            .entry(row.expiry)
            .or_default()
            .push(row.trade_date);
    }
    let sessions = &bundled().sessions;
    for (expiry, dates) in by_expiry {
        let from = session(dates[0]);
        let to = sessions.partition_point(|d| *d <= expiry);
        assert_eq!(dates, sessions[from..to], "{expiry}");
        assert!(
            from == 0 || (expiry - dates[0]).num_days() >= 264,
            "{expiry} is listed on {}",
            dates[0]
        );
    }
}

#[test]
fn expiries_are_the_settlement_days_of_the_exchange() {
    let months = (2020..=2025).flat_map(|y| (1..=12).map(move |m| vix_settlement(y, m).unwrap()));
    let days: Vec<NaiveDate> = months.collect();
    assert!(bundled().vx.iter().all(|row| days.contains(&row.expiry)));
    let settled = bundled()
        .vx
        .iter()
        .filter(|row| row.trade_date == row.expiry)
        .count();
    assert_eq!(
        settled, 49,
        "one a month from December 2020 to December 2024"
    );
}

#[test]
fn the_front_meets_vix_near_settlement() {
    let vix = full("vix");
    for (i, date) in bundled().sessions.iter().enumerate() {
        let front = curve(*date)[0];
        let left = (front.expiry - *date).num_days();
        let gap = (front.settle / vix[i] - 1.0).abs();
        let most = if left <= 3 {
            0.05
        } else {
            0.12 + 0.02 * left as f64
        };
        assert!(gap < most, "{date}, {left} days before settlement: {gap}");
    }
}

#[test]
fn final_values_are_the_open_of_the_morning_give_or_take() {
    let open = full("vix_open");
    let finals = bundled()
        .vx
        .iter()
        .filter(|row| row.trade_date == row.expiry);
    let gaps: Vec<f64> = finals
        .map(|row| row.settle - open[session(row.expiry)])
        .collect();
    let mean = gaps.iter().map(|g| g.abs()).sum::<f64>() / gaps.len() as f64;
    assert!(
        (0.2..0.9).contains(&mean) && gaps.iter().all(|g| g.abs() < 4.0),
        "{mean} {gaps:?}"
    );
    assert!(gaps.iter().any(|g| *g != 0.0));
}

#[test]
fn stress_inverts_the_curve_and_calm_does_not() {
    for date in [day(2022, 3, 8), day(2024, 8, 5)] {
        let c = curve(date);
        assert!(
            c[0].settle > c[1].settle && c[1].settle > c[3].settle,
            "{date}"
        );
    }
    for date in [day(2021, 6, 30), day(2023, 12, 29), day(2024, 6, 28)] {
        let c = curve(date);
        assert!(
            c.windows(2).take(4).all(|w| w[0].settle < w[1].settle),
            "{date}: {c:?}"
        );
    }
}

/// The index behind VIXY decays in contango: the reason why a standing hedge costs what it does.
#[test]
fn vixy_loses_most_of_its_value() {
    let vixy = full("vixy");
    let years = [
        day(2020, 12, 31),
        day(2021, 12, 31),
        day(2022, 12, 30),
        day(2023, 12, 29),
        day(2024, 12, 31),
    ];
    let at = years.map(|d| vixy[session(d)]);
    assert!(at[1] / at[0] < 0.55 && at[4] / at[2] < 0.45, "{at:?}");
}
