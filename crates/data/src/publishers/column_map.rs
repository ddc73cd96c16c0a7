//! The column map: any publisher's table, by saying which column is what. A file `alvh.columns.toml` in the imported folder,
//! or in a folder below, speaks for the files of its own folder and of those below it that have none.
//!
//! ```toml
//! [[files]]
//! match = "closing_*.csv"          # name of the files, * is any text; the first entry that matches a file counts
//! kind = "option_quotes"           # or "option_marks", "daily_series"
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
//! match = "fills_*.csv"
//! kind = "option_marks"            # prices of single options at a minute: evidence for the price model, never traded at
//! date_format = "%m/%d/%Y"         # of date and expiry; a time in it is that of the price
//! time = "15:45"                   # New York time of rows without one; or columns.time
//! root = "SPX*"                    # SPX, SPXW, XSP, VIX, or SPX* where nobody says which SPX class; or columns.root
//! price_factor = 1.0
//! strike_factor = 1.0
//! [files.columns]
//! date = "Day"
//! time = "Minute"                  # 15:45, 3:45 PM; left out where the date has it
//! expiry = "Expires"
//! strike = "K"
//! right = "C/P"
//! price = "Mid"
//! underlying = "SPX"               # the index at that minute
//!
//! [[files]]
//! match = "spx_eod_*.txt"
//! layout = "optionsdx"             # in place of kind and columns: OptionsDX's own columns, which lack a root
//! root = "SPXW"
//! ```
//!
//! Quotes are those of the close, unless their date has a time before it; a bid of zero is a price, an empty cell is missing. Values of a series win over every
//! publisher's. What a map names is read as it says: the header is not asked which publisher's it is.

mod keys;
mod marks;
mod series;

use std::borrow::Cow;

use chrono::NaiveTime;
use toml::{Table, Value};

use self::keys::{Keys, one_of, shown, shown_text};
use self::marks::{MarksMap, RootOfMark};
use self::series::example;
use super::chain_layout::{ChainLayout, Name, RootOf, Side, SideRight, Time};
use super::option_chains::ChainReader;
use super::{Part, daily, optionsdx};
use crate::DataError;
use crate::chains::Duplicates;
use crate::check::{Findings, Severity};
use crate::error::Refusal;
use crate::marks::ROOT_UNSAID;
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
    Table(TableMap),
}

/// A mapped file that is read as a table.
#[derive(Clone)]
pub(crate) enum TableMap {
    Series(SeriesMap),
    Marks(Box<MarksMap>),
}

impl TableMap {
    /// For the manifest.
    pub fn publisher(&self) -> &str {
        match self {
            TableMap::Series(map) => &map.publisher,
            TableMap::Marks(map) => &map.publisher,
        }
    }

    /// What a file of it holds.
    pub fn holds(&self) -> &'static str {
        match self {
            TableMap::Series(_) => "daily series, by a column map",
            TableMap::Marks(_) => "prices of single options, by a column map",
        }
    }

    /// What a file says by this map.
    pub fn read(
        &self,
        file: &str,
        bytes: &[u8],
        notes: &mut Findings,
    ) -> Result<Vec<Part>, Refusal> {
        match self {
            TableMap::Series(map) => map.read(file, bytes, notes),
            TableMap::Marks(map) => map.read(file, bytes, notes),
        }
    }
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
const MARK_KEYS: [&str; 3] = ["time", "price_factor", "strike_factor"];
const MARK_COLUMNS: [&str; 6] = ["date", "expiry", "strike", "right", "price", UNDERLYING];
/// Roots of single prices: `SPX*` where the source does not say which class of SPX it is.
const MARK_ROOTS: [&str; 5] = ["SPX", "SPXW", ROOT_UNSAID, "XSP", "VIX"];
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
            (None, Some(kind)) if kind == "option_marks" => self.marks(table)?,
            (None, Some(kind)) => {
                return Err(self.wrong(
                    "kind",
                    shown_text(&kind),
                    &one_of(&kind, &["option_quotes", "option_marks", "daily_series"]),
                ));
            }
            (None, None) => {
                let allowed = "option_quotes, option_marks or daily_series";
                return Err(self.missing("kind", allowed));
            }
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
        Ok(Mapped::Table(TableMap::Series(SeriesMap {
            publisher: self
                .text(table, "publisher")?
                .unwrap_or_else(|| "column map".into()),
            date: (date, self.dates(table)?.0),
            delimiter: self.delimiter(table)?,
            decimal: self.decimal(table)?,
            factor: self.factor(table, "factor")?,
            series,
        })))
    }

    fn marks(&self, table: &Table) -> Result<Mapped, DataError> {
        self.only(table, &[&COMMON[..7], &["root"], &MARK_KEYS].concat())?;
        let columns = self.table(table, "columns")?;
        let inner = Keys {
            file: self.file,
            at: format!("{}columns.", self.at),
        };
        inner.only(columns, &[&MARK_COLUMNS[..], &["time", "root"]].concat())?;
        let mut named: [String; 6] = Default::default();
        for (name, key) in named.iter_mut().zip(MARK_COLUMNS) {
            *name = inner
                .text(columns, key)?
                .ok_or_else(|| inner.missing(key, "the name of a column"))?;
        }
        let roots = MARK_ROOTS.join(", ");
        let root = match (inner.text(columns, "root")?, self.text(table, "root")?) {
            (Some(column), None) => RootOfMark::Column(column),
            (None, Some(root)) if MARK_ROOTS.contains(&root.as_str()) => RootOfMark::Stated(root),
            (None, Some(root)) => {
                return Err(self.wrong("root", shown_text(&root), &one_of(&root, &MARK_ROOTS)));
            }
            (Some(_), Some(_)) => {
                return Err(self.wrong("root", "a root beside columns.root", "one of the two"));
            }
            (None, None) => {
                return Err(self.missing("root", &format!("{roots}, or columns.root")));
            }
        };
        let stated_time = match self.text(table, "time")? {
            None => None,
            Some(text) => Some(NaiveTime::parse_from_str(&text, "%H:%M").map_err(|_| {
                self.wrong("time", shown_text(&text), "a New York time such as 15:45")
            })?),
        };
        Ok(Mapped::Table(TableMap::Marks(Box::new(MarksMap {
            publisher: self
                .text(table, "publisher")?
                .unwrap_or_else(|| "column map".into()),
            dates: self.dates(table)?,
            delimiter: self.delimiter(table)?,
            decimal: self.decimal(table)?,
            columns: named,
            time: inner.text(columns, "time")?,
            stated_time,
            root,
            factors: (
                self.factor(table, "price_factor")?,
                self.factor(table, "strike_factor")?,
            ),
        }))))
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
}
