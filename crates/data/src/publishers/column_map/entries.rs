//! The entries of a column map that stand for a series or for marks of options.

use chrono::NaiveTime;
use toml::Table;

use super::super::daily;
use super::chains::UNDERLYING;
use super::keys::{Keys, one_of, shown_text};
use super::marks::{MARK_ROOTS, MarksMap, RootOfMark};
use super::{COMMON, Mapped, SeriesMap, TableMap};
use crate::{DataError, schema};

const SERIES_KEYS: [&str; 2] = ["factor", "series"];

const MARK_KEYS: [&str; 3] = ["time", "price_factor", "strike_factor"];

const MARK_COLUMNS: [&str; 6] = ["date", "expiry", "strike", "right", "price", UNDERLYING];

impl Keys<'_> {
    pub(super) fn series(&self, table: &Table) -> Result<Mapped, DataError> {
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

    pub(super) fn marks(&self, table: &Table) -> Result<Mapped, DataError> {
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
}
