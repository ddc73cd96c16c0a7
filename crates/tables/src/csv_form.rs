//! How the CSV files of a folder are written: so that a reader guesses the types of their columns right.
//!
//! A CSV file carries no types. polars guesses them from the first 100 rows of a column, DuckDB from about 20,000, and
//! both refuse the file where a later cell is something else. Quotes are no help: all readers take `"2022"` for a number.
//! What helps is how a number is printed, and which row comes first. The values are the same in every form.

use std::borrow::Cow;
use std::fmt::Write;

use serde_json::{Value, json};

use crate::column::Kind;
use crate::error::ReadError;
use crate::number;
use crate::word::{Word, text_at};

/// Rows from which polars guesses; it takes a day for a text.
const POLARS_ROWS: usize = 100;
/// Rows from which DuckDB guesses.
const DUCKDB_ROWS: usize = 20_000;

/// A form of the CSV files of a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CsvForm {
    /// Of folders whose manifest names no form: rows in the table's order, and `4525` beside `22.5` in one column.
    Plain,
    /// A fraction always has a point, and in a column with words a word comes first.
    Guessable,
}

impl CsvForm {
    /// The key of a manifest that names the form.
    pub const KEY: &'static str = "csv_version";
    /// Its value where files are [`CsvForm::Guessable`].
    const GUESSABLE: u64 = 2;

    /// The keys of a manifest whose files have this form.
    pub fn keys(self) -> Value {
        match self {
            CsvForm::Plain => json!({}),
            CsvForm::Guessable => json!({ CsvForm::KEY: CsvForm::GUESSABLE }),
        }
    }

    /// The form of a folder's files, from its manifest.
    ///
    /// # Errors
    /// Where the manifest names a form that this version does not know.
    pub fn of(manifest: &Value) -> Result<CsvForm, ReadError> {
        match &manifest[CsvForm::KEY] {
            Value::Null => Ok(CsvForm::Plain),
            version if version.as_u64() == Some(CsvForm::GUESSABLE) => Ok(CsvForm::Guessable),
            version => Err(ReadError::Manifest {
                file: "manifest.json".to_owned(),
                message: format!(
                    "key `{}`: found {version}, allowed are none and {}",
                    CsvForm::KEY,
                    CsvForm::GUESSABLE
                ),
            }),
        }
    }

    /// Appends a number of a column of fractions that is printed with as few digits as it needs.
    pub(crate) fn print_fraction(self, value: f64, out: &mut String) {
        write!(out, "{value}").expect("a text in memory takes every write");
        // The shortest text of a whole number has digits alone.
        if self == CsvForm::Guessable && value.fract() == 0.0 {
            out.push_str(".0");
        }
    }

    /// A cell that is a text already: a level of an axis may be `1` where another is `0.5`.
    pub(crate) fn fraction(self, kind: Kind, cell: Cow<'_, str>) -> Cow<'_, str> {
        let is_whole = kind == Kind::Float && cell.parse::<i64>().is_ok();
        match self == CsvForm::Guessable && is_whole {
            true => Cow::Owned(cell.into_owned() + ".0"),
            false => cell,
        }
    }
}

/// Rows `0..rows` of a table in the order its CSV file has them; `texts` are its columns of text.
///
/// Where a column begins with texts that look like numbers and has words further down (windows named `2022` and
/// `2023-2024`), the first rows with a word stand first: all that follow each other with that word. Rows of one word keep
/// their order.
pub(crate) fn order<'a>(
    rows: usize,
    texts: impl Iterator<Item = &'a [Option<Word>]>,
    form: CsvForm,
) -> Vec<usize> {
    let mut order: Vec<usize> = (0..rows).collect();
    if form == CsvForm::Plain {
        return order;
    }
    for text in texts {
        put_word_first(&mut order, text, POLARS_ROWS, looks_like_number);
        put_word_first(&mut order, text, DUCKDB_ROWS, |text| {
            looks_like_number(text) || number::date(text).is_some()
        });
    }
    order
}

/// Puts the first rows with a word first, where none is among those that a reader guesses from.
fn put_word_first(
    order: &mut [usize],
    texts: &[Option<Word>],
    guessed_from: usize,
    is_no_word: impl Fn(&str) -> bool,
) {
    let is_word = |row: &usize| {
        let text = text_at(texts, *row);
        !text.is_empty() && !is_no_word(text)
    };
    let Some(first) = order.iter().position(is_word) else {
        return;
    };
    let guessed = order.iter().take(guessed_from);
    let is_filled = |row: &usize| !text_at(texts, *row).is_empty();
    // A column that begins empty is a text to every reader.
    if first < guessed_from || !guessed.copied().any(|row| is_filled(&row)) {
        return;
    }
    let word = text_at(texts, order[first]);
    let rest = order[first..].iter();
    let same = rest.take_while(|row| text_at(texts, **row) == word).count();
    order[..first + same].rotate_right(same);
}

/// Whether a reader takes a text for a number or a flag.
fn looks_like_number(text: &str) -> bool {
    let is_flag = text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false");
    is_flag || text.parse::<f64>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Windows, each with so many rows.
    fn windows(of: &[(&str, usize)]) -> Vec<Option<Word>> {
        let rows = of.iter();
        rows.flat_map(|(name, rows)| std::iter::repeat_n(Some(Word::shared(name)), *rows))
            .collect()
    }

    fn ordered(windows: &[Option<Word>], form: CsvForm) -> Vec<usize> {
        order(windows.len(), std::iter::once(windows), form)
    }

    #[test]
    fn a_word_comes_first_where_a_hundred_rows_look_like_numbers() {
        let rows = windows(&[("2022", 100), ("2023-2024", 2), ("crash", 1), ("2025", 1)]);
        let wanted = [100, 101].into_iter().chain(0..100).chain([102, 103]);
        assert!(wanted.eq(ordered(&rows, CsvForm::Guessable)));
        assert!((0..104).eq(ordered(&rows, CsvForm::Plain)));
        let rows = windows(&[("2022-01-03", 20_000), ("never", 3)]);
        assert_eq!(
            ordered(&rows, CsvForm::Guessable)[..4],
            [20_000, 20_001, 20_002, 0]
        );
    }

    #[test]
    fn rows_stay_where_no_reader_can_guess_wrong() {
        for rows in [
            windows(&[("2022", 99), ("2023-2024", 200)]),
            windows(&[("2022", 150), ("2023", 150)]),
            windows(&[("2023-2024", 150), ("2022", 150)]),
            windows(&[("2023-01-04", 150), ("never", 1)]),
            windows(&[]),
        ] {
            assert!((0..rows.len()).eq(ordered(&rows, CsvForm::Guessable)));
        }
    }

    #[test]
    fn what_a_reader_takes_for_a_number_or_a_flag_is_no_word() {
        for text in ["2022", "-1.5e3", "NaN", "inf", "True", "false"] {
            assert!(looks_like_number(text), "{text}");
        }
        for text in [
            "2023-2024",
            "2022Q3",
            "7..21",
            "4525.10 (proxy)",
            "unhedged",
            "2022-01-03",
        ] {
            assert!(!looks_like_number(text), "{text}");
        }
    }

    #[test]
    fn a_fraction_has_a_point() {
        for (value, plain, guessable) in [
            (4525.0, "4525", "4525.0"),
            (22.5, "22.5", "22.5"),
            (-0.0, "-0", "-0.0"),
            (1e21, "1000000000000000000000", "1000000000000000000000.0"),
            (1e-7, "0.0000001", "0.0000001"),
        ] {
            for (form, wanted) in [(CsvForm::Plain, plain), (CsvForm::Guessable, guessable)] {
                let mut text = String::new();
                form.print_fraction(value, &mut text);
                assert_eq!(text, wanted);
                assert_eq!(number::parse(&text), Some(value));
            }
        }
    }

    #[test]
    fn a_level_of_an_axis_of_fractions_has_a_point() {
        for (kind, cell, wanted) in [
            (Kind::Float, "1", "1.0"),
            (Kind::Float, "-2", "-2.0"),
            (Kind::Float, "0.5", "0.5"),
            (Kind::Float, "1e-3", "1e-3"),
            (Kind::Float, "", ""),
            (Kind::Integer, "1", "1"),
            (Kind::Text, "1", "1"),
        ] {
            assert_eq!(CsvForm::Guessable.fraction(kind, cell.into()), wanted);
            assert_eq!(CsvForm::Plain.fraction(kind, cell.into()), cell);
        }
    }

    #[test]
    fn a_manifest_names_the_form_or_is_of_an_older_folder() {
        for form in [CsvForm::Plain, CsvForm::Guessable] {
            assert_eq!(CsvForm::of(&form.keys()).expect("a form"), form);
        }
        let error = CsvForm::of(&json!({ "csv_version": 3 })).expect_err("unknown");
        assert!(
            error
                .to_string()
                .contains("`csv_version`: found 3, allowed are none and 2")
        );
    }
}
