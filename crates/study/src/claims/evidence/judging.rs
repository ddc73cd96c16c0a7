//! Numbers of columns of P&L with their intervals: draws, students, blocks.

use std::ops::Range;
use std::sync::{Arc, MutexGuard, PoisonError};

use stats::blocks::{DrawnBlocks, StationaryBlocks};
use stats::bootstrap::{DrawnBook, Panel};
use stats::interval::{Interval, Student};
use stats::paired::Outcome;

use super::{
    Account, DrawnAccounts, Draws, Evidence, Like, LikeBooks, OutcomeStatistic, RatioKey, Statistic,
};
use crate::batch::map_until;
use crate::claims::clusters;
use crate::claims::unmeasured::Unmeasured;
use crate::claims::verdict::Found;
use crate::interval::in_tasks;

/// Draws per parallel task. The result does not depend on it.
const TASK: usize = 125;

impl<'a> Evidence<'a> {
    /// The value of a statistic of columns of sessions and its interval by the run's own bootstrap.
    pub fn judge(
        &self,
        columns: &[Vec<f64>],
        statistic: Statistic<'_>,
    ) -> Result<Found, Unmeasured> {
        self.judge_like(columns, Like::Itself, statistic)
    }

    /// The same for a number that is a sum, or as uncertain as one.
    pub fn judge_like(
        &self,
        columns: &[Vec<f64>],
        like: Like<'_>,
        statistic: Statistic<'_>,
    ) -> Result<Found, Unmeasured> {
        let mean = self.mean_block();
        let (value, draws) = self.drawn(columns, mean, statistic)?;
        let n = clusters::blocks(columns.first().map_or(0, Vec::len), mean);
        Ok(found(value, n, &draws, self.interval(value, &draws, like)?))
    }

    /// A column of daily P&L of each book over some windows.
    pub fn columns(
        &self,
        windows: &[usize],
        books: &[Account],
    ) -> Result<Vec<Vec<f64>>, Unmeasured> {
        books
            .iter()
            .map(|book: &Account| match book {
                Account::Unhedged => Ok(self.unhedged(windows)),
                Account::Named(name) => self.daily(windows, name),
            })
            .collect()
    }

    /// A number of the profits and drawdowns of some books over some windows, and its interval: what
    /// [`Evidence::judge_like`] says of their columns, each book drawn once for all questions.
    pub fn judge_books(
        &self,
        windows: &[usize],
        books: &[Account],
        like: LikeBooks,
        statistic: OutcomeStatistic<'_>,
    ) -> Result<Found, Unmeasured> {
        let columns = self.columns(windows, books)?;
        let value = of_sample(&columns, statistic)?;
        let drawn = self.drawn_accounts(windows, books, &columns)?;
        let drawn: Vec<&DrawnBook> = drawn.iter().map(Arc::as_ref).collect();
        Ok(self.found_of(&columns, value, &drawn, like, statistic))
    }

    /// The same of columns that belong to no book.
    pub fn judge_outcomes(
        &self,
        columns: &[Vec<f64>],
        like: LikeBooks,
        statistic: OutcomeStatistic<'_>,
    ) -> Result<Found, Unmeasured> {
        let value = of_sample(columns, statistic)?;
        let slices: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
        let drawn = self.draw_books(&slices)?;
        let drawn: Vec<&DrawnBook> = drawn.iter().collect();
        Ok(self.found_of(columns, value, &drawn, like, statistic))
    }

    fn found_of(
        &self,
        columns: &[Vec<f64>],
        value: f64,
        drawn: &[&DrawnBook],
        like: LikeBooks,
        statistic: OutcomeStatistic<'_>,
    ) -> Found {
        let outcomes: Vec<&[Outcome]> = drawn.iter().map(|book| book.outcomes()).collect();
        let of_draw = |draw: usize| {
            let books: Vec<Outcome> = outcomes.iter().map(|book| book[draw]).collect();
            statistic(&books).ok()
        };
        let draws: Vec<Option<f64>> = (0..outcomes[0].len()).map(of_draw).collect();
        let student = match like {
            LikeBooks::Itself => None,
            LikeBooks::AsSum => drawn[1].student(drawn[0]),
        };
        let interval = self.stretched(value, &draws, student);
        let n = clusters::blocks(columns[0].len(), self.mean_block());
        found(value, n, &draws, interval)
    }

    /// Accounts in every draw over some windows, with their columns there: drawn when they are asked for first.
    fn drawn_accounts(
        &self,
        windows: &[usize],
        books: &[Account],
        columns: &[Vec<f64>],
    ) -> Result<Vec<Arc<DrawnBook>>, Unmeasured> {
        let key = |book: &Account| (windows.to_vec(), book.clone());
        let known = |book: &Account| self.lock().get(&key(book)).map(Arc::clone);
        let new: Vec<usize> = (0..books.len())
            .filter(|at| known(&books[*at]).is_none())
            .collect();
        if !new.is_empty() {
            let own: Vec<&[f64]> = new.iter().map(|at| columns[*at].as_slice()).collect();
            for (at, drawn) in new.iter().zip(self.draw_books(&own)?) {
                self.lock().insert(key(&books[*at]), Arc::new(drawn));
            }
        }
        Ok(books.iter().filter_map(known).collect())
    }

    /// Each column in every draw.
    fn draw_books(&self, columns: &[&[f64]]) -> Result<Vec<DrawnBook>, Unmeasured> {
        let panel = Panel::new(columns);
        let drawn = self.drawn_blocks(panel.sessions(), self.mean_block());
        let tasks: Vec<Range<usize>> = in_tasks(drawn.draws(), TASK).collect();
        let parts = map_until(&tasks, self.stop, |range| {
            panel.drawn_books(&drawn, range.clone())
        })?;
        let mut parts: Vec<_> = parts.into_iter().map(Vec::into_iter).collect();
        let book = |_| DrawnBook::combine(parts.iter_mut().filter_map(Iterator::next).collect());
        Ok((0..columns.len()).map(book).collect())
    }

    /// The blocks of all draws of so many observations: many questions are about the same windows.
    fn drawn_blocks(&self, observations: usize, mean: f64) -> Arc<DrawnBlocks> {
        let inference = &self.config.inference;
        self.drawn_blocks.get(&(observations, mean.to_bits()), || {
            let blocks = StationaryBlocks::new(observations, mean, inference.seed);
            DrawnBlocks::new(&blocks, inference.draws)
        })
    }

    /// Mean length of a block of sessions.
    fn mean_block(&self) -> f64 {
        self.config.inference.mean_block_sessions
    }

    fn lock(&self) -> MutexGuard<'_, DrawnAccounts> {
        self.drawn_accounts
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn interval(
        &self,
        value: f64,
        draws: &[Option<f64>],
        like: Like<'_>,
    ) -> Result<Option<Interval>, Unmeasured> {
        let level = self.config.inference.level;
        Ok(match like {
            Like::Itself => Interval::percentile(draws, level),
            Like::Sum(less, more) => {
                let drawn = self.draw_books(&[less, more])?;
                let student = drawn[1].student(&drawn[0]);
                let interval = student.and_then(|student| Interval::studentized(&student, level));
                interval.or_else(|| Interval::percentile(draws, level))
            }
            Like::AsBooks(windows, books) => {
                let columns = self.columns(windows, books)?;
                let drawn = self.drawn_accounts(windows, books, &columns)?;
                self.stretched(value, draws, drawn[1].student(&drawn[0]))
            }
        })
    }

    /// The percentile interval, stretched as the sum of a `student` asks for.
    fn stretched(
        &self,
        value: f64,
        draws: &[Option<f64>],
        student: Option<Student>,
    ) -> Option<Interval> {
        let level = self.config.inference.level;
        student
            .and_then(|student| student.stretch(level))
            .and_then(|stretch| Interval::stretched(draws, value, stretch, level))
            .or_else(|| Interval::percentile(draws, level))
    }

    /// The value of a statistic with its percentile interval, blocks having another mean length.
    pub fn judge_in_blocks(
        &self,
        columns: &[Vec<f64>],
        mean: f64,
        statistic: Statistic<'_>,
    ) -> Result<Found, Unmeasured> {
        let (value, draws) = self.drawn(columns, mean, statistic)?;
        let interval = Interval::percentile(&draws, self.config.inference.level);
        Ok(found(
            value,
            clusters::blocks(columns.first().map_or(0, Vec::len), mean),
            &draws,
            interval,
        ))
    }

    /// The value of a statistic in the sample and in every draw.
    fn drawn(
        &self,
        columns: &[Vec<f64>],
        mean: f64,
        statistic: Statistic<'_>,
    ) -> Result<(f64, Vec<Option<f64>>), Unmeasured> {
        let n = columns.first().map_or(0, Vec::len);
        if n == 0 {
            return Err(Unmeasured::undefined("there is no observation"));
        }
        Ok((
            statistic(columns)?,
            self.draws_of(columns, mean, statistic)?,
        ))
    }

    /// The value of a statistic in every draw.
    fn draws_of(
        &self,
        columns: &[Vec<f64>],
        mean: f64,
        statistic: Statistic<'_>,
    ) -> Result<Draws, Unmeasured> {
        let blocks = self.drawn_blocks(columns[0].len(), mean);
        let tasks: Vec<Range<usize>> = in_tasks(blocks.draws(), TASK).collect();
        let draws = map_until(&tasks, self.stop, |range| {
            draw(columns, &blocks, range.clone(), statistic)
        })?;
        Ok(draws.into_iter().flatten().collect())
    }

    /// A ratio of one account, whose daily P&L is given, in every draw: drawn when it is asked for first.
    pub fn drawn_ratio(
        &self,
        key: &RatioKey,
        daily: &Vec<f64>,
        ratio: &(dyn Fn(&[f64]) -> Result<f64, Unmeasured> + Sync),
    ) -> Result<Arc<Draws>, Unmeasured> {
        self.drawn_ratios.try_get(key, || {
            let columns = std::slice::from_ref(daily);
            self.draws_of(columns, self.mean_block(), &|columns| ratio(&columns[0]))
        })
    }

    /// A number of `sessions` sessions whose draws are known: what [`Evidence::judge`] says of it.
    pub fn judge_drawn(&self, sessions: usize, value: f64, draws: &[Option<f64>]) -> Found {
        let interval = Interval::percentile(draws, self.config.inference.level);
        let n = clusters::blocks(sessions, self.mean_block());
        found(value, n, draws, interval)
    }
}

/// A number of the profits and drawdowns of some columns as they were.
fn of_sample(columns: &[Vec<f64>], statistic: OutcomeStatistic<'_>) -> Result<f64, Unmeasured> {
    if columns.first().is_none_or(Vec::is_empty) {
        return Err(Unmeasured::undefined("there is no observation"));
    }
    let outcomes: Vec<Outcome> = columns
        .iter()
        .map(|column| Outcome::without_tail(column))
        .collect();
    statistic(&outcomes)
}

fn draw(
    columns: &[Vec<f64>],
    blocks: &DrawnBlocks,
    range: Range<usize>,
    statistic: Statistic<'_>,
) -> Vec<Option<f64>> {
    let mut drawn = columns.to_vec();
    range
        .map(|number| {
            for (to, from) in drawn.iter_mut().zip(columns) {
                blocks.resample(number, from, to);
            }
            statistic(&drawn).ok()
        })
        .collect()
}

/// Where the number is undefined in most draws, an interval of the others would describe worlds that did not happen.
pub(in crate::claims) fn found(
    value: f64,
    n: usize,
    draws: &[Option<f64>],
    interval: Option<Interval>,
) -> Found {
    let undefined = draws.iter().filter(|draw| draw.is_none()).count();
    let most = undefined * 2 > draws.len();
    let note = match undefined {
        0 => String::new(),
        _ if most => format!(
            "no interval: undefined in {undefined} of {} draws",
            draws.len()
        ),
        _ => format!(
            "undefined in {undefined} of {} draws, which are left out",
            draws.len()
        ),
    };
    let interval = interval.filter(|_| !most);
    let method = interval.map(|interval| interval.method);
    Found {
        value: Some(value),
        interval: interval.map(|i| (i.lo, i.hi)),
        method,
        n,
        note,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_book_drawn_once_is_its_column_drawn_anew() {
        let column = |k: usize| -> Vec<f64> {
            let day = |t: usize| ((t * (k + 3) * 7_919) % 1_009) as f64 - 480.0;
            (0..211).map(day).collect()
        };
        let columns: Vec<Vec<f64>> = (0..6).map(column).collect();
        let slices: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
        let blocks = DrawnBlocks::new(&StationaryBlocks::new(211, 9.0, 5), 40);
        let found = Panel::new(&slices).drawn_books(&blocks, 0..40);
        for (at, found) in found.iter().enumerate() {
            let found = found.outcomes();
            let profit = |c: &[Vec<f64>]| Ok(Outcome::without_tail(&c[at]).pnl_usd);
            let fall = |c: &[Vec<f64>]| Ok(Outcome::without_tail(&c[at]).max_drawdown_usd);
            let profits: Vec<_> = found.iter().map(|one| Some(one.pnl_usd)).collect();
            let falls: Vec<_> = found.iter().map(|one| Some(one.max_drawdown_usd)).collect();
            assert_eq!(draw(&columns, &blocks, 0..40, &profit), profits);
            assert_eq!(draw(&columns, &blocks, 0..40, &fall), falls);
        }
    }

    #[test]
    fn numbers_of_columns_drawn_alone_are_those_of_columns_drawn_together() {
        let column = |k: usize| -> Vec<f64> {
            let day = |t: usize| ((t * (k + 5) * 7_919) % 1_013) as f64 - 500.0;
            (0..97).map(day).collect()
        };
        let columns: Vec<Vec<f64>> = (0..4).map(column).collect();
        let blocks = DrawnBlocks::new(&StationaryBlocks::new(97, 7.0, 3), 60);
        let ratio = |daily: &[f64]| {
            stats::ratios::sortino(daily).ok_or_else(|| Unmeasured::undefined("none"))
        };
        let best = |ratios: &mut dyn Iterator<Item = f64>| ratios.fold(f64::NEG_INFINITY, f64::max);
        let together = draw(&columns, &blocks, 0..60, &|c| {
            let ratios: Vec<f64> = c.iter().map(|c| ratio(c)).collect::<Result<_, _>>()?;
            Ok(best(&mut ratios.into_iter()))
        });
        let alone: Vec<Vec<Option<f64>>> = columns
            .iter()
            .map(|column| {
                let columns = std::slice::from_ref(column);
                draw(columns, &blocks, 0..60, &|c| ratio(&c[0]))
            })
            .collect();
        let of_draw = |draw: usize| {
            let ratios: Option<Vec<f64>> = alone.iter().map(|ratios| ratios[draw]).collect();
            ratios.map(|ratios| best(&mut ratios.into_iter()))
        };
        assert_eq!(together, (0..60).map(of_draw).collect::<Vec<_>>());
        assert!(together.iter().any(Option::is_some));
    }
}
