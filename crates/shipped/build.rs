//! A file added to or taken from these folders is seen by the next build. Changes within a file are seen without it.

use std::path::Path;

/// In a checkout they are links to the top of the project; a package has copies.
const FOLDERS: [&str; 2] = ["configs", "datasets"];

fn main() {
    for folder in FOLDERS {
        assert!(
            Path::new(folder).is_dir(),
            "crates/shipped/{folder} is no folder: git made no links. `git config core.symlinks true`, then check out again"
        );
        println!("cargo::rerun-if-changed={folder}");
    }
}
