//! Measures of daily P&L: drawdowns, profits, ratios, slopes.

use book::event::Event;
use stats::moments::{deviation, mean};
use stats::paired::{Measure, Outcome};

use crate::claims::evidence::{Account, Evidence, Like, LikeBooks};
use crate::claims::unmeasured::Unmeasured;
use crate::claims::verdict::Found;
use crate::results::Replay;
use runfile::claims::During;

fn reduction_of(unhedged: &Outcome, hedged: &Outcome) -> Result<f64, Unmeasured> {
    let value = Measure::DrawdownReduction.of(unhedged, hedged);
    value.ok_or_else(|| {
        Unmeasured::undefined("the unhedged book has no drawdown that could be reduced")
    })
}

fn retained_of(unhedged: &Outcome, hedged: &Outcome) -> Result<f64, Unmeasured> {
    Measure::Retention.of(unhedged, hedged).ok_or_else(|| {
        Unmeasured::undefined(format!(
            "the unhedged book has no profit ({:.0} USD) of which a share could be kept",
            unhedged.pnl_usd
        ))
    })
}

/// The condors alone and an arm.
fn against_unhedged(arm: &str) -> [Account; 2] {
    [Account::Unhedged, Account::Named(arm.to_string())]
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
    let of = |books: &[Outcome]| reduction_of(&books[0], &books[1]);
    if during.is_none() {
        return evidence.judge_books(windows, &against_unhedged(arm), LikeBooks::Itself, &of);
    }
    let (columns, remark) = pair(evidence, windows, arm, during)?;
    let found = evidence.judge_outcomes(&columns, LikeBooks::Itself, &of);
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
            "the last start leaves half of the window or less",
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
    let each = |books: &[Outcome]| -> Result<Vec<f64>, Unmeasured> {
        books
            .chunks(2)
            .map(|pair| reduction_of(&pair[0], &pair[1]))
            .collect()
    };
    let found = evidence.judge_outcomes(&columns, LikeBooks::Itself, &|books| {
        mean(&each(books)?).ok_or_else(|| Unmeasured::undefined("there is no start"))
    })?;
    let own: Vec<Outcome> = columns
        .iter()
        .map(|column| Outcome::without_tail(column))
        .collect();
    let values = each(&own)?;
    let (low, high) = values.iter().fold((f64::MAX, f64::MIN), |(low, high), v| {
        (low.min(*v), high.max(*v))
    });
    let spread = deviation(&values).unwrap_or(0.0);
    let note = format!(
        "over {} starts from {:+.2} % to {:+.2} %, standard deviation {:.2} points",
        starts.len(),
        low * 100.0,
        high * 100.0,
        spread * 100.0
    );
    Ok(found.noted(&note))
}

/// Share of the unhedged profit that is left.
pub(super) fn retained(
    evidence: &Evidence<'_>,
    windows: &[usize],
    arm: &str,
    during: Option<&During>,
) -> Result<Found, Unmeasured> {
    let (columns, remark) = pair(evidence, windows, arm, during)?;
    let like = LikeBooks::AsSum;
    let of = |books: &[Outcome]| retained_of(&books[0], &books[1]);
    let found = match during {
        None => evidence.judge_books(windows, &against_unhedged(arm), like, &of),
        Some(_) => evidence.judge_outcomes(&columns, like, &of),
    };
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
    let books = against_unhedged(arm);
    let found = evidence.judge_books(windows, &books, LikeBooks::AsSum, &|books| {
        Ok(1.0 - retained_of(&books[0], &books[1])?)
    });
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
    let books = against_unhedged(arm);
    let like = Like::AsBooks(windows, &books);
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
    let mut hedges = std::collections::BTreeSet::new();
    let cost_of = |entry: &book::journal::Entry| match &entry.event {
        Event::Opened {
            package,
            layer,
            fill,
            ..
        } if !arm.arm.is_condor(*layer) => {
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
    let [unhedged, own] = against_unhedged(arm);
    let books = [unhedged, own, Account::Named(against.to_string())];
    let each = |books: &[Outcome]| -> Result<(f64, f64), Unmeasured> {
        Ok((
            reduction_of(&books[0], &books[1])?,
            reduction_of(&books[0], &books[2])?,
        ))
    };
    let found = evidence.judge_books(windows, &books, LikeBooks::Itself, &|books| {
        each(books).map(|(own, other)| own - other)
    })?;
    let columns = evidence.columns(windows, &books)?;
    let outcomes: Vec<Outcome> = columns
        .iter()
        .map(|column| Outcome::without_tail(column))
        .collect();
    let (own, other) = each(&outcomes)?;
    Ok(found.noted(&format!(
        "reductions {:+.2} % and {:+.2} %",
        own * 100.0,
        other * 100.0
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reductions_and_profits_by_hand() {
        // Unhedged +10, -20, +25: drawdown 20, profit 15. Hedged +8, -10, +14: drawdown 10, profit 12.
        let (unhedged, hedged) = ([10.0, -20.0, 25.0], [8.0, -10.0, 14.0]);
        let hedged = Outcome::without_tail(&hedged);
        assert_eq!(
            reduction_of(&Outcome::without_tail(&unhedged), &hedged),
            Ok(0.5)
        );
        assert_eq!(
            retained_of(&Outcome::without_tail(&unhedged), &hedged),
            Ok(0.8)
        );
        let loss = retained_of(&Outcome::without_tail(&[10.0, -20.0, 5.0]), &hedged).unwrap_err();
        assert!(loss.to_string().contains("no profit (-5 USD)"), "{loss}");
        assert!(reduction_of(&Outcome::without_tail(&[1.0, 2.0]), &hedged).is_err());
    }

    #[test]
    fn costs_explain_a_loss_only() {
        assert_eq!(share_of_loss(-200.0, -50.0), Ok(0.25));
        assert!(share_of_loss(200.0, -50.0).is_err());
    }
}
