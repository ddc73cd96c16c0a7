//! A file that cannot be read or written.

use std::path::{Path, PathBuf};

/// What could not be done, with which file or folder, and why.
#[derive(Debug, thiserror::Error)]
#[error("cannot {action} {}: {source}", path.display())]
pub struct FileError {
    /// A verb: `write`.
    action: &'static str,
    path: PathBuf,
    source: std::io::Error,
}

impl FileError {
    /// For `map_err`: `cannot ACTION PATH: why`.
    pub fn of(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> FileError {
        let path = path.to_path_buf();
        move |source| FileError {
            action,
            path,
            source,
        }
    }
}
