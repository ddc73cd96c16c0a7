//! Layouts of option quotes by the names of their columns: a row per option, or a row per strike with a call and a put.
//!
//! The root is what stands in the symbol, never what the date suggests (docs/pitfalls.md, row W6). Before February 2015 standard
//! expiries were dated Saturday and mean the Friday before (W43). A bid of zero is a price, an empty cell is missing (W15).

use std::borrow::Cow;

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, Weekday};
use market::calendar::{Calendar, spx_am_settlement, third_friday};

use crate::DataError;
use crate::chains::store::Writer;
use crate::chains::{ChainQuote, Duplicates};
use crate::newyork::{self, Written, by_format};
use crate::numbers::Decimal;
use crate::publishers::rows::Cells;
use crate::unpack::Place;

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
            let (row, column) = (1, missing.to_string());
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

/// Columns that every row is asked for.
struct Places {
    date: usize,
    expiry: usize,
}

impl Places {
    fn of(layout: &ChainLayout, names: &[String]) -> Places {
        let place = |name: &str| names.iter().position(|h| h.eq_ignore_ascii_case(name));
        Places {
            date: place(&layout.date).unwrap_or(usize::MAX),
            expiry: place(&layout.expiry).unwrap_or(usize::MAX),
        }
    }
}

/// Whether a standard SPX expiry falls on this day. Outside of the calendar's years it is not known whether the third Friday
/// was a session, so the day before it may be one too.
fn may_settle_in_the_morning(expiry: NaiveDate) -> bool {
    let friday = third_friday(expiry.year(), expiry.month());
    let is_known = Calendar::nyse().covers(expiry);
    let thursday = friday.and_then(|day| day.pred_opt()).filter(|_| !is_known);
    let settlement = spx_am_settlement(expiry.year(), expiry.month());
    [friday, thursday, settlement].contains(&Some(expiry))
}

struct Row<'a> {
    layout: &'a ChainLayout,
    cells: Cells<'a>,
    places: &'a Places,
    /// Of the quote and of the expiry.
    moments: [Option<NaiveDateTime>; 2],
}

impl Row<'_> {
    fn push(&self, quotes: &mut Writer<'_>) -> Result<(), DataError> {
        let date = self.date(0, self.places.date)?;
        let expiry = self.expiry()?;
        let Some(root) = self.root(expiry)? else {
            quotes.left_out("chain_root_unknown", date, || {
                let allowed = "a root that says morning or afternoon (third_friday_root of the column map)";
                format!("found an option of {expiry}, which may settle in the morning, allowed: {allowed}; left out")
            });
            return Ok(());
        };
        for side in self.layout.sides.iter() {
            quotes.push(self.quote(side, date, expiry, root.clone())?)?;
        }
        Ok(())
    }

    fn quote(
        &self,
        side: &Side,
        date: NaiveDate,
        expiry: NaiveDate,
        root: String,
    ) -> Result<ChainQuote, DataError> {
        let strike = self.column(&self.layout.strike);
        let (price, strike_factor) = self.layout.factors;
        let (quote_time, kind) = self.moment(date)?;
        let count = |name: &Option<Name>| -> Result<Option<i64>, DataError> {
            let Some(name) = name else { return Ok(None) };
            Ok(self.number(name)?.map(|v| v as i64))
        };
        Ok(ChainQuote {
            quote_date: date,
            quote_time,
            kind,
            root,
            expiry,
            is_call: self.is_call(side)?,
            strike: self
                .cells
                .number(strike)?
                .filter(|k| *k > 0.0)
                .map(|k| k * strike_factor)
                .ok_or_else(|| self.cells.wrong(strike, "a strike above 0"))?,
            bid: self.number(&side.quote[0])?.map(|bid| bid * price),
            ask: self.number(&side.quote[1])?.map(|ask| ask * price),
            volume: count(&side.counts[0])?,
            open_interest: count(&side.counts[1])?,
            iv: side
                .iv
                .as_ref()
                .map(|name| self.cells.volatility(self.column(name)))
                .transpose()?
                .flatten(),
            underlying: self.underlying()?,
        })
    }

    /// Time and kind of the quotes. A time that is written decides; before the close of the session it is no closing quote.
    fn moment(&self, date: NaiveDate) -> Result<(String, String), DataError> {
        let hour = if Calendar::nyse().is_early_close(date) {
            13
        } else {
            16
        };
        let close = NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default();
        let kind = |time: NaiveTime| if time >= close { "eod" } else { "intraday" };
        let name = match &self.layout.time {
            Time::Hours(name) => name,
            Time::Close(stated) => {
                let stamp = self.moments[0].map(|m| m.time());
                return Ok(match stamp.filter(|t| *t != NaiveTime::MIN) {
                    Some(time) => (time.format("%H:%M").to_string(), kind(time).into()),
                    None => (stated.to_string(), "eod".into()),
                });
            }
        };
        let column = self.column(name);
        let hours = self.cells.number(column)?.filter(|h| *h < 24.0);
        let hours = hours.ok_or_else(|| {
            self.cells
                .wrong(column, "a time in hours from 0 to 24, such as 16.0")
        })?;
        let seconds = (hours * 3600.0).round() as u32;
        let time = NaiveTime::from_num_seconds_from_midnight_opt(seconds.min(86_399), 0)
            .unwrap_or_default();
        Ok((time.format("%H:%M").to_string(), kind(time).into()))
    }

    fn column(&self, name: &str) -> usize {
        self.cells
            .names
            .iter()
            .position(|h| h.eq_ignore_ascii_case(name))
            .unwrap_or(usize::MAX)
    }

    fn number(&self, name: &str) -> Result<Option<f64>, DataError> {
        self.cells.number(self.column(name))
    }

    /// The day of the quote (0) or of the expiry (1).
    fn date(&self, which: usize, column: usize) -> Result<NaiveDate, DataError> {
        let example = &self.layout.dates.1;
        let moment = self.moments[which].map(|m| m.date());
        moment.ok_or_else(|| self.cells.wrong(column, &format!("a date like {example}")))
    }

    /// Saturday expirations ended with those of January 2015 (OCC moved them to Friday from 2015-02-01).
    fn expiry(&self) -> Result<NaiveDate, DataError> {
        let expiry = self.date(1, self.places.expiry)?;
        if expiry.weekday() != Weekday::Sat {
            return Ok(expiry);
        }
        let allowed = "a weekday; Saturdays only before 2015-02-01";
        let friday = expiry
            .checked_sub_days(Days::new(1))
            .filter(|_| (expiry.year(), expiry.month()) < (2015, 2));
        friday.ok_or_else(|| self.cells.wrong(self.places.expiry, allowed))
    }

    fn root(&self, expiry: NaiveDate) -> Result<Option<String>, DataError> {
        let name = match &self.layout.root {
            RootOf::Column(name) => name,
            RootOf::Stated(root, third_friday) => {
                let root = if may_settle_in_the_morning(expiry) {
                    third_friday.as_ref()
                } else {
                    Some(root)
                };
                return Ok(root.map(ToString::to_string));
            }
        };
        let column = self.column(name);
        let symbol = self.cells.text(column).trim_start_matches(['^', '.']);
        let root: String = symbol
            .chars()
            .take_while(char::is_ascii_alphabetic)
            .collect();
        if root.is_empty() {
            Err(self
                .cells
                .wrong(column, "a root or an option symbol such as SPXW"))
        } else {
            Ok(Some(root))
        }
    }

    fn is_call(&self, side: &Side) -> Result<bool, DataError> {
        let name = match &side.right {
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
        if self.layout.underlying.is_empty() {
            return Ok(None);
        }
        let mut sum = 0.0;
        for name in self.layout.underlying.iter() {
            match self.number(name)?.filter(|level| *level > 0.0) {
                Some(level) => sum += level,
                None => return Ok(None),
            }
        }
        Ok(Some(sum / self.layout.underlying.len() as f64))
    }
}
