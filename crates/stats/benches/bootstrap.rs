//! Timed: all draws of a bootstrap on one thread, panel and random streams included, intervals excluded.
//! Not timed: making the series. Run with `cargo bench -p stats`.
#![expect(clippy::disallowed_methods, reason = "a bench reads the clock")]

use std::time::Instant;

use stats::bootstrap::{Panel, Plan};
use stats::interval::Interval;
use stats::paired::Measure;

fn main() {
    let (sessions, arms) = (502, 10);
    let book = |arm: usize| -> Vec<f64> {
        (0..sessions).map(|day| ((day * 7919 + arm * 104_729) % 1009) as f64 - 480.0).collect()
    };
    let books: Vec<Vec<f64>> = (0..=arms).map(book).collect();
    let slices: Vec<&[f64]> = books.iter().map(Vec::as_slice).collect();
    let plan = Plan { draws: 2_000, mean_block_sessions: 21.0, seed: 20_220_103 };
    let mut times = Vec::new();
    for _ in 0..9 {
        let start = Instant::now();
        let draws = Panel::new(&slices).draw_all(&plan);
        times.push(start.elapsed());
        assert_eq!(draws.len(), plan.draws);
    }
    times.sort();
    println!(
        "{} draws x {sessions} sessions x {arms} arms: median of 9 {:?}, best {:?}",
        plan.draws, times[4], times[0]
    );

    let draws = Panel::new(&slices).draw_all(&plan);
    let start = Instant::now();
    let intervals =
        (1..=arms).flat_map(|arm| Measure::ALL.map(|measure| draws.interval(measure, 0, arm, Interval::LEVEL)));
    let found = intervals.flatten().count();
    println!("{found} intervals of {} draws: {:?}", plan.draws, start.elapsed());
}
