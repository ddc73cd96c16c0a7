//! A replica against the published level: how alike they move, and where they do not.

use chrono::{Datelike, NaiveDate};
use stats::{curve, moments};

/// What two series of levels have in common.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// Number of returns compared.
    pub returns: usize,
    /// Correlation of their returns.
    pub correlation: Option<f64>,
    /// Standard deviation of the difference of the returns, times the root of the periods a year.
    pub tracking_error: Option<f64>,
    /// Deepest fall of the replica (fraction, never positive).
    pub replica_drawdown: Option<f64>,
    /// Deepest fall of the published index.
    pub published_drawdown: Option<f64>,
    /// Last level over the first less one, of the replica.
    pub replica_return: f64,
    /// The same of the published index.
    pub published_return: f64,
}

/// A published and a replicated return of one period.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PairedReturn {
    /// End of the period.
    pub date: NaiveDate,
    /// Return of the replica.
    pub replica: f64,
    /// Return of the published index.
    pub published: f64,
}

/// Levels on the dates both have, in order: date, replica, published.
pub fn joined(
    replica: &[(NaiveDate, f64)],
    published: &[(NaiveDate, f64)],
) -> Vec<(NaiveDate, f64, f64)> {
    let other = |date: &NaiveDate| {
        published
            .binary_search_by_key(date, |p| p.0)
            .ok()
            .map(|i| published[i].1)
    };
    replica
        .iter()
        .filter_map(|(date, level)| Some((*date, *level, other(date)?)))
        .collect()
}

/// The last level of each month.
pub fn month_ends(levels: &[(NaiveDate, f64, f64)]) -> Vec<(NaiveDate, f64, f64)> {
    let month = |row: &(NaiveDate, f64, f64)| (row.0.year(), row.0.month());
    levels
        .chunk_by(|a, b| month(a) == month(b))
        .filter_map(|rows| rows.last().copied())
        .collect()
}

/// Returns from each level to the next.
pub fn returns(levels: &[(NaiveDate, f64, f64)]) -> Vec<PairedReturn> {
    levels
        .windows(2)
        .map(|w| PairedReturn {
            date: w[1].0,
            replica: w[1].1 / w[0].1 - 1.0,
            published: w[1].2 / w[0].2 - 1.0,
        })
        .collect()
}

/// Compares two series of levels with `periods_per_year` returns a year; `None` without a return.
pub fn compare(levels: &[(NaiveDate, f64, f64)], periods_per_year: f64) -> Option<Comparison> {
    let first = levels.first()?;
    let last = levels.last()?;
    let returns = returns(levels);
    let differences: Vec<f64> = returns.iter().map(|r| r.replica - r.published).collect();
    let column =
        |of: fn(&(NaiveDate, f64, f64)) -> f64| levels.iter().map(of).collect::<Vec<f64>>();
    Some(Comparison {
        returns: returns.len(),
        correlation: correlation(&returns),
        tracking_error: moments::deviation(&differences).map(|sd| sd * periods_per_year.sqrt()),
        replica_drawdown: curve::max_drawdown(&column(|l| l.1)),
        published_drawdown: curve::max_drawdown(&column(|l| l.2)),
        replica_return: last.1 / first.1 - 1.0,
        published_return: last.2 / first.2 - 1.0,
    })
}

/// Correlation of replica and published returns; undefined below two, or where one of them does not move.
pub fn correlation(returns: &[PairedReturn]) -> Option<f64> {
    let x: Vec<f64> = returns.iter().map(|r| r.replica).collect();
    let y: Vec<f64> = returns.iter().map(|r| r.published).collect();
    let mx = moments::mean(&x)?;
    let my = moments::mean(&y)?;
    let sx = moments::nonzero_deviation(&x)?;
    let sy = moments::nonzero_deviation(&y)?;
    let products: f64 = x.iter().zip(&y).map(|(a, b)| (a - mx) * (b - my)).sum();
    Some(products / (x.len() - 1) as f64 / (sx * sy))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(n: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2024, 1, n).expect("a date")
    }

    #[test]
    fn a_series_agrees_with_itself_and_disagrees_with_its_mirror() {
        let levels = |f: fn(f64) -> f64| -> Vec<(NaiveDate, f64)> {
            [100.0, 101.0, 99.0, 102.0, 98.0]
                .iter()
                .zip(1..)
                .map(|(l, n)| (day(n), f(*l)))
                .collect()
        };
        let same = compare(&joined(&levels(|l| l), &levels(|l| 3.0 * l)), 252.0).expect("returns");
        assert!((same.correlation.expect("defined") - 1.0).abs() < 1e-12);
        assert!(same.tracking_error.expect("defined") < 1e-12);
        assert_eq!(same.replica_drawdown, same.published_drawdown);
        let mirror =
            compare(&joined(&levels(|l| l), &levels(|l| 1e4 / l)), 252.0).expect("returns");
        assert!(mirror.correlation.expect("defined") < -0.99);
    }

    #[test]
    fn returns_are_those_from_the_first_level_to_the_last_and_from_each_to_the_next() {
        let levels = [
            (day(1), 100.0, 50.0),
            (day(2), 110.0, 40.0),
            (day(3), 120.0, 60.0),
        ];
        let found = compare(&levels, 252.0).expect("two returns");
        assert_eq!(found.returns, 2);
        assert!((found.replica_return - 0.2).abs() < 1e-12);
        assert!((found.published_return - 0.2).abs() < 1e-12);
        let first = returns(&levels)[0];
        assert_eq!(first.date, day(2));
        assert!((first.replica - 0.1).abs() < 1e-12 && (first.published + 0.2).abs() < 1e-12);
    }

    #[test]
    fn only_common_dates_count_and_months_end_on_their_last_one() {
        let replica = [(day(1), 1.0), (day(2), 2.0), (day(3), 4.0)];
        let both = joined(&replica, &[(day(1), 5.0), (day(3), 6.0)]);
        assert_eq!(both, [(day(1), 1.0, 5.0), (day(3), 4.0, 6.0)]);
        assert_eq!(month_ends(&both), [(day(3), 4.0, 6.0)]);
        assert_eq!(compare(&both[..0], 12.0), None);
        assert_eq!(
            correlation(&returns(&both)),
            None,
            "one return has no correlation"
        );
    }
}
