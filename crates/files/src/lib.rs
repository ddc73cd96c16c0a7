//! Files and folders that are written whole or not at all, and their SHA-256; and records that are more than memory should hold.
//!
//! What is under construction stands beside its place under a hidden name and is renamed when it is complete. A process
//! that is killed leaves it there; the next one that writes the same thing takes it away. Something under construction is
//! locked, so that nobody takes away what another process is writing. A place that only one process may write to is claimed first.
//!
//! What a process works with and nobody keeps stands in files without a name ([`Records`], [`ByHash`]), as soon as it is more than a
//! megabyte: they are gone with the process, however it ends.
//!
//! Invariant: nothing here knows what is in a file.

mod by_hash;
mod claim;
mod draft;
mod error;
mod first_error;
mod hash;
mod leftover;
pub mod positioned;
mod read;
mod records;
mod spill;

pub use by_hash::{ByHash, Gathered};
pub use claim::{Claim, ClaimError};
pub use draft::{Draft, check_writable, put_back, write_whole};
pub use error::FileError;
pub use first_error::FirstError;
pub use hash::{HashedFile, hex, sha256};
pub use read::{as_text, open_own, read_at_most, read_own};
pub use records::Records;
