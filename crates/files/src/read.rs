//! Reading what somebody else may have put there: bounded, and never a device, a pipe or, in a folder, a link.

use std::fs::File;
use std::io::{Error, ErrorKind, Read};
use std::path::Path;

/// The bytes of a regular file, at most `most` of them.
///
/// # Errors
/// Where it cannot be read, is no regular file, or is longer: the message then names the limit.
pub fn read_at_most(path: &Path, most: u64) -> std::io::Result<Vec<u8>> {
    regular(path)?;
    let file = File::open(path)?;
    // One byte more than it has now, so that its end is found without growing.
    let room = file.metadata()?.len().min(most).saturating_add(1);
    let mut bytes = Vec::with_capacity(usize::try_from(room).unwrap_or_default());
    file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(Error::new(
            ErrorKind::FileTooLarge,
            format!("it is longer than {most} bytes, the most that is read"),
        ));
    }
    Ok(bytes)
}

/// The same of a file of a folder that a stranger may have made. A symbolic link is refused: what it points at belongs to
/// the reader, and would get into the reader's report.
///
/// # Errors
/// As [`read_at_most`], and where the file is a symbolic link.
pub fn read_own(path: &Path, most: u64) -> std::io::Result<Vec<u8>> {
    refuse_links(path)?;
    read_at_most(path, most)
}

/// The same, open, for whoever reads it piece by piece.
///
/// # Errors
/// Where it cannot be opened, is a symbolic link or is no regular file.
pub fn open_own(path: &Path) -> std::io::Result<File> {
    refuse_links(path)?;
    regular(path)?;
    File::open(path)
}

fn refuse_links(path: &Path) -> std::io::Result<()> {
    match std::fs::symlink_metadata(path)?.is_symlink() {
        true => Err(Error::new(
            ErrorKind::InvalidInput,
            "it is a symbolic link, and those of a result folder are not followed",
        )),
        false => Ok(()),
    }
}

/// Asked before a file is opened: opening a pipe waits for whoever writes into it.
fn regular(path: &Path) -> std::io::Result<()> {
    match std::fs::metadata(path)?.is_file() {
        true => Ok(()),
        false => Err(Error::new(ErrorKind::InvalidInput, "it is no regular file")),
    }
}

/// Bytes as text.
///
/// # Errors
/// Where they are not UTF-8.
pub fn as_text(bytes: Vec<u8>) -> std::io::Result<String> {
    String::from_utf8(bytes).map_err(|error| {
        let place = error.utf8_error().valid_up_to();
        Error::new(ErrorKind::InvalidData, format!("byte {place} is not UTF-8"))
    })
}
