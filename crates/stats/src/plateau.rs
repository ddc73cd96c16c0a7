//! Plateau or peak: a choice judged by its neighbours.
//!
//! A threshold that works because of what it is works one step to the side too. A score that falls to the middle of all
//! configurations as soon as one parameter moves by one level was found, not understood.

use crate::interval::quantile;
use crate::moments::mean;
use crate::ratio;

/// How a chosen configuration stands among its neighbours.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plateau {
    /// `(mean of neighbours - median of all) / (chosen - median of all)`: 1 is level ground, 0 a lone peak.
    pub score: f64,
    /// Mean of the neighbours, in the unit of the values.
    pub neighbours: f64,
    /// The lowest neighbour.
    pub lowest: f64,
    /// Median of all configurations.
    pub median: f64,
    /// Number of neighbours.
    pub n: usize,
}

/// The plateau of a choice with the value `chosen`, of `neighbours`, among `all` configurations.
///
/// None without a neighbour, or if the choice is no better than the median of all.
pub fn plateau(chosen: f64, neighbours: &[f64], all: &[f64]) -> Option<Plateau> {
    let mut ascending = all.to_vec();
    ascending.sort_by(f64::total_cmp);
    plateau_above(chosen, neighbours, quantile(&ascending, 0.5)?)
}

/// The same where the median of all is known.
pub fn plateau_above(chosen: f64, neighbours: &[f64], median: f64) -> Option<Plateau> {
    let average = mean(neighbours)?;
    if chosen <= median {
        return None;
    }
    Some(Plateau {
        score: ratio(average - median, chosen - median)?,
        neighbours: average,
        lowest: neighbours.iter().copied().fold(f64::INFINITY, f64::min),
        median,
        n: neighbours.len(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn level_ground_scores_one_and_a_lone_peak_zero() {
        let all = [0.0, 1.0, 1.0, 1.0, 2.0, 5.0];
        assert_eq!(plateau(5.0, &[5.0, 5.0], &all).unwrap().score, 1.0);
        let peak = plateau(5.0, &[1.0, 1.0], &all).unwrap();
        assert_eq!(
            (peak.score, peak.median, peak.lowest, peak.n),
            (0.0, 1.0, 1.0, 2)
        );
        assert_eq!(plateau(5.0, &[3.0], &all).unwrap().score, 0.5);
    }

    #[test]
    fn undefined_without_neighbours_or_merit() {
        assert_eq!(plateau(5.0, &[], &[1.0, 5.0]), None);
        assert_eq!(plateau(1.0, &[1.0], &[1.0, 1.0]), None);
    }
}
