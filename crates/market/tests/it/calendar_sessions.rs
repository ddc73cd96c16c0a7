//! Sessions and closures against an independent calendar library.

use chrono::{Datelike, NaiveDate, Weekday};
use market::calendar::Calendar;

use crate::tables::{day, rows};

#[test]
fn sessions_equal_the_reference() {
    let expected: Vec<NaiveDate> = rows("sessions.csv").iter().map(|r| day(&r[0])).collect();
    let nyse = Calendar::nyse();
    let years = nyse
        .sessions()
        .iter()
        .filter(|d| (2018..=2027).contains(&d.year()));
    assert_eq!(years.copied().collect::<Vec<_>>(), expected);
    for (index, date) in nyse.sessions().iter().enumerate() {
        assert_eq!(nyse.index_of(*date), Some(index));
    }
}

/// 38 years: sessions and closes at 13:00, special closings among them.
#[test]
fn sessions_since_1990_equal_the_reference() {
    let rows = rows("sessions_long.csv");
    let expected: Vec<(NaiveDate, bool)> =
        rows.iter().map(|r| (day(&r[0]), &r[1] == "1")).collect();
    let nyse = Calendar::nyse();
    let last = expected[expected.len() - 1].0;
    let found = nyse.sessions().iter().filter(|d| **d <= last);
    let found: Vec<_> = found.map(|d| (*d, nyse.is_early_close(*d))).collect();
    assert_eq!(expected.len(), 9_547);
    assert_eq!(found, expected);
}

/// Beyond the reference the rules speak: ten scheduled holidays a year, less those that fall on a Saturday of New Year.
#[test]
fn the_years_after_the_reference_have_the_holidays_of_the_rules() {
    let nyse = Calendar::nyse();
    let count = |year| nyse.sessions().iter().filter(|d| d.year() == year).count();
    assert_eq!([2028, 2029, 2030].map(count), [251, 251, 251]);
    for closed in [
        "2028-04-14",
        "2029-03-30",
        "2030-04-19",
        "2030-06-19",
        "2029-12-25",
    ] {
        assert!(!nyse.is_session(day(closed)), "{closed}");
    }
    for half in ["2028-11-24", "2029-07-03", "2030-12-24"] {
        assert!(nyse.is_early_close(day(half)), "{half}");
    }
}

#[test]
fn closing_times_equal_the_reference() {
    for row in rows("sessions.csv") {
        let early = match &row[1] {
            "16:00" => false,
            "13:00" => true,
            other => panic!("{other}"),
        };
        assert_eq!(
            Calendar::nyse().is_early_close(day(&row[0])),
            early,
            "{}",
            &row[0]
        );
    }
}

#[test]
fn every_weekday_without_a_session_is_a_listed_holiday() {
    let nyse = Calendar::nyse();
    let closed: Vec<NaiveDate> = rows("holidays.csv")
        .iter()
        .filter(|r| &r[1] == "closed")
        .map(|r| day(&r[0]))
        .collect();
    let table = day("2018-01-01")
        .iter_days()
        .take_while(|d| *d <= day("2027-12-31"));
    let weekday = |d: &NaiveDate| !matches!(d.weekday(), Weekday::Sat | Weekday::Sun);
    let found: Vec<NaiveDate> = table
        .filter(weekday)
        .filter(|d| !nyse.is_session(*d))
        .collect();
    assert_eq!(found, closed);
}

#[test]
fn w13_half_days_are_known() {
    let known = [
        "2018-07-03",
        "2018-11-23",
        "2018-12-24",
        "2019-07-03",
        "2019-11-29",
        "2019-12-24",
        "2020-11-27",
        "2020-12-24",
        "2021-11-26",
        "2022-11-25",
        "2023-07-03",
        "2023-11-24",
        "2024-07-03",
        "2024-11-29",
        "2024-12-24",
        "2025-07-03",
        "2025-11-28",
        "2025-12-24",
    ];
    let nyse = Calendar::nyse();
    let until_2025 = nyse
        .sessions()
        .iter()
        .filter(|d| (2018..=2025).contains(&d.year()));
    let found: Vec<String> = until_2025
        .filter(|d| nyse.is_early_close(**d))
        .map(|d| d.to_string())
        .collect();
    assert_eq!(found, known);
}

#[test]
fn days_of_mourning_are_not_sessions() {
    for closed in ["2018-12-05", "2025-01-09"].map(day) {
        assert!(!Calendar::nyse().is_session(closed), "{closed}");
    }
    assert_eq!(
        Calendar::nyse().next(day("2018-12-04")),
        Some(day("2018-12-06"))
    );
}

#[test]
fn closings_at_short_notice_are_not_sessions() {
    let closings = [
        "1994-04-27",
        "2001-09-11",
        "2001-09-14",
        "2004-06-11",
        "2007-01-02",
        "2012-10-29",
        "2012-10-30",
    ];
    for closed in closings.map(day) {
        assert!(!Calendar::nyse().is_session(closed), "{closed}");
    }
    assert!(Calendar::nyse().is_session(day("2001-09-17")));
}

#[test]
fn juneteenth_is_a_holiday_from_2022() {
    assert!(Calendar::nyse().is_session(day("2020-06-19")));
    assert!(Calendar::nyse().is_session(day("2021-06-18")));
    assert!(!Calendar::nyse().is_session(day("2022-06-20")));
}

/// Every answer agrees with a search through the list of sessions, for every day of the table.
#[test]
fn look_ups_agree_with_a_plain_search() {
    let nyse = Calendar::nyse();
    let all = nyse.sessions();
    for date in day("2018-01-01")
        .iter_days()
        .take_while(|d| *d <= day("2027-12-31"))
    {
        assert_eq!(
            nyse.next(date),
            all.iter().copied().find(|s| *s > date),
            "{date}"
        );
        assert_eq!(
            nyse.on_or_after(date),
            all.iter().copied().find(|s| *s >= date),
            "{date}"
        );
        assert_eq!(
            nyse.previous(date),
            all.iter().rev().copied().find(|s| *s < date),
            "{date}"
        );
        assert_eq!(
            nyse.on_or_before(date),
            all.iter().rev().copied().find(|s| *s <= date),
            "{date}"
        );
        let week: Vec<NaiveDate> = all
            .iter()
            .copied()
            .filter(|s| s.iso_week() == date.iso_week())
            .collect();
        assert_eq!(
            nyse.first_session_of_week(date),
            week.first().copied(),
            "{date}"
        );
        assert_eq!(
            nyse.is_last_session_of_week(date),
            week.last() == Some(&date),
            "{date}"
        );
        let month = all
            .iter()
            .rev()
            .find(|s| (s.year(), s.month()) == (date.year(), date.month()));
        assert_eq!(
            nyse.is_last_session_of_month(date),
            month == Some(&date),
            "{date}"
        );
        for days in [-40, -1, 0, 1, 3, 40] {
            let to = date + chrono::TimeDelta::days(days);
            let ahead = all.iter().filter(|s| date < **s && **s <= to).count() as i32;
            let behind = all.iter().filter(|s| to < **s && **s <= date).count() as i32;
            assert_eq!(
                nyse.sessions_between(date, to),
                ahead - behind,
                "{date} to {to}"
            );
        }
    }
}
