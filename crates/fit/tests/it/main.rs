//! The comparison is tested on chains whose error is known; the program tests it on real ones.

mod chains_of_known_error;
mod error_model;
mod marks;
