//! The bootstrap against its own definition, and against what theory says of simulated series.

use stats::block_length::politis_white;
use stats::blocks::StationaryBlocks;
use stats::bootstrap::{Draws, Panel, Plan};
use stats::interval::{Interval, Method};
use stats::paired::{Measure, Outcome};

use crate::series::{autoregression, noise};

const PLAN: Plan = Plan {
    draws: 200,
    mean_block_sessions: 21.0,
    seed: 20_220_103,
};

fn six_books() -> Vec<Vec<f64>> {
    (0..6)
        .map(|book| {
            noise(252, book)
                .iter()
                .map(|shock| 20.0 + 500.0 * shock)
                .collect()
        })
        .collect()
}

fn panel(books: &[Vec<f64>]) -> Panel {
    Panel::new(&books.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

#[test]
fn a_draw_is_the_outcome_of_the_resampled_series_to_the_last_bit() {
    let books = six_books();
    let draws = panel(&books).draw_all(&PLAN);
    let blocks = StationaryBlocks::new(252, PLAN.mean_block_sessions, PLAN.seed);
    let mut indices = vec![0; 252];
    for number in 0..PLAN.draws {
        blocks.fill(number as u64, &mut indices);
        for (book, days) in books.iter().enumerate() {
            let resampled: Vec<f64> = indices
                .iter()
                .map(|&session| days[session as usize])
                .collect();
            assert_eq!(
                draws.outcomes(book)[number],
                Outcome::of(&resampled),
                "book {book}, draw {number}"
            );
        }
    }
}

#[test]
fn the_partition_into_ranges_does_not_matter() {
    let panel = panel(&six_books());
    let whole = panel.draw_all(&PLAN);
    let parts = vec![
        panel.draw(&PLAN, 130..200),
        panel.draw(&PLAN, 0..1),
        panel.draw(&PLAN, 1..130),
    ];
    assert_eq!(Draws::combine(parts), whole);
}

#[test]
#[should_panic(expected = "parts must follow each other")]
fn a_missing_part_is_noticed() {
    let panel = panel(&six_books());
    Draws::combine(vec![panel.draw(&PLAN, 0..10), panel.draw(&PLAN, 20..30)]);
}

#[test]
fn the_seed_decides() {
    let panel = panel(&six_books());
    assert_eq!(panel.draw_all(&PLAN), panel.draw_all(&PLAN));
    let other = Plan {
        seed: PLAN.seed + 1,
        ..PLAN
    };
    assert_ne!(panel.draw_all(&PLAN), panel.draw_all(&other));
}

#[test]
fn a_longer_plan_only_adds_draws() {
    let panel = panel(&six_books());
    let longer = Plan { draws: 300, ..PLAN };
    let (short, long) = (panel.draw_all(&PLAN), panel.draw_all(&longer));
    assert_eq!(short.outcomes(3), &long.outcomes(3)[..200]);
}

#[test]
fn random_streams_are_the_same_everywhere() {
    // Values of this very generator; a change of library version or platform that alters them alters every report.
    let mut indices = vec![0; 12];
    StationaryBlocks::new(12, 3.0, 20_220_103).fill(1999, &mut indices);
    assert_eq!(indices, [5, 6, 4, 5, 6, 5, 3, 4, 5, 1, 9, 10]);
}

#[test]
fn a_smaller_book_is_never_mistaken_for_a_hedge() {
    let books = six_books();
    let half: Vec<f64> = books[0].iter().map(|day| day / 2.0).collect();
    let draws = Panel::new(&[&books[0], &half]).draw_all(&PLAN);
    let reduction = draws
        .interval(Measure::DrawdownReduction, 0, 1, Interval::LEVEL)
        .unwrap();
    assert_eq!(
        (reduction.lo, reduction.hi, reduction.share_positive),
        (0.5, 0.5, 1.0)
    );
    let advantage = draws
        .interval(Measure::SameDrawdownAdvantage, 0, 1, Interval::LEVEL)
        .unwrap();
    assert_eq!(
        (advantage.lo, advantage.hi, advantage.share_positive),
        (0.0, 0.0, 0.0)
    );
}

#[test]
fn undefined_draws_are_counted_and_not_averaged() {
    // Retention needs an unhedged profit, which noise without drift has in half of the draws.
    let (first, second) = (noise(252, 40), noise(252, 41));
    let centre = first.iter().sum::<f64>() / 252.0;
    let first: Vec<f64> = first.iter().map(|day| day - centre).collect();
    let draws = Panel::new(&[&first, &second]).draw_all(&PLAN);
    let retention = draws
        .interval(Measure::Retention, 0, 1, Interval::LEVEL)
        .unwrap();
    assert_eq!(retention.n_draws + retention.n_undefined, PLAN.draws);
    assert!(
        (60..140).contains(&retention.n_undefined),
        "{}",
        retention.n_undefined
    );
}

#[test]
fn the_jackknife_leaves_out_one_block_at_a_time() {
    let books = six_books();
    let draws = panel(&books).jackknife(25);
    assert_eq!(
        draws.len(),
        10,
        "252 sessions hold ten blocks of 25; two sessions are always kept"
    );
    for (number, outcome) in draws.outcomes(2).iter().enumerate() {
        let kept = [&books[2][..25 * number], &books[2][25 * (number + 1)..]].concat();
        assert_eq!(*outcome, Outcome::of(&kept));
    }
}

#[test]
fn corrected_and_plain_intervals_agree_for_a_symmetric_number() {
    let books = six_books();
    let panel = panel(&books);
    let draws = panel
        .draw_all(&Plan {
            draws: 2_000,
            ..PLAN
        })
        .measure(Measure::PnlDifference, 0, 1);
    let jackknife = panel.jackknife(21).measure(Measure::PnlDifference, 0, 1);
    let estimate = Measure::PnlDifference
        .of(&Outcome::of(&books[0]), &Outcome::of(&books[1]))
        .unwrap();
    let plain = Interval::percentile(&draws, Interval::LEVEL).unwrap();
    let corrected = Interval::bca(&draws, estimate, &jackknife, Interval::LEVEL).unwrap();
    let width = plain.hi - plain.lo;
    assert!(
        (plain.lo - corrected.lo).abs() < 0.15 * width
            && (plain.hi - corrected.hi).abs() < 0.15 * width
    );
    assert_eq!(
        (plain.median, plain.n_draws),
        (corrected.median, corrected.n_draws)
    );
}

/// Shares of 300 simulated pairs whose 90% intervals for the difference of P&L hold the true difference: the percentile
/// interval, and the one that is reported.
fn coverage(rho: f64, sessions: usize, mean_block_sessions: f64) -> [f64; 2] {
    const SAMPLES: u64 = 300;
    let mut covered = [0; 2];
    for sample in 0..SAMPLES {
        let both = autoregression(rho, 2 * sessions, 1_000 + sample);
        let (base, extra) = both.split_at(sessions);
        let hedged: Vec<f64> = base
            .iter()
            .zip(extra)
            .map(|(u, hedge)| u + hedge + 0.3)
            .collect();
        let plan = Plan {
            draws: 250,
            mean_block_sessions,
            seed: sample,
        };
        let draws = Panel::new(&[base, &hedged]).draw_all(&plan);
        let truth = 0.3 * sessions as f64;
        let plain = Interval::percentile(
            &draws.measure(Measure::PnlDifference, 0, 1),
            Interval::LEVEL,
        );
        let reported = draws.interval(Measure::PnlDifference, 0, 1, Interval::LEVEL);
        for (covered, found) in covered.iter_mut().zip([plain.unwrap(), reported.unwrap()]) {
            *covered += u32::from(found.lo <= truth && truth <= found.hi);
        }
    }
    covered.map(|count| f64::from(count) / SAMPLES as f64)
}

#[test]
fn intervals_cover_as_promised_on_independent_days() {
    for found in coverage(0.0, 250, 5.0) {
        // 300 samples of 90%: one standard error is 1.7 points.
        assert!((0.84..=0.95).contains(&found), "{found}");
    }
}

#[test]
fn dependence_needs_blocks_and_studentising_does_the_rest() {
    // With rho = 0.6 days drawn one by one understate the deviation of the sum by sqrt(0.4 / 1.6) = 1/2, so 90% becomes
    // 2 Φ(1.645 / 2) - 1 = 59%. One standard error is 2.8 points. Eight stretches see the dependence all the same.
    let [plain, reported] = coverage(0.6, 1_000, 1.0);
    assert!((0.48..=0.70).contains(&plain), "{plain}");
    assert!((0.84..=0.95).contains(&reported), "{reported}");
    // Blocks of 21 keep (1 + 2 Σ (0.6 · 20/21)^k) / 4 = 92% of the variance, less 4% for the estimated mean: 87%, and
    // some two points less because that variance is itself estimated. One standard error is 2 points.
    let [plain, reported] = coverage(0.6, 1_000, 21.0);
    assert!((0.78..=0.93).contains(&plain), "{plain}");
    assert!((0.84..=0.95).contains(&reported), "{reported}");
}

#[test]
fn each_measure_has_its_method() {
    let books = six_books();
    let draws = panel(&books).draw_all(&PLAN);
    let method = |measure| {
        draws
            .interval(measure, 0, 1, Interval::LEVEL)
            .map(|found| found.method)
    };
    assert_eq!(method(Measure::PnlDifference), Some(Method::Studentized));
    assert_eq!(method(Measure::CvarDifference), Some(Method::Stretched));
    assert_eq!(method(Measure::DrawdownReduction), Some(Method::Percentile));
    // Too short for a standard error.
    let short: Vec<&[f64]> = books.iter().map(|book| &book[..15]).collect();
    let draws = Panel::new(&short).draw_all(&PLAN);
    let found = draws
        .interval(Measure::PnlDifference, 0, 1, Interval::LEVEL)
        .unwrap();
    assert_eq!(found.method, Method::Percentile);
    // A hedge that never traded has none either.
    let draws = Panel::new(&[&books[0], &books[0]]).draw_all(&PLAN);
    let found = draws
        .interval(Measure::PnlDifference, 0, 1, Interval::LEVEL)
        .unwrap();
    assert_eq!(
        (found.lo, found.hi, found.method),
        (0.0, 0.0, Method::Percentile)
    );
}

#[test]
fn a_studentized_draw_is_the_ratio_of_the_resampled_series() {
    let books = six_books();
    let student = panel(&books).draw_all(&PLAN).student(1, 4).unwrap();
    let gains: Vec<f64> = books[4].iter().zip(&books[1]).map(|(h, u)| h - u).collect();
    let error = |gains: &[f64]| {
        let (n, mean) = (gains.len(), gains.iter().sum::<f64>() / gains.len() as f64);
        let stretch = |j: usize| {
            gains[j * n / 8..(j + 1) * n / 8]
                .iter()
                .map(|gain| gain - mean)
                .sum::<f64>()
        };
        (8.0 / 7.0 * (0..8).map(|j| stretch(j) * stretch(j)).sum::<f64>()).sqrt()
    };
    assert!((student.standard_error / error(&gains) - 1.0).abs() < 1e-9);
    let blocks = StationaryBlocks::new(252, PLAN.mean_block_sessions, PLAN.seed);
    let mut indices = vec![0; 252];
    for (number, found) in student.ratios.iter().enumerate() {
        blocks.fill(number as u64, &mut indices);
        let drawn: Vec<f64> = indices
            .iter()
            .map(|&session| gains[session as usize])
            .collect();
        let expected = (drawn.iter().sum::<f64>() - gains.iter().sum::<f64>()) / error(&drawn);
        assert!((found.unwrap() - expected).abs() < 1e-9 * (1.0 + expected.abs()));
    }
}

#[test]
fn automatic_blocks_are_short_for_noise_and_as_derived_for_dependence() {
    let of_noise = politis_white(&noise(2_000, 5)).unwrap();
    assert!(of_noise < 6.0, "{of_noise}");
    // For an autoregression G / g(0) = 2 rho / (1 - rho²), hence b = (2 rho / (1 - rho²))^(2/3) n^(1/3).
    for (rho, n) in [(0.5, 4_000), (0.7, 4_000)] {
        let theory = libm::pow(2.0 * rho / (1.0 - rho * rho) * (n as f64).sqrt(), 2.0 / 3.0);
        let estimates =
            (0..9).map(|seed| politis_white(&autoregression(rho, n, 70 + seed)).unwrap());
        let mean = estimates.sum::<f64>() / 9.0;
        assert!(
            (mean / theory - 1.0).abs() < 0.2,
            "rho {rho}: {mean}, not {theory}"
        );
    }
}
