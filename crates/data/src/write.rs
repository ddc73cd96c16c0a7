//! Writing a dataset folder: all of it, or nothing.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use market::calendar::Calendar;
use market::observations::{Observations, Release};

use crate::chains::checks::Levels;
use crate::chains::store::Writer;
use crate::chains::{ChainQuote, Duplicates};
use crate::manifest::{FileEntry, Kind, Manifest, SCHEMA, SeriesEntry};
use crate::table::{Column, Extra, write_table};
use crate::tables::{Tables, VxRow, event_name};
use crate::{DataError, Finding, check, schema, trust};

/// What observations do not say about themselves.
#[derive(Clone, Debug, PartialEq)]
pub struct DatasetInfo {
    /// Name for reports.
    pub name: String,
    /// What the dataset is.
    pub kind: Kind,
    /// What a reader must be told first.
    pub notice: String,
    /// Publisher of every series that `sources` does not name.
    pub publisher: String,
    /// Publisher and files by series.
    pub sources: BTreeMap<String, Source>,
    /// What was found before writing.
    pub findings: Vec<Finding>,
}

/// Where a series comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// Publisher.
    pub publisher: String,
    /// Files relative to the imported folder, the one that wins first.
    pub files: Vec<String>,
}

/// Writes observations as a dataset folder. The same observations give the same bytes.
///
/// An older dataset in `dir` is replaced as a whole, after the new one is complete; any other folder is left alone.
pub fn write_dataset(
    dir: &Path,
    observations: &Observations,
    info: &DatasetInfo,
) -> Result<Manifest, DataError> {
    write_tables(dir, &Tables::from(observations), info, |_| {
        Ok(Extra::default())
    })
}

/// As [`write_dataset`], with option quotes, which may be more than fit in memory.
///
/// # Errors
/// Those of [`write_dataset`].
pub fn write_dataset_with_chains(
    dir: &Path,
    observations: &Observations,
    info: &DatasetInfo,
    quotes: &mut dyn Iterator<Item = ChainQuote>,
) -> Result<Manifest, DataError> {
    write_tables(dir, &Tables::from(observations), info, |partial| {
        let levels = Levels::new();
        let mut writer = Writer::new(partial, &levels);
        writer.begin(schema::CHAINS, Duplicates::Refused);
        for quote in quotes {
            writer.push(quote)?;
        }
        writer.finish()?.map_err(|reasons| DataError::Observations {
            what: schema::CHAINS.into(),
            found: reasons.into_values().next().unwrap_or_default(),
            allowed: "one quote of a contract and moment".into(),
        })
    })
}

/// Writes tables; `extra` may add more to the unfinished folder.
pub(crate) fn write_tables(
    dir: &Path,
    tables: &Tables,
    info: &DatasetInfo,
    extra: impl FnOnce(&Path) -> Result<Extra, DataError>,
) -> Result<Manifest, DataError> {
    validate(tables)?;
    let staged = Staged::begin(dir)?;
    let mut files = BTreeMap::new();
    for (name, columns) in [
        (schema::DAILY, daily(tables)),
        (schema::VX, vx(tables)),
        (schema::SLOW, slow(tables)),
        (schema::EVENTS, events(tables)),
    ] {
        files.insert(
            name.to_string(),
            write_table(&staged.partial, name, &columns)?,
        );
    }
    trust::believable(tables)?;
    let extra = extra(&staged.partial)?;
    files.extend(extra.files);
    let manifest = manifest(tables, info, files, extra.findings);
    let path = staged.partial.join(schema::MANIFEST);
    std::fs::write(&path, manifest.text()).map_err(DataError::io(&path))?;
    staged.commit()?;
    Ok(manifest)
}

/// The one file of a dataset folder that people write.
const README: &str = "README.md";

/// A folder being written beside the one it will replace.
struct Staged {
    /// Held until the dataset is complete: a second import into the same place is told to wait.
    lock: (std::fs::File, PathBuf),
    target: PathBuf,
    partial: PathBuf,
    old: PathBuf,
}

impl Staged {
    fn begin(target: &Path) -> Result<Staged, DataError> {
        refuse_other_folders(target)?;
        let name = target
            .file_name()
            .map(|n| n.to_string_lossy().into_owned())
            .unwrap_or_default();
        let beside = |suffix: &str| target.with_file_name(format!(".{name}.{suffix}"));
        if let Some(parent) = target.parent().filter(|p| !p.as_os_str().is_empty()) {
            std::fs::create_dir_all(parent).map_err(DataError::io(parent))?;
        }
        let lock = lock(&beside("lock"), target)?;
        let staged = Staged {
            lock,
            target: target.to_path_buf(),
            partial: beside("partial"),
            old: beside("old"),
        };
        // Both can only be left from an interrupted run: `old` from between the two renames of `commit`.
        if staged.old.exists() && !target.exists() {
            std::fs::rename(&staged.old, target).map_err(DataError::io(target))?;
        }
        remove(&staged.old)?;
        remove(&staged.partial)?;
        std::fs::create_dir_all(&staged.partial).map_err(DataError::io(&staged.partial))?;
        Ok(staged)
    }

    fn commit(&self) -> Result<(), DataError> {
        // What people wrote about a dataset stays with it.
        let about = self.target.join(README);
        if about.is_file() {
            std::fs::copy(&about, self.partial.join(README)).map_err(DataError::io(&about))?;
        }
        if self.target.exists() {
            std::fs::rename(&self.target, &self.old).map_err(DataError::io(&self.target))?;
        }
        if let Err(error) = std::fs::rename(&self.partial, &self.target) {
            // Put the good dataset back before saying what went wrong.
            let _ = std::fs::rename(&self.old, &self.target);
            return Err(DataError::Io {
                path: self.target.clone(),
                source: error,
            });
        }
        remove(&self.old)
    }
}

/// The lock beside a dataset. The system gives it back where a program ends without doing so.
fn lock(path: &Path, target: &Path) -> Result<(std::fs::File, PathBuf), DataError> {
    let file = std::fs::File::create(path).map_err(DataError::io(path))?;
    match file.try_lock() {
        Ok(()) => Ok((file, path.to_path_buf())),
        Err(std::fs::TryLockError::WouldBlock) => Err(DataError::Locked {
            path: target.to_path_buf(),
        }),
        Err(std::fs::TryLockError::Error(error)) => Err(DataError::Io {
            path: path.to_path_buf(),
            source: error,
        }),
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.partial);
        // Whoever made the file anew in between holds another one.
        let _ = std::fs::remove_file(&self.lock.1);
        let _ = self.lock.0.unlock();
    }
}

fn refuse_other_folders(target: &Path) -> Result<(), DataError> {
    if !target.exists() || target.join(schema::MANIFEST).is_file() {
        return Ok(());
    }
    let mut entries = std::fs::read_dir(target).map_err(DataError::io(target))?;
    let is_readme =
        |entry: std::io::Result<std::fs::DirEntry>| entry.is_ok_and(|e| e.file_name() == README);
    if entries.all(is_readme) {
        Ok(())
    } else {
        Err(DataError::NotADataset {
            path: target.to_path_buf(),
        })
    }
}

fn remove(dir: &Path) -> Result<(), DataError> {
    if dir.exists() {
        std::fs::remove_dir_all(dir).map_err(DataError::io(dir))
    } else {
        Ok(())
    }
}

fn validate(tables: &Tables) -> Result<(), DataError> {
    let wrong = |what: &str, found: String, allowed: String| DataError::Observations {
        what: what.into(),
        found,
        allowed,
    };
    let (Some(first), Some(last)) = (tables.sessions.first(), tables.sessions.last()) else {
        return Err(wrong("sessions", "none".into(), "at least one".into()));
    };
    let calendar = Calendar::nyse();
    let expected: Vec<_> = calendar
        .sessions()
        .iter()
        .filter(|d| (first..=last).contains(d))
        .collect();
    let differs = tables.sessions.iter().zip(&expected).find(|(a, b)| a != *b);
    if differs.is_some() || tables.sessions.len() != expected.len() {
        let found = differs.map_or(format!("{} sessions", tables.sessions.len()), |(a, _)| {
            a.to_string()
        });
        return Err(wrong(
            "sessions",
            found,
            format!(
                "the {} NYSE sessions from {first} to {last}",
                expected.len()
            ),
        ));
    }
    for (name, series) in &tables.daily {
        let (found, allowed) = (series.values.len(), tables.sessions.len());
        if found != allowed {
            return Err(wrong(
                name,
                format!("{found} values"),
                format!("{allowed}, one per session"),
            ));
        }
    }
    Ok(())
}

fn daily(tables: &Tables) -> Vec<Column> {
    let dates = Column::date("date", tables.sessions.iter().map(|d| Some(*d)).collect());
    let series = tables
        .daily
        .iter()
        .map(|(name, s)| Column::f64(name, s.values.clone()));
    std::iter::once(dates).chain(series).collect()
}

fn vx(tables: &Tables) -> Vec<Column> {
    let numbers = |name, value: fn(&VxRow) -> Option<f64>| {
        Column::f64(name, tables.vx.iter().map(value).collect())
    };
    let counts = |name, value: fn(&VxRow) -> Option<i64>| {
        Column::i64(name, tables.vx.iter().map(value).collect())
    };
    vec![
        Column::date(
            "trade_date",
            tables.vx.iter().map(|r| Some(r.trade_date)).collect(),
        ),
        Column::date("expiry", tables.vx.iter().map(|r| Some(r.expiry)).collect()),
        numbers("settle", |r| Some(r.settle)),
        numbers("open", |r| r.open),
        numbers("high", |r| r.high),
        numbers("low", |r| r.low),
        numbers("close", |r| r.close),
        counts("volume", |r| r.volume),
        counts("open_interest", |r| r.open_interest),
    ]
}

fn slow(tables: &Tables) -> Vec<Column> {
    let rows: Vec<(&String, &Release)> = tables
        .slow
        .iter()
        .flat_map(|(n, v)| v.iter().map(move |r| (n, r)))
        .collect();
    vec![
        Column::str("series", rows.iter().map(|r| Some(r.0.clone())).collect()),
        Column::date("period", rows.iter().map(|r| Some(r.1.period)).collect()),
        Column::date("known", rows.iter().map(|r| Some(r.1.known)).collect()),
        Column::f64("value", rows.iter().map(|r| Some(r.1.value)).collect()),
    ]
}

fn events(tables: &Tables) -> Vec<Column> {
    vec![
        Column::date("date", tables.events.iter().map(|e| Some(e.date)).collect()),
        Column::i64(
            "minute",
            tables
                .events
                .iter()
                .map(|e| Some(e.minute.into()))
                .collect(),
        ),
        Column::str(
            "kind",
            tables
                .events
                .iter()
                .map(|e| Some(event_name(e.kind).to_string()))
                .collect(),
        ),
    ]
}

fn manifest(
    tables: &Tables,
    info: &DatasetInfo,
    files: BTreeMap<String, FileEntry>,
    more: Vec<Finding>,
) -> Manifest {
    let mut findings = info.findings.clone();
    findings.extend(more);
    findings.extend(check::tables_findings(tables).into_vec());
    findings.sort_by_key(|f| std::cmp::Reverse(f.severity));
    let mut manifest = Manifest {
        schema: SCHEMA,
        name: info.name.clone(),
        kind: info.kind,
        notice: info.notice.clone(),
        dataset_hash: String::new(),
        first_session: tables.sessions[0],
        last_session: tables.sessions[tables.sessions.len() - 1],
        sessions: tables.sessions.len(),
        series: series(tables, info),
        files,
        findings,
    };
    manifest.dataset_hash = manifest.hash();
    manifest
}

fn series(tables: &Tables, info: &DatasetInfo) -> Vec<SeriesEntry> {
    let daily = tables.daily.iter().map(|(name, s)| {
        let known = schema::daily(name);
        let rows = s.values.iter().flatten().count();
        SeriesEntry {
            unit: known.map_or("", |k| k.unit).into(),
            known_at: known
                .filter(|k| k.lag_sessions == s.lag_sessions)
                .map_or(lag_words(s.lag_sessions), |k| k.known.into()),
            lag_sessions: s.lag_sessions,
            carry_sessions: known.map_or(0, |k| k.carry_sessions),
            missing: s.values.len() - rows,
            ..entry(info, name, schema::DAILY, rows)
        }
    });
    let slow = tables.slow.iter().map(|(name, releases)| {
        let known = schema::slow_series(name);
        SeriesEntry {
            unit: known.map_or("", |k| k.unit).into(),
            known_at: known
                .map_or("as dated in the table", |k| k.rule.words())
                .into(),
            revised: info.kind == Kind::History && known.is_some_and(|k| k.revised),
            ..entry(info, name, schema::SLOW, releases.len())
        }
    });
    let vx = (!tables.vx.is_empty()).then(|| SeriesEntry {
        unit: "index points".into(),
        known_at: "settlement, at 16:15 of its session: for decisions that fill on the next one"
            .into(),
        ..entry(info, "vx", schema::VX, tables.vx.len())
    });
    daily.chain(vx).chain(slow).collect()
}

fn lag_words(lag_sessions: usize) -> String {
    format!("at the close {lag_sessions} sessions after the one it describes")
}

fn entry(info: &DatasetInfo, name: &str, table: &str, rows: usize) -> SeriesEntry {
    let source = info.sources.get(name);
    SeriesEntry {
        name: name.into(),
        table: table.into(),
        unit: String::new(),
        publisher: source.map_or(&info.publisher, |s| &s.publisher).clone(),
        sources: source.map_or(Vec::new(), |s| s.files.clone()),
        known_at: String::new(),
        lag_sessions: 0,
        carry_sessions: 0,
        revised: false,
        rows,
        missing: 0,
    }
}
