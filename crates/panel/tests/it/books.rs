//! The twelve reference books are what the rule says, and the rule is the one that was published before any result.

use chrono::Weekday;
use policy::condor::{Cadence, LongWing, MonthDay, Size};
use policy::rule::{ExitRule, ExpiryRule, Underlying};

use crate::support::shipped;

/// Name, days, way out (a negative number: after half of the life), percent of capital an entry risks: written down by hand, from the text of the rule.
const BY_RULE: [(&str, i64, Option<i64>, f64); 10] = [
    ("d07_held", 7, None, 8.0),
    ("d07_managed", 7, Some(-1), 8.0),
    ("d14_held", 14, None, 4.0),
    ("d14_managed", 14, Some(-1), 4.0),
    ("d21_held", 21, None, 8.0 / 3.0),
    ("d21_managed", 21, Some(-1), 8.0 / 3.0),
    ("d30_held", 30, None, 56.0 / 30.0),
    ("d30_managed", 30, Some(21), 56.0 / 30.0),
    ("d45_held", 45, None, 56.0 / 45.0),
    ("d45_managed", 45, Some(21), 56.0 / 45.0),
];

fn risk(size: Size) -> f64 {
    match size {
        Size::MaxLoss {
            pct_of_start_capital,
        } => pct_of_start_capital,
        other => panic!("a book is sized by its maximum loss, not by {other:?}"),
    }
}

#[test]
fn the_twelve_books_are_what_the_rule_says() {
    let config = shipped("alvh");
    let names: Vec<&str> = config.books.iter().map(|book| book.name.as_str()).collect();
    let expected = BY_RULE.iter().map(|row| row.0);
    let expected: Vec<&str> = expected.chain(["cndr", "condor_weekly_14d"]).collect();
    assert_eq!(names, expected);
    for ((name, days, out_at, pct), book) in BY_RULE.iter().zip(&config.books) {
        let condor = book.on(Weekday::Tue);
        assert_eq!(condor.underlying, Underlying::Spxw, "{name}");
        assert_eq!(
            condor.entry,
            Cadence::Week {
                weekday: Weekday::Tue
            }
        );
        let ExpiryRule::Nearest {
            target_days,
            min_days,
            max_days,
        } = condor.expiry
        else {
            panic!("{name}: {:?}", condor.expiry)
        };
        assert_eq!(target_days, *days, "{name}");
        assert!(min_days * 2 >= *days && max_days * 2 <= days * 3, "{name}");
        for wing in [condor.put, condor.call] {
            assert_eq!(wing.short_delta, 0.16, "{name}");
            let LongWing::Delta { delta, .. } = wing.long else {
                panic!("{name}: {:?}", wing.long)
            };
            assert_eq!(delta, 0.05, "{name}");
        }
        let exits = match out_at {
            None => vec![],
            Some(at_most) => vec![
                ExitRule::ProfitTarget {
                    fraction_of_credit: 0.5,
                },
                match *at_most {
                    -1 => ExitRule::LifeElapsed { fraction: 0.5 },
                    at_most => ExitRule::DaysToExpiry { at_most },
                },
            ],
        };
        assert_eq!(condor.exit, exits, "{name}");
        assert!((risk(condor.size) - pct).abs() < 1e-12, "{name}");
    }
}

#[test]
fn what_is_open_at_once_risks_the_same_in_every_book() {
    for book in shipped("alvh").books {
        let condor = book.on(Weekday::Fri);
        let ExpiryRule::Nearest { target_days, .. } = condor.expiry else {
            panic!("{}", book.name)
        };
        let between = match condor.entry {
            Cadence::Week { .. } => 7.0,
            Cadence::Month { .. } => 30.0,
            Cadence::Session => panic!("{}", book.name),
        };
        let at_once = risk(condor.size) * target_days as f64 / between;
        assert!((at_once - 8.0).abs() < 1e-9, "{}: {at_once}", book.name);
    }
}

#[test]
fn the_named_books_keep_their_strikes_and_their_month() {
    let config = shipped("alvh");
    let book = |name: &str| config.books.iter().find(|book| book.name == name).unwrap();
    let cndr = book("cndr");
    for (weekday, on) in [
        (Weekday::Mon, MonthDay::ThirdFridayMon),
        (Weekday::Thu, MonthDay::ThirdFridayThu),
        (Weekday::Fri, MonthDay::ThirdFriday),
    ] {
        assert_eq!(cndr.on(weekday).entry, Cadence::Month { on });
    }
    assert_eq!(cndr.on(Weekday::Mon).put.short_delta, 0.20);
    let fifty = book("condor_weekly_14d").on(Weekday::Wed);
    assert_eq!(fifty.put.long, LongWing::Width { points: 50.0 });
    assert!(fifty.exit.is_empty());
}

/// The reference runs look closely at a book of the study, not at one beside it.
#[test]
fn the_condor_of_the_runs_is_the_held_book_of_fourteen_days() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../configs/policies/condor_14d_16_5.toml"
    );
    let text = std::fs::read_to_string(path).expect("the shipped condor");
    let of_runs = runfile::door::condor("condor_14d_16_5", &text).expect("a condor");
    let config = shipped("alvh");
    let book = config.books.iter().find(|book| book.name == "d14_held");
    let of_study = policy::condor::Condor {
        name: of_runs.name.clone(),
        summary: of_runs.summary.clone(),
        ..book.expect("a book of the rule").on(Weekday::Fri)
    };
    assert_eq!(of_runs, of_study);
}

#[test]
fn crashes_looks_at_the_same_books_and_arms() {
    let (all, crashes) = (shipped("alvh"), shipped("crashes"));
    assert_eq!(all.books, crashes.books);
    let shown = |config: &panel::spec::StudyConfig| config.hedges[..=config.shown()].to_vec();
    assert_eq!(shown(&all), shown(&crashes));
    assert_eq!(crashes.file.crashes.len(), 7);
}
