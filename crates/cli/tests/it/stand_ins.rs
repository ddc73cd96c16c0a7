//! A series that prices rest on is there, or the run says so: exit 3, or a count on the first and the last lines.

use std::path::{Path, PathBuf};

use market::observations::Observations;

use crate::support::{
    alvh, failure, only_folder, result_folder, root, rows, scratch, stderr, stdout,
};

/// A quick run: the condors of one year.
const QUICK: [&str; 7] = [
    "arms=[\"unhedged\"]",
    "windows=[{ name = \"2022\", first = \"2022-01-03\", last = \"2022-12-30\" }]",
    "equal_spend_twins=false",
    "bands.atm_shift=[]",
    "bands.psi_factor=[]",
    "bands.half_spread_fraction=[]",
    "claims.rows={}",
];

/// The bundled dataset, changed.
fn dataset(name: &str, change: impl Fn(&mut Observations)) -> PathBuf {
    let dir = scratch(name).join("dataset");
    let bundled = data::load(&root().join("datasets/reconstruction")).expect("the bundled dataset");
    let mut observations = bundled.observations;
    change(&mut observations);
    let info = data::DatasetInfo {
        name: "damaged".into(),
        kind: data::Kind::Reconstruction,
        notice: "Made of the bundled dataset.".into(),
        publisher: "a test".into(),
        sources: Default::default(),
        findings: Vec::new(),
    };
    data::write_dataset(&dir, &observations, &info).expect("a dataset");
    dir
}

fn arguments<'a>(dataset: &'a str, out: &'a str, set: &'a [&'a str]) -> Vec<&'a str> {
    let mut args = vec!["replay", "--quiet", "--dataset", dataset, "--out", out];
    args.extend(
        QUICK
            .iter()
            .chain(set)
            .flat_map(|setting| ["--set", setting]),
    );
    args
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

#[test]
fn a_run_without_skew_is_refused_and_with_a_stand_in_it_is_counted_everywhere() {
    let dir = dataset("no_skew", |obs| drop(obs.daily.remove("skew")));
    let out = scratch("no_skew_runs");
    let (dir, out) = (text(&dir), text(&out));
    let (code, message) = failure(&arguments(&dir, &out, &[]));
    assert_eq!(code, 3, "{message}");
    for part in [
        "skew: no value on 251 of the 251 sessions that need one, first on 2022-01-03",
        "SKEW_History.csv",
        "skew = 135.0 under [stand_ins]",
    ] {
        assert!(message.contains(part), "{part}: {message}");
    }
    let output = alvh(&arguments(&dir, &out, &["stand_ins.skew=135"]));
    assert!(output.status.success(), "{}", stderr(&output));
    let said = stdout(&output);
    let unbroken = said.split_whitespace().collect::<Vec<_>>().join(" ");
    let note = "Something else stood in for skew on 251 of 251 sessions of 2022.";
    assert!(unbroken.contains(note), "{said}");
    assert!(said.contains("PRICED WITH STAND-INS: "), "{said}");
    let folder = only_folder(Path::new(&out));
    let sources = rows(&folder, "sources.csv");
    let row = sources
        .iter()
        .find(|row| row.text("root") == "skew")
        .expect("a count");
    assert_eq!(
        ["window", "arm", "what", "source", "count"].map(|column| row.text(column)),
        ["2022", "", "input", "stand_in", "251"]
    );
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect(name);
    let manifest: serde_json::Value = serde_json::from_str(&read("manifest.json")).expect("JSON");
    let inputs = manifest["inputs"].as_array().expect("inputs");
    assert!(
        inputs
            .iter()
            .any(|i| i["series"] == "skew" && i["stand_in"] == 251),
        "{inputs:?}"
    );
    let report = read("report.md");
    let first = report.find("Priced with stand-ins").expect("a banner");
    assert!(first < report.find("## ").expect("a section"), "{report}");
}

#[test]
fn a_series_that_ends_in_the_window_is_refused_with_its_age_unless_an_older_value_is_allowed() {
    let dir = dataset("short_bills", |obs| {
        let from = obs
            .sessions
            .partition_point(|date| date.to_string().as_str() < "2022-12-15");
        let bills = obs.daily.get_mut("dgs3mo").expect("the series");
        bills.values[from..].fill(None);
    });
    let out = scratch("short_bills_runs");
    let (dir, out) = (text(&dir), text(&out));
    let (code, message) = failure(&arguments(&dir, &out, &[]));
    assert_eq!(code, 3, "{message}");
    assert!(
        message.contains("where the last is 6 sessions old"),
        "{message}"
    );
    let output = alvh(&arguments(
        &dir,
        &out,
        &["stand_ins.max_age_sessions.dgs3mo=20"],
    ));
    assert!(output.status.success(), "{}", stderr(&output));
    let sources = rows(&only_folder(Path::new(&out)), "sources.csv");
    let row = sources
        .iter()
        .find(|row| row.text("root") == "dgs3mo")
        .expect("a count");
    assert_eq!(row.text("source"), "carried");
    assert!(
        row.number("count").is_some_and(|n| n >= 10.0),
        "{}",
        row.text("count")
    );
}

#[test]
fn what_no_arm_can_use_is_not_asked_for_and_a_sweep_asks_for_what_any_cell_can_use() {
    let dir = dataset("no_vvix", |obs| drop(obs.daily.remove("vvix")));
    let out = scratch("no_vvix_runs");
    let (dir, out) = (text(&dir), text(&out));
    let output = alvh(&arguments(&dir, &out, &[]));
    assert!(output.status.success(), "{}", stderr(&output));
    let (code, message) = failure(&["sweep", "--quiet", "--dataset", &dir, "--out", &out]);
    assert!(
        code == 3 && message.contains("vvix: no value on"),
        "{message}"
    );
}

/// A study of one book on one weekday of 2022.
const STUDY: [&str; 10] = [
    "arms=[\"unhedged\", \"always_on\"]",
    "claim_arms=[]",
    "claims={}",
    "weekdays=[\"tue\"]",
    "books.named=[]",
    "books.rule.days=[14]",
    "books.rule.exits=[\"managed\"]",
    "years=[2022]",
    "inference.draws=100",
    "random_dates.draws=0",
];

fn set<'a>(head: &[&'a str], settings: &[&'a str]) -> Vec<&'a str> {
    let settings = settings.iter().flat_map(|setting| ["--set", setting]);
    head.iter().copied().chain(settings).collect()
}

/// That stand-ins are counted in a folder: `sources.csv`, manifest, the page before its first section.
fn counted_in(folder: &Path, series: &str, window: &str, count: &str) {
    let sources = rows(folder, "sources.csv");
    let row = sources
        .iter()
        .find(|row| row.text("root") == series && row.text("window") == window)
        .expect("a count");
    assert_eq!([row.text("source"), row.text("count")], ["stand_in", count]);
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect(name);
    let manifest: serde_json::Value = serde_json::from_str(&read("manifest.json")).expect("JSON");
    let inputs = manifest["inputs"].as_array().expect("inputs");
    let is_counted = |i: &serde_json::Value| {
        i["series"] == series
            && i["window"] == window
            && i["stand_in"].as_u64() == count.parse().ok()
    };
    assert!(inputs.iter().any(is_counted), "{inputs:?}");
    let report = read("report.md");
    let first = report.find("Priced with stand-ins").expect("a banner");
    assert!(first < report.find("## ").expect("a section"), "{report}");
}

#[test]
fn a_study_counts_its_stand_ins_everywhere_and_keeps_no_cell_of_another_one() {
    let dir = text(&dataset("study_no_skew", |obs| {
        let end = obs
            .sessions
            .partition_point(|date| date.to_string().as_str() < "2022-01-05");
        let skew = obs.daily.get_mut("skew").expect("the series");
        skew.values[..end].fill(None);
    }));
    let out = text(&scratch("study_no_skew_runs"));
    let head = ["study", "--dataset", &dir, "--out", &out];
    let (code, message) = failure(&set(&head, &STUDY));
    assert!(
        code == 3 && message.contains("skew: no value on"),
        "{message}"
    );
    let with = |value: &'static str| {
        let output = alvh(&set(&head, &[&STUDY[..], &[value]].concat()));
        assert!(output.status.success(), "{}", stderr(&output));
        output
    };
    let output = with("stand_ins.skew=135");
    let said = stdout(&output);
    let unbroken = said.split_whitespace().collect::<Vec<_>>().join(" ");
    let told = "skew on 2 of 251 sessions of 2022";
    assert!(
        unbroken.matches(told).count() == 2,
        "first and last: {said}"
    );
    assert!(said.starts_with("PRICED WITH STAND-INS: "), "{said}");
    counted_in(&result_folder(Path::new(&out)), "skew", "2022", "2");
    // Another stand-in is another price: no cell of the store serves.
    let other = stderr(&with("stand_ins.skew=150"));
    assert!(other.contains("0 known"), "{other}");
    let again = stderr(&with("stand_ins.skew=135"));
    assert!(again.contains("0 cells computed"), "{again}");
}

#[test]
fn a_sweep_counts_its_stand_ins_and_a_base_book_that_trades_nothing_everywhere() {
    let dir = text(&dataset("sweep_no_skew", |obs| {
        drop(obs.daily.remove("skew"))
    }));
    let out = text(&scratch("sweep_no_skew_runs"));
    let settings = [
        "stand_ins.skew=135",
        "windows=[{ name = \"2022\", first = \"2022-01-03\", last = \"2022-12-30\" }]",
        "condor_tiers=[\"condor_weekly_14d\"]",
        "condors.condor_weekly_14d.min_credit_points=900",
    ];
    let head = ["sweep", "--dataset", &dir, "--out", &out];
    let output = alvh(&set(&head, &settings));
    assert!(output.status.success(), "{}", stderr(&output));
    let said = stdout(&output);
    let unbroken = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.starts_with("THE CONDORS TRADED NOTHING: "), "{said}");
    assert!(
        unbroken.contains("skew on 251 of 251 sessions of 2022"),
        "{said}"
    );
    let folder = result_folder(Path::new(&out));
    counted_in(&folder, "skew", "2022", "251");
    for row in rows(&folder, "cells.csv") {
        assert_eq!(row.text("condors_traded"), "0");
        assert!(row.number("condors_ordered").is_some_and(|n| n >= 50.0));
    }
}
