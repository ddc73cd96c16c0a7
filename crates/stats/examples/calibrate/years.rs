//! Does the two-stage interval over years hold the truth? Worlds of a few years, each of another kind.
//!
//! A year is calm, ordinary or stormy; the hedge costs the same in all of them and gains in storms. The truth is that of
//! the years which might have come: the mean over 20,000 of them, or the ratio of their means. Which method a number has was
//! chosen on another seed (501) than that of the tables.

use stats::bootstrap::Panel;
use stats::interval::Interval;
use stats::paired::Outcome;
use stats::two_stage::{Drawn, OverYears, Years};

use crate::worlds::{Dice, Kind, world};
use crate::{BLOCK, DRAWS, LEVEL, TRUTH_WORLDS, WORLDS};

/// A kind of year and how often it comes.
type Mixture = &'static [(f64, (f64, f64))];

/// Years that differ: one day in fourteen, six, three is of stress.
const DIFFERENT: Mixture = &[
    (0.5, (0.008, 0.10)),
    (0.3, (0.020, 0.10)),
    (0.2, (0.040, 0.08)),
];
/// Years that are all of one kind.
const ALIKE: Mixture = &[(1.0, (0.02, 0.10))];
/// Most years are calm, one in eight is a storm.
const RARE: Mixture = &[(0.875, (0.005, 0.10)), (0.125, (0.060, 0.06))];

const SESSIONS: usize = 252;
/// What the hedge costs a session, whatever the year, and what it gains on a day of stress (USD).
const GAIN: f64 = 1_200.0;

const NAMES: [&str; 5] = [
    "drawdown reduction, mean of years",
    "return given up, mean of years",
    "tail mean cut, mean of years",
    "profit kept, pooled",
    "over the line of fewer condors, pooled",
];

fn share((begins, ends): (f64, f64)) -> f64 {
    begins / (begins + ends)
}

/// One year: the book alone and with its hedge, which is worth `worth` (USD per session) over all kinds of years.
fn year(dice: &mut Dice, mixture: Mixture, worth: f64) -> [Vec<f64>; 2] {
    let mut at = dice.uniform();
    let mut turns = mixture[0].1;
    for (chance, own) in mixture {
        turns = *own;
        if at < *chance {
            break;
        }
        at -= chance;
    }
    let usual: f64 = mixture
        .iter()
        .map(|(chance, turns)| chance * share(*turns))
        .sum();
    let kind = Kind {
        name: "a year",
        sessions: SESSIONS,
        turns,
    };
    // `world` prices the hedge by its own kind of year; nobody knows that kind beforehand.
    let own = worth + GAIN * (share(turns) - usual);
    let found = world(dice, own, &kind);
    [found.unhedged, found.hedged]
}

/// All numbers of some years.
fn numbers(years: &[Drawn]) -> [Option<f64>; 5] {
    let mean = |of: &dyn Fn(&Outcome, &Outcome) -> Option<f64>| {
        let all = years
            .iter()
            .filter_map(|(_, books)| of(&books[0], &books[1]));
        let all: Vec<f64> = all.collect();
        stats::moments::mean(&all)
    };
    let sum = |of: &dyn Fn(&Outcome) -> f64, book: usize| -> f64 {
        years.iter().map(|(_, books)| of(&books[book])).sum()
    };
    let pnl = |book| sum(&|outcome| outcome.pnl_usd, book);
    let fall = |book| sum(&|outcome| outcome.max_drawdown_usd, book);
    // Profit is kept of years in which there is some.
    let earned = |book: usize| -> f64 {
        let earning = years.iter().filter(|(_, books)| books[0].pnl_usd > 0.0);
        earning.map(|(_, books)| books[book].pnl_usd).sum()
    };
    let less = |u: f64, h: f64| (u < 0.0).then(|| 1.0 - h / u);
    [
        mean(&|u, h| less(u.max_drawdown_usd, h.max_drawdown_usd)),
        mean(&|u, h| Some(u.pnl_usd - h.pnl_usd)),
        mean(&|u, h| less(u.cvar95_usd, h.cvar95_usd)),
        (earned(0) > 0.0).then(|| earned(1) / earned(0)),
        Some((pnl(1) - fall(1) / fall(0) * pnl(0)) / years.len() as f64),
    ]
}

fn truth(mixture: Mixture, worth: f64) -> [Option<f64>; 5] {
    let one = |number: usize| {
        let [u, h] = year(&mut Dice::new(78, number), mixture, worth);
        (0, vec![Outcome::of(&u), Outcome::of(&h)])
    };
    numbers(&(0..TRUTH_WORLDS).map(one).collect::<Vec<Drawn>>())
}

/// The numbers of a draw; which years earn is what happened, so of the profit kept years alone are drawn.
fn one_draw(sample: &Years, draw: u64) -> [Option<f64>; 5] {
    let mut found = numbers(&sample.draw(draw));
    let all = sample.sample();
    let chosen = sample.choice(draw);
    let years: Vec<Drawn> = chosen.into_iter().map(|year| all[year].clone()).collect();
    found[3] = numbers(&years)[3];
    found
}

/// How often each of two methods held the truth: percentile, and stretched by Student's t.
fn coverage(mixture: Mixture, years: usize, worth: f64, seed: u64) -> [[f64; 2]; 5] {
    let truth = truth(mixture, worth);
    let mut held = [[0_usize; 2]; 5];
    for number in 0..WORLDS {
        let mut dice = Dice::new(seed, number);
        let panels = (0..years).map(|_| {
            let [u, h] = year(&mut dice, mixture, worth);
            Panel::new(&[&u, &h])
        });
        let sample = Years::new(panels.collect(), BLOCK, 7 + number as u64);
        let value = numbers(&sample.sample());
        let draws: Vec<[Option<f64>; 5]> = (0..DRAWS as u64)
            .map(|draw| one_draw(&sample, draw))
            .collect();
        for at in 0..5 {
            let own: Vec<Option<f64>> = draws.iter().map(|draw| draw[at]).collect();
            let found = [
                Interval::percentile(&own, LEVEL),
                value[at].and_then(|value| OverYears::Sum.interval(&own, value, years, LEVEL)),
            ];
            for (count, found) in held[at].iter_mut().zip(found) {
                let holds = |i: Interval| truth[at].is_some_and(|t| i.lo <= t && t <= i.hi);
                *count += usize::from(found.is_some_and(holds));
            }
        }
    }
    held.map(|both| both.map(|count| count as f64 / WORLDS as f64))
}

/// Prints the table.
pub fn print() {
    println!("\n## Coverage of the 90 % interval over years, two stages\n");
    println!("percentile | stretched by Student's t; {WORLDS} worlds, {DRAWS} draws each\n");
    let kinds: [(&str, Mixture, usize, f64); 6] = [
        ("years differ, 7 years", DIFFERENT, 7, 0.0),
        ("years differ, 7 years, worth +60", DIFFERENT, 7, 60.0),
        ("years differ, 7 years, worth −60", DIFFERENT, 7, -60.0),
        ("years differ, 3 years", DIFFERENT, 3, 0.0),
        ("one year in eight a storm, 7 years", RARE, 7, 0.0),
        ("years alike, 7 years", ALIKE, 7, 0.0),
    ];
    print!("| worlds |");
    NAMES.iter().for_each(|name| print!(" {name} |"));
    println!("\n| --- |{}", " --- |".repeat(NAMES.len()));
    for (name, mixture, years, worth) in kinds {
        print!("| {name} |");
        for [plain, moved] in coverage(mixture, years, worth, 502) {
            print!(" {:.1} \\| {:.1} |", plain * 100.0, moved * 100.0);
        }
        println!();
    }
}
