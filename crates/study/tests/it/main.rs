//! What a study asks of its market.

mod calibration;
