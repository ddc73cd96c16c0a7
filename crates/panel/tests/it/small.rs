//! A small study, from its file to its rows: what is known is not computed again, and threads change nothing.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;

use chrono::NaiveDate;
use panel::judge::{Judged, judge};
use panel::numbers::Number;
use panel::work::Computed;
use stats::paired::Outcome;

use crate::support::{compute, compute_told, folder, observations, small};

fn judged(config: &panel::spec::StudyConfig, computed: &Computed) -> Judged {
    judge(config, computed, &|_, _, _| (), &AtomicBool::new(false)).unwrap()
}

#[test]
fn a_study_goes_on_where_it_was_and_says_the_same_on_any_number_of_threads() {
    let (config, observations) = (small(), observations());
    let folder = folder("small");
    let first = compute(&config, &observations, &folder).unwrap();
    // Two years, both in one piece, and 2023-2024; two books on two weekdays.
    assert_eq!((first.computed, first.known), (16, 0));
    let again = study::batch::on_threads(1, || compute(&config, &observations, &folder).unwrap());
    assert_eq!((again.computed, again.known), (0, 16));
    assert_eq!(first.cells, again.cells);
    let (one, other) = (
        judged(&config, &first),
        study::batch::on_threads(1, || judged(&config, &again)),
    );
    assert_eq!(one.answers, other.answers);
    assert_eq!(one.verdicts, other.verdicts);
    assert_eq!(one.years, other.years);
    std::fs::remove_dir_all(folder).unwrap();
}

/// Cells differ in sessions, and those of a calendar year have the frontier too: what is told of them adds up to the work.
#[test]
fn the_work_of_every_phase_is_told_from_none_to_all_of_it() {
    let observations = observations();
    let folder = folder("told");
    let mut config = small();
    config.file.price_band.worlds = 2;
    config.file.indicative_before = NaiveDate::from_ymd_opt(2023, 1, 1);
    for is_known in [false, true] {
        let heard = Mutex::new(BTreeMap::<&str, Vec<(usize, usize, f64)>>::new());
        let hear = |phase, done, all, part| {
            let mut heard = heard.lock().unwrap();
            heard.entry(phase).or_default().push((done, all, part));
        };
        compute_told(&config, &observations, &folder, &hear).unwrap();
        let heard = heard.into_inner().unwrap();
        assert_eq!(heard.len(), 2, "{:?}", heard.keys());
        for (phase, items) in [("cells", 16), ("worlds of the price error", 2)] {
            let told = &heard[phase];
            assert_eq!(told[0], (0, items, 0.0), "{phase}");
            assert_eq!(told[told.len() - 1], (items, items, 1.0), "{phase}");
            assert!(told.is_sorted(), "{phase}");
            // A cell that is replayed is told of arm by arm.
            assert_eq!(told.len() > items + 1, !is_known, "{phase}");
        }
    }
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn every_row_follows_from_the_curves() {
    let (config, observations) = (small(), observations());
    let folder = folder("rows");
    let computed = compute(&config, &observations, &folder).unwrap();
    let judged = judged(&config, &computed);
    let answer = |measure: &str| {
        let rows = judged.answers.iter();
        rows.clone()
            .find(|row| row.arm == "always_on" && row.measure == measure)
            .unwrap()
    };
    // The number of the first arm, year by year, from the daily columns alone.
    let yearly: Vec<f64> = computed
        .years()
        .iter()
        .map(|place| {
            let mut values: Vec<f64> = computed
                .of_window(*place)
                .iter()
                .map(|cell| {
                    let usd = |cents: &i64| *cents as f64 / 100.0;
                    let base: Vec<f64> = cell.unhedged.iter().map(usd).collect();
                    let gains = cell.arms[0].gains.iter().zip(&cell.unhedged);
                    let own: Vec<f64> = gains.map(|(gain, base)| usd(&(gain + base))).collect();
                    1.0 - deepest(&own) / deepest(&base)
                })
                .collect();
            values.sort_by(f64::total_cmp);
            (values[1] + values[2]) / 2.0
        })
        .collect();
    let row = answer("drawdown_reduction");
    let mean = (yearly[0] + yearly[1]) / 2.0;
    assert!((row.value.unwrap() - mean).abs() < 1e-9, "{row:?}");
    assert_eq!((row.years, row.cells), (2, 8));
    assert!(row.lo < row.value && row.value < row.hi, "{row:?}");
    let verdict = &judged.verdicts[0];
    assert_eq!((verdict.books, verdict.weekdays, verdict.years), (2, 2, 2));
    assert_eq!(verdict.value, row.value);
    let frontier = panel::frontier::rows(&config, &computed);
    let budgets = config.file.frontier.budgets.len();
    let of = |kind: &str| frontier.iter().filter(|row| row.kind == kind).count();
    assert_eq!((of("arm"), of("random_dates")), (2 * budgets, 2 * 5));
    // At the budget of its own file an arm of the frontier is the arm itself.
    let point = frontier
        .iter()
        .find(|row| row.kind == "arm" && row.arm == "always_on" && row.level == 0.20)
        .unwrap();
    let pooled = answer("pooled_reduction").value.unwrap();
    assert!((point.reduction.unwrap() - pooled).abs() < 1e-9);
    std::fs::remove_dir_all(folder).unwrap();
}

fn deepest(daily: &[f64]) -> f64 {
    let (mut level, mut peak, mut worst) = (0.0_f64, 0.0_f64, 0.0_f64);
    for day in daily {
        level += day;
        peak = peak.max(level);
        worst = worst.min(level - peak);
    }
    worst
}

#[test]
fn what_random_dates_buy_costs_what_the_arm_paid() {
    // A curve with nothing but random dates in it loses about what the hedge loses, in the mean of many draws.
    let (config, observations) = (small(), observations());
    let folder = folder("random");
    let computed = compute(&config, &observations, &folder).unwrap();
    let cell = &computed.cells[0];
    let base = Outcome::of(&panel::cell::usd(&cell.unhedged));
    for arm in &cell.arms {
        assert_eq!(arm.random.len(), 5);
        let premium = arm.premium() as f64 / 100.0;
        for told in &arm.random {
            let lost = base.pnl_usd - told.pnl as f64 / 100.0;
            // Long options lose their premium and their costs at most.
            assert!(premium > 0.0 && lost < 1.2 * premium, "{lost} of {premium}");
        }
    }
    let number = Number::DrawdownReduction;
    assert!(number.of(&base, &base, 1.0).is_some());
    std::fs::remove_dir_all(folder).unwrap();
}
