//! `journal.parquet`: every event of every arm as flat rows, one per leg where an event has legs.

use book::event::{Event, LegFill, PackageFill, PackageId};
use book::journal::Entry;
use chrono::NaiveDate;
use market::price::Money;

use crate::results::{ArmResult, Study};

/// One row. Money is in cents, prices in 1/10,000 point: the journal is exact.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JournalRow {
    /// Position of the event in its arm's journal.
    pub seq: i64,
    /// Window.
    pub window: String,
    /// Arm.
    pub arm: String,
    /// Session.
    pub date: NaiveDate,
    /// Step of the day.
    pub stage: &'static str,
    /// Kind of event.
    pub event: &'static str,
    /// Layer, where the event has one.
    pub layer: Option<String>,
    /// Package, where the event has one.
    pub package: Option<i64>,
    /// Reason code, where the event has one.
    pub reason: Option<String>,
    /// Contract of the leg.
    pub contract: Option<String>,
    /// Contracts per unit as held.
    pub quantity: Option<i64>,
    /// Units.
    pub contracts: Option<i64>,
    /// Mid of the leg [1/10,000 point].
    pub mid: Option<i64>,
    /// Price of the leg, or the settlement value [1/10,000 point].
    pub price: Option<i64>,
    /// Delta of the leg at an opening.
    pub delta: Option<f64>,
    /// Money moved (cents): cash of the fill on its first leg, interest, variation, purse amount, market value.
    pub amount_cents: Option<i64>,
    /// Fees of the fill, on its first leg (cents).
    pub fees_cents: Option<i64>,
    /// A second amount (cents): slippage of a fill, lapsed or forgone money of a purse, margin.
    pub other_cents: Option<i64>,
    /// Numbers of a decision in words.
    pub detail: Option<String>,
    /// Where the mid of the leg comes from, or that of a package's marks from now on.
    pub source: Option<&'static str>,
}

/// All rows, in the order of windows, arms and events.
pub fn rows(study: &Study) -> Vec<JournalRow> {
    let mut all = Vec::new();
    for window in &study.windows {
        for arm in &window.arms {
            for (seq, entry) in arm.run.journal.entries.iter().enumerate() {
                let base = JournalRow {
                    seq: seq as i64,
                    window: window.window.name.clone(),
                    arm: arm.name.clone(),
                    date: entry.date,
                    stage: entry.stage.name(),
                    ..JournalRow::default()
                };
                flatten(arm, entry, base, &mut all);
            }
        }
    }
    all
}

fn flatten(arm: &ArmResult, entry: &Entry, base: JournalRow, out: &mut Vec<JournalRow>) {
    let layer = |id| Some(arm.arm.layer_name(id).to_string());
    let package = |id: PackageId| Some(i64::from(id.0));
    let cents = |m: Money| Some(m.0);
    match &entry.event {
        Event::Interest { amount, rate } => out.push(JournalRow {
            event: "interest",
            amount_cents: cents(*amount),
            detail: Some(format!("rate {rate:.6}")),
            ..base
        }),
        Event::Opened {
            package: id,
            layer: owner,
            fill,
            margin_per_unit,
        } => {
            let first = JournalRow {
                event: "opened",
                layer: layer(*owner),
                package: package(*id),
                ..base
            };
            legs(
                fill,
                JournalRow {
                    detail: Some(format!("margin per unit {margin_per_unit} USD")),
                    ..first
                },
                out,
            );
        }
        Event::Closed {
            package: id,
            reason,
            fill,
        } => {
            let reason = Some(reason.to_string());
            legs(
                fill,
                JournalRow {
                    event: "closed",
                    package: package(*id),
                    reason,
                    ..base
                },
                out,
            );
        }
        Event::Settled {
            package: id,
            value,
            proxy,
            fill,
        } => {
            let detail = Some(format!(
                "settled at {value}{}",
                if *proxy { " (proxy)" } else { "" }
            ));
            let reason = Some("expiry".to_string());
            legs(
                fill,
                JournalRow {
                    event: "settled",
                    package: package(*id),
                    reason,
                    detail,
                    ..base
                },
                out,
            );
        }
        Event::Split {
            package: id,
            part,
            contracts,
        } => out.push(JournalRow {
            event: "split",
            package: package(*id),
            contracts: Some(*contracts),
            detail: Some(format!("part {}", part.0)),
            ..base
        }),
        Event::SourceChanged {
            package: id,
            from,
            to,
        } => out.push(JournalRow {
            event: "source_changed",
            package: package(*id),
            detail: Some(format!("from {} to {}", from.name(), to.name())),
            source: Some(to.name()),
            ..base
        }),
        Event::Variation {
            package: id,
            settle,
            amount,
        } => out.push(JournalRow {
            event: "variation",
            package: package(*id),
            price: Some(settle.0),
            amount_cents: cents(*amount),
            ..base
        }),
        Event::PurseCredited {
            layer: owner,
            amount,
            lapsed,
        } => out.push(JournalRow {
            event: "purse_credited",
            layer: layer(*owner),
            amount_cents: cents(*amount),
            other_cents: cents(*lapsed),
            ..base
        }),
        Event::PurseCharged {
            layer: owner,
            spent,
            forgone,
            premium,
        } => out.push(JournalRow {
            event: "purse_charged",
            layer: layer(*owner),
            amount_cents: cents(*spent),
            other_cents: cents(*forgone),
            detail: Some(format!("premium {premium} USD")),
            ..base
        }),
        Event::PurseRefilled {
            layer: owner,
            amount,
        } => out.push(JournalRow {
            event: "purse_refilled",
            layer: layer(*owner),
            amount_cents: cents(*amount),
            ..base
        }),
        Event::Marked {
            values,
            defined_risk_margin,
            futures_margin,
            carried,
        } => {
            let margin = *defined_risk_margin + *futures_margin;
            for (index, value) in values.iter().enumerate() {
                let id = book::event::LayerId(index as u8);
                let detail = (*carried > 0).then(|| format!("{carried} marks carried"));
                out.push(JournalRow {
                    event: "marked",
                    layer: layer(id),
                    amount_cents: cents(*value),
                    other_cents: (index == 0).then_some(margin.0),
                    detail,
                    ..base.clone()
                });
            }
        }
        Event::Decided {
            layer: owner,
            action,
            reason,
            detail,
        } => out.push(JournalRow {
            event: "decided",
            layer: layer(*owner),
            reason: Some(reason.to_string()),
            detail: Some(format!("{} {detail}", action.name()).trim_end().to_string()),
            ..base
        }),
        Event::Refused {
            layer: owner,
            reason,
            detail,
        } => out.push(JournalRow {
            event: "refused",
            layer: layer(*owner),
            reason: Some(reason.to_string()),
            detail: Some(detail.to_string()),
            ..base
        }),
    }
}

fn legs(fill: &PackageFill, base: JournalRow, out: &mut Vec<JournalRow>) {
    for (index, leg) in fill.legs.iter().enumerate() {
        let LegFill {
            contract,
            quantity,
            mid,
            fill: price,
            delta,
            source,
        } = leg;
        let first = index == 0;
        out.push(JournalRow {
            contract: Some(contract.to_string()),
            quantity: Some(*quantity),
            contracts: Some(fill.contracts),
            mid: Some(mid.0),
            price: Some(price.0),
            delta: Some(*delta),
            source: Some(source.name()),
            amount_cents: first.then(|| fill.cash().0),
            fees_cents: first.then_some(fill.fees.0),
            other_cents: first.then(|| fill.slippage().0),
            detail: base.detail.clone().filter(|_| first),
            ..base.clone()
        });
    }
}
