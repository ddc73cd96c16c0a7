//! One pass over all configurations: their Sharpe ratios, and what the tests against luck need of each of them.
//!
//! Configurations are read in groups and forgotten; what stays is some hundred bytes of each and four numbers a draw of
//! each group's thread.

use std::ops::Range;
use std::sync::atomic::AtomicBool;

use stats::contest::{Part, Resamples};
use stats::overfit::{BlockSums, Overfitting, Table, halves_once};
use stats::paired::{Measure, Outcome};
use stats::ratios::session_sharpe;
use stats::walk_forward::{Choices, Fold};
use study::batch::{Stopped, map_until};

use crate::configurations::{Configuration, Series, Shelf};

/// Configurations read at a time.
const GROUP: usize = 256;
/// Pairs of splits of the cross-validation taken at a time.
const SPLITS: usize = 128;

/// What the pass leaves.
#[derive(Debug)]
pub(crate) struct PassResult {
    /// Per configuration its Sharpe ratio per session over all windows; none for one that never varies.
    pub(crate) sharpe: Vec<Option<f64>>,
    /// Per span (all sessions, then each window) the block sums of every configuration.
    pub(crate) sums: Vec<Vec<BlockSums>>,
    /// The tests against the condors alone.
    pub(crate) unhedged: Option<Part>,
    /// The tests against fewer condors.
    pub(crate) deleveraged: Option<Part>,
    /// The tests against the same purchases at random dates.
    pub(crate) random: Option<Part>,
    /// Choices per way of walking forward.
    pub(crate) choices: Vec<Choices>,
}

pub(crate) struct Pass<'a> {
    pub(crate) shelf: &'a Shelf<'a>,
    pub(crate) configurations: &'a [Configuration],
    pub(crate) windows: &'a [Range<usize>],
    pub(crate) resamples: &'a Resamples,
    pub(crate) blocks: usize,
    pub(crate) folds: &'a [Vec<Fold>],
}

impl Pass<'_> {
    /// The whole pass, groups in parallel. `None` where the store lacks a configuration.
    pub(crate) fn run(
        &self,
        progress: &(dyn Fn(usize, usize) + Sync),
        stop: &AtomicBool,
    ) -> Result<Option<PassResult>, Stopped> {
        let count = self.configurations.len();
        let groups: Vec<Range<usize>> = (0..count)
            .step_by(GROUP)
            .map(|start| start..(start + GROUP).min(count))
            .collect();
        let done = std::sync::atomic::AtomicUsize::new(0);
        let parts = map_until(&groups, stop, |group| {
            let part = self.group(group.clone());
            let finished =
                done.fetch_add(group.len(), std::sync::atomic::Ordering::Relaxed) + group.len();
            progress(finished, count);
            part
        })?;
        let whole: Option<Vec<PassResult>> = parts.into_iter().collect();
        Ok(whole.and_then(|parts| parts.into_iter().reduce(PassResult::join)))
    }

    fn group(&self, range: Range<usize>) -> Option<PassResult> {
        let all: Vec<Series> = self.configurations[range.clone()]
            .iter()
            .map(|one| self.shelf.series(one))
            .collect::<Option<_>>()?;
        let gains: Vec<Vec<f64>> = all.iter().map(Series::gains).collect();
        let fewer: Vec<Vec<f64>> = all
            .iter()
            .map(|series| self.gains_over_fewer(series))
            .collect();
        let timing: Vec<Vec<f64>> = all
            .iter()
            .map(|series| {
                series
                    .hedged
                    .iter()
                    .zip(&series.random)
                    .map(|(h, r)| h - r)
                    .collect()
            })
            .collect();
        let part = |gains: &[Vec<f64>]| {
            let slices: Vec<&[f64]> = gains.iter().map(Vec::as_slice).collect();
            Part::of(&slices, range.start, self.resamples)
        };
        let mut choices: Vec<Choices> = self
            .folds
            .iter()
            .map(|folds| Choices::none(folds))
            .collect();
        for (number, series) in range.clone().zip(&all) {
            for (choices, folds) in choices.iter_mut().zip(self.folds) {
                choices.consider(folds, number, &series.hedged);
            }
        }
        let sums = self.spans().map(|span| {
            if span.len() < 2 * self.blocks {
                Vec::new()
            } else {
                all.iter()
                    .map(|series| BlockSums::of(&series.hedged[span.clone()], self.blocks))
                    .collect()
            }
        });
        Some(PassResult {
            sharpe: all
                .iter()
                .map(|series| session_sharpe(&series.hedged))
                .collect(),
            sums: sums.collect(),
            unhedged: part(&gains),
            deleveraged: part(&fewer),
            random: part(&timing),
            choices,
        })
    }

    /// All sessions, then each window where there are several.
    pub(crate) fn spans(&self) -> impl Iterator<Item = Range<usize>> {
        let all = 0..self.windows.last().map_or(0, |window| window.end);
        let each = self
            .windows
            .iter()
            .filter(|_| self.windows.len() > 1)
            .cloned();
        std::iter::once(all).chain(each)
    }

    /// Daily gains over the share of the condors that has the configuration's drawdown, window by window. Where the
    /// hedge deepens the drawdown no share of at most one does: there all condors are the benchmark.
    pub(crate) fn gains_over_fewer(&self, series: &Series) -> Vec<f64> {
        let mut gains = Vec::with_capacity(series.hedged.len());
        for window in self.windows {
            let hedged = &series.hedged[window.clone()];
            let unhedged = &series.unhedged[window.clone()];
            let share = Measure::SameDrawdownScale
                .of(&Outcome::of(unhedged), &Outcome::of(hedged))
                .unwrap_or(1.0);
            gains.extend(
                hedged
                    .iter()
                    .zip(unhedged)
                    .map(|(hedged, unhedged)| hedged - share * unhedged),
            );
        }
        gains
    }
}

impl PassResult {
    fn join(mut self, other: PassResult) -> PassResult {
        self.sharpe.extend(other.sharpe);
        self.sums
            .iter_mut()
            .zip(other.sums)
            .for_each(|(mine, theirs)| mine.extend(theirs));
        let join = |a: Option<Part>, b: Option<Part>| match (a, b) {
            (Some(a), Some(b)) => Some(a.join(&b)),
            (a, b) => a.or(b),
        };
        self.unhedged = join(self.unhedged, other.unhedged);
        self.deleveraged = join(self.deleveraged, other.deleveraged);
        self.random = join(self.random, other.random);
        self.choices = self
            .choices
            .into_iter()
            .zip(&other.choices)
            .map(|(a, b)| a.join(b))
            .collect();
        self
    }
}

/// Probability of overfitting over these block sums, splits in parallel.
pub(crate) fn overfitting(
    sums: &[BlockSums],
    blocks: usize,
    sessions: usize,
    stop: &AtomicBool,
) -> Result<Option<Overfitting>, Stopped> {
    if sums.len() < 2 {
        return Ok(None);
    }
    let table = Table::new(sums);
    let masks = halves_once(blocks);
    let tasks: Vec<&[u32]> = masks.chunks(SPLITS).collect();
    let pairs = map_until(&tasks, stop, |masks| table.splits(masks))?;
    Ok(Overfitting::of(&pairs.concat(), sessions / blocks * blocks))
}
