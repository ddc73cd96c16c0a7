//! Stresses a world can be forced to hold: days of the dataset, or a script where it has none of them.

use chrono::NaiveDate;
use market::math::ln;

use crate::source::{Source, WorldsError};
use crate::step::{Script, Step};

/// A named stress.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stress {
    /// The autumn of 2008, from 15 September to 20 November: a script.
    Crisis2008,
    /// 19 October 1987: a script of one day.
    Crash1987,
    /// 2 to 23 February 2018, from the dataset.
    February2018,
    /// 20 February to 7 April 2020, from the dataset.
    March2020,
    /// 1 to 16 August 2024, from the dataset.
    August2024,
}

const fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a day of the calendar")
}

impl Stress {
    /// All of them.
    pub const ALL: [Stress; 5] = [
        Stress::Crisis2008,
        Stress::Crash1987,
        Stress::February2018,
        Stress::March2020,
        Stress::August2024,
    ];

    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Stress::Crisis2008 => "2008",
            Stress::Crash1987 => "1987",
            Stress::February2018 => "february_2018",
            Stress::March2020 => "march_2020",
            Stress::August2024 => "august_2024",
        }
    }

    /// The stress of a name.
    pub fn named(name: &str) -> Option<Stress> {
        Stress::ALL.into_iter().find(|stress| stress.name() == name)
    }

    /// First and last session, of those that are taken from the dataset.
    pub fn span(self) -> Option<(NaiveDate, NaiveDate)> {
        match self {
            Stress::Crisis2008 | Stress::Crash1987 => None,
            Stress::February2018 => Some((day(2018, 2, 2), day(2018, 2, 23))),
            Stress::March2020 => Some((day(2020, 2, 20), day(2020, 4, 7))),
            Stress::August2024 => Some((day(2024, 8, 1), day(2024, 8, 16))),
        }
    }

    /// The sessions of a world that hold it.
    ///
    /// # Errors
    /// Where it is to be taken from the dataset and that has not all of its days.
    pub fn steps(self, source: &Source<'_>) -> Result<Vec<Step>, WorldsError> {
        match self.span() {
            None => Ok(scripted(source, self.script())),
            Some((first, last)) => {
                let missing = || WorldsError::NoStress {
                    name: self.name(),
                    first,
                    last,
                };
                let first = source.place(first).ok_or_else(missing)?;
                let last = source.place(last).ok_or_else(missing)?;
                Ok((first..=last).map(Step::day).collect())
            }
        }
    }

    /// Closes of the S&P 500 and of VIX, the day before first. Those of 2008 are published (Cboe, S&P Dow Jones; compared
    /// with two public files, docs/worlds.md); in 1987 there was no VIX, and what stands for it is VXO, computed later by Cboe from S&P 100 options.
    fn script(self) -> &'static [(f64, f64)] {
        match self {
            Stress::Crisis2008 => &AUTUMN_2008,
            Stress::Crash1987 => &[(282.70, 36.37), (224.84, 150.19)],
            _ => &[],
        }
    }
}

/// 12 September to 20 November 2008.
const AUTUMN_2008: [(f64, f64); 50] = [
    (1251.70, 25.66),
    (1192.70, 31.70),
    (1213.60, 30.30),
    (1156.39, 36.22),
    (1206.51, 33.10),
    (1255.08, 32.07),
    (1207.09, 33.85),
    (1188.22, 35.72),
    (1185.87, 35.19),
    (1209.18, 32.82),
    (1213.27, 34.74),
    (1106.42, 46.72),
    (1166.36, 39.39),
    (1161.06, 39.81),
    (1114.28, 45.26),
    (1099.23, 45.14),
    (1056.89, 52.05),
    (996.23, 53.68),
    (984.94, 57.53),
    (909.92, 63.92),
    (899.22, 69.95),
    (1003.35, 54.99),
    (998.01, 55.13),
    (907.84, 69.25),
    (946.43, 67.61),
    (940.55, 70.33),
    (985.40, 52.97),
    (955.05, 53.11),
    (896.78, 69.65),
    (908.11, 67.80),
    (876.77, 79.13),
    (848.92, 80.06),
    (940.51, 66.96),
    (930.09, 69.96),
    (954.09, 62.90),
    (968.75, 59.89),
    (966.30, 53.68),
    (1005.75, 47.73),
    (952.77, 54.56),
    (904.88, 63.68),
    (930.99, 56.10),
    (919.21, 59.98),
    (898.95, 61.44),
    (852.30, 66.46),
    (911.29, 59.83),
    (873.29, 66.31),
    (850.75, 69.15),
    (859.12, 67.64),
    (806.58, 74.26),
    (752.44, 80.86),
];

/// Each day of a script beside the day of the dataset most like it in the level of VIX, its change, and the return.
fn scripted(source: &Source<'_>, closes: &[(f64, f64)]) -> Vec<Step> {
    let features = |vix: f64, before: f64, ln_return: f64| [ln(vix), ln(vix / before), ln_return];
    let of_day = |day: usize| {
        let vix = &source.vix.close;
        features(vix[day], vix[day - 1], source.ln_return(day))
    };
    let days: Vec<[f64; 3]> = source.span.clone().map(of_day).collect();
    let deviation: [f64; 3] = std::array::from_fn(|part| {
        let mean = days.iter().map(|day| day[part]).sum::<f64>() / days.len() as f64;
        let off = days
            .iter()
            .map(|day| (day[part] - mean) * (day[part] - mean));
        (off.sum::<f64>() / days.len() as f64).sqrt()
    });
    let distance = |a: &[f64; 3], b: &[f64; 3]| -> f64 {
        (0..3)
            .map(|part| {
                let off = (a[part] - b[part]) / deviation[part];
                off * off
            })
            .sum()
    };
    closes
        .windows(2)
        .map(|pair| {
            let ((close_before, vix_before), (close, vix)) = (pair[0], pair[1]);
            let wanted = features(vix, vix_before, ln(close / close_before));
            let to = |(_, day): &(usize, &[f64; 3])| distance(day, &wanted);
            let nearest = days
                .iter()
                .enumerate()
                .min_by(|a, b| to(a).total_cmp(&to(b)));
            let script = Script {
                ln_return: wanted[2],
                ln_vix: wanted[0],
                ln_vix_before: ln(vix_before),
            };
            Step {
                day: source.span.start + nearest.map_or(0, |(at, _)| at),
                script: Some(script),
            }
        })
        .collect()
}
