//! The standard error of a sum from eight stretches of the series, which knows no block length.
//!
//! A book's losses come in clusters, and a year or two hold a handful of them. A variance estimated from the same sample
//! is then small where the sample happens to be quiet, and an interval that takes it for the truth is too narrow. So a
//! number is compared with its own standard error, in the sample and in every draw alike: what the draws say is how far
//! such a ratio strays (Götze & Künsch, "Second-order correctness of the blockwise bootstrap", *Annals of Statistics* 24
//! (1996)). The error comes from the sums over eight stretches of equal length, as good as independent where a cluster is
//! shorter than a stretch (Ibragimov & Müller, "t-Statistic Based Correlation and Heterogeneity Robust Inference",
//! *JBES* 28 (2010)). `docs/calibration.md` holds what this brings in worlds whose truth is known.

/// Stretches a series is cut into.
pub const STRETCHES: usize = 8;

/// Fewest sessions with a standard error: two a stretch.
pub const FEWEST_SESSIONS: usize = 2 * STRETCHES;

/// Sums over the stretches.
pub type Sums = [f64; STRETCHES];

/// First session of a stretch; of the one after the last, the number of sessions.
pub(crate) fn start(stretch: usize, sessions: usize) -> usize {
    stretch * sessions / STRETCHES
}

/// Sums over the stretches of a series.
pub(crate) fn sums(values: &[f64]) -> Sums {
    let n = values.len();
    std::array::from_fn(|stretch| {
        values[start(stretch, n)..start(stretch + 1, n)]
            .iter()
            .sum()
    })
}

/// Standard error of the sum over all `sessions`, `√(8/7 Σ (S_j - n_j m)²)`, m the mean per session.
///
/// None below [`FEWEST_SESSIONS`], and where the sums differ by rounding only: against `magnitude`, the largest sum that
/// went into them.
pub(crate) fn standard_error(sums: &Sums, sessions: usize, magnitude: f64) -> Option<f64> {
    if sessions < FEWEST_SESSIONS {
        return None;
    }
    let mean = sums.iter().sum::<f64>() / sessions as f64;
    let mut squares = 0.0;
    for (stretch, sum) in sums.iter().enumerate() {
        let length = start(stretch + 1, sessions) - start(stretch, sessions);
        let distance = sum - length as f64 * mean;
        squares += distance * distance;
    }
    let error = (squares * STRETCHES as f64 / (STRETCHES - 1) as f64).sqrt();
    (error > 1e-14_f64.max(1e-12 * magnitude)).then_some(error)
}

/// The largest absolute sum.
pub(crate) fn magnitude(sums: &Sums) -> f64 {
    sums.iter()
        .fold(0.0, |largest: f64, sum| largest.max(sum.abs()))
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::{Rng, SeedableRng};

    use super::*;

    #[test]
    fn sums_that_differ_by_rounding_have_no_error() {
        // One of eight even sums is e, the others nothing: Σ (S - m)² = 7/8 e², times 8/7.
        let error = |e: f64, magnitude: f64| {
            let mut sums = [0.0; STRETCHES];
            sums[3] = e;
            standard_error(&sums, 80, magnitude)
        };
        assert!((error(2.0, 2.0).unwrap() - 2.0).abs() < 1e-14);
        assert_eq!(error(0.7e-14, 0.0), None);
        assert!(error(2e-14, 0.0).is_some());
        assert_eq!(error(0.7e-9, 1e3), None);
        assert!(error(2e-9, 1e3).is_some());
    }

    #[test]
    fn the_magnitude_of_sums_is_the_largest_on_either_side() {
        let mut sums = [0.125; STRETCHES];
        sums[2] = -0.25;
        assert_eq!(magnitude(&sums), 0.25);
        assert_eq!(magnitude(&[0.0; STRETCHES]), 0.0);
    }

    #[test]
    fn by_hand() {
        // Sums 1, -1, 1, -1, ...: mean 0, Σ squares 8, times 8/7.
        let values: Vec<f64> = (0..16)
            .map(|t| if t / 2 % 2 == 0 { 0.5 } else { -0.5 })
            .collect();
        assert_eq!(sums(&values), [1.0, -1.0, 1.0, -1.0, 1.0, -1.0, 1.0, -1.0]);
        let error = standard_error(&sums(&values), 16, 1.0).unwrap();
        assert!((error - (64.0_f64 / 7.0).sqrt()).abs() < 1e-14);
    }

    #[test]
    fn the_lengths_of_the_stretches_do_not_count_as_noise() {
        // 17 sessions: one stretch is a session longer.
        assert_eq!(standard_error(&sums(&[0.1; 17]), 17, 0.3), None);
        assert_eq!(standard_error(&sums(&[1.0; 15]), 15, 2.0), None);
    }

    #[test]
    fn of_independent_days_it_is_the_usual_one() {
        let mut random = ChaCha8Rng::seed_from_u64(3);
        let mut day = || (random.next_u64() >> 11) as f64 / 9_007_199_254_740_992.0;
        let squares: f64 = (0..400)
            .map(|_| (0..400).map(|_| day()).collect::<Vec<f64>>())
            .map(|series| standard_error(&sums(&series), 400, 50.0).unwrap())
            .map(|error| error * error)
            .sum();
        // A uniform day has variance 1/12. Squares on seven degrees of freedom: one standard error of 400 is 2.7 %.
        let found = squares / 400.0 / (400.0 / 12.0);
        assert!((found - 1.0).abs() < 0.09, "{found}");
    }
}
