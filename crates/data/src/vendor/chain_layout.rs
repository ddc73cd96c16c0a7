//! Layouts of option quotes by the names of their columns: a row per option, or a row per strike with a call and a put.
//!
//! The root is what stands in the symbol, never what the date suggests (PITFALLS W6). Before February 2015 standard
//! expiries were dated Saturday and mean the Friday before (W43). A bid of zero is a price, an empty cell is missing (W15).

use std::path::Path;

use chrono::{Datelike, Days, NaiveDate, Weekday};

use super::{datashop, ivolatility, orats};
use crate::DataError;
use crate::chains::{Cells, ChainQuote};
use crate::import::open;

/// Every layout with bid and ask, told apart by its column names.
pub(crate) const LAYOUTS: &[ChainLayout] = &[datashop::LAYOUT, orats::LAYOUT, ivolatility::LAYOUT];

/// Where a publisher writes what.
pub(crate) struct ChainLayout {
    /// Publisher, for people.
    pub publisher: &'static str,
    /// Session of the quotes.
    pub date: &'static str,
    /// Expiration date.
    pub expiry: &'static str,
    /// How dates are written, and an example of it.
    pub dates: (&'static str, &'static str),
    /// New York time of the quotes, or `close`.
    pub time: &'static str,
    /// Root alone, or an option symbol that begins with it.
    pub symbol: &'static str,
    /// Strike (points).
    pub strike: &'static str,
    /// Columns whose mean is the index level (points).
    pub underlying: &'static [&'static str],
    /// The options of a row.
    pub sides: &'static [Side],
}

/// The columns of one option in a row.
pub(crate) struct Side {
    /// Call or put.
    pub right: SideRight,
    /// Bid and ask (points).
    pub quote: [&'static str; 2],
    /// Contracts traded and open.
    pub counts: [&'static str; 2],
    /// Implied volatility (decimal), where it is of the moment of the quote.
    pub iv: Option<&'static str>,
}

/// Where a side says what it is.
pub(crate) enum SideRight {
    Call,
    Put,
    /// In this column, as `C` or `P`, `call` or `put`.
    Column(&'static str),
}

impl ChainLayout {
    fn names(&self) -> impl Iterator<Item = &'static str> {
        let sides = self.sides.iter().flat_map(|side| {
            let right = match side.right {
                SideRight::Column(name) => Some(name),
                SideRight::Call | SideRight::Put => None,
            };
            side.quote.into_iter().chain(side.counts).chain(side.iv).chain(right)
        });
        [self.date, self.expiry, self.symbol, self.strike]
            .into_iter()
            .chain(self.underlying.iter().copied())
            .chain(sides)
    }

    /// Whether a header has every column that is read.
    pub fn fits(&self, header: &[String]) -> bool {
        self.names().all(|name| header.iter().any(|h| h.eq_ignore_ascii_case(name)))
    }

    /// Adds the quotes of a file.
    pub fn read(&self, file: &str, path: &Path, quotes: &mut Vec<ChainQuote>) -> Result<(), DataError> {
        let mut reader = csv::ReaderBuilder::new()
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(std::io::BufReader::new(open(path)?));
        let names: Vec<String> = match reader.headers() {
            Ok(header) => header.iter().map(|h| h.trim_start_matches('\u{feff}').to_string()).collect(),
            Err(error) => return Err(DataError::table(path, error)),
        };
        let mut record = csv::StringRecord::new();
        while reader.read_record(&mut record).map_err(|e| DataError::table(path, e))? {
            let row = Row { layout: self, cells: Cells { file, record: &record, names: &names } };
            for side in self.sides {
                quotes.push(row.quote(side)?);
            }
        }
        Ok(())
    }
}

struct Row<'a> {
    layout: &'a ChainLayout,
    cells: Cells<'a>,
}

impl Row<'_> {
    fn quote(&self, side: &Side) -> Result<ChainQuote, DataError> {
        let strike = self.column(self.layout.strike);
        Ok(ChainQuote {
            quote_date: self.date(self.layout.date)?,
            quote_time: self.layout.time.into(),
            kind: "eod".into(),
            root: self.root()?,
            expiry: self.expiry()?,
            is_call: self.is_call(side)?,
            strike: self
                .cells
                .number(strike)?
                .filter(|k| *k > 0.0)
                .ok_or_else(|| self.cells.wrong(strike, "a strike above 0"))?,
            bid: self.number(side.quote[0])?,
            ask: self.number(side.quote[1])?,
            volume: self.number(side.counts[0])?.map(|v| v as i64),
            open_interest: self.number(side.counts[1])?.map(|v| v as i64),
            iv: side.iv.map(|name| self.number(name)).transpose()?.flatten(),
            underlying: self.underlying()?,
        })
    }

    fn column(&self, name: &str) -> usize {
        self.cells.names.iter().position(|h| h.eq_ignore_ascii_case(name)).unwrap_or(usize::MAX)
    }

    fn number(&self, name: &str) -> Result<Option<f64>, DataError> {
        self.cells.number(self.column(name))
    }

    fn date(&self, name: &str) -> Result<NaiveDate, DataError> {
        let ((format, example), column) = (self.layout.dates, self.column(name));
        // chrono reads `2` as a year of four digits too.
        let date = NaiveDate::parse_from_str(self.cells.text(column), format).ok();
        date.filter(|d| (1900..2100).contains(&d.year()))
            .ok_or_else(|| self.cells.wrong(column, &format!("a date like {example}")))
    }

    /// Saturday expirations ended with those of January 2015 (OCC moved them to Friday from 2015-02-01).
    fn expiry(&self) -> Result<NaiveDate, DataError> {
        let expiry = self.date(self.layout.expiry)?;
        if expiry.weekday() != Weekday::Sat {
            return Ok(expiry);
        }
        let allowed = "a weekday; Saturdays only before 2015-02-01";
        let friday = expiry.checked_sub_days(Days::new(1)).filter(|_| (expiry.year(), expiry.month()) < (2015, 2));
        friday.ok_or_else(|| self.cells.wrong(self.column(self.layout.expiry), allowed))
    }

    fn root(&self) -> Result<String, DataError> {
        let column = self.column(self.layout.symbol);
        let symbol = self.cells.text(column).trim_start_matches(['^', '.']);
        let root: String = symbol.chars().take_while(char::is_ascii_alphabetic).collect();
        if root.is_empty() {
            Err(self.cells.wrong(column, "a root or an option symbol such as SPXW"))
        } else {
            Ok(root)
        }
    }

    fn is_call(&self, side: &Side) -> Result<bool, DataError> {
        let name = match side.right {
            SideRight::Call => return Ok(true),
            SideRight::Put => return Ok(false),
            SideRight::Column(name) => name,
        };
        let column = self.column(name);
        match self.cells.text(column).to_ascii_uppercase().as_str() {
            "C" | "CALL" => Ok(true),
            "P" | "PUT" => Ok(false),
            _ => Err(self.cells.wrong(column, "C, P, call or put")),
        }
    }

    /// The mean of the columns; zero is the publishers' "not available".
    fn underlying(&self) -> Result<Option<f64>, DataError> {
        let mut sum = 0.0;
        for name in self.layout.underlying {
            match self.number(name)?.filter(|level| *level > 0.0) {
                Some(level) => sum += level,
                None => return Ok(None),
            }
        }
        Ok(Some(sum / self.layout.underlying.len() as f64))
    }
}
