//! Configuration files read, printed, read again, and damaged.

mod damaged_texts;
mod round_trip;
mod shipped;
