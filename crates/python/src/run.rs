//! Runs in memory, datasets, and the small functions around files.

use std::path::PathBuf;
use std::sync::Arc;

use alvh_cli::host;
use pyo3::exceptions::PyKeyError;
use pyo3::prelude::*;

use crate::job::{Hearer, exception, run as run_job};
use crate::table::Table;

/// A dataset folder, read once for many calls.
#[pyclass(frozen, module = "alvh._alvh")]
pub struct Dataset(Arc<host::Dataset>);

#[pymethods]
impl Dataset {
    #[new]
    fn new(py: Python<'_>, path: PathBuf) -> PyResult<Dataset> {
        let opened = run_job(py, &Hearer::new(None), move |_| host::Dataset::open(&path))?;
        Ok(Dataset(Arc::new(opened)))
    }

    /// Its folder.
    #[getter]
    fn path(&self) -> PathBuf {
        self.0.path().to_path_buf()
    }
}

/// A finished run in memory.
#[pyclass(frozen, module = "alvh._alvh")]
pub struct Run(Arc<host::Run>);

#[pymethods]
impl Run {
    /// The names of its tables.
    fn names(&self) -> Vec<String> {
        self.0.names()
    }

    /// A table, made now.
    fn table(&self, py: Python<'_>, name: &str) -> PyResult<Table> {
        let found = py.allow_threads(|| self.0.table(name).map(|table| own(name, &table)));
        found.ok_or_else(|| {
            PyKeyError::new_err(format!(
                "no table {name:?}; there are: {}",
                self.0.names().join(", ")
            ))
        })
    }

    /// Writes the folder of `alvh replay --out OUT` and returns its path.
    fn save(&self, py: Python<'_>, out: PathBuf) -> PyResult<PathBuf> {
        let own = self.0.clone();
        run_job(py, &Hearer::new(None), move |_| own.save(&out))
    }

    /// The configuration in full, as TOML.
    #[getter]
    fn config(&self) -> String {
        self.0.config()
    }

    /// The hash of the dataset it ran on.
    #[getter]
    fn dataset_hash(&self) -> String {
        self.0.dataset_hash().to_string()
    }

    /// The folder of the dataset it ran on.
    #[getter]
    fn dataset_path(&self) -> PathBuf {
        self.0.dataset_path().to_path_buf()
    }
}

fn own(name: &str, table: &tables::Table) -> Table {
    let about = host::Run::columns(table);
    let about = about
        .into_iter()
        .map(|(_, unit, doc)| (unit, doc))
        .collect();
    Table::new(name, data::frames::columns(table), about)
}

/// Replays a run; Ctrl-C ends it, and another Python thread goes on meanwhile.
#[pyfunction]
#[pyo3(signature = (run, dataset, more_arms, sets, threads, progress))]
pub fn replay(
    py: Python<'_>,
    run: Option<PathBuf>,
    dataset: Option<Py<Dataset>>,
    more_arms: Vec<String>,
    sets: Vec<String>,
    threads: Option<usize>,
    progress: Option<Py<PyAny>>,
) -> PyResult<Run> {
    let hearer = Hearer::new(progress);
    let request = host::Request {
        run,
        dataset: dataset.map(|dataset| dataset.get().0.clone()),
        more_arms,
        sets,
        threads,
        listener: Some(hearer.listener()),
    };
    let found = run_job(py, &hearer, move |stop| host::replay(&request, stop))?;
    Ok(Run(Arc::new(found)))
}

/// The daily P&L of a cell and its arm in each window, from the stores that may hold it.
#[pyfunction]
pub fn daily(
    py: Python<'_>,
    folder: PathBuf,
    stores: Vec<PathBuf>,
    cell: usize,
    arm: &str,
) -> PyResult<Table> {
    let found = py.allow_threads(|| host::daily(&folder, &stores, cell, arm));
    let table = found.map_err(|error| exception(py, &error))?;
    Ok(own("daily", &table))
}

/// A sweep file in full, with its run inside: the text, its hash with the dataset, and the dataset's folder.
#[pyfunction]
pub fn resolved_sweep(
    py: Python<'_>,
    sweep: Option<PathBuf>,
    dataset: Option<PathBuf>,
    sets: Vec<String>,
) -> PyResult<(String, String, PathBuf)> {
    let found = py.allow_threads(|| host::resolved_sweep(sweep.as_deref(), dataset, sets));
    found.map_err(|error| exception(py, &error))
}

/// The same of a study file; the hash is the one its parts are collected under.
#[pyfunction]
pub fn resolved_study(
    py: Python<'_>,
    study: Option<PathBuf>,
    dataset: Option<PathBuf>,
    sets: Vec<String>,
) -> PyResult<(String, String, PathBuf)> {
    let found = py.allow_threads(|| host::resolved_study(study.as_deref(), dataset, sets));
    found.map_err(|error| exception(py, &error))
}

/// Names of the files of a kind: run, policy, sweep, study.
#[pyfunction]
pub fn names(kind: &str) -> Vec<String> {
    host::names(kind)
}

/// A JSON object as TOML.
#[pyfunction]
pub fn toml_of_json(py: Python<'_>, text: &str) -> PyResult<String> {
    host::toml_of_json(text).map_err(|error| exception(py, &error))
}

/// A TOML text as JSON.
#[pyfunction]
pub fn json_of_toml(py: Python<'_>, text: &str) -> PyResult<String> {
    host::json_of_toml(text).map_err(|error| exception(py, &error))
}

/// A key and a value in JSON as `--set` takes them.
#[pyfunction]
pub fn setting(py: Python<'_>, key: &str, value: &str) -> PyResult<Option<String>> {
    host::setting(key, value).map_err(|error| exception(py, &error))
}
