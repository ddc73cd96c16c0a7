//! Timed, each on one thread: the observations of the bundled reconstruction; the price history of three years; marks of
//! one option on every session that lists it, by the kernel of this processor and one by one; strikes found by their
//! delta. Run with `cargo bench -p alvh -p alvh-bench --bench market`.

use bench::{history, observations};
use criterion::{Criterion, Throughput};
use market::contract::{Right, Root};
use market::kernel::Smiles;
use market::surface::Slice;
use policy::select::nearest_delta;

fn main() {
    let mut criterion = Criterion::default().sample_size(10).configure_from_args();
    let observations = observations();
    let market = history(&observations);

    let mut load = criterion.benchmark_group("load");
    load.bench_function("observations", |b| b.iter(bench::observations));
    load.throughput(Throughput::Elements(market.len() as u64));
    load.bench_function("history of 753 sessions", |b| {
        b.iter(|| history(&observations))
    });
    load.finish();

    let slices: Vec<&Slice> = (0..market.len())
        .flat_map(|t| &market.view(t).today().spxw)
        .collect();
    let mut smiles = Smiles::default();
    slices.iter().for_each(|slice| smiles.push(slice));
    let mut marks = criterion.benchmark_group("marks");
    marks.throughput(Throughput::Elements(slices.len() as u64));
    marks.bench_function("kernel", |b| b.iter(|| smiles.prices(Right::Put, 4_000.0)));
    let one_by_one = || {
        slices
            .iter()
            .map(|slice| slice.price(Right::Put, 4_000.0))
            .sum::<f64>()
    };
    marks.bench_function("one by one", |b| b.iter(one_by_one));
    marks.finish();

    let search = |slice: &&Slice| nearest_delta(slice, Root::Spxw, Right::Put, 0.16);
    let mut strikes = criterion.benchmark_group("strike search");
    strikes.throughput(Throughput::Elements(slices.len() as u64));
    strikes.bench_function("16 delta put", |b| {
        b.iter(|| slices.iter().filter_map(search).count())
    });
    strikes.finish();
    criterion.final_summary();
}
