//! What a layer's purchases are worth at no particular time: the random-timing control (A9) of a sweep, in the mean.
//!
//! The control buys what an arm bought on sessions chosen at random (`study::control`). Over all the ways of choosing,
//! a dollar of premium does each day what the mean of all sessions' packages does, each bought for a dollar: so the mean
//! of infinitely many draws is one column per layer, shared by every cell that buys the same thing, times what the cell
//! spent. Contracts are not rounded here. Where premium measures nothing (futures, packages that bring a credit on every
//! session) a unit takes the place of the dollar; sessions on which a package costs nothing are left out. It is fitted
//! to the whole window and looks ahead by construction.

use std::ops::Range;
use std::sync::Arc;

use crate::codec::{Reader, Writer};
use crate::store::{Key, NO_TRIAL, Store, StoreError, key};
use book::event::LayerId;
use engine::execution::Execution;
use engine::placebo_trades::PlaceboTrades;
use engine::run::Run;
use market::history::MarketHistory;
use market::memo::Memo;
use policy::arm::Arm;
use policy::rule::ExitRule;
use policy::select::Template;
use stats::choose::Chooser;
use stats::paired::Outcome;

use crate::random_dates::{LAYERS, Stock, Told};

/// Daily P&L over a window of what is bought on a session drawn at random.
#[derive(Clone, Debug, PartialEq)]
pub struct RandomTimingBaseline {
    /// Whether it is that of a dollar of premium; of a unit otherwise.
    pub is_of_premium: bool,
    /// By session of the window (USD).
    pub daily: Vec<f64>,
}

/// What a layer bought over a window, and the baseline to hold it against.
#[derive(Clone, Debug, PartialEq)]
pub struct Bought {
    /// Key of the baseline.
    pub baseline: Key,
    /// How many of its dollars or units.
    pub amount: f64,
}

/// What the layers of a run bought, and the same bought once more at dates that were drawn.
pub(crate) struct AtRandom {
    /// Layer by layer, those that bought nothing left out.
    pub bought: Vec<Bought>,
    /// The condors with the purchases of the draw.
    pub told: Told,
}

impl RandomTimingBaseline {
    /// That of a hedge layer over a window; `None` where it can buy nothing. As for the control, the first session is
    /// left out: nobody can have decided before it.
    pub fn of(
        history: &MarketHistory,
        window: Range<usize>,
        arm: &Arm,
        layer: LayerId,
        execution: &Execution,
    ) -> Option<RandomTimingBaseline> {
        let sessions = window.len();
        let trades = PlaceboTrades::new(history, window, arm, layer, execution);
        RandomTimingBaseline::over(&Stock::new(&trades, sessions))
    }

    /// That of what a layer could have bought on each session.
    fn over(stock: &Stock) -> Option<RandomTimingBaseline> {
        Some(RandomTimingBaseline {
            is_of_premium: stock.is_of_premium,
            daily: stock.mean()?,
        })
    }

    /// Its bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Writer::default();
        out.number(u64::from(self.is_of_premium));
        out.column(self.daily.iter().map(|day| day.to_bits() as i64));
        out.finish()
    }

    /// From its bytes; `None` where they are not of a baseline.
    pub fn decode(bytes: &[u8]) -> Option<RandomTimingBaseline> {
        let mut input = Reader::new(bytes);
        let is_of_premium = input.number()? == 1;
        let daily = input
            .column()?
            .into_iter()
            .map(|bits| f64::from_bits(bits as u64))
            .collect();
        Some(RandomTimingBaseline {
            is_of_premium,
            daily,
        })
    }
}

/// What a layer could have bought, the mean of it, and what it is of.
struct Known {
    template: Template,
    exits: Vec<ExitRule>,
    execution: Execution,
    window: Range<usize>,
    stock: Stock,
    baseline: Option<Key>,
}

/// The baselines of one market.
pub(crate) struct Baselines {
    known: Memo<Known>,
}

impl Default for Baselines {
    fn default() -> Baselines {
        Baselines {
            known: Memo::new(64),
        }
    }
}

impl Baselines {
    /// What every layer of a run bought, and one draw of it at random dates over condors with this daily P&L (USD). The seed
    /// numbers the draw. A baseline that is new goes to the store, under the hash of its bytes.
    pub fn at_random(
        &self,
        history: &MarketHistory,
        window: &Range<usize>,
        (arm, run, execution): (&Arm, &Run, &Execution),
        (condors, seed): (&[f64], (u64, u64)),
        store: &Store,
    ) -> Result<AtRandom, StoreError> {
        let mut bought = Vec::with_capacity(arm.hedge.layers.len());
        let mut daily = condors.to_vec();
        for (place, layer) in arm.hedge_ids().enumerate() {
            let ledger = &run.portfolio.ledgers[layer];
            if ledger.units == 0 {
                continue;
            }
            let known = self.known(history, window, (arm, layer), execution, store)?;
            let spent = known.stock.spent(run, layer);
            bought.extend(known.baseline.map(|baseline| Bought {
                baseline,
                amount: spent.amount,
            }));
            let stream = seed.1 * LAYERS as u64 + (place % LAYERS) as u64;
            let chooser = &mut Chooser::new(seed.0, stream);
            known.stock.buy(chooser, spent, &mut daily);
        }
        Ok(AtRandom {
            bought,
            told: Told::of(&Outcome::without_tail(&daily)),
        })
    }

    fn known(
        &self,
        history: &MarketHistory,
        window: &Range<usize>,
        (arm, layer): (&Arm, LayerId),
        execution: &Execution,
        store: &Store,
    ) -> Result<Arc<Known>, StoreError> {
        let made = || {
            let trades = PlaceboTrades::new(history, window.clone(), arm, layer, execution);
            let stock = Stock::new(&trades, window.len());
            let baseline = RandomTimingBaseline::over(&stock).map(|baseline| {
                let bytes = baseline.encode();
                let key = key(&[b"yardstick", &bytes]);
                store.append(&key, &NO_TRIAL, &bytes)?;
                Ok::<_, StoreError>(key)
            });
            Ok(Known {
                template: arm.template(layer).clone(),
                exits: arm.exits(layer).to_vec(),
                execution: execution.clone(),
                window: window.clone(),
                stock,
                baseline: baseline.transpose()?,
            })
        };
        self.known.try_get(
            |known| {
                known.window == *window
                    && known.template == *arm.template(layer)
                    && known.exits == arm.exits(layer)
                    && known.execution == *execution
            },
            made,
        )
    }
}
