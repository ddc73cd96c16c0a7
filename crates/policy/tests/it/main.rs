//! Tests of the policies that ship and of what their documents say.

mod claims_table;
mod documented;
mod edges;
mod rules;
mod shipped;
