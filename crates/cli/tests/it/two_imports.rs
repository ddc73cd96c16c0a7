//! Two processes and one dataset: the first has the place from before it reads or fetches, the second is told at once, and
//! what a killed one left stops nobody.
#![cfg(unix)]

use std::fs::File;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::support::{alvh, failure, root, scratch, stderr, stdout};

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

/// A process that is killed at the end, whatever happens.
struct First(Child);

impl Drop for First {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start(args: &[&str]) -> First {
    let child = Command::new(env!("CARGO_BIN_EXE_alvh"))
        .args(args)
        .current_dir(root())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    First(child.expect("the program starts"))
}

/// Closes of ten sessions, made up, in a folder of their own.
fn publishers(folder: &Path) -> PathBuf {
    let from = folder.join("from");
    std::fs::create_dir_all(&from).expect("a folder");
    let days = [3, 4, 5, 6, 7, 10, 11, 12, 13, 14];
    let rows = |row: &dyn Fn(u32) -> String| days.map(row).concat();
    let spx = rows(&|d| format!("2022-01-{d:02},4000,4020,3980,{}\n", 4000 + d));
    let vix = rows(&|d| format!("01/{d:02}/2022,20,22,18,{}.5\n", 19 + d % 3));
    let write = |name: &str, text: String| std::fs::write(from.join(name), text).expect("a file");
    write("GSPC.csv", format!("Date,Open,High,Low,Close\n{spx}"));
    write(
        "VIX_History.csv",
        format!("DATE,OPEN,HIGH,LOW,CLOSE\n{vix}"),
    );
    from
}

/// Runs a command that must be refused; its message. The first process stands still all the while: whoever waited for it would
/// wait for ever.
fn refused(args: &[&str]) -> String {
    let (code, message) = failure(args);
    assert_eq!(code, 3, "{message}");
    message
}

/// Names in a folder, hidden ones too.
fn entries(folder: &Path) -> Vec<String> {
    let found = std::fs::read_dir(folder).expect("a folder");
    let mut names: Vec<String> = found
        .map(|e| {
            e.expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    names
}

/// An import that was stopped while it reads: it has the place, and has not begun to write.
fn reading(from: &Path, into: &Path) -> First {
    let lock = into.with_file_name(".dataset.lock");
    for _ in 0..50 {
        let mut first = start(&[
            "data",
            "import",
            "--quiet",
            "--from",
            text(from),
            "--into",
            text(into),
        ]);
        while !lock.exists() && first.0.try_wait().expect("a process").is_none() {
            std::thread::sleep(Duration::from_millis(1));
        }
        let id = first.0.id().to_string();
        let stopped = Command::new("kill").args(["-STOP", &id]).status();
        assert!(stopped.expect("kill").success());
        let beside = entries(into.parent().expect("a folder"));
        let writes = beside.iter().any(|name| name.contains(".partial-"));
        let is_held = File::open(&lock).is_ok_and(|file| file.try_lock().is_err());
        if is_held && !writes {
            return first;
        }
        // It was faster than this test: once more.
    }
    panic!("no import was met while it reads");
}

#[test]
fn the_second_import_into_a_folder_ends_at_once_while_the_first_still_reads() {
    let folder = scratch("two_imports");
    let from = publishers(&folder);
    let slow = folder.join("slow");
    std::fs::create_dir(&slow).expect("a folder");
    for i in 0..3_000 {
        std::fs::write(slow.join(format!("note_{i}.txt")), "hello\n").expect("a file");
    }
    let into = folder.join("dataset");
    let import = ["data", "import", "--quiet", "--from", text(&from), "--into"];
    let second = [&import[..], &[text(&into)]].concat();
    assert!(alvh(&second).status.success());
    let manifest = std::fs::read(into.join("manifest.json")).expect("a manifest");

    let first = reading(&slow, &into);
    let told = format!(
        "{}: another import or fetch into this dataset is under way; wait until it has ended, or name another dataset",
        into.display()
    );
    let message = refused(&second);
    assert!(message.contains(&told), "{message}");
    let json = alvh(&[&second[..], &["--json"]].concat());
    assert_eq!(json.status.code(), Some(3), "{}", stderr(&json));
    let line: serde_json::Value = serde_json::from_str(&stdout(&json)).expect("a line of JSON");
    assert_eq!(line["error"], told.as_str());
    // Nobody listens there: a fetch that asked first would say so.
    let nowhere = "cboe=http://127.0.0.1:1";
    let fetch = [
        "data",
        "fetch",
        "--quiet",
        "--base",
        nowhere,
        "--into",
        text(&into),
    ];
    assert!(refused(&fetch).contains(&told));
    let rebuilt = refused(&["data", "reconstruct", "--quiet", "--into", text(&into)]);
    assert!(rebuilt.contains(&told), "{rebuilt}");
    let now = std::fs::read(into.join("manifest.json")).expect("a manifest");
    assert_eq!(now, manifest, "the dataset was touched");

    // Another dataset is nobody's business, and a plan writes nothing.
    let other = folder.join("other");
    let import_other = [&import[..], &[text(&other)]].concat();
    assert!(alvh(&import_other).status.success());
    assert!(
        alvh(&[&second[..], &["--dry-run"]].concat())
            .status
            .success()
    );

    // Killed without a chance to give anything back.
    drop(first);
    let output = alvh(&second);
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(entries(&folder), ["dataset", "from", "other", "slow"]);
}

#[test]
fn a_fetch_has_its_dataset_and_its_files_from_before_the_first_request() {
    let folder = scratch("two_fetches");
    let from = publishers(&folder);
    // A server that takes requests and never answers.
    let server = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", server.local_addr().expect("an address"));
    let bases = ["cboe", "cfe", "fred", "treasury"].map(|name| format!("{name}={url}"));
    let (into, raw) = (folder.join("dataset"), folder.join("raw"));
    let mut fetch = vec![
        "data",
        "fetch",
        "--quiet",
        "--from",
        "2024-01-02",
        "--to",
        "2024-03-28",
    ];
    bases.iter().for_each(|base| fetch.extend(["--base", base]));
    fetch.extend(["--raw", text(&raw), "--into"]);
    let first = [&fetch[..], &[text(&into)]].concat();
    let running = start(&first);
    let asked = server.accept().expect("a request");

    let told = format!(
        "{}: another import or fetch into this dataset is under way",
        into.display()
    );
    assert!(refused(&first).contains(&told));
    let import = [
        "data",
        "import",
        "--quiet",
        "--from",
        text(&from),
        "--into",
        text(&into),
    ];
    assert!(refused(&import).contains(&told));
    let other = folder.join("other");
    let message = refused(&[&fetch[..], &[text(&other)]].concat());
    let told = format!(
        "{}: another process is writing here; wait until it has ended",
        raw.display()
    );
    assert!(message.contains(&told), "{message}");

    drop(running);
    drop(asked);
    let output = alvh(&import);
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(entries(&folder), [".raw.lock", "dataset", "from", "raw"]);
}
