//! Finds and reads the files a run consists of.

use std::path::{Path, PathBuf};

use data::Dataset;
use runfile::config::{Assembly, RunConfig};
use runfile::keys::suggestion;
use runfile::settings::Doubted;

use crate::args::Common;
use crate::error::Failure;

/// The run of `alvh` without arguments.
pub const DEFAULT_RUN: &str = "configs/runs/replay.toml";

/// Reads a run file, the policies it names (from the `policies` folder beside the run file's folder), and applies
/// `--set`. Returns the checked configuration and the dataset folder.
pub fn load_run(path: Option<&Path>, common: &Common) -> Result<(RunConfig, PathBuf), Failure> {
    let path = path.unwrap_or(Path::new(DEFAULT_RUN));
    let name = path.display().to_string();
    let text = read(path)?;
    let (mut assembly, dataset) = Assembly::new(&name, &text)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let policies = folder.join("..").join("policies");
    // A setting may name other policies, so settings that can be applied come first; the rest need the policies.
    let (early, late): (Vec<_>, Vec<_>) = common
        .sets
        .iter()
        .partition(|s| !s.starts_with("condors.") && !s.starts_with("policies."));
    for setting in early {
        assembly.set(setting)?;
    }
    for (section, policy) in assembly.missing() {
        let file = policies.join(format!("{policy}.toml"));
        let text = std::fs::read_to_string(&file).map_err(|e| {
            let known = policy_names(&policies);
            let list = known.join(", ");
            let hint = suggestion(&policy, &known);
            Failure::config(format!(
                "{name}: no policy {policy:?}: {}: {e}{hint} (there are: {list})",
                file.display()
            ))
        })?;
        assembly.add(section, &policy, &file.display().to_string(), &text)?;
    }
    for setting in late {
        assembly.set(setting)?;
    }
    let config = assembly.finish(&name)?;
    let dataset = match (&common.dataset, dataset) {
        (Some(given), _) => given.clone(),
        (None, Some(named)) => simplified(&folder.join(named)),
        (None, None) => {
            return Err(Failure::config(format!(
                "{name} names no dataset; give one with --dataset DIR (`alvh data import` makes one)"
            )));
        }
    };
    Ok((config, dataset))
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
    match config.data.doubted {
        Doubted::Kept => Ok(dataset),
        Doubted::LeftOut => Ok(data::load_without_doubted(path)?),
    }
}

/// Names of the policy files in a folder, sorted.
pub fn policy_names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .map(|e| e.path())
        .filter(|p| p.extension().is_some_and(|x| x == "toml"))
        .filter_map(|p| p.file_stem().and_then(|s| s.to_str()).map(str::to_string))
        .collect();
    names.sort();
    names
}

/// Reads a configuration file.
pub fn read(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path)
        .map_err(|e| Failure::config(format!("cannot read {}: {e}", path.display())))
}

/// `a/b/../c` without the detour, so that messages and `build.json` read well. Symbolic links are left alone.
fn simplified(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        let detour = part == std::path::Component::ParentDir
            && out
                .components()
                .next_back()
                .is_some_and(|c| matches!(c, std::path::Component::Normal(_)));
        if detour {
            out.pop();
        } else {
            out.push(part);
        }
    }
    out
}
