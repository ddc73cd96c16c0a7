//! The last lines of a run: does the hedge pay, at what cost, how sure, on which prices.

use crate::folder::RunFolder;
use crate::number;
use crate::section::{quoted_at, stood_in};
use crate::verdict::{self, Answer, MANY, Verdict};
use tables::Money;

use super::layout;

/// Width of the names at the beginning of lines.
const LABEL: usize = 11;

/// The answer in a few lines, and what stood in for missing series; no answer for a run without a hedged arm.
pub fn answer(run: &RunFolder, width: usize) -> String {
    let mut lines = Verdict::of(run).map_or(Vec::new(), |verdict| judged(run, &verdict));
    let stood_in = stood_in(&run.manifest.inputs);
    lines.extend(stood_in.map(|said| {
        let text = format!("Something else stood in for {said}.");
        ("stand-ins".to_owned(), text)
    }));
    let quoted = quoted_at(&run.manifest.quotes);
    lines.extend(quoted.map(|said| ("quotes".to_owned(), said)));
    lines
        .into_iter()
        .map(|(label, text)| labelled(&label, &text, width))
        .collect::<String>()
        .replace(['−', '–'], "-")
}

/// The answer: a name and a text a line.
fn judged(run: &RunFolder, verdict: &Verdict) -> Vec<(String, String)> {
    let mut lines = vec![("pays?".to_owned(), headline(verdict))];
    match verdict.windows.len() {
        0..MANY => lines.extend(
            verdict
                .windows
                .iter()
                .map(|window| (window.name.clone(), verdict::of_window(window))),
        ),
        _ => lines.push(("windows".to_owned(), verdict::together(verdict))),
    }
    lines.push(("how sure".to_owned(), how_sure(run, verdict)));
    lines
}

/// How often the interval decides and on which prices, in a line of eighty columns.
fn how_sure(run: &RunFolder, verdict: &Verdict) -> String {
    let prices = match run.manifest.prices.as_str() {
        "model" => "prices modelled, not quoted".to_owned(),
        other => format!("prices: {other}"),
    };
    let thin = verdict.thin();
    let thin = thin
        .iter()
        .map(|(name, n)| format!("; {name} has only {}", number::counted(*n, "trade")));
    format!(
        "{} of {} drawdown intervals exclude 0; {prices}{}",
        verdict.sure,
        verdict.cases,
        thin.collect::<String>()
    )
}

/// A command under a name; one that is too long goes on below, as a shell reads it.
pub fn command(label: &str, words: &str, width: usize) -> String {
    let room = width.max(60) - LABEL;
    if words.chars().count() <= room {
        return format!("{label:LABEL$}{words}\n");
    }
    let mut lines: Vec<String> = Vec::new();
    for (at, option) in words.split(" --").enumerate() {
        let word = if at == 0 {
            option.to_owned()
        } else {
            format!("--{option}")
        };
        match lines.last_mut() {
            // Two letters are kept for the mark of a line that goes on.
            Some(last) if last.chars().count() + 1 + word.chars().count() + 2 <= room => {
                *last = format!("{last} {word}");
            }
            _ => lines.push(word),
        }
    }
    let last = lines.len() - 1;
    lines
        .iter()
        .enumerate()
        .map(|(at, text): (usize, &String)| {
            let goes_on = if at < last { " \\" } else { "" };
            format!(
                "{:LABEL$}{text}{goes_on}\n",
                if at == 0 { label } else { "" }
            )
        })
        .collect()
}

/// The session on which the unhedged book of the first window lost most, and the first hedged arm: where to look first.
pub fn worst_day(run: &RunFolder) -> Option<(String, chrono::NaiveDate)> {
    let curve = run.curve_of(0, run.unhedged()?)?;
    let changes = curve.trading_equity.windows(2).map(|two| two[1] - two[0]);
    let (change, date) = changes.zip(curve.dates.iter().skip(1)).min()?;
    let arm = run.arm(*run.policies().first()?);
    (change < Money::ZERO).then(|| (arm.name.clone(), *date))
}

/// A line with a name before it; what does not fit stands under its text.
pub(super) fn labelled(label: &str, text: &str, width: usize) -> String {
    let label = layout::shorten(&crate::text::one_line(label), LABEL - 1);
    let room = width.max(60) - LABEL;
    layout::wrap(&crate::text::one_line(text), room)
        .iter()
        .enumerate()
        .map(|(i, line)| {
            format!(
                "{:LABEL$}{line}\n",
                if i == 0 { label.as_str() } else { "" }
            )
        })
        .collect()
}

fn headline(verdict: &Verdict) -> String {
    let cases = format!(
        "{} ({}, {})",
        verdict.cases,
        number::counted(verdict.hedges, "hedge"),
        number::counted(verdict.windows.len(), "window")
    );
    let better = verdict.better;
    match verdict.answer() {
        Answer::Yes => format!("Yes: better than trading less in all {cases}."),
        Answer::No => format!("No: better than trading less in none of {cases}."),
        Answer::Partly => format!("Not shown: better than trading less in {better} of {cases}."),
        Answer::CannotTell => {
            "Cannot be told: no hedged book traded, or its fall is undefined.".to_owned()
        }
    }
}
