//! Breadth and the state of a rally (docs/model.md#breadth, docs/model.md#regimes).

use crate::column::Flags;
use crate::window::{Values, both, by_run, line, max, mean, min, sd, trailing};

/// Columns the rules below read.
pub(crate) struct Market {
    pub(crate) spx: Values,
    pub(crate) ad_line: Values,
    /// RSP over SPY.
    pub(crate) equal_weight: Values,
}

/// A window of the proxy's returns, and what its standard deviation is taken over [sessions].
const PROXY: (usize, usize) = (20, 252);

fn flag(is: bool) -> f64 {
    f64::from(u8::from(is))
}

/// The rule where breadth is published, the proxy (marked) where it is not.
fn or_proxy(rule: Values, proxy: Values) -> (Values, Vec<Flags>) {
    let marks = rule
        .iter()
        .map(|v| Flags {
            proxy: v.is_none(),
            ..Flags::default()
        })
        .collect();
    (
        rule.into_iter().zip(proxy).map(|(v, p)| v.or(p)).collect(),
        marks,
    )
}

/// The line below its low while SPX is not, or below its mean with a falling slope for some sessions.
pub(crate) fn breaks(
    market: &Market,
    low: usize,
    mean_n: usize,
    slope: usize,
    confirm: usize,
) -> (Values, Vec<Flags>) {
    let lowest = |x: &[Option<f64>], below: bool| {
        trailing(x, low + 1, move |w| {
            let (last, before) = w.split_last()?;
            Some(flag(if below {
                *last < min(before)
            } else {
                *last > min(before)
            }))
        })
    };
    let apart = both(
        &lowest(&market.ad_line, true),
        &lowest(&market.spx, false),
        |a, s| a * s,
    );
    let under = trailing(&market.ad_line, mean_n, |w| {
        Some(flag(*w.last()? < mean(w)?))
    });
    let sinking = trailing(&market.ad_line, slope, |w| Some(flag(steepness(w)? < 0.0)));
    let tired = trailing(&both(&under, &sinking, |a, b| a * b), confirm, |w| {
        Some(min(w))
    });
    let rule = both(&apart, &tired, f64::max);
    let returns =
        crate::window::against_before(&market.equal_weight, PROXY.0, |now, then| now / then - 1.0);
    let proxy = trailing(&returns, PROXY.1, |w| {
        Some(flag(*w.last()? < mean(w)? - sd(w)?))
    });
    or_proxy(rule, proxy)
}

/// SPX at a high of `n` without the line at one.
pub(crate) fn diverges(spx: &[Option<f64>], line: &[Option<f64>], n: usize) -> Values {
    let high = |x: &[Option<f64>]| trailing(x, n, |w| Some(flag(*w.last()? >= max(w))));
    both(&high(spx), &high(line), |s, a| s * (1.0 - a))
}

/// [`diverges`] on the line where it is published, on the proxy where it is not.
pub(crate) fn divergence(rule: Values, proxy: Values) -> (Values, Vec<Flags>) {
    or_proxy(rule, proxy)
}

/// Least-squares slope against the position in the window.
pub(crate) fn steepness(w: &[f64]) -> Option<f64> {
    let x: Vec<f64> = (0..w.len()).map(|i| i as f64).collect();
    line(&x, w).map(|(slope, _)| slope)
}

/// sqrt(252/n * sum of squared log returns) [vol points].
pub(crate) fn realised_vol(prices: &[Option<f64>], n: usize) -> Values {
    by_run(prices, |x| {
        let squares: Vec<f64> = x
            .windows(2)
            .map(|w| market::math::ln(w[1] / w[0]))
            .map(|r| r * r)
            .collect();
        (0..x.len())
            .map(|t| {
                let sum: f64 = squares[t.checked_sub(n)?..t].iter().sum();
                Some(100.0 * (252.0 / n as f64 * sum).sqrt())
            })
            .collect()
    })
}

/// -ln 2 / ln b of x_t = a + b x_{t-1}; nothing where b says that there is no return to the mean.
pub(crate) fn half_life(w: &[f64]) -> Option<f64> {
    let (slope, _) = line(&w[..w.len() - 1], &w[1..])?;
    (slope > 0.0 && slope < 1.0).then(|| -market::math::ln(2.0) / market::math::ln(slope))
}
