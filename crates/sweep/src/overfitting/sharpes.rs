//! The Sharpe ratio of every configuration of a sweep: memory does not grow with them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use files::Records;

use crate::store::{StoreError, beyond};

/// Sharpe ratios per session over all windows, by the number of the configuration; none for one that never varies.
#[derive(Debug)]
pub struct Sharpes {
    /// Not a number where there is none.
    ratios: Records<8>,
    /// Where the file for what is too much for memory is made.
    folder: PathBuf,
}

impl Sharpes {
    /// None yet. What is too much for memory goes to a file in `folder`, or where the system has such files.
    pub fn new(folder: &Path) -> Sharpes {
        Sharpes {
            ratios: Records::new(folder),
            folder: folder.to_path_buf(),
        }
    }

    /// Takes the groups that go on from the last configuration out of some, each known by its first; the others stay there until
    /// those before them come.
    ///
    /// # Errors
    /// Where the file cannot be made or written.
    pub fn take(&mut self, groups: &mut BTreeMap<usize, Vec<f64>>) -> Result<(), StoreError> {
        while let Some(group) = groups.remove(&self.ratios.len()) {
            for ratio in group {
                let pushed = self.ratios.push(&ratio.to_le_bytes());
                pushed.map_err(beyond(&self.folder))?;
            }
        }
        Ok(())
    }

    /// That of a configuration, if it varies.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn get(&self, number: usize) -> Result<Option<f64>, StoreError> {
        if number >= self.ratios.len() {
            return Ok(None);
        }
        let bytes = self.ratios.get(number).map_err(beyond(&self.folder))?;
        Ok(defined(bytes))
    }

    /// Those of all configurations that vary, with their numbers, in order; the first that cannot be read is the last.
    pub fn iter(&self) -> impl Iterator<Item = Result<(usize, f64), StoreError>> {
        let ratios = self.ratios.iter().enumerate();
        ratios.filter_map(|(number, bytes)| match bytes {
            Ok(bytes) => defined(bytes).map(|ratio| Ok((number, ratio))),
            Err(error) => Some(Err(beyond(&self.folder)(error))),
        })
    }
}

fn defined(bytes: [u8; 8]) -> Option<f64> {
    let ratio = f64::from_le_bytes(bytes);
    (!ratio.is_nan()).then_some(ratio)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_that_come_early_wait_for_those_before_them() {
        let group = |range: std::ops::Range<usize>| -> Vec<f64> {
            let ratio = |number: usize| {
                if number % 3 == 1 {
                    f64::NAN
                } else {
                    number as f64
                }
            };
            range.map(ratio).collect()
        };
        let mut sharpes = Sharpes::new(&std::env::temp_dir());
        let mut groups = BTreeMap::new();
        for range in [4..9, 2..4, 9..11, 0..2, 13..14] {
            groups.insert(range.start, group(range));
            sharpes.take(&mut groups).expect("a place");
        }
        assert_eq!(groups.into_keys().collect::<Vec<_>>(), [13]);
        let all: Vec<(usize, f64)> = sharpes.iter().map(|one| one.expect("read")).collect();
        let plain = (0..11).filter(|n| n % 3 != 1).map(|n| (n, n as f64));
        assert!(all.iter().copied().eq(plain), "{all:?}");
        let some = [5, 7, 11].map(|number| sharpes.get(number).expect("read"));
        assert_eq!(some, [Some(5.0), None, None]);
    }
}
