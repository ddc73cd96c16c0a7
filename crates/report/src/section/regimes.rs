//! Which regime each policy was in and which layers it held, session by session, under SPX and VIX.

use std::collections::{BTreeMap, BTreeSet};

use crate::chart::{Strip, StripChart};
use crate::document::{Block, Cell, Column, Row, Section, Table};
use crate::folder::{Placed, RunFolder, of_place};
use crate::section::{cells, curves, measures, per_window};
use chrono::NaiveDate;
use tables::DecisionRow;

/// SPX and VIX, the regimes and the layers held, per window; then the sessions counted.
pub fn section(run: &RunFolder) -> Section {
    let (moving, constant): (Vec<usize>, Vec<usize>) = run
        .policies()
        .into_iter()
        .partition(|&arm| named(run, arm).len() > 1);
    let intro = "The market, then the regime a policy saw at each close (from its decisions; the taller, the higher the \
                 mean VIX of its sessions), then how many packages each layer held.";
    let mut blocks = vec![Block::Paragraph(intro.to_owned())];
    let states = states(run, &moving);
    blocks.extend(per_window(run, |window| {
        let panels = curves::market_panels(run, window)
            .into_iter()
            .map(Block::Lines);
        let regimes = (!moving.is_empty()).then(|| chart(run, window, &moving, &states));
        let held = Some(held(run, window)).filter(|chart| !chart.strips.is_empty());
        let tables = [
            regimes.as_ref().map(|chart| table(run, chart)),
            held.as_ref().map(|chart| held_table(run, chart)),
        ];
        let strips = [regimes, held].into_iter().flatten().map(Block::Strips);
        let tables = tables.into_iter().flatten().map(Block::Table);
        panels
            .chain(measures::half_life(run, window))
            .chain(strips)
            .chain(tables)
            .collect()
    }));
    blocks.extend(constants(run, &constant).into_iter().map(Block::Note));
    Section {
        id: "regimes",
        title: "Regime calendar",
        blocks,
    }
}

/// How many packages a layer held, as states from few to many: the most that a state holds, and its name.
const HELD: [(usize, &str); 3] = [
    (1, "1 package"),
    (3, "2 or 3 packages"),
    (usize::MAX, "4 or more packages"),
];

/// How many packages each layer of each policy held at every close.
fn held(run: &RunFolder, window: usize) -> StripChart {
    let base = run.curves.iter().find(|curve| curve.place.0 == window);
    let days: Vec<NaiveDate> = base.map(|curve| curve.dates.clone()).unwrap_or_default();
    let strip = |arm: usize, layer: &String| {
        let mut open = vec![0usize; days.len()];
        let own = of_place(&run.trades, (window, arm)).iter();
        for trade in own.filter(|trade| trade.layer == *layer) {
            let from = days.partition_point(|day| *day < trade.opened);
            let to = days.partition_point(|day| *day < trade.closed);
            open[from.min(to)..to]
                .iter_mut()
                .for_each(|count| *count += 1);
        }
        let states = open
            .iter()
            .map(|count: &usize| {
                HELD.iter()
                    .position(|(most, _)| count <= most)
                    .filter(|_| *count > 0)
            })
            .collect();
        Strip {
            name: format!("{}: {layer}", run.label(arm)),
            style: run.style(arm),
            states,
        }
    };
    let strips = run
        .policies()
        .into_iter()
        .flat_map(|arm| run.arm(arm).layers.iter().map(move |layer| (arm, layer)));
    StripChart {
        caption: format!(
            "{}: packages that each layer held at each close",
            run.manifest.windows[window].name
        ),
        group: window,
        strips: strips.map(|(arm, layer)| strip(arm, layer)).collect(),
        days,
        states: HELD.iter().map(|(_, name)| (*name).to_owned()).collect(),
    }
}

fn held_table(run: &RunFolder, chart: &StripChart) -> Table {
    let row = |strip: &Strip| {
        let counts: Vec<usize> = (0..HELD.len())
            .map(|state| strip.sessions_in(state))
            .collect();
        let share = counts.iter().sum::<usize>() as f64 / chart.days.len().max(1) as f64;
        let named = Cell::text(strip.name.clone()).styled(strip.style);
        let counts = counts.into_iter().map(cells::count);
        Row::plain(
            std::iter::once(named)
                .chain(counts)
                .chain([cells::percent(Some(share))])
                .collect(),
        )
    };
    let states = HELD
        .iter()
        .map(|(_, name)| Column::number(name, "sessions"));
    Table {
        caption: format!(
            "{}: sessions by packages held",
            run.manifest.windows[chart.group].name
        ),
        columns: std::iter::once(Column::text("Arm and layer"))
            .chain(states)
            .chain([Column::number("Any", "% of sessions")])
            .collect(),
        rows: chart.strips.iter().map(row).collect(),
    }
}

/// One sentence per regime that some arms never leave.
fn constants(run: &RunFolder, arms: &[usize]) -> Vec<String> {
    let mut by_regime: BTreeMap<Option<String>, Vec<String>> = BTreeMap::new();
    for &arm in arms {
        by_regime
            .entry(named(run, arm).pop())
            .or_default()
            .push(run.label(arm));
    }
    by_regime
        .into_iter()
        .map(
            |(regime, arms): (Option<String>, Vec<String>)| match regime {
                Some(regime) => format!("In one regime throughout, {regime}: {}.", arms.join(", ")),
                None => format!("Without a regime in their decisions: {}.", arms.join(", ")),
            },
        )
        .collect()
}

/// The regimes an arm was in, each once, by name.
fn named(run: &RunFolder, arm: usize) -> Vec<String> {
    let windows = 0..run.manifest.windows.len();
    let own = windows.flat_map(|window| in_regimes(of_place(&run.decisions, (window, arm))));
    let raw: BTreeSet<&str> = own.map(|(regime, _)| regime).collect();
    let names: BTreeSet<String> = raw.into_iter().map(state).collect();
    names.into_iter().collect()
}

/// Decisions that follow each other in one regime, for each that is known.
fn in_regimes(
    decisions: &[Placed<DecisionRow>],
) -> impl Iterator<Item = (&str, &[Placed<DecisionRow>])> {
    let runs = decisions.chunk_by(|a, b| a.place == b.place && a.regime == b.regime);
    let named = runs.filter_map(|run| Some((run.first()?.regime.as_str(), run)));
    named.filter(|(regime, _)| !regime.is_empty())
}

/// A regime without the weight that is written after it, so that a ramp is one state, and a band of a signal in
/// words: `15..22 weight 0.667` is `15 to 22`.
fn state(regime: &str) -> String {
    let band = regime
        .split_once(" weight ")
        .map_or(regime, |(band, _)| band);
    let edge = |text: &str| text.is_empty() || crate::number::parse(text).is_some();
    match band
        .split_once("..")
        .filter(|(from, to)| edge(from) && edge(to))
    {
        Some(("", to)) if !to.is_empty() => format!("below {to}"),
        Some((from, "")) if !from.is_empty() => format!("{from} and above"),
        Some((from, to)) => format!("{from} to {to}"),
        None => band.to_owned(),
    }
}

fn chart(run: &RunFolder, window: usize, arms: &[usize], states: &[String]) -> StripChart {
    let base = run.curves.iter().find(|curve| curve.place.0 == window);
    let days: Vec<NaiveDate> = base.map(|curve| curve.dates.clone()).unwrap_or_default();
    StripChart {
        caption: format!(
            "{}: regime of each policy",
            run.manifest.windows[window].name
        ),
        group: window,
        strips: arms
            .iter()
            .map(|&arm: &usize| {
                let seen = seen(run, (window, arm));
                Strip {
                    name: run.label(arm),
                    style: run.style(arm),
                    states: days
                        .iter()
                        .map(|day: &NaiveDate| {
                            seen.get(day)
                                .and_then(|name| states.iter().position(|state| state == name))
                        })
                        .collect(),
                }
            })
            .collect(),
        days,
        states: states.to_vec(),
    }
}

fn table(run: &RunFolder, chart: &StripChart) -> Table {
    let row = |strip: &Strip| {
        let sessions = (0..chart.states.len()).map(|state| cells::count(strip.sessions_in(state)));
        let changes = strip
            .runs()
            .windows(2)
            .filter(|pair| pair[0].2 != pair[1].2)
            .count();
        let named = Cell::text(strip.name.clone()).styled(strip.style);
        Row::plain(
            std::iter::once(named)
                .chain(sessions)
                .chain([cells::count(changes)])
                .collect(),
        )
    };
    let states = chart
        .states
        .iter()
        .map(|state| Column::number(state, "sessions"));
    Table {
        caption: format!(
            "{}: sessions in each regime",
            run.manifest.windows[chart.group].name
        ),
        columns: std::iter::once(Column::text("Arm"))
            .chain(states)
            .chain([Column::number("Changes", "")])
            .collect(),
        rows: chart.strips.iter().map(row).collect(),
    }
}

/// The regime of an arm by day: the first one its layers name.
fn seen(run: &RunFolder, place: (usize, usize)) -> BTreeMap<NaiveDate, String> {
    let mut seen: BTreeMap<NaiveDate, String> = BTreeMap::new();
    for (regime, decisions) in in_regimes(of_place(&run.decisions, place)) {
        let name = state(regime);
        for of_day in decisions.chunk_by(|a, b| a.date == b.date) {
            seen.entry(of_day[0].date).or_insert_with(|| name.clone());
        }
    }
    seen
}

/// The regimes of some arms, from calm to wild by the mean VIX of their sessions; by name where VIX is unknown.
fn states(run: &RunFolder, arms: &[usize]) -> Vec<String> {
    let vix: BTreeMap<NaiveDate, f64> = run
        .market
        .iter()
        .flatten()
        .filter_map(|row| Some((row.date, row.vix?)))
        .collect();
    let mut sums: BTreeMap<String, (f64, f64)> = BTreeMap::new();
    let of_arms = |decisions: &[Placed<DecisionRow>]| arms.contains(&decisions[0].place.1);
    for (regime, decisions) in in_regimes(&run.decisions).filter(|(_, run)| of_arms(run)) {
        let sum = sums.entry(state(regime)).or_default();
        for row in decisions {
            if let Some(vix) = vix.get(&row.date) {
                *sum = (sum.0 + vix, sum.1 + 1.0);
            }
        }
    }
    let mean = |(sum, n): (f64, f64)| if n > 0.0 { sum / n } else { 0.0 };
    let mut states: Vec<(f64, String)> = sums
        .into_iter()
        .map(|(name, sum)| (mean(sum), name))
        .collect();
    states.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    states.into_iter().map(|(_, name)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::state;

    #[test]
    fn a_band_is_told_in_words() {
        assert_eq!(state("15..22 weight 0.667"), "15 to 22");
        assert_eq!(state("..15 weight 0.333"), "below 15");
        assert_eq!(state("25.. weight 1.000"), "25 and above");
        assert_eq!(state("full"), "full");
        assert_eq!(state("a..b"), "a..b");
    }
}
