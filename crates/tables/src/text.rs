//! Making text harmless, for each place it may be printed in.

use std::borrow::Cow;

/// Replaces what a reader cannot see: control characters (a terminal obeys them) and the marks that turn the
/// direction of text round (they make a name look like another). Line feeds stay.
pub fn visible(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c == '\n' || !hidden(c) {
                c
            } else {
                '\u{fffd}'
            }
        })
        .collect()
}

/// As [`visible`], on one line.
pub fn one_line(text: &str) -> String {
    visible(
        &text
            .replace("\r\n", " ")
            .replace(['\n', '\r', '\t', '\u{2028}', '\u{2029}'], " "),
    )
}

/// Whether a reader cannot see a character.
pub fn hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// A cell that a spreadsheet takes for no formula and a terminal for no command: words of a user may be either.
///
/// A cell that begins like a formula and is no number gets an apostrophe in front, as OWASP advises ("CSV injection");
/// control characters become signs. Legs (`-1 SPXW 2022-01-21 P 4525 | ...`) stay: without brackets, quotes, `!` and small
/// letters nothing can be called.
pub fn harmless(cell: &str) -> Cow<'_, str> {
    // Nearly every cell of every table: no sign in front, nothing but what a keyboard has.
    // Every byte is looked at, many at once: stopping at the first other one would look at one after the other.
    let has_other = cell
        .bytes()
        .fold(false, |other, b| other | !(b' '..=b'~').contains(&b));
    let is_plain = !has_other && !cell.starts_with(['=', '@', '+', '-']);
    if is_plain {
        return Cow::Borrowed(cell);
    }
    let is_formula = cell.starts_with(['=', '@']) || cell.starts_with(['+', '-']) && cell.len() > 1;
    let is_formula = is_formula
        && cell.parse::<f64>().is_err()
        && (cell.starts_with(['=', '@'])
            || !cell.chars().all(|c: char| {
                c.is_ascii_uppercase() || c.is_ascii_digit() || " +-.|".contains(c)
            }));
    if !is_formula && !cell.contains(char::is_control) {
        return Cow::Borrowed(cell);
    }
    let mark = if is_formula { "'" } else { "" };
    Cow::Owned(
        mark.chars()
            .chain(
                cell.chars()
                    .map(|c| if c.is_control() { '\u{fffd}' } else { c }),
            )
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_is_not_commanded() {
        assert_eq!(one_line("a\x1b[31mb\x07\r\nc"), "a\u{fffd}[31mb\u{fffd} c");
        assert_eq!(visible("a\u{202e}b\u{9b}c\nd"), "a\u{fffd}b\u{fffd}c\nd");
    }

    #[test]
    fn one_byte_that_is_on_no_keyboard_is_found_wherever_it_stands() {
        for length in 1..70 {
            for at in 0..length {
                let mut cell = "x".repeat(length);
                cell.replace_range(at..=at, "\u{7f}");
                let sign = cell.replace('\u{7f}', "\u{fffd}");
                assert_eq!(harmless(&cell), sign);
            }
        }
    }

    #[test]
    fn a_formula_or_a_command_in_a_cell_is_only_text() {
        for cell in [
            "-12.50",
            "-1 SPXW 2022-01-21 P 4525 | +1 SPXW 2022-01-21 P 4475",
            "+3",
            "-",
            "",
            "2022-01-03",
            "a=b",
            "-1e-3",
            "7..21",
        ] {
            assert_eq!(harmless(cell), cell);
        }
        assert_eq!(harmless("=HYPERLINK(1)"), "'=HYPERLINK(1)");
        assert_eq!(harmless("-2+cmd|' /C calc'!A0"), "'-2+cmd|' /C calc'!A0");
        assert_eq!(
            harmless("@SUM(1)\u{1b}[31m\n"),
            "'@SUM(1)\u{fffd}[31m\u{fffd}"
        );
    }
}
