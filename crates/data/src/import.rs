//! From a folder of publishers' files to a dataset.

use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use crate::chains::ChainFile;
use crate::check::{Findings, Severity};
use crate::manifest::{Kind, Manifest};
use crate::merge::Gathered;
use crate::sheet::Sheet;
use crate::vendor::chain_layout::ChainLayout;
use crate::vendor::option_chains::{self, Chains};
use crate::vendor::{self, Fault, Part, Vendor};
use crate::write::{DatasetInfo, write_tables};
use crate::{DataError, chains};

/// What an import took, refused and wrote.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportReport {
    /// The dataset written.
    pub manifest: Manifest,
    /// Files that were used, in order of their names.
    pub taken: Vec<Taken>,
    /// Files that were not, each with the reason.
    pub refused: Vec<Refused>,
}

/// A file that was used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Path relative to the imported folder, with `/`.
    pub file: String,
    /// Publisher.
    pub publisher: String,
    /// What files of this layout hold.
    pub holds: String,
    /// Series it brings; empty for comparisons and calendars.
    pub series: Vec<String>,
    /// Values in it.
    pub values: usize,
    /// First day with a value.
    pub first: Option<NaiveDate>,
    /// Last day with a value.
    pub last: Option<NaiveDate>,
}

/// A file that was not used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Path relative to the imported folder, with `/`.
    pub file: String,
    /// Why.
    pub reason: String,
}

/// How far an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress<'a> {
    /// Files done.
    pub done: usize,
    /// Files in the folder.
    pub total: usize,
    /// The file being read.
    pub file: &'a str,
}

/// Bytes that suffice to recognise a layout.
const HEAD: u64 = 64 * 1024;

/// Imports every file below `from` that has a known layout, and writes the dataset `into`.
///
/// Unknown files are listed as refused. A file of a known layout that is damaged stops the import, after all others have
/// been looked at; nothing is written then.
pub fn import(from: &Path, into: &Path, progress: &mut dyn FnMut(Progress)) -> Result<ImportReport, DataError> {
    let files = files_below(from)?;
    let mut run = Run::default();
    for (done, (file, path)) in files.iter().enumerate() {
        progress(Progress { done, total: files.len(), file });
        run.read(file, path)?;
    }
    progress(Progress { done: files.len(), total: files.len(), file: "" });
    match run.damaged.len() {
        0 => run.write(from, into, files.len()),
        1 => Err(run.damaged.remove(0)),
        _ => Err(DataError::Damaged(run.damaged)),
    }
}

#[derive(Default)]
struct Run {
    gathered: Gathered,
    notes: Findings,
    chains: Vec<ChainFile>,
    taken: Vec<Taken>,
    refused: Vec<Refused>,
    damaged: Vec<DataError>,
}

impl Run {
    fn read(&mut self, file: &str, path: &Path) -> Result<(), DataError> {
        match layout(file, path)? {
            Layout::Table(vendor) => self.read_table(file, path, vendor)?,
            Layout::Chains(layout) => self.chains.push(ChainFile { file: file.into(), path: path.into(), layout }),
            Layout::None(reason) => self.refused.push(Refused { file: file.into(), reason }),
        }
        Ok(())
    }

    fn read_table(&mut self, file: &str, path: &Path, vendor: &'static Vendor) -> Result<(), DataError> {
        let bytes = read_all(path)?;
        // What a refused file made us note is not noted.
        let mut notes = self.notes.clone();
        let sheet = Sheet::parse(file, &bytes).map_err(Fault::Refused);
        match sheet.and_then(|sheet| (vendor.read)(&sheet, &mut notes)) {
            Err(Fault::Refused(reason)) => self.refused.push(Refused { file: file.into(), reason }),
            Err(Fault::Damaged(error)) => self.damaged.push(error),
            Ok(parts) => {
                self.notes = notes;
                self.taken.push(taken(file, vendor, &parts));
                self.gathered.add(file, vendor.publisher, parts, &mut self.notes);
            }
        }
        Ok(())
    }

    fn write(mut self, from: &Path, into: &Path, files: usize) -> Result<ImportReport, DataError> {
        if self.taken.is_empty() {
            let allowed =
                vendor::VENDORS.iter().map(|v| format!("{}: {}", v.publisher, v.holds)).collect::<Vec<_>>().join("; ");
            return Err(DataError::NothingRecognised { from: from.into(), files, allowed });
        }
        for refused in &self.refused {
            self.notes.note(Severity::Info, "file_refused", &refused.file, None, || refused.reason.clone());
        }
        let (tables, sources) = self.gathered.merge(&mut self.notes)?;
        let (first, last) = (tables.sessions[0], tables.sessions[tables.sessions.len() - 1]);
        let info = DatasetInfo {
            name: format!("history {first}..{last}"),
            kind: Kind::History,
            notice: "Imported from publishers' files. Their terms apply to the values.".into(),
            publisher: String::new(),
            sources,
            findings: self.notes.into_vec(),
        };
        let (chain_files, mut taken) = (self.chains, self.taken);
        let manifest = write_tables(into, &tables, &info, |dir| chains::import(dir, &chain_files, &mut taken))?;
        taken.sort_by(|a, b| a.file.cmp(&b.file));
        Ok(ImportReport { manifest, taken, refused: self.refused })
    }
}

/// What the beginning of a file shows.
enum Layout {
    Table(&'static Vendor),
    Chains(Option<&'static ChainLayout>),
    /// Nothing this version imports, and why.
    None(String),
}

fn layout(file: &str, path: &Path) -> Result<Layout, DataError> {
    if !path.is_file() {
        return Ok(Layout::None("neither a file nor a folder of its own; links to folders are not followed".into()));
    }
    let beginning = match head(path) {
        Ok(bytes) => bytes,
        // Compressed, or so it seems, but what is inside cannot be told.
        Err(DataError::Io { source, .. }) if is_corrupt(&source) => {
            return Ok(Layout::None(format!("{}: {source}", compression(path)?.words())));
        }
        Err(error) => return Err(error),
    };
    let sheet = match Sheet::parse(file, &beginning) {
        Ok(sheet) => sheet,
        Err(reason) => return Ok(Layout::None(reason)),
    };
    Ok(match (option_chains::recognise(&sheet), vendor::recognise(&sheet)) {
        (Some(Chains::Imported(layout)), _) => Layout::Chains(layout),
        (Some(Chains::NotImported(what)), _) => {
            Layout::None(format!("option chains, recognised but not imported by this version: {what}"))
        }
        (None, Some(vendor)) => Layout::Table(vendor),
        (None, None) => Layout::None(format!("no known layout: its first line is `{}`", first_line(&sheet))),
    })
}

fn taken(file: &str, vendor: &Vendor, parts: &[Part]) -> Taken {
    let (mut series, mut days) = (Vec::new(), Vec::new());
    for part in parts {
        match part {
            Part::Daily { series: name, points, .. } | Part::Slow { series: name, points, .. } => {
                series.push(name.to_string());
                days.extend(points.iter().map(|p| p.0));
            }
            Part::Vx(rows) => {
                series.push("vx".into());
                days.extend(rows.iter().map(|r| r.trade_date));
            }
            Part::Positions(rows) => days.extend(rows.iter().map(|r| r.0)),
            Part::Sessions(rows) => days.extend(rows.iter().map(|r| r.0)),
            Part::Event(event, _) => days.push(event.date),
        }
    }
    let (publisher, holds) = (vendor.publisher.into(), vendor.holds.into());
    let (first, last) = (days.iter().min().copied(), days.iter().max().copied());
    Taken { file: file.into(), publisher, holds, series, values: days.len(), first, last }
}

/// The files below a folder with their relative names, in order of these; hidden ones are left out.
fn files_below(from: &Path) -> Result<Vec<(String, PathBuf)>, DataError> {
    let (mut files, mut folders) = (Vec::new(), vec![(String::new(), from.to_path_buf())]);
    while let Some((prefix, folder)) = folders.pop() {
        for entry in std::fs::read_dir(&folder).map_err(DataError::io(&folder))? {
            let entry = entry.map_err(DataError::io(&folder))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with('.') {
                continue;
            }
            let relative = if prefix.is_empty() { name } else { format!("{prefix}/{name}") };
            let kind = entry.file_type().map_err(DataError::io(&entry.path()))?;
            // A link is read as the file it leads to, but not followed into folders, which could lead back here.
            let list = if kind.is_dir() { &mut folders } else { &mut files };
            list.push((relative, entry.path()));
        }
    }
    files.sort();
    Ok(files)
}

/// The beginning of a file up to the end of a line, decompressed where it is gzip.
fn head(path: &Path) -> Result<Vec<u8>, DataError> {
    let mut bytes = Vec::new();
    open(path)?.take(HEAD).read_to_end(&mut bytes).map_err(DataError::io(path))?;
    if bytes.len() as u64 == HEAD {
        let end = bytes.iter().rposition(|b| *b == b'\n').map_or(bytes.len(), |i| i + 1);
        bytes.truncate(end);
    }
    Ok(bytes)
}

fn is_corrupt(error: &std::io::Error) -> bool {
    // `Other` is what the Zstandard decoder says of a damaged block.
    let kinds = [ErrorKind::InvalidInput, ErrorKind::InvalidData, ErrorKind::UnexpectedEof, ErrorKind::Other];
    kinds.contains(&error.kind())
}

fn read_all(path: &Path) -> Result<Vec<u8>, DataError> {
    let mut bytes = Vec::new();
    open(path)?.read_to_end(&mut bytes).map_err(DataError::io(path))?;
    Ok(bytes)
}

/// How a file is compressed, by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Compression {
    None,
    Gzip,
    Zip,
    Zstandard,
}

impl Compression {
    fn words(self) -> &'static str {
        match self {
            Compression::None => "not compressed",
            Compression::Gzip => "gzip",
            Compression::Zip => "zip",
            Compression::Zstandard => "zstd",
        }
    }
}

fn compression(path: &Path) -> Result<Compression, DataError> {
    let mut magic = Vec::new();
    let file = std::fs::File::open(path).map_err(DataError::io(path))?;
    file.take(4).read_to_end(&mut magic).map_err(DataError::io(path))?;
    Ok(match magic.as_slice() {
        [0x1f, 0x8b, ..] => Compression::Gzip,
        [b'P', b'K', 3, 4] => Compression::Zip,
        [0x28, 0xb5, 0x2f, 0xfd] => Compression::Zstandard,
        _ => Compression::None,
    })
}

/// A file's bytes, decompressed where it begins like gzip, Zstandard or zip.
pub(crate) fn open(path: &Path) -> Result<Box<dyn Read>, DataError> {
    let file = std::fs::File::open(path).map_err(DataError::io(path))?;
    Ok(match compression(path)? {
        Compression::None => Box::new(file),
        Compression::Gzip => Box::new(flate2::read::GzDecoder::new(file)),
        Compression::Zip => Box::new(std::io::Cursor::new(only_file(file).map_err(DataError::io(path))?)),
        Compression::Zstandard => {
            let decoder = ruzstd::decoding::StreamingDecoder::new(std::io::BufReader::new(file));
            Box::new(decoder.map_err(|e| corrupt(e.to_string())).map_err(DataError::io(path))?)
        }
    })
}

/// The one file in a zip archive. Publishers' archives hold one; of several, none can be meant.
fn only_file(file: std::fs::File) -> std::io::Result<Vec<u8>> {
    let mut archive = zip::ZipArchive::new(file).map_err(|e| corrupt(e.to_string()))?;
    let names: Vec<String> = archive.file_names().filter(|n| !n.ends_with('/')).map(String::from).collect();
    let [name] = names.as_slice() else {
        return Err(corrupt(format!("found {} files inside, allowed: one; unpack it into the folder", names.len())));
    };
    let mut bytes = Vec::new();
    archive.by_name(name).map_err(|e| corrupt(e.to_string()))?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn corrupt(message: String) -> std::io::Error {
    std::io::Error::new(ErrorKind::InvalidData, message)
}

fn first_line(sheet: &Sheet) -> String {
    let line = sheet.header.join(",");
    if line.chars().count() > 80 { line.chars().take(80).chain("...".chars()).collect() } else { line }
}
