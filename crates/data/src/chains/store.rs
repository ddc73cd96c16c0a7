//! The chain store: a folder with one Parquet file per session.
//!
//! Writing holds a bounded number of quotes; a session met again later, in another file, is read back and continued.
//! Quotes of one session, expiry and moment come from one file: a second file with the same is left out and counted.

mod reading;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::{Datelike, NaiveDate};

use super::checks::{LevelCheck, Levels, left_out};
use super::faults::{Faults, found};
use super::neighbours::odd;
use super::{ChainQuote, Duplicates};
use crate::check::Severity;
use crate::manifest::FileEntry;
use crate::table::{Extra, write_table};
use crate::{DataError, schema};

use reading::{columns, partition};
pub(crate) use reading::{partitions, read, read_close};

/// Quotes held before sessions are written: about 100 MB.
const HELD: usize = 300_000;

/// Takes quotes in any order, writes sessions.
pub(crate) struct Writer<'a> {
    dir: PathBuf,
    levels: &'a Levels,
    open: BTreeMap<NaiveDate, Vec<ChainQuote>>,
    held: usize,
    /// Quotes of all files, held or written.
    taken: usize,
    files: BTreeMap<String, FileEntry>,
    faults: Faults,
    /// Which file brought the quotes of a session, root, expiry, moment of the day and right, and whether they are closing
    /// ones.
    owners: BTreeMap<Key, (u32, bool)>,
    /// The key looked up last of puts and of calls, and whose it is: quotes come in blocks of one expiry.
    last_owner: [Option<(Key, (u32, bool))>; 2],
    names: Vec<String>,
    sources: Vec<(String, Duplicates)>,
    of_file: OfFile,
    /// What stood out beside other strikes, by session: a session that is continued is looked at again.
    odd: BTreeMap<NaiveDate, Vec<OddOf>>,
    /// Files that must not be used, by their place among the sources.
    refused: BTreeMap<usize, String>,
}

/// A quote that does not go with the other strikes: its file, the code, the words.
type OddOf = (String, &'static str, String);

/// Session, root, expiry, moment of the day, and whether they are calls: many save calls and puts apart.
type Key = (NaiveDate, u16, NaiveDate, u16, bool);

/// What one file brought.
#[derive(Default)]
pub(crate) struct OfFile {
    /// Quotes taken.
    pub taken: usize,
    /// First and last session among them.
    pub span: Option<(NaiveDate, NaiveDate)>,
    /// Quotes by kind, closing ones as `close`.
    pub kinds: BTreeMap<&'static str, usize>,
    /// Quotes left out by the code of their finding, with the words of the first.
    pub left_out: BTreeMap<&'static str, (usize, String)>,
    /// The file whose quotes won, where some were left out for that.
    pub copy_of: Option<String>,
    check: LevelCheck,
}

impl<'a> Writer<'a> {
    /// A store in a dataset folder that has none yet, for a market with these levels.
    pub fn new(dir: &Path, levels: &'a Levels) -> Writer<'a> {
        Writer {
            dir: dir.to_path_buf(),
            levels,
            open: BTreeMap::new(),
            held: 0,
            taken: 0,
            files: BTreeMap::new(),
            faults: Faults::default(),
            owners: BTreeMap::new(),
            last_owner: [None; 2],
            names: Vec::new(),
            sources: Vec::new(),
            of_file: OfFile::default(),
            odd: BTreeMap::new(),
            refused: BTreeMap::new(),
        }
    }

    /// What follows comes from this file.
    pub fn begin(&mut self, file: &str, duplicates: Duplicates) {
        self.sources.push((file.to_string(), duplicates));
        self.of_file = OfFile::default();
        self.faults.begin(file);
    }

    /// What came since [`Writer::begin`]; a file whose quotes cannot be what they claim is refused.
    pub fn end(&mut self) -> OfFile {
        let of_file = std::mem::take(&mut self.of_file);
        if let Some(reason) = of_file.check.verdict() {
            self.refuse(self.sources.len() - 1, reason);
        }
        of_file
    }

    /// The part of the quotes so far that is written, of 1.
    pub fn stored(&self) -> f64 {
        1.0 - self.held as f64 / self.taken.max(1) as f64
    }

    /// Notes that a file must not be used; the first reason stays.
    pub fn refuse(&mut self, file: usize, reason: String) {
        self.refused.entry(file).or_insert(reason);
    }

    /// Counts a quote that is not taken.
    pub fn left_out(&mut self, code: &'static str, day: NaiveDate, message: impl Fn() -> String) {
        let known = self
            .of_file
            .left_out
            .entry(code)
            .or_insert_with(|| (0, message()));
        known.0 += 1;
        self.faults.count(Severity::Warning, code, day, message);
    }

    /// Takes a quote.
    pub fn push(&mut self, mut quote: ChainQuote) -> Result<(), DataError> {
        if let Some((code, words)) = left_out(&quote) {
            self.left_out(code, quote.quote_date, || words.clone());
            return Ok(());
        }
        if quote.kind == "eod" && is_before_a_close(&quote.quote_time) {
            quote.kind = "intraday".into();
        }
        if let Some(owner) = self.other_source(&quote) {
            let winner = self
                .sources
                .get(owner)
                .map_or(String::new(), |s| s.0.clone());
            self.left_out("chain_twice", quote.quote_date, || {
                let right = if quote.is_call { "calls" } else { "puts" };
                let found = format!("{} {right} of {} on {}", quote.root, quote.expiry, quote.quote_date);
                format!("found {found} again, allowed: one file for the calls or puts of an expiry and moment, the first by name ({winner}); left out")
            });
            self.of_file.copy_of = Some(winner);
            return Ok(());
        }
        self.faults.inspect(&quote);
        let of_file = &mut self.of_file;
        of_file.check.look(&quote, self.levels);
        if let Some(close) = of_file.check.other_close(&quote) {
            let day = quote.quote_date;
            self.faults.count(Severity::Warning, "chain_off_close", day, || {
                let stated = quote.underlying.unwrap_or_default();
                let found = found(&quote);
                format!("{found} beside a level of {stated}, allowed: near the close of {close}; kept")
            });
        }
        let of_file = &mut self.of_file;
        *of_file.kinds.entry(kind_words(&quote.kind)).or_default() += 1;
        let date = quote.quote_date;
        of_file.taken += 1;
        let span = of_file.span.unwrap_or((date, date));
        of_file.span = Some((span.0.min(date), span.1.max(date)));
        self.open.entry(date).or_default().push(quote);
        self.held += 1;
        self.taken += 1;
        if self.held >= HELD {
            self.flush(Some(date))
        } else {
            Ok(())
        }
    }

    /// After a close one file's closing quotes of an expiry are enough: overnight ones of another file are not needed
    /// beside them. Intraday quotes are told apart by their time.
    fn other_source(&mut self, quote: &ChainQuote) -> Option<usize> {
        let key = self.key_of(quote);
        let now = ((self.sources.len().max(1) - 1) as u32, quote.kind == "eod");
        let side = usize::from(quote.is_call);
        if self.last_owner[side] == Some((key, now)) {
            return None;
        }
        let owner = self.owners.entry(key).or_insert(now);
        if owner.0 != now.0 && now.1 && !owner.1 {
            *owner = now;
        }
        self.last_owner[side] = Some((key, *owner));
        (owner.0 != now.0).then_some(owner.0 as usize)
    }

    fn key_of(&mut self, quote: &ChainQuote) -> Key {
        let moment = if quote.kind == "intraday" {
            self.id(&quote.quote_time)
        } else {
            u16::MAX
        };
        (
            quote.quote_date,
            self.id(&quote.root),
            quote.expiry,
            moment,
            quote.is_call,
        )
    }

    fn id(&mut self, name: &str) -> u16 {
        let known = self.names.iter().position(|n| n == name);
        let position = known.unwrap_or_else(|| {
            self.names.push(name.to_string());
            self.names.len() - 1
        });
        position.min(usize::from(u16::MAX)) as u16
    }

    /// Writes every session held, but not the one that is being read unless it is the only one.
    fn flush(&mut self, keep: Option<NaiveDate>) -> Result<(), DataError> {
        let kept = keep
            .filter(|_| self.open.len() > 1)
            .and_then(|date| self.open.remove_entry(&date));
        for (date, quotes) in std::mem::take(&mut self.open) {
            self.write(date, quotes)?;
        }
        self.held = kept.as_ref().map_or(0, |(_, quotes)| quotes.len());
        self.open.extend(kept);
        Ok(())
    }

    fn write(&mut self, date: NaiveDate, quotes: Vec<ChainQuote>) -> Result<(), DataError> {
        let file = partition(date);
        std::fs::create_dir_all(self.dir.join(schema::CHAINS)).map_err(DataError::io(&self.dir))?;
        let mut all = if self.files.contains_key(&file) {
            read(&self.dir, &file)?
        } else {
            Vec::new()
        };
        all.extend(quotes);
        let all = self.each_contract_once(all);
        let odd = odd(&all).into_iter();
        let odd = odd.map(|odd| {
            let quote = &all[odd.at];
            let words = format!("{}, allowed: {}", found(quote), odd.allowed);
            (self.file_of(quote), odd.code, words)
        });
        let odd: Vec<OddOf> = odd.collect();
        self.odd.insert(date, odd);
        let entry = write_table(&self.dir, &file, &columns(&all))?;
        self.files.insert(file, entry);
        Ok(())
    }

    /// Place among the sources of the file that brought a quote.
    fn source_of(&mut self, quote: &ChainQuote) -> usize {
        let key = self.key_of(quote);
        self.owners.get(&key).map_or(0, |o| o.0 as usize)
    }

    fn file_of(&mut self, quote: &ChainQuote) -> String {
        let source = self.source_of(quote);
        let named = self.sources.get(source);
        named.map_or(String::new(), |(file, _)| file.clone())
    }

    /// The quotes of a session, every contract once at a moment. Two equal quotes are one; of two different ones a column map
    /// says which counts, or the file is refused.
    fn each_contract_once(&mut self, quotes: Vec<ChainQuote>) -> Vec<ChainQuote> {
        let mut hashes: Vec<(u64, u32)> = (0..)
            .zip(&quotes)
            .map(|(i, q)| (contract_hash(q), i))
            .collect();
        hashes.sort_unstable();
        let mut dropped = Vec::new();
        for pair in hashes.windows(2).filter(|w| w[0].0 == w[1].0) {
            let [first, second] = [pair[0].1, pair[1].1].map(|i| &quotes[i as usize]);
            if !is_same_contract(first, second) {
                continue;
            }
            let file = self.source_of(first);
            let duplicates = self.sources.get(file).map_or(Duplicates::First, |s| s.1);
            let is_equal = (first.bid, first.ask) == (second.bid, second.ask);
            dropped.push(match duplicates {
                Duplicates::Last => pair[0].1,
                _ => pair[1].1,
            });
            let words = twice(first, second);
            if duplicates == Duplicates::Refused && !is_equal {
                self.refuse(file, format!("{words}, allowed: one quote, or duplicates = \"first\" or \"last\" in alvh.columns.toml"));
            } else {
                let name = self.sources.get(file).map_or("", |s| &s.0).to_string();
                self.faults
                    .count_for(&name, "chain_contract_twice", first.quote_date, || {
                        format!("{words}; one is kept")
                    });
            }
        }
        if dropped.is_empty() {
            return quotes;
        }
        dropped.sort_unstable();
        (0..)
            .zip(quotes)
            .filter(|(i, _)| dropped.binary_search(i).is_err())
            .map(|(_, q)| q)
            .collect()
    }

    /// Writes what is held; the files and what was found about the quotes. The error names the files that must not be used, and
    /// why: the store is to be written again without them.
    pub fn finish(mut self) -> Result<Result<Extra, BTreeMap<usize, String>>, DataError> {
        self.flush(None)?;
        if !self.refused.is_empty() {
            return Ok(Err(self.refused));
        }
        for (date, all) in std::mem::take(&mut self.odd) {
            for (file, code, words) in all {
                self.faults.count_for(&file, code, date, || words);
            }
        }
        Ok(Ok(Extra {
            files: self.files,
            findings: self.faults.into_vec(),
        }))
    }
}

/// No session ends before 13:00 New York time.
fn is_before_a_close(time: &str) -> bool {
    time.len() == 5 && time.as_bytes()[2] == b':' && time < "13:00"
}

fn kind_words(kind: &str) -> &'static str {
    match kind {
        "eod" => "close",
        "intraday" => "intraday",
        "gth" => "overnight",
        "noquotes" => "without quotes",
        _ => "other",
    }
}

/// Equal for quotes of one contract at one moment; what else is equal is compared in full. FNV-1a over words.
fn contract_hash(q: &ChainQuote) -> u64 {
    let strike = (q.strike * 1e4).round() as u64;
    let day = q.expiry.num_days_from_ce() as u64;
    let mix = |hash: u64, word: u64| {
        (hash ^ word)
            .wrapping_mul(0x0000_0100_0000_01b3)
            .rotate_left(29)
    };
    let mut hash = mix(
        mix(0xcbf2_9ce4_8422_2325, strike),
        day << 1 | u64::from(q.is_call),
    );
    for text in [&q.root, &q.quote_time, &q.kind] {
        hash = text.bytes().fold(hash, |h, b| mix(h, b.into()));
    }
    hash
}

fn is_same_contract(a: &ChainQuote, b: &ChainQuote) -> bool {
    let key = |q: &ChainQuote| (q.expiry, q.is_call, (q.strike * 1e4).round() as i64);
    key(a) == key(b) && a.root == b.root && a.quote_time == b.quote_time && a.kind == b.kind
}

fn twice(a: &ChainQuote, b: &ChainQuote) -> String {
    let side = |v: Option<f64>| v.map_or("none".to_string(), |v| v.to_string());
    let right = if a.is_call { "C" } else { "P" };
    format!(
        "found {} {} {} {right} on {} twice at one moment, with bid {} ask {} and with bid {} ask {}",
        a.root,
        a.expiry,
        a.strike,
        a.quote_date,
        side(a.bid),
        side(a.ask),
        side(b.bid),
        side(b.ask)
    )
}
