//! Situations a store and a sweep's axes meet.

mod killed_writers;
