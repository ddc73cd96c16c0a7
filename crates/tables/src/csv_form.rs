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
use crate::table::{Series, Table};

/// Rows from which every reader guesses.
const GUESSED_FROM: usize = 100;

/// A form of the CSV files of a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CsvForm {
    /// Of folders whose manifest names no form: rows in the table's order, and `4525` beside `22.5` in one column.
    Plain,
    /// A fraction always has a point, and in a column with words a word comes first (see [`order`]).
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

/// The rows of a table in the order its CSV file has them.
///
/// Where a column of text begins with texts that look like numbers and has words further down (windows named `2022` and
/// `2023-2024`), the first rows with a word stand first: all that follow each other with that word. Rows of one word keep their order.
pub(crate) fn order(table: &Table, form: CsvForm) -> Vec<usize> {
    let mut order: Vec<usize> = (0..table.rows()).collect();
    if form == CsvForm::Plain {
        return order;
    }
    for series in &table.series {
        let Series::Text(values) = series else {
            continue;
        };
        let is_word = |row: &usize| values[*row].as_deref().is_some_and(is_word);
        let Some(first) = order
            .iter()
            .position(is_word)
            .filter(|first| *first >= GUESSED_FROM)
        else {
            continue;
        };
        let word = &values[order[first]];
        let rest = &order[first..];
        let same = rest.iter().take_while(|row| values[**row] == *word).count();
        order[..first + same].rotate_right(same);
    }
    order
}

/// Whether a reader takes a text for nothing but a text.
fn is_word(text: &str) -> bool {
    let is_flag = text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false");
    !text.is_empty() && !is_flag && text.parse::<f64>().is_err() && number::date(text).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::column::Column;
    use crate::field::Cell;

    /// A table of windows, each with so many rows, numbered from 0.
    fn windows(of: &[(&str, usize)]) -> Table {
        let column = |name: &str, kind| Column::named(name.into(), kind, "", String::new());
        let columns = vec![column("window", Kind::Text), column("row", Kind::Integer)];
        let mut table = Table::new("windows.csv", columns);
        let names = of
            .iter()
            .flat_map(|(name, rows)| std::iter::repeat_n(*name, *rows));
        for (row, name) in names.enumerate() {
            table.series[0].push(Cell::Text(name.into()));
            table.series[1].push(Cell::Integer(row as i64));
        }
        table
    }

    #[test]
    fn a_word_comes_first_where_a_hundred_rows_look_like_numbers() {
        let table = windows(&[("2022", 100), ("2023-2024", 2), ("crash", 1), ("2025", 1)]);
        let wanted: Vec<usize> = [100, 101]
            .into_iter()
            .chain(0..100)
            .chain([102, 103])
            .collect();
        assert_eq!(order(&table, CsvForm::Guessable), wanted);
        assert!(
            table
                .csv()
                .starts_with("window,row\n2023-2024,100\n2023-2024,101\n2022,0\n")
        );
        assert!(
            table
                .csv_as(CsvForm::Plain)
                .starts_with("window,row\n2022,0\n")
        );
    }

    #[test]
    fn rows_stay_where_no_reader_can_guess_wrong() {
        for table in [
            windows(&[("2022", 99), ("2023-2024", 200)]),
            windows(&[("2022", 150), ("2023", 150)]),
            windows(&[("2023-2024", 150), ("2022", 150)]),
            windows(&[]),
        ] {
            let order = order(&table, CsvForm::Guessable);
            assert!(order.into_iter().eq(0..table.rows()));
        }
    }

    #[test]
    fn what_a_reader_takes_for_a_number_a_flag_or_a_day_is_no_word() {
        for text in [
            "",
            "2022",
            "-1.5e3",
            "NaN",
            "inf",
            "True",
            "false",
            "2022-01-03",
        ] {
            assert!(!is_word(text), "{text}");
        }
        for text in [
            "2023-2024",
            "2022Q3",
            "7..21",
            "4525.10 (proxy)",
            "unhedged",
        ] {
            assert!(is_word(text), "{text}");
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
