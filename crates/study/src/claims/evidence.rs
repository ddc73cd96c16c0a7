//! What the measures work with: the books of a run by name, families of variants, and intervals.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::batch::{Job, map_until, run_all_until};
use engine::run::{Keep, Run};
use market::history::MarketHistory;
use market::price::Money;
use policy::arm::Arm;
use stats::blocks::StationaryBlocks;
use stats::bootstrap::{Panel, Plan};
use stats::interval::{Interval, Student};
use stats::paired::Outcome;

use crate::claims::clusters;
use crate::claims::unmeasured::Unmeasured;
use crate::claims::verdict::Found;
use crate::curves::daily_pnl;
use crate::interval::in_tasks;
use crate::results::{ArmResult, WindowResult};
use runfile::claims::Variant;
use runfile::config::RunConfig;

/// Draws per parallel task. The result does not depend on it.
const TASK: usize = 125;

/// A number of resampled columns; or why it has no value.
pub(super) type Statistic<'s> = &'s (dyn Fn(&[Vec<f64>]) -> Result<f64, Unmeasured> + Sync);

/// What makes a number uncertain, which decides the kind of its interval as [`stats::bootstrap::Draws::interval`] does for
/// the summary: the same number has the same interval in both. Of the two columns the first is taken from the second.
#[derive(Clone, Copy)]
pub(super) enum Like<'c> {
    /// A drawdown, a ratio to risk, a mean over events: the percentile interval.
    Itself,
    /// It is the sum of what the second column has more: studentised.
    Sum(&'c [f64], &'c [f64]),
    /// It is as uncertain as that sum, a share of it for example: the percentile interval, stretched.
    AsSum(&'c [f64], &'c [f64]),
}

/// Profit and drawdown in every draw, by windows and book.
type DrawnBooks = BTreeMap<(Vec<usize>, Book), Arc<Vec<Outcome>>>;

/// A finished run, ready to be asked.
pub(super) struct Evidence<'a> {
    pub config: &'a RunConfig,
    pub history: &'a MarketHistory,
    results: &'a [WindowResult],
    families: BTreeMap<&'a str, Result<Vec<Member>, Unmeasured>>,
    /// Profit and drawdown in every draw, by windows and book: many questions are about the same few.
    drawn_books: Mutex<DrawnBooks>,
    stop: &'a AtomicBool,
}

/// A book by its name: the condors alone, an arm, or a variant with one level.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Book {
    Unhedged,
    Named(String),
}

/// A number of the profits and drawdowns of some books; or why it has no value.
pub(super) type OutcomeStatistic<'s> = &'s dyn Fn(&[Outcome]) -> Result<f64, Unmeasured>;

/// One arm of a family.
pub(super) struct Member {
    /// The level, where it is a number.
    pub level: Option<f64>,
    pub arm: Arm,
    /// Per window of the run.
    runs: Vec<Run>,
}

impl<'a> Evidence<'a> {
    /// Replays the variants, curves only.
    pub fn new(
        config: &'a RunConfig,
        history: &'a MarketHistory,
        results: &'a [WindowResult],
        stop: &'a AtomicBool,
    ) -> Evidence<'a> {
        let mut evidence = Evidence {
            config,
            history,
            results,
            families: BTreeMap::new(),
            drawn_books: Mutex::default(),
            stop,
        };
        let asked = |name: &str| {
            config
                .claims
                .rows
                .values()
                .any(|row| row.measure.names().contains(&name))
        };
        for (name, variant) in config
            .claims
            .variants
            .iter()
            .filter(|(name, _)| asked(name))
        {
            let family = evidence.family_of(name, variant);
            evidence.families.insert(name, family);
        }
        evidence
    }

    fn family_of(&self, name: &str, variant: &Variant) -> Result<Vec<Member>, Unmeasured> {
        let base = self
            .config
            .arms
            .contains(&variant.of)
            .then(|| &self.config.policies[&variant.of]);
        let base = base.ok_or_else(|| {
            Unmeasured::Lacks(format!("{name}, variants of the arm {}", variant.of))
        })?;
        let template = crate::arms::arm(self.config, &variant.of);
        let arms: Vec<Arm> = variant
            .levels
            .iter()
            .map(|level| {
                let hedge = variant
                    .member(base, level)
                    .map_err(|error| Unmeasured::Unfit(error.to_string()))?;
                Ok(Arm::new(&template.condors, &hedge))
            })
            .collect::<Result<_, Unmeasured>>()?;
        let horizon = self
            .config
            .arms
            .iter()
            .map(|arm| crate::arms::arm(self.config, arm).horizon_days())
            .max();
        if arms.iter().any(|arm| Some(arm.horizon_days()) > horizon) {
            return Err(Unmeasured::unfit(format!(
                "a level of {name} asks for longer expiries than any arm of this run"
            )));
        }
        let jobs: Vec<Job<'_>> = arms
            .iter()
            .flat_map(|arm| {
                self.results
                    .iter()
                    .map(move |w| self.job(arm, w.range.clone()))
            })
            .collect();
        let mut runs = run_all_until(&jobs, &|_| {}, self.stop)?.into_iter();
        drop(jobs);
        let level = |value: &toml::Value| value.as_float().or(value.as_integer().map(|n| n as f64));
        Ok(arms
            .into_iter()
            .zip(&variant.levels)
            .map(|(arm, value)| Member {
                level: level(value),
                arm,
                runs: runs.by_ref().take(self.results.len()).collect(),
            })
            .collect())
    }

    fn job<'j>(&'j self, arm: &'j Arm, window: Range<usize>) -> Job<'j> {
        let execution = &self.config.execution;
        Job {
            history: self.history,
            window,
            arm,
            execution,
            capital: self.capital(),
            keep: Keep::Curve,
        }
    }

    /// Runs of other arms or windows, curves only, in order.
    pub fn replay(&self, wanted: &[(&Arm, Range<usize>)]) -> Result<Vec<Run>, Unmeasured> {
        let jobs: Vec<Job<'_>> = wanted
            .iter()
            .map(|(arm, window)| self.job(arm, window.clone()))
            .collect();
        Ok(run_all_until(&jobs, &|_| {}, self.stop)?)
    }

    /// Capital at the start of each window.
    pub fn capital(&self) -> Money {
        Money::from_usd(self.config.starting_capital_usd)
    }

    /// Places of the named windows; of all if none is named.
    pub fn windows(&self, names: &[String]) -> Result<Vec<usize>, Unmeasured> {
        if names.is_empty() {
            return Ok((0..self.results.len()).collect());
        }
        let places: Vec<usize> = names
            .iter()
            .map(|name| {
                let found = self.results.iter().position(|w| w.window.name == *name);
                found.ok_or_else(|| Unmeasured::Lacks(format!("the window {name}")))
            })
            .collect::<Result<_, _>>()?;
        match places
            .iter()
            .find(|at| self.results[**at].sessions.is_empty())
        {
            Some(at) => Err(Unmeasured::unfit(format!(
                "the window {} has no session in this dataset",
                self.results[*at].window.name
            ))),
            None => Ok(places),
        }
    }

    /// One window.
    pub fn window(&self, place: usize) -> &'a WindowResult {
        &self.results[place]
    }

    /// An arm of the run over a window, a twin included.
    pub fn arm(&self, window: usize, name: &str) -> Result<&'a ArmResult, Unmeasured> {
        let found = self.results[window]
            .arms
            .iter()
            .find(|arm| arm.replay.name == name);
        found.ok_or_else(|| match name.contains('~') {
            true => Unmeasured::Unfit(format!(
                "needs the equal-spend twin {name}, which this run does not have in {}",
                self.results[window].window.name
            )),
            false => Unmeasured::Lacks(format!("the arm {name}")),
        })
    }

    /// The members of a family.
    pub fn family(&self, name: &str) -> Result<&[Member], Unmeasured> {
        match self.families.get(name) {
            Some(Ok(members)) => Ok(members),
            Some(Err(reason)) => Err(reason.clone()),
            None => Err(Unmeasured::Lacks(format!("the variant {name}"))),
        }
    }

    /// Daily trading P&L (USD) of an arm, or of a variant with one level, the windows one after the other.
    pub fn daily(&self, windows: &[usize], name: &str) -> Result<Vec<f64>, Unmeasured> {
        if self.families.contains_key(name) {
            let [member] = self.family(name)? else {
                return Err(Unmeasured::unfit(format!(
                    "the variant {name} has more than one level"
                )));
            };
            return Ok(self.daily_of(windows, member));
        }
        let mut all = Vec::new();
        for &window in windows {
            let arm = self.arm(window, name)?;
            all.extend(daily_pnl(&arm.replay.run.curve, arm.replay.start));
        }
        Ok(all)
    }

    /// The same of a member of a family.
    pub fn daily_of(&self, windows: &[usize], member: &Member) -> Vec<f64> {
        windows
            .iter()
            .flat_map(|&window| daily_pnl(&member.runs[window].curve, self.capital()))
            .collect()
    }

    /// Daily trading P&L of the condors alone.
    pub fn unhedged(&self, windows: &[usize]) -> Vec<f64> {
        windows
            .iter()
            .flat_map(|&w| daily_pnl(&self.results[w].arms[0].replay.run.curve, self.capital()))
            .collect()
    }

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
    pub fn columns(&self, windows: &[usize], books: &[Book]) -> Result<Vec<Vec<f64>>, Unmeasured> {
        let column = |book: &Book| match book {
            Book::Unhedged => Ok(self.unhedged(windows)),
            Book::Named(name) => self.daily(windows, name),
        };
        books.iter().map(column).collect()
    }

    /// A number of the profits and drawdowns of some books over some windows, and its interval: what
    /// [`Evidence::judge_like`] says of their columns, each book drawn once for all questions.
    pub fn judge_books(
        &self,
        windows: &[usize],
        books: &[Book],
        like: Like<'_>,
        statistic: OutcomeStatistic<'_>,
    ) -> Result<Found, Unmeasured> {
        let columns = self.columns(windows, books)?;
        let value = of_sample(&columns, statistic)?;
        let key = |book: &Book| (windows.to_vec(), book.clone());
        let known = |book: &Book| self.lock().get(&key(book)).map(Arc::clone);
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
        let (panel, plan) = (Panel::new(columns), self.plan());
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

    fn lock(&self) -> MutexGuard<'_, DrawnBooks> {
        self.drawn_books
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

    fn interval(&self, value: f64, draws: &[Option<f64>], like: Like<'_>) -> Option<Interval> {
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
pub(super) fn found(
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
