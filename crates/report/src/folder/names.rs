//! The names that rows refer to, and their places in the manifest.

use tables::manifest::Manifest;
use tables::{CsvRow, EquityRow, ReadError, Table};

/// Names that rows refer to.
pub struct Names<'a> {
    windows: Vec<&'a str>,
    arms: Vec<&'a str>,
}

impl<'a> Names<'a> {
    /// Those of a manifest.
    pub fn of(manifest: &'a Manifest) -> Names<'a> {
        let windows = manifest.windows.iter();
        Names {
            windows: windows.map(|window| window.name.as_str()).collect(),
            arms: manifest.arms.iter().map(|arm| arm.name.as_str()).collect(),
        }
    }

    /// Places of a row's window and arm: every table that has them has them under one name.
    pub fn of_csv(&self, row: CsvRow<'_>) -> Result<(usize, usize), ReadError> {
        let [window, arm] = EquityRow::KEY;
        Ok((
            row.one_of(window, &self.windows)?,
            row.one_of(arm, &self.arms)?,
        ))
    }

    /// The same of the rows of a table in memory.
    pub fn of_table<'t>(
        &'t self,
        table: &'t Table,
    ) -> impl Fn(usize) -> Result<(usize, usize), ReadError> + 't {
        let [window, arm] = EquityRow::KEY;
        let window = place_in(table, window, &self.windows);
        let arm = place_in(table, arm, &self.arms);
        move |row| Ok((window(row)?, arm(row)?))
    }
}

/// The place of a row's text in a list of names.
fn place_in<'t>(
    table: &'t Table,
    column: &'static str,
    names: &'t [&str],
) -> impl Fn(usize) -> Result<usize, ReadError> + 't {
    let values = table.of(column);
    move |row| {
        let found = values.map_or("", |values| values.text_of(row));
        let place = names.iter().position(|name| *name == found);
        place.ok_or_else(|| ReadError::Whole {
            file: table.file.to_owned(),
            message: format!("row {row}, column `{column}`: the manifest has no `{found}`"),
        })
    }
}
