//! Parts of a sweep or study, for a scheduler: which there are, which are missing.
//!
//! A part is the folder `parts/<hash>/<I>-of-<N>` below the folder that collects them. The hash is that of everything that
//! decides a number, so parts of another configuration, dataset or results version never meet. A part is written beside its
//! place and renamed: one that is there is whole.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use serde_json::{Value, json};
use sweep::store::Store;

use crate::error::Failure;
use crate::manifest;
use crate::places::folder_text;
use crate::stop::StoppableJob;

/// Most parts of a sweep.
pub const MOST_PARTS: usize = 1_000_000;
/// The results of a part.
pub const STORE: &str = "cells.store";
/// Letters of the hash that names the folder of the parts.
const HASH: usize = 12;

/// Part `index` of `of`, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Which.
    pub index: usize,
    /// Of how many.
    pub of: usize,
}

/// The manifest of a part or shard, which must be of this results version.
pub fn manifest_of(folder: &Path) -> Result<Value, Failure> {
    let manifest = manifest::read(folder, "part or shard")?;
    let version = manifest["engine"]["results_version"].as_u64();
    if version == Some(u64::from(engine::RESULTS_VERSION)) {
        return Ok(manifest);
    }
    Err(Failure::data(format!(
        "{}: made with results version {version:?}, this program has {}",
        folder.display(),
        engine::RESULTS_VERSION
    )))
}

/// What is wrong with `I/N`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PartError {
    /// Not two numbers.
    #[error("two whole numbers are needed, like 0/6")]
    Form,
    /// Too many parts, or none.
    #[error("{0} parts, allowed are 1 to {MOST_PARTS}")]
    Of(usize),
    /// Beyond the last.
    #[error("there is no part {index} of {of}: parts are counted from 0 to {last}", last = of - 1)]
    Index {
        /// What was asked for.
        index: usize,
        /// How many there are.
        of: usize,
    },
}

impl FromStr for Part {
    type Err = PartError;

    fn from_str(text: &str) -> Result<Part, PartError> {
        let (index, of) = text.split_once('/').ok_or(PartError::Form)?;
        let number = |text: &str| text.trim().parse::<usize>().map_err(|_| PartError::Form);
        let index = number(index)?;
        let of = number(of)?;
        if of == 0 || of > MOST_PARTS {
            return Err(PartError::Of(of));
        }
        if index >= of {
            return Err(PartError::Index { index, of });
        }
        Ok(Part { index, of })
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.of)
    }
}

impl Part {
    /// Its folder below the folder that collects parts.
    pub fn folder(self, into: &Path, hash: &str) -> PathBuf {
        home(into, hash).join(format!("{}-of-{}", self.index, self.of))
    }

    /// From the name of a folder.
    fn named(name: &str) -> Option<Part> {
        let (index, of) = name.split_once("-of-")?;
        format!("{index}/{of}").parse().ok()
    }

    /// The keys a manifest has for it.
    pub fn keys(self) -> Value {
        json!({ "part": { "index": self.index, "of": self.of } })
    }

    /// From a manifest, if it is that of a part.
    pub fn told(manifest: &Value) -> Option<Part> {
        let number = |key: &str| usize::try_from(manifest["part"][key].as_u64()?).ok();
        let part = Part {
            index: number("index")?,
            of: number("of")?,
        };
        (part.index < part.of).then_some(part)
    }
}

/// Where the parts of one sweep or study are.
pub fn home(into: &Path, hash: &str) -> PathBuf {
    into.join("parts").join(&hash[..HASH])
}

/// The whole parts in a folder: by the number of parts, which of them.
pub fn present(home: &Path) -> BTreeMap<usize, BTreeSet<usize>> {
    let mut found: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for entry in std::fs::read_dir(home).into_iter().flatten().flatten() {
        let part = entry.file_name().to_str().and_then(Part::named);
        if let Some(part) = part.filter(|_| entry.path().join("manifest.json").is_file()) {
            found.entry(part.of).or_default().insert(part.index);
        }
    }
    found
}

/// The parts of so many that are not there.
pub fn missing(present: &BTreeSet<usize>, of: usize) -> BTreeSet<usize> {
    (0..of).filter(|index| !present.contains(index)).collect()
}

/// Numbers as a scheduler takes them: `0-2,5`.
pub fn ranges(numbers: &BTreeSet<usize>) -> String {
    let mut found: Vec<(usize, usize)> = Vec::new();
    for &number in numbers {
        match found.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => found.push((number, number)),
        }
    }
    let texts: Vec<String> = found
        .into_iter()
        .map(|(first, last): (usize, usize)| match first == last {
            true => first.to_string(),
            false => format!("{first}-{last}"),
        })
        .collect();
    texts.join(",")
}

/// Shards and parts below the folders named: a shard itself, the parts of one sweep, or the folder that collects them.
///
/// # Errors
/// Where parts are missing, with their numbers; where a folder holds the parts of several sweeps.
pub fn shards(folders: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    for folder in folders {
        found.extend(below(folder)?);
    }
    let mut sets: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for folder in &found {
        let Some(part) = manifest::read(folder, "part or shard")
            .ok()
            .as_ref()
            .and_then(Part::told)
        else {
            // Shards of cells: who joins them sees by itself what is missing.
            return Ok(found);
        };
        sets.entry(part.of).or_default().insert(part.index);
    }
    if sets.iter().any(|(of, parts)| parts.len() == *of) {
        return Ok(found);
    }
    let texts: Vec<String> = sets
        .iter()
        .map(|(of, parts)| {
            let missing = ranges(&missing(parts, *of));
            format!("of {of} parts {missing} are missing (--array={missing})")
        })
        .collect();
    Err(Failure::data(format!(
        "{}: {}",
        folders[0].display(),
        texts.join("; ")
    )))
}

/// The shards and parts below one folder.
fn below(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    if folder.join("manifest.json").is_file() {
        return Ok(vec![folder.to_path_buf()]);
    }
    let collected = folder.join("parts");
    let home = match collected.is_dir() {
        false => folder.to_path_buf(),
        true => {
            let mut homes = folders_in(&collected);
            homes.retain(|home| !present(home).is_empty());
            match homes.len() {
                1 => homes.remove(0),
                0 => return Err(no_part(folder)),
                _ => {
                    let names: Vec<String> =
                        homes.iter().map(|h| h.display().to_string()).collect();
                    return Err(Failure::data(format!(
                        "{} holds parts of {} sweeps, name one of {}",
                        folder.display(),
                        names.len(),
                        names.join(", ")
                    )));
                }
            }
        }
    };
    let sets = present(&home);
    let whole = sets.iter().find(|(of, parts)| parts.len() == **of);
    let all: Vec<(usize, usize)> = match whole {
        Some((of, parts)) => parts.iter().map(|index| (*index, *of)).collect(),
        None => sets
            .iter()
            .flat_map(|(of, parts)| parts.iter().map(|index| (*index, *of)))
            .collect(),
    };
    if all.is_empty() {
        return Err(no_part(folder));
    }
    Ok(all
        .into_iter()
        .map(|(index, of)| home.join(format!("{index}-of-{of}")))
        .collect())
}

/// What the parts of one sweep or study share.
pub struct Joined {
    /// Text of their file.
    pub text: String,
    /// Hash of their dataset.
    pub dataset_hash: String,
    /// The manifest of the first.
    pub manifest: Value,
    /// How many parts they are, where all are parts of that many.
    pub parts: Option<usize>,
}

/// Checks that all are parts or shards of one sweep or study, whose file is called `file`, and makes an empty store at `pool`
/// that reads their results where they lie.
///
/// # Errors
/// Where a folder is no part, or one of something else.
pub fn join(
    folders: &[PathBuf],
    file: &str,
    pool: &Path,
    job: &StoppableJob<'_>,
) -> Result<(Joined, Store), Failure> {
    let mut results = Store::open(pool)?;
    let kind = file.trim_end_matches(".toml");
    let mut joined: Option<Joined> = None;
    let mut stores = Vec::with_capacity(folders.len());
    for folder in folders {
        job.check()?;
        let manifest = manifest_of(folder)?;
        let path = folder.join(file);
        let text = folder_text(&path).map_err(Failure::io("read", &path))?;
        let dataset_hash = manifest["dataset_hash"].as_str().unwrap_or_default();
        let wrong = |what: &str| Failure::data(format!("{}: {what}", folder.display()));
        if !manifest["cells"].is_object() && !manifest["part"].is_object() {
            return Err(wrong(&format!(
                "no part: manifest.json has neither cells nor part (`alvh {kind} --part I/N --into FOLDER` makes parts)"
            )));
        }
        let of = Part::told(&manifest).map(|part| part.of);
        match &mut joined {
            None => {
                joined = Some(Joined {
                    text,
                    dataset_hash: dataset_hash.to_string(),
                    manifest,
                    parts: of,
                });
            }
            Some(all) if all.text != text || all.dataset_hash != dataset_hash => {
                let first = folders[0].display();
                return Err(wrong(&format!(
                    "a part of another {kind} or dataset than {first}"
                )));
            }
            Some(all) => all.parts = all.parts.filter(|parts| of == Some(*parts)),
        }
        let store = folder.join(STORE);
        if !store.is_file() {
            return Err(wrong(&format!("{STORE} is missing")));
        }
        stores.push(store);
    }
    let joined = joined.ok_or_else(|| Failure::config("name at least one folder of a part"))?;
    results.read_beside(&stores, || job.check())?;
    Ok((joined, results))
}

fn no_part(folder: &Path) -> Failure {
    Failure::data(format!(
        "{}: no shard and no parts here, manifest.json is missing (`alvh sweep SWEEP.toml --part I/N --into FOLDER` makes \
         parts)",
        folder.display()
    ))
}

fn folders_in(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    found.retain(|path| path.is_dir());
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_two_numbers() {
        assert_eq!("3/6".parse(), Ok(Part { index: 3, of: 6 }));
        for (text, says) in [
            ("3", "two whole numbers are needed, like 0/6"),
            ("a/6", "two whole numbers are needed, like 0/6"),
            ("0/0", "0 parts, allowed are 1 to 1000000"),
            (
                "6/6",
                "there is no part 6 of 6: parts are counted from 0 to 5",
            ),
        ] {
            assert_eq!(text.parse::<Part>().unwrap_err().to_string(), says);
        }
    }

    #[test]
    fn numbers_are_told_as_a_scheduler_takes_them() {
        let told = |numbers: &[usize]| ranges(&numbers.iter().copied().collect());
        assert_eq!(told(&[0, 1, 2, 5, 7, 8]), "0-2,5,7-8");
        assert_eq!(told(&[]), "");
    }
}
