//! Many records with one write: a file that grows by pieces of a page has each page written several times.

use std::collections::BTreeSet;

use super::record::frame;
use super::{Index, Key, Record, Store, StoreError, io, positioned};

/// Bytes of records that are written at a time.
const WRITTEN: usize = 1 << 20;

impl Store {
    /// Appends records as [`Store::append`] does, many with one write.
    ///
    /// # Errors
    /// Those of the iterator, and where the file cannot be written.
    pub fn append_all<E: From<StoreError>>(
        &self,
        records: impl Iterator<Item = Result<Record, E>>,
    ) -> Result<(), E> {
        let mut index = self.lock();
        let mut bytes = Vec::with_capacity(WRITTEN + WRITTEN / 8);
        let mut noted: Vec<(Key, Key, u64, usize)> = Vec::new();
        let mut known = BTreeSet::new();
        for record in records {
            let (key, trial, payload) = record?;
            let is_known = index.places.contains_key(&key) || self.has_beside(&key)?;
            if is_known || !known.insert(key) {
                continue;
            }
            let at = index.end + bytes.len() as u64;
            noted.push((key, trial, at, payload.len()));
            frame(&key, &trial, &payload, &mut bytes);
            if bytes.len() >= WRITTEN {
                self.write(&mut index, &mut bytes, &mut noted)?;
                known.clear();
            }
        }
        Ok(self.write(&mut index, &mut bytes, &mut noted)?)
    }

    /// Writes whole records where the file ends, and takes them up.
    fn write(
        &self,
        index: &mut Index,
        bytes: &mut Vec<u8>,
        noted: &mut Vec<(Key, Key, u64, usize)>,
    ) -> Result<(), StoreError> {
        positioned::write_all_at(&self.files[0], bytes, index.end)
            .map_err(io("write", &self.path))?;
        index.end += bytes.len() as u64;
        bytes.clear();
        for (key, trial, at, length) in noted.drain(..) {
            index.note(key, trial, (0, at), length);
        }
        Ok(())
    }
}
