//! Which regime each policy was in, session by session.

use std::collections::BTreeMap;

use crate::chart::{Strip, StripChart};
use crate::date::Date;
use crate::document::{Block, Cell, Column, Row, Section, Table};
use crate::folder::{DecisionRow, RunFolder};
use crate::section::{cells, per_window};

/// A calendar of regimes per window, and the sessions spent in each.
pub fn section(run: &RunFolder) -> Section {
    let states = states(run);
    let intro = "The regime a policy saw at each close, from its decisions; the taller, the higher the mean VIX of its \
                 sessions. The market is drawn above the equity panels on the same days.";
    let blocks = match states.is_empty() {
        true => vec![Block::Note("The decisions of this run name no regime.".to_owned())],
        false => {
            let charts = per_window(run, |window| {
                let chart = chart(run, window, &states);
                vec![Block::Strips(chart.clone()), Block::Table(table(run, &chart))]
            });
            std::iter::once(Block::Paragraph(intro.to_owned())).chain(charts).collect()
        }
    };
    Section { id: "regimes", title: "Regimes", blocks }
}

fn chart(run: &RunFolder, window: usize, states: &[String]) -> StripChart {
    let base = run.curves.iter().find(|curve| curve.place.0 == window);
    let days: Vec<Date> = base.map(|curve| curve.dates.clone()).unwrap_or_default();
    let strip = |arm: usize| {
        let seen = seen(run, (window, arm));
        let place = |day: &Date| seen.get(day).and_then(|name| states.iter().position(|state| state == name));
        Strip { name: run.arm(arm).name.clone(), style: run.style(arm), states: days.iter().map(place).collect() }
    };
    let strips = run.policies().into_iter().map(strip).filter(|strip| strip.states.iter().any(Option::is_some));
    StripChart {
        caption: format!("{}: regime of each policy", run.manifest.windows[window].name),
        group: window,
        strips: strips.collect(),
        days,
        states: states.to_vec(),
    }
}

fn table(run: &RunFolder, chart: &StripChart) -> Table {
    let row = |strip: &Strip| {
        let sessions = (0..chart.states.len()).map(|state| cells::count(strip.sessions_in(state)));
        let changes = strip.runs().windows(2).filter(|pair| pair[0].2 != pair[1].2).count();
        let named = Cell::text(strip.name.clone()).styled(strip.style);
        Row::plain(std::iter::once(named).chain(sessions).chain([cells::count(changes)]).collect())
    };
    let states = chart.states.iter().map(|state| Column::number(state, "sessions"));
    Table {
        caption: format!("{}: sessions in each regime", run.manifest.windows[chart.group].name),
        columns: std::iter::once(Column::text("Arm")).chain(states).chain([Column::number("Changes", "")]).collect(),
        rows: chart.strips.iter().map(row).collect(),
    }
}

/// The regime of an arm by day: the first one its layers name.
fn seen(run: &RunFolder, place: (usize, usize)) -> BTreeMap<Date, &str> {
    let mut seen = BTreeMap::new();
    for row in run.decisions.iter().filter(|row| row.place == place && !row.regime.is_empty()) {
        seen.entry(row.date).or_insert(row.regime.as_str());
    }
    seen
}

/// Every regime of the policies, from calm to wild by the mean VIX of its sessions; by name where VIX is unknown.
fn states(run: &RunFolder) -> Vec<String> {
    let vix: BTreeMap<Date, f64> = run.market.iter().flatten().filter_map(|row| Some((row.date, row.vix?))).collect();
    let policies = run.policies();
    let mut sums: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    let named = |row: &&DecisionRow| !row.regime.is_empty() && policies.contains(&row.place.1);
    for row in run.decisions.iter().filter(named) {
        let sum = sums.entry(row.regime.as_str()).or_insert((0.0, 0.0));
        if let Some(vix) = vix.get(&row.date) {
            *sum = (sum.0 + vix, sum.1 + 1.0);
        }
    }
    let mean = |(sum, n): (f64, f64)| if n > 0.0 { sum / n } else { 0.0 };
    let mut states: Vec<(f64, &str)> = sums.into_iter().map(|(name, sum)| (mean(sum), name)).collect();
    states.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(b.1)));
    states.into_iter().map(|(_, name)| name.to_owned()).collect()
}
