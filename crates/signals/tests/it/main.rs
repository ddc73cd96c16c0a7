//! What signals and triggers say, and what they refuse.

mod documented;
mod drawn;
mod hand_days;
mod look_ahead;
mod naive;
mod policy_files;
mod ranges;
mod raw;
mod rules;
mod second_opinion;
mod support;
mod surfaces;
