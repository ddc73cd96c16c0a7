//! The strikes a leg may have on one expiry: the quoted ones where a chain is read, the exchange's grid elsewhere.

use market::contract::{Right, Root};
use market::history::Snapshot;
use market::listing;
use market::price::Price;
use market::surface::Slice;

use crate::side::Side;

/// Strikes in order, to be walked.
#[derive(Clone, Debug, PartialEq)]
pub enum Strikes {
    /// Every strike of the exchange's grid.
    Grid {
        /// Listed class.
        root: Root,
        /// Forward of the expiry [index points].
        forward: f64,
        /// Calendar days to expiry.
        dte: i32,
    },
    /// Those that were quoted on both sides, ascending.
    Quoted(Vec<Price>),
}

impl Strikes {
    /// The exchange's grid around a slice.
    pub fn grid(root: Root, slice: &Slice) -> Strikes {
        Strikes::Grid {
            root,
            forward: slice.forward,
            dte: slice.dte,
        }
    }

    /// Of one expiry and right on a snapshot. Where a chain is read for the expiry, those with a bid and an ask: a strike
    /// that was not quoted does not exist that day. What is sold needs a bid above zero, for nobody pays nothing.
    pub fn of(snapshot: &Snapshot, root: Root, slice: &Slice, right: Right, side: Side) -> Strikes {
        let chain = snapshot
            .chain
            .as_ref()
            .and_then(|chain| chain.expiry(root, slice.expiry));
        let Some(expiry) = chain else {
            return Strikes::grid(root, slice);
        };
        let quoted = expiry.quotes.iter().filter(|((of, _), quote)| {
            *of == right && (side == Side::Long || quote.bid > Price::ZERO)
        });
        Strikes::Quoted(quoted.map(|((_, strike), _)| *strike).collect())
    }

    /// The nearest to `wanted`; of two equally near, the lower.
    pub fn nearest(&self, wanted: Price) -> Option<Price> {
        match self {
            Strikes::Grid { root, forward, dte } => {
                Some(listing::nearest_strike(*root, wanted, *forward, *dte))
            }
            Strikes::Quoted(strikes) => strikes
                .iter()
                .copied()
                .min_by_key(|k| ((*k - wanted).abs(), *k)),
        }
    }

    /// The lowest above `strike`.
    pub fn above(&self, strike: Price) -> Option<Price> {
        match self {
            Strikes::Grid { root, forward, dte } => {
                Some(listing::next_strike_above(*root, strike, *forward, *dte))
            }
            Strikes::Quoted(strikes) => strikes
                .get(strikes.partition_point(|k| *k <= strike))
                .copied(),
        }
    }

    /// The highest below `strike`.
    pub fn below(&self, strike: Price) -> Option<Price> {
        match self {
            Strikes::Grid { root, forward, dte } => {
                let below = listing::next_strike_below(*root, strike, *forward, *dte);
                (below > Price::ZERO).then_some(below)
            }
            Strikes::Quoted(strikes) => {
                let at = strikes.partition_point(|k| *k < strike);
                at.checked_sub(1).map(|i| strikes[i])
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(of: &[i64]) -> Vec<Price> {
        of.iter().map(|p| Price(p * Price::PER_POINT)).collect()
    }

    #[test]
    fn quoted_strikes_are_walked_whatever_their_distance() {
        let all = points(&[4000, 4025, 4050, 4060, 4100]);
        let strikes = Strikes::Quoted(all.clone());
        let at = |p: i64| Price(p * Price::PER_POINT);
        assert_eq!(
            strikes.nearest(at(4037)),
            Some(at(4025)),
            "12 points, not 13"
        );
        assert_eq!(
            strikes.nearest(at(4055)),
            Some(at(4050)),
            "of two the lower"
        );
        assert_eq!(strikes.nearest(at(9000)), Some(at(4100)));
        assert_eq!(strikes.above(at(4050)), Some(at(4060)));
        assert_eq!(strikes.above(at(4100)), None);
        assert_eq!(strikes.below(at(4050)), Some(at(4025)));
        assert_eq!(strikes.below(at(4000)), None);
        let (mut found, mut next) = (vec![all[0]], strikes.above(all[0]));
        while let Some(strike) = next {
            found.push(strike);
            next = strikes.above(strike);
        }
        assert_eq!(found, all);
        assert_eq!(Strikes::Quoted(Vec::new()).nearest(at(4000)), None);
    }
}
