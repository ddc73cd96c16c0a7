//! Trades of a log among the packages of a run: their fills, and marks tied to the log's prices at both ends.
//!
//! Between entry and exit a package is marked by the model. The log's price at the entry differs from the model's by some
//! points, and at the exit by others. That difference is carried linearly in calendar days from one end to the other, so
//! the marks meet the log at both. It knows the exit before it happens: marks of a log's packages look ahead by
//! construction, and so does an arm whose sizes ask for the value of the account (docs/logs.md).

use std::sync::Arc;

use book::event::{LegFill, PackageFill};
use book::trade_log::LoggedTrade;
use chrono::Datelike;
use market::chain::Source;
use market::contract::{Contract, Settlement};
use market::history::{MarketHistory, MarketView};
use market::mark_path::MarkPath;
use market::price::{Money, Price};

use crate::fill::delta;
use crate::settle::{in_cents, settlement_value};

/// What is added to the model's worth of a unit, day by day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tie {
    /// Day of the entry, and the log's price less the model's.
    entry: (i32, Price),
    /// The same of the exit; without one the difference at the entry stays.
    exit: Option<(i32, Price)>,
    /// Marks are whole multiples of this: a tenth of a contract is exact in cents at no other price.
    grain: i64,
}

impl Tie {
    /// Ties the model's worth of a trade's unit to the log's prices. The exit counts where `history` reaches it.
    pub fn new(
        trade: &LoggedTrade,
        tape: &MarkPath,
        opened: MarketView<'_>,
        history: &MarketHistory,
    ) -> Tie {
        let (model, _) = tape.value(opened);
        let ends = history.window(trade.closed, trade.closed);
        let exit = ends.last().zip(trade.exit()).map(|(t, exit)| {
            let view = history.view(t);
            (view.day_number(), exit - model_at_end(trade, tape, view))
        });
        Tie {
            entry: (opened.day_number(), -trade.entry() - model),
            exit,
            grain: trade.root().scale(),
        }
    }

    /// The difference on a day, rounded to the price unit.
    pub fn at(&self, day: i32) -> Price {
        let (start, from) = self.entry;
        let Some((end, to)) = self.exit.filter(|(end, _)| *end > start) else {
            return from;
        };
        let gone = i64::from(day.clamp(start, end) - start);
        let all = i64::from(end - start);
        Price(from.0 + ((to.0 - from.0) * gone).div_euclid(all))
    }

    /// The mark of a unit whose worth by the model is `model`.
    pub fn mark(&self, model: Price, day: i32) -> Price {
        let tied = model + self.at(day);
        Price(tied.0.div_euclid(self.grain) * self.grain)
    }
}

/// The model's worth of a unit at its end: what it pays off on its expiry, its mids before.
fn model_at_end(trade: &LoggedTrade, tape: &MarkPath, view: MarketView<'_>) -> Price {
    let expiry = trade.expiry();
    if view.today().date < expiry {
        return tape.value(view).0;
    }
    let root = trade.legs[0].contract().root;
    let (value, _) = settlement_value(root, expiry, view);
    let unit = trade.unit();
    unit.iter()
        .map(|(contract, q)| contract.payoff(value) * *q)
        .sum()
}

/// Whether a trade ends when it settles, and not by a trade before.
pub fn ends_at_settlement(trade: &LoggedTrade, settlement: Settlement) -> bool {
    trade.closed == trade.expiry() && trade.legs[0].contract().root.settlement() == settlement
}

/// The opening fill of a trade: the log's price, at once mid and fill, for what it cost against the middle is not known.
pub fn opening(trade: &LoggedTrade, tape: &MarkPath, view: MarketView<'_>) -> PackageFill {
    let quoted: Vec<Option<f64>> = trade.legs.iter().map(|leg| leg.open_points).collect();
    let model = |leg: usize| tape.leg(leg, view).unwrap_or_default();
    fill(
        trade,
        trade.entry(),
        -1,
        (&quoted, &model),
        trade.entry_fees(),
        view,
    )
}

/// The closing fill of a trade at the log's price.
pub fn ending(
    trade: &LoggedTrade,
    exit: Price,
    tape: &MarkPath,
    view: MarketView<'_>,
) -> PackageFill {
    let quoted: Vec<Option<f64>> = trade.legs.iter().map(|leg| leg.close_points).collect();
    let expired = view.today().date >= trade.expiry();
    let model = |leg: usize| {
        let contract: Contract = trade.legs[leg].contract();
        match expired {
            true => contract.payoff(settlement_value(contract.root, contract.expiry, view).0),
            false => tape.leg(leg, view).unwrap_or_default(),
        }
    };
    fill(trade, exit, 1, (&quoted, &model), trade.exit_fees(), view)
}

/// A package at its tied mark, without costs: where a window ends before its trade does.
pub fn at_mark(
    trade: &LoggedTrade,
    contracts: i64,
    mark: Price,
    tape: &MarkPath,
    view: MarketView<'_>,
) -> PackageFill {
    let nothing = vec![None; trade.legs.len()];
    let model = |leg: usize| tape.leg(leg, view).unwrap_or_default();
    let whole = fill(trade, mark, 1, (&nothing, &model), Money::ZERO, view);
    PackageFill { contracts, ..whole }
}

/// A fill of the whole trade for `net` a unit. `sign` is −1 where the legs are bought as held. A leg whose price the log
/// does not say has the model's; what is then missing to the package's price is put on the dearest leg.
fn fill(
    trade: &LoggedTrade,
    net: Price,
    sign: i64,
    (quoted, model): (&[Option<f64>], &dyn Fn(usize) -> Price),
    fees: Money,
    view: MarketView<'_>,
) -> PackageFill {
    let price = |at: usize| match quoted[at] {
        Some(points) => trade.price(points),
        None => in_cents(model(at), trade.multiplier()),
    };
    let mut prices: Vec<Price> = (0..trade.legs.len()).map(price).collect();
    let sum: Price = (prices.iter().zip(&trade.legs))
        .map(|(price, leg)| *price * (sign * leg.quantity))
        .sum();
    let free = (0..prices.len()).filter(|at| quoted[*at].is_none());
    if let Some(at) = free.max_by_key(|at| (prices[*at], std::cmp::Reverse(*at))) {
        let share = sign * trade.legs[at].quantity;
        prices[at] += in_cents(Price((net - sum).0 / share), trade.multiplier());
    }
    let leg = |(at, price): (usize, &Price)| {
        let contract = trade.legs[at].contract();
        LegFill {
            contract,
            quantity: trade.legs[at].quantity,
            mid: *price,
            fill: *price,
            delta: delta(&contract, view.today()),
            source: Source::Log,
        }
    };
    let legs: Arc<[LegFill]> = prices.iter().enumerate().map(leg).collect();
    PackageFill {
        legs,
        contracts: trade.contracts,
        net,
        net_mid: net,
        fees,
        multiplier: trade.multiplier(),
        margined: false,
    }
}

/// What a unit of a trade is worth at a close of its life: the model's worth, the difference, the mark.
pub fn marks(
    trade: &LoggedTrade,
    history: &MarketHistory,
    t: usize,
) -> Option<(Price, Price, Price)> {
    let opened = history.window(trade.opened, trade.opened).last()?;
    let start = history.view(opened);
    let view = history.view(t);
    let tape = start.mark_path(&trade.unit());
    let tie = Tie::new(trade, &tape, start, history);
    let day = view.today().date.num_days_from_ce();
    let model = tape.value(view).0;
    Some((model, tie.at(day), tie.mark(model, day)))
}
