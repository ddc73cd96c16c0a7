//! The rate of return of dated cash flows.

use crate::defined;

/// A cash flow: when (years from the first), and how much (USD, received positive).
pub type Flow = (f64, f64);

/// Net present value (USD) at `rate` (per year, compounded yearly): `sum of c (1 + rate)^-t`.
pub fn npv(flows: &[Flow], rate: f64) -> Option<f64> {
    if rate <= -1.0 {
        return None;
    }
    defined(
        flows
            .iter()
            .map(|(years, amount)| amount * libm::pow(1.0 + rate, -years))
            .sum(),
    )
}

/// Internal rate of return (fraction per year): the rate at which [`npv`] is zero, by bisection on `ln(1 + rate)`.
///
/// None unless the flows have both signs and the value changes its sign between -99.99 % and +1,000,000 % a year. A rate
/// solves the equation, but need not be the only one: see [`is_unique`].
pub fn irr(flows: &[Flow]) -> Option<f64> {
    let both = flows.iter().any(|flow| flow.1 > 0.0) && flows.iter().any(|flow| flow.1 < 0.0);
    if !both {
        return None;
    }
    let value = |growth: f64| npv(flows, libm::exp(growth) - 1.0);
    let (mut low, mut high) = (libm::log(1e-4), libm::log(1e4 + 1.0));
    let (at_low, at_high) = (value(low)?, value(high)?);
    if at_low == 0.0 || at_high == 0.0 || (at_low > 0.0) == (at_high > 0.0) {
        return None;
    }
    // 200 halvings of an interval of 19 reach the last bit of any rate; most are there after sixty.
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if middle == low || middle == high {
            break;
        }
        if (value(middle)? > 0.0) == (at_low > 0.0) {
            low = middle
        } else {
            high = middle
        }
    }
    defined(libm::exp(0.5 * (low + high)) - 1.0)
}

/// Whether no other rate above zero can solve the equation: the cumulated flows change their sign exactly once and do
/// not end at zero. C. Norstrøm, "A Sufficient Condition for a Unique Nonnegative Internal Rate of Return", *Journal
/// of Financial and Quantitative Analysis* 7 (1972).
pub fn is_unique(flows: &[Flow]) -> bool {
    let cumulated = flows.iter().scan(0.0, |sum, flow| {
        *sum += flow.1;
        Some(*sum)
    });
    let signs: Vec<bool> = cumulated
        .filter(|sum| *sum != 0.0)
        .map(|sum| sum > 0.0)
        .collect();
    signs.windows(2).filter(|pair| pair[0] != pair[1]).count() == 1
        && flows.iter().map(|f| f.1).sum::<f64>() != 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_by_hand() {
        // 100 becomes 121 in two years: 10 %. 100 becomes 50 in a year: -50 %.
        assert!((irr(&[(0.0, -100.0), (2.0, 121.0)]).unwrap() - 0.1).abs() < 1e-12);
        assert!((irr(&[(0.0, -100.0), (1.0, 50.0)]).unwrap() + 0.5).abs() < 1e-12);
        // 100 becomes 200 in a month: 2^12 - 1.
        assert!((irr(&[(0.0, -100.0), (1.0 / 12.0, 200.0)]).unwrap() - 4095.0).abs() < 1e-6);
        // Spreadsheet documentation's example of XIRR: 37.34 %.
        let days = [0.0, 60.0, 303.0, 411.0, 456.0];
        let amounts = [-10_000.0, 2_750.0, 4_250.0, 3_250.0, 2_750.0];
        let flows: Vec<Flow> = days.iter().map(|day| day / 365.0).zip(amounts).collect();
        assert!(
            (irr(&flows).unwrap() - 0.373_362_5).abs() < 1e-6,
            "{:?}",
            irr(&flows)
        );
        assert!(npv(&flows, irr(&flows).unwrap()).unwrap().abs() < 1e-8);
    }

    #[test]
    fn without_a_change_of_sign_there_is_no_rate() {
        assert_eq!(irr(&[]), None);
        assert_eq!(irr(&[(0.0, -100.0), (1.0, -5.0)]), None);
        assert_eq!(irr(&[(0.0, 100.0), (1.0, 5.0)]), None);
        // Pays first and gets it all back plus more, whatever the rate: no root.
        assert_eq!(irr(&[(0.0, 100.0), (0.5, -10.0), (1.0, 100.0)]), None);
    }

    #[test]
    fn one_change_of_the_cumulated_sign_makes_the_rate_unique() {
        assert!(is_unique(&[(0.0, -100.0), (1.0, 60.0), (2.0, 60.0)]));
        // Two rates solve it: 10 % and 20 %.
        let two = [(0.0, -100.0), (1.0, 230.0), (2.0, -132.0)];
        assert!(!is_unique(&two));
        assert!(npv(&two, 0.1).unwrap().abs() < 1e-9 && npv(&two, 0.2).unwrap().abs() < 1e-9);
    }

    #[test]
    fn a_total_loss_has_no_present_value_at_minus_all() {
        assert_eq!(npv(&[(0.0, 1.0)], -1.0), None);
    }
}
