//! Stores that are only read, where they lie: those of the parts of a sweep, with millions of records.
//!
//! Where each record is stands in a file in the order of the keys, and so do the trials: memory does not grow with them.

use std::fs::File;
use std::path::{Path, PathBuf};

use files::{ByHash, Gathered};
use market::memo::MemoMap;

use super::{Key, NO_TRIAL, Place, StoreError, beyond, each_record, io, marker};

/// Stores that are open at a time: there may be more of them than a process may open files.
const OPEN: usize = 64;

/// A key, and the place of its record: where in which file, and how long.
type Entry = [u8; 48];

/// Stores that are only read.
#[derive(Debug)]
pub(super) struct Beside {
    paths: Vec<PathBuf>,
    /// Those that are open, by their place among the paths.
    open: MemoMap<usize, File>,
    places: ByHash<48>,
    trials: ByHash<32>,
    /// Where files for what is too much for memory are made.
    folder: PathBuf,
}

impl Beside {
    /// Reads all records of the stores at `paths` once; of equal keys the first counts.
    pub fn of<E: From<StoreError>>(
        paths: &[PathBuf],
        folder: &Path,
        mut go_on: impl FnMut() -> Result<(), E>,
    ) -> Result<Beside, E> {
        let mut places = Gathered::new(folder);
        let mut trials = Gathered::new(folder);
        for (number, path) in paths.iter().enumerate() {
            go_on()?;
            let mut file = File::open(path).map_err(io("open", path))?;
            each_record(&mut file, path, &mut |found| {
                let is_trial = found.trial != NO_TRIAL;
                if is_trial {
                    trials.push(&found.trial).map_err(beyond(folder))?;
                }
                // Nobody asks for markers where stores are only read, and there may be millions.
                if !(is_trial && found.length == 0 && found.key == marker(&found.trial)) {
                    let place = Place::of(number as u32, (found.at, found.length));
                    let entry = entry(&found.key, place);
                    places.push(&entry).map_err(beyond(folder))?;
                }
                Ok::<(), StoreError>(())
            })?;
        }
        Ok(Beside {
            paths: paths.to_vec(),
            open: MemoMap::new(OPEN),
            places: places.sorted().map_err(beyond(folder))?,
            trials: trials.sorted().map_err(beyond(folder))?,
            folder: folder.to_path_buf(),
        })
    }

    /// Number of records.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Their keys, in order.
    pub fn keys(&self) -> impl Iterator<Item = Result<Key, StoreError>> {
        let keys = self.places.iter();
        keys.map(|entry| {
            Ok(*entry
                .map_err(beyond(&self.folder))?
                .first_chunk()
                .expect("48 bytes"))
        })
    }

    /// Their different trials, in order.
    pub fn trials(&self) -> impl Iterator<Item = Result<Key, StoreError>> {
        let trials = self.trials.iter();
        trials.map(|trial| trial.map_err(beyond(&self.folder)))
    }

    /// Number of different trials.
    pub fn tried(&self) -> usize {
        self.trials.len()
    }

    /// Whether a trial is among them.
    pub fn has_trial(&self, trial: &Key) -> Result<bool, StoreError> {
        let found = self.trials.get(trial).map_err(beyond(&self.folder))?;
        Ok(found.is_some())
    }

    /// Where a record is, if there is one.
    pub fn place(&self, key: &Key) -> Result<Option<Place>, StoreError> {
        let found = self.places.get(key).map_err(beyond(&self.folder))?;
        Ok(found.as_ref().map(place))
    }

    /// The payload of a record with some of the bytes before it, if there is one.
    pub fn read(&self, key: &Key, before: usize) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(place) = self.place(key)? else {
            return Ok(None);
        };
        let number = place.file as usize;
        let path = &self.paths[number];
        let file = self
            .open
            .try_get(&number, || File::open(path).map_err(io("open", path)))?;
        let bytes = place.read(&file, before).map_err(io("read", path))?;
        Ok(Some(bytes))
    }
}

fn entry(key: &Key, place: Place) -> Entry {
    let mut entry = [0; 48];
    entry[..32].copy_from_slice(key);
    entry[32..40].copy_from_slice(&place.at.to_le_bytes());
    entry[40..44].copy_from_slice(&place.length.to_le_bytes());
    entry[44..].copy_from_slice(&place.file.to_le_bytes());
    entry
}

fn place(entry: &Entry) -> Place {
    let (_, place) = entry.split_at(32);
    let (at, rest) = place.split_first_chunk().expect("48 bytes");
    let (length, file) = rest.split_first_chunk().expect("48 bytes");
    Place {
        at: u64::from_le_bytes(*at),
        length: u32::from_le_bytes(*length),
        file: u32::from_le_bytes(*file.first_chunk().expect("48 bytes")),
    }
}
