//! Results on stdout. A reader who has seen enough (`alvh … | head`) ends the program quietly; that is no fault.

use std::fmt::Arguments;
use std::io::{ErrorKind, Write};

use report::terminal::COLOURS;

/// Writes to stdout; ends the process with code 0 where nobody reads any more, and with code 1 where writing fails.
pub fn write(text: Arguments<'_>) {
    let mut stdout = std::io::stdout().lock();
    let text = obeyed(&text.to_string());
    match stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
    {
        Ok(()) => {}
        Err(e) if e.kind() == ErrorKind::BrokenPipe => std::process::exit(0),
        Err(e) => {
            eprintln!("alvh: cannot write the results to stdout: {e}");
            std::process::exit(1);
        }
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

#[cfg(test)]
mod tests {
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
