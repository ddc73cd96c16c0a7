//! The configurations and the bundled dataset, inside the program: an installed `alvh` needs no checkout.
//!
//! Paths are those of the project, with `/` between their parts: `configs/runs/replay.toml`. Whether a file on disk wins
//! is decided by who asks.

use include_dir::{Dir, include_dir};

static CONFIGS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/configs");
static DATASETS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/datasets");

/// Folder of the bundled dataset.
pub const DATASET: &str = "datasets/reconstruction";

/// The folder a path of the project leads into, and the rest of the path.
fn top(path: &str) -> Option<(&'static Dir<'static>, &str)> {
    let (top, rest) = path.split_once('/')?;
    match top {
        "configs" => Some((&CONFIGS, rest)),
        "datasets" => Some((&DATASETS, rest)),
        _ => None,
    }
}

/// Bytes of a shipped file, or `None` where none has this path.
pub fn bytes(path: &str) -> Option<&'static [u8]> {
    let (dir, rest) = top(path)?;
    Some(dir.get_file(rest)?.contents())
}

/// Text of a shipped file, or `None` where none has this path or it is not text.
pub fn text(path: &str) -> Option<&'static str> {
    std::str::from_utf8(bytes(path)?).ok()
}

/// Names of the files directly in a shipped folder, sorted; none where there is no such folder.
pub fn names(folder: &str) -> Vec<&'static str> {
    let dir = match folder {
        "configs" => Some(&CONFIGS),
        "datasets" => Some(&DATASETS),
        _ => top(folder).and_then(|(dir, rest)| dir.get_dir(rest)),
    };
    let files = dir.into_iter().flat_map(Dir::files);
    let mut names: Vec<&str> = files
        .filter_map(|file| file.path().file_name()?.to_str())
        .collect();
    names.sort_unstable();
    names
}
