//! `manifest.json` and the small texts beside it: read, begun and written in one place, whatever the folder is of.

use std::path::{Path, PathBuf};

use data::frames::write_frame;
use files::HashedFile;
use serde_json::{Value, json};
use tables::{CsvForm, Table, seal};

use crate::error::Failure;
use crate::places::folder_text;

/// The file that says what a folder is.
pub const MANIFEST: &str = "manifest.json";

/// A folder that is being made, and how its CSV files are written.
#[derive(Clone, Copy)]
pub struct Target<'a> {
    /// The folder.
    pub folder: &'a Path,
    /// The form of its CSV files.
    pub csv: CsvForm,
}

impl<'a> Target<'a> {
    /// A folder as this version writes it.
    pub fn new(folder: &'a Path) -> Target<'a> {
        Target {
            folder,
            csv: CsvForm::Guessable,
        }
    }
}

/// The manifest of a folder, which is to be a `kind`.
///
/// # Errors
/// Where there is none, it is no JSON, or not what was written.
pub fn read(folder: &Path, kind: &str) -> Result<Value, Failure> {
    let path = folder.join(MANIFEST);
    let text = folder_text(&path).map_err(|e| {
        Failure::data(format!(
            "{}: not a {kind}, {MANIFEST} cannot be read: {e}",
            folder.display()
        ))
    })?;
    let wrong = |e: &dyn std::fmt::Display| Failure::data(format!("{}: {e}", path.display()));
    seal::check(&text).map_err(|e| wrong(&e))?;
    serde_json::from_str(&text).map_err(|e| wrong(&e))
}

/// The files a manifest lists, and the manifest itself.
pub fn files(folder: &Path) -> Result<Vec<String>, Failure> {
    let manifest = read(folder, "result folder")?;
    let files = manifest["files"].as_object().into_iter().flatten();
    let mut names: Vec<String> = files.map(|(name, _)| name.clone()).collect();
    names.push(MANIFEST.to_string());
    Ok(names)
}

/// What every manifest begins with; `dataset` is its hash and what is said of it.
pub fn begun(schema: u32, name: &str, dataset: (&str, Value)) -> Value {
    let (hash, about) = dataset;
    json!({
        "schema": schema,
        "name": name,
        "engine": {
            "version": env!("CARGO_PKG_VERSION"),
            "results_version": engine::RESULTS_VERSION,
        },
        "dataset_hash": hash,
        "dataset": about,
    })
}

/// The same with further keys.
///
/// # Panics
/// Where `keys` is no object: a fault of the caller.
pub fn with(mut manifest: Value, keys: Value) -> Value {
    let Value::Object(keys) = keys else {
        panic!("{keys} is no object")
    };
    for (key, value) in keys {
        manifest[key] = value;
    }
    manifest
}

/// Writes a manifest with the hash of itself; returns its text.
pub fn write(folder: &Path, manifest: &Value) -> Result<String, Failure> {
    let text = sealed(manifest);
    write_file(folder, MANIFEST, &text)?;
    Ok(text)
}

/// The text of a manifest with the hash of itself.
pub fn sealed(manifest: &Value) -> String {
    let manifest = with(manifest.clone(), json!({ seal::KEY: seal::UNSEALED }));
    seal::seal(&format!("{manifest:#}\n"))
}

/// Writes one file of a folder that is being made.
pub fn write_file(folder: &Path, name: &str, bytes: impl AsRef<[u8]>) -> Result<(), Failure> {
    let path = folder.join(name);
    std::fs::write(&path, bytes).map_err(Failure::io("write", &path))
}

/// A file of a folder and its SHA-256.
pub type Hashed = (String, String);

/// Writes one file of a folder that is being made, with what `write` puts into it, and hashes it meanwhile.
pub fn write_hashed(
    folder: &Path,
    name: &str,
    write: impl FnOnce(&mut HashedFile) -> std::io::Result<()>,
) -> Result<Hashed, Failure> {
    let path = folder.join(name);
    let hash = HashedFile::create(&path).and_then(|mut file| {
        write(&mut file)?;
        file.finish()
    });
    let hash = hash.map_err(Failure::io("write", &path))?;
    Ok((name.to_string(), hash))
}

/// Writes a table as CSV.
pub fn write_csv(target: Target<'_>, table: &Table) -> Result<Hashed, Failure> {
    write_hashed(target.folder, table.file, |file| {
        table.write_csv(target.csv, file)
    })
}

/// Writes a table as Parquet.
pub fn write_parquet(folder: &Path, table: &Table) -> Result<Hashed, Failure> {
    let name = table.parquet_file();
    let hash = write_frame(&folder.join(&name), table)?;
    Ok((name, hash))
}

/// Writes `build.json`: which build made a folder, and from where; `keys` are further keys. It is neither hashed nor compared.
/// Gives back its text.
pub fn write_build(folder: &Path, dataset: Option<&Path>, keys: Value) -> Result<String, Failure> {
    let build = json!({
        "commit": env!("ALVH_COMMIT"),
        "dataset": dataset.map(|path| whole_path(path).display().to_string()),
    });
    let text = format!("{:#}\n", with(build, keys));
    write_file(folder, "build.json", &text)?;
    Ok(text)
}

/// A path that means the same from everywhere.
pub fn whole_path(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf())
}

/// What is said of a dataset: its name, kind, notice and span.
pub fn about(dataset: &data::Manifest) -> Value {
    json!({
        "name": dataset.name,
        "kind": dataset.kind,
        "notice": dataset.notice,
        "first": dataset.first_session.to_string(),
        "last": dataset.last_session.to_string(),
    })
}
