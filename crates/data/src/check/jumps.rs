//! Values that leave their own history for a session, and levels that change for good.
//!
//! A value is doubted where it differs from both neighbours to the same side by more than [`TIMES`] the usual change of the
//! sessions around it, and by more than the limit of its kind ([`super::shape`]). Markets fall hard and stay down; a
//! wrong cell comes back the next day. A step has a limit of its own, wider by far.

use chrono::NaiveDate;

use super::shape::{Scale, Shape, median, points};
use super::{Doubt, Findings, Severity};

/// How many usual changes a doubted value lies from both its neighbours.
const TIMES: f64 = 7.0;
/// Changes around a value that say what is usual, to each side.
const AROUND: usize = 30;
/// Fewer values than this have no history.
const LEAST: usize = 40;

/// A series to look at: its days, values and name.
pub(super) struct Line<'a> {
    pub name: &'a str,
    pub days: &'a [NaiveDate],
    pub values: &'a [Option<f64>],
    pub shape: Shape,
}

/// Doubts about single values and about steps.
pub(super) fn jumps(line: &Line, findings: &mut Findings) -> Vec<Doubt> {
    let points = points(line.values, line.shape.scale);
    if points.len() < LEAST || line.shape.scale == Scale::Count {
        return Vec::new();
    }
    let changes: Vec<f64> = points.windows(2).map(|w| w[1].1 - w[0].1).collect();
    let mut doubts = Vec::new();
    for (i, point) in points.iter().enumerate() {
        let usual = usual(&changes, i);
        let spike = spike(&changes, i).filter(|s| *s > line.shape.spike.max(TIMES * usual));
        if spike.is_some() {
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

/// The middle size of the changes around a value, without its own two.
fn usual(changes: &[f64], i: usize) -> f64 {
    let from = i.saturating_sub(AROUND);
    let to = (i + AROUND).min(changes.len());
    let own = |at: usize| at == i || at + 1 == i;
    let around = (from..to)
        .filter(|at| !own(*at))
        .map(|at| changes[at].abs());
    median(around.collect()).unwrap_or(0.0)
}

/// Changes that are no single value's: both sides stay.
fn steps(line: &Line, points: &[(usize, f64)], changes: &[f64], findings: &mut Findings) {
    for (i, change) in changes.iter().enumerate() {
        let returns = [spike(changes, i), spike(changes, i + 1)];
        let is_spike = returns.iter().flatten().any(|s| *s > line.shape.spike);
        if !is_spike && change.abs() > line.shape.step.max(TIMES * usual(changes, i)) {
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
        let (before, after) = (value(i.checked_sub(1)), value(Some(i + 1)));
        format!(
            "{}: found {} between {before} and {after}, expected: a value near one of them; kept",
            line.days[at],
            value(Some(i))
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
