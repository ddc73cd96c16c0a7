//! Curves over the sessions of a window.

use super::scale::{Scale, Unit};
use crate::style::Style;
use chrono::{Datelike, NaiveDate};

/// Several curves over the same days.
#[derive(Clone, Debug)]
pub struct LineChart {
    /// What it shows, units included.
    pub caption: String,
    /// Charts of one group zoom together; the window's place.
    pub group: usize,
    /// What the values are.
    pub unit: Unit,
    /// Height of the plot [CSS pixels].
    pub height: u32,
    /// The days.
    pub days: Vec<NaiveDate>,
    /// The curves.
    pub series: Vec<Series>,
    /// Values with a line across, and what they are: a threshold.
    pub marks: Vec<(f64, String)>,
    /// Values the scale must show, such as 0; shading reaches to the first.
    pub include: Vec<f64>,
}

/// One curve.
#[derive(Clone, Debug)]
pub struct Series {
    /// Its name.
    pub name: String,
    /// Its look.
    pub style: Style,
    /// One value per day; undefined ones leave a gap.
    pub values: Vec<Option<f64>>,
    /// Whether the space between it and the included value is shaded.
    pub shaded: bool,
}

impl LineChart {
    /// The vertical axis.
    pub fn scale(&self) -> Scale {
        let drawn = self
            .series
            .iter()
            .flat_map(|series| series.values.iter().flatten().copied());
        let ticks = if self.height < 200 { 3 } else { 5 };
        Scale::over(drawn.chain(self.include.iter().copied()), self.unit, ticks)
    }

    /// Days that get a label: the first session of every quarter, and of every month where there is room. The
    /// flag says whether a narrow screen may leave it out.
    pub fn day_ticks(&self) -> Vec<(usize, String, bool)> {
        let starts =
            (1..self.days.len()).filter(|&at| self.days[at].month() != self.days[at - 1].month());
        let monthly = self.days.len() <= 90;
        let wanted = |at: &usize| monthly || self.days[*at].month() % 3 == 1;
        let label = |day: NaiveDate| match day.month() {
            1 => format!("Jan {}", day.year()),
            _ => month_name(day),
        };
        let first = self
            .days
            .first()
            .map(|day| (0, format!("{} {}", month_name(*day), day.year()), false));
        let far = self.days.len() / 12;
        let rest = starts
            .filter(wanted)
            .filter(|&at| at > far && at + far / 2 < self.days.len());
        let rest = rest.map(|at| {
            (
                at,
                label(self.days[at]),
                self.days[at].month() % if monthly { 3 } else { 6 } != 1,
            )
        });
        first.into_iter().chain(rest).collect()
    }

    /// A sentence for those who cannot see it.
    pub fn spoken(&self) -> String {
        let one = |series: &Series| {
            let defined: Vec<f64> = series.values.iter().flatten().copied().collect();
            let last = defined.last()?;
            let (lo, hi) = defined
                .iter()
                .fold((*last, *last), |(lo, hi), v| (lo.min(*v), hi.max(*v)));
            let say = |value| self.unit.spoken(value);
            Some(format!(
                "{} ends at {}, between {} and {}",
                series.name,
                say(*last),
                say(lo),
                say(hi)
            ))
        };
        let ends: Vec<String> = self.series.iter().filter_map(one).collect();
        format!("{}. {}.", self.caption, ends.join("; "))
    }
}

/// `Jun`.
fn month_name(day: NaiveDate) -> String {
    day.format("%b").to_string()
}
