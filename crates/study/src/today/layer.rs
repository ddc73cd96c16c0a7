//! One layer of an arm after the last session: what it decided and why, holds, and would order.

use std::collections::BTreeMap;

use ::book::event::{Event, LayerId, PackageId, Stage};
use ::book::journal::Entry;
use ::book::layers::LayerVec;
use ::book::portfolio::Portfolio;
use ::book::reason::Reason;
use chrono::NaiveDate;
use engine::execution::Execution;
use engine::simulator::Simulator;
use engine::simulator::outlook::Rehearsed;
use market::calendar::Calendar;
use market::history::MarketView;
use policy::arm::Arm;
use policy::condor::Cadence;
use policy::hedge::PaidFrom;
use policy::order::Order;
use tables::today::{Done, Held, LayerToday, OrderToday};

use super::book::{held, legs_text, unit};

/// A cadence that names no session in so many has none that matters.
const MOST_SESSIONS_AHEAD: usize = 70;

/// Every layer, condor tiers first. The simulator is used up: its orders are rehearsed.
pub fn all(
    arm: &Arm,
    execution: &Execution,
    simulator: Simulator<'_>,
    view: MarketView<'_>,
) -> Vec<LayerToday> {
    let date = view.today().date;
    let entries = &simulator.journal().entries;
    let own = &entries[entries.partition_point(|entry| entry.date < date)..];
    let owners = super::owners(&simulator);
    let told = Told {
        arm,
        view,
        owners: &owners,
        own,
    };
    let mut layers = LayerVec::of(arm.ids(), |id| told.layer(id, &simulator, execution));
    let book = simulator.portfolio().clone();
    for rehearsed in simulator.rehearse() {
        if let Some(layer) = rehearsed.layer {
            let of = &mut layers[layer];
            of.orders.push(order(&rehearsed, &book, of));
        }
    }
    layers.into_vec()
}

/// What an arm's layers are told from.
struct Told<'a> {
    arm: &'a Arm,
    view: MarketView<'a>,
    owners: &'a BTreeMap<PackageId, LayerId>,
    /// The entries of the session.
    own: &'a [Entry],
}

impl Told<'_> {
    fn layer(&self, id: LayerId, simulator: &Simulator<'_>, execution: &Execution) -> LayerToday {
        let arm = self.arm;
        let view = self.view;
        let portfolio = simulator.portfolio();
        let is_condor = arm.condor(id).is_some();
        let has_purse = arm
            .layer(id)
            .is_some_and(|rules| rules.paid_from == PaidFrom::Purse);
        let is_logged = arm.condor(id).is_some_and(|condor| condor.log.is_some());
        let (unit, no_unit) = match simulator.unit(id).filter(|_| !is_logged) {
            Some(Ok((quote, charge))) => {
                let charge = has_purse.then_some(charge);
                (Some(unit(quote, charge, view, execution)), String::new())
            }
            Some(Err(reason)) => (None, reason.words().to_string()),
            None => (None, String::new()),
        };
        let marks = portfolio.packages.iter().zip(simulator.marks());
        let holds = marks.filter(|(package, _)| package.layer == id);
        let decided = LayerToday {
            layer: arm.layer_name(id).to_string(),
            is_condor,
            signals: simulator.signals().words(arm, id, view),
            purse_usd: has_purse.then(|| portfolio.purses[id].balance),
            done: self.done(id),
            holds: holds.map(|(p, mark)| held(p, mark)).collect::<Vec<Held>>(),
            orders: Vec::new(),
            next_entry: next_entry(arm, id, view),
            unit,
            no_unit,
            action: String::new(),
            reason_code: String::new(),
            reason: String::new(),
            detail: String::new(),
        };
        self.with_decision(id, decided)
    }

    fn with_decision(&self, id: LayerId, layer: LayerToday) -> LayerToday {
        let decided = self.own.iter().find_map(|entry| match &entry.event {
            Event::Decided {
                layer,
                action,
                reason,
                detail,
            } if *layer == id => Some((*action, *reason, *detail)),
            _ => None,
        });
        match decided {
            None => layer,
            Some((action, reason, detail)) => LayerToday {
                action: action.name().to_string(),
                reason_code: reason.to_string(),
                reason: reason.words().to_string(),
                detail: detail.to_string(),
                ..layer
            },
        }
    }

    /// What filled, settled or was refused in the session.
    fn done(&self, id: LayerId) -> Vec<Done> {
        let trades = self.own.iter().filter(|entry| entry.stage < Stage::Mark);
        trades
            .filter_map(|entry| self.trade(id, &entry.event))
            .collect()
    }

    /// What an event did to a package of a layer.
    fn trade(&self, id: LayerId, event: &Event) -> Option<Done> {
        let owner = |package: &PackageId| self.owners.get(package).copied();
        let (what, layer, fill, reason) = match event {
            Event::Opened {
                package,
                layer,
                fill,
                ..
            } => ("opened", *layer, Some((package, fill)), String::new()),
            Event::Closed {
                package,
                reason,
                fill,
            } => {
                let reason = words(*reason, "");
                ("closed", owner(package)?, Some((package, fill)), reason)
            }
            Event::Settled { package, fill, .. } => {
                let reason = words(Reason::Expiry, "");
                ("settled", owner(package)?, Some((package, fill)), reason)
            }
            Event::Refused {
                layer,
                reason,
                detail,
            } => {
                let reason = words(*reason, &detail.to_string());
                ("refused", *layer, None, reason)
            }
            _ => return None,
        };
        (layer == id).then(|| Done {
            what: what.to_string(),
            package: fill.map(|(package, _)| package.0),
            contracts: fill.map(|(_, fill)| fill.contracts),
            price: fill.map(|(_, fill)| fill.net),
            reason,
        })
    }
}

/// A reason with its code and numbers: what a reader understands and a script can find.
fn words(reason: Reason, detail: &str) -> String {
    let more = if detail.is_empty() {
        String::new()
    } else {
        format!(": {detail}")
    };
    format!("{} ({reason}){more}", reason.words())
}

/// The next session on which a layer may buy or a tier may enter, by its calendar alone.
fn next_entry(arm: &Arm, id: LayerId, view: MarketView<'_>) -> Option<NaiveDate> {
    let calendar = Calendar::nyse();
    let cadence = match (arm.condor(id), arm.layer(id)) {
        (Some(condor), _) => condor.entry,
        (_, Some(layer)) => layer.entry.unwrap_or(Cadence::Session),
        _ => return None,
    };
    let ahead = std::iter::successors(view.next_session(), |date| calendar.next(*date));
    let mut ahead = ahead.take(MOST_SESSIONS_AHEAD);
    ahead.find(|date| cadence.is_entry(calendar, *date))
}

/// An order with what it came to in the rehearsal.
fn order(rehearsed: &Rehearsed, book: &Portfolio, layer: &LayerToday) -> OrderToday {
    let (kind, package, reason) = match rehearsed.order {
        Order::Open { .. } => ("open", None, layer.reason.clone()),
        Order::Close { package, reason } => ("close", Some(package), words(reason, "")),
        Order::Sell {
            package, reason, ..
        } => ("sell", Some(package), words(reason, "")),
        Order::Rest { package, .. } => {
            let reason = "a limit order rests for the session".to_string();
            ("rest", Some(package), reason)
        }
    };
    let held = package.and_then(|id| book.package(id));
    let mut told = OrderToday {
        order: kind.to_string(),
        package: package.map(|id| id.0),
        reason,
        contracts: held.map(|package| package.contracts),
        legs: held.map_or(String::new(), |package| legs_text(&package.legs)),
        expiry: held.and_then(|package| package.legs[0].contract.expires()),
        price: None,
        mid: None,
        cash_usd: None,
        fees_usd: None,
        purse_left_usd: rehearsed.purse.filter(|_| layer.purse_usd.is_some()),
        refused: String::new(),
    };
    if let Order::Rest {
        contracts, limit, ..
    } = rehearsed.order
    {
        told.contracts = Some(contracts);
        told.price = Some(limit);
    }
    for event in &rehearsed.events {
        match event {
            Event::Opened { fill, .. } | Event::Closed { fill, .. } => {
                told.contracts = Some(fill.contracts);
                told.legs = legs_text(&fill.legs);
                told.expiry = fill.legs[0].contract.expires();
                told.price = Some(fill.net);
                told.mid = Some(fill.net_mid);
                told.cash_usd = Some(fill.cash());
                told.fees_usd = Some(fill.fees);
            }
            Event::Refused { reason, detail, .. } => {
                told.refused = words(*reason, &detail.to_string());
            }
            _ => {}
        }
    }
    told
}
