//! Cboe Futures Exchange: VIX futures (VX), one file per contract.
//!
//! * Columns: `Trade Date,Futures,Open,High,Low,Close,Settle,Change,Total Volume,EFP,Open Interest`; dates `yyyy-mm-dd`, in older
//!   files `mm/dd/yyyy` below a paragraph of notice; ascending.
//! * `Futures` names the contract, such as `M (Jun 2022)`: month letter, month, year. Its settlement day follows from the
//!   exchange's rule (30 days before the third Friday of the next month); a date in the file name must agree.
//! * Index points. Trade dates before 2007-03-26 are on a ten-fold scale and are divided by ten.
//! * Zero means no value: prices on days without a trade, and single missing settlements.
//! * The row dated the settlement day holds the final settlement value (VRO) in `Settle`; it is never a mark.
//! * CFE trades on some NYSE holidays; those rows are left out.
//! * Weekly contracts are written otherwise in `Futures` and are refused.
//!
//! Example: `2022-01-31,M (Jun 2022),27.1,27.4,26.8,27,27.0512,-0.2,1200,0,15000`

use chrono::{Datelike, NaiveDate};
use market::calendar::vix_settlement;

use super::{Fault, Part, SheetLayout};
use crate::DataError;
use crate::check::{Findings, Severity};
use crate::sheet::{DateStyle, Day, Sheet, on_sessions};
use crate::tables::VxRow;

pub(super) const LAYOUT: SheetLayout = SheetLayout {
    publisher: "CFE",
    holds: "one VIX future (Trade Date,Futures,...,Settle,...)",
    fits: |sheet| sheet.has_header(HEADER),
    read,
};

const HEADER: &str =
    "Trade Date,Futures,Open,High,Low,Close,Settle,Change,Total Volume,EFP,Open Interest";
const FUTURES: usize = 1;
const MONTH_LETTERS: &str = "FGHJKMNQUVXZ";
/// Prices in points after scaling; zero is "no value".
const RANGE: (f64, f64) = (0.0, 250.0);
const COUNTS: (f64, f64) = (0.0, 1e9);

fn read(sheet: &Sheet, notes: &mut Findings) -> Result<Vec<Part>, Fault> {
    let style = if sheet.dates_are(DateStyle::Us) {
        DateStyle::Us
    } else {
        DateStyle::Iso
    };
    let days = sheet.days(style, notes)?;
    let contract = days[0].text(FUTURES);
    let Some((year, month)) = parse_contract(contract) else {
        let reason = format!(
            "contract `{contract}` is no monthly one, such as `M (Jun 2022)`; weeklies are not used by this version"
        );
        return Err(Fault::Refused(reason));
    };
    let Some(expiry) = vix_settlement(year, month) else {
        return Err(Fault::Refused(format!(
            "contract `{contract}` settles outside the calendar of this version (1990 to 2030)"
        )));
    };
    check_name(sheet, expiry, notes);
    let mut rows = Vec::with_capacity(days.len());
    for day in on_sessions(days, "vx", notes) {
        if day.text(FUTURES) != contract {
            return Err(day
                .wrong(FUTURES, format!("`{contract}`, as in the first row"))
                .into());
        }
        if day.date > expiry {
            return Err(day
                .wrong(
                    0,
                    format!("a date up to the settlement day {expiry} of `{contract}`"),
                )
                .into());
        }
        rows.extend(row(&day, expiry, notes)?);
    }
    Ok(vec![Part::Vx(rows)])
}

/// `M (Jun 2022)` as year and month, if letter and month agree.
fn parse_contract(text: &str) -> Option<(i32, u32)> {
    let (letter, rest) = text.split_once(" (")?;
    let month_year = rest.strip_suffix(')')?;
    let day = NaiveDate::parse_from_str(&format!("1 {month_year}"), "%d %b %Y").ok()?;
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

fn row(day: &Day, expiry: NaiveDate, notes: &mut Findings) -> Result<Option<VxRow>, DataError> {
    let scale = if day.date < NaiveDate::from_ymd_opt(2007, 3, 26).unwrap_or_default() {
        10.0
    } else {
        1.0
    };
    let price = |column: usize| -> Result<Option<f64>, DataError> {
        let value = day.number(column, (RANGE.0, RANGE.1 * scale))?;
        Ok(value.filter(|v| *v > 0.0).map(|v| v / scale))
    };
    let count = |column| Ok::<_, DataError>(day.number(column, COUNTS)?.map(|v| v as i64));
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
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contracts_are_named_by_letter_and_month() {
        assert_eq!(parse_contract("M (Jun 2022)"), Some((2022, 6)));
        assert_eq!(parse_contract("Z (Dec 2021)"), Some((2021, 12)));
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
