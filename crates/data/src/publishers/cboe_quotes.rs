//! Cboe delayed-quote download (`quotedata.csv`) of one underlying's whole chain. From files at hand, of 2022 to 2025.
//!
//! * Above the table: perhaps an empty line or one of commas; a line `<name>,Last: <level>,Change: <change>`; a line
//!   `Date: <moment>,Bid: ...,Ask: ...,Size: ...,Volume: ...`, the date quoted where it holds commas.
//! * A row per strike, calls left and puts right: `Expiration Date,Calls,Last Sale,Net,Bid,Ask,Volume,IV,Delta,Gamma,Open Interest,`
//!   `Strike,Puts,` and the same again. **The second layout**, seen in 2024, lacks `IV,Delta,Gamma` on both sides.
//! * Expiries `Mon Jan 31 2022`. The option symbol says root, expiry, right and strike (`SPXW220131C04300000`); date, side and
//!   strike of the row must agree with it. Points; `IV` a decimal, 0 where none was computed. A bid and an ask of zero are no quote.
//! * **The session of a quote.** The moment is written as the browser of the person who downloaded it writes dates (eight
//!   languages here), in New York time: `EST`, `EDT`, `ET`, or an offset of -4 or -5 hours; any other zone is refused. Quotes
//!   are delayed by 15 minutes and trading ends at 16:15, so, with `d` the day of the moment:
//!   1. `d` a session, from 09:45 to 16:30 (13:30 on half-days): `intraday`, of `d`.
//!   2. `d` a session, from then to 20:30: `eod`, of `d`.
//!   3. `d` a session before 09:45: `gth`, the overnight session, kept under the session before `d`.
//!   4. After 20:30 on an evening before a session: `gth`, kept under the latest session up to `d`. In files at hand the closing
//!      quotes sometimes still stand then (2025-01-06 at 21:26); nothing in a file proves it, so they are not called closing.
//!   5. Any other time (nights before, and days of, weekends and holidays): `eod`, of the latest session up to `d`. On some
//!      holidays the overnight session trades for some hours; their quotes cannot be told apart.
//!
//!   Where fewer than one option in ten has an ask, the kind is `noquotes`: between sessions the exchange blanks them.
//!
//! Example (made up): `Mon Jan 31 2022,SPXW220131C04300000,210.5,0,215.1,217.3,12,0.3371,0.98,0.0004,800,4300.00,SPXW220131P04300000,...`

mod moment;

use chrono::NaiveDate;

use crate::DataError;
use crate::chains::ChainQuote;
use crate::chains::store::Writer;
use crate::lines::line_of;
use crate::publishers::rows::Cells;
use crate::unpack::Place;

use moment::moment;

/// Publisher, for people.
pub(super) const PUBLISHER: &str = "Cboe quote download";

const LONG: [&str; 10] = [
    "Last Sale",
    "Net",
    "Bid",
    "Ask",
    "Volume",
    "IV",
    "Delta",
    "Gamma",
    "Open Interest",
    "Strike",
];
const SHORT: [&str; 7] = [
    "Last Sale",
    "Net",
    "Bid",
    "Ask",
    "Volume",
    "Open Interest",
    "Strike",
];

/// Whether a row is the header of the table.
pub(super) fn is_header(cells: &[String]) -> bool {
    cells.len() > 1 && cells[0] == "Expiration Date" && cells[1] == "Calls"
}

/// Adds the quotes of a file.
pub(super) fn read(file: &str, place: &Place, quotes: &mut Writer<'_>) -> Result<(), DataError> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(std::io::BufReader::new(place.text()?));
    let mut above = Above::default();
    let mut table: Option<Table> = None;
    let mut record = csv::StringRecord::new();
    let mut all = Vec::new();
    while reader
        .read_record(&mut record)
        .map_err(|e| DataError::table(&place.path, e))?
    {
        if record.iter().all(str::is_empty) {
            continue;
        }
        match &table {
            Some(table) => {
                let cells = Cells {
                    file,
                    place,
                    record: &record,
                    names: &table.names,
                    decimal: None,
                };
                if record.len() < table.names.len() {
                    return Err(cells.cut_off(table.names.len()));
                }
                table.row(&cells, &above, &mut all)?;
            }
            None => table = above.line(file, place, &record)?,
        }
    }
    let quoted = all
        .iter()
        .filter(|q: &&ChainQuote| q.ask.is_some_and(|ask| ask > 0.0))
        .count();
    for mut quote in all.iter().cloned() {
        if quoted * 10 < all.len() {
            quote.kind = "noquotes".into();
        }
        quotes.push(quote)?;
    }
    Ok(())
}

/// What stands above the table.
#[derive(Default)]
struct Above {
    level: Option<f64>,
    moment: Option<QuoteTime>,
}

/// Session, time and kind of the quotes.
#[derive(Clone, Debug, PartialEq)]
struct QuoteTime {
    session: NaiveDate,
    time: String,
    kind: &'static str,
}

impl Above {
    /// Reads a line above the table; the header begins the table.
    fn line(
        &mut self,
        file: &str,
        place: &Place,
        record: &csv::StringRecord,
    ) -> Result<Option<Table>, DataError> {
        let cells: Vec<String> = record
            .iter()
            .map(|c| c.trim_start_matches('\u{feff}').to_string())
            .collect();
        let wrong = |column: &str, found: &str, allowed: &str| {
            let row = record.position().map_or(0, |p| line_of(place, p.byte()));
            let column = column.into();
            let found = format!("`{found}`");
            let allowed = allowed.into();
            DataError::Cell {
                file: file.into(),
                row,
                column,
                found,
                allowed,
            }
        };
        if let Some(level) = cells.get(1).and_then(|c| c.strip_prefix("Last:")) {
            let value = level
                .trim()
                .replace(',', "")
                .parse::<f64>()
                .ok()
                .filter(|v| (0.0..1e9).contains(v));
            self.level = Some(value.ok_or_else(|| wrong("Last", level.trim(), "a number from 0"))?);
        } else if cells[0].starts_with("Date:") {
            // A date with commas is quoted in most files and cut into cells where it was not.
            let cut = cells
                .iter()
                .take_while(|c| !c.starts_with("Bid:"))
                .map(String::as_str)
                .collect::<Vec<_>>()
                .join(", ");
            let text = cut.trim_start_matches("Date:").trim();
            let allowed = "a moment in New York time such as January 31, 2022 at 4:31 PM EST, on or after the first session";
            self.moment = Some(moment(text).ok_or_else(|| wrong("Date", text, allowed))?);
        } else if is_header(&cells) {
            if self.moment.is_none() {
                return Err(wrong(
                    "Date",
                    "nothing",
                    "a line above the table that begins with `Date:`",
                ));
            }
            let allowed = "Expiration Date,Calls,Last Sale,Net,Bid,Ask,Volume[,IV,Delta,Gamma],Open Interest,Strike,Puts and the same";
            let found = cells.join(",");
            return Table::new(cells)
                .map(Some)
                .ok_or_else(|| wrong("(all)", found.trim_end_matches(','), allowed));
        }
        Ok(None)
    }
}

/// The columns of the table.
struct Table {
    names: Vec<String>,
    strike: usize,
}

impl Table {
    /// The table of these columns; `None` where they are no layout of Cboe's.
    fn new(mut names: Vec<String>) -> Option<Table> {
        while names.last().is_some_and(String::is_empty) {
            names.pop();
        }
        let side = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
        for columns in [side(&LONG), side(&SHORT)] {
            let strike = 1 + columns.len();
            let puts = &columns[..columns.len() - 1];
            let expected = [
                &["Expiration Date".into(), "Calls".into()],
                &columns[..],
                &["Puts".into()],
                puts,
            ]
            .concat();
            if names == expected {
                return Some(Table { names, strike });
            }
        }
        None
    }

    fn row(
        &self,
        cells: &Cells<'_>,
        above: &Above,
        all: &mut Vec<ChainQuote>,
    ) -> Result<(), DataError> {
        let expiry = NaiveDate::parse_from_str(cells.text(0), "%a %b %d %Y").ok();
        let expiry = expiry.ok_or_else(|| cells.wrong(0, "a date like Mon Jan 31 2022"))?;
        let strike = cells.number(self.strike)?.filter(|k| *k > 0.0);
        let strike = strike.ok_or_else(|| cells.wrong(self.strike, "a strike above 0"))?;
        let moment = above
            .moment
            .as_ref()
            .expect("the header is refused without it");
        for (first, is_call) in [(1, true), (self.strike + 1, false)] {
            let column = |name: &str| {
                (first..)
                    .find(|i| self.names.get(*i).is_none_or(|n| n == name))
                    .unwrap_or(first)
            };
            let count =
                |name: &str| Ok::<_, DataError>(cells.number(column(name))?.map(|v| v as i64));
            let has_iv = self.strike > SHORT.len() + 1;
            all.push(ChainQuote {
                quote_date: moment.session,
                quote_time: moment.time.clone(),
                kind: moment.kind.into(),
                root: root(cells, first, (expiry, is_call, strike))?,
                expiry,
                is_call,
                strike,
                bid: cells.number(column("Bid"))?,
                ask: cells.number(column("Ask"))?,
                volume: count("Volume")?,
                open_interest: count("Open Interest")?,
                iv: if has_iv {
                    cells.volatility(column("IV"))?
                } else {
                    None
                },
                underlying: above.level,
            });
        }
        Ok(())
    }
}

/// The root of an option symbol whose other parts agree with the row.
fn root(
    cells: &Cells<'_>,
    column: usize,
    option: (NaiveDate, bool, f64),
) -> Result<String, DataError> {
    let (expiry, is_call, strike) = option;
    let thousandths = (strike * 1e3).round() as i64;
    let tail = format!(
        "{}{}{thousandths:08}",
        expiry.format("%y%m%d"),
        if is_call { "C" } else { "P" }
    );
    let root = cells.text(column).strip_suffix(tail.as_str());
    let root = root.filter(|r| !r.is_empty() && r.chars().all(|c| c.is_ascii_alphabetic()));
    root.map(String::from)
        .ok_or_else(|| cells.wrong(column, &format!("a root and then {tail}, as the row says")))
}
