//! Measures of daily P&L: drawdowns, profits, ratios, slopes.

use book::event::Event;
use stats::curve::{equity, max_drawdown_usd};
use stats::moments::{deviation, mean};
use stats::paired::{Measure, Outcome};
use stats::regression::{beta, downside_beta};

use crate::claims::evidence::{Evidence, Like};
use crate::claims::unmeasured::Unmeasured;
use crate::claims::verdict::Found;
use crate::results::Replay;
use runfile::claims::{During, Pick, Ratio};

/// Profit and drawdown of a daily P&L; no measure here asks for the tail.
fn outcome(daily: &[f64]) -> Outcome {
    let curve = equity(0.0, daily);
    Outcome {
        pnl_usd: curve.last().copied().unwrap_or(0.0),
        max_drawdown_usd: max_drawdown_usd(&curve).unwrap_or(0.0),
        cvar95_usd: 0.0,
    }
}

fn reduction_of(unhedged: &[f64], hedged: &[f64]) -> Result<f64, Unmeasured> {
    let value = Measure::DrawdownReduction.of(&outcome(unhedged), &outcome(hedged));
    value.ok_or_else(|| {
        Unmeasured::undefined("the unhedged book has no drawdown that could be reduced")
    })
}

fn retained_of(unhedged: &[f64], hedged: &[f64]) -> Result<f64, Unmeasured> {
    let unhedged = outcome(unhedged);
    Measure::Retention
        .of(&unhedged, &outcome(hedged))
        .ok_or_else(|| {
            Unmeasured::undefined(format!(
                "the unhedged book has no profit ({:.0} USD) of which a share could be kept",
                unhedged.pnl_usd
            ))
        })
}

/// Daily P&L of the unhedged book and of an arm, with a remark on the sessions.
type Pair = ([Vec<f64>; 2], String);

/// The books on the sessions that count: all, or those at whose close a trigger holds, one after the other.
fn pair(
    evidence: &Evidence<'_>,
    windows: &[usize],
    arm: &str,
    during: Option<&During>,
) -> Result<Pair, Unmeasured> {
    let mut columns = [evidence.unhedged(windows), evidence.daily(windows, arm)?];
    let Some(during) = during else {
        return Ok((columns, String::new()));
    };
    let holds = held(evidence, windows, during)?;
    for column in &mut columns {
        let mut holds = holds.iter();
        column.retain(|_| holds.next().is_some_and(|held| *held));
    }
    let stretches = (0..holds.len())
        .filter(|at| holds[*at] && !at.checked_sub(1).is_some_and(|before| holds[before]))
        .count();
    let kept = columns[0].len();
    match kept {
        0 => Err(Unmeasured::undefined(format!(
            "at no close of {} sessions did the condition hold",
            holds.len()
        ))),
        _ => Ok((
            columns,
            format!(
                "{kept} of {} sessions, in stretches: {stretches}",
                holds.len()
            ),
        )),
    }
}

/// Session by session of the windows, whether the trigger holds at the close.
fn held(
    evidence: &Evidence<'_>,
    windows: &[usize],
    during: &During,
) -> Result<Vec<bool>, Unmeasured> {
    let history = evidence.history;
    let mut all = Vec::new();
    for &window in windows {
        let policy = &evidence.arm(window, &during.words)?.replay.arm;
        let column = policy
            .hedge
            .definitions()
            .trigger_column(history, &during.trigger);
        all.extend(
            evidence
                .window(window)
                .range
                .clone()
                .map(|t| column.at(history.view(t)).is_yes()),
        );
    }
    Ok(all)
}

/// Drawdown reduction of an arm.
pub(super) fn reduction(
    evidence: &Evidence<'_>,
    windows: &[usize],
    arm: &str,
    during: Option<&During>,
) -> Result<Found, Unmeasured> {
    let (columns, remark) = pair(evidence, windows, arm, during)?;
    let found = evidence.judge(&columns, &|c| reduction_of(&c[0], &c[1]));
    found
        .map(|found| found.noted(&remark))
        .map_err(|reason| reason.remarked(&remark))
}

/// Its mean over later and later starts.
pub(super) fn phase_reduction(
    evidence: &Evidence<'_>,
    windows: &[usize],
    arm: &str,
) -> Result<Found, Unmeasured> {
    let [window] = windows else {
        return Err(Unmeasured::unfit("asks for one window"));
    };
    let claims = &evidence.config.claims;
    let range = evidence.window(*window).range.clone();
    let starts: Vec<usize> = (0..claims.phases)
        .map(|phase| phase * claims.phase_step_sessions)
        .collect();
    if starts.last().is_none_or(|last| 2 * last >= range.len()) {
        return Err(Unmeasured::unfit(
            "the last start leaves less than half of the window",
        ));
    }
    let hedged = evidence.arm(*window, arm)?;
    let unhedged = evidence.arm(*window, &evidence.config.arms[0])?;
    let wanted: Vec<_> = starts
        .iter()
        .flat_map(|start| {
            [unhedged, hedged].map(|arm| (&arm.replay.arm, range.start + start..range.end))
        })
        .collect();
    let runs = evidence.replay(&wanted)?;
    // Sessions before a start have no P&L, so that one draw resamples the same sessions of all starts.
    let columns: Vec<Vec<f64>> = runs
        .iter()
        .map(|run| {
            let daily = crate::curves::daily_pnl(&run.curve, evidence.capital());
            std::iter::repeat_n(0.0, range.len() - daily.len())
                .chain(daily)
                .collect()
        })
        .collect();
    let each = |c: &[Vec<f64>]| -> Result<Vec<f64>, Unmeasured> {
        c.chunks(2)
            .map(|pair| reduction_of(&pair[0], &pair[1]))
            .collect()
    };
    let found = evidence.judge(&columns, &|c| {
        mean(&each(c)?).ok_or_else(|| Unmeasured::undefined("there is no start"))
    })?;
    let values = each(&columns)?;
    let (low, high) = values.iter().fold((f64::MAX, f64::MIN), |(low, high), v| {
        (low.min(*v), high.max(*v))
    });
    let spread = deviation(&values).unwrap_or(0.0);
    let note = format!(
        "over the starts from {:+.2} % to {:+.2} %, standard deviation {:.2} points",
        low * 100.0,
        high * 100.0,
        spread * 100.0
    );
    Ok(Found {
        n: starts.len(),
        ..found
    }
    .noted(&note))
}

/// Share of the unhedged profit that is left.
pub(super) fn retained(
    evidence: &Evidence<'_>,
    windows: &[usize],
    arm: &str,
    during: Option<&During>,
) -> Result<Found, Unmeasured> {
    let (columns, remark) = pair(evidence, windows, arm, during)?;
    let like = Like::AsSum(&columns[0], &columns[1]);
    let found = evidence.judge_like(&columns, like, &|c| retained_of(&c[0], &c[1]));
    found
        .map(|found| found.noted(&remark))
        .map_err(|reason| reason.remarked(&remark))
}

/// Share of the return on equal capital that is gone; the points stand in the note.
pub(super) fn trimmed(
    evidence: &Evidence<'_>,
    windows: &[usize],
    arm: &str,
) -> Result<Found, Unmeasured> {
    let columns = [evidence.unhedged(windows), evidence.daily(windows, arm)?];
    let capital = evidence.capital().usd();
    let points = |column: &[f64]| column.iter().sum::<f64>() / capital * 100.0;
    let note = format!(
        "return on starting capital {:+.2} points, unhedged {:+.2}, over the whole span",
        points(&columns[1]),
        points(&columns[0])
    );
    let like = Like::AsSum(&columns[0], &columns[1]);
    let found = evidence.judge_like(&columns, like, &|c| Ok(1.0 - retained_of(&c[0], &c[1])?));
    found
        .map(|found| found.noted(&note))
        .map_err(|reason| reason.remarked(&note))
}

/// What slippage and fees are of the hedge's loss.
pub(super) fn cost_share(
    evidence: &Evidence<'_>,
    windows: &[usize],
    arm: &str,
) -> Result<Found, Unmeasured> {
    let unhedged = evidence.unhedged(windows);
    let hedged = evidence.daily(windows, arm)?;
    let hedge: Vec<f64> = hedged.iter().zip(&unhedged).map(|(h, u)| h - u).collect();
    let mut costs = Vec::with_capacity(hedge.len());
    for &window in windows {
        costs.extend(hedge_costs(&evidence.arm(window, arm)?.replay));
    }
    let like = Like::AsSum(&unhedged, &hedged);
    evidence.judge_like(&[hedge, costs], like, &|c| {
        share_of_loss(c[0].iter().sum(), c[1].iter().sum())
    })
}

fn share_of_loss(pnl: f64, costs: f64) -> Result<f64, Unmeasured> {
    if pnl < 0.0 {
        Ok(costs / pnl)
    } else {
        Err(Unmeasured::undefined(
            "the hedge earned: there is no cost to explain",
        ))
    }
}

/// Slippage and fees of the hedge layers, session by session (USD, never positive).
fn hedge_costs(arm: &Replay) -> Vec<f64> {
    let tiers = arm.arm.condors.len();
    let mut hedges = std::collections::BTreeSet::new();
    let cost_of = |entry: &book::journal::Entry| match &entry.event {
        Event::Opened {
            package,
            layer,
            fill,
            ..
        } if usize::from(layer.0) >= tiers => {
            hedges.insert(*package);
            (fill.slippage() + fill.fees).usd()
        }
        Event::Split { package, part, .. } if hedges.contains(package) => {
            hedges.insert(*part);
            0.0
        }
        Event::Closed { package, fill, .. } | Event::Settled { package, fill, .. }
            if hedges.contains(package) =>
        {
            (fill.slippage() + fill.fees).usd()
        }
        _ => 0.0,
    };
    let mut cost_of = cost_of;
    arm.run
        .journal
        .by_session()
        .map(|(_, entries)| entries.iter().map(&mut cost_of).sum())
        .collect()
}

/// Drawdown reduction of one arm less that of another.
pub(super) fn reduction_difference(
    evidence: &Evidence<'_>,
    windows: &[usize],
    arm: &str,
    against: &str,
) -> Result<Found, Unmeasured> {
    let columns = [
        evidence.unhedged(windows),
        evidence.daily(windows, arm)?,
        evidence.daily(windows, against)?,
    ];
    let found = evidence.judge(&columns, &|c| {
        Ok(reduction_of(&c[0], &c[1])? - reduction_of(&c[0], &c[2])?)
    })?;
    let own = reduction_of(&columns[0], &columns[1])?;
    let other = reduction_of(&columns[0], &columns[2])?;
    Ok(found.noted(&format!(
        "reductions {:+.2} % and {:+.2} %",
        own * 100.0,
        other * 100.0
    )))
}

/// A ratio of a daily P&L on starting capital.
fn ratio_of(ratio: Ratio, daily: &[f64], capital: f64) -> Result<f64, Unmeasured> {
    let curve = equity(capital, daily);
    let returns = stats::curve::returns(&curve).unwrap_or_default();
    let value = match ratio {
        Ratio::Sharpe => stats::ratios::sharpe(&returns),
        Ratio::Sortino => stats::ratios::sortino(&returns),
        Ratio::Calmar => stats::ratios::calmar(&curve),
        Ratio::CagrOverCvar => {
            let tail = stats::ratios::cvar95(&returns).filter(|tail| *tail < 0.0);
            stats::ratios::cagr(&curve)
                .zip(tail)
                .map(|(cagr, tail)| cagr / -tail)
        }
    };
    value.ok_or_else(|| Unmeasured::undefined("a ratio has no value"))
}

/// The ratio of the picked member.
fn picked(pick: Pick, ratio: Ratio, members: &[Vec<f64>], capital: f64) -> Result<f64, Unmeasured> {
    let mut all: Vec<f64> = members
        .iter()
        .map(|m| ratio_of(ratio, m, capital))
        .collect::<Result<_, _>>()?;
    all.sort_by(f64::total_cmp);
    let value = match pick {
        Pick::Best => all.last().copied(),
        Pick::Median => stats::interval::quantile(&all, 0.5),
    };
    value.ok_or_else(|| Unmeasured::undefined("the family has no member"))
}

fn ratio_columns(
    evidence: &Evidence<'_>,
    windows: &[usize],
    family: &str,
    against: &str,
) -> Result<Vec<Vec<f64>>, Unmeasured> {
    let members = evidence
        .family(family)?
        .iter()
        .map(|member| Ok(evidence.daily_of(windows, member)));
    std::iter::once(evidence.daily(windows, against))
        .chain(members)
        .collect()
}

/// How much worse the picked member is.
pub(super) fn shortfall(
    evidence: &Evidence<'_>,
    windows: &[usize],
    (family, pick, ratio): (&str, Pick, Ratio),
    against: &str,
) -> Result<Found, Unmeasured> {
    let columns = ratio_columns(evidence, windows, family, against)?;
    let capital = evidence.capital().usd();
    evidence.judge(&columns, &|c| {
        let base = ratio_of(ratio, &c[0], capital)?;
        if base <= 0.0 {
            return Err(Unmeasured::undefined(format!(
                "the ratio of {against} is {base:.4}: a share of what is not positive says nothing"
            )));
        }
        Ok(1.0 - picked(pick, ratio, &c[1..], capital)? / base)
    })
}

/// The ratio of `against` less that of the picked member.
pub(super) fn ratio_difference(
    evidence: &Evidence<'_>,
    windows: &[usize],
    (family, pick, ratio): (&str, Pick, Ratio),
    against: &str,
) -> Result<Found, Unmeasured> {
    let columns = ratio_columns(evidence, windows, family, against)?;
    let capital = evidence.capital().usd();
    let pair = |c: &[Vec<f64>]| {
        Ok::<_, Unmeasured>((
            ratio_of(ratio, &c[0], capital)?,
            picked(pick, ratio, &c[1..], capital)?,
        ))
    };
    let found = evidence.judge(&columns, &|c| pair(c).map(|(own, member)| own - member))?;
    let (own, member) = pair(&columns)?;
    Ok(found.noted(&format!("ratios {own:+.4} and {member:+.4}")))
}

/// Slope of the return on the size of the hedge.
pub(super) fn size_slope(
    evidence: &Evidence<'_>,
    windows: &[usize],
    family: &str,
) -> Result<Found, Unmeasured> {
    let members = evidence.family(family)?;
    let levels: Vec<f64> = members.iter().filter_map(|member| member.level).collect();
    if levels.len() != members.len() || levels.len() < 3 || levels[0] == 0.0 {
        return Err(Unmeasured::unfit(format!(
            "needs three numbers or more as levels of {family}, the first not zero"
        )));
    }
    let sizes: Vec<f64> = levels.iter().map(|level| level / levels[0]).collect();
    let columns: Vec<Vec<f64>> = members
        .iter()
        .map(|member| evidence.daily_of(windows, member))
        .collect();
    let capital = evidence.capital().usd();
    let earned = |c: &[Vec<f64>]| -> Vec<f64> {
        c.iter()
            .map(|column| column.iter().sum::<f64>() / capital)
            .collect()
    };
    let slope = |c: &[Vec<f64>]| {
        beta(&earned(c), &sizes).ok_or_else(|| Unmeasured::undefined("the sizes are all the same"))
    };
    let returns: Vec<String> = earned(&columns)
        .iter()
        .map(|r| format!("{:+.2} %", r * 100.0))
        .collect();
    let own = slope_by_session(&columns, &sizes, capital);
    let found = evidence.judge_like(&columns, Like::Sum(&vec![0.0; own.len()], &own), &slope)?;
    Ok(found.noted(&format!("returns {}; per step of size", returns.join(", "))))
}

/// What each session adds to the slope, which is a weighted sum of the sizes' P&L.
fn slope_by_session(columns: &[Vec<f64>], sizes: &[f64], capital: f64) -> Vec<f64> {
    let middle = mean(sizes).unwrap_or_default();
    let spread: f64 = sizes
        .iter()
        .map(|size| (size - middle) * (size - middle))
        .sum();
    let weight = |size: &f64| (size - middle) / spread / capital;
    (0..columns[0].len())
        .map(|t| {
            columns
                .iter()
                .zip(sizes)
                .map(|(column, size)| weight(size) * column[t])
                .sum()
        })
        .collect()
}

/// How much closer to the index, or further from it, the hedge brings the book.
pub(super) fn beta_change(
    evidence: &Evidence<'_>,
    windows: &[usize],
    arm: &str,
    (downside, signed): (bool, bool),
) -> Result<Found, Unmeasured> {
    let capital = evidence.capital().usd();
    let mut columns = vec![
        evidence.unhedged(windows),
        evidence.daily(windows, arm)?,
        Vec::new(),
    ];
    let mut first = 0;
    for &window in windows {
        let range = evidence.window(window).range.clone();
        let close = |t: usize| evidence.history.view(t).today().spot;
        // The first session of a window has no position; it is left out, its return may not be known.
        for column in columns.iter_mut().take(2) {
            column.remove(first);
        }
        first += range.len() - 1;
        columns[2].extend(range.clone().skip(1).map(|t| close(t) / close(t - 1) - 1.0));
    }
    for column in columns.iter_mut().take(2) {
        column.iter_mut().for_each(|usd| *usd /= capital);
    }
    let of = if downside { downside_beta } else { beta };
    let pair = |c: &[Vec<f64>]| {
        of(&c[0], &c[2])
            .zip(of(&c[1], &c[2]))
            .ok_or_else(|| Unmeasured::undefined("a beta has no value"))
    };
    let (unhedged, hedged) = pair(&columns)?;
    let found = evidence.judge(&columns, &|c| {
        pair(c).map(|(unhedged, hedged)| {
            if signed {
                hedged - unhedged
            } else {
                hedged.abs() - unhedged.abs()
            }
        })
    })?;
    Ok(found.noted(&format!("beta {hedged:+.4}, unhedged {unhedged:+.4}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reductions_and_profits_by_hand() {
        // Unhedged +10, -20, +25: drawdown 20, profit 15. Hedged +8, -10, +14: drawdown 10, profit 12.
        let (unhedged, hedged) = ([10.0, -20.0, 25.0], [8.0, -10.0, 14.0]);
        assert_eq!(reduction_of(&unhedged, &hedged), Ok(0.5));
        assert_eq!(retained_of(&unhedged, &hedged), Ok(0.8));
        let loss = retained_of(&[10.0, -20.0, 5.0], &hedged).unwrap_err();
        assert!(loss.to_string().contains("no profit (-5 USD)"), "{loss}");
        assert!(reduction_of(&[1.0, 2.0], &hedged).is_err());
    }

    #[test]
    fn the_slope_is_the_sum_of_its_sessions() {
        // Totals 4, 10 and 12 dollars on 100 at the sizes 1, 2 and 3: the slope is 4 % per step.
        let columns = [vec![1.0, 3.0], vec![4.0, 6.0], vec![2.0, 10.0]];
        let own = slope_by_session(&columns, &[1.0, 2.0, 3.0], 100.0);
        assert!(
            (own[0] - 0.005).abs() < 1e-15 && (own[1] - 0.035).abs() < 1e-15,
            "{own:?}"
        );
        assert!((own.iter().sum::<f64>() - 0.04).abs() < 1e-15);
    }

    #[test]
    fn costs_explain_a_loss_only() {
        assert_eq!(share_of_loss(-200.0, -50.0), Ok(0.25));
        assert!(share_of_loss(200.0, -50.0).is_err());
    }

    #[test]
    fn the_best_and_the_median_member_are_picked_by_their_ratio() {
        // Mean over deviation, times √252: of (1, 3) dollars on 1,000 it is nearly 2 / √2; of (2, 2) there is none.
        let low = vec![1.0, 5.0];
        let middle = vec![1.0, 3.0];
        let high = vec![2.0, 3.0];
        let of = |daily: &Vec<f64>| ratio_of(Ratio::Sharpe, daily, 1000.0).expect("a ratio");
        assert!(of(&low) < of(&middle) && of(&middle) < of(&high));
        assert!(
            (of(&middle) - 2.0 / 2.0_f64.sqrt() * 252.0_f64.sqrt()).abs() < 0.05,
            "{}",
            of(&middle)
        );
        let members = [high.clone(), low, middle.clone()];
        assert_eq!(
            picked(Pick::Best, Ratio::Sharpe, &members, 1000.0),
            Ok(of(&high))
        );
        assert_eq!(
            picked(Pick::Median, Ratio::Sharpe, &members, 1000.0),
            Ok(of(&middle))
        );
        assert!(picked(Pick::Best, Ratio::Sharpe, &[vec![0.0, 0.0]], 1000.0).is_err());
    }
}
