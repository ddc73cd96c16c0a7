//! What can be traded and what was quoted, as of a moment; the pricing mathematics.
//!
//! The bottom of the workspace: it knows no position, no policy and no file. Read in the order of the modules:
//! what a contract is, when it trades, what it is worth, and what a trader could see of it on a given day.
//!
//! Units: index points unless a name says `usd`; volatilities are decimals; times are years ACT/365.

pub mod contract;
pub mod decimal;
pub mod fund;
pub mod price;

pub mod calendar;
pub mod events;
pub mod listing;

pub mod black;
pub mod math;

pub mod curve;
pub mod pchip;
pub mod surface;
pub mod svi;
pub mod vix;

pub mod kernel;

pub mod futures_curve;
pub mod inputs;
pub mod observations;

pub mod chain;
pub mod released_series;

pub mod error_model;
pub mod expiry_smiles;
pub mod history;
pub mod mark_path;
pub mod roll;
pub mod settlement_law;

mod beta;
pub mod memo;
mod widest;
