//! Situations in which data arrives, good and bad.
