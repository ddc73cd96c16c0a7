//! The trades of a run's logs against its market: which are used, which are left out and why, and how they are marked.

use std::borrow::Cow;

use book::trade_log::{LoggedTrade, TradeLog};
use chrono::NaiveDate;
use market::history::MarketHistory;
use market::price::{Money, Price};
use runfile::config::{RunConfig, Window};
use tables::{FindingRow, LogMarkRow, LogTradeRow};

use crate::results::Study;

/// A trade that is used.
const USED: &str = "used";
/// A trade that is not.
const LEFT_OUT: &str = "left_out";
/// What a leg may cost beyond the model's price at the session's close and all that the index moved that day
/// \[index points\], and as a factor of it: more is a price no market had.
const LEG_SLACK: (f64, f64) = (5.0, 2.0);
/// Reasons that are told where no trade of a log can be used.
const MOST_REASONS: usize = 3;

/// No trade of a log can be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{tier}: none of the {trades} trades of its log can be used: {why}")]
pub struct NoTrade {
    tier: String,
    trades: usize,
    /// The first reasons.
    why: String,
}

/// The run with the trades that its market allows, and a row for each trade of its logs. A run without logs is itself.
///
/// # Errors
/// Where nothing is left of a log.
pub fn admitted<'a>(
    config: &'a RunConfig,
    history: &MarketHistory,
) -> Result<(Cow<'a, RunConfig>, Vec<LogTradeRow>), NoTrade> {
    if config.condors.values().all(|condor| condor.log.is_none()) {
        return Ok((Cow::Borrowed(config), Vec::new()));
    }
    let mut own = config.clone();
    let mut rows = Vec::new();
    for tier in &config.condor_tiers {
        let condor = own.condors.get_mut(tier);
        let Some((condor, log)) = condor.and_then(|c| Some((c.name.clone(), c.log.as_mut()?)))
        else {
            continue;
        };
        let of_log = sorted_out(&condor, log, &config.windows, history);
        if log.trades.is_empty() {
            let why = of_log.iter().take(MOST_REASONS);
            let why: Vec<String> = why.map(|r| format!("{}: {}", r.trade, r.why)).collect();
            return Err(NoTrade {
                tier: condor,
                trades: of_log.len(),
                why: why.join("; "),
            });
        }
        rows.extend(of_log);
    }
    Ok((Cow::Owned(own), rows))
}

/// Leaves in a log what can be used; a row for every trade.
fn sorted_out(
    tier: &str,
    log: &mut TradeLog,
    windows: &[Window],
    history: &MarketHistory,
) -> Vec<LogTradeRow> {
    let mut rows = Vec::new();
    let trades = std::mem::take(&mut log.trades);
    for trade in trades {
        let why = fault(&trade, windows, history);
        rows.push(row(tier, &trade, why.clone().unwrap_or_default(), history));
        if why.is_none() {
            log.trades.push(trade);
        }
    }
    rows.extend(log.refused.iter().map(|refused| LogTradeRow {
        tier: tier.to_string(),
        trade: refused.id.clone(),
        state: LEFT_OUT.to_string(),
        why: refused.why.clone(),
        ..LogTradeRow::default()
    }));
    rows
}

/// Why a trade cannot be used in this market.
fn fault(trade: &LoggedTrade, windows: &[Window], history: &MarketHistory) -> Option<String> {
    let holds = |w: &&Window| (w.first..=w.last).contains(&trade.opened);
    if !windows.iter().any(|window| holds(&window)) {
        return Some("opened outside the windows of the run".into());
    }
    let Some(t) = history.window(trade.opened, trade.opened).last() else {
        return Some("opened on a session the dataset does not have".into());
    };
    let snapshot = history.view(t).today();
    let root = trade.legs[0].contract().root;
    let expiry = trade.expiry();
    // What expires the same day has no smile at the close; the calendar of later days knows it.
    let was_listed = |t: usize| history.view(t).today().slice(root, expiry).is_some();
    if trade.opened < expiry && !was_listed(t) {
        return Some(format!(
            "{} {expiry} was not listed on {}",
            trade.root().name(),
            trade.opened
        ));
    }
    if trade.opened == expiry && t > 0 && !was_listed(t - 1) {
        return Some(format!("{} {expiry} was not listed", trade.root().name()));
    }
    let before = history.view(t).back(1).map_or(snapshot.spot, |s| s.spot);
    let low = snapshot.extremes.spx_low.unwrap_or(snapshot.spot);
    let moved = (snapshot.spot - low).max((snapshot.spot - before).abs());
    trade.legs.iter().find_map(|leg| {
        let points = leg.open_points?;
        let contract = leg.contract();
        let quoted = points * trade.root().scale() as f64;
        let model = snapshot.mid(&contract)?.points();
        let most = (model + moved + LEG_SLACK.0) * LEG_SLACK.1;
        let least = (model - moved - LEG_SLACK.0) / LEG_SLACK.1;
        (quoted > most || quoted < least).then(|| {
            format!(
                "its leg {contract} opened at {points}, a price no market had on {}: the model says {model:.2} at the close",
                trade.opened
            )
        })
    })
}

/// A price as the log quotes it.
fn quoted(points: f64) -> Option<Price> {
    (points.abs() < 1e9).then(|| Price::from_points(points))
}

fn row(tier: &str, trade: &LoggedTrade, why: String, history: &MarketHistory) -> LogTradeRow {
    let state = if why.is_empty() { USED } else { LEFT_OUT };
    let worth = |date: NaiveDate| {
        let t = history.window(date, date).last()?;
        let (model, _, _) = engine::logged::marks(trade, history, t)?;
        Some(Price(model.0 / trade.root().scale()))
    };
    let fees = trade.entry_fees() + trade.exit_fees();
    let money = |price: Price| (price * trade.contracts).dollars(trade.multiplier());
    let pnl = trade.exit().map(|exit| money(trade.entry() + exit) + fees);
    LogTradeRow {
        tier: tier.to_string(),
        trade: trade.id.clone(),
        state: state.to_string(),
        opened: Some(trade.opened),
        closed: Some(trade.closed),
        contracts: Some(trade.contracts),
        legs: trade.legs_text(),
        entry_quoted: quoted(trade.entry_points),
        exit_quoted: trade.exit_points.and_then(quoted),
        entry_model: worth(trade.opened).filter(|_| why.is_empty()).map(|p| -p),
        exit_model: worth(trade.closed).filter(|_| why.is_empty()),
        fees_usd: Some(fees),
        pnl_usd: pnl.filter(|pnl| *pnl != Money(i64::MAX)),
        why,
    }
}

/// What every used trade was worth at each close of its life, the day it ended left out.
pub fn marks(config: &RunConfig, history: &MarketHistory) -> Vec<LogMarkRow> {
    let mut rows = Vec::new();
    for tier in &config.condor_tiers {
        let condor = &config.condors[tier];
        for trade in condor.log.iter().flat_map(|log| &log.trades) {
            for t in history.window(trade.opened, trade.closed) {
                let date = history.view(t).today().date;
                if date == trade.closed {
                    continue;
                }
                let Some((model, difference, mark)) = engine::logged::marks(trade, history, t)
                else {
                    continue;
                };
                rows.push(LogMarkRow {
                    tier: condor.name.clone(),
                    trade: trade.id.clone(),
                    date,
                    model: Some(model),
                    difference: Some(difference),
                    mark: Some(mark),
                });
            }
        }
    }
    rows
}

/// A finding for every trade that is left out.
pub fn findings(study: &Study) -> impl Iterator<Item = FindingRow> + '_ {
    let left_out = study.logged.iter().filter(|row| row.state == LEFT_OUT);
    left_out.map(|row| FindingRow {
        severity: "warning".into(),
        code: "log_trade_left_out".into(),
        series: row.tier.clone(),
        count: 1,
        first: row.opened,
        last: row.closed,
        message: format!("trade {}: {}", row.trade, row.why),
    })
}

/// How many trades of how many each log uses, in words.
pub fn notes(logged: &[LogTradeRow]) -> Vec<String> {
    let mut tiers: Vec<&str> = logged.iter().map(|row| row.tier.as_str()).collect();
    tiers.dedup();
    tiers.into_iter().map(|tier: &str| {
        let of = logged.iter().filter(|row| row.tier == tier);
        let used = of.clone().filter(|row| row.state == USED).count();
        format!(
            "The condors of {tier} are {used} of the {} trades of its log, at the log's prices; marks between are the model's, tied \
             to both ends (log_marks.csv). log_trades.csv says why the others are left out.",
            of.count()
        )
    }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_of_a_log_is_told_below_a_thousand_million_points() {
        assert_eq!(quoted(-999e6), Some(Price::from_points(-999e6)));
        assert_eq!(
            (quoted(1e9), quoted(-1e9), quoted(f64::INFINITY)),
            (None, None, None)
        );
    }
}
