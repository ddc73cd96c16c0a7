//! The one door through which TOML comes in: bounded in size, and every number finite.
//!
//! Nesting is bounded by the parser (80 tables within each other), counts of windows, arms and levels by the checks of
//! the files themselves.

use policy::condor::Condor;
use policy::hedge::Hedge;
use serde::de::DeserializeOwned;
use signals::key_error::KeyError;
use toml::{Table, Value};

use crate::keys::explain;
use crate::{ConfigError, ConfigFault};

/// Most bytes of one file. The longest file that ships has 30 KB; 4 MiB take a second to read.
pub const MOST_BYTES: usize = 4 << 20;

/// The table of a text called `file` in messages.
///
/// # Errors
/// Where the text is too long, is not TOML, or holds a number that is not finite.
pub fn table(file: &str, text: &str) -> Result<Table, ConfigError> {
    if text.len() > MOST_BYTES {
        return Err(ConfigError::of(file, ConfigFault::TooLong(text.len())));
    }
    let table: Table = toml::from_str(text).map_err(|error| ConfigError::of(file, error))?;
    check_table(&table).map_err(|error| ConfigError::of(file, error))?;
    Ok(table)
}

/// A text called `file` in messages, as what it is to be.
///
/// # Errors
/// As [`table`], and where a key is wrong, with the nearest that is right.
pub fn read<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, ConfigError> {
    table(file, text)?;
    toml::from_str(text).map_err(|error| {
        let words = explain(&toml::de::Error::to_string(&error));
        ConfigError::of(file, ConfigFault::Unreadable(words))
    })
}

/// A hedge policy. All its types are read here and compiled once: they are as much code as the rest of a small crate.
///
/// # Errors
/// As [`read`].
pub fn hedge(file: &str, text: &str) -> Result<Hedge, ConfigError> {
    read(file, text)
}

/// A condor policy, likewise.
///
/// # Errors
/// As [`read`].
pub fn condor(file: &str, text: &str) -> Result<Condor, ConfigError> {
    read(file, text)
}

/// A hedge policy as a file would say it, every key written out. Likewise compiled once.
///
/// # Errors
/// Where TOML cannot say it: a name of a key that is no text, for example.
pub fn hedge_text(hedge: &Hedge) -> Result<String, toml::ser::Error> {
    toml::to_string(hedge)
}

/// A condor policy, likewise.
///
/// # Errors
/// As [`hedge_text`].
pub fn condor_text(condor: &Condor) -> Result<String, toml::ser::Error> {
    toml::to_string(condor)
}

/// Whether every number of a table is finite.
///
/// # Errors
/// The first that is not, with its key.
pub fn check_table(table: &Table) -> Result<(), KeyError> {
    table
        .iter()
        .try_for_each(|(key, value)| check_numbers(key, value))
}

/// Whether every number of a value is finite; `key` is where it stands.
///
/// # Errors
/// The first that is not, with its key.
pub fn check_numbers(key: &str, value: &Value) -> Result<(), KeyError> {
    match value {
        Value::Float(number) if !number.is_finite() => Err(KeyError::NotAllowed {
            key: key.to_string(),
            found: match number {
                number if number.is_nan() => "nan".into(),
                number if *number > 0.0 => "inf".into(),
                _ => "-inf".into(),
            },
            allowed: "finite numbers".into(),
        }),
        Value::Array(list) => list
            .iter()
            .enumerate()
            .try_for_each(|(place, item)| check_numbers(&format!("{key}.{place}"), item)),
        Value::Table(table) => table
            .iter()
            .try_for_each(|(inner, item)| check_numbers(&format!("{key}.{inner}"), item)),
        _ => Ok(()),
    }
}

/// Whether a list is no longer than allowed.
///
/// # Errors
/// Where it is, with its key, its length and the limit.
pub(crate) fn check_count(key: &str, found: usize, most: usize) -> Result<(), KeyError> {
    match found > most {
        true => Err(KeyError::at(
            key,
            format!("{found} entries, at most {most}"),
        )),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_number_passes_that_is_not_finite() {
        for (number, said) in [
            ("nan", "nan"),
            ("-nan", "nan"),
            ("+inf", "inf"),
            ("-inf", "-inf"),
        ] {
            for (text, key) in [
                (format!("a = {number}"), "a"),
                (format!("[t]\nb = [1.0, {number}]"), "t.b.1"),
                (
                    format!("[[t]]\nx = 1\n[[t]]\nc = {{ d = {number} }}"),
                    "t.1.c.d",
                ),
            ] {
                let error = table("f.toml", &text).expect_err(&text).to_string();
                let wanted = format!("f.toml: {key} is {said}, allowed is finite numbers");
                assert_eq!(error, wanted);
            }
        }
        assert!(table("f.toml", "a = 1e308\nb = [-0.0, 5e-324]").is_ok());
    }

    #[test]
    fn a_text_is_bounded_in_length_and_depth() {
        let long = format!("a = \"{}\"", "x".repeat(MOST_BYTES));
        let error = table("f", &long).expect_err("too long").to_string();
        assert_eq!(error, format!("f: {} bytes, at most 4194304", long.len()));
        let deep = format!("a = {}1{}", "[".repeat(10_000), "]".repeat(10_000));
        let error = table("f", &deep).expect_err("too deep").to_string();
        assert!(error.contains("recurse"), "{}", &error[error.len() - 200..]);
    }
}
