//! Records of one size, as many as there are: in memory while they are few, then in a file without a name.

use std::io;
use std::path::Path;

use crate::spill::Spill;

/// Records of `N` bytes, by their places from 0.
#[derive(Debug)]
pub struct Records<const N: usize> {
    bytes: Spill,
}

/// Bytes that are read at a time.
const READ: usize = 1 << 16;

impl<const N: usize> Records<N> {
    /// None yet. When they are too many for memory they go to a file in `folder`, or where the system has such files.
    pub fn new(folder: &Path) -> Records<N> {
        Records {
            bytes: Spill::new(folder),
        }
    }

    /// So many, of nothing but zeros.
    ///
    /// # Errors
    /// Where the file cannot be made.
    pub fn zeros(folder: &Path, count: usize) -> io::Result<Records<N>> {
        let bytes = Spill::zeros(folder, (count * N) as u64)?;
        Ok(Records { bytes })
    }

    /// Number of records.
    pub fn len(&self) -> usize {
        (self.bytes.len() / N as u64) as usize
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds one.
    ///
    /// # Errors
    /// Where the file cannot be made or written.
    pub fn push(&mut self, record: &[u8; N]) -> io::Result<()> {
        self.bytes.append(record)
    }

    /// The record at a place.
    ///
    /// # Errors
    /// Beyond the last, and where the file cannot be read.
    pub fn get(&self, place: usize) -> io::Result<[u8; N]> {
        let mut record = [0; N];
        self.bytes.read_at(&mut record, (place * N) as u64)?;
        Ok(record)
    }

    /// Puts one in place of another.
    ///
    /// # Errors
    /// Beyond the last, and where the file cannot be written.
    pub fn set(&mut self, place: usize, record: &[u8; N]) -> io::Result<()> {
        self.set_all(place, std::slice::from_ref(record))
    }

    /// Puts some in place of those from a place on.
    ///
    /// # Errors
    /// Beyond the last, and where the file cannot be written.
    pub fn set_all(&mut self, place: usize, records: &[[u8; N]]) -> io::Result<()> {
        self.bytes
            .write_at(records.as_flattened(), (place * N) as u64)
    }

    /// Those at the places of a range.
    ///
    /// # Errors
    /// Beyond the last, and where the file cannot be read.
    pub fn read(&self, range: std::ops::Range<usize>) -> io::Result<Vec<[u8; N]>> {
        let mut records = vec![[0; N]; range.len()];
        let at = (range.start * N) as u64;
        self.bytes.read_at(records.as_flattened_mut(), at)?;
        Ok(records)
    }

    /// All of them, in memory, where they are few.
    pub(crate) fn held(&self) -> Option<&[[u8; N]]> {
        Some(self.bytes.held()?.as_chunks().0)
    }

    /// All of them in order, many read at a time; the first that cannot be read is the last.
    pub fn iter(&self) -> impl Iterator<Item = io::Result<[u8; N]>> + '_ {
        let at_a_time = (READ / N).max(1);
        let starts = (0..self.len()).step_by(at_a_time);
        let read = move |start: usize| self.read(start..(start + at_a_time).min(self.len()));
        starts.flat_map(move |start| match read(start) {
            Ok(records) => records.into_iter().map(Ok).collect::<Vec<_>>(),
            Err(error) => vec![Err(error)],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// More than are held in memory.
    const MANY: usize = 100_003;

    fn record(number: usize) -> [u8; 12] {
        let mut record = [7; 12];
        record[..8].copy_from_slice(&number.to_le_bytes());
        record
    }

    fn filled(count: usize) -> Records<12> {
        let mut records = Records::new(&std::env::temp_dir());
        (0..count).for_each(|number| records.push(&record(number)).expect("a place"));
        records
    }

    #[test]
    fn records_are_read_as_they_were_written_in_memory_and_beyond() {
        for count in [0, 1, 5_000, MANY] {
            let records = filled(count);
            assert_eq!((records.len(), records.is_empty()), (count, count == 0));
            assert_eq!(records.held().is_some(), count < MANY, "{count}");
            let all = records.iter().map(|record| record.expect("read"));
            assert!(all.eq((0..count).map(record)), "{count}");
            for place in (0..count).step_by(977) {
                assert_eq!(records.get(place).expect("read"), record(place));
            }
            assert!(records.get(count).is_err(), "beyond the last of {count}");
            let some = count / 3..count;
            let read = records.read(some.clone()).expect("read");
            assert!(read.into_iter().eq(some.map(record)), "{count}");
        }
    }

    #[test]
    fn records_are_put_in_place_of_others_wherever_these_are() {
        let mut records = filled(MANY);
        // The last ones stand in memory, the others in the file, some on both sides.
        let border = (records.bytes.written / 12) as usize;
        assert!(border < MANY, "{border}");
        for place in [0, border - 1, border, MANY - 2] {
            let other = [record(place + MANY), record(place + MANY + 1)];
            records.set_all(place, &other).expect("written");
            assert_eq!(records.read(place..place + 2).expect("read"), other);
        }
        assert!(records.set(MANY, &record(1)).is_err());
        assert_eq!(records.get(1).expect("read"), record(MANY + 1));
        assert_eq!(records.get(2).expect("read"), record(2));
        let zeros: Records<12> = Records::zeros(&std::env::temp_dir(), MANY).expect("a file");
        assert_eq!((zeros.len(), zeros.get(9).expect("read")), (MANY, [0; 12]));
    }

    #[test]
    fn where_no_file_can_be_made_the_system_has_a_place() {
        let mut records: Records<1024> = Records::new(Path::new("no such folder"));
        (0..2_000).for_each(|_| records.push(&[3; 1024]).expect("a place"));
        assert_eq!(records.get(1_500).expect("read"), [3; 1024]);
    }
}
