//! A process may die at any byte of a write: what was whole before is still there, and what was not is written again.

use std::path::PathBuf;

use sweep::store::{NO_TRIAL, Store, StoreError, key, marker};

fn scratch(name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    for end in ["", "2.", "3.", "4."] {
        let (stem, kind) = name.split_once('.').unwrap();
        let _ = std::fs::remove_file(path.with_file_name(format!("{stem}.{end}{kind}")));
    }
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
    assert_eq!(
        (store.len(), store.trials().unwrap().len(), store.torn),
        (20, 10, 0)
    );
    for number in 0..20_u64 {
        let found = store.get(&key(&[b"cell", &number.to_le_bytes()])).unwrap();
        assert_eq!(found, Some(payload(number)));
    }
    assert_eq!(store.get(&key(&[b"other"])).unwrap(), None);
}

#[test]
fn records_appended_together_are_those_appended_one_by_one() {
    let alone = scratch("alone.store");
    let together = scratch("together.store");
    // Some twice, one of them in the store before, and more than are written at a time.
    let records: Vec<_> = (0..90_u64)
        .map(|number| {
            let own = key(&[b"cell", &(number % 70).to_le_bytes()]);
            let trial = key(&[b"trial", &number.to_le_bytes()]);
            (own, trial, vec![(number % 70) as u8; 40_000])
        })
        .collect();
    let one = Store::open(&alone).unwrap();
    let many = Store::open(&together).unwrap();
    for store in [&one, &many] {
        store.append(&records[5].0, &NO_TRIAL, b"known").unwrap();
    }
    for (own, trial, payload) in &records {
        one.append(own, trial, payload).unwrap();
    }
    let all = records.iter().cloned().map(Ok::<_, StoreError>);
    many.append_all(all).unwrap();
    for (own, ..) in &records {
        assert_eq!(one.get(own).unwrap(), many.get(own).unwrap());
    }
    assert_eq!(one.trials().unwrap(), many.trials().unwrap());
    assert_eq!(
        std::fs::read(&alone).unwrap(),
        std::fs::read(&together).unwrap()
    );
    drop(many);
    assert_eq!(Store::open(&together).unwrap().len(), 70);
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
fn two_writers_at_a_time_have_a_file_each_and_read_both() {
    let path = scratch("two.store");
    let first = Store::open(&path).unwrap();
    fill(&first, 3);
    let second = Store::open(&path).unwrap();
    assert_eq!(second.len(), 3, "what the first wrote before");
    fill(&second, 5);
    let third = Store::open(&path).unwrap();
    assert_eq!(third.len(), 5);
    fill(&first, 5);
    // A record that another process is writing is none yet, and is not cut off.
    let torn = path.with_file_name("two.2.store");
    let whole = std::fs::metadata(&torn).unwrap().len();
    let file = std::fs::File::options().append(true).open(&torn).unwrap();
    std::io::Write::write_all(&mut &file, &[9; 30]).unwrap();
    assert_eq!(Store::open(&path).unwrap().len(), 5);
    assert_eq!(std::fs::metadata(&torn).unwrap().len(), whole + 30);
    drop((first, second, third));
    let again = Store::open(&path).unwrap();
    assert_eq!((again.len(), again.torn), (5, 0));
    let trials: Vec<_> = again.records().unwrap().collect();
    assert_eq!(trials.len(), 5, "one payload for each key");
    // The next writer gets the second file, and cuts off what was never finished.
    let next = Store::open(&path).unwrap();
    assert_eq!((next.len(), next.torn), (5, 30));
    assert_eq!(std::fs::metadata(&torn).unwrap().len(), whole);
}

#[test]
fn a_foreign_file_is_refused_and_left_alone() {
    let path = scratch("foreign.store");
    for foreign in ["a shopping list that is long enough", "short"] {
        std::fs::write(&path, foreign).unwrap();
        assert!(matches!(Store::open(&path), Err(StoreError::Foreign(_))));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), foreign);
    }
}

#[test]
fn stores_are_read_beside_where_they_lie_however_many_there_are() {
    const MANY: u64 = 70;
    let record = |number: u64| key(&[b"of a part", &number.to_le_bytes()]);
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let part = |number: u64| folder.join(format!("beside-{number}.store"));
    for number in 0..MANY {
        let store = Store::open(&scratch(&format!("beside-{number}.store"))).unwrap();
        store
            .append(&record(number), &NO_TRIAL, &payload(number))
            .unwrap();
        // Tried, without a result: one configuration in all parts, one in a single part, one in the others.
        for tried in [[1; 32], [2 + u8::from(number == 7); 32]] {
            store.append(&marker(&tried), &tried, &[]).unwrap();
            assert!(store.has(&marker(&tried)));
        }
        fill(&store, 3);
    }
    // What was torn stays as it is, and the record before it counts.
    let torn = part(5);
    let length = std::fs::metadata(&torn).unwrap().len() - 1;
    std::fs::File::options()
        .write(true)
        .open(&torn)
        .unwrap()
        .set_len(length)
        .unwrap();
    let mut store = Store::open(&scratch("pool.store")).unwrap();
    let parts: Vec<PathBuf> = (0..MANY).map(part).collect();
    store.read_beside::<StoreError>(&parts, || Ok(())).unwrap();
    assert_eq!(
        (store.len() as u64, store.trials().unwrap().len()),
        (MANY + 3, 5)
    );
    assert_eq!(store.tried().unwrap(), 5);
    assert!(!store.has(&marker(&[1; 32])), "counted, and not looked for");
    for number in (0..MANY).chain((0..MANY).rev()) {
        assert_eq!(store.get(&record(number)).unwrap(), Some(payload(number)));
    }
    assert_eq!(store.records().unwrap().count() as u64, MANY + 3);
    assert_eq!(std::fs::metadata(&torn).unwrap().len(), length);
    // Its own records are in its own file.
    fill(&store, 6);
    assert_eq!(store.len() as u64, MANY + 6);
    drop(store);
    assert_eq!(Store::open(&folder.join("pool.store")).unwrap().len(), 3);
    let missing = part(MANY);
    let mut store = Store::open(&scratch("pool.store")).unwrap();
    assert!(matches!(
        store.read_beside(&[missing], || Ok(())),
        Err(StoreError::Io { .. })
    ));
}
