//! The chain store: a folder with one Parquet file per session.
//!
//! Writing holds a bounded number of quotes; a session met again later, in another file, is read back and continued.
//! Quotes of one session, expiry and moment come from one file: a second file with the same is left out and counted.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use market::chain::RawQuote;
use market::contract::{Right, Root};
use market::price::Price;

use super::faults::Faults;
use super::{ChainQuote, priced_root};
use crate::check::Severity;
use crate::manifest::{FileEntry, Manifest};
use crate::table::{Column, Extra, Values, read_parquet, read_parquet_columns, write_table};
use crate::{DataError, schema};

/// Quotes held before sessions are written: about 100 MB.
const HELD: usize = 300_000;

/// Takes quotes in any order, writes sessions.
pub(crate) struct Writer {
    dir: PathBuf,
    open: BTreeMap<NaiveDate, Vec<ChainQuote>>,
    held: usize,
    files: BTreeMap<String, FileEntry>,
    faults: Faults,
    /// Which file brought the quotes of a session, root, expiry and moment of the day, and whether they are closing ones.
    owners: BTreeMap<(NaiveDate, u16, NaiveDate, u16), (u32, bool)>,
    names: Vec<String>,
    file: u32,
    of_file: (usize, Option<NaiveDate>, Option<NaiveDate>),
}

impl Writer {
    /// A store in a dataset folder that has none yet.
    pub fn new(dir: &Path) -> Writer {
        Writer {
            dir: dir.to_path_buf(),
            open: BTreeMap::new(),
            held: 0,
            files: BTreeMap::new(),
            faults: Faults::default(),
            owners: BTreeMap::new(),
            names: Vec::new(),
            file: 0,
            of_file: (0, None, None),
        }
    }

    /// What follows comes from this file.
    pub fn begin(&mut self, file: &str) {
        self.file += 1;
        self.of_file = (0, None, None);
        self.faults.begin(file);
    }

    /// Quotes taken since [`Writer::begin`], and the first and last session among them.
    pub fn written_of_file(&self) -> (usize, Option<NaiveDate>, Option<NaiveDate>) {
        self.of_file
    }

    /// Counts a quote that is not taken.
    pub fn left_out(
        &mut self,
        code: &'static str,
        day: NaiveDate,
        message: impl FnOnce() -> String,
    ) {
        self.faults.count(Severity::Warning, code, day, message);
    }

    /// Takes a quote.
    pub fn push(&mut self, quote: ChainQuote) -> Result<(), DataError> {
        if !self.is_first_source(&quote) {
            self.left_out("chain_twice", quote.quote_date, || {
                let found = format!("{} quotes of {} on {}", quote.root, quote.expiry, quote.quote_date);
                format!("found {found} again, allowed: one file for an expiry and moment, the first by name; left out")
            });
            return Ok(());
        }
        self.faults.inspect(&quote);
        let date = quote.quote_date;
        let (count, first, last) = self.of_file;
        self.of_file = (
            count + 1,
            Some(first.map_or(date, |d| d.min(date))),
            last.max(Some(date)),
        );
        self.open.entry(date).or_default().push(quote);
        self.held += 1;
        if self.held >= HELD {
            self.flush(Some(date))
        } else {
            Ok(())
        }
    }

    /// After a close one file's closing quotes of an expiry are enough: overnight ones of another file are not needed
    /// beside them. Intraday quotes are told apart by their time.
    fn is_first_source(&mut self, quote: &ChainQuote) -> bool {
        let moment = if quote.kind == "intraday" {
            self.id(&quote.quote_time)
        } else {
            u16::MAX
        };
        let key = (quote.quote_date, self.id(&quote.root), quote.expiry, moment);
        let now = (self.file, quote.kind == "eod");
        let owner = self.owners.entry(key).or_insert(now);
        if owner.0 != now.0 && now.1 && !owner.1 {
            *owner = now;
        }
        owner.0 == now.0
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
        let entry = write_table(&self.dir, &file, &columns(&all))?;
        self.files.insert(file, entry);
        Ok(())
    }

    /// Writes what is held; the files and what was found about the quotes.
    pub fn finish(mut self) -> Result<Extra, DataError> {
        self.flush(None)?;
        Ok(Extra {
            files: self.files,
            findings: self.faults.into_vec(),
        })
    }
}

fn partition(date: NaiveDate) -> String {
    format!("{}/{date}.parquet", schema::CHAINS)
}

/// The sessions of a store that lie in `dates`, with their files; each file is the one the manifest describes.
pub(crate) fn partitions(
    dir: &Path,
    dates: &RangeInclusive<NaiveDate>,
) -> Result<Vec<(NaiveDate, String)>, DataError> {
    let manifest = Manifest::read(dir)?;
    let mut found = Vec::new();
    for (file, entry) in &manifest.files {
        let stem = file
            .strip_prefix(schema::CHAINS)
            .and_then(|rest| rest.strip_prefix('/'));
        let Some(date) = stem
            .and_then(|s| s.strip_suffix(".parquet"))
            .and_then(|s| s.parse().ok())
        else {
            if file.starts_with(schema::CHAINS) {
                let message = "found chains of an older version; import the dataset again";
                return Err(DataError::table(&dir.join(file), message));
            }
            continue;
        };
        if dates.contains(&date) {
            let path = dir.join(file);
            let sha256 = crate::sha256_file(&path)?;
            if sha256 != entry.sha256 {
                return Err(DataError::Changed {
                    path,
                    found: sha256,
                    allowed: entry.sha256.clone(),
                });
            }
            found.push((date, file.clone()));
        }
    }
    Ok(found)
}

/// All quotes of one session.
pub(crate) fn read(dir: &Path, file: &str) -> Result<Vec<ChainQuote>, DataError> {
    let path = dir.join(file);
    let columns = read_parquet(&path)?;
    possible(&path, &columns)?;
    rows(&columns).ok_or_else(|| wrong_columns(&path))
}

/// Prices and strikes are numbers that a market can have; 1e12 is what the importers allow.
fn possible(path: &Path, columns: &[Column]) -> Result<(), DataError> {
    let names = ["strike", "bid", "ask", "underlying"];
    for column in columns.iter().filter(|c| names.contains(&c.name.as_str())) {
        let Values::F64(values) = &column.values else {
            continue;
        };
        let bad = |v: &Option<f64>| v.is_some_and(|v| !(0.0..=1e12).contains(&v));
        if let Some(row) = values.iter().position(bad) {
            return Err(DataError::Impossible {
                file: path.display().to_string(),
                row: row + 1,
                column: column.name.clone(),
                found: values[row].map_or(String::new(), |v| v.to_string()),
                allowed: "a finite number from 0; import the dataset again".into(),
            });
        }
    }
    Ok(())
}

fn wrong_columns(path: &Path) -> DataError {
    DataError::table(
        path,
        "found other columns than this version writes; import the dataset again",
    )
}

/// What a price at the close needs.
const OF_A_CLOSE: [&str; 8] = [
    "quote_time",
    "kind",
    "root",
    "expiry",
    "right",
    "strike",
    "bid",
    "ask",
];

/// The closing quotes of one session, of the roots that are priced.
pub(crate) fn read_close(dir: &Path, file: &str) -> Result<Vec<RawQuote>, DataError> {
    let path = dir.join(file);
    let columns = read_parquet_columns(&path, &OF_A_CLOSE)?;
    possible(&path, &columns)?;
    closing(&columns).ok_or_else(|| wrong_columns(&path))
}

fn closing(columns: &[Column]) -> Option<Vec<RawQuote>> {
    use Values::{Date, F64, Str};
    let values: Vec<&Values> = columns.iter().map(|c| &c.values).collect();
    let [
        Str(time),
        Str(kind),
        Str(root),
        Date(expiry),
        Str(right),
        F64(strike),
        F64(bid),
        F64(ask),
    ] = values.as_slice()
    else {
        return None;
    };
    let at_close: Vec<usize> = (0..kind.len())
        .filter(|i| kind[*i].as_deref() == Some("eod"))
        .collect();
    let mut latest: BTreeMap<(Root, NaiveDate), &str> = BTreeMap::new();
    let mut known = Vec::with_capacity(at_close.len());
    for i in at_close {
        let Some(root) = priced_root(root[i].as_deref()?) else {
            continue;
        };
        let (key, time) = ((root, expiry[i]?), time[i].as_deref()?);
        let best = latest.entry(key).or_insert(time);
        *best = (*best).max(time);
        known.push((i, key, time));
    }
    let price = |points: Option<f64>| points.map(Price::from_points);
    let quote = |(i, (root, expiry), _): (usize, (Root, NaiveDate), &str)| {
        Some(RawQuote {
            root,
            expiry,
            right: if right[i].as_deref()? == "C" {
                Right::Call
            } else {
                Right::Put
            },
            strike: Price::from_points(strike[i]?),
            bid: price(bid[i]),
            ask: price(ask[i]),
        })
    };
    known
        .into_iter()
        .filter(|(_, key, time)| latest[key] == *time)
        .map(quote)
        .collect()
}

fn rows(columns: &[Column]) -> Option<Vec<ChainQuote>> {
    use Values::{Date, F64, I64, Str};
    let values: Vec<&Values> = columns.iter().map(|c| &c.values).collect();
    let [
        Date(date),
        Str(time),
        Str(kind),
        Str(root),
        Date(expiry),
        Str(right),
        F64(strike),
        F64(bid),
        F64(ask),
        I64(volume),
        I64(interest),
        F64(iv),
        F64(underlying),
    ] = values.as_slice()
    else {
        return None;
    };
    let row = |i: usize| {
        Some(ChainQuote {
            quote_date: date[i]?,
            quote_time: time[i].clone()?,
            kind: kind[i].clone()?,
            root: root[i].clone()?,
            expiry: expiry[i]?,
            is_call: right[i].as_deref()? == "C",
            strike: strike[i]?,
            bid: bid[i],
            ask: ask[i],
            volume: volume[i],
            open_interest: interest[i],
            iv: iv[i],
            underlying: underlying[i],
        })
    };
    (0..date.len()).map(row).collect()
}

fn columns(quotes: &[ChainQuote]) -> Vec<Column> {
    let dates = |name, value: fn(&ChainQuote) -> NaiveDate| {
        Column::date(name, quotes.iter().map(|q| Some(value(q))).collect())
    };
    let texts = |name, value: fn(&ChainQuote) -> &str| {
        Column::str(
            name,
            quotes.iter().map(|q| Some(value(q).to_string())).collect(),
        )
    };
    let numbers = |name, value: fn(&ChainQuote) -> Option<f64>| {
        Column::f64(name, quotes.iter().map(value).collect())
    };
    let counts = |name, value: fn(&ChainQuote) -> Option<i64>| {
        Column::i64(name, quotes.iter().map(value).collect())
    };
    vec![
        dates("quote_date", |q| q.quote_date),
        texts("quote_time", |q| &q.quote_time),
        texts("kind", |q| &q.kind),
        texts("root", |q| &q.root),
        dates("expiry", |q| q.expiry),
        texts("right", |q| if q.is_call { "C" } else { "P" }),
        numbers("strike", |q| Some(q.strike)),
        numbers("bid", |q| q.bid),
        numbers("ask", |q| q.ask),
        counts("volume", |q| q.volume),
        counts("open_interest", |q| q.open_interest),
        numbers("iv", |q| q.iv),
        numbers("underlying", |q| q.underlying),
    ]
}
