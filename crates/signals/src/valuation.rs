//! Valuation and cost of capital (docs/model.md#valuation-and-cost-of-capital).

use market::history::MarketHistory;

use crate::column::Flags;
use crate::releases::{by_print, dividend_growth, month_ends};
use crate::signal::Recomputed;
use crate::window::{Values, mean, percentile};

/// D1/P + g - y10 at each session.
pub(crate) fn equity_risk_premium(
    history: &MarketHistory,
    dividends: &str,
    price: &[Option<f64>],
    yield_10y: &[Option<f64>],
    bounds: (f64, f64),
) -> (Values, Vec<Flags>) {
    let with = |f: fn((f64, f64, bool)) -> f64| {
        by_print(history, dividends, |known| {
            let found = dividend_growth(known, bounds.0, bounds.1)?;
            Some((
                f(found),
                Flags {
                    short_history: found.2,
                    ..Flags::default()
                },
            ))
        })
    };
    let (paid, marks) = with(|(dividend, _, _)| dividend);
    let (growth, _) = with(|(_, growth, _)| growth);
    (
        (0..price.len())
            .map(|t| {
                let d = paid[t]?;
                let g = growth[t]?;
                let p = price[t]?;
                let y = yield_10y[t]?;
                Some(d * (1.0 + g) / p + g - y / 100.0)
            })
            .collect(),
        marks,
    )
}

/// Percent of the last month-ends before each session whose value lies below that session's. A month-end at which the
/// value is missing counts as none: it neither ends the window nor moves it further back.
pub(crate) fn monthly_percentile(
    history: &MarketHistory,
    values: &[Option<f64>],
    most: usize,
    least: usize,
) -> (Values, Vec<Flags>) {
    let ends = month_ends(history.sessions(), false);
    let mut out = vec![None; values.len()];
    let mut marks = vec![Flags::default(); values.len()];
    for (t, value) in values.iter().enumerate() {
        let before = &ends[..ends.partition_point(|end| *end < t)];
        let known: Vec<f64> = before
            .iter()
            .rev()
            .take(most)
            .filter_map(|end| values[*end])
            .collect();
        if let Some(value) = value.filter(|_| known.len() >= least) {
            out[t] = percentile(&known, value);
            marks[t].short_history = known.len() < most;
        }
    }
    (out, marks)
}

/// Beta over the last `n` daily excess returns.
pub(crate) fn beta(
    history: &MarketHistory,
    price: &[Option<f64>],
    benchmark: &[Option<f64>],
    risk_free: &[Option<f64>],
    n: usize,
    recomputed: Recomputed,
) -> Values {
    let excess = |x: &[Option<f64>], t: usize| {
        Some(x[t]? / x[t.checked_sub(1)?]? - 1.0 - risk_free[t]? / 100.0 / 252.0)
    };
    let pairs: Vec<Option<(f64, f64)>> = (0..price.len())
        .map(|t| Some((excess(price, t)?, excess(benchmark, t)?)))
        .collect();
    let at = |t: usize| {
        let window: Option<Vec<(f64, f64)>> =
            pairs[(t + 1).checked_sub(n)?..=t].iter().copied().collect();
        covariance_over_variance(&window?)
    };
    match recomputed {
        Recomputed::Daily => (0..price.len()).map(at).collect(),
        Recomputed::Quarterly => {
            let ends = month_ends(history.sessions(), true);
            let mut out = vec![None; price.len()];
            for (i, end) in ends.iter().enumerate() {
                let until = ends.get(i + 1).copied().unwrap_or(out.len());
                out[*end..until].fill(at(*end));
            }
            out
        }
    }
}

fn covariance_over_variance(pairs: &[(f64, f64)]) -> Option<f64> {
    let (y, x): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
    let my = mean(&y)?;
    let mx = mean(&x)?;
    let cov: f64 = pairs.iter().map(|(a, b)| (a - my) * (b - mx)).sum();
    let var: f64 = x.iter().map(|b| (b - mx) * (b - mx)).sum();
    (var > 0.0).then(|| cov / var)
}
