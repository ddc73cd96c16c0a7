//! The sections of a report, in reading order. A new one is a file here and a line in [`MAIN`] or [`APPENDIX`].

mod answer;
mod attribution;
mod banners;
mod benchmark;
mod beta;
mod book;
mod break_evens;
mod capital;
pub mod cells;
mod claims;
mod comparison;
mod config;
pub mod controls;
mod costs;
mod curves;
mod days;
mod decides;
mod decisions;
mod episodes;
mod fewer;
pub mod files;
mod findings;
pub mod glossary;
mod layers;
mod levels;
mod list;
mod log;
mod measures;
mod model_error;
mod other_condors;
mod price;
mod provenance;
mod regimes;
mod setup;
mod sure;
mod trades;
mod worst;

pub use banners::{BaseBook, banners, base_books, quoted_at, stand_ins, stood_in};
pub use sure::level;

use crate::document::{Block, Document, Folded, Section};
use crate::folder::RunFolder;

/// What a reader sees without opening anything, in the order of his questions.
const MAIN: [fn(&RunFolder) -> Section; 10] = [
    answer::section,
    sure::section,
    curves::section,
    book::section,
    worst::section,
    price::section,
    fewer::section,
    levels::section,
    model_error::brief,
    provenance::section,
];

/// A section of the appendix and the line that says what it holds.
type Entry = (fn(&RunFolder) -> Section, &'static str);

/// What is folded away, each with a line that says what it holds.
const APPENDIX: [Entry; 14] = [
    (comparison::section, "every number of every arm, twins too"),
    (controls::section, "fewer condors and random dates in full"),
    (
        episodes::section,
        "each fall from peak to trough to recovery",
    ),
    (
        layers::section,
        "what each layer cost and paid, by reason and greek",
    ),
    (
        days::section,
        "the ten worst and ten best days, layer by layer",
    ),
    (
        regimes::section,
        "which regime each policy saw, and what it held",
    ),
    (
        costs::section,
        "fees, other slippages, and where it breaks even",
    ),
    (model_error::section, "every variant of the price model"),
    (trades::section, "packages by layer and reason of exit"),
    (list::section, "the trade list, with a filter"),
    (capital::section, "margin, cash and money at risk"),
    (beta::section, "how the book moves with the index"),
    (decisions::section, "what was decided and why, counted"),
    (
        provenance::arms_and_prices,
        "what each arm does, which prices were modelled",
    ),
];

/// The last of them.
const LAST: [Entry; 2] = [
    (findings::section, "what the checks of the dataset found"),
    (config::section, "the resolved configuration, every key"),
];

/// The whole report of a run.
pub fn document(run: &RunFolder) -> Document {
    let manifest = &run.manifest;
    let windows: Vec<String> = manifest
        .windows
        .iter()
        .map(|window| format!("{} ({} to {})", window.name, window.first, window.last))
        .collect();
    Document {
        kind: "alvh replay report",
        title: manifest.name.clone(),
        subtitle: format!(
            "SPX iron condors with and without a layered VIX hedge: {}",
            windows.join(", ")
        ),
        banners: banners(run),
        arms: (0..manifest.arms.len())
            .map(|arm| (switch_name(run, arm), run.style(arm)))
            .collect(),
        sections: main(run),
        appendix: appendix(run),
    }
}

/// The sections that stand open. A run that asks for claims has their scoreboard after the answer.
fn main(run: &RunFolder) -> Vec<Section> {
    let mut sections: Vec<Section> = MAIN.iter().map(|section| section(run)).collect();
    let scoreboard = claims::asked(run).then(|| claims::scoreboard(run));
    let early = scoreboard.into_iter().chain(benchmark::section(run));
    for (nth, section) in early.enumerate() {
        sections.insert(1 + nth, section);
    }
    sections
}

fn appendix(run: &RunFolder) -> Vec<Folded> {
    let fold = |(section, line): &(fn(&RunFolder) -> Section, &'static str)| Folded {
        line,
        section: section(run),
    };
    let claims = claims::asked(run).then(|| Folded {
        line: "every claim with its rule, interval and verdict",
        section: claims::section(run),
    });
    let break_evens = break_evens::section(run).map(|section| Folded {
        line: "where the open condors begin to lose, and the time value left",
        section,
    });
    let log = log::section(run).map(|section| Folded {
        line: "the trades of the log as quoted, and those left out",
        section,
    });
    let others = other_condors::section(run).map(|section| Folded {
        line: "the same hedges over other condors: a second look",
        section,
    });
    APPENDIX
        .iter()
        .map(fold)
        .chain(log)
        .chain(break_evens)
        .chain(others)
        .chain(claims)
        .chain(LAST.iter().map(fold))
        .chain([glossary::folded()])
        .collect()
}

/// Twins are left out of the pictures of a large run.
fn switch_name(run: &RunFolder, arm: usize) -> String {
    if run.is_drawn(arm) {
        run.label(arm)
    } else {
        String::new()
    }
}

/// The blocks of every window, each under its name.
fn per_window(run: &RunFolder, blocks: impl Fn(usize) -> Vec<Block>) -> Vec<Block> {
    let mut out = Vec::new();
    for (window, named) in run.manifest.windows.iter().enumerate() {
        out.push(Block::Heading(named.name.clone()));
        out.extend(blocks(window));
    }
    out
}

/// The one line of a section whose file an older folder does not have.
fn absent(file: &str, what: &str) -> Block {
    Block::Note(format!(
        "This folder has no {file}, so {what} cannot be shown."
    ))
}
