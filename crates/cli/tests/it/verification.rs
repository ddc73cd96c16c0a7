//! The same inputs give the same bytes: again, on any number of threads, and `verify` says so.

use std::path::Path;

use crate::studies::{SMALL, STUDY};
use crate::support::{
    alvh, assert_pages_are_those_of_the_files, bytes, failure, only_folder, reference, replay_into,
    scratch, stderr, stdout,
};
use crate::sweeps::{file, sweep};

#[test]
fn w31_one_and_many_threads_write_the_same_bytes() {
    let first = bytes(reference());
    for threads in ["1", "2", "7"] {
        let again = replay_into(&format!("threads-{threads}"), &["--threads", threads]);
        assert_eq!(
            again.file_name(),
            reference().file_name(),
            "the same folder name"
        );
        for (name, content) in bytes(&again) {
            assert!(
                content == first[&name],
                "{name} differs with {threads} threads"
            );
        }
    }
}

#[test]
fn verify_agrees_with_a_fresh_folder_and_finds_a_changed_byte() {
    let folder = replay_into("verified", &["--set", "equal_spend_twins=false"]);
    let text = folder.to_str().expect("UTF-8");
    let good = alvh(&["verify", "--quiet", text]);
    assert!(good.status.success(), "{}", stderr(&good));
    assert!(stdout(&good).contains("the same to the byte"));

    let path = folder.join("trades.csv");
    let trades = std::fs::read_to_string(&path).expect("trades");
    std::fs::write(&path, trades.replacen("unhedged", "unhedgee", 1)).expect("a changed file");
    let (code, message) = failure(&["verify", "--quiet", text]);
    assert_eq!(code, 4);
    assert!(
        message.contains("trades.csv, line 2") && message.contains("unhedgee"),
        "{message}"
    );
}

/// What `verify` says of a folder that is as it was made.
fn verified(folder: &Path, extra: &[&str]) -> String {
    let mut args = vec!["verify", "--quiet", folder.to_str().expect("UTF-8")];
    args.extend(extra);
    let output = alvh(&args);
    assert!(output.status.success(), "{}", stderr(&output));
    stdout(&output)
}

#[test]
fn verify_makes_a_sweep_again_and_finds_a_changed_byte() {
    let file = file("verified", "");
    let out = scratch("verified-sweep");
    let (folder, _) = sweep(&file, &out, &[]);
    let said = verified(&folder, &[]);
    assert!(said.starts_with("verified: 8 files"), "{said}");
    assert!(!said.contains("of other sweeps"), "{said}");

    // Another sweep on the same store: what was tried there counts, and is taken from the manifest.
    let other = self::file("verified-other", "").replace(".toml", "-2.toml");
    let text = std::fs::read_to_string(&file).expect("the sweep");
    let text = text.replace("name = \"tiny\"", "name = \"other\"");
    std::fs::write(&other, text.replace("[25.0, 30.0]", "[25.0, 31.0]")).expect("a file");
    let output = alvh(&["sweep", &other, "--out", out.to_str().expect("UTF-8")]);
    assert!(output.status.success(), "{}", stderr(&output));
    let beside = std::fs::read_dir(&out)
        .expect("the folder")
        .map(|entry| entry.expect("an entry").path())
        .find(|path| path.to_string_lossy().contains("-beside-"))
        .expect("the second sweep");
    assert!(
        verified(&beside, &[]).contains("are of other sweeps: a count taken from its manifest")
    );

    let path = folder.join("cells.csv");
    let cells = std::fs::read_to_string(&path).expect("cells");
    std::fs::write(&path, cells.replacen("tiered", "tiercd", 1)).expect("a changed file");
    let (code, message) = failure(&["verify", "--quiet", folder.to_str().expect("UTF-8")]);
    assert_eq!(code, 4);
    assert!(
        message.contains("cells.csv, line 2") && message.contains("tiercd"),
        "{message}"
    );
}

#[test]
fn verify_makes_shards_and_parts_again() {
    let file = file("verified-parts", "");
    let out = scratch("verified-shard");
    let place = out.to_str().expect("UTF-8");
    let output = alvh(&["sweep", &file, "--out", place, "--cells", "3..9"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let bundled = ["--dataset", "datasets/reconstruction"];
    let shard = std::fs::read_dir(&out)
        .expect("the folder")
        .map(|entry| entry.expect("an entry").path())
        .find(|path| path.to_string_lossy().contains("-cells-"))
        .expect("a shard");
    let said = verified(&shard, &bundled);
    assert!(said.starts_with("verified: 3 files"), "{said}");

    for (command, file, more) in [
        ("sweep", file.as_str(), &[] as &[&str]),
        ("study", STUDY, &SMALL),
    ] {
        let into = scratch(&format!("verified-part-{command}"));
        let mut args = vec![command, file, "--part", "1/3", "--into"];
        args.push(into.to_str().expect("UTF-8"));
        args.extend(bundled);
        args.extend(more);
        let output = alvh(&args);
        assert!(output.status.success(), "{}", stderr(&output));
        let home = only_folder(&into.join("parts"));
        let said = verified(&home.join("1-of-3"), &bundled);
        assert!(said.starts_with("verified: "), "{command}: {said}");
    }
}

#[test]
fn the_command_of_a_folder_makes_it_again_from_inside_it() {
    let out = scratch("again-sweep");
    let (swept, _) = sweep(&file("again", ""), &out, &[]);
    for (folder, file, command) in [
        (reference(), "config.toml", "replay"),
        (&swept, "sweep.toml", "sweep"),
    ] {
        let into = scratch(&format!("again-into-{command}"));
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_alvh"))
            .args([
                command,
                file,
                "--quiet",
                "--out",
                into.to_str().expect("UTF-8"),
            ])
            .current_dir(folder)
            .output()
            .expect("the program");
        assert!(output.status.success(), "{}", stderr(&output));
        let again = into.join(folder.file_name().expect("a name"));
        assert!(
            bytes(&again) == bytes(folder),
            "{command} from its own folder"
        );
    }
}

#[test]
fn a_dry_run_says_how_much_and_how_long_and_writes_nothing() {
    let out = scratch("dry-run");
    let place = out.to_str().expect("UTF-8");
    let sweep = file("dry-run", "");
    let study: Vec<&str> = [STUDY, "--dataset", "datasets/reconstruction"]
        .into_iter()
        .chain(SMALL)
        .collect();
    for (command, more, key, count) in [
        ("replay", vec![], "windows", 2),
        ("sweep", vec![sweep.as_str()], "cells", 20),
        ("study", study, "cells", 8),
    ] {
        let mut args = vec![command, "--dry-run", "--json", "--out", place];
        args.extend(more);
        let output = alvh(&args);
        assert!(output.status.success(), "{args:?}: {}", stderr(&output));
        let told: serde_json::Value = serde_json::from_str(&stdout(&output)).expect("JSON");
        assert_eq!(told[key], count, "{told}");
        let seconds = told["seconds"].as_f64().expect("a number");
        assert!(seconds > 0.0 && seconds < 3600.0, "{told}");
    }
    assert_eq!(
        std::fs::read_dir(&out).map_or(0, Iterator::count),
        0,
        "nothing is written"
    );
}

#[test]
fn report_rebuilds_the_same_pages_from_the_folder_alone() {
    let folder = replay_into("rendered", &["--set", "equal_spend_twins=false"]);
    let before = bytes(&folder);
    for page in ["report.html", "report.md"] {
        std::fs::remove_file(folder.join(page)).expect("a page");
    }
    let output = alvh(&["report", folder.to_str().expect("UTF-8")]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(bytes(&folder) == before, "the pages differ");
}

#[test]
fn pages_made_of_tables_in_memory_are_those_of_the_files() {
    assert_pages_are_those_of_the_files(reference());
    // A window after the first one whose name is a word stands first in the files; an arm may have no twin; worlds are drawn.
    let windows = r#"windows=[{name="2022",first="2022-05-02",last="2022-12-30"},{name="calm",first="2023-01-03",last="2023-06-30"},{name="2023",first="2023-07-03",last="2023-09-29"}]"#;
    let more = ["--set", windows, "--set", "price_errors.worlds=2"];
    let folder = replay_into("pages_of_worlds", &more);
    assert!(folder.join("worlds.csv").exists());
    assert_pages_are_those_of_the_files(&folder);
}

#[test]
fn another_setting_gets_another_folder() {
    let other = replay_into(
        "other",
        &[
            "--set",
            "equal_spend_twins=false",
            "--set",
            "execution.half_spread_fraction=1",
        ],
    );
    assert_ne!(other.file_name(), reference().file_name());
    let out = crate::support::scratch("compared");
    let paths = [reference(), &other, &out].map(|p| p.to_str().expect("UTF-8"));
    let output = alvh(&["report", paths[0], "--compare", paths[1], "--out", paths[2]]);
    assert!(output.status.success(), "{}", stderr(&output));
    let page = std::fs::read_to_string(out.join("compare.md")).expect("the comparison");
    assert!(
        page.contains("| execution.half\\_spread\\_fraction | 0.5 | 1.0 |"),
        "the changed key is named:\n{page}"
    );
}

/// Numbers of columns of fractions that whole numbers stand in too, by file.
const FRACTIONS: [(&str, &str); 3] = [
    ("legs.csv", "strike"),
    ("slippage.csv", "half_spread_fraction"),
    ("signals.csv", "value"),
];

/// A table as folders without `csv_version` have it: the first windows first, whole numbers without a point.
fn plain_form(name: &str, text: &str) -> String {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().expect("a header").clone();
    let mut rows: Vec<Vec<String>> = reader
        .records()
        .map(|row| row.expect("a row").iter().map(str::to_string).collect())
        .collect();
    let place = |column: &str| header.iter().position(|name| name == column);
    let fraction = FRACTIONS.iter().find(|(file, _)| *file == name);
    if let Some(at) = fraction.and_then(|(_, column)| place(column)) {
        for row in &mut rows {
            if let Some(whole) = row[at].strip_suffix(".0") {
                row[at] = whole.to_string();
            }
        }
    }
    if place("window") == Some(0) && rows.iter().any(|row| row[0] == "2022") {
        let first = rows.iter().take_while(|row| row[0] == "2023-2024").count();
        rows.rotate_left(first);
    }
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&header).expect("memory");
    for row in rows {
        writer.write_record(row).expect("memory");
    }
    String::from_utf8(writer.into_inner().expect("memory")).expect("text")
}

#[test]
fn folders_whose_tables_are_printed_otherwise_are_verified_and_read_as_before() {
    let folder = scratch("plain-form").join("replay");
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::copy(reference().join("build.json"), folder.join("build.json")).expect("a copy");
    let mut changed = Vec::new();
    let mut hashes = Vec::new();
    for (name, content) in bytes(reference()) {
        if name.contains('/') {
            continue;
        }
        let old = match std::str::from_utf8(&content) {
            Ok(text) if name.ends_with(".csv") => plain_form(&name, text).into_bytes(),
            _ => content.clone(),
        };
        if old != content {
            changed.push(name.clone());
            hashes.push((data::sha256_bytes(&content), data::sha256_bytes(&old)));
        }
        std::fs::write(folder.join(&name), old).expect("a file");
    }
    for file in [
        "equity.csv",
        "trades.csv",
        "legs.csv",
        "decisions.csv",
        "slippage.csv",
    ] {
        assert!(changed.contains(&file.to_string()), "{file} is not another");
    }
    let path = folder.join("manifest.json");
    let manifest = std::fs::read_to_string(&path).expect("a manifest");
    let manifest = tables::seal::without(&manifest);
    let lines = manifest.split_inclusive('\n');
    let mut manifest: String = lines
        .filter(|line| !line.contains("\"csv_version\""))
        .collect();
    for (new, old) in hashes {
        manifest = manifest.replace(&new, &old);
    }
    std::fs::write(&path, manifest).expect("a manifest");
    let said = verified(&folder, &["--dataset", "datasets/reconstruction"]);
    assert!(said.contains("the same to the byte"), "{said}");

    // The page and the text of both are of the same numbers.
    let read = |folder: &Path| report::RunFolder::read(folder).expect("a run");
    let old = read(&folder);
    let new = read(reference());
    assert_eq!(old.doubts, new.doubts);
    assert_eq!(report::markdown(&old), report::markdown(&new));
}
