//! Series beside those that move with them: dated a session off, on another scale, wrong for a session.

use super::jumps::{Line, jumps};
use super::shape::{PAIRS, Pair, Scale, Shape, USUAL, median, moves, of, points};
use super::{Doubt, Findings, Severity};
use crate::tables::Tables;
use market::math::ln;

/// Sessions of which one correlation is taken.
const BLOCK: usize = 60;
/// Pairs of moves that a block needs.
const ENOUGH: usize = 40;
/// Correlation with the neighbouring session from which on a date is doubted, if the session itself has so much less.
const OF_A_NEIGHBOUR: f64 = 0.55;
const LESS: f64 = 0.30;

/// Every pair of which both series exist.
pub(super) fn all(tables: &Tables, findings: &mut Findings) -> Vec<Doubt> {
    let mut doubts = Vec::new();
    for pair in PAIRS {
        shifted(tables, pair, findings);
        apart(tables, pair, findings);
        doubts.extend(beside(tables, pair, findings));
    }
    usual_levels(tables, findings);
    issues(tables, findings);
    order_of_the_day(tables, findings);
    doubts
}

fn shifted(tables: &Tables, pair: &Pair, findings: &mut Findings) {
    let (Some(a), Some(b)) = (moves(tables, pair.series), moves(tables, pair.other)) else {
        return;
    };
    let mut start = 0;
    while start < a.len() {
        let end = (start + BLOCK).min(a.len());
        let lag = |by: isize| correlation(&a, &b, start..end, by).unwrap_or(0.0).abs();
        let (same, late, early) = (lag(0), lag(-1), lag(1));
        let best = late.max(early);
        if best > OF_A_NEIGHBOUR && same + LESS < best {
            let day = tables.sessions[start];
            let way = if late > early { "later" } else { "earlier" };
            findings.note(Severity::Warning, "shifted_session", pair.series, Some(day), || {
                format!(
                    "{day} and {} sessions on: found moves that go with those of {} one session {way} (correlation {best:.2}) \
                     rather than on the day ({same:.2}); one of the two is a row off; kept",
                    end - start,
                    pair.other
                )
            });
        }
        start += BLOCK;
    }
}

/// Correlation of `a` with `b` moved by some sessions; `None` of too few pairs or of a series that stands still.
fn correlation(
    a: &[Option<f64>],
    b: &[Option<f64>],
    range: std::ops::Range<usize>,
    by: isize,
) -> Option<f64> {
    let both = |i: usize| Some((a[i]?, (*b.get(i.checked_add_signed(by)?)?)?));
    let pairs: Vec<(f64, f64)> = range.filter_map(both).collect();
    if pairs.len() < ENOUGH {
        return None;
    }
    let n = pairs.len() as f64;
    let mean_a = pairs.iter().map(|p| p.0).sum::<f64>() / n;
    let mean_b = pairs.iter().map(|p| p.1).sum::<f64>() / n;
    let sum = |f: fn(f64, f64) -> f64| {
        let terms = pairs.iter().map(|p| f(p.0 - mean_a, p.1 - mean_b));
        terms.sum::<f64>()
    };
    let spread = sum(|a, _| a * a) * sum(|_, b| b * b);
    (spread > 0.0).then(|| sum(|a, b| a * b) / spread.sqrt())
}

/// The distance of a pair, session by session, on the scale of the series.
fn distance(tables: &Tables, pair: &Pair) -> Option<(Vec<Option<f64>>, Shape)> {
    let shape = of(pair.series);
    let (a, b) = (
        tables.daily.get(pair.series)?,
        tables.daily.get(pair.other)?,
    );
    let mut distance = vec![None; a.values.len()];
    let others = points(&b.values, shape.scale);
    for (i, value) in points(&a.values, shape.scale) {
        if let Ok(at) = others.binary_search_by_key(&i, |p| p.0) {
            distance[i] = Some(value - others[at].1);
        }
    }
    Some((distance, shape))
}

fn apart(tables: &Tables, pair: &Pair, findings: &mut Findings) {
    let Some((distance, _)) = distance(tables, pair) else {
        return;
    };
    for (block, days) in distance.chunks(BLOCK).zip(tables.sessions.chunks(BLOCK)) {
        let known: Vec<f64> = block.iter().flatten().copied().collect();
        if known.len() < ENOUGH {
            continue;
        }
        let middle = median(known).unwrap_or(0.0);
        if middle.abs() > pair.apart {
            findings.note(Severity::Warning, "off_companion", pair.series, Some(days[0]), || {
                let unit = if of(pair.series).scale == Scale::Log { "logarithms" } else { "points" };
                format!(
                    "{} and {} sessions on: found a middle distance of {middle:.2} {unit} to {}, expected: within {}; one of \
                     the two may be on another scale; kept",
                    days[0],
                    days.len(),
                    pair.other,
                    pair.apart
                )
            });
        }
    }
}

/// Values that leave the companion for a session.
fn beside(tables: &Tables, pair: &Pair, findings: &mut Findings) -> Vec<Doubt> {
    let Some((distance, _)) = distance(tables, pair).filter(|_| pair.spike.is_finite()) else {
        return Vec::new();
    };
    let mut own = Findings::default();
    let shape = Shape {
        scale: Scale::Difference,
        spike: pair.spike,
        step: f64::INFINITY,
    };
    let line = Line {
        name: pair.series,
        days: &tables.sessions,
        values: &distance,
        shape,
    };
    let doubts = jumps(&line, &mut own);
    let values = |name: &str, at: usize| tables.daily[name].values[at].unwrap_or_default();
    for doubt in &doubts {
        let (day, at) = (tables.sessions[doubt.at], doubt.at);
        findings.note(Severity::Warning, "jump_beside", pair.series, Some(day), || {
            let (value, other) = (values(pair.series, at), values(pair.other, at));
            format!(
                "{day}: found {value} beside {other} of {}, expected: as near as on the sessions before and after; kept",
                pair.other
            )
        });
    }
    doubts
}

fn usual_levels(tables: &Tables, findings: &mut Findings) {
    for (name, low, high) in USUAL {
        let daily = tables
            .daily
            .get(*name)
            .map(|s| s.values.iter().flatten().copied().collect());
        let slow = tables
            .slow
            .get(*name)
            .map(|s| s.iter().map(|r| r.value).collect());
        let Some(values): Option<Vec<f64>> = daily.or(slow) else {
            continue;
        };
        let middle = median(values).unwrap_or(*low);
        if !(*low..=*high).contains(&middle) {
            findings.note(Severity::Warning, "unusual_level", name, None, || {
                format!("found a middle value of {middle}, expected: {low} to {high}; the file may be on another scale, or another series; kept")
            });
        }
    }
}

/// Numbers of issues are whole, and those that rose, fell and stood still add up to what is listed, which hardly changes.
fn issues(tables: &Tables, findings: &mut Findings) {
    let values = |name: &str| tables.daily.get(name).map(|s| &s.values);
    for name in [
        "nyse_adv",
        "nyse_decl",
        "nyse_unch",
        "nyse_new_highs",
        "nyse_new_lows",
    ] {
        let parts = values(name).into_iter().flatten().zip(&tables.sessions);
        for (value, day) in parts.filter_map(|(v, d)| Some(((*v)?, d))) {
            if value.fract() != 0.0 {
                findings.note(Severity::Warning, "not_whole", name, Some(*day), || {
                    format!("{day}: found {value}, expected: a whole number of issues; kept")
                });
            }
        }
    }
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
    for (i, total) in totals.iter().enumerate() {
        let Some(total) = total.filter(|t| ln(t / middle).abs() > 0.25) else {
            continue;
        };
        let day = tables.sessions[i];
        findings.note(Severity::Warning, "issues_do_not_add_up", "nyse_adv", Some(day), || {
            format!("{day}: found {total} issues that rose, fell or stood still, expected: about {middle}; kept")
        });
    }
}

/// Opens follow the close before; where they stand nearer to the close of the day, the two columns may be swapped. Lows
/// and highs enclose both.
fn order_of_the_day(tables: &Tables, findings: &mut Findings) {
    for (open, high, low, close) in [
        ("spx_open", "spx_high", "spx_low", "spx_close"),
        ("vix_open", "vix_high", "vix_low", "vix"),
    ] {
        let series = |name: &str| tables.daily.get(name).map(|s| &s.values);
        let (Some(opens), Some(closes)) = (series(open), series(close)) else {
            continue;
        };
        let overnight = (1..opens.len()).filter_map(|i| Some(ln(opens[i]? / closes[i - 1]?).abs()));
        let day = (1..opens.len()).filter_map(|i| Some(ln(closes[i]? / opens[i]?).abs()));
        let overnight: Vec<f64> = overnight.collect();
        let enough = overnight.len() >= ENOUGH;
        let (night, day) = (
            median(overnight).unwrap_or(0.0),
            median(day.collect()).unwrap_or(0.0),
        );
        if enough && night > 1.25 * day {
            findings.note(Severity::Warning, "open_like_close", open, None, || {
                format!(
                    "found a usual move of {:.2}% from the close to the next open and {:.2}% within the day, expected: the second \
                     the greater; opens and closes may be swapped, or a row off; kept",
                    100.0 * night,
                    100.0 * day
                )
            });
        }
        let (Some(highs), Some(lows)) = (series(high), series(low)) else {
            continue;
        };
        for (i, day) in tables.sessions.iter().enumerate() {
            let (Some(h), Some(l), Some(c)) = (highs[i], lows[i], closes[i]) else {
                continue;
            };
            let slack = 2e-3 * c;
            let o = opens[i].unwrap_or(c);
            if h + slack < o.max(c) || l - slack > o.min(c) {
                findings.note(Severity::Warning, "outside_day", close, Some(*day), || {
                    format!("{day}: found open {o} and close {c} beside low {l} and high {h}, expected: within them; kept")
                });
            }
        }
    }
}
