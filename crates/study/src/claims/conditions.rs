//! Measures that split sessions by a condition: what a signal or a layer does while a trigger holds, and how often a
//! classification was right.

use chrono::Datelike;
use runfile::claims::Split;
use signals::Trigger;
use stats::strata::Matched;

use crate::claims::clusters;
use crate::claims::evidence::Evidence;
use crate::claims::unmeasured::Unmeasured;
use crate::claims::verdict::Found;

/// Strata by day of the week.
const WEEKDAYS: usize = 7;

/// Mean of a signal, or of a layer's daily P&L over capital, while a trigger holds, less the mean of all other sessions.
///
/// A signal is read at the close at which the trigger holds, a P&L on the session after it: a day's P&L must not choose its
/// own condition. With `same_weekday` each session is compared with the others of its weekday alone.
pub(super) fn difference(
    evidence: &Evidence<'_>,
    windows: &[usize],
    (arm, trigger): (&str, &Trigger),
    (of, same_weekday): (&Split, bool),
) -> Result<Found, Unmeasured> {
    let mut flags = Vec::new();
    let mut weekdays = Vec::new();
    let mut values = Vec::new();
    for &window in windows {
        let shown = evidence.arm(window, arm)?;
        let definitions = shown.replay.arm.hedge.definitions();
        let history = evidence.history;
        let held = definitions.trigger_column(history, trigger);
        let range = evidence.window(window).range.clone();
        let own: Vec<Option<f64>> = match of {
            Split::Signal { signal } => {
                let column = definitions.signal_column(history, signal);
                range.clone().map(|t| column.at(history.view(t))).collect()
            }
            Split::Layer { layer } => {
                let id = shown
                    .replay
                    .arm
                    .hedge_named(layer)
                    .ok_or_else(|| Unmeasured::unfit(format!("{arm} has no layer {layer}")))?;
                let capital = shown.replay.start.usd();
                shown
                    .replay
                    .statement
                    .sessions
                    .iter()
                    .map(|row| Some(row.layer_pnl[id].usd() / capital))
                    .collect()
            }
        };
        let shift = usize::from(matches!(of, Split::Layer { .. }));
        for (at, t) in range.enumerate() {
            let Some(value) = own.get(at + shift).copied().flatten() else {
                continue;
            };
            flags.push(f64::from(u8::from(held.at(history.view(t)).is_yes())));
            let weekday = history.view(t).today().date.weekday();
            weekdays.push(f64::from(weekday.num_days_from_monday()));
            values.push(value);
        }
    }
    let held = flags.iter().filter(|flag| **flag > 0.0).count();
    if held == 0 || held == flags.len() {
        return Err(Unmeasured::undefined(format!(
            "the trigger held on {held} of {} sessions with a value: there is nothing to compare",
            flags.len()
        )));
    }
    let n = clusters::stretches(&flags);
    let mut columns = vec![flags, values];
    columns.extend(same_weekday.then_some(weekdays));
    let (on, off) = means(&columns)?;
    let found = evidence.judge(&columns, &|c| means(c).map(|(on, off)| on - off))?;
    let which = match same_weekday {
        true => ", each weekday beside its own",
        false => "",
    };
    let note = format!(
        "mean {on:.6} on {held} sessions, {off:.6} on the {} others{which}",
        columns[0].len() - held
    );
    Ok(Found { n, ..found }.noted(&note))
}

/// Means of the second column where the first is set and where it is not; beside the same weekdays where the third says them.
fn means(columns: &[Vec<f64>]) -> Result<(f64, f64), Unmeasured> {
    let one_sided = || Unmeasured::undefined("all sessions lie on one side of the condition");
    let sessions = columns[0].iter().zip(&columns[1]);
    if let Some(weekdays) = columns.get(2) {
        let strata = sessions.zip(weekdays);
        let strata = strata.map(|((flag, value), day)| (*flag > 0.0, *day as usize, *value));
        return Matched::of(strata, WEEKDAYS).means().ok_or_else(one_sided);
    }
    let of = |wanted: bool| {
        let picked: Vec<f64> = sessions
            .clone()
            .filter(|(flag, _)| (**flag > 0.0) == wanted)
            .map(|(_, value)| *value)
            .collect();
        stats::moments::mean(&picked).ok_or_else(one_sided)
    };
    Ok((of(true)?, of(false)?))
}

/// How many events a trigger judges rightly, less what saying always the commoner answer gets right.
///
/// An event is truly a relief if the S&P 500 closes below the close before it within so many sessions.
pub(super) fn classification(
    evidence: &Evidence<'_>,
    windows: &[usize],
    (arm, event, relief): (&str, &Trigger, &Trigger),
    sessions: usize,
) -> Result<Found, Unmeasured> {
    let mut events = Vec::new();
    let mut said = Vec::new();
    let mut was = Vec::new();
    for &window in windows {
        let definitions = evidence.arm(window, arm)?.replay.arm.hedge.definitions();
        let history = evidence.history;
        let event = definitions.trigger_column(history, event);
        let relief = definitions.trigger_column(history, relief);
        let spot = |t: usize| history.view(t).today().spot;
        let range = evidence.window(window).range.clone();
        for t in range.filter(|t| *t > 0 && t + sessions < history.len()) {
            let low = (t + 1..=t + sessions)
                .map(spot)
                .fold(f64::INFINITY, f64::min);
            let flag = |yes: bool| f64::from(u8::from(yes));
            events.push(flag(event.at(history.view(t)).is_yes()));
            said.push(flag(relief.at(history.view(t)).is_yes()));
            was.push(flag(low < spot(t - 1)));
        }
    }
    let columns = [events, said, was];
    let table = confusion(&columns);
    let n = clusters::apart(&columns[0], sessions);
    if n == 0 {
        return Err(Unmeasured::undefined(format!(
            "there was no event with {sessions} sessions after it"
        )));
    }
    let found = evidence.judge(&columns, &|c| skill(&confusion(c)))?;
    let [[right_no, wrong_yes], [wrong_no, right_yes]] = table;
    let note = format!(
        "of {} reliefs {right_yes} called so and {wrong_no} not; of {} others {wrong_yes} called relief and {right_no} not",
        right_yes + wrong_no,
        right_no + wrong_yes,
    );
    Ok(Found { n, ..found }.noted(&note))
}

/// Events by what they were (rows: no relief, relief) and what was said of them (columns the same).
fn confusion(columns: &[Vec<f64>]) -> [[f64; 2]; 2] {
    let mut table = [[0.0; 2]; 2];
    for ((event, said), was) in columns[0].iter().zip(&columns[1]).zip(&columns[2]) {
        table[usize::from(*was > 0.0)][usize::from(*said > 0.0)] += *event;
    }
    table
}

/// Share judged rightly less the share of the commoner kind.
fn skill(table: &[[f64; 2]; 2]) -> Result<f64, Unmeasured> {
    let [no, yes] = table.map(|row| row[0] + row[1]);
    if no + yes == 0.0 {
        return Err(Unmeasured::undefined("there is no event"));
    }
    Ok((table[0][0] + table[1][1] - no.max(yes)) / (no + yes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_on_either_side_of_a_condition() {
        let columns = [vec![1.0, 0.0, 1.0, 0.0], vec![4.0, 1.0, 2.0, 3.0]];
        assert_eq!(means(&columns), Ok((3.0, 2.0)));
        assert!(means(&[vec![1.0], vec![2.0]]).is_err());
        // The first two are Mondays, the others Tuesdays: 4 beside 1, and 2 beside 3.
        let [flags, values] = columns;
        let weekdays = vec![0.0, 0.0, 1.0, 1.0];
        assert_eq!(means(&[flags, values, weekdays]), Ok((3.0, 2.0)));
        let [flags, values] = [vec![1.0, 0.0, 0.0, 0.0], vec![4.0, 1.0, 2.0, 3.0]];
        let weekdays = vec![0.0, 1.0, 0.0, 1.0];
        assert_eq!(means(&[flags, values, weekdays]), Ok((4.0, 2.0)));
    }

    #[test]
    fn a_confusion_matrix_and_its_skill_by_hand() {
        // Seven sessions, six of them events: four reliefs, of which three are called so, and two others, one called so.
        let events = vec![1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0];
        let said = vec![1.0, 1.0, 1.0, 0.0, 1.0, 0.0, 1.0];
        let was = vec![1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0];
        let table = confusion(&[events, said, was]);
        assert_eq!(table, [[1.0, 1.0], [1.0, 3.0]]);
        // Four of six right, and four of six by saying always relief.
        assert_eq!(skill(&table), Ok(0.0));
        assert_eq!(skill(&[[2.0, 0.0], [1.0, 1.0]]), Ok(0.25));
        assert!(skill(&[[0.0; 2]; 2]).is_err());
    }
}
