//! Rows of option quotes: their cells, and the normalised layout.

use chrono::NaiveDate;

use crate::DataError;
use crate::chains::store::Writer;
use crate::chains::{ChainQuote, HEADER, KINDS};
use crate::lines::line_of;
use crate::numbers::{Decimal, is_missing_word};
use crate::unpack::Place;

/// Reads the normalised layout.
pub(crate) fn read_normalised(
    file: &str,
    place: &Place,
    quotes: &mut Writer<'_>,
) -> Result<(), DataError> {
    let path = &place.path;
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .from_reader(std::io::BufReader::new(place.text()?));
    let names: Vec<String> = HEADER.split(',').map(String::from).collect();
    let mut record = csv::StringRecord::new();
    // Quotes come in blocks of one date and one expiry, so the last date parsed is nearly always the next one too.
    let mut dates = (String::new(), NaiveDate::default());
    let mut expiries = dates.clone();
    while reader
        .read_record(&mut record)
        .map_err(|e| DataError::table(path, e))?
    {
        let cells = Cells {
            file,
            place,
            record: &record,
            names: &names,
            decimal: None,
        };
        if record.len() < names.len() {
            return Err(cells.cut_off(names.len()));
        }
        let quote = ChainQuote {
            quote_date: cells.date(0, &mut dates)?,
            quote_time: cells.text(1).into(),
            kind: cells.kind(2)?.into(),
            root: cells.text(4).into(),
            expiry: cells.date(6, &mut expiries)?,
            is_call: cells.right(7)?,
            strike: cells.number(8)?.ok_or_else(|| cells.wrong(8, "a strike"))?,
            bid: cells.number(9)?,
            ask: cells.number(10)?,
            volume: cells.number(12)?.map(|v| v as i64),
            open_interest: cells.number(13)?.map(|v| v as i64),
            iv: cells.volatility(14)?,
            underlying: cells.number(17)?,
        };
        quotes.push(quote)?;
    }
    Ok(())
}

/// The cells of one row, with what a message about one of them needs.
pub(crate) struct Cells<'a> {
    pub file: &'a str,
    pub place: &'a Place,
    pub record: &'a csv::StringRecord,
    /// The header.
    pub names: &'a [String],
    /// The decimal mark, where it is not a point.
    pub decimal: Option<Decimal>,
}

impl Cells<'_> {
    pub fn text(&self, column: usize) -> &str {
        self.record.get(column).unwrap_or_default()
    }

    fn date(&self, column: usize, last: &mut (String, NaiveDate)) -> Result<NaiveDate, DataError> {
        let text = self.text(column);
        if last.0 != text {
            let date = NaiveDate::parse_from_str(text, "%Y-%m-%d")
                .map_err(|_| self.wrong(column, "a date like 2022-01-31"))?;
            *last = (text.to_string(), date);
        }
        Ok(last.1)
    }

    /// A kind of quotes; another word would be taken for no close without a word.
    fn kind(&self, column: usize) -> Result<&str, DataError> {
        let kind = self.text(column);
        match KINDS.contains(&kind) {
            true => Ok(kind),
            false => Err(self.wrong(column, &KINDS.join(", "))),
        }
    }

    fn right(&self, column: usize) -> Result<bool, DataError> {
        match self.text(column) {
            "C" => Ok(true),
            "P" => Ok(false),
            _ => Err(self.wrong(column, "C or P")),
        }
    }

    /// A number from 0; `None` where there is none, or a word for that.
    pub fn number(&self, column: usize) -> Result<Option<f64>, DataError> {
        let text = self.text(column);
        if text.is_empty() {
            return Ok(None);
        }
        let value = match self.decimal {
            None => text.parse().ok(),
            Some(decimal) => decimal.parse(text),
        };
        if let Some(value) = value.filter(|v| (0.0..=1e12).contains(v)) {
            return Ok(Some(value));
        }
        if is_missing_word(text) {
            return Ok(None);
        }
        let hint = if text.contains(',') {
            "a number from 0 with a point before its decimals; where a comma stands there, say decimal = \",\" in alvh.columns.toml"
        } else {
            "a number from 0"
        };
        Err(self.wrong(column, hint))
    }

    /// A volatility; publishers write a negative one, often -1, where they computed none.
    pub fn volatility(&self, column: usize) -> Result<Option<f64>, DataError> {
        let negative = self
            .text(column)
            .strip_prefix('-')
            .filter(|rest| !rest.is_empty());
        let is_number = negative.is_some_and(|rest| rest.parse::<f64>().is_ok());
        if is_number {
            Ok(None)
        } else {
            self.number(column)
        }
    }

    /// An error about a row that ends before the others do.
    pub fn cut_off(&self, width: usize) -> DataError {
        DataError::Cell {
            file: self.file.into(),
            row: self.line(),
            column: "(all)".into(),
            found: format!("{} cells", self.record.len()),
            allowed: format!("{width}, as in the rows above"),
        }
    }

    /// The row, as an editor shows it.
    fn line(&self) -> u64 {
        let start = self.record.position();
        start.map_or(0, |p| line_of(self.place, p.byte()))
    }

    pub fn wrong(&self, column: usize, allowed: &str) -> DataError {
        DataError::Cell {
            file: self.file.into(),
            row: self.line(),
            column: self.names.get(column).cloned().unwrap_or_default(),
            found: format!("`{}`", self.text(column)),
            allowed: allowed.into(),
        }
    }
}
