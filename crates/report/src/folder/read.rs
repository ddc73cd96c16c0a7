//! The tables of a folder, read into places of the manifest.

use std::collections::BTreeMap;

use tables::files::FolderFiles;
use tables::manifest::Manifest;
use tables::{CsvRow, CsvTable, EquityRow, LegRow, ReadError, Row, SummaryRow, Table, TradeRow};

use super::{Curve, Placed, RunFolder, commit, layer_names};

/// Names that rows refer to.
struct Names<'a> {
    windows: Vec<&'a str>,
    arms: Vec<&'a str>,
}

impl<'a> Names<'a> {
    fn of(manifest: &'a Manifest) -> Names<'a> {
        let windows = manifest.windows.iter();
        Names {
            windows: windows.map(|window| window.name.as_str()).collect(),
            arms: manifest.arms.iter().map(|arm| arm.name.as_str()).collect(),
        }
    }

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

    /// The rows of a table, in the order of the windows: a file may begin with another one ([`tables::CsvForm`]).
    fn rows<R: Row>(&self, files: &mut FolderFiles<'_>) -> Result<Vec<Placed<R>>, ReadError> {
        self.rows_without(files, &[])
    }

    /// The same without some columns that older folders lack.
    fn rows_without<R: Row>(
        &self,
        files: &mut FolderFiles<'_>,
        unread: &[&str],
    ) -> Result<Vec<Placed<R>>, ReadError> {
        let mut rows = files.rows_without(unread, |csv, row| self.placed(csv, row))?;
        rows.sort_by_key(|row| row.place.0);
        Ok(rows)
    }

    /// The same of a table that may be among the given ones.
    fn given<R: Row>(&self, tables: &[Table]) -> Result<Option<Vec<Placed<R>>>, ReadError> {
        let mut rows = rows_given(tables, |csv, row| self.placed(csv, row))?;
        rows.iter_mut()
            .for_each(|rows| rows.sort_by_key(|row| row.place.0));
        Ok(rows)
    }

    /// The same of a table that older folders lack.
    fn maybe<R: Row>(
        &self,
        files: &mut FolderFiles<'_>,
    ) -> Result<Option<Vec<Placed<R>>>, ReadError> {
        let mut rows = files.maybe(|csv, row| self.placed(csv, row))?;
        rows.iter_mut()
            .for_each(|rows| rows.sort_by_key(|row| row.place.0));
        Ok(rows)
    }
}

/// The files that are read before the decisions.
const BEFORE: [&str; 5] = [
    "config.toml",
    SummaryRow::FILE,
    EquityRow::FILE,
    TradeRow::FILE,
    LegRow::FILE,
];

/// All tables, unchecked. The decisions are as large as all others together and are read beside them.
pub fn tables(files: &mut FolderFiles<'_>, manifest: &Manifest) -> Result<RunFolder, ReadError> {
    let names = &Names::of(manifest);
    let mut own = files.clone();
    let (decisions, others) = rayon::join(
        || names.rows_without(&mut own, &["signals"]),
        || others(files, names, manifest),
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

/// All tables but the decisions.
fn others(
    files: &mut FolderFiles<'_>,
    names: &Names<'_>,
    manifest: &Manifest,
) -> Result<RunFolder, ReadError> {
    let layers = &layer_names(manifest);
    Ok(RunFolder {
        manifest: manifest.clone(),
        config: files.text("config.toml")?,
        summary: names.rows(files)?,
        curves: curves(files, names, layers)?,
        trades: names.rows(files)?,
        legs: files.rows(|_, row| Ok(row))?,
        decisions: Vec::new(),
        claims: files.rows(|_, row| Ok(row))?,
        layers: names.maybe(files)?,
        bands: names.maybe(files)?,
        worlds: names.maybe(files)?,
        slippage: names.maybe(files)?,
        market: files.maybe(|_, row| Ok(row))?,
        findings: files.maybe(|_, row| Ok(row))?,
        controls: names.maybe(files)?,
        attribution: names.maybe(files)?,
        greeks: names.maybe(files)?,
        measures: files.maybe(|_, row| Ok(row))?,
        sources: files.maybe(|_, row| Ok(row))?,
        benchmarks: files.maybe(|_, row| Ok(row))?,
        break_evens: files.maybe(|_, row| Ok(row))?,
        log_trades: files.maybe(|_, row| Ok(row))?,
        other_condors: names.maybe(files)?,
        commit: commit(files.maybe_text("build.json")?),
        doubts: Vec::new(),
    })
}

/// A run of which only these tables are there.
pub fn headline(manifest: &Manifest, tables: &[Table]) -> Result<RunFolder, ReadError> {
    let names = Names::of(manifest);
    Ok(RunFolder {
        manifest: manifest.clone(),
        config: String::new(),
        summary: names.given(tables)?.unwrap_or_default(),
        curves: Vec::new(),
        trades: names.given(tables)?.unwrap_or_default(),
        legs: Vec::new(),
        decisions: names.given(tables)?.unwrap_or_default(),
        claims: Vec::new(),
        layers: None,
        bands: names.given(tables)?,
        worlds: names.given(tables)?,
        slippage: None,
        market: None,
        findings: None,
        controls: None,
        attribution: None,
        greeks: None,
        measures: None,
        sources: None,
        benchmarks: rows_given(tables, |_, row| Ok(row))?,
        break_evens: None,
        log_trades: None,
        other_condors: names.given(tables)?,
        commit: None,
        doubts: Vec::new(),
    })
}

/// The rows of a table that is among the given ones, read from its text.
fn rows_given<R: Row, T>(
    tables: &[Table],
    read: impl Fn(CsvRow<'_>, R) -> Result<T, ReadError>,
) -> Result<Option<Vec<T>>, ReadError> {
    let Some(table) = tables.iter().find(|table| table.file == R::FILE) else {
        return Ok(None);
    };
    let table = CsvTable::parse(R::FILE, table.csv().as_bytes(), &R::required())?;
    table.rows(|csv| read(csv, R::read(csv)?)).map(Some)
}

/// The curves of `equity.csv`, in the order windows and arms have in the manifest.
fn curves(
    files: &mut FolderFiles<'_>,
    names: &Names<'_>,
    layers: &[String],
) -> Result<Vec<Curve>, ReadError> {
    let mut curves: BTreeMap<(usize, usize), Curve> = BTreeMap::new();
    files.equity(layers, &mut |csv, row, pnl| {
        let place = names.place(csv)?;
        let curve = curves
            .entry(place)
            .or_insert_with(|| Curve::new(place, layers.len()));
        curve.push(&row, &pnl);
        Ok(())
    })?;
    Ok(curves.into_values().collect())
}
