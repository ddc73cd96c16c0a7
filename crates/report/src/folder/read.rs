//! The rows of a run, each with its places in the manifest, from wherever its tables are.

use std::collections::BTreeMap;

use tables::files::FolderFiles;
use tables::manifest::Manifest;
use tables::{EquityRow, LegRow, ReadError, Row, SummaryRow, TradeRow};

use super::made::{Made, MadeTables, UNREAD};
use super::names::Names;
use super::source::Source;
use super::{Curve, Placed, RunFolder, commit, layer_names};

/// The files that are read before the decisions.
const BEFORE: [&str; 5] = [
    "config.toml",
    SummaryRow::FILE,
    EquityRow::FILE,
    TradeRow::FILE,
    LegRow::FILE,
];

/// All tables of a folder, unchecked. The decisions are as large as all others together and are read beside them.
pub fn from_files(
    files: &mut FolderFiles<'_>,
    manifest: &Manifest,
) -> Result<RunFolder, ReadError> {
    let names = &Names::of(manifest);
    let mut own = files.clone();
    let (decisions, others) = rayon::join(
        || own.placed(names, &UNREAD).map(by_place),
        || {
            let config = files.text("config.toml")?;
            let others = others(files, names, manifest)?;
            Ok(RunFolder {
                config,
                commit: commit(files.maybe_text("build.json")?),
                ..others
            })
        },
    );
    // What changed is told in one order, whichever was read first.
    let changed = &mut files.changed;
    let place = changed.iter().position(|file| !BEFORE.contains(file));
    let place = place.unwrap_or(changed.len());
    changed.splice(place..place, own.changed);
    Ok(RunFolder {
        decisions: decisions?,
        ..others?
    })
}

/// All tables of a run that was just made, unchecked.
pub fn from_made(made: Made, manifest: &Manifest) -> Result<RunFolder, ReadError> {
    let names = &Names::of(manifest);
    let mut tables = MadeTables(made.tables);
    Ok(RunFolder {
        decisions: by_place(tables.placed(names, &UNREAD)?),
        config: made.config,
        commit: commit(made.build),
        ..others(&mut tables, names, manifest)?
    })
}

/// All tables but the decisions, which have no rows here.
fn others(
    from: &mut impl Source,
    names: &Names<'_>,
    manifest: &Manifest,
) -> Result<RunFolder, ReadError> {
    let layers = layer_names(manifest);
    Ok(RunFolder {
        manifest: manifest.clone(),
        config: String::new(),
        summary: by_place(from.placed(names, &[])?),
        curves: curves(from, names, &layers)?,
        trades: by_place(from.placed(names, &[])?),
        legs: from.plain()?,
        decisions: Vec::new(),
        claims: from.plain()?,
        layers: from.maybe_placed(names)?.map(by_place),
        bands: maybe(from, names)?,
        worlds: maybe(from, names)?,
        slippage: maybe(from, names)?,
        market: from.maybe_plain()?,
        findings: from.maybe_plain()?,
        controls: maybe(from, names)?,
        attribution: from.maybe_placed(names)?.map(by_place),
        greeks: from.maybe_placed(names)?.map(by_place),
        measures: from.maybe_plain()?,
        sources: from.maybe_plain()?,
        benchmarks: from.maybe_plain()?,
        break_evens: from.maybe_plain()?,
        log_trades: from.maybe_plain()?,
        other_condors: maybe(from, names)?,
        commit: None,
        layer_names: layers,
        doubts: Vec::new(),
    })
}

/// Rows in the order of the windows: a file may begin with another one ([`tables::CsvForm`]).
fn by_window<R>(mut rows: Vec<Placed<R>>) -> Vec<Placed<R>> {
    rows.sort_by_key(|row| row.place.0);
    rows
}

/// Rows in the order of their places, as [`of_place`](super::of_place) wants them.
fn by_place<R>(mut rows: Vec<Placed<R>>) -> Vec<Placed<R>> {
    rows.sort_by_key(|row| row.place);
    rows
}

/// The rows of a table that a run may lack, in the order of the windows.
fn maybe<R: Row>(
    from: &mut impl Source,
    names: &Names<'_>,
) -> Result<Option<Vec<Placed<R>>>, ReadError> {
    Ok(from.maybe_placed(names)?.map(by_window))
}

/// The curves of `equity.csv`, in the order windows and arms have in the manifest.
fn curves(
    from: &mut impl Source,
    names: &Names<'_>,
    layers: &[String],
) -> Result<Vec<Curve>, ReadError> {
    let mut curves: BTreeMap<(usize, usize), Curve> = BTreeMap::new();
    from.sessions(names, layers, &mut |place, row, pnl| {
        let curve = curves
            .entry(place)
            .or_insert_with(|| Curve::new(place, layers.len()));
        curve.push(&row, &pnl);
        Ok(())
    })?;
    Ok(curves.into_values().collect())
}
