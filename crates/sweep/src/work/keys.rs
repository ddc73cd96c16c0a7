//! Which record of a store is which cell of a part of a sweep, kept beside the records until all parts are there: whoever joins
//! them need not work out every cell's configuration again.

use super::Ledger;
use crate::store::{Key, NO_TRIAL, Store, StoreError, key};

/// Cells whose keys are one record.
const BLOCK: usize = 65_536;
/// Stands for a cell without a result.
const NO_RESULT: Key = [0; 32];

/// The key under which the keys of some cells of part `index` of `of` are kept.
fn key_of((index, of): (usize, usize), block: usize) -> Key {
    let [index, of, block] = [index, of, block].map(|number| (number as u64).to_le_bytes());
    key(&[b"cells of a part of a sweep", &index, &of, &block])
}

impl Ledger {
    /// Keeps the keys of its cells in the store of part `index` of `of`.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub fn keep_keys(&self, store: &Store, part: (usize, usize)) -> Result<(), StoreError> {
        for (number, block) in self.keys.chunks(BLOCK).enumerate() {
            let keys = block.iter().map(|key| key.unwrap_or(NO_RESULT));
            let bytes: Vec<u8> = keys.flatten().collect();
            store.append(&key_of(part, number), &NO_TRIAL, &bytes)?;
        }
        Ok(())
    }

    /// The keys of the `count` cells of part `index` of `of`, `None` for those without a result; nothing where the store does
    /// not have them all.
    pub fn kept_keys(
        store: &Store,
        part: (usize, usize),
        count: usize,
    ) -> Option<Vec<Option<Key>>> {
        let mut keys = Vec::with_capacity(count);
        for block in 0..count.div_ceil(BLOCK) {
            let bytes = store.get(&key_of(part, block)).ok()??;
            let (block, []) = bytes.as_chunks::<32>() else {
                return None;
            };
            keys.extend(block.iter().map(|key| (*key != NO_RESULT).then_some(*key)));
        }
        (keys.len() == count).then_some(keys)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_a_part_are_read_as_they_were_kept() {
        let path = std::env::temp_dir().join(format!("alvh-keys-{}.store", std::process::id()));
        let keys: Vec<Option<Key>> = (0..BLOCK + 3)
            .map(|cell| (cell % 5 != 2).then(|| key(&[&cell.to_le_bytes()])))
            .collect();
        let ledger = Ledger {
            keys: keys.clone(),
            ..Ledger::default()
        };
        let store = Store::open(&path).expect("a store");
        assert_eq!(Ledger::kept_keys(&store, (1, 3), keys.len()), None);
        ledger.keep_keys(&store, (1, 3)).expect("kept");
        assert!(Ledger::kept_keys(&store, (1, 3), keys.len()) == Some(keys));
        for (part, count) in [
            ((0, 3), BLOCK + 3),
            ((1, 4), BLOCK + 3),
            ((1, 3), BLOCK + 4),
        ] {
            assert_eq!(Ledger::kept_keys(&store, part, count), None);
        }
        drop(store);
        std::fs::remove_file(&path).expect("the store goes");
    }
}
