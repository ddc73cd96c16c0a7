//! The honest controls: fewer condors instead of a hedge (A10), and the same hedge at random dates (A9).
//!
//! Both are fitted over the whole window and therefore look ahead by construction: yardsticks, never policies.
//! Fewer condors: [`fewer_condors`]. The same hedge at other dates: [`random_timing`].

pub mod fewer_condors;
pub mod random_timing;

use tables::ControlRow;

use crate::results::{Study, WindowResult};

/// The rows of `controls.csv`: window by window, arm by arm, the scaled-down book before the random dates.
pub fn rows(study: &Study) -> Vec<ControlRow> {
    let of_window = |window: &WindowResult| -> Vec<ControlRow> {
        window
            .arms
            .iter()
            .flat_map(|arm| {
                let own = window
                    .controls
                    .iter()
                    .filter(|row| row.arm == arm.replay.name);
                own.cloned().collect::<Vec<_>>()
            })
            .collect()
    };
    study.windows.iter().flat_map(of_window).collect()
}
