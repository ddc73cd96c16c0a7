//! The books of a study, by a rule that knows no result.
//!
//! A book is one condor policy. The rule crosses days to expiry with ways of leaving; named policies stand beside it. All
//! are sized alike: what is open at once can lose the same share of the capital, whatever the days. Or the books are trade
//! logs, each with the days, the contracts and the prices of its own trades.

use std::collections::BTreeMap;

use chrono::Weekday;
use policy::condor::{Cadence, Condor, LongWing, MonthDay, Size, Wing};
use policy::rule::{ExitRule, ExpiryRule, Underlying};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use signals::key_error::{KeyError, check_range};

use crate::door::check_count;
use crate::logs;

/// The books of a study.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Books {
    /// What the condors open at once may lose at most, in percent of the starting capital. An entry risks
    /// this times the days between entries over the days to expiry. Not said of trade logs, which have their own contracts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concurrent_max_loss_pct: Option<f64>,
    /// Policies of `configs/policies`, traded on every weekday and sized like the others; or nothing but trade logs,
    /// `log:FILE.csv`.
    #[serde(default)]
    pub named: Vec<String>,
    /// Books by rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<BookRule>,
}

/// Weekly condors of the same deltas: every number of days with every way of leaving.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BookRule {
    /// Calendar days to expiry; the nearest listed expiry is taken, at most half as many days away.
    pub days: Vec<i64>,
    /// Absolute delta of the short strikes.
    pub short_delta: f64,
    /// Absolute delta of the long strikes.
    pub long_delta: f64,
    /// Greatest distance from a wanted delta.
    pub delta_tolerance: f64,
    /// The ways of leaving.
    pub exits: Vec<BookExit>,
    /// `managed`: share of the credit at which a condor is closed.
    pub profit_target: f64,
    /// `managed`: days to expiry at which a condor of 30 days or more is closed; a shorter one after half of its life.
    pub out_at_days: i64,
}

/// A way of leaving.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BookExit {
    /// Held to settlement.
    Held,
    /// Closed at the profit target, or when the days are up.
    Managed,
}

/// A managed condor of fewer days is left after half of its life.
const SHORT_DAYS: i64 = 30;
/// Most named books, and most numbers of days.
const MOST_BOOKS: usize = 200;
/// Days between two entries of a monthly book, for its size.
const MONTH_DAYS: f64 = 30.0;

/// One book.
#[derive(Clone, Debug, PartialEq)]
pub struct Book {
    /// Name in every table.
    pub name: String,
    /// In a few words.
    pub title: String,
    condor: Condor,
}

impl Book {
    /// Whether its entries have days of their own: those of a trade log, or of a trigger on any session.
    pub fn has_own_days(&self) -> bool {
        self.condor.entry == Cadence::Session
    }

    /// Its condor when entries fall on a weekday, where it has no days of its own.
    pub fn on(&self, weekday: Weekday) -> Condor {
        let entry = match self.condor.entry {
            Cadence::Session => Cadence::Session,
            Cadence::Month { on } => Cadence::Month {
                on: MonthDay::in_week_of_third_friday(weekday).unwrap_or(on),
            },
            Cadence::Week { .. } => Cadence::Week { weekday },
        };
        Condor {
            entry,
            ..self.condor.clone()
        }
    }
}

impl Books {
    /// The books, those of the rule first, days by days; `condors` are the named policies.
    ///
    /// # Errors
    /// Where a named policy is missing, enters neither weekly nor monthly, or a book fails the checks of a policy.
    pub fn all(&self, condors: &BTreeMap<String, Condor>) -> Result<Vec<Book>, KeyError> {
        let mut books = Vec::new();
        if let (Some(rule), Some(pct)) = (&self.rule, self.concurrent_max_loss_pct) {
            for days in &rule.days {
                books.extend(rule.exits.iter().map(|exit| rule.book(*days, *exit, pct)));
            }
        }
        for (name, tier) in self.named.iter().zip(self.tiers()) {
            let condor = condors
                .get(&tier)
                .ok_or_else(|| KeyError::at("books.named", format!("no condor policy {name:?}")))?;
            books.push(match self.concurrent_max_loss_pct {
                Some(pct) => named_book(condor, pct)?,
                None => Book {
                    name: condor.name.clone(),
                    title: condor.summary.clone(),
                    condor: condor.clone(),
                },
            });
        }
        if books.is_empty() {
            return Err(KeyError::at(
                "books",
                "neither named nor a rule with days and exits",
            ));
        }
        for (place, book) in books.iter().enumerate() {
            book.condor.check()?;
            if books[..place].iter().any(|other| other.name == book.name) {
                return Err(KeyError::at(
                    "books",
                    format!("two are called {:?}", book.name),
                ));
            }
        }
        Ok(books)
    }

    /// Whether the books are trade logs, which have days and contracts of their own.
    pub fn is_logged(&self) -> bool {
        self.named.iter().any(|name| logs::file_of(name).is_some())
    }

    /// The condor tiers of the named books, as a resolved run calls them.
    pub fn tiers(&self) -> Vec<String> {
        let tier = |name: &String| logs::file_of(name).map_or_else(|| name.clone(), logs::tier);
        self.named.iter().map(tier).collect()
    }

    pub(crate) fn check(&self) -> Result<(), KeyError> {
        check_count("books.named", self.named.len(), MOST_BOOKS)?;
        self.rule.iter().try_for_each(BookRule::check)?;
        const KEY: &str = "books.concurrent_max_loss_pct";
        if !self.is_logged() {
            let pct = self.concurrent_max_loss_pct.ok_or_else(|| {
                KeyError::at(
                    KEY,
                    "is missing; only trade logs have contracts of their own",
                )
            })?;
            return check_range(KEY, pct, 0.01, 100.0);
        }
        if self.concurrent_max_loss_pct.is_some() {
            return Err(KeyError::at(
                KEY,
                "the contracts of a trade log are its own: leave this key out",
            ));
        }
        let policy = self.named.iter().find(|name| logs::file_of(name).is_none());
        let beside = policy.map(|name| format!("{name:?}"));
        match beside.or(self.rule.as_ref().map(|_| "books.rule".to_string())) {
            None => Ok(()),
            Some(beside) => Err(KeyError::at(
                "books",
                format!(
                    "{beside} stands beside a trade log; books by rule are sized alike and enter by weekday, a log does \
                     neither, so a study has the one or the other"
                ),
            )),
        }
    }
}

/// A policy as a book, sized like the others.
fn named_book(condor: &Condor, concurrent_pct: f64) -> Result<Book, KeyError> {
    let ExpiryRule::Nearest {
        target_days,
        max_days,
        ..
    } = condor.expiry
    else {
        return Err(KeyError::at(
            "books.named",
            format!(
                "{:?} names no target_days, by which a book is sized",
                condor.name
            ),
        ));
    };
    let (between, longest) = match condor.entry {
        Cadence::Week { .. } => (7.0, max_days / 7 + 1),
        // Two are open between an entry early in the week of expiry and that expiry.
        Cadence::Month { .. } => (MONTH_DAYS.min(target_days as f64), 2),
        // How far apart entries are only the trigger knows: as many as may be open share what may be lost.
        Cadence::Session if condor.when.is_some() => {
            let most = condor.max_open.max(1) as f64;
            (target_days as f64 / most, condor.max_open as i64)
        }
        Cadence::Session => {
            return Err(KeyError::at(
                "books.named",
                format!(
                    "{:?} enters every session; a book enters weekly, monthly, or by a trigger (`when`)",
                    condor.name
                ),
            ));
        }
    };
    Ok(Book {
        name: condor.name.clone(),
        title: condor.summary.clone(),
        condor: Condor {
            size: size(concurrent_pct, between, target_days),
            max_open: usize::try_from(longest).unwrap_or(1),
            ..condor.clone()
        },
    })
}

/// The share of an entry, so that those open at once risk the same.
fn size(concurrent_pct: f64, between_days: f64, days: i64) -> Size {
    Size::MaxLoss {
        pct_of_start_capital: concurrent_pct * between_days / days as f64,
    }
}

impl BookRule {
    fn book(&self, days: i64, exit: BookExit, concurrent_pct: f64) -> Book {
        let wing = Wing {
            short_delta: self.short_delta,
            delta_tolerance: self.delta_tolerance,
            long: LongWing::Delta {
                delta: self.long_delta,
                tolerance: self.delta_tolerance,
            },
        };
        let half = days / 2;
        let is_short = days < SHORT_DAYS;
        let (word, exits) = match exit {
            BookExit::Held => ("held", Vec::new()),
            BookExit::Managed => ("managed", self.managed(is_short)),
        };
        let left = match exit {
            BookExit::Held => "held to settlement".to_string(),
            BookExit::Managed if is_short => format!(
                "closed at {} % of the credit or after half of its life",
                self.profit_target * 100.0
            ),
            BookExit::Managed => format!(
                "closed at {} % of the credit or {} days before expiry",
                self.profit_target * 100.0,
                self.out_at_days
            ),
        };
        let title = format!(
            "{days} days, {} and {} delta, {left}",
            self.short_delta * 100.0,
            self.long_delta * 100.0
        );
        let max_days = days + half;
        Book {
            name: format!("d{days:02}_{word}"),
            condor: Condor {
                name: format!("d{days:02}_{word}"),
                summary: title.clone(),
                underlying: Underlying::Spxw,
                entry: Cadence::Week {
                    weekday: Weekday::Fri,
                },
                expiry: ExpiryRule::Nearest {
                    target_days: days,
                    min_days: days - half,
                    max_days,
                },
                put: wing,
                call: wing,
                size: size(concurrent_pct, 7.0, days),
                min_credit_points: 0.0,
                max_open: usize::try_from(max_days / 7 + 1).unwrap_or(1),
                exit: exits,
                when: None,
                no_entry_when: None,
                widen: None,
                signals: BTreeMap::new(),
                triggers: BTreeMap::new(),
                log: None,
            },
            title,
        }
    }

    /// Closed at the profit target, or when the days are up.
    fn managed(&self, is_short: bool) -> Vec<ExitRule> {
        let out = match is_short {
            true => ExitRule::LifeElapsed { fraction: 0.5 },
            false => ExitRule::DaysToExpiry {
                at_most: self.out_at_days,
            },
        };
        let target = ExitRule::ProfitTarget {
            fraction_of_credit: self.profit_target,
        };
        vec![target, out]
    }

    fn check(&self) -> Result<(), KeyError> {
        check_count("books.rule.days", self.days.len(), MOST_BOOKS)?;
        check_count("books.rule.exits", self.exits.len(), 2)?;
        for days in &self.days {
            check_range("books.rule.days", *days as f64, 2.0, 200.0)?;
        }
        check_range("books.rule.short_delta", self.short_delta, 0.01, 0.49)?;
        let most = self.short_delta - 0.005;
        check_range("books.rule.long_delta", self.long_delta, 0.005, most)?;
        check_range("books.rule.profit_target", self.profit_target, 0.01, 1.0)?;
        let out = self.out_at_days as f64;
        check_range("books.rule.out_at_days", out, 0.0, 365.0)
    }
}
