//! The VIX futures curve as daily columns: published settlements only, from the start of the dataset, so that signals
//! are warm before the first simulated session.
//!
//! | column | is |
//! |---|---|
//! | `vx1`, `vx2` | settlement of the first and second listed monthly contract \[index points\] |
//! | `vx1_days`, `vx2_days` | calendar days to their settlement day |
//! | `cmf30`, `cmf60` | settlements on a line in days at a constant maturity \[index points\] |
//! | `vx1_chained` | the front settlement linked by same-contract changes: no jump where the contract rolls |

use chrono::NaiveDate;

use crate::listing;
use crate::observations::{Observations, VxSettlement};

/// Names of the columns, in the order they are made.
pub const NAMES: [&str; 7] = [
    "vx1",
    "vx2",
    "vx1_days",
    "vx2_days",
    "cmf30",
    "cmf60",
    "vx1_chained",
];

/// Days ahead within which the two contracts around sixty days lie.
const HORIZON_DAYS: i64 = 130;

/// The front contract may lie this far beyond a constant maturity [calendar days].
const MOST_CONTINUED_DAYS: f64 = 10.0;

/// A listed contract: days to its settlement day, the day, and its settlement price.
type Point = (f64, NaiveDate, f64);

/// One column per name, as long as the sessions; `None` where a settlement was not published.
pub(crate) fn columns(observations: &Observations) -> [(&'static str, Vec<Option<f64>>); 7] {
    let mut columns = NAMES.map(|name| (name, Vec::with_capacity(observations.sessions.len())));
    let mut chain = Chain::default();
    for date in &observations.sessions {
        let rows = observations.vx_rows(*date);
        let curve: Vec<Option<Point>> = listing::vix_expiries(*date, HORIZON_DAYS)
            .into_iter()
            .map(|e| point(rows, *date, e))
            .collect();
        let nth = |n: usize| curve.get(n).copied().flatten();
        let values = [
            nth(0).map(|p| p.2),
            nth(1).map(|p| p.2),
            nth(0).map(|p| p.0),
            nth(1).map(|p| p.0),
            constant_maturity(&curve, 30.0),
            constant_maturity(&curve, 60.0),
            chain.next(rows, nth(0)),
        ];
        columns
            .iter_mut()
            .zip(values)
            .for_each(|((_, column), value)| column.push(value));
    }
    columns
}

fn point(rows: &[VxSettlement], date: NaiveDate, expiry: NaiveDate) -> Option<Point> {
    let row = rows
        .iter()
        .find(|row| row.expiry == expiry && row.settle > 0.0)?;
    Some(((expiry - date).num_days() as f64, expiry, row.settle))
}

/// The line through the two contracts around `days`. For up to ten days after a settlement the front contract lies
/// beyond thirty days; then it is the line through the first two, continued.
fn constant_maturity(curve: &[Option<Point>], days: f64) -> Option<f64> {
    let after = curve.iter().position(|p| p.is_some_and(|p| p.0 >= days))?;
    let (near, far) = match after.checked_sub(1) {
        Some(before) => (curve[before]?, curve[after]?),
        None => (curve[0]?, (*curve.get(1)?)?),
    };
    let is_near = near.0 - days <= MOST_CONTINUED_DAYS;
    is_near.then(|| near.2 + (days - near.0) / (far.0 - near.0) * (far.2 - near.2))
}

/// The front settlement, each change taken within one contract.
#[derive(Default)]
struct Chain {
    level: Option<f64>,
    /// Yesterday's settlements.
    before: Vec<VxSettlement>,
}

impl Chain {
    fn next(&mut self, rows: &[VxSettlement], front: Option<Point>) -> Option<f64> {
        let level = front.map(|(_, expiry, settle)| {
            let before = self
                .before
                .iter()
                .find(|row| row.expiry == expiry && row.settle > 0.0);
            match (self.level, before) {
                (Some(level), Some(before)) => level * settle / before.settle,
                _ => settle,
            }
        });
        self.level = level;
        self.before = rows.to_vec();
        level
    }
}
