//! `alvh dataset`: which datasets there are, and which is the usual one.

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::args::Common;
use crate::configs::load_dataset;
use crate::defaults::{PROJECT, Settings, project_file, user_file};
use crate::error::Failure;
use crate::out::{broken, outln, width};

/// A dataset that was found.
struct Entry {
    path: PathBuf,
    why: &'static str,
}

/// Lists the datasets in the current folder and its folder `datasets`, those of the settings, and the bundled one.
pub fn list(common: &Common) -> Result<(), Failure> {
    let entries = entries(common);
    let mut rows = Vec::new();
    for entry in &entries {
        let dataset = load_dataset(&entry.path);
        rows.push(match &dataset {
            Ok(dataset) => json!({
                "path": entry.path,
                "name": dataset.manifest.name,
                "first_session": dataset.manifest.first_session,
                "last_session": dataset.manifest.last_session,
                "sessions": dataset.manifest.sessions,
                "why": entry.why,
            }),
            Err(e) => json!({ "path": entry.path, "why": entry.why, "error": e.message() }),
        });
    }
    if common.json {
        return outln!("{}", json!(rows));
    }
    let bundled = "bundled with the program: a reconstruction, not market history; used where nothing else is";
    outln!("{}", broken(bundled, width()))?;
    for (entry, row) in entries.iter().zip(&rows) {
        let path = entry.path.display();
        match row["error"].as_str() {
            Some(error) => outln!("{path}\n    {}: {error}", entry.why)?,
            None => outln!(
                "{path}\n    {} to {}, {} sessions; {}",
                row["first_session"].as_str().unwrap_or_default(),
                row["last_session"].as_str().unwrap_or_default(),
                row["sessions"],
                entry.why
            )?,
        }
    }
    outln!()?;
    outln!("use one  alvh dataset use DIR, ALVH_DATASET=DIR, or --dataset DIR")
}

fn entries(common: &Common) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut add = |path: PathBuf, why: &'static str| {
        let known = entries.iter().any(|e| e.path == path);
        if !known {
            entries.push(Entry { path, why });
        }
    };
    if let Some(path) = &common.dataset {
        add(path.clone(), "of --dataset or ALVH_DATASET");
    }
    if let Some(path) = &common.usual_dataset {
        add(path.clone(), "the usual one");
    }
    for folder in ["", "datasets"] {
        for path in datasets_in(Path::new(folder)) {
            add(path, "found here");
        }
    }
    entries
}

/// Folders with a manifest, directly in a folder, sorted.
fn datasets_in(folder: &Path) -> Vec<PathBuf> {
    let place = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    let entries = std::fs::read_dir(place).into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = entries
        .map(|entry| folder.join(entry.file_name()))
        .filter(|path| path.join("manifest.json").is_file() && path.join("daily.parquet").is_file())
        .collect();
    found.sort();
    found
}

/// Makes a dataset the usual one: in the project file where there is one, otherwise in the user's settings.
pub fn choose(dataset: &Path, common: &Common) -> Result<(), Failure> {
    load_dataset(dataset)?;
    let file = project_file().or_else(user_file).ok_or_else(|| {
        Failure::config(format!(
            "neither a project file {PROJECT} nor a home folder for settings; set ALVH_DATASET instead"
        ))
    })?;
    let mut settings = Settings::read(&file)?;
    let absolute = std::path::absolute(dataset).map_err(Failure::io("find", dataset))?;
    settings.dataset = Some(absolute.clone());
    let text = toml::to_string(&settings).map_err(|e| Failure::fault(e.to_string()))?;
    let folder = file.parent().unwrap_or(Path::new(""));
    std::fs::create_dir_all(folder).map_err(Failure::io("create", folder))?;
    files::write_whole(&file, text.as_bytes())?;
    if common.json {
        return outln!("{}", json!({ "dataset": absolute, "settings": file }));
    }
    outln!("usual    {}", absolute.display())?;
    outln!("settings {}", file.display())
}
