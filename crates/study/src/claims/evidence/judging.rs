//! Numbers of columns of P&L with their intervals: draws, students, blocks.

use std::ops::Range;
use std::sync::{Arc, MutexGuard, PoisonError};

use stats::blocks::StationaryBlocks;
use stats::bootstrap::{Panel, Plan};
use stats::interval::{Interval, Student};
use stats::paired::Outcome;

use super::{Account, DrawnAccounts, Evidence, Like, OutcomeStatistic, Statistic};
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
        let mean = self.config.inference.mean_block_sessions;
        let (value, draws) = self.drawn(columns, mean, statistic)?;
        let n = clusters::blocks(columns.first().map_or(0, Vec::len), mean);
        Ok(found(value, n, &draws, self.interval(value, &draws, like)))
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
        like: Like<'_>,
        statistic: OutcomeStatistic<'_>,
    ) -> Result<Found, Unmeasured> {
        let columns = self.columns(windows, books)?;
        let value = of_sample(&columns, statistic)?;
        let key = |book: &Account| (windows.to_vec(), book.clone());
        let known = |book: &Account| self.lock().get(&key(book)).map(Arc::clone);
        let new: Vec<usize> = (0..books.len())
            .filter(|at| known(&books[*at]).is_none())
            .collect();
        if !new.is_empty() {
            let own: Vec<&[f64]> = new.iter().map(|at| columns[*at].as_slice()).collect();
            for (at, draws) in new.iter().zip(self.draw_outcomes(&own)?) {
                self.lock().insert(key(&books[*at]), Arc::new(draws));
            }
        }
        let drawn: Vec<Arc<Vec<Outcome>>> = books.iter().filter_map(known).collect();
        let drawn: Vec<&[Outcome]> = drawn.iter().map(|book| book.as_slice()).collect();
        Ok(self.found_of(&columns, value, &drawn, like, statistic))
    }

    /// The same of columns that belong to no book.
    pub fn judge_outcomes(
        &self,
        columns: &[Vec<f64>],
        like: Like<'_>,
        statistic: OutcomeStatistic<'_>,
    ) -> Result<Found, Unmeasured> {
        let value = of_sample(columns, statistic)?;
        let slices: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
        let drawn = self.draw_outcomes(&slices)?;
        let drawn: Vec<&[Outcome]> = drawn.iter().map(Vec::as_slice).collect();
        Ok(self.found_of(columns, value, &drawn, like, statistic))
    }

    fn found_of(
        &self,
        columns: &[Vec<f64>],
        value: f64,
        drawn: &[&[Outcome]],
        like: Like<'_>,
        statistic: OutcomeStatistic<'_>,
    ) -> Found {
        let of_draw = |draw: usize| {
            let books: Vec<Outcome> = drawn.iter().map(|book| book[draw]).collect();
            statistic(&books).ok()
        };
        let draws: Vec<Option<f64>> = (0..drawn[0].len()).map(of_draw).collect();
        let interval = self.interval(value, &draws, like);
        let mean = self.config.inference.mean_block_sessions;
        let n = clusters::blocks(columns[0].len(), mean);
        found(value, n, &draws, interval)
    }

    /// Profit and drawdown of each column in every draw.
    fn draw_outcomes(&self, columns: &[&[f64]]) -> Result<Vec<Vec<Outcome>>, Unmeasured> {
        let panel = Panel::new(columns);
        let plan = self.plan();
        let tasks: Vec<Range<usize>> = in_tasks(plan.draws, TASK).collect();
        let parts = map_until(&tasks, self.stop, |range| {
            panel.profits_and_drawdowns(&plan, range.clone())
        })?;
        let mut books = vec![Vec::with_capacity(plan.draws); columns.len()];
        for part in parts {
            books
                .iter_mut()
                .zip(part)
                .for_each(|(all, own)| all.extend(own));
        }
        Ok(books)
    }

    fn lock(&self) -> MutexGuard<'_, DrawnAccounts> {
        self.drawn_accounts
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn plan(&self) -> Plan {
        let i = &self.config.inference;
        Plan {
            draws: i.draws,
            mean_block_sessions: i.mean_block_sessions,
            seed: i.seed,
        }
    }

    pub(super) fn interval(
        &self,
        value: f64,
        draws: &[Option<f64>],
        like: Like<'_>,
    ) -> Option<Interval> {
        let level = self.config.inference.level;
        let interval = match like {
            Like::Itself => None,
            Like::Sum(less, more) => self
                .student(less, more)
                .and_then(|student| Interval::studentized(&student, level)),
            Like::AsSum(less, more) => self
                .student(less, more)
                .and_then(|student| student.stretch(level))
                .and_then(|stretch| Interval::stretched(draws, value, stretch, level)),
        };
        interval.or_else(|| Interval::percentile(draws, level))
    }

    /// The sum of what `more` has more than `less`, in units of its standard error.
    fn student(&self, less: &[f64], more: &[f64]) -> Option<Student> {
        let draws = crate::interval::draw(&Panel::new(&[less, more]), &self.plan(), self.stop);
        draws.ok()?.student(0, 1)
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
        let value = statistic(columns)?;
        let inference = &self.config.inference;
        let blocks = StationaryBlocks::new(n, mean, inference.seed);
        let tasks: Vec<Range<usize>> = in_tasks(inference.draws, TASK).collect();
        let draws: Vec<Option<f64>> = map_until(&tasks, self.stop, |range| {
            draw(columns, &blocks, range.clone(), statistic)
        })?
        .into_iter()
        .flatten()
        .collect();
        Ok((value, draws))
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
    blocks: &StationaryBlocks,
    range: Range<usize>,
    statistic: Statistic<'_>,
) -> Vec<Option<f64>> {
    let mut drawn = columns.to_vec();
    let mut indices = vec![0; blocks.sessions()];
    range
        .map(|number| {
            blocks.fill(number as u64, &mut indices);
            for (to, from) in drawn.iter_mut().zip(columns) {
                to.iter_mut()
                    .zip(&indices)
                    .for_each(|(cell, &at)| *cell = from[at as usize]);
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
        let plan = Plan {
            draws: 40,
            mean_block_sessions: 9.0,
            seed: 5,
        };
        let found = Panel::new(&slices).profits_and_drawdowns(&plan, 0..40);
        let blocks = StationaryBlocks::new(211, 9.0, 5);
        for (at, found) in found.iter().enumerate() {
            let profit = |c: &[Vec<f64>]| Ok(Outcome::without_tail(&c[at]).pnl_usd);
            let fall = |c: &[Vec<f64>]| Ok(Outcome::without_tail(&c[at]).max_drawdown_usd);
            let profits: Vec<_> = found.iter().map(|one| Some(one.pnl_usd)).collect();
            let falls: Vec<_> = found.iter().map(|one| Some(one.max_drawdown_usd)).collect();
            assert_eq!(draw(&columns, &blocks, 0..40, &profit), profits);
            assert_eq!(draw(&columns, &blocks, 0..40, &fall), falls);
        }
    }
}
