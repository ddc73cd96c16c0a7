//! Ratios of one curve or one series of returns.
//!
//! Every function names its base: 252 sessions a year, simple daily returns, sample deviation with divisor n - 1.
//! Sharpe and Sortino take *excess* returns: the headline subtracts nothing, because trading equity earns no interest
//! and so competes with none; see [`excess`] for the other reading.

use crate::curve::max_drawdown;
use crate::moments::{deviation, mean, mean_and_nonzero_deviation};
use crate::{SESSIONS_PER_YEAR, defined, ratio};

/// Share of sessions that [`cvar95`] calls the tail.
pub const TAIL: f64 = 0.05;

/// `E_n / E_0 - 1` (fraction); undefined unless the curve starts above zero.
pub fn total_return(equity: &[f64]) -> Option<f64> {
    let first = *equity.first()?;
    let last = *equity.last()?;
    if first > 0.0 {
        defined(last / first - 1.0)
    } else {
        None
    }
}

/// Compound annual growth `(E_n / E_0)^(252 / n) - 1` (fraction per year), n sessions after the start.
///
/// Undefined without a session or if either end is not above zero.
pub fn cagr(equity: &[f64]) -> Option<f64> {
    let first = *equity.first()?;
    let last = *equity.last()?;
    let sessions = equity.len() - 1;
    if sessions == 0 || first <= 0.0 || last <= 0.0 {
        return None;
    }
    defined(libm::pow(last / first, SESSIONS_PER_YEAR / sessions as f64) - 1.0)
}

/// Returns less the riskless return of the same session (fraction per session).
///
/// # Panics
/// If the two series differ in length.
pub fn excess(returns: &[f64], riskless: &[f64]) -> Vec<f64> {
    assert_eq!(
        returns.len(),
        riskless.len(),
        "one riskless return for each return"
    );
    returns
        .iter()
        .zip(riskless)
        .map(|(earned, free)| earned - free)
        .collect()
}

/// Annualised volatility `sd_{n-1}(r) * sqrt(252)` (fraction per √year).
pub fn volatility(returns: &[f64]) -> Option<f64> {
    defined(deviation(returns)? * SESSIONS_PER_YEAR.sqrt())
}

/// Sharpe ratio `mean(x) / sd_{n-1}(x) * sqrt(252)` of excess returns.
///
/// Sharpe, "The Sharpe Ratio", *Journal of Portfolio Management* 21 (1994). Undefined for a constant series. Returns of
/// short-premium strategies are skewed: never show it alone.
pub fn sharpe(excess: &[f64]) -> Option<f64> {
    defined(session_sharpe(excess)? * SESSIONS_PER_YEAR.sqrt())
}

/// Sharpe ratio per session `mean(x) / sd_{n-1}(x)`, not annualised: what inference about Sharpe ratios works on.
pub fn session_sharpe(excess: &[f64]) -> Option<f64> {
    let (mean, deviation) = mean_and_nonzero_deviation(excess)?;
    ratio(mean, deviation)
}

/// Sortino ratio `mean(x) * sqrt(252) / sqrt(mean(min(x, 0)²))` of excess returns; undefined without a losing session.
///
/// Sortino & Price, "Performance Measurement in a Downside Risk Framework", *Journal of Investing* 3 (1994), target 0.
pub fn sortino(excess: &[f64]) -> Option<f64> {
    let squares: f64 = excess.iter().map(|x| x.min(0.0) * x.min(0.0)).sum();
    ratio(
        mean(excess)? * SESSIONS_PER_YEAR.sqrt(),
        (squares / excess.len() as f64).sqrt(),
    )
}

/// Calmar ratio `CAGR / |MDD|` over the whole sample (also known as MAR); undefined without a drawdown.
///
/// Young, "Calmar Ratio: A Smoother Tool", *Futures* (October 1991), there over 36 months.
pub fn calmar(equity: &[f64]) -> Option<f64> {
    calmar_of(cagr(equity)?, max_drawdown(equity)?)
}

/// The Calmar ratio of a growth (fraction per year) and a maximum drawdown (fraction, zero or negative).
pub fn calmar_of(cagr: f64, max_drawdown: f64) -> Option<f64> {
    ratio(cagr, max_drawdown.abs())
}

/// How many of `n` sessions the tail holds: `int(0.05 (n - 1)) + 1`.
pub fn tail_sessions(n: usize) -> usize {
    (TAIL * n.saturating_sub(1) as f64) as usize + 1
}

/// Conditional value at risk: mean of the worst `int(0.05 (n - 1)) + 1` values, in their unit; a loss is negative.
///
/// The convention of empyrical (`conditional_value_at_risk`, cutoff 0.05).
pub fn cvar95(values: &[f64]) -> Option<f64> {
    if values.is_empty() || !values.iter().all(|value| value.is_finite()) {
        return None;
    }
    let mut ascending = values.to_vec();
    let tail = tail_sessions(values.len());
    // The rest need not be in order.
    ascending.select_nth_unstable_by(tail - 1, f64::total_cmp);
    ascending[..tail].sort_by(f64::total_cmp);
    mean(&ascending[..tail])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growth_by_hand() {
        // Half a year of sessions and 10%: 1.1² - 1.
        let mut curve = vec![100.0; 127];
        curve[126] = 110.0;
        assert!((cagr(&curve).unwrap() - 0.21).abs() < 1e-14);
        assert!((total_return(&curve).unwrap() - 0.1).abs() < 1e-15);
    }

    #[test]
    fn ratios_by_hand() {
        let returns = [0.01, -0.01, 0.03];
        let root = SESSIONS_PER_YEAR.sqrt();
        assert!((volatility(&returns).unwrap() - 0.02 * root).abs() < 1e-15);
        assert!((sharpe(&returns).unwrap() - 0.5 * root).abs() < 1e-13);
        let downside = (0.0001_f64 / 3.0).sqrt();
        assert!((sortino(&returns).unwrap() - 0.01 * root / downside).abs() < 1e-13);
    }

    #[test]
    fn the_tail_by_hand() {
        assert_eq!([1, 20, 21, 41, 502].map(tail_sessions), [1, 1, 2, 3, 26]);
        let values: Vec<f64> = (0..21).map(|day| 10.0 - day as f64).collect();
        assert_eq!(cvar95(&values), Some(-9.5));
    }

    #[test]
    fn the_tail_is_that_of_the_sorted_values_to_the_last_bit() {
        for n in 1..200_u64 {
            let values: Vec<f64> = (0..n)
                .map(|t| (t * 7_919 % 101) as f64 / 7.0 - 5.0)
                .collect();
            let mut sorted = values.clone();
            sorted.sort_by(f64::total_cmp);
            assert_eq!(
                cvar95(&values),
                mean(&sorted[..tail_sessions(values.len())])
            );
        }
    }

    #[test]
    fn excess_subtracts_session_by_session() {
        assert_eq!(excess(&[0.5, 0.25], &[0.25, 0.0]), [0.25, 0.25]);
    }

    #[test]
    fn ratios_over_nothing_are_undefined() {
        assert_eq!(sharpe(&[0.001; 30]), None);
        assert_eq!(sharpe(&[0.01]), None);
        assert_eq!(sortino(&[0.01, 0.02]), None);
        assert_eq!(calmar(&[100.0, 101.0]), None);
        assert_eq!(cagr(&[100.0, -1.0]), None);
        assert_eq!(cagr(&[100.0]), None);
        assert_eq!(cvar95(&[]), None);
        assert_eq!(cvar95(&[f64::NAN, 1.0]), None);
    }

    #[test]
    fn a_constant_rate_of_growth_has_no_sharpe_ratio() {
        // Returns recomputed from such a curve differ in their last bits and would give a ratio of about 1e13.
        let curve: Vec<f64> = std::iter::successors(Some(1e5), |level| Some(level * 1.001))
            .take(300)
            .collect();
        assert_eq!(sharpe(&crate::curve::returns(&curve).unwrap()), None);
    }
}
