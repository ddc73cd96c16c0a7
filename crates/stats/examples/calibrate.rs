//! Are the statistics calibrated? Simulated markets in which the truth is known, and how often each statistic says it.
//!
//! Prints the table of `docs/calibration.md`; `cargo run --release -p stats --example calibrate`. Deterministic.
//!
//! A world is 502 sessions of a short-premium book: small gains most days, losses whose size has a heavy tail and which
//! come in clusters (a two-state chain of calm and stress). A hedge pays a premium a day and gains on some of the days of
//! stress. *Worthless*: its expected gain is what it costs. *Worth a known amount*: it earns that much more a session.
//! The truth of a drawdown or of a tail mean has no formula; it is the median of 20,000 other worlds.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use stats::block_length::politis_white;
use stats::bootstrap::{Panel, Plan};
use stats::contest::{Part, Resamples};
use stats::interval::{Interval, quantile};
use stats::overfit::cscv;
use stats::paired::{Measure, Outcome};

const SESSIONS: usize = 502;
const WORLDS: usize = 600;
const TRUTH_WORLDS: usize = 20_000;
const DRAWS: usize = 500;
const LEVEL: f64 = 0.9;
/// Configurations of a grid.
const GRID: usize = 40;

/// What the hedge is worth beyond its cost (USD per session).
const WORTHS: [f64; 3] = [0.0, 60.0, -60.0];

struct Dice(ChaCha8Rng);

impl Dice {
    fn new(seed: u64, world: usize) -> Dice {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(world as u64);
        Dice(random)
    }

    fn uniform(&mut self) -> f64 {
        ((self.0.next_u64() >> 11) as f64 + 0.5) / 9_007_199_254_740_992.0
    }

    fn normal(&mut self) -> f64 {
        stats::normal::quantile(self.uniform()).unwrap_or(0.0)
    }
}

/// Daily P&L of the book alone and of the book with its hedge (USD).
struct World {
    unhedged: Vec<f64>,
    hedged: Vec<f64>,
}

/// Chance a session that calm ends, and that stress does.
const TURNS: (f64, f64) = (0.02, 0.10);
/// What the hedge gains on a day of stress before its cost (USD), on average.
const PAYS: f64 = 1_200.0;

fn world(dice: &mut Dice, worth: f64) -> World {
    let share_of_stress = TURNS.0 / (TURNS.0 + TURNS.1);
    let premium = PAYS * share_of_stress - worth;
    let mut stress = dice.uniform() < share_of_stress;
    let mut found = World { unhedged: Vec::with_capacity(SESSIONS), hedged: Vec::with_capacity(SESSIONS) };
    for _ in 0..SESSIONS {
        let turn = if stress { TURNS.1 } else { TURNS.0 };
        if dice.uniform() < turn {
            stress = !stress;
        }
        let book = if stress {
            // Student's t with four degrees of freedom: tails as heavy as those of daily index returns.
            let squares: f64 = (0..4).map(|_| dice.normal()).map(|x| x * x).sum();
            -900.0 + 3_000.0 * dice.normal() / (squares / 4.0).sqrt()
        } else {
            450.0 + 700.0 * dice.normal()
        };
        // The hedge gains as the book loses, never less than nothing, on average PAYS.
        let gain = if stress { PAYS * (1.0 - 0.5 * (book + 900.0).clamp(-4_000.0, 4_000.0) / 4_000.0) } else { 0.0 };
        found.unhedged.push(book);
        found.hedged.push(book + gain - premium + 150.0 * dice.normal());
    }
    found
}

const MEASURES: [(&str, Measure); 3] = [
    ("P&L difference", Measure::PnlDifference),
    ("difference in CVaR", Measure::CvarDifference),
    ("drawdown reduction", Measure::DrawdownReduction),
];

fn measures(world: &World) -> [Option<f64>; 3] {
    let (u, h) = (Outcome::of(&world.unhedged), Outcome::of(&world.hedged));
    MEASURES.map(|(_, measure)| measure.of(&u, &h))
}

fn truth(worth: f64) -> [f64; 3] {
    let found: Vec<[Option<f64>; 3]> =
        (0..TRUTH_WORLDS).map(|number| measures(&world(&mut Dice::new(77, number), worth))).collect();
    std::array::from_fn(|at| {
        let mut values: Vec<f64> = found.iter().filter_map(|row| row[at]).collect();
        values.sort_by(f64::total_cmp);
        // A sum has its expectation by construction.
        if MEASURES[at].1 == Measure::PnlDifference {
            return worth * SESSIONS as f64;
        }
        quantile(&values, 0.5).unwrap_or(f64::NAN)
    })
}

const METHODS: [&str; 5] = ["BCa, 21", "percentile, 21", "percentile, 5", "percentile, 63", "percentile, automatic"];

/// Per method and measure whether the interval of a world covers the truth.
fn covers(world: &World, truth: &[f64; 3], seed: u64) -> [[Option<bool>; 3]; 5] {
    let panel = Panel::new(&[&world.unhedged, &world.hedged]);
    let gains: Vec<f64> = world.hedged.iter().zip(&world.unhedged).map(|(h, u)| h - u).collect();
    let series = [&world.unhedged, &world.hedged, &gains];
    let automatic = series.iter().filter_map(|s| politis_white(s)).fold(1.0, f64::max);
    let estimates = measures(world);
    let jackknife = panel.jackknife(21);
    let draws = [21.0, 5.0, 63.0, automatic]
        .map(|length| panel.draw_all(&Plan { draws: DRAWS, mean_block_sessions: length, seed }));
    let inside = |found: Option<Interval>, truth: f64| found.map(|i| i.lo <= truth && truth <= i.hi);
    std::array::from_fn(|method| {
        std::array::from_fn(|at| {
            let measure = MEASURES[at].1;
            let values = draws[method.saturating_sub(1)].measure(measure, 0, 1);
            let percentile = Interval::percentile(&values, LEVEL);
            let found = if method == 0 {
                let corrected = Interval::bca(&values, estimates[at]?, &jackknife.measure(measure, 0, 1), LEVEL);
                corrected.or(percentile)
            } else {
                percentile
            };
            inside(found, truth[at])
        })
    })
}

fn coverage() {
    println!("## Coverage of the 90 % interval\n");
    println!(
        "{WORLDS} worlds of {SESSIONS} sessions, {DRAWS} draws each; share of worlds whose interval holds the truth.\n"
    );
    println!("| worth (USD/session) | headline | truth | {} |", METHODS.join(" | "));
    println!("|---|---|---|{}", "---|".repeat(METHODS.len()));
    for (index, worth) in WORTHS.into_iter().enumerate() {
        let truth = truth(worth);
        let mut hits = [[(0_usize, 0_usize); 3]; 5];
        for number in 0..WORLDS {
            let world = world(&mut Dice::new(1_000 + index as u64, number), worth);
            let found = covers(&world, &truth, number as u64);
            for (hits, found) in hits.iter_mut().flatten().zip(found.iter().flatten()) {
                hits.0 += usize::from(*found == Some(true));
                hits.1 += usize::from(found.is_some());
            }
        }
        for (at, (name, _)) in MEASURES.iter().enumerate() {
            let cells = hits.map(|row| format!("{:.1} %", 100.0 * row[at].0 as f64 / row[at].1.max(1) as f64));
            println!("| {worth:+.0} | {name} | {:.3} | {} |", truth[at], cells.join(" | "));
        }
    }
}

/// A grid of hedges on one market: all worth nothing, or one in ten worth `worth` (USD per session).
fn grid(dice: &mut Dice, worth: f64) -> Vec<Vec<f64>> {
    let common = world(dice, 0.0);
    let gains: Vec<f64> = common.hedged.iter().zip(&common.unhedged).map(|(h, u)| h - u).collect();
    let one = |number: usize| -> Vec<f64> {
        let (scale, own) = (0.3 + 0.7 * dice.uniform(), if number % 10 == 3 { worth } else { 0.0 });
        gains.iter().map(|gain| scale * gain + own + 200.0 * dice.normal()).collect()
    };
    (0..GRID).map(one).collect()
}

fn luck() {
    println!("\n## Tests against luck\n");
    println!("{WORLDS} grids of {GRID} configurations, {DRAWS} draws each, rejected at p <= 0.10.\n");
    println!("| grid | White rejects | Hansen (consistent) rejects |");
    println!("|---|---|---|");
    for (name, worth) in
        [("worthless", 0.0), ("one in ten worth 40 USD a session", 40.0), ("one in ten worth 80", 80.0)]
    {
        let (mut white, mut hansen) = (0, 0);
        for number in 0..WORLDS {
            let gains = grid(&mut Dice::new(2_000, number), worth);
            let plan = Plan { draws: DRAWS, mean_block_sessions: 21.0, seed: number as u64 };
            let series: Vec<&[f64]> = gains.iter().map(Vec::as_slice).collect();
            let Some(part) = Part::of(&series, 0, &Resamples::new(SESSIONS, &plan)) else { continue };
            white += usize::from(part.reality_check().is_some_and(|found| found.p_value <= 0.10));
            hansen += usize::from(part.superiority().is_some_and(|found| found.p_consistent <= 0.10));
        }
        let share = |count: usize| format!("{:.1} %", 100.0 * count as f64 / WORLDS as f64);
        println!("| {name} | {} | {} |", share(white), share(hansen));
    }
}

fn overfitting() {
    println!("\n## Probability of overfitting\n");
    println!("{WORLDS} grids of {GRID} configurations, 10 blocks (252 splits); mean over the grids.\n");
    println!("| grid | mean PBO | 5 % | 95 % |");
    println!("|---|---|---|---|");
    for (name, worth) in [("independent noise", 0.0), ("noise, one in ten with a Sharpe ratio of 2 a year", 2.0)] {
        let mut found: Vec<f64> = Vec::new();
        for number in 0..WORLDS {
            let mut dice = Dice::new(3_000, number);
            let one = |k: usize, dice: &mut Dice| -> Vec<f64> {
                let drift = if k % 10 == 3 { worth / 252.0_f64.sqrt() } else { 0.0 };
                (0..SESSIONS).map(|_| drift + dice.normal()).collect()
            };
            let all: Vec<Vec<f64>> = (0..GRID).map(|k| one(k, &mut dice)).collect();
            let series: Vec<&[f64]> = all.iter().map(Vec::as_slice).collect();
            found.extend(cscv(&series, 10).map(|found| found.pbo));
        }
        found.sort_by(f64::total_cmp);
        let mean = found.iter().sum::<f64>() / found.len() as f64;
        let at = |p: f64| quantile(&found, p).unwrap_or(f64::NAN);
        println!("| {name} | {mean:.3} | {:.3} | {:.3} |", at(0.05), at(0.95));
    }
}

fn main() {
    coverage();
    luck();
    overfitting();
}
