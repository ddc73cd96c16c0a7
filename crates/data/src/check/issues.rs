//! Numbers of issues: whole, not all tens, and adding up to what is listed.

use market::math::ln;

use super::shape::median;
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
