//! A finished sweep, read back from its folder: `cells.csv`, `inference.csv`, `manifest.json`, `sweep.toml`.
//!
//! A row of `cells.csv` is a cell over one window: its axes are the columns before `window` (but for `cell`, its
//! number), then come the columns of `summary.csv`, `status` and `error`. A cell whose status is not `ok` has no
//! numbers and is counted among the failures.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Deserialize;
use tables::cells::CellNumbers;
use tables::files::FolderFiles;
use tables::manifest::{Dataset, Engine, Input, Interval};
use tables::{InferenceRow, ReadError};

use super::axis::Axis;
use super::cells::{CellRow, Cells};

const NEEDED: &str = "manifest.json, sweep.toml and cells.csv";

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
    /// Series that prices rest on and that were not always published.
    pub inputs: Vec<Input>,
    /// sha256 of every file, in hex, by file name.
    pub files: BTreeMap<String, String>,
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
    pub cells: Cells,
    /// The statistics; older or unfinished folders have none.
    pub inference: Option<Vec<InferenceRow>>,
    /// The commit of the program, where `build.json` names one.
    pub commit: Option<String>,
    /// Files that are not what the manifest says.
    pub doubts: Vec<String>,
}

impl SweepFolder {
    /// Reads a sweep folder. A missing or wrong file is an error that says what and where.
    pub fn read(dir: &Path) -> Result<SweepFolder, ReadError> {
        let mut files = FolderFiles::on_disk(dir, NEEDED);
        let manifest = parse_manifest(&files.text("manifest.json")?)?;
        files.hashes.clone_from(&manifest.files);
        finish(files, manifest)
    }

    /// The cells of a view that were computed.
    pub fn of_view(&self, view: usize) -> impl Iterator<Item = CellRow<'_>> + Clone {
        let cells = self.cells.iter();
        cells.filter(move |cell| cell.view() == view && cell.ok())
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
    pub fn cell_words(&self, cell: CellRow<'_>) -> String {
        self.axes
            .iter()
            .zip(cell.levels())
            .map(|(axis, at): (&Axis, usize)| format!("{} {}", axis.short, axis.levels[at]))
            .collect::<Vec<_>>()
            .join(", ")
    }
}

fn parse_manifest(text: &str) -> Result<SweepManifest, ReadError> {
    tables::seal::check(text)?;
    serde_json::from_str(text).map_err(|error| ReadError::Manifest {
        file: "manifest.json".to_owned(),
        message: crate::text::one_line(&error.to_string()),
    })
}

fn finish(mut files: FolderFiles<'_>, manifest: SweepManifest) -> Result<SweepFolder, ReadError> {
    let config = files.text("sweep.toml")?;
    let (axes, views, cells) = read_cells(&mut files)?;
    let inference = files.maybe(|_, row| Ok(row))?;
    let commit = crate::folder::commit(files.maybe_text("build.json")?);
    let changed = files.changed.iter();
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

type Read = (Vec<Axis>, Vec<(String, String)>, Cells);

/// Reads the file twice: first the values of the axes, then the rows, of which only what a page shows is kept.
fn read_cells(files: &mut FolderFiles<'_>) -> Result<Read, ReadError> {
    let file = tables::cells::FILE;
    let needed = tables::cells::required();
    let mut names: Vec<String> = Vec::new();
    let mut values: Vec<BTreeSet<String>> = Vec::new();
    let mut rows = 0;
    let table = files.each_row(file, &needed, &mut |row| {
        rows += 1;
        if values.is_empty() {
            names = tables::cells::parameters(row.table());
            values.resize(names.len(), BTreeSet::new());
        }
        for (name, values) in names.iter().zip(&mut values) {
            if !values.contains(row.text(name)) {
                values.insert(row.text(name).to_owned());
            }
        }
        Ok(())
    })?;
    if names.is_empty() {
        names = tables::cells::parameters(&table);
        values.resize(names.len(), BTreeSet::new());
    }
    let axes: Vec<Axis> = names
        .iter()
        .zip(&values)
        .map(|(name, values)| Axis::new(name, &names, values.iter().map(String::as_str)))
        .collect();
    let mut views: Vec<(String, String)> = Vec::new();
    let mut cells = Cells::with_room(axes.len(), rows);
    files.each_row(file, &needed, &mut |row| {
        let cell = CellNumbers::read(row, &names)?;
        let view = (cell.summary.window.clone(), cell.summary.arm.clone());
        let place = views.iter().position(|known| *known == view);
        let place = place.unwrap_or_else(|| {
            views.push(view);
            views.len() - 1
        });
        cells.push(place, &axes, cell);
        Ok(())
    })?;
    Ok((axes, views, cells))
}
