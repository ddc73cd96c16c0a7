//! W38: what did not exist yet is not offered.

use chrono::{Datelike, NaiveDate, TimeDelta, Weekday};
use market::calendar::{Calendar, spx_am_settlement};
use market::contract::Root;
use market::listing::{
    PACKAGE_TICK, spx_am_expiries, spxw_expiries, spxw_expiries_from, tick, vix_expiries,
    vx_expiries,
};
use market::price::Price;

use crate::tables::day;

fn days(dates: &[&str]) -> Vec<NaiveDate> {
    dates.iter().map(|d| day(d)).collect()
}

/// Sessions on which something was listed, with their PM expiries.
fn all_listings() -> impl Iterator<Item = (NaiveDate, Vec<NaiveDate>)> {
    let sessions = Calendar::nyse()
        .sessions()
        .iter()
        .filter(|d| (2018..2027).contains(&d.year()));
    sessions.map(|on| (*on, spxw_expiries(*on, 400)))
}

/// Expiries on this weekday that neither a holiday nor the end of a month put there.
fn plain_weeklies(expiries: &[NaiveDate], weekday: Weekday) -> Vec<NaiveDate> {
    let nyse = Calendar::nyse();
    let neighbours_open = |d: &NaiveDate| {
        nyse.is_session(*d - TimeDelta::days(1)) && nyse.is_session(*d + TimeDelta::days(1))
    };
    let on_weekday = expiries.iter().filter(|d| d.weekday() == weekday);
    on_weekday
        .filter(|d| neighbours_open(d) && !nyse.is_last_session_of_month(**d))
        .copied()
        .collect()
}

#[test]
fn w38_no_tuesday_weekly_before_it_was_listed() {
    for (on, expiries) in all_listings().filter(|(on, _)| on.year() >= 2022) {
        let any = !plain_weeklies(&expiries, Weekday::Tue).is_empty();
        assert_eq!(any, on >= day("2022-04-18"), "{on}");
    }
}

#[test]
fn w38_no_thursday_weekly_before_it_was_listed() {
    for (on, expiries) in all_listings().filter(|(on, _)| on.year() >= 2022) {
        let any = !plain_weeklies(&expiries, Weekday::Thu).is_empty();
        assert_eq!(any, on >= day("2022-05-11"), "{on}");
    }
}

#[test]
fn w38_month_ends_and_moved_expiries_fall_on_any_weekday_at_any_time() {
    let expiries = spxw_expiries(day("2022-01-07"), 120);
    for listed in ["2022-01-18", "2022-01-31", "2022-03-31", "2022-04-14"].map(day) {
        assert!(expiries.contains(&listed), "{listed}");
    }
    assert!(
        spxw_expiries(day("2022-02-04"), 35).contains(&day("2022-02-22")),
        "for the Monday before"
    );
    assert!(
        !expiries.contains(&day("2022-01-17")) && !expiries.contains(&day("2022-04-15")),
        "closed"
    );
    assert!(
        !expiries.contains(&day("2022-01-11")) && !expiries.contains(&day("2022-01-13")),
        "not yet listed"
    );
}

#[test]
fn w38_a_week_of_early_2022_in_full() {
    let listed = spxw_expiries(day("2022-01-07"), 24);
    let expected = [
        "2022-01-10",
        "2022-01-12",
        "2022-01-14",
        "2022-01-18",
        "2022-01-19",
        "2022-01-21",
        "2022-01-24",
        "2022-01-26",
        "2022-01-28",
        "2022-01-31",
    ];
    assert_eq!(listed, days(&expected));
}

#[test]
fn w38_every_session_expires_once_all_weekdays_are_listed() {
    for (on, expiries) in all_listings().filter(|(on, _)| *on >= day("2022-05-11")) {
        let near: Vec<NaiveDate> = expiries
            .into_iter()
            .filter(|d| (*d - on).num_days() <= 35)
            .collect();
        let sessions = Calendar::nyse().sessions().iter().copied();
        let expected: Vec<NaiveDate> = sessions
            .filter(|d| (1..=35).contains(&(*d - on).num_days()))
            .collect();
        assert_eq!(near, expected, "{on}");
    }
}

#[test]
fn w38_horizons() {
    let nyse = Calendar::nyse();
    for (on, expiries) in all_listings() {
        for expiry in expiries {
            let ahead = (expiry - on).num_days();
            let third_friday = spx_am_settlement(expiry.year(), expiry.month()) == Some(expiry);
            let last_of_week = nyse.is_last_session_of_week(expiry);
            let limit = match () {
                () if third_friday || nyse.is_last_session_of_month(expiry) => 365,
                () if last_of_week => 49,
                () if on >= day("2023-06-01") => 41,
                () if on >= day("2022-11-29") => 39,
                () => 35,
            };
            assert!(ahead <= limit, "{expiry} listed on {on}");
        }
    }
    assert_eq!(
        spxw_expiries(day("2023-02-07"), 365).last(),
        Some(&day("2024-01-31"))
    );
}

/// What single options were quoted for (docs/model.md#what-is-listed): the sixth expiry of a weekday.
#[test]
fn the_sixth_expiry_of_a_weekday_is_listed_once_the_exchange_opened_it() {
    for (on, expiry) in [
        ("2022-12-01", "2023-01-09"),
        ("2023-06-09", "2023-07-18"),
        ("2023-10-27", "2023-12-05"),
        ("2024-02-12", "2024-03-20"),
        ("2023-10-27", "2023-12-07"),
        // The Monday in 39 days, on the first day of six expiries of each weekday.
        ("2023-06-01", "2023-07-10"),
        // Fridays seven weeks ahead, from February 2014 on.
        ("2014-02-03", "2014-03-14"),
    ] {
        assert!(
            spxw_expiries(day(on), 60).contains(&day(expiry)),
            "{expiry} on {on}"
        );
    }
    for (on, expiry) in [
        ("2022-11-22", "2022-12-29"),
        ("2023-04-06", "2023-05-16"),
        ("2014-01-31", "2014-03-14"),
    ] {
        assert!(
            !spxw_expiries(day(on), 60).contains(&day(expiry)),
            "{expiry} on {on}"
        );
    }
}

#[test]
fn w38_never_two_series_on_one_date_and_always_on_a_session() {
    for (on, expiries) in all_listings() {
        assert!(expiries.is_sorted_by(|a, b| a < b), "{on}");
        assert!(
            expiries.iter().all(|d| Calendar::nyse().is_session(*d)),
            "{on}"
        );
        assert!(expiries.first().is_some_and(|d| *d > on), "{on}");
    }
}

#[test]
fn a_limit_in_days_cuts_the_same_list() {
    let on = day("2023-05-19");
    let all = spxw_expiries(on, 400);
    for limit in 0..400 {
        let expected: Vec<NaiveDate> = all
            .iter()
            .copied()
            .filter(|d| (*d - on).num_days() <= limit)
            .collect();
        assert_eq!(spxw_expiries(on, limit), expected, "{limit}");
    }
}

#[test]
fn the_day_itself_is_listed_only_where_asked_for() {
    let expiring = day("2022-03-23");
    let mut expected = vec![expiring];
    expected.extend(spxw_expiries(expiring, 60));
    assert_eq!(spxw_expiries_from(expiring, 60), expected);
    let quiet = day("2022-03-22");
    assert_eq!(
        spxw_expiries_from(quiet, 60),
        spxw_expiries(quiet, 60),
        "no Tuesday series yet"
    );
}

#[test]
fn am_settled_contracts_are_gone_on_their_settlement_day() {
    let settlement = day("2022-04-14");
    assert_eq!(
        spx_am_expiries(day("2022-04-13"), 40),
        [settlement, day("2022-05-20")]
    );
    assert_eq!(spx_am_expiries(settlement, 40), days(&["2022-05-20"]));
    let vix = day("2022-03-15");
    assert_eq!(
        vix_expiries(day("2022-03-14"), 40),
        [vix, day("2022-04-20")]
    );
    assert_eq!(vix_expiries(vix, 40), days(&["2022-04-20"]));
    assert_eq!(vx_expiries(vix, 40), days(&["2022-04-20"]));
}

#[test]
fn monthly_contracts_come_once_a_month() {
    for on in Calendar::nyse()
        .sessions()
        .iter()
        .filter(|d| (2018..2027).contains(&d.year()))
    {
        for expiries in [spx_am_expiries(*on, 365), vix_expiries(*on, 365)] {
            assert!((11..=13).contains(&expiries.len()), "{on}: {expiries:?}");
            assert!((expiries[0] - *on).num_days() <= 36, "{on}: {expiries:?}");
            let mut gaps = expiries.windows(2).map(|w| (w[1] - w[0]).num_days());
            assert!(
                gaps.all(|gap| (27..=36).contains(&gap)),
                "{on}: {expiries:?}"
            );
        }
    }
}

#[test]
fn nothing_is_listed_where_the_calendar_ends() {
    for on in [
        NaiveDate::MIN,
        day("1988-06-01"),
        day("2030-12-31"),
        day("2033-01-01"),
        NaiveDate::MAX,
    ] {
        assert_eq!(
            spxw_expiries_from(on, i64::MAX)
                .iter()
                .filter(|d| **d > on)
                .count(),
            0,
            "{on}"
        );
        assert!(
            spx_am_expiries(on, i64::MAX).is_empty() && vix_expiries(on, i64::MAX).is_empty(),
            "{on}"
        );
    }
    assert!(spxw_expiries(day("2022-01-07"), -1).is_empty());
    assert!(spxw_expiries(day("2022-01-07"), i64::MIN).is_empty());
}

#[test]
fn ticks_change_at_three_points() {
    let price = Price::from_points;
    for root in [Root::Spx, Root::Spxw] {
        assert_eq!(
            (tick(root, price(2.95)), tick(root, price(3.0))),
            (price(0.05), price(0.10))
        );
    }
    assert_eq!(
        (tick(Root::Vix, price(2.99)), tick(Root::Vix, price(3.0))),
        (price(0.01), price(0.05))
    );
    assert_eq!(
        (tick(Root::Vx, price(1.0)), tick(Root::Vx, price(20.0))),
        (price(0.05), price(0.05))
    );
    assert_eq!(PACKAGE_TICK, price(0.05));
}

/// docs/pitfalls.md, row W12: a half-day is an expiry like any other, and its options settle at that day's close.
#[test]
fn w12_half_days_expire_like_any_other() {
    let half_days = [
        "2022-11-25",
        "2023-07-03",
        "2023-11-24",
        "2024-07-03",
        "2024-11-29",
        "2024-12-24",
    ];
    for text in half_days {
        let date = day(text);
        let week_before = Calendar::nyse()
            .on_or_before(date - chrono::Days::new(7))
            .unwrap();
        assert!(Calendar::nyse().is_early_close(date), "{text}");
        assert!(spxw_expiries(week_before, 30).contains(&date), "{text}");
    }
}

/// Before a series was first listed none of it is offered, and from that day on it is (W38, the years before 2018).
#[test]
fn w38_nothing_is_offered_before_its_listing_day() {
    let first_offers = [
        (Weekday::Mon, "2016-08-15"),
        (Weekday::Wed, "2016-02-23"),
        (Weekday::Fri, "2010-12-02"),
    ];
    for (weekday, first) in first_offers {
        let first = day(first);
        for days in -400..=400 {
            let on = first + TimeDelta::days(days);
            let expiries = spxw_expiries(on, 60);
            let on_weekday = expiries.iter().filter(|d| d.weekday() == weekday);
            // Third Fridays and month-ends are series of their own.
            let any = on_weekday
                .filter(|d| spx_am_settlement(d.year(), d.month()) != Some(**d))
                .any(|d| !Calendar::nyse().is_last_session_of_month(*d));
            if on < first {
                assert!(!any, "{weekday} on {on}: {expiries:?}");
            } else if weekday != Weekday::Fri {
                assert!(any, "{weekday} on {on}: {expiries:?}");
            }
        }
    }
    assert_eq!(spxw_expiries(day("2010-12-02"), 30), days(&["2010-12-10"]));
    // No weekly series on a third Friday, which had no PM-settled options before 2011-10-04.
    assert_eq!(spxw_expiries(day("2010-12-09"), 30), days(&["2010-12-10"]));
    assert!(spxw_expiries(day("2011-10-06"), 30).contains(&day("2011-10-21")));
    assert!(!spxw_expiries(day("2012-05-31"), 30).contains(&day("2012-06-29")));
    assert!(spxw_expiries(day("2012-06-01"), 30).contains(&day("2012-06-29")));
    assert!(spxw_expiries(day("2010-11-30"), 400).is_empty());
    assert_eq!(
        spxw_expiries(day("2013-03-04"), 30),
        days(&["2013-03-08", "2013-03-15", "2013-03-22", "2013-03-28"])
    );
    assert!(
        vix_expiries(day("2006-02-23"), 400).is_empty()
            && !vix_expiries(day("2006-02-24"), 60).is_empty()
    );
    assert!(
        vx_expiries(day("2004-03-25"), 400).is_empty()
            && !vx_expiries(day("2004-03-26"), 60).is_empty()
    );
    assert!(!spx_am_expiries(day("1995-01-03"), 60).is_empty());
}
