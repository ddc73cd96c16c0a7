//! The files that ship, as texts.

use std::path::{Path, PathBuf};

use runfile::ConfigError;
use runfile::config::{Assembly, RunConfig};
use runfile::door;
use runfile::extends::{join, take_base};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../configs")
        .join(name)
}

/// Names and texts of the files of a folder of `configs`, in alphabetical order; what they extend is put under them.
pub fn texts(name: &str) -> Vec<(String, String)> {
    let entries = std::fs::read_dir(folder(name)).expect("a folder of configs");
    let mut names: Vec<String> = entries
        .filter_map(|entry| {
            entry
                .ok()?
                .file_name()
                .to_str()?
                .strip_suffix(".toml")
                .map(str::to_string)
        })
        .collect();
    names.sort();
    names
        .into_iter()
        .map(|file| (file.clone(), text(name, &file)))
        .collect()
}

/// The text of one file.
pub fn text(name: &str, file: &str) -> String {
    let path = folder(name).join(format!("{file}.toml"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut own = door::table(file, &text).expect("a shipped file is TOML");
    match take_base(file, &mut own).expect("a shipped file extends a name") {
        None => text,
        Some(base) => {
            let below = self::text(name, &base);
            join(door::table(&base, &below).expect("TOML"), own).to_string()
        }
    }
}

/// A run with the policies it names.
pub fn assemble(text: &str) -> Result<RunConfig, ConfigError> {
    let (mut assembly, _) = Assembly::new("run.toml", text)?;
    for (section, name) in assembly.missing() {
        let path = folder("policies").join(format!("{name}.toml"));
        if path.is_file() {
            assembly.add(section, &name, &name, &self::text("policies", &name))?;
        }
    }
    assembly.finish("run.toml")
}
