//! The rate of return of cash flows by calendar day.
//!
//! Flows are a column: element d is the cash of the d-th calendar day after the first (USD, received positive). A present
//! value is then a polynomial in the discount of one day, which takes a multiplication and an addition a day. A power for
//! each flow takes fifty times as long, and a bootstrap asks for the rate of two thousand draws.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::defined;

/// Calendar days of a year.
const DAYS_PER_YEAR: f64 = 365.0;
/// Running sums of a polynomial, so that no step waits for the one before.
const LANES: usize = 8;
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
    let discount = libm::exp(-growth / DAYS_PER_YEAR);
    let mut powers = [1.0; LANES];
    for lane in 1..LANES {
        powers[lane] = powers[lane - 1] * discount;
    }
    let step = powers[LANES - 1] * discount;
    let (rows, rest) = by_day.as_chunks::<LANES>();
    // Horner's scheme from the last day back, every eighth day in a sum of its own.
    let mut sums = [0.0; LANES];
    sums[..rest.len()].copy_from_slice(rest);
    for row in rows.iter().rev() {
        for lane in 0..LANES {
            sums[lane] = sums[lane] * step + row[lane];
        }
    }
    defined(
        sums.iter()
            .zip(powers)
            .map(|(sum, power)| sum * power)
            .sum(),
    )
}

/// Internal rate of return (fraction per year): the rate at which [`npv`] is zero, by halving and then by the secant on
/// `ln(1 + rate)`.
///
/// None unless the flows have both signs and the value changes its sign between -99.99 % and +1,000,000 % a year. A rate
/// solves the equation, but need not be the only one: see [`is_unique`].
pub fn irr(by_day: &[f64]) -> Option<f64> {
    irr_told(by_day, |_| None)
}

/// The same where somebody may know whether the value is positive at a logarithmic growth per year, as [`CashSets`] does: the
/// halvings ask for nothing else.
pub fn irr_told(by_day: &[f64], told: impl Fn(f64) -> Option<bool>) -> Option<f64> {
    let both = by_day.iter().any(|cash| *cash > 0.0) && by_day.iter().any(|cash| *cash < 0.0);
    if !both {
        return None;
    }
    let at = |growth: f64| Some((growth, value(by_day, growth)?));
    let sign = |growth: f64| match told(growth) {
        Some(true) => Some(Ordering::Greater),
        Some(false) => Some(Ordering::Less),
        None => value(by_day, growth)?.partial_cmp(&0.0),
    };
    let (mut low, mut high) = (libm::log(1e-4), libm::log(1e4 + 1.0));
    let (first, last) = (sign(low)?, sign(high)?);
    if first.is_eq() || last.is_eq() || first == last {
        return None;
    }
    for _ in 0..HALVINGS {
        let middle = 0.5 * (low + high);
        if sign(middle)?.is_gt() == first.is_gt() {
            low = middle
        } else {
            high = middle
        }
    }
    defined(libm::expm1(secant(at, at(low)?, at(high)?)?))
}

/// Cash of things that are bought whole, such as packages: a bootstrap draws some of them, again and again, and asks for
/// the rate of return of their sum.
///
/// The value of a sum is the sum of the values, which are known at each growth that was asked about before. What rounding
/// does to it may not decide: nearer to zero than that nothing is told.
#[derive(Debug)]
pub struct CashSets {
    /// Day and cash of each flow, set by set.
    sets: Vec<Vec<(usize, f64)>>,
    /// By growth, as bits.
    known: Mutex<BTreeMap<u64, Arc<SetValues>>>,
}

/// The value of each set, and the same of its flows without their signs.
type SetValues = Vec<(f64, f64)>;

/// What rounding may do to a value, as a share of that of the flows without their signs. A polynomial of so many days is off
/// by less than a ten-thousandth of that.
const ROUNDING: f64 = 1e-7;
/// Days of which that is so.
const MOST_DAYS: usize = 20_000;

impl CashSets {
    /// From the flows of each, by day.
    pub fn new(sets: Vec<Vec<(usize, f64)>>) -> CashSets {
        CashSets {
            sets,
            known: Mutex::default(),
        }
    }

    /// Whether the present value of some of them together is positive at a logarithmic growth per year; nothing where
    /// rounding could decide.
    ///
    /// # Panics
    /// If there is no such set.
    pub fn is_positive(&self, drawn: impl Iterator<Item = usize>, growth: f64) -> Option<bool> {
        let values = self.values(growth);
        let (sum, size) = drawn.fold((0.0, 0.0), |(sum, size), at| {
            (sum + values[at].0, size + values[at].1)
        });
        let last = self.sets.iter().flatten().map(|flow| flow.0).max();
        let is_sure = f64::abs(sum) > ROUNDING * size && size < 1e300;
        (is_sure && last < Some(MOST_DAYS)).then_some(sum > 0.0)
    }

    fn values(&self, growth: f64) -> Arc<Vec<(f64, f64)>> {
        let lock = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = lock().get(&growth.to_bits()) {
            return Arc::clone(known);
        }
        let of_flow =
            |(day, cash): &(usize, f64)| cash * libm::exp(-growth / DAYS_PER_YEAR * *day as f64);
        let of_set = |set: &Vec<(usize, f64)>| {
            set.iter()
                .map(of_flow)
                .fold((0.0, 0.0), |(sum, size), one| (sum + one, size + one.abs()))
        };
        let values = Arc::new(self.sets.iter().map(of_set).collect::<Vec<_>>());
        lock().insert(growth.to_bits(), Arc::clone(&values));
        values
    }
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
    use std::cell::Cell;

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

    #[test]
    fn what_sets_tell_of_their_sum_changes_no_rate() {
        let mut bits = 0x9e37_79b9_7f4a_7c15_u64;
        let mut next = |most: u64| {
            bits = bits.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (bits >> 33) % most
        };
        let sets: Vec<Vec<(usize, f64)>> = (0..40)
            .map(|_| {
                let bought = next(900) as usize;
                let premium = 50.0 + next(400) as f64;
                // Most lose all, some are worth several times what they cost.
                let sold = (next(8) * next(8)) as f64 / 12.0 * premium;
                vec![(bought, -premium), (bought + 5 + next(90) as usize, sold)]
            })
            .collect();
        let days = sets.iter().flatten().map(|flow| flow.0).max().unwrap_or(0);
        let known = CashSets::new(sets.clone());
        let mut told = 0;
        let mut rates = 0;
        for _ in 0..300 {
            let drawn: Vec<usize> = (0..1 + next(40)).map(|_| next(40) as usize).collect();
            let mut by_day = vec![0.0; days + 1];
            let flows = drawn.iter().flat_map(|at| &sets[*at]);
            flows.for_each(|(day, usd)| by_day[*day] += usd);
            let counted = Cell::new(0);
            let found = irr_told(&by_day, |growth| {
                let found = known.is_positive(drawn.iter().copied(), growth);
                counted.set(counted.get() + usize::from(found.is_some()));
                found
            });
            assert_eq!(found.map(f64::to_bits), irr(&by_day).map(f64::to_bits));
            rates += usize::from(found.is_some());
            told += counted.get();
        }
        assert!(
            rates > 100 && told > 13 * rates,
            "{rates} rates, {told} told"
        );
    }

    #[test]
    fn sets_tell_nothing_that_rounding_could_decide() {
        let known = CashSets::new(vec![vec![(0, -100.0), (30, 100.0)], vec![(MOST_DAYS, 1.0)]]);
        assert_eq!(known.is_positive([0].into_iter(), 0.0), None);
        // Only the days count, of whichever set.
        assert_eq!(known.is_positive([0].into_iter(), 0.5), None);
        let known = CashSets::new(vec![vec![(0, -100.0), (30, 100.0)]]);
        assert_eq!(known.is_positive([0].into_iter(), 0.5), Some(false));
        assert_eq!(known.is_positive([0, 0].into_iter(), -0.5), Some(true));
        assert_eq!(known.is_positive([0].into_iter(), 1e-9), None);
        assert_eq!(known.is_positive(std::iter::empty(), 0.5), None);
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
