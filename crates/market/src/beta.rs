//! Beta of VIX futures to the index: how a dollar of one moves with a dollar of the other (docs/model.md#stress-and-sizes).

use std::ops::Range;

use crate::math;
use crate::observations::{Observations, VxSettlement, names};

/// Sessions of the regression, today's included.
const SESSIONS: usize = 120;
/// Months along the curve: the front is 0.
const MONTHS: usize = 8;

/// Ordinary-least-squares slopes of a session, by month.
pub(crate) type Betas = [Option<f64>; MONTHS];

/// One per session of `range`: the slope of daily log changes of the n-th future (the same contract on both days) on
/// those of the index over 120 sessions ending there; `None` until every one of them has both.
pub(crate) fn columns(obs: &Observations, range: &Range<usize>) -> Vec<Betas> {
    let first = range.start.saturating_sub(SESSIONS - 1);
    let changes: Vec<Changes> = (first..range.end).map(|t| Changes::of(obs, t)).collect();
    range
        .clone()
        .map(|t| match (t + 1 - first).checked_sub(SESSIONS) {
            None => [None; MONTHS],
            Some(from) => {
                std::array::from_fn(|month| slope(&changes[from..from + SESSIONS], month))
            }
        })
        .collect()
}

/// Log changes of one session.
struct Changes {
    spx: Option<f64>,
    futures: Betas,
}

impl Changes {
    fn of(obs: &Observations, t: usize) -> Changes {
        let mut futures = [None; MONTHS];
        let Some(before) = t.checked_sub(1) else {
            return Changes { spx: None, futures };
        };
        let spx = obs.daily.get(names::SPX_CLOSE).and_then(|s| {
            let today = s.values.get(t).copied().flatten()?;
            let yesterday = s.values.get(before).copied().flatten()?;
            Some(math::ln(today / yesterday))
        });
        let today = settles(obs, t);
        let yesterday = settles(obs, before);
        let live = today.iter().filter(|row| row.expiry > row.trade_date);
        for (change, row) in futures.iter_mut().zip(live) {
            let same = yesterday.binary_search_by_key(&row.expiry, |other| other.expiry);
            *change = same
                .ok()
                .map(|i| math::ln(row.settle / yesterday[i].settle))
                .filter(|x| x.is_finite());
        }
        Changes {
            spx: spx.filter(|x| x.is_finite()),
            futures,
        }
    }
}

fn settles(obs: &Observations, t: usize) -> &[VxSettlement] {
    let date = obs.sessions[t];
    let from = obs.vx.partition_point(|row| row.trade_date < date);
    let to = obs.vx.partition_point(|row| row.trade_date <= date);
    &obs.vx[from..to]
}

fn slope(changes: &[Changes], month: usize) -> Option<f64> {
    let mut sx = 0.0;
    let mut sy = 0.0;
    let mut sxx = 0.0;
    let mut sxy = 0.0;
    for change in changes {
        let x = change.spx?;
        let y = change.futures[month]?;
        sx += x;
        sy += y;
        sxx += x * x;
        sxy += x * y;
    }
    let n = changes.len() as f64;
    let variance = sxx - sx * sx / n;
    (variance > 0.0).then(|| (sxy - sx * sy / n) / variance)
}
