//! The column map: any publisher's table, by saying which column is what. A file `alvh.columns.toml` in the imported folder,
//! or in a folder below, speaks for the files of its own folder and of those below it that have none.
//!
//! ```toml
//! [[files]]
//! match = "closing_*.csv"          # name of the files, * is any text; the first entry that matches a file counts
//! kind = "option_quotes"           # or "daily_series"
//! publisher = "My broker"          # for the manifest
//! date_format = "%d.%m.%Y"         # chrono's, with %z where a zone is written, %s for UNIX seconds; %Y-%m-%d if not said
//! delimiter = ";"                  # one character; a comma if not said
//! decimal = ","                    # the decimal mark; the numbers of the whole file decide if not said
//! time = "close"                   # New York time of the quotes, or close; close if not said; a time beside the date counts first
//! duplicates = "first"             # or "last": which of two quotes of one contract counts; without it the file is refused
//! root = "SPXW"                    # for every row, where no column says it
//! third_friday_root = "SPX"        # for rows of standard third-Friday expiries; without it they are left out
//! price_factor = 0.01              # from the file's unit to points: here bid and ask are in cents
//! strike_factor = 0.001            # the same for strikes
//! [files.columns]
//! date = "Trade Date"
//! expiry = "Expires"
//! strike = "K"
//! right = "C/P"                    # C, P, call or put; with bid and ask; or call_bid, call_ask, put_bid, put_ask
//! bid = "Bid"
//! ask = "Ask"
//! # root = "Symbol"                # a root, or an option symbol that begins with it, in place of root above
//! # volume, open_interest, iv (decimal), underlying (points): where there are any
//!
//! [[files]]
//! match = "levels.csv"
//! kind = "daily_series"
//! factor = 1.0                     # from the file's unit to that of the series
//! [files.columns]
//! date = "Day"
//! [files.series]                   # series of the schema, and the column of each
//! vix = "VIX close"
//!
//! [[files]]
//! match = "spx_eod_*.txt"
//! layout = "optionsdx"             # in place of kind and columns: OptionsDX's own columns, which lack a root
//! root = "SPXW"
//! ```
//!
//! Quotes are those of the close, unless their date has a time before it; a bid of zero is a price, an empty cell is missing. Values of a series win over every
//! publisher's. What a map names is read as it says: the header is not asked which publisher's it is.

mod series;

use std::borrow::Cow;

use toml::{Table, Value};

use self::series::example;
use super::chain_layout::{ChainLayout, Name, RootOf, Side, SideRight, Time};
use super::option_chains::ChainReader;
use super::{daily, optionsdx};
use crate::DataError;
use crate::chains::Duplicates;
use crate::check::{Findings, Severity};
use crate::numbers::Decimal;
use crate::schema;
use crate::unpack::Place;

/// Name of the file.
const MAP: &str = "alvh.columns.toml";

/// Whether a file of the imported folder is a map.
pub(crate) fn is_map(file: &str) -> bool {
    file.rsplit('/').next() == Some(MAP)
}

/// The maps of a folder.
#[derive(Default)]
pub(crate) struct ColumnMaps(Vec<ColumnMap>);

struct ColumnMap {
    file: String,
    /// The folder it speaks for, with a `/` at its end; empty for the imported one.
    folder: String,
    entries: Vec<Entry>,
}

struct Entry {
    pattern: String,
    mapped: Mapped,
    used: bool,
}

/// How a mapped file is read.
#[derive(Clone)]
pub(crate) enum Mapped {
    Chains(ChainReader),
    Series(SeriesMap),
}

/// Daily series by their columns.
#[derive(Clone)]
pub(crate) struct SeriesMap {
    pub publisher: String,
    date: (String, String),
    delimiter: u8,
    decimal: Option<Decimal>,
    factor: f64,
    series: Vec<(&'static str, String)>,
}

impl ColumnMaps {
    /// Reads the maps among the files of the imported folder.
    pub fn read(files: &[(String, Place)]) -> Result<ColumnMaps, DataError> {
        let maps = files.iter().filter(|(file, _)| is_map(file));
        maps.map(|(file, place)| ColumnMap::parse(file, &place.bytes()?))
            .collect::<Result<_, _>>()
            .map(ColumnMaps)
    }

    /// What the nearest map says of a file.
    pub fn of(&mut self, file: &str) -> Option<Mapped> {
        let near = self
            .0
            .iter_mut()
            .filter(|map| file.starts_with(&map.folder))
            .max_by_key(|map| map.folder.len())?;
        let name = file.rsplit('/').next().unwrap_or_default();
        let entry = near
            .entries
            .iter_mut()
            .find(|entry| matches(&entry.pattern, name))?;
        entry.used = true;
        Some(entry.mapped.clone())
    }

    /// Notes entries that no file matched.
    pub fn note_unused(&self, notes: &mut Findings) {
        for map in &self.0 {
            for (number, entry) in (1..).zip(&map.entries).filter(|(_, entry)| !entry.used) {
                notes.note(
                    Severity::Warning,
                    "map_without_file",
                    &map.file,
                    None,
                    || {
                        format!(
                            "{}: files[{number}].match `{}`: found no such file beside it",
                            map.file, entry.pattern
                        )
                    },
                );
            }
        }
    }
}

/// Whether a name is what a pattern with `*` says.
fn matches(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(rest) = parts.next().and_then(|first| name.strip_prefix(first)) else {
        return false;
    };
    let mut rest = rest;
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else {
        return rest.is_empty();
    };
    for part in parts {
        let Some(at) = rest.find(part) else {
            return false;
        };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

impl ColumnMap {
    fn parse(file: &str, bytes: &[u8]) -> Result<ColumnMap, DataError> {
        let top = Keys {
            file,
            at: String::new(),
        };
        let text = std::str::from_utf8(bytes)
            .map_err(|e| top.wrong("(all)", format!("bytes that are no text: {e}"), "TOML"))?;
        let table: Table = text
            .parse()
            .map_err(|e: toml::de::Error| top.wrong("(all)", e.message(), "TOML"))?;
        top.only(&table, &["files"])?;
        let entries = match table.get("files") {
            Some(Value::Array(entries)) if !entries.is_empty() => entries,
            found => {
                return Err(top.wrong(
                    "files",
                    shown(found),
                    "tables [[files]], one per kind of file",
                ));
            }
        };
        let entry = |(number, value): (usize, &Value)| {
            let keys = Keys {
                file,
                at: format!("files[{number}]."),
            };
            match value {
                Value::Table(table) => keys.entry(table),
                other => Err(top.wrong(
                    "files",
                    shown(Some(other)),
                    "tables [[files]], one per kind of file",
                )),
            }
        };
        let entries = (1..).zip(entries).map(entry).collect::<Result<_, _>>()?;
        let folder = file.strip_suffix(MAP).unwrap_or_default().to_string();
        Ok(ColumnMap {
            file: file.into(),
            folder,
            entries,
        })
    }
}

/// Where in a map a key stands, for messages.
struct Keys<'a> {
    file: &'a str,
    at: String,
}

const COMMON: [&str; 9] = [
    "match",
    "kind",
    "publisher",
    "date_format",
    "delimiter",
    "decimal",
    "columns",
    "layout",
    "root",
];
const CHAIN_KEYS: [&str; 5] = [
    "time",
    "third_friday_root",
    "price_factor",
    "strike_factor",
    "duplicates",
];
const SERIES_KEYS: [&str; 2] = ["factor", "series"];
const CHAIN_COLUMNS: [&str; 14] = [
    "date",
    "expiry",
    "strike",
    "root",
    "right",
    "bid",
    "ask",
    "call_bid",
    "call_ask",
    "put_bid",
    "put_ask",
    "volume",
    "open_interest",
    "iv",
];
const UNDERLYING: &str = "underlying";
/// Roots whose settlement this program knows.
const ROOTS: [&str; 6] = ["SPX", "SPXW", "VIX", "VIXW", "XSP", "SPY"];

impl Keys<'_> {
    fn entry(&self, table: &Table) -> Result<Entry, DataError> {
        let pattern = self
            .text(table, "match")?
            .ok_or_else(|| self.missing("match", "the name of files, such as closing_*.csv"))?;
        let mapped = match (self.text(table, "layout")?, self.text(table, "kind")?) {
            (Some(layout), None) if layout == "optionsdx" => self.optionsdx(table)?,
            (Some(layout), None) => {
                return Err(self.wrong(
                    "layout",
                    shown_text(&layout),
                    &one_of(&layout, &["optionsdx"]),
                ));
            }
            (Some(_), Some(_)) => {
                return Err(self.wrong("kind", "a kind beside layout", "one of the two"));
            }
            (None, Some(kind)) if kind == "option_quotes" => self.chains(table)?,
            (None, Some(kind)) if kind == "daily_series" => self.series(table)?,
            (None, Some(kind)) => {
                return Err(self.wrong(
                    "kind",
                    shown_text(&kind),
                    &one_of(&kind, &["option_quotes", "daily_series"]),
                ));
            }
            (None, None) => return Err(self.missing("kind", "option_quotes or daily_series")),
        };
        Ok(Entry {
            pattern,
            mapped,
            used: false,
        })
    }

    fn optionsdx(&self, table: &Table) -> Result<Mapped, DataError> {
        self.only(table, &["match", "layout", "root", "third_friday_root"])?;
        let root = self
            .root(table, "root")?
            .ok_or_else(|| self.missing("root", &ROOTS.join(", ")))?;
        let layout = optionsdx::layout(root, self.root(table, "third_friday_root")?);
        Ok(Mapped::Chains(ChainReader::Columns(Box::new(layout))))
    }

    fn chains(&self, table: &Table) -> Result<Mapped, DataError> {
        self.only(table, &[&COMMON[..], &CHAIN_KEYS].concat())?;
        let columns = self.table(table, "columns")?;
        let inner = Keys {
            file: self.file,
            at: format!("{}columns.", self.at),
        };
        inner.only(columns, &[&CHAIN_COLUMNS[..], &[UNDERLYING]].concat())?;
        let needed = |key: &str| {
            inner
                .name(columns, key)?
                .ok_or_else(|| inner.missing(key, "the name of a column"))
        };
        let root = match (inner.name(columns, "root")?, self.root(table, "root")?) {
            (Some(column), None) => RootOf::Column(column),
            (None, Some(root)) => RootOf::Stated(root, self.root(table, "third_friday_root")?),
            (Some(_), Some(_)) => {
                return Err(self.wrong("root", "a root beside columns.root", "one of the two"));
            }
            (None, None) => {
                return Err(self.missing("root", &format!("{}, or columns.root", ROOTS.join(", "))));
            }
        };
        let layout = ChainLayout {
            publisher: self
                .text(table, "publisher")?
                .unwrap_or_else(|| "column map".into())
                .into(),
            date: needed("date")?,
            expiry: needed("expiry")?,
            dates: self
                .dates(table)
                .map(|(format, example)| (format.into(), example.into()))?,
            time: Time::Close(self.time(table)?.into()),
            root,
            strike: needed("strike")?,
            underlying: inner.name(columns, UNDERLYING)?.into_iter().collect(),
            sides: inner.sides(columns)?,
            factors: (
                self.factor(table, "price_factor")?,
                self.factor(table, "strike_factor")?,
            ),
            delimiter: self.delimiter(table)?,
            decimal: self.decimal(table)?,
            duplicates: self.duplicates(table)?,
        };
        Ok(Mapped::Chains(ChainReader::Columns(Box::new(layout))))
    }

    fn sides(&self, columns: &Table) -> Result<Cow<'static, [Side]>, DataError> {
        let of_row = ["right", "bid", "ask"];
        let of_strike = ["call_bid", "call_ask", "put_bid", "put_ask"];
        let has = |key: &&&str| columns.contains_key(**key);
        let side = |right, bid: &str, ask: &str| -> Result<Side, DataError> {
            let name = |key: &str| self.name(columns, key).map(Option::unwrap_or_default);
            let counts = [
                self.name(columns, "volume")?,
                self.name(columns, "open_interest")?,
            ];
            Ok(Side {
                right,
                quote: [name(bid)?, name(ask)?],
                counts,
                iv: self.name(columns, "iv")?,
            })
        };
        let allowed = "right, bid and ask; or call_bid, call_ask, put_bid and put_ask";
        match (
            of_row.iter().filter(has).count(),
            of_strike.iter().filter(has).count(),
        ) {
            (3, 0) => {
                let right = SideRight::Column(self.name(columns, "right")?.unwrap_or_default());
                Ok(vec![side(right, "bid", "ask")?].into())
            }
            (0, 4) => {
                if let Some(key) = ["volume", "open_interest", "iv"].iter().find(has) {
                    return Err(self.wrong(
                        key,
                        "a column beside call_bid",
                        "only with right: a row has two options here",
                    ));
                }
                let call = side(SideRight::Call, "call_bid", "call_ask")?;
                Ok(vec![call, side(SideRight::Put, "put_bid", "put_ask")?].into())
            }
            _ => {
                let found: Vec<&str> = of_row
                    .iter()
                    .chain(&of_strike)
                    .filter(|k| columns.contains_key(**k))
                    .copied()
                    .collect();
                let found = if found.is_empty() {
                    "none".to_string()
                } else {
                    found.join(", ")
                };
                Err(self.wrong("bid", found, allowed))
            }
        }
    }

    fn series(&self, table: &Table) -> Result<Mapped, DataError> {
        self.only(table, &[&COMMON[..7], &SERIES_KEYS].concat())?;
        let columns = self.table(table, "columns")?;
        let inner = Keys {
            file: self.file,
            at: format!("{}columns.", self.at),
        };
        inner.only(columns, &["date"])?;
        let date = inner
            .text(columns, "date")?
            .ok_or_else(|| inner.missing("date", "the name of a column"))?;
        let named = self.table(table, "series")?;
        let inner = Keys {
            file: self.file,
            at: format!("{}series.", self.at),
        };
        let known: Vec<&str> = schema::DAILY_SERIES.iter().map(|s| s.name).collect();
        inner.only(named, &known)?;
        let column = |name: &String| {
            inner
                .text(named, name)
                .map(|column| (daily(name).name, column.unwrap_or_default()))
        };
        let series = named.keys().map(column).collect::<Result<Vec<_>, _>>()?;
        if series.is_empty() {
            return Err(self.missing("series", "series of the schema and their columns"));
        }
        Ok(Mapped::Series(SeriesMap {
            publisher: self
                .text(table, "publisher")?
                .unwrap_or_else(|| "column map".into()),
            date: (date, self.dates(table)?.0),
            delimiter: self.delimiter(table)?,
            decimal: self.decimal(table)?,
            factor: self.factor(table, "factor")?,
            series,
        }))
    }

    /// The format of dates, and the last day of January 2022 in it.
    fn dates(&self, table: &Table) -> Result<(String, String), DataError> {
        let format = self
            .text(table, "date_format")?
            .unwrap_or_else(|| "%Y-%m-%d".into());
        let allowed =
            "a format of chrono with day, month and year, such as %d.%m.%Y, or %s for UNIX seconds";
        match example(&format) {
            Some(example) => Ok((format, example)),
            None => Err(self.wrong("date_format", shown_text(&format), allowed)),
        }
    }

    /// Which of two different quotes of one contract at one moment counts.
    fn duplicates(&self, table: &Table) -> Result<Duplicates, DataError> {
        match self.text(table, "duplicates")?.as_deref() {
            None => Ok(Duplicates::Refused),
            Some("first") => Ok(Duplicates::First),
            Some("last") => Ok(Duplicates::Last),
            Some(other) => Err(self.wrong(
                "duplicates",
                shown_text(other),
                &one_of(other, &["first", "last"]),
            )),
        }
    }

    /// The decimal mark of all numbers of a file, where it is stated.
    fn decimal(&self, table: &Table) -> Result<Option<Decimal>, DataError> {
        match self.text(table, "decimal")?.as_deref() {
            None => Ok(None),
            Some(".") => Ok(Some(Decimal::Point)),
            Some(",") => Ok(Some(Decimal::Comma)),
            Some(other) => Err(self.wrong("decimal", shown_text(other), "\".\" or \",\"")),
        }
    }

    /// When quotes without a time of their own were taken.
    fn time(&self, table: &Table) -> Result<String, DataError> {
        let time = self.text(table, "time")?.unwrap_or_else(|| "close".into());
        let is_clock = time.len() == 5 && chrono::NaiveTime::parse_from_str(&time, "%H:%M").is_ok();
        let allowed =
            "close, or a New York time such as 16:00; before 13:00 quotes are intraday ones";
        if time == "close" || is_clock {
            Ok(time)
        } else {
            Err(self.wrong("time", shown_text(&time), allowed))
        }
    }

    fn delimiter(&self, table: &Table) -> Result<u8, DataError> {
        let text = self.text(table, "delimiter")?.unwrap_or_else(|| ",".into());
        match text.as_bytes() {
            [one] if b",;|\t ".contains(one) => Ok(*one),
            _ => Err(self.wrong(
                "delimiter",
                shown_text(&text),
                "one of , ; | \\t or a blank",
            )),
        }
    }

    fn factor(&self, table: &Table, key: &str) -> Result<f64, DataError> {
        let value = match table.get(key) {
            None => return Ok(1.0),
            Some(Value::Float(value)) => *value,
            Some(Value::Integer(value)) => *value as f64,
            found => return Err(self.wrong(key, shown(found), "a number above 0, up to 1000000")),
        };
        if value > 0.0 && value <= 1e6 {
            Ok(value)
        } else {
            Err(self.wrong(key, value, "a number above 0, up to 1000000"))
        }
    }

    fn root(&self, table: &Table, key: &str) -> Result<Option<Name>, DataError> {
        let root = self.text(table, key)?;
        match root {
            Some(root) if !ROOTS.contains(&root.as_str()) => {
                Err(self.wrong(key, shown_text(&root), &one_of(&root, &ROOTS)))
            }
            root => Ok(root.map(Name::from)),
        }
    }

    fn name(&self, table: &Table, key: &str) -> Result<Option<Name>, DataError> {
        Ok(self.text(table, key)?.map(Name::from))
    }

    fn text(&self, table: &Table, key: &str) -> Result<Option<String>, DataError> {
        match table.get(key) {
            None => Ok(None),
            Some(Value::String(text)) if !text.is_empty() => Ok(Some(text.clone())),
            found => Err(self.wrong(key, shown(found), "a text that is not empty")),
        }
    }

    fn table<'t>(&self, table: &'t Table, key: &str) -> Result<&'t Table, DataError> {
        match table.get(key) {
            Some(Value::Table(inner)) => Ok(inner),
            found => Err(self.wrong(key, shown(found), &format!("a table [files.{key}]"))),
        }
    }

    fn only(&self, table: &Table, known: &[&str]) -> Result<(), DataError> {
        let unknown = table.keys().find(|key| !known.contains(&key.as_str()));
        unknown.map_or(Ok(()), |key| {
            Err(self.wrong(key, "a key that is not known", &one_of(key, known)))
        })
    }

    fn missing(&self, key: &str, allowed: &str) -> DataError {
        self.wrong(key, "nothing", allowed)
    }

    fn wrong(&self, key: &str, found: impl ToString, allowed: &str) -> DataError {
        let (file, key) = (self.file.into(), format!("{}{key}", self.at));
        DataError::Map {
            file,
            key,
            found: found.to_string(),
            allowed: allowed.into(),
        }
    }
}

fn shown(value: Option<&Value>) -> String {
    value.map_or("nothing".into(), |v| format!("`{v}`"))
}

fn shown_text(text: &str) -> String {
    format!("`{text}`")
}

/// The known words, and the nearest of them.
fn one_of(found: &str, known: &[&str]) -> String {
    let nearest = known
        .iter()
        .max_by(|a, b| strsim::jaro_winkler(found, a).total_cmp(&strsim::jaro_winkler(found, b)));
    let near = nearest.filter(|word| strsim::jaro_winkler(found, word) > 0.8);
    let hint = near.map_or(String::new(), |word| format!("; nearest: {word}"));
    format!("{}{hint}", known.join(", "))
}
