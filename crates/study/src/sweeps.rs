//! A sweep: a run, what is varied of it, what came out of every cell, and how much of the best is luck.
//!
//! A [`spec::SweepConfig`] numbers the cells, [`cell`] says what a cell is and how its result is kept, [`work`] computes
//! the cells that are not known yet, [`table`] writes one row per cell, and [`inference`] judges all of them together.

pub mod spec;

pub mod cell;
pub mod work;

pub mod configurations;
pub mod inference;
pub mod table;
pub mod yardstick;

mod luck;
