//! Pictures before they are drawn: what is shown, in which unit, on which scale.

mod bars;
mod cloud;
mod heat;
mod lines;
mod ranges;
mod ribbons;
mod scale;
mod spread;
mod strip;

pub use bars::Histogram;
pub use cloud::{CloudChart, Front, PAGE, SHEET};
pub use heat::{Fit, HeatMap, HeatMaps};
pub use lines::{LETTERS, LineChart, MOST_LINES, Series, letters};
pub use ranges::{RangeChart, RangeRow};
pub use ribbons::RibbonChart;
pub use scale::{Scale, Unit};
pub use spread::spread;
pub use strip::{Strip, StripChart};
