use book::purse::Purse;
use market::price::Money;

fn usd(amount: f64) -> Money {
    Money::from_usd(amount)
}

#[test]
fn what_was_never_spent_is_left_lapsed_or_forgone() {
    let mut purse = Purse::default();
    purse.credit(100, usd(70.0), Money::ZERO);
    purse.charge(usd(20.0), usd(5.0), usd(19.0));
    purse.credit(200, usd(10.0), usd(8.0));
    purse.refill(201, usd(4.0));
    assert_eq!(purse.balance, usd(51.0), "70 - 20 - 5 + 10 - 8 + 4");
    assert_eq!((purse.spent, purse.premium), (usd(20.0), usd(19.0)));
    assert_eq!((purse.forgone, purse.lapsed), (usd(5.0), usd(8.0)));
    assert_eq!((purse.credited, purse.refilled), (usd(80.0), usd(4.0)));
    assert_eq!(purse.unspent(), usd(51.0 + 8.0 + 5.0));
    purse.assert_conserves();
}

#[test]
fn a_credit_counts_for_as_many_days_as_the_cap_has() {
    let mut purse = Purse::default();
    purse.credit(100, usd(30.0), Money::ZERO);
    purse.credit(110, usd(20.0), Money::ZERO);
    assert_eq!(
        purse.lapse(128, 28),
        usd(30.0),
        "of 28 days ago nothing counts"
    );
    assert_eq!(purse.lapse(127, 28), Money::ZERO, "of 27 days ago it does");
    assert_eq!(purse.lapse(138, 28), usd(50.0));
    assert_eq!(purse.lapse(137, 28), usd(30.0));
    purse.charge(usd(45.0), Money::ZERO, usd(45.0));
    assert_eq!(
        purse.lapse(137, 28),
        Money::ZERO,
        "what is left is less than what is recent"
    );
    purse.refill(120, usd(40.0));
    assert_eq!(
        purse.lapse(138, 28),
        usd(5.0),
        "a refill counts as a credit does"
    );
}

#[test]
fn a_cap_of_a_year_is_remembered() {
    let mut purse = Purse::default();
    purse.credit(0, usd(30.0), Money::ZERO);
    purse.credit(363, usd(1.0), Money::ZERO);
    assert_eq!(purse.lapse(363, 364), Money::ZERO, "52 weeks");
    assert_eq!(purse.lapse(364, 364), usd(30.0));
}

#[test]
fn what_came_366_days_ago_is_remembered_and_older_is_not() {
    let left = |later: i32| {
        let mut purse = Purse::default();
        purse.credit(0, usd(30.0), Money::ZERO);
        purse.credit(later, usd(1.0), Money::ZERO);
        purse.lapse(later, 1_000)
    };
    assert_eq!(left(366), Money::ZERO);
    assert_eq!(left(367), usd(30.0));
}

#[test]
#[should_panic(expected = "overdrawn")]
fn a_purse_that_is_overdrawn_is_a_fault() {
    let mut purse = Purse::default();
    purse.credit(1, usd(1.0), Money::ZERO);
    purse.charge(usd(2.0), Money::ZERO, usd(2.0));
    purse.assert_conserves();
}

#[test]
#[should_panic(expected = "lost money")]
fn a_purse_that_loses_money_is_a_fault() {
    let mut purse = Purse::default();
    purse.credit(1, usd(1.0), Money::ZERO);
    purse.lapsed += usd(0.01);
    purse.assert_conserves();
}
