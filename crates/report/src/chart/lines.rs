//! Curves over the sessions of a window.

use super::scale::{Scale, Unit};
use crate::style::Style;
use chrono::{Datelike, NaiveDate};

/// Days over which every month has a label.
const MONTHLY: i64 = 140;
/// A year and some days.
const ONE_YEAR: i64 = 400;
/// Two years and some days.
const TWO_YEARS: i64 = 780;

/// Most curves of one picture; more are drawn each in a small picture of its own.
pub const MOST_LINES: usize = 10;

/// Several curves over the same days.
#[derive(Clone, Debug, Default)]
pub struct LineChart {
    /// What it shows in words that a reader may quote, above the caption; may be empty.
    pub finding: String,
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
    /// Days with a line upright and what happened then.
    pub events: Vec<(usize, String)>,
    /// Days before which every curve is broken: another window begins.
    pub breaks: Vec<usize>,
    /// Curves that stand out; where there are some, the others are grey until a reader touches them.
    pub bold: Vec<usize>,
    /// Whether only the bold curves are named at their ends, because a picture beside it names all.
    pub terse: bool,
    /// Letters for which a terse picture keeps room at the ends of its lines; as its own names need where it is `None`.
    pub room: Option<usize>,
}

/// Most letters of a label at the end of a line.
pub const LETTERS: usize = 28;
/// Room of names where none is known.
const FEW: usize = 8;

/// Letters of the longest label that these names need at the ends of their lines.
pub fn letters<'a>(names: impl Iterator<Item = &'a str>) -> usize {
    let longest = names.map(|name| name.chars().count()).max();
    longest.unwrap_or(FEW).clamp(FEW, LETTERS)
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
    /// Whether its curves are too many for one picture.
    pub fn is_crowded(&self) -> bool {
        self.series
            .iter()
            .filter(|series| !series.style.twin)
            .count()
            > MOST_LINES
    }

    /// Places of the curves that are named at their ends, where `room` names fit above one another: all, or those that stand
    /// out with the highest and the lowest, or those that are no twins.
    pub fn named(&self, room: usize) -> Vec<usize> {
        let bold = |at: &usize| self.bold.contains(at);
        if self.terse {
            return (0..self.series.len()).filter(bold).collect();
        }
        let main = |at: &usize| !self.series[*at].style.twin;
        let count = (0..self.series.len()).filter(main).count();
        let all = self.series.len() <= room;
        let mut named: Vec<usize> = (0..self.series.len())
            .filter(|at| all || main(at))
            .collect();
        if count > room {
            let end = |at: &usize| {
                self.series[*at]
                    .values
                    .iter()
                    .rev()
                    .flatten()
                    .next()
                    .copied()
            };
            let place = |at: &usize| end(at).unwrap_or(f64::NEG_INFINITY);
            named.sort_by(|a, b| bold(b).cmp(&bold(a)).then(place(b).total_cmp(&place(a))));
            named.truncate(room);
            named.sort_unstable();
        }
        named
    }

    /// Letters that a terse picture keeps room for: those of the names that stand out are all it has.
    pub fn own_letters(&self) -> usize {
        let bold = self.bold.iter().filter_map(|at| self.series.get(*at));
        self.room
            .unwrap_or_else(|| letters(bold.map(|series| series.name.as_str())))
    }

    /// The vertical axis.
    pub fn scale(&self) -> Scale {
        let drawn = self
            .series
            .iter()
            .flat_map(|series| series.values.iter().flatten().copied());
        let ticks = if self.height < 200 { 3 } else { 5 };
        Scale::over(drawn.chain(self.include.iter().copied()), self.unit, ticks)
    }

    /// Days that get a label: the first session of every quarter, and of every month where there is room. The number says
    /// how narrow a picture may leave it out: 0 always stays, 1 leaves before 2 does not.
    pub fn day_ticks(&self) -> Vec<(usize, String, u8)> {
        let starts =
            (1..self.days.len()).filter(|&at| self.days[at].month() != self.days[at - 1].month());
        let span = self.span();
        let label = |day: NaiveDate| match day.month() {
            1 => format!("Jan {}", day.year()),
            _ => month_name(day),
        };
        let first = self
            .days
            .first()
            .map(|day| (0, format!("{} {}", month_name(*day), day.year()), 0));
        let far = self.days.len() / 12;
        let rest = starts
            .filter(|at: &usize| span <= MONTHLY || self.days[*at].month() % 3 == 1)
            .filter(|&at| at > far && at + far / 2 < self.days.len());
        let rest = rest.map(|at| (at, label(self.days[at]), self.rank(self.days[at])));
        first.into_iter().chain(rest).collect()
    }

    /// Calendar days from the first to the last.
    fn span(&self) -> i64 {
        let ends = self.days.first().zip(self.days.last());
        ends.map_or(0, |(first, last)| (*last - *first).num_days())
    }

    /// How soon the label of a month leaves.
    fn rank(&self, day: NaiveDate) -> u8 {
        let span = self.span();
        let since = self
            .days
            .first()
            .map_or(0, |first| day.year() - first.year());
        match day.month() {
            // Of many years every second one stays in a narrow picture.
            1 => u8::from(span > TWO_YEARS && since % 2 == 1),
            4 | 7 | 10 if span <= MONTHLY => 0,
            7 if span <= ONE_YEAR => 0,
            7 if span <= TWO_YEARS => 1,
            _ => 2,
        }
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
