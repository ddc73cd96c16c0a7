//! A finished sweep, read back from its folder: `cells.csv`, `inference.csv`, `manifest.json`, `sweep.toml`.
//!
//! A row of `cells.csv` is a cell over one window: its axes are the columns before `window` (but for `cell`, its
//! number), then come the columns of `summary.csv`, `status` and `error`. A cell whose status is not `ok` has no
//! numbers and is counted among the failures.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::axis::Axis;
use crate::error::ReportError;
use crate::folder::shelf::Shelf;
use crate::folder::table::{CsvRow, CsvTable};
use crate::folder::{Dataset, Engine, Interval};
use crate::number::Usd;

const NEEDED: &str = "manifest.json, sweep.toml and cells.csv";
/// Columns that number a cell and are no axis.
const NUMBERS: [&str; 3] = ["cell", "id", "index"];
/// Columns of `cells.csv` that must be there, besides the axes.
const COLUMNS: [&str; 8] = [
    "window",
    "arm",
    "pnl_usd",
    "max_drawdown_usd",
    "drawdown_reduction",
    "profit_retained",
    "hedge_pnl_usd",
    "status",
];

/// The manifest of a sweep folder. What an older or newer folder does not have is empty.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct SweepManifest {
    /// The sweep's name.
    pub name: String,
    /// What computed it.
    pub engine: Option<Engine>,
    /// Hash of the resolved configuration.
    pub config_hash: String,
    /// Hash of the dataset.
    pub dataset_hash: String,
    /// What was replayed.
    pub dataset: Option<Dataset>,
    /// The command that makes the folder again.
    pub command: String,
    /// Configurations that were ever run on the store, abandoned ones included.
    pub tried: Option<usize>,
    /// Remarks of the sweep that its reader should see.
    pub notes: Vec<String>,
    /// sha256 of every file, in hex, by file name.
    pub files: BTreeMap<String, String>,
}

/// One cell over one window.
#[derive(Clone, Debug, Default)]
pub struct CellRow {
    /// Its number, as the file has it, or the place of its row.
    pub id: String,
    /// Place of its level on every axis.
    pub levels: Vec<usize>,
    /// Its window and arm, as the place among [`SweepFolder::views`].
    pub view: usize,
    /// Trading P&L net of costs.
    pub pnl_usd: Option<Usd>,
    /// Largest fall of trading equity from its peak.
    pub max_drawdown_usd: Option<Usd>,
    /// 1 − hedged drawdown / unhedged drawdown, a fraction.
    pub reduction: Option<f64>,
    /// Interval of the reduction.
    pub reduction_span: Option<(f64, f64)>,
    /// P&L over the unhedged P&L, a fraction; undefined unless that is positive.
    pub retained: Option<f64>,
    /// Hedged minus unhedged P&L.
    pub hedge_pnl_usd: Option<Usd>,
    /// What the share of the condors with this cell's drawdown earned, unhedged.
    pub deleveraged_pnl_usd: Option<Usd>,
    /// Whether it was computed.
    pub ok: bool,
    /// Its status.
    pub status: String,
    /// Why it failed.
    pub error: String,
}

/// One statistic about all cells or one of them.
#[derive(Clone, Debug)]
pub struct InferenceRow {
    /// Which: `pbo`, `dsr`, `spa`, `pbo_logit`, `walk_forward`, …
    pub statistic: String,
    /// What it is about: a cell, a window, a day, a bin.
    pub subject: String,
    /// Its value.
    pub value: Option<f64>,
    /// Its interval.
    pub span: Option<(f64, f64)>,
    /// Its p-value.
    pub p: Option<f64>,
    /// Observations behind it.
    pub n: String,
    /// A remark.
    pub note: String,
}

/// A sweep folder in memory.
#[derive(Clone, Debug)]
pub struct SweepFolder {
    /// What was run.
    pub manifest: SweepManifest,
    /// `sweep.toml`, as text.
    pub config: String,
    /// The axes, in the file's order.
    pub axes: Vec<Axis>,
    /// Windows and arms of the cells, each pair once, in the file's order.
    pub views: Vec<(String, String)>,
    /// The cells.
    pub cells: Vec<CellRow>,
    /// The statistics; older or unfinished folders have none.
    pub inference: Option<Vec<InferenceRow>>,
    /// The commit of the program, where `build.json` names one.
    pub commit: Option<String>,
    /// Files that are not what the manifest says.
    pub doubts: Vec<String>,
}

impl SweepFolder {
    /// Reads a sweep folder. A missing or wrong file is an error that says what and where.
    pub fn read(dir: &Path) -> Result<SweepFolder, ReportError> {
        let mut shelf = Shelf::on_disk(dir, NEEDED);
        let manifest = parse_manifest(&shelf.text("manifest.json")?)?;
        shelf.hashes.clone_from(&manifest.files);
        finish(shelf, manifest)
    }

    /// The same from files that are in memory, by name; their hashes are not compared.
    pub fn from_files(files: &BTreeMap<String, Vec<u8>>) -> Result<SweepFolder, ReportError> {
        let mut shelf = Shelf::in_memory(files, NEEDED);
        let manifest = parse_manifest(&shelf.text("manifest.json")?)?;
        finish(shelf, manifest)
    }

    /// The cells of a view that were computed.
    pub fn of_view(&self, view: usize) -> impl Iterator<Item = &CellRow> + Clone {
        self.cells
            .iter()
            .filter(move |cell| cell.view == view && cell.ok)
    }

    /// A view's name: its window, with its arm where there is more than one.
    pub fn view_name(&self, view: usize) -> String {
        let (window, arm) = &self.views[view];
        let several = self.views.iter().any(|other| other.1 != *arm);
        if several {
            format!("{window}, {arm}")
        } else {
            window.clone()
        }
    }

    /// Statistics by name; several names may mean one thing.
    pub fn statistics(&self, wanted: impl Fn(&str) -> bool) -> Vec<&InferenceRow> {
        self.inference
            .iter()
            .flatten()
            .filter(|row| wanted(&row.statistic))
            .collect()
    }

    /// How the intervals of `inference.csv` were computed, as `sweep.toml` has it.
    pub fn interval(&self) -> Option<Interval> {
        let keys: BTreeMap<String, String> =
            crate::compare::keyed(&self.config).into_iter().collect();
        let of = |key: &str| keys.get(&format!("statistics.{key}"));
        let number = |key: &str| of(key).and_then(|text| crate::number::parse(text));
        Some(Interval {
            level: number("level")?,
            method: "stationary bootstrap".to_owned(),
            draws: of("draws")?.parse().ok()?,
            mean_block_sessions: number("mean_block_sessions")?,
            seed: of("seed").map(|seed| seed.clone().into()),
        })
    }

    /// A cell's levels in words: `low 15, mid 22`.
    pub fn cell_words(&self, cell: &CellRow) -> String {
        let level = |(axis, &at): (&Axis, &usize)| format!("{} {}", axis.short, axis.levels[at]);
        self.axes
            .iter()
            .zip(&cell.levels)
            .map(level)
            .collect::<Vec<_>>()
            .join(", ")
    }
}

fn parse_manifest(text: &str) -> Result<SweepManifest, ReportError> {
    serde_json::from_str(text).map_err(|error| ReportError::Manifest {
        file: "manifest.json".to_owned(),
        message: crate::text::one_line(&error.to_string()),
    })
}

fn finish(mut shelf: Shelf<'_>, manifest: SweepManifest) -> Result<SweepFolder, ReportError> {
    let config = shelf.text("sweep.toml")?;
    let table = shelf.table("cells.csv", &COLUMNS)?;
    let (axes, views, cells) = read_cells(&table)?;
    let inference = shelf.maybe("inference.csv", &InferenceRow::COLUMNS, InferenceRow::read)?;
    let commit = crate::folder::commit(shelf.maybe_text("build.json")?);
    let changed = shelf.changed.iter();
    let doubts = changed
        .map(|file| format!("{file} is not the file this sweep wrote: its sha256 differs."))
        .collect();
    Ok(SweepFolder {
        manifest,
        config,
        axes,
        views,
        cells,
        inference,
        commit,
        doubts,
    })
}

type Cells = (Vec<Axis>, Vec<(String, String)>, Vec<CellRow>);

fn read_cells(table: &CsvTable) -> Result<Cells, ReportError> {
    let names = axis_names(table);
    let raw: Vec<Vec<String>> =
        table.rows(|row| Ok(names.iter().map(|name| row.text(name).to_owned()).collect()))?;
    let axes: Vec<Axis> = (0..names.len())
        .map(|at| Axis::new(&names[at], &names, raw.iter().map(|row| row[at].as_str())))
        .collect();
    let mut views: Vec<(String, String)> = Vec::new();
    for row in table.rows(|row| Ok((row.text("window").to_owned(), row.text("arm").to_owned())))? {
        if !views.contains(&row) {
            views.push(row);
        }
    }
    let mut cells = table.rows(|row| CellRow::read(row, &views))?;
    let number = NUMBERS.iter().find(|name| table.has(name));
    let ids = table.rows(|row| Ok(number.map(|name| row.text(name).to_owned())))?;
    for (at, ((cell, raw), id)) in cells.iter_mut().zip(&raw).zip(ids).enumerate() {
        cell.levels = axes
            .iter()
            .zip(raw)
            .map(|(axis, text)| axis.level(text))
            .collect();
        cell.id = id
            .filter(|id| !id.is_empty())
            .unwrap_or_else(|| at.to_string());
    }
    Ok((axes, views, cells))
}

/// The columns before `window` that do not number the cell.
fn axis_names(table: &CsvTable) -> Vec<String> {
    let before = table
        .header()
        .into_iter()
        .take_while(|name| name != "window");
    before
        .filter(|name| !NUMBERS.contains(&name.as_str()))
        .collect()
}

impl CellRow {
    fn read(row: CsvRow<'_>, views: &[(String, String)]) -> Result<CellRow, ReportError> {
        let view = (row.text("window"), row.text("arm"));
        let status = row.text("status").to_owned();
        Ok(CellRow {
            view: views
                .iter()
                .position(|(window, arm)| (window.as_str(), arm.as_str()) == view)
                .unwrap_or(0),
            pnl_usd: row.usd("pnl_usd")?,
            max_drawdown_usd: row.usd("max_drawdown_usd")?,
            reduction: row.number("drawdown_reduction")?,
            reduction_span: row
                .number("drawdown_reduction_lo")?
                .zip(row.number("drawdown_reduction_hi")?),
            retained: row.number("profit_retained")?,
            hedge_pnl_usd: row.usd("hedge_pnl_usd")?,
            deleveraged_pnl_usd: row.usd("deleveraged_pnl_usd")?,
            ok: status == "ok",
            status,
            error: row.text("error").to_owned(),
            ..CellRow::default()
        })
    }
}

impl InferenceRow {
    /// The columns that must be there.
    pub const COLUMNS: [&'static str; 8] = [
        "statistic",
        "subject",
        "value",
        "lo",
        "hi",
        "p",
        "n",
        "note",
    ];

    fn read(row: CsvRow<'_>) -> Result<InferenceRow, ReportError> {
        Ok(InferenceRow {
            statistic: row.text("statistic").to_owned(),
            subject: row.text("subject").to_owned(),
            value: row.number("value")?,
            span: row.number("lo")?.zip(row.number("hi")?),
            p: row.number("p")?,
            n: row.text("n").to_owned(),
            note: row.text("note").to_owned(),
        })
    }
}
