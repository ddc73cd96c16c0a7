//! Timed, each on one thread: replays of three years by each arm of the reference run, first on a market nobody has
//! traded on yet (contracts priced, templates quoted), then on one whose tapes and quotes are there, as every scenario
//! of a sweep but the first finds it; and the last session of a replay alone.
//! Not timed: building the market. Run with `cargo bench -p bench --bench engine`.

use bench::{ARMS, CAPITAL, arm, execution, history, observations, rate, time};
use engine::run::{Keep, Simulator, run};

fn main() {
    let market = history(&observations());
    let (execution, days) = (execution(), market.len());
    let arms = ARMS.map(arm);
    let replay = |market: &_, arm, keep| run(market, 0..days, arm, &execution, CAPITAL, keep);

    let all = |market: &_| arms.iter().map(|arm| replay(market, arm, Keep::Curve).curve.len()).sum::<usize>();
    let cold = time("five arms, new market", 9, || market.clone(), all);
    rate("scenario-days/s/core", 5 * days, cold);
    for keep in [Keep::Curve, Keep::Journal] {
        let mut sum = std::time::Duration::ZERO;
        for (name, arm) in ARMS.iter().zip(&arms) {
            sum += time(&format!("{name}, known market, {keep:?}"), 99, || (), |()| replay(&market, arm, keep));
        }
        rate("scenario-days/s/core", 5 * days, sum);
    }

    let arm = &arms[1];
    let until_yesterday = || {
        let mut simulator = Simulator::new(&market, arm, &execution, CAPITAL, Keep::Curve);
        (0..days - 1).for_each(|t| simulator.step(t));
        std::cell::RefCell::new(simulator)
    };
    time("always_on, one session", 99, until_yesterday, |simulator| simulator.borrow_mut().step(days - 1));
}
