//! From the free publishers' addresses to files in a folder, resumably and politely.
//!
//! [`plan`] lists what to ask for; [`run`] asks, a few at a time. A file is written beside its place and renamed when it
//! is whole and looks like what the publisher gives out, so a folder never holds half a file. What was fetched is noted
//! in `fetch.json` with its hash and the publisher's validators: the next run asks "changed since?" and not again.
//!
//! Invariant: nothing here knows what the numbers in a file mean, reads a clock or decides when to give up waiting: the
//! caller hands in how to wait.

pub mod error;
pub mod layout;
pub mod plan;

pub mod manners;
pub mod run;

mod get;
pub mod state;
