//! Values that leave their own history for a session, and levels that change for good.
//!
//! Changes are told in usual ones: the greater of 1.48 times the middle size and of the 90 % quantile over 1.64 of the 60 changes
//! around; both are one standard deviation of a normal distribution. A value is doubted where it lies more than [`SPIKE`] of
//! them beyond both neighbours to the same side, and beyond the least of its kind ([`super::shape`]). Markets fall hard and
//! stay down; a wrong cell comes back the next day. A step, which stays, needs [`STEP`].
//!
//! On true files of 2018 to 2024 no price, fund or volatility index left both neighbours by more than 6.3 (but once the high
//! of VIX by 7.0), and none moved by more than 9, but VIX futures by 13.6 on 2018-02-05.

use chrono::NaiveDate;

use super::shape::{Scale, Shape, median, points};
use super::{Doubt, Findings, Severity};

/// How many usual changes a doubted value lies beyond both its neighbours.
pub(super) const SPIKE: f64 = 6.5;
/// How many usual changes a step is.
const STEP: f64 = 12.0;
/// Changes around a value that say what is usual, to each side.
const AROUND: usize = 30;
/// Changes from which on a tenth of them is more than what one wrong block makes.
const MANY: usize = 20;
/// Fewer values than this have no history; of a slow series, whose limits are wide, fewer will do.
pub(super) const LEAST: usize = 24;
pub(super) const LEAST_OF_SLOW: usize = 8;

/// A series to look at: its days, values and name.
pub(super) struct Line<'a> {
    pub name: &'a str,
    pub days: &'a [NaiveDate],
    pub values: &'a [Option<f64>],
    pub shape: Shape,
    /// Values that make a history.
    pub least: usize,
    /// Where the value of a position stands, for messages: file and row, and the day.
    pub place: &'a dyn Fn(usize) -> String,
}

impl<'a> Line<'a> {
    /// Settlements of VIX futures, or what is made of them.
    pub fn of_futures(
        days: &'a [NaiveDate],
        values: &'a [Option<f64>],
        shape: Shape,
        place: &'a dyn Fn(usize) -> String,
    ) -> Line<'a> {
        Line {
            name: "vx",
            days,
            values,
            shape,
            least: LEAST,
            place,
        }
    }
}

/// Doubts about single values and about steps.
pub(super) fn jumps(line: &Line, findings: &mut Findings) -> Vec<Doubt> {
    let points = points(line.values, line.shape.scale);
    if points.len() < line.least || line.shape.scale == Scale::Count {
        return Vec::new();
    }
    let changes: Vec<f64> = points.windows(2).map(|w| w[1].1 - w[0].1).collect();
    let mut doubts = Vec::new();
    for (i, point) in points.iter().enumerate() {
        let spike = spike(&changes, i).filter(|s| *s > line.shape.spike);
        // What is usual takes longer to tell than whether a value stands out at all.
        if spike.is_some_and(|s| s > SPIKE * usual(&changes, i)) {
            note(line, &points, i, "jump", findings);
            doubts.push(Doubt::of(line.name, point.0));
        }
    }
    steps(line, &points, &changes, findings);
    doubts
}

/// How far a value lies from both neighbours to the same side; at an end, from its only one, at half weight.
fn spike(changes: &[f64], i: usize) -> Option<f64> {
    let back = i.checked_sub(1).and_then(|b| changes.get(b)).copied();
    let ahead = changes.get(i).map(|c| -c);
    match (back, ahead) {
        (Some(a), Some(b)) if a * b > 0.0 => Some(a.abs().min(b.abs())),
        (Some(_), Some(_)) => None,
        (a, b) => a.or(b).map(|c| c.abs() / 2.0),
    }
}

/// The usual size of the changes around a value, without its own two.
pub(super) fn usual(changes: &[f64], i: usize) -> f64 {
    let from = i.saturating_sub(AROUND);
    let to = (i + AROUND).min(changes.len());
    let own = |at: usize| at == i || at + 1 == i;
    let around = (from..to)
        .filter(|at| !own(*at))
        .map(|at| changes[at].abs());
    let mut around: Vec<f64> = around.collect();
    let middle = median(around.clone()).unwrap_or(0.0);
    if around.len() < MANY {
        return 1.4826 * middle;
    }
    around.sort_by(f64::total_cmp);
    let high = around.get(around.len() * 9 / 10).copied().unwrap_or(0.0);
    (1.4826 * middle).max(high / 1.645)
}

/// Changes that are no single value's: both sides stay.
fn steps(line: &Line, points: &[(usize, f64)], changes: &[f64], findings: &mut Findings) {
    for (i, change) in changes.iter().enumerate() {
        if change.abs() <= line.shape.step {
            continue;
        }
        let returns = [spike(changes, i), spike(changes, i + 1)];
        let is_spike = returns.iter().flatten().any(|s| *s > change.abs() / 2.0);
        if !is_spike && change.abs() > STEP * usual(changes, i) {
            note(line, points, i + 1, "step", findings);
        }
    }
}

fn note(line: &Line, points: &[(usize, f64)], i: usize, code: &str, findings: &mut Findings) {
    let value = |at: Option<usize>| {
        let at = at.and_then(|at| points.get(at));
        at.map_or("nothing".to_string(), |p| {
            line.values[p.0].unwrap_or_default().to_string()
        })
    };
    let at = points[i].0;
    findings.note(Severity::Warning, code, line.name, Some(line.days[at]), || {
        let before = value(i.checked_sub(1));
        let after = value(Some(i + 1));
        let found = value(Some(i));
        let place = (line.place)(at);
        if code == "step" {
            let expected = "a level near the one before; kept";
            return format!("{place}: found {found} after {before} and before {after}, expected: {expected}");
        }
        format!(
            "{place}: found {found} between {before} and {after}, expected: a value near one of them; {}",
            super::DONE
        )
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(values: &[f64], shape: Shape) -> Vec<(String, usize)> {
        let start = NaiveDate::default();
        let days: Vec<NaiveDate> = start.iter_days().take(values.len()).collect();
        let values: Vec<Option<f64>> = values.iter().map(|v| Some(*v)).collect();
        let line = Line {
            name: "x",
            days: &days,
            values: &values,
            shape,
            least: LEAST,
            place: &|i| i.to_string(),
        };
        let mut findings = Findings::default();
        jumps(&line, &mut findings);
        let all = findings.into_vec();
        all.into_iter().map(|f| (f.code, f.count)).collect()
    }

    const LOG: Shape = Shape {
        scale: Scale::Log,
        spike: 0.09,
        step: 0.25,
    };

    fn calm() -> Vec<f64> {
        (0..100).map(|i| 100.0 + f64::from(i * 7 % 5)).collect()
    }

    #[test]
    fn a_value_that_comes_back_is_a_jump_and_one_that_stays_is_a_step() {
        assert!(found(&calm(), LOG).is_empty());
        let mut jump = calm();
        jump[50] = 140.0;
        assert_eq!(found(&jump, LOG), [("jump".to_string(), 1)]);
        let mut step = calm();
        step[50..].iter_mut().for_each(|v| *v *= 1.5);
        assert_eq!(found(&step, LOG), [("step".to_string(), 1)]);
        let mut end = calm();
        *end.last_mut().unwrap() = 200.0;
        assert_eq!(found(&end, LOG)[0].0, "jump");
    }

    #[test]
    fn a_crash_is_neither() {
        let mut crash = calm();
        crash[50..].iter_mut().for_each(|v| *v *= 0.83);
        assert!(found(&crash, LOG).is_empty());
    }
}
