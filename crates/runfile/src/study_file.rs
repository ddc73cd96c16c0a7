//! A study as its file says it: books made by a rule, weekdays, windows and arms, each book on each weekday in each
//! window under each arm.

use std::collections::BTreeMap;

use chrono::{NaiveDate, Weekday};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use signals::key_error::{KeyError, check_range};
use toml::{Table, Value};

use crate::ConfigError;
use crate::book_rule::Books;
use crate::config::Window;
use crate::door::{self, check_count};
use crate::study_claim::{StudyClaim, StudyMeasure};
use crate::study_worlds::StudyWindows;

/// A study file. In a study folder the run stands in the file itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StudyFile {
    /// Name of the study and prefix of its folder.
    pub name: String,
    /// Capital at the start of each window `[USD]`.
    pub starting_capital_usd: f64,
    /// Weekdays of entry; every book is traded on each of them. Not said where the books have days of their own: trade logs,
    /// and condors entered by a trigger on any session.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<String>")]
    pub weekdays: Vec<Weekday>,
    /// Hedge policies, in order; the first is the unhedged one.
    pub arms: Vec<String>,
    /// Policies that only answer claims: in no table but that of the verdicts.
    #[serde(default)]
    pub claim_arms: Vec<String>,
    /// Which calendar years are windows of their own.
    pub years: Years,
    /// Whether all these years are replayed in one piece as well.
    #[serde(default)]
    pub whole: bool,
    /// Prices of years that begin before this day are indicative.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub indicative_before: Option<NaiveDate>,
    /// How far the error of the price model can move those years.
    #[serde(default, skip_serializing_if = "PriceBand::is_none")]
    pub price_band: PriceBand,
    /// The books.
    pub books: Books,
    /// The budgets of the frontier.
    #[serde(default)]
    pub frontier: Frontier,
    /// The control at random dates.
    pub random_dates: RandomDates,
    /// How intervals are made.
    pub inference: StudyInference,
    /// Further windows, or worlds.
    #[serde(default, skip_serializing_if = "StudyWindows::is_none")]
    pub windows: StudyWindows,
    /// Spans that hold a fall of the S&P 500 each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub crashes: Vec<Window>,
    /// Arms that are a policy with one key changed.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub variants: BTreeMap<String, StudyVariant>,
    /// What the study is asked, by a name of its own.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub claims: BTreeMap<String, StudyClaim>,
    /// Settings of the run, by dotted key.
    #[serde(default, skip_serializing_if = "Table::is_empty")]
    #[schemars(with = "BTreeMap<String, serde_json::Value>")]
    pub set: Table,
    /// Path of a run file, from this file's folder, of which execution, model and policies are taken; or the run itself.
    #[schemars(with = "serde_json::Value")]
    pub run: Value,
}

/// Which calendar years are windows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Years {
    /// `"all"`: every year the dataset holds whole, which is 240 sessions or more.
    All(AllYears),
    /// These.
    Listed(Vec<i32>),
}

/// The word `all`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AllYears {
    /// Every whole year.
    All,
}

/// The budgets at which every arm is replayed once more.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Frontier {
    /// Fractions of the credit received; with none there is no frontier.
    pub budgets: Vec<f64>,
}

/// The control that buys what an arm bought on sessions drawn at random.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RandomDates {
    /// Draws for each book, weekday, window and arm; 0 leaves the control out.
    pub draws: usize,
    /// Seed of all draws.
    pub seed: u64,
}

/// Worlds in which the price model is off by the error of each era, for years whose prices are indicative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PriceBand {
    /// Worlds; with none there is no band.
    pub worlds: usize,
    /// Seed of their errors.
    pub seed: u64,
}

impl PriceBand {
    fn is_none(&self) -> bool {
        *self == PriceBand::default()
    }
}

/// How intervals are made.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StudyInference {
    /// Coverage of every interval.
    pub level: f64,
    /// Draws of the two-stage bootstrap.
    pub draws: usize,
    /// Draws of the interval within one window, book and weekday.
    pub window_draws: usize,
    /// Mean length of a block `[sessions]`.
    pub mean_block_sessions: f64,
    /// Seed of the draws.
    pub seed: u64,
}

/// A policy with one key changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StudyVariant {
    /// The policy.
    pub of: String,
    /// Dotted key of its file.
    pub key: String,
    /// The value.
    #[schemars(with = "serde_json::Value")]
    pub level: Value,
}

impl StudyFile {
    /// Reads a study file called `file` in messages.
    ///
    /// # Errors
    /// Where it is not TOML, has a wrong key, or holds a number outside of what is allowed.
    pub fn parse(file: &str, text: &str) -> Result<StudyFile, ConfigError> {
        let found: StudyFile = door::read(file, text)?;
        found
            .check()
            .map_err(|error| ConfigError::of(file, error))?;
        Ok(found)
    }

    /// Every arm that is named: of the tables, of the claims, and what variants are of.
    pub fn policies(&self) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        let variants = self.variants.values().map(|variant| &variant.of);
        for name in self.arms.iter().chain(&self.claim_arms).chain(variants) {
            if !self.variants.contains_key(name) && !all.contains(name) {
                all.push(name.clone());
            }
        }
        all
    }

    fn check(&self) -> Result<(), KeyError> {
        if self.name.is_empty()
            || !self
                .name
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
        {
            return Err(KeyError::Between(format!(
                "name {:?} may hold only letters, digits, - and _",
                self.name
            )));
        }
        check_range("starting_capital_usd", self.starting_capital_usd, 1e3, 1e12)?;
        self.check_weekdays()?;
        self.check_logs()?;
        if self.arms.len() < 2 {
            return Err(KeyError::at(
                "arms",
                "the unhedged arm and at least one other are needed, the unhedged one first",
            ));
        }
        check_count("arms, claim_arms", self.all_arms().count(), MOST_NAMED)?;
        check_count("variants", self.variants.len(), MOST_NAMED)?;
        check_count("claims", self.claims.len(), MOST_NAMED)?;
        check_count(
            "frontier.budgets",
            self.frontier.budgets.len(),
            MOST_BUDGETS,
        )?;
        for (place, name) in self.all_arms().enumerate() {
            if self.all_arms().take(place).any(|other| other == name) {
                return Err(KeyError::at(
                    "arms, claim_arms",
                    format!("{name:?} is named twice"),
                ));
            }
        }
        self.books.check()?;
        for budget in &self.frontier.budgets {
            check_range("frontier.budgets", *budget, 0.0, 5.0)?;
        }
        check_range(
            "random_dates.draws",
            self.random_dates.draws as f64,
            0.0,
            1e4,
        )?;
        check_range("price_band.worlds", self.price_band.worlds as f64, 0.0, 1e4)?;
        let i = &self.inference;
        check_range("inference.level", i.level, 0.5, 0.999)?;
        check_range("inference.draws", i.draws as f64, 100.0, 1e6)?;
        check_range("inference.window_draws", i.window_draws as f64, 0.0, 1e6)?;
        check_range(
            "inference.mean_block_sessions",
            i.mean_block_sessions,
            1.0,
            1000.0,
        )?;
        check_spans("windows", self.windows.named())?;
        if let Some(worlds) = self.windows.worlds() {
            worlds.check()?;
        }
        check_spans("crashes", &self.crashes)?;
        let known: Vec<&String> = self.all_arms().collect();
        self.claims
            .iter()
            .try_for_each(|(name, claim)| claim.check(&format!("claims.{name}"), &known))
    }

    /// The arms of the tables, then those of the claims.
    pub fn all_arms(&self) -> impl Iterator<Item = &String> {
        self.arms.iter().chain(&self.claim_arms)
    }

    fn check_weekdays(&self) -> Result<(), KeyError> {
        for (place, weekday) in self.weekdays.iter().enumerate() {
            if matches!(weekday, Weekday::Sat | Weekday::Sun) {
                return Err(KeyError::at(
                    "weekdays",
                    format!("{weekday}, allowed is mon to fri"),
                ));
            }
            if self.weekdays[..place].contains(weekday) {
                return Err(KeyError::at(
                    "weekdays",
                    format!("{weekday} is named twice"),
                ));
            }
        }
        Ok(())
    }

    /// What has no meaning for trades that were made once, on days of their own.
    fn check_logs(&self) -> Result<(), KeyError> {
        if !self.books.is_logged() {
            return Ok(());
        }
        if self.windows.worlds().is_some() {
            return Err(KeyError::at(
                "windows.worlds",
                "the trades of a log were made in one history; worlds need condors made by a policy",
            ));
        }
        let mut claims = self.claims.iter();
        let by_weekday = claims
            .find(|(_, claim)| matches!(claim.measure, StudyMeasure::WeekdayDispersion { .. }));
        match by_weekday {
            None => Ok(()),
            Some((name, _)) => Err(KeyError::at(
                format!("claims.{name}.measure"),
                "compares weekdays of entry; the trades of a log have days of their own",
            )),
        }
    }
}

/// Most windows, and most falls.
const MOST_SPANS: usize = 500;
/// Most arms, variants and claims.
const MOST_NAMED: usize = 500;
/// Most budgets of the frontier.
const MOST_BUDGETS: usize = 100;

fn check_spans(key: &str, spans: &[Window]) -> Result<(), KeyError> {
    check_count(key, spans.len(), MOST_SPANS)?;
    for (place, span) in spans.iter().enumerate() {
        if spans[..place].iter().any(|other| other.name == span.name) {
            return Err(KeyError::at(key, format!("two are called {:?}", span.name)));
        }
        if span.first >= span.last {
            return Err(KeyError::at(
                format!("{key}.{}", span.name),
                format!("first {} must be before last {}", span.first, span.last),
            ));
        }
    }
    Ok(())
}
