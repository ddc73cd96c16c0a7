//! What was fetched before: `fetch.json`, beside the files.

use std::collections::BTreeMap;
use std::path::Path;

use files::{FileError, sha256, write_whole};
use serde::{Deserialize, Serialize};

use crate::error::FetchError;

/// Name of the file.
pub const FILE: &str = "fetch.json";

/// Everything fetched into a folder, by the file's place in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// One entry per file.
    pub files: BTreeMap<String, Fetched>,
}

/// One fetched file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fetched {
    /// Where it came from.
    pub url: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// Its length (bytes).
    pub bytes: u64,
    /// The publisher's entity tag, if it gave one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// The publisher's date of last change, if it gave one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_modified: Option<String>,
}

impl State {
    /// The state of a folder; empty where nothing was fetched yet.
    ///
    /// # Errors
    /// Where the file is there and cannot be read.
    pub fn read(folder: &Path) -> Result<State, FetchError> {
        let path = folder.join(FILE);
        let text = match std::fs::read_to_string(&path) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(State::default()),
            other => other.map_err(FileError::of("read", &path))?,
        };
        serde_json::from_str(&text).map_err(|source| FetchError::State { path, source })
    }

    /// Writes it, whole or not at all.
    ///
    /// # Errors
    /// Where the folder cannot be written.
    pub fn write(&self, folder: &Path) -> Result<(), FetchError> {
        let path = folder.join(FILE);
        let text = match serde_json::to_string_pretty(self) {
            Ok(text) => text + "\n",
            Err(source) => return Err(FetchError::State { path, source }),
        };
        Ok(write_whole(&path, text.as_bytes())?)
    }

    /// The entry of a file that is still there, from the same address and with the same bytes.
    pub fn intact(&self, folder: &Path, path: &str, url: &str) -> Option<&Fetched> {
        let entry = self.files.get(path).filter(|entry| entry.url == url)?;
        let bytes = std::fs::read(folder.join(path)).ok()?;
        (sha256(&bytes) == entry.sha256).then_some(entry)
    }
}
