//! What is wrong with a key of a file, for whoever wrote the file.
//!
//! Everything a user writes, signals, policies, runs, sweeps, is refused in these words: the key or its place, what was
//! found, what is allowed.

/// A key that is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// A value is not among those allowed.
    #[error("{key} is {found}, allowed is {allowed}")]
    NotAllowed {
        /// The key.
        key: String,
        /// Its value.
        found: String,
        /// What it may be.
        allowed: String,
    },
    /// A list has nothing in it.
    #[error("{key} is empty; at least one is needed")]
    Empty {
        /// The key of the list.
        key: String,
    },
    /// What stands at a place is wrong in itself, or beside what stands elsewhere.
    #[error("{place}: {fault}")]
    At {
        /// The key or table.
        place: String,
        /// What is wrong there.
        fault: String,
    },
    /// A fault of several keys, which it names itself.
    #[error("{0}")]
    Between(String),
}

impl KeyError {
    /// What stands at `place` is wrong.
    pub fn at(place: impl Into<String>, fault: impl Into<String>) -> KeyError {
        KeyError::At {
            place: place.into(),
            fault: fault.into(),
        }
    }

    /// A list without an entry.
    pub fn empty(key: impl Into<String>) -> KeyError {
        KeyError::Empty { key: key.into() }
    }

    /// The same place with more to say.
    pub fn with_hint(self, hint: &str) -> KeyError {
        match self {
            KeyError::At { place, fault } => KeyError::At {
                place,
                fault: format!("{fault}{hint}"),
            },
            other => KeyError::Between(format!("{other}{hint}")),
        }
    }
}

/// Whether a number lies in `[low, high]`.
///
/// # Errors
/// Where it does not, or is no number.
pub fn check_range(
    key: impl Into<String>,
    value: f64,
    low: f64,
    high: f64,
) -> Result<(), KeyError> {
    match is_within(value, low, high) {
        true => Ok(()),
        false => Err(out_of_range(key.into(), value, low, high)),
    }
}

fn is_within(value: f64, low: f64, high: f64) -> bool {
    value.is_finite() && (low..=high).contains(&value)
}

fn out_of_range(key: String, value: f64, low: f64, high: f64) -> KeyError {
    KeyError::NotAllowed {
        key,
        found: value.to_string(),
        allowed: format!("{low} to {high}"),
    }
}

/// The same of a key of a table.
///
/// # Errors
/// As [`check_range`].
pub fn within(at: &str, key: &str, value: f64, low: f64, high: f64) -> Result<(), KeyError> {
    // The key is spelled out where it is told, not for every number of every cell of a sweep.
    match is_within(value, low, high) {
        true => Ok(()),
        false => Err(out_of_range(format!("{at}: {key}"), value, low, high)),
    }
}

/// `; did you mean "x"?` for the nearest of the known names, or nothing if none is near.
pub fn suggestion<K: AsRef<str>>(wrong: &str, known: &[K]) -> String {
    let near = known
        .iter()
        .map(|known| known.as_ref())
        .map(|known| (strsim::damerau_levenshtein(wrong, known), known))
        .min();
    match near {
        Some((distance, name)) if distance <= wrong.len().max(3) / 2 => {
            format!("; did you mean {name:?}?")
        }
        _ => String::new(),
    }
}
