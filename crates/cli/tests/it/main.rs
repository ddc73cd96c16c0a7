//! The program as its users and their scripts see it. One file a situation.

mod support;

mod configurations;
mod data_commands;
mod explanations;
mod fetching;
mod golden;
mod mistakes;
mod price_model;
mod real_history;
mod replay_folder;
mod replication;
mod sweeps;
mod tidy;
mod verification;
