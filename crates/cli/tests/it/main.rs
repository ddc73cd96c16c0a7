//! The program as its users and their scripts see it. One file a situation.

mod support;

mod circles;
mod colours;
mod configurations;
mod damages;
mod data_commands;
mod documents;
mod explanations;
mod fetching;
mod golden;
mod hand_decisions;
mod hostile_fields;
mod hostile_names;
mod hosts;
mod installed;
mod journal;
mod killed_commands;
mod limits;
mod mistakes;
mod named_tests;
mod next_steps;
mod odd_surroundings;
mod parts;
mod price_model;
mod quoted_replay;
mod quoted_sweep;
#[path = "../../../signals/tests/it/raw.rs"]
#[allow(
    dead_code,
    reason = "shared with the hand-computed signals, which read more of it"
)]
mod raw;
mod real_history;
mod replay_folder;
mod replication;
mod stand_ins;
mod studies;
mod sweeps;
mod tampered_dataset;
mod tidy;
mod today;
mod trade_logs;
mod two_imports;
mod verification;
mod world_studies;
