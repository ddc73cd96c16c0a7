//! The folder: the same bytes every time, all of it or nothing, and nothing but what the manifest describes.

use std::collections::BTreeMap;
use std::path::Path;

use data::{DatasetInfo, Kind};
use market::observations::{
    DailySeries, EventKind, MacroEvent, Observations, Release, VxSettlement,
};

use crate::{DAYS, Inbox, show};

fn bytes(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = std::fs::read_dir(dir).unwrap().map(|e| e.unwrap());
    files
        .map(|f| {
            (
                f.file_name().to_string_lossy().into_owned(),
                std::fs::read(f.path()).unwrap(),
            )
        })
        .collect()
}

fn observations() -> Observations {
    let sessions: Vec<chrono::NaiveDate> = DAYS.iter().map(|d| d.parse().unwrap()).collect();
    let series = |start: f64| DailySeries {
        lag_sessions: 0,
        values: (0..10).map(|i| Some(start + f64::from(i) / 3.0)).collect(),
    };
    let (day, expiry) = (sessions[3], "2022-01-19".parse().unwrap());
    let mut vvix = series(90.0);
    vvix.values[4] = None;
    Observations {
        daily: BTreeMap::from([
            ("spx_close".into(), series(4000.0)),
            ("vvix".into(), vvix),
            (
                "own_signal".into(),
                DailySeries {
                    lag_sessions: 2,
                    ..series(1.0)
                },
            ),
        ]),
        vx: vec![VxSettlement {
            trade_date: day,
            expiry,
            settle: 20.123456789,
            high: Some(21.5),
        }],
        slow: BTreeMap::from([(
            "cape".into(),
            vec![Release {
                period: day,
                known: expiry,
                value: 38.25,
            }],
        )]),
        events: vec![MacroEvent {
            date: day,
            minute: 510,
            kind: EventKind::Payrolls,
        }],
        sessions,
        carried: BTreeMap::new(),
        published_by: BTreeMap::new(),
    }
}

fn info() -> DatasetInfo {
    DatasetInfo {
        name: "made up".into(),
        kind: Kind::Reconstruction,
        notice: "This is not market history.".into(),
        publisher: "a test".into(),
        sources: BTreeMap::new(),
        findings: Vec::new(),
    }
}

#[test]
fn the_same_files_give_the_same_bytes() {
    let (a, b) = (Inbox::core("bytes_a"), Inbox::core("bytes_b"));
    a.import();
    b.import();
    let files = bytes(&a.dataset());
    assert_eq!(
        files.keys().collect::<Vec<_>>(),
        [
            "daily.parquet",
            "events.parquet",
            "manifest.json",
            "slow.parquet",
            "vx.parquet"
        ]
    );
    assert!(files == bytes(&b.dataset()));
    a.import();
    assert!(files == bytes(&a.dataset()));
}

#[test]
fn what_is_written_is_what_is_loaded() {
    let inbox = Inbox::empty("roundtrip");
    let manifest = data::write_dataset(&inbox.dataset(), &observations(), &info()).unwrap();
    let loaded = inbox.load();
    assert_eq!(loaded.manifest, manifest);
    let mut expected = observations();
    // VVIX is carried over one session when loaded.
    let vvix = &mut expected.daily.get_mut("vvix").unwrap().values;
    vvix[4] = vvix[3];
    let session = expected.sessions[4];
    expected.carried.insert("vvix".into(), vec![session]);
    assert_eq!(loaded.observations, expected);
    assert_eq!(loaded.observations.carried["vvix"], [expected.sessions[4]]);
}

#[test]
fn the_hash_changes_with_values_rules_kind_and_name_but_not_with_findings() {
    let inbox = Inbox::empty("hash");
    let hash = |o: &Observations, i: &DatasetInfo| {
        data::write_dataset(&inbox.dataset(), o, i)
            .unwrap()
            .dataset_hash
    };
    let (o, i) = (observations(), info());
    let base = hash(&o, &i);
    let mut value = o.clone();
    value.vx[0].settle += 1e-9;
    let mut lag = o.clone();
    lag.daily.get_mut("own_signal").unwrap().lag_sessions = 3;
    assert_ne!(hash(&value, &i), base);
    assert_ne!(hash(&lag, &i), base);
    assert_ne!(
        hash(
            &o,
            &DatasetInfo {
                kind: Kind::History,
                ..i.clone()
            }
        ),
        base
    );
    assert_ne!(
        hash(
            &o,
            &DatasetInfo {
                name: "other".into(),
                ..i.clone()
            }
        ),
        base
    );
    assert_eq!(
        hash(
            &o,
            &DatasetInfo {
                notice: "Other words.".into(),
                ..i.clone()
            }
        ),
        base
    );
    assert_eq!(
        base,
        "7484bd2a26d63c899582ad48668b79b5dc8a6d99c9d947c1a36c205b1c0983b7"
    );
}

#[test]
fn a_failed_import_leaves_the_old_dataset_alone() {
    let inbox = Inbox::core("atomic");
    inbox.import();
    let before = bytes(&inbox.dataset());
    let inbox = inbox.file(
        "VIX_History.csv",
        "DATE,OPEN,HIGH,LOW,CLOSE\n01/03/2022,x,1,1,1\n",
    );
    inbox.try_import().unwrap_err();
    assert!(before == bytes(&inbox.dataset()));
    let mut unequal = observations();
    unequal.daily.get_mut("vvix").unwrap().values.pop();
    let error = data::write_dataset(&inbox.dataset(), &unequal, &info())
        .unwrap_err()
        .to_string();
    assert_eq!(
        error,
        "observations: vvix: found 9 values, allowed: 10, one per session"
    );
    assert!(before == bytes(&inbox.dataset()));
    let beside: Vec<_> = std::fs::read_dir(inbox.dataset().parent().unwrap())
        .unwrap()
        .map(|e| e.unwrap().file_name())
        .collect();
    assert_eq!(beside.len(), 2, "{beside:?}");
}

#[test]
fn a_table_that_cannot_be_written_leaves_nothing_behind() {
    let inbox = Inbox::empty("nan");
    let mut nan = observations();
    nan.daily.get_mut("vvix").unwrap().values[3] = Some(f64::NAN);
    let error = data::write_dataset(&inbox.dataset(), &nan, &info())
        .unwrap_err()
        .to_string();
    assert!(
        error.ends_with("column vvix, row 3: found NaN, allowed: finite numbers"),
        "{error}"
    );
    assert_eq!(
        std::fs::read_dir(inbox.dataset().parent().unwrap())
            .unwrap()
            .count(),
        1
    );
}

#[test]
fn what_an_interrupted_replacement_left_is_put_right() {
    let inbox = Inbox::core("interrupted");
    inbox.import();
    // A run that died between the two renames leaves the old dataset beside its place.
    let (into, old) = (
        inbox.dataset(),
        inbox.dataset().with_file_name(".dataset.old"),
    );
    std::fs::rename(&into, &old).unwrap();
    let partial = inbox.dataset().with_file_name(".dataset.partial-77");
    std::fs::create_dir_all(&partial).unwrap();
    std::fs::write(partial.join("daily.parquet"), "half").unwrap();
    let broken = inbox.file("VIX_History.csv", "");
    broken.try_import().unwrap_err();
    let mended = broken.file("VIX_History.csv", &crate::vix());
    mended.import();
    mended.load();
    assert!(!old.exists() && !partial.exists());
}

#[test]
fn folders_of_other_people_are_not_overwritten() {
    let inbox = Inbox::core("others");
    std::fs::create_dir_all(inbox.dataset()).unwrap();
    std::fs::write(inbox.dataset().join("thesis.txt"), "years of work").unwrap();
    let message = inbox.try_import().unwrap_err().to_string();
    assert!(message.ends_with("found a folder that is not a dataset (no manifest.json), allowed: a new folder, an empty one, or an older dataset"), "{message}");
    assert_eq!(
        std::fs::read_to_string(inbox.dataset().join("thesis.txt")).unwrap(),
        "years of work"
    );
}

#[test]
fn a_changed_table_is_refused_and_found() {
    let inbox = Inbox::core("changed");
    inbox.import();
    let path = inbox.dataset().join("daily.parquet");
    let mut table = std::fs::read(&path).unwrap();
    let middle = table.len() / 2;
    table[middle] ^= 1;
    std::fs::write(&path, &table).unwrap();
    let message = data::load(&inbox.dataset()).unwrap_err().to_string();
    assert!(message.contains("daily.parquet: found sha256"), "{message}");
    let findings = data::check(&inbox.dataset()).unwrap();
    assert!(show(&findings, "file_changed").starts_with("Error daily.parquet 1"));
}

#[test]
fn a_missing_or_strange_manifest_says_what_is_wrong() {
    let inbox = Inbox::core("manifest");
    assert!(
        data::load(&inbox.dataset())
            .unwrap_err()
            .to_string()
            .contains("manifest.json")
    );
    inbox.import();
    let path = inbox.dataset().join("manifest.json");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("\"schema\": 1", "\"schema\": 7")).unwrap();
    assert!(
        data::load(&inbox.dataset())
            .unwrap_err()
            .to_string()
            .ends_with("schema: found 7, allowed: 1; import the dataset again")
    );
    std::fs::write(&path, "{").unwrap();
    assert!(
        data::load(&inbox.dataset())
            .unwrap_err()
            .to_string()
            .contains("EOF")
    );
}

#[test]
fn check_finds_in_the_folder_what_the_import_found() {
    let inbox = Inbox::core("check").file("CNDR.csv", "DATE,CNDR\n01/05/2022,700\n");
    let report = inbox.import();
    let mut found = data::check(&inbox.dataset()).unwrap();
    let mut expected = report.manifest.findings;
    let key = |f: &data::Finding| (f.series.clone(), f.code.clone());
    found.sort_by_key(key);
    expected.sort_by_key(key);
    assert_eq!(found, expected);
}

#[test]
fn sessions_must_be_those_of_the_exchange() {
    let mut o = observations();
    o.sessions[4] = "2022-01-08".parse().unwrap();
    let error = data::write_dataset(&Inbox::empty("sessions").dataset(), &o, &info())
        .unwrap_err()
        .to_string();
    assert_eq!(
        error,
        "observations: sessions: found 2022-01-08, allowed: the 10 NYSE sessions from 2022-01-03 to 2022-01-14"
    );
}

#[test]
fn the_checks_find_in_the_bundled_dataset_what_its_manifest_says() {
    let dir =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../datasets/reconstruction");
    let mut found = data::check(&dir).unwrap();
    let mut expected = data::Manifest::read(&dir).unwrap().findings;
    let key = |f: &data::Finding| (f.series.clone(), f.code.clone());
    found.sort_by_key(key);
    expected.sort_by_key(key);
    assert_eq!(
        found, expected,
        "write it again with `alvh data reconstruct`"
    );
}
