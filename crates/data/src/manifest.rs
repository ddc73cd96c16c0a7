//! The manifest: where each series comes from, in which unit, and when its values were known.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::NaiveDate;
use market::observations::PublishedBy;
use serde::{Deserialize, Serialize};

use crate::hash::Hasher;
use crate::{DataError, Finding, schema};

/// Version of the layout of a dataset folder.
pub const SCHEMA: u32 = 1;

/// What a dataset is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// What markets did, as publishers recorded it.
    History,
    /// Made by this program; not market history.
    Reconstruction,
}

/// Everything a reader must know about a dataset besides its values. Holds no clock time and no path.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Layout of the folder: [`SCHEMA`].
    pub schema: u32,
    /// Name for reports.
    pub name: String,
    /// What the dataset is.
    pub kind: Kind,
    /// What a reader must be told first; for a reconstruction, that it is not market history.
    pub notice: String,
    /// SHA-256 of what matters for results: kind, name, table contents and series rules.
    pub dataset_hash: String,
    /// First session.
    pub first_session: NaiveDate,
    /// Last session.
    pub last_session: NaiveDate,
    /// Number of sessions.
    pub sessions: usize,
    /// The series, daily ones first.
    pub series: Vec<SeriesEntry>,
    /// The tables by file name.
    pub files: BTreeMap<String, FileEntry>,
    /// What the import and the first check found.
    pub findings: Vec<Finding>,
}

/// One series of a dataset.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeriesEntry {
    /// Canonical name.
    pub name: String,
    /// Table that holds it.
    pub table: String,
    /// Unit of its values.
    pub unit: String,
    /// Publisher.
    pub publisher: String,
    /// Files it was read from, the one that wins first.
    pub sources: Vec<String>,
    /// When a value is known, in words.
    pub known_at: String,
    /// Sessions between the date of a value and the session at whose close it is known; 0 for slow series, which carry dates.
    pub lag_sessions: usize,
    /// Sessions over which a missing value is replaced by the one before when the dataset is loaded.
    pub carry_sessions: usize,
    /// Whether values are a later vintage than the one first released.
    pub revised: bool,
    /// Values present.
    pub rows: usize,
    /// Sessions without a value; 0 for slow series.
    pub missing: usize,
    /// Who published the values, of daily series: sessions in a row that one publisher's values cover, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub published_by: Vec<PublishedBy>,
}

/// One table of a dataset.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileEntry {
    /// SHA-256 of the file.
    pub sha256: String,
    /// SHA-256 of names, types and values, whatever the encoding.
    pub content_sha256: String,
    /// Rows.
    pub rows: usize,
}

impl Manifest {
    /// Reads the manifest of a dataset folder.
    pub fn read(dir: &Path) -> Result<Manifest, DataError> {
        let path = dir.join(schema::MANIFEST);
        let wrong = |message: String| DataError::Manifest {
            path: path.clone(),
            message,
        };
        let text = std::fs::read_to_string(&path).map_err(DataError::io(&path))?;
        let value: serde_json::Value =
            serde_json::from_str(&text).map_err(|e| wrong(e.to_string()))?;
        let version = value.get("schema").and_then(serde_json::Value::as_u64);
        if version != Some(SCHEMA.into()) {
            let found = version.map_or("none".to_string(), |v| v.to_string());
            return Err(wrong(format!(
                "schema: found {found}, allowed: {SCHEMA}; import the dataset again"
            )));
        }
        serde_json::from_value(value).map_err(|e| wrong(e.to_string()))
    }

    /// The manifest as the text of its file.
    pub fn text(&self) -> String {
        let json = serde_json::to_string_pretty(self);
        json.expect("a manifest has text keys and finite numbers only") + "\n"
    }

    /// SHA-256 of what matters for results. File encodings, findings and source names do not.
    pub(crate) fn hash(&self) -> String {
        let mut hasher = Hasher::default();
        hasher
            .number(self.schema.into())
            .text(&format!("{:?}", self.kind))
            .text(&self.name);
        for (name, file) in &self.files {
            hasher.text(name).text(&file.content_sha256);
        }
        for s in &self.series {
            hasher
                .text(&s.name)
                .text(&s.table)
                .text(&s.unit)
                .text(&s.known_at);
            hasher
                .number(s.lag_sessions as u64)
                .number(s.carry_sessions as u64)
                .number(s.revised.into());
        }
        hasher.finish()
    }
}
