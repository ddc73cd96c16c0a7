//! A study in worlds: the same bytes however it was made, more worlds beside the first ones, and an answer that says what
//! it rests on.

use crate::parts::part;
use crate::studies::study;
use crate::support::{alvh, bytes, failure, rows, scratch, stderr};

const WORLDS: &str = "configs/studies/worlds.toml";

/// A year in six worlds under two hedges; every second world holds a stress.
const SMALL: [&str; 10] = [
    "--set",
    "windows={ worlds = 6, years = 1, seed = 3, stress = 0.5, control_worlds = 4 }",
    "--set",
    "arms=[\"unhedged\", \"always_on\", \"adaptive_confluence\"]",
    "--set",
    "inference.draws=100",
    "--set",
    "inference.window_draws=0",
    "--set",
    "random_dates.draws=0",
];

/// The same with other worlds.
fn with(windows: &str) -> Vec<String> {
    let mut all: Vec<String> = SMALL.iter().map(|text| (*text).to_string()).collect();
    all[1] = format!("windows={windows}");
    all
}

#[test]
fn worlds_are_the_same_bytes_on_one_thread_from_the_store_and_in_parts() {
    let (first, other) = (scratch("worlds-first"), scratch("worlds-other"));
    let priced = with(
        "{ worlds = 6, years = 1, seed = 3, stress = 0.5, control_worlds = 4, fair_prices = true }",
    );
    let priced: Vec<&str> = priced.iter().map(String::as_str).collect();
    let (folder, printed, said) = study(&first, WORLDS, &priced);
    assert!(said.contains("7 cells computed, 0 known"), "{said}");
    assert!(printed.contains("6 worlds of 1 year"), "{printed}");
    let read = report::StudyFolder::read(&folder).expect("a study folder");
    let small = report::terminal::study(&read, 80, false);
    assert!(small.lines().count() + 2 <= 24, "{small}");
    assert!(
        small.lines().all(|line| line.chars().count() <= 80),
        "{small}"
    );
    let stored = folder.join("study.toml");
    let one = bytes(&folder);
    let (again, ..) = study(&other, stored.to_str().expect("UTF-8"), &["--threads", "1"]);
    for (name, bytes) in bytes(&again) {
        assert!(bytes == one[&name], "{name} differs on one thread");
    }
    std::fs::remove_dir_all(&folder).expect("the folder goes");
    let (folder, _, said) = study(&first, WORLDS, &priced);
    assert!(said.contains("0 cells computed, 7 known"), "{said}");
    for (name, bytes) in bytes(&folder) {
        assert!(bytes == one[&name], "{name} differs from the store");
    }
    let into = scratch("worlds-parts");
    let mut extra = vec!["--dataset", "datasets/reconstruction"];
    extra.extend(priced);
    for number in ["1/3", "2/3", "0/3"] {
        part("study", WORLDS, number, &into, &extra);
    }
    let merged = scratch("worlds-merged").join("whole");
    let (into, merged_text) = (
        into.to_str().expect("UTF-8"),
        merged.to_str().expect("UTF-8"),
    );
    let joined = alvh(&[
        "study",
        "merge",
        into,
        "--into",
        merged_text,
        "--dataset",
        "datasets/reconstruction",
    ]);
    assert!(joined.status.success(), "{}", stderr(&joined));
    for (name, bytes) in bytes(&merged) {
        assert!(bytes == one[&name], "{name} differs in parts");
    }
}

#[test]
fn fair_prices_change_what_hedges_gain_and_nothing_else() {
    let (plain, ..) = study(&scratch("worlds-plain"), WORLDS, &SMALL);
    let priced = with(
        "{ worlds = 6, years = 1, seed = 3, stress = 0.5, control_worlds = 4, fair_prices = true }",
    );
    let priced: Vec<&str> = priced.iter().map(String::as_str).collect();
    let (priced, ..) = study(&scratch("worlds-priced"), WORLDS, &priced);
    for name in ["world_cells.csv", "world_answers.csv", "world_chances.csv"] {
        let [one, other] = [&plain, &priced].map(|folder| std::fs::read(folder.join(name)));
        assert!(one.expect("a table") == other.expect("a table"), "{name}");
    }
    let own = rows(&priced, "world_control.csv");
    assert_eq!(own.len(), 2 * 7);
    let (fair, others): (Vec<_>, Vec<_>) =
        (own.iter()).partition(|row| row.text("hedge").starts_with("fair_by_price"));
    let all = rows(&plain, "world_control.csv");
    let line = |row: &crate::support::Row| {
        ["arm", "hedge", "mean_gain_usd", "so", "chance"].map(|name| row.text(name).to_string())
    };
    assert_eq!(
        others.iter().map(|row| line(row)).collect::<Vec<_>>(),
        all.iter().map(line).collect::<Vec<_>>()
    );
    for row in fair {
        let as_it_is = (all.iter())
            .find(|own| own.text("arm") == row.text("arm") && own.text("hedge") == "as_it_is");
        let [own, before] =
            [Some(row), as_it_is].map(|row| row.expect("a row").text("mean_gain_usd"));
        assert!(own != before, "{}: {own}", row.text("arm"));
    }
    let page = std::fs::read_to_string(priced.join("report.html")).expect("the page");
    assert!(page.contains("At fair prices"), "no column");
    let (code, said) = failure(&[
        "study",
        WORLDS,
        "--set",
        "windows={ worlds = 2, years = 1, seed = 1, fair_prices = true }",
    ]);
    assert!(
        code == 2 && said.contains("windows.fair_prices"),
        "{code} {said}"
    );
}

#[test]
fn more_worlds_leave_the_first_as_they_are() {
    let out = scratch("worlds-more");
    let (few, ..) = study(&out, WORLDS, &SMALL);
    let of = |folder: &std::path::Path| -> Vec<String> {
        rows(folder, "world_cells.csv")
            .iter()
            .filter(|row| !row.text("world").is_empty())
            .map(|row| {
                format!(
                    "{} {} {}",
                    row.text("world"),
                    row.text("arm"),
                    row.text("pnl_usd")
                )
            })
            .collect()
    };
    let first = of(&few);
    assert_eq!(first.len(), 6 * 3);
    std::fs::remove_dir_all(&few).expect("the folder goes");
    let windows = "{ worlds = 8, years = 1, seed = 3, stress = 0.5, control_worlds = 4 }";
    let more = with(windows);
    let more: Vec<&str> = more.iter().map(String::as_str).collect();
    let (folder, _, said) = study(&out, WORLDS, &more);
    assert!(said.contains("2 cells computed, 7 known"), "{said}");
    assert_eq!(of(&folder)[..first.len()], first);
    let forced = rows(&folder, "world_cells.csv");
    let forced = forced
        .iter()
        .filter(|row| !row.text("stress").is_empty())
        .count();
    assert_eq!(forced, 4 * 3);
}

#[test]
fn the_tables_hold_every_arm_among_every_group() {
    let out = scratch("worlds-tables");
    let (folder, ..) = study(&out, WORLDS, &SMALL);
    // Two arms, five numbers, three groups; six questions.
    assert_eq!(rows(&folder, "world_answers.csv").len(), 2 * 5 * 3);
    assert_eq!(rows(&folder, "world_chances.csv").len(), 2 * 6 * 3);
    // Four whole years of the reconstruction are spans of a year.
    let realism = rows(&folder, "realism.csv");
    assert_eq!(realism.len(), 24 + 7);
    assert!(
        realism.iter().all(|row| row.text("worlds") == "3"),
        "three are forced"
    );
    assert_eq!(realism[0].text("real_spans"), "4");
    let control = rows(&folder, "world_control.csv");
    assert_eq!(control.len(), 2 * 5);
    for row in control.iter().filter(|row| row.text("hedge") != "as_it_is") {
        assert_eq!(row.text("mean_gain_usd"), "0.00");
    }
    let page = std::fs::read_to_string(folder.join("report.html")).expect("the page");
    assert!(page.contains("In other histories"), "no section of worlds");
}

#[test]
fn what_worlds_cannot_be_made_of_is_refused() {
    let out = scratch("worlds-refused");
    let out = out.to_str().expect("UTF-8");
    let refused = |windows: &str| {
        let extra = with(windows);
        let mut args = vec![
            "study",
            WORLDS,
            "--dataset",
            "datasets/reconstruction",
            "--out",
            out,
        ];
        args.extend(extra.iter().map(String::as_str));
        failure(&args)
    };
    let (code, said) = refused("{ worlds = 2, years = 9, seed = 1 }");
    assert!(
        code == 3 && said.contains("whole calendar years"),
        "{code} {said}"
    );
    let (code, said) = refused("{ worlds = 2, years = 1, seed = 1, stresses = [\"march_2020\"] }");
    assert!(code == 3 && said.contains("march_2020"), "{code} {said}");
    let (code, said) = refused("{ worlds = 0, years = 1, seed = 1 }");
    assert!(
        code == 2 && said.contains("windows.worlds"),
        "{code} {said}"
    );
    let (code, said) = refused("{ worlds = 2, years = 1, sed = 1 }");
    assert!(code == 2 && said.contains("sed"), "{code} {said}");
}
