//! Tests of the public interface, one module per situation.

mod contests;
mod edges;
mod properties;
mod published_values;
mod resampling;
mod series;
mod snooping;
