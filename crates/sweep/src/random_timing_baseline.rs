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
use market::price::Money;
use policy::arm::Arm;
use policy::rule::ExitRule;
use policy::select::Template;

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
        let stock = PlaceboTrades::new(history, window, arm, layer, execution);
        let open = || (1..sessions).filter_map(|at| stock.unit(at).map(|unit| (at, unit)));
        let costs = |premium: Money| premium > Money::ZERO;
        let is_of_premium = !stock.is_future() && open().any(|(_, unit)| costs(unit.premium));
        let mut daily = vec![0.0; sessions];
        let mut bought = 0_usize;
        let mut one = vec![Money::ZERO; sessions];
        for (at, unit) in open().filter(|(_, unit)| !is_of_premium || costs(unit.premium)) {
            unit.add(at, 1, &mut one);
            let dollars = if is_of_premium {
                unit.premium.usd()
            } else {
                1.0
            };
            for t in at..at + unit.sessions() {
                daily[t] += std::mem::take(&mut one[t]).usd() / dollars;
            }
            bought += 1;
        }
        daily.iter_mut().for_each(|day| *day /= bought as f64);
        (bought > 0).then_some(RandomTimingBaseline {
            is_of_premium,
            daily,
        })
    }

    /// How many of it a layer of a run bought.
    fn amount(&self, run: &Run, layer: LayerId) -> f64 {
        let ledger = &run.portfolio.ledgers[layer];
        if self.is_of_premium {
            ledger.premium.usd()
        } else {
            ledger.units as f64
        }
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

/// A baseline and what it is of.
struct Known {
    template: Template,
    exits: Vec<ExitRule>,
    execution: Execution,
    window: Range<usize>,
    found: Option<(Key, RandomTimingBaseline)>,
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
    /// What every layer of a run bought. A baseline that is new goes to the store, under the hash of its bytes.
    pub fn bought(
        &self,
        history: &MarketHistory,
        window: &Range<usize>,
        (arm, run): (&Arm, &Run),
        execution: &Execution,
        store: &Store,
    ) -> Result<Vec<Bought>, StoreError> {
        let mut all = Vec::with_capacity(arm.hedge.layers.len());
        for layer in arm.hedge_ids() {
            let ledger = &run.portfolio.ledgers[layer];
            if ledger.units == 0 {
                continue;
            }
            let known = self.known(history, window, (arm, layer), execution, store)?;
            all.extend(known.found.as_ref().map(|(key, one)| Bought {
                baseline: *key,
                amount: one.amount(run, layer),
            }));
        }
        Ok(all)
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
            let bought = RandomTimingBaseline::of(history, window.clone(), arm, layer, execution);
            let found = bought.map(|baseline| {
                let bytes = baseline.encode();
                let key = key(&[b"yardstick", &bytes]);
                store.append(&key, &NO_TRIAL, &bytes)?;
                Ok::<_, StoreError>((key, baseline))
            });
            Ok(Known {
                template: arm.template(layer).clone(),
                exits: arm.exits(layer).to_vec(),
                execution: execution.clone(),
                window: window.clone(),
                found: found.transpose()?,
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
