//! Exchange-traded funds: linear instruments with a price series in the dataset.
//!
//! Published fund closes are adjusted for splits and dividends, also later ones: right for returns, wrong for the number
//! of shares. So a fund is held in *adjusted* shares, whose value moves by the true total return, and what is counted
//! per real share (commissions, the tick) uses the unadjusted close where the dataset has one (`vixy_unadjusted`): an
//! adjusted share is `adjusted / unadjusted` real ones. Without that series it is one.

use serde::{Deserialize, Serialize};

use crate::observations::Observations;
use crate::price::Price;

/// A fund.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Fund {
    /// S&P 500.
    Spy,
    /// S&P 500, equal weights.
    Rsp,
    /// Russell 2000.
    Iwm,
    /// High-yield bonds.
    Hyg,
    /// Investment-grade bonds.
    Lqd,
    /// Treasury bonds of 20 years and more.
    Tlt,
    /// Real estate (Vanguard).
    Vnq,
    /// Real estate (iShares).
    Iyr,
    /// Short-term VIX futures, ETF.
    Vixy,
    /// Short-term VIX futures, ETN.
    Vxx,
}

/// A fund's close.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FundQuote {
    /// Which fund.
    pub fund: Fund,
    /// Close, adjusted for splits and dividends (USD, whole cents).
    pub close: Price,
    /// Real shares in one adjusted share.
    pub shares: f64,
}

impl Fund {
    /// Every fund, in order.
    pub const ALL: [Fund; 10] = [
        Fund::Spy,
        Fund::Rsp,
        Fund::Iwm,
        Fund::Hyg,
        Fund::Lqd,
        Fund::Tlt,
        Fund::Vnq,
        Fund::Iyr,
        Fund::Vixy,
        Fund::Vxx,
    ];

    /// The exchange's ticker.
    pub fn name(self) -> &'static str {
        match self {
            Fund::Spy => "SPY",
            Fund::Rsp => "RSP",
            Fund::Iwm => "IWM",
            Fund::Hyg => "HYG",
            Fund::Lqd => "LQD",
            Fund::Tlt => "TLT",
            Fund::Vnq => "VNQ",
            Fund::Iyr => "IYR",
            Fund::Vixy => "VIXY",
            Fund::Vxx => "VXX",
        }
    }

    /// Whether it holds VIX futures.
    pub fn is_volatility(self) -> bool {
        matches!(self, Fund::Vixy | Fund::Vxx)
    }

    /// Name of the series of adjusted closes.
    pub fn series(self) -> String {
        self.name().to_lowercase()
    }

    /// Name of the series of unadjusted closes.
    pub fn unadjusted_series(self) -> String {
        format!("{}_unadjusted", self.series())
    }
}

/// The closes of all funds at session `t`, in the order of [`Fund::ALL`]; a fund without a close that day is left out.
pub(crate) fn quotes(observations: &Observations, t: usize) -> Vec<FundQuote> {
    let value = |name: &str| {
        let found = observations
            .daily
            .get(name)
            .and_then(|series| series.values.get(t).copied().flatten());
        found.filter(|v| v.is_finite() && *v > 0.0)
    };
    Fund::ALL
        .into_iter()
        .filter_map(|fund| {
            let close = value(&fund.series())?;
            let shares =
                value(&fund.unadjusted_series()).map_or(1.0, |unadjusted| close / unadjusted);
            Some(FundQuote {
                fund,
                close: cents(close),
                shares,
            })
        })
        .collect()
}

/// A price in whole cents: what a share trades at, and exact as money.
fn cents(usd: f64) -> Price {
    Price::from_points((usd * 100.0).round_ties_even() / 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observations::DailySeries;

    #[test]
    fn splits_change_the_shares_and_not_the_value() {
        let series = |a, b| DailySeries {
            lag_sessions: 0,
            values: vec![Some(a), Some(b), None],
        };
        let mut data = Observations::default();
        // A reverse split 1:5 between the sessions at an unchanged value.
        data.daily.insert("vixy".into(), series(50.0, 50.0));
        data.daily
            .insert("vixy_unadjusted".into(), series(10.0, 50.0));
        let (before, after) = (quotes(&data, 0)[0], quotes(&data, 1)[0]);
        assert_eq!(
            (before.close, after.close),
            (Price::from_points(50.0), Price::from_points(50.0))
        );
        assert_eq!((before.shares, after.shares), (5.0, 1.0));
        assert!(quotes(&data, 2).is_empty());
        assert!(quotes(&data, 3).is_empty());
    }

    #[test]
    fn funds_stand_in_their_order_under_their_own_names() {
        assert!(Fund::ALL.is_sorted());
        assert_eq!(
            (Fund::Vixy.series(), Fund::Vixy.unadjusted_series()),
            ("vixy".into(), "vixy_unadjusted".into())
        );
    }
}
