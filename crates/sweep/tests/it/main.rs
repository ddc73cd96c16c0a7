//! Situations a store and a sweep's cells meet.

mod faulty_markets;
mod killed_writers;
mod orders;
mod random_dates;

/// The reference run of `study`, executed once.
#[path = "../../../study/tests/it/support.rs"]
mod support;
