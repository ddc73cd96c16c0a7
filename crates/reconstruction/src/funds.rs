//! Exchange-traded funds, as closes adjusted for distributions [USD].
//!
//! Daily log returns from those of the index, the yields and the spreads, plus a mean-reverting part of their own; VIXY
//! from the VIX futures by the roll rule of its index. Start levels are round numbers.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use market::math::exp;
use market::observations::VxSettlement;

use crate::credit::Credit;
use crate::days::{Days, last_settlement, round, sessions_from};
use crate::draws::{Draws, Stream};
use crate::noise::{accumulate, average};
use crate::path::Path;
use crate::rates::Rates;

/// Dividends of the S&P 500 [per year].
const DIVIDEND_YIELD: f64 = 0.015;
/// Mean log return of the index over the years of the dataset [per year].
const MEAN_RETURN: f64 = 0.12;
/// Fee of VIXY [per year].
const VIXY_FEE: f64 = 0.0085;

/// A fund whose returns follow the index.
struct Follower {
    name: &'static str,
    start: f64,
    beta: f64,
    /// Years of duration against the ten-year yield.
    duration: f64,
    /// Deviation of the daily return of its own.
    own: f64,
    /// Return beyond the index in 2021, 2022, 2023 and 2024 [per year], rounded.
    extra: [f64; 4],
}

#[rustfmt::skip]
const FOLLOWERS: [Follower; 4] = [
    Follower { name: "spy", start: 340.0, beta: 1.0, duration: 0.0, own: 0.0003, extra: [0.0; 4] },
    Follower { name: "rsp", start: 115.0, beta: 0.91, duration: 0.0, own: 0.0037, extra: [0.03, 0.05, -0.08, -0.08] },
    Follower { name: "iwm", start: 175.0, beta: 1.15, duration: 0.0, own: 0.0080, extra: [-0.15, 0.0, -0.10, -0.14] },
    Follower { name: "vnq", start: 75.0, beta: 0.83, duration: 3.0, own: 0.0075, extra: [0.12, -0.08, -0.10, -0.12] },
];

/// Adjusted closes by name, one value per session.
pub(crate) fn closes(
    days: &Days,
    path: &Path,
    (rates, credit): (&Rates, &Credit),
    vx: &[VxSettlement],
    seed: u64,
) -> BTreeMap<&'static str, Vec<f64>> {
    let mut draws = Draws::new(seed, Stream::Funds);
    let mut funds = BTreeMap::new();
    for fund in FOLLOWERS {
        funds.insert(
            fund.name,
            compound(fund.start, follow(&fund, days, path, rates, &mut draws)),
        );
    }
    let yields: Vec<f64> = rates
        .ten_years
        .iter()
        .zip(&rates.two_years)
        .map(|(a, b)| 0.5 * (a + b))
        .collect();
    let high_yield = bond(&yields, &credit.high_yield, [3.3, 2.5], 0.0016, &mut draws);
    let grade = bond(
        &rates.ten_years,
        &credit.investment_grade,
        [8.3, 8.3],
        0.0018,
        &mut draws,
    );
    // Only the index's surprise moves credit: what it earns on average is in the yield already.
    let risk: Vec<f64> = path
        .returns()
        .iter()
        .map(|r| r - MEAN_RETURN / 252.0)
        .collect();
    funds.insert(
        "hyg",
        compound(
            70.0,
            high_yield
                .iter()
                .zip(&risk)
                .map(|(b, r)| b + 0.28 * r)
                .collect(),
        ),
    );
    funds.insert(
        "lqd",
        compound(
            115.0,
            grade.iter().zip(&risk).map(|(b, r)| b + 0.15 * r).collect(),
        ),
    );
    funds.insert("vixy", vixy(days, &rates.bills[1], vx));
    funds
}

fn follow(fund: &Follower, days: &Days, path: &Path, rates: &Rates, draws: &mut Draws) -> Vec<f64> {
    let news: Vec<f64> = path
        .spx
        .iter()
        .map(|_| fund.own * draws.student8())
        .collect();
    let level = accumulate(&news, 0.99);
    let returns = path.returns();
    let yields = changes(&rates.ten_years);
    let own = changes(&level);
    (0..returns.len())
        .map(|i| {
            let extra = fund.extra[(days.sessions[i].year() - 2021).clamp(0, 3) as usize];
            let carry = (DIVIDEND_YIELD + extra) / 252.0;
            fund.beta * returns[i] - fund.duration * yields[i] / 100.0 + carry + own[i]
        })
        .collect()
}

/// Log returns of a bond fund: carry less durations times the changes of yield and spread, plus noise of its own.
fn bond(
    yields: &[f64],
    spreads: &[f64],
    durations: [f64; 2],
    own: f64,
    draws: &mut Draws,
) -> Vec<f64> {
    // Fund prices see a spread before the index that is computed from quotes does: the average smooths it.
    let spreads = average(spreads, 2.0, spreads[0]);
    let dy = changes(yields);
    let ds = changes(&spreads);
    let news: Vec<f64> = yields.iter().map(|_| own * draws.normal()).collect();
    let own = changes(&accumulate(&news, 0.98));
    (0..yields.len())
        .map(|i| {
            let carry = (yields[i] + spreads[i]) / 100.0 / 252.0;
            carry - (durations[0] * dy[i] + durations[1] * ds[i]) / 100.0 + own[i]
        })
        .collect()
}

fn changes(x: &[f64]) -> Vec<f64> {
    std::iter::once(0.0)
        .chain(x.windows(2).map(|w| w[1] - w[0]))
        .collect()
}

/// Closes from log returns; the return of the first session is ignored.
fn compound(start: f64, returns: Vec<f64>) -> Vec<f64> {
    let mut sum = -returns[0];
    returns
        .into_iter()
        .map(|r| {
            sum += r;
            round(start * exp(sum), 4)
        })
        .collect()
}

/// The S&P 500 VIX Short-Term Futures Index with interest and fee (methodology of S&P Dow Jones Indices): after the
/// close of each session the first month has the weight `dr/dt`, sessions left from tomorrow over sessions of the roll.
fn vixy(days: &Days, bills: &[f64], vx: &[VxSettlement]) -> Vec<f64> {
    let settle: BTreeMap<_, _> = vx
        .iter()
        .map(|row| ((row.trade_date, row.expiry), row.settle))
        .collect();
    let mut level = 1000.0;
    let mut closes = vec![level];
    for (i, pair) in days.sessions.windows(2).enumerate() {
        let yesterday = pair[0];
        let today = pair[1];
        let holding = holding(days, yesterday);
        let value = |day: NaiveDate| {
            holding
                .iter()
                .filter(|(w, _)| *w > 0.0)
                .map(|(w, e)| w * settle[&(day, *e)])
                .sum::<f64>()
        };
        let nights = (today - yesterday).num_days() as f64;
        let interest = (bills[i] / 100.0 - VIXY_FEE) * nights / 365.0;
        level *= value(today) / value(yesterday) + interest;
        closes.push(round(level, 4));
    }
    closes
}

/// Weights and settlement days of the two futures held after the close of `day`.
fn holding(days: &Days, day: NaiveDate) -> [(f64, NaiveDate); 2] {
    let next = days.vix_settlements.partition_point(|e| *e <= day);
    let first = days.vix_settlements[next];
    let second = days.vix_settlements[next + 1];
    let left = sessions_from(day, first) - 1;
    let all = sessions_from(last_settlement(day), first);
    let weight = f64::from(left) / f64::from(all);
    [(weight, first), (1.0 - weight, second)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_roll_goes_from_all_first_to_all_second_month() {
        let days = Days::new();
        let day = |m, d| NaiveDate::from_ymd_opt(2022, m, d).unwrap();
        // Settlement days 2022-05-18 and 2022-06-15; the roll has 19 sessions (Memorial Day is closed).
        assert_eq!(
            holding(&days, day(6, 14)),
            [(0.0, day(6, 15)), (1.0, day(7, 20))]
        );
        assert_eq!(holding(&days, day(5, 18))[0], (18.0 / 19.0, day(6, 15)));
    }

    #[test]
    fn compounding_starts_at_the_start() {
        assert_eq!(compound(100.0, vec![0.5, 0.0]), vec![100.0, 100.0]);
    }
}
