//! The standard normal distribution.

use crate::defined;

/// `P(Z <= x) = erfc(-x/√2) / 2`.
pub fn cdf(x: f64) -> f64 {
    0.5 * libm::erfc(-x * std::f64::consts::FRAC_1_SQRT_2)
}

/// The `x` with `P(Z <= x) = p`; undefined unless `0 < p < 1`.
///
/// P. J. Acklam's rational approximation (2003, relative error 1.15e-9), then two steps of Halley's method on [`cdf`],
/// which leaves rounding error only.
pub fn quantile(p: f64) -> Option<f64> {
    if !(p > 0.0 && p < 1.0) {
        return None;
    }
    // The upper tail would lose digits in 1 - cdf(x); the lower tail keeps them.
    if p > 0.5 {
        lower_quantile(1.0 - p).map(|x| -x)
    } else {
        lower_quantile(p)
    }
}

fn lower_quantile(p: f64) -> Option<f64> {
    let mut x = acklam(p);
    for _ in 0..2 {
        let density = libm::exp(-0.5 * x * x) * 0.398_942_280_401_432_7;
        let step = (cdf(x) - p) / density;
        x -= step / (1.0 + 0.5 * x * step);
    }
    defined(x)
}

fn acklam(p: f64) -> f64 {
    const A: [f64; 6] = [
        -3.969683028665376e+01,
        2.209460984245205e+02,
        -2.759285104469687e+02,
        1.38357751867269e+02,
        -3.066479806614716e+01,
        2.506628277459239e+00,
    ];
    const B: [f64; 6] = [
        -5.447609879822406e+01,
        1.615858368580409e+02,
        -1.556989798598866e+02,
        6.680131188771972e+01,
        -1.328068155288572e+01,
        1.0,
    ];
    const C: [f64; 6] = [
        -7.784894002430293e-03,
        -3.223964580411365e-01,
        -2.400758277161838e+00,
        -2.549732539343734e+00,
        4.374664141464968e+00,
        2.938163982698783e+00,
    ];
    const D: [f64; 5] = [
        7.784695709041462e-03,
        3.224671290700398e-01,
        2.445134137142996e+00,
        3.754408661907416e+00,
        1.0,
    ];
    if p < 0.02425 {
        let q = (-2.0 * libm::log(p)).sqrt();
        return horner(&C, q) / horner(&D, q);
    }
    let q = p - 0.5;
    horner(&A, q * q) * q / horner(&B, q * q)
}

fn horner(coefficients: &[f64], x: f64) -> f64 {
    coefficients
        .iter()
        .fold(0.0, |sum, coefficient| sum * x + coefficient)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tabulated_values() {
        assert!((cdf(1.959963984540054) - 0.975).abs() < 1e-15);
        assert!((quantile(0.975).unwrap() - 1.959963984540054).abs() < 1e-14);
        assert!((quantile(0.05).unwrap() + 1.6448536269514722).abs() < 1e-14);
        assert!((quantile(1e-10).unwrap() + 6.361340902404056).abs() < 1e-12);
        assert_eq!(quantile(0.5), Some(0.0));
    }

    #[test]
    fn round_trip() {
        for step in 1..400 {
            let x = -8.0 + 0.02 * step as f64;
            assert!((quantile(cdf(x)).unwrap() - x).abs() < 1e-12, "{x}");
        }
    }

    #[test]
    fn no_quantile_outside_the_unit_interval() {
        assert_eq!([0.0, 1.0, -0.1, f64::NAN].map(quantile), [None; 4]);
    }
}
