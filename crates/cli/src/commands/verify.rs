//! `alvh verify`: makes a folder again and compares every byte of its tables.

use std::path::{Path, PathBuf};

use files::Draft;
use runfile::config::Assembly;
use serde_json::Value;
use tables::seal;

use crate::args::Common;
use crate::commands::parts::{Again, Parted, again as made_again};
use crate::commands::{study, sweep};
use crate::configs::{dataset_beside, load_dataset_for, same_dataset};
use crate::error::Failure;
use crate::folder::{Finished, Layout};
use crate::manifest::{self, MANIFEST};
use crate::out::outln;
use crate::places::folder_text;
use crate::progress::Progress;
use crate::schemas::JSON_SCHEMA;
use crate::stop::{Stop, StoppableJob};

/// Verifies the folder of a run, a study or a sweep, or a part of one.
pub fn verify(folder: &Path, common: &Common, stop: &Stop) -> Result<(), Failure> {
    let job = stop.job("nothing was changed; the same command starts again");
    let manifest = manifest::read(folder, "run folder")?;
    let dataset = dataset_path(folder, common)?;
    let again = Draft::new(&std::env::temp_dir().join("alvh-verify"))?;
    let stored = Common {
        dataset: Some(dataset.clone()),
        sets: Vec::new(),
        ..common.clone()
    };
    let into = again.path();
    let made = if folder.join(sweep::Opened::FILE).is_file() {
        made_again::<sweep::Opened>(folder, &manifest, into, &stored, &job)?
    } else if folder.join(study::Opened::FILE).is_file() {
        made_again::<study::Opened>(folder, &manifest, into, &stored, &job)?
    } else {
        let files = replay_again(folder, &manifest, into, &dataset, common, &job)?;
        Again::whole(files)
    };
    job.check()?;
    compare(folder, again.path(), &made, common)
}

/// Replays the stored configuration into another folder; the files that are compared.
fn replay_again(
    folder: &Path,
    manifest: &Value,
    again: &Path,
    path: &Path,
    common: &Common,
    job: &StoppableJob<'_>,
) -> Result<Vec<String>, Failure> {
    let config_path = folder.join("config.toml");
    let text = folder_text(&config_path).map_err(Failure::io("read", &config_path))?;
    let name = config_path.display().to_string();
    let (assembly, _) = Assembly::new(&name, &text)?;
    let config = assembly.finish(&name)?;
    let dataset = load_dataset_for(path, &config)?;
    same_dataset(
        &dataset,
        manifest["dataset_hash"].as_str().unwrap_or_default(),
    )?;
    let progress = Progress::of(common);
    let study = crate::commands::replay::simulate(&config, &dataset, path, &progress, job)?;
    let layout = Layout::of(manifest)?;
    let finished = Finished {
        config: &config,
        dataset: &dataset.manifest,
        study: &study,
    };
    let written = finished.write_tables(again, layout, &progress, drop)?;
    Ok(written.names)
}

/// Says whether every file is the same to the byte in both folders.
fn compare(folder: &Path, again: &Path, made: &Again, common: &Common) -> Result<(), Failure> {
    let files = &made.files;
    let differences: Vec<String> = files
        .iter()
        .filter_map(|file| difference(&folder.join(file), &again.join(file), file))
        .collect();
    if common.json {
        outln!(
            "{}",
            serde_json::json!({
                "schema": JSON_SCHEMA,
                "identical": differences.is_empty(),
                "differences": differences,
                "taken_from_the_folder": made.taken,
            })
        )?;
    }
    if differences.is_empty() {
        if !common.json {
            outln!(
                "verified: {} files of {} are the same to the byte",
                files.len(),
                folder.display()
            )?;
            if let Some(taken) = &made.taken {
                outln!("{taken}")?;
            }
        }
        return Ok(());
    }
    Err(Failure::difference(format!(
        "{} differs:\n  {}",
        folder.display(),
        differences.join("\n  ")
    )))
}

/// The dataset given, or the one the folder was made from.
fn dataset_path(folder: &Path, common: &Common) -> Result<PathBuf, Failure> {
    if let Some(given) = &common.dataset {
        return Ok(given.clone());
    }
    dataset_beside(folder).ok_or_else(|| {
        Failure::data(format!(
            "{}: build.json names no dataset; give one with --dataset DIR",
            folder.display()
        ))
    })
}

/// What differs in one file, with the first differing line of a text.
fn difference(old: &Path, new: &Path, name: &str) -> Option<String> {
    let again = std::fs::read(new);
    // A stored file much longer than it should be differs, and is not read to say so.
    let most = again.as_ref().map_or(0, Vec::len) as u64 * 2 + (16 << 20);
    let (old, new) = match (files::read_own(old, most), again) {
        (Ok(old), Ok(new)) => (old, new),
        (Err(e), _) => return Some(format!("{name}: cannot be read: {e}")),
        (_, Err(e)) => return Some(format!("{name}: was not written again: {e}")),
    };
    if old == new {
        return None;
    }
    let unsealed = |text: &str| seal::without(text).into_bytes() == old;
    if name == MANIFEST && std::str::from_utf8(&new).is_ok_and(unsealed) {
        // An earlier version wrote no hash of the manifest itself.
        return None;
    }
    let (Ok(old), Ok(new)) = (std::str::from_utf8(&old), std::str::from_utf8(&new)) else {
        return Some(format!(
            "{name}: {} bytes stored, {} bytes now, different content",
            old.len(),
            new.len()
        ));
    };
    let line = old.lines().zip(new.lines()).position(|(a, b)| a != b);
    let line = line.unwrap_or_else(|| old.lines().count().min(new.lines().count()));
    let at = |text: &str| {
        text.lines()
            .nth(line)
            .unwrap_or("(end of file)")
            .to_string()
    };
    Some(format!(
        "{name}, line {}: stored {:?}, now {:?}",
        line + 1,
        at(old),
        at(new)
    ))
}
