//! The index-only price model against option chains and futures settlements: how far off, and what would help.
//!
//! Three steps: what a chain says ([`target`]), what the model says at the same strikes on the chain's own forward
//! ([`error`]), and both pooled ([`pool`]). [`candidate`] asks whether a change of the model survives when the date it is
//! judged on is left out of choosing it; without that a parameter fitted to twenty dates proves nothing.
//! It opens no file and prints nothing: tables are texts ([`table`]), the picture is SVG ([`picture`]).

pub mod target;

pub mod error;
pub mod pool;

pub mod candidate;
pub mod coverage;
pub mod error_table;
pub mod futures;
pub mod marks;
pub mod marks_table;
pub mod session_error;

pub mod picture;
pub mod table;
