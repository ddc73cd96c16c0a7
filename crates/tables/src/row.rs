//! A row type, declared once.

use crate::cell::Cell;
use crate::column::Column;
use crate::csv_form::CsvForm;
use crate::csv_table::CsvRow;
use crate::error::ReadError;
use crate::series::Series;
use crate::table::Table;
use crate::text::harmless;

/// A row of a table. `row!` declares one; nothing else implements this.
pub trait Row: Sized {
    /// The table's file.
    const FILE: &'static str;
    /// Its columns, in the file's order.
    const COLUMNS: &'static [Column];

    /// Appends the row's cells to the columns of a table, which are those of [`Row::COLUMNS`] and perhaps more.
    fn push(self, columns: &mut [Series]);

    /// The same for row `at` of columns that may end before it. Only what is known is put there: of the columns of a journal
    /// most are undefined in most rows.
    fn push_known(self, at: usize, columns: &mut [Series]);

    /// Its cells, in the order of [`Row::COLUMNS`].
    fn into_cells(self) -> Vec<Cell>;

    /// A row from its cells, `cell` giving that of a column by its place; a cell that is not of its column's kind gives
    /// the name of the column.
    fn from_cells(cell: &mut dyn FnMut(usize) -> Cell) -> Result<Self, &'static str>;

    /// Reads a row.
    ///
    /// # Errors
    /// Where a cell is not what its column allows: file, line, column, what was found, what is allowed.
    fn read(row: CsvRow<'_>) -> Result<Self, ReadError> {
        Self::read_at(row, &row.table().places(Self::COLUMNS))
    }

    /// The same where it is known at which places the columns stand ([`Row::COLUMNS`], in its order): a column that stands
    /// nowhere is one that older folders lack, or one that nobody asks for.
    ///
    /// # Errors
    /// As [`Row::read`].
    fn read_at(row: CsvRow<'_>, places: &[Option<usize>]) -> Result<Self, ReadError>;

    /// The columns that must be there.
    fn required() -> Vec<&'static str> {
        let required = Self::COLUMNS.iter().filter(|column| column.required);
        required.map(|column| column.name.as_ref()).collect()
    }
}

/// The table of some rows.
pub fn table_of<R: Row>(rows: impl IntoIterator<Item = R>) -> Table {
    table_with_room(rows, 0)
}

/// The same with room for so many rows from the start, where these do not say how many they are.
pub fn table_with_room<R: Row>(rows: impl IntoIterator<Item = R>, room: usize) -> Table {
    let mut table = Table::new(R::FILE, R::COLUMNS.to_vec());
    let rows = rows.into_iter();
    table.reserve(rows.size_hint().0.max(room));
    for row in rows {
        row.push(&mut table.series);
    }
    table
}

/// Takes row `at` out of a table of such rows, whose columns may be more: the row that a reader of its CSV file finds, without
/// the file.
///
/// # Errors
/// Where a column is of another kind than rows of this type have there.
pub fn take_row<R: Row>(table: &mut Table, at: usize) -> Result<R, ReadError> {
    let Table {
        file,
        columns,
        series,
    } = table;
    let mut cell = |place: usize| match series.get_mut(place).zip(columns.get(place)) {
        Some((series, column)) => series.take(at, column.decimals),
        None => Cell::Null,
    };
    R::from_cells(&mut cell).map_err(|column| ReadError::Whole {
        file: file.to_string(),
        message: format!("row {at}, column `{column}`: not of the kind of its column"),
    })
}

/// The cells of one row as a CSV file prints them.
pub fn texts_of<R: Row>(row: R) -> Vec<String> {
    let text = |(cell, column): (Cell, &Column)| match cell {
        Cell::Text(text) => harmless(&text).into_owned(),
        number => {
            let mut text = String::new();
            number.print(column.decimals, CsvForm::Plain, &mut text);
            text
        }
    };
    row.into_cells()
        .into_iter()
        .zip(R::COLUMNS)
        .map(text)
        .collect()
}

/// Declares a row type: `name: Type [unit]`, and after `later` the columns that older folders lack.
///
/// A number of decimals may follow the unit: `[unit, Fixed(2)]`, `[unit, Shortest]`.
macro_rules! row {
    (
        $(#[$about:meta])*
        $row:ident = $file:literal {
            $($(#[doc = $doc:literal])+ $name:ident: $type:ty [$unit:literal $(, $decimals:expr)?],)+
        }
        $(later {
            $($(#[doc = $later_doc:literal])+ $later:ident: $later_type:ty [$later_unit:literal $(, $later_decimals:expr)?],)+
        })?
    ) => {
        $(#[$about])*
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct $row {
            $($(#[doc = $doc])+ pub $name: $type,)+
            $($($(#[doc = $later_doc])+ pub $later: $later_type,)+)?
        }

        impl $crate::row::Row for $row {
            const FILE: &'static str = $file;
            const COLUMNS: &'static [$crate::column::Column] = &[
                $($crate::row::row!(@column $name $type, $unit, true, ($($doc)+) $($decimals)?),)+
                $($($crate::row::row!(@column $later $later_type, $later_unit, false, ($($later_doc)+) $($later_decimals)?),)+)?
            ];

            fn push(self, columns: &mut [$crate::series::Series]) {
                let mut columns = columns.iter_mut();
                $($crate::row::row!(@push columns self.$name);)+
                $($($crate::row::row!(@push columns self.$later);)+)?
            }

            fn push_known(self, at: usize, columns: &mut [$crate::series::Series]) {
                let mut columns = columns.iter_mut();
                $($crate::row::row!(@push_known columns at self.$name);)+
                $($($crate::row::row!(@push_known columns at self.$later);)+)?
            }

            fn into_cells(self) -> Vec<$crate::cell::Cell> {
                vec![
                    $($crate::field::Field::cell(self.$name),)+
                    $($($crate::field::Field::cell(self.$later),)+)?
                ]
            }

            fn from_cells(
                cell: &mut dyn FnMut(usize) -> $crate::cell::Cell,
            ) -> Result<Self, &'static str> {
                let mut places = 0..;
                let mut next = || places.next().map_or($crate::cell::Cell::Null, &mut *cell);
                Ok($row {
                    $($name: $crate::field::Field::from_cell(next()).ok_or(stringify!($name))?,)+
                    $($($later: match next() {
                        $crate::cell::Cell::Null => Default::default(),
                        found => $crate::field::Field::from_cell(found).ok_or(stringify!($later))?,
                    },)+)?
                })
            }

            fn read_at(
                row: $crate::csv_table::CsvRow<'_>,
                places: &[Option<usize>],
            ) -> Result<Self, $crate::error::ReadError> {
                let mut places = places.iter().copied();
                let mut cell = |column| row.cell_at(places.next().flatten(), column);
                Ok($row {
                    $($name: $crate::field::Field::read_cell(cell(stringify!($name)))?,)+
                    $($($later: match cell(stringify!($later)) {
                        found if found.is_there() => $crate::field::Field::read_cell(found)?,
                        _ => Default::default(),
                    },)+)?
                })
            }
        }
    };
    (@column $name:ident $type:ty, $unit:literal, $required:literal, ($($doc:literal)+)) => {
        $crate::row::row!(@column $name $type, $unit, $required, ($($doc)+) <$type as $crate::field::Field>::KIND.decimals())
    };
    (@column $name:ident $type:ty, $unit:literal, $required:literal, ($($doc:literal)+) $decimals:expr) => {
        $crate::column::Column {
            name: ::std::borrow::Cow::Borrowed(stringify!($name)),
            kind: <$type as $crate::field::Field>::KIND,
            decimals: $decimals,
            unit: $unit,
            doc: ::std::borrow::Cow::Borrowed(concat!($($doc),+)),
            required: $required,
        }
    };
    (@push $columns:ident $cell:expr) => {
        if let Some(column) = $columns.next() {
            $crate::field::Field::put($cell, column);
        }
    };
    (@push_known $columns:ident $at:ident $cell:expr) => {
        if let Some(column) = $columns.next() {
            $crate::field::Field::put_at($cell, $at, column);
        }
    };
}
pub(crate) use row;
