//! Slopes: the beta of a book, the half-life of a level.

use crate::{defined, ratio};

/// Slope of the least-squares line of `y` on `x`: `cov(x, y) / var(x)`. With excess returns of a book and of the market
/// it is the book's CAPM beta (W. Sharpe 1964). None for fewer than three pairs or a constant `x`.
///
/// # Panics
/// If the two series differ in length.
pub fn beta(y: &[f64], x: &[f64]) -> Option<f64> {
    assert_eq!(y.len(), x.len(), "pairs of one observation each");
    if x.len() < 3 {
        return None;
    }
    // Side by side: in each sum an addition waits for the one before.
    let pairs = || x.iter().zip(y);
    let (sum_x, sum_y) = pairs().fold((0.0, 0.0), |(sum_x, sum_y), (x, y)| (sum_x + x, sum_y + y));
    let mean_x = defined(sum_x / x.len() as f64)?;
    let mean_y = defined(sum_y / y.len() as f64)?;
    let (covariance, variance) = pairs().fold((0.0, 0.0), |(covariance, variance), (x, y)| {
        let dx = x - mean_x;
        (covariance + dx * (y - mean_y), variance + dx * dx)
    });
    ratio(covariance, variance)
}

/// [`beta`] over the sessions on which the market fell (`x < 0`): what a book does when it matters.
///
/// # Panics
/// If the two series differ in length.
pub fn downside_beta(y: &[f64], x: &[f64]) -> Option<f64> {
    assert_eq!(y.len(), x.len(), "pairs of one observation each");
    let (falls, book): (Vec<f64>, Vec<f64>) = x
        .iter()
        .zip(y)
        .filter(|(x, _)| **x < 0.0)
        .map(|(x, y)| (*x, *y))
        .unzip();
    beta(&book, &falls)
}

/// Half-life of a deviation from the mean (observations) of a first-order autoregression `x_t = a + phi x_{t-1}`:
/// `ln(1/2) / ln(phi)`. None unless `0 < phi < 1`: otherwise nothing decays, or not monotonously.
pub fn half_life(levels: &[f64]) -> Option<f64> {
    let phi = persistence(levels)?;
    if phi > 0.0 && phi < 1.0 {
        defined(libm::log(0.5) / libm::log(phi))
    } else {
        None
    }
}

/// `phi` of the first-order autoregression, by least squares. Biased downwards in short samples (M. Kendall 1954:
/// about `-(1 + 3 phi) / n`), so a half-life is rather too short.
pub fn persistence(levels: &[f64]) -> Option<f64> {
    let first = levels.get(..levels.len().checked_sub(1)?)?;
    let last = levels.get(1..)?;
    beta(last, first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slopes_by_hand() {
        assert_eq!(beta(&[1.0, 3.0, 5.0], &[0.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(beta(&[1.0, 3.0, 5.0], &[1.0, 1.0, 1.0]), None);
        assert_eq!(beta(&[1.0, 3.0], &[0.0, 1.0]), None);
        // Only the three falls count: slope 3 there, -1 elsewhere.
        let x = [-1.0, -2.0, -3.0, 1.0, 2.0];
        let y = [-3.0, -6.0, -9.0, -1.0, -2.0];
        assert!((downside_beta(&y, &x).unwrap() - 3.0).abs() < 1e-14);
        assert_eq!(downside_beta(&[1.0; 5], &[1.0, 2.0, 3.0, 4.0, 5.0]), None);
    }

    #[test]
    fn a_level_that_halves_its_distance_each_time_has_a_half_life_of_one() {
        let levels: Vec<f64> = (0..20).map(|t| 20.0 + libm::pow(0.5, t as f64)).collect();
        assert!((half_life(&levels).unwrap() - 1.0).abs() < 1e-6);
        assert_eq!(
            half_life(&[1.0, 2.0, 4.0, 8.0, 16.0]),
            None,
            "what grows has no half-life"
        );
        assert_eq!(half_life(&[]), None);
        assert_eq!(
            half_life(&[1.0, -1.0, 1.0, -1.0, 1.0]),
            None,
            "what alternates has none either"
        );
    }
}
