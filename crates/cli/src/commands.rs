//! One file a command.

pub mod replay;
pub mod report;
mod shown;
pub mod study;
pub mod sweep;
pub mod today;
pub mod verify;

pub mod explain;
pub mod manual;
pub mod new;
pub mod parts;
pub mod policies;
pub mod schema;

pub mod data;
pub mod dataset;
pub mod dry;
pub mod fetch;
pub mod fit;
pub mod fit_indices;
