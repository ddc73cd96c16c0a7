//! Chains made by the model, or by the model with one number changed, are off by what was put in.

use fit::candidate::judge;
use fit::error::errors;
use fit::pool::{ALL_DAYS, Pooled, at_close, by_measure};
use fit::target::{ChainSnapshot, Measure, Targets, one_session, targets};
use market::chain::RawQuote;
use market::contract::{Right, Root};
use market::observations::Observations;
use market::price::Price;
use market::surface::ModelParams;

const DATES: [&str; 6] = [
    "2022-02-10",
    "2022-06-16",
    "2023-03-09",
    "2023-08-01",
    "2024-04-10",
    "2024-09-05",
];

/// SPXW quotes of the model on these dates, a nickel wide around the exact price.
fn made(
    observations: &Observations,
    params: &ModelParams,
    forward_factor: f64,
) -> Vec<ChainSnapshot> {
    let of_date = |date: &&str| {
        let date = date.parse().expect("a date");
        let market = one_session(observations, date, params, 60).expect("a session");
        let mut quotes = Vec::new();
        for slice in &market.view(0).today().spxw {
            let slice = slice.moved_to(slice.forward * forward_factor, slice.discount);
            let near = (slice.forward / 5.0).round() * 5.0;
            for strike in (-160..=80).map(|i| near + 5.0 * f64::from(i)) {
                for right in [Right::Call, Right::Put] {
                    let mid = slice.price(right, strike);
                    let price = |x: f64| Some(Price::from_points(x.max(0.0)));
                    let (bid, ask) = (price(mid - 0.025), price(mid + 0.025));
                    let strike = Price::from_points(strike);
                    quotes.push(RawQuote {
                        root: Root::Spxw,
                        expiry: slice.expiry,
                        right,
                        strike,
                        bid,
                        ask,
                    });
                }
            }
        }
        ChainSnapshot {
            date,
            time: "close".into(),
            kind: "eod".into(),
            quotes,
        }
    };
    DATES.iter().map(of_date).collect()
}

fn pooled(found: &Targets, observations: &Observations, measure: Measure) -> Pooled {
    let rows = errors(&found.all, observations, &|_| ModelParams::domain());
    by_measure(&rows, ALL_DAYS, at_close)[&measure]
}

#[test]
fn the_models_own_chain_has_no_error_whatever_the_forward() {
    let observations = reconstruction::reconstruct(reconstruction::SEED);
    let found = targets(
        &made(&observations, &ModelParams::domain(), 1.004),
        &observations,
    );
    for measure in [
        Measure::Atm,
        Measure::Put(25),
        Measure::Put(10),
        Measure::Call(16),
    ] {
        let p = pooled(&found, &observations, measure);
        assert!(p.n > 60 && p.rmse < 0.06, "{measure:?}: {p:?}");
    }
    let condor = pooled(&found, &observations, Measure::Condor);
    assert!(condor.n > 60 && condor.rmse < 0.6, "{condor:?}");
}

#[test]
fn a_quoted_ratio_three_percent_higher_is_a_model_three_percent_too_low() {
    let observations = reconstruction::reconstruct(reconstruction::SEED);
    let shifted = ModelParams {
        atm_shift: 0.03,
        ..ModelParams::domain()
    };
    let found = targets(&made(&observations, &shifted, 1.0), &observations);
    let rows = errors(&found.all, &observations, &|_| ModelParams::domain());
    let within = |row: &&fit::error::Row<'_>| {
        row.measure == Measure::Atm && (7..=45).contains(&row.target.days)
    };
    for row in rows.iter().filter(within) {
        let ratio = row.model / row.quoted;
        assert!(
            (ratio - market::math::exp(-0.03)).abs() < 0.004,
            "{} {}: {ratio}",
            row.target.date,
            row.target.expiry
        );
    }
    // And judged with each date left out, that is the number found on all of them.
    let judged = judge(&found.all, &observations, &ModelParams::domain());
    let of = |name: &str| judged.iter().find(|j| j.name == name).expect("a candidate");
    assert_eq!(
        (of("atm_shift").value, of("atm_shift").range),
        (0.03, (0.03, 0.03))
    );
    assert_eq!(of("atm_shift").better, DATES.len());
    assert!(of("atm_shift").score < 0.1 * of("none").score);
}

#[test]
fn a_date_outside_the_dataset_is_named_and_nothing_else() {
    let observations = reconstruction::reconstruct(reconstruction::SEED);
    let mut moments = made(&observations, &ModelParams::domain(), 1.0);
    moments.truncate(1);
    moments[0].date = "2031-01-06".parse().expect("a date");
    let found = targets(&moments, &observations);
    assert!(found.all.is_empty());
    assert_eq!(found.findings.len(), 1);
    assert_eq!(found.findings[0].1, "chain_outside_dataset");
}
