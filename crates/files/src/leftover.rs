//! What killed processes left behind.

use std::fs::{File, Permissions, TryLockError};
use std::path::Path;

/// Locks what is under construction for as long as the handle lives; `None` where the system cannot.
pub(crate) fn lock(path: &Path) -> Option<File> {
    // A folder can be opened and locked on Unix, not on Windows; what cannot be locked is never taken away either.
    let file = File::open(path).ok()?;
    file.try_lock().ok().map(|()| file)
}

/// Removes the entries of `parent` whose names begin with `prefix` and that nobody is writing. An entry that cannot be
/// removed stays: it is hidden and harmless.
pub(crate) fn remove(parent: &Path, prefix: &str) {
    for entry in std::fs::read_dir(parent).into_iter().flatten().flatten() {
        if !entry.file_name().to_string_lossy().starts_with(prefix) {
            continue;
        }
        let path = entry.path();
        let Ok(file) = File::open(&path) else {
            continue;
        };
        let is_abandoned = match file.try_lock() {
            Ok(()) => true,
            Err(TryLockError::WouldBlock | TryLockError::Error(_)) => false,
        };
        if is_abandoned {
            let _ = match path.is_dir() {
                true => std::fs::remove_dir_all(&path),
                false => std::fs::remove_file(&path),
            };
        }
    }
}

/// Permissions of a new file or folder, before the user's mask: `tempfile` would let nobody else read it.
#[cfg(unix)]
pub(crate) fn usual(mode: u32) -> Option<Permissions> {
    use std::os::unix::fs::PermissionsExt;
    Some(Permissions::from_mode(mode))
}

/// Elsewhere the system's own.
#[cfg(not(unix))]
pub(crate) fn usual(_mode: u32) -> Option<Permissions> {
    None
}
