//! Values of two series that changed places on some rows, or from a row on. Whole series are told apart in [`super::orders`].
//!
//! Two series change places where both jump at once and each lands where the other was: by at least [`FAR`] usual
//! changes ([`super::jumps`]) and to within [`NEAR`] of it. Where they change back within [`BLOCK`] rows, [`FAR_OF_BLOCK`] and
//! [`NEAR_OF_BLOCK`] will do, since it happens twice. Every two series are compared; on true files of 2018 to 2024 no two ever
//! did that.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use market::math::ln;

use super::jumps::usual;
use super::shape::{Scale, Shape, of};
use super::{DONE, Doubt, Findings, Severity, slow};
use crate::schema;
use crate::tables::Tables;

/// Usual changes by which both jump, and within which both land where the other was.
const FAR: f64 = 5.0;
const NEAR: f64 = 3.0;
/// The same where they change back.
const FAR_OF_BLOCK: f64 = 3.0;
const NEAR_OF_BLOCK: f64 = 2.0;
/// Rows within which they change back.
const BLOCK: usize = 60;
/// Part of the least change that is doubted beyond both neighbours which is a usual one at least: 6.5 make it.
const LEAST_USUAL: f64 = 1.0 / super::jumps::SPIKE;

/// A series with its values on rows that it shares with others.
struct Track<'a> {
    name: &'a str,
    shape: Shape,
    values: Vec<Option<f64>>,
}

/// Every two daily series, and every two slow ones.
pub(super) fn all(tables: &Tables, findings: &mut Findings) -> Vec<Doubt> {
    let daily: Vec<Track> = tables
        .daily
        .iter()
        .filter(|(name, _)| schema::daily(name).is_some())
        .map(|(name, series)| Track {
            name,
            shape: of(name),
            values: series.values.clone(),
        })
        .collect();
    let mut doubts = rows(tables, &daily, &tables.sessions, findings);
    let periods: BTreeSet<NaiveDate> = tables.slow.values().flatten().map(|r| r.period).collect();
    let periods: Vec<NaiveDate> = periods.into_iter().collect();
    let slow: Vec<Track> = tables
        .slow
        .iter()
        .map(|(name, releases)| {
            let mut values = vec![None; periods.len()];
            for release in releases {
                if let Ok(at) = periods.binary_search(&release.period) {
                    values[at] = Some(release.value);
                }
            }
            Track {
                name,
                shape: slow::shape(name),
                values,
            }
        })
        .collect();
    for doubt in rows(tables, &slow, &periods, findings) {
        let period = periods[doubt.at];
        let releases = &tables.slow[&doubt.series];
        let at = releases.iter().position(|r| r.period == period);
        doubts.extend(at.map(|at| Doubt::of(&doubt.series, at)));
    }
    doubts
}

fn rows(
    tables: &Tables,
    tracks: &[Track],
    days: &[NaiveDate],
    findings: &mut Findings,
) -> Vec<Doubt> {
    let mut doubts = Vec::new();
    for (i, a) in tracks.iter().enumerate() {
        for b in &tracks[i + 1..] {
            let pair = Both::of(a, b);
            for (from, to) in exchanged(&pair.crossings()) {
                note(tables, &pair, days, (from, to), findings);
                if let Some(to) = to {
                    let rows = &pair.rows[from..to];
                    doubts.extend(rows.iter().map(|at| Doubt::of(a.name, *at)));
                    doubts.extend(rows.iter().map(|at| Doubt::of(b.name, *at)));
                }
            }
        }
    }
    doubts
}

/// Two series on the rows on which both have a value.
struct Both<'a> {
    pair: [&'a Track<'a>; 2],
    rows: Vec<usize>,
    values: Vec<[f64; 2]>,
}

/// Where two series jump to each other's level.
#[derive(Clone, Copy, Debug)]
struct Crossing {
    /// Position among the common rows.
    at: usize,
    /// Usual changes by which the calmer of the two jumps.
    far: f64,
    /// Usual changes by which the worse of the two misses the other's last value.
    near: f64,
}

impl<'a> Both<'a> {
    fn of(a: &'a Track, b: &'a Track) -> Both<'a> {
        let mut rows = Vec::new();
        let mut values = Vec::new();
        let counts = [a, b].iter().any(|t| t.shape.scale == Scale::Count);
        for (row, both) in a.values.iter().zip(&b.values).enumerate() {
            if let (Some(x), Some(y)) = both
                && !counts
            {
                rows.push(row);
                values.push([*x, *y]);
            }
        }
        Both {
            pair: [a, b],
            rows,
            values,
        }
    }

    /// A change on the scale of the first or second; not finite where a logarithm has none.
    fn change(&self, of: usize, from: f64, to: f64) -> f64 {
        match self.pair[of].shape.scale {
            Scale::Log if from > 0.0 && to > 0.0 => ln(to / from),
            Scale::Log => f64::INFINITY,
            _ => to - from,
        }
    }

    fn crossings(&self) -> Vec<Crossing> {
        let mut crossings = Vec::new();
        let mut changes: Option<[Vec<f64>; 2]> = None;
        for (i, pair) in self.values.windows(2).enumerate() {
            let jump = [0, 1].map(|of| self.change(of, pair[0][of], pair[1][of]).abs());
            let miss = [0, 1].map(|of| self.change(of, pair[0][of], pair[1][1 - of]).abs());
            // What is usual takes longer to tell than whether they land nearer to each other's place than to their own.
            if (0..2).any(|of| miss[of] * FAR_OF_BLOCK > jump[of] * NEAR_OF_BLOCK) {
                continue;
            }
            let changes = changes.get_or_insert_with(|| [0, 1].map(|of| self.changes(of)));
            let usual = [0, 1].map(|of| {
                let least = self.pair[of].shape.spike * LEAST_USUAL;
                usual(&changes[of], i + 1).max(least)
            });
            crossings.push(Crossing {
                at: i + 1,
                far: (jump[0] / usual[0]).min(jump[1] / usual[1]),
                near: (miss[0] / usual[0]).max(miss[1] / usual[1]),
            });
        }
        crossings
    }

    fn changes(&self, of: usize) -> Vec<f64> {
        let all = self.values.windows(2);
        all.map(|w| self.change(of, w[0][of], w[1][of])).collect()
    }
}

/// Positions from which and up to which two series stand in each other's place; to no end where they stay there.
fn exchanged(crossings: &[Crossing]) -> Vec<(usize, Option<usize>)> {
    let is_one = |c: &Crossing| c.far >= FAR && c.near <= NEAR;
    let is_of_block = |c: &Crossing| c.far >= FAR_OF_BLOCK && c.near <= NEAR_OF_BLOCK;
    let mut found = Vec::new();
    let mut left = crossings;
    while let Some((first, rest)) = left.split_first() {
        let back = rest.iter().position(|c| {
            let is_soon = c.at - first.at <= BLOCK;
            is_soon && ((is_one(c) && is_one(first)) || (is_of_block(c) && is_of_block(first)))
        });
        if let Some(back) = back {
            found.push((first.at, Some(rest[back].at)));
            left = &rest[back + 1..];
            continue;
        }
        if is_one(first) {
            found.push((first.at, None));
        }
        left = rest;
    }
    found
}

fn note(
    tables: &Tables,
    both: &Both,
    days: &[NaiveDate],
    (from, to): (usize, Option<usize>),
    findings: &mut Findings,
) {
    let [a, b] = both.pair;
    let day = days[both.rows[from]];
    findings.note(Severity::Warning, "rows_exchanged", a.name, Some(day), || {
        let [x, y] = both.values[from];
        let [x_before, y_before] = both.values[from - 1];
        let place = tables.origins.place(a.name, day);
        let (rows, done) = match to {
            Some(to) => (format!("for {} rows", to - from), DONE),
            None => ("from there on".to_string(), "kept"),
        };
        format!(
            "{place}: found {x} after {x_before} of {}, and {y} after {y_before} of {}, expected: each near its own value before; \
             the two may be exchanged {rows}; {done}",
            a.name, b.name
        )
    });
}

#[cfg(test)]
mod tests {
    use market::observations::DailySeries;

    use super::*;

    /// SYNTHETIC: two funds at 100 and 130, each with moves of its own of about 1 %.
    fn funds() -> Tables {
        let sessions: Vec<NaiveDate> = NaiveDate::default().iter_days().take(200).collect();
        let path = |level: f64, step: i32| {
            let moves = (0..200).map(|i| f64::from((i * step) % 7 - 3) / 300.0);
            DailySeries {
                lag_sessions: 0,
                values: moves.map(|m| Some(level * (1.0 + m))).collect(),
            }
        };
        Tables {
            sessions,
            daily: [("vnq", path(100.0, 3)), ("iwm", path(130.0, 5))]
                .map(|(name, series)| (name.to_string(), series))
                .into(),
            ..Tables::default()
        }
    }

    fn exchange(tables: &mut Tables, rows: std::ops::Range<usize>) {
        for row in rows {
            let vnq = tables.daily["vnq"].values[row];
            let iwm = tables.daily["iwm"].values[row];
            tables.daily.get_mut("vnq").unwrap().values[row] = iwm;
            tables.daily.get_mut("iwm").unwrap().values[row] = vnq;
        }
    }

    fn found(tables: &Tables) -> (Vec<Doubt>, Vec<String>) {
        let mut findings = Findings::default();
        let doubts = all(tables, &mut findings);
        let all = findings.into_vec().into_iter();
        (doubts, all.map(|f| f.message).collect())
    }

    #[test]
    fn values_that_changed_places_are_found_and_left_out_where_they_change_back() {
        let mut tables = funds();
        assert_eq!(found(&tables), (Vec::new(), Vec::new()));
        exchange(&mut tables, 80..81);
        let (doubts, messages) = found(&tables);
        let both = ["iwm", "vnq"].map(|name| Doubt::of(name, 80));
        assert_eq!(doubts, both);
        assert!(messages[0].contains("for 1 rows"), "{messages:?}");
        exchange(&mut tables, 81..110);
        let (doubts, messages) = found(&tables);
        assert_eq!(doubts.len(), 60);
        assert!(messages[0].contains("for 30 rows"), "{messages:?}");
    }

    #[test]
    fn from_a_row_on_they_are_kept_and_said() {
        let mut tables = funds();
        exchange(&mut tables, 80..200);
        let (doubts, messages) = found(&tables);
        assert!(doubts.is_empty());
        assert!(messages[0].contains("from there on; kept"), "{messages:?}");
    }

    #[test]
    fn a_jump_that_lands_on_no_other_level_is_none_of_these() {
        let mut tables = funds();
        let vnq = tables.daily.get_mut("vnq").unwrap();
        vnq.values[80] = Some(130.0);
        assert_eq!(found(&tables), (Vec::new(), Vec::new()));
    }

    /// Rows of values by month, as a publisher of several series has them.
    #[test]
    fn slow_series_change_places_too() {
        let day = |i: u32| NaiveDate::from_ymd_opt(2020 + (i / 12) as i32, i % 12 + 1, 1).unwrap();
        let of =
            |level: f64, step: u32, from: u32, other: f64| -> Vec<market::observations::Release> {
                let all = (0..40).map(|i| market::observations::Release {
                    period: day(i),
                    known: day(i),
                    value: (if (from..from + 3).contains(&i) {
                        other
                    } else {
                        level
                    }) * (1.0 + f64::from((i * step) % 7) / 300.0),
                });
                all.collect()
            };
        let tables = |from| Tables {
            slow: [
                ("ppiaco", of(230.0, 3, from, 270.0)),
                ("cpiaucsl", of(270.0, 5, from, 230.0)),
            ]
            .map(|(name, releases)| (name.to_string(), releases))
            .into(),
            ..Tables::default()
        };
        assert_eq!(found(&tables(99)).0, Vec::new());
        assert_eq!(found(&tables(20)).0.len(), 6);
    }
}
