//! What must hold for every series.

use proptest::prelude::*;
use stats::bootstrap::{Panel, Plan};
use stats::paired::{Measure, Outcome, Pair};
use stats::{curve, overfit, ratios};

/// Daily P&L of between one and eighty sessions, losses and flat days included.
fn pnl() -> impl Strategy<Value = Vec<f64>> {
    let day = prop_oneof![4 => -5_000.0..5_000.0_f64, 1 => Just(0.0)];
    prop::collection::vec(day, 1..80)
}

fn pair_of_pnl() -> impl Strategy<Value = (Vec<f64>, Vec<f64>)> {
    prop::collection::vec((-5_000.0..5_000.0_f64, -5_000.0..5_000.0_f64), 12..80)
        .prop_map(|days| days.into_iter().unzip())
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0)
}

fn close_or_both_undefined(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => close(a, b),
        (a, b) => a == b,
    }
}

proptest! {
    #[test]
    fn a_drawdown_is_never_positive_and_never_above_the_whole_range(pnl in pnl()) {
        let equity = curve::equity(1e6, &pnl);
        let deepest = curve::max_drawdown_usd(&equity).unwrap();
        prop_assert!(curve::drawdowns_usd(&equity).iter().all(|depth| *depth <= 0.0));
        prop_assert!(curve::drawdowns(&equity).unwrap().iter().all(|depth| *depth <= 0.0));
        let losses: f64 = pnl.iter().map(|day| day.min(0.0)).sum();
        prop_assert!(deepest <= 0.0 && deepest >= losses - 1e-6);
    }

    #[test]
    fn the_deepest_episode_is_the_maximum_drawdown(pnl in pnl()) {
        let equity = curve::equity(1e6, &pnl);
        let episodes = curve::episodes(&equity);
        let deepest = episodes.iter().map(|episode| episode.depth_usd).fold(0.0, f64::min);
        prop_assert_eq!(Some(deepest), curve::max_drawdown_usd(&equity));
        let deepest = episodes.iter().map(|episode| episode.depth.unwrap()).fold(0.0, f64::min);
        prop_assert_eq!(Some(deepest), curve::max_drawdown(&equity));
        let in_order = episodes.windows(2).all(|pair| pair[0].recovery.unwrap() <= pair[1].peak);
        prop_assert!(in_order);
        prop_assert!(episodes.iter().all(|e| e.peak < e.trough && e.recovery.is_none_or(|r| r > e.trough)));
    }

    #[test]
    fn a_book_twice_as_large_doubles_dollars_and_keeps_ratios((unhedged, hedged) in pair_of_pnl()) {
        let double = |series: &[f64]| -> Vec<f64> { series.iter().map(|day| 2.0 * day).collect() };
        let small = Pair::new(1e6, &unhedged, &hedged).compare();
        let (unhedged, hedged) = (double(&unhedged), double(&hedged));
        let large = Pair::new(2e6, &unhedged, &hedged).compare();
        // Doubling is exact in binary, so equality is too.
        prop_assert_eq!(large.unhedged, small.unhedged.scaled(2.0));
        prop_assert_eq!(large.drawdown_reduction, small.drawdown_reduction);
        prop_assert_eq!(large.drawdown_reduction_of_equity, small.drawdown_reduction_of_equity);
        prop_assert_eq!(large.retention, small.retention);
        prop_assert_eq!(large.cost_drag, small.cost_drag);
        prop_assert_eq!(large.hedge_efficiency, small.hedge_efficiency);
        prop_assert_eq!(large.hit_ratio, small.hit_ratio);
    }

    #[test]
    fn ratios_ignore_the_size_of_the_account(pnl in pnl(), scale in 0.01..100.0_f64) {
        let scaled: Vec<f64> = pnl.iter().map(|day| scale * day).collect();
        prop_assert!(close_or_both_undefined(ratios::sharpe(&pnl), ratios::sharpe(&scaled)));
        prop_assert!(close_or_both_undefined(ratios::sortino(&pnl), ratios::sortino(&scaled)));
        let cvar = ratios::cvar95(&pnl).map(|cvar| scale * cvar);
        prop_assert!(close_or_both_undefined(cvar, ratios::cvar95(&scaled)));
        let (one, many) = (curve::equity(1e6, &pnl), curve::equity(scale * 1e6, &scaled));
        prop_assert!(close_or_both_undefined(ratios::cagr(&one), ratios::cagr(&many)));
        prop_assert!(close_or_both_undefined(curve::ulcer(&one), curve::ulcer(&many)));
    }

    #[test]
    fn a_deleveraged_book_has_what_it_was_fitted_to((unhedged, hedged) in pair_of_pnl()) {
        let found = Pair::new(1e6, &unhedged, &hedged).compare();
        let resized = |scale: f64| -> Outcome {
            Outcome::of(&unhedged.iter().map(|day| scale * day).collect::<Vec<_>>())
        };
        if let Some(control) = found.same_drawdown {
            prop_assert!((0.0..=1.0).contains(&control.scale));
            prop_assert!(close(resized(control.scale).max_drawdown_usd, found.hedged.max_drawdown_usd));
            prop_assert!(close(resized(control.scale).pnl_usd, control.outcome.pnl_usd));
        }
        if let Some(control) = found.same_pnl {
            prop_assert!(close(resized(control.scale).pnl_usd, found.hedged.pnl_usd));
        }
    }

    #[test]
    fn a_hedge_that_does_nothing_changes_nothing(pnl in pnl()) {
        let found = Pair::new(1e6, &pnl, &pnl).compare();
        prop_assert_eq!(found.drawdown_reduction.unwrap_or(0.0), 0.0);
        prop_assert_eq!(found.retention.unwrap_or(1.0), 1.0);
        prop_assert_eq!(found.hit_ratio.unwrap_or(0.0), 0.0);
        prop_assert_eq!((found.hedge_pnl_usd, found.cvar_difference_usd), (0.0, 0.0));
        prop_assert_eq!(found.hedge_efficiency, None);
    }

    #[test]
    fn the_order_of_the_arms_does_not_matter((first, second) in pair_of_pnl(), seed in any::<u64>()) {
        let third: Vec<f64> = first.iter().zip(&second).map(|(a, b)| a - 0.5 * b).collect();
        let plan = Plan { draws: 7, mean_block_sessions: 5.0, seed };
        let one = Panel::new(&[&first, &second, &third, &first, &second]).draw_all(&plan);
        let other = Panel::new(&[&third, &second, &first]).draw_all(&plan);
        for measure in Measure::ALL {
            prop_assert_eq!(one.measure(measure, 0, 2), other.measure(measure, 2, 0));
            prop_assert_eq!(one.measure(measure, 4, 3), other.measure(measure, 1, 2));
        }
    }

    #[test]
    fn overfitting_ignores_the_order_of_configurations(seed in 0..1_000_usize) {
        let series = |j: usize| -> Vec<f64> { (0..32).map(|t| ((t * 31 + j * 17 + seed) * 7919 % 101) as f64).collect() };
        let all: Vec<Vec<f64>> = (0..5).map(series).collect();
        let forward: Vec<&[f64]> = all.iter().map(Vec::as_slice).collect();
        let backward: Vec<&[f64]> = all.iter().rev().map(Vec::as_slice).collect();
        prop_assert_eq!(overfit::cscv(&forward, 4), overfit::cscv(&backward, 4));
    }
}
