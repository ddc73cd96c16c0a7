//! A pure function from market and book to orders.
//!
//! A [`Hedge`](hedge::Hedge) and the [`Condor`](condor::Condor) tiers of a run make an [`Arm`](arm::Arm). Each
//! session [`decide`](decide::decide) looks at the market as far as it is known, at the portfolio and at the last
//! [`Regime`](tier::Regime), and returns orders that trade at the *next* snapshot, with a reason for everything
//! that was done and everything that was not.
//!
//! Invariants: `policy` never opens a file, never fills an order, and never sees a session after today. A decision
//! looks at a [`DecisionContext`](decision_context::DecisionContext) and at nothing else: the market up to today's
//! close ([`MarketView`](market::history::MarketView)), the account after today's marks, the arm's own signals, and
//! what the engine answers about costs and sizes on the same snapshot. An order says *what to look for*; which strike
//! and expiry that means is resolved by [`select`] on the snapshot that is traded.

pub mod arm;

pub mod budget;
pub mod condor;
pub mod hedge;
pub mod hedge_number;
pub mod hedge_weight;
pub mod layer;
pub mod policy_signals;
pub mod readiness;
pub mod size;
pub mod tier;
pub mod weight_rules;

pub mod rule;
pub mod select;
pub mod side;
pub mod strikes;

pub mod choice;
pub mod decide;
pub mod decision_context;
pub mod exit;
pub mod order;
pub mod purchase;
