//! Timed, each on one thread: all draws of a bootstrap (panel and random streams included), the intervals read from
//! them, cross-validation and the test for superiority over a sweep of 200 configurations.
//! Not timed: making the series. Run with `cargo bench -p stats`.
#![expect(clippy::disallowed_methods, reason = "a bench reads the clock")]

use std::time::Instant;

use stats::bootstrap::{Panel, Plan};
use stats::interval::Interval;
use stats::overfit::cscv;
use stats::paired::Measure;
use stats::spa::superiority;

const SESSIONS: usize = 502;
const ARMS: usize = 10;
const PLAN: Plan = Plan { draws: 2_000, mean_block_sessions: 21.0, seed: 20_220_103 };

fn main() {
    let books: Vec<Vec<f64>> = (0..200).map(book).collect();
    let slices: Vec<&[f64]> = books.iter().map(Vec::as_slice).collect();
    let panel = &slices[..=ARMS];
    report("2,000 draws x 502 sessions x 10 arms", || Panel::new(panel).draw_all(&PLAN).len());
    let draws = Panel::new(panel).draw_all(&PLAN);
    let interval = |arm, measure| draws.interval(measure, 0, arm, Interval::LEVEL);
    let intervals = |arm| Measure::ALL.iter().filter_map(move |measure| interval(arm, *measure)).count();
    report("80 intervals from them", || (1..=ARMS).map(intervals).sum());
    report("cross-validation, 16 blocks, 200 configurations", || cscv(&slices, 16).unwrap().logits.len());
    report("superiority, 2,000 draws, 200 configurations", || superiority(&slices, &PLAN).unwrap().best);
}

fn book(number: usize) -> Vec<f64> {
    (0..SESSIONS).map(|day| ((day * 7919 + number * 104_729) % 1009) as f64 - 480.0).collect()
}

fn report(what: &str, mut work: impl FnMut() -> usize) {
    let mut times: Vec<_> = (0..9)
        .map(|_| {
            let start = Instant::now();
            std::hint::black_box(work());
            start.elapsed()
        })
        .collect();
    times.sort();
    println!("{what}: median of 9 {:?}, best {:?}", times[4], times[0]);
}
