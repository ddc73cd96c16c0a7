//! The tables of a run folder, from a finished study. Their columns are declared in [`tables`].

use std::fmt::Write;

use book::statement::{SessionRow, TradeRow};
use market::contract::Right;
use market::price::{Money, Price};
use tables::{
    BandRow, Equity, EquityRow, FindingRow, LayerRow, LegRow, Row, SlippageRow, Table, Word,
    WorldsRow, table_of, table_with_room,
};

use crate::names::Names;
use crate::results::{ArmResult, Replay, Study, WindowResult};

/// A table that is made when it is asked for, and its file.
pub type Maker<'a> = (&'static str, Box<dyn Fn() -> Table + Send + Sync + 'a>);

fn maker<'a, R: Row, I: IntoIterator<Item = R>>(
    rows: impl Fn() -> I + Send + Sync + 'a,
) -> Maker<'a> {
    (R::FILE, Box::new(move || table_of(rows())))
}

/// The same with room for so many rows: a table that grows by doubling stands in memory up to three times.
fn roomy<'a, R: Row, I: IntoIterator<Item = R>>(
    rows: impl Fn() -> I + Send + Sync + 'a,
    room: usize,
) -> Maker<'a> {
    (R::FILE, Box::new(move || table_with_room(rows(), room)))
}

/// Closed packages of all arms.
fn all_trades(study: &Study) -> usize {
    let of_arm = |(_, arm): (&WindowResult, &ArmResult)| arm.replay.statement.trades.len();
    study.arms().map(of_arm).sum()
}

/// Their legs.
fn all_legs(study: &Study) -> usize {
    let of_arm = |(_, arm): (&WindowResult, &ArmResult)| {
        let trades = arm.replay.statement.trades.iter();
        trades.map(|trade| trade.package.legs.len()).sum::<usize>()
    };
    study.arms().map(of_arm).sum()
}

/// Sessions of all arms.
fn sessions(study: &Study) -> usize {
    study.arms().map(|(window, _)| window.sessions.len()).sum()
}

/// Sessions times layers of all arms.
fn rows_of_layers(study: &Study) -> usize {
    let of_arm = |(window, arm): (&WindowResult, &ArmResult)| {
        window.sessions.len() * arm.replay.arm.layers()
    };
    study.arms().map(of_arm).sum()
}

/// All tables of a run folder, in the order in which its files are named, each to be made when it is asked for. `findings`
/// makes those of the dataset.
pub fn makers<'a>(
    study: &'a Study,
    findings: impl Fn() -> Vec<FindingRow> + Send + Sync + 'a,
) -> Vec<Maker<'a>> {
    let mut all = vec![
        maker(|| crate::summary::rows(study)),
        (EquityRow::FILE, Box::new(|| equity(study))),
        roomy(|| trades(study), all_trades(study)),
        roomy(|| legs(study), all_legs(study)),
        roomy(|| crate::decision_table::rows(study), rows_of_layers(study)),
        maker(|| crate::signal_table::rows(study)),
        maker(|| crate::claims::rows(study)),
        maker(|| layers(study)),
        maker(|| bands(study)),
        maker(|| slippage(study)),
        maker(|| crate::control::rows(study)),
        maker(|| crate::attribution::rows(study)),
        maker(|| crate::attribution::greek_rows(study)),
        maker(|| crate::measures::rows(study)),
        maker(|| study.market.iter().cloned()),
        maker(move || crate::findings::rows(study, findings())),
        maker(|| crate::sources::rows(study)),
    ];
    // Of a run whose condors are those of a log.
    if !study.logged.is_empty() {
        all.push(maker(|| study.logged.iter().cloned()));
        all.push(maker(|| study.log_marks.iter().cloned()));
    }
    // Of a run that draws any.
    if worlds(study).next().is_some() {
        all.push(maker(|| worlds(study)));
    }
    if crate::break_evens::has_condors(study) {
        all.push(maker(|| crate::break_evens::rows(study)));
    }
    if !study.other_condors.is_empty() {
        all.push(maker(|| study.other_condors.iter().cloned()));
    }
    all
}

/// `benchmarks.csv`, of a run that asks for any.
pub fn benchmarks(study: &Study) -> Table {
    table_of(study.benchmarks.iter().cloned())
}

/// `equity.csv`: one row per window, arm and session.
pub fn equity(study: &Study) -> Table {
    let layers = &study.layer_names();
    let rows = study.arms().flat_map(|(window, arm)| {
        let in_window = Word::shared(&window.window.name);
        let of_arm = Word::shared(&arm.replay.name);
        arm.replay.statement.sessions.iter().map(move |row| {
            let own = EquityRow {
                window: in_window.clone(),
                arm: of_arm.clone(),
                date: row.date,
                equity_usd: row.equity,
                trading_equity_usd: row.trading_equity,
                cash_usd: row.cash,
                margin_usd: row.margin,
                drawdown_usd: row.drawdown,
                interest_usd: row.interest,
                fees_usd: row.fees,
                slippage_usd: row.slippage,
                condor_pnl_usd: condor_pnl(&arm.replay, row),
            };
            let of_layers = layers.iter().map(|name| layer_pnl(&arm.replay, row, name));
            (own, of_layers)
        })
    });
    Equity::table(layers, rows, sessions(study))
}

/// Mid P&L of all condor tiers of one session.
fn condor_pnl(arm: &Replay, row: &SessionRow) -> Money {
    arm.arm.condor_ids().map(|id| row.layer_pnl[id]).sum()
}

fn layer_pnl(arm: &Replay, row: &SessionRow, name: &str) -> Money {
    let of = arm
        .arm
        .hedge_ids()
        .filter(|id| arm.arm.layer_name(*id) == name);
    of.map(|id| row.layer_pnl[id]).sum()
}

/// Number of a package that is unique within the run folder.
fn trade_id(window: &WindowResult, arm: &Replay, trade: &TradeRow) -> String {
    format!("{}/{}/{}", window.window.name, arm.name, trade.package.id.0)
}

/// `trades.csv`: one row per closed package. Prices are the cash one unit brings, in points: credits are positive.
pub fn trades(study: &Study) -> impl Iterator<Item = tables::TradeRow> + '_ {
    study
        .arms()
        .flat_map(|(window, arm)| trades_of(window, &arm.replay))
}

/// Those of one arm.
pub(crate) fn trades_of<'a>(
    window: &'a WindowResult,
    arm: &'a Replay,
) -> impl Iterator<Item = tables::TradeRow> + 'a {
    let names = Names::new((&window.window.name, &arm.name), &arm.arm);
    arm.statement.trades.iter().map(move |trade| {
        let package = &trade.package;
        tables::TradeRow {
            window: names.window.clone(),
            arm: names.arm.clone(),
            id: trade_id(window, arm, trade).into(),
            layer: names.layer(package.layer),
            opened: package.opened,
            closed: trade.closed,
            reason: trade.reason.code().into(),
            contracts: Some(package.contracts),
            legs: legs_text(trade),
            entry_price: Some(entry_price(trade)),
            exit_price: Some(exit_price(trade)),
            fees_usd: trade.fees,
            pnl_usd: trade.pnl,
        }
    })
}

fn legs_text(trade: &TradeRow) -> String {
    let mut text = String::new();
    for (at, leg) in trade.package.legs.iter().enumerate() {
        let between = if at > 0 { " | " } else { "" };
        write!(text, "{between}{:+} {}", leg.quantity, leg.contract)
            .expect("a text in memory takes every write");
    }
    text
}

/// A future's price is its level; a package of options has the net cash of one unit.
fn entry_price(trade: &TradeRow) -> Price {
    if trade.package.margined {
        trade.package.legs[0].fill
    } else {
        trade.package.entry_net
    }
}

fn exit_price(trade: &TradeRow) -> Price {
    if trade.package.margined {
        trade.exit.legs[0].fill
    } else {
        trade.exit.net
    }
}

/// `legs.csv`: one row per leg of a closed package.
pub fn legs(study: &Study) -> impl Iterator<Item = LegRow> + '_ {
    let trades = study.arms().flat_map(|(window, arm)| {
        let trades = arm.replay.statement.trades.iter();
        trades.map(move |trade| (trade_id(window, &arm.replay, trade), trade))
    });
    trades.flat_map(|(id, trade)| {
        let id = Word::shared(&id);
        let settlement = Word::shared(&settlement_text(trade));
        trade.legs().map(move |(open, close)| {
            let option = open.contract.option;
            LegRow {
                id: id.clone(),
                root: open.contract.root.name().into(),
                expiry: open.contract.expires(),
                right: option.map_or("", |(right, _)| letter(right)).into(),
                strike: option.map(|(_, strike)| strike.points()),
                quantity: Some(open.quantity * trade.package.contracts),
                open_price: Some(open.fill),
                close_price: Some(close.fill),
                open_delta: Some(open.delta),
                settlement: settlement.clone(),
            }
        })
    })
}

fn letter(right: Right) -> &'static str {
    match right {
        Right::Call => "C",
        Right::Put => "P",
    }
}

/// The settlement value, `(proxy)` where it is a stand-in; empty where the package was traded out.
fn settlement_text(trade: &TradeRow) -> String {
    match trade.settlement {
        Some((value, proxy)) => format!("{value}{}", if proxy { " (proxy)" } else { "" }),
        None => String::new(),
    }
}

/// `layers.csv`: money of each hedge layer.
pub fn layers(study: &Study) -> Vec<LayerRow> {
    let mut rows = Vec::new();
    for (window, arm) in study.arms() {
        for id in arm.replay.arm.hedge_ids() {
            let ledger = &arm.replay.run.portfolio.ledgers[id];
            let purse = &arm.replay.run.portfolio.purses[id];
            let (orders, contracts) = book::statement::count(&arm.replay.statement.trades, id);
            rows.push(LayerRow {
                window: window.window.name.clone(),
                arm: arm.replay.name.clone(),
                layer: arm.replay.arm.layer_name(id).to_string(),
                orders,
                contracts: Some(contracts),
                premium_usd: Some(ledger.premium),
                salvage_usd: Some(ledger.pnl() - ledger.fees + ledger.premium),
                fees_usd: Some(ledger.fees),
                slippage_usd: Some(ledger.slippage),
                pnl_usd: Some(ledger.pnl()),
                purse_credited_usd: Some(purse.credited),
                purse_forgone_usd: Some(purse.forgone),
                purse_lapsed_usd: Some(purse.lapsed),
                purse_unspent_usd: Some(purse.unspent()),
            });
        }
    }
    rows
}

/// `bands.csv`: the headline with the price model wrong by its own stated error.
pub fn bands(study: &Study) -> impl Iterator<Item = BandRow> {
    study
        .windows
        .iter()
        .flat_map(|window| window.bands.iter().cloned())
}

/// `worlds.csv`: the headline in worlds drawn from the error of the price model.
pub fn worlds(study: &Study) -> impl Iterator<Item = WorldsRow> {
    study
        .windows
        .iter()
        .flat_map(|window| window.worlds.iter().cloned())
}

/// `slippage.csv`: the headline at other fills.
pub fn slippage(study: &Study) -> impl Iterator<Item = SlippageRow> {
    study
        .windows
        .iter()
        .flat_map(|window| window.slippage.iter().cloned())
}
