//! Numbers computed by other software, to be met to 1e-9: empyrical, quantstats and closed forms.
//!
//! `returns.csv` holds four daily series with the equity they lead to from 100,000 USD; `metrics.csv` their metrics.
//! `inf` and `nan` there are what those libraries print where this one says "undefined".

use std::collections::BTreeMap;

use stats::{curve, moments, overfit, ratios};

const START: f64 = 100_000.0;

struct Series {
    returns: Vec<f64>,
    equity: Vec<f64>,
}

fn rows(name: &str) -> Vec<Vec<String>> {
    let path = format!("{}/tests/data/{name}", env!("CARGO_MANIFEST_DIR"));
    let mut reader =
        csv::Reader::from_path(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    reader
        .records()
        .map(|row| row.unwrap().iter().map(str::to_owned).collect())
        .collect()
}

fn series() -> BTreeMap<String, Series> {
    let mut all = BTreeMap::new();
    for row in rows("returns.csv") {
        let empty = || Series {
            returns: vec![],
            equity: vec![START],
        };
        let series = all.entry(row[0].clone()).or_insert_with(empty);
        series.returns.push(row[3].parse().unwrap());
        series.equity.push(row[4].parse().unwrap());
    }
    all
}

/// What this library says for a row of `metrics.csv`; the outer none is a metric it does not offer.
fn ours(metric: &str, Series { returns, equity }: &Series) -> Option<Option<f64>> {
    Some(match metric {
        "n" => Some(returns.len() as f64),
        "total_return" => ratios::total_return(equity),
        "cagr_252" => ratios::cagr(equity),
        "max_drawdown" | "quantstats_max_drawdown" => curve::max_drawdown(equity),
        "max_drawdown_usd" => curve::max_drawdown_usd(equity).map(f64::abs),
        "vol_ann" => ratios::volatility(returns),
        "sharpe_rf0" | "quantstats_sharpe" => ratios::sharpe(returns),
        "sortino_rf0" | "quantstats_sortino" => ratios::sortino(returns),
        "calmar" => ratios::calmar(equity),
        "cvar95_mean_of_worst" => ratios::cvar95(returns),
        "ulcer_rms_dd" => curve::ulcer(equity),
        "skew_pop" => moments::skewness(returns),
        "kurt_pop_nonexcess" => moments::kurtosis(returns),
        "longest_underwater_days" => Some(curve::longest_underwater_sessions(equity) as f64),
        "psr_vs_0" => overfit::probabilistic_sharpe(returns, 0.0),
        "dsr_N50_V0.0009" => overfit::deflated_sharpe(returns, 50, 0.0009),
        _ => return None,
    })
}

/// Relative above one, absolute below.
fn close(found: f64, expected: f64) -> bool {
    (found - expected).abs() <= 1e-9 * expected.abs().max(1.0)
}

#[test]
fn metrics_of_four_series() {
    let all = series();
    let mut checked = 0;
    for row in rows("metrics.csv") {
        let (name, metric) = (&row[0], row[1].as_str());
        let Some(found) = ours(metric, &all[name]) else {
            continue;
        };
        let expected: f64 = row[2].parse().unwrap();
        match found {
            Some(found) => assert!(
                close(found, expected),
                "{name} {metric}: {found}, not {expected}"
            ),
            None => assert!(
                !expected.is_finite(),
                "{name} {metric}: undefined, not {expected}"
            ),
        }
        checked += 1;
    }
    // 21 metrics of four series, less the historical VaR and the ulcer with divisor n - 1, not offered here.
    assert_eq!(checked, 4 * 19);
}

#[test]
fn a_curve_that_only_rises_has_no_sortino_and_no_calmar() {
    let Series { returns, equity } = &series()["always_up"];
    assert_eq!(ratios::sortino(returns), None);
    assert_eq!(ratios::calmar(equity), None);
    assert_eq!(curve::max_drawdown(equity), Some(0.0));
    assert!(curve::episodes(equity).is_empty());
}

#[test]
fn returns_of_a_curve_are_the_returns_it_was_made_from() {
    for (name, Series { returns, equity }) in series() {
        let found = curve::returns(&equity).unwrap();
        assert!(
            found
                .iter()
                .zip(&returns)
                .all(|(a, b)| (a - b).abs() < 1e-14),
            "{name}"
        );
    }
}

#[test]
fn overfitting_of_twelve_configurations() {
    let table = rows("pbo_matrix.csv");
    let column =
        |j: usize| -> Vec<f64> { table.iter().map(|row| row[j].parse().unwrap()).collect() };
    let columns: Vec<Vec<f64>> = (0..table[0].len()).map(column).collect();
    let slices: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
    let expected: BTreeMap<String, f64> = rows("pbo.csv")
        .into_iter()
        .map(|row| (row[0].clone(), row[1].parse().unwrap()))
        .collect();
    let found = overfit::cscv(&slices, expected["blocks"] as usize).unwrap();
    assert_eq!(found.logits.len() as f64, expected["combinations"]);
    assert_eq!(found.pbo, expected["pbo_share_logit_le_0"]);
    assert!((found.mean_logit() - expected["mean_logit"]).abs() < 1e-12);
}
