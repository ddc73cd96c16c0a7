//! Whole or not at all, also where a process was killed.

mod claims;
mod drafts;
mod reading;
mod single_files;
