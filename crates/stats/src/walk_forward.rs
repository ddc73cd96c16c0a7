//! Walk-forward: chosen on the past, judged on what followed (Pardo, *Design, Testing, and Optimization of Trading
//! Systems* (1992); purging after López de Prado, *Advances in Financial Machine Learning* (2018), chapter 7).
//!
//! A fold trains on sessions before it, leaves out the sessions in which positions of the training period are still open,
//! and tests on the next ones. The tests of all folds do not overlap: put one after the other they are a record nobody
//! could have fitted.

use std::ops::Range;

use crate::ratios::session_sharpe;
use crate::words::{WordReader, Words};

/// Which sessions a choice looks back on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Memory {
    /// All sessions so far.
    Anchored,
    /// The last `train_sessions`.
    Rolling,
}

/// One choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fold {
    /// Sessions the choice is made on.
    pub train: Range<usize>,
    /// Sessions it is held for.
    pub test: Range<usize>,
}

/// All folds over `sessions` sessions: the first test begins after `train_sessions` and `purge_sessions`, the last may be
/// shorter than `test_sessions`. Empty if there is no room for one or a length is zero.
pub fn folds(
    sessions: usize,
    train_sessions: usize,
    purge_sessions: usize,
    test_sessions: usize,
    memory: Memory,
) -> Vec<Fold> {
    if train_sessions == 0 || test_sessions == 0 {
        return Vec::new();
    }
    (train_sessions + purge_sessions..sessions)
        .step_by(test_sessions)
        .map(|start| {
            let end = start - purge_sessions;
            let first = if memory == Memory::Anchored {
                0
            } else {
                end - train_sessions
            };
            Fold {
                train: first..end,
                test: start..(start + test_sessions).min(sessions),
            }
        })
        .collect()
}

/// The best configuration of each fold among some of them, by Sharpe ratio in training: its ratio and its number.
#[derive(Clone, Debug, PartialEq)]
pub struct Choices(Vec<Option<(f64, usize)>>);

impl Choices {
    /// Nothing looked at yet.
    pub fn none(folds: &[Fold]) -> Choices {
        Choices(vec![None; folds.len()])
    }

    /// Looks at a configuration by its daily P&L. One without variation in a training period is not chosen there.
    pub fn consider(&mut self, folds: &[Fold], number: usize, daily_pnl: &[f64]) {
        for (best, fold) in self.0.iter_mut().zip(folds) {
            let Some(sharpe) = session_sharpe(&daily_pnl[fold.train.clone()]) else {
                continue;
            };
            lead(best, (sharpe, number));
        }
    }

    /// Two groups together, in any order.
    pub fn join(mut self, other: &Choices) -> Choices {
        for (mine, theirs) in self.0.iter_mut().zip(&other.0) {
            if let Some(theirs) = theirs {
                lead(mine, *theirs);
            }
        }
        self
    }

    /// Writes them down, to be joined elsewhere.
    pub fn write(&self, out: &mut Words) {
        out.number(self.0.len() as u64);
        for best in &self.0 {
            out.maybe(best.as_ref(), |out, (sharpe, number)| {
                out.fraction(*sharpe);
                out.number(*number as u64);
            });
        }
    }

    /// What [`Choices::write`] wrote of configurations that were numbered from 0 on; their numbers begin with `first`.
    pub fn read(input: &mut WordReader<'_>, first: usize) -> Option<Choices> {
        let count = input.count()?;
        let mut best =
            || input.maybe(|input| Some((input.fraction()?, input.count()?.checked_add(first)?)));
        (0..count)
            .map(|_| best())
            .collect::<Option<_>>()
            .map(Choices)
    }

    /// Per fold the number of the configuration chosen, if one was.
    pub fn chosen(&self) -> Vec<Option<usize>> {
        self.0
            .iter()
            .map(|best| best.map(|(_, number)| number))
            .collect()
    }
}

/// The greater Sharpe ratio; of equals the lower number.
fn lead(best: &mut Option<(f64, usize)>, other: (f64, usize)) {
    let wins = best
        .is_none_or(|(sharpe, number)| other.0 > sharpe || (other.0 == sharpe && other.1 < number));
    if wins {
        *best = Some(other);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_never_train_on_what_they_test_and_tests_follow_one_another() {
        for memory in [Memory::Anchored, Memory::Rolling] {
            let folds = folds(100, 40, 5, 20, memory);
            let tests: Vec<_> = folds.iter().map(|fold| fold.test.clone()).collect();
            assert_eq!(tests, [45..65, 65..85, 85..100]);
            assert!(
                folds
                    .iter()
                    .all(|fold| fold.train.end + 5 == fold.test.start)
            );
            let first = if memory == Memory::Anchored {
                [0, 0, 0]
            } else {
                [0, 20, 40]
            };
            assert_eq!(
                folds
                    .iter()
                    .map(|fold| fold.train.start)
                    .collect::<Vec<_>>(),
                first
            );
        }
        assert!(folds(45, 40, 5, 20, Memory::Rolling).is_empty());
    }

    #[test]
    fn each_fold_takes_what_was_best_before_it() {
        // The first is good until session 50, the second from then on; the third never moves.
        let pnl = |t: usize, good: bool| {
            f64::from(t as u32 % 2) * 2.0 - 1.0 + if good { 0.5 } else { -0.5 }
        };
        let first: Vec<f64> = (0..100).map(|t| pnl(t, t < 50)).collect();
        let second: Vec<f64> = (0..100).map(|t| pnl(t, t >= 50)).collect();
        let folds = folds(100, 20, 0, 20, Memory::Rolling);
        let mut low = Choices::none(&folds);
        low.consider(&folds, 0, &first);
        let mut high = Choices::none(&folds);
        high.consider(&folds, 1, &second);
        high.consider(&folds, 2, &[1.0; 100]);
        let together = high.clone().join(&low);
        assert_eq!(together, low.join(&high));
        assert_eq!(together.chosen(), [Some(0), Some(0), Some(0), Some(1)]);
    }
}
