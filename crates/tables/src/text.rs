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

/// Whether every byte is one of the letters and signs that a keyboard has, the space among them: eight are looked at at once.
fn is_printable(text: &str) -> bool {
    const HIGHEST: u64 = every(0x80);
    const fn every(byte: u8) -> u64 {
        u64::from_le_bytes([byte; 8])
    }
    // Of bytes below 128, adding 96 reaches the highest bit from the space on, adding 1 does so from the last one on.
    let has_other = |eight: [u8; 8]| {
        let bytes = u64::from_le_bytes(eight);
        let low = bytes & !HIGHEST;
        bytes | !(low + every(0x60)) | (low + every(1))
    };
    let (eights, rest) = text.as_bytes().as_chunks();
    let mut last = [b' '; 8];
    last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
    let others = eights
        .iter()
        .fold(has_other(last), |others, eight| others | has_other(*eight));
    others & HIGHEST == 0
}

/// A cell that a spreadsheet takes for no formula and a terminal for no command: words of a user may be either.
///
/// A cell that begins like a formula and is no number gets an apostrophe in front, as OWASP advises ("CSV injection");
/// control characters become signs. Legs (`-1 SPXW 2022-01-21 P 4525 | ...`) stay: without brackets, quotes, `!` and small
/// letters nothing can be called.
pub fn harmless(cell: &str) -> Cow<'_, str> {
    // Nearly every cell of every table: no sign in front, nothing but what a keyboard has.
    let is_plain = is_printable(cell) && !cell.starts_with(['=', '@', '+', '-']);
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
    fn printable_is_what_a_keyboard_has_wherever_it_stands() {
        for sign in (0..=u8::MAX).map(char::from) {
            for before in 0..20 {
                let cell = format!("{}{sign}abc", "~".repeat(before));
                let wanted = cell.bytes().all(|byte| (b' '..=b'~').contains(&byte));
                assert_eq!(is_printable(&cell), wanted, "{cell:?}");
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
