//! One day in a straight line, many days in a row.
//!
//! Start reading at [`simulator::Simulator::step`]: settle the morning, fill yesterday's orders, settle the close, mark,
//! decide. Every result passes through one function, `post`, which appends the event to the journal and applies it
//! to the portfolio; nothing else writes.
//!
//! Invariants: no `Result`, clock, randomness or file. A missing quote or an order that cannot trade is an event with
//! a reason; a broken account is an assertion, checked on every session of every run, in release builds too.

pub mod run;

pub mod outcome;
mod purchase_rules;
mod rules;
pub mod simulator;

pub mod curve;
pub mod entry_sessions;
pub mod overnight_interest;
pub mod package_outcomes;
pub mod placebo_trades;

pub mod admit;
pub mod fill;
pub mod flow;
mod held_shock;
pub mod logged;
pub mod mark;
pub mod naked_margin;
pub mod quotes;
pub mod resting;
pub mod settle;
pub mod shock;
mod size;

pub mod execution;
pub mod fees;
pub mod fixed_numbers;

/// Raised in the commit that changes any number of a run; part of every folder's hash.
pub const RESULTS_VERSION: u32 = 10;
