//! What the rules of a policy do at their edges: on each side and at equality.

use book::reason::Reason;
use chrono::NaiveDate;
use market::calendar::Calendar;
use market::price::Price;
use policy::budget::AnnualCap;
use policy::condor::{Cadence, MonthDay};
use policy::decision_context::PackageMark;
use policy::exit::leave;
use policy::hedge::is_name;
use policy::layer::Sale;
use policy::rule::{ExitRule, ExpiryRule};
use policy::select::{Side, pick_expiry};
use policy::weight_rules::Scale;

use crate::edges::HEDGE;
use crate::scene::{condor, read_condor, read_hedge};

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

#[test]
fn entries_fall_on_the_sessions_of_the_exchange() {
    let calendar = Calendar::nyse();
    let falls = |cadence: Cadence, date: &str| cadence.is_entry(calendar, day(date));
    let week = |weekday: &str| Cadence::Week {
        weekday: weekday.parse().expect("a weekday"),
    };
    // 2022-04-15 was Good Friday, 2022-01-17 Martin Luther King's day: the exchange was closed.
    for (weekday, date, is_entry) in [
        ("fri", "2022-04-14", true),
        ("fri", "2022-04-13", false),
        ("thu", "2022-04-14", true),
        ("wed", "2022-04-14", false),
        ("fri", "2022-04-22", true),
        ("fri", "2022-04-21", false),
        ("mon", "2022-01-18", true),
        ("mon", "2022-01-19", false),
        ("tue", "2022-01-18", true),
        ("mon", "2022-01-10", true),
        ("mon", "2022-01-11", false),
        ("wed", "2022-01-12", true),
        ("wed", "2022-01-13", false),
    ] {
        assert_eq!(falls(week(weekday), date), is_entry, "{weekday} {date}");
    }
    assert!(falls(Cadence::Session, "2022-01-18"));
    // Third Fridays 2022-01-21, 2022-02-18 and 2022-04-15 (Good Friday); VIX settled on 2022-04-20, thirty days before 2022-05-20.
    for (on, date, other) in [
        (MonthDay::FirstSession, "2022-01-03", "2022-01-04"),
        (MonthDay::LastSession, "2022-04-29", "2022-04-28"),
        (MonthDay::ThirdFriday, "2022-04-14", "2022-04-13"),
        (MonthDay::ThirdFriday, "2022-01-21", "2022-01-14"),
        (MonthDay::ThirdFridayMon, "2022-01-14", "2022-01-18"),
        (MonthDay::ThirdFridayMon, "2022-02-14", "2022-02-11"),
        (MonthDay::ThirdFridayTue, "2022-02-15", "2022-02-14"),
        (MonthDay::ThirdFridayWed, "2022-02-16", "2022-02-15"),
        (MonthDay::ThirdFridayThu, "2022-02-17", "2022-02-16"),
        (MonthDay::ThirdFriday, "2022-02-18", "2022-02-17"),
        (MonthDay::ThirdFridayTue, "2022-01-18", "2022-01-19"),
        (MonthDay::ThirdFridayWed, "2022-04-13", "2022-04-12"),
        (MonthDay::ThirdFridayThu, "2022-04-14", "2022-04-13"),
        (MonthDay::VixSettlement, "2022-04-20", "2022-04-19"),
    ] {
        assert!(falls(Cadence::Month { on }, date), "{on:?} {date}");
        assert!(!falls(Cadence::Month { on }, other), "{on:?} {other}");
    }
}

#[test]
fn an_expiry_may_be_as_near_and_as_far_as_its_bounds() {
    let today = day("2022-01-03");
    let listed = || {
        [7, 14, 20, 28]
            .map(|days| today + chrono::Days::new(days))
            .into_iter()
    };
    let days = |rule: ExpiryRule| {
        pick_expiry(rule, today, listed()).map(|expiry| (expiry - today).num_days())
    };
    let first = |min_days, max_days| days(ExpiryRule::First { min_days, max_days });
    let latest = |min_days, max_days| days(ExpiryRule::Latest { min_days, max_days });
    let nearest = |target_days| {
        days(ExpiryRule::Nearest {
            target_days,
            min_days: 7,
            max_days: 28,
        })
    };
    assert_eq!(
        (first(14, 30), first(15, 30), first(29, 30)),
        (Some(14), Some(20), None)
    );
    assert_eq!(
        (latest(1, 20), latest(1, 19), latest(1, 6)),
        (Some(20), Some(14), None)
    );
    assert_eq!(
        (nearest(16), nearest(18), nearest(24)),
        (Some(14), Some(20), Some(20))
    );
    assert_eq!(nearest(17), Some(14), "of two equally near the earlier");
    assert_eq!(days(ExpiryRule::Never), None);
    assert_eq!(ExpiryRule::Never.bounds(), (0, 0));
}

/// A condor is sold: it may be left by a delta or a profit, and not by a multiple of what was paid.
#[test]
fn a_condor_has_the_exits_of_what_is_sold() {
    let check = |exit: &str| {
        let text = condor("spxw", &format!("max_open = 3\nexit = [{{ {exit} }}]"));
        read_condor(&text).check()
    };
    assert_eq!(check("kind = \"tested_delta\", at_least = 0.3"), Ok(()));
    let half = "kind = \"profit_target\", fraction_of_credit = 0.5";
    assert_eq!(check(half), Ok(()));
    let multiple = "kind = \"profit_multiple\", at_least = 2.0";
    assert!(check(multiple).is_err_and(|fault| fault.to_string().contains("never applies")));
}

#[test]
fn exits_apply_from_their_edge_on() {
    let points = Price::from_points;
    let mark = |value: f64, tested_delta: f64, days_left: i64| PackageMark {
        id: book::event::PackageId(1),
        value: points(value),
        tested_delta,
        days_left,
        life_days: 20,
        sold: 0,
        since_sale: 0,
    };
    let left = |rule: ExitRule, entry: f64, mark: PackageMark| leave(&[rule], points(entry), &mark);
    let days = ExitRule::DaysToExpiry { at_most: 5 };
    assert_eq!(
        left(days, 1.0, mark(0.0, 0.0, 5)),
        Some(Reason::DaysToExpiry)
    );
    assert_eq!(left(days, 1.0, mark(0.0, 0.0, 6)), None);
    assert_eq!(
        left(days, 1.0, mark(0.0, 0.0, 1)),
        Some(Reason::DaysToExpiry)
    );
    assert_eq!(left(days, 1.0, mark(0.0, 0.0, 0)), None, "it settles");
    let half = ExitRule::LifeElapsed { fraction: 0.5 };
    assert_eq!(
        left(half, 1.0, mark(0.0, 0.0, 10)),
        Some(Reason::LifeElapsed)
    );
    assert_eq!(left(half, 1.0, mark(0.0, 0.0, 11)), None);
    // Sold for 8.00: half of it is earned when it is bought back for 4.00.
    let target = ExitRule::ProfitTarget {
        fraction_of_credit: 0.5,
    };
    assert_eq!(
        left(target, 8.0, mark(-4.0, 0.0, 9)),
        Some(Reason::ProfitTarget)
    );
    assert_eq!(left(target, 8.0, mark(-4.01, 0.0, 9)), None);
    assert_eq!(
        left(target, -8.0, mark(20.0, 0.0, 9)),
        None,
        "a debit has no credit"
    );
    assert_eq!(
        left(target, 0.0, mark(0.0, 0.0, 9)),
        None,
        "nor has nothing"
    );
    // Twice the credit is lost when it costs three times as much.
    let stop = ExitRule::StopLoss {
        multiple_of_credit: 2.0,
    };
    assert_eq!(left(stop, 8.0, mark(-24.0, 0.0, 9)), Some(Reason::StopLoss));
    assert_eq!(left(stop, 8.0, mark(-23.99, 0.0, 9)), None);
    assert_eq!(left(stop, -8.0, mark(-1.0, 0.0, 9)), None);
    assert_eq!(left(stop, 0.0, mark(-1.0, 0.0, 9)), None);
    // A credit of less than a point is one too.
    assert_eq!(
        left(stop, 0.05, mark(-0.15, 0.0, 9)),
        Some(Reason::StopLoss)
    );
    assert_eq!(
        left(target, 0.1, mark(-0.05, 0.0, 9)),
        Some(Reason::ProfitTarget)
    );
    let tested = ExitRule::TestedDelta { at_least: 0.3 };
    assert_eq!(
        left(tested, 8.0, mark(0.0, 0.3, 9)),
        Some(Reason::TestedDelta)
    );
    assert_eq!(left(tested, 8.0, mark(0.0, 0.29, 9)), None);
    // Bought for 2.00, worth three times as much at 6.00.
    let multiple = ExitRule::ProfitMultiple { at_least: 3.0 };
    assert_eq!(
        left(multiple, -2.0, mark(6.0, 0.0, 9)),
        Some(Reason::ProfitMultiple)
    );
    assert_eq!(left(multiple, -2.0, mark(5.99, 0.0, 9)), None);
    assert_eq!(left(multiple, 2.0, mark(9.0, 0.0, 9)), None);
    assert_eq!(left(multiple, 0.0, mark(9.0, 0.0, 9)), None);
    assert_eq!(
        left(multiple, -0.5, mark(1.5, 0.0, 9)),
        Some(Reason::ProfitMultiple)
    );
    // Decimals whose product is not quite the number they mean: three times 0.05, 0.07 of a hundred.
    for (times, cost) in [(3.0, 0.05), (1.1, 0.3), (3.0, 0.7), (2.3, 0.3)] {
        let rule = ExitRule::ProfitMultiple { at_least: times };
        let worth = (times * cost * 1e4).round() / 1e4;
        let left_at = |worth| left(rule, -cost, mark(worth, 0.0, 9));
        assert_eq!(
            left_at(worth),
            Some(Reason::ProfitMultiple),
            "{times} {cost}"
        );
        assert_eq!(left_at(worth - 0.0001), None, "{times} {cost}");
    }
    let target = ExitRule::ProfitTarget {
        fraction_of_credit: 0.07,
    };
    assert_eq!(
        left(target, 1.0, mark(-0.93, 0.0, 9)),
        Some(Reason::ProfitTarget)
    );
    assert_eq!(left(target, 1.0, mark(-0.9301, 0.0, 9)), None);
    let both = leave(&[tested, days], points(8.0), &mark(0.0, 0.9, 3));
    assert_eq!(both, Some(Reason::TestedDelta), "the first that applies");
}

#[test]
fn caps_parts_and_factors_by_hand() {
    assert_eq!(
        AnnualCap::Equity { fraction: 0.03 }.usd(1e6, 40.0),
        30_000.0
    );
    // Half the variance of 20 %: 2 % of a million.
    assert!((AnnualCap::VarianceDrag { fraction: 0.5 }.usd(1e6, 20.0) - 10_000.0).abs() < 1e-9);
    let hedge = read_hedge(HEDGE);
    let sale = &hedge.layers[0].sell[0];
    assert_eq!([1, 2, 3, 10].map(|held| sale.units(held)), [1, 1, 2, 5]);
    // Seven of a hundred are 0.07 of them, though the product of doubles is above seven.
    let few = Sale {
        fraction: 0.07,
        ..sale.clone()
    };
    assert_eq!([99, 100, 101].map(|held| few.units(held)), [7, 7, 8]);
    let scale = Scale {
        signal: "vix".into(),
        points: vec![(10.0, 0.5), (20.0, 1.0), (30.0, 0.0)],
    };
    for (value, factor) in [
        (0.0, 0.5),
        (10.0, 0.5),
        (15.0, 0.75),
        (20.0, 1.0),
        (25.0, 0.5),
        (30.0, 0.0),
        (99.0, 0.0),
    ] {
        assert!((scale.factor(value) - factor).abs() < 1e-12, "{value}");
    }
    assert!(is_name("a") && is_name("a_9") && is_name(&"x".repeat(40)));
    for name in ["", "A", "a-b", "é", &"x".repeat(41)] {
        assert!(!is_name(name), "{name}");
    }
    assert_eq!((Side::Long.sign(), Side::Short.sign()), (1, -1));
}
