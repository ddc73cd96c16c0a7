//! Results on stdout, or to a host that wants them as text. A reader who has seen enough (`alvh … | head`) ends the command
//! quietly; that is no fault.

use std::cell::RefCell;
use std::fmt::Arguments;
use std::io::{ErrorKind, Write};
use std::path::Path;

use anstream::{AutoStream, ColorChoice};
use report::RunFolder;
use report::terminal::{COLOURS, wrap};
use serde_json::json;
use tables::table_of;

use crate::args::Color;
use crate::error::Failure;
use crate::schemas::JSON_SCHEMA;

thread_local! {
    /// What a command on this thread has printed, where somebody wants it.
    static CAUGHT: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Runs a command on this thread and returns what it prints instead of printing it.
pub fn caught<T>(run: impl FnOnce() -> T) -> (T, String) {
    /// Puts the thread back also where the command ends at an assertion.
    struct Guard;
    impl Drop for Guard {
        fn drop(&mut self) {
            CAUGHT.take();
        }
    }
    let _guard = Guard;
    CAUGHT.set(Some(String::new()));
    let result = run();
    (result, CAUGHT.take().unwrap_or_default())
}

/// Writes to stdout.
pub fn write(text: Arguments<'_>) -> Result<(), Failure> {
    let is_caught = CAUGHT.with_borrow_mut(|caught| {
        let caught = caught.as_mut()?;
        caught.push_str(&text.to_string());
        Some(())
    });
    if is_caught.is_some() {
        return Ok(());
    }
    let mut stdout = std::io::stdout().lock();
    let text = obeyed(&text.to_string());
    stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
        .map_err(|e| match e.kind() {
            ErrorKind::BrokenPipe => Failure::nobody_reads(),
            _ => Failure::data(format!("cannot write the results to stdout: {e}")),
        })
}

/// Columns of the terminal; 100 where stdout is not one.
pub fn width() -> usize {
    terminal_width().unwrap_or(100)
}

/// Columns of the terminal that stdout is, if it is one and not read by a program.
pub fn terminal_width() -> Option<usize> {
    let is_caught = CAUGHT.with_borrow(Option::is_some);
    columns(terminal_size::terminal_size_of(std::io::stdout())).filter(|_| !is_caught)
}

fn columns(size: Option<(terminal_size::Width, terminal_size::Height)>) -> Option<usize> {
    size.map(|(width, _)| usize::from(width.0).clamp(60, 200))
}

/// A note or an error on stderr. On a terminal a long line is broken between words.
pub fn note(text: &str) {
    match columns(terminal_size::terminal_size_of(std::io::stderr())) {
        Some(width) => eprintln!("{}", broken(text, width)),
        None => eprintln!("{text}"),
    }
}

/// How far the rest of a broken line is moved in.
const INDENT: usize = 4;

/// The text with every line of more than `width` columns broken between words, its rest moved in.
pub fn broken(text: &str, width: usize) -> String {
    let mut lines = Vec::new();
    for line in text.lines() {
        if line.chars().count() <= width {
            lines.push(line.to_string());
            continue;
        }
        let own = line.len() - line.trim_start().len();
        let room = width.saturating_sub(own + INDENT).max(INDENT);
        let mut pieces = wrap(line, room).into_iter();
        lines.extend(pieces.next().map(|first| " ".repeat(own) + &first));
        lines.extend(pieces.map(|rest| " ".repeat(own + INDENT) + &rest));
    }
    lines.join("\n")
}

/// Colour only on a terminal. `NO_COLOR` turns it off everywhere, `CLICOLOR_FORCE` on where there is no terminal.
pub fn color(when: Color) -> bool {
    match when {
        Color::Auto => AutoStream::choice(&std::io::stdout()) != ColorChoice::Never,
        Color::Always => true,
        Color::Never => false,
    }
}

/// The text with a sign for whatever a terminal would obey (a path may hold it), but for the colours of our tables.
fn obeyed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_control() && c != '\n' && c != '\t') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let own = COLOURS.iter().find(|code| rest.starts_with(*code));
        let length = own.map_or_else(
            || rest.chars().next().map_or(1, char::len_utf8),
            |code| code.len(),
        );
        out.push_str(own.copied().unwrap_or("\u{fffd}"));
        rest = &rest[length..];
    }
    out + rest
}

/// `print!` for results.
macro_rules! out {
    ($($part:tt)*) => { $crate::out::write(format_args!($($part)*)) };
}

/// `println!` for results.
macro_rules! outln {
    () => { $crate::out::write(format_args!("\n")) };
    ($($part:tt)*) => { $crate::out::write(format_args!("{}\n", format_args!($($part)*))) };
}

pub(crate) use {out, outln};

/// `summary.csv` as JSON: numbers as numbers, flags as flags, undefined as null.
pub fn summary_json(folder: &Path, run: &RunFolder) -> serde_json::Value {
    let rows = run.summary.iter().map(|placed| placed.row.clone());
    json!({
        "schema": JSON_SCHEMA,
        "folder": folder.display().to_string(),
        "summary": table_of(rows).json(),
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_host_gets_what_is_printed_and_the_next_command_prints_again() {
        let (result, text) = super::caught(|| super::write(format_args!("{} rows\n", 3)).is_ok());
        assert_eq!((result, text.as_str()), (true, "3 rows\n"));
        let ended = std::panic::catch_unwind(|| super::caught(|| panic!("an assertion")));
        assert!(ended.is_err());
        assert!(super::CAUGHT.take().is_none());
    }

    #[test]
    fn a_long_line_is_broken_between_words_and_a_short_one_stays() {
        let text = "alvh: a sentence that is longer\n  indented  twice";
        assert_eq!(
            super::broken(text, 20),
            "alvh: a sentence\n    that is longer\n  indented  twice"
        );
        assert_eq!(super::broken(text, 80), text);
        let text = "  one two three four five six";
        assert_eq!(
            super::broken(text, 18),
            "  one two\n      three four\n      five six"
        );
    }

    #[test]
    fn a_terminal_obeys_our_colours_only() {
        let text = "\x1b[1mbold\x1b[0m\tred\x1b[31m \x07\u{9b}2J end\n";
        assert_eq!(
            super::obeyed(text),
            "\x1b[1mbold\x1b[0m\tred\u{fffd}[31m \u{fffd}\u{fffd}2J end\n"
        );
        assert_eq!(super::obeyed("plain −1 …\n"), "plain −1 …\n");
    }
}
