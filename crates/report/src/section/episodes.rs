//! The deepest drawdown episodes of the unhedged arm, and where every other arm stood through them.

use crate::document::{Block, Cell, Column, Row, Section, Table};
use crate::drawdown::{Episode, episodes};
use crate::folder::{Curve, RunFolder};
use crate::number::{self, Money};
use crate::section::{cells, per_window};
use tables::manifest::ArmKind;

const EPISODES: usize = 5;

/// The unhedged arm's episodes with every hedge's answer, and each arm's own deepest one.
pub fn section(run: &RunFolder) -> Section {
    let intro = "An episode runs from a peak of trading equity to its trough and to the first session back at the peak. \
                 Beside the unhedged arm's episodes stands the change of each hedged arm's trading equity from the same \
                 peak day to the same trough day, then what each of its layers earned in these sessions.";
    let mut blocks = vec![Block::Paragraph(intro.to_owned())];
    blocks.extend(per_window(run, |window| {
        let base = run.unhedged().and_then(|arm| run.curve_of(window, arm));
        let tables = base.map(|curve| [shared(run, window, curve), parts(run, window, curve)]);
        tables
            .into_iter()
            .flatten()
            .chain([deepest(run, window)])
            .map(Block::Table)
            .collect()
    }));
    Section {
        id: "episodes",
        title: "Drawdown episodes",
        blocks,
    }
}

fn shared(run: &RunFolder, window: usize, base: &Curve) -> Table {
    let arms: Vec<(usize, &Curve)> = run
        .policies()
        .into_iter()
        .filter_map(|arm| run.curve_of(window, arm).map(|curve| (arm, curve)))
        .collect();
    let found: Vec<Episode> = episodes(&base.trading_equity, run.capital())
        .into_iter()
        .take(EPISODES)
        .collect();
    let change = |episode: &Episode, curve: &Curve| between(curve, episode, run.capital());
    let largest = found
        .iter()
        .flat_map(|episode: &Episode| {
            let changes: Vec<Money> = arms
                .iter()
                .map(|(_, curve)| change(episode, curve))
                .collect();
            changes.into_iter().chain([episode.depth])
        })
        .map(|usd| usd.abs().usd())
        .fold(0.0, f64::max);
    let bar = |usd: Money| cells::signed_usd(Some(usd)).with_bar(usd.usd(), largest);
    let row = |episode: &Episode| {
        let unhedged = [
            bar(episode.depth),
            cells::percent(Some(episode.depth.usd() / episode.from.usd())),
        ];
        let cells = days(base, episode)
            .into_iter()
            .chain(unhedged)
            .chain(arms.iter().map(|(_, curve)| bar(change(episode, curve))));
        Row::plain(cells.collect())
    };
    let fixed = [
        Column::text("Peak"),
        Column::text("Trough"),
        Column::text("Recovered"),
        Column::number("Unhedged", "$"),
        Column::number("Unhedged", "%"),
    ];
    let named = arms
        .iter()
        .map(|(arm, _)| Column::number(&run.label(*arm), "$"));
    Table {
        caption: format!(
            "{}: the unhedged arm's deepest drawdowns, and the others from peak to trough",
            name(run, window)
        ),
        columns: fixed.into_iter().chain(named).collect(),
        rows: found.iter().map(row).collect(),
    }
}

/// What made up the change of every hedged arm in every episode: condors, each layer and costs add up to it.
fn parts(run: &RunFolder, window: usize, base: &Curve) -> Table {
    let names = &run.layer_names;
    let found = episodes(&base.trading_equity, run.capital())
        .into_iter()
        .take(EPISODES);
    let arms: Vec<(usize, &Curve)> = run
        .policies()
        .into_iter()
        .filter_map(|arm| run.curve_of(window, arm).map(|curve| (arm, curve)))
        .collect();
    let mut rows = Vec::new();
    for episode in found {
        let sum = |amounts: &[Money]| during(amounts, &episode);
        for (arm, curve) in &arms {
            let has = |slot: usize| run.arm(*arm).layers.contains(&names[slot]);
            let layers = (0..names.len())
                .map(|slot| cells::signed_usd(has(slot).then(|| sum(&curve.layers[slot]))));
            let costs = sum(&curve.fees) + sum(&curve.slippage);
            let whole = between(curve, &episode, run.capital());
            let trough = Cell::text(base.dates[episode.trough].to_string());
            let cells = [
                trough,
                cells::arm(run, *arm),
                cells::signed_usd(Some(sum(&curve.condor))),
            ]
            .into_iter()
            .chain(layers)
            .chain([
                cells::signed_usd(Some(costs)),
                cells::signed_usd(Some(whole)),
            ]);
            rows.push(Row::plain(cells.collect()));
        }
    }
    let layers = names.iter().map(|name| Column::number(name, "$"));
    Table {
        caption: format!(
            "{}: what each layer did from peak to trough of these drawdowns, at mid, with costs beside",
            name(run, window)
        ),
        columns: [
            Column::text("Trough"),
            Column::text("Arm"),
            Column::number("Condors", "$"),
        ]
        .into_iter()
        .chain(layers)
        .chain([
            Column::number("Fees and slippage", "$"),
            Column::number("Trading equity", "$"),
        ])
        .collect(),
        rows,
    }
}

/// Sum over the sessions after the peak, up to the trough.
fn during(amounts: &[Money], episode: &Episode) -> Money {
    let from = episode.peak.map_or(0, |peak| peak + 1);
    amounts[from..=episode.trough].iter().copied().sum()
}

fn between(curve: &Curve, episode: &Episode, capital: Money) -> Money {
    curve.trading_equity[episode.trough]
        - episode.peak.map_or(capital, |at| curve.trading_equity[at])
}

fn days(curve: &Curve, episode: &Episode) -> [Cell; 3] {
    [
        Cell::text(
            episode
                .peak
                .map_or("start".to_owned(), |at| curve.dates[at].to_string()),
        ),
        Cell::text(curve.dates[episode.trough].to_string()),
        Cell::text(
            episode
                .recovered
                .map_or("not in the window".to_owned(), |at| {
                    curve.dates[at].to_string()
                }),
        ),
    ]
}

/// The deepest episode of every arm.
fn deepest(run: &RunFolder, window: usize) -> Table {
    let row = |curve: &&Curve| {
        let episode = episodes(&curve.trading_equity, run.capital())
            .into_iter()
            .next()?;
        let end = episode.recovered.unwrap_or(curve.dates.len() - 1);
        let long = end - episode.peak.unwrap_or(0);
        let suffix = if episode.recovered.is_none() {
            " or more"
        } else {
            ""
        };
        let length = Cell::text(format!("{}{suffix}", number::count(long)));
        let depth = [cells::usd(Some(episode.depth)), length];
        let cells = std::iter::once(cells::arm(run, curve.place.1))
            .chain(days(curve, &episode))
            .chain(depth);
        Some(Row::quiet_if(
            run.arm(curve.place.1).kind == ArmKind::EqualSpendTwin,
            cells.collect(),
        ))
    };
    let text = ["Arm", "Peak", "Trough", "Recovered"]
        .into_iter()
        .map(Column::text);
    let curves: Vec<&Curve> = run
        .curves
        .iter()
        .filter(|curve| curve.place.0 == window)
        .collect();
    Table {
        caption: format!("{}: each arm's own deepest drawdown", name(run, window)),
        columns: text
            .chain([
                Column::number("Depth", "$"),
                Column::number("Length", "sessions"),
            ])
            .collect(),
        rows: curves.iter().filter_map(row).collect(),
    }
}

fn name(run: &RunFolder, window: usize) -> &str {
    &run.manifest.windows[window].name
}
