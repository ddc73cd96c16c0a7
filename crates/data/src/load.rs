//! From a dataset folder to market observations.

mod reading;

use std::collections::BTreeMap;
use std::path::Path;

use chrono::NaiveDate;
use market::observations::{DailySeries, Observations, VxSettlement};

use crate::check::{self, Doubt, Findings, Severity, tables_findings};
use crate::manifest::Manifest;
use crate::tables::{Tables, VxRow};
use crate::{DataError, Finding, schema, trust};

pub(crate) use reading::tables;
use reading::{Hashing, tables_by, whole_vx};

/// A dataset in memory.
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset {
    /// What it is and where it comes from.
    pub manifest: Manifest,
    /// Its values, with missing ones carried forward where the manifest allows it.
    pub observations: Observations,
}

/// Loads a dataset. What is not as the manifest says, or holds a value that no market can have, is refused: the hash of the
/// manifest itself, the bytes and the contents of every table, and every value and its place are looked at.
///
/// Option quotes are looked at session by session when they are read ([`crate::chains`]).
///
/// # Errors
/// The first place that is wrong, with file, row and value.
pub fn load(dir: &Path) -> Result<Dataset, DataError> {
    let manifest = Manifest::read(dir)?;
    unchanged(dir, &manifest)?;
    let tables = looked_at(dir, &manifest)?;
    Ok(dataset(manifest, tables))
}

/// The same as [`load`] without single values that their own history or their companions contradict: those that [`check`] says are kept,
/// but could be left out. What was left out is a finding of the manifest, by series.
///
/// # Errors
/// Those of [`load`].
pub fn load_without_doubted(dir: &Path) -> Result<Dataset, DataError> {
    let mut manifest = Manifest::read(dir)?;
    unchanged(dir, &manifest)?;
    let mut tables = looked_at(dir, &manifest)?;
    tables.vx = whole_vx(dir)?;
    let doubts = check::doubts(&tables, &mut Findings::default());
    let mut left_out = Findings::default();
    // From the last on, so that places before it stay what they are.
    for doubt in doubts.iter().rev() {
        leave_out(&mut tables, doubt, &mut left_out);
    }
    manifest.findings.extend(left_out.into_vec());
    Ok(dataset(manifest, tables))
}

fn leave_out(tables: &mut Tables, doubt: &Doubt, left_out: &mut Findings) {
    let name = doubt.series.as_str();
    let at = doubt.at;
    let (day, value) = if name == "vx" {
        let row = tables.vx.remove(at);
        (row.trade_date, row.settle)
    } else if let Some(series) = tables.daily.get_mut(name) {
        let value = series.values[at].take();
        (tables.sessions[at], value.unwrap_or_default())
    } else if let Some(releases) = tables.slow.get_mut(name) {
        let release = releases.remove(at);
        (release.period, release.value)
    } else {
        return;
    };
    left_out.note(Severity::Warning, "doubted_left_out", name, Some(day), || {
        format!("{day}: found {value}, which its own history or its companions contradict; left out, as data.doubted says")
    });
}

fn dataset(manifest: Manifest, tables: Tables) -> Dataset {
    let vx = tables
        .vx
        .iter()
        .map(|r: &VxRow| VxSettlement {
            trade_date: r.trade_date,
            expiry: r.expiry,
            settle: r.settle,
            high: r.high,
        })
        .collect();
    let Tables {
        sessions,
        mut daily,
        slow,
        events,
        ..
    } = tables;
    let carried = carry(&manifest, &sessions, &mut daily);
    let said = manifest
        .series
        .iter()
        .filter(|s| !s.published_by.is_empty());
    let published_by = said.map(|s| (s.name.clone(), s.published_by.clone()));
    let published_by = published_by.collect();
    Dataset {
        manifest,
        observations: Observations {
            sessions,
            daily,
            vx,
            slow,
            events,
            carried,
            published_by,
        },
    }
}

/// The manifest hashes to what it says of itself, and the tables' bytes to what it says of them.
fn unchanged(dir: &Path, manifest: &Manifest) -> Result<(), DataError> {
    let found = manifest.hash();
    if found != manifest.dataset_hash {
        let path = dir.join(schema::MANIFEST);
        let allowed = &manifest.dataset_hash;
        let message = format!(
            "dataset_hash: found {allowed}, allowed: {found}, which is the hash of the rest of the file; somebody changed \
             one of them: import the dataset again"
        );
        return Err(DataError::Manifest { path, message });
    }
    for file in [schema::DAILY, schema::VX, schema::SLOW, schema::EVENTS] {
        let path = dir.join(file);
        let entry = manifest.files.get(file);
        let allowed = entry.map_or(String::new(), |f| f.sha256.clone());
        let found = crate::sha256_file(&path)?;
        if found != allowed {
            return Err(DataError::Changed {
                path,
                found,
                allowed,
            });
        }
    }
    Ok(())
}

/// The tables of a folder, whose contents are those the manifest's own hash covers, and can be a market's.
fn looked_at(dir: &Path, manifest: &Manifest) -> Result<Tables, DataError> {
    let mut reader = Hashing::default();
    let tables = tables_by(&mut reader, dir, manifest)?;
    trust::believable(&tables).map_err(|error| in_folder(dir, error))?;
    let first = tables.sessions.first();
    let last = tables.sessions.last();
    let said = (Some(&manifest.first_session), Some(&manifest.last_session));
    if (first, last) != said || tables.sessions.len() != manifest.sessions {
        let words = |day: Option<&NaiveDate>| day.map_or("none".to_string(), ToString::to_string);
        let message = format!(
            "found {} sessions from {} to {}, allowed: what manifest.json says: {} from {} to {}",
            tables.sessions.len(),
            words(first),
            words(last),
            manifest.sessions,
            manifest.first_session,
            manifest.last_session
        );
        return Err(DataError::table(&dir.join(schema::DAILY), message));
    }
    for file in [schema::DAILY, schema::VX, schema::SLOW, schema::EVENTS] {
        let path = dir.join(file);
        let found = reader.contents.remove(&path).unwrap_or_default();
        let entry = manifest.files.get(file);
        let allowed = entry.map_or(String::new(), |f| f.content_sha256.clone());
        if found != allowed {
            return Err(DataError::Changed {
                path,
                found: format!("{found} of its contents"),
                allowed,
            });
        }
    }
    Ok(tables)
}

/// A finding about a table, with the folder it lies in.
fn in_folder(dir: &Path, error: DataError) -> DataError {
    match error {
        DataError::Impossible {
            file,
            row,
            column,
            found,
            allowed,
        } => DataError::Impossible {
            file: dir.join(file).display().to_string(),
            row,
            column,
            found,
            allowed: format!("{allowed}; import the dataset again"),
        },
        other => other,
    }
}

/// Checks a dataset folder: what its import found, and what its tables show now.
pub fn check(dir: &Path) -> Result<Vec<Finding>, DataError> {
    let manifest = Manifest::read(dir)?;
    let mut changed = Findings::default();
    for (file, entry) in &manifest.files {
        let found = crate::sha256_file(&dir.join(file))?;
        if found != entry.sha256 {
            changed.note(Severity::Error, "file_changed", file, None, || {
                format!("{file}: found sha256 {found}, allowed: {}", entry.sha256)
            });
        }
    }
    let mut findings = changed.into_vec();
    if findings.is_empty() {
        let mut tables = tables(dir, &manifest)?;
        tables.vx = whole_vx(dir)?;
        findings = tables_findings(&tables).into_vec();
    }
    // Of the same finding the import knew files and rows.
    for finding in &mut findings {
        let same = |f: &&Finding| {
            (&f.series, &f.code, f.count, f.first, f.last)
                == (
                    &finding.series,
                    &finding.code,
                    finding.count,
                    finding.first,
                    finding.last,
                )
        };
        if let Some(known) = manifest.findings.iter().find(same) {
            *finding = known.clone();
        }
    }
    let seen: Vec<_> = findings
        .iter()
        .map(|f| (f.series.clone(), f.code.clone()))
        .collect();
    findings.extend(
        manifest
            .findings
            .into_iter()
            .filter(|f| !seen.contains(&(f.series.clone(), f.code.clone()))),
    );
    findings.sort_by_key(|f| std::cmp::Reverse(f.severity));
    Ok(findings)
}

fn carry(
    manifest: &Manifest,
    sessions: &[NaiveDate],
    daily: &mut BTreeMap<String, DailySeries>,
) -> BTreeMap<String, Vec<NaiveDate>> {
    let mut carried = BTreeMap::new();
    for entry in manifest.series.iter().filter(|s| s.carry_sessions > 0) {
        if let Some(series) = daily.get_mut(&entry.name) {
            let filled = carry_forward(&mut series.values, entry.carry_sessions);
            if !filled.is_empty() {
                carried.insert(
                    entry.name.clone(),
                    filled.into_iter().map(|i| sessions[i]).collect(),
                );
            }
        }
    }
    carried
}

/// Fills missing values with the one before, over at most `sessions` in a row; returns the places filled.
fn carry_forward(values: &mut [Option<f64>], sessions: usize) -> Vec<usize> {
    let mut filled = Vec::new();
    let mut last = None;
    let mut age = 0;
    for (i, value) in values.iter_mut().enumerate() {
        age = if value.is_some() { 0 } else { age + 1 };
        if value.is_some() {
            last = *value;
        } else if age <= sessions && last.is_some() {
            *value = last;
            filled.push(i);
        }
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_carried_as_far_as_the_rule_says_and_no_further() {
        let mut values = vec![None, Some(1.0), None, None, None, Some(2.0), None];
        assert_eq!(carry_forward(&mut values, 2), [2, 3, 6]);
        assert_eq!(
            values,
            [
                None,
                Some(1.0),
                Some(1.0),
                Some(1.0),
                None,
                Some(2.0),
                Some(2.0)
            ]
        );
    }
}
