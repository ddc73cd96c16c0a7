//! Alternative market histories made from a user's own dataset (docs/worlds.md).
//!
//! A [`Source`](source::Source) is the dataset as days that can be drawn. A [`Tape`](tape::Tape) says which of them each
//! session of a world takes: blocks of days whose start is matched to the state at the end of the block before. A
//! [`World`](world::World) is what comes of it: observations like those of a dataset, from which a market is priced.
//! [`check`] refuses a world no market could have been; [`realism`] measures how real one looks.
//!
//! A world is a pure function of dataset, plan and number. Invariants: no file, no book, no policy; one stream of random
//! numbers per world, so that no world depends on another.

pub mod check;
pub mod classes;
pub mod fair;
pub mod plan;
pub mod random;
pub mod realism;
pub mod rule;
pub mod source;
pub mod step;
pub mod stress;
pub mod tape;
pub mod world;

mod columns;
mod curve;
mod walker;
