//! The entry of a column map that stands for option chains.

use std::borrow::Cow;

use toml::Table;

use super::super::chain_layout::{ChainLayout, Name, RootOf, Side, SideRight, Time};
use super::super::option_chains::ChainReader;
use super::super::optionsdx;
use super::keys::{Keys, one_of, shown_text};
use super::{COMMON, Mapped};
use crate::DataError;
use crate::chains::Duplicates;

const CHAIN_KEYS: [&str; 5] = [
    "time",
    "third_friday_root",
    "price_factor",
    "strike_factor",
    "duplicates",
];

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

pub(super) const UNDERLYING: &str = "underlying";

/// Roots whose settlement this program knows.
const ROOTS: [&str; 6] = ["SPX", "SPXW", "VIX", "VIXW", "XSP", "SPY"];

impl Keys<'_> {
    pub(super) fn optionsdx(&self, table: &Table) -> Result<Mapped, DataError> {
        self.only(table, &["match", "layout", "root", "third_friday_root"])?;
        let root = self
            .root(table, "root")?
            .ok_or_else(|| self.missing("root", &ROOTS.join(", ")))?;
        let layout = optionsdx::layout(root, self.root(table, "third_friday_root")?);
        Ok(Mapped::Chains(ChainReader::Columns(Box::new(layout))))
    }

    pub(super) fn chains(&self, table: &Table) -> Result<Mapped, DataError> {
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
    pub(super) fn time(&self, table: &Table) -> Result<String, DataError> {
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

    pub(super) fn root(&self, table: &Table, key: &str) -> Result<Option<Name>, DataError> {
        let root = self.text(table, key)?;
        match root {
            Some(root) if !ROOTS.contains(&root.as_str()) => {
                Err(self.wrong(key, shown_text(&root), &one_of(&root, &ROOTS)))
            }
            root => Ok(root.map(Name::from)),
        }
    }

    pub(super) fn name(&self, table: &Table, key: &str) -> Result<Option<Name>, DataError> {
        Ok(self.text(table, key)?.map(Name::from))
    }
}
