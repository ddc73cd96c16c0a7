//! `decisions.csv`: what every layer of every arm did at each close, and what its signals said.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use book::event::{Action, Event, LayerId, PackageId};
use book::journal::Entry;
use book::reason::Reason;
use policy::policy_signals::PolicySignals;
use tables::{DecisionRow, Word};

use crate::names::Names;
use crate::results::{ArmResult, Replay, Study, WindowResult};

/// `decisions.csv`: one row per window, arm, session and layer, also for what was not done. An arm at a time: the table of
/// all arms is among the largest, and its rows need not stand beside it.
pub fn rows(study: &Study) -> impl Iterator<Item = DecisionRow> + '_ {
    study
        .arms()
        .flat_map(|(window, arm)| of_arm(study, window, arm))
}

/// Those of one arm over one window.
pub(crate) fn of_arm(study: &Study, window: &WindowResult, arm: &ArmResult) -> Vec<DecisionRow> {
    let replay = &arm.replay;
    let arm = &replay.arm;
    let names = Names::new((&window.window.name, &replay.name), arm);
    let owners = owners(replay);
    let signals = PolicySignals::new(arm, &study.history);
    let mut rows = Vec::with_capacity(window.sessions.len() * arm.layers());
    for (index, (date, entries)) in replay.run.journal.by_session().enumerate() {
        let regime = Word::shared(&arm.hedge.tier.describe(&replay.run.regimes[index]));
        let view = study.history.view(window.range.start + index);
        // The signals that set the weight of the whole hedge say the same to each of its layers.
        let weight = OnceCell::new();
        for (layer, outcome) in outcomes(&owners, entries) {
            let mut words = signals.own_words(arm, layer, view);
            if !arm.is_condor(layer) {
                let of_weight = weight.get_or_init(|| signals.weight_words(arm, view));
                words.extend(of_weight.iter().cloned());
            }
            rows.push(DecisionRow {
                window: names.window.clone(),
                arm: names.arm.clone(),
                layer: names.layer(layer),
                date,
                regime: regime.clone(),
                action: outcome.action.into(),
                reason_code: outcome.reason.code().into(),
                detail: together(outcome.detail, "; "),
                signals: together(words, " | "),
            });
        }
    }
    rows
}

/// Parts in one text.
fn together(mut parts: Vec<String>, between: &str) -> String {
    match parts.len() {
        0 | 1 => parts.pop().unwrap_or_default(),
        _ => parts.join(between),
    }
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
fn owners(arm: &Replay) -> BTreeMap<PackageId, LayerId> {
    arm.statement
        .trades
        .iter()
        .map(|trade| (trade.package.id, trade.package.layer))
        .collect()
}

/// The outcome of each layer in one session's entries.
fn outcomes(packages: &BTreeMap<PackageId, LayerId>, entries: &[Entry]) -> Vec<(LayerId, Outcome)> {
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
        note(
            all.entry(layer).or_insert_with(|| Outcome {
                action: Action::None.name(),
                reason: Reason::Hold,
                detail: Vec::new(),
            }),
            entry,
        );
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
