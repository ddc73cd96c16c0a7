//! A process may die at any byte of a write: what was whole before is still there, and what was not is written again.

use std::path::PathBuf;

use sweep::store::{NO_TRIAL, Store, StoreError, key};

fn scratch(name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_file(&path);
    path
}

fn payload(number: u64) -> Vec<u8> {
    (0..number * 7 % 40)
        .map(|byte| (byte * number) as u8)
        .collect()
}

fn fill(store: &Store, count: u64) {
    for number in 0..count {
        let key = key(&[b"cell", &number.to_le_bytes()]);
        store
            .append(
                &key,
                &self::key(&[b"trial", &(number / 2).to_le_bytes()]),
                &payload(number),
            )
            .unwrap();
    }
}

#[test]
fn what_is_appended_is_found_again_after_opening() {
    let path = scratch("again.store");
    fill(&Store::open(&path).unwrap(), 20);
    let store = Store::open(&path).unwrap();
    assert_eq!((store.len(), store.trials().len(), store.torn), (20, 10, 0));
    for number in 0..20_u64 {
        let found = store.get(&key(&[b"cell", &number.to_le_bytes()])).unwrap();
        assert_eq!(found, Some(payload(number)));
    }
    assert_eq!(store.get(&key(&[b"other"])).unwrap(), None);
}

#[test]
fn a_file_cut_at_any_byte_keeps_its_whole_records_and_grows_to_the_same_bytes() {
    let path = scratch("whole.store");
    fill(&Store::open(&path).unwrap(), 6);
    let whole = std::fs::read(&path).unwrap();
    let cut_path = scratch("cut.store");
    let mut before = 0;
    for cut in 0..whole.len() {
        std::fs::write(&cut_path, &whole[..cut]).unwrap();
        let store = Store::open(&cut_path).unwrap_or_else(|error| panic!("cut at {cut}: {error}"));
        assert!(store.len() >= before, "cut at {cut}");
        before = store.len();
        fill(&store, 6);
        drop(store);
        assert_eq!(std::fs::read(&cut_path).unwrap(), whole, "cut at {cut}");
    }
    assert_eq!(
        before, 5,
        "the last record is whole only with its last byte"
    );
}

#[test]
fn a_changed_byte_ends_the_records_before_it() {
    let path = scratch("changed.store");
    fill(&Store::open(&path).unwrap(), 6);
    let whole = std::fs::read(&path).unwrap();
    for at in 16..whole.len() {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x10;
        std::fs::write(&path, &damaged).unwrap();
        let store = Store::open(&path).unwrap();
        assert!(store.len() < 6 && store.torn > 0, "byte {at}");
        fill(&store, 6);
        drop(store);
        assert_eq!(std::fs::read(&path).unwrap(), whole, "byte {at}");
    }
}

#[test]
fn a_record_is_written_once() {
    let path = scratch("once.store");
    let store = Store::open(&path).unwrap();
    fill(&store, 3);
    let size = std::fs::metadata(&path).unwrap().len();
    fill(&store, 3);
    store
        .append(&key(&[b"cell", &0_u64.to_le_bytes()]), &NO_TRIAL, b"other")
        .unwrap();
    assert_eq!(std::fs::metadata(&path).unwrap().len(), size);
}

#[test]
fn a_store_in_use_and_a_foreign_file_are_refused_and_left_alone() {
    let path = scratch("busy.store");
    let first = Store::open(&path).unwrap();
    assert!(matches!(Store::open(&path), Err(StoreError::Busy(_))));
    drop(first);
    Store::open(&path).unwrap();
    for foreign in ["a shopping list that is long enough", "short"] {
        std::fs::write(&path, foreign).unwrap();
        assert!(matches!(Store::open(&path), Err(StoreError::Foreign(_))));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), foreign);
    }
}
