//! A finished sweep, read back from its folder: `cells.csv`, `inference.csv`, `manifest.json`, `sweep.toml`.
//!
//! A row of `cells.csv` is a cell over one window: its axes are the columns before `window` (but for `cell`, its
//! number), then come the columns of `summary.csv`, `status` and `error`. A cell whose status is not `ok` has no
//! numbers and is counted among the failures.

use std::collections::BTreeMap;
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

/// A sweep folder, read; its cells stand in a file without a name as soon as they are more than memory should hold.
#[derive(Debug)]
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
        // Beside the folder: it may be moved to its place while this is in use.
        finish(files, manifest, dir.parent().unwrap_or(dir))
    }

    /// Whether everything that was asked for could be read again: nothing that was made of it may be shown otherwise.
    ///
    /// # Errors
    /// Where it could not.
    pub fn check(&self) -> Result<(), ReadError> {
        self.cells.check()
    }

    /// The cells of a view that were computed.
    pub fn of_view(&self, view: usize) -> impl Iterator<Item = CellRow<'_>> + Clone {
        self.cells.computed(view)
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
    pub fn cell_words(&self, cell: &CellRow<'_>) -> String {
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

fn finish(
    mut files: FolderFiles<'_>,
    manifest: SweepManifest,
    folder: &Path,
) -> Result<SweepFolder, ReadError> {
    let config = files.text("sweep.toml")?;
    let (axes, views, cells) = read_cells(&mut files, folder)?;
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

/// Reads the rows, of which only what a page shows is kept. The values of an axis are numbered as they come: which level each is of is
/// known when all have come.
fn read_cells(files: &mut FolderFiles<'_>, folder: &Path) -> Result<Read, ReadError> {
    let mut names: Option<Vec<String>> = None;
    let mut values: Vec<BTreeMap<String, u32>> = Vec::new();
    let mut views: Vec<(String, String)> = Vec::new();
    let mut cells = Cells::new(folder);
    let needed = tables::cells::required();
    let table = files.each_row(tables::cells::FILE, &needed, &mut |row| {
        let names = names.get_or_insert_with(|| tables::cells::parameters(row.table()));
        values.resize(names.len(), BTreeMap::new());
        let cell = CellNumbers::read(row, names)?;
        let own = (&cell.summary.window, &cell.summary.arm);
        let place = views.iter().position(|view| (&view.0, &view.1) == own);
        let place = place.unwrap_or_else(|| {
            views.push((own.0.clone(), own.1.clone()));
            views.len() - 1
        });
        let numbers: Vec<u32> = cell
            .parameters
            .iter()
            .zip(&mut values)
            .map(|(text, known)| number_in(known, text))
            .collect();
        cells.push(place, &numbers, cell)
    })?;
    let names = names.unwrap_or_else(|| tables::cells::parameters(&table));
    values.resize(names.len(), BTreeMap::new());
    let axes: Vec<Axis> = names
        .iter()
        .zip(&values)
        .map(|(name, values)| Axis::new(name, &names, values.keys().map(String::as_str)))
        .collect();
    let levels = axes.iter().zip(&values).map(|(axis, values)| {
        let mut levels = vec![0; values.len()];
        for (text, number) in values {
            levels[*number as usize] = axis.level(text);
        }
        levels
    });
    cells.finish(levels.collect())?;
    Ok((axes, views, cells))
}

/// The number of a text among those known, which it joins.
fn number_in(known: &mut BTreeMap<String, u32>, text: &str) -> u32 {
    if let Some(number) = known.get(text) {
        return *number;
    }
    let number = known.len() as u32;
    known.insert(text.to_owned(), number);
    number
}
