//! How long a market takes that nobody has traded on: its history, then five arms over it. Best of ten, one thread.
//!
//! `cargo run --release -p alvh-bench --example market`; `crates/bench/measure` reads what it prints.

#![expect(clippy::disallowed_methods, reason = "it measures time")]

use std::time::{Duration, Instant};

use bench::{ARMS, CAPITAL, arm, execution, history, observations};
use engine::run::{Keep, run};

fn main() {
    let (observations, execution, arms) = (observations(), execution(), ARMS.map(arm));
    let (mut built, mut traded) = (Duration::MAX, Duration::MAX);
    for _ in 0..10 {
        let begun = Instant::now();
        let market = history(&observations);
        built = built.min(begun.elapsed());
        let begun = Instant::now();
        for arm in &arms {
            let window = 0..market.len();
            let run = run(&market, window, arm, &execution, CAPITAL, Keep::Curve);
            std::hint::black_box(run);
        }
        traded = traded.min(begun.elapsed());
    }
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    println!("a new market, three years: {:.2} ms", ms(built));
    println!("five arms over it: {:.2} ms", ms(traded));
}
