//! Timed, each on one thread: replays of three years by each arm of the reference run, on a market nobody has traded on
//! yet (contracts priced, templates quoted), then on one whose mark paths and quotes are there, as every scenario of a sweep
//! but the first finds it; and the last session of a replay alone. Elements are scenario-days.
//! Not timed: building the market. Run with `cargo bench -p alvh -p alvh-bench --bench engine`.

use bench::{ARMS, CAPITAL, arm, execution, history, observations};
use criterion::{BatchSize, Criterion, Throughput};
use engine::run::{Keep, run};
use engine::simulator::Simulator;

fn main() {
    let mut criterion = Criterion::default().sample_size(20).configure_from_args();
    let market = history(&observations());
    let (execution, days) = (execution(), market.len());
    let arms = ARMS.map(arm);
    let replay = |market: &_, arm, keep| run(market, 0..days, arm, &execution, CAPITAL, keep);

    let mut group = criterion.benchmark_group("one run");
    group.throughput(Throughput::Elements(5 * days as u64));
    let all = |market| {
        arms.iter()
            .map(|arm| replay(&market, arm, Keep::Curve).curve.len())
            .sum::<usize>()
    };
    group.bench_function("five arms, new market", |b| {
        b.iter_batched(|| market.clone(), all, BatchSize::PerIteration)
    });
    group.throughput(Throughput::Elements(days as u64));
    for (name, arm) in ARMS.iter().zip(&arms) {
        for keep in [Keep::Curve, Keep::Journal] {
            group.bench_function(format!("{name}, {keep:?}"), |b| {
                b.iter(|| replay(&market, arm, keep))
            });
        }
    }
    group.finish();

    let arm = &arms[1];
    let until_yesterday = || {
        let mut simulator = Simulator::new(&market, arm, &execution, CAPITAL, Keep::Curve);
        (0..days - 1).for_each(|t| simulator.step(t));
        simulator
    };
    let last = |mut simulator: Simulator<'_>| simulator.step(days - 1);
    let mut group = criterion.benchmark_group("one day");
    group.throughput(Throughput::Elements(1));
    group.bench_function("always_on", |b| {
        b.iter_batched(until_yesterday, last, BatchSize::SmallInput)
    });
    group.finish();
    criterion.final_summary();
}
