//! Where a dataset is written: a draft beside its place, one import at a time.

use std::fs::File;
use std::path::{Path, PathBuf};

use files::Draft;

use crate::{DataError, schema};

/// The one file of a dataset folder that people write.
const README: &str = "README.md";

/// A dataset under construction.
pub(super) struct Staged {
    target: PathBuf,
    draft: Draft,
    /// Held until the dataset is complete: a second import into the same place is told to wait.
    _lock: Lock,
}

impl Staged {
    /// Takes the place, unless another import has it or something else stands there.
    pub fn begin(target: &Path) -> Result<Staged, DataError> {
        refuse_other_folders(target)?;
        if let Some(parent) = target.parent().filter(|p| !p.as_os_str().is_empty()) {
            std::fs::create_dir_all(parent).map_err(DataError::io(parent))?;
        }
        let lock = Lock::take(target)?;
        // A program that was killed while it replaced the dataset: the old one is all there is, should this one fail too.
        files::put_back(target)?;
        Ok(Staged {
            target: target.to_path_buf(),
            draft: Draft::new(target)?,
            _lock: lock,
        })
    }

    /// Where to write.
    pub fn path(&self) -> &Path {
        self.draft.path()
    }

    /// Puts it in its place. What people wrote about the dataset stays with it.
    pub fn commit(self) -> Result<(), DataError> {
        let about = self.target.join(README);
        if about.is_file() {
            let kept = self.draft.path().join(README);
            std::fs::copy(&about, kept).map_err(DataError::io(&about))?;
        }
        self.draft.commit()?;
        Ok(())
    }
}

/// The lock beside a dataset. The system gives it back where a program ends without doing so.
struct Lock {
    file: File,
    path: PathBuf,
}

impl Lock {
    fn take(target: &Path) -> Result<Lock, DataError> {
        let name = target.file_name().unwrap_or_default().to_string_lossy();
        let path = target.with_file_name(format!(".{name}.lock"));
        let file = File::create(&path).map_err(DataError::io(&path))?;
        match file.try_lock() {
            Ok(()) => Ok(Lock { file, path }),
            Err(std::fs::TryLockError::WouldBlock) => Err(DataError::Locked {
                path: target.to_path_buf(),
            }),
            Err(std::fs::TryLockError::Error(source)) => Err(DataError::Io { path, source }),
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Whoever made the file anew in between holds another one.
        let _ = std::fs::remove_file(&self.path);
        let _ = self.file.unlock();
    }
}

fn refuse_other_folders(target: &Path) -> Result<(), DataError> {
    if !target.exists() || target.join(schema::MANIFEST).is_file() {
        return Ok(());
    }
    let mut entries = std::fs::read_dir(target).map_err(DataError::io(target))?;
    let is_readme =
        |entry: std::io::Result<std::fs::DirEntry>| entry.is_ok_and(|e| e.file_name() == README);
    if entries.all(is_readme) {
        Ok(())
    } else {
        Err(DataError::NotADataset {
            path: target.to_path_buf(),
        })
    }
}
