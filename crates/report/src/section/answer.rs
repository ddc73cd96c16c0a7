//! The first screen: does the hedge pay, what was tried, and the one picture that decides.

use crate::document::{Block, Section};
use crate::folder::RunFolder;
use crate::number;
use crate::section::{decides, setup};
use crate::verdict::{self, Verdict};

/// The verdict in plain words, the card, the picture.
pub fn section(run: &RunFolder) -> Section {
    let mut blocks = Vec::new();
    match Verdict::of(run) {
        Some(verdict) => {
            let (answer, why) = verdict.words(run);
            blocks.push(Block::Verdict(format!("Does the hedge pay? {answer}"), why));
            blocks.push(Block::List(beside(run, &verdict)));
        }
        None => blocks.push(Block::Note(
            "The run has no hedged arm, so there is nothing to compare.".to_owned(),
        )),
    }
    blocks.push(Block::Facts(setup::card(run)));
    blocks.extend(decides::picture(run));
    Section {
        id: "answer",
        title: "The answer",
        blocks,
    }
}

/// All hedges by window, how sure it is, and which layers never bought.
fn beside(run: &RunFolder, verdict: &Verdict) -> Vec<String> {
    let all = match verdict.windows.len() {
        0..verdict::MANY => verdict
            .windows
            .iter()
            .map(|window| format!("{}: {}.", window.name, verdict::of_window(window)))
            .collect(),
        _ => vec![format!("All windows: {}.", verdict::together(verdict))],
    };
    let hedges = match verdict.hedges {
        1 => String::new(),
        n => format!("All {} hedges. ", number::count(n)),
    };
    let all = vec![format!("{hedges}{}", all.join(" "))];
    let sure = format!("How sure: {}.", verdict::how_sure(run, verdict));
    all.into_iter()
        .chain([sure])
        .chain(never_bought(run))
        .collect()
}

/// The layers that bought nothing in a window, by arm: what follows says nothing of them.
fn never_bought(run: &RunFolder) -> Option<String> {
    let said: Vec<String> = run
        .policies()
        .into_iter()
        .flat_map(|arm| {
            (0..run.manifest.windows.len()).filter_map(move |window| {
                let idle = run.idle_layers(window, arm);
                (!idle.is_empty()).then(|| {
                    format!(
                        "{} of {} in {}",
                        crate::words::listed(&idle),
                        run.label(arm),
                        run.manifest.windows[window].name
                    )
                })
            })
        })
        .collect();
    (!said.is_empty()).then(|| format!("Never bought: {}.", said.join("; ")))
}
