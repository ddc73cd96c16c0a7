//! The report of a sweep: the landscape of thresholds, the chosen cell and its neighbours, and how much of the best
//! is luck.
//!
//! What `inference.csv` names is shown in a table of its own; some statistics are also drawn:
//! `chosen` (subject: the cell's number), `pbo_logit` (value: a logit, n: the splits that have it),
//! `walk_forward…` (subject: a day or a fold), and everything that begins with `pbo`, `dsr`, `deflated`, `spa` or
//! `reality` in the panel on overfitting.

mod answer;
mod axes;
mod axis;
mod cells;
mod chosen;
mod compare;
mod folder;
mod landscape;
mod overfit;
mod pareto;
mod spread;
mod statistics;
mod walk;

pub use answer::{in_short as chosen_in_short, verdict as sweep_verdict};
pub use axis::Axis;
pub use cells::CellRow;
pub use chosen::chosen;
pub use folder::{SweepFolder, SweepManifest};
pub use overfit::sentence as overfit_sentence;

use std::path::Path;

use crate::Rendered;
use crate::document::{Banner, Block, Document, Folded, Section};
use crate::section::{base_books, stand_ins};
use crate::write;
use tables::ReadError;
use tables::manifest::DatasetKind;

/// What stands open, in the order of a reader's questions.
const MAIN: [fn(&SweepFolder) -> Section; 6] = [
    answer::section,
    landscape::section,
    chosen::section,
    overfit::section,
    pareto::section,
    statistics::provenance,
];

/// A section of the appendix and the line that says what it holds.
type Entry = (fn(&SweepFolder) -> Section, &'static str);

/// What is folded away, each with a line that says what it holds.
const APPENDIX: [Entry; 7] = [
    (
        landscape::alone,
        "the means of its levels, most explaining first",
    ),
    (spread::section, "how the results of all cells are spread"),
    (
        walk::section,
        "the choice made again and again, out of sample",
    ),
    (
        axes::section,
        "every level of every parameter, and where the best lie",
    ),
    (statistics::section, "every number of inference.csv"),
    (
        statistics::failures,
        "cells that could not be computed, by reason",
    ),
    (config, "the sweep file, every key"),
];

/// The report of the sweep folder at `dir` as one self-contained HTML page.
pub fn sweep(dir: &Path) -> Result<String, ReadError> {
    let sweep = SweepFolder::read(dir)?;
    let page = sweep_html(&sweep);
    sweep.check()?;
    Ok(page)
}

/// The report of a sweep in all its forms.
pub fn render_sweep(sweep: &SweepFolder) -> Rendered {
    Rendered::of(&document(sweep))
}

/// The report of a sweep as one self-contained HTML page.
pub fn sweep_html(sweep: &SweepFolder) -> String {
    write::html(&document(sweep))
}

/// The same sections and tables as Markdown, with the pictures it shows.
pub fn sweep_markdown(sweep: &SweepFolder) -> write::Pages {
    write::pages(&document(sweep))
}

/// Two sweeps as one self-contained HTML page.
pub fn compare_sweeps_html(left: &SweepFolder, right: &SweepFolder) -> String {
    write::html(&compare::document(left, right))
}

/// Two sweeps as Markdown.
pub fn compare_sweeps_markdown(left: &SweepFolder, right: &SweepFolder) -> String {
    write::pages(&compare::document(left, right)).text
}

fn document(sweep: &SweepFolder) -> Document {
    let named = if sweep.manifest.name.is_empty() {
        "sweep"
    } else {
        &sweep.manifest.name
    };
    let axes: Vec<&str> = sweep.axes.iter().map(|axis| axis.short.as_str()).collect();
    Document {
        kind: "alvh sweep report",
        title: named.to_owned(),
        subtitle: format!(
            "{} over {}: {}",
            crate::number::counted(sweep.cells.len(), "row"),
            crate::number::counted(sweep.axes.len(), "parameter"),
            axes.join(", ")
        ),
        banners: banners(sweep),
        arms: Vec::new(),
        sections: MAIN.iter().map(|section| section(sweep)).collect(),
        appendix: APPENDIX
            .iter()
            .map(|(section, line)| Folded {
                line,
                section: section(sweep),
            })
            .chain([crate::section::glossary::folded()])
            .collect(),
    }
}

fn banners(sweep: &SweepFolder) -> Vec<Banner> {
    let doubts = sweep.doubts.iter();
    let doubts = doubts.map(|text| Banner {
        title: "Do not trust this folder".into(),
        text: text.clone(),
    });
    let made = sweep
        .manifest
        .dataset
        .iter()
        .filter(|dataset| dataset.kind == DatasetKind::Reconstruction);
    let made = made.map(|dataset| Banner {
        title: "Not market history".into(),
        text: dataset.notice.clone(),
    });
    doubts.chain(made).chain(of_prices(sweep)).collect()
}

/// What must be known of prices and base books before any number.
pub(crate) fn of_prices(sweep: &SweepFolder) -> Vec<Banner> {
    let mut windows: Vec<&str> = Vec::new();
    for (window, _) in &sweep.views {
        if !windows.contains(&window.as_str()) {
            windows.push(window);
        }
    }
    let of_window = |window: &str| {
        // Every arm of a cell stands over the same base book.
        let view = sweep.views.iter().position(|(own, _)| own == window)?;
        let books = sweep.of_view(view).filter_map(|cell| cell.base_book());
        base_books(window, "cell", books)
    };
    let hardly = windows.into_iter().filter_map(of_window);
    hardly.chain(stand_ins(&sweep.manifest.inputs)).collect()
}

fn config(sweep: &SweepFolder) -> Section {
    let code = vec![Block::Code(sweep.config.clone())];
    let blocks = vec![Block::Details("sweep.toml".to_owned(), code)];
    Section {
        id: "config",
        title: "Configuration",
        blocks,
    }
}
