//! Where prices came from, counted: `sources.csv`.

pub(crate) mod counts;

use std::collections::BTreeMap;

use book::event::{Event, LegFill, PackageId, Stage};
use book::journal::Journal;
use market::chain::Source;
use market::history::MarketHistory;

use tables::SourceRow;

pub use self::counts::{Counts, Key};
use crate::results::Study;

/// Counts the legs of every fill and of every close's marks. A settlement is neither: its value is published.
pub fn count(journal: &Journal, history: &MarketHistory) -> Counts {
    let mut counts = Tally::default();
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
                        counts.add(("mark", leg.contract.root, source));
                    }
                }
            }
            _ => {}
        }
    }
    counts.0.into_iter().collect()
}

fn fills(legs: &[LegFill], counts: &mut Tally) {
    for leg in legs {
        counts.add(("fill", leg.contract.root, leg.source));
    }
}

/// Counts under way, in the order in which their keys are met: a few, looked through a hundred thousand times.
#[derive(Default)]
struct Tally(Vec<(Key, usize)>);

impl Tally {
    fn add(&mut self, key: Key) {
        let is_own = |own: &Key| own.1 == key.1 && own.2 == key.2 && own.0 == key.0;
        match self.0.iter_mut().find(|(own, _)| is_own(own)) {
            Some((_, count)) => *count += 1,
            None => self.0.push((key, 1)),
        }
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

#[cfg(test)]
mod tests {
    use market::contract::Root;

    use super::*;

    #[test]
    fn a_tally_is_what_a_tree_counts() {
        let (mut tally, mut tree) = (Tally::default(), Counts::new());
        for n in 0..500_usize {
            let root = [Root::Spx, Root::Spxw, Root::Vix][n * n % 7 % 3];
            let source = [Source::Carried, Source::Model][n / 3 % 2];
            let key = (["fill", "mark"][n / 7 % 2], root, source);
            tally.add(key);
            *tree.entry(key).or_default() += 1;
        }
        assert_eq!(tree.len(), 12);
        assert_eq!(tally.0.into_iter().collect::<Counts>(), tree);
    }
}
