//! The tables of a run folder, as text. Columns are the contract of the product; money has two decimals, dates are
//! ISO, and an empty cell means undefined.

use std::borrow::Cow;
use std::collections::BTreeMap;

use book::event::{Action, Event, LayerId, PackageId};
use book::journal::Entry;
use book::reason::Reason;
use book::statement::{SessionRow, TradeRow};
use market::contract::Contract;
use market::price::Money;
use policy::policy_signals::PolicySignals;

use crate::results::{ArmResult, Study, WindowResult};

/// Builds one CSV text with `\n` line ends.
pub struct Sheet {
    writer: csv::Writer<Vec<u8>>,
}

impl Sheet {
    /// A table with this header.
    pub fn new<S: AsRef<str>>(columns: &[S]) -> Sheet {
        let mut sheet = Sheet {
            writer: csv::WriterBuilder::new().from_writer(Vec::new()),
        };
        sheet.row(columns.iter().map(|c| c.as_ref().to_string()).collect());
        sheet
    }

    /// Adds a row; its cells are made harmless.
    pub fn row(&mut self, cells: Vec<String>) {
        let cells = cells.iter().map(|cell| harmless(cell).into_owned());
        self.writer
            .write_record(cells)
            .expect("rows of one length, written to memory");
    }

    /// The whole table.
    pub fn text(self) -> String {
        let bytes = self.writer.into_inner().expect("memory takes every write");
        String::from_utf8(bytes).expect("cells are text")
    }
}

/// A cell that a spreadsheet takes for no formula and a terminal for no command: words of a user may be either.
///
/// A cell that begins like a formula and is no number gets an apostrophe in front, as OWASP advises ("CSV injection");
/// control characters become signs. Legs (`-1 SPXW 2022-01-21 P 4525 | ...`) stay: without brackets, quotes, `!` and small
/// letters nothing can be called.
pub fn harmless(cell: &str) -> Cow<'_, str> {
    let is_formula = cell.starts_with(['=', '@']) || cell.starts_with(['+', '-']) && cell.len() > 1;
    let legs = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || " +-.|".contains(c);
    let is_formula = is_formula
        && cell.parse::<f64>().is_err()
        && (cell.starts_with(['=', '@']) || !cell.chars().all(legs));
    if !is_formula && !cell.contains(char::is_control) {
        return Cow::Borrowed(cell);
    }
    let mark = if is_formula { "'" } else { "" };
    Cow::Owned(
        mark.chars()
            .chain(
                cell.chars()
                    .map(|c| if c.is_control() { '\u{fffd}' } else { c }),
            )
            .collect(),
    )
}

/// A ratio with six decimals, or nothing where it is undefined.
pub fn ratio(value: Option<f64>) -> String {
    match value {
        Some(v) if v.is_finite() => {
            let text = format!("{v:.6}");
            // Minus zero is no finding.
            if text
                .trim_start_matches('-')
                .bytes()
                .all(|b| b == b'0' || b == b'.')
            {
                format!("{:.6}", 0.0)
            } else {
                text
            }
        }
        _ => String::new(),
    }
}

pub(crate) fn money(value: Option<Money>) -> String {
    value.map(|m| m.to_string()).unwrap_or_default()
}

pub(crate) fn arms(study: &Study) -> impl Iterator<Item = (&WindowResult, &ArmResult)> {
    study
        .windows
        .iter()
        .flat_map(|w| w.arms.iter().map(move |a| (w, a)))
}

/// `equity.csv`: one row per window, arm and session.
pub fn equity(study: &Study) -> String {
    let layers = study.layer_names();
    let mut columns: Vec<String> =
        "window arm date equity_usd trading_equity_usd cash_usd margin_usd drawdown_usd \
         interest_usd fees_usd slippage_usd condor_pnl_usd"
            .split_whitespace()
            .map(str::to_string)
            .collect();
    columns.extend(layers.iter().map(|l| format!("{l}_pnl_usd")));
    let mut sheet = Sheet::new(&columns);
    for (window, arm) in arms(study) {
        for row in &arm.statement.sessions {
            let mut cells = vec![
                window.window.name.clone(),
                arm.name.clone(),
                row.date.to_string(),
            ];
            cells.extend(
                [
                    row.equity,
                    row.trading_equity,
                    row.cash,
                    row.margin,
                    row.drawdown,
                    row.interest,
                    row.fees,
                    row.slippage,
                    condor_pnl(arm, row),
                ]
                .map(|m| m.to_string()),
            );
            cells.extend(
                layers
                    .iter()
                    .map(|name| layer_pnl(arm, row, name).to_string()),
            );
            sheet.row(cells);
        }
    }
    sheet.text()
}

/// Mid P&L of all condor tiers of one session.
pub(crate) fn condor_pnl(arm: &ArmResult, row: &SessionRow) -> Money {
    arm.arm
        .condor_ids()
        .map(|id| row.layer_pnl[usize::from(id.0)])
        .sum()
}

fn layer_pnl(arm: &ArmResult, row: &SessionRow, name: &str) -> Money {
    let of = arm
        .arm
        .hedge_ids()
        .filter(|id| arm.arm.layer_name(*id) == name);
    of.map(|id| row.layer_pnl[usize::from(id.0)]).sum()
}

/// Number of a package that is unique within the run folder.
fn trade_id(window: &WindowResult, arm: &ArmResult, trade: &TradeRow) -> String {
    format!("{}/{}/{}", window.window.name, arm.name, trade.package.id.0)
}

/// `trades.csv`: one row per closed package. Prices are the cash one unit brings, in points: credits are positive.
pub fn trades(study: &Study) -> String {
    let mut sheet = Sheet::new(&[
        "window",
        "arm",
        "id",
        "layer",
        "opened",
        "closed",
        "reason",
        "contracts",
        "legs",
        "entry_price",
        "exit_price",
        "fees_usd",
        "pnl_usd",
    ]);
    for (window, arm) in arms(study) {
        for trade in &arm.statement.trades {
            let package = &trade.package;
            sheet.row(vec![
                window.window.name.clone(),
                arm.name.clone(),
                trade_id(window, arm, trade),
                arm.arm.layer_name(package.layer).to_string(),
                package.opened.to_string(),
                trade.closed.to_string(),
                trade.reason.to_string(),
                package.contracts.to_string(),
                legs_text(trade),
                entry_price(trade),
                exit_price(trade),
                trade.fees.to_string(),
                trade.pnl.to_string(),
            ]);
        }
    }
    sheet.text()
}

fn legs_text(trade: &TradeRow) -> String {
    let legs = trade
        .package
        .legs
        .iter()
        .map(|leg| format!("{:+} {}", leg.quantity, leg.contract));
    legs.collect::<Vec<_>>().join(" | ")
}

/// A future's price is its level; a package of options has the net cash of one unit.
fn entry_price(trade: &TradeRow) -> String {
    if trade.package.margined {
        trade.package.legs[0].fill.to_string()
    } else {
        trade.package.entry_net.to_string()
    }
}

fn exit_price(trade: &TradeRow) -> String {
    if trade.package.margined {
        trade.exit.legs[0].fill.to_string()
    } else {
        trade.exit.net.to_string()
    }
}

/// `legs.csv`: one row per leg of a closed package.
pub fn legs(study: &Study) -> String {
    let mut sheet = Sheet::new(&[
        "id",
        "root",
        "expiry",
        "right",
        "strike",
        "quantity",
        "open_price",
        "close_price",
        "open_delta",
        "settlement",
    ]);
    for (window, arm) in arms(study) {
        for trade in &arm.statement.trades {
            for (open, close) in trade.legs() {
                let (right, strike) = right_and_strike(&open.contract);
                sheet.row(vec![
                    trade_id(window, arm, trade),
                    open.contract.root.name().to_string(),
                    open.contract
                        .expires()
                        .map_or(String::new(), |day| day.to_string()),
                    right,
                    strike,
                    (open.quantity * trade.package.contracts).to_string(),
                    open.fill.to_string(),
                    close.fill.to_string(),
                    ratio(Some(open.delta)),
                    settlement_text(trade),
                ]);
            }
        }
    }
    sheet.text()
}

/// Right and strike cells; empty for a future.
pub(crate) fn right_and_strike(contract: &Contract) -> (String, String) {
    match contract.option {
        Some((right, strike)) => (right.letter().to_string(), strike.points().to_string()),
        None => (String::new(), String::new()),
    }
}

/// The settlement value, `(proxy)` where it is a stand-in; empty where the package was traded out.
fn settlement_text(trade: &TradeRow) -> String {
    match trade.settlement {
        Some((value, proxy)) => format!("{value}{}", if proxy { " (proxy)" } else { "" }),
        None => String::new(),
    }
}

/// `decisions.csv`: one row per window, arm, session and layer, also for what was not done.
pub fn decisions(study: &Study) -> String {
    let columns = [
        "window",
        "arm",
        "layer",
        "date",
        "regime",
        "action",
        "reason_code",
        "detail",
        "signals",
    ];
    let mut sheet = Sheet::new(&columns);
    for (window, arm) in arms(study) {
        let owners = owners(arm);
        let signals = PolicySignals::new(&arm.arm, &study.history);
        for (index, (date, entries)) in arm.run.journal.by_session().enumerate() {
            let regime = arm.arm.hedge.tier.describe(&arm.run.regimes[index]);
            let view = study.history.view(window.range.start + index);
            for (layer, outcome) in outcomes(&owners, entries) {
                sheet.row(vec![
                    window.window.name.clone(),
                    arm.name.clone(),
                    arm.arm.layer_name(layer).to_string(),
                    date.to_string(),
                    regime.clone(),
                    outcome.action.to_string(),
                    outcome.reason.to_string(),
                    outcome.detail.join("; "),
                    signals.words(&arm.arm, layer, view).join(" | "),
                ]);
            }
        }
    }
    sheet.text()
}

/// What one layer did in one session, in one row.
#[derive(Clone, Debug)]
struct Outcome {
    /// `refused`, or what the decision ordered: `order_open`, `order_close`, `hold`, `none`.
    action: &'static str,
    /// Why.
    reason: Reason,
    /// Fills, settlements and the numbers of the decision, in order.
    detail: Vec<String>,
}

/// Which layer each package of an arm belongs to.
fn owners(arm: &ArmResult) -> BTreeMap<PackageId, LayerId> {
    arm.statement
        .trades
        .iter()
        .map(|trade| (trade.package.id, trade.package.layer))
        .collect()
}

/// The outcome of each layer in one session's entries.
fn outcomes(packages: &BTreeMap<PackageId, LayerId>, entries: &[Entry]) -> Vec<(LayerId, Outcome)> {
    let fresh = || Outcome {
        action: Action::None.name(),
        reason: Reason::Hold,
        detail: Vec::new(),
    };
    let mut all: BTreeMap<LayerId, Outcome> = BTreeMap::new();
    for entry in entries {
        let owner = match &entry.event {
            Event::Opened { layer, .. }
            | Event::Decided { layer, .. }
            | Event::Refused { layer, .. } => Some(*layer),
            Event::Closed { package, .. } | Event::Settled { package, .. } => {
                packages.get(package).copied()
            }
            _ => None,
        };
        let Some(layer) = owner else { continue };
        note(all.entry(layer).or_insert_with(fresh), entry);
    }
    all.into_iter().collect()
}

fn note(outcome: &mut Outcome, entry: &Entry) {
    match &entry.event {
        Event::Opened { package, fill, .. } => {
            outcome.detail.push(format!(
                "opened package {} x{} at {}",
                package.0, fill.contracts, fill.net
            ));
        }
        Event::Closed {
            package,
            reason,
            fill,
        } => {
            let text = format!(
                "closed package {} x{} at {} ({reason})",
                package.0, fill.contracts, fill.net
            );
            outcome.detail.push(text);
        }
        Event::Settled {
            package,
            value,
            proxy,
            fill,
        } => {
            let stand_in = if *proxy { " (proxy)" } else { "" };
            outcome.detail.push(format!(
                "package {} settled at {value}{stand_in} for {}",
                package.0, fill.net
            ));
        }
        Event::Refused { reason, detail, .. } => {
            outcome.action = "refused";
            outcome.reason = *reason;
            outcome.detail.push(format!("refused: {detail}"));
        }
        Event::Decided {
            action,
            reason,
            detail,
            ..
        } => {
            let text = detail.to_string();
            if outcome.action == "refused" {
                outcome
                    .detail
                    .push(format!("then {} ({reason})", action.name()));
            } else {
                outcome.action = action.name();
                outcome.reason = *reason;
            }
            if !text.is_empty() {
                outcome.detail.push(text);
            }
        }
        _ => {}
    }
}

/// `layers.csv`: money of each hedge layer.
pub fn layers(study: &Study) -> String {
    let mut sheet = Sheet::new(&[
        "window",
        "arm",
        "layer",
        "orders",
        "contracts",
        "premium_usd",
        "salvage_usd",
        "fees_usd",
        "slippage_usd",
        "pnl_usd",
        "purse_credited_usd",
        "purse_forgone_usd",
        "purse_lapsed_usd",
        "purse_unspent_usd",
    ]);
    for (window, arm) in arms(study) {
        for id in arm.arm.hedge_ids() {
            let ledger = &arm.run.portfolio.ledgers[id];
            let purse = &arm.run.portfolio.purses[id];
            let (orders, contracts) = book::statement::count(&arm.statement.trades, id);
            let cells = [
                ledger.premium,
                ledger.pnl() - ledger.fees + ledger.premium,
                ledger.fees,
                ledger.slippage,
                ledger.pnl(),
                purse.credited,
                purse.forgone,
                purse.lapsed,
                purse.unspent(),
            ];
            let mut row = vec![
                window.window.name.clone(),
                arm.name.clone(),
                arm.arm.layer_name(id).to_string(),
            ];
            row.extend([orders.to_string(), contracts.to_string()]);
            row.extend(cells.map(|m| m.to_string()));
            sheet.row(row);
        }
    }
    sheet.text()
}

/// `bands.csv`: the headline with the price model wrong by its own stated error.
pub fn bands(study: &Study) -> String {
    let mut sheet = Sheet::new(&[
        "window",
        "arm",
        "variant",
        "condor_pnl_usd",
        "hedge_effect_usd",
        "drawdown_reduction",
    ]);
    for window in &study.windows {
        for band in &window.bands {
            sheet.row(vec![
                window.window.name.clone(),
                band.arm.clone(),
                band.variant.clone(),
                band.condor_pnl.to_string(),
                band.hedge_effect.to_string(),
                ratio(band.drawdown_reduction),
            ]);
        }
    }
    sheet.text()
}

/// `slippage.csv`: the headline at other fills.
pub fn slippage(study: &Study) -> String {
    let columns = [
        "window",
        "arm",
        "half_spread_fraction",
        "pnl_usd",
        "max_drawdown_usd",
        "drawdown_reduction",
    ];
    let mut sheet = Sheet::new(&columns);
    for window in &study.windows {
        for row in &window.slippage {
            sheet.row(vec![
                window.window.name.clone(),
                row.arm.clone(),
                row.half_spread_fraction.to_string(),
                row.pnl.to_string(),
                row.max_drawdown.to_string(),
                ratio(row.drawdown_reduction),
            ]);
        }
    }
    sheet.text()
}

/// `market.csv`: levels for pictures.
pub fn market(study: &Study) -> String {
    let mut sheet = Sheet::new(&["date", "spx_close", "vix", "vx_front"]);
    for row in &study.market {
        let front = row.vx_front.map(|v| format!("{v:.4}")).unwrap_or_default();
        sheet.row(vec![
            row.date.to_string(),
            format!("{:.2}", row.spx),
            format!("{:.2}", row.vix),
            front,
        ]);
    }
    sheet.text()
}

/// One finding about the dataset, as cells.
pub struct FindingCells {
    /// `info`, `warning` or `error`.
    pub severity: String,
    /// Code of the check.
    pub code: String,
    /// Series it concerns.
    pub series: String,
    /// How many values.
    pub count: usize,
    /// First date.
    pub first: String,
    /// Last date.
    pub last: String,
    /// Words.
    pub message: String,
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_formula_or_a_command_in_a_cell_is_only_text() {
        for cell in [
            "-12.50",
            "-1 SPXW 2022-01-21 P 4525 | +1 SPXW 2022-01-21 P 4475",
            "+3",
            "-",
            "",
            "2022-01-03",
            "a=b",
            "-1e-3",
            "7..21",
        ] {
            assert_eq!(super::harmless(cell), cell);
        }
        assert_eq!(super::harmless("=HYPERLINK(1)"), "'=HYPERLINK(1)");
        assert_eq!(
            super::harmless("-2+cmd|' /C calc'!A0"),
            "'-2+cmd|' /C calc'!A0"
        );
        assert_eq!(
            super::harmless("@SUM(1)\u{1b}[31m\n"),
            "'@SUM(1)\u{fffd}[31m\u{fffd}"
        );
    }
}
