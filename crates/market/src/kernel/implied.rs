//! Implied volatilities of many quotes of one expiry, side by side.

use std::array::from_fn;

use crate::black::{ImpliedVolError, MOST_STEPS, Outside, Search};
use crate::contract::Right;
use crate::widest::widest;

/// Options worked out side by side: two vectors of the widest, so that one is at work while the other waits.
const ABREAST: usize = 16;

/// Options and where their searches have come to, lane by lane.
#[derive(Default)]
struct Abreast {
    sign: [f64; ABREAST],
    forward: [f64; ABREAST],
    strike: [f64; ABREAST],
    k: [f64; ABREAST],
    target: [f64; ABREAST],
    low: [f64; ABREAST],
    high: [f64; ABREAST],
    guess: [f64; ABREAST],
    /// 1 where the guess is the answer, else 0.
    found: [f64; ABREAST],
}

impl Abreast {
    fn put(&mut self, lane: usize, (option, search): (Outside, Search)) {
        self.sign[lane] = option.sign;
        self.forward[lane] = option.forward;
        self.strike[lane] = option.strike;
        self.k[lane] = option.k;
        self.target[lane] = option.target;
        self.low[lane] = search.low;
        self.high[lane] = search.high;
        self.guess[lane] = search.guess;
    }
}

widest! {
    step = step_body(abreast: &mut Abreast)
}

#[inline(always)]
fn step_body(abreast: &mut Abreast) {
    for lane in 0..ABREAST {
        let option = Outside {
            sign: abreast.sign[lane],
            forward: abreast.forward[lane],
            strike: abreast.strike[lane],
            k: abreast.k[lane],
            target: abreast.target[lane],
        };
        let (closer, is_found) = option.closer(Search {
            low: abreast.low[lane],
            high: abreast.high[lane],
            guess: abreast.guess[lane],
        });
        abreast.low[lane] = closer.low;
        abreast.high[lane] = closer.high;
        abreast.guess[lane] = closer.guess;
        abreast.found[lane] = if is_found { 1.0 } else { 0.0 };
    }
}

/// The quotes of one expiry: their forward (points), discount factor and years.
#[derive(Clone, Copy, Debug)]
pub struct Expiry {
    /// Forward (points).
    pub forward: f64,
    /// Discount factor.
    pub discount: f64,
    /// Years to expiry.
    pub t: f64,
}

/// For each right, strike and price (points) what [`crate::black::implied_vol`] says, to the last bit.
pub fn implied_vols(
    expiry: Expiry,
    quotes: &[(Right, f64, f64)],
) -> Vec<Result<f64, ImpliedVolError>> {
    let Expiry {
        forward,
        discount,
        t,
    } = expiry;
    let root = t.sqrt();
    let not_found = |at: usize| ImpliedVolError::NotFound {
        price: quotes[at].2,
    };
    let mut answers: Vec<Result<f64, ImpliedVolError>> =
        (0..quotes.len()).map(|at| Err(not_found(at))).collect();
    let mut waiting = Vec::with_capacity(quotes.len());
    for (at, (right, strike, price)) in quotes.iter().enumerate() {
        match Outside::of(*right, forward, *strike, t, discount, *price) {
            Ok(option) => waiting.push((at, option)),
            Err(error) => answers[at] = Err(error),
        }
    }
    let mut waiting = waiting.into_iter();
    let mut abreast = Abreast::default();
    // Whose a lane is, and the steps it has had. A lane that is done takes the next option at once.
    let mut lanes: [Option<(usize, usize)>; ABREAST] = from_fn(|lane| {
        let (at, option) = waiting.next()?;
        abreast.put(lane, option);
        Some((at, 0))
    });
    while lanes.iter().any(Option::is_some) {
        step(&mut abreast);
        for (lane, own) in lanes.iter_mut().enumerate() {
            let Some((at, steps)) = own else {
                continue;
            };
            *steps += 1;
            let is_found = abreast.found[lane] > 0.0;
            if is_found {
                answers[*at] = Ok(abreast.guess[lane] / root);
            }
            if is_found || *steps == MOST_STEPS {
                *own = waiting.next().map(|(at, option)| {
                    abreast.put(lane, option);
                    (at, 0)
                });
            }
        }
    }
    answers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::black::implied_vol;
    use crate::math::exp;

    /// Prices of all kinds: of the formula, of a few digits, at and beyond the bounds, no numbers.
    fn quotes(expiry: Expiry, count: usize) -> Vec<(Right, f64, f64)> {
        let quote = |i: usize| {
            let n = i as f64;
            let right = if i.is_multiple_of(3) {
                Right::Call
            } else {
                Right::Put
            };
            let strike = expiry.forward * exp((n * 0.37).rem_euclid(1.4) - 0.7);
            let vol = 0.004 + (n * 0.171).rem_euclid(1.1);
            let fair = crate::black::price(
                right,
                expiry.forward,
                strike,
                expiry.t,
                expiry.discount,
                vol,
            );
            let price = match i % 17 {
                4 => (fair * 20.0).round() / 20.0,
                7 => 0.0,
                9 => expiry.forward * 2.0,
                11 => f64::NAN,
                12 => fair * 1e-200,
                13 => f64::MIN_POSITIVE * 0.5,
                _ => fair,
            };
            let strike = if i % 31 == 30 { -strike } else { strike };
            (right, strike, price)
        };
        (0..count).map(quote).collect()
    }

    #[test]
    fn volatilities_side_by_side_are_each_found_alone_to_the_last_bit() {
        for count in [0, 1, 5, 15, 16, 17, 40, 700] {
            for t in [1.0 / 365.0, 0.08, 1.7] {
                let expiry = Expiry {
                    forward: 4_123.45,
                    discount: 0.985,
                    t,
                };
                let quotes = quotes(expiry, count);
                let found = implied_vols(expiry, &quotes);
                assert_eq!(found.len(), count);
                for (found, (right, strike, price)) in found.iter().zip(&quotes) {
                    let alone =
                        implied_vol(*right, expiry.forward, *strike, t, expiry.discount, *price);
                    match (found, &alone) {
                        (Ok(found), Ok(alone)) => {
                            assert_eq!(found.to_bits(), alone.to_bits(), "{strike} {price}")
                        }
                        // By their texts: a price that is no number is not equal to itself.
                        (Err(found), Err(alone)) => {
                            assert_eq!(format!("{found:?}"), format!("{alone:?}"))
                        }
                        _ => panic!("{found:?} side by side, {alone:?} alone"),
                    }
                }
            }
        }
    }

    /// The widest vectors take the answers apart from no other: the body alone says the same.
    #[test]
    fn a_step_of_the_widest_vectors_is_the_plain_step() {
        let expiry = Expiry {
            forward: 4_000.0,
            discount: 0.99,
            t: 0.3,
        };
        let options = quotes(expiry, 400)
            .into_iter()
            .filter_map(|(right, strike, price)| {
                Outside::of(right, 4_000.0, strike, 0.3, 0.99, price).ok()
            });
        let options: Vec<(Outside, Search)> = options.collect();
        for options in options.chunks(ABREAST) {
            let mut wide = Abreast::default();
            let mut plain = Abreast::default();
            for (lane, option) in options.iter().enumerate() {
                wide.put(lane, *option);
                plain.put(lane, *option);
            }
            for _ in 0..6 {
                step(&mut wide);
                step_body(&mut plain);
                for lane in 0..options.len() {
                    assert_eq!(wide.guess[lane].to_bits(), plain.guess[lane].to_bits());
                    assert_eq!(wide.found[lane], plain.found[lane]);
                }
            }
        }
    }
}
