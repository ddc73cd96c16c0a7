//! Many scenarios over one shared market, in parallel.
//!
//! Threads never share anything but the market, which nobody changes; results come back in the order of the jobs, and
//! no number is ever summed across threads. So one thread and many give the same bytes.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

use engine::execution::Execution;
use engine::run::{Keep, Run, run};
use market::history::MarketHistory;
use market::price::Money;
use policy::arm::Arm;
use rayon::prelude::*;

/// One scenario: an arm over a window of a market.
#[derive(Clone)]
pub struct Job<'a> {
    /// The market, shared.
    pub history: &'a MarketHistory,
    /// Sessions to replay.
    pub window: Range<usize>,
    /// What to trade.
    pub arm: &'a Arm,
    /// How orders become fills.
    pub execution: &'a Execution,
    /// Capital at the start.
    pub capital: Money,
    /// Whether the journal is kept.
    pub keep: Keep,
}

/// Runs all jobs on the current rayon pool and returns their results in order. `done` hears the number finished so far,
/// from whichever thread finished one.
pub fn run_all(jobs: &[Job<'_>], done: &(dyn Fn(usize) + Sync)) -> Vec<Run> {
    let finished = AtomicUsize::new(0);
    map(jobs, |job| {
        let result = run(
            job.history,
            job.window.clone(),
            job.arm,
            job.execution,
            job.capital,
            job.keep,
        );
        done(finished.fetch_add(1, Ordering::Relaxed) + 1);
        result
    })
}

/// `f` of every item, in parallel, in order.
pub fn map<T: Sync, R: Send>(items: &[T], f: impl Fn(&T) -> R + Sync + Send) -> Vec<R> {
    items.par_iter().map(f).collect()
}

/// `work` on a pool of this many threads of its own.
///
/// # Panics
/// If the system gives no threads.
pub fn on_threads<R: Send>(threads: usize, work: impl FnOnce() -> R + Send) -> R {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .expect("the system gives threads");
    pool.install(work)
}
