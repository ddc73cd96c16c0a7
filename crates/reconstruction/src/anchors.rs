//! The public closes the reconstruction passes through.
//!
//! Month ends and turning points of the S&P 500, rounded to the index point and to a tenth of a vol point. They are
//! facts anybody could read in a newspaper of the day; everything between them is drawn.

use chrono::NaiveDate;

/// Closes of one session that the reconstruction reproduces exactly.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Anchor {
    /// Session of the closes.
    pub date: NaiveDate,
    /// S&P 500 [index points].
    pub spx: f64,
    /// VIX [vol points].
    pub vix: f64,
    /// Three-month VIX [vol points].
    pub vix3m: f64,
    /// Whether the S&P 500 turned here.
    pub turn: Turn,
}

/// What an anchor says about the closes beside it, up to the neighbouring anchors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Nothing: a month end.
    None,
    /// No close beside it is higher.
    High,
    /// No close beside it is lower.
    Low,
}

/// All anchors in order of date.
#[rustfmt::skip]
pub const ANCHORS: [Anchor; 63] = [
    anchor(2020, 11, 30, 3622.0, 20.6, 24.3, Turn::None),
    anchor(2020, 12, 31, 3756.0, 22.8, 25.3, Turn::None),
    anchor(2021, 1, 29, 3714.0, 33.1, 33.9, Turn::None),
    anchor(2021, 2, 26, 3811.0, 27.9, 29.6, Turn::None),
    anchor(2021, 3, 31, 3973.0, 19.4, 22.1, Turn::None),
    anchor(2021, 4, 30, 4181.0, 18.6, 22.1, Turn::None),
    anchor(2021, 5, 28, 4204.0, 16.8, 20.5, Turn::None),
    anchor(2021, 6, 30, 4298.0, 15.8, 19.5, Turn::None),
    anchor(2021, 7, 30, 4395.0, 18.2, 22.2, Turn::None),
    anchor(2021, 8, 31, 4523.0, 16.5, 20.4, Turn::None),
    anchor(2021, 9, 30, 4308.0, 23.1, 23.9, Turn::None),
    anchor(2021, 10, 29, 4605.0, 16.3, 20.4, Turn::None),
    anchor(2021, 11, 30, 4567.0, 27.2, 28.1, Turn::None),
    anchor(2021, 12, 31, 4766.0, 17.2, 21.9, Turn::None),
    anchor(2022, 1, 3, 4797.0, 16.6, 21.5, Turn::None),
    anchor(2022, 1, 31, 4516.0, 24.8, 26.9, Turn::None),
    anchor(2022, 2, 28, 4374.0, 30.1, 29.6, Turn::None),
    anchor(2022, 3, 8, 4171.0, 35.1, 35.0, Turn::Low),
    anchor(2022, 3, 29, 4632.0, 18.9, 23.2, Turn::High),
    anchor(2022, 3, 31, 4530.0, 20.6, 24.5, Turn::None),
    anchor(2022, 4, 29, 4132.0, 33.4, 33.2, Turn::None),
    anchor(2022, 5, 31, 4132.0, 26.2, 28.0, Turn::None),
    anchor(2022, 6, 16, 3667.0, 33.0, 33.5, Turn::Low),
    anchor(2022, 6, 30, 3785.0, 28.7, 29.7, Turn::None),
    anchor(2022, 7, 29, 4130.0, 21.3, 23.8, Turn::None),
    anchor(2022, 8, 16, 4305.0, 19.7, 23.3, Turn::High),
    anchor(2022, 8, 31, 3955.0, 25.9, 26.6, Turn::None),
    anchor(2022, 9, 30, 3586.0, 31.6, 31.9, Turn::None),
    anchor(2022, 10, 12, 3577.0, 33.6, 33.1, Turn::Low),
    anchor(2022, 10, 31, 3872.0, 25.9, 26.9, Turn::None),
    anchor(2022, 11, 30, 4080.0, 20.6, 23.5, Turn::None),
    anchor(2022, 12, 30, 3840.0, 21.7, 24.3, Turn::None),
    anchor(2023, 1, 31, 4077.0, 19.4, 20.8, Turn::None),
    anchor(2023, 2, 28, 3970.0, 20.7, 21.3, Turn::None),
    anchor(2023, 3, 13, 3856.0, 26.5, 26.6, Turn::Low),
    anchor(2023, 3, 31, 4109.0, 18.7, 21.2, Turn::None),
    anchor(2023, 4, 28, 4169.0, 15.8, 19.5, Turn::None),
    anchor(2023, 5, 31, 4180.0, 17.9, 20.2, Turn::None),
    anchor(2023, 6, 30, 4450.0, 13.6, 16.0, Turn::None),
    anchor(2023, 7, 27, 4537.0, 14.4, 16.6, Turn::None),
    anchor(2023, 7, 31, 4589.0, 13.6, 16.0, Turn::None),
    anchor(2023, 8, 31, 4508.0, 13.6, 15.9, Turn::None),
    anchor(2023, 9, 29, 4288.0, 17.5, 18.5, Turn::None),
    anchor(2023, 10, 27, 4117.0, 21.3, 22.3, Turn::Low),
    anchor(2023, 10, 31, 4194.0, 18.1, 19.5, Turn::None),
    anchor(2023, 11, 30, 4568.0, 12.9, 15.4, Turn::None),
    anchor(2023, 12, 29, 4770.0, 12.4, 15.3, Turn::None),
    anchor(2024, 1, 31, 4846.0, 14.3, 16.0, Turn::None),
    anchor(2024, 2, 29, 5096.0, 13.4, 14.9, Turn::None),
    anchor(2024, 3, 28, 5254.0, 13.0, 15.2, Turn::None),
    anchor(2024, 4, 19, 4967.0, 18.7, 19.2, Turn::Low),
    anchor(2024, 4, 30, 5036.0, 15.7, 16.6, Turn::None),
    anchor(2024, 5, 31, 5278.0, 12.9, 14.7, Turn::None),
    anchor(2024, 6, 28, 5460.0, 12.4, 14.5, Turn::None),
    anchor(2024, 7, 16, 5667.0, 13.2, 14.9, Turn::High),
    anchor(2024, 7, 31, 5522.0, 16.4, 17.0, Turn::None),
    anchor(2024, 8, 5, 5186.0, 38.6, 33.7, Turn::Low),
    anchor(2024, 8, 30, 5648.0, 15.0, 17.4, Turn::None),
    anchor(2024, 9, 30, 5762.0, 16.7, 19.2, Turn::None),
    anchor(2024, 10, 31, 5705.0, 23.2, 22.6, Turn::None),
    anchor(2024, 11, 29, 6032.0, 13.5, 16.3, Turn::None),
    anchor(2024, 12, 18, 5872.0, 27.6, 24.2, Turn::None),
    anchor(2024, 12, 31, 5882.0, 17.4, 19.0, Turn::None),
];

const fn anchor(
    year: i32,
    month: u32,
    day: u32,
    spx: f64,
    vix: f64,
    vix3m: f64,
    turn: Turn,
) -> Anchor {
    let date = NaiveDate::from_ymd_opt(year, month, day).expect("a date of the calendar");
    Anchor {
        date,
        spx,
        vix,
        vix3m,
        turn,
    }
}
