//! The rows of `cells.csv` that a page shows, column by column: a sweep may have millions of them, and a row that owns its texts
//! takes three times as much memory.

use std::collections::BTreeMap;

use tables::Money;
use tables::cells::CellNumbers;

use super::axis::Axis;
use crate::section::BaseBook;

/// Rows in the order of the file.
#[derive(Clone, Debug, Default)]
pub struct Cells {
    /// How many axes a row has.
    axes: usize,
    /// Places of the levels, row after row.
    levels: Vec<u32>,
    views: Vec<u32>,
    /// Which numbers a row has: a bit for each.
    known: Vec<u16>,
    /// Per [`Amount`].
    amounts: [Vec<Money>; 5],
    /// Per [`Share`].
    shares: [Vec<f64>; 5],
    books: Vec<BaseBook>,
    ids: Vec<u32>,
    /// Rows that are not called by a number, or by one that is written in another way.
    named: BTreeMap<usize, String>,
    /// Status and reason of rows that are not `ok`.
    faults: BTreeMap<usize, (String, String)>,
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
const BOOK: u16 = 1 << 10;

impl Amount {
    fn bit(self) -> u16 {
        1 << self as u16
    }
}

impl Share {
    fn bit(self) -> u16 {
        1 << (5 + self as u16)
    }
}

/// One cell over one window.
#[derive(Clone, Copy, Debug)]
pub struct CellRow<'a> {
    cells: &'a Cells,
    row: usize,
}

impl Cells {
    /// No rows of so many axes, with room for `rows`.
    pub(super) fn with_room(axes: usize, rows: usize) -> Cells {
        Cells {
            axes,
            levels: Vec::with_capacity(axes * rows),
            views: Vec::with_capacity(rows),
            known: Vec::with_capacity(rows),
            amounts: [(); 5].map(|()| Vec::with_capacity(rows)),
            shares: [(); 5].map(|()| Vec::with_capacity(rows)),
            books: Vec::with_capacity(rows),
            ids: Vec::with_capacity(rows),
            named: BTreeMap::new(),
            faults: BTreeMap::new(),
        }
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.views.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.views.is_empty()
    }

    /// All rows.
    pub fn iter(&self) -> impl Iterator<Item = CellRow<'_>> + Clone {
        (0..self.len()).map(|row| CellRow { cells: self, row })
    }

    /// The rows that were not computed, each with its status and why it failed.
    pub fn faults(&self) -> impl Iterator<Item = (CellRow<'_>, (&str, &str))> {
        self.faults.iter().map(|(row, (status, error))| {
            let cell = CellRow {
                cells: self,
                row: *row,
            };
            (cell, (status.as_str(), error.as_str()))
        })
    }

    /// The first row of a view that is called so and was computed.
    pub(super) fn called(&self, id: &str, view: usize) -> Option<CellRow<'_>> {
        let number = number_of(id);
        self.iter().find(|cell| {
            let is_it = match (number, self.named.get(&cell.row)) {
                (_, Some(name)) => name == id,
                (Some(number), None) => self.ids[cell.row] == number,
                (None, None) => false,
            };
            is_it && cell.view() == view && cell.ok()
        })
    }

    /// Takes up a row of a view whose parameters are levels of `axes`.
    pub(super) fn push(&mut self, view: usize, axes: &[Axis], cell: CellNumbers) {
        let row = self.len();
        let CellNumbers {
            number,
            parameters,
            summary,
            status,
        } = cell;
        let levels = axes.iter().zip(&parameters);
        self.levels
            .extend(levels.map(|(axis, text)| axis.level(text) as u32));
        self.views.push(view as u32);
        self.known.push(0);
        for (amount, value) in [
            (Amount::Pnl, summary.pnl_usd),
            (Amount::MaxDrawdown, summary.max_drawdown_usd),
            (Amount::HedgePnl, summary.hedge_pnl_usd),
            (Amount::DeleveragedPnl, summary.deleveraged_pnl_usd),
            (Amount::RandomDatesPnl, status.random_dates_pnl_usd),
        ] {
            self.amounts[amount as usize].push(value.unwrap_or_default());
            self.know(row, value.map(|_| amount.bit()));
        }
        for (share, value) in [
            (Share::Reduction, summary.drawdown_reduction),
            (Share::ReductionLo, summary.drawdown_reduction_lo),
            (Share::ReductionHi, summary.drawdown_reduction_hi),
            (Share::Retained, summary.profit_retained),
            (Share::RandomDatesReduction, status.random_dates_reduction),
        ] {
            self.shares[share as usize].push(value.unwrap_or_default());
            self.know(row, value.map(|_| share.bit()));
        }
        let book = status.condors_ordered.zip(status.condors_traded);
        let (ordered, traded) = book.unwrap_or_default();
        self.books.push(BaseBook { ordered, traded });
        self.know(row, book.map(|_| BOOK));
        let by_place = number.is_empty().then_some(row as u32);
        let id = by_place.or_else(|| number_of(&number));
        self.ids.push(id.unwrap_or_default());
        if id.is_none() {
            self.named.insert(row, number);
        }
        if status.status != OK {
            self.faults.insert(row, (status.status, status.error));
        }
    }

    fn know(&mut self, row: usize, bit: Option<u16>) {
        self.known[row] |= bit.unwrap_or_default();
    }
}

/// The status of a row that has numbers.
const OK: &str = "ok";

/// A number that is written as it would be printed.
fn number_of(text: &str) -> Option<u32> {
    let number: u32 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

impl<'a> CellRow<'a> {
    /// Its number, as the file has it, or the place of its row.
    pub fn id(self) -> String {
        match self.cells.named.get(&self.row) {
            Some(name) => name.clone(),
            None => self.cells.ids[self.row].to_string(),
        }
    }

    /// Place of its level on every axis.
    pub fn levels(self) -> impl Iterator<Item = usize> + 'a {
        let first = self.row * self.cells.axes;
        let own = &self.cells.levels[first..first + self.cells.axes];
        own.iter().map(|level| *level as usize)
    }

    /// Place of its level on an axis.
    pub fn level(self, axis: usize) -> usize {
        self.cells.levels[self.row * self.cells.axes + axis] as usize
    }

    /// Its window and arm, as the place among [`SweepFolder::views`](super::SweepFolder::views).
    pub fn view(self) -> usize {
        self.cells.views[self.row] as usize
    }

    /// Trading P&L net of costs.
    pub fn pnl_usd(self) -> Option<Money> {
        self.amount(Amount::Pnl)
    }

    /// Largest fall of trading equity from its peak.
    pub fn max_drawdown_usd(self) -> Option<Money> {
        self.amount(Amount::MaxDrawdown)
    }

    /// Hedged minus unhedged P&L.
    pub fn hedge_pnl_usd(self) -> Option<Money> {
        self.amount(Amount::HedgePnl)
    }

    /// What the share of the condors with this cell's drawdown earned, unhedged.
    pub fn deleveraged_pnl_usd(self) -> Option<Money> {
        self.amount(Amount::DeleveragedPnl)
    }

    /// 1 − hedged drawdown / unhedged drawdown, a fraction.
    pub fn reduction(self) -> Option<f64> {
        self.share(Share::Reduction)
    }

    /// Interval of the reduction.
    pub fn reduction_span(self) -> Option<(f64, f64)> {
        self.share(Share::ReductionLo)
            .zip(self.share(Share::ReductionHi))
    }

    /// P&L over the unhedged P&L, a fraction; undefined unless that is positive.
    pub fn retained(self) -> Option<f64> {
        self.share(Share::Retained)
    }

    /// Reduction and P&L with the same purchases at dates drawn at random; older folders do not say it.
    pub fn random_dates(self) -> Option<(f64, Money)> {
        self.share(Share::RandomDatesReduction)
            .zip(self.amount(Amount::RandomDatesPnl))
    }

    /// What its unhedged arm traded in the window; older folders do not say it.
    pub fn base_book(self) -> Option<BaseBook> {
        self.is_known(BOOK).then(|| self.cells.books[self.row])
    }

    /// Whether it was computed.
    pub fn ok(self) -> bool {
        !self.cells.faults.contains_key(&self.row)
    }

    fn is_known(self, bit: u16) -> bool {
        self.cells.known[self.row] & bit != 0
    }

    fn amount(self, amount: Amount) -> Option<Money> {
        let known = self.is_known(amount.bit());
        known.then(|| self.cells.amounts[amount as usize][self.row])
    }

    fn share(self, share: Share) -> Option<f64> {
        let known = self.is_known(share.bit());
        known.then(|| self.cells.shares[share as usize][self.row])
    }
}
