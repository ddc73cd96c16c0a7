//! The same purchases at random dates: what a layer could have bought on each session of a window, and a draw of it.
//!
//! A draw buys as often as the layer did, on sessions chosen without replacement among all but the first of the window. Every
//! purchase spends the same part of what the layer spent in the window, in fractions of contracts. A future, or what costs
//! no premium on any session, is matched in units. Packages are left by their own exit rules; purse, regime and margin do
//! not ask again. It looks ahead by construction: a yardstick, never a policy.

use engine::placebo_trades::PlaceboTrades;
use engine::run::Run;
use market::kernel::add_scaled;
use market::price::Money;
use stats::choose::Chooser;
use stats::paired::Outcome;

/// Streams of random numbers a draw has: one per layer.
pub const LAYERS: usize = 32;

/// A curve in two numbers (cents).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// P&L.
    pub pnl: i64,
    /// Maximum drawdown, never positive.
    pub max_drawdown: i64,
}

impl Told {
    /// Of a curve's outcome.
    pub fn of(outcome: &Outcome) -> Told {
        let cents = |usd: f64| Money::from_usd(usd).0;
        Told {
            pnl: cents(outcome.pnl_usd),
            max_drawdown: cents(outcome.max_drawdown_usd),
        }
    }

    /// Drawdown reduction against another curve; `None` if that never falls.
    pub fn reduction(self, unhedged: Told) -> Option<f64> {
        (unhedged.max_drawdown < 0)
            .then(|| 1.0 - self.max_drawdown as f64 / unhedged.max_drawdown as f64)
    }
}

/// What a layer bought in a window.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Spent {
    /// Purchases.
    pub purchases: usize,
    /// Premium (USD), or units where premium measures nothing.
    pub amount: f64,
}

/// What one layer could have bought in a window.
#[derive(Clone, Debug)]
pub struct Stock {
    /// Whether purchases are matched in premium; in units otherwise.
    pub is_of_premium: bool,
    /// By session: daily P&L (USD) of a dollar of premium, or of a unit, from that session on.
    bought: Vec<Vec<f64>>,
    /// Sessions with one, in order.
    open: Vec<u32>,
}

impl Stock {
    /// What a layer could have bought on each of so many sessions.
    pub fn new(trades: &PlaceboTrades<'_>, sessions: usize) -> Stock {
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
            is_of_premium,
            bought,
            open,
        }
    }

    /// Daily P&L of a dollar, or of a unit, in the mean over all sessions of purchase; `None` where nothing can be bought.
    pub fn mean(&self) -> Option<Vec<f64>> {
        let mut daily = vec![0.0; self.bought.len()];
        for at in self.open.iter().map(|at| *at as usize) {
            let own = daily[at..].iter_mut().zip(&self.bought[at]);
            own.for_each(|(day, one)| *day += one);
        }
        let count = self.open.len() as f64;
        daily.iter_mut().for_each(|day| *day /= count);
        (!self.open.is_empty()).then_some(daily)
    }

    /// What a layer of a run bought, in the measure of this stock.
    pub fn spent(&self, run: &Run, layer: book::event::LayerId) -> Spent {
        let ledger = &run.portfolio.ledgers[layer];
        Spent {
            purchases: usize::try_from(ledger.openings).unwrap_or(0),
            amount: match self.is_of_premium {
                true => ledger.premium.usd(),
                false => ledger.units as f64,
            },
        }
    }

    /// Adds to daily P&L (USD) what as many purchases bring on sessions that are drawn, each for the same amount.
    pub fn buy(&self, chooser: &mut Chooser, spent: Spent, daily: &mut [f64]) {
        let purchases = spent.purchases.min(self.open.len());
        if purchases == 0 {
            return;
        }
        let each = spent.amount / purchases as f64;
        let mut sessions = self.open.clone();
        for at in chooser.draw(&mut sessions, purchases) {
            let at = *at as usize;
            add_scaled(&mut daily[at..], each, &self.bought[at]);
        }
    }
}
