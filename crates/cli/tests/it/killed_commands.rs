//! Commands killed at seeded moments, by SIGKILL and SIGTERM in turn: what stood before still stands, whole; the next run
//! ends with the bytes of a run that nobody disturbed, and leaves nothing beside them.
//!
//! Sweeps have a test of their own (`sweeps::a_sweep_killed_…`). `ALVH_KILLS` asks for more moments of each command.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::support::{alvh, bytes, root, scratch, spring_run, stderr};

/// Moments of each command.
const KILLS: u64 = 10;

fn kills() -> u64 {
    let asked = std::env::var("ALVH_KILLS")
        .ok()
        .and_then(|n| n.parse().ok());
    asked.unwrap_or(KILLS)
}

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

/// Starts a command and ends it after a while: every second time by a signal that may be heard.
fn killed(args: &[&str], kill: u64, most_ms: u64) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_alvh"))
        .args(args)
        .current_dir(root())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    // Spread evenly, whatever their number: multiples of the golden ratio.
    let part = kill * 618_034 % 1_000_000;
    std::thread::sleep(Duration::from_millis(2 + part * most_ms / 1_000_000));
    match kill % 2 {
        0 => drop(child.kill()),
        _ => {
            let id = child.id().to_string();
            let sent = Command::new("kill")
                .args(["-TERM", &id])
                .stderr(Stdio::null())
                .status();
            sent.expect("kill");
        }
    }
    child.wait().expect("it ends");
}

/// Entries of a folder, hidden ones included.
fn entries(folder: &Path) -> Vec<String> {
    let found = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = found
        .map(|e| e.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// Runs a command to its end.
fn whole(args: &[&str]) {
    let output = alvh(args);
    assert!(output.status.success(), "{args:?}: {}", stderr(&output));
}

/// Kills a command that writes the one folder `target`, which then either is not there or is whole.
fn check(what: &str, target: &Path, args: &[&str], most_ms: u64) {
    whole(args);
    let wanted = bytes(target);
    let parent = target.parent().expect("a folder");
    let beside = entries(parent);
    let same = |found: &BTreeMap<String, Vec<u8>>, when: &str| {
        assert!(*found == wanted, "{what}: {when}, the folder is another");
    };
    for kill in 0..kills() {
        // The first half finds a good folder in place, the second none.
        if kill >= kills() / 2 {
            std::fs::remove_dir_all(target).expect("the folder");
        }
        killed(args, kill, most_ms);
        if target.exists() {
            same(&bytes(target), "killed");
        } else {
            assert!(kill >= kills() / 2, "{what}: the good folder is gone");
        }
        whole(args);
        same(&bytes(target), "the next run");
        assert_eq!(entries(parent), beside, "{what}: something was left behind");
    }
}

#[test]
fn replay() {
    let out = scratch("killed-replay");
    let args = spring_run(&out);
    whole(&args);
    let target = crate::support::only_folder(&out);
    check("replay", &target, &args, 2_500);
    report(&target);
}

fn report(folder: &Path) {
    check_pages("report", folder, &["report", text(folder), "--quiet"], 400);
}

/// Kills a command that renders the pages of a folder again: each page is whole at all times.
fn check_pages(what: &str, folder: &Path, args: &[&str], most_ms: u64) {
    let wanted = bytes(folder);
    for kill in 0..kills() {
        killed(args, kill, most_ms);
        for page in ["report.html", "report.md"] {
            let found = std::fs::read(folder.join(page)).expect("a page");
            assert!(found == wanted[page], "{what}: {page} is not whole");
        }
        whole(args);
        assert!(
            bytes(folder) == wanted,
            "{what}: the next run made another folder"
        );
    }
}

#[test]
fn reconstruct() {
    let into = scratch("killed-dataset").join("dataset");
    let args = ["data", "reconstruct", "--quiet", "--into", text(&into)];
    check("data reconstruct", &into, &args, 2_500);
}

#[test]
fn import() {
    let from = crate::data_commands::many_files("killed-import-from");
    let into = scratch("killed-import").join("dataset");
    let args = [
        "data",
        "import",
        "--quiet",
        "--from",
        &from,
        "--into",
        text(&into),
    ];
    check("data import", &into, &args, 250);
}

#[test]
fn study() {
    let out = scratch("killed-study");
    let place = [
        "study",
        crate::studies::STUDY,
        "--dataset",
        "datasets/reconstruction",
        "--quiet",
        "--out",
        text(&out),
    ];
    let args = [&place[..], &crate::studies::SMALL].concat();
    whole(&args);
    let wanted = bytes(&out);
    for kill in 0..kills() {
        // By turns with all cells known, with none known, and with the pages alone to make.
        match kill % 3 {
            0 => {}
            1 => std::fs::remove_dir_all(&out).expect("the folder"),
            _ => {
                let made = entries(&out).into_iter().filter(|name| name != "store");
                made.for_each(|name| std::fs::remove_dir_all(out.join(name)).expect("a folder"));
            }
        }
        killed(&args, kill, if kill % 3 == 1 { 2_500 } else { 600 });
        if kill % 3 == 0 {
            let found = bytes(&out);
            let mut made = wanted
                .iter()
                .filter(|(name, _)| !name.starts_with("store/"));
            let same = made.all(|(name, good)| found.get(name) == Some(good));
            assert!(same, "killed, the good folder is another");
        }
        whole(&args);
        let found = bytes(&out);
        let names = |of: &BTreeMap<String, Vec<u8>>| of.keys().cloned().collect::<Vec<_>>();
        assert_eq!(
            names(&found),
            names(&wanted),
            "something was left behind or is missing"
        );
        // The order of a store is that of its computation.
        let pages = |of: &BTreeMap<String, Vec<u8>>| {
            of.iter()
                .filter(|(name, _)| !name.starts_with("store/"))
                .map(|(n, b)| (n.clone(), b.clone()))
                .collect::<BTreeMap<_, _>>()
        };
        assert!(
            pages(&found) == pages(&wanted),
            "the next run made another folder"
        );
    }
}

/// A sweep of four cells of one spring.
pub fn tiny_sweep() -> String {
    let run = root().join("configs/runs/replay.toml");
    format!(
        "name = \"tiny\"\nrun = {run:?}\n[set]\narms = [\"unhedged\", \"tiered\"]\n\
         windows = [{{ name = \"spring\", first = \"2022-03-01\", last = \"2022-05-31\" }}]\n\
         [sample]\nmethod = \"grid\"\n[statistics]\nlevel = 0.9\ndraws = 200\nmean_block_sessions = 21.0\nseed = 1\n\
         cscv_blocks = 4\ntrain_sessions = 20\ntest_sessions = 10\npurge_sessions = 2\n\
         [[axes]]\nkey = \"policies.tiered.budget_fraction_of_credit\"\nvalues = [0.1, 0.2, 0.3, 0.4]\n"
    )
}

/// The same in two shards.
fn shards(folder: &Path) -> Vec<PathBuf> {
    let file = folder.join("tiny.toml");
    std::fs::write(&file, tiny_sweep()).expect("a file");
    let mut found = Vec::new();
    for cells in ["0..2", "2..4"] {
        let out = folder.join(cells);
        whole(&[
            "sweep",
            text(&file),
            "--quiet",
            "--out",
            text(&out),
            "--cells",
            cells,
        ]);
        let name = entries(&out)
            .into_iter()
            .find(|name| name.contains("-cells-"));
        found.push(out.join(name.expect("a shard")));
    }
    found
}

#[test]
fn merge() {
    let folder = scratch("killed-merge");
    let shards = shards(&folder);
    let into = folder.join("joined").join("whole");
    let mut args = vec!["sweep", "merge", "--quiet", "--into", text(&into)];
    args.extend(shards.iter().map(|shard| text(shard)));
    check("sweep merge", &into, &args, 700);
}
