//! How numbers are read and printed, on both sides of each limit.

use tables::number::{date, fixed, flag, money, parse, price, rounded};
use tables::{Money, Price, Quantity};

#[test]
fn money_has_at_most_fifteen_digits_and_two_decimals() {
    for (text, wanted) in [
        ("999999999999999", Some(Money(99_999_999_999_999_900))),
        ("-999999999999999.99", Some(Money(-99_999_999_999_999_999))),
        ("1000000000000000", None),
        ("1.25", Some(Money(125))),
        ("1.2", Some(Money(120))),
        ("1.02", Some(Money(102))),
        ("1.250", None),
        ("-0.05", Some(Money(-5))),
        ("-0", Some(Money(0))),
        ("1.-5", None),
        ("-.5", None),
        ("1.", None),
    ] {
        assert_eq!(money(text), wanted, "{text}");
    }
}

#[test]
fn a_price_ends_where_its_units_do() {
    // 9e15 units of 1/10,000 are the last that a double tells apart from their neighbours.
    for (text, wanted) in [
        ("899999999999.9999", Some(Price(8_999_999_999_999_999))),
        ("-899999999999.9999", Some(Price(-8_999_999_999_999_999))),
        ("900000000000", None),
        ("-900000000000", None),
        ("4525.25", Some(Price(45_252_500))),
        // Half to even.
        ("0.00005", Some(Price(0))),
        ("0.00014", Some(Price(1))),
        ("0.00016", Some(Price(2))),
        ("inf", None),
    ] {
        assert_eq!(price(text), wanted, "{text}");
    }
}

#[test]
fn a_day_has_ten_places_and_two_dashes() {
    assert!(date("2022-06-13").is_some());
    for text in [
        "2022-06-130",
        "2022-06-1",
        "2022/06/13",
        "2022-06/13",
        "2022-06-1-",
        "202-206-13",
        "2022-0613-",
        "20a2-06-13",
        "2022-0b-13",
    ] {
        assert_eq!(date(text), None, "{text}");
    }
}

#[test]
fn a_flag_is_a_word_or_a_digit() {
    for (text, wanted) in [
        ("true", Some(true)),
        ("1", Some(true)),
        ("false", Some(false)),
        ("0", Some(false)),
        ("True", None),
        ("2", None),
        ("", None),
    ] {
        assert_eq!(flag(text), wanted, "{text}");
    }
}

#[test]
fn a_number_has_digits_signs_a_point_and_an_exponent() {
    for (text, wanted) in [
        ("1E+3", Some(1000.0)),
        ("1e-3", Some(0.001)),
        ("+2.5", Some(2.5)),
        ("-2.5", Some(-2.5)),
        ("1e308", Some(1e308)),
        ("1e309", None),
        ("1,5", None),
        (" 1", None),
        ("1f", None),
        ("-", None),
    ] {
        assert_eq!(parse(text), wanted, "{text}");
    }
}

#[test]
fn decimals_are_printed_as_a_pencil_rounds_them() {
    for (value, decimals, text) in [
        (0.994_999, 2, "0.99"),
        (0.996, 2, "1.00"),
        (-0.996, 2, "-1.00"),
        (12.05, 3, "12.050"),
        (12.000_5, 4, "12.0005"),
        (7.0, 0, "7"),
        (-7.4, 0, "-7"),
        (0.4, 0, "0"),
        (-0.4, 0, "0"),
        (3.999_999_999_6, 9, "4.000000000"),
        (1.5, 12, "1.500000000000"),
        (4e15, 1, "4000000000000000.0"),
        (3e14, 1, "300000000000000.0"),
    ] {
        assert_eq!(fixed(value, decimals), text, "{value}");
        assert_eq!(
            rounded(value, decimals).to_bits(),
            text.parse::<f64>().expect("a number").to_bits(),
            "{value}"
        );
    }
    assert_eq!(rounded(f64::INFINITY, 2), f64::INFINITY);
}

#[test]
fn a_quantity_is_what_its_digits_say() {
    for (text, wanted) in [
        ("12.5", Some(Quantity::Ratio(12.5))),
        ("12.50", Some(Quantity::Usd(Money(1250)))),
        ("12.500", Some(Quantity::Ratio(12.5))),
        ("3", Some(Quantity::Whole(3))),
        ("3.0", Some(Quantity::Whole(3))),
        ("3.00", Some(Quantity::Usd(Money(300)))),
        ("0.333333", Some(Quantity::Ratio(0.333_333))),
        ("three", None),
    ] {
        assert_eq!(Quantity::read(text), wanted, "{text}");
    }
    for (measure, value, wanted) in [
        ("pnl_usd", Some(12.345), Some(Quantity::Usd(Money(1234)))),
        ("usd_share", Some(0.5), Some(Quantity::Ratio(0.5))),
        ("pnl_usd", Some(f64::NAN), None),
        ("share", Some(f64::INFINITY), None),
        ("share", None, None),
    ] {
        assert_eq!(Quantity::of(measure, value), wanted, "{measure} {value:?}");
    }
    let number = |quantity: Quantity| f64::from(quantity);
    assert_eq!(
        [
            number(Quantity::Usd(Money(-1250))),
            number(Quantity::Ratio(0.25)),
            number(Quantity::Whole(-2))
        ],
        [-12.5, 0.25, -2.0]
    );
}
