//! Timed, on one thread and on two: sweeps of 100 and 1,000 runs over three years, `always_on` with as many budgets, on a
//! market nobody has traded on yet. Elements are scenario-days. Not timed: building the market.
//! Run with `cargo bench -p alvh -p alvh-bench --bench sweep`.

use bench::{budgets, execution, history, jobs, observations};
use criterion::{BatchSize, Criterion, Throughput};

fn main() {
    let mut criterion = Criterion::default().sample_size(10).configure_from_args();
    let (market, execution) = (history(&observations()), execution());
    let mut group = criterion.benchmark_group("sweep");
    for cells in [100, 1_000] {
        let arms = budgets(cells);
        group.throughput(Throughput::Elements((cells * market.len()) as u64));
        for threads in [1, 2] {
            let work = |market| {
                let jobs = jobs(&market, &arms, &execution);
                study::batch::on_threads(threads, || study::batch::run_all(&jobs, &|_| {})).len()
            };
            let name = format!("{cells} cells, threads: {threads}");
            group.bench_function(name, |b| {
                b.iter_batched(|| market.clone(), work, BatchSize::PerIteration)
            });
        }
    }
    group.finish();
    criterion.final_summary();
}
