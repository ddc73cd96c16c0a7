//! Text of a cell that may be shared: a journal has a hundred thousand rows, and all of an arm bear its name.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// A text. Two are equal where their letters are, however they are held.
#[derive(Clone)]
pub enum Word {
    /// One of the program's own words.
    Static(&'static str),
    /// A name that stands in many rows.
    Shared(Arc<str>),
    /// The text of one row.
    Own(String),
}

impl Word {
    /// A name for many rows.
    pub fn shared(text: &str) -> Word {
        Word::Shared(text.into())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        self
    }

    /// The text as one that is nobody else's.
    pub fn into_string(self) -> String {
        match self {
            Word::Own(text) => text,
            other => other.to_string(),
        }
    }
}

/// The text of a row of a column of words; empty where it is undefined, and after the end of the column.
pub(crate) fn text_at(words: &[Option<Word>], row: usize) -> &str {
    let text = words.get(row).and_then(Option::as_deref);
    text.unwrap_or_default()
}

impl Default for Word {
    fn default() -> Word {
        Word::Static("")
    }
}

impl Deref for Word {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Word::Static(text) => text,
            Word::Shared(text) => text,
            Word::Own(text) => text,
        }
    }
}

impl Borrow<str> for Word {
    fn borrow(&self) -> &str {
        self
    }
}

impl From<&'static str> for Word {
    fn from(text: &'static str) -> Word {
        Word::Static(text)
    }
}

impl From<String> for Word {
    fn from(text: String) -> Word {
        Word::Own(text)
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self)
    }
}

impl fmt::Debug for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl PartialEq for Word {
    fn eq(&self, other: &Word) -> bool {
        **self == **other
    }
}

impl Eq for Word {}

impl PartialEq<str> for Word {
    fn eq(&self, other: &str) -> bool {
        **self == *other
    }
}

impl PartialEq<&str> for Word {
    fn eq(&self, other: &&str) -> bool {
        **self == **other
    }
}

impl PartialEq<String> for Word {
    fn eq(&self, other: &String) -> bool {
        **self == **other
    }
}

impl PartialEq<Word> for String {
    fn eq(&self, other: &Word) -> bool {
        **self == **other
    }
}

impl PartialOrd for Word {
    fn partial_cmp(&self, other: &Word) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Word {
    fn cmp(&self, other: &Word) -> Ordering {
        (**self).cmp(&**other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_its_letters_however_it_is_held() {
        let all = [
            Word::Static("base"),
            Word::shared("base"),
            Word::Own("base".to_owned()),
        ];
        for one in &all {
            assert!(
                all.iter()
                    .all(|other| one == other && one.cmp(other).is_eq())
            );
            let same = "base".to_owned();
            let other = "bass".to_owned();
            assert!(*one == *"base" && *one == "base" && *one == same);
            assert!(same == *one && other != *one);
            assert_eq!(
                (format!("{one:>6}"), format!("{one:?}")),
                ("  base".into(), "\"base\"".into())
            );
            assert_eq!(one.clone().into_string(), "base");
        }
        assert!(Word::Static("a") < Word::shared("b"));
        assert_eq!(Word::default(), "");
        assert_eq!(size_of::<Option<Word>>(), size_of::<Option<String>>());
    }
}
