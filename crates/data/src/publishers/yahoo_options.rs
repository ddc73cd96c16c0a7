//! Yahoo Finance option chains, as Python programs save them. From files at hand, of one day.
//!
//! * A row per option: `contractSymbol,lastTradeDate,strike,lastPrice,bid,ask,change,percentChange,volume,openInterest,`
//!   `impliedVolatility,inTheMoney,contractSize,currency`, perhaps with a number before and `expiry` after. Points.
//! * `contractSymbol` says root, expiry, right and strike (`SPXW220218P04300000`); the strike of the row must agree with it.
//! * **No day of the quotes is in the file.** Yahoo shows the latest quotes, so they are of the session of the latest trade
//!   (`lastTradeDate`, an instant), where that trade came after 16:00 New York time: then they are closing quotes. A date in the
//!   file name must lie on or after that session, and before the next one's close. A file without such a trade is refused.
//! * `impliedVolatility` of Yahoo is of its last price, so it is not read.
//!
//! Example (made up): `0,SPXW220218P04300000,2022-01-31 21:05:00+00:00,4300.0,30.0,29.5,30.1,0.0,0.0,120,800,0.24,False,REGULAR,USD,2022-02-18`

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use market::calendar::Calendar;

use super::rows::Cells;
use crate::DataError;
use crate::chains::ChainQuote;
use crate::chains::store::Writer;
use crate::dates::{self, Order};
use crate::error::Refusal;
use crate::sheet::Sheet;
use crate::unpack::Place;

/// Publisher, for people.
pub(super) const PUBLISHER: &str = "Yahoo option chain";
const COLUMNS: &str = "contractSymbol,lastTradeDate,strike,bid,ask,volume,openInterest";

/// Whether a sheet is of this layout.
pub(super) fn fits(sheet: &Sheet) -> bool {
    sheet.has_columns(COLUMNS)
}

/// Adds the quotes of a file.
pub(super) fn read(file: &str, place: &Place, quotes: &mut Writer<'_>) -> Result<(), DataError> {
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(std::io::BufReader::new(place.text()?));
    let broken = |e: csv::Error| DataError::table(&place.path, e);
    let header = reader.headers().map_err(broken)?.clone();
    let names: Vec<String> = header
        .iter()
        .map(|h| h.trim_start_matches('\u{feff}').into())
        .collect();
    let columns: Vec<usize> = COLUMNS
        .split(',')
        .map(|name| {
            names
                .iter()
                .position(|h| h.eq_ignore_ascii_case(name))
                .unwrap_or(usize::MAX)
        })
        .collect();
    let mut record = csv::StringRecord::new();
    let mut all = Vec::new();
    let mut latest = None;
    while reader.read_record(&mut record).map_err(broken)? {
        let cells = Cells {
            file,
            place,
            record: &record,
            names: &names,
            decimal: None,
        };
        if record.iter().all(str::is_empty) {
            continue;
        }
        if record.len() < names.len() {
            return Err(cells.cut_off(names.len()));
        }
        latest = latest.max(trade(&cells, columns[1])?);
        all.push(quote(&cells, &columns)?);
    }
    let session =
        session_of(file, latest).map_err(|reason| DataError::table(&place.path, reason.0))?;
    for mut quote in all {
        quote.quote_date = session;
        quotes.push(quote)?;
    }
    Ok(())
}

/// When the option last traded, in New York time.
fn trade(cells: &Cells<'_>, column: usize) -> Result<Option<NaiveDateTime>, DataError> {
    let text = cells.text(column);
    if text.is_empty() {
        return Ok(None);
    }
    let read = dates::written(text, Order::YearMonthDay).and_then(|written| written.in_new_york());
    let allowed = "an instant like 2022-01-31 21:05:00+00:00";
    read.map(Some).ok_or_else(|| cells.wrong(column, allowed))
}

/// The session whose closing quotes a file holds.
fn session_of(file: &str, latest: Option<NaiveDateTime>) -> Result<NaiveDate, Refusal> {
    let calendar = Calendar::nyse();
    let latest = latest
        .ok_or("found no trade, allowed: one after the close of the session of the quotes")?;
    let session = latest.date();
    let hour = if calendar.is_early_close(session) {
        13
    } else {
        16
    };
    let close = NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default();
    if !calendar.is_session(session) || latest.time() < close {
        return Err(Refusal(format!(
            "the file holds no day of its quotes, and its latest trade is of {latest} New York time, allowed: one after the close of a session: \
             else the quotes may be of the middle of a day"
        )));
    }
    let named = name_date(file);
    let next = calendar.next(session);
    if let Some(named) = named.filter(|d| *d < session || next.is_some_and(|n| *d > n)) {
        return Err(Refusal(format!(
            "found {named} in the file name and a latest trade of {session}, allowed: a name from that session to the next"
        )));
    }
    Ok(session)
}

/// The date in a file name.
fn name_date(file: &str) -> Option<NaiveDate> {
    let name = file.rsplit('/').next().unwrap_or_default();
    (0..name.len()).find_map(|i: usize| name.get(i..i + 10).and_then(|text| text.parse().ok()))
}

fn quote(cells: &Cells<'_>, columns: &[usize]) -> Result<ChainQuote, DataError> {
    let symbol = cells.text(columns[0]);
    let strike = cells.number(columns[2])?;
    let parsed = symbol.len().checked_sub(15).and_then(|at| {
        let root = symbol.get(..at)?;
        let rest = symbol.get(at..)?;
        let expiry = NaiveDate::parse_from_str(&format!("20{}", &rest[..6]), "%Y%m%d").ok()?;
        let is_call = match &rest[6..7] {
            "C" => true,
            "P" => false,
            _ => return None,
        };
        let thousandths: f64 = rest[7..].parse::<u32>().ok()?.into();
        let same = strike.is_some_and(|k| k > 0.0 && (k * 1e3 - thousandths).abs() < 0.5);
        let letters = !root.is_empty() && root.bytes().all(|b| b.is_ascii_uppercase());
        (same && letters).then(|| (root.to_string(), expiry, is_call))
    });
    let allowed =
        "root, expiry, right and strike, such as SPXW220218P04300000, the strike as in its column";
    let (root, expiry, is_call) = parsed.ok_or_else(|| cells.wrong(columns[0], allowed))?;
    Ok(ChainQuote {
        quote_time: "close".into(),
        kind: "eod".into(),
        root,
        expiry,
        is_call,
        strike: strike.unwrap_or_default(),
        bid: cells.number(columns[3])?,
        ask: cells.number(columns[4])?,
        volume: cells.number(columns[5])?.map(|v| v as i64),
        open_interest: cells.number(columns[6])?.map(|v| v as i64),
        ..ChainQuote::default()
    })
}
