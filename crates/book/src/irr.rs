//! Money-weighted return of dated cash flows (XIRR): the rate at which what came back was worth what was paid.

use market::math::{exp, ln};

/// Highest rate that is looked for (per year).
const HIGHEST: f64 = 1000.0;
/// Halvings of the bracket: below 1e-12 of it.
const STEPS: usize = 60;

/// The yearly rate, compounded by days/365, at which the flows `(day number, USD received)` are worth nothing on
/// balance. `None` if they have one sign only or no rate between -99.99 % and 100,000 % does it.
pub fn money_weighted_return(flows: &[(i32, f64)]) -> Option<f64> {
    let start = flows.first()?.0;
    if !flows.iter().any(|(_, usd)| *usd > 0.0) || !flows.iter().any(|(_, usd)| *usd < 0.0) {
        return None;
    }
    let value = |rate: f64| -> f64 {
        let log = ln(1.0 + rate);
        flows
            .iter()
            .map(|(day, usd)| usd * exp(-log * f64::from(day - start) / 365.0))
            .sum()
    };
    let mut low = -0.9999;
    let mut high = HIGHEST;
    let rises = value(low) < 0.0;
    if value(low) == 0.0 || rises == (value(high) < 0.0) {
        return None;
    }
    for _ in 0..STEPS {
        let middle = 0.5 * (low + high);
        if (value(middle) < 0.0) == rises {
            low = middle
        } else {
            high = middle
        }
    }
    Some(0.5 * (low + high))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_at_ten_percent() {
        let rate = money_weighted_return(&[(0, -100.0), (365, 110.0)]).expect("a return");
        assert!((rate - 0.10).abs() < 1e-9, "{rate}");
    }

    #[test]
    fn two_purchases_and_half_of_it_back() {
        // 100 at the start and after a year, 90 after two: 100 (1+r)^2 + 100 (1+r) = 90, 1 + r = (-1 + sqrt 4.6) / 2.
        let rate =
            money_weighted_return(&[(0, -100.0), (365, -100.0), (730, 90.0)]).expect("a return");
        assert!(
            (1.0 + rate - (4.6_f64.sqrt() - 1.0) / 2.0).abs() < 1e-9,
            "{rate}"
        );
    }

    #[test]
    fn a_loss_of_nine_tenths_and_a_loan() {
        let rate = |flows: &[(i32, f64)]| money_weighted_return(flows).expect("a return");
        // Small amounts, and days that count from wherever they like.
        assert!((rate(&[(738_000, -0.5), (738_365, 0.05)]) + 0.9).abs() < 1e-9);
        // What is received first and paid back later: worth rises with the rate.
        assert!((rate(&[(738_000, 100.0), (738_365, -110.0)]) - 0.1).abs() < 1e-9);
        assert!((rate(&[(738_000, 0.5), (738_365, -0.55)]) - 0.1).abs() < 1e-9);
        // Of a thousandth of a cent half is lost.
        assert!((rate(&[(0, -1e-5), (365, 5e-6)]) + 0.5).abs() < 1e-9);
    }

    #[test]
    fn the_highest_rate_is_a_hundred_thousand_percent() {
        let rate = |back: f64| money_weighted_return(&[(0, -1.0), (365, back)]);
        assert!((rate(1_000.0).expect("a return") - 999.0).abs() < 1e-9);
        assert_eq!(rate(1_002.0), None);
    }

    #[test]
    fn two_rates_are_no_answer() {
        // 10 % and 20 % both make it nothing.
        let flows = [(0, -100.0), (365, 230.0), (730, -132.0)];
        assert_eq!(money_weighted_return(&flows), None);
    }

    #[test]
    fn flows_of_one_sign_have_no_return() {
        assert_eq!(money_weighted_return(&[(0, -100.0), (30, -1.0)]), None);
        assert_eq!(money_weighted_return(&[]), None);
        // So far off that a high rate makes it nothing.
        assert_eq!(money_weighted_return(&[(0, 0.0), (40_000, -5.0)]), None);
    }
}
