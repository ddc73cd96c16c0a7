//! Single prices made by the model are off by nothing, and those of a bent model by what it was bent.

use chrono::{Days, NaiveDate, NaiveTime};
use fit::marks::{Mark, MarkMeasure, autocorrelation, mark_errors};
use fit::marks_table::{judge_marks, marks_markdown};
use fit::pool::{Pooled, pool};
use fit::target::one_session;
use market::contract::{Right, Root};
use market::observations::Observations;
use market::surface::ModelParams;

/// A put and a call of about 25 delta, two weeks and more ahead, on every tenth session of the reconstruction.
pub fn made(observations: &Observations, params: &ModelParams) -> Vec<Mark> {
    let mut marks = Vec::new();
    for date in observations.sessions.iter().skip(300).step_by(10) {
        let market = one_session(observations, *date, params, 40).expect("a session");
        let today = market.view(0).today();
        // The index moved by a tenth of a percent after the minute of the marks.
        let underlying = today.spot * 1.001;
        for slice in today.spxw.iter().filter(|s| (14..=21).contains(&s.dte)) {
            let at_minute = slice.moved_to(slice.forward * 1.001, slice.discount);
            for (right, root) in [(Right::Put, None), (Right::Call, Some(Root::Spxw))] {
                let grid =
                    (-150..=150).map(|i| (underlying / 5.0).round() * 5.0 + 5.0 * f64::from(i));
                let gap = |k: &f64| (at_minute.delta(right, *k).abs() - 0.25).abs();
                let strike = grid
                    .min_by(|a, b| gap(a).total_cmp(&gap(b)))
                    .expect("a grid");
                marks.push(Mark {
                    date: *date,
                    time: NaiveTime::from_hms_opt(15, 45, 0).expect("a time"),
                    root,
                    expiry: slice.expiry,
                    right,
                    strike,
                    mid: at_minute.price(right, strike),
                    underlying,
                });
            }
        }
    }
    marks
}

fn pooled(rows: &fit::marks::MarkErrors, measure: MarkMeasure) -> Pooled {
    pool(rows.iter_of(measure).map(|r| r.error))
}

#[test]
fn the_models_own_prices_have_no_error_and_third_fridays_without_a_root_are_left_out() {
    let observations = reconstruction::reconstruct(reconstruction::SEED);
    let marks = made(&observations, &ModelParams::domain());
    let errors = mark_errors(&marks, &observations, &ModelParams::domain());
    for measure in MarkMeasure::ALL {
        let p = pooled(&errors, measure);
        assert!(p.n > 150 && p.worst.abs() < 0.02, "{measure:?}: {p:?}");
    }
    let unsaid = errors.left_out["a third Friday without a root"];
    // Every left-out mark is a put of a third Friday: the calls said their class.
    let third_fridays = marks.iter().filter(|m| m.root.is_none()).filter(|m| {
        let days = (m.expiry - m.date).num_days();
        market::listing::spx_am_expiries(m.date, days).contains(&m.expiry)
    });
    assert_eq!(unsaid, third_fridays.count());
    assert!(unsaid > 0);
}

#[test]
fn a_bent_smile_is_found_again_and_judged_on_the_year_it_was_not_chosen_on() {
    let observations = reconstruction::reconstruct(reconstruction::SEED);
    let bent = ModelParams {
        rho_shift: 0.10,
        ..ModelParams::domain()
    };
    let marks = made(&observations, &bent);
    let errors = mark_errors(&marks, &observations, &ModelParams::domain());
    // A market with less skew has dearer calls and cheaper puts than the model.
    assert!(pooled(&errors, MarkMeasure::Call).bias < -0.05);
    assert!(pooled(&errors, MarkMeasure::Put).bias > 0.05);
    let judged = judge_marks(&marks, &observations, &ModelParams::domain());
    let of = |name: &str| judged.iter().find(|j| j.name == name).expect("a candidate");
    assert_eq!(
        (of("rho_shift").value, of("rho_shift").at_edge),
        (0.10, false)
    );
    let (before, after) = of("rho_shift").pooled[&MarkMeasure::Condor];
    assert!(before.n > 60 && after.n > 30, "{before:?} {after:?}");
    assert!(after.rmse < 0.02, "{after:?}");
    assert!(of("none").pooled[&MarkMeasure::Condor].1.rmse > 0.5);
    let text = marks_markdown(&errors, &errors, &judged);
    assert!(text.contains("| rho_shift") && text.contains("a third Friday without a root"));
}

#[test]
fn what_no_model_can_price_is_counted_by_reason() {
    let observations = reconstruction::reconstruct(reconstruction::SEED);
    let mut marks = made(&observations, &ModelParams::domain());
    marks.truncate(1);
    let day = |text: &str| text.parse::<NaiveDate>().expect("a date");
    let one = Mark {
        root: Some(Root::Spxw),
        ..marks[0].clone()
    };
    let elsewhere = Mark {
        date: day("2031-01-06"),
        ..one.clone()
    };
    let unlisted = Mark {
        expiry: one.date.checked_add_days(Days::new(2_000)).expect("a date"),
        ..one.clone()
    };
    let too_dear = Mark {
        mid: one.strike * 2.0,
        ..one.clone()
    };
    let errors = mark_errors(
        &[one, elsewhere, unlisted, too_dear],
        &observations,
        &ModelParams::domain(),
    );
    let left_out: Vec<_> = errors.left_out.into_iter().collect();
    assert_eq!(
        left_out,
        [
            ("a price without a volatility", 1),
            ("no such expiry was listed", 1),
            ("session not in the dataset", 1)
        ]
    );
    assert_eq!(errors.rows.len(), 1);
}

#[test]
fn an_error_that_stays_is_remembered_and_one_that_alternates_is_not() {
    let observations = reconstruction::reconstruct(reconstruction::SEED);
    let marks = made(&observations, &ModelParams::domain());
    let row = mark_errors(&marks, &observations, &ModelParams::domain()).rows[0];
    let days: Vec<NaiveDate> = observations.sessions[..200].to_vec();
    let with = |error: &dyn Fn(usize) -> f64| {
        let rows: Vec<_> = days
            .iter()
            .enumerate()
            .map(|(i, date)| fit::marks::MarkRow {
                date: *date,
                error: error(i),
                ..row
            })
            .collect();
        autocorrelation(&rows, row.measure, 1)
    };
    let slow = with(&|i| if i < 100 { 1.0 } else { -1.0 }).expect("199 pairs");
    let alternating = with(&|i| if i % 2 == 0 { 1.0 } else { -1.0 }).expect("199 pairs");
    assert!(slow > 0.95 && alternating < -0.95, "{slow} {alternating}");
    let few = autocorrelation(&[row], row.measure, 1);
    assert_eq!(few, None);
}
