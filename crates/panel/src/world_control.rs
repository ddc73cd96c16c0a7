//! The control of the worlds: how often a hedge beats fewer condors when it is worth nothing by construction.
//!
//! A hedge is *fair* in the measure of the worlds when it gains nothing on average over them. So what it gains on average is
//! taken from it in equal parts, session by session: premiums are then what the worlds pay back. A fair hedge still pays when
//! condors lose, which is insurance at cost. Laid over the condors of *another* world it has no tie to their losses either, and
//! what is left is chance.

use market::price::Money;
use stats::paired::Outcome;
use tables::WorldControlRow;

use crate::cell::usd;
use crate::numbers::{Number, median};
use crate::of_worlds::OfWorlds;
use crate::spec::StudyConfig;
use crate::world_cell::{WorldCell, WorldPlace};
use crate::world_rows::wilson;

/// The hedge as it is; at its fair price; at that price over condors of another world.
const HEDGES: [(&str, bool, bool); 3] = [
    ("as_it_is", false, false),
    ("fair", true, false),
    ("fair_elsewhere", true, true),
];

/// `world_control.csv`: arm by arm; nothing where the study has no control.
pub fn rows(config: &StudyConfig, worlds: &OfWorlds) -> Vec<WorldControlRow> {
    let count = worlds.spec.control_worlds.min(worlds.cells.len());
    let cells = &worlds.cells[..count];
    if cells.is_empty() {
        return Vec::new();
    }
    let capital = config.file.starting_capital_usd;
    let mut rows = Vec::new();
    for (at, name) in config.arm_names()[..config.shown()].iter().enumerate() {
        let arm = at + 1;
        let means = mean_gains(cells, arm);
        for (hedge, is_fair, is_elsewhere) in HEDGES {
            let found: Vec<Option<bool>> = (0..count)
                .map(|world| {
                    let condors = &cells[match is_elsewhere {
                        true => (world + 1) % count,
                        false => world,
                    }];
                    let both = condors.places.iter().zip(&cells[world].places).zip(&means);
                    let over = both.map(|((condors, hedged), mean)| {
                        let back = if is_fair { *mean } else { 0.0 };
                        over_fewer(condors, &hedged.daily[arm], back, capital)
                    });
                    median(over).map(|over| over > 0.0)
                })
                .collect();
            let count_of = |wanted: Option<bool>| found.iter().filter(|f| **f == wanted).count();
            let (so, not_so) = (count_of(Some(true)), count_of(Some(false)));
            let interval = wilson(so, count);
            let share = |of: usize| (of > 0).then(|| so as f64 / of as f64);
            let mean = match is_fair {
                true => Some(0.0),
                false => crate::numbers::mean(means.iter().map(|mean| Some(*mean))),
            };
            rows.push(WorldControlRow {
                arm: (*name).to_string(),
                hedge: hedge.to_string(),
                worlds: count,
                mean_gain_usd: mean.map(Money::from_usd),
                so,
                undefined: count_of(None),
                chance: share(count),
                chance_lo: interval.map(|ends| ends.0),
                chance_hi: interval.map(|ends| ends.1),
                chance_defined: share(so + not_so),
            });
        }
    }
    rows
}

/// What an arm gains over the condors alone, on average over the worlds: book by book, weekday by weekday (USD).
fn mean_gains(cells: &[WorldCell], arm: usize) -> Vec<f64> {
    (0..cells[0].places.len())
        .map(|place| {
            let gains = cells.iter().map(|cell| &cell.places[place].daily[arm]);
            let sum: i64 = gains.map(|gains| gains.iter().sum::<i64>()).sum();
            Money(sum).usd() / cells.len() as f64
        })
        .collect()
}

/// What condors with a hedge's gains earn over fewer condors with the same drawdown, `back` taken from the hedge in equal
/// parts (fraction of capital).
fn over_fewer(condors: &WorldPlace, gains: &[i64], back: f64, capital: f64) -> Option<f64> {
    let base = usd(&condors.daily[0]);
    let part = back / gains.len() as f64;
    let gains = usd(gains);
    let hedged = base
        .iter()
        .zip(&gains)
        .map(|(base, gain)| base + gain - part);
    let hedged: Vec<f64> = hedged.collect();
    Number::OverFewerCondors.of(&Outcome::of(&base), &Outcome::of(&hedged), capital)
}
