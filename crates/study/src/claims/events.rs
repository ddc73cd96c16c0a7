//! Measures of events: what the index did after a trigger, and what the book did after an unwind.

use engine::run::{Keep, Run, run};
use policy::arm::Arm;
use signals::Trigger;
use stats::blocks::StationaryBlocks;
use stats::interval::Interval;

use crate::claims::clusters;
use crate::claims::evidence::{Evidence, found};
use crate::claims::unmeasured::Unmeasured;
use crate::claims::verdict::Found;
use crate::unwinds;
use runfile::claims::Outcome;

/// Unwinds of one spell follow each other: they are drawn, and counted, in blocks of so many.
const SPELL: f64 = 3.0;

/// Mean outcome after the first session of a trigger less that after any session.
pub(super) fn study(
    evidence: &Evidence<'_>,
    windows: &[usize],
    (arm, trigger): (&str, &Trigger),
    outcome: Outcome,
    sessions: usize,
) -> Result<Found, Unmeasured> {
    let history = evidence.history;
    let mut flags = Vec::new();
    let mut outcomes = Vec::new();
    for &window in windows {
        let policy = &evidence.arm(window, arm)?.replay.arm;
        let column = policy.hedge.definitions().trigger_column(history, trigger);
        let is_yes = |t: usize| column.at(history.view(t)).is_yes();
        for t in evidence
            .window(window)
            .range
            .clone()
            .filter(|t| t + sessions < history.len())
        {
            let closes: Vec<f64> = (t..=t + sessions)
                .map(|at| history.view(at).today().spot)
                .collect();
            outcomes.push(outcome_of(outcome, &closes));
            flags.push(f64::from(u8::from(
                is_yes(t) && t.checked_sub(1).is_none_or(|before| !is_yes(before)),
            )));
        }
    }
    let n = clusters::apart(&flags, sessions);
    let events = flags.iter().filter(|flag| **flag > 0.0).count();
    if n == 0 {
        return Err(Unmeasured::undefined(format!(
            "the trigger never began with {sessions} sessions after it"
        )));
    }
    let columns = [flags, outcomes];
    let found = evidence.judge(&columns, &|c| {
        excess(&c[0], &c[1]).map(|(event, all)| event - all)
    })?;
    let (event, all) = excess(&columns[0], &columns[1])?;
    Ok(Found { n, ..found }.noted(&format!(
        "{:+.2} % after {events} events, {:+.2} % after any of {} sessions",
        event * 100.0,
        all * 100.0,
        columns[0].len()
    )))
}

/// What happened from the first close on.
fn outcome_of(outcome: Outcome, closes: &[f64]) -> f64 {
    let since = |close: &f64| close / closes[0] - 1.0;
    match outcome {
        Outcome::Return => closes.last().map_or(0.0, since),
        Outcome::Decline => closes.iter().map(since).fold(0.0, f64::min),
    }
}

/// Means of the outcomes with a flag and of all.
fn excess(flags: &[f64], outcomes: &[f64]) -> Result<(f64, f64), Unmeasured> {
    let flagged: Vec<f64> = flags
        .iter()
        .zip(outcomes)
        .filter(|(flag, _)| **flag > 0.0)
        .map(|(_, o)| *o)
        .collect();
    let mean = |values: &[f64]| {
        stats::moments::mean(values).ok_or_else(|| Unmeasured::undefined("there is no event"))
    };
    Ok((mean(&flagged)?, mean(outcomes)?))
}

/// Share of premature unwinds in `against` less that in `arm`.
pub(super) fn premature_unwinds(
    evidence: &Evidence<'_>,
    windows: &[usize],
    (arm, against): (&str, &str),
    within: usize,
) -> Result<Found, Unmeasured> {
    let mut own = Vec::new();
    let mut other = Vec::new();
    for &window in windows {
        let result = evidence.window(window);
        let depth = unwinds::depths(
            &evidence
                .arm(window, &evidence.config.arms[0])?
                .replay
                .run
                .curve,
            evidence.capital(),
        );
        let shown = evidence.arm(window, arm)?;
        let premature = |run: &Run, arm: &Arm| -> Vec<bool> {
            let sold = unwinds::sessions(run, arm).into_iter();
            sold.map(|session| unwinds::is_premature(&depth, session, within))
                .collect()
        };
        own.extend(premature(&shown.replay.run, &shown.replay.arm));
        let [member] = evidence.family(against)? else {
            return Err(Unmeasured::unfit(format!(
                "the variant {against} has more than one level"
            )));
        };
        let execution = &evidence.config.execution;
        let run = run(
            evidence.history,
            result.range.clone(),
            &member.arm,
            execution,
            evidence.capital(),
            Keep::Journal,
        );
        other.extend(premature(&run, &member.arm));
    }
    if own.is_empty() || other.is_empty() {
        return Err(Unmeasured::undefined(format!(
            "{} unwinds in {arm}, {} in {against}: a share of none",
            own.len(),
            other.len()
        )));
    }
    let with = share(&own);
    let without = share(&other);
    let inference = &evidence.config.inference;
    // The two lists are drawn on their own: they are not pairs.
    let first = drawn_shares(&other, inference.draws, inference.seed);
    let second = drawn_shares(&own, inference.draws, inference.seed.wrapping_add(1));
    let draws: Vec<Option<f64>> = first.iter().zip(second).map(|(a, b)| Some(a - b)).collect();
    let note = format!(
        "{:.0} % of {} without, {:.0} % of {} with",
        without * 100.0,
        other.len(),
        with * 100.0,
        own.len()
    );
    let interval = Interval::percentile(&draws, inference.level);
    let n = clusters::blocks(own.len().min(other.len()), SPELL);
    Ok(found(without - with, n, &draws, interval).noted(&note))
}

/// The share in every draw.
fn drawn_shares(list: &[bool], draws: usize, seed: u64) -> Vec<f64> {
    let blocks = StationaryBlocks::new(list.len(), SPELL, seed);
    let mut indices = vec![0; list.len()];
    let mut drawn = Vec::with_capacity(list.len());
    (0..draws)
        .map(|draw| {
            blocks.fill(draw as u64, &mut indices);
            drawn.clear();
            drawn.extend(indices.iter().map(|at| list[*at as usize]));
            share(&drawn)
        })
        .collect()
}

fn share(list: &[bool]) -> f64 {
    list.iter().filter(|yes| **yes).count() as f64 / list.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_and_their_excess_by_hand() {
        let closes = [100.0, 96.0, 90.0, 103.0];
        assert!((outcome_of(Outcome::Return, &closes) - 0.03).abs() < 1e-12);
        assert!((outcome_of(Outcome::Decline, &closes) + 0.10).abs() < 1e-12);
        assert_eq!(outcome_of(Outcome::Decline, &[100.0, 101.0]), 0.0);
        assert_eq!(
            excess(&[1.0, 0.0, 1.0, 0.0], &[-4.0, 1.0, -2.0, 1.0]),
            Ok((-3.0, -1.0))
        );
        assert!(excess(&[0.0], &[1.0]).is_err());
    }
}
