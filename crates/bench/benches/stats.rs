//! Timed, each on one thread: all draws of a bootstrap (panel and random streams included), the intervals read from
//! them, cross-validation and the test for superiority over a sweep of 200 configurations.
//! Not timed: making the series. Run with `cargo bench -p alvh -p alvh-bench --bench stats`.

use criterion::Criterion;
use stats::bootstrap::{Panel, Plan};
use stats::interval::Interval;
use stats::overfit::cscv;
use stats::paired::Measure;
use stats::spa::superiority;

const SESSIONS: usize = 502;
const ARMS: usize = 10;
const PLAN: Plan = Plan {
    draws: 2_000,
    mean_block_sessions: 21.0,
    seed: 20_220_103,
};

fn main() {
    let mut criterion = Criterion::default().sample_size(10).configure_from_args();
    let books: Vec<Vec<f64>> = (0..200).map(book).collect();
    let slices: Vec<&[f64]> = books.iter().map(Vec::as_slice).collect();
    let panel = &slices[..=ARMS];
    let mut group = criterion.benchmark_group("bootstrap");
    group.bench_function("2,000 draws of 502 sessions, 10 arms", |b| {
        b.iter(|| Panel::new(panel).draw_all(&PLAN))
    });
    let draws = Panel::new(panel).draw_all(&PLAN);
    let interval = |arm, measure| draws.interval(measure, 0, arm, Interval::LEVEL);
    let intervals = |arm| {
        Measure::ALL
            .iter()
            .filter_map(move |measure| interval(arm, *measure))
            .count()
    };
    group.bench_function("80 intervals", |b| {
        b.iter(|| (1..=ARMS).map(intervals).sum::<usize>())
    });
    group.finish();
    let mut group = criterion.benchmark_group("luck");
    group.bench_function("cross-validation, 16 blocks, 200 configurations", |b| {
        b.iter(|| cscv(&slices, 16))
    });
    group.bench_function("superiority, 2,000 draws, 200 configurations", |b| {
        b.iter(|| superiority(&slices, &PLAN))
    });
    group.finish();
    criterion.final_summary();
}

fn book(number: usize) -> Vec<f64> {
    (0..SESSIONS)
        .map(|day| ((day * 7919 + number * 104_729) % 1009) as f64 - 480.0)
        .collect()
}
