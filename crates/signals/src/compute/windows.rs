//! Values over windows of one or two columns.

use crate::column::Flags;
use crate::signal::Window;
use crate::window::{Values, against_before, both, by_run, mean, percentile, sd, trailing};

/// Distance from the mean in standard deviations of `n` values, with or without today's.
pub(super) fn z_score(x: &[Option<f64>], n: usize, window: Window) -> Values {
    match window {
        Window::Trailing => trailing(x, n, |w| Some((w.last()? - mean(w)?) / sd(w)?)),
        Window::Prior => trailing(x, n + 1, |w| {
            let (last, before) = w.split_last()?;
            Some((last - mean(before)?) / sd(before)?)
        }),
    }
}

/// Percentile of today's value among up to `most` values before it, with a mark where there are fewer.
pub(super) fn ranks(x: &[Option<f64>], most: usize, least: usize) -> (Values, Vec<Flags>) {
    let of = |run: &[f64], t: usize| {
        let before = &run[t.saturating_sub(most)..t];
        (before.len() >= least)
            .then(|| percentile(before, run[t]))
            .flatten()
    };
    let values = by_run(x, |run| (0..run.len()).map(|t| of(run, t)).collect());
    let length = by_run(x, |run| {
        (0..run.len()).map(|t| Some(t.min(most) as f64)).collect()
    });
    let marks = length
        .iter()
        .map(|n| Flags {
            short_history: n.is_some_and(|n| n < most as f64),
            ..Flags::default()
        })
        .collect();
    (values, marks)
}

/// What the first grew by over so many sessions less what the second did.
pub(super) fn relative_return(
    one: &[Option<f64>],
    other: &[Option<f64>],
    sessions: usize,
) -> Values {
    let grown = |of| against_before(of, sessions, |new, old| new / old - 1.0);
    both(&grown(one), &grown(other), |a, b| a - b)
}
