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
use market::price::{Money, Price};
use policy::arm::Arm;

use crate::execution::Execution;
use crate::flow::{Flow, Terms};
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
        let flow = |end: UnitEnd| {
            let flow = Flow::new(end.net, end.net_mid, end.fee, contracts, self.terms);
            flow.cash + flow.fees
        };
        held[0] += flow(self.open);
        held[self.steps.len() - 1] += flow(self.close);
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

#[cfg(test)]
mod tests {
    use super::*;

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
