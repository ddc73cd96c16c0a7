//! The moment above a table of quotes, in the languages of browsers.

use chrono::{Days, NaiveDate, NaiveTime};
use market::calendar::Calendar;

use super::QuoteTime;

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
pub(super) fn moment(text: &str) -> Option<QuoteTime> {
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
    let hour = hour.parse::<u32>().ok()?;
    let minute = minute.get(..2)?.parse::<u32>().ok()?;
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
