//! Whole comparisons on the bundled market: what a study must keep whatever the market does.

mod support;

mod attribution;
mod benchmarks;
mod break_evens;
mod calibration;
mod claim_measures;
mod claims;
mod controls;
mod journal;
mod logged;
mod measures;
mod other_condors;
mod small_runs;
mod stand_ins;
mod today;
mod unchanged;
mod worlds;
