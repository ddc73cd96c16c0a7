//! A place that one process writes to at a time.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use crate::draft::{hidden, parent};
use crate::error::FileError;

/// A file or folder that nobody else has for as long as this lives. The system gives the place back where a process ends
/// without doing so.
#[derive(Debug)]
pub struct Claim {
    /// Beside the place, locked.
    file: File,
    path: PathBuf,
    /// Folders above the place that were made for it, the uppermost first.
    made: Vec<PathBuf>,
}

/// Why a place cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum ClaimError {
    /// Another process has it.
    #[error("{}: another process is writing here; wait until it has ended", .0.display())]
    Taken(PathBuf),
    /// The lock beside it cannot be made.
    #[error(transparent)]
    File(#[from] FileError),
}

impl Claim {
    /// Takes the place `target`, which need not exist.
    ///
    /// # Errors
    /// Where another process has it, or the folder it stands in cannot be made or written.
    pub fn take(target: &Path) -> Result<Claim, ClaimError> {
        let folder = parent(target);
        let is_missing = |above: &&Path| !above.as_os_str().is_empty() && !above.exists();
        let missing = folder.ancestors().take_while(is_missing);
        let mut made: Vec<PathBuf> = missing.map(Path::to_path_buf).collect();
        made.reverse();
        std::fs::create_dir_all(folder).map_err(FileError::of("create", folder))?;
        let path = folder.join(hidden(target, "lock"));
        loop {
            let file = File::create(&path).map_err(FileError::of("write", &path))?;
            match file.try_lock() {
                // Whoever had it may have removed the file between the two lines above: the lock of a file that is gone is none.
                Ok(()) if is_still(&file, &path) => return Ok(Claim { file, path, made }),
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    return Err(ClaimError::Taken(target.to_path_buf()));
                }
                Err(TryLockError::Error(source)) => {
                    return Err(FileError::of("lock", &path)(source).into());
                }
            }
        }
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
        let _ = self.file.unlock();
        // One that holds something stays.
        for folder in self.made.iter().rev() {
            let _ = std::fs::remove_dir(folder);
        }
    }
}

/// Whether an open file stands at a path.
#[cfg(unix)]
fn is_still(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let place = |of: std::io::Result<std::fs::Metadata>| of.ok().map(|of| (of.dev(), of.ino()));
    let open = place(file.metadata());
    open.is_some() && open == place(std::fs::metadata(path))
}

/// Elsewhere a file that is open cannot be removed and made anew.
#[cfg(not(unix))]
fn is_still(_file: &File, path: &Path) -> bool {
    path.exists()
}
