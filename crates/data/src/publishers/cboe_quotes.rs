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

use chrono::{Days, NaiveDate, NaiveTime};
use market::calendar::Calendar;

use crate::DataError;
use crate::chains::ChainQuote;
use crate::chains::store::Writer;
use crate::lines::line_of;
use crate::publishers::rows::Cells;
use crate::unpack::Place;

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
            let (column, found, allowed) = (column.into(), format!("`{found}`"), allowed.into());
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

/// First letters of the months in the languages of the files at hand and a few more; each begins one month's names only.
const MONTHS: [&[&str]; 12] = [
    &["jan", "ene", "янв", "gen"],
    &["feb", "фев", "fév", "fev"],
    &["mar", "мар", "mär"],
    &["apr", "abr", "апр", "avr"],
    &["may", "mai", "мая", "май", "mag"],
    &["jun", "июн", "juin", "giu"],
    &["jul", "июл", "juil", "lug"],
    &["aug", "ago", "авг", "aoû"],
    &["sep", "сен", "set"],
    &["oct", "okt", "окт", "out", "ott"],
    &["nov", "ноя"],
    &["dec", "dic", "дек", "dez", "déc"],
];

/// What a header's moment means; `None` where it cannot be read or is not New York time.
fn moment(text: &str) -> Option<QuoteTime> {
    let text = text
        .to_lowercase()
        .replace('\u{2212}', "-")
        .replace(['\u{a0}', '\u{202f}'], " ");
    let before = before_zone(&text)?;
    let words: Vec<&str> = before.split([' ', ',']).filter(|w| !w.is_empty()).collect();
    let clock = words.iter().position(|w| w.contains(':'))?;
    let time = time(words[clock], words.get(clock + 1).copied())?;
    let month = words.iter().find_map(|w| month(w))?;
    let numbers: Vec<i32> = words[..clock]
        .iter()
        .filter_map(|w| w.trim_end_matches('.').parse().ok())
        .collect();
    let year = numbers.iter().copied().find(|n| (2000..2100).contains(n))?;
    let day = numbers.iter().copied().find(|n| (1..=31).contains(n))?;
    at(NaiveDate::from_ymd_opt(year, month, day as u32)?, time)
}

/// The text before the zone, if that is New York's.
fn before_zone(text: &str) -> Option<&str> {
    let zones = [
        "est",
        "edt",
        "et",
        "gmt-4",
        "gmt-5",
        "utc-4",
        "utc-5",
        "gmt-04:00",
        "gmt-05:00",
    ];
    let (before, zone) = text.trim().rsplit_once(' ')?;
    zones.contains(&zone).then_some(before)
}

fn time(clock: &str, after: Option<&str>) -> Option<NaiveTime> {
    let (hour, minute) = clock.split_once(':')?;
    let (hour, minute) = (
        hour.parse::<u32>().ok()?,
        minute.get(..2)?.parse::<u32>().ok()?,
    );
    let half = after
        .map(|w| w.replace('.', ""))
        .filter(|w| w == "am" || w == "pm");
    let hour = match half.as_deref() {
        Some("am") if (1..=12).contains(&hour) => hour % 12,
        Some("pm") if (1..=12).contains(&hour) => hour % 12 + 12,
        Some(_) => return None,
        None => hour,
    };
    NaiveTime::from_hms_opt(hour, minute, 0)
}

fn month(word: &str) -> Option<u32> {
    (1..)
        .zip(MONTHS)
        .find(|(_, names)| names.iter().any(|n| word.starts_with(n)))
        .map(|(month, _)| month)
}

/// The rule of the header comment.
fn at(day: NaiveDate, time: NaiveTime) -> Option<QuoteTime> {
    let calendar = Calendar::nyse();
    let clock = |hour, minute| NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default();
    let latest = calendar
        .on_or_before(day)
        .filter(|_| calendar.covers(day))?;
    let end = if calendar.is_early_close(day) {
        clock(13, 30)
    } else {
        clock(16, 30)
    };
    let written = time.format("%H:%M").to_string();
    let tomorrow = day.checked_add_days(Days::new(1))?;
    let (session, time, kind) = if calendar.is_session(day) && time < clock(9, 45) {
        (calendar.previous(day)?, format!("next {written}"), "gth")
    } else if calendar.is_session(day) && time < end {
        (day, written, "intraday")
    } else if calendar.is_session(tomorrow) && time >= clock(20, 30) {
        (
            latest,
            if latest == day {
                written
            } else {
                format!("next {written}")
            },
            "gth",
        )
    } else {
        (
            latest,
            if latest == day {
                written
            } else {
                "close".into()
            },
            "eod",
        )
    };
    Some(QuoteTime {
        session,
        time,
        kind,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn is(text: &str, expected: &str) {
        let found = moment(text).map(|m| format!("{} {} {}", m.session, m.kind, m.time));
        assert_eq!(found.as_deref(), Some(expected), "{text}");
    }

    #[test]
    fn the_session_follows_from_day_and_hour() {
        is("February 7, 2023 at 5:34 PM EST", "2023-02-07 eod 17:34");
        is(
            "February 7, 2023 at 4:29 PM EST",
            "2023-02-07 intraday 16:29",
        );
        is(
            "February 7, 2023 at 9:44 AM EST",
            "2023-02-06 gth next 09:44",
        );
        is(
            "February 7, 2023 at 9:45 AM EST",
            "2023-02-07 intraday 09:45",
        );
        is("February 7, 2023 at 8:29 PM EST", "2023-02-07 eod 20:29");
        is("February 7, 2023 at 8:30 PM EST", "2023-02-07 gth 20:30");
        is("February 3, 2023 at 11:24 PM EST", "2023-02-03 eod 23:24");
        is("February 5, 2023 at 11:00 AM EST", "2023-02-03 eod close");
        is(
            "February 5, 2023 at 8:45 PM EST",
            "2023-02-03 gth next 20:45",
        );
        is("September 4, 2023 at 2:56 PM EDT", "2023-09-01 eod close");
        is("November 25, 2022 at 1:31 PM EST", "2022-11-25 eod 13:31");
        is(
            "January 31, 2022 at 12:05 AM EST",
            "2022-01-28 gth next 00:05",
        );
        is(
            "January 31, 2022 at 12:05 PM EST",
            "2022-01-31 intraday 12:05",
        );
    }

    #[test]
    fn dates_are_read_in_the_languages_of_browsers() {
        is("January 9, 2022, 3:11 AM EST", "2022-01-07 eod close");
        is("5 April 2023, 19:41 UTC\u{2212}4", "2023-04-05 eod 19:41");
        is(
            "23 de marzo de 2022, 10:11 GMT-4",
            "2022-03-23 intraday 10:11",
        );
        is("9 декабря 2023 г. в 13:49 GMT-5", "2023-12-08 eod close");
        is("July 9, 2022 at 5:28 p.m. EDT", "2022-07-08 eod close");
        is(
            "11 de noviembre de 2024, 8:02 GMT-5",
            "2024-11-08 gth next 08:02",
        );
        is("20. Mai 2023, 11:33 GMT-4", "2023-05-19 eod close");
        is("20 juin 2023, 11:33 GMT-4", "2023-06-20 intraday 11:33");
        is("20 juillet 2023, 11:33 GMT-4", "2023-07-20 intraday 11:33");
    }

    #[test]
    fn a_moment_that_is_not_new_yorks_or_not_readable_is_none() {
        for text in [
            "January 9, 2022, 3:11 AM CET",
            "January 9, 2022, 3:11 AM GMT+1",
            "9/1/2022, 3:11 AM EST",
            "January 9, 2022",
            "January 32, 2022, 3:11 AM EST",
            "January 9, 2022, 13:11 PM EST",
            "January 9, 1999, 3:11 AM EST",
            "",
        ] {
            assert_eq!(moment(text), None, "{text}");
        }
    }
}
