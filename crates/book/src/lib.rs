//! What we asked for, got, hold and owe: events and the accounts they imply.
//!
//! The [`Journal`](journal::Journal) of [`Event`](event::Event)s is the ground truth. A
//! [`Portfolio`](portfolio::Portfolio) is what the events so far add up to; nothing changes it but
//! [`Portfolio::apply`](portfolio::Portfolio::apply), so replaying a journal rebuilds the portfolio exactly.
//! The [`statement`] turns a finished journal into the rows a user reads.
//!
//! **Signs, once.** A long quantity is positive. Cash received is positive. Fees and slippage are never positive.
//! A package's net price is the cash one unit brings in points: a credit is positive, a debit negative.
//!
//! Invariants: no opinion about markets, no file, no clock; amounts are integers, so every sum is exact.

pub mod event;
pub mod irr;
pub mod reason;

pub mod portfolio;
pub mod purse;

pub mod journal;
pub mod layers;
pub mod statement;
pub mod trade_log;
