//! Beside the place, then in its place.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use tempfile::{Builder, TempDir};

use crate::error::FileError;
use crate::leftover::{self, Lock};

/// A folder under construction beside the place where it will stand. Dropped unfinished, it leaves nothing behind.
pub struct Draft {
    folder: TempDir,
    target: PathBuf,
    /// Held for as long as the draft lives.
    _lock: Option<File>,
}

impl Draft {
    /// Starts a draft of `target`, and removes the drafts that killed processes left: those of `target`, and those of result
    /// folders beside it, whose names have another hash as soon as a setting changes.
    ///
    /// # Errors
    /// Where the folder `target` stands in cannot be made or written.
    pub fn new(target: &Path) -> Result<Draft, FileError> {
        let parent = parent(target);
        std::fs::create_dir_all(parent).map_err(FileError::of("create", parent))?;
        let prefix = hidden(target, "partial-");
        leftover::remove(parent, |name| {
            name.starts_with(&prefix) || leftover::is_result_draft(name)
        });
        loop {
            let folder = named(&prefix, leftover::usual(0o777))
                .tempdir_in(parent)
                .map_err(FileError::of("create", target))?;
            let lock = match leftover::lock(folder.path()) {
                Lock::Held(file) => Some(file),
                Lock::Impossible => None,
                Lock::Taken => continue,
            };
            return Ok(Draft {
                folder,
                target: target.to_path_buf(),
                _lock: lock,
            });
        }
    }

    /// Where to write.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Puts the draft in place of whatever stands there.
    ///
    /// # Errors
    /// Where the old folder or the new one cannot be renamed; the old one is then where it was.
    pub fn commit(self) -> Result<PathBuf, FileError> {
        let old = parent(&self.target).join(hidden(&self.target, "old"));
        if self.target.exists() {
            // From a process that was killed between the renames below; without a target it is all there is.
            let _ = std::fs::remove_dir_all(&old);
            std::fs::rename(&self.target, &old).map_err(FileError::of("replace", &self.target))?;
        }
        let moved = std::fs::rename(self.folder.path(), &self.target);
        if moved.is_err() && old.exists() {
            let _ = std::fs::rename(&old, &self.target);
        }
        moved.map_err(FileError::of("create", &self.target))?;
        let _ = std::fs::remove_dir_all(&old);
        // Nothing is left at the draft's own path that would have to be removed.
        let _ = self.folder.keep();
        Ok(self.target)
    }
}

impl Draft {
    /// Puts the draft in its place where nothing stands there; else what stands there stays. Whether it was put there.
    ///
    /// # Errors
    /// Where it cannot be renamed.
    pub fn commit_where_absent(self) -> Result<bool, FileError> {
        if self.target.exists() {
            return Ok(false);
        }
        if let Err(error) = std::fs::rename(self.folder.path(), &self.target) {
            // Another process may have been faster.
            return match self.target.exists() {
                true => Ok(false),
                false => Err(FileError::of("create", &self.target)(error)),
            };
        }
        let _ = self.folder.keep();
        Ok(true)
    }
}

/// Puts back what a process that was killed inside [`Draft::commit`] had set aside, where nothing stands in its place.
/// For callers that are alone: a commit under way looks the same.
///
/// # Errors
/// Where it cannot be renamed.
pub fn put_back(target: &Path) -> Result<(), FileError> {
    let old = parent(target).join(hidden(target, "old"));
    if target.exists() || !old.exists() {
        return Ok(());
    }
    std::fs::rename(&old, target).map_err(FileError::of("replace", target))
}

/// Writes a file: whole, or not at all.
///
/// # Errors
/// Where it cannot be written; a file that stood there is then untouched.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let parent = parent(path);
    let prefix = hidden(path, "partial-");
    leftover::remove(parent, |name| name.starts_with(&prefix));
    let (mut file, _lock) = loop {
        let file = named(&prefix, leftover::usual(0o666))
            .tempfile_in(parent)
            .map_err(FileError::of("write", path))?;
        match leftover::lock(file.path()) {
            Lock::Held(lock) => break (file, Some(lock)),
            Lock::Impossible => break (file, None),
            Lock::Taken => {}
        }
    };
    file.write_all(bytes)
        .map_err(FileError::of("write", path))?;
    file.persist(path)
        .map_err(|e| FileError::of("write", path)(e.error))?;
    Ok(())
}

/// Whether something can be written at `target`, asked before a long computation and not after it. Nothing is left behind.
///
/// # Errors
/// Where the nearest folder above it that exists cannot be written, or is none.
pub fn check_writable(target: &Path) -> Result<(), FileError> {
    let standing = target
        .ancestors()
        .skip(1)
        .map(|above| match above.as_os_str().is_empty() {
            true => Path::new("."),
            false => above,
        })
        .find(|above| above.exists())
        .unwrap_or(Path::new("."));
    tempfile::tempfile_in(standing)
        .map(|_| ())
        .map_err(FileError::of("write", target))
}

pub(crate) fn parent(path: &Path) -> &Path {
    path.parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

/// `.NAME.SUFFIX`.
pub(crate) fn hidden(path: &Path, suffix: &str) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    format!(".{name}.{suffix}")
}

fn named(prefix: &str, permissions: Option<std::fs::Permissions>) -> Builder<'_, 'static> {
    let mut builder = Builder::new();
    builder.prefix(prefix);
    if let Some(permissions) = permissions {
        builder.permissions(permissions);
    }
    builder
}
