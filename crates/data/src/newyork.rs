//! Instants as New York days: the session that a time with a zone belongs to.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone};
use chrono_tz::America::New_York;

/// A written moment: a day, perhaps a time, perhaps its distance from UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Written {
    pub date: NaiveDate,
    pub time: Option<NaiveTime>,
    /// Seconds east of UTC.
    pub offset: Option<i32>,
}

impl Written {
    /// The same moment by New York's clock; without a zone it is read as New York's already.
    pub fn in_new_york(self) -> Option<NaiveDateTime> {
        let local = self.date.and_time(self.time.unwrap_or_default());
        let Some(seconds) = self.offset else {
            return Some(local);
        };
        let instant = FixedOffset::east_opt(seconds)?
            .from_local_datetime(&local)
            .single()?;
        Some(instant.with_timezone(&New_York).naive_local())
    }
}

/// A UNIX time (seconds, or milliseconds from a size on that seconds reach in the year 5138).
pub(crate) fn unix(text: &str) -> Option<Written> {
    let whole = text.strip_suffix(".0").unwrap_or(text);
    if !(9..=13).contains(&whole.len()) || !whole.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number: i64 = whole.parse().ok()?;
    let seconds = if number >= 100_000_000_000 {
        number / 1000
    } else {
        number
    };
    let instant = DateTime::from_timestamp(seconds, 0)?.naive_utc();
    Some(Written {
        date: instant.date(),
        time: Some(instant.time()),
        offset: Some(0),
    })
}

/// A time of day and what follows it: `16:00`, `4:00:00 PM`, `00:00:00-05:00`, `21:00:00Z`, `16:00 ET`.
pub(crate) fn time(text: &str) -> Option<(NaiveTime, Option<i32>)> {
    let text = text.trim();
    let digits = text
        .find(|c: char| !c.is_ascii_digit() && c != ':' && c != '.')
        .unwrap_or(text.len());
    let clock = &text[..digits];
    let rest = text[digits..].trim();
    let mut parts = clock.split(':');
    let hour: u32 = parts.next()?.parse().ok()?;
    let minute: u32 = parts.next().filter(|m| m.len() == 2)?.parse().ok()?;
    let second = parts.next().map_or(Some(0.0), |s| s.parse::<f64>().ok())?;
    if parts.next().is_some() {
        return None;
    }
    let upper = rest.to_ascii_uppercase();
    let (half, rest) = match upper.get(..2) {
        Some(half @ ("AM" | "PM")) => (Some(half), upper[2..].trim()),
        _ => (None, upper.as_str()),
    };
    let hour = match half {
        Some(half) if (1..=12).contains(&hour) => hour % 12 + if half == "PM" { 12 } else { 0 },
        Some(_) => return None,
        None => hour,
    };
    let time = NaiveTime::from_hms_opt(hour, minute, second as u32)?;
    Some((time, zone(rest)?))
}

/// Seconds east of UTC; `Some(None)` where no zone is written or New York's own is.
fn zone(text: &str) -> Option<Option<i32>> {
    if [
        "",
        "ET",
        "EST",
        "EDT",
        "AMERICA/NEW_YORK",
        "[AMERICA/NEW_YORK]",
    ]
    .contains(&text)
    {
        return Some(None);
    }
    let text = ["UTC", "GMT"]
        .iter()
        .find_map(|z| text.strip_prefix(z))
        .unwrap_or(text);
    if text.is_empty() || text == "Z" {
        return Some(Some(0));
    }
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let rest = rest.split('[').next()?.replace(':', "");
    let (hours, minutes) = match rest.len() {
        1 | 2 => (rest.parse::<i32>().ok()?, 0),
        4 => (rest[..2].parse().ok()?, rest[2..].parse::<i32>().ok()?),
        _ => return None,
    };
    (hours <= 14 && minutes < 60).then_some(Some(sign * (hours * 3600 + minutes * 60)))
}

/// A cell read by a format of chrono; `%s` is UNIX seconds.
pub(crate) fn by_format(cell: &str, format: &str) -> Option<Written> {
    if ["%s", "%s%.f"].contains(&format) {
        return unix(cell);
    }
    let has_offset = ["%z", "%:z", "%#z", "%+"]
        .iter()
        .any(|z| format.contains(z));
    let (moment, offset) = if has_offset {
        let read = DateTime::parse_from_str(cell, format).ok()?;
        (read.naive_local(), Some(read.offset().local_minus_utc()))
    } else if format.ends_with('Z') && !format.ends_with("%Z") {
        // A `Z` in a format is a letter to chrono, and UTC to everybody else.
        (NaiveDateTime::parse_from_str(cell, format).ok()?, Some(0))
    } else if let Ok(moment) = NaiveDateTime::parse_from_str(cell, format) {
        (moment, None)
    } else {
        (NaiveDate::parse_from_str(cell, format).ok()?.into(), None)
    };
    // chrono reads `2` as a year of four digits too.
    let is_year = (1900..2100).contains(&moment.year());
    is_year.then(|| Written {
        date: moment.date(),
        time: Some(moment.time()),
        offset,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new_york(date: &str, clock: &str) -> String {
        let (time, offset) = time(clock).unwrap();
        let written = Written {
            date: date.parse().unwrap(),
            time: Some(time),
            offset,
        };
        written.in_new_york().unwrap().to_string()
    }

    #[test]
    fn a_zone_is_read_and_not_cut() {
        assert_eq!(
            new_york("2022-01-03", "00:00:00-05:00"),
            "2022-01-03 00:00:00"
        );
        assert_eq!(new_york("2022-01-04", "00:00:00Z"), "2022-01-03 19:00:00");
        assert_eq!(
            new_york("2022-07-05", "00:00:00+0000"),
            "2022-07-04 20:00:00"
        );
        assert_eq!(new_york("2022-01-03", "4:00:00 PM"), "2022-01-03 16:00:00");
        assert_eq!(new_york("2022-01-03", "22:00 GMT+1"), "2022-01-03 16:00:00");
        assert_eq!(
            unix("1641220200")
                .unwrap()
                .in_new_york()
                .unwrap()
                .to_string(),
            "2022-01-03 09:30:00"
        );
        for bad in [
            "noon",
            "25:00",
            "16:0",
            "13:00 PM",
            "16:00 CET",
            "16:00+99:00",
            "16",
        ] {
            assert_eq!(time(bad), None, "{bad}");
        }
    }
}
