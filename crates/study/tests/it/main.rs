//! Whole comparisons on the bundled market: what a study must keep whatever the market does.

mod support;

mod attribution;
mod benchmarks;
mod calibration;
mod claims;
mod controls;
mod measures;
mod other_condors;
mod stand_ins;
mod unchanged;
mod worlds;
