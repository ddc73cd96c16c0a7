//! Pure numbers about curves: drawdown, ratios, hedge comparison, bootstrap, overfitting.
//!
//! This crate knows no market and no book. It takes slices of `f64` and gives back numbers, and it follows four rules:
//!
//! * *Undefined is `None`.* A ratio over zero is not infinity and not zero; no function returns `NaN` or `inf`.
//! * *Losses are negative.* Drawdowns and tail means of losing series are ≤ 0; only formulas take absolute values.
//! * *One definition.* What [`paired::Measure`] says of two outcomes is said of the sample and of every bootstrap draw.
//! * *Same bits everywhere.* Elementary functions come from `libm`, randomness from numbered ChaCha8 streams.
//!
//! Reading order: [`curve`] and [`ratios`] judge one series, [`paired`] judges two, [`blocks`], [`bootstrap`], [`stretches`] and
//! [`two_stage`] say how sure that judgement is, [`overfit`], [`reality_check`] and [`spa`] say what it is worth
//! after many tries, [`contest`] does both for more configurations than fit into memory, [`walk_forward`] and [`plateau`]
//! say whether a choice would have held. [`order`] ranks more values than memory should hold.

mod widest;

pub mod curve;
pub mod irr;
pub mod moments;
pub mod normal;
pub mod order;
pub mod ratios;
pub mod regression;

pub mod paired;

pub mod block_length;
pub mod blocks;
pub mod bootstrap;
pub mod choose;
pub mod interval;
pub mod strata;
pub mod stretches;
pub mod two_stage;

pub mod overfit;
pub mod reality_check;
pub mod spa;

pub mod contest;

pub mod plateau;
pub mod walk_forward;
pub mod words;

/// Trading sessions in a year, everywhere in this crate.
pub const SESSIONS_PER_YEAR: f64 = 252.0;

/// `value`, unless it is `NaN` or infinite: the crate's one way to say "undefined".
pub(crate) fn defined(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

/// `numerator / denominator`, undefined over zero.
pub(crate) fn ratio(numerator: f64, denominator: f64) -> Option<f64> {
    if denominator == 0.0 {
        None
    } else {
        defined(numerator / denominator)
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn only_nothing_divides_nothing() {
        assert_eq!(super::ratio(3.0, 1.0), Some(3.0));
        assert_eq!(super::ratio(3.0, 0.0), None);
        assert_eq!(super::ratio(0.0, -0.0), None);
        assert_eq!(super::ratio(f64::INFINITY, 2.0), None);
    }
}
