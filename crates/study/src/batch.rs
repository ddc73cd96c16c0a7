//! Many scenarios over one shared market, in parallel.
//!
//! Threads never share anything but the market, which nobody changes; results come back in the order of the jobs, and
//! no number is ever summed across threads. So one thread and many give the same bytes.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use engine::execution::Execution;
use engine::run::{Keep, Run, run};
use market::history::MarketHistory;
use market::price::Money;
use policy::arm::Arm;
use rayon::prelude::*;

/// Hears what is being done: a phase, items finished, items in all.
pub type Progress<'a> = &'a (dyn Fn(&'static str, usize, usize) + Sync);

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

/// The user wanted to stop, and there is no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("stopped before the end")]
pub struct Stopped;

/// Runs all jobs on the current rayon pool and returns their results in order. `done` hears the number finished so far,
/// from whichever thread finished one.
pub fn run_all(jobs: &[Job<'_>], done: &(dyn Fn(usize) + Sync)) -> Vec<Run> {
    let never = AtomicBool::new(false);
    run_all_until(jobs, done, &never).expect("nobody can raise it")
}

/// As [`run_all`], until `stop` is raised: nothing new begins then.
///
/// # Errors
/// Where it was raised before the end.
pub fn run_all_until(
    jobs: &[Job<'_>],
    done: &(dyn Fn(usize) + Sync),
    stop: &AtomicBool,
) -> Result<Vec<Run>, Stopped> {
    let finished = AtomicUsize::new(0);
    map_until(jobs, stop, |job| {
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

/// As [`map`], until `stop` is raised: nothing new begins then.
///
/// # Errors
/// Where it was raised before the end.
pub fn map_until<T: Sync, R: Send>(
    items: &[T],
    stop: &AtomicBool,
    f: impl Fn(&T) -> R + Sync + Send,
) -> Result<Vec<R>, Stopped> {
    items
        .par_iter()
        .map(|item| go_on(stop).map(|()| f(item)))
        .collect()
}

/// # Errors
/// Where `stop` is raised.
pub fn go_on(stop: &AtomicBool) -> Result<(), Stopped> {
    match stop.load(Ordering::Relaxed) {
        true => Err(Stopped),
        false => Ok(()),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_a_stop_every_thread_ends_what_it_is_at_and_begins_nothing() {
        let items: Vec<usize> = (0..10_000).collect();
        for threads in [1, 2, 8] {
            let stop = AtomicBool::new(false);
            let late = AtomicUsize::new(0);
            let done = AtomicUsize::new(0);
            let found = on_threads(threads, || {
                map_until(&items, &stop, |_| {
                    // Those that looked before it was raised, and were not at work yet.
                    late.fetch_add(usize::from(stop.load(Ordering::SeqCst)), Ordering::SeqCst);
                    if done.fetch_add(1, Ordering::SeqCst) == 100 {
                        stop.store(true, Ordering::SeqCst);
                    }
                })
            });
            assert_eq!(found, Err(Stopped));
            let late = late.into_inner();
            assert!(late < threads, "{late} of {threads} threads");
            assert!(done.into_inner() < items.len());
        }
    }
}
