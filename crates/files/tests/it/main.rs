//! Whole or not at all, also where a process was killed.

mod drafts;
mod single_files;
