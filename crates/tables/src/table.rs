//! A table in memory: typed columns, and its text and JSON.

use std::borrow::Cow;

use chrono::NaiveDate;
use market::price::{Money, Price};
use serde_json::{Map, Number, Value};

use crate::column::{Column, Decimals, Kind};
use crate::field::Cell;
use crate::number;
use crate::quantity::Quantity;
use crate::text::harmless;

/// A table: its columns, and their values beside them. Every series has one value per row.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// The file that holds it as CSV.
    pub file: &'static str,
    /// What the columns are.
    pub columns: Vec<Column>,
    /// Their values, in the same order.
    pub series: Vec<Series>,
}

/// The values of a column; `None` is undefined.
#[derive(Clone, Debug, PartialEq)]
pub enum Series {
    /// Text, harmless in a spreadsheet.
    Text(Vec<Option<String>>),
    /// Whole numbers.
    Integer(Vec<Option<i64>>),
    /// Finite numbers.
    Float(Vec<Option<f64>>),
    /// Money, in exact cents.
    Money(Vec<Option<Money>>),
    /// Prices, in exact 1/10,000 points.
    Price(Vec<Option<Price>>),
    /// Ratios and money.
    Quantity(Vec<Option<Quantity>>),
    /// Days.
    Date(Vec<Option<NaiveDate>>),
    /// True or false.
    Flag(Vec<Option<bool>>),
}

impl Series {
    /// No values of a kind.
    pub fn new(kind: Kind) -> Series {
        match kind {
            Kind::Text => Series::Text(Vec::new()),
            Kind::Integer => Series::Integer(Vec::new()),
            Kind::Float => Series::Float(Vec::new()),
            Kind::Money => Series::Money(Vec::new()),
            Kind::Price => Series::Price(Vec::new()),
            Kind::Quantity => Series::Quantity(Vec::new()),
            Kind::Date => Series::Date(Vec::new()),
            Kind::Flag => Series::Flag(Vec::new()),
        }
    }

    /// Appends a value. A cell of another kind becomes undefined; rows declared by `row!` have none.
    pub fn push(&mut self, cell: Cell) {
        match (self, cell) {
            (Series::Text(values), Cell::Text(text)) => {
                let safe = match harmless(&text) {
                    Cow::Owned(safe) => Some(safe),
                    Cow::Borrowed(_) => None,
                };
                values.push(Some(safe.unwrap_or(text)));
            }
            (Series::Integer(values), Cell::Integer(value)) => values.push(Some(value)),
            (Series::Float(values), Cell::Float(value)) => values.push(Some(value)),
            (Series::Money(values), Cell::Money(value)) => values.push(Some(value)),
            (Series::Price(values), Cell::Price(value)) => values.push(Some(value)),
            (Series::Quantity(values), Cell::Quantity(value)) => values.push(Some(value)),
            (Series::Date(values), Cell::Date(value)) => values.push(Some(value)),
            (Series::Flag(values), Cell::Flag(value)) => values.push(Some(value)),
            (series, _) => series.push_null(),
        }
    }

    fn push_null(&mut self) {
        match self {
            Series::Text(values) => values.push(None),
            Series::Integer(values) => values.push(None),
            Series::Float(values) => values.push(None),
            Series::Money(values) => values.push(None),
            Series::Price(values) => values.push(None),
            Series::Quantity(values) => values.push(None),
            Series::Date(values) => values.push(None),
            Series::Flag(values) => values.push(None),
        }
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            Series::Text(values) => values.len(),
            Series::Integer(values) => values.len(),
            Series::Float(values) => values.len(),
            Series::Money(values) => values.len(),
            Series::Price(values) => values.len(),
            Series::Quantity(values) => values.len(),
            Series::Date(values) => values.len(),
            Series::Flag(values) => values.len(),
        }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A value as a CSV file prints it; empty where it is undefined.
    pub(crate) fn text(&self, row: usize, decimals: Decimals) -> String {
        match self {
            Series::Text(values) => values[row].clone().unwrap_or_default(),
            Series::Integer(values) => printed(values[row]),
            Series::Float(values) => values[row].map_or(String::new(), |v| float(v, decimals)),
            Series::Money(values) => printed(values[row]),
            Series::Price(values) => printed(values[row]),
            Series::Quantity(values) => match values[row] {
                Some(Quantity::Usd(money)) => money.to_string(),
                Some(Quantity::Ratio(value)) => number::fixed(value, 6),
                Some(Quantity::Whole(n)) => n.to_string(),
                None => String::new(),
            },
            Series::Date(values) => printed(values[row]),
            Series::Flag(values) => printed(values[row]),
        }
    }

    /// A value as JSON: numbers, booleans and null are what they are, a day is its text.
    fn json(&self, row: usize, decimals: Decimals) -> Value {
        let found = match self {
            Series::Text(values) => values[row].clone().map(Value::String),
            Series::Integer(values) => values[row].map(Value::from),
            Series::Date(values) => values[row].map(|day| Value::String(day.to_string())),
            Series::Flag(values) => values[row].map(Value::Bool),
            numbers => numbers
                .number(row, decimals)
                .map(|value: f64| Number::from_f64(value).map_or(Value::Null, Value::Number)),
        };
        found.unwrap_or(Value::Null)
    }

    /// A number as the CSV file has it: money in USD, prices in points, ratios with the decimals of their column.
    pub fn number(&self, row: usize, decimals: Decimals) -> Option<f64> {
        match self {
            Series::Float(values) => values[row].map(|value| rounded(value, decimals)),
            Series::Money(values) => values[row].map(Money::usd),
            Series::Price(values) => values[row].map(Price::points),
            Series::Quantity(values) => values[row].map(|quantity| match quantity {
                Quantity::Ratio(value) => rounded(value, Decimals::Fixed(6)),
                whole => whole.into(),
            }),
            Series::Integer(values) => values[row].map(|value| value as f64),
            Series::Text(_) | Series::Date(_) | Series::Flag(_) => None,
        }
    }
}

fn printed<T: ToString>(value: Option<T>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

fn float(value: f64, decimals: Decimals) -> String {
    match decimals {
        Decimals::Fixed(decimals) => number::fixed(value, decimals),
        Decimals::Own | Decimals::Shortest => value.to_string(),
    }
}

fn rounded(value: f64, decimals: Decimals) -> f64 {
    match decimals {
        Decimals::Fixed(decimals) => number::rounded(value, decimals),
        Decimals::Own | Decimals::Shortest => value,
    }
}

impl Table {
    /// A table without rows.
    pub fn new(file: &'static str, columns: Vec<Column>) -> Table {
        let series = columns.iter().map(|c| Series::new(c.kind)).collect();
        Table {
            file,
            columns,
            series,
        }
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.series.first().map_or(0, Series::len)
    }

    /// The table as its first version had it: without the columns that came later.
    pub fn first_version(self) -> Table {
        let both = self.columns.into_iter().zip(self.series);
        let (columns, series) = both.filter(|(column, _)| column.required).unzip();
        Table {
            file: self.file,
            columns,
            series,
        }
    }

    /// The name of the file with the same table as Parquet: `equity.parquet` beside `equity.csv`.
    pub fn parquet_file(&self) -> String {
        parquet_file(self.file)
    }

    /// The table as CSV with `\n` line ends. Money has two decimals, dates are ISO, empty is undefined.
    pub fn csv(&self) -> String {
        let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
        let header = self.columns.iter().map(|column| harmless(&column.name));
        write(&mut writer, header.map(|name| name.into_owned()));
        for row in 0..self.rows() {
            let cells = self.series.iter().zip(&self.columns);
            write(
                &mut writer,
                cells.map(|(series, c)| series.text(row, c.decimals)),
            );
        }
        let bytes = writer.into_inner().expect("memory takes every write");
        String::from_utf8(bytes).expect("cells are text")
    }

    /// The rows as JSON objects.
    pub fn json(&self) -> Vec<Value> {
        (0..self.rows())
            .map(|row: usize| -> Value {
                let cells = self.series.iter().zip(&self.columns);
                let cells = cells.map(|(series, column)| {
                    (column.name.to_string(), series.json(row, column.decimals))
                });
                Value::Object(cells.collect::<Map<_, _>>())
            })
            .collect()
    }
}

/// The Parquet file beside a CSV file.
pub fn parquet_file(csv: &str) -> String {
    format!("{}.parquet", csv.trim_end_matches(".csv"))
}

fn write(writer: &mut csv::Writer<Vec<u8>>, cells: impl Iterator<Item = String>) {
    writer
        .write_record(cells)
        .expect("rows of one length, written to memory");
}
