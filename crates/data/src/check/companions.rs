//! Series beside those that move with them: on another scale, wrong for a session, on another level from a session on.

use super::jumps::{LEAST, Line, jumps};
use super::shape::{PAIRS, Pair, Scale, Shape, median, of, points};
use super::{DONE, Doubt, Findings, Severity};
use crate::tables::Tables;
use market::math::exp;

/// Sessions of which one distance is taken.
const BLOCK: usize = 60;
/// Values that a block needs.
const ENOUGH: usize = 40;

/// Every pair of which both series exist.
pub(super) fn all(tables: &Tables, findings: &mut Findings) -> Vec<Doubt> {
    let mut doubts = Vec::new();
    for pair in PAIRS {
        apart(tables, pair, findings);
        doubts.extend(beside(tables, pair, findings));
    }
    doubts
}

/// The distance of a pair, session by session, on the scale of the series.
fn distance(tables: &Tables, pair: &Pair) -> Option<(Vec<Option<f64>>, Shape)> {
    let shape = of(pair.series);
    let a = tables.daily.get(pair.series)?;
    let b = tables.daily.get(pair.other)?;
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
                let (found, allowed) = match of(pair.series).scale {
                    Scale::Log => (
                        format!("a middle of {:.3} times {}", exp(middle), pair.other),
                        format!("{:.2} to {:.2}", exp(-pair.apart), exp(pair.apart)),
                    ),
                    _ => (
                        format!("a middle distance of {middle:.2} points to {}", pair.other),
                        format!("within {}", pair.apart),
                    ),
                };
                format!(
                    "{} and {} sessions on: found {found}, expected: {allowed}; one of the two may be on another scale; kept",
                    tables.origins.place(pair.series, days[0]),
                    days.len(),
                )
            });
        }
    }
}

/// Values that leave the companion for a session, and distances that change for good.
fn beside(tables: &Tables, pair: &Pair, findings: &mut Findings) -> Vec<Doubt> {
    let Some((distance, _)) = distance(tables, pair).filter(|_| pair.spike.is_finite()) else {
        return Vec::new();
    };
    let mut own = Findings::default();
    let shape = Shape {
        scale: Scale::Difference,
        spike: pair.spike,
        step: pair.step,
    };
    let place = |i: usize| tables.origins.place(pair.series, tables.sessions[i]);
    let line = Line {
        name: pair.series,
        days: &tables.sessions,
        values: &distance,
        shape,
        least: LEAST,
        place: &place,
    };
    let doubts = jumps(&line, &mut own);
    let values = |name: &str, at: usize| tables.daily[name].values[at].unwrap_or_default();
    for doubt in &doubts {
        let day = tables.sessions[doubt.at];
        let at = doubt.at;
        findings.note(Severity::Warning, "jump_beside", pair.series, Some(day), || {
            let value = values(pair.series, at);
            let other = values(pair.other, at);
            format!(
                "{}: found {value} beside {other} of {}, expected: as near as on the sessions before and after; {DONE}",
                place(at),
                pair.other
            )
        });
    }
    for step in own.into_vec().iter().filter(|f| f.code == "step") {
        let Some(at) = step
            .first
            .and_then(|d| tables.sessions.binary_search(&d).ok())
        else {
            continue;
        };
        let value = values(pair.series, at);
        let other = values(pair.other, at);
        findings.note(Severity::Warning, "step_beside", pair.series, step.first, || {
            format!(
                "{}: found {value} beside {other} of {}, expected: as near as before; {} such steps; kept",
                place(at),
                pair.other,
                step.count
            )
        });
    }
    doubts
}
