//! Integration tests of the market crate, one module per situation.

mod calendar_chains;
mod calendar_events;
mod calendar_expiries;
mod calendar_listing;
mod calendar_sessions;
mod chain_quotes;
mod contract_facts;
mod dated_events;
mod edges;
mod errors_by_era;
mod fits_at_edges;
mod inputs_at_edges;
mod limits;
mod model_edges;
mod pricing_calibration;
mod pricing_errors;
mod pricing_oracle;
mod pricing_properties;
mod sessions_at_edges;
mod slow_series;
mod tables;
