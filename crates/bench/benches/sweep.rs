//! Timed, on one thread and on two: a sweep of 100 runs over three years, `always_on` with 100 budgets, on a market
//! nobody has traded on yet. Not timed: building the market. The bootstrap has its bench beside it:
//! `cargo bench -p stats`. Run with `cargo bench -p bench --bench sweep`.

use bench::{CAPITAL, arm, execution, history, observations, rate, time};
use engine::run::Keep;
use policy::arm::Arm;
use sweep::Job;

fn main() {
    let (market, execution, base) = (history(&observations()), execution(), arm("always_on"));
    let arms: Vec<Arm> = (1..=100)
        .map(|step| {
            let mut hedge = base.hedge.clone();
            hedge.budget_fraction_of_credit = f64::from(step) / 100.0;
            Arm::new(&base.condors, &hedge)
        })
        .collect();
    for threads in [1, 2] {
        let best = time(
            &format!("100 runs, threads: {threads}"),
            9,
            || market.clone(),
            |market| {
                let job = |arm| Job {
                    history: market,
                    window: 0..market.len(),
                    arm,
                    execution: &execution,
                    capital: CAPITAL,
                    keep: Keep::Curve,
                };
                let jobs: Vec<Job<'_>> = arms.iter().map(job).collect();
                sweep::on_threads(threads, || sweep::run_all(&jobs, &|_| {}))
            },
        );
        rate("scenario-days/s/core", arms.len() * market.len() / threads, best);
    }
}
