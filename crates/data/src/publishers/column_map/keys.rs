//! Keys of a map: read, and named in messages.

use toml::{Table, Value};

use crate::DataError;
use crate::numbers::Decimal;

/// Where in a map a key stands, for messages.
pub(super) struct Keys<'a> {
    pub file: &'a str,
    pub at: String,
}

impl Keys<'_> {
    /// The decimal mark of all numbers of a file, where it is stated.
    pub fn decimal(&self, table: &Table) -> Result<Option<Decimal>, DataError> {
        match self.text(table, "decimal")?.as_deref() {
            None => Ok(None),
            Some(".") => Ok(Some(Decimal::Point)),
            Some(",") => Ok(Some(Decimal::Comma)),
            Some(other) => Err(self.wrong("decimal", shown_text(other), "\".\" or \",\"")),
        }
    }

    pub fn delimiter(&self, table: &Table) -> Result<u8, DataError> {
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

    pub fn factor(&self, table: &Table, key: &str) -> Result<f64, DataError> {
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

    pub fn text(&self, table: &Table, key: &str) -> Result<Option<String>, DataError> {
        match table.get(key) {
            None => Ok(None),
            Some(Value::String(text)) if !text.is_empty() => Ok(Some(text.clone())),
            found => Err(self.wrong(key, shown(found), "a text that is not empty")),
        }
    }

    pub fn table<'t>(&self, table: &'t Table, key: &str) -> Result<&'t Table, DataError> {
        match table.get(key) {
            Some(Value::Table(inner)) => Ok(inner),
            found => Err(self.wrong(key, shown(found), &format!("a table [files.{key}]"))),
        }
    }

    pub fn only(&self, table: &Table, known: &[&str]) -> Result<(), DataError> {
        let unknown = table.keys().find(|key| !known.contains(&key.as_str()));
        unknown.map_or(Ok(()), |key| {
            Err(self.wrong(key, "a key that is not known", &one_of(key, known)))
        })
    }

    pub fn missing(&self, key: &str, allowed: &str) -> DataError {
        self.wrong(key, "nothing", allowed)
    }

    pub fn wrong(&self, key: &str, found: impl ToString, allowed: &str) -> DataError {
        let file = self.file.into();
        let key = format!("{}{key}", self.at);
        DataError::Map {
            file,
            key,
            found: found.to_string(),
            allowed: allowed.into(),
        }
    }
}

pub(super) fn shown(value: Option<&Value>) -> String {
    value.map_or("nothing".into(), |v| format!("`{v}`"))
}

pub(super) fn shown_text(text: &str) -> String {
    format!("`{text}`")
}

/// The known words, and the nearest of them.
pub(super) fn one_of(found: &str, known: &[&str]) -> String {
    let nearest = known
        .iter()
        .max_by(|a, b| strsim::jaro_winkler(found, a).total_cmp(&strsim::jaro_winkler(found, b)));
    let near = nearest.filter(|word| strsim::jaro_winkler(found, word) > 0.8);
    let hint = near.map_or(String::new(), |word| format!("; nearest: {word}"));
    format!("{}{hint}", known.join(", "))
}
