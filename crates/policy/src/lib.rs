//! A pure function from market and book to orders.
//!
//! A [`Hedge`](hedge::Hedge) and the [`Condor`](condor::Condor) tiers of a run make an [`Arm`](arm::Arm). Each
//! session [`decide`](decide::decide) looks at the market as far as it is known, at the portfolio and at the last
//! [`Regime`](tier::Regime), and returns orders that trade at the *next* snapshot, with a reason for everything
//! that was done and everything that was not.
//!
//! Invariants: `policy` never opens a file, never fills an order, and never sees a session after today: it is handed
//! a [`MarketView`](market::history::MarketView) and nothing else. An order says *what to look for*; which strike
//! and expiry that means is resolved by [`select`] on the snapshot that is traded.

pub mod arm;

pub mod budget;
pub mod condor;
pub mod gates;
pub mod hedge;
pub mod layer;
pub mod size;
pub mod stance;
pub mod tier;

pub mod rule;
pub mod select;
pub mod strikes;

pub mod decide;
pub mod order;
