//! Open packages by a place of their own type: the same among the holdings and among the packages of the book.

use book::event::PackageId;
use book::portfolio::Package;

use super::Simulator;
use crate::mark::Holding;

/// Place of an open package; it holds until one is opened or ended.
#[derive(Clone, Copy, Debug)]
pub(super) struct Held(usize);

impl Simulator<'_> {
    /// The places of all open packages.
    pub(super) fn all_held(&self) -> impl Iterator<Item = Held> + use<> {
        (0..self.holdings.len()).map(Held)
    }

    /// The place of a package, if it is open.
    pub(super) fn held(&self, id: PackageId) -> Option<Held> {
        let at = self.holdings.iter().position(|holding| holding.id == id)?;
        Some(Held(at))
    }

    /// The package, as the book has it.
    pub(super) fn package(&self, held: Held) -> &Package {
        &self.portfolio.packages[held.0]
    }

    /// What is known of it beside the book.
    pub(super) fn holding(&self, held: Held) -> &Holding {
        &self.holdings[held.0]
    }

    /// The same, to be changed.
    pub(super) fn holding_mut(&mut self, held: Held) -> &mut Holding {
        &mut self.holdings[held.0]
    }
}
