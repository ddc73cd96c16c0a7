//! The simulator against what must hold of every run. One file a situation.

mod support;

mod account_pays;
mod accounts;
mod boundaries;
mod chains;
mod curve_keys;
mod curves;
mod exits;
mod fills;
mod fixed_numbers;
mod funds;
mod futures_account;
mod hand_amounts;
mod ledger;
mod logged;
mod look_ahead;
mod margin;
mod mark_paths;
mod nulls;
mod oracle;
mod published_amounts;
mod resting;
mod resting_real;
mod scripts;
mod settlement;
mod settlement_values;
mod size_rules;
mod sizes;
mod triggers;
