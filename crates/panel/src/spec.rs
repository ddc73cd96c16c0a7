//! A study as its file says it, resolved and checked.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate, Weekday};
use market::price::Money;
use policy::arm::Arm;
use policy::condor::Condor;
use policy::hedge::Hedge;
use runfile::book_rule::Book;
use runfile::claims::{Claims, Variant};
use runfile::config::RunConfig;
use runfile::study_claim::{StudyMeasure, StudyYield};
use runfile::study_file::{StudyFile, Years};
use runfile::{ConfigError, KeyError};

mod checks;
use checks::{check_weekdays, check_words};

/// Sessions a calendar year must have to be a window of its own.
const WHOLE_YEAR: usize = 240;

/// A resolved study in which nothing needs checking any more.
#[derive(Clone, Debug)]
pub struct StudyConfig {
    /// The file with its run inside.
    pub file: StudyFile,
    /// The run: execution, model and policies.
    pub base: RunConfig,
    /// The condor books.
    pub books: Vec<Book>,
    /// The hedges, the unhedged one first, those that only answer claims last.
    pub hedges: Vec<Hedge>,
}

/// A span of sessions that is replayed from flat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StudyWindow {
    /// Name in every table.
    pub name: String,
    /// The calendar year, if it is one: those are the sample.
    pub year: Option<i32>,
    /// First day.
    pub first: NaiveDate,
    /// Last day.
    pub last: NaiveDate,
    /// Whether its prices are indicative only.
    pub indicative: bool,
}

/// The windows a dataset allows, and those it does not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Windows {
    /// In order: years, the years in one piece, the named ones.
    pub all: Vec<StudyWindow>,
    /// What was left out, and why.
    pub left_out: Vec<String>,
}

impl StudyConfig {
    /// Puts a file and its run together; `file` names it in messages.
    ///
    /// # Errors
    /// The first thing that is wrong, with its key.
    pub fn new(
        mut spec: StudyFile,
        base: RunConfig,
        file: &str,
    ) -> Result<StudyConfig, ConfigError> {
        let wrong = |error: KeyError| ConfigError::of(file, error);
        base.check_part_of("a study").map_err(wrong)?;
        let base = bare(base);
        let books = spec.books.all(&base.condors).map_err(wrong)?;
        check_weekdays(&spec, &books).map_err(wrong)?;
        let hedges = spec
            .all_arms()
            .map(|name| hedge(&spec, &base, name))
            .collect::<Result<Vec<Hedge>, KeyError>>()
            .map_err(wrong)?;
        if !hedges[0].layers.is_empty() {
            return Err(wrong(KeyError::at(
                "arms",
                "the first arm must be one without layers, which the others are compared with",
            )));
        }
        check_words(&spec, &hedges).map_err(wrong)?;
        spec.set = toml::Table::new();
        spec.run = base.to_value();
        Ok(StudyConfig {
            file: spec,
            base,
            books,
            hedges,
        })
    }

    /// The text a study folder stores, and whose hash names it.
    pub fn to_toml(&self) -> String {
        toml::to_string(&self.file).expect("a configuration is plain data")
    }

    /// Capital at the start of each window.
    pub fn capital(&self) -> Money {
        Money::from_usd(self.file.starting_capital_usd)
    }

    /// Number of hedged arms in the tables; those after them only answer claims.
    pub fn shown(&self) -> usize {
        self.file.arms.len() - 1
    }

    /// Names of the hedged arms, those that only answer claims last.
    pub fn arm_names(&self) -> Vec<&str> {
        self.hedges[1..]
            .iter()
            .map(|hedge| hedge.name.as_str())
            .collect()
    }

    /// Hedged arms of which a claim asks what became of single purchases: these are replayed once more with a journal.
    pub(crate) fn told_of_purchases(&self) -> Vec<&str> {
        let asks = |name: &&str| {
            self.file.claims.values().any(|claim| match &claim.measure {
                StudyMeasure::PrematureUnwinds { arm, against, .. } => {
                    arm == name || against == name
                }
                StudyMeasure::LayerYield { arm, of, .. } => *of == StudyYield::Irr && arm == name,
                _ => false,
            })
        };
        self.arm_names().into_iter().filter(asks).collect()
    }

    /// Weekdays of entry. A book with days of its own stands in one place, whose weekday means nothing.
    pub fn weekdays(&self) -> &[Weekday] {
        match self.file.weekdays.as_slice() {
            [] => &[Weekday::Mon],
            days => days,
        }
    }

    /// A weekday as the tables write it; nothing where books have days of their own.
    pub fn weekday_name(&self, weekday: Weekday) -> String {
        match self.file.weekdays.is_empty() {
            true => String::new(),
            false => weekday.to_string().to_lowercase(),
        }
    }

    /// The arms over one book on one weekday, the unhedged one first.
    pub fn arms(&self, book: usize, weekday: Weekday) -> Vec<Arm> {
        let condors = [self.books[book].on(weekday)];
        self.hedges
            .iter()
            .map(|hedge| Arm::new(&condors, hedge))
            .collect()
    }

    /// Most calendar days to expiry any book or arm can ask for.
    pub fn horizon_days(&self) -> i64 {
        (0..self.books.len())
            .map(|book| {
                let arms = self.arms(book, self.weekdays()[0]);
                arms.iter().map(Arm::horizon_days).max().unwrap_or(0)
            })
            .max()
            .unwrap_or(0)
    }

    /// The windows that sessions of a dataset allow.
    pub fn windows(&self, sessions: &[NaiveDate]) -> Windows {
        let mut found = Windows::default();
        let mut by_year: BTreeMap<i32, Vec<NaiveDate>> = BTreeMap::new();
        for session in sessions {
            by_year.entry(session.year()).or_default().push(*session);
        }
        let wanted: Vec<i32> = match &self.file.years {
            Years::All(_) => by_year.keys().copied().collect(),
            Years::Listed(years) => years.clone(),
        };
        for year in wanted {
            let own = by_year.get(&year).map_or(&[][..], Vec::as_slice);
            match own {
                [first, .., last] if own.len() >= WHOLE_YEAR => {
                    let window = self.window(year.to_string(), *first, *last);
                    found.all.push(StudyWindow {
                        year: Some(year),
                        ..window
                    });
                }
                _ => found.left_out.push(format!(
                    "{year}: the dataset has {} of its sessions, a year needs {WHOLE_YEAR}",
                    own.len()
                )),
            }
        }
        let years = found.all.first().zip(found.all.last());
        if let Some((first, last)) = years.filter(|_| self.file.whole && found.all.len() > 1) {
            let name = format!("{}-{}", first.name, last.name);
            found.all.push(self.window(name, first.first, last.last));
        }
        for window in self.file.windows.named() {
            let is_named = |known: &&StudyWindow| known.name == window.name;
            if found.all.iter().any(|known| is_named(&known)) {
                continue;
            }
            match covers(sessions, window.first, window.last) {
                true => {
                    let name = window.name.clone();
                    found.all.push(self.window(name, window.first, window.last));
                }
                false => found.left_out.push(format!(
                    "{}: {} to {} is not inside the dataset",
                    window.name, window.first, window.last
                )),
            }
        }
        if let Some(worlds) = self.file.windows.worlds() {
            let known = |real: &StudyWindow, known: &StudyWindow| {
                (known.first, known.last) == (real.first, real.last)
            };
            match self.real_spans(sessions).pop() {
                Some(real) if found.all.iter().any(|other| known(&real, other)) => {}
                Some(real) => found.all.push(real),
                None => found.left_out.push(format!(
                    "windows.years is {0}: the dataset holds no {0} whole calendar years in a row",
                    worlds.years
                )),
            }
        }
        found
    }

    /// As many whole calendar years as a world has, one after the other, as often as the dataset holds them; the last of
    /// these spans lends worlds its sessions. None where the study draws no worlds.
    pub fn real_spans(&self, sessions: &[NaiveDate]) -> Vec<StudyWindow> {
        let Some(worlds) = self.file.windows.worlds() else {
            return Vec::new();
        };
        let mut whole: Vec<(i32, NaiveDate, NaiveDate)> = Vec::new();
        for year in sessions.chunk_by(|a, b| a.year() == b.year()) {
            if let ([first, .., last], true) = (year, year.len() >= WHOLE_YEAR) {
                whole.push((first.year(), *first, *last));
            }
        }
        let spans = whole.windows(worlds.years.max(1));
        spans
            .map(|years| {
                let ((first_year, first, _), (last_year, _, last)) =
                    (years[0], years[years.len() - 1]);
                let name = match first_year == last_year {
                    true => first_year.to_string(),
                    false => format!("{first_year}-{last_year}"),
                };
                self.window(name, first, last)
            })
            .collect()
    }

    fn window(&self, name: String, first: NaiveDate, last: NaiveDate) -> StudyWindow {
        let before = self.file.indicative_before;
        StudyWindow {
            name,
            year: None,
            first,
            last,
            indicative: before.is_some_and(|day| first < day),
        }
    }
}

/// Whether a span lies inside the sessions, give or take the days without one at either end.
pub(crate) fn covers(sessions: &[NaiveDate], first: NaiveDate, last: NaiveDate) -> bool {
    const CLOSED_DAYS: i64 = 4;
    sessions
        .first()
        .zip(sessions.last())
        .is_some_and(|(from, to)| {
            (*from - first).num_days() <= CLOSED_DAYS && (last - *to).num_days() <= CLOSED_DAYS
        })
}

/// The policy of an arm: one of the run, or a variant of one.
fn hedge(spec: &StudyFile, base: &RunConfig, name: &str) -> Result<Hedge, KeyError> {
    let policy = |name: &str| {
        base.policies
            .get(name)
            .ok_or_else(|| KeyError::at("arms", format!("no policy {name:?}")))
    };
    let Some(variant) = spec.variants.get(name) else {
        return policy(name).cloned();
    };
    let member = Variant {
        of: variant.of.clone(),
        key: variant.key.clone(),
        levels: Vec::new(),
    };
    let made = member
        .member(policy(&variant.of)?, &variant.level)
        .map_err(|error| {
            let place = format!("variants.{name}.{}", variant.key);
            KeyError::at(place, error.to_string())
        })?;
    Ok(Hedge {
        name: name.to_string(),
        ..made
    })
}

/// The run without what a study does not read: so the same cell has the same key in every study.
fn bare(mut config: RunConfig) -> RunConfig {
    config.equal_spend_twins = false;
    config.bands.atm_shift.clear();
    config.bands.psi_factor.clear();
    config.bands.half_spread_fraction.clear();
    config.price_errors.worlds = 0;
    config.other_condors.clear();
    config.claims = Claims::default();
    config.benchmarks.clear();
    config
}

/// What decides a cell besides data and engine, for its key: execution, model, what stands in for missing series, which
/// doubted values count, condor and hedges.
pub(crate) fn decisive(config: &RunConfig, condor: &Condor, hedges: &[Hedge]) -> Vec<Vec<u8>> {
    let text = |value: &serde_json::Value| value.to_string().into_bytes();
    // Plain data with keys in a fixed order; a number that is not finite never passes the checks.
    let value = |value: serde_json::Result<serde_json::Value>| value.expect("plain data");
    vec![
        text(&value(serde_json::to_value(&config.execution))),
        text(&value(serde_json::to_value(&config.model))),
        text(&value(serde_json::to_value(&config.stand_ins))),
        text(&value(serde_json::to_value(config.data))),
        text(&value(serde_json::to_value(condor))),
        text(&value(serde_json::to_value(hedges))),
    ]
}
