//! What a contract settles at, as a law with chances, and prices that are its mean: a control (docs/worlds.md), never a
//! model of a market.

use std::sync::Arc;

use crate::contract::Right;

/// A law on fixed values, as multiples of a level.
#[derive(Clone, Debug, PartialEq)]
pub struct SettlementLaw {
    values: Arc<[f64]>,
    /// Place of the first value that has a chance.
    first: usize,
    /// From there on, value by value: the chance of it and all above, and the same with each chance times its value.
    above: Vec<[f64; 2]>,
}

impl SettlementLaw {
    /// The law that gives each of the ascending `values` its share of `weights`, none of them negative; `None` where all
    /// are zero.
    pub fn new(values: &Arc<[f64]>, weights: &[f64]) -> Option<SettlementLaw> {
        let first = weights.iter().position(|weight| *weight > 0.0)?;
        let end = 1 + weights.iter().rposition(|weight| *weight > 0.0)?;
        let all: f64 = weights.iter().sum();
        let mut above = vec![[0.0; 2]; end - first];
        let mut sums = [0.0; 2];
        for at in (first..end).rev() {
            let chance = weights[at] / all;
            sums = [sums[0] + chance, sums[1] + chance * values[at]];
            above[at - first] = sums;
        }
        Some(SettlementLaw {
            values: Arc::clone(values),
            first,
            above,
        })
    }

    /// Its mean.
    pub fn mean(&self) -> f64 {
        self.above[0][1]
    }

    /// Mean of what it exceeds `strike` by.
    pub fn excess(&self, strike: f64) -> f64 {
        let values = &self.values[self.first..self.first + self.above.len()];
        let at = values.partition_point(|value| *value <= strike);
        self.above
            .get(at)
            .map_or(0.0, |[chance, value]| (value - strike * chance).max(0.0))
    }
}

/// What is expected of one expiry at one close: a law in multiples of a level.
///
/// Its prices cannot be traded against each other. Calls are means of payoffs under one law, so they fall and bend
/// upwards with the strike; puts follow by parity with the mean as the future.
#[derive(Clone, Debug, PartialEq)]
pub struct Expected {
    level: f64,
    law: Arc<SettlementLaw>,
}

impl Expected {
    /// A law on multiples of `level` (points).
    pub fn new(level: f64, law: Arc<SettlementLaw>) -> Expected {
        Expected { level, law }
    }

    /// The mean: what a future is worth (points).
    pub fn future(&self) -> f64 {
        self.level * self.law.mean()
    }

    /// What an option is worth (points).
    pub fn option(&self, right: Right, strike: f64, discount: f64) -> f64 {
        let relative = strike / self.level;
        let call = self.level * self.law.excess(relative);
        let worth = match right {
            Right::Call => call,
            Right::Put => call + strike - self.future(),
        };
        discount * worth.max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn law(weights: &[f64]) -> Arc<SettlementLaw> {
        let values: Arc<[f64]> = vec![0.5, 0.8, 1.0, 1.3, 2.0].into();
        Arc::new(SettlementLaw::new(&values, weights).expect("some weight"))
    }

    #[test]
    fn prices_are_means_of_payoffs() {
        let expected = Expected::new(20.0, law(&[3.0, 2.0, 7.0, 1.0, 3.0]));
        // Every outcome with its chance, by hand.
        let outcomes = [
            (10.0, 0.1875),
            (16.0, 0.125),
            (20.0, 0.4375),
            (26.0, 0.0625),
            (40.0, 0.1875),
        ];
        let mean = |payoff: &dyn Fn(f64) -> f64| -> f64 {
            outcomes.iter().map(|(x, chance)| chance * payoff(*x)).sum()
        };
        assert!((expected.future() - mean(&|x| x)).abs() < 1e-12);
        for strike in [1.0, 10.0, 15.0, 16.0, 20.0, 25.5, 39.0, 40.0, 90.0] {
            let call = expected.option(Right::Call, strike, 0.99);
            let put = expected.option(Right::Put, strike, 0.99);
            assert!((call - 0.99 * mean(&|x| (x - strike).max(0.0))).abs() < 1e-12);
            assert!((put - 0.99 * mean(&|x| (strike - x).max(0.0))).abs() < 1e-12);
        }
    }

    #[test]
    fn no_weight_is_no_law_and_no_strike_is_worth_less_than_nothing() {
        let values: Arc<[f64]> = vec![0.5, 1.0].into();
        assert_eq!(SettlementLaw::new(&values, &[0.0, 0.0]), None);
        let certain = Expected::new(20.0, law(&[0.0, 0.0, 3.0, 0.0, 0.0]));
        assert_eq!(certain.future(), 20.0);
        assert_eq!(certain.option(Right::Call, 20.0, 1.0), 0.0);
        assert_eq!(certain.option(Right::Put, 19.0, 1.0), 0.0);
    }
}
