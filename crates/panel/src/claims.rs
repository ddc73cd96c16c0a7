//! Claims judged on a study, by the rule that stands in its file.
//!
//! Supported: the whole interval lies among the claimed values. Not supported: none of it does. Inconclusive: anything
//! else, or fewer years than the file asks for. Not measurable: there is no value. The sample is the years; a
//! verdict names how many books, weekdays and years stand behind it.

use stats::interval::Interval;
use stats::moments;
use stats::paired::Outcome;
use stats::two_stage::{Drawn, OverYears};

use crate::evidence::{self, Evidence, Parts};
use crate::numbers::{Number, mean, median};
use crate::spec::StudyConfig;
use crate::years::{Sample, interval, over_years};
use runfile::study_claim::{StudyClaim, StudyMeasure, StudyRatio};
use tables::VerdictRow;

fn place(config: &StudyConfig, name: &str) -> Option<usize> {
    config.hedges.iter().position(|hedge| hedge.name == name)
}

/// Names of the questions about exactly these years; empty is all years.
pub fn of_years<'c>(config: &'c StudyConfig, years: &[i32]) -> Vec<&'c str> {
    let all = config.file.claims.iter();
    all.filter(|(_, claim)| claim.years == years)
        .map(|(name, _)| name.as_str())
        .collect()
}

/// The lists of years that questions are about, each once, without that of all years.
pub fn spans(config: &StudyConfig) -> Vec<Vec<i32>> {
    let mut spans: Vec<Vec<i32>> = Vec::new();
    for claim in config.file.claims.values() {
        if !claim.years.is_empty() && !spans.contains(&claim.years) {
            spans.push(claim.years.clone());
        }
    }
    spans
}

/// The value of a measure in some drawn years; `None` where it has none, or where years alone are drawn.
pub(crate) fn value(
    measure: &StudyMeasure,
    config: &StudyConfig,
    sample: &Sample,
    evidence: &Evidence<'_>,
    drawn: &[Drawn],
) -> Option<f64> {
    let arm = |name: &str| place(config, name);
    match measure {
        StudyMeasure::DrawdownReduction {
            arm: name,
            during: None,
        } => {
            let arm = arm(name)?;
            mean(drawn.iter().map(|(_, outcomes)| {
                let pairs = sample.pairs(outcomes, arm);
                median(pairs.map(|(u, h)| Number::DrawdownReduction.of(u, h, sample.capital)))
            }))
        }
        StudyMeasure::ReductionDifference { arm, against } => difference(
            config,
            sample,
            drawn,
            (arm, against),
            Number::DrawdownReduction,
        ),
        StudyMeasure::ReturnDifference { arm, against } => {
            difference(config, sample, drawn, (against, arm), Number::ReturnGivenUp)
        }
        StudyMeasure::RatioDifference {
            arm,
            against,
            ratio,
        } => Some(
            ratio_of(config, sample, drawn, arm, *ratio)?
                - ratio_of(config, sample, drawn, against, *ratio)?,
        ),
        StudyMeasure::RatioShortfall {
            arm,
            against,
            ratio,
        } => {
            let of = |name| ratio_of(config, sample, drawn, name, *ratio);
            let base = of(against)?;
            (base > 0.0).then_some(1.0 - of(arm)? / base)
        }
        StudyMeasure::WeekdayDispersion { single, ladder } => {
            let of = |name: &str| dispersion(config, sample, evidence, drawn, arm(name)?);
            let base = of(single)?;
            (base > 0.0).then_some(of(ladder)? / base)
        }
        StudyMeasure::DrawdownReduction { .. }
        | StudyMeasure::ProfitKept { .. }
        | StudyMeasure::ReturnTrimmed { .. }
        | StudyMeasure::PhaseDispersion { .. }
        | StudyMeasure::PrematureUnwinds { .. }
        | StudyMeasure::CostShare { .. }
        | StudyMeasure::LayerYield { .. }
        | StudyMeasure::FlaggedYield { .. }
        | StudyMeasure::ConditionDifference { .. }
        | StudyMeasure::EventStudy { .. }
        | StudyMeasure::BetaChange { .. } => None,
    }
}

/// Mean over years of the median over cells of a number of the first arm less that of the second.
fn difference(
    config: &StudyConfig,
    sample: &Sample,
    drawn: &[Drawn],
    (first, second): (&str, &str),
    number: Number,
) -> Option<f64> {
    let first = place(config, first)?;
    let second = place(config, second)?;
    mean(drawn.iter().map(|(_, outcomes)| {
        let a = sample.pairs(outcomes, first);
        let b = sample.pairs(outcomes, second);
        median(a.zip(b).map(|((u, a), (_, b))| {
            let of = |h: &Outcome| number.of(u, h, sample.capital);
            Some(of(a)? - of(b)?)
        }))
    }))
}

/// Return over risk of an arm, of sums over cells and years; `None` for a ratio of single days.
fn ratio_of(
    config: &StudyConfig,
    sample: &Sample,
    drawn: &[Drawn],
    name: &str,
    ratio: StudyRatio,
) -> Option<f64> {
    let arm = place(config, name)?;
    let mut pnl = 0.0;
    let mut risk = 0.0;
    for (_, outcomes) in drawn {
        for (_, own) in sample.pairs(outcomes, arm) {
            pnl += own.pnl_usd;
            risk -= match ratio {
                StudyRatio::Calmar => own.max_drawdown_usd,
                StudyRatio::PnlOverCvar => own.cvar95_usd,
                StudyRatio::Sharpe | StudyRatio::Sortino => return None,
            };
        }
    }
    (risk > 0.0).then_some(pnl / risk)
}

/// Sum over books and years of the deviation over weekdays of what a dollar of premium brings.
fn dispersion(
    config: &StudyConfig,
    sample: &Sample,
    evidence: &Evidence<'_>,
    drawn: &[Drawn],
    arm: usize,
) -> Option<f64> {
    let weekdays = config.file.weekdays.len();
    let mut sum = 0.0;
    for (year, outcomes) in drawn {
        let window = sample.windows[*year];
        let per_dollar: Vec<Option<f64>> = sample
            .pairs(outcomes, arm)
            .enumerate()
            .map(|(cell, (u, h))| {
                let premium = evidence.premium(window, cell, arm);
                (premium > 0.0).then(|| (h.pnl_usd - u.pnl_usd) / premium)
            })
            .collect();
        for book in per_dollar.chunks(weekdays) {
            let known: Vec<f64> = book.iter().flatten().copied().collect();
            sum += moments::deviation(&known).unwrap_or(0.0);
        }
    }
    Some(sum)
}

/// The verdicts on some questions about the years of a sample; `draws` holds sample value and draws of each.
pub(crate) fn judge(
    config: &StudyConfig,
    sample: &Sample,
    evidence: &Evidence<'_>,
    questions: &[&str],
    draws: &[(Option<f64>, Vec<Option<f64>>)],
) -> Vec<VerdictRow> {
    let level = config.file.inference.level;
    let as_it_was = sample.as_it_was();
    let all = questions.iter().zip(draws);
    all.map(|(name, (value_drawn, own))| {
        let claim = &config.file.claims[*name];
        let measure = &claim.measure;
        let parts: Vec<Option<Parts>> = sample
            .windows
            .iter()
            .map(|window| evidence.parts(measure, *window))
            .collect();
        let (value, draws) = match measure.is_two_stage() {
            true => (*value_drawn, own.clone()),
            false => over_years(config, sample, &|years| {
                evidence::joined(measure, years.iter().map(|year| &parts[*year]))
            }),
        };
        let is_there = |own: &Option<Parts>| own.as_ref().is_none_or(|own| own.is_there(measure));
        let years = parts.iter().filter(|own| is_there(own)).count();
        // Of one year, years alone say nothing.
        let found = match measure.is_two_stage() || years > 1 {
            true => interval(kind(measure), &draws, value, years, level),
            false => None,
        };
        let of_year = |year: usize| match measure.is_two_stage() {
            true => {
                let one = std::slice::from_ref(&as_it_was[year]);
                self::value(measure, config, sample, evidence, one)
            }
            false => evidence::joined(measure, [&parts[year]].into_iter()),
        };
        VerdictRow {
            years,
            years_as_claimed: (0..parts.len())
                .filter(|year| {
                    of_year(*year).is_some_and(|value| claim.claimed.holds_all((value, value)))
                })
                .count(),
            ..verdict(config, name, claim, value, found, years)
        }
    })
    .collect()
}

/// How the interval of a measure over years is made.
fn kind(measure: &StudyMeasure) -> OverYears {
    match measure {
        StudyMeasure::DrawdownReduction { during: None, .. }
        | StudyMeasure::ReductionDifference { .. } => OverYears::Depth,
        _ => OverYears::Sum,
    }
}

/// The verdicts on questions about years the dataset does not have.
pub(crate) fn unknown(config: &StudyConfig, questions: &[&str]) -> Vec<VerdictRow> {
    questions
        .iter()
        .map(|name| VerdictRow {
            note: "the dataset has none of its years".into(),
            ..verdict(config, name, &config.file.claims[*name], None, None, 0)
        })
        .collect()
}

fn verdict(
    config: &StudyConfig,
    name: &str,
    claim: &StudyClaim,
    value: Option<f64>,
    found: Option<Interval>,
    years: usize,
) -> VerdictRow {
    let ends = found.map(|found| (found.lo, found.hi));
    let (verdict, note) = match (value, ends) {
        (None, _) => ("not measurable", "no value in these years".to_string()),
        _ if years < claim.minimum_years => (
            "inconclusive",
            format!("{years} years, the rule asks for {}", claim.minimum_years),
        ),
        (_, None) => ("inconclusive", "no interval".to_string()),
        (_, Some(ends)) if claim.claimed.holds_all(ends) => ("supported", String::new()),
        (_, Some(ends)) if claim.claimed.holds_none(ends) => ("not supported", String::new()),
        _ => ("inconclusive", "the interval reaches across".to_string()),
    };
    let one = match years {
        1 => "one year: the interval knows its days, not other years",
        _ => "",
    };
    let note = [note.as_str(), one];
    let note: Vec<&str> = note.into_iter().filter(|part| !part.is_empty()).collect();
    VerdictRow {
        name: name.to_string(),
        id: claim.id.clone(),
        claim: claim.claim.clone(),
        arms: claim.measure.arms().join(", "),
        claimed: claim.claimed.to_string(),
        value,
        lo: ends.map(|ends| ends.0),
        hi: ends.map(|ends| ends.1),
        books: config.books.len(),
        weekdays: config.file.weekdays.len(),
        verdict: verdict.to_string(),
        note: note.join("; "),
        ..VerdictRow::default()
    }
}

/// The rows in the order of the claims table: by letter, then number, then name.
pub(crate) fn in_order(mut rows: Vec<VerdictRow>) -> Vec<VerdictRow> {
    let place = |id: &str| {
        let digits = id.find(|c: char| c.is_ascii_digit()).unwrap_or(id.len());
        let (letter, number) = id.split_at(digits);
        let group = "OTLZIPRNM".find(letter).unwrap_or(usize::MAX);
        (group, number.parse::<u32>().unwrap_or(u32::MAX))
    };
    rows.sort_by_cached_key(|row| (place(&row.id), row.name.clone()));
    rows
}
