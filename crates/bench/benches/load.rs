//! Timed: reading the bundled dataset from disk, hashes checked. Run with `cargo bench -p alvh -p alvh-bench --bench load`.

use std::path::Path;

use criterion::Criterion;

fn main() {
    let folder = Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../datasets/reconstruction"
    ));
    let mut criterion = Criterion::default().configure_from_args();
    let read = || {
        data::load(folder)
            .expect("the bundled dataset")
            .observations
    };
    criterion.bench_function("load the bundled dataset", |b| b.iter(read));
    criterion.final_summary();
}
