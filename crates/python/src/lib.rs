//! The extension `alvh._alvh` of the Python package: the engine once, as functions, runs and Arrow tables.
//!
//! Everything a user calls is written in Python (`python/alvh`) on top of these few names; `_alvh.pyi` describes them.
#![cfg(feature = "extension")]
#![deny(unsafe_code)]

mod job;
mod run;
mod table;

use pyo3::prelude::*;

/// The engine of the package `alvh`.
#[pymodule]
mod _alvh {
    #[pymodule_export]
    use crate::job::{command, main};
    #[pymodule_export]
    use crate::run::{
        Dataset, Run, daily, json_of_toml, names, replay, resolved_study, resolved_sweep, setting,
        toml_of_json,
    };
    #[pymodule_export]
    use crate::table::{Table, read_parquet};
}
