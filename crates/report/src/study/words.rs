//! What a study says, in sentences: the same on the page and in a terminal.

use super::crashes;
use super::folder::StudyFolder;
use super::verdict::StudyVerdict;
use super::worlds;
use crate::number::{counted, fixed, signed_percent};
use crate::words::about_fall;
use tables::AnswerRow;

/// How many books, weekdays and years, in a line.
pub fn size(study: &StudyFolder) -> String {
    let years: Vec<&str> = study
        .year_windows()
        .map(|window| window.name.as_str())
        .collect();
    let span = match years.as_slice() {
        [] => String::new(),
        [only] => format!(" ({only})"),
        [first, .., last] => format!(" ({first} to {last})"),
    };
    let sample = match (&study.manifest.worlds, years.len()) {
        (Some(drawn), 0) => counted(drawn.count, "world"),
        (None, 0) if !study.crashes.is_empty() => counted(crashes::names(study).len(), "fall"),
        (_, years) => counted(years, "year"),
    };
    format!(
        "{}, {sample}{span}, {}",
        books(study),
        counted(study.manifest.arms.len(), "hedge")
    )
}

/// How many books, on how many weekdays.
pub fn books(study: &StudyFolder) -> String {
    let books = study.manifest.books.len();
    match study.manifest.weekdays.len() {
        0 => format!(
            "{} with days of {} own",
            counted(books, "book"),
            if books == 1 { "its" } else { "their" }
        ),
        weekdays => format!(
            "{} on {}",
            counted(books, "book"),
            counted(weekdays, "weekday")
        ),
    }
}

/// Which windows have indicative prices.
pub fn indicative(study: &StudyFolder) -> Option<String> {
    let early: Vec<&str> = study
        .year_windows()
        .filter(|window| window.indicative)
        .map(|window| window.name.as_str())
        .collect();
    (!early.is_empty()).then(|| {
        format!(
            "Model prices of {} are less certain than those of later years: their numbers are indicative only.",
            early.join(", ")
        )
    })
}

/// An interval of fractions in percent: `-4.1..+25.0`.
pub fn ends(row: &AnswerRow) -> Option<String> {
    let (lo, hi) = row.lo.zip(row.hi)?;
    Some(format!("{}..{}", signed_percent(lo), signed_percent(hi)))
}

/// Whether a hedge pays over the years, or in the worlds; nothing where there is neither.
pub fn verdict(study: &StudyFolder) -> Option<StudyVerdict> {
    let rows = |measure: &str| -> Vec<&AnswerRow> {
        study
            .arms()
            .filter_map(|arm| study.answer(arm, measure))
            .collect()
    };
    let line = rows("over_line");
    let above = |rows: &[&AnswerRow]| rows.iter().filter(|row| row.value > Some(0.0)).count();
    let sure = |rows: &[&AnswerRow]| rows.iter().filter(|row| row.lo > Some(0.0)).count();
    let (ahead, shown) = (above(&line), sure(&line));
    let answer = match (line.len(), ahead, shown) {
        (0, _, _) => return worlds::verdict(study),
        (_, 0, _) => "No.",
        (all, _, shown) if shown == all => "Yes.",
        (_, _, 0) => "Not shown.",
        _ => "Some do.",
    };
    let fell = rows("drawdown_reduction");
    let of = |count: usize| match count {
        0 => "none".to_owned(),
        n => n.to_string(),
    };
    let level = study.manifest.interval.as_ref().map_or(0.9, |i| i.level);
    let level = fixed(level * 100.0, 0);
    let ahead = match ahead {
        0 => format!("None of {}", counted(line.len(), "hedge")),
        n => format!("{n} of {}", counted(line.len(), "hedge")),
    };
    let ahead = format!(
        "{ahead} beat fewer condors with the same drawdown{}.",
        match shown {
            0 => String::new(),
            n => format!(", {n} with a {level} % interval above zero"),
        }
    );
    let fell = format!(
        "{} of {} fell less in the mean year, {} with its interval above 0.",
        above(&fell),
        fell.len(),
        of(sure(&fell))
    );
    Some(StudyVerdict {
        answer,
        ahead,
        fell,
    })
}

/// The sentences that the verdict does not say.
pub fn more_sentences(study: &StudyFolder) -> Vec<String> {
    let mut sentences = sentences(study);
    if verdict(study).is_some() {
        let by_worlds = study.answers.is_empty();
        sentences.retain(|said| {
            let is_said = said.starts_with("Of ")
                || said.contains("than fewer condors with")
                || (by_worlds && said.starts_with("Resting on "));
            !is_said
        });
    }
    sentences
}

/// The answer, sentence by sentence.
fn sentences(study: &StudyFolder) -> Vec<String> {
    let rows = |measure: &str| -> Vec<&AnswerRow> {
        study
            .arms()
            .filter_map(|arm| study.answer(arm, measure))
            .collect()
    };
    let (reduction, line) = (rows("drawdown_reduction"), rows("over_line"));
    if reduction.is_empty() && !study.crashes.is_empty() {
        return falls(study);
    }
    let of_worlds = worlds::sentences(study);
    if reduction.is_empty() && !of_worlds.is_empty() {
        return of_worlds;
    }
    if reduction.is_empty() {
        return vec!["The dataset holds no whole year of the study.".to_owned()];
    }
    let level = study.manifest.interval.as_ref().map_or(0.9, |i| i.level);
    let arms = reduction.len();
    let above = |rows: &[&AnswerRow]| rows.iter().filter(|row| row.value > Some(0.0)).count();
    let sure = |rows: &[&AnswerRow]| -> Vec<String> {
        let sure = rows.iter().filter(|row| row.lo > Some(0.0));
        sure.map(|row| study.label(&row.arm)).collect()
    };
    let percent_level = fixed(level * 100.0, 0);
    let mut all = vec![format!(
        "Of {} {} made the drawdown of the mean year smaller, {} with a {percent_level} % interval above zero{}.",
        counted(arms, "hedge"),
        above(&reduction),
        sure(&reduction).len(),
        listed(&sure(&reduction))
    )];
    let tail = rows("cvar_reduction");
    all.push(format!(
        "{} made the worst five percent of days smaller, {} with an interval above zero{}.",
        above(&tail),
        sure(&tail).len(),
        listed(&sure(&tail))
    ));
    all.push(format!(
        "{} earned more than fewer condors with the same drawdown, {} with an interval above zero{}.",
        above(&line),
        sure(&line).len(),
        listed(&sure(&line))
    ));
    all.extend(best(study, &reduction));
    all.extend(of_worlds);
    all
}

/// ` (a, b)`, or nothing where there is none, or so many that the table says it better.
fn listed(names: &[String]) -> String {
    const MOST: usize = 4;
    match names {
        [] => String::new(),
        names if names.len() > MOST => String::new(),
        names => format!(" ({})", names.join(", ")),
    }
}

/// The hedge that lies highest over the line of fewer condors.
fn best(study: &StudyFolder, reduction: &[&AnswerRow]) -> Option<String> {
    let over = |row: &&&AnswerRow| {
        study
            .answer(&row.arm, "over_line")
            .and_then(|line| line.value)
            .unwrap_or(f64::NEG_INFINITY)
    };
    let best = reduction
        .iter()
        .max_by(|a, b| over(a).total_cmp(&over(b)))?;
    let pooled = |measure: &str| study.answer(&best.arm, measure)?.value;
    let (cut, kept) = (pooled("pooled_reduction")?, pooled("pooled_kept")?);
    Some(format!(
        "Best against fewer condors: {}, all drawdowns together {}, {} % of the profit kept (fewer condors: {} %).",
        study.label(&best.arm),
        about_fall(cut),
        fixed(kept * 100.0, 0),
        fixed((1.0 - cut) * 100.0, 0),
    ))
}

/// In how many falls the middle hedge gained from peak to trough.
pub struct Helped {
    /// Falls.
    pub falls: usize,
    /// Those in which it gained.
    pub gained: usize,
    /// Those of them before which a year had cost more than it gained.
    pub cost_more: usize,
}

/// In how many falls of a study of falls alone the middle hedge gained; nothing where years or worlds answer.
pub fn helped(study: &StudyFolder) -> Option<Helped> {
    let alone = study.answers.is_empty() && worlds::sentences(study).is_empty();
    (alone && !study.crashes.is_empty()).then(|| of_falls(study))
}

fn of_falls(study: &StudyFolder) -> Helped {
    let all: Vec<_> = crashes::names(study)
        .into_iter()
        .map(|name| crashes::fall(study, name))
        .collect();
    let gained = all.iter().filter(|fall| fall.middle > Some(0.0));
    let paid = |fall: &&crashes::Fall| fall.before.map(|before| -before) > fall.middle;
    Helped {
        falls: all.len(),
        gained: gained.clone().count(),
        cost_more: gained.filter(paid).count(),
    }
}

/// What hedges brought in falls, and what the years before had cost.
fn falls(study: &StudyFolder) -> Vec<String> {
    let helped = of_falls(study);
    vec![format!(
        "In {} of {} falls the middle hedge gained from peak to trough; in {} of them the year before had cost it more.",
        helped.gained, helped.falls, helped.cost_more
    )]
}
