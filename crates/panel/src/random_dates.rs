//! The same purchases at random dates, as [`sweep::random_dates`] draws them.
//!
//! With the capital of a study whole contracts decide nothing. All books of a window share a draw's dates as far as they buy
//! as often.

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
use sweep::random_dates::{LAYERS, Spent, Stock, Told};

use crate::cell::LayerCell;

/// A stock and what it is of.
struct OfLayer {
    template: Template,
    exits: Vec<ExitRule>,
    stock: Stock,
}

/// The stocks of every hedged arm of a window, one per layer; layers that buy the same share one.
pub struct Stocks {
    of_arms: Vec<Vec<Arc<OfLayer>>>,
}

impl Stocks {
    /// The stocks of some arms. The book of an arm does not matter.
    pub fn new(
        history: &MarketHistory,
        window: &Range<usize>,
        arms: &[Arm],
        execution: &Execution,
    ) -> Stocks {
        let mut known: Vec<Arc<OfLayer>> = Vec::new();
        let mut of_arms = Vec::with_capacity(arms.len());
        for arm in arms {
            let mut own = Vec::new();
            for layer in arm.hedge_ids() {
                let template = arm.template(layer);
                let exits = arm.exits(layer);
                let found = known
                    .iter()
                    .find(|known| known.template == *template && known.exits == exits)
                    .cloned()
                    .unwrap_or_else(|| {
                        let trades =
                            PlaceboTrades::new(history, window.clone(), arm, layer, execution);
                        known.push(Arc::new(OfLayer {
                            template: template.clone(),
                            exits: exits.to_vec(),
                            stock: Stock::new(&trades, window.len()),
                        }));
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
                for (at, (of_layer, layer)) in stocks.iter().zip(layers).enumerate() {
                    let stream = (number * LAYERS + at % LAYERS) as u64;
                    let stock = &of_layer.stock;
                    let spent = Spent {
                        purchases: usize::try_from(layer.purchases).unwrap_or(0),
                        amount: match stock.is_of_premium {
                            true => Money(layer.premium).usd(),
                            false => layer.units as f64,
                        },
                    };
                    stock.buy(&mut Chooser::new(seed, stream), spent, &mut daily);
                }
                Told::of(&Outcome::of(&daily))
            })
            .collect()
    }
}
