//! Where the table begins in a text, and what parts its cells.

use super::Row;

/// Rows above a header that hold no values: notices, titles.
const ROWS_ABOVE: usize = 30;
/// Lines by which the delimiter is told.
const LINES_OF_A_KIND: usize = 40;

/// How many rows stand above the header: the first row with as many cells as most rows have is the header.
pub(super) fn rows_above(rows: &[Row]) -> usize {
    let width = |row: &Row| {
        row.cells
            .iter()
            .rposition(|c| !c.is_empty())
            .map_or(0, |i| i + 1)
    };
    let widths: Vec<usize> = rows.iter().take(200).map(width).collect();
    let often = |w: usize| widths.iter().filter(|x| **x == w).count();
    let first = widths.first().copied().unwrap_or(0);
    let usual = widths
        .iter()
        .copied()
        .max_by_key(|w| (often(*w), *w == first, *w))
        .unwrap_or(0);
    let header = rows
        .iter()
        .take(ROWS_ABOVE)
        .position(|row| width(row) >= usual.max(2));
    // A row that begins with a number is one of values.
    let is_header = |i: &usize| !rows[*i].cells[0].starts_with(|c: char| c.is_ascii_digit());
    header.filter(is_header).unwrap_or(0)
}

/// The delimiter by which most lines have equally many cells.
pub(super) fn delimiter_of(text: &str) -> u8 {
    let lines: Vec<&str> = text
        .lines()
        .filter(|l| !l.trim().is_empty())
        .take(LINES_OF_A_KIND)
        .collect();
    let agreement = |delimiter: u8| {
        let counts: Vec<usize> = lines
            .iter()
            .map(|line| count_outside_quotes(line, delimiter))
            .collect();
        counts
            .iter()
            .copied()
            .filter(|n| *n > 0)
            .map(|n: usize| counts.iter().filter(|c| **c == n).count())
            .max()
            .unwrap_or(0)
    };
    let mut best = (b',', agreement(b','));
    for delimiter in *b";\t|" {
        let found = agreement(delimiter);
        // Of decimal commas every line but the header has equally many too.
        if found >= best.1 && found > 0 && found * 2 > lines.len() {
            best = (delimiter, found);
        }
    }
    best.0
}

fn count_outside_quotes(line: &str, delimiter: u8) -> usize {
    let mut inside = false;
    line.bytes()
        .filter(|b| {
            inside ^= *b == b'"';
            !inside && *b == delimiter
        })
        .count()
}
