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
    let spans: Vec<_> = claims::spans(config)
        .into_iter()
        .map(|years| {
            let questions = claims::of_years(config, &years);
            (questions, Sample::new(config, computed, &years))
        })
        .collect();
    let samples = spans.iter().filter_map(|(_, sample)| sample.as_ref());
    let years: usize = samples.map(|sample| sample.years.len()).sum();
    let drawing = Drawing {
        draws: config.file.inference.draws,
        years: sample.years.len() + years,
        drawn: AtomicUsize::new(0),
        progress,
        stop,
    };
    progress("years drawn", 0, drawing.draws * drawing.years);
    let of_claims = |questions: &[&str], sample: &Sample, drawn: &[Drawn]| -> Values {
        let measures = questions
            .iter()
            .map(|name| &config.file.claims[*name].measure);
        measures
            .map(|measure| claims::value(measure, config, sample, &evidence, drawn))
            .collect()
    };
    let questions = claims::of_years(config, &[]);
    let draws = drawing.statistics(&sample, |drawn| {
        let mut values = of_arms(config, &sample, drawn);
        values.extend(of_claims(&questions, &sample, drawn));
        values
    })?;
    judged.answers = answers(config, computed, &sample, &draws);
    let own = draws.from(config.shown() * PER_ARM);
    let mut verdicts = claims::judge(config, &sample, &evidence, &questions, &own);
    for (questions, sample) in &spans {
        let Some(sample) = sample else {
            verdicts.extend(claims::unknown(config, questions));
            continue;
        };
        let draws = drawing.statistics(sample, |drawn| of_claims(questions, sample, drawn))?;
        let own = draws.from(0);
        verdicts.extend(claims::judge(config, sample, &evidence, questions, &own));
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

    /// Sample value and draws of each statistic from a place on.
    fn from(&self, first: usize) -> Vec<(Option<f64>, Vec<Option<f64>>)> {
        (first..self.sample.len())
            .map(|at| (self.sample[at], self.of(at)))
            .collect()
    }
}

/// The drawing of all samples of a study, one phase: a year drawn costs as much in each.
struct Drawing<'a> {
    draws: usize,
    /// Of all samples together.
    years: usize,
    /// Years drawn so far.
    drawn: AtomicUsize,
    progress: Progress<'a>,
    stop: &'a AtomicBool,
}

impl Drawing<'_> {
    /// What is evaluated on a sample and on every draw of it.
    fn statistics(
        &self,
        sample: &Sample,
        evaluate: impl Fn(&[Drawn]) -> Values + Sync,
    ) -> Result<Draws, Stopped> {
        let tasks: Vec<_> = study::interval::in_tasks(self.draws, TASK).collect();
        let parts = batch::map_until(&tasks, self.stop, |task| {
            let own: Vec<Values> = task
                .clone()
                .map(|number| evaluate(&sample.draw(number as u64)))
                .collect();
            let years = task.len() * sample.years.len();
            let drawn = self.drawn.fetch_add(years, Ordering::Relaxed) + years;
            (self.progress)("years drawn", drawn, self.draws * self.years);
            own
        })?;
        Ok(Draws {
            sample: evaluate(&sample.as_it_was()),
            all: parts.into_iter().flatten().collect(),
        })
    }
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
