//! One question over many condor books, weekdays and years.
//!
//! A `study` compares arms over one book; this crate asks the same of many books at once, so that the answer speaks of
//! people who trade condors and not of one condor. [`spec`] makes books, windows and arms of a study file; [`work`] replays
//! every cell (book, weekday, window) that the store does not know; [`logged`] leaves in trade logs what the market allows; [`judge`] makes years the sample; [`frontier`] holds every
//! arm against fewer condors and random dates; [`crash`] looks at named falls; [`worlds`] replays alternative histories made
//! from the dataset; [`claims`] judges.
//!
//! Invariants: no file but the store; results in the order of the cells, so one thread and many give the same bytes.

pub mod spec;

pub mod band;
pub mod cell;
pub mod logged;
pub mod of_worlds;
pub mod price_band;
pub mod random_dates;
pub mod work;

pub mod world_cell;
pub mod world_control;
pub mod world_rows;
pub mod worlds;

pub mod crash;

pub mod numbers;
pub mod years;

pub mod claims;
pub mod evidence;
pub mod frontier;
pub mod judge;
mod market_evidence;
mod purchases;
pub mod rows;
