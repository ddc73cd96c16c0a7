//! Reads the chains of a dataset back, whole or as the closes a market is built of.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::path::Path;

use chrono::NaiveDate;
use market::chain::RawQuote;
use market::contract::{Right, Root};
use market::price::Price;

use super::super::{ChainQuote, priced_root};
use super::kind_words;
use crate::manifest::Manifest;
use crate::table::{Column, Repeating, Values, read_parquet, read_repeating};
use crate::{DataError, schema};

pub(super) fn partition(date: NaiveDate) -> String {
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
        if let Some(row) = values
            .iter()
            .position(|v: &Option<f64>| v.is_some_and(|v| !(0.0..=1e12).contains(&v)))
        {
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

/// What a price at the close needs: texts that repeat, and the rest.
const TEXTS_OF_A_CLOSE: [&str; 4] = ["quote_time", "kind", "root", "right"];

const REST_OF_A_CLOSE: [&str; 4] = ["expiry", "strike", "bid", "ask"];

/// The closing quotes of one session, of the roots that are priced.
pub(crate) fn read_close(dir: &Path, file: &str) -> Result<Closing, DataError> {
    let path = dir.join(file);
    let (texts, rest) = read_repeating(&path, &TEXTS_OF_A_CLOSE, &REST_OF_A_CLOSE)?;
    possible(&path, &rest)?;
    closing(&texts, &rest).ok_or_else(|| wrong_columns(&path))
}

/// Quotes of the close, and every moment of which there are quotes of a priced root: in words, and whether it is used.
type Closing = (Vec<RawQuote>, BTreeSet<(String, bool)>);

/// A moment in words.
fn moment_words(kind: &str, time: &str) -> String {
    match (kind_words(kind), time) {
        (kind, "" | "close") => kind.to_string(),
        (kind, time) => format!("{kind} {time}"),
    }
}

/// The expiries of a close, each with the latest time of its quotes.
#[derive(Default)]
struct Latest {
    places: BTreeMap<(Root, NaiveDate), usize>,
    /// Rows of one expiry mostly stand together.
    last: Option<((Root, NaiveDate), usize)>,
    /// By the place of an expiry the place of its latest time among the texts.
    times: Vec<u32>,
}

impl Latest {
    /// Looks at a quote of an expiry and gives back the place of the expiry.
    fn look(&mut self, expiry: (Root, NaiveDate), time: u32, texts: &[String]) -> usize {
        let place = match self.last {
            Some((same, place)) if same == expiry => place,
            _ => *self.places.entry(expiry).or_insert(self.times.len()),
        };
        self.last = Some((expiry, place));
        match self.times.get_mut(place) {
            Some(latest) if texts[*latest as usize] < texts[time as usize] => *latest = time,
            Some(_) => {}
            None => self.times.push(time),
        }
        place
    }
}

/// `None` where a column is of another type, or a text is missing.
fn closing(texts: &[Repeating], rest: &[Column]) -> Option<Closing> {
    use Values::{Date, F64};
    let [time, kind, root, right] = texts else {
        return None;
    };
    let rest: Vec<&Values> = rest.iter().map(|c| &c.values).collect();
    let [Date(expiry), F64(strike), F64(bid), F64(ask)] = rest.as_slice() else {
        return None;
    };
    let at_close: Vec<bool> = kind.texts.iter().map(|kind| kind == "eod").collect();
    let roots: Vec<Option<Root>> = root.texts.iter().map(|root| priced_root(root)).collect();
    let rights: Vec<Right> = right
        .texts
        .iter()
        .map(|right| {
            if right == "C" {
                Right::Call
            } else {
                Right::Put
            }
        })
        .collect();
    let mut latest = Latest::default();
    let mut known = Vec::with_capacity(expiry.len());
    // Kind and time of quotes of another moment, by their places.
    let mut others: BTreeSet<(usize, usize)> = BTreeSet::new();
    for row in 0..expiry.len() {
        let Some(root) = roots[root.places[row]? as usize] else {
            continue;
        };
        let of_kind = kind.places[row]? as usize;
        let at = time.places[row]?;
        if !at_close[of_kind] {
            others.insert((of_kind, at as usize));
            continue;
        }
        let place = latest.look((root, expiry[row]?), at, &time.texts);
        known.push((row, root, (place, at)));
    }
    let price = |points: Option<f64>| points.map(Price::from_points);
    let quote = |(row, root, _): (usize, Root, (usize, u32))| {
        Some(RawQuote {
            root,
            expiry: expiry[row]?,
            right: rights[right.places[row]? as usize],
            strike: Price::from_points(strike[row]?),
            bid: price(bid[row]),
            ask: price(ask[row]),
        })
    };
    known.retain(|(_, _, (place, at))| latest.times[*place] == *at);
    let used: BTreeSet<&str> = latest
        .times
        .iter()
        .map(|at| time.texts[*at as usize].as_str())
        .collect();
    let used = used
        .into_iter()
        .map(|time| (moment_words("eod", time), true));
    let others = others.into_iter();
    let others =
        others.map(|(of_kind, at)| (moment_words(&kind.texts[of_kind], &time.texts[at]), false));
    let moments = used.chain(others).collect();
    let quotes = known.into_iter().map(quote).collect::<Option<Vec<_>>>()?;
    Some((quotes, moments))
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

pub(super) fn columns(quotes: &[ChainQuote]) -> Vec<Column> {
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
