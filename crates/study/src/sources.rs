//! Where prices came from, counted: `sources.csv`.

pub(crate) mod counts;

use std::collections::BTreeMap;

use book::event::{Event, LegFill, PackageId, Stage};
use book::journal::Journal;
use market::chain::Source;
use market::history::MarketHistory;

use tables::SourceRow;

pub use self::counts::Counts;
use crate::results::Study;

/// Counts the legs of every fill and of every close's marks. A settlement is neither: its value is published.
pub fn count(journal: &Journal, history: &MarketHistory) -> Counts {
    let mut counts = Counts::new();
    let mut open: BTreeMap<PackageId, Vec<LegFill>> = BTreeMap::new();
    for entry in &journal.entries {
        match &entry.event {
            Event::Opened { package, fill, .. } => {
                fills(&fill.legs, &mut counts);
                open.insert(*package, fill.legs.to_vec());
            }
            Event::Split { package, part, .. } => {
                let legs = open.get(package).cloned().unwrap_or_default();
                open.insert(*part, legs);
            }
            Event::Closed { package, fill, .. } => {
                fills(&fill.legs, &mut counts);
                open.remove(package);
            }
            Event::Settled { package, .. } => drop(open.remove(package)),
            Event::Marked { .. } if entry.stage == Stage::Mark => {
                for t in history.window(entry.date, entry.date) {
                    let today = history.view(t).today();
                    for leg in open.values().flatten() {
                        let source = today.source(&leg.contract).unwrap_or(Source::Carried);
                        *counts
                            .entry(("mark", leg.contract.root, source))
                            .or_default() += 1;
                    }
                }
            }
            _ => {}
        }
    }
    counts
}

fn fills(legs: &[LegFill], counts: &mut Counts) {
    for leg in legs {
        *counts
            .entry(("fill", leg.contract.root, leg.source))
            .or_default() += 1;
    }
}

/// The rows of `sources.csv`: inputs that were not published, moments of option quotes, signals without a value, then one
/// per window, arm, kind, root and source.
pub fn rows(study: &Study) -> Vec<SourceRow> {
    let mut rows = crate::inputs::rows(&crate::inputs::stood(&study.inputs));
    rows.extend(crate::moments::rows(study));
    rows.extend(crate::signal_table::counts(study));
    for (window, arm) in study.arms() {
        for ((what, root, source), count) in &arm.replay.sources {
            rows.push(SourceRow {
                window: window.window.name.clone(),
                arm: arm.replay.name.clone(),
                what: what.to_string(),
                root: root.name().to_string(),
                source: source.name().to_string(),
                count: *count,
            });
        }
    }
    rows
}
