//! A whole comparison: arms over windows, their twins, controls, bands and intervals.
//!
//! `engine` answers "what happened"; this crate asks it the questions a sceptic would: the same condors in every arm,
//! each hedge against one that spent as much, against fewer condors, with the model wrong in every direction it is
//! known to be wrong, and with an interval on every headline.
//!
//! Invariants: no file, no clock. [`execute::execute`] is a pure function of a [`runfile::config::RunConfig`] and the
//! observations; [`run_tables`] are pure functions of its result.

pub mod arms;
pub mod batch;
pub mod break_evens;
pub mod crash_phases;
pub mod curves;
mod error;
pub mod execute;
pub mod inputs;
pub mod markets;
mod replays;
pub mod twin;
mod variants;
pub mod worlds;

pub mod attribution;
pub mod control;
pub mod measures;
pub mod moments;
mod names;
pub mod replicate;

pub mod calibrate;
pub mod claims;
pub mod implied_level;
pub mod interval;
pub mod logged;
mod other_condors;
pub mod page_tables;
pub mod phase;
pub mod results;
pub mod signal_table;
pub mod sources;
pub mod summary;
pub mod unchanged;
pub mod unwinds;

pub mod decision_table;
pub mod findings;
pub mod journal_table;
pub mod run_tables;
pub mod today;
