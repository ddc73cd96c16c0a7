//! Worlds of the reconstruction, and of real history where it is named.

mod dataset_again;
mod fair_prices;
mod support;
mod worlds_hold;
