//! Monthly and quarterly series: prices, output, real exchange rate, valuation.
//!
//! Levels follow rough yearly facts; the months between them are drawn. Each value carries the day it would have been
//! published, by the rules that imported files follow: the release calendar where it has the period, otherwise a late day.

use std::collections::BTreeMap;

use chrono::{Datelike, Days as DayCount, Months, NaiveDate};
use market::events::{KnownRelease, releases};
use market::math::exp;
use market::observations::{EventKind, Release};

use crate::days::{Days, Knots, first_of, round};
use crate::draws::{Draws, Stream};
use crate::noise::autoregression;
use crate::path::Path;

/// Consumer prices, 1982-84 = 100.
const CPI: Knots = Knots(&[
    (2018, 1, 249.0),
    (2020, 1, 259.0),
    (2020, 5, 256.0),
    (2021, 1, 263.0),
    (2022, 1, 282.0),
    (2022, 6, 296.0),
    (2023, 1, 300.0),
    (2024, 1, 309.0),
    (2025, 1, 319.0),
]);
/// Producer prices of final demand, November 2009 = 100.
const PPI: Knots = Knots(&[
    (2018, 1, 115.0),
    (2020, 1, 119.0),
    (2020, 5, 117.0),
    (2021, 1, 121.0),
    (2022, 1, 134.0),
    (2022, 6, 140.0),
    (2023, 1, 141.0),
    (2024, 1, 143.0),
    (2025, 1, 148.0),
]);
/// Gross domestic product [billion USD per year].
const GDP: Knots = Knots(&[
    (2018, 1, 20300.0),
    (2020, 1, 21700.0),
    (2020, 4, 19900.0),
    (2020, 7, 21700.0),
    (2021, 1, 22700.0),
    (2022, 1, 25200.0),
    (2023, 1, 27200.0),
    (2024, 1, 28700.0),
    (2025, 1, 30000.0),
]);
/// Real broad effective exchange rate, 2020 = 100.
const REER: Knots = Knots(&[
    (2018, 1, 93.0),
    (2019, 1, 98.0),
    (2020, 4, 105.0),
    (2021, 1, 95.0),
    (2022, 1, 99.0),
    (2022, 10, 111.0),
    (2023, 7, 104.0),
    (2024, 1, 107.0),
    (2025, 1, 114.0),
]);
/// Weight of the ten largest members of the S&P 500 [percent].
const TOP10: Knots = Knots(&[
    (2018, 1, 19.5),
    (2020, 1, 23.0),
    (2021, 1, 27.0),
    (2022, 1, 30.0),
    (2023, 1, 24.5),
    (2024, 1, 31.5),
    (2025, 1, 37.0),
]);
/// Expected earnings of the S&P 500 over the coming year [index points].
const EXPECTED_EARNINGS: Knots = Knots(&[
    (2018, 1, 150.0),
    (2019, 1, 172.0),
    (2020, 2, 178.0),
    (2020, 6, 140.0),
    (2021, 1, 167.0),
    (2022, 1, 223.0),
    (2023, 1, 230.0),
    (2024, 1, 243.0),
    (2025, 1, 273.0),
]);
/// Earnings over the past year [index points].
const EARNINGS: Knots = Knots(&[
    (2018, 1, 112.0),
    (2020, 1, 138.0),
    (2020, 12, 94.0),
    (2022, 1, 198.0),
    (2023, 1, 173.0),
    (2024, 1, 193.0),
    (2025, 1, 212.0),
]);
/// Dividends over the past year [index points].
const DIVIDENDS: Knots = Knots(&[
    (2018, 1, 49.0),
    (2020, 3, 59.5),
    (2021, 4, 57.0),
    (2022, 1, 60.5),
    (2023, 1, 67.0),
    (2024, 1, 70.5),
    (2025, 1, 75.0),
]);
/// S&P 500 before the first anchor [index points].
const EARLIER_SPX: Knots = Knots(&[
    (2018, 1, 2790.0),
    (2018, 10, 2850.0),
    (2019, 1, 2600.0),
    (2020, 2, 3280.0),
    (2020, 4, 2700.0),
    (2020, 9, 3400.0),
    (2020, 12, 3650.0),
]);

/// First month of the slow series.
const START: NaiveDate = first_of(2018, 1);

/// All slow series by name.
pub(crate) fn series(days: &Days, path: &Path, seed: u64) -> BTreeMap<String, Vec<Release>> {
    let released = |kind| move |period| release_day(releases(), kind, period);
    let mut all = BTreeMap::new();
    let mut add = |name: &str, releases: Vec<Release>| {
        all.insert(name.to_owned(), known_by_the_end(days, releases))
    };
    let mut draws = Draws::new(seed, Stream::Macro);
    add(
        "cpiaucsl",
        periods(&CPI, 0.0012, &mut draws, 1, released(EventKind::Cpi)),
    );
    add(
        "ppifis",
        periods(&PPI, 0.0025, &mut draws, 1, released(EventKind::Ppi)),
    );
    add(
        "rbusbis",
        periods(&REER, 0.008, &mut draws, 1, |period| {
            after(period, 1) + DayCount::new(19)
        }),
    );
    add(
        "gdp",
        periods(&GDP, 0.003, &mut draws, 3, released(EventKind::GdpAdvance)),
    );
    let mut draws = Draws::new(seed, Stream::Valuation);
    add(
        "top10_weight",
        periods(&TOP10, 0.012, &mut draws, 3, accounts_day),
    );
    add(
        "spx_dividend",
        periods(&DIVIDENDS, 0.001, &mut draws, 1, accounts_day),
    );
    add(
        "spx_earnings",
        periods(&EARNINGS, 0.004, &mut draws, 1, accounts_day),
    );
    add("forward_pe", forward_pe(days, path));
    all
}

/// Releases known by the last session.
fn known_by_the_end(days: &Days, releases: Vec<Release>) -> Vec<Release> {
    let last = days.sessions[days.sessions.len() - 1];
    releases
        .into_iter()
        .filter(|release| release.known <= last)
        .collect()
}

/// Seven years of values every so many `months`: knots times noise of log deviation `sd` per period.
fn periods(
    knots: &Knots,
    sd: f64,
    draws: &mut Draws,
    months: u32,
    known: impl Fn(NaiveDate) -> NaiveDate,
) -> Vec<Release> {
    let count = 84 / months;
    let noise = autoregression(draws, count as usize, 0.6, sd);
    (0..count)
        .zip(noise)
        .map(|(i, e)| {
            let period = after(START, i * months);
            Release {
                period,
                known: known(period),
                value: round(knots.at(period) * exp(e), 2),
            }
        })
        .collect()
}

/// Index over expected earnings on the last day of each month, known on the next day.
fn forward_pe(days: &Days, path: &Path) -> Vec<Release> {
    (0..84)
        .map(|i| {
            let known = after(START, i + 1);
            let period = known - DayCount::new(1);
            let spx = match days.sessions.partition_point(|d| *d <= period) {
                0 => EARLIER_SPX.at(period),
                sessions => path.spx[sessions - 1],
            };
            Release {
                period,
                known,
                value: round(spx / EXPECTED_EARNINGS.at(period), 2),
            }
        })
        .collect()
}

fn after(period: NaiveDate, months: u32) -> NaiveDate {
    period + Months::new(months)
}

/// Day on which the figure for the month or quarter starting on `period` is released; where the table lacks it, 31 days
/// after the month or 60 after the quarter.
fn release_day(table: &[KnownRelease], kind: EventKind, period: NaiveDate) -> NaiveDate {
    let (label, late) = match kind {
        EventKind::GdpAdvance => (
            format!("{}Q{}", period.year(), period.quarter()),
            after(period, 3) + DayCount::new(59),
        ),
        _ => (
            period.format("%Y-%m").to_string(),
            after(period, 1) + DayCount::new(30),
        ),
    };
    table
        .iter()
        .find(|r| r.event.kind == kind && r.period == label)
        .map_or(late, |r| r.event.date)
}

/// Company accounts: 60 days after the end of the quarter that holds `period`, 90 after a fourth quarter.
fn accounts_day(period: NaiveDate) -> NaiveDate {
    let next_quarter = after(first_of(period.year(), period.month0() / 3 * 3 + 1), 3);
    next_quarter + DayCount::new(if next_quarter.month() == 1 { 89 } else { 59 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(y: i32, m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(y, m, d).unwrap()
    }

    #[test]
    fn releases_follow_the_table_and_else_come_late() {
        assert_eq!(
            release_day(releases(), EventKind::Cpi, first_of(2022, 5)),
            day(2022, 6, 10)
        );
        assert_eq!(
            release_day(releases(), EventKind::GdpAdvance, first_of(2023, 10)),
            day(2024, 1, 25)
        );
        assert_eq!(
            release_day(&[], EventKind::Cpi, first_of(2022, 5)),
            day(2022, 7, 1)
        );
        assert_eq!(
            release_day(&[], EventKind::GdpAdvance, first_of(2019, 1)),
            day(2019, 5, 30)
        );
    }

    #[test]
    fn accounts_come_two_or_three_months_after_their_quarter() {
        assert_eq!(accounts_day(first_of(2022, 4)), day(2022, 8, 29));
        assert_eq!(accounts_day(first_of(2022, 6)), day(2022, 8, 29));
        assert_eq!(accounts_day(first_of(2022, 11)), day(2023, 3, 31));
    }
}
