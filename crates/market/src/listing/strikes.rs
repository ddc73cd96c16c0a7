//! Strike grids: which strikes exist, and the neighbours of a price among them.
//!
//! A strike is listed if it is a multiple of the step at that strike. Steps are multiples of a finest step, so every
//! neighbour is found by walking a few finest steps in exact integers.

use crate::contract::Root;
use crate::price::Price;

/// Largest strike considered [index points]. No index comes near it; it keeps arithmetic within range.
const HIGHEST: Price = Price(1_000_000 * Price::PER_POINT);

/// Half-width of the fine SPX grid, as a fraction of the forward.
const SPX_FINE_BAND: f64 = 0.15;
/// Longest time to expiry with a fine SPX grid [days].
const SPX_FINE_DAYS: i32 = 60;

/// Distance between SPX strikes around one that is `strike_over_forward` times the forward, `dte` days to expiry: 5
/// points within 15% of the forward up to 60 days, 25 elsewhere (docs/model.md#what-is-listed).
pub fn spx_strike_step(strike_over_forward: f64, dte: i32) -> Price {
    let fine = (strike_over_forward - 1.0).abs() <= SPX_FINE_BAND && dte <= SPX_FINE_DAYS;
    points(if fine { 5 } else { 25 })
}

/// Distance between VIX strikes from this one upwards: 0.5 below 20, 1 below 40, 2.5 below 50, 5 below 100, then 10.
///
/// Public descriptions leave 2.5 or 5 open above 40; real chains of 2023 and 2024 change at 50.
pub fn vix_strike_step(strike: Price) -> Price {
    match strike.0 / Price::PER_POINT {
        ..20 => Price(Price::PER_POINT / 2),
        20..40 => points(1),
        40..50 => Price(Price::PER_POINT * 5 / 2),
        50..100 => points(5),
        _ => points(10),
    }
}

const fn points(whole: i64) -> Price {
    Price(whole * Price::PER_POINT)
}

/// The strikes of one expiry.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum StrikeGrid {
    /// SPX and SPXW.
    Spx {
        /// Forward of the expiry [index points].
        forward: f64,
        /// Calendar days to expiry.
        dte: i32,
    },
    /// VIX options: the same for every expiry.
    Vix,
}

impl StrikeGrid {
    /// The grid of an expiry of this root. Futures and funds have no strikes; theirs is the grid of VIX options.
    pub fn new(root: Root, forward: f64, dte: i32) -> StrikeGrid {
        match root {
            Root::Spx | Root::Spxw => StrikeGrid::Spx { forward, dte },
            Root::Vix | Root::Vx | Root::Fund(_) => StrikeGrid::Vix,
        }
    }

    /// Whether `strike` is listed.
    pub fn is_listed(self, strike: Price) -> bool {
        strike > Price::ZERO && strike.0 % self.step(strike).0 == 0
    }

    /// The listed strike nearest to `wanted`; of two equally near, the lower.
    pub fn nearest_listed(self, wanted: Price) -> Price {
        let above = self.at_or_above(wanted);
        let below = self.next_below(above);
        if below > Price::ZERO && wanted - below <= above - wanted {
            below
        } else {
            above
        }
    }

    /// The lowest listed strike above `strike`.
    pub fn next_above(self, strike: Price) -> Price {
        self.at_or_above(Price(strike.0.saturating_add(1)))
    }

    /// The highest listed strike below `strike`, or [`Price::ZERO`] if there is none.
    pub fn next_below(self, strike: Price) -> Price {
        let finest = self.finest();
        let mut below = Price(strike.0.clamp(1, HIGHEST.0) - 1).floor_to(finest);
        while below > Price::ZERO && !self.is_listed(below) {
            below -= finest;
        }
        below
    }

    fn at_or_above(self, price: Price) -> Price {
        let finest = self.finest();
        let mut above = Price(price.0.clamp(1, HIGHEST.0)).ceil_to(finest);
        while !self.is_listed(above) {
            above += finest;
        }
        above
    }

    fn step(self, strike: Price) -> Price {
        match self {
            StrikeGrid::Spx { forward, dte } => spx_strike_step(strike.points() / forward, dte),
            StrikeGrid::Vix => vix_strike_step(strike),
        }
    }

    /// Divides every step of the grid.
    fn finest(self) -> Price {
        match self {
            StrikeGrid::Spx { .. } => points(5),
            StrikeGrid::Vix => Price(Price::PER_POINT / 2),
        }
    }
}

/// The strike of an expiry nearest to `wanted`, see [`StrikeGrid::nearest_listed`].
pub fn nearest_strike(root: Root, wanted: Price, forward: f64, dte: i32) -> Price {
    StrikeGrid::new(root, forward, dte).nearest_listed(wanted)
}

/// The next strike of an expiry above `strike`, see [`StrikeGrid::next_above`].
pub fn next_strike_above(root: Root, strike: Price, forward: f64, dte: i32) -> Price {
    StrikeGrid::new(root, forward, dte).next_above(strike)
}

/// The next strike of an expiry below `strike`, see [`StrikeGrid::next_below`].
pub fn next_strike_below(root: Root, strike: Price, forward: f64, dte: i32) -> Price {
    StrikeGrid::new(root, forward, dte).next_below(strike)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPX: StrikeGrid = StrikeGrid::Spx {
        forward: 4_000.0,
        dte: 45,
    };

    fn nearest(grid: StrikeGrid, wanted: f64) -> f64 {
        grid.nearest_listed(Price::from_points(wanted)).points()
    }

    /// All strikes up to `limit`, walked upwards; then the same walked downwards.
    fn walk(grid: StrikeGrid, limit: i64) -> Vec<Price> {
        let up: Vec<Price> = std::iter::successors(Some(grid.next_above(Price::ZERO)), |k| {
            Some(grid.next_above(*k))
        })
        .take_while(|k| *k <= points(limit))
        .collect();
        let mut down: Vec<Price> =
            std::iter::successors(up.last().copied(), |k| Some(grid.next_below(*k)))
                .take_while(|k| *k > Price::ZERO)
                .collect();
        down.reverse();
        assert_eq!(up, down);
        up
    }

    #[test]
    fn spx_grid_is_fine_within_fifteen_percent_up_to_sixty_days() {
        assert_eq!(
            (nearest(SPX, 3_402.4), nearest(SPX, 3_402.6)),
            (3_400.0, 3_405.0)
        );
        assert_eq!(
            (
                nearest(SPX, 4_600.0),
                nearest(SPX, 4_605.0),
                nearest(SPX, 4_613.0)
            ),
            (4_600.0, 4_600.0, 4_625.0)
        );
        assert_eq!(
            (SPX.next_below(points(3_400)), SPX.next_above(points(4_600))),
            (points(3_375), points(4_625))
        );
        let far = StrikeGrid::Spx {
            forward: 4_000.0,
            dte: 61,
        };
        assert_eq!(
            (nearest(far, 4_012.5), nearest(far, 4_012.6)),
            (4_000.0, 4_025.0)
        );
        assert_eq!(spx_strike_step(1.0, 60), points(5));
        assert_eq!(
            (spx_strike_step(1.0, 61), spx_strike_step(1.16, 1)),
            (points(25), points(25))
        );
    }

    #[test]
    fn edge_of_the_fine_grid_need_not_be_a_multiple_of_25() {
        // The band ends at 4715.0 x 1.15 = 5422.25: 5420 is listed, then 5425.
        let grid = StrikeGrid::Spx {
            forward: 4_715.0,
            dte: 10,
        };
        assert_eq!(grid.next_above(points(5_420)), points(5_425));
        assert_eq!(grid.next_above(points(5_425)), points(5_450));
        assert_eq!(grid.next_below(points(5_425)), points(5_420));
    }

    #[test]
    fn vix_grid_widens_upwards() {
        let strikes = walk(StrikeGrid::Vix, 130);
        let from = |low: f64, n| {
            strikes
                .iter()
                .map(|k| k.points())
                .skip_while(|k| *k < low)
                .take(n)
                .collect::<Vec<f64>>()
        };
        assert_eq!(from(19.0, 5), [19.0, 19.5, 20.0, 21.0, 22.0]);
        assert_eq!(from(39.0, 6), [39.0, 40.0, 42.5, 45.0, 47.5, 50.0]);
        assert_eq!(from(50.0, 3), [50.0, 55.0, 60.0]);
        assert_eq!(from(95.0, 4), [95.0, 100.0, 110.0, 120.0]);
        assert_eq!(
            (
                nearest(StrikeGrid::Vix, 41.25),
                nearest(StrikeGrid::Vix, 41.3)
            ),
            (40.0, 42.5)
        );
    }

    #[test]
    fn neighbours_agree_in_both_directions_and_nearest_is_nearest() {
        for grid in [
            SPX,
            StrikeGrid::Spx {
                forward: 4_715.3,
                dte: 10,
            },
            StrikeGrid::Vix,
        ] {
            let strikes = walk(grid, 6_000);
            for cents in (100..600_000).step_by(733) {
                let wanted = Price(cents * 100);
                let least = strikes.iter().map(|k| (*k - wanted).abs()).min().unwrap();
                let found = grid.nearest_listed(wanted);
                assert!(grid.is_listed(found));
                assert_eq!((found - wanted).abs(), least, "{wanted} in {grid:?}");
            }
        }
    }

    #[test]
    fn nonsense_finds_a_strike_all_the_same() {
        for grid in [
            SPX,
            StrikeGrid::Vix,
            StrikeGrid::Spx {
                forward: f64::NAN,
                dte: i32::MIN,
            },
        ] {
            for wanted in [i64::MIN, -1, 0, 1, i64::MAX] {
                assert!(grid.is_listed(grid.nearest_listed(Price(wanted))));
                assert!(grid.is_listed(grid.next_above(Price(wanted))));
            }
            assert_eq!(grid.next_below(grid.next_above(Price::ZERO)), Price::ZERO);
            assert_eq!(grid.next_below(Price(i64::MIN)), Price::ZERO);
        }
    }
}
