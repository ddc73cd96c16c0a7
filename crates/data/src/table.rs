//! A thin typed door to Parquet: named columns of integers, numbers, texts, dates or flags, each value present or missing.
//!
//! The same columns always give the same bytes: one row group, one thread, no clock and no path in the file.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use chrono::NaiveDate;
use polars::prelude::{
    ChunkedArray, Column as PolarsColumn, DataFrame, DataType, IntoColumn, NamedFrom,
    ParallelStrategy, ParquetCompression, ParquetReader, ParquetWriter, PlSmallStr,
    PolarsNumericType, SerReader, Series, StatisticsOptions,
};

use crate::hash::Hasher;
use crate::manifest::FileEntry;
use crate::{DataError, Finding};

/// One column of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Name, unique within the table.
    pub name: String,
    /// One value per row.
    pub values: Values,
}

/// The values of a column; `None` is missing, and there is no NaN.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Whole numbers.
    I64(Vec<Option<i64>>),
    /// Finite numbers.
    F64(Vec<Option<f64>>),
    /// Texts.
    Str(Vec<Option<String>>),
    /// Days.
    Date(Vec<Option<NaiveDate>>),
    /// True or false.
    Bool(Vec<Option<bool>>),
}

impl Column {
    /// A column of whole numbers.
    pub fn i64(name: &str, values: Vec<Option<i64>>) -> Column {
        Column {
            name: name.to_string(),
            values: Values::I64(values),
        }
    }

    /// A column of numbers.
    pub fn f64(name: &str, values: Vec<Option<f64>>) -> Column {
        Column {
            name: name.to_string(),
            values: Values::F64(values),
        }
    }

    /// A column of texts.
    pub fn str(name: &str, values: Vec<Option<String>>) -> Column {
        Column {
            name: name.to_string(),
            values: Values::Str(values),
        }
    }

    /// A column of days.
    pub fn date(name: &str, values: Vec<Option<NaiveDate>>) -> Column {
        Column {
            name: name.to_string(),
            values: Values::Date(values),
        }
    }
}

impl Values {
    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            Values::I64(v) => v.len(),
            Values::F64(v) => v.len(),
            Values::Str(v) => v.len(),
            Values::Date(v) => v.len(),
            Values::Bool(v) => v.len(),
        }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Writes a table. Refuses columns of unequal length and numbers that are not finite.
pub fn write_parquet(path: &Path, columns: &[Column]) -> Result<(), DataError> {
    let mut frame = frame(path, columns)?;
    let file = File::create(path).map_err(DataError::io(path))?;
    ParquetWriter::new(BufWriter::new(file))
        .with_compression(COMPRESSION)
        .with_statistics(StatisticsOptions::empty())
        .with_row_group_size(Some(usize::MAX))
        .set_parallel(false)
        .finish(&mut frame)
        .map_err(|e| DataError::table(path, e))?;
    Ok(())
}

fn frame(path: &Path, columns: &[Column]) -> Result<DataFrame, DataError> {
    check(path, columns)?;
    let height = columns.first().map_or(0, |c| c.values.len());
    let columns = columns.iter().map(to_polars).collect();
    DataFrame::new(height, columns).map_err(|e| DataError::table(path, e))
}

/// Measured on 1,155 sessions and 10,285 futures rows, polars at opt-level 0: 27 ms to load at 545 kB. Without
/// compression 30 ms at 1,030 kB, Snappy 35 ms at 545 kB, Zstandard 42 ms at 370 kB.
const COMPRESSION: ParquetCompression = ParquetCompression::Lz4Raw;

/// Reads a table written by [`write_parquet`].
pub fn read_parquet(path: &Path) -> Result<Vec<Column>, DataError> {
    read(path, None)
}

/// Reads the named columns of a table; a name that the table lacks is an error.
pub fn read_parquet_columns(path: &Path, names: &[&str]) -> Result<Vec<Column>, DataError> {
    read(path, Some(names.iter().map(ToString::to_string).collect()))
}

fn read_frame(path: &Path, names: Option<Vec<String>>) -> Result<DataFrame, DataError> {
    let file = File::open(path).map_err(DataError::io(path))?;
    ParquetReader::new(file)
        .with_columns(names)
        // A thread pool costs more to start than these tables cost to read.
        .read_parallel(ParallelStrategy::None)
        .finish()
        .map_err(|e| DataError::table(path, e))
}

fn read(path: &Path, names: Option<Vec<String>>) -> Result<Vec<Column>, DataError> {
    read_frame(path, names)?
        .columns()
        .iter()
        .map(|c| from_polars(path, c))
        .collect()
}

/// A column of texts that repeat: each text once, and per row its place among them.
pub(crate) struct Repeating {
    /// The different texts, in the order in which they appear.
    pub texts: Vec<String>,
    /// Per row, `None` where the text is missing.
    pub places: Vec<Option<u32>>,
}

/// Columns of a table: of texts that repeat, and others. Rows that hold the same text share it.
pub(crate) fn read_repeating(
    path: &Path,
    texts: &[&str],
    others: &[&str],
) -> Result<(Vec<Repeating>, Vec<Column>), DataError> {
    let wrong = |e: polars::prelude::PolarsError| DataError::table(path, e);
    let frame = read_frame(
        path,
        Some(
            texts
                .iter()
                .chain(others)
                .map(ToString::to_string)
                .collect(),
        ),
    )?;
    let column = |name: &&str| frame.column(name).map_err(wrong);
    Ok((
        texts
            .iter()
            .map(|name: &&str| -> Result<Repeating, DataError> {
                Ok(repeating(column(name)?.str().map_err(wrong)?.iter()))
            })
            .collect::<Result<_, _>>()?,
        others
            .iter()
            .map(|name: &&str| from_polars(path, column(name)?))
            .collect::<Result<_, _>>()?,
    ))
}

fn repeating<'t>(rows: impl Iterator<Item = Option<&'t str>>) -> Repeating {
    let mut known: BTreeMap<&str, u32> = BTreeMap::new();
    // The two last different texts: calls and puts often take turns.
    let mut last: [Option<(&str, u32)>; 2] = [None; 2];
    let mut places = Vec::with_capacity(rows.size_hint().0);
    for text in rows {
        let place = text.map(|text| {
            if let Some((_, place)) = last.iter().flatten().find(|(same, _)| *same == text) {
                return *place;
            }
            let next = known.len() as u32;
            let place = *known.entry(text).or_insert(next);
            last = [Some((text, place)), last[0]];
            place
        });
        places.push(place);
    }
    let mut texts: Vec<(u32, &str)> = known.into_iter().map(|(text, at)| (at, text)).collect();
    texts.sort_unstable();
    Repeating {
        texts: texts
            .into_iter()
            .map(|(_, text)| text.to_string())
            .collect(),
        places,
    }
}

/// Tables beside the canonical ones, and what was found about them.
#[derive(Default)]
pub(crate) struct Extra {
    pub files: BTreeMap<String, FileEntry>,
    pub findings: Vec<Finding>,
}

/// Writes a table of a dataset folder; its hashes and rows, for the manifest.
pub(crate) fn write_table(
    dir: &Path,
    name: &str,
    columns: &[Column],
) -> Result<FileEntry, DataError> {
    let path = dir.join(name);
    write_parquet(&path, columns)?;
    let rows = columns.first().map_or(0, |c| c.values.len());
    Ok(FileEntry {
        sha256: crate::sha256_file(&path)?,
        content_sha256: content_sha256(columns),
        rows,
    })
}

fn check(path: &Path, columns: &[Column]) -> Result<(), DataError> {
    let height = columns.first().map_or(0, |c| c.values.len());
    for column in columns {
        let name = &column.name;
        let rows = column.values.len();
        if rows != height {
            return Err(DataError::table(
                path,
                format!("column {name}: found {rows} rows, allowed: {height}"),
            ));
        }
        if let Values::F64(values) = &column.values
            && let Some(row) = values
                .iter()
                .position(|v| v.is_some_and(|v| !v.is_finite()))
        {
            let found = values[row].unwrap_or(f64::NAN);
            return Err(DataError::table(
                path,
                format!("column {name}, row {row}: found {found}, allowed: finite numbers"),
            ));
        }
    }
    Ok(())
}

fn to_polars(column: &Column) -> PolarsColumn {
    let name = column.name.as_str().into();
    match &column.values {
        Values::I64(v) => numbers(name, v),
        Values::F64(v) => numbers(name, v),
        Values::Str(v) => Series::new(name, v),
        Values::Bool(v) => Series::new(name, v),
        Values::Date(v) => {
            let days: Vec<Option<i32>> = v.iter().map(|d| d.map(day_number)).collect();
            numbers(name, &days).into_date()
        }
    }
    .into_column()
}

/// Numbers as polars holds them. Without missing ones they are copied as a whole, which polars does not do by itself.
fn numbers<T: Copy>(name: PlSmallStr, values: &[Option<T>]) -> Series
where
    Series: NamedFrom<Vec<T>, [T]>,
    Series: for<'a> NamedFrom<&'a [Option<T>], [Option<T>]>,
{
    match values.iter().copied().collect::<Option<Vec<T>>>() {
        Some(whole) => Series::new(name, whole),
        None => Series::new(name, values),
    }
}

fn from_polars(path: &Path, column: &PolarsColumn) -> Result<Column, DataError> {
    let wrong = |e: polars::prelude::PolarsError| DataError::table(path, e);
    let values = match column.dtype() {
        DataType::Int64 => Values::I64(values(column.i64().map_err(wrong)?, |v| v)),
        DataType::Float64 => Values::F64(values(column.f64().map_err(wrong)?, |v| v)),
        DataType::String => Values::Str(
            column
                .str()
                .map_err(wrong)?
                .iter()
                .map(|s| s.map(str::to_string))
                .collect(),
        ),
        DataType::Boolean => Values::Bool(column.bool().map_err(wrong)?.iter().collect()),
        DataType::Date => Values::Date(values(column.date().map_err(wrong)?.physical(), day)),
        other => {
            let message = format!(
                "column {}: found type {other}, allowed: i64, f64, str, date, bool",
                column.name()
            );
            return Err(DataError::table(path, message));
        }
    };
    Ok(Column {
        name: column.name().to_string(),
        values,
    })
}

/// What the values of a column of numbers stand for. They are read where they lie: the iterators of the library take a call
/// for each value, in code that is not optimised.
fn values<T: PolarsNumericType, V>(
    column: &ChunkedArray<T>,
    value: impl Fn(T::Native) -> V,
) -> Vec<Option<V>> {
    let mut all = Vec::with_capacity(column.len());
    for chunk in column.downcast_iter() {
        let numbers = chunk.values().as_slice();
        let Some(present) = chunk.validity() else {
            all.extend(numbers.iter().map(|number| Some(value(*number))));
            continue;
        };
        let (bits, first, _) = present.as_slice();
        all.extend(numbers.iter().zip(first..).map(|(number, bit)| {
            let is_there = bits[bit / 8] >> (bit % 8) & 1 == 1;
            is_there.then(|| value(*number))
        }));
    }
    all
}

/// Days since 1970-01-01, as Arrow and Parquet count them.
pub fn day_number(day: NaiveDate) -> i32 {
    day.to_epoch_days()
}

fn day(number: i32) -> NaiveDate {
    NaiveDate::from_epoch_days(number).unwrap_or(NaiveDate::MAX)
}

/// SHA-256 of what a table says, whatever its file looks like: names, types and values in order.
pub fn content_sha256(columns: &[Column]) -> String {
    let mut hasher = Hasher::default();
    for column in columns {
        hasher.text(&column.name).number(column.values.len() as u64);
        match &column.values {
            Values::I64(v) => feed(hasher.text("i64"), v, |h, v| _ = h.number(*v as u64)),
            Values::F64(v) => feed(hasher.text("f64"), v, |h, v| _ = h.number(v.to_bits())),
            Values::Str(v) => feed(hasher.text("str"), v, |h, v| _ = h.text(v)),
            Values::Date(v) => feed(hasher.text("date"), v, |h, v| {
                _ = h.number(day_number(*v) as u64)
            }),
            Values::Bool(v) => feed(hasher.text("bool"), v, |h, v| _ = h.number((*v).into())),
        }
    }
    hasher.finish()
}

fn feed<T>(hasher: &mut Hasher, values: &[Option<T>], value: impl Fn(&mut Hasher, &T)) {
    for v in values {
        hasher.number(v.is_some().into());
        if let Some(v) = v {
            value(hasher, v);
        }
    }
}

#[cfg(test)]
mod tests {
    use polars::prelude::Int64Chunked;

    use super::*;

    #[test]
    fn values_read_where_they_lie_are_those_of_the_library() {
        let numbers = |from: i64| -> Int64Chunked {
            let number = |n: i64| (n % 3 != 0).then_some(n * n - 50);
            (from..from + 21).map(number).collect()
        };
        let whole: Int64Chunked = (0..17).map(Some).collect();
        // Chunks with and without missing values, one of them beginning within a byte.
        let mut chunked = numbers(0).slice(5, 13);
        chunked.append(&whole).expect("the same type");
        chunked.append(&numbers(4)).expect("the same type");
        assert_eq!(chunked.downcast_iter().count(), 3);
        let empty = chunked.slice(0, 0);
        for column in [numbers(1), whole, chunked.slice(2, 30), chunked, empty] {
            let expected: Vec<Option<i64>> = column.iter().collect();
            assert_eq!(values(&column, |v| v), expected);
        }
    }

    #[test]
    fn days_are_counted_from_1970_and_one_beyond_the_calendar_is_the_last() {
        for (number, expected) in [
            (0, NaiveDate::from_ymd_opt(1970, 1, 1)),
            (-1, NaiveDate::from_ymd_opt(1969, 12, 31)),
            (18_993, NaiveDate::from_ymd_opt(2022, 1, 1)),
            (i32::MAX, Some(NaiveDate::MAX)),
            (i32::MIN, Some(NaiveDate::MAX)),
        ] {
            assert_eq!(Some(day(number)), expected, "{number}");
        }
    }
}
