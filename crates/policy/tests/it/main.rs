//! Tests of the policies that ship and of what their documents say.

mod claims_table;
mod decisions;
mod documented;
mod edges;
mod layers;
mod purchases;
mod quoted;
mod ready;
mod rules;
mod scene;
mod selecting;
mod shipped;
mod weights;
