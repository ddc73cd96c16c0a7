//! Bytes that may be more than memory should hold: there while they are few, then in a file without a name.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use crate::positioned::{read_exact_at, write_all_at};

/// Bytes that are held before they go to the file.
const HELD: usize = 1 << 20;

/// Bytes that are appended, read and written again at any place.
///
/// The file stands in a folder that is named, where files can be made there, else in the system's own for such files. Nobody
/// else sees it, and it is gone when the process ends.
#[derive(Debug)]
pub(crate) struct Spill {
    folder: PathBuf,
    file: Option<File>,
    /// Bytes in the file.
    pub(crate) written: u64,
    /// Those after them.
    tail: Vec<u8>,
}

impl Spill {
    /// None yet.
    pub fn new(folder: &Path) -> Spill {
        Spill {
            folder: folder.to_path_buf(),
            file: None,
            written: 0,
            tail: Vec::new(),
        }
    }

    /// So many zeros.
    ///
    /// # Errors
    /// Where the file cannot be made.
    pub fn zeros(folder: &Path, count: u64) -> io::Result<Spill> {
        let mut zeros = Spill::new(folder);
        if count < HELD as u64 {
            zeros.tail = vec![0; count as usize];
            return Ok(zeros);
        }
        let file = nameless(folder)?;
        file.set_len(count)?;
        zeros.file = Some(file);
        zeros.written = count;
        Ok(zeros)
    }

    /// Number of bytes.
    pub fn len(&self) -> u64 {
        self.written + self.tail.len() as u64
    }

    /// All of them, where they are in memory.
    pub fn held(&self) -> Option<&[u8]> {
        self.file.is_none().then_some(&self.tail)
    }

    /// Adds bytes at the end.
    ///
    /// # Errors
    /// Where the file cannot be made or written.
    pub fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.tail.extend_from_slice(bytes);
        if self.tail.len() < HELD {
            return Ok(());
        }
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(nameless(&self.folder)?),
        };
        write_all_at(file, &self.tail, self.written)?;
        self.written += self.tail.len() as u64;
        self.tail.clear();
        Ok(())
    }

    /// Fills `bytes` from the place `at`.
    ///
    /// # Errors
    /// Where they end before, or the file cannot be read.
    pub fn read_at(&self, mut bytes: &mut [u8], at: u64) -> io::Result<()> {
        if let Some(file) = self.file.as_ref().filter(|_| at < self.written) {
            let there = bytes.len().min((self.written - at) as usize);
            let (first, rest) = bytes.split_at_mut(there);
            read_exact_at(file, first, at)?;
            bytes = rest;
        }
        let from = at.saturating_sub(self.written) as usize;
        let end = from.saturating_add(bytes.len());
        let tail = self.tail.get(from..end);
        bytes.copy_from_slice(tail.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }

    /// Writes bytes over those from the place `at` on.
    ///
    /// # Errors
    /// Where they end before, or the file cannot be written.
    pub fn write_at(&mut self, mut bytes: &[u8], at: u64) -> io::Result<()> {
        if let Some(file) = self.file.as_ref().filter(|_| at < self.written) {
            let there = bytes.len().min((self.written - at) as usize);
            write_all_at(file, &bytes[..there], at)?;
            bytes = &bytes[there..];
        }
        let from = at.saturating_sub(self.written) as usize;
        let end = from.saturating_add(bytes.len());
        let tail = self.tail.get_mut(from..end);
        tail.ok_or(io::ErrorKind::UnexpectedEof)?
            .copy_from_slice(bytes);
        Ok(())
    }
}

/// A file that nobody else sees.
fn nameless(folder: &Path) -> io::Result<File> {
    tempfile::tempfile_in(folder).or_else(|_| tempfile::tempfile())
}
