//! Results that were computed before, by content: append-only files that survive being killed at any moment.
//!
//! A record is `length, key, trial, payload, checksum`. The key is the hash of everything that decides the payload, so
//! a record is never wrong, only unwanted; nothing is ever changed or removed. A record that was being written when the
//! process died fails its length or its checksum and is cut off when its file is opened for writing again.
//!
//! A store is one file for each process that ever wrote to it at the same time as another: `NAME.cells`, then
//! `NAME.2.cells` and so on. A process appends to the first of them that nobody else has locked, and reads all of them.
//! What another process appends later is not seen: two processes may compute one cell, and then have the same bytes.
//! Stores of parts of a sweep can be read beside, where they lie ([`Store::read_beside`]).

mod beside;
mod record;
mod together;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use files::positioned;
use sha2::{Digest, Sha256};

use beside::Beside;
pub use record::LONGEST;
use record::{FRAME, MAGIC, each_record, frame, start};

/// Most files of a store, which is most processes that write to it at a time.
const MOST_FILES: usize = 1_000;

/// A hash of what decides a result.
pub type Key = [u8; 32];

/// A record: its key, that of its trial, and its payload.
pub type Record = (Key, Key, Vec<u8>);

/// No configuration: the trial of a record that nobody chose between.
pub const NO_TRIAL: Key = [0; 32];

/// Hash of several pieces of text or bytes; each is preceded by its length, so that no two lists look alike.
pub fn key(pieces: &[&[u8]]) -> Key {
    let mut hash = KeyOf::default();
    pieces.iter().for_each(|piece| hash.piece(piece));
    hash.finish()
}

/// The key of the empty record that says nothing but that a configuration was tried.
pub fn marker(trial: &Key) -> Key {
    key(&[b"trial", trial])
}

/// A [`key`] piece by piece.
#[derive(Default)]
pub(crate) struct KeyOf {
    hash: Sha256,
}

impl KeyOf {
    /// The next piece.
    pub fn piece(&mut self, piece: &[u8]) {
        self.hash.update((piece.len() as u64).to_le_bytes());
        self.hash.update(piece);
    }

    /// The hash of all of them.
    pub fn finish(self) -> Key {
        self.hash.finalize().into()
    }
}

/// What can go wrong with a store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file system said no.
    #[error("cannot {what} {path}: {source}")]
    Io {
        /// What was tried.
        what: &'static str,
        /// With which file.
        path: PathBuf,
        /// What it said.
        source: std::io::Error,
    },
    /// What is too much for memory could not be put into a file, or read again.
    #[error("cannot keep what is too much for memory in a file in {folder}: {source}")]
    Beyond {
        /// Where the file stood.
        folder: PathBuf,
        /// What the file system said.
        source: std::io::Error,
    },
    /// Too many processes write to it.
    #[error("{0} is in use by {MOST_FILES} others; wait for one of them, or use another --out")]
    Busy(PathBuf),
    /// It is something else.
    #[error(
        "{0} is not a store of this version: it must begin with \"alvh store   2\", the results of an earlier version are \
         computed anew under another --out; nothing was changed"
    )]
    Foreign(PathBuf),
}

/// An open store.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    /// The file this process writes to, then those it only reads.
    files: Vec<File>,
    /// Stores read beside.
    beside: Option<Beside>,
    /// How many of its own records are among those, too.
    in_both: usize,
    index: Mutex<Index>,
    /// Bytes of a torn record that were cut off when it was opened.
    pub torn: u64,
}

#[derive(Debug, Default)]
struct Index {
    places: BTreeMap<Key, Place>,
    trials: BTreeSet<Key>,
    /// Where the next record of the file that is written begins.
    end: u64,
}

/// Where a payload is.
#[derive(Clone, Copy, Debug)]
struct Place {
    file: u32,
    length: u32,
    at: u64,
}

impl Place {
    /// That of a record of a length that begins at a place of a file.
    fn of(file: u32, (record, length): (u64, usize)) -> Place {
        Place {
            file,
            length: length as u32,
            at: record + FRAME as u64 - 8,
        }
    }

    /// The payload there, with some of the bytes before it.
    fn read(self, file: &File, before: usize) -> std::io::Result<Vec<u8>> {
        let mut bytes = vec![0; before + self.length as usize];
        positioned::read_exact_at(file, &mut bytes, self.at - before as u64)?;
        Ok(bytes)
    }
}

impl Store {
    /// Opens a store for writing, makes it where there is none, and cuts off a torn last record.
    ///
    /// # Errors
    /// Where a file cannot be read or written, or is something else.
    pub fn open(path: &Path) -> Result<Store, StoreError> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(io("create", folder))?;
        }
        let (number, mut own) = free_file(path)?;
        let own_path = numbered(path, number);
        let length = own.metadata().map_err(io("read", &own_path))?.len();
        if length < MAGIC.len() as u64 {
            start(&mut own, &own_path)?;
        }
        let mut index = Index::default();
        let end = index.read(0, &mut own, &own_path)?;
        let torn = length.saturating_sub(end);
        if torn > 0 {
            own.set_len(end)
                .map_err(io("cut the torn record off", &own_path))?;
        }
        let mut files = vec![own];
        for other in (1..=MOST_FILES).filter(|other| *other != number) {
            let other_path = numbered(path, other);
            let Some(mut file) = to_read(&other_path)? else {
                break;
            };
            // Windows lets nobody read what another process has locked: its records are found when it has ended.
            if cfg!(windows) && file.try_lock_shared().is_err() {
                continue;
            }
            index.read(files.len() as u32, &mut file, &other_path)?;
            files.push(file);
        }
        index.end = end;
        Ok(Store {
            path: own_path,
            files,
            beside: None,
            in_both: 0,
            index: Mutex::new(index),
            torn,
        })
    }

    /// Takes up the records of the stores at `paths`, which are only read: they must stay where they are as long as this one is
    /// used. Of a [`marker`] only the trial counts. Memory does not grow with their records. `go_on` is asked before each of them.
    ///
    /// # Errors
    /// Where one cannot be read, or is something else; and those of `go_on`.
    pub fn read_beside<E: From<StoreError>>(
        &mut self,
        paths: &[PathBuf],
        go_on: impl FnMut() -> Result<(), E>,
    ) -> Result<(), E> {
        let beside = Beside::of(paths, self.folder(), go_on)?;
        let mut in_both = 0;
        for key in self.lock().places.keys() {
            in_both += usize::from(beside.place(key)?.is_some());
        }
        (self.beside, self.in_both) = (Some(beside), in_both);
        Ok(())
    }

    /// Where it stands: files for what is too much for memory may be made there.
    pub fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new("."))
    }

    /// Number of records, also of those read beside.
    pub fn len(&self) -> usize {
        let beside = self.beside.as_ref().map_or(0, Beside::len);
        self.lock().places.len() + beside - self.in_both
    }

    /// Whether there is no record.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether there is a record with this key. Where it cannot be looked up it is as if there were none: [`Store::get`] says why.
    pub fn has(&self, key: &Key) -> bool {
        self.knows(key).unwrap_or(false)
    }

    /// Whether there is a record with this key.
    ///
    /// # Errors
    /// Where it cannot be looked up.
    pub fn knows(&self, key: &Key) -> Result<bool, StoreError> {
        Ok(self.lock().places.contains_key(key) || self.has_beside(key)?)
    }

    fn has_beside(&self, key: &Key) -> Result<bool, StoreError> {
        match &self.beside {
            Some(beside) => Ok(beside.place(key)?.is_some()),
            None => Ok(false),
        }
    }

    /// Different trials over all records: every configuration that was ever run, also those nobody asked for since.
    ///
    /// # Errors
    /// Where those of stores read beside cannot be looked up.
    pub fn trials(&self) -> Result<Vec<Key>, StoreError> {
        let mut all = self.lock().trials.clone();
        if let Some(beside) = &self.beside {
            for trial in beside.trials() {
                all.insert(trial?);
            }
        }
        Ok(all.into_iter().collect())
    }

    /// Number of different trials over all records, also those of stores read beside.
    ///
    /// # Errors
    /// Where they cannot be looked up.
    pub fn tried(&self) -> Result<usize, StoreError> {
        let index = self.lock();
        let Some(beside) = &self.beside else {
            return Ok(index.trials.len());
        };
        let mut count = beside.tried();
        for trial in &index.trials {
            count += usize::from(!beside.has_trial(trial)?);
        }
        Ok(count)
    }

    /// Appends a record; one that is there already stays as it is.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn append(&self, key: &Key, trial: &Key, payload: &[u8]) -> Result<(), StoreError> {
        let mut record = Vec::with_capacity(FRAME + payload.len());
        frame(key, trial, payload, &mut record);
        let mut index = self.lock();
        if index.places.contains_key(key) || self.has_beside(key)? {
            return Ok(());
        }
        positioned::write_all_at(&self.files[0], &record, index.end)
            .map_err(io("write", &self.path))?;
        let at = index.end;
        index.note(*key, *trial, (0, at), payload.len());
        index.end += record.len() as u64;
        Ok(())
    }

    /// The payload of a record, if there is one.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn get(&self, key: &Key) -> Result<Option<Vec<u8>>, StoreError> {
        self.read(key, 0)
    }

    /// Every record in the order of its key.
    ///
    /// # Errors
    /// Where those of stores read beside cannot be looked up; a record that cannot be read is an error in its place.
    pub fn records(&self) -> Result<impl Iterator<Item = Result<Record, StoreError>>, StoreError> {
        let mut keys: BTreeSet<Key> = self.lock().places.keys().copied().collect();
        for key in self.beside.iter().flat_map(Beside::keys) {
            keys.insert(key?);
        }
        Ok(keys.into_iter().filter_map(|key| {
            let record = self.read(&key, NO_TRIAL.len()).transpose()?;
            Some(record.map(|mut record| {
                let payload = record.split_off(NO_TRIAL.len());
                let trial = *record.first_chunk().expect("the bytes before a payload");
                (key, trial, payload)
            }))
        }))
    }

    /// The payload of a record with some of the bytes before it, which are its trial.
    fn read(&self, key: &Key, before: usize) -> Result<Option<Vec<u8>>, StoreError> {
        let own = self.lock().places.get(key).copied();
        let bytes = match (own, &self.beside) {
            (Some(place), _) => {
                let file = &self.files[place.file as usize];
                Some(place.read(file, before).map_err(io("read", &self.path))?)
            }
            (None, Some(beside)) => beside.read(key, before)?,
            (None, None) => None,
        };
        Ok(bytes)
    }

    /// Waits until everything appended so far is on the disk.
    ///
    /// # Errors
    /// Where the file system says no.
    pub fn sync(&self) -> Result<(), StoreError> {
        self.files[0].sync_data().map_err(io("write", &self.path))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Index> {
        self.index
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Index {
    /// Takes up the whole records of a file, and says where the last of them ends.
    fn read(&mut self, number: u32, file: &mut File, path: &Path) -> Result<u64, StoreError> {
        each_record(file, path, &mut |found| {
            self.note(found.key, found.trial, (number, found.at), found.length);
            Ok(())
        })
    }

    /// Takes up a record that begins at a place of a file.
    fn note(&mut self, key: Key, trial: Key, (file, record): (u32, u64), length: usize) {
        if trial != NO_TRIAL {
            self.trials.insert(trial);
        }
        self.places
            .entry(key)
            .or_insert(Place::of(file, (record, length)));
    }
}

/// The file of a store with a number from 1: `NAME.cells`, `NAME.2.cells`, ….
fn numbered(path: &Path, number: usize) -> PathBuf {
    if number == 1 {
        return path.to_path_buf();
    }
    let text = |part: Option<&std::ffi::OsStr>| part.unwrap_or_default().to_os_string();
    let mut name = text(path.file_stem());
    name.push(format!(".{number}"));
    if let Some(extension) = path.extension() {
        name.push(".");
        name.push(extension);
    }
    path.with_file_name(name)
}

/// The first file of a store that nobody writes to, locked, with its number.
fn free_file(path: &Path) -> Result<(usize, File), StoreError> {
    for number in 1..=MOST_FILES {
        let path = numbered(path, number);
        let options = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path);
        let file = options.map_err(io("open", &path))?;
        match file.try_lock() {
            Ok(()) => return Ok((number, file)),
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(source)) => return Err(io("lock", &path)(source)),
        }
    }
    Err(StoreError::Busy(path.to_path_buf()))
}

/// A file that another process may be writing; nothing where there is none, or hardly begun.
fn to_read(path: &Path) -> Result<Option<File>, StoreError> {
    match File::open(path) {
        Ok(file) => {
            let length = file.metadata().map_err(io("read", path))?.len();
            Ok((length >= MAGIC.len() as u64).then_some(file))
        }
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(io("open", path)(source)),
    }
}

/// What became of a file for what is too much for memory.
pub(crate) fn beyond(folder: &Path) -> impl FnOnce(std::io::Error) -> StoreError + '_ {
    move |source| StoreError::Beyond {
        folder: folder.to_path_buf(),
        source,
    }
}

fn io<'a>(what: &'static str, path: &'a Path) -> impl FnOnce(std::io::Error) -> StoreError + 'a {
    move |source| StoreError::Io {
        what,
        path: path.to_path_buf(),
        source,
    }
}
