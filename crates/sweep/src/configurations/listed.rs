//! Which cells are one configuration, and which configurations there are.

use std::collections::BTreeMap;

use runfile::axis::Role;
use runfile::space::Point;

use crate::selection::{Product, Selection};
use crate::spec::SweepConfig;
use crate::store::StoreError;
use crate::work::Ledger;

/// One configuration over all windows.
#[derive(Clone, Debug, PartialEq)]
pub struct Configuration {
    /// Its first cell, which names it.
    pub cell: usize,
    /// Place of its hedged arm among those of the run.
    pub arm: usize,
    /// Its cells: one for each phase.
    pub cells: Vec<usize>,
}

/// The configurations of a sweep, worked out from their numbers. Of those of a whole grid nothing is listed but the ones that lack
/// a cell, four bytes each; of others four bytes a cell, and four for each of several phases.
pub struct Configurations<'a> {
    config: &'a SweepConfig,
    lists: Lists,
    /// Of every list that lacks a cell its number less those of its kind before it, in order.
    gaps: Vec<u32>,
    arms: usize,
    /// Configurations that lack a cell.
    pub left_out: usize,
}

/// The lists of cells that are one configuration.
enum Lists {
    /// So many cells, each alone.
    Single(usize),
    /// A grid, and those of its phases and errors that are asked about.
    Product(Box<Product>, Vec<Point>),
    /// Cells of one configuration after the other, and where those of each begin, and the end. None lacks a cell.
    Listed(Vec<u32>, Vec<u32>),
}

impl Lists {
    fn count(&self) -> usize {
        match self {
            Lists::Single(count) => *count,
            Lists::Product(_, others) if others.is_empty() => 0,
            Lists::Product(product, _) => product.len(),
            Lists::Listed(_, starts) => starts.len().saturating_sub(1),
        }
    }
}

impl<'a> Configurations<'a> {
    /// Those among some cells at the error levels `errors` (one per error axis), in the order of their first cells; one with
    /// a cell that has no result is left out and counted. Their cells are places in the ledger: the numbers of the cells where all
    /// are asked about.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub fn of(
        config: &'a SweepConfig,
        cells: &Selection,
        ledger: &Ledger,
        errors: &[u16],
    ) -> Result<Configurations<'a>, StoreError> {
        let is_asked = config.at_errors(errors);
        let arms = config.base.arms.len() - 1;
        let nothing_but_parameters = config.of_role(Role::Parameter).len() == config.axes.len();
        let lists = if nothing_but_parameters && config.points.is_grid() {
            // Each point once: a cell is a configuration.
            Some(Lists::Single(cells.len()))
        } else if cells.len() == config.points.len() {
            Product::of(config).map(|product| {
                let others = product.others(config).filter(|point| is_asked(point));
                let others: Vec<Point> = others.collect();
                Lists::Product(Box::new(product), others)
            })
        } else {
            None
        };
        let Some(lists) = lists else {
            return Configurations::listed(config, cells, ledger, is_asked);
        };
        let mut missing: Vec<u32> = Vec::new();
        for (place, key) in ledger.keys().enumerate() {
            if key?.is_some() {
                continue;
            }
            match &lists {
                Lists::Product(product, _) => {
                    let point = config.points.get(place);
                    let own = is_asked(&point).then(|| product.place(&point));
                    missing.extend(own.flatten().map(|place| place as u32));
                }
                _ => missing.push(place as u32),
            }
        }
        missing.sort_unstable();
        missing.dedup();
        Ok(Configurations {
            config,
            lists,
            arms,
            left_out: missing.len() * arms,
            gaps: (missing.into_iter().zip(0..))
                .map(|(list, before)| list - before)
                .collect(),
        })
    }

    /// All cells looked at.
    fn listed(
        config: &'a SweepConfig,
        cells: &Selection,
        ledger: &Ledger,
        is_asked: impl Fn(&[u16]) -> bool,
    ) -> Result<Configurations<'a>, StoreError> {
        let parameters = config.of_role(Role::Parameter);
        // Of each its cells, and whether all of them have a result.
        let mut groups: BTreeMap<Vec<u16>, (Vec<u32>, bool)> = BTreeMap::new();
        for (place, key) in ledger.keys().enumerate() {
            let point = config.points.get(cells.number(place));
            if is_asked(&point) {
                let chosen = parameters.iter().map(|&axis| point[axis]).collect();
                let (list, is_whole) = groups.entry(chosen).or_insert((Vec::new(), true));
                list.push(place as u32);
                *is_whole &= key?.is_some();
            }
        }
        let all = groups.len();
        let mut lists: Vec<Vec<u32>> = groups
            .into_values()
            .filter_map(|(list, is_whole)| is_whole.then_some(list))
            .collect();
        lists.sort_unstable();
        let arms = config.base.arms.len() - 1;
        let left_out = (all - lists.len()) * arms;
        let mut starts = vec![0];
        let mut found = Vec::new();
        for list in lists {
            found.extend(list);
            starts.push(found.len() as u32);
        }
        Ok(Configurations {
            config,
            lists: Lists::Listed(found, starts),
            gaps: Vec::new(),
            arms,
            left_out,
        })
    }

    /// Number of configurations.
    pub fn len(&self) -> usize {
        (self.lists.count() - self.gaps.len()) * self.arms
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The one with a number below [`Configurations::len`].
    ///
    /// # Panics
    /// Beyond the last one.
    pub fn get(&self, number: usize) -> Configuration {
        let whole = number / self.arms;
        // Those that lack a cell before it have numbers too, which nobody asks for.
        let list = whole + self.gaps.partition_point(|gap| *gap as usize <= whole);
        let cells = match &self.lists {
            Lists::Single(_) => vec![list],
            Lists::Product(product, others) => product.cells(self.config, list, others),
            Lists::Listed(cells, starts) => {
                let own = &cells[starts[list] as usize..starts[list + 1] as usize];
                own.iter().map(|cell| *cell as usize).collect()
            }
        };
        Configuration {
            cell: cells[0],
            arm: number % self.arms,
            cells,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::shipped;
    use crate::store::key;

    /// All cells but every seventh have a result.
    fn ledger(count: usize) -> Ledger {
        let mut ledger = Ledger::new(count, &std::env::temp_dir()).expect("a place");
        for place in (0..count).filter(|place| place % 7 != 3) {
            let key = key(&[&place.to_le_bytes()]);
            ledger.found(place, key).expect("written");
        }
        ledger
    }

    #[test]
    fn what_is_worked_out_is_what_a_look_at_every_cell_finds() {
        for (name, is_product) in [("small", true), ("tiers", false)] {
            let config = shipped(name);
            let all = Selection::range(0..config.points.len());
            let ledger = ledger(all.len());
            let errors = config.own_errors();
            let found = Configurations::of(&config, &all, &ledger, &errors).expect("read");
            assert_eq!(
                matches!(found.lists, Lists::Product(..)),
                is_product,
                "{name}"
            );
            let is_asked = config.at_errors(&errors);
            let plain = Configurations::listed(&config, &all, &ledger, is_asked).expect("read");
            assert!(!plain.is_empty() && plain.left_out > 0, "{name}");
            assert_eq!(
                (found.len(), found.left_out),
                (plain.len(), plain.left_out),
                "{name}"
            );
            for number in 0..plain.len() {
                assert_eq!(found.get(number), plain.get(number), "{name}, {number}");
            }
        }
    }
}
