//! What a run asks about the published claims: [`Claims`], from `configs/claims.toml` unless the run file has its own.
//! Each row names a measure, arms, windows, the claimed values and the least n. `study` measures; nothing here does.

mod claimed;
mod measure;
mod rows;

pub use claimed::Claimed;
pub use measure::{During, Measure, Outcome, Pick, Ratio, Split, Yield};
pub use rows::{Claims, NoMember, Row, Variant, insert_shipped};
