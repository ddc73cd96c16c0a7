//! One file a command.

pub mod replay;
pub mod report;
pub mod study;
pub mod sweep;
pub mod verify;

pub mod explain;
pub mod policies;
pub mod schema;

pub mod data;
pub mod fetch;
pub mod fit;
pub mod fit_indices;
