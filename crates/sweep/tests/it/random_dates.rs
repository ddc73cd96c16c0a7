//! The baseline that sweeps are held against, beside the control that a run draws.

use engine::placebo_trades::PlaceboTrades;
use market::history::MarketHistory;
use stats::choose::Chooser;
use study::results::ArmKind;
use sweep::random_dates::{Spent, Stock};
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

/// A draw of a cell's cloud spends what it is told, and many draws have the mean that the baseline promises.
#[test]
fn draws_at_random_dates_have_the_baseline_as_their_mean() {
    let config = config(&[]);
    let window = &reference().windows[0];
    let (first, last) = (window.window.first, window.window.last);
    let market = MarketHistory::build(observations(), first, last, &config.model_params(), 240)
        .expect("a market");
    let mut arms = window.arms.iter();
    let arm = &arms
        .find(|arm| arm.replay.name == "always_on")
        .expect("the arm")
        .replay
        .arm;
    for layer in arm.hedge_ids() {
        let all = 0..market.len();
        let trades = PlaceboTrades::new(&market, all, arm, layer, &config.execution);
        let stock = Stock::new(&trades, market.len());
        let mean = stock.mean().expect("the layer can buy something");
        let spent = Spent {
            purchases: 20,
            amount: 50_000.0,
        };
        let sums: Vec<f64> = (0..400)
            .map(|draw| {
                let mut daily = vec![0.0; market.len()];
                stock.buy(&mut Chooser::new(5, draw), spent, &mut daily);
                daily.iter().sum()
            })
            .collect();
        let expected = 50_000.0 * mean.iter().sum::<f64>();
        let found = stats::moments::mean(&sums).expect("draws");
        let error = stats::moments::deviation(&sums).expect("draws") / 20.0;
        assert!(error > 0.0);
        // Four standard errors of the mean of 400 draws.
        assert!(
            (found - expected).abs() < 4.0 * error,
            "{found} against {expected}, {error} apart"
        );
        let mut nothing = vec![0.0; market.len()];
        stock.buy(&mut Chooser::new(5, 0), Spent::default(), &mut nothing);
        assert!(nothing.iter().all(|day| *day == 0.0));
    }
}
