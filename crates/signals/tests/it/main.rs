//! What signals and triggers say, and what they refuse.

mod policy_files;
mod rules;
mod support;
