//! Reads the files a run consists of.

use std::path::{Path, PathBuf};

use data::Dataset;
use files::Draft;
use runfile::config::{Assembly, RunConfig};
use runfile::keys::{NamedSeries, named_series};
use runfile::settings::Doubted;
use signals::key_error::suggestion;
use toml::{Table, Value};

use crate::args::Common;
use crate::defaults::user_folder;
use crate::error::Failure;
use crate::missing_keys::{told, told_of_text};
use crate::places::{Found, Kind, find, folder_text, policy, simplified};

/// The run of `alvh` without arguments.
pub const DEFAULT_RUN: &str = "configs/runs/replay.toml";

/// A run, ready: what to do, on which data, from which files.
pub struct Loaded {
    /// The checked configuration.
    pub config: RunConfig,
    /// The dataset folder.
    pub dataset: PathBuf,
    /// The shipped files that were read, by their paths in the project; all others came from disk.
    pub shipped: Vec<String>,
}

/// Reads a run file, the policies it names, and applies `--set`. Policies are looked for in a folder `policies` beside the
/// run file or its folder, then among the shipped ones.
pub fn load_run(path: Option<&Path>, common: &Common) -> Result<Loaded, Failure> {
    load_run_of(path, None, common)
}

/// The same for the sweep or study of a folder, which may have trade logs beside it.
fn load_run_of(
    path: Option<&Path>,
    asking: Option<&Path>,
    common: &Common,
) -> Result<Loaded, Failure> {
    let file = find(path.unwrap_or(Path::new(DEFAULT_RUN)), Kind::Run)?;
    let name = &file.name;
    say_file(common, "run", &file);
    let (mut assembly, dataset) = Assembly::new(name, &file.text)?;
    let mut shipped = file.shipped.clone();
    // A setting may name other policies, so settings that can be applied come first; the rest need the policies.
    let (early, late): (Vec<_>, Vec<_>) = common
        .sets
        .iter()
        .partition(|s| !s.starts_with("condors.") && !s.starts_with("policies."));
    for setting in early {
        assembly.set(setting)?;
    }
    let asking = asking.into_iter().map(Path::to_path_buf);
    let logs: Vec<PathBuf> = asking.chain(file.folders.clone()).collect();
    for (section, wanted) in assembly.missing() {
        if crate::trade_log::add(&mut assembly, section, &wanted, &logs)? {
            continue;
        }
        let found = policy(&wanted, &file.folders).map_err(|failure| {
            Failure::config(format!("{name}: {}", failure.message().unwrap_or_default()))
        })?;
        assembly
            .add(section, &wanted, &found.name, &found.text)
            .map_err(|error| told_of_text(error, &found.name, Kind::Policy, &found.text))?;
        say_file(common, "policy", &found);
        shipped.extend(found.shipped);
    }
    for setting in late {
        assembly.set(setting)?;
    }
    let table = assembly.table().clone();
    let config = assembly
        .finish(name)
        .map_err(|error| told(error, name, Kind::Run, &table))?;
    let named = dataset.map(|named| simplified(&file.relative_to.join(named)));
    let bundled = |named: &PathBuf| named == Path::new(shipped::DATASET);
    let own = named.clone().filter(|named| !bundled(named));
    let own = own.or_else(|| dataset_beside(&file.relative_to).filter(|_| named.is_none()));
    let chosen = common
        .dataset
        .clone()
        .or(own)
        .or(common.usual_dataset.clone());
    let dataset = match (chosen, named) {
        (Some(chosen), _) => chosen,
        (None, Some(named)) => bundled_or(named)?,
        (None, None) => {
            return Err(Failure::config(format!(
                "{name} names no dataset; give one with --dataset DIR (`alvh data import` makes one) or ALVH_DATASET"
            )));
        }
    };
    if common.verbose {
        eprintln!("dataset  {}", dataset.display());
        eprintln!("results  {}", common.out().display());
        eprintln!("threads  {}", rayon::current_num_threads());
    }
    Ok(Loaded {
        config,
        dataset,
        shipped,
    })
}

/// The dataset that a result folder was made from, as the `build.json` in it says.
pub fn dataset_beside(folder: &Path) -> Option<PathBuf> {
    let build = folder_text(&folder.join("build.json")).ok()?;
    let build: serde_json::Value = serde_json::from_str(&build).ok()?;
    build["dataset"].as_str().map(PathBuf::from)
}

/// The dataset a command is asked about: the one it names, that of `--dataset`, or the usual one of the settings file.
pub fn asked_dataset(named: Option<&Path>, common: &Common) -> Option<PathBuf> {
    named
        .map(Path::to_path_buf)
        .or_else(|| common.dataset.clone())
        .or_else(|| common.usual_dataset.clone())
}

/// The dataset that comes with the project.
pub fn bundled_dataset() -> Result<PathBuf, Failure> {
    bundled_or(PathBuf::from(shipped::DATASET))
}

/// With `-v`: which file is used, and whether it lies on disk or inside the program.
pub fn say_file(common: &Common, what: &str, found: &Found) {
    if !common.verbose {
        return;
    }
    match found.shipped.as_slice() {
        [] => eprintln!("{what:8} {}", found.name),
        shipped => eprintln!(
            "{what:8} {}; inside the program: {}",
            found.name,
            shipped.join(", ")
        ),
    }
}

/// The run of a sweep or study, which its file `name` names or holds, with its settings; and the dataset.
pub fn run_of(
    run: &Value,
    name: &str,
    folder: &Path,
    common: &Common,
) -> Result<(RunConfig, PathBuf), Failure> {
    match run {
        Value::String(run) => {
            let loaded = load_run_of(Some(&run_path(run, folder)), Some(folder), common)?;
            Ok((loaded.config, loaded.dataset))
        }
        Value::Table(run) => {
            let beside = || dataset_beside(folder);
            let dataset = common.dataset.clone().or_else(beside).ok_or_else(|| {
                Failure::config(format!(
                    "{name} holds its run and names no dataset; give one with --dataset DIR"
                ))
            })?;
            Ok((stored_run(run, name, &common.sets)?, dataset))
        }
        other => Err(Failure::config(format!(
            "{name}: run must be a path in quotes or a table, found {other}"
        ))),
    }
}

/// A run that a file holds, with settings.
pub fn stored_run(run: &Table, name: &str, sets: &[String]) -> Result<RunConfig, Failure> {
    let (mut assembly, _) = Assembly::new(name, &run.to_string())?;
    sets.iter().try_for_each(|setting| assembly.set(setting))?;
    Ok(assembly.finish(name)?)
}

/// The run a sweep or study names: a path from its own folder, or the bare name of a shipped one.
fn run_path(run: &str, folder: &Path) -> PathBuf {
    let beside = folder.join(run);
    if !beside.is_file() && Path::new(run).components().count() == 1 {
        return PathBuf::from(run);
    }
    beside
}

/// The dataset, or why it cannot be used.
pub fn load_dataset(path: &Path) -> Result<Dataset, Failure> {
    if !path.join("manifest.json").is_file() {
        return Err(Failure::data(format!(
            "{}: no dataset here: a dataset is a folder with manifest.json (make one with `alvh data import`, or rebuild \
             the bundled one with `alvh data reconstruct --into datasets/reconstruction`)",
            path.display()
        )));
    }
    Ok(data::load(path)?)
}

/// The dataset as a run takes it: with single doubted values, or without them.
pub fn load_dataset_for(path: &Path, config: &RunConfig) -> Result<Dataset, Failure> {
    let dataset = load_dataset(path)?;
    check_series(&dataset, &named_series("", &config.to_value()))?;
    match config.data.doubted {
        Doubted::Kept => Ok(dataset),
        Doubted::LeftOut => Ok(data::load_without_doubted(path)?),
    }
}

/// Whether a dataset has every series that a configuration names by a name of the user's. A built-in name may be missing:
/// its rule then holds back or has a proxy, and `sources.csv` counts it. A user's name that is nowhere is a slip.
pub fn check_series(dataset: &Dataset, named: &[NamedSeries]) -> Result<(), Failure> {
    let observations = &dataset.observations;
    let known = observations.daily.keys().chain(observations.slow.keys());
    let known: Vec<String> = known.cloned().collect();
    match named.iter().find(|named| !known.contains(&named.series)) {
        None => Ok(()),
        Some(NamedSeries { key, series }) => Err(Failure::data(format!(
            "dataset {:?}: no series {series:?}, which {key} names{}",
            dataset.manifest.name,
            suggestion(series, &known)
        ))),
    }
}

/// Whether a dataset is the one a folder was made from.
pub fn same_dataset(dataset: &Dataset, made_from: &str) -> Result<(), Failure> {
    let manifest = &dataset.manifest;
    if manifest.dataset_hash == made_from {
        return Ok(());
    }
    Err(Failure::data(format!(
        "the dataset {:?} has hash {}, the folder was made from {made_from}; name the right one with --dataset",
        manifest.name, manifest.dataset_hash
    )))
}

/// The dataset a run names where it is on disk; the bundled one, unpacked, where it is that.
fn bundled_or(named: PathBuf) -> Result<PathBuf, Failure> {
    if named.join("manifest.json").is_file() || named != Path::new(shipped::DATASET) {
        return Ok(named);
    }
    unpacked()
}

/// The bundled dataset as a folder: unpacked once into the user's cache, by its hash. What lies there is checked against
/// the dataset's hashes as any other when it is opened.
fn unpacked() -> Result<PathBuf, Failure> {
    let manifest = format!("{}/manifest.json", shipped::DATASET);
    let manifest = shipped::bytes(&manifest).unwrap_or_default();
    let hash = files::sha256(manifest);
    let folder = cache()
        .join("alvh/datasets")
        .join(format!("reconstruction-{}", &hash[..12]));
    if folder.join("manifest.json").is_file() {
        return Ok(folder);
    }
    let draft = Draft::new(&folder)?;
    for name in shipped::names(shipped::DATASET) {
        let path = draft.path().join(name);
        let bytes = shipped::bytes(&format!("{}/{name}", shipped::DATASET)).unwrap_or_default();
        std::fs::write(&path, bytes).map_err(Failure::io("write", &path))?;
    }
    Ok(draft.commit()?)
}

/// Where a user's caches lie: `XDG_CACHE_HOME`, `~/.cache` (Windows: `LOCALAPPDATA`), or the temporary folder.
fn cache() -> PathBuf {
    user_folder("XDG_CACHE_HOME", ".cache", "LOCALAPPDATA").unwrap_or_else(std::env::temp_dir)
}
