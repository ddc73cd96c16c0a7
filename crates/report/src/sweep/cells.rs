//! The rows of `cells.csv` that a page shows. A sweep may have millions of them: they stand in a file without a name, and memory
//! does not grow with them.
//!
//! The rows of a view are written in blocks, column by column. Who passes over rows reads of each block the columns it asks for.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::rc::Rc;

use files::{FirstError, Records};
use tables::cells::CellNumbers;
use tables::{Money, ReadError};

use crate::section::BaseBook;

/// Rows of a block.
const ROWS: usize = 1024;

/// Columns of a block. Those of the amounts and shares follow, then the base book, then the levels.
const ROW: usize = 0;
const ID: usize = 1;
const KNOWN: usize = 2;
const FAULT: usize = 3;
const AMOUNTS: usize = 4;
const SHARES: usize = 9;
const ORDERED: usize = 14;
const TRADED: usize = 15;
const LEVELS: usize = 16;

/// The rows of a sweep.
#[derive(Debug)]
pub struct Cells {
    /// Blocks of values of all views, as they were filled.
    values: Records<8>,
    views: Vec<View>,
    rows: usize,
    /// Per axis the level of each value, by the number the value was given when it came.
    levels: Vec<Vec<usize>>,
    /// Rows that are not called by a number, or by one that is written in another way.
    named: BTreeMap<usize, String>,
    /// Status and reason of rows that are not `ok`, each once; the first has number 1.
    reasons: Vec<(String, String)>,
    /// The first thing that could not be read again.
    unread: FirstError<io::Error>,
}

/// The rows of a window and arm.
#[derive(Debug, Default)]
struct View {
    computed: Rows,
    others: Rows,
}

/// Rows of one kind, in the order of the file.
#[derive(Debug, Default)]
struct Rows {
    len: usize,
    /// Where the values of each block begin.
    blocks: Vec<usize>,
    /// Columns of the block that is being filled.
    pending: Vec<Vec<u64>>,
}

/// Money of a row.
#[derive(Clone, Copy)]
enum Amount {
    Pnl,
    MaxDrawdown,
    HedgePnl,
    DeleveragedPnl,
    RandomDatesPnl,
}

/// Fractions of a row.
#[derive(Clone, Copy)]
enum Share {
    Reduction,
    ReductionLo,
    ReductionHi,
    Retained,
    RandomDatesReduction,
}

/// The bit of the base book, after those of all amounts and shares.
const BOOK: u64 = 1 << 10;

impl Amount {
    fn bit(self) -> u64 {
        1 << self as u64
    }
}

impl Share {
    fn bit(self) -> u64 {
        1 << (5 + self as u64)
    }
}

/// Rows of one view whose columns are read when somebody asks for them.
#[derive(Debug)]
struct Block<'a> {
    cells: &'a Cells,
    view: usize,
    /// Where its values begin, and its first row among those of its kind.
    start: usize,
    first: usize,
    rows: usize,
    columns: Vec<OnceCell<Vec<u64>>>,
}

impl Block<'_> {
    fn value(&self, column: usize, row: usize) -> u64 {
        let values = self.columns[column].get_or_init(|| {
            let start = self.start + column * self.rows;
            self.cells.read(start, self.rows)
        });
        values[row]
    }
}

/// One cell over one window.
#[derive(Clone, Debug)]
pub struct CellRow<'a> {
    block: Rc<Block<'a>>,
    row: usize,
}

impl Cells {
    /// No rows yet. What is too much for memory goes to a file in `folder`, or where the system has such files.
    pub(super) fn new(folder: &Path) -> Cells {
        Cells {
            values: Records::new(folder),
            views: Vec::new(),
            rows: 0,
            levels: Vec::new(),
            named: BTreeMap::new(),
            reasons: Vec::new(),
            unread: FirstError::default(),
        }
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// How many rows of a view were computed, and how many were not.
    pub fn counts(&self, view: usize) -> (usize, usize) {
        let view = self.views.get(view);
        view.map_or((0, 0), |view| (view.computed.len, view.others.len))
    }

    /// The rows of a view that were computed.
    pub(super) fn computed(&self, view: usize) -> impl Iterator<Item = CellRow<'_>> + Clone {
        let rows = self.views.get(view).map(|own| &own.computed);
        rows.into_iter().flat_map(move |rows| self.of(view, rows))
    }

    /// The rows of a view that were not.
    fn others(&self, view: usize) -> impl Iterator<Item = CellRow<'_>> + Clone {
        let rows = self.views.get(view).map(|own| &own.others);
        rows.into_iter().flat_map(move |rows| self.of(view, rows))
    }

    /// All rows, view after view.
    pub fn iter(&self) -> impl Iterator<Item = CellRow<'_>> + Clone {
        let views = 0..self.views.len();
        views.flat_map(|view| self.computed(view).chain(self.others(view)))
    }

    fn of<'a>(&'a self, view: usize, rows: &'a Rows) -> impl Iterator<Item = CellRow<'a>> + Clone {
        (0..rows.blocks.len()).flat_map(move |number| {
            let block = self.block(view, rows, number);
            (0..block.rows).map(move |row| CellRow {
                block: Rc::clone(&block),
                row,
            })
        })
    }

    fn block<'a>(&'a self, view: usize, rows: &'a Rows, number: usize) -> Rc<Block<'a>> {
        let first = number * ROWS;
        let columns = LEVELS + self.levels.len();
        Rc::new(Block {
            cells: self,
            view,
            start: rows.blocks[number],
            first,
            rows: ROWS.min(rows.len - first),
            columns: vec![OnceCell::new(); columns],
        })
    }

    /// The computed row of a view at a place below their number.
    pub(super) fn at(&self, view: usize, place: usize) -> CellRow<'_> {
        CellRow {
            block: self.block(view, &self.views[view].computed, place / ROWS),
            row: place % ROWS,
        }
    }

    /// The rows that were not computed, each with its status and why it failed.
    pub fn faults(&self) -> impl Iterator<Item = (CellRow<'_>, (&str, &str))> {
        let all = (0..self.views.len()).flat_map(|view| self.others(view));
        all.filter_map(|cell| {
            let number = cell.value(FAULT) as usize;
            let (status, error) = self.reasons.get(number.checked_sub(1)?)?;
            Some((cell, (status.as_str(), error.as_str())))
        })
    }

    /// The first row of a view that is called so and was computed.
    pub(super) fn called(&self, id: &str, view: usize) -> Option<CellRow<'_>> {
        let number = number_of(id);
        self.computed(view).find(|cell| {
            let named = match self.named.is_empty() {
                true => None,
                false => self.named.get(&cell.number()),
            };
            match (number, named) {
                (_, Some(name)) => name == id,
                (Some(number), None) => cell.value(ID) == number,
                (None, None) => false,
            }
        })
    }

    /// Takes up a row of a view; of each parameter the number that its value was given when it came.
    ///
    /// # Errors
    /// Where a file cannot be made or written.
    pub(super) fn push(
        &mut self,
        view: usize,
        parameters: &[u32],
        cell: CellNumbers,
    ) -> Result<(), ReadError> {
        let CellNumbers {
            number,
            summary,
            status,
            ..
        } = cell;
        let mut values = vec![0; LEVELS];
        let mut known = 0;
        for (amount, value) in [
            (Amount::Pnl, summary.pnl_usd),
            (Amount::MaxDrawdown, summary.max_drawdown_usd),
            (Amount::HedgePnl, summary.hedge_pnl_usd),
            (Amount::DeleveragedPnl, summary.deleveraged_pnl_usd),
            (Amount::RandomDatesPnl, status.random_dates_pnl_usd),
        ] {
            values[AMOUNTS + amount as usize] = value.unwrap_or_default().0.cast_unsigned();
            known |= value.map_or(0, |_| amount.bit());
        }
        for (share, value) in [
            (Share::Reduction, summary.drawdown_reduction),
            (Share::ReductionLo, summary.drawdown_reduction_lo),
            (Share::ReductionHi, summary.drawdown_reduction_hi),
            (Share::Retained, summary.profit_retained),
            (Share::RandomDatesReduction, status.random_dates_reduction),
        ] {
            values[SHARES + share as usize] = value.unwrap_or_default().to_bits();
            known |= value.map_or(0, |_| share.bit());
        }
        let book = status.condors_ordered.zip(status.condors_traded);
        let (ordered, traded) = book.unwrap_or_default();
        values[ORDERED] = ordered as u64;
        values[TRADED] = traded as u64;
        values[KNOWN] = known | book.map_or(0, |_| BOOK);
        let row = self.rows;
        values[ROW] = row as u64;
        let by_place = number.is_empty().then_some(row as u64);
        let id = by_place.or_else(|| number_of(&number));
        values[ID] = id.unwrap_or_default();
        if id.is_none() {
            self.named.insert(row, number);
        }
        if status.status != OK {
            values[FAULT] = self.reason(status.status, status.error);
        }
        values.extend(parameters.iter().map(|value| u64::from(*value)));
        self.add(view, &values)
    }

    /// The number of a status and reason.
    fn reason(&mut self, status: String, error: String) -> u64 {
        let reason = (status, error);
        let known = self.reasons.iter().position(|known| *known == reason);
        let place = known.unwrap_or_else(|| {
            self.reasons.push(reason);
            self.reasons.len() - 1
        });
        place as u64 + 1
    }

    fn add(&mut self, view: usize, values: &[u64]) -> Result<(), ReadError> {
        if self.views.len() <= view {
            self.views.resize_with(view + 1, View::default);
        }
        let view = &mut self.views[view];
        let rows = match values[FAULT] {
            0 => &mut view.computed,
            _ => &mut view.others,
        };
        rows.pending.resize(values.len(), Vec::new());
        for (column, value) in rows.pending.iter_mut().zip(values) {
            column.push(*value);
        }
        rows.len += 1;
        self.rows += 1;
        match rows.len % ROWS {
            0 => rows.write(&mut self.values).map_err(beyond),
            _ => Ok(()),
        }
    }

    /// All rows have come; `levels` is per axis the level of each value, by its number.
    ///
    /// # Errors
    /// Where a file cannot be made or written.
    pub(super) fn finish(&mut self, levels: Vec<Vec<usize>>) -> Result<(), ReadError> {
        self.levels = levels;
        for view in &mut self.views {
            for rows in [&mut view.computed, &mut view.others] {
                rows.write(&mut self.values).map_err(beyond)?;
                rows.pending = Vec::new();
            }
        }
        Ok(())
    }

    /// Some values; zeros where they cannot be read, which [`Cells::check`] says.
    fn read(&self, start: usize, count: usize) -> Vec<u64> {
        match self.unread.note(self.values.read(start..start + count)) {
            Some(values) => values.into_iter().map(u64::from_le_bytes).collect(),
            None => vec![0; count],
        }
    }

    /// Whether everything that was asked for could be read: nothing that was made of it may be shown otherwise.
    ///
    /// # Errors
    /// Where it could not.
    pub fn check(&self) -> Result<(), ReadError> {
        self.unread.check().map_err(beyond)
    }
}

impl Rows {
    /// Writes the block that is being filled, if it has a row.
    fn write(&mut self, values: &mut Records<8>) -> io::Result<()> {
        if self.pending.first().is_none_or(Vec::is_empty) {
            return Ok(());
        }
        self.blocks.push(values.len());
        for column in &mut self.pending {
            for value in column.drain(..) {
                values.push(&value.to_le_bytes())?;
            }
        }
        Ok(())
    }
}

fn beyond(source: io::Error) -> ReadError {
    ReadError::Beyond {
        file: tables::cells::FILE,
        source,
    }
}

/// The status of a row that has numbers.
const OK: &str = "ok";

/// A number that is written as it would be printed.
fn number_of(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

impl CellRow<'_> {
    fn value(&self, column: usize) -> u64 {
        self.block.value(column, self.row)
    }

    /// The number of its row in the file.
    pub(super) fn number(&self) -> usize {
        self.value(ROW) as usize
    }

    /// Its place among the rows of its view that are of its kind.
    pub(super) fn place(&self) -> usize {
        self.block.first + self.row
    }

    /// Its number, as the file has it, or the place of its row.
    pub fn id(&self) -> String {
        match self.block.cells.named.get(&self.number()) {
            Some(name) => name.clone(),
            None => self.value(ID).to_string(),
        }
    }

    /// Place of its level on every axis.
    pub fn levels(&self) -> impl Iterator<Item = usize> {
        (0..self.block.cells.levels.len()).map(|axis| self.level(axis))
    }

    /// Place of its level on an axis.
    pub fn level(&self, axis: usize) -> usize {
        self.block.cells.levels[axis][self.value(LEVELS + axis) as usize]
    }

    /// Its window and arm, as the place among [`SweepFolder::views`](super::SweepFolder::views).
    pub fn view(&self) -> usize {
        self.block.view
    }

    /// Trading P&L net of costs.
    pub fn pnl_usd(&self) -> Option<Money> {
        self.amount(Amount::Pnl)
    }

    /// Largest fall of trading equity from its peak.
    pub fn max_drawdown_usd(&self) -> Option<Money> {
        self.amount(Amount::MaxDrawdown)
    }

    /// Hedged minus unhedged P&L.
    pub fn hedge_pnl_usd(&self) -> Option<Money> {
        self.amount(Amount::HedgePnl)
    }

    /// What the share of the condors with this cell's drawdown earned, unhedged.
    pub fn deleveraged_pnl_usd(&self) -> Option<Money> {
        self.amount(Amount::DeleveragedPnl)
    }

    /// 1 − hedged drawdown / unhedged drawdown, a fraction.
    pub fn reduction(&self) -> Option<f64> {
        self.share(Share::Reduction)
    }

    /// Interval of the reduction.
    pub fn reduction_span(&self) -> Option<(f64, f64)> {
        self.share(Share::ReductionLo)
            .zip(self.share(Share::ReductionHi))
    }

    /// P&L over the unhedged P&L, a fraction; undefined unless that is positive.
    pub fn retained(&self) -> Option<f64> {
        self.share(Share::Retained)
    }

    /// Reduction and P&L with the same purchases at dates drawn at random; older folders do not say it.
    pub fn random_dates(&self) -> Option<(f64, Money)> {
        self.share(Share::RandomDatesReduction)
            .zip(self.amount(Amount::RandomDatesPnl))
    }

    /// What its unhedged arm traded in the window; older folders do not say it.
    pub fn base_book(&self) -> Option<BaseBook> {
        self.is_known(BOOK).then(|| BaseBook {
            ordered: self.value(ORDERED) as usize,
            traded: self.value(TRADED) as usize,
        })
    }

    /// Whether it was computed.
    pub fn ok(&self) -> bool {
        self.value(FAULT) == 0
    }

    fn is_known(&self, bit: u64) -> bool {
        self.value(KNOWN) & bit != 0
    }

    fn amount(&self, amount: Amount) -> Option<Money> {
        let known = self.is_known(amount.bit());
        known.then(|| Money(self.value(AMOUNTS + amount as usize).cast_signed()))
    }

    fn share(&self, share: Share) -> Option<f64> {
        let known = self.is_known(share.bit());
        known.then(|| f64::from_bits(self.value(SHARES + share as usize)))
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Rows of two views in turn, of three parameters each, with a reduction for two rows of three and a fault in one of seven.
    pub fn cells(rows: usize) -> Cells {
        let mut cells = Cells::new(&std::env::temp_dir());
        for row in 0..rows {
            let mut cell = CellNumbers {
                number: match row % 100 {
                    51 => format!("cell {row}"),
                    52 => String::new(),
                    _ => (row / 2).to_string(),
                },
                ..CellNumbers::default()
            };
            cell.summary.pnl_usd = Some(Money(row as i64 - 700));
            cell.summary.drawdown_reduction = reduction(row);
            cell.status.status = match row % 7 {
                3 => "failed".to_owned(),
                _ => OK.to_owned(),
            };
            cell.status.error = format!("reason {}", row % 2);
            let values = [row % 3, row / 2 % 5, 0].map(|value| value as u32);
            cells.push(row % 2, &values, cell).expect("a place");
        }
        // The values of the first axis came in another order than that of its levels.
        let levels = vec![vec![2, 0, 1], vec![0, 1, 2, 3, 4], vec![0]];
        cells.finish(levels).expect("a place");
        cells
    }

    pub fn reduction(row: usize) -> Option<f64> {
        (!row.is_multiple_of(3)).then(|| (row * 7_919 % 501) as f64 / 100.0 - 2.0)
    }

    #[test]
    fn rows_are_read_as_they_came_in_memory_and_beyond() {
        for rows in [0, 1, 40, 2 * ROWS + 3, 30_000] {
            let cells = cells(rows);
            assert_eq!((cells.len(), cells.is_empty()), (rows, rows == 0));
            let numbers = |view: usize, is_fault: bool| {
                let own = (0..rows).filter(move |row| row % 2 == view);
                own.filter(move |row| (row % 7 == 3) == is_fault)
            };
            for view in 0..2 {
                let found = cells.computed(view).map(|cell| cell.number());
                assert!(found.eq(numbers(view, false)), "{rows}");
                let counts = [false, true].map(|is_fault| numbers(view, is_fault).count());
                assert_eq!(cells.counts(view), (counts[0], counts[1]), "{rows}");
                for (place, row) in numbers(view, false).enumerate().step_by(101) {
                    let cell = cells.at(view, place);
                    assert_eq!((cell.number(), cell.place()), (row, place));
                }
            }
            for cell in cells.iter() {
                let row = cell.number();
                assert_eq!((cell.view(), cell.ok()), (row % 2, row % 7 != 3));
                assert_eq!(cell.pnl_usd(), Some(Money(row as i64 - 700)));
                assert_eq!(cell.reduction(), reduction(row));
                assert_eq!((cell.retained(), cell.base_book()), (None, None));
                let levels: Vec<usize> = cell.levels().collect();
                assert_eq!(levels, [(row % 3 + 2) % 3, row / 2 % 5, 0], "row {row}");
                let id = match row % 100 {
                    51 => format!("cell {row}"),
                    52 => row.to_string(),
                    _ => (row / 2).to_string(),
                };
                assert_eq!(cell.id(), id);
            }
            let faults = cells.faults();
            let told = faults.map(|(cell, (status, error))| (cell.number(), status, error));
            let reason = |row: usize| (row, "failed", ["reason 0", "reason 1"][row % 2]);
            let plain = (0..2).flat_map(|view| numbers(view, true)).map(reason);
            assert!(told.eq(plain), "{rows}");
            cells.check().expect("all of it was read");
        }
    }

    #[test]
    fn a_row_is_found_by_what_it_is_called() {
        let cells = cells(3_000);
        let called = |id: &str, view| cells.called(id, view).map(|cell| cell.number());
        assert_eq!(called("100", 0), Some(200));
        assert_eq!(called("100", 1), Some(201));
        assert_eq!(called("cell 51", 1), Some(51));
        assert_eq!(called("cell 51", 0), None, "another view");
        assert_eq!(called("25", 1), None, "it is called cell 51");
        assert_eq!(called("1", 1), None, "it has no numbers");
        assert_eq!(called("007", 0), None);
    }

    #[test]
    fn what_cannot_be_read_again_is_an_error() {
        let mut cells = cells(40);
        cells.values = Records::new(&std::env::temp_dir());
        assert_eq!(cells.computed(0).next().expect("a row").pnl_usd(), None);
        let error = cells.check().expect_err("nothing was read").to_string();
        assert!(error.contains("cells.csv"), "{error}");
    }
}
