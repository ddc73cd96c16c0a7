//! Option quotes of single moments: `chains.parquet`, for fitting and judging the price model.
//!
//! They come from the publishers' layouts in `vendor/` or from the normalised one, a row per option:
//! `quote_date,quote_time,kind,symbol,root,option_symbol,expiration,type,strike,bid,ask,last,volume,open_interest,iv,delta,gamma,underlying`.
//! Dates `yyyy-mm-dd`; `quote_time` New York time as the source wrote it, or `close`; `kind` is `eod`, `intraday`, `gth` (overnight session),
//! `noquotes` or `trades`; `root` decides the settlement (SPX, VIX, VIXW in the morning, SPXW in the afternoon); `type` `C` or `P`;
//! prices in points, `iv` a decimal, `underlying` the index level in the same file. `option_symbol`, `last`, `delta` and `gamma` are not kept.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use market::chain::{RawChains, RawQuote};
use market::contract::{Right, Root};
use market::price::Price;

use crate::import::{Taken, open};
use crate::manifest::FileEntry;
use crate::table::{Column, Values, read_parquet};
use crate::vendor::chain_layout::ChainLayout;
use crate::write::write_table;
use crate::{DataError, schema};

/// Header of the normalised layout.
pub(crate) const HEADER: &str = "quote_date,quote_time,kind,symbol,root,option_symbol,expiration,type,strike,\
    bid,ask,last,volume,open_interest,iv,delta,gamma,underlying";

/// One option at one moment, as the publisher showed it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChainQuote {
    /// Session of the quote.
    pub quote_date: NaiveDate,
    /// New York time as the source wrote it, or `close`.
    pub quote_time: String,
    /// `eod`, `intraday`, `gth`, `noquotes` or `trades`.
    pub kind: String,
    /// Root, which decides the settlement: SPX, SPXW, VIX, VIXW, SPY, XSP.
    pub root: String,
    /// Expiration date of the option symbol.
    pub expiry: NaiveDate,
    /// Whether it is a call.
    pub is_call: bool,
    /// Strike \[points\].
    pub strike: f64,
    /// Bid \[points\]; 0 is nobody buys.
    pub bid: Option<f64>,
    /// Ask \[points\].
    pub ask: Option<f64>,
    /// Contracts traded.
    pub volume: Option<i64>,
    /// Contracts open.
    pub open_interest: Option<i64>,
    /// Implied volatility as the publisher computed it \[decimal\]; 0 is not computed.
    pub iv: Option<f64>,
    /// Index level in the same file \[points\].
    pub underlying: Option<f64>,
}

/// The option quotes of a dataset, in the order of the imported files; empty where there are none.
pub fn load_chains(dir: &Path) -> Result<Vec<ChainQuote>, DataError> {
    let path = dir.join(schema::CHAINS);
    if !path.is_file() {
        return Ok(Vec::new());
    }
    let columns = read_parquet(&path)?;
    let wrong = || DataError::table(&path, "found other columns than this version writes; import the dataset again");
    rows(&columns).ok_or_else(wrong)
}

fn rows(columns: &[Column]) -> Option<Vec<ChainQuote>> {
    use Values::{Date, F64, I64, Str};
    let values: Vec<&Values> = columns.iter().map(|c| &c.values).collect();
    let [
        Date(date),
        Str(time),
        Str(kind),
        Str(root),
        Date(expiry),
        Str(right),
        F64(strike),
        F64(bid),
        F64(ask),
        I64(volume),
        I64(interest),
        F64(iv),
        F64(underlying),
    ] = values.as_slice()
    else {
        return None;
    };
    let row = |i: usize| {
        Some(ChainQuote {
            quote_date: date[i]?,
            quote_time: time[i].clone()?,
            kind: kind[i].clone()?,
            root: root[i].clone()?,
            expiry: expiry[i]?,
            is_call: right[i].as_deref()? == "C",
            strike: strike[i]?,
            bid: bid[i],
            ask: ask[i],
            volume: volume[i],
            open_interest: interest[i],
            iv: iv[i],
            underlying: underlying[i],
        })
    };
    (0..date.len()).map(row).collect()
}

/// A file with option quotes that will be imported.
pub(crate) struct ChainFile {
    /// Path relative to the imported folder, with `/`.
    pub file: String,
    /// Where it is.
    pub path: PathBuf,
    /// The publisher's layout; `None` is the normalised one.
    pub layout: Option<&'static ChainLayout>,
}

/// Reads the files and writes them into the unfinished dataset folder.
pub(crate) fn import(
    dir: &Path,
    files: &[ChainFile],
    taken: &mut Vec<Taken>,
) -> Result<Option<(String, FileEntry)>, DataError> {
    if files.is_empty() {
        return Ok(None);
    }
    let mut quotes = Vec::new();
    for ChainFile { file, path, layout } in files {
        let before = quotes.len();
        match layout {
            Some(layout) => layout.read(file, path, &mut quotes)?,
            None => read(file, path, &mut quotes)?,
        }
        let days = || quotes[before..].iter().map(|q| q.quote_date);
        taken.push(Taken {
            file: file.clone(),
            publisher: layout.map_or("Cboe, normalised", |l| l.publisher).into(),
            holds: "option quotes".into(),
            series: vec!["chains".into()],
            values: quotes.len() - before,
            first: days().min(),
            last: days().max(),
        });
    }
    Ok(Some((schema::CHAINS.to_string(), write_table(dir, schema::CHAINS, &columns(&quotes))?)))
}

fn columns(quotes: &[ChainQuote]) -> Vec<Column> {
    let dates =
        |name, value: fn(&ChainQuote) -> NaiveDate| Column::date(name, quotes.iter().map(|q| Some(value(q))).collect());
    let texts = |name, value: fn(&ChainQuote) -> &str| {
        Column::str(name, quotes.iter().map(|q| Some(value(q).to_string())).collect())
    };
    let numbers = |name, value: fn(&ChainQuote) -> Option<f64>| Column::f64(name, quotes.iter().map(value).collect());
    let counts = |name, value: fn(&ChainQuote) -> Option<i64>| Column::i64(name, quotes.iter().map(value).collect());
    vec![
        dates("quote_date", |q| q.quote_date),
        texts("quote_time", |q| &q.quote_time),
        texts("kind", |q| &q.kind),
        texts("root", |q| &q.root),
        dates("expiry", |q| q.expiry),
        texts("right", |q| if q.is_call { "C" } else { "P" }),
        numbers("strike", |q| Some(q.strike)),
        numbers("bid", |q| q.bid),
        numbers("ask", |q| q.ask),
        counts("volume", |q| q.volume),
        counts("open_interest", |q| q.open_interest),
        numbers("iv", |q| q.iv),
        numbers("underlying", |q| q.underlying),
    ]
}

fn read(file: &str, path: &Path, quotes: &mut Vec<ChainQuote>) -> Result<(), DataError> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(std::io::BufReader::new(open(path)?));
    let names: Vec<String> = HEADER.split(',').map(String::from).collect();
    let mut record = csv::StringRecord::new();
    // Quotes come in blocks of one date and one expiry, so the last date parsed is nearly always the next one too.
    let mut dates = (String::new(), NaiveDate::default());
    let mut expiries = dates.clone();
    while reader.read_record(&mut record).map_err(|e| DataError::table(path, e))? {
        let cells = Cells { file, record: &record, names: &names };
        quotes.push(ChainQuote {
            quote_date: cells.date(0, &mut dates)?,
            quote_time: cells.text(1).into(),
            kind: cells.text(2).into(),
            root: cells.text(4).into(),
            expiry: cells.date(6, &mut expiries)?,
            is_call: cells.right(7)?,
            strike: cells.number(8)?.ok_or_else(|| cells.wrong(8, "a strike"))?,
            bid: cells.number(9)?,
            ask: cells.number(10)?,
            volume: cells.number(12)?.map(|v| v as i64),
            open_interest: cells.number(13)?.map(|v| v as i64),
            iv: cells.number(14)?,
            underlying: cells.number(17)?,
        });
    }
    Ok(())
}

/// The cells of one row, with what a message about one of them needs.
pub(crate) struct Cells<'a> {
    pub file: &'a str,
    pub record: &'a csv::StringRecord,
    /// The header.
    pub names: &'a [String],
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

    fn right(&self, column: usize) -> Result<bool, DataError> {
        match self.text(column) {
            "C" => Ok(true),
            "P" => Ok(false),
            _ => Err(self.wrong(column, "C or P")),
        }
    }

    pub fn number(&self, column: usize) -> Result<Option<f64>, DataError> {
        let text = self.text(column);
        if text.is_empty() {
            return Ok(None);
        }
        let value = text.parse::<f64>().ok().filter(|v| (0.0..=1e12).contains(v));
        value.map(Some).ok_or_else(|| self.wrong(column, "a number from 0"))
    }

    pub fn wrong(&self, column: usize, allowed: &str) -> DataError {
        DataError::Cell {
            file: self.file.into(),
            row: self.record.position().map_or(0, csv::Position::line),
            column: self.names.get(column).cloned().unwrap_or_default(),
            found: format!("`{}`", self.text(column)),
            allowed: allowed.into(),
        }
    }
}

/// The moments a chain file holds, with the quotes of SPX, SPXW and VIX options in the market's own terms. Publishers
/// write the root of monthly VIX options as VIX; weeklies (VIXW) have no listed future here and are left out.
pub fn moments(quotes: &[ChainQuote]) -> BTreeMap<Moment, Vec<RawQuote>> {
    let mut all: BTreeMap<Moment, Vec<RawQuote>> = BTreeMap::new();
    for quote in quotes {
        let root = match quote.root.as_str() {
            "SPX" => Root::Spx,
            "SPXW" => Root::Spxw,
            "VIX" => Root::Vix,
            _ => continue,
        };
        let price = |points: Option<f64>| points.map(Price::from_points);
        let raw = RawQuote {
            root,
            expiry: quote.expiry,
            right: if quote.is_call { Right::Call } else { Right::Put },
            strike: Price::from_points(quote.strike),
            bid: price(quote.bid),
            ask: price(quote.ask),
        };
        let moment = Moment { date: quote.quote_date, time: quote.quote_time.clone(), kind: quote.kind.clone() };
        all.entry(moment).or_default().push(raw);
    }
    all
}

/// Quotes of the closes, by session: what a run that trades at the close may read. Of two closing snapshots of one
/// session the later in the file's order of times counts. Overnight and intraday quotes are of another moment.
pub fn closes(quotes: &[ChainQuote]) -> RawChains {
    let at_close = moments(quotes).into_iter().filter(|(moment, _)| moment.kind == "eod");
    at_close.map(|(moment, quotes)| (moment.date, quotes)).collect()
}

/// When quotes were taken.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    /// Session.
    pub date: NaiveDate,
    /// New York time as the source wrote it, or `close`.
    pub time: String,
    /// `eod`, `intraday`, `gth`, `noquotes` or `trades`.
    pub kind: String,
}
