//! Records that begin with a hash, found by it: as many as there are, and no more memory than a few of them take.
//!
//! They are gathered in any order, put into groups by the first byte of the hash, and sorted group by group. A hash has the
//! same share of records under every beginning, so a look at few neighbours finds one.

use std::io;
use std::path::{Path, PathBuf};

use crate::records::Records;

/// Bytes of a hash.
const HASH: usize = 32;
/// Different first bytes.
const GROUPS: usize = 1 << 8;
/// Different first two bytes.
const BEGINNINGS: usize = 1 << 16;
/// Bytes of a group that are written at a time.
const WRITTEN: usize = 1 << 13;

/// Records in the order in which they came.
#[derive(Debug)]
pub struct Gathered<const N: usize> {
    folder: PathBuf,
    records: Records<N>,
    /// How many there are of each group.
    counts: Vec<usize>,
}

/// Records in the order of their hashes, one of each hash.
#[derive(Debug)]
pub struct ByHash<const N: usize> {
    records: Records<N>,
    /// Where those with each beginning begin, and the end.
    starts: Vec<usize>,
}

impl<const N: usize> Gathered<N> {
    /// None yet; `folder` is for [`Records::new`].
    pub fn new(folder: &Path) -> Gathered<N> {
        const { assert!(N >= HASH, "a record begins with its hash") };
        Gathered {
            folder: folder.to_path_buf(),
            records: Records::new(folder),
            counts: vec![0; GROUPS],
        }
    }

    /// Adds one.
    ///
    /// # Errors
    /// Where the file cannot be made or written.
    pub fn push(&mut self, record: &[u8; N]) -> io::Result<()> {
        self.counts[usize::from(record[0])] += 1;
        self.records.push(record)
    }

    /// Sorts them; of those with one hash the first stays.
    ///
    /// # Errors
    /// Where a file cannot be made, read or written.
    pub fn sorted(self) -> io::Result<ByHash<N>> {
        let mut sorted = ByHash {
            records: Records::new(&self.folder),
            starts: vec![0; BEGINNINGS + 1],
        };
        if let Some(few) = self.records.held() {
            sorted.add(few.to_vec())?;
        } else {
            let counts = self.counts.clone();
            let grouped = self.grouped()?;
            let mut end = 0;
            for count in counts {
                sorted.add(grouped.read(end..end + count)?)?;
                end += count;
            }
        }
        let mut before = 0;
        for start in &mut sorted.starts {
            before += std::mem::replace(start, before);
        }
        Ok(sorted)
    }

    /// One group after the other, each in the order in which its records came.
    fn grouped(self) -> io::Result<Records<N>> {
        let mut grouped = Records::zeros(&self.folder, self.records.len())?;
        let mut end = 0;
        let mut groups: Vec<(usize, Vec<[u8; N]>)> = Vec::with_capacity(GROUPS);
        for count in &self.counts {
            groups.push((end, Vec::new()));
            end += count;
        }
        let mut write = |(at, waiting): &mut (usize, Vec<[u8; N]>)| {
            grouped.set_all(*at, waiting)?;
            *at += waiting.len();
            waiting.clear();
            Ok::<_, io::Error>(())
        };
        for record in self.records.iter() {
            let record = record?;
            let group = &mut groups[usize::from(record[0])];
            group.1.push(record);
            if group.1.len() * N >= WRITTEN {
                write(group)?;
            }
        }
        groups.iter_mut().try_for_each(&mut write)?;
        Ok(grouped)
    }
}

impl<const N: usize> ByHash<N> {
    /// Adds records whose hashes are above all others, and counts them by their beginnings.
    fn add(&mut self, mut records: Vec<[u8; N]>) -> io::Result<()> {
        // Stable: of equals the first is first.
        records.sort_by(|a, b| a[..HASH].cmp(&b[..HASH]));
        records.dedup_by(|a, b| a[..HASH] == b[..HASH]);
        for record in &records {
            self.starts[beginning(record)] += 1;
            self.records.push(record)?;
        }
        Ok(())
    }

    /// Number of records.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// The record with a hash.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn get(&self, hash: &[u8; HASH]) -> io::Result<Option<[u8; N]>> {
        let own = beginning(hash);
        let near = self.records.read(self.starts[own]..self.starts[own + 1])?;
        let found = near.binary_search_by(|record| record[..HASH].cmp(hash));
        Ok(found.ok().map(|place| near[place]))
    }

    /// All of them in the order of their hashes; the first that cannot be read is the last.
    pub fn iter(&self) -> impl Iterator<Item = io::Result<[u8; N]>> + '_ {
        self.records.iter()
    }
}

/// The first two bytes as a number.
fn beginning(record: &[u8]) -> usize {
    usize::from(record[0]) << 8 | usize::from(record[1])
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use sha2::{Digest, Sha256};

    use super::*;

    /// Numbers that look like hashes: a few of them twice.
    fn records(count: u64) -> impl Iterator<Item = [u8; 40]> {
        (0..count).map(move |number| {
            let digest = Sha256::digest((number % (count - count / 50)).to_le_bytes());
            let mut record = [0; 40];
            record[..32].copy_from_slice(&digest);
            record[32..].copy_from_slice(&number.to_le_bytes());
            record
        })
    }

    #[test]
    fn a_record_is_found_by_its_hash_and_the_first_of_equals_stays() {
        // In memory, and beyond what is held there.
        for count in [50, 3_000, 60_000] {
            let mut gathered: Gathered<40> = Gathered::new(&std::env::temp_dir());
            let mut first: BTreeMap<[u8; 32], [u8; 40]> = BTreeMap::new();
            for record in records(count) {
                gathered.push(&record).expect("a place");
                let hash = *record.first_chunk().expect("long enough");
                first.entry(hash).or_insert(record);
            }
            assert_eq!(gathered.records.held().is_some(), count < 60_000);
            let sorted = gathered.sorted().expect("sorted");
            assert_eq!(sorted.len() as u64, count - count / 50);
            for (hash, record) in &first {
                assert_eq!(sorted.get(hash).expect("read").as_ref(), Some(record));
                let mut other = *hash;
                other[31] ^= 1;
                assert_eq!(sorted.get(&other).expect("read"), None);
            }
            let all = sorted.iter().map(|record| record.expect("read"));
            assert!(all.eq(first.into_values()), "{count}");
        }
    }

    #[test]
    fn of_none_nothing_is_found() {
        let gathered: Gathered<32> = Gathered::new(&std::env::temp_dir());
        let sorted = gathered.sorted().expect("sorted");
        assert!(sorted.is_empty());
        for byte in [0, 255] {
            assert_eq!(sorted.get(&[byte; 32]).expect("read"), None);
        }
    }
}
