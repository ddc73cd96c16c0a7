//! Dotted keys of a configuration: finding their place, putting values there, and what to say where there is none.

use signals::definitions::USER;
use signals::key_error::suggestion;
use toml::Value;

/// Why dotted keys lead nowhere.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// A table has no such key.
    #[error("no key {key:?}{hint}")]
    NoKey {
        /// The key.
        key: String,
        /// The nearest that is there, as half a sentence.
        hint: String,
    },
    /// A list has no such entry.
    #[error("{key:?} is no index of a list of {length}")]
    NoEntry {
        /// What stands for the index.
        key: String,
        /// Entries of the list.
        length: usize,
    },
    /// A number or a text has no keys.
    #[error("{key:?} leads into a plain value")]
    PlainValue {
        /// The key.
        key: String,
    },
}

/// The place that dotted keys lead to.
///
/// # Errors
/// Where a key is not there, with the nearest that is.
pub fn descend<'t>(mut place: &'t mut Value, keys: &[&str]) -> Result<&'t mut Value, PathError> {
    for key in keys {
        place = match place {
            Value::Table(table) => {
                let known: Vec<String> = table.keys().cloned().collect();
                table.get_mut(*key).ok_or_else(|| PathError::NoKey {
                    key: key.to_string(),
                    hint: suggestion(key, &known),
                })?
            }
            Value::Array(list) => entry(list, key)?,
            _ => return Err(plain_value(key)),
        };
    }
    Ok(place)
}

/// Puts a value at a key of a table or an index of a list.
///
/// # Errors
/// Where the place is neither, or the index is too great.
pub fn put(place: &mut Value, key: &str, value: Value) -> Result<(), PathError> {
    match place {
        Value::Table(table) => {
            // A whole number where the file had a decimal one means the decimal one.
            let value = match (table.get(key), value) {
                (Some(Value::Float(_)), Value::Integer(n)) => Value::Float(n as f64),
                (_, value) => value,
            };
            table.insert(key.to_string(), value);
        }
        Value::Array(list) => *entry(list, key)? = value,
        _ => return Err(plain_value(key)),
    }
    Ok(())
}

fn entry<'t>(list: &'t mut [Value], key: &str) -> Result<&'t mut Value, PathError> {
    let length = list.len();
    let index = key.parse::<usize>().ok();
    index
        .and_then(|index| list.get_mut(index))
        .ok_or_else(|| PathError::NoEntry {
            key: key.to_string(),
            length,
        })
}

fn plain_value(key: &str) -> PathError {
    PathError::PlainValue {
        key: key.to_string(),
    }
}

/// A series of the user's, and where it is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedSeries {
    /// Dotted key.
    pub key: String,
    /// Its name in a dataset.
    pub series: String,
}

/// Every series a configuration names as the user's own (`series:NAME`); `at` is where it stands.
pub fn named_series(at: &str, value: &Value) -> Vec<NamedSeries> {
    let below = |key: &str| match at.is_empty() {
        true => key.to_string(),
        false => format!("{at}.{key}"),
    };
    match value {
        Value::String(text) => {
            let named = text.strip_prefix(USER).map(|series| NamedSeries {
                key: at.to_string(),
                series: series.to_string(),
            });
            named.into_iter().collect()
        }
        // Where none is named no key is spelled out: most keys name none.
        Value::Array(list) => (list.iter().enumerate())
            .filter(|(_, item)| names_series(item))
            .flat_map(|(place, item)| named_series(&below(&place.to_string()), item))
            .collect(),
        Value::Table(table) => (table.iter())
            .filter(|(_, item)| names_series(item))
            .flat_map(|(key, item)| named_series(&below(key), item))
            .collect(),
        _ => Vec::new(),
    }
}

fn names_series(value: &Value) -> bool {
    match value {
        Value::String(text) => text.starts_with(USER),
        Value::Array(list) => list.iter().any(names_series),
        Value::Table(table) => table.values().any(names_series),
        _ => false,
    }
}

/// Adds the nearest valid spelling to serde's "unknown field" and "unknown variant" messages.
pub fn explain(message: &str) -> String {
    let quoted = |text: &str| -> Vec<String> {
        text.split('`')
            .skip(1)
            .step_by(2)
            .map(str::to_string)
            .collect()
    };
    for marker in ["unknown field ", "unknown variant "] {
        if let Some(at) = message.find(marker) {
            let names = quoted(&message[at..]);
            if let Some((wrong, known)) = names.split_first() {
                return format!("{}{}", message.trim_end(), suggestion(wrong, known));
            }
        }
    }
    message.trim_end().to_string()
}
