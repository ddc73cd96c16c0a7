//! The sections of a report, in reading order. A new one is a file here and a line in [`ALL`].

mod answer;
mod attribution;
mod banners;
mod benchmark;
mod beta;
mod capital;
pub mod cells;
mod claims;
mod comparison;
mod config;
pub mod controls;
mod costs;
mod curves;
mod days;
mod decisions;
mod episodes;
mod findings;
mod glossary;
mod layers;
mod measures;
mod model_error;
mod other_condors;
mod provenance;
mod regimes;
mod trades;

pub use answer::level;
pub use banners::{banners, stand_ins, stood_in};

use crate::document::{Block, Document, Section};
use crate::folder::RunFolder;

/// Every section, in the order a sceptic wants them.
const ALL: [fn(&RunFolder) -> Section; 19] = [
    answer::section,
    provenance::section,
    comparison::section,
    controls::section,
    curves::section,
    episodes::section,
    layers::section,
    days::section,
    regimes::section,
    costs::section,
    model_error::section,
    trades::section,
    capital::section,
    beta::section,
    decisions::section,
    findings::section,
    glossary::section,
    claims::section,
    config::section,
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
        sections: ALL
            .iter()
            .map(|section| section(run))
            .chain(other_condors::section(run))
            .chain(benchmark::section(run))
            .collect(),
    }
}

/// Twins are left out of the pictures of a large run.
fn switch_name(run: &RunFolder, arm: usize) -> String {
    if run.is_drawn(arm) {
        run.arm(arm).name.clone()
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
