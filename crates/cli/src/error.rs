//! One message for the reader, one exit code for the script.

use std::path::Path;

/// Why a command ended early.
#[derive(Debug)]
pub struct Failure {
    code: u8,
    message: String,
}

impl Failure {
    /// A bug of ours, or of the machine.
    pub fn fault(message: impl Into<String>) -> Failure {
        Failure {
            code: 1,
            message: message.into(),
        }
    }

    /// The command line or a configuration is wrong.
    pub fn config(message: impl Into<String>) -> Failure {
        Failure {
            code: 2,
            message: message.into(),
        }
    }

    /// The data are wrong or missing.
    pub fn data(message: impl Into<String>) -> Failure {
        Failure {
            code: 3,
            message: message.into(),
        }
    }

    /// `verify` found a difference.
    pub fn difference(message: impl Into<String>) -> Failure {
        Failure {
            code: 4,
            message: message.into(),
        }
    }

    /// The user ended a long job.
    pub fn interrupted(message: impl Into<String>) -> Failure {
        Failure {
            code: 130,
            message: message.into(),
        }
    }

    /// Nobody reads the results any more (`alvh … | head`): an early end, and no fault.
    pub fn nobody_reads() -> Failure {
        Failure {
            code: 0,
            message: String::new(),
        }
    }

    /// A file that cannot be read or written.
    pub fn io<'a>(what: &'a str, path: &'a Path) -> impl FnOnce(std::io::Error) -> Failure + 'a {
        move |e| Failure::data(format!("cannot {what} {}: {e}", path.display()))
    }

    /// Text of the message, with a sign for whatever a terminal would obey: it may name a file. `None` where there is
    /// nothing to say.
    pub fn message(&self) -> Option<String> {
        (!self.message.is_empty()).then(|| shortened(&report::terminal::plain(&self.message)))
    }

    /// Exit code of the process.
    pub fn exit_code(&self) -> u8 {
        self.code
    }
}

/// Most characters of a line of a message, and of a word in it.
const MOST_OF_LINE: usize = 2_000;
const MOST_OF_WORD: usize = 1_000;
/// Digits from which a number is shortened: a price or an amount has fewer.
const LONG_NUMBER: usize = 40;
/// Most lines of a message.
const MOST_LINES: usize = 500;

/// A message without what nobody reads to its end: a number of 309 digits, a name of megabytes, a line of a file that is one
/// line.
fn shortened(message: &str) -> String {
    let mut lines: Vec<String> = message.lines().take(MOST_LINES).map(short_line).collect();
    let left = message.lines().count() - lines.len();
    if left > 0 {
        lines.push(format!("… ({left} more lines)"));
    }
    lines.join("\n")
}

fn short_line(line: &str) -> String {
    let words: Vec<String> = line
        .split(' ')
        .map(|word: &str| {
            let digits = word.bytes().filter(u8::is_ascii_digit).count();
            let is_number = digits > LONG_NUMBER && digits * 10 > word.len() * 9;
            let most = if is_number { LONG_NUMBER } else { MOST_OF_WORD };
            cut(word, most, most / 4)
        })
        .collect();
    cut(&words.join(" "), MOST_OF_LINE, MOST_OF_LINE / 2)
}

/// The first `kept` characters of a text of more than `most`, and how many there are.
fn cut(text: &str, most: usize, kept: usize) -> String {
    let length = text.chars().count();
    if length <= most {
        return text.to_string();
    }
    let start: String = text.chars().take(kept).collect();
    format!("{start}… ({length} characters)")
}

impl From<data::DataError> for Failure {
    fn from(e: data::DataError) -> Failure {
        Failure::data(e.to_string())
    }
}

impl From<files::FileError> for Failure {
    fn from(e: files::FileError) -> Failure {
        Failure::data(e.to_string())
    }
}

impl From<tables::ReadError> for Failure {
    fn from(e: tables::ReadError) -> Failure {
        Failure::data(e.to_string())
    }
}

impl From<runfile::ConfigError> for Failure {
    fn from(e: runfile::ConfigError) -> Failure {
        Failure::config(e.to_string())
    }
}

impl From<sweep::store::StoreError> for Failure {
    fn from(e: sweep::store::StoreError) -> Failure {
        Failure::data(e.to_string())
    }
}

impl From<sweep::table::TableError> for Failure {
    fn from(e: sweep::table::TableError) -> Failure {
        Failure::data(e.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(message: String) -> String {
        Failure::config(message).message().expect("a message")
    }

    #[test]
    fn a_message_shows_the_start_of_what_is_too_long() {
        let number = said(format!("capital is {}, allowed is 1 to 2", 1e308));
        let wanted = "capital is 1000000000… (310 characters) allowed is 1 to 2";
        assert_eq!(number, wanted);
        let name = said(format!("no policy {:?}", "x".repeat(50_000_000)));
        assert!(name.len() < 400, "{} bytes", name.len());
        assert!(name.ends_with("(50000002 characters)"), "{name}");
        let line = said("a b ".repeat(1_000_000));
        assert!(line.len() < 2_100, "{} bytes", line.len());
        let lines = said("a\n".repeat(1_000_000));
        assert!(
            lines.ends_with("… (999500 more lines)"),
            "{}",
            &lines[lines.len() - 60..]
        );
    }

    #[test]
    fn usual_messages_stay_as_they_are() {
        let usual = format!(
            "projects/{}/run.toml: the dataset has hash {}, allowed is 1000 to 1000000000000\n  | ^^^",
            "folder/".repeat(30),
            "0123456789abcdef".repeat(4)
        );
        assert_eq!(said(usual.clone()), usual);
    }
}
