//! Pictures before they are drawn: what is shown, in which unit, on which scale.

mod lines;
mod ranges;
mod scale;
mod spread;
mod strip;

pub use lines::{LineChart, Series};
pub use ranges::{RangeChart, RangeRow};
pub use scale::{Scale, Unit};
pub use spread::spread;
pub use strip::{Strip, StripChart};
