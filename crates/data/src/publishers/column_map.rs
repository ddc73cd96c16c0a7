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

mod chains;
mod entries;
mod keys;
mod marks;
mod series;

use toml::{Table, Value};

use self::keys::{Keys, one_of, shown, shown_text};
use self::marks::MarksMap;
use self::series::example;
use super::Part;
use super::option_chains::ChainReader;
use crate::DataError;
use crate::check::{Findings, Severity};
use crate::error::Refusal;
use crate::numbers::Decimal;
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
}
