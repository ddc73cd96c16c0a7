//! Writing a dataset folder: all of it, or nothing.

mod entries;
mod place;

use std::collections::BTreeMap;
use std::path::Path;

use market::calendar::Calendar;
use market::observations::{Observations, Release};

pub use self::place::DatasetPlace;

use self::place::Staged;
use crate::chains::checks::Levels;
use crate::chains::store::Writer;
use crate::chains::{ChainQuote, Duplicates};
use crate::manifest::{FileEntry, Kind, Manifest, SCHEMA};
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
    let place = DatasetPlace::take(dir)?;
    write_tables(place, &Tables::from(observations), info, |_| {
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
    let place = DatasetPlace::take(dir)?;
    write_tables(place, &Tables::from(observations), info, |partial| {
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
    place: DatasetPlace,
    tables: &Tables,
    info: &DatasetInfo,
    extra: impl FnOnce(&Path) -> Result<Extra, DataError>,
) -> Result<Manifest, DataError> {
    validate(tables)?;
    let staged = Staged::begin(place)?;
    let mut files = BTreeMap::new();
    for (name, columns) in [
        (schema::DAILY, daily(tables)),
        (schema::VX, vx(tables)),
        (schema::SLOW, slow(tables)),
        (schema::EVENTS, events(tables)),
    ] {
        files.insert(
            name.to_string(),
            write_table(staged.path(), name, &columns)?,
        );
    }
    trust::believable(tables)?;
    let extra = extra(staged.path())?;
    files.extend(extra.files);
    let manifest = manifest(tables, info, files, extra.findings);
    let path = staged.path().join(schema::MANIFEST);
    std::fs::write(&path, manifest.text()).map_err(DataError::io(&path))?;
    staged.commit()?;
    Ok(manifest)
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
        let found = series.values.len();
        let allowed = tables.sessions.len();
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
        series: entries::series(tables, info),
        files,
        findings,
    };
    manifest.dataset_hash = manifest.hash();
    manifest
}
