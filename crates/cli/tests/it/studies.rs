//! A study from the command line: its folder is the same bytes however it was made, and its answer fits a small terminal.

use std::path::{Path, PathBuf};

use crate::support::{alvh, bytes, failure, header, result_folder, rows, scratch, stderr, stdout};

pub const STUDY: &str = "configs/studies/alvh.toml";

/// One book on two weekdays over two years of the bundled dataset.
pub const SMALL: [&str; 14] = [
    "--set",
    "weekdays=[\"tue\", \"fri\"]",
    "--set",
    "books.named=[]",
    "--set",
    "books.rule.days=[14]",
    "--set",
    "books.rule.exits=[\"managed\"]",
    "--set",
    "years=[2022, 2023]",
    "--set",
    "inference.draws=200",
    "--set",
    "random_dates.draws=10",
];

/// The folder of a study, and what it printed.
pub fn study(out: &Path, file: &str, extra: &[&str]) -> (PathBuf, String, String) {
    let out_text = out.to_str().expect("a path in UTF-8");
    let mut args = vec![
        "study",
        file,
        "--dataset",
        "datasets/reconstruction",
        "--out",
        out_text,
    ];
    args.extend(extra);
    let output = alvh(&args);
    assert!(output.status.success(), "{args:?}: {}", stderr(&output));
    (result_folder(out), stdout(&output), stderr(&output))
}

#[test]
fn a_study_is_the_same_bytes_on_one_thread_from_its_store_and_from_its_own_file() {
    let (first, other) = (scratch("study-first"), scratch("study-other"));
    let (folder, printed, said) = study(&first, STUDY, &SMALL);
    assert!(said.contains("8 cells computed, 0 known"), "{said}");
    // The answer comes last and fits 80 columns and 24 rows, those of the folder's paths among them.
    let read = report::StudyFolder::read(&folder).expect("a study folder");
    let small = report::terminal::study(&read, 80, false);
    assert!(small.lines().count() + 2 <= 24, "{small}");
    assert!(
        small.lines().all(|line| line.chars().count() <= 80),
        "{small}"
    );
    let answer = printed.lines().rev().take(9).collect::<Vec<_>>().join(" ");
    assert!(answer.contains("fewer condors"), "{printed}");
    let stored = folder.join("study.toml");
    let threads = ["--threads", "1"];
    let (again, ..) = study(&other, stored.to_str().expect("UTF-8"), &threads);
    let (one, two) = (bytes(&folder), bytes(&again));
    assert_eq!(
        one.keys().collect::<Vec<_>>(),
        two.keys().collect::<Vec<_>>()
    );
    for (name, bytes) in &one {
        assert!(bytes == &two[name], "{name} differs");
    }
    std::fs::remove_dir_all(&folder).expect("the folder goes");
    let (folder, _, said) = study(&first, STUDY, &SMALL);
    assert!(said.contains("0 cells computed, 8 known"), "{said}");
    for (name, bytes) in bytes(&folder) {
        assert!(bytes == one[&name], "{name} differs");
    }
    let verified = alvh(&["verify", folder.to_str().expect("UTF-8")]);
    assert!(verified.status.success(), "{}", stderr(&verified));
    assert!(stdout(&verified).contains("the same to the byte"));
    let report = alvh(&["report", folder.to_str().expect("UTF-8")]);
    assert!(report.status.success(), "{}", stderr(&report));
    for (name, bytes) in bytes(&folder) {
        assert!(
            bytes == one[&name],
            "{name} differs after a second rendering"
        );
    }
}

#[test]
fn a_changed_byte_of_a_study_is_found() {
    let out = scratch("study-changed");
    let (folder, ..) = study(&out, STUDY, &SMALL);
    let books = folder.join("books.csv");
    let text = std::fs::read_to_string(&books).expect("books.csv");
    let at = text.rfind('1').expect("a one");
    let changed = format!("{}2{}", &text[..at], &text[at + 1..]);
    std::fs::write(&books, changed).expect("a changed table");
    let verified = alvh(&["verify", folder.to_str().expect("UTF-8")]);
    assert_eq!(verified.status.code(), Some(4), "{}", stderr(&verified));
    assert!(
        stderr(&verified).contains("books.csv, line"),
        "{}",
        stderr(&verified)
    );
}

#[test]
fn the_tables_of_a_study_say_what_stands_behind_a_number() {
    let out = scratch("study-tables");
    let (folder, ..) = study(&out, STUDY, &SMALL);
    let of = |file: &str, name: &str| -> Vec<String> {
        let all = rows(&folder, file);
        all.iter().map(|row| row.text(name).to_string()).collect()
    };
    // Four windows, two weekdays, the condors alone and eleven hedges.
    assert_eq!(of("books.csv", "arm").len(), 4 * 2 * 12);
    assert!(
        of("books.csv", "condors_identical")
            .iter()
            .all(|same| same == "true")
    );
    // Years in which nothing happened stand behind nothing, and then there is no verdict.
    let years = of("verdicts.csv", "years");
    assert!(years.iter().any(|years| years == "2"), "{years:?}");
    for (years, verdict) in years.iter().zip(of("verdicts.csv", "verdict")) {
        match years.as_str() {
            "0" => assert_eq!(verdict, "not measurable"),
            years => assert!(years == "1" || years == "2", "{years}"),
        }
    }
    assert!(header(&folder, "answers.csv").contains(&"lo".to_string()));
    let manifest = std::fs::read_to_string(folder.join("manifest.json")).expect("a manifest");
    assert!(manifest.contains("\"is_year\": true"));
}

#[test]
fn falls_outside_the_dataset_are_named_and_left_out() {
    let out = scratch("study-falls");
    let one = [
        &SMALL[..8],
        &["--set", "arms=[\"unhedged\", \"always_on\"]"],
    ]
    .concat();
    let (folder, printed, _) = study(&out, "configs/studies/crashes.toml", &one);
    assert!(printed.contains("Aug 2024"), "{printed}");
    assert!(
        printed.contains("pays?      Falls alone cannot say."),
        "{printed}"
    );
    let manifest = std::fs::read_to_string(folder.join("manifest.json")).expect("a manifest");
    assert!(manifest.contains("Left out: Feb 2018"), "{manifest}");
    let rows = rows(&folder, "crashes.csv");
    // Condors alone, the arm and its three layers, in three phases each.
    assert_eq!(
        rows.iter()
            .filter(|row| row.text("crash") == "Aug 2024")
            .count(),
        15
    );
}

#[test]
fn mistakes_in_a_study_are_named_with_what_is_allowed() {
    for (setting, wanted) in [
        ("arms=[\"unhedged\"]", "at least one other"),
        (
            "arms.3=always_on_futurs",
            "did you mean \"always_on_futures\"?",
        ),
        ("weekdays=[\"sun\"]", "allowed is mon to fri"),
        ("books.rule.days=[1]", "allowed is 2 to 200"),
        ("books.named=[\"put_write\"]", "put_write"),
        ("inference.draws=5", "allowed is 100"),
        (
            "claims.O1.measure.arm=always_of",
            "did you mean \"always_on\"?",
        ),
        ("years=\"some\"", "years"),
    ] {
        let (code, message) = failure(&[
            "study",
            STUDY,
            "--dataset",
            "datasets/reconstruction",
            "--set",
            setting,
        ]);
        assert_eq!(code, 2, "{setting}: {message}");
        assert!(message.contains(wanted), "{setting}: {message}");
    }
    let (code, message) = failure(&[
        "study",
        STUDY,
        "--dataset",
        "datasets/reconstruction",
        "--set",
        "years=[1999]",
        "--set",
        "windows=[]",
    ]);
    assert_eq!(code, 3, "{message}");
    assert!(message.contains("1999"), "{message}");
}
