//! Many comparisons: the cells of a sweep, computed once and kept, and how much of the best of them is luck.
//!
//! [`spec`] makes cells of a sweep file, [`selection`] some of them for a machine of many, [`inputs`] asks whether the data
//! are there for them, [`work`] computes those the [`store`] does not know, [`inference`] judges them together:
//! [`overfitting`] says how much is luck, [`random_dates`] and [`random_timing_baseline`] what the same purchases bring at
//! random dates, in a draw and in the mean.
//!
//! Invariants: no file but the store, and those without a name for what is more than memory should hold ([`files::Records`]);
//! results in the order of the cells, so one thread and many give the same bytes.

pub mod spec;

pub mod cell;
pub mod cell_error;
pub mod inputs;
pub mod selection;
pub mod work;

pub mod configurations;
pub mod inference;
pub mod overfitting;
pub mod random_dates;
pub mod random_timing_baseline;
pub mod table;

pub mod codec;
pub mod store;
