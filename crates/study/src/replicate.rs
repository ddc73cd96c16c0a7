//! A run beside a published index: the account of one arm, interest included, against the levels a publisher gives.
//!
//! The run is any run: nothing of an index is known to the engine. `configs/benchmarks` has run files that follow the
//! rules of CNDR, PUT and VXTH; what daily data cannot know of those rules is said in `docs/replication.md`.

pub mod compare;
pub mod morning;

use chrono::NaiveDate;
use market::calendar::Calendar;
use market::observations::Observations;
use runfile::benchmark::Benchmark;
use tables::BenchmarkRow;

use self::compare::{PairedReturn, compare, correlation, joined, month_ends, returns};
use crate::results::{ArmResult, WindowResult};

fn rows_of(
    asked: &Benchmark,
    observations: &Observations,
    window: &WindowResult,
) -> Vec<BenchmarkRow> {
    let Some(arm) = window.arms.iter().find(|arm| arm.replay.name == asked.arm) else {
        return Vec::new();
    };
    let account = account(asked, arm);
    if account.len() < 2 {
        return Vec::new();
    }
    let Some((published, is_daily)) = levels(observations, &asked.series) else {
        let note = format!("the dataset has no series {:?}", asked.series);
        return vec![BenchmarkRow {
            note,
            ..row(asked, window, "daily", &[])
        }];
    };
    let both = joined(&account, &published);
    let rows = if is_daily {
        of_days(asked, window, arm, &both)
    } else {
        vec![whole(asked, window, "monthly", &both, 12.0)]
    };
    let part = part_of(asked, &account);
    rows.into_iter()
        .map(|row| BenchmarkRow {
            note: format!("{part}{}", row.note),
            ..row
        })
        .collect()
}

/// All days, their month-ends, and the days with and without a roll.
fn of_days(
    asked: &Benchmark,
    window: &WindowResult,
    arm: &ArmResult,
    both: &[(NaiveDate, f64, f64)],
) -> Vec<BenchmarkRow> {
    let mut rows = vec![whole(asked, window, "daily", both, 252.0)];
    rows.push(whole(asked, window, "monthly", &month_ends(both), 12.0));
    let (rolls, others): (Vec<_>, Vec<_>) = returns(both).into_iter().partition(|r| {
        arm.replay
            .statement
            .trades
            .iter()
            .any(|trade| trade.package.opened == r.date)
    });
    let squares = |of: &[PairedReturn]| {
        of.iter()
            .map(|r| (r.replica - r.published).powi(2))
            .sum::<f64>()
    };
    let all = squares(&rolls) + squares(&others);
    for (name, part) in [("roll_days", rolls), ("other_days", others)] {
        let residual_share = (all > 0.0).then(|| squares(&part) / all);
        rows.push(BenchmarkRow {
            residual_share,
            ..row(asked, window, name, &part)
        });
    }
    rows
}

/// Which part of the comparison the window holds, where that is not all of it: a few days at the edge of a window say
/// nothing about an index, and a reader must see that they are few.
fn part_of(asked: &Benchmark, account: &[(NaiveDate, f64)]) -> String {
    let (Some((begin, _)), Some((end, _))) = (account.first(), account.last()) else {
        return String::new();
    };
    let calendar = Calendar::nyse();
    let sessions = calendar.sessions_between(asked.first, asked.last)
        + i32::from(calendar.is_session(asked.first));
    if account.len() as i64 >= i64::from(sessions) {
        return String::new();
    }
    format!(
        "only {begin} to {end}, {} of the {sessions} sessions asked for, are in this window; ",
        account.len()
    )
}

/// What the account was worth at each close of the comparison (USD), interest included.
fn account(asked: &Benchmark, arm: &ArmResult) -> Vec<(NaiveDate, f64)> {
    let within = |date: NaiveDate| (asked.first..=asked.last).contains(&date);
    let sessions = arm
        .replay
        .statement
        .sessions
        .iter()
        .filter(|row| within(row.date));
    sessions.map(|row| (row.date, row.equity.usd())).collect()
}

fn whole(
    asked: &Benchmark,
    window: &WindowResult,
    name: &str,
    both: &[(NaiveDate, f64, f64)],
    per_year: f64,
) -> BenchmarkRow {
    let found = compare(both, per_year);
    BenchmarkRow {
        tracking_error: found.as_ref().and_then(|c| c.tracking_error),
        account_drawdown: found.as_ref().and_then(|c| c.replica_drawdown),
        published_drawdown: found.as_ref().and_then(|c| c.published_drawdown),
        account_return: found.as_ref().map(|c| c.replica_return),
        published_return: found.as_ref().map(|c| c.published_return),
        ..row(asked, window, name, &returns(both))
    }
}

fn row(
    asked: &Benchmark,
    window: &WindowResult,
    name: &str,
    pairs: &[PairedReturn],
) -> BenchmarkRow {
    BenchmarkRow {
        window: window.window.name.clone(),
        arm: asked.arm.clone(),
        series: asked.series.clone(),
        returns: name.to_string(),
        n: pairs.len(),
        correlation: correlation(pairs),
        note: largest(pairs),
        ..BenchmarkRow::default()
    }
}

/// The largest difference between two returns of one period.
fn largest(pairs: &[PairedReturn]) -> String {
    let gap = |r: &PairedReturn| (r.replica - r.published).abs();
    let most = pairs.iter().max_by(|a, b| gap(a).total_cmp(&gap(b)));
    most.map_or_else(String::new, |r| {
        let own = 100.0 * r.replica;
        let published = 100.0 * r.published;
        format!(
            "largest difference {}: {own:+.2} % against {published:+.2} %",
            r.date
        )
    })
}

/// Dated levels of a published series, and whether they are daily.
fn levels(observations: &Observations, name: &str) -> Option<(Vec<(NaiveDate, f64)>, bool)> {
    if let Some(series) = observations.daily.get(name) {
        let dated = observations.sessions.iter().zip(&series.values);
        return Some((
            dated
                .filter_map(|(date, value)| Some((*date, (*value)?)))
                .collect(),
            true,
        ));
    }
    let series = observations.slow.get(name)?;
    Some((
        series
            .iter()
            .map(|release| (release.known, release.value))
            .collect(),
        false,
    ))
}

/// Every comparison of a run, window by window.
pub fn rows(
    benchmarks: &[Benchmark],
    observations: &Observations,
    windows: &[WindowResult],
) -> Vec<BenchmarkRow> {
    windows
        .iter()
        .flat_map(|window| {
            benchmarks
                .iter()
                .flat_map(|b| rows_of(b, observations, window))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_difference_is_that_of_the_greatest_size_on_either_side() {
        let pair = |day: u32, replica: f64, published: f64| PairedReturn {
            date: chrono::NaiveDate::from_ymd_opt(2024, 1, day).expect("a date"),
            replica,
            published,
        };
        let below = [pair(2, 0.01, 0.0), pair(3, -0.02, 0.01), pair(4, 0.0, 0.0)];
        assert_eq!(
            largest(&below),
            "largest difference 2024-01-03: -2.00 % against +1.00 %"
        );
        let above = [pair(2, 0.04, 0.0), pair(3, -0.02, 0.01)];
        assert!(largest(&above).starts_with("largest difference 2024-01-02: +4.00 %"));
        let together = [pair(2, 0.03, 0.03), pair(3, 0.0, 0.01)];
        assert!(largest(&together).starts_with("largest difference 2024-01-03:"));
        assert_eq!(largest(&[]), "");
    }
}
