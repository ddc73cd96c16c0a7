//! A series that prices rest on is there, or the run says so: exit 3, or a count on the first and the last lines.

use std::path::{Path, PathBuf};

use market::observations::Observations;

use crate::support::{alvh, failure, only_folder, root, rows, scratch, stderr, stdout};

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
