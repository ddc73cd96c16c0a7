//! Reports of run folders that a small generator writes: no engine, no market data.

mod broken_folder;
mod fixture;
mod hostile_text;
mod market_model;
mod older_folder;
mod page;
mod printed_numbers;
mod reasons;
mod study_page;
mod sweep_page;
mod terminal_table;
mod two_runs;
mod warnings;
