//! Tables cross to Python by the Arrow C stream: the consumer reads the memory they lie in here.

use std::ffi::CString;
use std::path::PathBuf;

use data::table::{Column, Values, day_number};
use polars_arrow::array::{Array, BooleanArray, PrimitiveArray, StructArray, Utf8Array};
use polars_arrow::datatypes::{ArrowDataType, Field};
use polars_arrow::ffi;
use pyo3::exceptions::PyKeyError;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

use crate::job::exception;

/// A table of a run, sweep or study. Anything that knows the Arrow PyCapsule protocol reads it without a copy of numbers:
/// polars.DataFrame(t), pandas.DataFrame.from_arrow(t), pyarrow.table(t), duckdb.sql("from t").
#[pyclass(frozen, module = "alvh._alvh")]
pub struct Table {
    name: String,
    fields: Vec<Field>,
    arrays: Vec<Box<dyn Array>>,
    rows: usize,
    /// Unit and meaning of each column; empty where the table came from a file.
    about: Vec<(String, String)>,
}

impl Table {
    /// From the columns of a frame; `about` has a unit and a meaning for each, or nothing.
    pub fn new(name: &str, columns: Vec<Column>, about: Vec<(String, String)>) -> Table {
        let rows = columns.first().map_or(0, |column| column.values.len());
        let (mut fields, mut arrays) = (Vec::new(), Vec::new());
        for column in columns {
            let array = array(column.values);
            fields.push(Field::new(column.name.into(), array.dtype().clone(), true));
            arrays.push(array);
        }
        Table {
            name: name.to_string(),
            fields,
            arrays,
            rows,
            about,
        }
    }

    fn dtype(&self) -> ArrowDataType {
        ArrowDataType::Struct(self.fields.clone())
    }

    fn place(&self, column: &str) -> PyResult<usize> {
        let found = self.fields.iter().position(|field| field.name == column);
        found.ok_or_else(|| {
            let names: Vec<&str> = self.fields.iter().map(|f| f.name.as_str()).collect();
            PyKeyError::new_err(format!(
                "table {} has no column {column:?}; there are: {}",
                self.name,
                names.join(", ")
            ))
        })
    }
}

#[pymethods]
impl Table {
    /// The table as a PyCapsule `arrow_array_stream`, in one batch.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        // The protocol lets a producer answer with its own types.
        let _ = requested_schema;
        let batch = StructArray::new(self.dtype(), self.rows, self.arrays.clone(), None);
        let batches = std::iter::once(Ok(batch.boxed()));
        let field = Field::new("".into(), self.dtype(), false);
        let stream = ffi::export_iterator(Box::new(batches), field);
        PyCapsule::new(py, stream, Some(CString::from(c"arrow_array_stream")))
    }

    /// The types as a PyCapsule `arrow_schema`.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        let field = Field::new("".into(), self.dtype(), false);
        let schema = ffi::export_field_to_c(&field);
        PyCapsule::new(py, schema, Some(CString::from(c"arrow_schema")))
    }

    fn __len__(&self) -> usize {
        self.rows
    }

    fn __repr__(&self) -> String {
        let (rows, columns) = (self.rows, self.fields.len());
        format!("<alvh table {}: {rows} rows, {columns} columns>", self.name)
    }

    /// Its name, as `equity`.
    #[getter]
    fn name(&self) -> &str {
        &self.name
    }

    /// The names of its columns.
    #[getter]
    fn columns(&self) -> Vec<String> {
        self.fields
            .iter()
            .map(|field| field.name.to_string())
            .collect()
    }

    /// Unit and meaning of a column.
    fn about(&self, column: &str) -> PyResult<(String, String)> {
        let place = self.place(column)?;
        Ok(self.about.get(place).cloned().unwrap_or_default())
    }

    /// Where the numbers of a column lie in memory; 0 for text and flags.
    fn address(&self, column: &str) -> PyResult<usize> {
        let array = &self.arrays[self.place(column)?];
        let any = array.as_any();
        let numbers = any.downcast_ref::<PrimitiveArray<f64>>();
        let whole = any.downcast_ref::<PrimitiveArray<i64>>();
        let days = any.downcast_ref::<PrimitiveArray<i32>>();
        Ok(numbers
            .map(|array| array.values().as_ptr().addr())
            .or(whole.map(|array| array.values().as_ptr().addr()))
            .or(days.map(|array| array.values().as_ptr().addr()))
            .unwrap_or(0))
    }
}

/// Reads a table of a folder on disk.
#[pyfunction]
pub fn read_parquet(py: Python<'_>, path: PathBuf) -> PyResult<Table> {
    let found = py.allow_threads(|| data::table::read_parquet(&path));
    let columns = found.map_err(|error| {
        let error = alvh_cli::host::Error {
            message: error.to_string(),
            exit_code: 3,
        };
        exception(py, &error)
    })?;
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    Ok(Table::new(&name, columns, Vec::new()))
}

fn array(values: Values) -> Box<dyn Array> {
    match values {
        Values::I64(values) => numbers(values).boxed(),
        Values::F64(values) => numbers(values).boxed(),
        Values::Str(values) => Utf8Array::<i64>::from(values).boxed(),
        Values::Bool(values) => BooleanArray::from(values).boxed(),
        Values::Date(values) => {
            let days: Vec<Option<i32>> =
                values.into_iter().map(|day| day.map(day_number)).collect();
            numbers(days).to(ArrowDataType::Date32).boxed()
        }
    }
}

/// Without missing values the numbers are taken as they are.
fn numbers<T: polars_arrow::types::NativeType>(values: Vec<Option<T>>) -> PrimitiveArray<T> {
    match values.iter().copied().collect::<Option<Vec<T>>>() {
        Some(whole) => PrimitiveArray::from_vec(whole),
        None => PrimitiveArray::from(values),
    }
}
