//! The rates this repository is judged by, beside the pricing limit of the processor, all from one run on one thread:
//! scenario-days a second and core, and how many Black pairs the processor prices in the time of a scenario-day.
//! Medians; the best in brackets. Run with `cargo bench -p alvh -p alvh-bench --bench rates`.

use std::time::Duration;

use bench::limit::Board;
use bench::{ARMS, CAPITAL, arm, budgets, execution, history, jobs, observations};
use engine::run::{Keep, run};

/// Marks of a full scenario-day: some twenty packages of three legs.
const MARKS: f64 = 60.0;

fn main() {
    let board = Board::new(4_096);
    let (mut calls, mut puts) = (vec![0.0; board.len()], vec![0.0; board.len()]);
    let pairs = bench::median_and_best(999, || {
        board.price(&mut calls, &mut puts);
        calls[17]
    });
    let limit = rates(board.len(), pairs);
    println!(
        "Black pairs a second and core: {:.0} million ({:.0})",
        limit.0 / 1e6,
        limit.1 / 1e6
    );
    println!(
        "limit of a day of {MARKS} marks priced in pairs: {:.2} million scenario-days/s/core",
        limit.0 / MARKS * 2.0 / 1e6
    );

    let market = history(&observations());
    let (execution, days) = (execution(), market.len());
    let arms = ARMS.map(arm);
    for keep in [Keep::Curve, Keep::Journal] {
        let all = || {
            arms.iter()
                .map(|arm| {
                    run(&market, 0..days, arm, &execution, CAPITAL, keep)
                        .curve
                        .len() as f64
                })
                .sum()
        };
        say(
            &format!("five arms, {keep:?}"),
            rates(5 * days, bench::median_and_best(49, all)),
            limit,
        );
    }
    for cells in [100, 1_000] {
        let arms = budgets(cells);
        let jobs = jobs(&market, &arms, &execution);
        for threads in [1, 2] {
            let work = || {
                study::batch::on_threads(threads, || study::batch::run_all(&jobs, &|_| {})).len()
                    as f64
            };
            let found = rates(cells * days / threads, bench::median_and_best(9, work));
            say(
                &format!("sweep of {cells} budgets, threads: {threads}"),
                found,
                limit,
            );
        }
    }
}

fn rates(count: usize, (median, best): (Duration, Duration)) -> (f64, f64) {
    (
        count as f64 / median.as_secs_f64(),
        count as f64 / best.as_secs_f64(),
    )
}

fn say(what: &str, found: (f64, f64), limit: (f64, f64)) {
    println!(
        "{what}: {:.2} million scenario-days/s/core ({:.2}); one in the time of {:.0} Black pairs",
        found.0 / 1e6,
        found.1 / 1e6,
        limit.0 / found.0
    );
}
