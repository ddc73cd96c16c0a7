//! What the files of a folder say, before it is one dataset.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use market::observations::MacroEvent;

use crate::check::{Findings, Severity};
use crate::marks::Marks;
use crate::publishers::Part;
use crate::tables::{Lines, Origins, VxRow};
use crate::write::Source;

/// Values of one series from one file.
#[derive(Clone, Debug)]
pub(crate) struct Points {
    /// Of several files the one with the lowest rank wins.
    pub rank: u8,
    pub file: String,
    pub publisher: String,
    /// Whether the file itself says which series it is.
    pub named: bool,
    pub values: BTreeMap<NaiveDate, f64>,
    /// Rows of the file by date.
    pub lines: Lines,
}

/// Everything the files say.
#[derive(Default)]
pub(crate) struct Gathered {
    pub daily: BTreeMap<&'static str, Vec<Points>>,
    pub slow: BTreeMap<&'static str, Vec<Points>>,
    pub vx: BTreeMap<(NaiveDate, NaiveDate), VxRow>,
    pub vx_files: Vec<String>,
    /// The file of each settlement.
    pub vx_origins: BTreeMap<(NaiveDate, NaiveDate), String>,
    pub positions: Vec<(NaiveDate, Vec<Option<f64>>)>,
    pub sessions: Vec<(NaiveDate, bool)>,
    pub events: Vec<(MacroEvent, Option<NaiveDate>)>,
    pub marks: Marks,
}

impl Gathered {
    /// Adds what one file says.
    pub fn add(&mut self, file: &str, publisher: &str, parts: Vec<Part>, notes: &mut Findings) {
        let points = |rank, named, values: Vec<_>, lines| Points {
            lines,
            rank,
            named,
            file: file.into(),
            publisher: publisher.into(),
            values: values.into_iter().collect(),
        };
        for part in parts {
            match part {
                Part::Daily {
                    series,
                    rank,
                    points: p,
                    lines,
                    named,
                } => self
                    .daily
                    .entry(series)
                    .or_default()
                    .push(points(rank, named, p, lines)),
                Part::Slow {
                    series,
                    rank,
                    points: p,
                    lines,
                } => self
                    .slow
                    .entry(series)
                    .or_default()
                    .push(points(rank, true, p, lines)),
                Part::Vx(rows) => self.add_contract(file, rows, notes),
                Part::Positions(rows) => self.positions.extend(rows),
                Part::Sessions(rows) => self.sessions.extend(rows),
                Part::Event(event, period) => self.events.push((event, period)),
                Part::Marks(marks) => self.marks.add(file, marks, notes),
            }
        }
    }

    fn add_contract(&mut self, file: &str, rows: Vec<VxRow>, notes: &mut Findings) {
        if self.vx_files.last().is_none_or(|f| f != file) {
            self.vx_files.push(file.into());
        }
        for row in rows {
            let key = (row.trade_date, row.expiry);
            self.vx_origins.entry(key).or_insert_with(|| file.into());
            let known = self.vx.entry(key).or_insert(row);
            if known.settle != row.settle {
                let kept = known.settle;
                let found = row.settle;
                let day = row.trade_date;
                notes.note(Severity::Warning, "contract_twice", "vx", Some(day), || {
                    format!(
                        "{file}: found {found} for {} on {day}, allowed: {kept} as in an earlier file, which wins",
                        row.expiry
                    )
                });
            }
        }
    }

    /// Files and rows of all values, taken out of what was gathered; files of a series in the order in which they win.
    pub fn origins(&mut self) -> Origins {
        let all = self.daily.iter_mut().chain(&mut self.slow);
        Origins {
            series: all
                .map(|(name, points): (&&str, &mut Vec<Points>)| {
                    let files = points
                        .iter_mut()
                        .map(|p| (p.file.clone(), std::mem::take(&mut p.lines)));
                    (name.to_string(), files.collect())
                })
                .collect(),
            vx_files: std::mem::take(&mut self.vx_origins),
        }
    }

    /// Where each series comes from.
    pub fn sources(&self) -> BTreeMap<String, Source> {
        let named = |(name, points): (&&str, &Vec<Points>)| {
            let files = points.iter().map(|p| p.file.clone()).collect();
            (
                name.to_string(),
                Source {
                    publisher: points[0].publisher.clone(),
                    files,
                },
            )
        };
        let mut sources: BTreeMap<_, _> = self.daily.iter().chain(&self.slow).map(named).collect();
        if !self.vx_files.is_empty() {
            sources.insert(
                "vx".into(),
                Source {
                    publisher: "CFE".into(),
                    files: self.vx_files.clone(),
                },
            );
        }
        sources
    }
}
