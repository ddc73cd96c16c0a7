//! Beta of VIX futures to the index: how a dollar of one moves with a dollar of the other (docs/model.md#stress-and-sizes).

use std::ops::Range;

use crate::math;
use crate::observations::{Observations, names};

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
    slopes(&changes, range.clone().map(|t| t + 1 - first))
}

/// The slopes over the sessions that end before each of `ends`, by their number.
fn slopes(changes: &[Changes], ends: impl Iterator<Item = usize>) -> Vec<Betas> {
    let columns: Vec<Together> = changes.iter().map(Together::of).collect();
    // Sessions in a row up to each that have both changes.
    let mut rows = vec![[0_usize; MONTHS]; changes.len() + 1];
    for (at, change) in changes.iter().enumerate() {
        rows[at + 1] = std::array::from_fn(|month| {
            let is_whole = change.spx.is_some() && change.futures[month].is_some();
            if is_whole { rows[at][month] + 1 } else { 0 }
        });
    }
    ends.map(|end| match end.checked_sub(SESSIONS) {
        None => [None; MONTHS],
        Some(from) => {
            let found = Together::slopes(&columns[from..end]);
            std::array::from_fn(|month| found[month].filter(|_| rows[end][month] >= SESSIONS))
        }
    })
    .collect()
}

/// The changes of a session side by side; what is missing is nothing, and its sums are not used.
struct Together {
    spx: f64,
    futures: [f64; MONTHS],
}

impl Together {
    fn of(changes: &Changes) -> Together {
        Together {
            spx: changes.spx.unwrap_or_default(),
            futures: changes.futures.map(Option::unwrap_or_default),
        }
    }

    /// The slope of every month at once, each summed session by session.
    fn slopes(changes: &[Together]) -> Betas {
        let mut sx = 0.0;
        let mut sxx = 0.0;
        let mut sy = [0.0; MONTHS];
        let mut sxy = [0.0; MONTHS];
        for change in changes {
            let x = change.spx;
            sx += x;
            sxx += x * x;
            for month in 0..MONTHS {
                let y = change.futures[month];
                sy[month] += y;
                sxy[month] += x * y;
            }
        }
        let n = changes.len() as f64;
        let variance = sxx - sx * sx / n;
        std::array::from_fn(|month| {
            (variance > 0.0).then(|| (sxy[month] - sx * sy[month] / n) / variance)
        })
    }
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
        let today = obs.vx_rows(obs.sessions[t]);
        let yesterday = obs.vx_rows(obs.sessions[before]);
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The slope of one month, session by session.
    fn plain(changes: &[Changes], month: usize) -> Option<f64> {
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

    #[test]
    fn the_slopes_of_all_months_at_once_are_those_of_each_to_the_last_bit() {
        let wave = |at: usize, step: usize| ((at * step) % 97) as f64 * 1e-4 - 0.004;
        // A session without an index, holes of single months, and one month that is never there.
        let changes: Vec<Changes> = (0..600)
            .map(|at| Changes {
                spx: (at != 130).then(|| wave(at, 31)),
                futures: std::array::from_fn(|month| {
                    let is_hole = at == 200 + 7 * month || at == 420 && month > 4;
                    (month != 6 && !is_hole).then(|| -2.0 * wave(at, 31) + wave(at, 17 + month))
                }),
            })
            .collect();
        let found = slopes(&changes, 1..=changes.len());
        let mut told = 0;
        for (end, found) in (1_usize..).zip(&found) {
            for (month, found) in found.iter().enumerate() {
                let from = end.checked_sub(SESSIONS);
                let wanted = from.and_then(|from| plain(&changes[from..end], month));
                assert_eq!(
                    found.map(f64::to_bits),
                    wanted.map(f64::to_bits),
                    "{end} {month}"
                );
                told += usize::from(wanted.is_some());
            }
        }
        assert!(told > 1_000, "{told}");
        let flat: Vec<Changes> = (0..SESSIONS)
            .map(|_| Changes {
                spx: Some(0.0),
                futures: [Some(0.01); MONTHS],
            })
            .collect();
        assert_eq!(slopes(&flat, std::iter::once(SESSIONS)), [[None; MONTHS]]);
    }
}
