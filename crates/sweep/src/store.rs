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

mod positioned;
mod record;
mod together;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, TryLockError};
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use market::memo::MemoMap;
use sha2::{Digest, Sha256};

pub use record::LONGEST;
use record::{FRAME, MAGIC, frame, read_record, start};

/// Most files of a store, which is most processes that write to it at a time.
const MOST_FILES: usize = 1_000;
/// Stores read beside that are open at a time: there may be more of them than a process may open files.
const OPEN: usize = 64;

/// A hash of what decides a result.
pub type Key = [u8; 32];

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
    /// Stores read beside; they are numbered on from the files.
    beside: Vec<PathBuf>,
    /// Those that are open, by their place.
    open: MemoMap<usize, File>,
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

/// What becomes of records under the key of a [`marker`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Markers {
    /// They are found by their key: one is not appended twice.
    Kept,
    /// Their trial counts. Nobody asks for them where stores are only read, and there may be millions.
    Counted,
}

/// Where a payload is.
#[derive(Clone, Copy, Debug)]
struct Place {
    file: u32,
    length: u32,
    at: u64,
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
        let end = index.read(0, &mut own, &own_path, Markers::Kept)?;
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
            index.read(files.len() as u32, &mut file, &other_path, Markers::Kept)?;
            files.push(file);
        }
        index.end = end;
        Ok(Store {
            path: own_path,
            files,
            beside: Vec::new(),
            open: MemoMap::new(OPEN),
            index: Mutex::new(index),
            torn,
        })
    }

    /// Takes up the records of the store at `path`, which is only read: it must stay where it is as long as this one is used.
    /// Of a [`marker`] only the trial counts.
    ///
    /// # Errors
    /// Where it cannot be read, or is something else.
    pub fn read_beside(&mut self, path: &Path) -> Result<(), StoreError> {
        let mut file = File::open(path).map_err(io("open", path))?;
        let number = self.files.len() + self.beside.len();
        self.lock()
            .read(number as u32, &mut file, path, Markers::Counted)?;
        self.beside.push(path.to_path_buf());
        Ok(())
    }

    /// Number of records.
    pub fn len(&self) -> usize {
        self.lock().places.len()
    }

    /// Whether there is no record.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether there is a record with this key.
    pub fn has(&self, key: &Key) -> bool {
        self.lock().places.contains_key(key)
    }

    /// Different trials over all records: every configuration that was ever run, also those nobody asked for since.
    pub fn trials(&self) -> Vec<Key> {
        self.lock().trials.iter().copied().collect()
    }

    /// Number of different trials over all records.
    pub fn tried(&self) -> usize {
        self.lock().trials.len()
    }

    /// Appends a record; one that is there already stays as it is.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn append(&self, key: &Key, trial: &Key, payload: &[u8]) -> Result<(), StoreError> {
        let mut record = Vec::with_capacity(FRAME + payload.len());
        frame(key, trial, payload, &mut record);
        let mut index = self.lock();
        if index.places.contains_key(key) {
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
        let Some(place) = self.lock().places.get(key).copied() else {
            return Ok(None);
        };
        self.payload(place).map(Some)
    }

    /// Every record in the order of its key: key, trial and payload.
    ///
    /// # Errors
    /// Where a file cannot be read.
    pub fn records(&self) -> Result<impl Iterator<Item = (Key, Key, Vec<u8>)>, StoreError> {
        let places: Vec<(Key, Place)> = self
            .lock()
            .places
            .iter()
            .map(|(key, place)| (*key, *place))
            .collect();
        let mut found = Vec::with_capacity(places.len());
        for (key, place) in places {
            let mut trial = NO_TRIAL;
            self.read_at(place.file, &mut trial, place.at - 32)?;
            found.push((key, trial, place));
        }
        let read = move |(key, trial, place)| Some((key, trial, self.payload(place).ok()?));
        Ok(found.into_iter().map_while(read))
    }

    fn payload(&self, place: Place) -> Result<Vec<u8>, StoreError> {
        let mut payload = vec![0; place.length as usize];
        self.read_at(place.file, &mut payload, place.at)?;
        Ok(payload)
    }

    /// Fills `bytes` from the place `at` of a file.
    fn read_at(&self, file: u32, bytes: &mut [u8], at: u64) -> Result<(), StoreError> {
        let number = file as usize;
        if let Some(file) = self.files.get(number) {
            return positioned::read_exact_at(file, bytes, at).map_err(io("read", &self.path));
        }
        let place = number - self.files.len();
        let path = &self.beside[place];
        let file = self
            .open
            .try_get(&place, || File::open(path).map_err(io("open", path)))?;
        positioned::read_exact_at(&file, bytes, at).map_err(io("read", path))
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
    fn read(
        &mut self,
        number: u32,
        file: &mut File,
        path: &Path,
        markers: Markers,
    ) -> Result<u64, StoreError> {
        file.seek(SeekFrom::Start(0)).map_err(io("read", path))?;
        let mut reader = BufReader::with_capacity(1 << 20, file);
        let mut magic = [0; MAGIC.len()];
        reader.read_exact(&mut magic).map_err(io("read", path))?;
        if magic != *MAGIC {
            return Err(StoreError::Foreign(path.to_path_buf()));
        }
        let mut end = MAGIC.len() as u64;
        let mut payload = Vec::new();
        while let Some((key, trial)) = read_record(&mut reader, &mut payload) {
            let says_nothing = payload.is_empty() && trial != NO_TRIAL;
            if says_nothing && markers == Markers::Counted && key == marker(&trial) {
                self.trials.insert(trial);
            } else {
                self.note(key, trial, (number, end), payload.len());
            }
            end += (FRAME + payload.len()) as u64;
        }
        Ok(end)
    }

    /// Takes up a record that begins at a place of a file.
    fn note(&mut self, key: Key, trial: Key, (file, record): (u32, u64), length: usize) {
        if trial != NO_TRIAL {
            self.trials.insert(trial);
        }
        self.places.entry(key).or_insert(Place {
            file,
            length: length as u32,
            at: record + FRAME as u64 - 8,
        });
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

fn io<'a>(what: &'static str, path: &'a Path) -> impl FnOnce(std::io::Error) -> StoreError + 'a {
    move |source| StoreError::Io {
        what,
        path: path.to_path_buf(),
        source,
    }
}
