//! The bytes of publishers' files, decompressed where they begin like gzip, Zstandard or zip.
//!
//! A zip archive is a folder of files: each is read by itself and named `archive.zip/inside.csv`. Other compression stands
//! for one file, also inside an archive. An archive in an archive is refused. Decompressed, a file that is held in memory (a
//! table, or a file of an archive) may have 1 GiB, and one that is read in pieces 64 GiB: what is larger is refused.

use std::cell::RefCell;
use std::fs::File;
use std::io::{BufReader, Cursor, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use zip::ZipArchive;

use crate::{DataError, decode};

/// One file to read: on disk, or inside a zip archive on disk.
#[derive(Clone)]
pub(crate) struct Place {
    /// The file, or the archive that holds it.
    pub path: PathBuf,
    member: Option<Member>,
}

/// A file of an archive, whose directory is read once for all of them.
#[derive(Clone)]
struct Member {
    archive: Rc<RefCell<ZipArchive<BufReader<File>>>>,
    index: usize,
}

/// Bytes that suffice to recognise a layout.
const HEAD: u64 = 64 * 1024;
/// The most bytes of a file that is held in memory: no publisher's table is larger.
const MOST_BYTES: u64 = 1 << 30;
/// The most bytes of a file that is read in pieces: forty years of SPX quotes.
const MOST_STREAMED: u64 = 64 << 30;

/// How a file is compressed, by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Compression {
    None,
    Gzip,
    Zip,
    Zstandard,
}

impl Compression {
    fn of(magic: &[u8]) -> Compression {
        match magic {
            [0x1f, 0x8b, ..] => Compression::Gzip,
            [b'P', b'K', 3, 4, ..] => Compression::Zip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Compression::Zstandard,
            _ => Compression::None,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Compression::None => "not compressed",
            Compression::Gzip => "gzip",
            Compression::Zip => "zip",
            Compression::Zstandard => "zstd",
        }
    }
}

impl Place {
    /// A file that stands by itself.
    pub fn file(path: &Path) -> Place {
        Place {
            path: path.to_path_buf(),
            member: None,
        }
    }

    /// Bytes of the file on disk, in an archive those of its own; 0 where nobody knows.
    pub fn bytes_on_disk(&self) -> f64 {
        match &self.member {
            Some(member) => member.bytes_on_disk() as f64,
            None => std::fs::metadata(&self.path).map_or(0.0, |file| file.len() as f64),
        }
    }

    /// Its bytes, decompressed.
    pub fn open(&self) -> Result<Box<dyn Read>, DataError> {
        self.open_up_to(MOST_STREAMED)
    }

    fn open_up_to(&self, most: u64) -> Result<Box<dyn Read>, DataError> {
        let wrong = |source| DataError::Io {
            path: self.path.clone(),
            source,
        };
        let Some(member) = &self.member else {
            let compression = compression(&self.path)?;
            if compression == Compression::Zip {
                // Only an archive that could not be listed comes here; the listing says what is wrong.
                return Err(wrong(members(&self.path).err().unwrap_or_else(|| {
                    corrupt("found an archive, allowed: a file in it")
                })));
            }
            let file = BufReader::new(File::open(&self.path).map_err(wrong)?);
            return decompressed(compression, file, most).map_err(wrong);
        };
        let bytes = member.bytes().map_err(wrong)?;
        decompressed(Compression::of(&bytes), Cursor::new(bytes), most).map_err(wrong)
    }

    /// Its text in UTF-8. UTF-16 is held in memory, everything else comes in pieces.
    pub fn text(&self) -> Result<Box<dyn Read>, DataError> {
        let mut start = Vec::new();
        let mut file = self.open()?;
        file.by_ref()
            .take(64)
            .read_to_end(&mut start)
            .map_err(DataError::io(&self.path))?;
        if !start.contains(&0) {
            return Ok(Box::new(Cursor::new(start).chain(file)));
        }
        let text = decode::text(&self.bytes()?);
        let text = text.map_err(|reason| DataError::table(&self.path, reason.0))?;
        Ok(Box::new(Cursor::new(text.into_bytes())))
    }

    /// The beginning of a file up to the end of a line.
    pub fn head(&self) -> Result<Vec<u8>, DataError> {
        let mut bytes = Vec::new();
        self.open()?
            .take(HEAD)
            .read_to_end(&mut bytes)
            .map_err(DataError::io(&self.path))?;
        if bytes.len() as u64 == HEAD {
            let end = bytes
                .iter()
                .rposition(|b| *b == b'\n')
                .map_or(bytes.len(), |i| i + 1);
            bytes.truncate(end);
        }
        Ok(bytes)
    }

    /// All of it.
    pub fn bytes(&self) -> Result<Vec<u8>, DataError> {
        let mut bytes = Vec::new();
        self.open_up_to(MOST_BYTES)?
            .read_to_end(&mut bytes)
            .map_err(DataError::io(&self.path))?;
        Ok(bytes)
    }

    /// The words of a file that is compressed, or so it seems, when what is inside cannot be told.
    pub fn refusal(&self, error: &std::io::Error) -> Option<String> {
        // `Other` is what the Zstandard decoder says of a damaged block.
        let kinds = [
            ErrorKind::InvalidInput,
            ErrorKind::InvalidData,
            ErrorKind::UnexpectedEof,
            ErrorKind::Other,
        ];
        let words = if self.member.is_some() {
            "zip"
        } else {
            compression(&self.path).ok()?.words()
        };
        kinds
            .contains(&error.kind())
            .then(|| format!("{words}: {error}"))
    }
}

fn decompressed(
    compression: Compression,
    bytes: impl Read + 'static,
    most: u64,
) -> std::io::Result<Box<dyn Read>> {
    let inner: Box<dyn Read> = match compression {
        Compression::None => Box::new(bytes),
        // Several members one after the other are one file, as gzip itself says.
        Compression::Gzip => Box::new(flate2::read::MultiGzDecoder::new(bytes)),
        Compression::Zip => {
            return Err(corrupt(
                "found an archive inside an archive, allowed: files; unpack it",
            ));
        }
        Compression::Zstandard => {
            let decoder = ruzstd::decoding::StreamingDecoder::new(BufReader::new(bytes));
            Box::new(decoder.map_err(corrupt)?)
        }
    };
    Ok(Box::new(Limited {
        inner,
        left: most,
        most,
    }))
}

/// Ends with an error where more comes out than a file may have.
struct Limited {
    inner: Box<dyn Read>,
    left: u64,
    most: u64,
}

impl Read for Limited {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.left = self.left.checked_sub(read as u64).ok_or_else(|| {
            let most = self.most;
            corrupt(format!(
                "found more than {most} bytes, allowed: {most}; split the file"
            ))
        })?;
        Ok(read)
    }
}

fn compression(path: &Path) -> Result<Compression, DataError> {
    let mut magic = Vec::new();
    let file = std::fs::File::open(path).map_err(DataError::io(path))?;
    file.take(4)
        .read_to_end(&mut magic)
        .map_err(DataError::io(path))?;
    Ok(Compression::of(&magic))
}

/// The files below a folder with their relative names, in order of these; hidden ones are left out. The files of a zip
/// archive stand in its place; an archive that cannot be read stands for itself, so that it is refused with the reason.
pub(crate) fn files_below(from: &Path) -> Result<Vec<(String, Place)>, DataError> {
    let mut files = Vec::new();
    let mut folders = vec![(String::new(), from.to_path_buf())];
    while let Some((prefix, folder)) = folders.pop() {
        for entry in std::fs::read_dir(&folder).map_err(DataError::io(&folder))? {
            let entry = entry.map_err(DataError::io(&folder))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with('.') {
                continue;
            }
            let relative = if prefix.is_empty() {
                name
            } else {
                format!("{prefix}/{name}")
            };
            let kind = entry.file_type().map_err(DataError::io(&entry.path()))?;
            // A link is read as the file it leads to, but not followed into folders, which could lead back here.
            if kind.is_dir() {
                folders.push((relative, entry.path()));
            } else {
                files.extend(places(relative, &entry.path())?);
            }
        }
    }
    files.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(files)
}

fn places(relative: String, path: &Path) -> Result<Vec<(String, Place)>, DataError> {
    if !path.is_file() || compression(path)? != Compression::Zip {
        return Ok(vec![(relative, Place::file(path))]);
    }
    let Ok((archive, names)) = members(path) else {
        return Ok(vec![(relative, Place::file(path))]);
    };
    let archive = Rc::new(RefCell::new(archive));
    let place = |(index, name): (usize, String)| {
        let member = Some(Member {
            archive: archive.clone(),
            index,
        });
        (
            format!("{relative}/{name}"),
            Place {
                path: path.into(),
                member,
            },
        )
    };
    Ok(names.into_iter().map(place).collect())
}

/// An archive, and the places and names of the files in it, without folders and hidden ones.
type Listed = (ZipArchive<BufReader<File>>, Vec<(usize, String)>);

fn members(path: &Path) -> std::io::Result<Listed> {
    let archive = ZipArchive::new(BufReader::new(File::open(path)?)).map_err(corrupt)?;
    let visible = |name: &str| {
        !name.ends_with('/') && !name.split('/').any(|part| part.starts_with(['.', '_']))
    };
    let names: Vec<(usize, String)> = (0..archive.len())
        .filter_map(|i| Some((i, archive.name_for_index(i)?.to_string())))
        .filter(|(_, name)| visible(name))
        .collect();
    if names.is_empty() {
        return Err(corrupt("found no files inside, allowed: at least one"));
    }
    if names.iter().any(|(_, name)| name == "xl/workbook.xml") {
        return Err(corrupt(
            "found an Excel workbook (.xlsx), allowed: text; save the table as CSV",
        ));
    }
    Ok((archive, names))
}

impl Member {
    /// Bytes that it takes in its archive.
    fn bytes_on_disk(&self) -> u64 {
        let mut archive = self.archive.borrow_mut();
        let file = archive.by_index_raw(self.index);
        file.map_or(0, |file| file.compressed_size())
    }

    fn bytes(&self) -> std::io::Result<Vec<u8>> {
        let mut archive = self.archive.borrow_mut();
        let file = archive.by_index(self.index).map_err(corrupt)?;
        let mut bytes = Vec::new();
        file.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > MOST_BYTES {
            let most = MOST_BYTES;
            return Err(corrupt(format!(
                "found more than {most} bytes, allowed: {most}; unpack it into the folder"
            )));
        }
        Ok(bytes)
    }
}

fn corrupt(message: impl ToString) -> std::io::Error {
    std::io::Error::new(ErrorKind::InvalidData, message.to_string())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    /// A small file may hold a very large one: what comes out is counted, and ends where the limit is.
    #[test]
    fn more_than_a_file_may_have_is_refused_whatever_it_is_packed_in() {
        let dir = std::env::temp_dir().join(format!("alvh-unpack-{}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        let zeros = vec![b'0'; 100_000];
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(&zeros).unwrap();
        let packed = gzip.finish().unwrap();
        assert!(packed.len() < 2_000);
        for (name, bytes) in [("plain.csv", &zeros), ("packed.csv.gz", &packed)] {
            let path = dir.join(name);
            std::fs::write(&path, bytes).unwrap();
            let place = Place::file(&path);
            let read = |most: u64| -> std::io::Result<usize> {
                let mut out = Vec::new();
                let mut file = place.open_up_to(most).map_err(corrupt)?;
                file.read_to_end(&mut out)
            };
            assert_eq!(read(100_000).unwrap(), 100_000, "{name}");
            let error = read(99_999).unwrap_err();
            let message = "found more than 99999 bytes, allowed: 99999; split the file";
            assert_eq!(error.to_string(), message, "{name}");
            assert!(name == "plain.csv" || place.refusal(&error).is_some());
        }
        std::fs::remove_dir_all(dir).unwrap();
        assert_eq!(
            (MOST_BYTES, MOST_STREAMED),
            (1 << 30, 64 << 30),
            "docs/formats.md states both"
        );
    }
}
