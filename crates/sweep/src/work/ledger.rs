//! Which record of a store is which cell, and why a cell has none. Memory does not grow with the cells.
//!
//! A part of a sweep keeps the keys of its cells beside their records until all parts are there: whoever joins them need not work
//! out every cell's configuration again.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use files::{Gathered, Records};

use crate::store::{Key, NO_TRIAL, Store, StoreError, beyond, key};

/// Cells whose keys are one record.
const BLOCK: usize = 65_536;
/// Stands for a cell without a result.
const NO_RESULT: Key = [0; 32];
/// Zeros before the number of a reason: no hash begins like this.
const NO_HASH: usize = 28;

/// Where the cells of a sweep are.
#[derive(Debug)]
pub struct Ledger {
    /// Of every cell its key, or zeros and the number of a reason; zeros alone before either is known.
    cells: Records<32>,
    /// Status and reason of cells without a result, each once; the first has number 1.
    reasons: Vec<Reason>,
    numbers: BTreeMap<Reason, u32>,
    faults: usize,
    /// Where files for what is too much for memory are made.
    folder: PathBuf,
    /// Cells whose result was in the store already.
    pub known: usize,
    /// Cells computed now.
    pub computed: usize,
    /// Whether an interrupt ended the work early.
    pub stopped: bool,
}

/// What became of the cells of a ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Number of cells.
    pub cells: usize,
    /// Cells computed now.
    pub computed: usize,
    /// Cells whose result was in the store already.
    pub known: usize,
    /// Cells without a result.
    pub faults: usize,
    /// Why the first of these has none.
    pub first_reason: Option<String>,
}

/// Status and reason.
type Reason = (&'static str, String);

impl Ledger {
    /// Of so many cells of which nothing is known yet. What is too much for memory goes to a file in `folder`, or where the system
    /// has such files.
    ///
    /// # Errors
    /// Where the file cannot be made.
    pub fn new(cells: usize, folder: &Path) -> Result<Ledger, StoreError> {
        Ok(Ledger {
            cells: Records::zeros(folder, cells).map_err(beyond(folder))?,
            reasons: Vec::new(),
            numbers: BTreeMap::new(),
            faults: 0,
            folder: folder.to_path_buf(),
            known: 0,
            computed: 0,
            stopped: false,
        })
    }

    /// Number of cells.
    pub fn len(&self) -> usize {
        self.cells.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// What became of the cells.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn counts(&self) -> Result<Counts, StoreError> {
        let first = self.each_fault().next().transpose()?;
        Ok(Counts {
            cells: self.len(),
            computed: self.computed,
            known: self.known,
            faults: self.faults,
            first_reason: first.map(|(_, _, reason)| reason.to_owned()),
        })
    }

    /// Number of cells without a result.
    pub fn faults(&self) -> usize {
        self.faults
    }

    /// The keys of the cells at the places of a range.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn keys_at(&self, places: Range<usize>) -> Result<Vec<Option<Key>>, StoreError> {
        let entries = self.cells.read(places).map_err(beyond(&self.folder))?;
        let key = |entry: Key| is_key(&entry).then_some(entry);
        Ok(entries.into_iter().map(key).collect())
    }

    /// The keys of all cells, in order.
    pub fn keys(&self) -> impl Iterator<Item = Result<Option<Key>, StoreError>> {
        self.cells.iter().map(|entry| {
            let entry = entry.map_err(beyond(&self.folder))?;
            Ok(is_key(&entry).then_some(entry))
        })
    }

    /// How many different keys there are: two points may be one configuration.
    ///
    /// # Errors
    /// Where a file cannot be made, read or written.
    pub fn different(&self) -> Result<usize, StoreError> {
        let mut all = Gathered::new(&self.folder);
        for key in self.keys() {
            if let Some(key) = key? {
                all.push(&key).map_err(beyond(&self.folder))?;
            }
        }
        let sorted = all.sorted().map_err(beyond(&self.folder))?;
        Ok(sorted.len())
    }

    /// Status and reason of a cell without a result.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn fault(&self, place: usize) -> Result<Option<(&'static str, &str)>, StoreError> {
        // Mostly there is none: then the file is not read.
        if self.faults == 0 {
            return Ok(None);
        }
        let entry = self.cells.get(place).map_err(beyond(&self.folder))?;
        Ok(self.reason(&entry))
    }

    /// The cells without a result: place, status and reason, in order.
    pub fn each_fault(
        &self,
    ) -> impl Iterator<Item = Result<(usize, &'static str, &str), StoreError>> {
        // Mostly there is none: then the file is not read.
        let count = if self.faults == 0 { 0 } else { self.len() };
        let entries = self.cells.iter().take(count).enumerate();
        entries.filter_map(|(place, entry)| match entry {
            Err(error) => Some(Err(beyond(&self.folder)(error))),
            Ok(entry) => {
                let (status, reason) = self.reason(&entry)?;
                Some(Ok((place, status, reason)))
            }
        })
    }

    fn reason(&self, entry: &Key) -> Option<(&'static str, &str)> {
        if is_key(entry) {
            return None;
        }
        let number = u32::from_le_bytes(*entry.last_chunk().expect("32 bytes"));
        let place = (number as usize).checked_sub(1)?;
        let (status, reason) = self.reasons.get(place)?;
        Some((*status, reason))
    }

    /// A cell has a result.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn found(&mut self, place: usize, key: Key) -> Result<(), StoreError> {
        self.set(place, &key)
    }

    /// Cells that lie beside each other have results.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn found_all(&mut self, first: usize, keys: &[Key]) -> Result<(), StoreError> {
        if self.faults > 0 {
            let mut places = (first..).zip(keys);
            return places.try_for_each(|(place, key)| self.found(place, *key));
        }
        let set = self.cells.set_all(first, keys);
        set.map_err(beyond(&self.folder))
    }

    /// A cell has no result, and why.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn failed(
        &mut self,
        place: usize,
        status: &'static str,
        reason: String,
    ) -> Result<(), StoreError> {
        let next = self.reasons.len() as u32 + 1;
        let reason = (status, reason);
        let number = match self.numbers.get(&reason) {
            Some(number) => *number,
            None => {
                self.reasons.push(reason.clone());
                self.numbers.insert(reason, next);
                next
            }
        };
        let mut entry = NO_RESULT;
        entry[NO_HASH..].copy_from_slice(&number.to_le_bytes());
        self.set(place, &entry)
    }

    /// A cell is the same configuration as another, and has its result or its fault; says whether that is a fault.
    ///
    /// # Errors
    /// Where the file cannot be read or written.
    pub fn is_another(&mut self, place: usize, other: usize) -> Result<bool, StoreError> {
        let entry = self.cells.get(other).map_err(beyond(&self.folder))?;
        self.set(place, &entry)?;
        Ok(self.reason(&entry).is_some())
    }

    fn set(&mut self, place: usize, entry: &Key) -> Result<(), StoreError> {
        if self.faults > 0 {
            let before = self.cells.get(place).map_err(beyond(&self.folder))?;
            self.faults -= usize::from(self.reason(&before).is_some());
        }
        self.faults += usize::from(self.reason(entry).is_some());
        let set = self.cells.set(place, entry);
        set.map_err(beyond(&self.folder))
    }

    /// Keeps the keys of its cells in the store of part `index` of `of`.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn keep_keys(&self, store: &Store, part: (usize, usize)) -> Result<(), StoreError> {
        for (number, start) in (0..self.len()).step_by(BLOCK).enumerate() {
            let block = self
                .cells
                .read(start..(start + BLOCK).min(self.len()))
                .map_err(beyond(&self.folder))?;
            let key = |entry: Key| if is_key(&entry) { entry } else { NO_RESULT };
            let bytes: Vec<u8> = block.into_iter().flat_map(key).collect();
            store.append(&key_of(part, number), &NO_TRIAL, &bytes)?;
        }
        Ok(())
    }

    /// Hands on the keys of the `count` cells of part `index` of `of` with their places, nothing for those without a result; says
    /// whether the store has them all and `each` found all of them right.
    ///
    /// # Errors
    /// Where the store cannot be read, and those of `each`.
    pub fn kept_keys<E: From<StoreError>>(
        store: &Store,
        part: (usize, usize),
        count: usize,
        mut each: impl FnMut(usize, Option<Key>) -> Result<bool, E>,
    ) -> Result<bool, E> {
        let mut place = 0;
        for block in 0..count.div_ceil(BLOCK) {
            let Some(bytes) = store.get(&key_of(part, block))? else {
                return Ok(false);
            };
            let (keys, []) = bytes.as_chunks::<32>() else {
                return Ok(false);
            };
            for key in keys {
                if place == count || !each(place, (*key != NO_RESULT).then_some(*key))? {
                    return Ok(false);
                }
                place += 1;
            }
        }
        Ok(place == count)
    }
}

fn is_key(entry: &Key) -> bool {
    entry[..NO_HASH] != [0; NO_HASH]
}

/// The key under which the keys of some cells of part `index` of `of` are kept.
fn key_of((index, of): (usize, usize), block: usize) -> Key {
    let [index, of, block] = [index, of, block].map(|number| (number as u64).to_le_bytes());
    key(&[b"cells of a part of a sweep", &index, &of, &block])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(count: usize) -> Vec<Option<Key>> {
        (0..count)
            .map(|cell| (cell % 5 != 2).then(|| key(&[&cell.to_le_bytes()])))
            .collect()
    }

    /// Every cell without a key has one of two reasons.
    fn ledger(keys: &[Option<Key>]) -> Ledger {
        let mut ledger = Ledger::new(keys.len(), &std::env::temp_dir()).expect("a place");
        for (place, key) in keys.iter().enumerate() {
            match key {
                Some(key) => ledger.found(place, *key).expect("written"),
                None => ledger
                    .failed(place, "failed", format!("reason {}", place % 2))
                    .expect("written"),
            }
        }
        ledger
    }

    #[test]
    fn keys_of_a_part_are_read_as_they_were_kept() {
        let path = std::env::temp_dir().join(format!("alvh-keys-{}.store", std::process::id()));
        let keys = keys(BLOCK + 3);
        let store = Store::open(&path).expect("a store");
        let kept = |part, count| {
            let mut kept = Vec::new();
            let all = Ledger::kept_keys::<StoreError>(&store, part, count, |place, key| {
                assert_eq!(place, kept.len());
                kept.push(key);
                Ok(true)
            });
            all.expect("read").then_some(kept)
        };
        assert_eq!(kept((1, 3), keys.len()), None);
        ledger(&keys).keep_keys(&store, (1, 3)).expect("kept");
        for (part, count) in [
            ((0, 3), BLOCK + 3),
            ((1, 4), BLOCK + 3),
            ((1, 3), BLOCK + 4),
            ((1, 3), BLOCK + 2),
        ] {
            assert_eq!(kept(part, count), None);
        }
        assert!(kept((1, 3), keys.len()) == Some(keys));
        drop(store);
        std::fs::remove_file(&path).expect("the store goes");
    }

    #[test]
    fn a_cell_has_a_key_or_a_reason() {
        for count in [12, 40_000] {
            let keys = keys(count);
            let mut ledger = ledger(&keys);
            let failed: Vec<usize> = (0..count).filter(|cell| cell % 5 == 2).collect();
            assert_eq!((ledger.len(), ledger.faults()), (count, failed.len()));
            let read: Vec<Option<Key>> = ledger.keys().map(|key| key.expect("read")).collect();
            assert_eq!(read, keys);
            let faults = ledger.each_fault().map(|fault| fault.expect("read"));
            let reason = |cell: &usize| (*cell, "failed", ["reason 0", "reason 1"][cell % 2]);
            assert!(faults.eq(failed.iter().map(reason)), "{count}");
            assert_eq!(ledger.reasons.len(), 2);
            let counts = ledger.counts().expect("read");
            assert_eq!((counts.cells, counts.faults), (count, failed.len()));
            assert_eq!(counts.first_reason.as_deref(), Some("reason 0"));
            assert_eq!(ledger.keys_at(1..4).expect("read"), keys[1..4]);
            assert_eq!(ledger.fault(2).expect("read"), Some(("failed", "reason 0")));
            assert_eq!(ledger.fault(1).expect("read"), None);
            assert_eq!(ledger.different().expect("sorted"), count - failed.len());
            let again: Vec<Key> = (5..10)
                .map(|cell: usize| key(&[&cell.to_le_bytes()]))
                .collect();
            ledger.found_all(5, &again).expect("written");
            assert_eq!(ledger.faults(), failed.len() - 1);
            ledger
                .failed(7, "failed", "reason 1".to_owned())
                .expect("written");
            // One that failed after all, and one that has a result after all.
            ledger
                .failed(1, "invalid", "too late".to_owned())
                .expect("written");
            ledger.found(2, key(&[&[9]])).expect("written");
            ledger.found(7, key(&[&[9]])).expect("written");
            assert_eq!(ledger.faults(), failed.len() - 1);
            assert_eq!(
                ledger.fault(1).expect("read"),
                Some(("invalid", "too late"))
            );
            assert_eq!(
                ledger.keys_at(1..3).expect("read"),
                [None, Some(key(&[&[9]]))]
            );
            assert_eq!(ledger.different().expect("sorted"), count - failed.len());
        }
    }
}
