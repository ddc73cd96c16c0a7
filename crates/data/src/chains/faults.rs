//! What is wrong with quotes, counted per file at import. Nothing is dropped here: a run refuses what it cannot trade at.
//!
//! | code | counts |
//! | --- | --- |
//! | `chain_crossed` | a bid above the ask; never a price |
//! | `chain_no_ask` | no ask, or one of zero, beside a bid: one-sided |
//! | `chain_no_bid` | an ask without a bid shown, which is not a bid of zero: one-sided |
//! | `chain_unquoted` | neither side |
//! | `chain_zero_bid` | a bid of zero: nobody buys, the option can be bought only |
//! | `chain_unchanged` | both sides as at the close of the session before, though the option is worth a point: perhaps stale; from 2018 on |
//! | `chain_contradictory` | a bid or ask that pays for nothing beside another strike's, whatever the index does; a run leaves it out |
//! | `chain_wide` | a width above half of the middle, of an option offered at two points or more |
//! | `chain_off_neighbours` | a bid or ask beyond those of both neighbouring strikes by a quarter and a point |
//! | `chain_off_close` | closing quotes beside a level of the index more than 1 % off its close |
//! | `chain_twice` | an expiry that an earlier file already brought for the same moment; left out |
//! | `chain_contract_twice` | a contract twice at one moment in one file, with the same prices, or as a column map decides; one is kept |
//! | `chain_weekend_row`, `chain_holiday_row` | quotes of a day without a session; left out |
//! | `chain_expired` | quotes of a contract after its expiry; left out |
//! | `chain_root_unknown` | an option that does not say when it settles; left out |

use std::collections::BTreeMap;

use chrono::NaiveDate;
use market::calendar::Calendar;

use super::ChainQuote;
use crate::check::{Finding, Severity};

/// Cases of a finding that are told after the first one.
const FURTHER: usize = 20;
/// Width over the sum of bid and ask, and the ask (points), from which on a quote is wide: few true ones are.
const WIDE: (f64, f64) = (0.25, 2.0);
/// Below this bid (points) an option may well be quoted the same two days in a row.
const WORTH: f64 = 1.0;

/// Counts of one file, and the closes of the session before.
#[derive(Default)]
pub(crate) struct Faults {
    file: String,
    of_file: BTreeMap<&'static str, Finding>,
    done: Vec<Finding>,
    closes: Closes,
}

impl Faults {
    /// What follows comes from this file.
    pub fn begin(&mut self, file: &str) {
        self.done
            .extend(std::mem::take(&mut self.of_file).into_values());
        self.file = file.to_string();
    }

    /// Counts something on a day; the message of the first day stays.
    pub fn count(
        &mut self,
        severity: Severity,
        code: &'static str,
        day: NaiveDate,
        message: impl FnOnce() -> String,
    ) {
        let known = self.of_file.entry(code).or_insert_with(|| Finding {
            severity,
            code: code.to_string(),
            series: self.file.clone(),
            count: 0,
            first: Some(day),
            last: Some(day),
            message: String::new(),
            further: Vec::new(),
        });
        if known.count == 0 || Some(day) < known.first {
            known.message = message();
        } else if severity == Severity::Warning && known.further.len() < FURTHER {
            known.further.push(message());
        }
        known.count += 1;
        known.first = known.first.min(Some(day));
        known.last = known.last.max(Some(day));
    }

    /// Counts something of a file that may not be the one being read.
    pub fn count_for(
        &mut self,
        file: &str,
        code: &str,
        day: NaiveDate,
        message: impl FnOnce() -> String,
    ) {
        if let Some(known) = self
            .done
            .iter_mut()
            .find(|f| f.series == file && f.code == code)
        {
            known.count += 1;
            known.first = known.first.min(Some(day));
            known.last = known.last.max(Some(day));
            if known.further.len() < FURTHER {
                known.further.push(message());
            }
            return;
        }
        self.done.push(Finding {
            severity: Severity::Warning,
            code: code.into(),
            series: file.into(),
            count: 1,
            first: Some(day),
            last: Some(day),
            message: message(),
            further: Vec::new(),
        });
    }

    /// Counts what is wrong with a quote.
    pub fn inspect(&mut self, quote: &ChainQuote) {
        let bid = quote.bid;
        let ask = quote.ask.filter(|ask| *ask > 0.0);
        let (code, severity, words) = match (bid, ask) {
            (Some(b), Some(a)) if b > a => (
                "chain_crossed",
                Severity::Warning,
                "a bid up to the ask; never a price",
            ),
            (Some(0.0), Some(_)) => (
                "chain_zero_bid",
                Severity::Info,
                "a bid above zero to sell at; it is bought only",
            ),
            (None, Some(_)) => ("chain_no_bid", Severity::Info, "two sides; never a price"),
            (Some(b), None) if b > 0.0 => {
                ("chain_no_ask", Severity::Info, "two sides; never a price")
            }
            (_, None) => ("chain_unquoted", Severity::Info, "two sides; never a price"),
            (Some(b), Some(a)) if self.closes.is_unchanged(quote, b, a) => (
                "chain_unchanged",
                Severity::Warning,
                "other quotes than at the close of the session before; kept",
            ),
            (Some(b), Some(a)) if a >= WIDE.1 && a - b > WIDE.0 * (a + b) => (
                "chain_wide",
                Severity::Info,
                "a width up to half of the middle; kept",
            ),
            _ => return,
        };
        self.count(severity, code, quote.quote_date, || {
            format!("{}, allowed: {words}", found(quote))
        });
    }

    /// The findings of all files.
    pub fn into_vec(mut self) -> Vec<Finding> {
        self.begin("");
        self.done
    }
}

/// A quote in words.
pub(super) fn found(quote: &ChainQuote) -> String {
    let right = if quote.is_call { "C" } else { "P" };
    let side = |value: Option<f64>| value.map_or("none".to_string(), |v| v.to_string());
    format!(
        "{} {} {} {} {right}: found bid {}, ask {}",
        quote.quote_date,
        quote.root,
        quote.expiry,
        quote.strike,
        side(quote.bid),
        side(quote.ask)
    )
}

/// The closing quotes last seen of every contract that has not expired.
#[derive(Default)]
struct Closes {
    last: BTreeMap<Contract, (NaiveDate, f64, f64)>,
    names: Vec<String>,
    today: NaiveDate,
    before: Option<NaiveDate>,
}

/// Place of the root among those seen, expiry, call or put, and the strike in ten-thousandths.
type Contract = (usize, NaiveDate, bool, i64);

impl Closes {
    fn is_unchanged(&mut self, quote: &ChainQuote, bid: f64, ask: f64) -> bool {
        if quote.kind != "eod" || bid < WORTH {
            return false;
        }
        if quote.quote_date != self.today {
            self.today = quote.quote_date;
            self.before = Calendar::nyse().previous(self.today);
            let today = self.today;
            self.last.retain(|(_, expiry, ..), _| *expiry >= today);
        }
        let key = (
            self.id(&quote.root),
            quote.expiry,
            quote.is_call,
            (quote.strike * 1e4).round() as i64,
        );
        let before = self.last.insert(key, (self.today, bid, ask));
        before.is_some_and(|(date, b, a)| Some(date) == self.before && (b, a) == (bid, ask))
    }

    fn id(&mut self, root: &str) -> usize {
        self.names
            .iter()
            .position(|n| n == root)
            .unwrap_or_else(|| {
                self.names.push(root.to_string());
                self.names.len() - 1
            })
    }
}
