//! The table after a study: a line per hedge, then the answer.

use super::Paint;
use super::answer::labelled;
use super::layout::{self, Grid, Line};
use crate::number;
use crate::section::stood_in;
use crate::study::{StudyFolder, books, helped, more_sentences, verdict};
use crate::text;
use tables::AnswerRow;

/// What a study found, for a terminal of `width` columns. Colour only repeats what signs and words say.
pub fn study(study: &StudyFolder, width: usize, color: bool) -> String {
    let (width, paint) = (width.max(60), Paint { color });
    let manifest = &study.manifest;
    let title = format!(
        "{}  {}, {}",
        manifest.name,
        books(study).replace(" on ", ", "),
        number::counted(study.year_windows().count(), "year")
    );
    let title = match study.crashes.is_empty() && manifest.worlds.is_none() {
        true => title,
        false => title.replace(", 0 years", ""),
    };
    let warnings = crate::study::of_prices(study);
    let warnings = warnings.iter().map(|b| super::warning(b, width, &paint));
    let mut out = warnings.collect::<String>() + &paint.bold(text::one_line(&title).trim()) + "\n";
    if !study.answers.is_empty() {
        out.push_str(&grid(study).print(width, str::to_owned));
    }
    if let Some(drawn) = &manifest.worlds {
        let head = format!(
            "{} worlds of {}: median and nine in ten; the chance of more than fewer condors",
            number::count(drawn.count),
            number::counted(drawn.years, "year")
        );
        layout::wrap(&head, width)
            .into_iter()
            .for_each(|line| out.push_str(&(line + "\n")));
        out.push_str(&worlds(study).print(width, str::to_owned));
    }
    if !study.crashes.is_empty() {
        out.push_str("falls: median over books and weekdays, in % of capital\n");
        out.push_str(&falls(study).print(width, str::to_owned));
    }
    // What falls alone say is the answer, which stands last.
    let sentences = match helped(study) {
        Some(_) => Vec::new(),
        None => more_sentences(study),
    };
    for sentence in sentences {
        for line in layout::wrap(&text::one_line(&sentence), width) {
            out.push_str(&(line + "\n"));
        }
    }
    if let Some(said) = stood_in(&study.manifest.inputs) {
        let text = format!("Something else stood in for {said}.");
        layout::wrap(&text::one_line(&text), width)
            .into_iter()
            .for_each(|line| out.push_str(&(line + "\n")));
    }
    out.replace(['−', '–'], "-")
}

/// The last lines of a study: does a hedge pay, and in how many years it fell less; of falls alone, in how many it gained.
pub fn study_answer(study: &StudyFolder, width: usize) -> String {
    let early = study
        .year_windows()
        .filter(|window| window.indicative)
        .count();
    let prices = match early {
        0 => "prices modelled, not quoted".to_owned(),
        n => format!(
            "prices modelled, not quoted; those of {n} of {} are indicative",
            number::counted(study.year_windows().count(), "year")
        ),
    };
    let lines = match (verdict(study), helped(study)) {
        (Some(said), _) => vec![
            ("pays?", format!("{} {}", said.answer, said.ahead)),
            ("fell less", said.fell),
            ("how sure", prices),
        ],
        (None, Some(helped)) => vec![
            (
                "in falls",
                format!(
                    "the middle hedge gained from peak to trough in {} of {}",
                    helped.gained, helped.falls
                ),
            ),
            (
                "pays?",
                format!(
                    "Falls alone cannot say. In {} of these {} the year before had cost it more.",
                    helped.cost_more, helped.gained
                ),
            ),
            (
                "how sure",
                format!("{} falls are few; {prices}", helped.falls),
            ),
        ],
        (None, None) => return String::new(),
    };
    lines
        .iter()
        .map(|(label, text)| labelled(label, text, width))
        .collect::<String>()
        .replace(['−', '–'], "-")
}

fn grid(study: &StudyFolder) -> Grid {
    let heads = [
        ("hedge", ""),
        ("fell less", "%"),
        ("interval", "%"),
        ("years", ">0"),
        ("tail", "%"),
        ("kept", "%"),
        ("to fewer", "%/year"),
        ("interval", "%/year"),
    ];
    let span = |row: &AnswerRow, decimals: usize| {
        let print = |value: f64| number::signed(value * 100.0, decimals);
        let ends = row.lo.zip(row.hi);
        ends.map(|(lo, hi)| format!("{}..{}", print(lo), print(hi)))
    };
    let line = |arm: &str| -> Line {
        let of = |measure: &str| study.answer(arm, measure).cloned().unwrap_or_default();
        let (cut, over) = (of("drawdown_reduction"), of("over_line"));
        vec![
            Some(layout::shorten(&text::one_line(arm), super::NAME)),
            cut.value.map(number::signed_percent),
            span(&cut, 0),
            Some(format!("{}/{}", cut.years_positive, cut.years)),
            of("cvar_reduction").value.map(number::signed_percent),
            of("pooled_kept")
                .value
                .map(|share| number::fixed(share * 100.0, 0)),
            over.value.map(|share| number::signed(share * 100.0, 2)),
            span(&over, 2),
        ]
    };
    Grid::new(&heads, study.arms().map(line).collect())
}

fn worlds(study: &StudyFolder) -> Grid {
    let heads = [
        ("hedge", ""),
        ("fell less", "%"),
        ("9 in 10", "%"),
        ("kept", "%"),
        ("given up", "%"),
        ("9 in 10", "%"),
        ("chance", "%"),
    ];
    let line = |arm: &str| -> Line {
        let (cut, cut_span) = crate::study::told_of_worlds(study, arm, "drawdown_reduction");
        let (kept, _) = crate::study::told_of_worlds(study, arm, "profit_kept");
        let (given, given_span) = crate::study::told_of_worlds(study, arm, "return_given_up");
        let chance = study.chance(arm, "beats_fewer_condors");
        vec![
            Some(layout::shorten(&text::one_line(arm), super::NAME)),
            cut,
            cut_span,
            kept,
            given,
            given_span,
            chance
                .and_then(|row| row.chance)
                .map(|share| number::fixed(share * 100.0, 0)),
        ]
    };
    Grid::new(&heads, study.arms().map(line).collect())
}

fn falls(study: &StudyFolder) -> Grid {
    let heads = [
        ("fall", ""),
        ("S&P 500", "%"),
        ("condors", "%"),
        ("hedges", "%"),
        ("best", "%"),
        ("", ""),
        ("year before", "%"),
    ];
    let line = |name: &str| -> Line {
        let fall = crate::study::fall(study, name);
        let print = |share: Option<f64>| share.map(number::signed_percent);
        let best = fall.best.as_ref();
        vec![
            Some(text::one_line(name)),
            print(Some(fall.depth)),
            print(fall.condors),
            print(fall.middle),
            print(best.map(|(_, share)| *share)),
            best.map(|(arm, _)| layout::shorten(&text::one_line(arm), super::NAME)),
            print(fall.before),
        ]
    };
    let names = crate::study::fall_names(study);
    Grid::new(&heads, names.iter().map(|name| line(name)).collect())
}
