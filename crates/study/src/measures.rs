//! Further numbers of an arm, one per row: rates of return of its layers, its beta, its returns on three bases of
//! capital, how often it adds, how well its greeks explain it; and of the market, the half-life of VIX.

use std::collections::BTreeMap;
use std::ops::Range;

use book::event::{Event, LayerId, PackageId};
use book::journal::{Entry, Journal};
use chrono::{Datelike, NaiveDate};
use market::history::{MarketHistory, Snapshot};
use market::price::Money;
use stats::irr::{irr, is_unique, npv};
use stats::regression::{beta, downside_beta, half_life};

use tables::{MeasureRow, Quantity};

use crate::curves::daily;
use crate::results::{ArmKind, ArmResult, Replay, Study};

/// Sessions of one estimate of beta (docs/claims.md, row N2).
const BETA_SESSIONS: usize = 63;
/// Sessions in a month of the count of additions (docs/claims.md, row M6).
const MONTH_SESSIONS: f64 = 21.0;
/// Moves of the index that count as ordinary for the greeks (docs/model.md#attribution).
const ORDINARY_MOVE: f64 = 0.02;

/// The measures of a window.
pub(crate) fn of_window(
    history: &MarketHistory,
    window: &str,
    range: &Range<usize>,
    arms: &[ArmResult],
) -> Vec<MeasureRow> {
    let of = |value: fn(&Snapshot) -> f64| {
        let sessions = range.clone();
        sessions.map(move |t| value(history.view(t).today()))
    };
    let closes: Vec<f64> = of(|today| today.spot).collect();
    let vix: Vec<f64> = of(|today| market::math::ln(today.vix)).collect();
    let rate = of(|today| today.overnight_rate).sum::<f64>() / range.len().max(1) as f64;
    let sessions: Vec<NaiveDate> = range
        .clone()
        .map(|t| history.view(t).today().date)
        .collect();
    let mut rows = vec![MeasureRow {
        window: window.to_string(),
        ..measure(
            "vix_half_life_sessions",
            vix.len(),
            half_life(&vix),
            "of the logarithm, first-order autoregression",
        )
    }];
    for arm in arms
        .iter()
        .filter(|arm| arm.replay.kind != ArmKind::EqualSpendTwin)
    {
        let replay = &arm.replay;
        let mut own = betas(replay, &closes, &sessions);
        own.extend(returns(arm));
        own.extend(residual(arm, &closes));
        own.extend(rates_of_return(replay, rate));
        rows.extend(own.into_iter().map(|row| MeasureRow {
            window: window.to_string(),
            arm: replay.name.clone(),
            ..row
        }));
    }
    rows
}

/// Beta to the index over the whole window and over the last 63 sessions at the end of each quarter.
fn betas(arm: &Replay, closes: &[f64], sessions: &[NaiveDate]) -> Vec<MeasureRow> {
    let market: Vec<f64> = closes
        .windows(2)
        .map(|pair| pair[1] / pair[0] - 1.0)
        .collect();
    let book: Vec<f64> = daily(&arm.run.curve, arm.start)
        .iter()
        .skip(1)
        .map(|day| day.usd() / arm.start.usd())
        .collect();
    let rows = |period: String, from: usize, to: usize| {
        let book = &book[from..to];
        let market = &market[from..to];
        let falls = market.iter().filter(|r| **r < 0.0).count();
        let note = "slope of daily trading P&L over starting capital on the index return";
        [
            MeasureRow {
                period: period.clone(),
                ..measure("beta", to - from, beta(book, market), note)
            },
            MeasureRow {
                period,
                ..measure("downside_beta", falls, downside_beta(book, market), note)
            },
        ]
    };
    let mut all: Vec<MeasureRow> = rows(String::new(), 0, market.len()).into();
    for end in 1..sessions.len() {
        let quarter = |date: NaiveDate| (date.year(), date.month0() / 3);
        let is_last = sessions
            .get(end + 1)
            .is_none_or(|next| quarter(*next) != quarter(sessions[end]));
        if is_last && end >= BETA_SESSIONS {
            let (year, index) = quarter(sessions[end]);
            all.extend(rows(
                format!("{year}Q{}", index + 1),
                end - BETA_SESSIONS,
                end,
            ));
        }
    }
    all
}

/// P&L on three bases of capital, and purchases per month.
fn returns(arm: &ArmResult) -> Vec<MeasureRow> {
    let sessions = arm.replay.statement.sessions.len();
    let pnl = arm.summary.pnl.usd();
    let of = &arm.replay.arm;
    let condors = arm
        .replay
        .statement
        .trades
        .iter()
        .filter(|trade| of.is_condor(trade.package.layer));
    let risked: f64 = condors
        .map(|trade| {
            let p = &trade.package;
            (p.margin_per_unit * p.contracts - (p.entry_net * p.contracts).dollars(p.multiplier))
                .usd()
        })
        .sum();
    let entries = &arm.replay.run.journal.entries;
    let adds = entries
        .iter()
        .filter_map(opened_layer)
        .filter(|layer| !of.is_condor(*layer))
        .count();
    let over = |base: f64| (base > 0.0).then(|| pnl / base);
    let mut rows = vec![
        measure(
            "return_on_equity",
            sessions,
            over(arm.replay.start.usd()),
            "of the whole window, on starting capital",
        ),
        measure(
            "return_on_average_margin",
            sessions,
            arm.summary.return_on_margin,
            "per year of 252 sessions",
        ),
        measure(
            "return_on_max_loss",
            sessions,
            over(risked),
            "on what all condors together could have lost",
        ),
    ];
    if arm.replay.kind != ArmKind::Unhedged {
        let per_month = adds as f64 / (sessions as f64 / MONTH_SESSIONS);
        rows.push(measure(
            "hedge_purchases_per_month",
            adds,
            Some(per_month),
            "months of 21 sessions",
        ));
    }
    rows
}

/// The layer in which an entry opens a package.
fn opened_layer(entry: &Entry) -> Option<LayerId> {
    match entry.event {
        Event::Opened { layer, .. } => Some(layer),
        _ => None,
    }
}

/// Median of what the greeks do not explain over the sum of what they do, on ordinary days.
fn residual(arm: &ArmResult, closes: &[f64]) -> Option<MeasureRow> {
    let days = &arm.attribution.as_ref()?.days;
    let mut shares: Vec<f64> = (1..days.len())
        .filter(|at| {
            (closes[*at] / closes[at - 1] - 1.0).abs() < ORDINARY_MOVE && days[*at].gross > 0.0
        })
        .map(|at| days[at].residual.abs() / days[at].gross)
        .collect();
    shares.sort_by(f64::total_cmp);
    Some(measure(
        "greek_residual_share",
        shares.len(),
        stats::interval::quantile(&shares, 0.5),
        "median over sessions with an index move below 2 %",
    ))
}

/// Internal rate of return, net present value and P&L over premium of each hedge layer.
fn rates_of_return(arm: &Replay, rate: f64) -> Vec<MeasureRow> {
    arm.arm
        .hedge_ids()
        .flat_map(|id| rates_of_layer(arm, id, rate))
        .collect()
}

fn rates_of_layer(arm: &Replay, id: LayerId, rate: f64) -> [MeasureRow; 3] {
    let ledger = &arm.run.portfolio.ledgers[id];
    let (flows, has_future) = cash_by_day(arm, id);
    let note = match (has_future, irr(&flows)) {
        (true, _) => "a future ties up margin, not premium: no rate",
        (_, None) => "no rate from -99.99 % a year up makes the flows worth nothing: no rate",
        (_, Some(_)) if !is_unique(&flows) => {
            "the flows change their sign more than once: another rate may solve it too"
        }
        _ => "per year, compounded yearly",
    };
    let layer = || arm.arm.layer_name(id).to_string();
    let sessions = flows.iter().filter(|cash| **cash != 0.0).count();
    let row = |name, value, note| MeasureRow {
        layer: layer(),
        ..measure(name, sessions, value, note)
    };
    let premium = (ledger.premium > Money::ZERO).then(|| ledger.pnl().usd() / ledger.premium.usd());
    [
        row("hedge_irr", irr(&flows).filter(|_| !has_future), note),
        row(
            "hedge_npv_usd",
            npv(&flows, rate),
            "at the mean overnight rate of the window",
        ),
        row(
            "hedge_pnl_per_premium",
            premium,
            "P&L after costs over gross premium",
        ),
    ]
}

/// Cash of a layer by calendar day since the first, and whether a future is among what it bought.
fn cash_by_day(arm: &Replay, id: LayerId) -> (Vec<f64>, bool) {
    let (packages, has_future) = package_flows(&arm.run.journal, id);
    let mut by_date: BTreeMap<NaiveDate, Money> = BTreeMap::new();
    for (date, cash) in packages.values().flat_map(|package| &package.flows) {
        *by_date.entry(*date).or_default() += *cash;
    }
    by_date.retain(|_, cash| *cash != Money::ZERO);
    let mut by_day = Vec::new();
    if let Some(first) = by_date.keys().next() {
        for (date, cash) in &by_date {
            let day = (*date - *first).num_days() as usize;
            by_day.resize(day, 0.0);
            by_day.push(cash.usd());
        }
    }
    (by_day, has_future)
}

/// Dated cash of one purchase, with that of the parts sold alone, and what was paid for it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PackageCash {
    /// One flow per session with any, in order.
    pub flows: Vec<(NaiveDate, Money)>,
    /// Paid for what was bought, before fees.
    pub premium: Money,
}

/// Dated cash of every purchase of a layer, by package, and whether a future is among them.
pub fn package_flows(journal: &Journal, id: LayerId) -> (BTreeMap<PackageId, PackageCash>, bool) {
    // A part that left a package still belongs to the purchase that paid for it.
    let mut purchases: BTreeMap<PackageId, PackageId> = BTreeMap::new();
    let mut all: BTreeMap<PackageId, PackageCash> = BTreeMap::new();
    let mut has_future = false;
    for entry in &journal.entries {
        let (package, cash) = match &entry.event {
            Event::Opened {
                package,
                layer,
                fill,
                ..
            } if *layer == id => {
                purchases.insert(*package, *package);
                has_future |= fill.margined;
                all.entry(*package).or_default().premium -= fill.cash().min(Money::ZERO);
                (package, fill.cash() + fill.fees)
            }
            Event::Split { package, part, .. } => {
                if let Some(purchase) = purchases.get(package).copied() {
                    purchases.insert(*part, purchase);
                }
                continue;
            }
            Event::Closed { package, fill, .. } | Event::Settled { package, fill, .. } => {
                (package, fill.cash() + fill.fees)
            }
            Event::Variation {
                package, amount, ..
            } => (package, *amount),
            _ => continue,
        };
        let Some(own) = purchases
            .get(package)
            .and_then(|purchase| all.get_mut(purchase))
        else {
            continue;
        };
        match own.flows.last_mut() {
            Some((date, sum)) if *date == entry.date => *sum += cash,
            _ => own.flows.push((entry.date, cash)),
        }
    }
    (all, has_future)
}

/// The rows of `measures.csv`.
pub fn rows(study: &Study) -> Vec<MeasureRow> {
    let all = study.windows.iter().flat_map(|window| &window.measures);
    all.cloned().collect()
}

/// A number of the whole book over the whole window; whose it is, is said by who collects it.
fn measure(name: &str, n: usize, value: Option<f64>, note: &str) -> MeasureRow {
    MeasureRow {
        measure: name.to_string(),
        n: Some(n),
        value: Quantity::of(name, value),
        note: note.to_string(),
        ..MeasureRow::default()
    }
}
