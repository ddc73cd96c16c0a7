//! From a folder of publishers' files to a dataset.

mod layout;

use std::path::Path;
use std::sync::atomic::AtomicBool;

use chrono::NaiveDate;

use crate::chains::checks::Levels;
use crate::chains::import::{ChainFile, ChainImport};
use crate::check::{Finding, Findings, Severity};
use crate::error::{Refusal, go_on};
use crate::gathered::Gathered;
use crate::manifest::Kind;
use crate::publishers::column_map::{self, ColumnMaps, Mapped};
use crate::report::{ImportPlan, ImportReport, Progress, Refused, Taken};
use crate::sheet::Sheet;
use crate::tables::Tables;
use crate::unpack::{Place, files_below};
use crate::write::{DatasetInfo, DatasetPlace, write_tables};
use crate::{DataError, companions, merge, publishers};

use layout::{Layout, Table, layout, taken};

/// Imports every file below `from` that has a known layout, and writes the dataset `into`.
///
/// Files that cannot be used are refused with the reason, and do not stop the others.
///
/// # Errors
/// Where a core series is missing then, a column map is wrong, or the system refuses.
pub fn import(
    from: &Path,
    into: &Path,
    progress: &mut dyn FnMut(Progress),
) -> Result<ImportReport, DataError> {
    import_until(
        from,
        DatasetPlace::take(into)?,
        progress,
        &AtomicBool::new(false),
    )
}

/// The same into a place that is taken, from before the first file is read until the dataset is complete: of two imports into
/// one folder neither reads while the other writes. Until `stop` is raised, which is looked at before each file.
///
/// # Errors
/// Those of [`import()`], and [`DataError::Stopped`]; nothing is written then.
pub fn import_until(
    from: &Path,
    into: DatasetPlace,
    progress: &mut dyn FnMut(Progress),
    stop: &AtomicBool,
) -> Result<ImportReport, DataError> {
    let (run, files) = read_all(from, progress, stop)?;
    run.write(from, into, files, progress, stop)
}

/// What [`import()`] would take each file for, with nothing written.
///
/// # Errors
/// Where a column map is wrong, or the system refuses; [`DataError::Stopped`] once `stop` is raised.
pub fn plan(
    from: &Path,
    progress: &mut dyn FnMut(Progress),
    stop: &AtomicBool,
) -> Result<ImportPlan, DataError> {
    let (mut run, _) = read_all(from, progress, stop)?;
    run.judge();
    let span = merge::span(&run.gathered.daily)
        .map(|sessions| (sessions[0], sessions[sessions.len() - 1]));
    let mut taken = run.taken;
    taken.extend(run.chains.iter().map(|chain| Taken {
        file: chain.file.clone(),
        publisher: chain.reader.publisher().into(),
        holds: "option quotes".into(),
        series: vec!["chains".into()],
        values: 0,
        first: None,
        last: None,
    }));
    taken.sort_by(|a, b| a.file.cmp(&b.file));
    Ok(ImportPlan {
        taken,
        refused: run.refused,
        span,
        findings: run.notes.into_vec(),
    })
}

fn read_all(
    from: &Path,
    progress: &mut dyn FnMut(Progress),
    stop: &AtomicBool,
) -> Result<(Run, usize), DataError> {
    let files = files_below(from)?;
    let mut run = Run {
        maps: ColumnMaps::read(&files)?,
        ..Run::default()
    };
    for (done, (file, place)) in files.iter().enumerate() {
        progress(Progress {
            phase: "import",
            done,
            total: files.len(),
            file,
            part: done as f64 / files.len() as f64,
        });
        go_on(stop)?;
        if !column_map::is_map(file) {
            run.read(file, place);
        }
    }
    progress(Progress {
        phase: "import",
        done: files.len(),
        total: files.len(),
        file: "",
        part: 1.0,
    });
    Ok((run, files.len()))
}

#[derive(Default)]
struct Run {
    maps: ColumnMaps,
    gathered: Gathered,
    notes: Findings,
    chains: Vec<ChainFile>,
    taken: Vec<Taken>,
    refused: Vec<Refused>,
}

impl Run {
    fn read(&mut self, file: &str, place: &Place) {
        let mapped = self.maps.of(file);
        let layout = match mapped {
            // A device or a pipe may have no end.
            _ if !place.path.is_file() => Err(
                "neither a file nor a folder of its own; links to folders are not followed".into(),
            ),
            Some(Mapped::Chains(reader)) => Ok(Layout::Chains(reader)),
            Some(Mapped::Table(table)) => Ok(Layout::Table(Table::Mapped(table))),
            None => layout(file, place),
        };
        let outcome = layout.and_then(|layout| match layout {
            Layout::Table(table) => self.read_table(file, place, &table),
            Layout::Chains(reader) => {
                self.chains.push(ChainFile {
                    file: file.into(),
                    place: place.clone(),
                    reader,
                });
                Ok(())
            }
        });
        if let Err(Refusal(reason)) = outcome {
            self.refused.push(Refused::new(file, reason));
        }
    }

    fn read_table(&mut self, file: &str, place: &Place, table: &Table) -> Result<(), Refusal> {
        let bytes = place.bytes().map_err(|e| refusal_of(place, e))?;
        // Findings of a file that is then refused are discarded.
        let mut notes = self.notes.clone();
        let parts = match table {
            Table::Known(layout) => (layout.read)(&Sheet::parse(file, &bytes)?, &mut notes),
            Table::Mapped(map) => map.read(file, &bytes, &mut notes),
        }?;
        self.notes = notes;
        self.taken.push(taken(file, table, &parts));
        self.gathered
            .add(file, table.publisher(), parts, &mut self.notes);
        Ok(())
    }

    /// Compares the files with each other; those that cannot be what they say are refused after all.
    fn judge(&mut self) {
        for (file, reason) in companions::judge(&mut self.gathered, &mut self.notes) {
            self.taken.retain(|t| t.file != file);
            self.refused.push(Refused::new(&file, reason));
        }
        self.refused.sort_by(|a, b| a.file.cmp(&b.file));
    }

    fn write(
        mut self,
        from: &Path,
        into: DatasetPlace,
        files: usize,
        progress: &mut dyn FnMut(Progress),
        stop: &AtomicBool,
    ) -> Result<ImportReport, DataError> {
        if self.taken.is_empty() {
            return Err(nothing_recognised(from, files, self.refused));
        }
        self.judge();
        for refused in &self.refused {
            self.notes
                .note(Severity::Info, "file_refused", &refused.file, None, || {
                    refused.reason.clone()
                });
        }
        self.maps.note_unused(&mut self.notes);
        let mut marks = std::mem::take(&mut self.gathered.marks);
        let mut all_refused = self.refused;
        let (tables, sources) = merge::merge(self.gathered, &mut self.notes)
            .map_err(|error| with_refused(error, &all_refused))?;
        let first = tables.sessions[0];
        let last = tables.sessions[tables.sessions.len() - 1];
        let levels = levels(&tables);
        let of_marks = marks.judge(&levels, &mut self.notes);
        all_refused.extend(refuse(of_marks, &mut self.taken, &mut self.notes));
        let info = DatasetInfo {
            name: format!("history {first}..{last}"),
            kind: Kind::History,
            notice: "Imported from publishers' files. Their terms apply to the values.".into(),
            publisher: String::new(),
            sources,
            findings: self.notes.into_vec(),
        };
        let chain_files = self.chains;
        let mut taken = self.taken;
        let mut refused = all_refused;
        let manifest = write_tables(into, &tables, &info, |dir| {
            let known = refused.len();
            let mut chains = ChainImport {
                taken: &mut taken,
                refused: &mut refused,
                progress,
                stop,
            };
            let mut extra = chains.write(dir, chain_files, &levels)?;
            extra
                .findings
                .extend(refused[known..].iter().map(file_refused));
            marks.write(dir, &mut extra)?;
            Ok(extra)
        })?;
        taken.sort_by(|a, b| a.file.cmp(&b.file));
        refused.sort_by(|a, b| a.file.cmp(&b.file));
        Ok(ImportReport {
            manifest,
            taken,
            refused,
        })
    }
}

/// No file is of a publisher we know: what would have been.
fn nothing_recognised(from: &Path, files: usize, refused: Vec<Refused>) -> DataError {
    let layouts = publishers::LAYOUTS.iter();
    let allowed: Vec<String> = layouts
        .map(|layout| format!("{}: {}", layout.publisher, layout.holds))
        .collect();
    DataError::NothingRecognised {
        from: from.into(),
        files,
        allowed: allowed.join("; "),
        refused,
    }
}

/// Takes back what was taken of files that are refused after all, with their reasons.
fn refuse(
    files: Vec<(String, String)>,
    taken: &mut Vec<Taken>,
    notes: &mut Findings,
) -> Vec<Refused> {
    let mut all = Vec::new();
    for (file, reason) in files {
        taken.retain(|taken| taken.file != file);
        notes.note(Severity::Info, "file_refused", &file, None, || {
            reason.clone()
        });
        all.push(Refused::new(&file, reason));
    }
    all
}

fn file_refused(refused: &Refused) -> Finding {
    Finding {
        severity: Severity::Info,
        code: "file_refused".into(),
        series: refused.file.clone(),
        count: 1,
        first: None,
        last: None,
        message: refused.reason.clone(),
        further: Vec::new(),
    }
}

fn with_refused(error: DataError, all: &[Refused]) -> DataError {
    match error {
        DataError::MissingSeries { name, allowed, .. } => DataError::MissingSeries {
            name,
            allowed,
            refused: all.to_vec(),
        },
        other => other,
    }
}

/// Closes of the two indices that options are written on.
fn levels(tables: &Tables) -> Levels {
    let of = |name: &str, i: usize| tables.daily.get(name).and_then(|s| s.values[i]);
    tables
        .sessions
        .iter()
        .enumerate()
        .map(|(i, day): (usize, &NaiveDate)| (*day, (of("spx_close", i), of("vix", i))))
        .collect()
}

/// Why a file that cannot be read brings nothing.
fn refusal_of(place: &Place, error: DataError) -> Refusal {
    match &error {
        DataError::Io { source, .. } => match place.refusal(source) {
            Some(reason) => Refusal(reason),
            None => Refusal(error.reason()),
        },
        _ => Refusal(error.reason()),
    }
}
