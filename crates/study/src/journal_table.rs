//! `journal.parquet`: every event of every arm as flat rows, one per leg where an event has legs.

use book::event::{Detail, Event, LegFill, PackageFill, PackageId};
use book::journal::{Entry, JOURNAL_VERSION};
use market::price::Money;
use tables::JournalRow;

use crate::results::{ArmResult, Study};

/// All rows, in the order of windows, arms and events.
pub fn rows(study: &Study) -> Vec<JournalRow> {
    let mut all = Vec::new();
    for window in &study.windows {
        for arm in &window.arms {
            let begin = all.len();
            for (seq, entry) in arm.run.journal.entries.iter().enumerate() {
                let base = JournalRow {
                    seq: seq as i64,
                    window: window.window.name.clone(),
                    arm: arm.name.clone(),
                    date: entry.date,
                    stage: entry.stage.name().to_string(),
                    journal_version: i64::from(JOURNAL_VERSION),
                    ..JournalRow::default()
                };
                flatten(arm, entry, base, &mut all);
            }
            if let Some(first) = all.get_mut(begin) {
                first.start_cents = Some(arm.start.0);
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
            event: "interest".to_string(),
            amount_cents: cents(*amount),
            detail: Some(format!("rate {rate:.6}")),
            rate: Some(*rate),
            ..base
        }),
        Event::Opened {
            package: id,
            layer: owner,
            fill,
            margin_per_unit,
        } => {
            let first = JournalRow {
                event: "opened".to_string(),
                layer: layer(*owner),
                package: package(*id),
                ..base
            };
            legs(
                fill,
                JournalRow {
                    detail: Some(format!("margin per unit {margin_per_unit} USD")),
                    margin_per_unit_cents: cents(*margin_per_unit),
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
                    event: "closed".to_string(),
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
                    event: "settled".to_string(),
                    package: package(*id),
                    reason,
                    detail,
                    settlement: Some(value.0),
                    proxy: Some(*proxy),
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
            event: "split".to_string(),
            package: package(*id),
            contracts: Some(*contracts),
            detail: Some(format!("part {}", part.0)),
            part: package(*part),
            ..base
        }),
        Event::SourceChanged {
            package: id,
            from,
            to,
        } => out.push(JournalRow {
            event: "source_changed".to_string(),
            package: package(*id),
            detail: Some(format!("from {} to {}", from.name(), to.name())),
            source_before: Some(from.name().to_string()),
            source: Some(to.name().to_string()),
            ..base
        }),
        Event::Variation {
            package: id,
            settle,
            amount,
        } => out.push(JournalRow {
            event: "variation".to_string(),
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
            event: "purse_credited".to_string(),
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
            event: "purse_charged".to_string(),
            layer: layer(*owner),
            amount_cents: cents(*spent),
            other_cents: cents(*forgone),
            detail: Some(format!("premium {premium} USD")),
            premium_cents: cents(*premium),
            ..base
        }),
        Event::PurseRefilled {
            layer: owner,
            amount,
        } => out.push(JournalRow {
            event: "purse_refilled".to_string(),
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
                    event: "marked".to_string(),
                    layer: layer(id),
                    amount_cents: cents(*value),
                    other_cents: (index == 0).then_some(margin.0),
                    detail,
                    defined_risk_margin_cents: (index == 0).then_some(defined_risk_margin.0),
                    futures_margin_cents: (index == 0).then_some(futures_margin.0),
                    carried: (index == 0).then_some(i64::from(*carried)),
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
            event: "decided".to_string(),
            layer: layer(*owner),
            reason: Some(reason.to_string()),
            detail: Some(format!("{} {detail}", action.name()).trim_end().to_string()),
            action: Some(action.name().to_string()),
            ..numbers(detail, base)
        }),
        Event::Refused {
            layer: owner,
            reason,
            detail,
        } => out.push(JournalRow {
            event: "refused".to_string(),
            layer: layer(*owner),
            reason: Some(reason.to_string()),
            detail: Some(detail.to_string()),
            ..numbers(detail, base)
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
            source: Some(source.name().to_string()),
            amount_cents: first.then(|| fill.cash().0),
            fees_cents: first.then_some(fill.fees.0),
            other_cents: first.then(|| fill.slippage().0),
            detail: base.detail.clone().filter(|_| first),
            margin_per_unit_cents: base.margin_per_unit_cents.filter(|_| first),
            settlement: base.settlement.filter(|_| first),
            proxy: base.proxy.filter(|_| first),
            ..base.clone()
        });
    }
}

/// The numbers behind a decision or refusal, each in its column.
fn numbers(detail: &Detail, base: JournalRow) -> JournalRow {
    let mut row = base;
    match detail {
        Detail::Nothing | Detail::NoChain => {}
        Detail::Package(id) => row.of_package = Some(i64::from(id.0)),
        Detail::Needs { have, need } => {
            row.have_cents = Some(have.0);
            row.need_cents = Some(need.0);
        }
        Detail::Weighted { weight, have, need } => {
            row.weight = Some(*weight);
            row.have_cents = Some(have.0);
            row.need_cents = Some(need.0);
        }
        Detail::Limit { found, limit } => {
            row.found = Some(*found);
            row.limit = Some(*limit);
        }
        Detail::Date(day) => row.day = Some(*day),
        Detail::Part { package, contracts } => {
            row.of_package = Some(i64::from(package.0));
            row.units = Some(*contracts);
        }
        Detail::Sized {
            rule,
            weight,
            meant,
            units,
        } => {
            row.rule = Some(rule.to_string());
            row.weight = Some(*weight);
            row.meant_cents = Some(meant.0);
            row.units = Some(*units);
        }
        Detail::Nearest {
            contract,
            bid,
            ask,
            delta,
        } => {
            row.nearest = Some(contract.to_string());
            row.bid = bid.map(|price| price.0);
            row.ask = ask.map(|price| price.0);
            row.nearest_delta = Some(*delta);
        }
        Detail::Sessions { passed, wait } => {
            row.passed_sessions = Some(i64::from(*passed));
            row.wait_sessions = Some(i64::from(*wait));
        }
    }
    row
}
