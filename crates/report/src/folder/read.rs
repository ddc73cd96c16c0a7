//! The tables of a folder, read into places of the manifest.

use std::collections::BTreeMap;

use tables::files::FolderFiles;
use tables::manifest::Manifest;
use tables::{CsvRow, Equity, EquityRow, ReadError, Row};

use super::{Curve, Placed, RunFolder, commit, layer_names};

/// Names that rows refer to.
struct Names<'a> {
    windows: Vec<&'a str>,
    arms: Vec<&'a str>,
}

impl Names<'_> {
    /// Places of a row's window and arm: every table that has them has them under one name.
    fn place(&self, row: CsvRow<'_>) -> Result<(usize, usize), ReadError> {
        let [window, arm] = EquityRow::KEY;
        Ok((
            row.one_of(window, &self.windows)?,
            row.one_of(arm, &self.arms)?,
        ))
    }

    fn placed<R: Row>(&self, csv: CsvRow<'_>, row: R) -> Result<Placed<R>, ReadError> {
        Ok(Placed {
            place: self.place(csv)?,
            row,
        })
    }
}

/// All tables, unchecked.
pub fn tables(files: &mut FolderFiles<'_>, manifest: &Manifest) -> Result<RunFolder, ReadError> {
    let layers = &layer_names(manifest);
    let names = &Names {
        windows: manifest
            .windows
            .iter()
            .map(|window| window.name.as_str())
            .collect(),
        arms: manifest.arms.iter().map(|arm| arm.name.as_str()).collect(),
    };
    Ok(RunFolder {
        manifest: manifest.clone(),
        config: files.text("config.toml")?,
        summary: files.rows(|csv, row| names.placed(csv, row))?,
        curves: curves(files, names, layers)?,
        trades: files.rows(|csv, row| names.placed(csv, row))?,
        legs: files.rows(|_, row| Ok(row))?,
        decisions: files.rows(|csv, row| names.placed(csv, row))?,
        claims: files.rows(|_, row| Ok(row))?,
        layers: files.maybe(|csv, row| names.placed(csv, row))?,
        bands: files.maybe(|csv, row| names.placed(csv, row))?,
        worlds: files.maybe(|csv, row| names.placed(csv, row))?,
        slippage: files.maybe(|csv, row| names.placed(csv, row))?,
        market: files.maybe(|_, row| Ok(row))?,
        findings: files.maybe(|_, row| Ok(row))?,
        controls: files.maybe(|csv, row| names.placed(csv, row))?,
        attribution: files.maybe(|csv, row| names.placed(csv, row))?,
        greeks: files.maybe(|csv, row| names.placed(csv, row))?,
        measures: files.maybe(|_, row| Ok(row))?,
        sources: files.maybe(|_, row| Ok(row))?,
        benchmarks: files.maybe(|_, row| Ok(row))?,
        break_evens: files.maybe(|_, row| Ok(row))?,
        other_condors: files.maybe(|csv, row| names.placed(csv, row))?,
        commit: commit(files.maybe_text("build.json")?),
        doubts: Vec::new(),
    })
}

/// The curves of `equity.csv`, in the order windows and arms have in the manifest.
fn curves(
    files: &mut FolderFiles<'_>,
    names: &Names<'_>,
    layers: &[String],
) -> Result<Vec<Curve>, ReadError> {
    let wanted = Equity::required(layers);
    let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
    let table = files.table(EquityRow::FILE, &wanted)?;
    let mut curves: BTreeMap<(usize, usize), Curve> = BTreeMap::new();
    let rows = Equity::read(&table, layers, |csv, row, pnl| {
        Ok((names.place(csv)?, row, pnl))
    })?;
    for (place, row, pnl) in rows {
        let curve = curves
            .entry(place)
            .or_insert_with(|| Curve::new(place, layers.len()));
        curve.push(&row, &pnl);
    }
    Ok(curves.into_values().collect())
}
