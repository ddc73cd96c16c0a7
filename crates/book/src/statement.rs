//! From a journal to the rows a user reads: one per session, one per closed package.

use chrono::NaiveDate;
use market::price::{Money, Price};

use crate::event::{Event, LayerId, LegFill, PackageFill, Stage};
use crate::journal::Journal;
use crate::layers::LayerVec;
use crate::portfolio::{Package, Portfolio};
use crate::reason::Reason;

/// One session. Amounts of P&L and costs are that session's own; balances are at its end.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionRow {
    /// Session.
    pub date: NaiveDate,
    /// Cash plus market value.
    pub equity: Money,
    /// The same without interest since the start.
    pub trading_equity: Money,
    /// Cash.
    pub cash: Money,
    /// Margin of defined-risk packages plus initial margin of futures.
    pub margin: Money,
    /// Buying power in use: margin net of the credits of the open packages that need it.
    pub buying_power: Money,
    /// Trading equity below its running peak, the start included (never positive).
    pub drawdown: Money,
    /// Interest posted.
    pub interest: Money,
    /// Fees (never positive).
    pub fees: Money,
    /// Slippage (never positive).
    pub slippage: Money,
    /// P&L at mid, before costs, of each layer.
    pub layer_pnl: LayerVec<Money>,
}

/// A package from its opening to its end.
#[derive(Clone, Debug, PartialEq)]
pub struct TradeRow {
    /// As it was held.
    pub package: Package,
    /// Session of the end.
    pub closed: NaiveDate,
    /// Why it ended.
    pub reason: Reason,
    /// The closing trade or settlement.
    pub exit: PackageFill,
    /// Value of the underlying at settlement, and whether it is a stand-in.
    pub settlement: Option<(Price, bool)>,
    /// Fees of both ends (never positive).
    pub fees: Money,
    /// P&L after slippage and fees.
    pub pnl: Money,
}

impl TradeRow {
    /// Legs at the opening paired with the same legs at the end.
    pub fn legs(&self) -> impl Iterator<Item = (&LegFill, &LegFill)> {
        self.package.legs.iter().zip(self.exit.legs.iter())
    }
}

/// The rows of one run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Statement {
    /// One per session.
    pub sessions: Vec<SessionRow>,
    /// One per closed package, in the order of closing.
    pub trades: Vec<TradeRow>,
    /// Trading P&L before the closing of everything at the window's end.
    pub pnl_before_window_end: Money,
}

/// Derives the statement by replaying the journal.
pub fn statement(journal: &Journal, start: Money, layers: usize) -> Statement {
    let mut portfolio = Portfolio::new(start, layers);
    let is_end = |event: &Event| matches!(event, Event::Closed { .. } | Event::Settled { .. });
    let entries = journal.entries.iter();
    let mut out = Statement {
        sessions: Vec::with_capacity(journal.by_session().count()),
        trades: Vec::with_capacity(entries.filter(|entry| is_end(&entry.event)).count()),
        ..Statement::default()
    };
    let mut before = Snapshot::of(&portfolio);
    let mut peak = start;
    for (date, entries) in journal.by_session() {
        for entry in entries {
            if let Some(trade) = ended(&portfolio, date, &entry.event) {
                out.trades.push(trade);
            }
            portfolio.apply(date, &entry.event);
            if entry.stage < Stage::WindowEnd {
                out.pnl_before_window_end = portfolio.trading_equity() - start;
            }
        }
        let after = Snapshot::of(&portfolio);
        peak = peak.max(portfolio.trading_equity());
        out.sessions.push(SessionRow {
            date,
            equity: portfolio.equity(),
            trading_equity: portfolio.trading_equity(),
            cash: portfolio.cash,
            margin: portfolio.defined_risk_margin + portfolio.futures_margin,
            buying_power: portfolio.buying_power(),
            drawdown: portfolio.trading_equity() - peak,
            interest: after.interest - before.interest,
            fees: after.fees - before.fees,
            slippage: after.slippage - before.slippage,
            layer_pnl: of_layers(&after.layers, |id| after.layers[id] - before.layers[id]),
        });
        before = after;
    }
    out
}

struct Snapshot {
    interest: Money,
    fees: Money,
    slippage: Money,
    layers: LayerVec<Money>,
}

impl Snapshot {
    fn of(portfolio: &Portfolio) -> Snapshot {
        Snapshot {
            interest: portfolio.interest,
            fees: portfolio.ledgers.iter().map(|l| l.fees).sum(),
            slippage: portfolio.ledgers.iter().map(|l| l.slippage).sum(),
            layers: of_layers(&portfolio.ledgers, |id| portfolio.ledgers[id].pnl_at_mid()),
        }
    }
}

/// An amount for each of the layers that others have a value for.
fn of_layers<T>(others: &LayerVec<T>, make: impl FnMut(LayerId) -> Money) -> LayerVec<Money> {
    LayerVec::of(others.by_layer().map(|(id, _)| id), make)
}

fn ended(portfolio: &Portfolio, closed: NaiveDate, event: &Event) -> Option<TradeRow> {
    let (id, reason, exit, settlement) = match event {
        Event::Closed {
            package,
            reason,
            fill,
        } => (*package, *reason, fill, None),
        Event::Settled {
            package,
            value,
            proxy,
            fill,
        } => (*package, Reason::Expiry, fill, Some((*value, *proxy))),
        _ => return None,
    };
    let package = portfolio
        .package(id)
        .expect("only open packages end")
        .clone();
    let fees = package.entry_fees + exit.fees;
    let moved = if package.margined {
        package.variation + package.entry_slippage
    } else {
        (package.entry_net * package.contracts).dollars(package.multiplier)
    };
    let pnl = moved + exit.cash() + fees;
    Some(TradeRow {
        closed,
        reason,
        settlement,
        fees,
        pnl,
        exit: exit.clone(),
        package,
    })
}

/// Number of packages a layer closed, and the contracts in them.
pub fn count(trades: &[TradeRow], layer: LayerId) -> (usize, i64) {
    trades
        .iter()
        .filter(|t| t.package.layer == layer)
        .fold((0, 0), |(n, c), t| (n + 1, c + t.package.contracts))
}
