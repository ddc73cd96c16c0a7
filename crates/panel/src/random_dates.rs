//! The same purchases at random dates.
//!
//! Each draw buys, layer by layer, as often as the arm did what the arm buys, on sessions chosen without replacement among
//! all but the first of the window. Every purchase spends the same part of what the layer spent in the window, in fractions
//! of contracts: with the capital of a study whole contracts decide nothing. A future, or what costs no premium on any session,
//! is matched in units. Packages are left by their own exit rules; purse, regime and margin do not ask again. All books
//! of a window share a draw's dates as far as they buy as often. It looks ahead by construction: a yardstick, never a policy.

use std::ops::Range;
use std::sync::Arc;

use engine::execution::Execution;
use engine::placebo_trades::PlaceboTrades;
use market::history::MarketHistory;
use market::price::Money;
use policy::arm::Arm;
use policy::rule::ExitRule;
use policy::select::Template;
use stats::choose::Chooser;
use stats::paired::Outcome;

use crate::cell::{LayerCell, Told};

/// Streams of random numbers a draw has: one per layer.
const LAYERS: usize = 32;

/// What one layer could have bought in a window.
struct Stock {
    template: Template,
    exits: Vec<ExitRule>,
    /// Whether purchases are matched in premium; in units otherwise.
    is_of_premium: bool,
    /// By session: daily P&L (USD) of a dollar of premium, or of a unit, from that session on.
    bought: Vec<Vec<f64>>,
    /// Sessions with one.
    open: Vec<u32>,
}

/// The stocks of every hedged arm of a window, one per layer; layers that buy the same share one.
pub struct Stocks {
    of_arms: Vec<Vec<Arc<Stock>>>,
}

impl Stocks {
    /// The stocks of some arms. The book of an arm does not matter.
    pub fn new(
        history: &MarketHistory,
        window: &Range<usize>,
        arms: &[Arm],
        execution: &Execution,
    ) -> Stocks {
        let mut known: Vec<Arc<Stock>> = Vec::new();
        let mut of_arms = Vec::with_capacity(arms.len());
        for arm in arms {
            let mut own = Vec::new();
            for layer in arm.hedge_ids() {
                let template = arm.template(layer);
                let exits = arm.exits(layer);
                let found = known
                    .iter()
                    .find(|stock| stock.template == *template && stock.exits == exits)
                    .cloned()
                    .unwrap_or_else(|| {
                        let trades =
                            PlaceboTrades::new(history, window.clone(), arm, layer, execution);
                        let stock = Stock::new(&trades, window.len(), template, exits);
                        known.push(Arc::new(stock));
                        Arc::clone(&known[known.len() - 1])
                    });
                own.push(found);
            }
            of_arms.push(own);
        }
        Stocks { of_arms }
    }

    /// Draws for an arm whose layers bought this, over condors with this daily P&L (USD).
    pub fn draws(
        &self,
        arm: usize,
        layers: &[LayerCell],
        condors: &[f64],
        (draws, seed): (usize, u64),
    ) -> Vec<Told> {
        let stocks = &self.of_arms[arm];
        (0..draws)
            .map(|number| {
                let mut daily = condors.to_vec();
                for (at, (stock, layer)) in stocks.iter().zip(layers).enumerate() {
                    let stream = (number * LAYERS + at % LAYERS) as u64;
                    stock.buy(&mut Chooser::new(seed, stream), *layer, &mut daily);
                }
                Told::of(&Outcome::of(&daily))
            })
            .collect()
    }
}

impl Stock {
    fn new(
        trades: &PlaceboTrades<'_>,
        sessions: usize,
        template: &Template,
        exits: &[ExitRule],
    ) -> Stock {
        let units = || (1..sessions).filter_map(|at| trades.unit(at).map(|unit| (at, unit)));
        let costs = |premium: Money| premium > Money::ZERO;
        let is_of_premium = !trades.is_future() && units().any(|(_, unit)| costs(unit.premium));
        let mut bought = vec![Vec::new(); sessions];
        let mut open = Vec::new();
        let mut one = vec![Money::ZERO; sessions];
        for (at, unit) in units().filter(|(_, unit)| !is_of_premium || costs(unit.premium)) {
            unit.add(at, 1, &mut one);
            let dollars = match is_of_premium {
                true => unit.premium.usd(),
                false => 1.0,
            };
            let days = one[at..at + unit.sessions()].iter_mut();
            bought[at] = days
                .map(|day| std::mem::take(day).usd() / dollars)
                .collect();
            open.push(at as u32);
        }
        Stock {
            template: template.clone(),
            exits: exits.to_vec(),
            is_of_premium,
            bought,
            open,
        }
    }

    fn buy(&self, chooser: &mut Chooser, layer: LayerCell, daily: &mut [f64]) {
        let wanted = usize::try_from(layer.purchases).unwrap_or(0);
        let purchases = wanted.min(self.open.len());
        if purchases == 0 {
            return;
        }
        let amount = match self.is_of_premium {
            true => Money(layer.premium).usd(),
            false => layer.units as f64,
        };
        let each = amount / purchases as f64;
        let mut sessions = self.open.clone();
        for at in chooser.draw(&mut sessions, purchases) {
            let at = *at as usize;
            let own = daily[at..].iter_mut().zip(&self.bought[at]);
            own.for_each(|(day, one)| *day += each * one);
        }
    }
}
