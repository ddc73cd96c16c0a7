//! Overnight rates and Treasury yields [percent per year].

use chrono::{Datelike, NaiveDate, Weekday};
use market::math::exp;

use crate::days::{Days, Knots, round};
use crate::draws::{Draws, Stream};
use crate::noise::{accumulate, autoregression};

/// Effective federal funds rate from a day on: the middle of the target range less a few basis points, as it stood
/// after the decisions of the Federal Reserve.
#[rustfmt::skip]
const FUNDS: [(i32, u32, u32, f64); 15] = [
    (2020, 1, 1, 0.08), (2022, 3, 17, 0.33), (2022, 5, 5, 0.83), (2022, 6, 16, 1.58), (2022, 7, 28, 2.33),
    (2022, 9, 22, 3.08), (2022, 11, 3, 3.83), (2022, 12, 15, 4.33), (2023, 2, 2, 4.58), (2023, 3, 23, 4.83),
    (2023, 5, 4, 5.08), (2023, 7, 27, 5.33), (2024, 9, 19, 4.83), (2024, 11, 8, 4.58), (2024, 12, 19, 4.33),
];
/// Rough level of the two-year yield.
#[rustfmt::skip]
const TWO_YEARS: Knots = Knots(&[
    (2020, 12, 0.15), (2021, 6, 0.15), (2021, 10, 0.3), (2022, 1, 0.75), (2022, 4, 2.4), (2022, 7, 3.0), (2022, 11, 4.5),
    (2023, 3, 4.7), (2023, 4, 4.0), (2023, 10, 5.0), (2024, 1, 4.3), (2024, 5, 4.9), (2024, 9, 3.8), (2025, 1, 4.3),
]);
/// Rough level of the ten-year yield.
#[rustfmt::skip]
const TEN_YEARS: Knots = Knots(&[
    (2020, 12, 0.9), (2021, 4, 1.7), (2021, 8, 1.2), (2022, 1, 1.6), (2022, 6, 3.0), (2022, 8, 2.7), (2022, 11, 4.1),
    (2023, 1, 3.7), (2023, 5, 3.5), (2023, 11, 4.8), (2024, 1, 3.9), (2024, 5, 4.6), (2024, 9, 3.8), (2025, 1, 4.5),
]);
/// How far ahead bills price decisions that will be taken: the weight of the true path falls by e in this many years.
const FORESIGHT_YEARS: f64 = 0.8;

/// Rates, one value per session; `None` where the bond market is closed.
pub(crate) struct Rates {
    /// Effective federal funds rate.
    pub(crate) overnight: Vec<f64>,
    /// Secured overnight financing rate.
    pub(crate) sofr: Vec<f64>,
    /// Bill yields at 1, 3, 6 and 12 months.
    pub(crate) bills: [Vec<f64>; 4],
    /// Two-year yield.
    pub(crate) two_years: Vec<f64>,
    /// Ten-year yield.
    pub(crate) ten_years: Vec<f64>,
}

impl Rates {
    pub(crate) fn new(days: &Days, seed: u64) -> Rates {
        let mut draws = Draws::new(seed, Stream::Rates);
        let n = days.sessions.len();
        let (ten, two) = notes(days, &mut draws);
        let overnight: Vec<f64> = days.sessions.iter().map(|d| funds(*d)).collect();
        let sofr = overnight
            .iter()
            .map(|f| round((f - 0.03 + 0.012 * draws.normal()).max(0.01), 2))
            .collect();
        let bills = [(1, 0.03), (3, 0.02), (6, 0.02), (12, 0.025)].map(|(months, sd)| {
            let noise = autoregression(&mut draws, n, 0.85, sd);
            days.sessions
                .iter()
                .zip(noise)
                .map(|(d, e)| {
                    // Bills yield less than the funds rate near zero and, as bond equivalents, more when it is high.
                    let expected = 1.02 * expected_funds(*d, months) - 0.04;
                    round(
                        (expected + e * (0.1 + expected / 3.0).min(1.5)).max(0.01),
                        2,
                    )
                })
                .collect()
        });
        Rates {
            overnight,
            sofr,
            bills,
            two_years: two,
            ten_years: ten,
        }
    }
}

/// Ten- and two-year yields, which share most of their news.
fn notes(days: &Days, draws: &mut Draws) -> (Vec<f64>, Vec<f64>) {
    let mut ten = Vec::new();
    let mut two = Vec::new();
    for day in &days.sessions {
        let common = draws.student8();
        let own = draws.normal();
        let (sd_ten, sd_two) = match day.year() {
            ..=2021 => (0.043, 0.022),
            2022 => (0.078, 0.080),
            _ => (0.066, 0.080),
        };
        ten.push(sd_ten * common);
        two.push(sd_two * (0.8 * common + 0.6 * own));
    }
    let level = |knots: &Knots, news: &[f64]| {
        let noise = accumulate(news, 0.93);
        days.sessions
            .iter()
            .zip(noise)
            .map(|(d, e)| round((knots.at(*d) + e).max(0.05), 2))
            .collect()
    };
    (level(&TEN_YEARS, &ten), level(&TWO_YEARS, &two))
}

/// Federal funds rate on `day`.
fn funds(day: NaiveDate) -> f64 {
    FUNDS
        .iter()
        .rev()
        .find(|&&(y, m, d, _)| (y, m, d) <= (day.year(), day.month(), day.day()))
        .map_or(FUNDS[0].3, |row| row.3)
}

/// Average over the next `months` of the funds rate that bills price.
fn expected_funds(day: NaiveDate, months: u64) -> f64 {
    let now = funds(day);
    let steps = 4 * months;
    (0..steps)
        .map(|i| {
            let ahead = 7 * i + 4;
            let later = funds(day + chrono::Days::new(ahead));
            now + (later - now) * exp(-(ahead as f64) / 365.0 / FORESIGHT_YEARS)
        })
        .sum::<f64>()
        / steps as f64
}

/// Whether Treasuries trade on a session: they rest on Columbus Day and Veterans Day, when stocks trade.
pub(crate) fn bonds_trade(day: NaiveDate) -> bool {
    let columbus =
        day.month() == 10 && day.weekday() == Weekday::Mon && (8..=14).contains(&day.day());
    let veterans = day.month() == 11 && day.day() == 11;
    !(columbus || veterans)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(y: i32, m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(y, m, d).unwrap()
    }

    #[test]
    fn funds_step_on_the_day_after_a_decision() {
        assert_eq!(funds(day(2022, 3, 16)), 0.08);
        assert_eq!(funds(day(2022, 3, 17)), 0.33);
        assert_eq!(funds(day(2024, 12, 31)), 4.33);
    }

    #[test]
    fn bills_price_part_of_the_coming_rises() {
        let year = expected_funds(day(2022, 1, 3), 12);
        assert!(year > 0.5 && year < 1.7, "{year}");
        assert!(expected_funds(day(2022, 1, 3), 1) < 0.1);
    }

    #[test]
    fn the_bond_market_rests_on_two_days_of_october_and_november() {
        assert!(!bonds_trade(day(2022, 10, 10)) && !bonds_trade(day(2024, 11, 11)));
        assert!(bonds_trade(day(2022, 10, 11)) && bonds_trade(day(2022, 10, 17)));
    }
}
