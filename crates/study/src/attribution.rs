//! Where the P&L came from: by reason, by kind of leg and by greek, layer by layer, each summing to the layer's P&L to
//! the cent.
//!
//! Derived from the journal and the market after the run; nothing of it is computed in the day loop.
//!
//! - *Reason.* Premium paid or received at mid; sales at mid; settlements; a future's carry, which is what it would have
//!   gained if VIX had stayed where it was at the purchase, and its variation beyond that; the variation of a fund sold
//!   short, which is margined as a future is but has no carry towards VIX; slippage; fees. Interest is the account's.
//! - *Leg.* Cash of each leg at its own fills; fees apart.
//! - *Greek.* Each leg from close to close: delta, gamma, vega, theta, vanna and volga of the close before times what
//!   forward, volatility and calendar did; the residual is what they do not explain, settlement included.

mod column;
pub(crate) mod found;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use book::event::{Event, LayerId, LegFill, PackageFill, PackageId};
use book::layers::LayerVec;
use market::contract::{Contract, Right, Root};
use market::history::MarketHistory;
use market::price::{Money, Price};

use crate::attribution::column::{Column, Columns, TERMS};
use tables::{AttributionRow, GreekRow, Word};

pub use crate::attribution::found::{Attribution, GREEKS, GreekDay, LayerAttribution};
use crate::results::{ArmKind, ArmResult, Replay, Study, WindowResult};

/// A package on the way from its opening to its end.
#[derive(Clone)]
struct Held<'c> {
    id: PackageId,
    layer: LayerId,
    legs: Arc<[LegFill]>,
    /// The column of each leg; none of a package that no night passed with.
    columns: Arc<[Option<&'c Column>]>,
    contracts: i64,
    multiplier: i64,
}

/// The attribution of every arm of a window; twins, which are scaled copies, have none.
pub(crate) fn of_window(
    history: &MarketHistory,
    window: &Range<usize>,
    replays: &[Replay],
) -> Vec<Option<Attribution>> {
    let is_shown = |arm: &Replay| arm.kind != ArmKind::EqualSpendTwin;
    let shown: Vec<&Replay> = replays.iter().filter(|arm| is_shown(arm)).collect();
    let columns = columns(history, window, &shown);
    crate::batch::map(replays, |arm| {
        is_shown(arm).then(|| attribute(history, window, arm, &columns))
    })
}

/// One column per contract, over all closes at which some arm holds it.
fn columns(history: &MarketHistory, window: &Range<usize>, arms: &[&Replay]) -> Columns {
    let mut held: BTreeMap<Contract, Range<usize>> = BTreeMap::new();
    for trade in arms.iter().flat_map(|arm| &arm.statement.trades) {
        let span = history.window(trade.package.opened, trade.closed);
        // From the close of the opening to the close before the end.
        let closes = span.start.max(window.start)..span.end.saturating_sub(1);
        for leg in trade.package.legs.iter().filter(|_| !closes.is_empty()) {
            let all = held.entry(leg.contract).or_insert(closes.clone());
            *all = all.start.min(closes.start)..all.end.max(closes.end);
        }
    }
    let wanted: Vec<(Contract, Range<usize>)> = held.into_iter().collect();
    let made = crate::batch::map(&wanted, |(contract, closes)| {
        Column::new(history, contract, closes.clone())
    });
    wanted
        .into_iter()
        .map(|(contract, _)| contract)
        .zip(made)
        .collect()
}

fn attribute(
    history: &MarketHistory,
    window: &Range<usize>,
    arm: &Replay,
    columns: &Columns,
) -> Attribution {
    let mut out = Attribution {
        layers: LayerVec::defaults(arm.arm.layers()),
        ..Attribution::default()
    };
    let mut held: Vec<Held<'_>> = Vec::new();
    for (at, (_, entries)) in arm.run.journal.by_session().enumerate() {
        let vix = history.view(window.start + at).today().vix;
        entries
            .iter()
            .for_each(|entry| book_event(&entry.event, vix, (&mut held, columns), &mut out));
        let (greeks, tomorrow) = night(window.start + at, &held, arm, &mut out.layers);
        out.greeks.push(greeks);
        if at == 0 {
            out.days.push(GreekDay::default());
        }
        if at + 1 < window.len() {
            out.days.push(tomorrow);
        }
    }
    out
}

fn book_event<'c>(
    event: &Event,
    vix: f64,
    (held, columns): (&mut Vec<Held<'c>>, &'c Columns),
    out: &mut Attribution,
) {
    match event {
        Event::Interest { amount, .. } => out.interest += *amount,
        Event::Opened {
            package,
            layer,
            fill,
            ..
        } => {
            let of = &mut out.layers[*layer];
            let paid = book_fill(of, fill, 1);
            *of.reason("premium") += paid;
            // The contract says what it is: a fund sold short is margined too, and no future on VIX.
            for leg in fill.legs.iter().filter(|leg| leg.contract.root == Root::Vx) {
                let carry = ((Price::from_points(vix) - leg.mid) * (leg.quantity * fill.contracts))
                    .dollars(fill.multiplier);
                *of.reason("carry") += carry;
                *of.reason("variation") -= carry;
            }
            let legs = Arc::clone(&fill.legs);
            let own = legs.iter().map(|leg| columns.get(&leg.contract)).collect();
            let contracts = fill.contracts;
            held.push(Held {
                id: *package,
                layer: *layer,
                legs,
                columns: own,
                contracts,
                multiplier: fill.multiplier,
            });
        }
        Event::Split {
            package,
            part,
            contracts,
        } => {
            let at = held
                .iter()
                .position(|h| h.id == *package)
                .expect("a part of an open package");
            held[at].contracts -= contracts;
            held.push(Held {
                id: *part,
                contracts: *contracts,
                ..held[at].clone()
            });
        }
        Event::Closed { package, fill, .. } => leave(*package, "sales", fill, held, out),
        Event::Settled { package, fill, .. } => leave(*package, "settlement", fill, held, out),
        Event::Variation {
            package, amount, ..
        } => {
            let owner = held
                .iter()
                .find(|h| h.id == *package)
                .expect("variation of an open package");
            let of = &mut out.layers[owner.layer];
            *of.reason("variation") += *amount;
            *of.leg(kind(&owner.legs[0].contract)) += *amount;
            of.at_mid += *amount;
        }
        _ => {}
    }
}

fn leave(
    package: PackageId,
    reason: &str,
    fill: &PackageFill,
    held: &mut Vec<Held<'_>>,
    out: &mut Attribution,
) {
    let at = held
        .iter()
        .position(|h| h.id == package)
        .expect("only open packages end");
    let of = &mut out.layers[held[at].layer];
    let got = book_fill(of, fill, -1);
    *of.reason(reason) += got;
    held[at].contracts -= fill.contracts;
    if held[at].contracts <= 0 {
        held.remove(at);
    }
}

/// Books slippage, fees and the legs of a trade in the direction `side` of what is held, and returns its cash at mid.
fn book_fill(of: &mut LayerAttribution, fill: &PackageFill, side: i64) -> Money {
    *of.reason("slippage") += fill.slippage();
    *of.reason("fees") += fill.fees;
    *of.leg("fees") += fill.fees;
    for leg in fill.legs.iter() {
        let price = if fill.margined {
            leg.fill - leg.mid
        } else {
            leg.fill
        };
        *of.leg(kind(&leg.contract)) +=
            (price * (-side * leg.quantity * fill.contracts)).dollars(fill.multiplier);
    }
    if fill.margined {
        return Money::ZERO;
    }
    let at_mid = fill.cash() - fill.slippage();
    of.at_mid += at_mid;
    at_mid
}

fn kind(contract: &Contract) -> &'static str {
    match (contract.option, contract.root) {
        (Some((Right::Put, _)), _) => "put",
        (Some((Right::Call, _)), _) => "call",
        (None, Root::Vx) => "future",
        (None, _) => "fund",
    }
}

/// What is held at the close of session `t`: the greeks of the book, and what they say about the next session.
fn night(
    t: usize,
    held: &[Held<'_>],
    arm: &Replay,
    layers: &mut LayerVec<LayerAttribution>,
) -> ([f64; GREEKS], GreekDay) {
    let mut greeks = [0.0; GREEKS];
    let mut terms = [0.0; TERMS.len()];
    let mut day = GreekDay::default();
    for package in held {
        for (leg, column) in package.legs.iter().zip(package.columns.iter()) {
            let step = column.expect("a column of what is held").step(t);
            let size = (leg.quantity * package.contracts * package.multiplier) as f64;
            add_greeks(&mut greeks, &leg.contract, step.greeks, size);
            let explained: f64 = step.terms.iter().sum();
            let residual = (step.change.points() - explained) * size;
            day.residual += residual;
            if arm.arm.is_condor(package.layer) {
                day.condor.0 += residual;
                day.condor.1 += step.terms[3] * size;
            }
            let of = &mut layers[package.layer].terms;
            for ((sum, layer), term) in terms.iter_mut().zip(of).zip(step.terms) {
                *sum += term * size;
                *layer += term * size;
            }
        }
    }
    day.gross = terms.iter().map(|term| term.abs()).sum();
    (greeks, day)
}

/// Adds one leg: SPX and VIX apart, because their points and their volatilities are not the same thing.
fn add_greeks(greeks: &mut [f64; GREEKS], contract: &Contract, of_one: [f64; 4], size: f64) {
    let [delta, gamma, vega, theta] = of_one.map(|greek| greek * size);
    greeks[3] += theta / 365.0;
    let parts = [delta, gamma, vega / 100.0];
    let from = match contract.root {
        Root::Vix | Root::Vx => 4,
        _ => 0,
    };
    greeks[from..from + 3]
        .iter_mut()
        .zip(parts)
        .for_each(|(sum, part)| *sum += part);
}

/// The rows of `attribution.csv`: parts that are zero are left out.
pub fn rows(study: &Study) -> Vec<AttributionRow> {
    let mut rows = Vec::new();
    for (window, arm, attribution) in shown(study) {
        let mut row = |layer: &str, kind: &str, component: &str, usd: Money| {
            if usd != Money::ZERO {
                rows.push(AttributionRow {
                    window: window.window.name.clone(),
                    arm: arm.replay.name.clone(),
                    layer: layer.to_string(),
                    kind: kind.to_string(),
                    component: component.to_string(),
                    usd,
                });
            }
        };
        for (id, layer) in arm
            .replay
            .arm
            .condor_ids()
            .chain(arm.replay.arm.hedge_ids())
            .zip(&attribution.layers)
        {
            let name = arm.replay.arm.layer_name(id);
            layer
                .by_reason()
                .for_each(|(component, usd)| row(name, "reason", component, usd));
            layer
                .by_leg()
                .for_each(|(component, usd)| row(name, "leg", component, usd));
            layer
                .by_greek()
                .into_iter()
                .for_each(|(component, usd)| row(name, "greek", component, usd));
        }
        row("account", "reason", "interest", attribution.interest);
    }
    rows
}

/// The rows of `greeks.csv`.
pub fn greek_rows(study: &Study) -> Vec<GreekRow> {
    let mut rows = Vec::new();
    for (window, arm, attribution) in shown(study) {
        let in_window = Word::shared(&window.window.name);
        let of_arm = Word::shared(&arm.replay.name);
        for (date, greeks) in window.sessions.iter().zip(&attribution.greeks) {
            let [delta, gamma, vega, theta, vix_delta, vix_gamma, vix_vega] = greeks.map(Some);
            rows.push(GreekRow {
                window: in_window.clone(),
                arm: of_arm.clone(),
                date: *date,
                delta,
                gamma,
                vega,
                theta,
                vix_delta,
                vix_gamma,
                vix_vega,
            });
        }
    }
    rows
}

fn shown(study: &Study) -> impl Iterator<Item = (&WindowResult, &ArmResult, &Attribution)> {
    study.windows.iter().flat_map(|w| -> Vec<_> {
        let w: &WindowResult = w;
        w.arms
            .iter()
            .filter_map(|arm| Some((w, arm, arm.attribution.as_ref()?)))
            .collect()
    })
}
