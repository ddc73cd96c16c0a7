//! From a folder of publishers' files to a dataset.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::DataError;
use crate::chains::import::{ChainFile, write_chains};
use crate::check::{Findings, Severity};
use crate::gathered::Gathered;
use crate::manifest::Kind;
use crate::merge::merge;
use crate::publishers::column_map::{self, ColumnMaps, Mapped};
use crate::publishers::option_chains::{self, ChainReader, Chains};
use crate::publishers::{self, Fault, Part, SheetLayout};
use crate::report::{ImportReport, Progress, Refused, Taken};
use crate::sheet::Sheet;
use crate::unpack::{Place, files_below};
use crate::write::{DatasetInfo, write_tables};

/// Imports every file below `from` that has a known layout, and writes the dataset `into`.
///
/// Unknown files are listed as refused. A file of a known layout that is damaged stops the import, after all others have
/// been looked at; nothing is written then.
pub fn import(
    from: &Path,
    into: &Path,
    progress: &mut dyn FnMut(Progress),
) -> Result<ImportReport, DataError> {
    import_until(from, into, progress, &AtomicBool::new(false))
}

/// The same until `stop` is raised, which is looked at before each file.
///
/// # Errors
/// Those of [`import()`], and [`DataError::Stopped`]; nothing is written then.
pub fn import_until(
    from: &Path,
    into: &Path,
    progress: &mut dyn FnMut(Progress),
    stop: &AtomicBool,
) -> Result<ImportReport, DataError> {
    let files = files_below(from)?;
    let mut run = Run {
        maps: ColumnMaps::read(&files)?,
        ..Run::default()
    };
    for (done, (file, place)) in files.iter().enumerate() {
        progress(Progress {
            done,
            total: files.len(),
            file,
        });
        go_on(stop)?;
        if !column_map::is_map(file) {
            run.read(file, place)?;
        }
    }
    progress(Progress {
        done: files.len(),
        total: files.len(),
        file: "",
    });
    match run.damaged.len() {
        0 => run.write(from, into, files.len(), stop),
        1 => Err(run.damaged.remove(0)),
        _ => Err(DataError::Damaged(run.damaged)),
    }
}

/// Fails where the user wants to stop.
pub(crate) fn go_on(stop: &AtomicBool) -> Result<(), DataError> {
    match stop.load(Ordering::Relaxed) {
        true => Err(DataError::Stopped),
        false => Ok(()),
    }
}

#[derive(Default)]
struct Run {
    maps: ColumnMaps,
    gathered: Gathered,
    notes: Findings,
    chains: Vec<ChainFile>,
    taken: Vec<Taken>,
    refused: Vec<Refused>,
    damaged: Vec<DataError>,
}

impl Run {
    fn read(&mut self, file: &str, place: &Place) -> Result<(), DataError> {
        match self.layout(file, place)? {
            Layout::Table(read) => self.read_table(file, place, &read)?,
            Layout::Chains(reader) => self.chains.push(ChainFile {
                file: file.into(),
                place: place.clone(),
                reader,
            }),
            Layout::None(reason) => self.refused.push(Refused {
                file: file.into(),
                reason,
            }),
        }
        Ok(())
    }

    fn layout(&mut self, file: &str, place: &Place) -> Result<Layout, DataError> {
        if let Some(mapped) = self.maps.of(file) {
            return Ok(match mapped {
                Mapped::Chains(reader) => Layout::Chains(reader),
                Mapped::Series(table) => Layout::Table(Table::Mapped(table)),
            });
        }
        layout(file, place)
    }

    fn read_table(&mut self, file: &str, place: &Place, table: &Table) -> Result<(), DataError> {
        let bytes = place.bytes()?;
        // Findings of a file that is then refused are discarded.
        let mut notes = self.notes.clone();
        let found = match table {
            Table::Known(layout) => {
                let sheet = Sheet::parse(file, &bytes).map_err(Fault::Refused);
                sheet.and_then(|sheet| (layout.read)(&sheet, &mut notes))
            }
            Table::Mapped(map) => map.read(file, &bytes, &mut notes),
        };
        match found {
            Err(Fault::Refused(reason)) => self.refused.push(Refused {
                file: file.into(),
                reason,
            }),
            Err(Fault::Damaged(error)) => self.damaged.push(error),
            Ok(parts) => {
                self.notes = notes;
                self.taken.push(taken(file, table, &parts));
                self.gathered
                    .add(file, table.publisher(), parts, &mut self.notes);
            }
        }
        Ok(())
    }

    fn write(
        mut self,
        from: &Path,
        into: &Path,
        files: usize,
        stop: &AtomicBool,
    ) -> Result<ImportReport, DataError> {
        if self.taken.is_empty() {
            let allowed = publishers::LAYOUTS
                .iter()
                .map(|v| format!("{}: {}", v.publisher, v.holds))
                .collect::<Vec<_>>()
                .join("; ");
            return Err(DataError::NothingRecognised {
                from: from.into(),
                files,
                allowed,
            });
        }
        for refused in &self.refused {
            self.notes
                .note(Severity::Info, "file_refused", &refused.file, None, || {
                    refused.reason.clone()
                });
        }
        self.maps.note_unused(&mut self.notes);
        let marks = std::mem::take(&mut self.gathered.marks);
        let (tables, sources) = merge(self.gathered, &mut self.notes)?;
        let (first, last) = (
            tables.sessions[0],
            tables.sessions[tables.sessions.len() - 1],
        );
        let info = DatasetInfo {
            name: format!("history {first}..{last}"),
            kind: Kind::History,
            notice: "Imported from publishers' files. Their terms apply to the values.".into(),
            publisher: String::new(),
            sources,
            findings: self.notes.into_vec(),
        };
        let (chain_files, mut taken) = (self.chains, self.taken);
        let manifest = write_tables(into, &tables, &info, |dir| {
            let mut extra = write_chains(dir, &chain_files, &mut taken, stop)?;
            marks.write(dir, &mut extra)?;
            Ok(extra)
        })?;
        taken.sort_by(|a, b| a.file.cmp(&b.file));
        Ok(ImportReport {
            manifest,
            taken,
            refused: self.refused,
        })
    }
}

/// What the beginning of a file shows.
enum Layout {
    Table(Table),
    Chains(ChainReader),
    /// Nothing this version imports, and why.
    None(String),
}

/// Who reads a table.
enum Table {
    Known(&'static SheetLayout),
    Mapped(column_map::SeriesMap),
}

impl Table {
    fn publisher(&self) -> &str {
        match self {
            Table::Known(layout) => layout.publisher,
            Table::Mapped(map) => &map.publisher,
        }
    }

    fn holds(&self) -> &str {
        match self {
            Table::Known(layout) => layout.holds,
            Table::Mapped(_) => "daily series, by a column map",
        }
    }
}

fn layout(file: &str, place: &Place) -> Result<Layout, DataError> {
    if !place.path.is_file() {
        return Ok(Layout::None(
            "neither a file nor a folder of its own; links to folders are not followed".into(),
        ));
    }
    let beginning = match place.head() {
        Ok(bytes) => bytes,
        Err(DataError::Io { path, source }) => {
            return match place.refusal(&source) {
                Some(reason) => Ok(Layout::None(reason)),
                None => Err(DataError::Io { path, source }),
            };
        }
        Err(error) => return Err(error),
    };
    let sheet = match Sheet::parse(file, &beginning) {
        Ok(sheet) => sheet,
        Err(reason) => return Ok(Layout::None(reason)),
    };
    Ok(
        match (
            option_chains::recognise(&sheet),
            publishers::recognise(&sheet),
        ) {
            (Some(Chains::Imported(reader)), _) => Layout::Chains(reader),
            (Some(Chains::NotImported(what)), _) => Layout::None(format!(
                "option chains, recognised but not imported by this version: {what}"
            )),
            (None, Some(layout)) => Layout::Table(Table::Known(layout)),
            (None, None) => Layout::None(format!(
                "no known layout: its first line is `{}`",
                first_line(&sheet)
            )),
        },
    )
}

fn taken(file: &str, table: &Table, parts: &[Part]) -> Taken {
    let (mut series, mut days) = (Vec::new(), Vec::new());
    for part in parts {
        match part {
            Part::Daily {
                series: name,
                points,
                ..
            }
            | Part::Slow {
                series: name,
                points,
                ..
            } => {
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
            Part::Marks(marks) => {
                series.push("marks".into());
                days.extend(marks.iter().map(|m| m.quote_date));
            }
        }
    }
    let (publisher, holds) = (table.publisher().into(), table.holds().into());
    let (first, last) = (days.iter().min().copied(), days.iter().max().copied());
    Taken {
        file: file.into(),
        publisher,
        holds,
        series,
        values: days.len(),
        first,
        last,
    }
}

fn first_line(sheet: &Sheet) -> String {
    let line = sheet.header.join(",");
    if line.chars().count() > 80 {
        line.chars().take(80).chain("...".chars()).collect()
    } else {
        line
    }
}
