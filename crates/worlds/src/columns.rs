//! The daily series of a world.

use std::collections::BTreeMap;

use market::fund::Fund;
use market::math::{exp, ln};
use market::observations::{DailySeries, names};

use crate::rule::{FAST_HALF_LIFE, Rule, fade};
use crate::source::{Column, Intraday, Source};
use crate::tape::{Script, Step, scripted_vix};
use crate::walker::Offset;

/// Days of the volatility indices, in the order of [`crate::rule::TERM`].
pub(crate) const TERM_DAYS: [f64; 4] = [30.0, 9.0, 93.0, 184.0];
/// A fund moves on a day of a script by its own return times that of the index over the day's, within these.
const MOST_TIMES: (f64, f64) = (0.25, 4.0);

/// The volatility indices of a world.
pub(crate) struct Term {
    /// As [`Source::term`], session by session.
    pub levels: Vec<Vec<f64>>,
    /// Sessions on which their own offsets would have let variance fall with time, so that all took that of VIX.
    pub mended: usize,
}

/// Walks the volatility indices.
pub(crate) fn term(source: &Source<'_>, steps: &[Step]) -> Term {
    let days: Vec<f64> = source.term.iter().map(days_of).collect();
    let mut by_days: Vec<usize> = (0..days.len()).collect();
    by_days.sort_by(|a, b| days[*a].total_cmp(&days[*b]));
    let first = steps[0].day;
    let mut offsets = vec![Offset::at(first, fade(FAST_HALF_LIFE)); days.len()];
    let mut levels: Vec<Vec<f64>> = (source.term.iter())
        .map(|column| vec![column.raw[first]])
        .collect();
    let mut mended = 0;
    for step in &steps[1..] {
        let day = step.day;
        let before = ln(levels[0][levels[0].len() - 1]);
        let mut offs: Vec<f64> = match step.script {
            None => (offsets.iter_mut().zip(&source.term))
                .map(|(offset, column)| offset.step(&column.level, day))
                .collect(),
            Some(script) => {
                let off = scripted_vix(&script, before) - source.term[0].level[day];
                vec![off; days.len()]
            }
        };
        let at = |of: usize, offs: &[f64]| source.term[of].raw[day] * exp(offs[of]);
        let variance = |of: usize, offs: &[f64]| at(of, offs) * at(of, offs) * days[of];
        let falls = by_days
            .windows(2)
            .any(|pair| variance(pair[0], &offs) > variance(pair[1], &offs));
        if falls {
            mended += 1;
            offs = vec![offs[0]; days.len()];
        }
        for (of, levels) in levels.iter_mut().enumerate() {
            levels.push(at(of, &offs));
            offsets[of].set(offs[of], day);
        }
    }
    Term { levels, mended }
}

fn days_of(column: &Column) -> f64 {
    let place = crate::rule::TERM
        .iter()
        .position(|name| column.name == *name);
    place.map_or(0.0, |place| TERM_DAYS[place])
}

/// Closes of the index; `anchor` is a session and what it closes at.
pub(crate) fn index(source: &Source<'_>, steps: &[Step], anchor: (usize, f64)) -> Vec<f64> {
    let close = &source.spx.close;
    let mut level = 1.0;
    let mut closes = vec![level];
    for step in &steps[1..] {
        level *= match step.script {
            None => close[step.day] / close[step.day - 1],
            Some(script) => exp(script.ln_return),
        };
        closes.push(level);
    }
    anchored(closes, anchor)
}

fn anchored(mut values: Vec<f64>, (session, value): (usize, f64)) -> Vec<f64> {
    let factor = value / values[session];
    values.iter_mut().for_each(|value| *value *= factor);
    values
}

/// Open, high and low of a world's closes, in this order; `None` where the day taken has none.
pub(crate) fn around(
    of: &Intraday,
    closes: &[f64],
    steps: &[Step],
    scripted: impl Fn(&Script) -> f64,
) -> [Vec<Option<f64>>; 3] {
    let mut all = [const { Vec::new() }; 3];
    for (t, step) in steps.iter().enumerate() {
        let day = step.day;
        let open = match (t.checked_sub(1), of.overnight[day]) {
            (Some(before), Some(overnight)) => {
                let overnight = match &step.script {
                    None => overnight,
                    // The day's own share of its change.
                    Some(script) => {
                        let change = ln(of.close[day] / of.close[day - 1]);
                        let share = if change == 0.0 {
                            0.0
                        } else {
                            overnight / change
                        };
                        share.clamp(0.0, 1.0) * scripted(script)
                    }
                };
                Some(closes[before] * exp(overnight))
            }
            _ => None,
        };
        let other = open.unwrap_or(closes[t]);
        let high = of.above[day].map(|above| other.max(closes[t]) * exp(above));
        let low = of.below[day].map(|below| other.min(closes[t]) * exp(below));
        let [opens, highs, lows] = &mut all;
        opens.push(open);
        highs.push(high);
        lows.push(low);
    }
    all
}

/// A series that follows its rule.
pub(crate) fn follow(
    source: &Source<'_>,
    column: &Column,
    steps: &[Step],
    anchor: usize,
) -> Vec<Option<f64>> {
    let values = match column.rule {
        Rule::Daily => steps.iter().map(|step| column.raw[step.day]).collect(),
        Rule::Chained => chained(source, column, steps, anchor),
        Rule::Ratio(half_life) => {
            let off = |step: &Step, off: f64| column.raw[step.day] * exp(off);
            faded(column, steps, half_life, true, off)
        }
        Rule::Difference(half_life) => {
            let (least, greatest) = column.range;
            let off = |step: &Step, off: f64| (column.raw[step.day] + off).clamp(least, greatest);
            faded(column, steps, half_life, false, off)
        }
    };
    let own = steps.iter().map(|step| column.present[step.day]);
    let known = values.into_iter().zip(own);
    known.map(|(value, own)| own.then_some(value)).collect()
}

/// Levels off those of the days taken. What is quoted on volatility stands on a day of a script as on the day taken.
fn faded(
    column: &Column,
    steps: &[Step],
    half_life: f64,
    as_taken: bool,
    value: impl Fn(&Step, f64) -> f64,
) -> Vec<f64> {
    let mut offset = Offset::at(steps[0].day, fade(half_life));
    let mut values = vec![value(&steps[0], 0.0)];
    for step in &steps[1..] {
        let off = match step.script {
            Some(_) if as_taken => {
                offset.set(0.0, step.day);
                0.0
            }
            _ => offset.step(&column.level, step.day),
        };
        values.push(value(step, off));
    }
    values
}

fn chained(source: &Source<'_>, column: &Column, steps: &[Step], anchor: usize) -> Vec<f64> {
    let mut level = 0.0;
    let mut values = vec![1.0];
    for step in &steps[1..] {
        let change = column.level[step.day] - column.level[step.day - 1];
        level += match &step.script {
            None => change,
            Some(script) => change * times(source, step.day, script),
        };
        values.push(exp(level));
    }
    anchored(values, (anchor, column.raw[source.anchor_day()]))
}

fn times(source: &Source<'_>, day: usize, script: &Script) -> f64 {
    let own = source.ln_return(day);
    match own == 0.0 {
        true => 1.0,
        false => (script.ln_return / own).clamp(MOST_TIMES.0, MOST_TIMES.1),
    }
}

/// Puts a series among those of a world.
pub(crate) fn put(
    daily: &mut BTreeMap<String, DailySeries>,
    name: &str,
    lag_sessions: usize,
    values: Vec<Option<f64>>,
) {
    let series = DailySeries {
        lag_sessions,
        values,
    };
    daily.insert(name.to_string(), series);
}

/// Unadjusted closes of funds: an adjusted share stands for as many real ones as on the last day of the dataset.
pub(crate) fn unadjusted(source: &Source<'_>, daily: &mut BTreeMap<String, DailySeries>) {
    for fund in Fund::ALL {
        let last_of = |name: &str| {
            let series = source.observations.daily.get(name)?;
            let values = series.values.iter().rev();
            values.copied().flatten().find(|value| *value > 0.0)
        };
        let name = fund.unadjusted_series();
        let share = last_of(&name).zip(last_of(&fund.series()));
        let (Some((real, adjusted)), Some(series)) = (share, daily.get(&fund.series())) else {
            continue;
        };
        let values = series.values.iter();
        let values = values.map(|value| value.map(|value| value * real / adjusted));
        let values = values.collect();
        put(daily, &name, 0, values);
    }
}

/// The series of the index and of VIX that a dataset has, by name.
pub(crate) fn has(source: &Source<'_>, name: &str) -> bool {
    source.observations.daily.contains_key(name)
}

/// Names of open, high and low of the index and of VIX.
pub(crate) const AROUND_SPX: [&str; 3] = [names::SPX_OPEN, "spx_high", names::SPX_LOW];
/// The same of VIX.
pub(crate) const AROUND_VIX: [&str; 3] = [names::VIX_OPEN, names::VIX_HIGH, "vix_low"];
