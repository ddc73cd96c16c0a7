//! From a finished run folder to a page, a text and a table for people.
//!
//! The crate knows the [`tables`] of a run and nothing that simulates: those its program has just made
//! ([`RunFolder::made`]), or the files they were written to ([`RunFolder::read`]). An old run can be reported again and
//! gives the same bytes.
//!
//! The way through it: a [`RunFolder`] is made of rows and checked; each function in
//! `section/` turns rows into a format-neutral [`Section`]; the writers in `write/` turn the same sections into
//! HTML and Markdown. The terminal table is its own small writer.
//!
//! **Invariants.** Nothing here computes a result: what is printed is a cell of a file, a sum or a count of
//! cells, or arithmetic the page names beside it. Undefined prints as a dash. Text from files never reaches a
//! reader unescaped.

mod chart;
mod compare;
mod document;
mod drawdown;
mod folder;
mod number;
mod section;
mod study;
mod style;
mod sweep;
pub mod terminal;
mod terms;
mod text;
mod today;
pub mod verdict;
mod words;
mod write;

pub use compare::{compare_html, compare_markdown};
pub use document::{
    Banner, Block, Cell, Column, Document, Download, Fact, Folded, Row, RowRole, Section, Table,
};
pub use folder::{Curve, Made, Placed, RunFolder};
pub use number::Dollars;
pub use tables::Money;

pub use chart::{
    CloudChart, Fit, HeatMap, HeatMaps, Histogram, LineChart, RangeChart, RangeRow, RibbonChart,
    Series, Strip, StripChart, Unit,
};
pub use study::{StudyFolder, StudyManifest, study_html, study_markdown};
pub use style::Style;
pub use sweep::{
    Axis, CellRow, SweepFolder, SweepManifest, compare_sweeps_html, compare_sweeps_markdown,
    render_sweep, sweep, sweep_html, sweep_markdown,
};
pub use today::{today_html, today_text};
pub use write::Pages;

/// All forms of a report, from one pass over its tables.
#[derive(Clone, Debug)]
pub struct Rendered {
    /// One self-contained HTML page.
    pub html: String,
    /// The same sections as Markdown, with the pictures it shows.
    pub pages: Pages,
}

impl Rendered {
    fn of(document: &Document) -> Rendered {
        let (html, pages) = rayon::join(|| write::html(document), || write::pages(document));
        Rendered { html, pages }
    }
}

/// The report of a run in all its forms.
pub fn render(run: &RunFolder) -> Rendered {
    Rendered::of(&section::document(run))
}

/// The whole report as one self-contained HTML page.
pub fn html(run: &RunFolder) -> String {
    write::html(&section::document(run))
}

/// The same sections and tables as Markdown, with the pictures it shows.
pub fn pages(run: &RunFolder) -> Pages {
    write::pages(&section::document(run))
}

/// The Markdown of [`pages`] alone.
pub fn markdown(run: &RunFolder) -> String {
    pages(run).text
}
