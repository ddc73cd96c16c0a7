//! Layouts of option quotes by the names of their columns: a row per option, or a row per strike with a call and a put.
//!
//! The root is what stands in the symbol, never what the date suggests (docs/pitfalls.md, row W6). Before February 2015 standard
//! expiries were dated Saturday and mean the Friday before (W43). A bid of zero is a price, an empty cell is missing (W15).

mod row;

use std::borrow::Cow;

use chrono::NaiveDateTime;

use crate::DataError;
use crate::chains::Duplicates;
use crate::chains::store::Writer;
use crate::newyork::{self, Written, by_format};
use crate::numbers::Decimal;
use crate::publishers::rows::Cells;
use crate::unpack::Place;

use row::{Places, Row};

/// A publisher's word: known beforehand, or said by a column map.
pub(crate) type Name = Cow<'static, str>;

/// A word known beforehand.
pub(crate) const fn name(text: &'static str) -> Name {
    Cow::Borrowed(text)
}

/// Where a publisher writes what.
#[derive(Clone)]
pub(crate) struct ChainLayout {
    /// Publisher, for people.
    pub publisher: Name,
    /// Session of the quotes.
    pub date: Name,
    /// Expiration date.
    pub expiry: Name,
    /// How dates are written, and an example of it.
    pub dates: (Name, Name),
    /// When the quotes were taken.
    pub time: Time,
    /// Which option class they are of.
    pub root: RootOf,
    /// Strike (points).
    pub strike: Name,
    /// Columns whose mean is the index level (points).
    pub underlying: Cow<'static, [Name]>,
    /// The options of a row.
    pub sides: Cow<'static, [Side]>,
    /// What turns prices, and what turns strikes, into points.
    pub factors: (f64, f64),
    /// Between two cells.
    pub delimiter: u8,
    /// The decimal mark, where it is not a point.
    pub decimal: Option<Decimal>,
    /// Which of two different quotes of one contract at one moment counts.
    pub duplicates: Duplicates,
}

/// When the quotes of a row were taken.
#[derive(Clone)]
pub(crate) enum Time {
    /// At the close, by the source's own clock: this New York time, or `close`; but for rows whose date has a time of day.
    Close(Name),
    /// At the New York time in this column, in hours and decimals; from the close of the session on they are closing ones.
    Hours(Name),
}

/// How a row says which option class it is of.
#[derive(Clone)]
pub(crate) enum RootOf {
    /// A column with the root alone, or an option symbol that begins with it.
    Column(Name),
    /// No column: the importing user has said it. Standard third-Friday expiries, of which the file could mean the
    /// morning's or the afternoon's, are of the second root if there is one, and left out if not.
    Stated(Name, Option<Name>),
}

/// The columns of one option in a row.
#[derive(Clone)]
pub(crate) struct Side {
    /// Call or put.
    pub right: SideRight,
    /// Bid and ask (points).
    pub quote: [Name; 2],
    /// Contracts traded and open, where a publisher says so.
    pub counts: [Option<Name>; 2],
    /// Implied volatility (decimal), where it is of the moment of the quote.
    pub iv: Option<Name>,
}

/// Where a side says what it is.
#[derive(Clone)]
pub(crate) enum SideRight {
    Call,
    Put,
    /// In this column, as `C` or `P`, `call` or `put`.
    Column(Name),
}

impl ChainLayout {
    /// Every column that is read.
    pub fn names(&self) -> Vec<&Name> {
        let mut names = vec![&self.date, &self.expiry, &self.strike];
        names.extend(self.underlying.iter());
        if let RootOf::Column(name) = &self.root {
            names.push(name);
        }
        if let Time::Hours(name) = &self.time {
            names.push(name);
        }
        for side in self.sides.iter() {
            names.extend(
                side.quote
                    .iter()
                    .chain(side.counts.iter().flatten())
                    .chain(&side.iv),
            );
            if let SideRight::Column(name) = &side.right {
                names.push(name);
            }
        }
        names
    }

    /// Whether a header has every column that is read.
    pub fn fits(&self, header: &[String]) -> bool {
        self.missing(header).is_none()
    }

    /// The first column that a header lacks.
    pub fn missing(&self, header: &[String]) -> Option<&Name> {
        self.names()
            .into_iter()
            .find(|name| !header.iter().any(|h| h.eq_ignore_ascii_case(name)))
    }

    /// Adds the quotes of a file.
    pub fn read(
        &self,
        file: &str,
        place: &Place,
        quotes: &mut Writer<'_>,
    ) -> Result<(), DataError> {
        let path = &place.path;
        let mut reader = csv::ReaderBuilder::new()
            .flexible(true)
            .trim(csv::Trim::All)
            .delimiter(self.delimiter)
            .from_reader(std::io::BufReader::new(place.text()?));
        let header = reader.headers().map_err(|e| DataError::table(path, e))?;
        let names = header.iter().map(|h| h.trim_start_matches('\u{feff}'));
        let names: Vec<String> = names.map(String::from).collect();
        if let Some(missing) = self.missing(&names) {
            let row = 1;
            let column = missing.to_string();
            let found = format!("the columns {}", names.join(", "));
            return Err(DataError::Cell {
                file: file.into(),
                row,
                column,
                found,
                allowed: "a header that has it".into(),
            });
        }
        let mut record = csv::StringRecord::new();
        let mut width = None;
        let places = Places::of(self, &names);
        // Quotes come in blocks of one moment and one expiry: the last ones parsed are nearly always the next ones too.
        let mut known = [(String::new(), None), (String::new(), None)];
        while reader
            .read_record(&mut record)
            .map_err(|e| DataError::table(path, e))?
        {
            let cells = Cells {
                file,
                place,
                record: &record,
                names: &names,
                decimal: self.decimal,
            };
            if record.iter().all(str::is_empty) {
                continue;
            }
            // Some publishers leave the last columns out, in all rows.
            if record.len() < *width.get_or_insert(record.len()) {
                return Err(cells.cut_off(width.unwrap_or_default()));
            }
            for (known, column) in known.iter_mut().zip([places.date, places.expiry]) {
                if known.0 != cells.text(column) || known.1.is_none() {
                    *known = (
                        cells.text(column).to_string(),
                        self.moment_of(cells.text(column)),
                    );
                }
            }
            let row = Row {
                layout: self,
                cells,
                places: &places,
                moments: [known[0].1, known[1].1],
            };
            row.push(quotes)?;
        }
        Ok(())
    }
}

impl ChainLayout {
    /// What a cell with a date says, in New York time; `None` where it is no date as this layout writes it.
    fn moment_of(&self, text: &str) -> Option<NaiveDateTime> {
        let format = &self.dates.0;
        let has_time = format.contains(' ') || format.contains('T') || format.starts_with("%s");
        let written = match text.find([' ', 'T']).filter(|_| !has_time) {
            None => by_format(text, format)?,
            Some(at) => {
                let date = by_format(&text[..at], format)?;
                let (time, offset) = newyork::time(&text[at + 1..])?;
                Written {
                    time: Some(time),
                    offset,
                    ..date
                }
            }
        };
        written.in_new_york()
    }
}
