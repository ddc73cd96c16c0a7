//! A condor between the strikes of two marks, and what it earns on a slice.

use market::black;
use market::contract::Right;
use market::math::ln;
use market::surface::Slice;

use super::SideQuote;

/// Width of the wings of the estimated condor \[index points\].
const WING: f64 = 50.0;

/// The 16-delta condor of a pair: its strikes and credit on the model's smile, bent through both quotes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Condor {
    /// Short put and short call \[index points\]; the wings are 50 points further.
    pub strikes: (f64, f64),
    /// Credit on the bent smile \[index points\].
    pub quoted: f64,
}

impl Condor {
    /// `None` where the bent smile gives no credit or no volatility.
    pub fn new(slice: &Slice, put: &SideQuote, call: &SideQuote) -> Option<Condor> {
        let k = |strike: f64| ln(strike / slice.forward);
        let off = |side: &SideQuote| side.vol - slice.vol(side.strike);
        let slope = (off(call) - off(put)) / (k(call.strike) - k(put.strike));
        let level = off(put) - slope * k(put.strike);
        let vol = |strike: f64| slice.vol(strike) + level + slope * k(strike);
        let strike = |right| {
            let on_grid = |i: i32| (slice.forward / 5.0).round() * 5.0 + 5.0 * f64::from(i);
            let delta = |strike: f64| {
                let t = slice.t;
                let discount = slice.discount;
                black::delta(right, slice.forward, strike, t, discount, vol(strike)).abs()
            };
            let gap = |i: &i32| (delta(on_grid(*i)) - 0.16).abs();
            let side = if right == Right::Put {
                -250..=0
            } else {
                0..=250
            };
            side.min_by(|a, b| gap(a).total_cmp(&gap(b))).map(on_grid)
        };
        let strikes = (strike(Right::Put)?, strike(Right::Call)?);
        let quoted = credit(strikes, |right, strike| {
            let t = slice.t;
            let discount = slice.discount;
            black::price(right, slice.forward, strike, t, discount, vol(strike))
        });
        let low = vol(strikes.0 - WING);
        let high = vol(strikes.1 + WING);
        (quoted > 0.0 && low > 0.01 && high > 0.01).then_some(Condor { strikes, quoted })
    }

    /// Its credit on a slice \[index points\].
    pub fn credit_on(&self, slice: &Slice) -> f64 {
        credit(self.strikes, |right, strike| slice.price(right, strike))
    }
}

fn credit((low, high): (f64, f64), price: impl Fn(Right, f64) -> f64) -> f64 {
    price(Right::Put, low) - price(Right::Put, low - WING) + price(Right::Call, high)
        - price(Right::Call, high + WING)
}
