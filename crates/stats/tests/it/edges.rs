//! Rules at their edges: on each side and at equality.

use stats::blocks::{DrawnBlocks, StationaryBlocks};
use stats::bootstrap::{DrawnBook, Panel, Plan};
use stats::contest::{Part, Resamples};
use stats::curve::{deepest, drawdowns, episodes, longest_underwater_sessions, returns, ulcer};
use stats::interval::Interval;
use stats::irr::{irr, is_unique, npv};
use stats::moments::{nonzero_deviation, skewness};
use stats::overfit::{BlockSums, Leaders, Overfitting, Ranks, cscv, expected_best_sharpe};
use stats::paired::{Outcome, Pair, roc_cost};
use stats::plateau::plateau;
use stats::ratios::cagr;
use stats::reality_check::reality_check;
use stats::regression::half_life;
use stats::spa::superiority;
use stats::walk_forward::{Memory, folds};
use stats::words::{WordReader, Words};

use crate::series::noise;

const PLAN: Plan = Plan {
    draws: 99,
    mean_block_sessions: 4.0,
    seed: 3,
};

#[test]
fn curves_and_capitals_below_a_dollar_are_curves() {
    assert_eq!(drawdowns(&[0.5, 0.25]), Some(vec![0.0, -0.5]));
    assert_eq!(drawdowns(&[0.0, 0.25]), None);
    assert_eq!(returns(&[0.5, 0.75]), Some(vec![0.5]));
    assert_eq!(returns(&[0.0, 0.75]), None);
    let found = episodes(&[100.0, 90.0, 90.0, 110.0]);
    assert_eq!(
        (found[0].trough, found[0].recovery),
        (1, Some(3)),
        "of equal troughs the first"
    );
    // A session that loses a tenth has an ulcer index of a tenth; a start alone has none.
    let index = ulcer(&[100.0, 90.0]).expect("a session");
    assert!((index - 0.1).abs() < 1e-12 && ulcer(&[100.0]).is_none());
    assert_eq!(longest_underwater_sessions(&[100.0, 90.0, 80.0]), 2);
    assert_eq!(deepest(&[]), Some(0.0));
    assert_eq!(deepest(&[-0.1, -0.3]), Some(-0.3));
    let grown = cagr(&[[0.5; 252].as_slice(), &[0.6]].concat()).expect("growth");
    assert!((grown - 0.2).abs() < 1e-12, "{grown}");
    assert_eq!([cagr(&[0.0, 0.6]), cagr(&[0.6, 0.0])], [None, None]);
    // Half a dollar earned on half a dollar: 1 - (0.25 / 0.5) / (0.5 / 0.5).
    assert_eq!(roc_cost(0.5, 0.5, 0.25, 0.5), Some(0.5));
    for (earned, capital, other) in [(0.0, 0.5, 0.5), (0.5, 0.0, 0.5), (0.5, 0.5, 0.0)] {
        assert_eq!(roc_cost(earned, capital, 0.25, other), None);
    }
}

#[test]
fn days_that_lost_nothing_have_no_hit_ratio() {
    let ratio = |worst: f64| Pair::new(100.0, &[worst, 5.0], &[1.0, 1.0]).hit_ratio(1);
    assert_eq!(ratio(0.5), None);
    assert_eq!(ratio(0.0), None);
    assert_eq!(ratio(-0.5), Some(3.0));
    let both = Pair::new(100.0, &[-3.0, -5.0], &[-1.0, -3.0]);
    assert_eq!((both.hit_ratio(2), both.hit_ratio(3)), (Some(0.5), None));
    let without = Outcome::without_tail(&[-3.0, 1.0]);
    assert_eq!(
        (
            without.pnl_usd,
            without.max_drawdown_usd,
            without.cvar95_usd
        ),
        (-2.0, -3.0, 0.0)
    );
    let found = plateau(4.0, &[3.0], &[0.0, 1.0, 2.0, 3.0, 4.0]).expect("a plateau");
    assert_eq!((found.median, found.score), (2.0, 0.5));
}

#[test]
fn what_differs_by_rounding_does_not_vary() {
    // A deviation of two numbers is their distance over the root of two.
    let varies = |level: f64, by: f64| nonzero_deviation(&[level, level + by]).is_some();
    let root = 2.0_f64.sqrt();
    assert!(!varies(1.0, 0.7e-12 * root) && varies(1.0, 2e-12 * root));
    assert!(!varies(1_000.0, 0.7e-9 * root) && varies(1_000.0, 2e-9 * root));
    assert!(!varies(0.0, 0.7e-14 * root) && varies(0.0, 2e-14 * root));
    assert_eq!(skewness(&[1.0, 1.0, 1.0]), None);
}

#[test]
fn rates_end_at_a_million_percent_and_one_change_of_sign_is_unique() {
    let year = |paid: f64, back: f64| {
        let mut days = vec![0.0; 366];
        (days[0], days[365]) = (paid, back);
        irr(&days)
    };
    assert!((year(-1.0, 10_000.5).expect("a rate") - 9_999.5).abs() < 1e-6);
    assert_eq!(year(-1.0, 10_003.0), None);
    assert_eq!(year(1.0, 1.0), None);
    assert_eq!(year(0.0, 0.0), None);
    assert!(is_unique(&[-2.0, 3.0]), "ends at one dollar");
    assert!(!is_unique(&[-2.0, 2.0]), "ends at nothing");
    assert!(!is_unique(&[-2.0, 3.0, -3.0]), "two changes");
    assert!(!is_unique(&[2.0, 1.0]));
}

#[test]
fn a_draw_that_equals_the_estimate_counts_half() {
    // 50 draws below, one equal, 50 above: no bias, and equal leave-one-out values have no acceleration.
    let draws: Vec<Option<f64>> = (0..=100).map(|x| Some(f64::from(x))).collect();
    let found = Interval::bca(&draws, 50.0, &[Some(1.0); 5], 0.9).expect("an interval");
    let plain = Interval::percentile(&draws, 0.9).expect("an interval");
    assert!((found.lo - plain.lo).abs() < 1e-9 && (found.hi - plain.hi).abs() < 1e-9);
    assert!((plain.lo - 5.0).abs() < 1e-9 && (plain.hi - 95.0).abs() < 1e-9);
    assert_eq!(plain.median, 50.0);
}

/// What doubles in thirty years grows by the thirtieth root of two a year. Nothing is discounted at -100 %.
#[test]
fn a_rate_of_return_spans_decades_and_no_rate_is_minus_one() {
    let mut flows = vec![0.0; 30 * 365 + 1];
    (flows[0], flows[30 * 365]) = (-100.0, 200.0);
    let rate = irr(&flows).expect("a rate");
    assert!((rate - 0.023_373_891_996_775).abs() < 1e-12, "{rate}");
    assert_eq!(npv(&[100.0], -0.5), Some(100.0));
    assert_eq!(npv(&[100.0], -1.0), None);
}

#[test]
fn trials_that_do_not_differ_expect_nothing() {
    assert_eq!(expected_best_sharpe(5, 0.0), Some(0.0));
    assert_eq!(expected_best_sharpe(5, -0.01), None);
}

#[test]
fn blocks_are_even_and_at_most_twenty_four() {
    let (one, two) = (noise(60, 1), noise(60, 2));
    let found = |blocks: usize| cscv(&[&one, &two], blocks);
    assert!(found(2).is_some() && found(6).is_some());
    let sums = [BlockSums::of(&one, 2)];
    let (mut leaders, mut ranks) = (Leaders::none(2), Ranks::none(2));
    leaders.consider(0, &sums);
    ranks.count(&leaders, &sums);
    assert_eq!(
        Overfitting::of(&leaders, &ranks, 60),
        None,
        "one configuration has no rank"
    );
    for blocks in [0, 1, 3, 26] {
        assert_eq!(found(blocks), None, "{blocks}");
    }
    let mut words = Words::default();
    leaders.write(&mut words);
    let mut words = words.finish();
    let mut read = |blocks: u64| {
        words[0] = blocks;
        Leaders::read(&mut WordReader::new(&words), 0).is_some()
    };
    assert_eq!([read(0), read(1), read(2)], [false, false, true]);
}

#[test]
fn without_persistence_nothing_decays() {
    assert_eq!(half_life(&[0.0, 1.0, 0.0, -1.0]), None);
    assert_eq!(
        half_life(&[8.0, 4.0, 2.0, 1.0, 0.5]).map(|days| days.round()),
        Some(1.0)
    );
    assert_eq!(half_life(&[1.0, 2.0, 4.0, 8.0]), None, "it grows");
}

#[test]
fn only_what_loses_outside_is_a_loss() {
    let wave =
        |mean: f64, depth: f64| (0..10).map(move |t| mean + depth * f64::from(1 - 2 * (t % 2)));
    let series = |early: f64, late: f64| {
        wave(early, 0.01)
            .chain(wave(late, 0.5))
            .collect::<Vec<f64>>()
    };
    let share = |late: f64| {
        let (good, bad) = (series(0.03, late), series(0.01, -0.2));
        cscv(&[&good, &bad], 2).expect("two halves").loss_share
    };
    assert_eq!(share(0.1), 0.0, "little is no loss");
    assert_eq!(share(0.0), 0.0, "nothing is no loss");
    assert_eq!(share(-0.1), 0.5);
}

#[test]
fn three_sessions_are_the_fewest_and_of_equals_the_first_is_the_best() {
    let short = [0.1, 0.2, 0.4];
    assert!(superiority(&[&short], &PLAN).is_some());
    assert_eq!(superiority(&[&short[..2]], &PLAN), None);
    let of = |sessions: usize| Part::of(&[&short[..sessions]], 0, &Resamples::new(sessions, &PLAN));
    assert!(of(3).is_some());
    assert_eq!(of(2), None);
    let (low, high) = (
        noise(50, 1),
        noise(50, 2).iter().map(|x| x + 1.0).collect::<Vec<f64>>(),
    );
    assert_eq!(
        reality_check(&[&low, &high], &PLAN).expect("a check").best,
        1
    );
    assert_eq!(
        reality_check(&[&high, &high], &PLAN).expect("a check").best,
        0
    );
    assert_eq!(
        superiority(&[&low, &high, &high], &PLAN)
            .expect("a test")
            .best,
        1
    );
    let both = Part::of(&[&low, &high, &high], 0, &Resamples::new(50, &PLAN)).expect("a part");
    let best = both
        .reality_check(&Resamples::new(50, &PLAN))
        .expect("a check")
        .best;
    assert_eq!(best, 1);
    // Groups in either order.
    let resamples = Resamples::new(50, &PLAN);
    let part = |first: usize| Part::of(&[high.as_slice()], first, &resamples).expect("a part");
    for joined in [part(4).join(&part(2)), part(2).join(&part(4))] {
        assert_eq!(joined.reality_check(&resamples).expect("a check").best, 2);
        assert_eq!(joined.superiority(&resamples).expect("a test").best, 2);
    }
}

#[test]
fn configurations_that_all_lose_have_a_statistic_of_nothing() {
    let lower = |k: u64, by: f64| noise(60, k).iter().map(|x| x - by).collect::<Vec<f64>>();
    let series = [lower(1, 0.3), lower(2, 0.5), lower(3, 3.0)];
    let series: Vec<&[f64]> = series.iter().map(Vec::as_slice).collect();
    let whole = superiority(&series, &PLAN).expect("a test");
    assert_eq!(whole.statistic, 0.0);
    let resamples = Resamples::new(60, &PLAN);
    let part = Part::of(&series, 0, &resamples).expect("a part");
    assert_eq!(part.superiority(&resamples), Some(whole));
}

#[test]
fn the_three_centrings_differ_where_a_configuration_is_hopeless() {
    // A good one, and one so wild and bad that only the upper bound counts it.
    let good: Vec<f64> = noise(100, 4).iter().map(|x| x + 0.12).collect();
    let wild: Vec<f64> = noise(100, 5).iter().map(|x| 9.0 * (x - 0.5)).collect();
    let poor: Vec<Vec<f64>> = (6..14).map(|k| noise(100, k)).collect();
    let poor: Vec<Vec<f64>> = poor
        .iter()
        .map(|one| {
            // A standard error below nothing, which is not hopeless.
            let center = one.iter().sum::<f64>() / 100.0;
            one.iter().map(|x| x - center - 0.1).collect()
        })
        .collect();
    let mut series = vec![good.as_slice(), &wild];
    series.extend(poor.iter().map(Vec::as_slice));
    let whole = superiority(&series, &PLAN).expect("a test");
    assert!(
        whole.p_lower < whole.p_consistent && whole.p_consistent < whole.p_upper,
        "{whole:?}"
    );
    let resamples = Resamples::new(100, &PLAN);
    let part = Part::of(&series, 0, &resamples).expect("a part");
    assert_eq!(part.superiority(&resamples), Some(whole));
}

#[test]
fn more_books_than_go_abreast_have_their_outcomes() {
    let books: Vec<Vec<f64>> = (0..19).map(|k| noise(40, 100 + k)).collect();
    let panel = Panel::new(&books.iter().map(Vec::as_slice).collect::<Vec<_>>());
    let all: Vec<u32> = (0..40).collect();
    let found = panel.outcomes(&all);
    assert_eq!((found.len(), panel.books(), panel.sessions()), (19, 19, 40));
    for (found, book) in found.iter().zip(&books) {
        let wanted = Outcome::of(book);
        assert!((found.pnl_usd - wanted.pnl_usd).abs() < 1e-12);
        assert!((found.max_drawdown_usd - wanted.max_drawdown_usd).abs() < 1e-12);
        assert!((found.cvar95_usd - wanted.cvar95_usd).abs() < 1e-12);
    }
    let alone = Panel::new(&[books[0].as_slice()]).draw_all(&PLAN);
    assert_eq!((alone.len(), alone.is_empty()), (99, false));
    // Without a tail the same, and a tail of nothing.
    let plan = Plan { draws: 3, ..PLAN };
    let whole = panel.draw_all(&plan);
    let blocks = StationaryBlocks::new(40, plan.mean_block_sessions, plan.seed);
    let drawn = DrawnBlocks::new(&blocks, 3);
    let parts = [0..1, 1..3].map(|range| panel.drawn_books(&drawn, range));
    let [first, rest] = parts.map(Vec::into_iter);
    let both = first.zip(rest);
    let short: Vec<DrawnBook> = both.map(|(a, b)| DrawnBook::combine(vec![a, b])).collect();
    assert_eq!(short.len(), 19);
    for (book, of) in short.iter().enumerate() {
        assert_eq!(of.student(&short[0]), whole.student(0, book));
        for (whole, short) in whole.outcomes(book).iter().zip(of.outcomes()) {
            let without = Outcome {
                cvar95_usd: 0.0,
                ..*whole
            };
            assert_eq!(*short, without);
        }
    }
}

#[test]
fn folds_need_lengths() {
    let found = |train, test| folds(10, train, 1, test, Memory::Rolling);
    assert!(found(0, 2).is_empty() && found(2, 0).is_empty() && found(0, 0).is_empty());
    assert_eq!(found(2, 4).len(), 2);
    assert_eq!(
        (found(2, 4)[1].train.clone(), found(2, 4)[1].test.clone()),
        (4..6, 7..10)
    );
}

#[test]
#[should_panic(expected = "mean block length")]
fn blocks_of_less_than_a_session_are_none() {
    StationaryBlocks::new(10, 0.99, 1);
}

#[test]
#[should_panic(expected = "mean block length")]
fn blocks_without_end_are_none() {
    StationaryBlocks::new(10, f64::INFINITY, 1);
}
