//! What was fetched before: `fetch.json`, beside the files.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

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
    pub fn read(folder: &Path) -> Result<State, String> {
        let path = folder.join(FILE);
        let text = match std::fs::read_to_string(&path) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(State::default()),
            other => other.map_err(|e| format!("cannot read {}: {e}", path.display()))?,
        };
        serde_json::from_str(&text).map_err(|e| {
            format!(
                "{} is no list of fetched files ({e}); remove it to fetch everything again",
                path.display()
            )
        })
    }

    /// Writes it, whole or not at all.
    ///
    /// # Errors
    /// Where the folder cannot be written.
    pub fn write(&self, folder: &Path) -> Result<(), String> {
        let text = serde_json::to_string_pretty(self).map_err(|e| e.to_string())? + "\n";
        write_whole(&folder.join(FILE), text.as_bytes())
    }

    /// The entry of a file that is still there, from the same address and with the same bytes.
    pub fn intact(&self, folder: &Path, path: &str, url: &str) -> Option<&Fetched> {
        let entry = self.files.get(path).filter(|entry| entry.url == url)?;
        let bytes = std::fs::read(folder.join(path)).ok()?;
        (sha256(&bytes) == entry.sha256).then_some(entry)
    }
}

/// Writes a file beside its place and renames it.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), String> {
    let part = path.with_extension("part");
    let written = std::fs::write(&part, bytes).and_then(|()| std::fs::rename(&part, path));
    written.map_err(|e| format!("cannot write {}: {e}", path.display()))
}

/// SHA-256 in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}
