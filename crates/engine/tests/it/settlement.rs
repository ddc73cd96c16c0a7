//! Expiry: official values, the right moment, everything of one instrument at once.

use book::event::{Event, Stage};
use market::contract::{Root, Settlement};

use crate::support::{ARMS, arm, history, replay, window};

#[test]
fn w06_w07_every_package_settles_on_its_expiry_at_the_value_of_its_root() {
    let mut roots = std::collections::BTreeSet::new();
    for name in ARMS {
        let run = replay(&arm(name));
        let mut open = std::collections::BTreeMap::new();
        for entry in &run.journal.entries {
            match &entry.event {
                Event::Opened { package, fill, .. } => {
                    open.insert(*package, fill.legs[0].contract);
                }
                Event::Settled {
                    package,
                    value,
                    proxy,
                    ..
                } => {
                    let contract = open[package];
                    roots.insert(contract.root);
                    assert_eq!(entry.date, contract.expiry, "{name}");
                    let stage = match contract.root.settlement() {
                        Settlement::Am => Stage::SettleMorning,
                        Settlement::Pm => Stage::SettleClose,
                    };
                    assert_eq!(entry.stage, stage, "{name}");
                    let today = window()
                        .map(|t| history().view(t).today())
                        .find(|s| s.date == entry.date);
                    let official = today.expect("a session").settlements.of(contract.root);
                    assert_eq!(official, Some((*value, *proxy)), "{name} {contract}");
                }
                _ => {}
            }
        }
    }
    assert_eq!(
        roots.into_iter().collect::<Vec<_>>(),
        [Root::Spxw, Root::Vix, Root::Vx],
        "all were seen"
    );
}

#[test]
fn w44_settlement_needs_no_quote_on_expiry_day() {
    for t in window() {
        let today = history().view(t).today();
        assert!(
            today.slice(Root::Spxw, today.date).is_none(),
            "{}: no quotes of what expires today",
            today.date
        );
        assert!(today.settlements.of(Root::Spxw).is_some());
    }
}

#[test]
fn w08_all_legs_of_an_expiry_settle_on_one_value() {
    let run = replay(&arm("always_on"));
    for (date, entries) in run.journal.by_session() {
        let values: Vec<_> = entries
            .iter()
            .filter_map(|e| match &e.event {
                Event::Settled { value, fill, .. } if fill.legs[0].contract.root == Root::Spxw => {
                    Some(*value)
                }
                _ => None,
            })
            .collect();
        assert!(values.windows(2).all(|w| w[0] == w[1]), "{date}");
    }
}

#[test]
fn settlement_is_free_of_fees() {
    let run = replay(&arm("always_on"));
    for entry in &run.journal.entries {
        if let Event::Settled { fill, .. } = &entry.event {
            assert_eq!(fill.fees, market::price::Money::ZERO);
            assert_eq!(fill.net, fill.net_mid);
        }
    }
}
