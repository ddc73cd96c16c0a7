//! What a study says: numbers over years, each with a two-stage interval, and the verdicts on claims.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use stats::two_stage::{Drawn, OverYears};
use study::batch::{self, Stopped};

use crate::claims;
use crate::evidence::Evidence;
use crate::numbers::{Number, Pooled, mean, median};
use crate::rows;
use crate::spec::StudyConfig;
use crate::work::Computed;
use crate::years::{Sample, interval, over_years};
use tables::{AnswerRow, VerdictRow, YearRow};

/// Draws per parallel task. The result does not depend on it.
const TASK: usize = 20;

/// Hears a phase and how many of how many items of it are done.
pub type Progress<'a> = &'a (dyn Fn(&'static str, usize, usize) + Sync);

/// What a study says.
#[derive(Clone, Debug, Default)]
pub struct Judged {
    /// Window by window.
    pub years: Vec<YearRow>,
    /// Over the years.
    pub answers: Vec<AnswerRow>,
    /// About the claims.
    pub verdicts: Vec<VerdictRow>,
}

/// Judges the cells of a study.
///
/// # Errors
/// Where `stop` is raised before the end.
pub fn judge(
    config: &StudyConfig,
    computed: &Computed,
    progress: Progress<'_>,
    stop: &AtomicBool,
) -> Result<Judged, Stopped> {
    let mut judged = Judged {
        years: rows::years(config, computed),
        ..Judged::default()
    };
    let Some(sample) = Sample::new(config, computed, &[]) else {
        return Ok(judged);
    };
    let evidence = Evidence::new(config, computed);
    let questions = claims::of_years(config, &[]);
    let draws = statistics(config, &sample, &evidence, &questions, progress, stop)?;
    let shown = config.shown();
    judged.answers = answers(config, computed, &sample, &draws);
    let of_claims = &draws.claims(shown);
    let mut verdicts = claims::judge(config, &sample, &evidence, &questions, of_claims);
    for years in claims::spans(config) {
        let questions = claims::of_years(config, &years);
        match Sample::new(config, computed, &years) {
            Some(sample) => {
                let draws = statistics(config, &sample, &evidence, &questions, progress, stop)?;
                let of_claims = &draws.claims(shown);
                let own = claims::judge(config, &sample, &evidence, &questions, of_claims);
                verdicts.extend(own);
            }
            None => verdicts.extend(claims::unknown(config, &questions)),
        }
    }
    judged.verdicts = claims::in_order(verdicts);
    Ok(judged)
}

/// Values of all statistics: arm by arm the numbers and the pooled ones, then the claims.
type Values = Vec<Option<f64>>;

/// Statistics of the sample and of every draw.
struct Draws {
    sample: Values,
    all: Vec<Values>,
}

/// What is asked of an arm.
const PER_ARM: usize = Number::ALL.len() + Pooled::ALL.len();

impl Draws {
    /// The values of a statistic, draw by draw.
    fn of(&self, at: usize) -> Vec<Option<f64>> {
        self.all.iter().map(|values| values[at]).collect()
    }

    /// Sample value and draws of each claim.
    fn claims(&self, shown: usize) -> Vec<(Option<f64>, Vec<Option<f64>>)> {
        (shown * PER_ARM..self.sample.len())
            .map(|at| (self.sample[at], self.of(at)))
            .collect()
    }
}

fn statistics(
    config: &StudyConfig,
    sample: &Sample,
    evidence: &Evidence,
    questions: &[&str],
    progress: Progress<'_>,
    stop: &AtomicBool,
) -> Result<Draws, Stopped> {
    let evaluate = |drawn: &[Drawn]| {
        let mut values = of_arms(config, sample, drawn);
        values.extend(questions.iter().map(|name| {
            let measure = &config.file.claims[*name].measure;
            claims::value(measure, config, sample, evidence, drawn)
        }));
        values
    };
    let draws = config.file.inference.draws;
    let tasks: Vec<_> = study::interval::in_tasks(draws, TASK).collect();
    let done = AtomicUsize::new(0);
    let parts = batch::map_until(&tasks, stop, |task| {
        let own: Vec<Values> = task
            .clone()
            .map(|number| evaluate(&sample.draw(number as u64)))
            .collect();
        let finished = done.fetch_add(task.len(), Ordering::Relaxed) + task.len();
        progress("years drawn", finished, draws);
        own
    })?;
    Ok(Draws {
        sample: evaluate(&sample.as_it_was()),
        all: parts.into_iter().flatten().collect(),
    })
}

fn of_arms(config: &StudyConfig, sample: &Sample, drawn: &[Drawn]) -> Values {
    let mut values = Vec::with_capacity(config.shown() * PER_ARM);
    for arm in 1..=config.shown() {
        for number in Number::ALL {
            let years = drawn
                .iter()
                .map(|(_, outcomes)| in_year(sample, outcomes, arm, number));
            values.push(mean(years));
        }
        let sums = sample.sums(drawn, arm);
        values.extend(Pooled::ALL.map(|pooled| pooled.of(&sums, sample.capital)));
    }
    values
}

/// A number of an arm in a year: the median over books and weekdays.
fn in_year(
    sample: &Sample,
    outcomes: &[stats::paired::Outcome],
    arm: usize,
    number: Number,
) -> Option<f64> {
    let pairs = sample.pairs(outcomes, arm);
    median(pairs.map(|(u, h)| number.of(u, h, sample.capital)))
}

fn answers(
    config: &StudyConfig,
    computed: &Computed,
    sample: &Sample,
    draws: &Draws,
) -> Vec<AnswerRow> {
    let drawn = sample.as_it_was();
    let level = config.file.inference.level;
    let mut found = Vec::new();
    for (place, name) in config.arm_names()[..config.shown()].iter().enumerate() {
        let arm = place + 1;
        let fill = |row: &mut AnswerRow, at: usize, kind: OverYears| {
            let own = draws.of(place * PER_ARM + at);
            row.value = draws.sample[place * PER_ARM + at];
            let interval = interval(kind, &own, row.value, sample.years.len(), level);
            (row.lo, row.hi) = (interval.map(|i| i.lo), interval.map(|i| i.hi));
            row.draws = own.iter().flatten().count();
            row.undefined = own.len() - row.draws;
        };
        for (at, number) in Number::ALL.into_iter().enumerate() {
            let yearly: Vec<Option<f64>> = drawn
                .iter()
                .map(|(_, outcomes)| in_year(sample, outcomes, arm, number))
                .collect();
            let cells = drawn.iter().flat_map(|(_, outcomes)| {
                let pairs = sample.pairs(outcomes, arm);
                pairs.map(|(u, h)| number.of(u, h, sample.capital))
            });
            let mut row = rows::answer(name, number.name(), "mean_of_years", &yearly, cells);
            fill(&mut row, at, number.kind());
            found.push(row);
        }
        for (at, pooled) in Pooled::ALL.into_iter().enumerate() {
            let yearly: Vec<Option<f64>> = drawn
                .iter()
                .map(|one| {
                    let sums = sample.sums(std::slice::from_ref(one), arm);
                    pooled.of(&sums, sample.capital)
                })
                .collect();
            let mut row = rows::answer(name, pooled.name(), "pooled", &yearly, std::iter::empty());
            match pooled {
                Pooled::Kept => fill_kept(&mut row, config, sample, &drawn, arm),
                _ => fill(&mut row, Number::ALL.len() + at, pooled.kind()),
            }
            found.push(row);
        }
        if config.file.random_dates.draws > 0 {
            found.push(over_random_dates(config, computed, sample, place));
        }
    }
    found
}

/// Value and interval of the profit kept. Years alone are drawn: which books earn is what happened.
fn fill_kept(
    row: &mut AnswerRow,
    config: &StudyConfig,
    sample: &Sample,
    drawn: &[Drawn],
    arm: usize,
) {
    let earned: Vec<(f64, f64)> = drawn
        .iter()
        .map(|one| sample.sums(std::slice::from_ref(one), arm).earned)
        .collect();
    let draws = over_years(config, sample, &|years| {
        let sum = |of: fn(&(f64, f64)) -> f64| -> f64 {
            years.iter().map(|year| of(&earned[*year])).sum()
        };
        let alone = sum(|both| both.0);
        (alone > 0.0).then(|| sum(|both| both.1) / alone)
    });
    fill_of_years(row, config, sample, draws, OverYears::Sum);
}

/// Value and interval of a number for which years alone are drawn.
fn fill_of_years(
    row: &mut AnswerRow,
    config: &StudyConfig,
    sample: &Sample,
    (value, draws): (Option<f64>, Vec<Option<f64>>),
    kind: OverYears,
) {
    let years = sample.years.len();
    let level = config.file.inference.level;
    row.value = value;
    // Of one year, years alone say nothing.
    let found = match years {
        1 => None,
        _ => interval(kind, &draws, value, years, level),
    };
    (row.lo, row.hi) = (found.map(|i| i.lo), found.map(|i| i.hi));
    row.draws = draws.iter().flatten().count();
    row.undefined = draws.len() - row.draws;
}

/// Drawdown reduction less the median one of random dates. Years alone are drawn: the dates are drawn already.
fn over_random_dates(
    config: &StudyConfig,
    computed: &Computed,
    sample: &Sample,
    arm: usize,
) -> AnswerRow {
    let per_year = |window: &usize| -> Vec<Option<f64>> {
        let cells = computed.of_window(*window).iter();
        cells.map(|cell| rows::over_random(cell, arm)).collect()
    };
    let cells: Vec<Vec<Option<f64>>> = sample.windows.iter().map(per_year).collect();
    let yearly: Vec<Option<f64>> = cells
        .iter()
        .map(|year| median(year.iter().copied()))
        .collect();
    let name = config.arm_names()[arm];
    let all = cells.iter().flatten().copied();
    let mut row = rows::answer(name, "over_random_dates", "mean_of_years", &yearly, all);
    let draws = over_years(config, sample, &|years| {
        mean(years.iter().map(|year| yearly[*year]))
    });
    fill_of_years(&mut row, config, sample, draws, OverYears::Sum);
    row
}
