//! A finished study, read back from its folder.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use tables::files::FolderFiles;
use tables::manifest::{Dataset, Engine, Input, Interval};
use tables::{
    AnswerRow, BookRow, CrashRow, FrontierRow, ReadError, RealismRow, VerdictRow, WorldAnswerRow,
    WorldChanceRow, WorldControlRow, YearRow,
};

use crate::document::Cell;
use crate::style::Style;

/// All worlds, among the groups of the tables.
const ALL: &str = "all";
const NEEDED: &str = "manifest.json, study.toml, books.csv, years.csv and answers.csv";

/// The manifest of a study folder. What an older or newer folder does not have is empty.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct StudyManifest {
    /// The study's name.
    pub name: String,
    /// What computed it.
    pub engine: Option<Engine>,
    /// Hash of the resolved configuration.
    pub config_hash: String,
    /// Hash of the dataset.
    pub dataset_hash: String,
    /// What was replayed.
    pub dataset: Option<Dataset>,
    /// Capital at the start of each window `[USD]`.
    pub starting_capital_usd: f64,
    /// The windows.
    pub windows: Vec<StudySpan>,
    /// The books.
    pub books: Vec<Named>,
    /// Weekdays of entry.
    pub weekdays: Vec<String>,
    /// The hedged arms.
    pub arms: Vec<Named>,
    /// The command that makes the folder again.
    pub command: String,
    /// How intervals over years were made.
    pub interval: Option<Interval>,
    /// The alternative histories, where it drew some.
    pub worlds: Option<StudyWorlds>,
    /// Remarks that a reader should see.
    pub notes: Vec<String>,
    /// Series that prices rest on and that were not always published.
    pub inputs: Vec<Input>,
    /// sha256 of every file, in hex, by file name.
    pub files: BTreeMap<String, String>,
}

/// The alternative histories of a study.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct StudyWorlds {
    /// How many.
    pub count: usize,
    /// Years of each.
    pub years: usize,
    /// How they were drawn, in a sentence.
    pub said: String,
}

/// A window of a study.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct StudySpan {
    /// Its name.
    pub name: String,
    /// First day.
    pub first: String,
    /// Last day.
    pub last: String,
    /// Whether it is a calendar year: one of the sample.
    pub is_year: bool,
    /// Whether its prices are indicative only.
    pub indicative: bool,
}

/// A book or an arm.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Named {
    /// Its name.
    pub name: String,
    /// In a few words.
    pub title: String,
    /// In a sentence.
    pub summary: String,
}

/// A study folder in memory.
#[derive(Clone, Debug)]
pub struct StudyFolder {
    /// What was asked.
    pub manifest: StudyManifest,
    /// `study.toml`, as text.
    pub config: String,
    /// Arms over one book, weekday and window.
    pub books: Vec<BookRow>,
    /// Arms in one window.
    pub years: Vec<YearRow>,
    /// Arms over all years.
    pub answers: Vec<AnswerRow>,
    /// The frontier.
    pub frontier: Vec<FrontierRow>,
    /// Named falls.
    pub crashes: Vec<CrashRow>,
    /// Claims.
    pub verdicts: Vec<VerdictRow>,
    /// Arms over all worlds.
    pub world_answers: Vec<WorldAnswerRow>,
    /// How likely something is.
    pub world_chances: Vec<WorldChanceRow>,
    /// How likely it is for a hedge that is worth nothing.
    pub world_control: Vec<WorldControlRow>,
    /// How real worlds look.
    pub realism: Vec<RealismRow>,
    /// Files that are not what the manifest says.
    pub doubts: Vec<String>,
}

impl StudyFolder {
    /// Reads a study folder. A missing or wrong file is an error that says what and where.
    ///
    /// # Errors
    /// Where a file is missing or wrong.
    pub fn read(dir: &Path) -> Result<StudyFolder, ReadError> {
        let mut files = FolderFiles::on_disk(dir, NEEDED);
        let text = files.text("manifest.json")?;
        tables::seal::check(&text)?;
        let manifest: StudyManifest =
            serde_json::from_str(&text).map_err(|error| ReadError::Manifest {
                file: "manifest.json".to_owned(),
                message: crate::text::one_line(&error.to_string()),
            })?;
        files.hashes.clone_from(&manifest.files);
        let mut found = StudyFolder {
            config: files.text("study.toml")?,
            books: files.rows(|_, row| Ok(row))?,
            years: files.rows(|_, row| Ok(row))?,
            answers: files.rows(|_, row| Ok(row))?,
            frontier: files.maybe(|_, row| Ok(row))?.unwrap_or_default(),
            crashes: files.maybe(|_, row| Ok(row))?.unwrap_or_default(),
            verdicts: files.maybe(|_, row| Ok(row))?.unwrap_or_default(),
            world_answers: files.maybe(|_, row| Ok(row))?.unwrap_or_default(),
            world_chances: files.maybe(|_, row| Ok(row))?.unwrap_or_default(),
            world_control: files.maybe(|_, row| Ok(row))?.unwrap_or_default(),
            realism: files.maybe(|_, row| Ok(row))?.unwrap_or_default(),
            doubts: Vec::new(),
            manifest,
        };
        let changed = files.changed.iter();
        found.doubts = changed
            .map(|file| format!("{file} is not the file this study wrote: its sha256 differs."))
            .collect();
        Ok(found)
    }

    /// Names of the hedged arms.
    pub fn arms(&self) -> impl Iterator<Item = &str> {
        self.manifest.arms.iter().map(|arm| arm.name.as_str())
    }

    /// An arm's name for people: its title, where no other has the same one.
    pub fn label(&self, arm: &str) -> String {
        let title = |named: &Named| named.title.trim().to_owned();
        let arms = &self.manifest.arms;
        let own = arms.iter().find(|named| named.name == arm).map(title);
        match own.filter(|own| !own.is_empty()) {
            Some(own) if arms.iter().filter(|named| title(named) == own).count() == 1 => own,
            _ => arm.to_owned(),
        }
    }

    /// The first cell of an arm's row.
    pub fn cell(&self, arm: &str) -> Cell {
        Cell::text(self.label(arm)).styled(self.style(arm))
    }

    /// The look of an arm; black is the condors alone.
    pub fn style(&self, arm: &str) -> Style {
        let place = self.arms().position(|name| name == arm);
        Style::plain(place.map_or(0, |place| place + 1))
    }

    /// A number of an arm over all years.
    pub fn answer(&self, arm: &str, measure: &str) -> Option<&AnswerRow> {
        let is_wanted = |row: &&AnswerRow| row.arm == arm && row.measure == measure;
        self.answers.iter().find(is_wanted)
    }

    /// A number of an arm in a window.
    pub fn year(&self, arm: &str, measure: &str, window: &str) -> Option<&YearRow> {
        let is_wanted =
            |row: &&YearRow| row.arm == arm && row.measure == measure && row.window == window;
        self.years.iter().find(is_wanted)
    }

    /// A number of an arm over all worlds.
    pub fn world_answer(&self, arm: &str, measure: &str) -> Option<&WorldAnswerRow> {
        let is_wanted =
            |row: &&WorldAnswerRow| row.arm == arm && row.measure == measure && row.among == ALL;
        self.world_answers.iter().find(is_wanted)
    }

    /// How likely something is of an arm, among all worlds.
    pub fn chance(&self, arm: &str, question: &str) -> Option<&WorldChanceRow> {
        let is_wanted =
            |row: &&WorldChanceRow| row.arm == arm && row.question == question && row.among == ALL;
        self.world_chances.iter().find(is_wanted)
    }

    /// The windows that are calendar years.
    pub fn year_windows(&self) -> impl Iterator<Item = &StudySpan> {
        self.manifest.windows.iter().filter(|window| window.is_year)
    }
}
