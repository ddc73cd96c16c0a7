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

/// The series of every fund, looked up once.
pub(crate) struct Closes<'a> {
    /// Of the funds the dataset has, in the order of [`Fund::ALL`].
    series: Vec<FundCloses<'a>>,
}

/// A fund with its adjusted and unadjusted closes.
type FundCloses<'a> = (Fund, &'a [Option<f64>], &'a [Option<f64>]);

impl<'a> Closes<'a> {
    /// Those of a dataset.
    pub fn of(observations: &'a Observations) -> Closes<'a> {
        let values = |name: &str| {
            let series = observations.daily.get(name);
            series.map(|series| series.values.as_slice())
        };
        let series = Fund::ALL.into_iter().filter_map(|fund| {
            let unadjusted = values(&fund.unadjusted_series()).unwrap_or_default();
            Some((fund, values(&fund.series())?, unadjusted))
        });
        Closes {
            series: series.collect(),
        }
    }

    /// The closes of all funds at session `t`; a fund without a close that day is left out.
    pub fn at(&self, t: usize) -> Vec<FundQuote> {
        let value = |values: &[Option<f64>]| {
            let found = values.get(t).copied().flatten();
            found.filter(|v| v.is_finite() && *v > 0.0)
        };
        let quotes = self.series.iter().filter_map(|(fund, closes, unadjusted)| {
            let close = value(closes)?;
            Some(FundQuote {
                fund: *fund,
                close: cents(close),
                shares: value(unadjusted).map_or(1.0, |unadjusted| close / unadjusted),
            })
        });
        quotes.collect()
    }
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
        let quotes = |t: usize| Closes::of(&data).at(t);
        let (before, after) = (quotes(0)[0], quotes(1)[0]);
        assert_eq!(
            (before.close, after.close),
            (Price::from_points(50.0), Price::from_points(50.0))
        );
        assert_eq!((before.shares, after.shares), (5.0, 1.0));
        assert!(quotes(2).is_empty());
        assert!(quotes(3).is_empty());
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
