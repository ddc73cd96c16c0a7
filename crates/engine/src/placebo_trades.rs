//! What buying one unit of a hedge layer on a given session would have done to the account, session by session: the
//! material of placebos, which buy what an arm bought on other days.
//!
//! Purses, regimes and margin do not appear: a script says what is bought and when, and the package's own exit rules say
//! when it is left. A script therefore looks ahead as far as its author does. An arm's own purchases on their own days
//! add up to its own curve, to the cent; a test holds that.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use book::event::LayerId;
use market::history::MarketHistory;
use market::kernel::add_scaled;
use market::price::{Money, Price};
use policy::arm::Arm;

use crate::execution::Execution;
use crate::flow::Terms;
use crate::package_outcomes::{OutcomeCache, TemplateOutcomes, UnitEnd};
use crate::quotes::{QuoteCache, UnitQuote};

/// The units a layer could have bought in a window, one for each session that has a quote.
pub struct PlaceboTrades<'a> {
    history: &'a MarketHistory,
    window: Range<usize>,
    outcomes: Arc<TemplateOutcomes>,
    units: Vec<OnceLock<Option<PlaceboTrade>>>,
}

/// One unit bought on one session and held until its own exit rules, its expiry or the window's end.
#[derive(Clone, Debug, PartialEq)]
pub struct PlaceboTrade {
    terms: Terms,
    open: UnitEnd,
    close: UnitEnd,
    /// Change of the unit's worth, or a future's variation, from the opening session to the last `[index points]`.
    steps: Vec<Price>,
    /// The same as floating-point numbers, and the largest of them without its sign.
    floating: OnceLock<(Vec<f64>, f64)>,
    /// What one unit is charged as premium; for a future the carry charge (never negative).
    pub premium: Money,
}

impl<'a> PlaceboTrades<'a> {
    /// The units of one hedge layer. Nothing is computed before it is asked for.
    pub fn new(
        history: &'a MarketHistory,
        window: Range<usize>,
        arm: &Arm,
        layer: LayerId,
        execution: &Execution,
    ) -> PlaceboTrades<'a> {
        let quotes = history
            .derived::<QuoteCache>()
            .book(history, arm.template(layer), execution);
        let outcomes =
            history
                .derived::<OutcomeCache>()
                .book(history, quotes, execution, arm.exits(layer));
        let units = window.clone().map(|_| OnceLock::new()).collect();
        PlaceboTrades {
            history,
            window,
            outcomes,
            units,
        }
    }

    /// The unit bought on session `at` of the window; `None` where there is no quote or it must never trade.
    ///
    /// # Panics
    /// If the window has no such session.
    pub fn unit(&self, at: usize) -> Option<&PlaceboTrade> {
        self.units[at]
            .get_or_init(|| self.make(self.window.start + at))
            .as_ref()
    }

    /// Whether the layer buys futures.
    pub fn is_future(&self) -> bool {
        (0..self.units.len())
            .find_map(|at| self.unit(at))
            .is_some_and(PlaceboTrade::is_future)
    }

    fn make(&self, opened: usize) -> Option<PlaceboTrade> {
        let view = self.history.view(opened);
        let quote = self.outcomes.quotes().today(view).ok()?;
        quote.margin?;
        let life = self.outcomes.life(opened, self.history)?;
        let last = self.window.end - 1;
        let (end, close) = match life.end {
            end if end <= last => (end, life.unit),
            _ => (
                last,
                self.outcomes
                    .cut(opened, self.history, self.history.view(last)),
            ),
        };
        let one = quote.one();
        Some(PlaceboTrade {
            terms: Terms {
                multiplier: one.multiplier,
                margined: one.margined,
            },
            open: UnitEnd {
                net: one.net,
                net_mid: one.net_mid,
                fee: quote.fee(),
                last: one.legs[0].mid,
            },
            steps: self.steps(quote, opened..end, close),
            floating: OnceLock::new(),
            close,
            premium: quote.charge(one).premium,
        })
    }

    /// Worth counts from nothing before the opening to nothing after the end; a future's from its own price to its last.
    fn steps(&self, quote: &UnitQuote, held: Range<usize>, close: UnitEnd) -> Vec<Price> {
        let mark_path = quote.mark_path(self.history.view(held.start));
        let future = quote.one().margined.then(|| quote.one().legs[0]);
        let (mut before, after) = match future {
            Some(leg) => (leg.mid * leg.quantity, close.last * leg.quantity),
            None => (Price::ZERO, Price::ZERO),
        };
        let levels = held
            .map(|t| match future {
                Some(leg) => {
                    mark_path.leg(0, self.history.view(t)).unwrap_or(leg.mid) * leg.quantity
                }
                None => mark_path.value(self.history.view(t)).0,
            })
            .chain([after]);
        levels
            .map(|level| {
                let step = level - before;
                before = level;
                step
            })
            .collect()
    }
}

impl PlaceboTrade {
    /// Adds what `contracts` units bought on session `at` did to the daily trading P&L of a window.
    ///
    /// # Panics
    /// If `daily` is not the window's.
    pub fn add(&self, at: usize, contracts: i64, daily: &mut [Money]) {
        let held = &mut daily[at..at + self.steps.len()];
        self.add_worth(contracts, held);
        held[0] += self.cash(self.open, contracts);
        held[self.steps.len() - 1] += self.cash(self.close, contracts);
    }

    /// [`PlaceboTrade::add`] in cents that are floating-point numbers, of which a processor adds several at once. Gives back
    /// how far it may have moved a day. Sums of whole cents are exact while what all additions gave back, and where the days
    /// began, come to less than [`EXACT_CENTS`].
    ///
    /// # Panics
    /// If `daily` is not the window's.
    pub fn add_cents(&self, at: usize, contracts: i64, daily: &mut [f64]) -> f64 {
        // The worth of a fund is exact in cents at whole cents only.
        if self.terms.multiplier % 100 != 0 {
            return f64::INFINITY;
        }
        let (steps, largest) = self.floating.get_or_init(|| floating(&self.steps));
        let cents = contracts as f64 * (self.terms.multiplier / 100) as f64;
        let held = &mut daily[at..at + steps.len()];
        add_scaled(held, cents, steps);
        let open = self.cash(self.open, contracts).0 as f64;
        let close = self.cash(self.close, contracts).0 as f64;
        held[0] += open;
        held[steps.len() - 1] += close;
        largest * cents.abs() + open.abs() + close.abs()
    }

    /// Cash of a trade of so many units, fees included.
    fn cash(&self, end: UnitEnd, contracts: i64) -> Money {
        // As in `Flow`: a future pays only its slippage.
        let price = match self.terms.margined {
            true => end.net - end.net_mid,
            false => end.net,
        };
        let fees = end.fee.times(contracts).to_money();
        (price * contracts).dollars(self.terms.multiplier) - fees
    }

    /// Adds what each step is worth for so many contracts.
    fn add_worth(&self, contracts: i64, held: &mut [Money]) {
        let both = held.iter_mut().zip(&self.steps);
        // A unit of price is whole cents of an option or a future, so their price is worked out once.
        let multiplier = self.terms.multiplier;
        let cents = (multiplier % 100 == 0).then(|| contracts.checked_mul(multiplier / 100));
        match cents.flatten() {
            Some(cents) => both.for_each(|(day, step)| *day += Money(step.0 * cents)),
            // The worth is multiplied, not a unit of price: a fund is exact in cents at whole cents only.
            None => both.for_each(|(day, step)| *day += (*step * contracts).dollars(multiplier)),
        }
    }

    /// Sessions from its opening to its end, both counted.
    pub fn sessions(&self) -> usize {
        self.steps.len()
    }

    /// Whether it is a future, whose premium is a charge for its carry.
    pub fn is_future(&self) -> bool {
        self.terms.margined
    }
}

/// Below this every whole number of cents is a floating-point number, 2^53.
pub const EXACT_CENTS: f64 = 9_007_199_254_740_992.0;

/// Prices as floating-point numbers of units, and the largest of them without its sign.
fn floating(steps: &[Price]) -> (Vec<f64>, f64) {
    let steps: Vec<f64> = steps.iter().map(|step| step.0 as f64).collect();
    let largest = steps
        .iter()
        .fold(0.0, |most: f64, step| most.max(step.abs()));
    (steps, largest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fees::TenThousandths;
    use crate::flow::Flow;

    fn unit(terms: Terms, steps: Vec<Price>) -> PlaceboTrade {
        let end = |net: i64, fee| UnitEnd {
            net: Price(net * 100),
            net_mid: Price(net * 100 + 300),
            fee: TenThousandths(fee),
            last: Price(net * 100),
        };
        PlaceboTrade {
            terms,
            open: end(-731, 9_533),
            close: end(204, 0),
            steps,
            floating: OnceLock::new(),
            premium: Money::ZERO,
        }
    }

    #[test]
    fn cash_is_that_of_a_trade() {
        for (multiplier, margined) in [(1, false), (100, false), (1_000, true)] {
            let terms = Terms {
                multiplier,
                margined,
            };
            let unit = unit(terms, vec![Price(100)]);
            for end in [unit.open, unit.close] {
                for contracts in [-3, 1, 7, 1_000] {
                    let flow = Flow::new(end.net, end.net_mid, end.fee, contracts, terms);
                    assert_eq!(unit.cash(end, contracts), flow.cash + flow.fees);
                }
            }
        }
    }

    #[test]
    fn cents_are_those_of_exact_money_and_say_how_far_they_may_be() {
        let steps = [100, -12_301, 7_703, 45_251_007, -45_000_000];
        let steps: Vec<Price> = steps.map(Price).to_vec();
        for (multiplier, margined) in [(100, false), (1_000, true)] {
            let terms = Terms {
                multiplier,
                margined,
            };
            let unit = unit(terms, steps.clone());
            let mut money = vec![Money(17); 9];
            let mut cents = vec![17.0; 9];
            let mut reach = 17.0;
            for (at, contracts) in [(0, 1), (4, -3), (2, 9_001), (4, 7)] {
                unit.add(at, contracts, &mut money);
                reach += unit.add_cents(at, contracts, &mut cents);
                assert!(money.iter().all(|day| (day.0 as f64).abs() <= reach));
                assert!(
                    money
                        .iter()
                        .map(|day| day.0 as f64)
                        .eq(cents.iter().copied())
                );
            }
            assert!(reach < EXACT_CENTS);
            assert!(unit.add_cents(0, 1 << 40, &mut cents) > EXACT_CENTS);
        }
        let fund = Terms {
            multiplier: 1,
            margined: false,
        };
        assert!(
            unit(fund, steps)
                .add_cents(0, 1, &mut [0.0; 5])
                .is_infinite()
        );
    }

    /// Bought for 731.00 dollars and a fee of 0.9533, sold for 204.00, moved by at most 3.00.
    #[test]
    fn the_reach_of_cents_is_that_of_both_trades_and_of_the_largest_step() {
        let terms = Terms {
            multiplier: 100,
            margined: false,
        };
        let unit = unit(terms, vec![Price(100), Price(-300), Price(200)]);
        let reach = unit.add_cents(0, 1, &mut [0.0; 3]);
        assert_eq!(reach, 300.0 + 73_195.0 + 20_400.0);
        // Sold short, what is paid at its end counts as much as what is received.
        let ends = [unit.open, unit.close].map(|end| unit.cash(end, -1).0 as f64);
        assert!(ends[0] > 0.0 && ends[1] < 0.0, "{ends:?}");
        let reach = unit.add_cents(0, -1, &mut [0.0; 3]);
        assert_eq!(reach, 300.0 + ends[0] - ends[1]);
    }

    #[test]
    fn the_price_of_a_unit_of_price_is_worked_out_once_and_gives_the_same_worth() {
        for multiplier in [1, 100, 1_000] {
            let steps: Vec<Price> = [0, 100, -12_300, 7_700, 45_251_000]
                .map(|units| Price(if multiplier == 1 { units } else { units + 1 }))
                .to_vec();
            let unit = PlaceboTrade {
                terms: Terms {
                    multiplier,
                    margined: false,
                },
                open: UnitEnd::default(),
                close: UnitEnd::default(),
                steps: steps.clone(),
                floating: OnceLock::new(),
                premium: Money::ZERO,
            };
            for contracts in [1, 7, -3] {
                let mut found = vec![Money::ZERO; steps.len()];
                unit.add_worth(contracts, &mut found);
                let plain = steps
                    .iter()
                    .map(|step| (*step * contracts).dollars(multiplier));
                assert!(plain.eq(found), "{multiplier} x {contracts}");
            }
        }
    }
}
