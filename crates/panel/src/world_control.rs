//! The control of the worlds: how often a hedge beats fewer condors when it is worth nothing by construction.
//!
//! A hedge is *fair* in the measure of the worlds when it gains nothing on average over them. So what it gains on average is
//! taken from it in equal parts, session by session: premiums are then what the worlds pay back. That is fair once, at the
//! beginning. It is fair *in every state* when it gains nothing on average from any close at which the market stands alike:
//! fifths of level and slope of VIX and of the month's return, by which the blocks of worlds are matched. What is
//! taken then is the mean gain of the sessions that begin in that state, so the gains that are left are those of a hedge
//! whose options always cost what the worlds pay back. A fair hedge still pays when condors lose, which is insurance at cost.
//!
//! Where the study asks for it, the worlds are replayed at fair *prices*: every VIX option and future costs, at every close,
//! the mean of what it settles at in these worlds ([`worlds::fair`]). There nothing is taken from a hedge afterwards. What it
//! then loses is half-spreads and fees.
//!
//! Laid over the condors of *another* world it has no tie to their losses either, and what is left is chance.

use market::price::Money;
use stats::paired::Outcome;
use tables::WorldControlRow;
use worlds::classes::Classes;

use crate::cell::usd;
use crate::numbers::{Number, median};
use crate::of_worlds::OfWorlds;
use crate::spec::StudyConfig;
use crate::world_cell::{WorldCell, WorldPlace};
use crate::world_rows::wilson;

/// What is taken from a hedge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Taken {
    /// Nothing: the hedge as it is.
    Nothing,
    /// Its mean over the worlds, in equal parts.
    Mean,
    /// Its mean in the state of the close before.
    MeanOfState,
    /// Nothing, and its prices are fair.
    Priced,
}

/// The hedges of the control, and whether they lie over condors of another world.
const HEDGES: [(&str, Taken, bool); 7] = [
    ("as_it_is", Taken::Nothing, false),
    ("fair", Taken::Mean, false),
    ("fair_elsewhere", Taken::Mean, true),
    ("fair_by_state", Taken::MeanOfState, false),
    ("fair_by_state_elsewhere", Taken::MeanOfState, true),
    ("fair_by_price", Taken::Priced, false),
    ("fair_by_price_elsewhere", Taken::Priced, true),
];

/// `world_control.csv`: arm by arm; nothing where the study has no control.
pub fn rows(config: &StudyConfig, worlds: &OfWorlds) -> Vec<WorldControlRow> {
    let count = worlds.spec.control_worlds.min(worlds.cells.len());
    let cells = &worlds.cells[..count];
    if cells.is_empty() {
        return Vec::new();
    }
    let capital = config.file.starting_capital_usd;
    let is_priced = cells.iter().all(|cell| !cell.fair.is_empty());
    let asked = |(_, taken, _): &(&str, Taken, bool)| *taken != Taken::Priced || is_priced;
    let mut rows = Vec::new();
    for (at, name) in config.arm_names()[..config.shown()].iter().enumerate() {
        let means = Means::of(cells, at + 1);
        for (hedge, taken, is_elsewhere) in HEDGES.into_iter().filter(asked) {
            let found: Vec<Option<bool>> = (0..count)
                .map(|world| {
                    let condors = &cells[match is_elsewhere {
                        true => (world + 1) % count,
                        false => world,
                    }];
                    let places = condors.places.iter().enumerate();
                    let over = places.map(|(place, condors)| {
                        let gains = means.left(&cells[world], place, taken);
                        over_fewer(condors, &gains, capital)
                    });
                    median(over).map(|over| over > 0.0)
                })
                .collect();
            rows.push(WorldControlRow {
                arm: (*name).to_string(),
                hedge: hedge.to_string(),
                mean_gain_usd: means.mean(taken).map(Money::from_usd),
                ..row(&found)
            });
        }
    }
    rows
}

/// How many worlds are so, not so, and undefined.
fn row(found: &[Option<bool>]) -> WorldControlRow {
    let count_of = |wanted: Option<bool>| found.iter().filter(|f| **f == wanted).count();
    let (worlds, so) = (found.len(), count_of(Some(true)));
    let interval = wilson(so, worlds);
    let share = |of: usize| (of > 0).then(|| so as f64 / of as f64);
    WorldControlRow {
        worlds,
        so,
        undefined: count_of(None),
        chance: share(worlds),
        chance_lo: interval.map(|ends| ends.0),
        chance_hi: interval.map(|ends| ends.1),
        chance_defined: share(so + count_of(Some(false))),
        ..WorldControlRow::default()
    }
}

/// What an arm gains over the condors alone, on average over the worlds: book by book, weekday by weekday (USD).
struct Means {
    arm: usize,
    /// In a world.
    world: Vec<f64>,
    /// The same at fair prices.
    priced: Vec<f64>,
    /// By class of the state before, on a session on which the arm gains or loses at all.
    session: Vec<Vec<f64>>,
}

impl Means {
    fn of(cells: &[WorldCell], arm: usize) -> Means {
        let places = 0..cells[0].places.len();
        Means {
            arm,
            world: by_place(cells, arm, |cell| &cell.places),
            priced: by_place(cells, arm, |cell| &cell.fair),
            session: places.map(|place| by_class(cells, place, arm)).collect(),
        }
    }

    /// The daily gains of the arm in a world, less what is taken (USD).
    fn left(&self, cell: &WorldCell, place: usize, taken: Taken) -> Vec<f64> {
        let places = match taken {
            Taken::Priced => &cell.fair,
            Taken::Nothing | Taken::Mean | Taken::MeanOfState => &cell.places,
        };
        let gains = &places[place].daily[self.arm];
        let part = self.world[place] / gains.len() as f64;
        let days = usd(gains).into_iter().zip(&cell.classes);
        days.map(|(gain, class)| match taken {
            Taken::Nothing | Taken::Priced => gain,
            Taken::Mean => gain - part,
            Taken::MeanOfState if gain == 0.0 => gain,
            Taken::MeanOfState => gain - self.session[place][*class],
        })
        .collect()
    }

    /// What is left on average over worlds, books and weekdays (USD).
    fn mean(&self, taken: Taken) -> Option<f64> {
        match taken {
            Taken::Nothing => crate::numbers::mean(self.world.iter().map(|mean| Some(*mean))),
            Taken::Priced => crate::numbers::mean(self.priced.iter().map(|mean| Some(*mean))),
            Taken::Mean | Taken::MeanOfState => Some(0.0),
        }
    }
}

/// Mean gain of an arm in a world, by place of those that `of` a cell (USD).
fn by_place(
    cells: &[WorldCell],
    arm: usize,
    of: impl Fn(&WorldCell) -> &Vec<WorldPlace>,
) -> Vec<f64> {
    (0..of(&cells[0]).len())
        .map(|place| {
            let gains = cells.iter().flat_map(|cell| &of(cell)[place].daily[arm]);
            Money(gains.sum()).usd() / cells.len() as f64
        })
        .collect()
}

/// Mean gain of the sessions that begin in each class, of those on which the arm gains or loses at all (USD).
fn by_class(cells: &[WorldCell], place: usize, arm: usize) -> Vec<f64> {
    let mut sums = vec![(0_i64, 0_i64); Classes::COUNT];
    for cell in cells {
        let gains = &cell.places[place].daily[arm];
        for (gain, class) in gains.iter().zip(&cell.classes) {
            sums[*class].0 += gain;
            sums[*class].1 += i64::from(*gain != 0);
        }
    }
    (sums.into_iter())
        .map(|(sum, n)| Money(sum).usd() / n.max(1) as f64)
        .collect()
}

/// What condors with a hedge's gains earn over fewer condors with the same drawdown (fraction of capital).
fn over_fewer(condors: &WorldPlace, gains: &[f64], capital: f64) -> Option<f64> {
    let base = usd(&condors.daily[0]);
    let hedged: Vec<f64> = base
        .iter()
        .zip(gains)
        .map(|(base, gain)| base + gain)
        .collect();
    Number::OverFewerCondors.of(&Outcome::of(&base), &Outcome::of(&hedged), capital)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Worlds in which the hedge gains `by_class[class]` on average, with noise that is none on average, and rests in every
    /// third session.
    fn worlds(by_class: &[i64]) -> Vec<WorldCell> {
        let cell = |world: usize| {
            let classes: Vec<usize> = (0..60).map(|t| (t * 7 + world) % by_class.len()).collect();
            let gain = |(t, class): (usize, &usize)| match t % 3 {
                0 => 0,
                _ => by_class[*class] + if world.is_multiple_of(2) { 500 } else { -500 },
            };
            let gains = classes.iter().enumerate().map(gain).collect();
            WorldCell {
                places: vec![WorldPlace {
                    daily: vec![vec![0; 60], gains],
                    ..WorldPlace::default()
                }],
                classes,
                ..WorldCell::default()
            }
        };
        // Pairs of worlds that differ in their noise alone.
        let pair = |n: usize| {
            let (even, odd) = (cell(2 * n), cell(2 * n + 1));
            let flipped = WorldCell {
                classes: even.classes.clone(),
                places: vec![WorldPlace {
                    daily: vec![
                        vec![0; 60],
                        even.places[0].daily[1]
                            .iter()
                            .map(|gain| if *gain == 0 { 0 } else { gain - 1000 })
                            .collect(),
                    ],
                    ..WorldPlace::default()
                }],
                ..odd
            };
            [even, flipped]
        };
        (0..10).flat_map(pair).collect()
    }

    #[test]
    fn what_is_left_is_nothing_on_average_in_every_state() {
        let cells = worlds(&[-30_000, 10_000, 70_000]);
        let means = Means::of(&cells, 1);
        for (class, wanted) in [(0, -300.0), (1, 100.0), (2, 700.0)] {
            assert!((means.session[0][class] - wanted).abs() < 1e-9);
        }
        let sum_in = |class: usize, taken: Taken| -> f64 {
            let of = |cell: &WorldCell| -> f64 {
                let left = means.left(cell, 0, taken).into_iter().zip(&cell.classes);
                left.filter(|(_, own)| **own == class)
                    .map(|(gain, _)| gain)
                    .sum()
            };
            cells.iter().map(of).sum()
        };
        for class in 0..3 {
            assert!(sum_in(class, Taken::MeanOfState).abs() < 1e-6, "{class}");
        }
        // Fair on average alone leaves a gain in one state and a loss in another.
        let [low, _, high] = [0, 1, 2].map(|class| sum_in(class, Taken::Mean));
        assert!(low < -1e4 && high > 1e4, "{low} {high}");
        let all: f64 = (0..3).map(|class| sum_in(class, Taken::Mean)).sum();
        assert!(all.abs() < 1e-6, "{all}");
    }
}
