//! Cboe Futures Exchange: VIX futures (VX), one file per contract, or contracts stacked in one file.
//!
//! * Columns: `Trade Date,Futures,Open,High,Low,Close,Settle,Change,Total Volume,EFP,Open Interest`; dates `yyyy-mm-dd`, in older
//!   files `mm/dd/yyyy` below a paragraph of notice, whatever its words; ascending.
//! * `Futures` names the contract, such as `M (Jun 2022)`, in older files `M (Jun 08)`: month letter, month, year. Its settlement day follows from the
//!   exchange's rule (30 days before the third Friday of the next month); a date in the file name must agree.
//! * Index points. Trade dates before 2007-03-26 are on a ten-fold scale and are divided by ten.
//! * Zero means no value: prices on days without a trade, and single missing settlements.
//! * The row dated the settlement day holds the final settlement value (VRO) in `Settle`; it is never a mark.
//! * CFE trades on some NYSE holidays; those rows are left out.
//! * Weekly contracts are written otherwise in `Futures` and are refused.
//!
//! Example: `2022-01-31,M (Jun 2022),27.1,27.4,26.8,27,27.0512,-0.2,1200,0,15000`

use chrono::{Datelike, NaiveDate};
use market::calendar::{Calendar, vix_settlement};

use super::{Part, SheetLayout};
use crate::check::{Findings, Severity};
use crate::error::Refusal;
use crate::sheet::{DateStyle, Day, Row, Sheet, on_sessions};
use crate::tables::VxRow;

pub(super) const LAYOUT: SheetLayout = SheetLayout {
    publisher: "CFE",
    holds: "VIX futures (Trade Date,Futures,...,Settle,...)",
    fits: |sheet| sheet.has_columns(HEADER),
    read,
};

const HEADER: &str =
    "Trade Date,Futures,Open,High,Low,Close,Settle,Change,Total Volume,EFP,Open Interest";
const FUTURES: usize = 1;
const MONTH_LETTERS: &str = "FGHJKMNQUVXZ";
/// Prices in points after scaling; zero is "no value".
const RANGE: (f64, f64) = (0.0, 250.0);
const COUNTS: (f64, f64) = (0.0, 1e9);

fn read(sheet: &Sheet, notes: &mut Findings) -> Result<Vec<Part>, Refusal> {
    let sheet = sheet.arranged(HEADER);
    let mut contracts: Vec<(String, Vec<Row>)> = Vec::new();
    for row in &sheet.rows {
        let contract = row.cells.get(FUTURES).cloned().unwrap_or_default();
        match contracts.last_mut().filter(|c| c.0 == contract) {
            Some(known) => known.1.push(row.clone()),
            None => match contracts.iter().position(|c| c.0 == contract) {
                Some(at) => contracts[at].1.push(row.clone()),
                None => contracts.push((contract, vec![row.clone()])),
            },
        }
    }
    let mut parts = Vec::new();
    let mut refused = Vec::new();
    let is_stacked = contracts.len() > 1;
    for (name, rows) in contracts {
        // A row of fewer cells has no contract: it is damaged, and said so below.
        let one = sheet.with_rows(rows);
        match contract_of(&name) {
            Ok(expiry) => parts.push(Part::Vx(contract(&one, &name, expiry, notes)?)),
            Err(reason)
                if is_stacked && one.rows.iter().all(|r| r.cells.len() == one.header.len()) =>
            {
                refused.push(reason);
            }
            Err(reason) => return Err(cut_row(&one).unwrap_or(reason)),
        }
    }
    for reason in &refused {
        notes.note(
            Severity::Info,
            "contract_not_used",
            &sheet.file,
            None,
            || format!("{}: {}", sheet.file, reason.0),
        );
    }
    match (parts.is_empty(), refused.pop()) {
        (true, Some(reason)) => Err(reason),
        (true, None) => Err(cut_row(&sheet).unwrap_or("found no rows of values".into())),
        _ => {
            if let [Part::Vx(_)] = &parts[..]
                && let Some(Ok(expiry)) = sheet.rows.first().map(|r| contract_of(&r.cells[FUTURES]))
            {
                check_name(&sheet, expiry, notes);
            }
            Ok(parts)
        }
    }
}

/// What is wrong with rows that are too short to name a contract, or with none at all.
fn cut_row(sheet: &Sheet) -> Option<Refusal> {
    sheet.days(DateStyle::Iso, &mut Findings::default()).err()
}

/// The settlement day of a contract, or why it has none here.
fn contract_of(name: &str) -> Result<NaiveDate, Refusal> {
    let (year, month) = parse_contract(name).ok_or_else(|| {
        Refusal(format!(
            "contract `{name}` is no monthly one, such as `M (Jun 2022)`; weeklies are not used by this version"
        ))
    })?;
    let sessions = Calendar::nyse().sessions();
    vix_settlement(year, month).ok_or_else(|| {
        let years = sessions.first().zip(sessions.last());
        let years = years.map_or(String::new(), |(a, b)| {
            format!(" ({} to {})", a.year(), b.year())
        });
        Refusal(format!(
            "contract `{name}` settles outside the calendar of this version{years}"
        ))
    })
}

/// The rows of one contract.
fn contract(
    sheet: &Sheet,
    name: &str,
    expiry: NaiveDate,
    notes: &mut Findings,
) -> Result<Vec<VxRow>, Refusal> {
    let days = sheet.days(DateStyle::Us, notes)?;
    let mut rows = Vec::with_capacity(days.len());
    for day in on_sessions(days, "vx", notes) {
        if day.date > expiry {
            let allowed = format!("a date up to the settlement day {expiry} of `{name}`");
            return Err(day.wrong(0, allowed).into());
        }
        rows.extend(row(&day, expiry, notes)?);
    }
    Ok(rows)
}

/// `M (Jun 2022)` as year and month, if letter and month agree.
fn parse_contract(text: &str) -> Option<(i32, u32)> {
    let (letter, rest) = text.split_once(" (")?;
    let month_year = rest.strip_suffix(')')?;
    let (month, year) = month_year.split_once(' ')?;
    // Older notices write two digits: `G (Feb 08)`.
    let year = if year.len() == 2 {
        format!("20{year}")
    } else {
        year.into()
    };
    let day = NaiveDate::parse_from_str(&format!("1 {month} {year}"), "%d %b %Y").ok()?;
    let position = MONTH_LETTERS.find(letter).filter(|_| letter.len() == 1)?;
    (position as u32 == day.month0()).then_some((day.year(), day.month()))
}

fn check_name(sheet: &Sheet, expiry: NaiveDate, notes: &mut Findings) {
    let words = sheet.name_words();
    let named = words
        .windows(3)
        .find_map(|w| NaiveDate::parse_from_str(&w.join("-"), "%Y-%m-%d").ok());
    if let Some(named) = named.filter(|d| *d != expiry) {
        notes.note(Severity::Warning, "name_disagrees", &sheet.file, Some(expiry), || {
            format!("{}: found {named} in the file name, allowed: {expiry}, which follows from the contract inside; that wins", sheet.file)
        });
    }
}

fn row(day: &Day, expiry: NaiveDate, notes: &mut Findings) -> Result<Option<VxRow>, Refusal> {
    let scale = if day.date < NaiveDate::from_ymd_opt(2007, 3, 26).unwrap_or_default() {
        10.0
    } else {
        1.0
    };
    let price = |column: usize| -> Result<Option<f64>, Refusal> {
        let value = day.number(column, (RANGE.0, RANGE.1 * scale))?;
        Ok(value.filter(|v| *v > 0.0).map(|v| v / scale))
    };
    let count = |column| Ok::<_, Refusal>(day.number(column, COUNTS)?.map(|v| v as i64));
    let Some(settle) = price(6)? else {
        notes.note(
            Severity::Warning,
            "no_settlement",
            "vx",
            Some(day.date),
            || {
                format!(
                    "{}: found no settlement for {expiry}, allowed: a price above 0; left missing",
                    day.place()
                )
            },
        );
        return Ok(None);
    };
    Ok(Some(VxRow {
        trade_date: day.date,
        expiry,
        settle,
        open: price(2)?,
        high: price(3)?,
        low: price(4)?,
        close: price(5)?,
        volume: count(8)?,
        open_interest: count(10)?,
        line: day.line(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contracts_are_named_by_letter_and_month() {
        assert_eq!(parse_contract("M (Jun 2022)"), Some((2022, 6)));
        assert_eq!(parse_contract("Z (Dec 2021)"), Some((2021, 12)));
        assert_eq!(parse_contract("K (May 07)"), Some((2007, 5)));
        for other in [
            "F (Jun 2022)",
            "22 (Jun 2022)",
            "M Jun 2022",
            "",
            "FG (Jan 2022)",
        ] {
            assert_eq!(parse_contract(other), None, "{other}");
        }
    }

    #[test]
    fn prices_before_the_rescaling_of_2007_are_divided_by_ten() {
        let text = format!(
            "{HEADER}\n2007-03-23,J (Apr 2007),140,145,138,141,142.5,0,10,0,20\n2007-03-26,J (Apr 2007),14,14.5,13.8,14.1,14.2,0,10,0,20\n"
        );
        let sheet = Sheet::parse("x.csv", text.as_bytes()).unwrap();
        let mut notes = Findings::default();
        let days = sheet.days(DateStyle::Iso, &mut notes).unwrap();
        let settle = |i: usize| {
            row(&days[i], days[1].date, &mut Findings::default())
                .unwrap()
                .unwrap()
                .settle
        };
        assert_eq!((settle(0), settle(1)), (14.25, 14.2));
    }
}
