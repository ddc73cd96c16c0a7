//! Where configuration files are found: on disk, or inside the program.
//!
//! A path on disk wins. What is not there is looked for among the shipped files, by its path in the project
//! (`configs/runs/history.toml`) or by its bare name (`history`).

use std::path::{Component, Path, PathBuf};

use runfile::door::{MOST_BYTES, table};
use runfile::extends::{join, take_base};
use signals::key_error::suggestion;
use toml::{Table, Value};

use crate::error::Failure;

/// Kinds of configuration files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// What to run.
    Run,
    /// What to trade.
    Policy,
    /// What to vary.
    Sweep,
    /// Which books to compare.
    Study,
}

impl Kind {
    /// Folder of the shipped ones.
    pub fn folder(self) -> &'static str {
        match self {
            Kind::Run => "configs/runs",
            Kind::Policy => "configs/policies",
            Kind::Sweep => "configs/sweeps",
            Kind::Study => "configs/studies",
        }
    }

    /// As a reader calls it.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Run => "run",
            Kind::Policy => "policy",
            Kind::Sweep => "sweep",
            Kind::Study => "study",
        }
    }

    /// What a reader does with one.
    fn use_of(self) -> &'static str {
        match self {
            Kind::Run => "`alvh replay` takes it",
            Kind::Policy => "a run file names it under `arms` or `condor_tiers`",
            Kind::Sweep => "`alvh sweep` takes it",
            Kind::Study => "`alvh study` takes it",
        }
    }

    /// The key that names another path, from the file's folder.
    fn reference(self) -> Option<&'static str> {
        match self {
            Kind::Run => Some("dataset"),
            Kind::Policy => None,
            Kind::Sweep | Kind::Study => Some("run"),
        }
    }

    /// What a file seems to be, by the keys only one kind has.
    fn of(table: &Table) -> Option<Kind> {
        let has = |key: &str| table.contains_key(key);
        if has("books") || has("weekdays") {
            Some(Kind::Study)
        } else if has("axes") || has("sample") {
            Some(Kind::Sweep)
        } else if has("arms") || has("condor_tiers") {
            Some(Kind::Run)
        } else if has("layers")
            || has("underlying")
            || has("budget_fraction_of_credit")
            || has("summary")
        {
            Some(Kind::Policy)
        } else {
            None
        }
    }
}

/// A configuration file, found, with everything it extends.
#[derive(Clone, Debug)]
pub struct Found {
    /// As messages name it.
    pub name: String,
    /// Its text: as written where it extends nothing, joined with its bases otherwise.
    pub text: String,
    /// Its folder, then the folders of what it extends.
    pub folders: Vec<PathBuf>,
    /// What the path of a dataset or run in the text is relative to.
    pub relative_to: PathBuf,
    /// The shipped files that were read, by their paths in the project.
    pub shipped: Vec<String>,
}

/// Finds a file by path or bare name, and what it extends.
///
/// # Errors
/// Where it is nowhere, with the names there are; where it is of another kind; where it extends itself.
pub fn find(asked: &Path, kind: Kind) -> Result<Found, Failure> {
    let (file, text) = locate(asked, kind)?;
    let Ok(mut own) = table(&file.name, &text) else {
        // Whoever reads it says where it is wrong, in its own words.
        return Ok(file.with(text));
    };
    let mut found = file.clone().with(text);
    right_kind(&file.name, &own, kind)?;
    let Some(mut base) = take_base(&file.name, &mut own)? else {
        return Ok(found);
    };
    reference_from(&mut own, kind, &file.folder);
    let mut seen = vec![file.called()];
    let mut here = file;
    loop {
        let (file, text) = locate_base(&base, &here, kind)?;
        if seen.contains(&file.called()) {
            seen.push(file.called());
            return Err(Failure::config(format!(
                "{} extends itself: {}",
                found.name,
                seen.join(" -> ")
            )));
        }
        seen.push(file.called());
        let mut below = table(&file.name, &text)?;
        let next = take_base(&file.name, &mut below)?;
        reference_from(&mut below, kind, &file.folder);
        own = join(below, own);
        found.folders.push(file.folder.clone());
        found.shipped.extend(file.shipped.clone());
        here = file;
        match next {
            Some(next) => base = next,
            None => break,
        }
    }
    right_kind(&found.name, &own, kind)?;
    found.name = format!("{} (with {})", found.name, seen[1..].join(", "));
    found.text = own.to_string();
    found.relative_to = PathBuf::new();
    Ok(found)
}

/// Names of the files of a kind that can be asked for by name: shipped, and in the folder beside them on disk; sorted.
pub fn names(kind: Kind) -> Vec<String> {
    let mut names = names_in(Path::new(kind.folder()));
    names.extend(shipped::names(kind.folder()).iter().filter_map(|n| stem(n)));
    names.sort();
    names.dedup();
    names
}

/// Names of the TOML files in a folder on disk, sorted.
pub fn names_in(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .filter_map(|entry| stem(entry.file_name().to_str()?))
        .collect();
    names.sort();
    names
}

/// The first of the folders on disk that holds a policy of this name, or the shipped one.
pub fn policy(name: &str, folders: &[PathBuf]) -> Result<Found, Failure> {
    let file = format!("{name}.toml");
    let places: Vec<PathBuf> = folders
        .iter()
        .flat_map(|folder| [folder.join("..").join("policies"), folder.join("policies")])
        .collect();
    let on_disk = places
        .iter()
        .map(|place| place.join(&file))
        .find(|p| p.is_file());
    if let Some(path) = on_disk {
        return find(&path, Kind::Policy);
    }
    let path = Path::new(Kind::Policy.folder()).join(&file);
    if path.is_file() || in_program(&path).is_some() {
        return find(&path, Kind::Policy);
    }
    let mut known = names(Kind::Policy);
    known.extend(places.iter().flat_map(|place| names_in(place)));
    known.sort();
    known.dedup();
    let hint = suggestion(name, &known);
    Err(Failure::config(format!(
        "no policy {name:?}{hint} (`alvh policies` lists those that ship; your own lie in a folder `policies` beside the \
         run file or its folder)"
    )))
}

/// `a/b/../c` without the detour, so that messages and `build.json` read well. Symbolic links are left alone.
pub fn simplified(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        let last = out.components().next_back();
        match part {
            Component::ParentDir if matches!(last, Some(Component::Normal(_))) => {
                out.pop();
            }
            Component::CurDir => {}
            part => out.push(part),
        }
    }
    out
}

/// One file, before it is read.
#[derive(Clone, Debug)]
struct Place {
    name: String,
    folder: PathBuf,
    shipped: Option<String>,
}

impl Place {
    /// Its name; a shipped file may have the name of one on disk.
    fn called(&self) -> String {
        match self.shipped {
            Some(_) => format!("the shipped {}", self.name),
            None => self.name.clone(),
        }
    }

    fn with(self, text: String) -> Found {
        Found {
            name: self.name,
            text,
            relative_to: self.folder.clone(),
            folders: vec![self.folder],
            shipped: self.shipped.into_iter().collect(),
        }
    }
}

/// A file of the disk or the program, and its text.
fn locate(asked: &Path, kind: Kind) -> Result<(Place, String), Failure> {
    if let Some(found) = on_disk(asked)? {
        return Ok(found);
    }
    if let Some(name) = bare(asked) {
        let path = Path::new(kind.folder()).join(format!("{name}.toml"));
        if let Some(found) = on_disk(&path)? {
            return Ok(found);
        }
        if let Some(found) = in_program(&path) {
            return Ok(found);
        }
    }
    in_program(&simplified(asked)).ok_or_else(|| nowhere(asked, kind))
}

/// What a file extends: a path from the file's folder, a file beside it, or a shipped one.
fn locate_base(base: &str, from: &Place, kind: Kind) -> Result<(Place, String), Failure> {
    let said = |failure: Failure| {
        let message = failure.message().unwrap_or_default();
        Failure::config(format!("{}: extends = {base:?}: {message}", from.name))
    };
    let asked = Path::new(base);
    let beside = match bare(asked) {
        Some(name) => from.folder.join(format!("{name}.toml")),
        None => simplified(&from.folder.join(asked)),
    };
    // A file that extends one of its own name means the shipped one.
    if beside.display().to_string() != from.name
        && let Some(found) = on_disk(&beside).map_err(said)?
    {
        return Ok(found);
    }
    if let Some(name) = bare(asked) {
        let project = Path::new(kind.folder()).join(format!("{name}.toml"));
        return match project.display().to_string() == from.name {
            true => in_program(&project).ok_or_else(|| said(nowhere(asked, kind))),
            false => locate(asked, kind).map_err(said),
        };
    }
    in_program(&beside).ok_or_else(|| said(nowhere(asked, kind)))
}

/// The text of a configuration file, which is bounded.
pub fn config_text(path: &Path) -> std::io::Result<String> {
    files::as_text(files::read_at_most(path, MOST_BYTES as u64)?)
}

/// Most bytes of a text of a result folder; its sweep may list a million levels.
const MOST_OF_FOLDER: u64 = 64 << 20;

/// A text of a result folder, which a stranger may have made: bounded, and no link is followed.
pub fn folder_text(path: &Path) -> std::io::Result<String> {
    files::as_text(files::read_own(path, MOST_OF_FOLDER)?)
}

fn on_disk(path: &Path) -> Result<Option<(Place, String)>, Failure> {
    if !path.is_file() {
        return Ok(None);
    }
    let name = path.display().to_string();
    let text =
        config_text(path).map_err(|e| Failure::config(format!("cannot read {name}: {e}")))?;
    let place = Place {
        name,
        folder: path.parent().unwrap_or(Path::new("")).to_path_buf(),
        shipped: None,
    };
    Ok(Some((place, text)))
}

fn in_program(path: &Path) -> Option<(Place, String)> {
    let parts: Option<Vec<&str>> = path.components().map(|c| c.as_os_str().to_str()).collect();
    let key = parts?.join("/");
    let text = shipped::text(&key)?;
    let place = Place {
        name: key.clone(),
        folder: path.parent().unwrap_or(Path::new("")).to_path_buf(),
        shipped: Some(key),
    };
    Some((place, text.to_string()))
}

/// The name in a path that is nothing but a name.
fn bare(path: &Path) -> Option<&str> {
    let text = path.to_str()?;
    (path.components().count() == 1 && !text.ends_with(".toml")).then_some(text)
}

fn stem(file: &str) -> Option<String> {
    file.strip_suffix(".toml").map(str::to_string)
}

fn nowhere(asked: &Path, kind: Kind) -> Failure {
    let wrong = asked
        .file_stem()
        .and_then(|s| s.to_str())
        .unwrap_or_default();
    let beside = names_in(asked.parent().unwrap_or(Path::new("")));
    let mut known = names(kind);
    known.extend(beside);
    known.sort();
    known.dedup();
    let other = [Kind::Run, Kind::Policy, Kind::Sweep, Kind::Study]
        .into_iter()
        .find(|other| *other != kind && names(*other).iter().any(|name| name == wrong));
    let hint = match other {
        Some(other) => format!("; {wrong} is a {}: {}", other.word(), other.use_of()),
        None => suggestion(wrong, &known),
    };
    Failure::config(format!(
        "no {} file {}{hint}; there are: {}",
        kind.word(),
        asked.display(),
        known.join(", ")
    ))
}

/// Refuses a file that is plainly of another kind.
fn right_kind(name: &str, table: &Table, wanted: Kind) -> Result<(), Failure> {
    match Kind::of(table) {
        Some(found) if found != wanted => Err(Failure::config(format!(
            "{name} is a {} file, wanted is a {} file; {}",
            found.word(),
            wanted.word(),
            found.use_of()
        ))),
        _ => Ok(()),
    }
}

/// Makes the path a file names one from where the program runs.
fn reference_from(table: &mut Table, kind: Kind, folder: &Path) {
    let Some(key) = kind.reference() else { return };
    if let Some(Value::String(path)) = table.get_mut(key)
        && bare(Path::new(path.as_str())).is_none()
    {
        *path = simplified(&folder.join(path.as_str()))
            .display()
            .to_string();
    }
}
