//! The baseline that sweeps are held against, beside the control that a run draws.

use market::history::MarketHistory;
use study::results::ArmKind;
use sweep::random_timing_baseline::RandomTimingBaseline;

use crate::support::{config, observations, reference};

/// What a sweep holds a hedge against is the mean of the control that a run draws: the same money, the same drift.
#[test]
fn the_baseline_of_a_sweep_is_the_middle_of_the_draws() {
    let config = config(&[]);
    for window in &reference().windows {
        let (first, last) = (window.window.first, window.window.last);
        let market = MarketHistory::build(observations(), first, last, &config.model_params(), 240)
            .expect("a market");
        let unhedged = window.arms[0].summary.pnl.usd();
        let policies = window
            .arms
            .iter()
            .filter(|arm| arm.replay.kind == ArmKind::Policy);
        // Of futures the draws are bounded in their number, the baseline counts units.
        for arm in policies.filter(|arm| {
            arm.replay
                .arm
                .hedge
                .layers
                .iter()
                .all(|layer| !layer.legs.is_empty())
        }) {
            let mut expected = unhedged;
            for layer in arm.replay.arm.hedge_ids() {
                let found = RandomTimingBaseline::of(
                    &market,
                    0..market.len(),
                    &arm.replay.arm,
                    layer,
                    &config.execution,
                );
                let found = found.expect("the layer buys something");
                assert!(found.is_of_premium, "{}", arm.replay.name);
                assert_eq!(found.daily.len(), window.range.len(), "{}", arm.replay.name);
                let premium = arm.replay.run.portfolio.ledgers[layer].premium.usd();
                expected += premium * found.daily.iter().sum::<f64>();
            }
            let drawn = window
                .controls
                .iter()
                .find(|row| {
                    (row.arm.as_str(), row.control.as_str(), row.measure.as_str())
                        == (arm.replay.name.as_str(), "random_timing", "pnl_usd")
                })
                .expect("the row");
            let number = |value: Option<tables::Quantity>| f64::from(value.expect("drawn"));
            let [lo, hi] = [drawn.lo, drawn.hi].map(number);
            let apart = (expected - number(drawn.value)).abs();
            // The median of the draws is not their mean: the purchases that pay are few and pay much.
            assert!(
                apart < 0.25 * (hi - lo),
                "{}: {expected} in the mean, {drawn:?}",
                arm.replay.name
            );
        }
    }
}
