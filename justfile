# `just` lists the tasks. What the README and CI run is spelled out there; these are shortcuts.

default:
    @just --list

# what CI runs: format, lints, docs, tests
check:
    cargo fmt --all --check
    cargo clippy --release --workspace --all-targets -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc --release --workspace --no-deps
    cargo test --release --workspace

# the tests
test:
    cargo test --release --workspace

# replay the reference run on the bundled reconstruction
run:
    cargo run --release

# replay the reference run on a dataset of real history
history dataset:
    cargo run --release -- replay configs/runs/history.toml --dataset {{dataset}}

# build the bundled dataset again, bit for bit
reconstruct:
    cargo run --release -- data reconstruct --into datasets/reconstruction

# rewrite the golden files after a deliberate change (raise RESULTS_VERSION in the same commit)
golden:
    UPDATE_GOLDEN=1 cargo test --release --workspace

# benchmarks
bench:
    cargo bench -p alvh -p alvh-bench

# measure what docs/performance.md documents and compare with it (`--short`, `--rounds N`, `--write`, `--report`)
measure *options:
    cargo build --release
    crates/bench/measure target/release/alvh {{options}}

# a seeded sample of mutants against each crate's own tests, in a copy of the tree (`--count N`, `--minutes M`)
mutants *options="book stats market signals policy --count 1000":
    crates/bench/mutants {{options}}

# the naive ledger against the engine over more random policies
ledger cases="20000":
    ALVH_LEDGER_CASES={{cases}} cargo test --release -p alvh-engine --test it -- ledger --nocapture

# write reports/sample again from the bundled dataset
sample:
    #!/usr/bin/env bash
    set -euo pipefail
    out="$(mktemp -d)"
    trap 'rm -rf "$out"' EXIT
    cargo run --release -- --out "$out" --quiet
    crates/report/tests/sample.sh "$out"/replay-* reports/sample

# the report of a run folder in headless Chromium
browser folder:
    crates/report/tests/browser/run {{folder}}

# the threshold sweep on a dataset of real history
sweep dataset:
    cargo run --release -- sweep configs/sweeps/tiers.toml --dataset {{dataset}}

# are the statistics calibrated? the tables of docs/calibration.md
calibrate:
    cargo run --release -p alvh-stats --example calibrate

# kill a sweep of 600 cells fifty times and compare the bytes
kills:
    ALVH_KILLS=50 cargo test --release -p alvh --test it -- sweeps::a_sweep_killed --nocapture

# the same with all 10,800 cells of the threshold sweep, by a script that needs no test harness
kills-all dataset folder="target/kills":
    cargo build --release
    crates/cli/tests/kills.sh target/release/alvh configs/sweeps/tiers.toml {{dataset}} 50 3000 {{folder}}
