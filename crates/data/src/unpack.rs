//! The bytes of publishers' files, decompressed where they begin like gzip, Zstandard or zip.
//!
//! A zip archive is a folder of files: each is read by itself and named `archive.zip/inside.csv`. Other compression stands
//! for one file, also inside an archive. An archive in an archive is refused.

use std::io::{BufReader, Cursor, ErrorKind, Read};
use std::path::{Path, PathBuf};

use crate::DataError;

/// One file to read: on disk, or inside a zip archive on disk.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    /// The file, or the archive that holds it.
    pub path: PathBuf,
    /// Its name in the archive.
    pub member: Option<String>,
}

/// Bytes that suffice to recognise a layout.
const HEAD: u64 = 64 * 1024;
/// No publisher's file in an archive is larger; a member is held in memory while it is read.
const MOST_BYTES: u64 = 1 << 30;

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

    /// Its bytes, decompressed.
    pub fn open(&self) -> Result<Box<dyn Read>, DataError> {
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
            let file = BufReader::new(std::fs::File::open(&self.path).map_err(wrong)?);
            return decompressed(compression, file).map_err(wrong);
        };
        let bytes = member_bytes(&self.path, member).map_err(wrong)?;
        decompressed(Compression::of(&bytes), Cursor::new(bytes)).map_err(wrong)
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
        self.open()?
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
) -> std::io::Result<Box<dyn Read>> {
    Ok(match compression {
        Compression::None => Box::new(bytes),
        Compression::Gzip => Box::new(flate2::read::GzDecoder::new(bytes)),
        Compression::Zip => {
            return Err(corrupt(
                "found an archive inside an archive, allowed: files; unpack it",
            ));
        }
        Compression::Zstandard => {
            let decoder = ruzstd::decoding::StreamingDecoder::new(BufReader::new(bytes));
            Box::new(decoder.map_err(corrupt)?)
        }
    })
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
    let (mut files, mut folders) = (Vec::new(), vec![(String::new(), from.to_path_buf())]);
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
    files.sort();
    Ok(files)
}

fn places(relative: String, path: &Path) -> Result<Vec<(String, Place)>, DataError> {
    if !path.is_file() || compression(path)? != Compression::Zip {
        return Ok(vec![(relative, Place::file(path))]);
    }
    Ok(match members(path) {
        Ok(names) if !names.is_empty() => {
            let place = |name: String| {
                (
                    format!("{relative}/{name}"),
                    Place {
                        path: path.into(),
                        member: Some(name),
                    },
                )
            };
            names.into_iter().map(place).collect()
        }
        _ => vec![(relative, Place::file(path))],
    })
}

/// Names of the files in an archive, without folders and hidden ones.
fn members(path: &Path) -> std::io::Result<Vec<String>> {
    let archive = zip::ZipArchive::new(std::fs::File::open(path)?).map_err(corrupt)?;
    let visible = |name: &&str| {
        !name.ends_with('/') && !name.split('/').any(|part| part.starts_with(['.', '_']))
    };
    let names: Vec<String> = archive
        .file_names()
        .filter(visible)
        .map(String::from)
        .collect();
    if names.is_empty() {
        Err(corrupt("found no files inside, allowed: at least one"))
    } else {
        Ok(names)
    }
}

fn member_bytes(path: &Path, member: &str) -> std::io::Result<Vec<u8>> {
    let mut archive = zip::ZipArchive::new(std::fs::File::open(path)?).map_err(corrupt)?;
    let file = archive.by_name(member).map_err(corrupt)?;
    let mut bytes = Vec::new();
    file.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    let allowed = format!(
        "found more than {MOST_BYTES} bytes, allowed: {MOST_BYTES}; unpack it into the folder"
    );
    if bytes.len() as u64 > MOST_BYTES {
        Err(corrupt(allowed))
    } else {
        Ok(bytes)
    }
}

fn corrupt(message: impl ToString) -> std::io::Error {
    std::io::Error::new(ErrorKind::InvalidData, message.to_string())
}
