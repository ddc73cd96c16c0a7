//! What bought packages paid back: cash pooled, rates by days.

use chrono::NaiveDate;
use market::price::Money;
use runfile::claims::Yield;
use stats::irr::{irr, npv};

use super::{Bought, layer_named};
use crate::claims::evidence::Evidence;
use crate::claims::unmeasured::Unmeasured;
use crate::claims::verdict::Found;
use crate::measures::package_flows;

/// Cash by calendar day, all purchases on day 0, and their premium.
pub(super) struct Cash {
    by_day: Vec<f64>,
    pub(super) premium: f64,
}

pub(super) fn pooled<'b>(units: impl Iterator<Item = &'b Bought>) -> Cash {
    let mut cash = Cash {
        by_day: Vec::new(),
        premium: 0.0,
    };
    for unit in units {
        if cash.by_day.len() <= unit.days {
            cash.by_day.resize(unit.days + 1, 0.0);
        }
        cash.by_day[0] -= unit.premium;
        cash.by_day[unit.days] += unit.premium + unit.pnl;
        cash.premium += unit.premium;
    }
    cash
}

pub(super) fn yield_of(of: Yield, cash: &Cash, rate: f64) -> Result<f64, Unmeasured> {
    if cash.premium <= 0.0 {
        return Err(Unmeasured::undefined("no premium was paid"));
    }
    let value = match of {
        Yield::Irr => irr(&cash.by_day),
        Yield::Npv => npv(&cash.by_day, rate).map(|usd| usd / cash.premium),
        Yield::Pnl => Some(cash.by_day.iter().sum::<f64>() / cash.premium),
    };
    value.ok_or_else(|| Unmeasured::undefined("no rate of return makes the flows worth nothing"))
}

/// Flows of a package by day (USD), and its premium (USD).
type DatedPackage = (Vec<(usize, f64)>, f64);

/// Flows of the packages by days since the first of all, with their premiums (USD); `None` where there is no flow.
fn by_days(packages: &[(Vec<(NaiveDate, Money)>, Money)]) -> Option<Vec<DatedPackage>> {
    let firsts = packages.iter().filter_map(|(flows, _)| flows.first());
    let first = firsts.map(|flow| flow.0).min()?;
    let day = |date: NaiveDate| usize::try_from((date - first).num_days()).unwrap_or(0);
    let dated = packages.iter().map(|(flows, premium)| {
        let flows = flows.iter().map(|(date, usd)| (day(*date), usd.usd()));
        (flows.collect(), premium.usd())
    });
    Some(dated.collect())
}

/// Yield of one layer of an arm, its packages resampled whole.
pub(in crate::claims) fn layer_yield(
    evidence: &Evidence<'_>,
    windows: &[usize],
    (arm, layer): (&str, &str),
    of: Yield,
) -> Result<Found, Unmeasured> {
    let mut packages: Vec<(Vec<(NaiveDate, Money)>, Money)> = Vec::new();
    let mut rates = Vec::new();
    for &window in windows {
        let result = evidence.window(window);
        let arm = evidence.arm(window, arm)?;
        let id = layer_named(&arm.replay.arm, layer)?;
        let (own, has_future) = package_flows(&arm.replay.run.journal, id);
        if has_future {
            return Err(Unmeasured::undefined(
                "a future ties up margin, not premium: no rate",
            ));
        }
        packages.extend(
            own.into_values()
                .map(|package| (package.flows, package.premium)),
        );
        rates.extend(
            result
                .range
                .clone()
                .map(|t| evidence.history.view(t).today().overnight_rate),
        );
    }
    let dated =
        by_days(&packages).ok_or_else(|| Unmeasured::undefined("the layer bought nothing"))?;
    let days = dated
        .iter()
        .flat_map(|(flows, _)| flows)
        .map(|flow| flow.0)
        .max()
        .unwrap_or(0);
    let rate = stats::moments::mean(&rates).unwrap_or(0.0);
    let columns = [(0..dated.len()).map(|at| at as f64).collect::<Vec<f64>>()];
    // Packages are bought for weeks at a time and may be taken for independent draws only within a month.
    let block = (dated.len() as f64 * evidence.config.inference.mean_block_sessions
        / rates.len() as f64)
        .max(1.0);
    evidence.judge_in_blocks(&columns, block, &|c| {
        let mut cash = Cash {
            by_day: vec![0.0; days + 1],
            premium: 0.0,
        };
        for at in &c[0] {
            let (flows, premium) = &dated[*at as usize];
            flows.iter().for_each(|(day, usd)| cash.by_day[*day] += usd);
            cash.premium += premium;
        }
        yield_of(of, &cash, rate)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yields_by_hand() {
        let units = [
            Bought {
                days: 365,
                premium: 100.0,
                pnl: 10.0,
            },
            Bought {
                days: 365,
                premium: 300.0,
                pnl: -50.0,
            },
        ];
        let cash = pooled(units.iter());
        assert_eq!(
            (cash.premium, cash.by_day[0], cash.by_day[365]),
            (400.0, -400.0, 360.0)
        );
        assert_eq!(yield_of(Yield::Pnl, &cash, 0.05), Ok(-0.1));
        assert!((yield_of(Yield::Irr, &cash, 0.05).expect("a rate") + 0.1).abs() < 1e-12);
        let value = (-400.0 + 360.0 / 1.05) / 400.0;
        assert!((yield_of(Yield::Npv, &cash, 0.05).expect("a value") - value).abs() < 1e-12);
        // Everything lost: no rate, but a P&L.
        let lost = pooled(
            [Bought {
                days: 30,
                premium: 100.0,
                pnl: -100.0,
            }]
            .iter(),
        );
        assert!(yield_of(Yield::Irr, &lost, 0.0).is_err());
        assert_eq!(yield_of(Yield::Pnl, &lost, 0.0), Ok(-1.0));
    }
}
