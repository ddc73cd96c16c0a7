//! The rate of return of cash flows by calendar day.
//!
//! Flows are a column: element d is the cash of the d-th calendar day after the first (USD, received positive). A present
//! value is then a polynomial in the discount of one day, which takes a multiplication and an addition a day. A power for
//! each flow takes fifty times as long, and a bootstrap asks for the rate of two thousand draws.

use std::array::from_fn;

use crate::defined;
use crate::widest::{LANES, Lanes, widest};

/// Calendar days of a year.
const DAYS_PER_YEAR: f64 = 365.0;
/// Halvings before the secant: an interval of 19 becomes one of 0.005, in which the value is as good as a straight line.
const HALVINGS: usize = 12;
/// Most secant steps; six are typical.
const SECANTS: usize = 200;

/// Net present value (USD) at `rate` (per year, compounded yearly): `sum of c_d (1 + rate)^(-d / 365)`.
pub fn npv(by_day: &[f64], rate: f64) -> Option<f64> {
    if rate <= -1.0 {
        return None;
    }
    value(by_day, libm::log1p(rate))
}

/// Present value (USD) at a logarithmic growth per year.
fn value(by_day: &[f64], growth: f64) -> Option<f64> {
    let [value] = values(by_day, [growth], horner);
    value
}

/// Present values (USD) at logarithmic growths per year, by `horner` for as many.
fn values<const N: usize>(
    by_day: &[f64],
    growths: [f64; N],
    horner: fn(&[Lanes], [f64; N], &mut [Lanes; N]),
) -> [Option<f64>; N] {
    let powers = growths.map(|growth| {
        let discount = libm::exp(-growth / DAYS_PER_YEAR);
        let mut powers = [1.0; LANES];
        for lane in 1..LANES {
            powers[lane] = powers[lane - 1] * discount;
        }
        (powers, powers[LANES - 1] * discount)
    });
    let (rows, rest) = by_day.as_chunks::<LANES>();
    let mut sums = [[0.0; LANES]; N];
    sums.iter_mut()
        .for_each(|sums| sums[..rest.len()].copy_from_slice(rest));
    horner(rows, powers.map(|(_, step)| step), &mut sums);
    from_fn(|at| {
        let powers = powers[at].0;
        defined(
            sums[at]
                .iter()
                .zip(powers)
                .map(|(sum, power)| sum * power)
                .sum(),
        )
    })
}

widest! {
    horner = horner_body(rows: &[Lanes], steps: [f64; 1], sums: &mut [Lanes; 1])
}

widest! {
    horner_of_three = horner_body(rows: &[Lanes], steps: [f64; 3], sums: &mut [Lanes; 3])
}

/// Horner's scheme from the last day back, every eighth day in a sum of its own: no step waits for the one before. One rate
/// still waits for itself, so three take no longer than one.
#[inline(always)]
fn horner_body<const N: usize>(rows: &[Lanes], steps: [f64; N], sums: &mut [Lanes; N]) {
    let mut own = *sums;
    for row in rows.iter().rev() {
        for (own, step) in own.iter_mut().zip(steps) {
            for lane in 0..LANES {
                own[lane] = own[lane] * step + row[lane];
            }
        }
    }
    *sums = own;
}

/// Internal rate of return (fraction per year): the rate at which [`npv`] is zero, by halving and then by the secant on
/// `ln(1 + rate)`.
///
/// None unless the flows have both signs and the value changes its sign between -99.99 % and +1,000,000 % a year. A rate
/// solves the equation, but need not be the only one: see [`is_unique`].
pub fn irr(by_day: &[f64]) -> Option<f64> {
    let both = by_day.iter().any(|cash| *cash > 0.0) && by_day.iter().any(|cash| *cash < 0.0);
    if !both {
        return None;
    }
    let three = |growths: [f64; 3]| {
        let values = values(by_day, growths, horner_of_three);
        from_fn(|at| Some((growths[at], values[at]?)))
    };
    let least = libm::log(1e-4);
    let most = libm::log(1e4 + 1.0);
    let [low, high, _] = three([least, most, most]);
    let (mut low, mut high) = low.zip(high)?;
    if low.1 == 0.0 || high.1 == 0.0 || (low.1 > 0.0) == (high.1 > 0.0) {
        return None;
    }
    // Two halvings at a time: the middle, and the middles of both halves, of which one is asked.
    for _ in 0..HALVINGS / 2 {
        let middle = 0.5 * (low.0 + high.0);
        let [lower, middle, upper] =
            three([0.5 * (low.0 + middle), middle, 0.5 * (middle + high.0)]);
        // The low end keeps its sign.
        let is_positive = low.1 > 0.0;
        let is_low = |point: (f64, f64)| (point.1 > 0.0) == is_positive;
        let middle = middle?;
        let next = if is_low(middle) { upper } else { lower }?;
        for point in [middle, next] {
            if is_low(point) {
                low = point
            } else {
                high = point
            }
        }
    }
    let at = |growth: f64| Some((growth, value(by_day, growth)?));
    defined(libm::expm1(secant(at, low, high)?))
}

/// Where a function crosses zero between two points of opposite sign: the Illinois form of the secant (Dowell & Jarratt,
/// "A modified regula falsi method for computing the root of an equation", *BIT* 11 (1971)).
fn secant(
    at: impl Fn(f64) -> Option<(f64, f64)>,
    mut low: (f64, f64),
    mut high: (f64, f64),
) -> Option<f64> {
    let mut last = high.0;
    let mut low_moved = false;
    let mut high_moved = false;
    for _ in 0..SECANTS {
        let next = low.0 - low.1 * (high.0 - low.0) / (high.1 - low.1);
        let between = next > low.0 && next < high.0;
        if !between || (next - last).abs() <= f64::EPSILON * last.abs() {
            return Some(next.clamp(low.0, high.0));
        }
        let point = at(next)?;
        if point.1 == 0.0 {
            return Some(next);
        }
        // The end that stays a second time counts half, so that the other one moves too.
        if (point.1 > 0.0) == (low.1 > 0.0) {
            if low_moved {
                high.1 *= 0.5;
            }
            low = point;
            (low_moved, high_moved) = (true, false);
        } else {
            if high_moved {
                low.1 *= 0.5;
            }
            high = point;
            (low_moved, high_moved) = (false, true);
        }
        last = next;
    }
    Some(last)
}

/// Whether no other rate above zero can solve the equation: the cumulated flows change their sign exactly once and do
/// not end at zero. C. Norstrøm, "A Sufficient Condition for a Unique Nonnegative Internal Rate of Return", *Journal
/// of Financial and Quantitative Analysis* 7 (1972).
pub fn is_unique(by_day: &[f64]) -> bool {
    let cumulated = by_day.iter().scan(0.0, |sum, cash| {
        *sum += cash;
        Some(*sum)
    });
    let signs: Vec<bool> = cumulated
        .filter(|sum| *sum != 0.0)
        .map(|sum| sum > 0.0)
        .collect();
    signs.windows(2).filter(|pair| pair[0] != pair[1]).count() == 1
        && by_day.iter().sum::<f64>() != 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A column from days and cash.
    fn cash(flows: &[(usize, f64)]) -> Vec<f64> {
        let mut by_day = vec![
            0.0;
            flows
                .iter()
                .map(|flow| flow.0)
                .max()
                .map_or(0, |last| last + 1)
        ];
        flows.iter().for_each(|(day, usd)| by_day[*day] += usd);
        by_day
    }

    /// The definition: a power for each flow.
    fn npv_by_powers(by_day: &[f64], rate: f64) -> f64 {
        let years = |day: usize| day as f64 / DAYS_PER_YEAR;
        let dated = by_day.iter().enumerate();
        dated
            .map(|(day, usd)| usd * libm::pow(1.0 + rate, -years(day)))
            .sum()
    }

    /// The rate by halving alone, to the last bit.
    fn irr_by_halving(by_day: &[f64]) -> Option<f64> {
        let value = |growth: f64| npv_by_powers(by_day, libm::exp(growth) - 1.0);
        let (mut low, mut high) = (libm::log(1e-4), libm::log(1e4 + 1.0));
        let rises = value(low) < 0.0;
        if (value(low) > 0.0) == (value(high) > 0.0) {
            return None;
        }
        for _ in 0..200 {
            let middle = 0.5 * (low + high);
            if (value(middle) < 0.0) == rises {
                low = middle
            } else {
                high = middle
            }
        }
        Some(libm::exp(0.5 * (low + high)) - 1.0)
    }

    /// The same steps, one rate at a time.
    fn irr_one_by_one(by_day: &[f64]) -> Option<f64> {
        let at = |growth: f64| Some((growth, value(by_day, growth)?));
        let mut low = at(libm::log(1e-4))?;
        let mut high = at(libm::log(1e4 + 1.0))?;
        if (low.1 > 0.0) == (high.1 > 0.0) {
            return None;
        }
        for _ in 0..HALVINGS {
            let middle = at(0.5 * (low.0 + high.0))?;
            if (middle.1 > 0.0) == (low.1 > 0.0) {
                low = middle
            } else {
                high = middle
            }
        }
        defined(libm::expm1(secant(at, low, high)?))
    }

    /// At the highest rate the debt of twenty years is worth nothing beside the dollar of today.
    #[test]
    fn a_dollar_now_for_two_in_twenty_years() {
        let mut by_day = vec![0.0; 20 * 365 + 1];
        (by_day[0], by_day[20 * 365]) = (1.0, -2.0);
        let found = irr(&by_day).expect("a rate");
        assert!((found - (libm::exp2(0.05) - 1.0)).abs() < 1e-9, "{found}");
    }

    #[test]
    fn rates_by_hand() {
        // 100 becomes 121 in two years: 10 %. 100 becomes 50 in a year: -50 %.
        assert!((irr(&cash(&[(0, -100.0), (730, 121.0)])).unwrap() - 0.1).abs() < 1e-12);
        assert!((irr(&cash(&[(0, -100.0), (365, 50.0)])).unwrap() + 0.5).abs() < 1e-12);
        // 100 becomes 200 in a fifth of a year: 2^5 - 1.
        assert!((irr(&cash(&[(0, -100.0), (73, 200.0)])).unwrap() - 31.0).abs() < 1e-9);
        // Spreadsheet documentation's example of XIRR: 37.34 %.
        let flows = [
            (0, -10_000.0),
            (60, 2_750.0),
            (303, 4_250.0),
            (411, 3_250.0),
            (456, 2_750.0),
        ];
        let flows = cash(&flows);
        let rate = irr(&flows).unwrap();
        assert!((rate - 0.373_362_5).abs() < 1e-6, "{rate}");
        assert!(npv(&flows, rate).unwrap().abs() < 1e-8);
    }

    #[test]
    fn the_polynomial_is_the_sum_of_powers_and_the_secant_finds_what_halving_finds() {
        for seed in 0..300_u64 {
            // A premium at the start or one every month, and what comes back over the days after it.
            let days = 30 + (seed * 37 % 1_100) as usize;
            let mut by_day = vec![0.0; days];
            for (day, cash) in by_day.iter_mut().enumerate() {
                let noise = ((seed + 3) * (day as u64 + 11) * 7_919 % 1_009) as f64 / 1_009.0;
                if noise < 0.3 {
                    *cash = 400.0 * noise * noise;
                }
                if seed % 2 == 0 && day % 30 == 0 {
                    *cash -= 100.0;
                } else if day == 0 {
                    *cash -= 9.0 * days as f64;
                }
            }
            for rate in [-0.9, -0.05, 0.0, 0.04, 3.0] {
                let (found, wanted) = (npv(&by_day, rate).unwrap(), npv_by_powers(&by_day, rate));
                let scale: f64 = npv_by_powers(
                    &by_day.iter().map(|usd| usd.abs()).collect::<Vec<_>>(),
                    rate,
                );
                assert!(
                    (found - wanted).abs() <= 1e-12 * scale,
                    "{seed}, {rate}: {found} {wanted}"
                );
            }
            assert_eq!(
                irr(&by_day).map(f64::to_bits),
                irr_one_by_one(&by_day).map(f64::to_bits)
            );
            match (irr(&by_day), irr_by_halving(&by_day)) {
                (Some(found), Some(wanted)) => {
                    let apart = (found - wanted).abs() / (1.0 + wanted);
                    assert!(apart < 1e-11, "{seed}: {found} {wanted}");
                }
                (found, wanted) => assert_eq!(found, wanted, "{seed}"),
            }
        }
    }

    #[test]
    fn the_widest_sums_are_the_plain_ones_to_the_last_bit() {
        for rows in [0_usize, 1, 2, 137] {
            let cash = |at: usize| std::array::from_fn(|lane| ((at * 8 + lane) % 37) as f64 / 3.0);
            let rows: Vec<Lanes> = (0..rows).map(cash).collect();
            for step in [0.0, 0.999, 1.0 / 3.0, 1.07] {
                let mut plain = [[0.1; LANES]; 1];
                horner_body(&rows, [step], &mut plain);
                let mut wide = [[0.1; LANES]; 1];
                horner(&rows, [step], &mut wide);
                let mut three = [[0.1; LANES]; 3];
                horner_of_three(&rows, [0.5, step, 0.9], &mut three);
                let plain = plain[0].map(f64::to_bits);
                assert_eq!(plain, wide[0].map(f64::to_bits));
                assert_eq!(plain, three[1].map(f64::to_bits));
            }
        }
    }

    #[test]
    fn without_a_change_of_sign_there_is_no_rate() {
        assert_eq!(irr(&[]), None);
        assert_eq!(irr(&cash(&[(0, -100.0), (365, -5.0)])), None);
        assert_eq!(irr(&cash(&[(0, 100.0), (365, 5.0)])), None);
        // Pays first and gets it all back plus more, whatever the rate: no root.
        assert_eq!(irr(&cash(&[(0, 100.0), (180, -10.0), (365, 100.0)])), None);
    }

    #[test]
    fn one_change_of_the_cumulated_sign_makes_the_rate_unique() {
        assert!(is_unique(&cash(&[(0, -100.0), (365, 60.0), (730, 60.0)])));
        // Two rates solve it: 10 % and 20 %.
        let two = cash(&[(0, -100.0), (365, 230.0), (730, -132.0)]);
        assert!(!is_unique(&two));
        assert!(npv(&two, 0.1).unwrap().abs() < 1e-9 && npv(&two, 0.2).unwrap().abs() < 1e-9);
    }

    #[test]
    fn a_total_loss_has_no_present_value_at_minus_all() {
        assert_eq!(npv(&[1.0], -1.0), None);
    }
}
