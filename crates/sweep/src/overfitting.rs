//! How much of the best configuration is luck: two passes over all of them, map and reduce.
//!
//! The first pass ([`PassResult`]) keeps the Sharpe ratio of each configuration, the leaders of every half of the blocks, the
//! greatest of every draw, and the choices of every fold. The second ([`Pass::ranks`]) counts against the leaders of all.
//! Both are joined in any order: parts may come from other threads or other machines, and the whole is the same bytes.
//! Configurations are read in groups and forgotten; eight bytes of each stay, in a file where they are many.

mod kept;
mod sharpes;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use stats::contest::{Part, Resamples};
use stats::overfit::{BlockSums, Leaders, Ranks};
use stats::paired::{Measure, Outcome};
use stats::ratios::session_sharpe;
use stats::walk_forward::{Choices, Fold};
use study::batch::{Stopped, map_until};

use crate::configurations::{Configurations, Series, Shelf};
use crate::store::StoreError;

pub use kept::Judged;
pub use sharpes::Sharpes;

/// Configurations read at a time.
const GROUP: usize = 256;
/// Groups worked on before they are joined: what they leave is larger than what stays of them.
const WAVE: usize = 8;

/// What the first pass leaves of some configurations.
#[derive(Clone, Debug)]
pub struct PassResult {
    /// Per group, by the number of its first configuration, each Sharpe ratio per session over all windows; not a number
    /// for one that never varies. Groups that [`Sharpes`] took are not there.
    pub sharpe: BTreeMap<usize, Vec<f64>>,
    /// Per span (all sessions, then each window) the leaders of every half; none for a span with too few sessions.
    pub leaders: Vec<Option<Leaders>>,
    /// The tests against the condors alone.
    pub unhedged: Option<Part>,
    /// The tests against fewer condors.
    pub deleveraged: Option<Part>,
    /// The tests against the same purchases at random dates.
    pub random: Option<Part>,
    /// Choices per way of walking forward.
    pub choices: Vec<Choices>,
}

/// What both passes work with.
pub struct Pass<'a> {
    /// Where daily P&L is read.
    pub shelf: &'a Shelf<'a>,
    /// All configurations.
    pub configurations: &'a Configurations<'a>,
    /// Sessions of each window, one after the other.
    pub windows: &'a [Range<usize>],
    /// The draws of the tests.
    pub resamples: &'a Resamples,
    /// Blocks of the cross-validation.
    pub blocks: usize,
    /// Folds per way of walking forward.
    pub folds: &'a [Vec<Fold>],
}

impl Pass<'_> {
    /// The first pass over the configurations numbered `range`, groups in parallel; Sharpe ratios go to `sharpes`, if asked. `None`
    /// where there is none, or the store lacks one.
    ///
    /// # Errors
    /// Where `stop` is raised before the end, or a file cannot be written.
    pub fn luck(
        &self,
        range: Range<usize>,
        mut sharpes: Option<&mut Sharpes>,
        progress: &(dyn Fn(usize) + Sync),
        stop: &AtomicBool,
    ) -> Result<Option<PassResult>, Unjudged> {
        let mut whole: Option<PassResult> = None;
        let group = |group| self.group(group);
        let is_whole = each_group(range, progress, stop, group, |part: PassResult| {
            let mut joined = match whole.take() {
                Some(whole) => whole.join(part),
                None => part,
            };
            if let Some(sharpes) = &mut sharpes {
                sharpes.take(&mut joined.sharpe)?;
            }
            whole = Some(joined);
            Ok(())
        })?;
        Ok(whole.filter(|_| is_whole))
    }

    /// The second pass over the configurations numbered `range`: per span their ranks beside the leaders of all.
    ///
    /// # Errors
    /// Where `stop` is raised before the end.
    pub fn ranks(
        &self,
        range: Range<usize>,
        luck: &PassResult,
        progress: &(dyn Fn(usize) + Sync),
        stop: &AtomicBool,
    ) -> Result<Option<Vec<Option<Ranks>>>, Unjudged> {
        let count = |group: Range<usize>| {
            let all: Vec<Vec<f64>> = group
                .map(|number| self.shelf.hedged(&self.configurations.get(number)))
                .collect::<Option<_>>()?;
            Some(
                self.spans()
                    .zip(&luck.leaders)
                    .map(|(span, leaders): (Range<usize>, &Option<Leaders>)| {
                        leaders.as_ref().map(|leaders| {
                            let sums = self.block_sums(&span, all.iter().map(Vec::as_slice));
                            let mut ranks = Ranks::none(self.blocks);
                            ranks.count(leaders, &sums);
                            ranks
                        })
                    })
                    .collect(),
            )
        };
        let mut whole: Option<Vec<Option<Ranks>>> = None;
        let is_whole = each_group(range, progress, stop, count, |part: Vec<Option<Ranks>>| {
            whole = Some(match whole.take() {
                Some(whole) => {
                    let both = whole.into_iter().zip(part);
                    both.map(|(a, b): (Option<Ranks>, Option<Ranks>)| Some(a?.join(&b?)))
                        .collect()
                }
                None => part,
            });
            Ok(())
        })?;
        Ok(whole.filter(|_| is_whole))
    }

    fn block_sums<'s>(
        &self,
        span: &Range<usize>,
        hedged: impl Iterator<Item = &'s [f64]>,
    ) -> Vec<BlockSums> {
        hedged
            .map(|hedged| BlockSums::of(&hedged[span.clone()], self.blocks))
            .collect()
    }

    fn group(&self, range: Range<usize>) -> Option<PassResult> {
        let all: Vec<Series> = range
            .clone()
            .map(|number| self.shelf.series(&self.configurations.get(number)))
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
        let leaders = self.spans().map(|span| {
            // A block of one session has no variance.
            (span.len() >= 2 * self.blocks).then(|| {
                let hedged = all.iter().map(|series| series.hedged.as_slice());
                let mut leaders = Leaders::none(self.blocks);
                leaders.consider(range.start as u64, &self.block_sums(&span, hedged));
                leaders
            })
        });
        let sharpe = all.iter().map(|series| session_sharpe(&series.hedged));
        let sharpe = sharpe.map(|sharpe| sharpe.unwrap_or(f64::NAN)).collect();
        Some(PassResult {
            sharpe: BTreeMap::from([(range.start, sharpe)]),
            leaders: leaders.collect(),
            unhedged: part(&gains),
            deleveraged: part(&fewer),
            random: part(&timing),
            choices,
        })
    }

    /// All sessions, then each window where there are several.
    pub fn spans(&self) -> impl Iterator<Item = Range<usize>> {
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
    pub fn gains_over_fewer(&self, series: &Series) -> Vec<f64> {
        let mut gains = Vec::with_capacity(series.hedged.len());
        for window in self.windows {
            let hedged = &series.hedged[window.clone()];
            let unhedged = &series.unhedged[window.clone()];
            let share = Measure::SameDrawdownScale
                .of(
                    &Outcome::without_tail(unhedged),
                    &Outcome::without_tail(hedged),
                )
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
    /// Two parts together, in any order.
    ///
    /// # Panics
    /// If they are of different draws, blocks or spans.
    pub fn join(mut self, other: PassResult) -> PassResult {
        self.sharpe.extend(other.sharpe);
        let both = self.leaders.into_iter().zip(&other.leaders);
        self.leaders = both
            .map(|(a, b): (Option<Leaders>, &Option<Leaders>)| Some(a?.join(b.as_ref()?)))
            .collect();
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

/// Why configurations were not judged.
#[derive(Debug, thiserror::Error)]
pub enum Unjudged {
    /// The user wanted to stop.
    #[error(transparent)]
    Stopped(#[from] Stopped),
    /// A record could not be read, or a file not written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// `map` over the groups of a range, in parallel, and what it finds one after the other to `take`, wave by wave. Says whether
/// every group has something.
fn each_group<T: Send>(
    range: Range<usize>,
    progress: &(dyn Fn(usize) + Sync),
    stop: &AtomicBool,
    map: impl Fn(Range<usize>) -> Option<T> + Sync + Send,
    mut take: impl FnMut(T) -> Result<(), StoreError>,
) -> Result<bool, Unjudged> {
    let done = AtomicUsize::new(0);
    for start in range.clone().step_by(WAVE * GROUP) {
        let end = (start + WAVE * GROUP).min(range.end);
        let wave: Vec<Range<usize>> = (start..end)
            .step_by(GROUP)
            .map(|start| start..(start + GROUP).min(end))
            .collect();
        let parts = map_until(&wave, stop, |group| {
            let part = map(group.clone());
            progress(done.fetch_add(group.len(), Ordering::Relaxed) + group.len());
            part
        })?;
        for part in parts {
            let Some(part) = part else { return Ok(false) };
            take(part)?;
        }
    }
    Ok(true)
}
