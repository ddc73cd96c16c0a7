//! The rows of a run that its program has just made: taken out of its tables, as a reader of the files finds them.

use tables::{
    CsvForm, DecisionRow, Equity, EquityRow, LogMarkRow, Money, ReadError, Row, Series, SignalRow,
    Table, take_row,
};

use super::Placed;
use super::names::Names;
use super::source::{EachSession, Source};

/// The columns of decisions that no page shows.
pub const UNREAD: [&str; 1] = ["signals"];

/// A run whose tables are in memory.
pub struct Made {
    /// The text of its manifest.
    pub manifest: String,
    /// The resolved configuration, as text.
    pub config: String,
    /// The text of its `build.json`.
    pub build: Option<String>,
    /// Its tables. What is not given is missing, or has no rows where every run has it.
    pub tables: Vec<Table>,
}

impl Made {
    /// A table without what no page shows, which need not be kept; nothing of some tables.
    pub fn shown(mut table: Table) -> Option<Table> {
        if table.file == DecisionRow::FILE {
            table.empty(&UNREAD);
        }
        let is_shown = ![SignalRow::FILE, LogMarkRow::FILE].contains(&table.file);
        is_shown.then_some(table)
    }
}

/// The tables of a run, each until its rows are taken.
pub struct MadeTables(pub Vec<Table>);

impl MadeTables {
    fn take<R: Row>(&mut self) -> Option<Table> {
        let place = self.0.iter().position(|table| table.file == R::FILE)?;
        Some(self.0.swap_remove(place))
    }
}

impl Source for MadeTables {
    fn plain<R: Row>(&mut self) -> Result<Vec<R>, ReadError> {
        Ok(self.maybe_plain()?.unwrap_or_default())
    }

    fn maybe_plain<R: Row>(&mut self) -> Result<Option<Vec<R>>, ReadError> {
        let rows = |mut table: Table| {
            let order = table.order(CsvForm::Guessable).into_iter();
            order.map(|row| take_row(&mut table, row)).collect()
        };
        self.take::<R>().map(rows).transpose()
    }

    fn placed<R: Row>(
        &mut self,
        names: &Names<'_>,
        unread: &[&str],
    ) -> Result<Vec<Placed<R>>, ReadError> {
        let rows = self.take::<R>().map(|table| placed(table, names, unread));
        Ok(rows.transpose()?.unwrap_or_default())
    }

    fn maybe_placed<R: Row>(
        &mut self,
        names: &Names<'_>,
    ) -> Result<Option<Vec<Placed<R>>>, ReadError> {
        let rows = self.take::<R>().map(|table| placed(table, names, &[]));
        rows.transpose()
    }

    fn sessions(
        &mut self,
        names: &Names<'_>,
        layers: &[String],
        each: EachSession<'_>,
    ) -> Result<(), ReadError> {
        let Some(mut table) = self.take::<EquityRow>() else {
            return Ok(());
        };
        let columns = layers
            .iter()
            .map(|name| table.take(&Equity::layer_column(name)));
        let columns: Vec<Option<Series>> = columns.collect();
        for (row, place) in places(&table, names)? {
            let pnl = columns.iter().map(|column| money(column.as_ref(), row));
            let pnl = pnl.collect();
            each(place, take_row(&mut table, row)?, pnl)?;
        }
        Ok(())
    }
}

fn placed<R: Row>(
    mut table: Table,
    names: &Names<'_>,
    unread: &[&str],
) -> Result<Vec<Placed<R>>, ReadError> {
    table.empty(unread);
    let mut places = places(&table, names)?;
    // Before the rows are made: these are large.
    places.sort_by_key(|(_, place)| place.0);
    let rows = places.into_iter().map(|(row, place)| {
        Ok(Placed {
            place,
            row: take_row(&mut table, row)?,
        })
    });
    rows.collect()
}

/// A row of a table, with the places of its window and arm.
type PlacedRow = (usize, (usize, usize));

/// The rows of a table in the order of its file.
fn places(table: &Table, names: &Names<'_>) -> Result<Vec<PlacedRow>, ReadError> {
    let place = names.of_table(table);
    let order = table.order(CsvForm::Guessable).into_iter();
    order.map(|row| Ok((row, place(row)?))).collect()
}

/// What a layer earned: nothing where the arm does not have it.
fn money(column: Option<&Series>, row: usize) -> Money {
    match column {
        Some(Series::Money(values)) => values.get(row).copied().flatten().unwrap_or_default(),
        _ => Money::ZERO,
    }
}
