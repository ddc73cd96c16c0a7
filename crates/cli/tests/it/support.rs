//! Runs the program, once for all tests where one run will do.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

/// Root of the checkout.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .expect("the checkout")
}

/// A folder of this test binary, emptied once per run.
pub fn scratch(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir_all(&path).expect("a folder in the target directory");
    path
}

/// Runs `alvh` in the root of the checkout.
pub fn alvh(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_alvh"))
        .args(args)
        .current_dir(root())
        .output()
        .expect("the program starts")
}

pub fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Exit code and message of a command that must fail.
pub fn failure(args: &[&str]) -> (i32, String) {
    let output = alvh(args);
    assert!(
        !output.status.success(),
        "{args:?} succeeded: {}",
        stdout(&output)
    );
    assert_eq!(stdout(&output), "", "{args:?}: stdout carries results only");
    (output.status.code().expect("no signal"), stderr(&output))
}

/// Replays the reference run into `name` with extra arguments; returns its folder.
pub fn replay_into(name: &str, extra: &[&str]) -> PathBuf {
    let out = scratch(name);
    let out_text = out.to_str().expect("a path in UTF-8");
    let mut args = vec!["replay", "--quiet", "--out", out_text];
    args.extend(extra);
    let output = alvh(&args);
    assert!(output.status.success(), "{}", stderr(&output));
    only_folder(&out)
}

/// The one thing below an output folder.
pub fn only_folder(out: &Path) -> PathBuf {
    only(out, |_| true)
}

/// The one result folder below an output folder, the store beside it left out. Of two the one a caller means would be chance:
/// their names are hashes.
pub fn result_folder(out: &Path) -> PathBuf {
    only(out, |path| !path.ends_with("store"))
}

fn only(out: &Path, wanted: impl Fn(&Path) -> bool) -> PathBuf {
    let folders: Vec<PathBuf> = std::fs::read_dir(out)
        .expect("the folder")
        .map(|e| e.expect("an entry").path())
        .filter(|path| wanted(path))
        .collect();
    assert_eq!(folders.len(), 1, "{folders:?}");
    folders[0].clone()
}

/// The reference run, replayed once.
pub fn reference() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| replay_into("reference", &[]))
}

/// Pages are made of tables in memory: those of the files beside them must be the same.
pub fn assert_pages_are_those_of_the_files(folder: &Path) {
    let run = report::RunFolder::read(folder).expect("a run folder");
    assert_eq!(run.doubts, Vec::<String>::new());
    let again = report::render(&run);
    for (page, wanted) in [("report.html", again.html), ("report.md", again.pages.text)] {
        let found = std::fs::read_to_string(folder.join(page)).expect("a page");
        assert!(found == wanted, "{page} of {}", folder.display());
    }
}

/// Bytes of every file of a folder but `build.json`.
pub fn bytes(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for path in std::fs::read_dir(folder)
        .expect("the folder")
        .map(|e| e.expect("an entry").path())
    {
        let name = path
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        if path.is_dir() {
            found.extend(
                bytes(&path)
                    .into_iter()
                    .map(|(file, content)| (format!("{name}/{file}"), content)),
            );
        } else if name != "build.json" {
            found.insert(name, std::fs::read(&path).expect("a file"));
        }
    }
    found
}

/// One row of a CSV file by column name.
pub struct Row(BTreeMap<String, String>);

impl Row {
    pub fn text(&self, column: &str) -> &str {
        self.0
            .get(column)
            .unwrap_or_else(|| panic!("no column {column}"))
    }

    /// Cents of a money cell, read exactly.
    pub fn cents(&self, column: &str) -> i64 {
        let text = self.text(column);
        let (whole, part) = text
            .rsplit_once('.')
            .unwrap_or_else(|| panic!("{column}: {text:?} has no decimals"));
        assert_eq!(part.len(), 2, "{column}: {text:?}");
        format!("{whole}{part}")
            .parse()
            .unwrap_or_else(|e| panic!("{column}: {text:?}: {e}"))
    }

    pub fn number(&self, column: &str) -> Option<f64> {
        let text = self.text(column);
        (!text.is_empty()).then(|| {
            text.parse()
                .unwrap_or_else(|e| panic!("{column}: {text:?}: {e}"))
        })
    }
}

/// Rows of a CSV file.
pub fn rows(folder: &Path, file: &str) -> Vec<Row> {
    let mut reader =
        csv::Reader::from_path(folder.join(file)).unwrap_or_else(|e| panic!("{file}: {e}"));
    let columns = reader.headers().expect("a header").clone();
    reader
        .records()
        .map(|record| {
            let record = record.unwrap_or_else(|e| panic!("{file}: {e}"));
            Row(columns
                .iter()
                .map(str::to_string)
                .zip(record.iter().map(str::to_string))
                .collect())
        })
        .collect()
}

/// Header of a CSV file.
pub fn header(folder: &Path, file: &str) -> Vec<String> {
    let mut reader =
        csv::Reader::from_path(folder.join(file)).unwrap_or_else(|e| panic!("{file}: {e}"));
    reader
        .headers()
        .expect("a header")
        .iter()
        .map(str::to_string)
        .collect()
}

/// The folder with the publishers' files, if this machine has one.
pub fn real_data(test: &str) -> Option<String> {
    let folder = std::env::var("ALVH_REAL_DATA")
        .ok()
        .filter(|f| !f.is_empty());
    if folder.is_none() {
        eprintln!(
            "NOT TESTED: {test} needs real market files; set ALVH_REAL_DATA to a folder of them (README)"
        );
    }
    folder
}

/// A dataset of the publishers' files, imported once.
pub fn real_dataset(test: &str) -> Option<&'static Path> {
    static DATASET: OnceLock<PathBuf> = OnceLock::new();
    let from = real_data(test)?;
    let make = || {
        let dataset = scratch("real-dataset").join("dataset");
        let output = alvh(&[
            "data",
            "import",
            "--quiet",
            "--from",
            &from,
            "--into",
            dataset.to_str().expect("UTF-8"),
        ]);
        assert!(output.status.success(), "{}", stderr(&output));
        dataset
    };
    Some(DATASET.get_or_init(make))
}

/// The window of a short run.
pub const SPRING: &str = "windows=[{name=\"spring\",first=\"2022-03-01\",last=\"2022-05-31\"}]";

/// The command of a short run into a folder: one spring, without twins and random dates.
pub fn spring_run(out: &Path) -> [&str; 10] {
    [
        "replay",
        "--quiet",
        "--out",
        out.to_str().expect("UTF-8"),
        "--set",
        SPRING,
        "--set",
        "equal_spend_twins=false",
        "--set",
        "controls.random_timing_draws=0",
    ]
}
