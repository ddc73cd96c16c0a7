//! Autoregressive noise, free or tied to zero at given places, and exponential averages.

use market::math::exp;

use crate::draws::Draws;

/// `n` values of a first-order autoregression with persistence `phi` and innovations of deviation `sd`, begun in its
/// stationary distribution.
pub(crate) fn autoregression(draws: &mut Draws, n: usize, phi: f64, sd: f64) -> Vec<f64> {
    let innovations: Vec<f64> = (0..n).map(|_| sd * draws.normal()).collect();
    accumulate(&innovations, phi)
}

/// The autoregression with persistence `phi` that these innovations drive; the first is scaled to the stationary deviation.
pub(crate) fn accumulate(innovations: &[f64], phi: f64) -> Vec<f64> {
    let mut level = None;
    innovations
        .iter()
        .map(|&e| {
            let value = level.map_or(e / (1.0 - phi * phi).sqrt(), |x: f64| phi * x + e);
            level = Some(value);
            value
        })
        .collect()
}

/// Weights with which a gap at the end of `n` steps is spread over the steps 1 to n of a process that reverts at
/// `rate` per step: `sinh(rate*i)/sinh(rate*n)`, the mean of the Ornstein-Uhlenbeck bridge.
pub(crate) fn bridge_weights(n: usize, rate: f64) -> Vec<f64> {
    let sinh = |x: f64| exp(x) - exp(-x);
    (1..=n)
        .map(|i| sinh(rate * i as f64) / sinh(rate * n as f64))
        .collect()
}

/// Exponential average with the weight 2/(span+1) on the newest value, begun at `start`.
pub(crate) fn average(x: &[f64], span: f64, start: f64) -> Vec<f64> {
    let weight = 2.0 / (span + 1.0);
    let mut level = start;
    x.iter()
        .map(|x| {
            level += weight * (x - level);
            level
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draws::Stream;

    #[test]
    fn bridge_weights_end_at_one_and_rise() {
        let w = bridge_weights(20, 0.1);
        assert_eq!(w[19], 1.0);
        assert!(w.windows(2).all(|p| p[0] < p[1]) && w[0] > 0.0);
    }

    #[test]
    fn stationary_deviation_is_reached() {
        let x = autoregression(&mut Draws::new(3, Stream::Skew), 50_000, 0.9, 1.0);
        let variance = x.iter().map(|x| x * x).sum::<f64>() / x.len() as f64;
        assert!((variance - 1.0 / 0.19).abs() < 0.4, "{variance}");
    }

    #[test]
    fn averages_of_a_constant_stay() {
        assert!(average(&[5.0; 10], 4.0, 5.0).iter().all(|x| *x == 5.0));
    }
}
