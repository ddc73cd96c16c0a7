//! The library as another host than the program sees it: a call returns its code, and stops when it is asked to.

use std::path::{Path, PathBuf};

use alvh_cli::{Stop, host};
use report::RunFolder;

use crate::support::{alvh, only_folder, reference, root, scratch, stderr};

/// A host that wanted to stop before it called: how the call ends.
fn stopped(args: &[&str]) -> u8 {
    let stop = Stop::new();
    stop.raise();
    alvh_cli::main(std::iter::once(&"alvh").chain(args), &stop)
}

fn config(file: &str) -> String {
    text(&root().join("configs").join(file))
}

fn text(path: &Path) -> String {
    path.to_str().expect("UTF-8").to_string()
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    if folder.exists() {
        crate::tidy::files(folder, &mut found);
    }
    found
}

#[test]
fn every_long_job_stops_when_it_is_asked_to_and_leaves_nothing() {
    let out = scratch("stopped");
    let (place, dataset) = (text(&out), text(&out.join("dataset")));
    let bundled = text(&root().join("datasets/reconstruction"));
    let publishers = text(&root().join("docs"));
    for args in [
        vec!["replay", &config("runs/replay.toml")],
        vec!["verify", &text(reference()), "--dataset", &bundled],
        vec!["data", "import", "--from", &publishers, "--into", &dataset],
        vec![
            "data",
            "fetch",
            "--base",
            "cboe=http://127.0.0.1:1",
            "--into",
            &dataset,
        ],
        vec!["data", "fit", &bundled],
        vec!["data", "reconstruct", "--into", &dataset],
    ] {
        let args: Vec<&str> = args
            .into_iter()
            .chain(["--quiet", "--out", &place])
            .collect();
        assert_eq!(stopped(&args), 130, "{args:?}");
        assert_eq!(files_below(&out), Vec::<PathBuf>::new(), "{args:?}");
    }
}

#[test]
fn a_sweep_and_a_merge_stop_when_they_are_asked_to_and_keep_what_was_computed() {
    let out = scratch("stopped-sweep");
    let sweep = config("sweeps/small.toml");
    let args = ["sweep", &sweep, "--quiet", "--out", &text(&out)];
    assert_eq!(stopped(&args), 130);
    let store = only_folder(&out);
    assert!(store.ends_with("store"), "{}", store.display());

    let parts = scratch("stopped-merge");
    let made = alvh(&[
        "sweep",
        &sweep,
        "--cells",
        "0..2",
        "--quiet",
        "--out",
        &text(&parts),
    ]);
    assert!(made.status.success(), "{}", stderr(&made));
    std::fs::remove_dir_all(parts.join("store")).expect("the store of the shard");
    let shard = only_folder(&parts);
    let whole = parts.join("whole");
    let args = ["sweep", "merge", &text(&shard), "--into", &text(&whole)];
    assert_eq!(stopped(&args), 130);
    assert_eq!(
        only_folder(&parts),
        shard,
        "nothing stands beside the shard"
    );
}

#[test]
fn calls_follow_one_another_in_one_process_and_clear_away_what_a_killed_one_left() {
    let run = config("runs/replay.toml");
    let out = scratch("host");
    let mut folders = Vec::new();
    for threads in ["1", "3"] {
        let args = [
            "alvh",
            "replay",
            &run,
            "--quiet",
            "--json",
            "--threads",
            threads,
            "--out",
        ];
        let code = alvh_cli::main(args.into_iter().chain([text(&out).as_str()]), &Stop::new());
        assert_eq!(code, 0, "{threads} threads");
        // What the run before left half-written goes, too.
        let folder = only_folder(&out);
        folders.push(crate::support::bytes(&folder));
        let name = folder.file_name().expect("a name").to_string_lossy();
        let left = out.join(format!(".{name}.partial-77"));
        if cfg!(unix) {
            std::fs::create_dir_all(left.join("figures")).expect("a folder");
        }
    }
    assert_eq!(folders[0], folders[1]);
    assert_eq!(alvh_cli::main(["alvh", "replya"], &Stop::new()), 2);
}

#[test]
fn what_a_terminal_shows_before_the_folder_stands_is_what_the_folder_says() {
    let out = scratch("shown");
    // Of 10,000 dollars no condor is bought: the warning before the tables counts trades and refusals.
    for (name, sets) in [
        ("usual", vec![]),
        ("idle", vec!["starting_capital_usd=10000.0".to_string()]),
    ] {
        let request = host::Request {
            run: Some(config("runs/replay.toml").into()),
            sets,
            ..host::Request::default()
        };
        let run = host::replay(&request, &Stop::new()).expect("it runs");
        let folder = run.save(&out.join(name)).expect("it is written");
        let read = RunFolder::read(&folder).expect("a run folder");
        for columns in [60, 80, 100, 200] {
            let page = report::terminal::page(&read, columns, false);
            assert_eq!(page.contains("TRADED NOTHING"), name == "idle");
            assert_eq!(
                run.comparison(false, columns),
                Ok(page),
                "{name}, {columns}"
            );
            let table = report::terminal::table(&read, columns, false) + "\n";
            assert_eq!(
                run.comparison(true, columns),
                Ok(table),
                "{name}, {columns}"
            );
        }
    }
}
