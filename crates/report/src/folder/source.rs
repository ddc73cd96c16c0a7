//! Where the rows of a run come from: the files of its folder, or the tables that these are written from.

use tables::files::FolderFiles;
use tables::{EquityRow, Money, ReadError, Row};

use super::Placed;
use super::names::Names;

/// What takes a session of a curve: the places of its window and arm, its row, and the amount of each layer.
pub type EachSession<'e> =
    &'e mut dyn FnMut((usize, usize), EquityRow, Vec<Money>) -> Result<(), ReadError>;

/// The tables of a run. Both give the same rows in the same order: pages of one run are the same from either.
pub trait Source {
    /// The rows of a table that every run has.
    fn plain<R: Row>(&mut self) -> Result<Vec<R>, ReadError>;

    /// The rows of a table that a run may lack.
    fn maybe_plain<R: Row>(&mut self) -> Result<Option<Vec<R>>, ReadError>;

    /// The rows of a table of windows and arms that every run has, without some columns.
    fn placed<R: Row>(
        &mut self,
        names: &Names<'_>,
        unread: &[&str],
    ) -> Result<Vec<Placed<R>>, ReadError>;

    /// The rows of a table of windows and arms that a run may lack.
    fn maybe_placed<R: Row>(
        &mut self,
        names: &Names<'_>,
    ) -> Result<Option<Vec<Placed<R>>>, ReadError>;

    /// Hands on the sessions of all curves, each with the amounts of these layers.
    fn sessions(
        &mut self,
        names: &Names<'_>,
        layers: &[String],
        each: EachSession<'_>,
    ) -> Result<(), ReadError>;
}

impl Source for FolderFiles<'_> {
    fn plain<R: Row>(&mut self) -> Result<Vec<R>, ReadError> {
        self.rows(|_, row| Ok(row))
    }

    fn maybe_plain<R: Row>(&mut self) -> Result<Option<Vec<R>>, ReadError> {
        self.maybe(|_, row| Ok(row))
    }

    fn placed<R: Row>(
        &mut self,
        names: &Names<'_>,
        unread: &[&str],
    ) -> Result<Vec<Placed<R>>, ReadError> {
        self.rows_without(unread, |csv, row| {
            Ok(Placed {
                place: names.of_csv(csv)?,
                row,
            })
        })
    }

    fn maybe_placed<R: Row>(
        &mut self,
        names: &Names<'_>,
    ) -> Result<Option<Vec<Placed<R>>>, ReadError> {
        self.maybe(|csv, row| {
            Ok(Placed {
                place: names.of_csv(csv)?,
                row,
            })
        })
    }

    fn sessions(
        &mut self,
        names: &Names<'_>,
        layers: &[String],
        each: EachSession<'_>,
    ) -> Result<(), ReadError> {
        self.equity(layers, &mut |csv, row, pnl| {
            each(names.of_csv(csv)?, row, pnl)
        })
    }
}
