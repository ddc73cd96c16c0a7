//! What a command does not say: taken from the environment, a project file, or the user's settings, in this order.
//!
//! A project file is `alvh.toml` in the current folder or the nearest above it. The user's settings are
//! `alvh/config.toml` below `XDG_CONFIG_HOME`, `~/.config` or (Windows) `APPDATA`. Both hold the keys of [`Settings`];
//! their paths start from the file's folder. The environment is read by the command line itself (`ALVH_DATASET`,
//! `ALVH_OUT`, `ALVH_THREADS`).

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::args::Common;
use crate::error::Failure;
use crate::places::config_text;

/// Name of a project file.
pub const PROJECT: &str = "alvh.toml";

/// Keys of a project file and of the user's settings.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Dataset folder of runs that name none of their own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dataset: Option<PathBuf>,
    /// Where result folders are written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub out: Option<PathBuf>,
    /// Threads to use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threads: Option<usize>,
}

impl Settings {
    /// Reads a file; nothing where there is none.
    ///
    /// # Errors
    /// Where it is there and cannot be read, or holds another key.
    pub fn read(path: &Path) -> Result<Settings, Failure> {
        let text = match config_text(path) {
            Ok(text) => text,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Settings::default()),
            Err(e) => {
                return Err(Failure::config(format!(
                    "cannot read {}: {e}",
                    path.display()
                )));
            }
        };
        Ok(runfile::door::read(&path.display().to_string(), &text)?)
    }

    /// The same with paths that start from `folder`.
    fn based_in(self, folder: &Path) -> Settings {
        Settings {
            dataset: self.dataset.map(|path| folder.join(path)),
            out: self.out.map(|path| folder.join(path)),
            threads: self.threads,
        }
    }
}

/// The project file in use: that of the current folder, or of the nearest above it.
pub fn project_file() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    here.ancestors()
        .enumerate()
        .map(|(up, folder)| match up {
            // Paths stay as short as the reader would write them.
            0 => PathBuf::from(PROJECT),
            _ => folder.join(PROJECT),
        })
        .find(|path| path.is_file())
}

/// The user's settings, whether they are there or not.
pub fn user_file() -> Option<PathBuf> {
    let base = user_folder("XDG_CONFIG_HOME", ".config", "APPDATA")?;
    Some(base.join("alvh").join("config.toml"))
}

/// A folder of the user: the one `xdg` names, `below_home` in the home folder, or (Windows) the one `windows` names. An empty
/// variable is none.
pub fn user_folder(xdg: &str, below_home: &str, windows: &str) -> Option<PathBuf> {
    let set = |name: &str| {
        let value = std::env::var_os(name).filter(|value| !value.is_empty());
        value.map(PathBuf::from)
    };
    set(xdg)
        .or_else(|| set("HOME").map(|home| home.join(below_home)))
        .or_else(|| set(windows))
}

/// Fills what the command line and the environment leave open.
///
/// # Errors
/// Where a file of settings is wrong.
pub fn fill(common: &mut Common) -> Result<(), Failure> {
    for file in project_file().into_iter().chain(user_file()) {
        let folder = file.parent().unwrap_or(Path::new(""));
        let settings = Settings::read(&file)?.based_in(folder);
        common.out = common.out.take().or(settings.out);
        common.threads = common.threads.or(settings.threads);
        common.usual_dataset = common.usual_dataset.take().or(settings.dataset);
    }
    Ok(())
}
