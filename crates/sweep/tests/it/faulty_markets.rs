//! Cells whose market cannot be built, beside others.

use std::sync::atomic::AtomicBool;

use market::chain::RawChains;
use runfile::sweep_file::SweepFile;
use sweep::inference::judge;
use sweep::selection::Selection;
use sweep::spec::SweepConfig;
use sweep::store::{Store, StoreError};
use sweep::work::{Ledger, Workshop};

use crate::support::{config, observations};

/// The sweep of some axes in TOML, with constraints if they stand before these.
pub fn swept(axes: &str) -> SweepConfig {
    let (top, axes) = axes.split_at(axes.find("[[axes]]").expect("an axis"));
    let text = format!(
        r#"
        name = "markets"
        run = "replay.toml"
        {top}
        [sample]
        method = "grid"
        [statistics]
        level = 0.90
        draws = 100
        mean_block_sessions = 5.0
        seed = 1
        cscv_blocks = 4
        train_sessions = 40
        test_sessions = 20
        purge_sessions = 5
        {axes}
        "#
    );
    let file = SweepFile::parse("markets.toml", &text).expect("a sweep file");
    let base = config(&[r#"arms=["unhedged","always_on"]"#]);
    SweepConfig::new(file, base, "markets.toml").expect("a sweep")
}

fn computed(config: &SweepConfig, store: &Store) -> Ledger {
    let workshop = Workshop {
        config,
        observations: observations(),
        chains: &RawChains::default(),
        dataset_hash: "a dataset",
        store,
        stop: &AtomicBool::new(false),
        progress: &|_, _| {},
    };
    let all = Selection::range(0..config.points.len());
    workshop.compute(&all).expect("a store")
}

/// The others are judged as if it were not there.
#[test]
fn a_cell_without_a_market_has_a_fault_and_no_key() {
    let folder = std::env::temp_dir().join(format!("alvh-markets-{}", std::process::id()));
    let store = Store::open(&folder.join("some.store")).expect("a store");
    let some = swept(
        r#"
        [[axes]]
        key = "policies.always_on.budget_fraction_of_credit"
        values = [0.1, 0.2]
        [[axes]]
        key = "windows.0.last"
        values = ["2022-06-30", "2031-06-30"]
        "#,
    );
    let ledger = computed(&some, &store);
    let keys: Vec<bool> = ledger
        .keys()
        .map(|key| key.expect("read").is_some())
        .collect();
    assert_eq!(keys, [true, false, true, false]);
    let counts = ledger.counts().expect("read");
    assert_eq!((counts.computed, counts.faults), (2, 2));
    let reason = counts.first_reason.expect("a reason");
    assert!(reason.contains("2031-06-30"), "{reason}");
    let never = AtomicBool::new(false);
    let rows = judge(&some, (&store, None), &ledger, 2, &|_, _, _| {}, &never).expect("judged");
    assert!(!rows.is_empty());
    let value = |statistic: &str| {
        let row = rows.iter().find(|row| row.statistic == statistic);
        row.and_then(|row| row.value)
    };
    assert_eq!(value("left_out"), Some(2.0));
    drop(store);
    std::fs::remove_dir_all(&folder).expect("the folder goes");
}

/// The second axis sets what the first has set: all its points are one configuration, which is run once.
#[test]
fn a_cell_that_is_another_has_its_fault_too() {
    let folder = std::env::temp_dir().join(format!("alvh-doubles-{}", std::process::id()));
    let store = Store::open(&folder.join("some.store")).expect("a store");
    let some = swept(
        r#"
        [[axes]]
        name = "first"
        key = "policies.always_on.budget_fraction_of_credit"
        values = [0.1, 0.2]
        [[axes]]
        name = "second"
        key = "policies.always_on.budget_fraction_of_credit"
        values = [0.3]
        [[axes]]
        key = "windows.0.last"
        values = ["2022-06-30", "2031-06-30"]
        "#,
    );
    let ledger = computed(&some, &store);
    let keys: Vec<_> = ledger.keys().map(|key| key.expect("read")).collect();
    assert_eq!(keys[0], keys[2]);
    assert!(keys[0].is_some_and(|key| store.has(&key)));
    assert_eq!((keys[1], keys[3]), (None, None));
    let counts = ledger.counts().expect("read");
    assert_eq!((counts.computed, counts.known, counts.faults), (1, 1, 2));
    drop(store);
    std::fs::remove_dir_all(&folder).expect("the folder goes");
}

/// A record that is there and cannot be read is not one that does not exist: no empty judgement.
#[test]
fn a_store_that_cannot_be_read_is_an_error_of_judging() {
    let folder = std::env::temp_dir().join(format!("alvh-unread-{}", std::process::id()));
    let part = folder.join("part.store");
    let some = swept(
        r#"
        [[axes]]
        key = "policies.always_on.budget_fraction_of_credit"
        values = [0.1, 0.2]
        "#,
    );
    let ledger = computed(&some, &Store::open(&part).expect("a store"));
    let mut pool = Store::open(&folder.join("pool.store")).expect("a store");
    pool.read_beside::<StoreError>(std::slice::from_ref(&part), || Ok(()))
        .expect("read");
    std::fs::remove_file(&part).expect("it goes");
    let never = AtomicBool::new(false);
    let judged = judge(&some, (&pool, None), &ledger, 2, &|_, _, _| {}, &never);
    let error = judged.expect_err("nothing can be read").to_string();
    assert!(error.contains("part.store"), "{error}");
    drop(pool);
    std::fs::remove_dir_all(&folder).expect("the folder goes");
}
