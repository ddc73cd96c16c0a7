//! Measures of single purchases: what one unit bought on a session came to, and what the packages of a layer did.

use book::event::LayerId;
use chrono::NaiveDate;
use engine::placebo_trades::PlaceboTrades;
use market::price::Money;
use policy::arm::Arm;
use stats::irr::{irr, npv};
use stats::moments::deviation;

use crate::claims::clusters;
use crate::claims::evidence::Evidence;
use crate::claims::unmeasured::Unmeasured;
use crate::claims::verdict::Found;
use crate::crash_phases;
use crate::measures::package_flows;
use crate::results::WindowResult;
use runfile::claims::Yield;

/// Neighbouring roll phases hold the same contracts for most of their lives: they are resampled in runs of a week.
const PHASE_BLOCK: f64 = 5.0;

/// One unit of a layer, bought and held to its own end.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Bought {
    /// Calendar days from the purchase to the end.
    days: usize,
    /// Paid (USD).
    premium: f64,
    /// P&L after costs (USD).
    pnl: f64,
}

/// Spread of the crash payoff over roll phases, ladder over single.
pub(super) fn phase_dispersion(
    evidence: &Evidence<'_>,
    windows: &[usize],
    (single, ladder): (&str, &str),
    crash_sessions: usize,
) -> Result<Found, Unmeasured> {
    let [window] = windows else {
        return Err(Unmeasured::unfit("asks for one window"));
    };
    let result = evidence.window(*window);
    let phases = evidence.config.claims.phases;
    let closes: Vec<f64> = result
        .range
        .clone()
        .map(|t| evidence.history.view(t).today().spot)
        .collect();
    let crash = crash_phases::worst_span(&closes, crash_sessions).ok_or_else(|| {
        Unmeasured::unfit("the window is shorter than the crash that is looked for")
    })?;
    if crash.start < phases {
        return Err(Unmeasured::unfit(format!(
            "the worst {crash_sessions} sessions come before every phase has bought"
        )));
    }
    let payoffs = |name: &str| {
        let arm = &evidence.arm(*window, name)?.replay.arm;
        let execution = &evidence.config.execution;
        let window = result.range.clone();
        crash_phases::payoffs(evidence.history, window, (arm, execution), &crash, phases).map_err(
            |layer| {
                Unmeasured::unfit(format!(
                    "the layer {} buys futures, which have no premium",
                    arm.layer_name(layer)
                ))
            },
        )
    };
    let columns = [payoffs(single)?, payoffs(ladder)?];
    let spread = |c: &[Vec<f64>]| {
        let of = |column: &[f64]| deviation(column).unwrap_or(0.0);
        if of(&c[0]) > 0.0 {
            Ok(of(&c[1]) / of(&c[0]))
        } else {
            Err(Unmeasured::undefined(
                "the single layer pays the same in every phase",
            ))
        }
    };
    let found = evidence.judge_in_blocks(&columns, PHASE_BLOCK, &spread)?;
    let one = deviation(&columns[0]).unwrap_or(0.0);
    let many = deviation(&columns[1]).unwrap_or(0.0);
    let date = |at: usize| result.sessions[at];
    let fall = (closes[crash.end - 1] / closes[crash.start - 1] - 1.0) * 100.0;
    Ok(found.noted(&format!(
        "{} to {}, S&P 500 {fall:+.1} %: standard deviation {one:.3} dollars per dollar of premium for the single layer, {many:.3} for the ladder",
        date(crash.start),
        date(crash.end - 1)
    )))
}

/// Yield of units bought after a flag less that of units bought on any session.
pub(super) fn flagged_yield(
    evidence: &Evidence<'_>,
    windows: &[usize],
    (arm, trigger): (&str, &signals::Trigger),
    layers: &[String],
    of: Yield,
) -> Result<Found, Unmeasured> {
    let (mut bought, mut flags): (Vec<Vec<Bought>>, Vec<f64>) = (Vec::new(), Vec::new());
    let mut rates = Vec::new();
    for &window in windows {
        let result = evidence.window(window);
        let policy = &evidence.arm(window, arm)?.replay.arm;
        let column = policy
            .hedge
            .definitions()
            .trigger_column(evidence.history, trigger);
        let stocks = stocks(evidence, result, policy, layers)?;
        for at in 1..result.sessions.len() {
            let units: Vec<Bought> = stocks
                .iter()
                .filter_map(|stock| unit_of(stock, at, &result.sessions))
                .collect();
            if !units.is_empty() {
                bought.push(units);
                let yesterday = evidence.history.view(result.range.start + at - 1);
                flags.push(f64::from(u8::from(column.at(yesterday).is_yes())));
            }
            rates.push(
                evidence
                    .history
                    .view(result.range.start + at)
                    .today()
                    .overnight_rate,
            );
        }
    }
    let n = clusters::stretches(&flags);
    if n == 0 {
        return Err(Unmeasured::undefined(
            "the flag stood before no session on which a unit could be bought",
        ));
    }
    let rate = stats::moments::mean(&rates).unwrap_or(0.0);
    let columns = [(0..flags.len()).map(|at| at as f64).collect(), flags];
    let pair = |c: &[Vec<f64>]| -> Result<(f64, f64), Unmeasured> {
        let flagged = c[0].iter().zip(&c[1]).filter(|(_, flag)| **flag > 0.0);
        let flagged = pooled(flagged.flat_map(|(at, _)| &bought[*at as usize]));
        let all = pooled(c[0].iter().flat_map(|at| &bought[*at as usize]));
        Ok((yield_of(of, &flagged, rate)?, yield_of(of, &all, rate)?))
    };
    let (flagged, all) = pair(&columns)?;
    let found = evidence.judge(&columns, &|c| pair(c).map(|(flagged, all)| flagged - all))?;
    Ok(Found { n, ..found }.noted(&format!(
        "{:+.2} % after the flag, {:+.2} % on all {} sessions",
        flagged * 100.0,
        all * 100.0,
        columns[0].len()
    )))
}

fn stocks<'c>(
    evidence: &Evidence<'c>,
    window: &WindowResult,
    arm: &Arm,
    layers: &[String],
) -> Result<Vec<PlaceboTrades<'c>>, Unmeasured> {
    layers
        .iter()
        .map(|name| {
            let id = layer_named(arm, name)?;
            Ok(PlaceboTrades::new(
                evidence.history,
                window.range.clone(),
                arm,
                id,
                &evidence.config.execution,
            ))
        })
        .collect()
}

fn layer_named(arm: &Arm, name: &str) -> Result<LayerId, Unmeasured> {
    arm.hedge_named(name)
        .ok_or_else(|| Unmeasured::unfit(format!("the arm {} has no layer {name}", arm.name)))
}

fn unit_of(stock: &PlaceboTrades<'_>, at: usize, sessions: &[NaiveDate]) -> Option<Bought> {
    let unit = stock
        .unit(at)
        .filter(|unit| unit.premium > Money::ZERO && !unit.is_future())?;
    let mut daily = vec![Money::ZERO; unit.sessions()];
    unit.add(0, 1, &mut daily);
    let days = (sessions[at + unit.sessions() - 1] - sessions[at]).num_days();
    Some(Bought {
        days: usize::try_from(days).unwrap_or(0),
        premium: unit.premium.usd(),
        pnl: daily.iter().map(|day| day.usd()).sum(),
    })
}

/// Cash by calendar day, all purchases on day 0, and their premium.
struct Cash {
    by_day: Vec<f64>,
    premium: f64,
}

fn pooled<'b>(units: impl Iterator<Item = &'b Bought>) -> Cash {
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

fn yield_of(of: Yield, cash: &Cash, rate: f64) -> Result<f64, Unmeasured> {
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
pub(super) fn layer_yield(
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
