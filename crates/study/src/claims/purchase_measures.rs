//! Measures of single purchases: what one unit bought on a session came to, and what the packages of a layer did.

mod yields;

use book::event::LayerId;
use chrono::NaiveDate;
use engine::placebo_trades::PlaceboTrades;
use market::price::Money;
use policy::arm::Arm;
use stats::moments::deviation;

use crate::claims::clusters;
use crate::claims::evidence::Evidence;
use crate::claims::unmeasured::Unmeasured;
use crate::claims::verdict::Found;
use crate::crash_phases;
use crate::results::WindowResult;
use runfile::claims::Yield;

pub(super) use yields::layer_yield;
use yields::{pooled, yield_of};

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
    let mut bought: Vec<Vec<Bought>> = Vec::new();
    let mut flags: Vec<f64> = Vec::new();
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
