//! What signals and triggers say, and what they refuse.

mod documented;
mod hand_days;
mod look_ahead;
mod policy_files;
mod raw;
mod rules;
mod support;
