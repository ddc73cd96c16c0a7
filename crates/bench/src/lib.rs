//! The market, the arms and the pricing limit of the benches. Every bench says in its header what is timed and what is
//! not. `docs/performance.md` keeps the figures.

pub mod limit;

use std::time::{Duration, Instant};

use chrono::NaiveDate;
use engine::execution::Execution;
use engine::run::Keep;
use market::history::MarketHistory;
use market::observations::Observations;
use market::price::Money;
use market::surface::ModelParams;
use policy::arm::Arm;
use runfile::door;
use study::batch::Job;

/// Capital of every run.
pub const CAPITAL: Money = Money(100_000_000);

/// The arms of the reference run, in its order.
pub const ARMS: [&str; 5] = [
    "unhedged",
    "always_on",
    "always_on_futures",
    "single_vix_call",
    "tiered",
];

/// Most days to expiry any of them asks for.
pub const HORIZON_DAYS: i64 = 180;

/// The bundled reconstruction.
pub fn observations() -> Observations {
    reconstruction::reconstruct(reconstruction::SEED)
}

/// The three years of the reference run, priced by the standard model.
pub fn history(observations: &Observations) -> MarketHistory {
    let first = day(2022, 1, 3);
    let last = day(2024, 12, 31);
    MarketHistory::build(
        observations,
        first,
        last,
        &ModelParams::default(),
        HORIZON_DAYS,
    )
    .expect("a complete market")
}

/// An arm of the reference run, over fifty-point wings: the condor that the peers trade too.
pub fn arm(name: &str) -> Arm {
    let condor = door::condor("the condor", &file("policies/condor_weekly_14d"));
    let condor = condor.expect("the shipped condor policy");
    let hedge = door::hedge(name, &file(&format!("policies/{name}")));
    let hedge = hedge.expect("a shipped hedge policy");
    Arm::new(&[condor], &hedge)
}

/// Fills and costs of the reference run.
pub fn execution() -> Execution {
    let run: toml::Table = toml::from_str(&file("runs/replay")).expect("the shipped run");
    run["execution"]
        .clone()
        .try_into()
        .expect("its execution settings")
}

/// A date.
pub fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a date")
}

fn file(name: &str) -> String {
    let path = format!("{}/../../configs/{name}.toml", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// `count` copies of `always_on` with different budgets: the cells of a sweep.
pub fn budgets(count: usize) -> Vec<Arm> {
    let base = arm("always_on");
    (1..=count)
        .map(|step| {
            let mut hedge = base.hedge.clone();
            hedge.budget_fraction_of_credit = step as f64 / count as f64;
            Arm::new(&base.condors, &hedge)
        })
        .collect()
}

/// Runs of arms over a whole market, without their record.
pub fn jobs<'a>(
    market: &'a MarketHistory,
    arms: &'a [Arm],
    execution: &'a Execution,
) -> Vec<Job<'a>> {
    let window = 0..market.len();
    arms.iter()
        .map(|arm| Job {
            history: market,
            window: window.clone(),
            arm,
            execution,
            capital: CAPITAL,
            keep: Keep::Curve,
        })
        .collect()
}

/// Median and best time of `repetitions` calls.
pub fn median_and_best(repetitions: usize, mut work: impl FnMut() -> f64) -> (Duration, Duration) {
    let mut times: Vec<Duration> = (0..repetitions)
        .map(|_| {
            let start = now();
            std::hint::black_box(work());
            start.elapsed()
        })
        .collect();
    times.sort();
    (times[repetitions / 2], times[0])
}

#[expect(clippy::disallowed_methods, reason = "a bench reads the clock")]
fn now() -> Instant {
    Instant::now()
}
