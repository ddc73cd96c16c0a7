//! What killed processes left behind.

use std::fs::{File, Permissions, TryLockError};
use std::path::Path;

/// What came of locking something under construction.
pub(crate) enum Lock {
    /// Ours for as long as the handle lives.
    Held(File),
    /// The system cannot lock it. A folder can be opened and locked on Unix, not on Windows; what cannot be locked is never
    /// taken away either.
    Impossible,
    /// Another process took it for a leftover before it was locked.
    Taken,
}

/// Locks what is under construction.
pub(crate) fn lock(path: &Path) -> Lock {
    let Ok(file) = File::open(path) else {
        return match path.exists() {
            true => Lock::Impossible,
            false => Lock::Taken,
        };
    };
    match file.try_lock() {
        Ok(()) if path.exists() => Lock::Held(file),
        Ok(()) | Err(TryLockError::WouldBlock) => Lock::Taken,
        Err(TryLockError::Error(_)) => Lock::Impossible,
    }
}

/// Whether a hidden name is that of the draft of a result folder: `.NAME-HASH….partial-END`, HASH 12 hexadecimal digits, the end six letters or digits.
pub(crate) fn is_result_draft(name: &str) -> bool {
    let Some((stem, end)) = name
        .strip_prefix('.')
        .and_then(|n| n.rsplit_once(".partial-"))
    else {
        return false;
    };
    let is_drawn = end.len() == 6 && end.bytes().all(|b| b.is_ascii_alphanumeric());
    is_drawn
        && stem.split('-').skip(1).any(|part: &str| {
            part.len() == 12 && part.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
        })
}

/// Removes the entries of `parent` whose names are `wanted` and that nobody is writing. An entry that cannot be removed
/// stays: it is hidden and harmless.
pub(crate) fn remove(parent: &Path, wanted: impl Fn(&str) -> bool) {
    for entry in std::fs::read_dir(parent).into_iter().flatten().flatten() {
        if !wanted(&entry.file_name().to_string_lossy()) {
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
