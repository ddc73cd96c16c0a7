//! Mean, deviation, skewness and kurtosis of a sample.

use crate::defined;

/// Arithmetic mean; undefined for no values.
pub fn mean(values: &[f64]) -> Option<f64> {
    if values.is_empty() {
        None
    } else {
        defined(values.iter().sum::<f64>() / values.len() as f64)
    }
}

/// Standard deviation with divisor n - 1; undefined below two values.
pub fn deviation(values: &[f64]) -> Option<f64> {
    deviation_of(|| values.iter().copied())
}

/// [`deviation`] of more values than memory should hold: `values` is asked for all of them twice, and must give the same.
pub fn deviation_of<I: Iterator<Item = f64>>(values: impl Fn() -> I) -> Option<f64> {
    let mut count = 0;
    let sum: f64 = values().inspect(|_| count += 1).sum();
    if count < 2 {
        return None;
    }
    deviation_from(defined(sum / count as f64)?, values(), count)
}

/// [`deviation`], undefined for values that differ by rounding only.
///
/// A constant return computed from an equity curve still wobbles by one part in 1e16; dividing by that wobble would
/// print a Sharpe ratio of a billion.
pub fn nonzero_deviation(values: &[f64]) -> Option<f64> {
    mean_and_nonzero_deviation(values).map(|(_, deviation)| deviation)
}

/// [`mean`] and [`nonzero_deviation`], the first summed once for both.
pub fn mean_and_nonzero_deviation(values: &[f64]) -> Option<(f64, f64)> {
    if values.len() < 2 {
        return None;
    }
    // Side by side: an addition waits for the one before, but not for a comparison.
    let together =
        |(sum, largest): (f64, f64), value: &f64| (sum + value, largest.max(value.abs()));
    let (sum, largest) = values.iter().fold((0.0, 0.0), together);
    let center = defined(sum / values.len() as f64)?;
    let deviation = deviation_from(center, values.iter().copied(), values.len())?;
    (deviation > 1e-14_f64.max(1e-12 * largest)).then_some((center, deviation))
}

/// Standard deviation of two values or more whose mean is known.
fn deviation_from(center: f64, values: impl Iterator<Item = f64>, count: usize) -> Option<f64> {
    let squares: f64 = values
        .map(|value| (value - center) * (value - center))
        .sum();
    defined((squares / (count - 1) as f64).sqrt())
}

/// Population skewness `m3 / m2^(3/2)`, moments with divisor n.
pub fn skewness(values: &[f64]) -> Option<f64> {
    nonzero_deviation(values)?;
    let m2 = central(values, 2)?;
    defined(central(values, 3)? / (m2 * m2.sqrt()))
}

/// Population kurtosis `m4 / m2²`, moments with divisor n; 3 for a normal distribution (not the excess).
pub fn kurtosis(values: &[f64]) -> Option<f64> {
    nonzero_deviation(values)?;
    let m2 = central(values, 2)?;
    defined(central(values, 4)? / (m2 * m2))
}

fn central(values: &[f64], order: i32) -> Option<f64> {
    let center = mean(values)?;
    // Repeated multiplication: std's `powi` leaves its rounding to the platform.
    let power = |x: f64| (0..order).fold(1.0, |product, _| product * x);
    defined(
        values
            .iter()
            .map(|value| power(value - center))
            .sum::<f64>()
            / values.len() as f64,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hand_computed() {
        let values = [1.0, 2.0, 3.0, 6.0];
        assert_eq!(mean(&values), Some(3.0));
        // Deviations -2, -1, 0, 3: squares sum to 14, cubes to 18, fourth powers to 98.
        assert_eq!(deviation(&values), Some((14.0_f64 / 3.0).sqrt()));
        let passed = deviation_of(|| values.iter().copied());
        assert_eq!(passed, Some((14.0_f64 / 3.0).sqrt()));
        assert!((skewness(&values).unwrap() - 4.5 / (3.5 * 3.5_f64.sqrt())).abs() < 1e-15);
        assert!((kurtosis(&values).unwrap() - 24.5 / 12.25).abs() < 1e-15);
    }

    #[test]
    fn constant_and_short_samples_have_no_spread() {
        assert_eq!(nonzero_deviation(&[0.1; 7]), None);
        assert_eq!(skewness(&[5.0; 4]), None);
        assert_eq!(deviation(&[1.0]), None);
        assert_eq!(mean(&[]), None);
    }
}
