//! No number changes unnoticed: the reference run's summary, and the hash of every other table of numbers.
//!
//! A deliberate change raises `engine::RESULTS_VERSION` (or `tables::CsvForm`, where files print the same numbers otherwise),
//! says so in `CHANGELOG.md`, and rewrites the golden files with
//! `UPDATE_GOLDEN=1 cargo test --release -p alvh golden` (or `just golden`), all in one commit.

use std::path::PathBuf;

use crate::support::reference;

const TABLES: [&str; 6] = [
    "equity.csv",
    "trades.csv",
    "legs.csv",
    "layers.csv",
    "bands.csv",
    "slippage.csv",
];

fn golden(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(name)
}

fn manifest() -> serde_json::Value {
    let text = std::fs::read_to_string(reference().join("manifest.json")).expect("the manifest");
    serde_json::from_str(&text).expect("JSON")
}

fn fingerprint() -> String {
    let manifest = manifest();
    let mut text = format!(
        "results_version {}, csv_version {}\n",
        manifest["engine"]["results_version"], manifest["csv_version"]
    );
    for table in TABLES {
        text += &format!(
            "{table} {}\n",
            manifest["files"][table].as_str().expect("a hash")
        );
    }
    text
}

#[test]
fn the_reference_run_gives_the_numbers_on_file_or_a_new_results_version() {
    let (now, summary) = (
        fingerprint(),
        std::fs::read_to_string(reference().join("summary.csv")).expect("a summary"),
    );
    let stored = std::fs::read_to_string(golden("fingerprint.txt")).unwrap_or_default();
    let stored_summary = std::fs::read_to_string(golden("summary.csv")).unwrap_or_default();
    if now == stored && summary == stored_summary {
        return;
    }
    let version = |text: &str| text.lines().next().unwrap_or_default().to_string();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        assert!(
            stored.is_empty() || version(&now) != version(&stored),
            "tables changed: raise engine::RESULTS_VERSION"
        );
        std::fs::write(golden("fingerprint.txt"), now).expect("a file");
        std::fs::write(golden("summary.csv"), summary).expect("a file");
        return;
    }
    for (line, (old, new)) in stored_summary.lines().zip(summary.lines()).enumerate() {
        assert_eq!(
            old,
            new,
            "summary.csv, line {}: numbers changed; see the header of this test",
            line + 1
        );
    }
    assert_eq!(
        stored, now,
        "a table of the reference run changed; see the header of this test"
    );
}
