//! What is inside the program is what lies in the project.

use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Compares every file of a folder, and of the folders in it.
fn compare(folder: &str, seen: &mut usize) {
    let mut here: Vec<String> = Vec::new();
    for entry in std::fs::read_dir(root().join(folder)).expect("a folder of the project") {
        let entry = entry.expect("an entry");
        let name = entry.file_name().into_string().expect("UTF-8");
        let path = format!("{folder}/{name}");
        if entry.path().is_dir() {
            compare(&path, seen);
            continue;
        }
        let on_disk = std::fs::read(entry.path()).expect("a file");
        assert_eq!(shipped::bytes(&path), Some(on_disk.as_slice()), "{path}");
        here.push(name);
        *seen += 1;
    }
    here.sort();
    assert_eq!(shipped::names(folder), here, "{folder}");
}

#[test]
fn every_shipped_file_is_the_one_in_the_project() {
    let mut seen = 0;
    compare("configs", &mut seen);
    compare("datasets", &mut seen);
    assert!(seen > 50, "{seen} files");
}

#[test]
fn what_is_not_shipped_is_none() {
    for path in [
        "configs/runs/nothing.toml",
        "crates/README.md",
        "configs",
        "",
    ] {
        assert_eq!(shipped::bytes(path), None, "{path}");
    }
    assert!(shipped::names("configs/nothing").is_empty());
    assert!(shipped::text("datasets/reconstruction/daily.parquet").is_none());
}
