//! Numbers of issues: whole, not all tens, and adding up to what is listed.

use market::math::ln;

use super::orders::together_of;
use super::shape::{median, moves};
use super::{Findings, Severity};
use crate::tables::Tables;

/// Counts in a row that are all tens from which on they are doubted: one in a hundred million.
const TENS: usize = 8;
/// How far the sum may lie from its middle, in logarithms.
const OFF: f64 = 0.25;
const COUNTS: [&str; 5] = [
    "nyse_adv",
    "nyse_decl",
    "nyse_unch",
    "nyse_new_highs",
    "nyse_new_lows",
];

/// Numbers of issues are whole, and those that rose, fell and stood still add up to what is listed, which hardly changes.
pub(super) fn all(tables: &Tables, findings: &mut Findings) {
    for name in COUNTS {
        digits(tables, name, findings);
    }
    sum(tables, findings);
}

fn digits(tables: &Tables, name: &str, findings: &mut Findings) {
    let Some(series) = tables.daily.get(name) else {
        return;
    };
    let mut tens = 0;
    for (value, day) in series.values.iter().zip(&tables.sessions) {
        let Some(value) = value else { continue };
        let place = || tables.origins.place(name, *day);
        if value.fract() != 0.0 {
            findings.note(Severity::Warning, "not_whole", name, Some(*day), || {
                format!(
                    "{}: found {value}, expected: a whole number of issues; kept",
                    place()
                )
            });
        }
        if *value != 0.0 {
            tens = if value % 10.0 == 0.0 { tens + 1 } else { 0 };
        }
        if tens == TENS {
            findings.note(Severity::Warning, "only_tens", name, Some(*day), || {
                format!(
                    "{}: found {value}, the {TENS}th in a row that ends in 0, expected: any digit; the file may be on another \
                     scale from there on; kept",
                    place()
                )
            });
        }
    }
}

fn sum(tables: &Tables, findings: &mut Findings) {
    let values = |name: &str| tables.daily.get(name).map(|s| &s.values);
    let (Some(adv), Some(decl)) = (values("nyse_adv"), values("nyse_decl")) else {
        return;
    };
    let unch = values("nyse_unch");
    let total = |i: usize| Some((adv[i]? + decl[i]? + unch.map_or(Some(0.0), |u| u[i])?).max(1.0));
    let totals: Vec<Option<f64>> = (0..adv.len()).map(total).collect();
    let known: Vec<f64> = totals.iter().flatten().copied().collect();
    let Some(middle) = median(known) else {
        return;
    };
    if let Some(unch) = unch {
        shifted(adv, decl, unch, findings);
    }
    sides(tables, adv, decl, findings);
    for (i, total) in totals.iter().enumerate() {
        let Some(total) = total.filter(|t| ln(t / middle).abs() > OFF) else {
            continue;
        };
        let day = tables.sessions[i];
        findings.note(
            Severity::Warning,
            "issues_do_not_add_up",
            "nyse_adv",
            Some(day),
            || {
                format!(
                    "{}: found {total} issues that rose ({}), fell ({}) or stood still, expected: about {middle}; kept",
                    tables.origins.place("nyse_adv", day),
                    adv[i].unwrap_or_default(),
                    decl[i].unwrap_or_default()
                )
            },
        );
    }
}

/// Usual distances from what the move of the index says, beyond which the two counts are doubted if each other's place is within
/// [`NEAR`] of it. On true files none was beyond 4.
const FAR: f64 = 5.0;
const NEAR: f64 = 2.0;
/// Days that say what is usual.
const ENOUGH: usize = 120;

/// On a day on which the index rose, more issues rose than fell: the two may have changed places.
fn sides(tables: &Tables, adv: &[Option<f64>], decl: &[Option<f64>], findings: &mut Findings) {
    let Some(index) = moves(tables, "spx_close") else {
        return;
    };
    let positive = |v: Option<f64>| v.filter(|v| *v > 0.0);
    let days = (0..adv.len()).filter_map(|i| {
        let more = ln(positive(adv[i])? / positive(decl[i])?);
        Some((i, index[i]?, more))
    });
    let days: Vec<(usize, f64, f64)> = days.collect();
    let both = || days.iter().map(|(_, r, more)| (*more, *r)).collect();
    let Some(line) = together_of(both(), ENOUGH) else {
        return;
    };
    let off = |r: f64, more: f64| (more - line.at(r)).abs();
    let usual = median(days.iter().map(|(_, r, more)| off(*r, *more)).collect());
    let usual = 1.4826 * usual.unwrap_or(0.0);
    for (i, r, more) in days {
        if off(r, more) > FAR * usual && off(r, -more) < NEAR * usual {
            let day = tables.sessions[i];
            findings.note(Severity::Warning, "rows_exchanged", "nyse_adv", Some(day), || {
                format!(
                    "{}: found {} issues that rose and {} that fell (nyse_decl) on a day on which the index moved by {:.1}%, \
                     expected: about the reverse; the two may be exchanged; kept",
                    tables.origins.place("nyse_adv", day),
                    adv[i].unwrap_or_default(),
                    decl[i].unwrap_or_default(),
                    100.0 * r
                )
            });
        }
    }
}

/// What is listed changes least where the three counts are of one day.
fn shifted(
    adv: &[Option<f64>],
    decl: &[Option<f64>],
    unch: &[Option<f64>],
    findings: &mut Findings,
) {
    let usual_change = |by: isize| {
        let total = |i: usize| {
            let other = *unch.get(i.checked_add_signed(by)?)?;
            Some(adv[i]? + decl[i]? + other?)
        };
        let changes = (1..adv.len()).filter_map(|i| Some((total(i)? - total(i - 1)?).abs()));
        median(changes.collect()).unwrap_or(f64::INFINITY)
    };
    let same = usual_change(0);
    let late = usual_change(-1);
    let early = usual_change(1);
    let best = late.min(early);
    if best < 0.7 * same {
        findings.note(Severity::Warning, "shifted_session", "nyse_unch", None, || {
            format!(
                "found that issues that rose, fell and stood still add up to the same number every day but for {same} with the \
                 last of the same day, and but for {best} with that of a neighbouring one; one of the three is a row off; kept"
            )
        });
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use market::math::exp;
    use market::observations::DailySeries;

    use super::*;

    /// SYNTHETIC: an index, and issues that rise and fall with it.
    fn market() -> Tables {
        let moves: Vec<f64> = (0..200)
            .map(|i| f64::from((i * 37) % 41 - 20) / 1_000.0)
            .collect();
        let mut level = 4_000.0;
        let close: Vec<Option<f64>> = moves
            .iter()
            .map(|r| {
                level *= exp(*r);
                Some(level)
            })
            .collect();
        let rose = |i: usize, r: f64| {
            let own = ((i * 13) % 7) as f64 / 10.0 - 0.3;
            (3_000.0 / (1.0 + exp(-57.0 * r - own))).round()
        };
        let adv = moves.iter().enumerate().map(|(i, r)| Some(rose(i, *r)));
        let decl = moves
            .iter()
            .enumerate()
            .map(|(i, r)| Some(3_000.0 - rose(i, *r)));
        let series = [
            ("spx_close", close),
            ("nyse_adv", adv.collect()),
            ("nyse_decl", decl.collect()),
        ];
        Tables {
            sessions: NaiveDate::default().iter_days().take(200).collect(),
            daily: series
                .map(|(name, values)| {
                    let lag_sessions = 0;
                    (
                        name.to_string(),
                        DailySeries {
                            lag_sessions,
                            values,
                        },
                    )
                })
                .into(),
            ..Tables::default()
        }
    }

    fn exchanged(tables: &Tables) -> Vec<Option<NaiveDate>> {
        let mut findings = Findings::default();
        all(tables, &mut findings);
        let found = findings.into_vec().into_iter();
        let found = found.filter(|f| f.code == "rows_exchanged");
        found.map(|f| f.first).collect()
    }

    #[test]
    fn issues_that_rose_and_fell_are_told_apart_on_a_day_of_a_great_move() {
        let mut tables = market();
        assert_eq!(exchanged(&tables), []);
        let great = (0..200).find(|i| (i * 37) % 41 == 40 && *i > 50).unwrap();
        let adv = tables.daily["nyse_adv"].values[great];
        let decl = tables.daily["nyse_decl"].values[great];
        tables.daily.get_mut("nyse_adv").unwrap().values[great] = decl;
        tables.daily.get_mut("nyse_decl").unwrap().values[great] = adv;
        assert_eq!(exchanged(&tables), [Some(tables.sessions[great])]);
    }
}
