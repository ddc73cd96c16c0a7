//! What size rules look at: units, what is asked of one, and what is open.

use book::event::{LayerId, LegFill};
use market::history::MarketView;
use market::price::{Money, Price};
use policy::arm::Arm;

use crate::shock::{Shock, delta_usd, gain, gamma_usd};

/// Which unit is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// What a layer would buy today.
    Today(LayerId),
    /// A condor, by its number in its book.
    Condor(u32),
    /// A hedge, likewise.
    Hedge(u32),
}

/// What a size rule asks of one unit of a package.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Measure {
    /// What it gains in a shock `[USD]`.
    Gain(Shock),
    /// Its delta, see [`delta_usd`].
    Delta,
    /// Its gamma, see [`gamma_usd`].
    Gamma,
}

impl Measure {
    /// Its value; `None` where something is missing.
    pub fn of(&self, legs: &[LegFill], view: MarketView<'_>) -> Option<f64> {
        match self {
            Measure::Gain(shock) => gain(legs, view.today(), shock),
            Measure::Delta => delta_usd(legs, view),
            Measure::Gamma => Some(gamma_usd(legs, view.today())),
        }
    }
}

/// An open package, as far as a size rule looks at it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Position<'a> {
    /// Which one it is.
    pub unit: Unit,
    /// Who holds it.
    pub layer: LayerId,
    /// Legs as opened; `quantity` per unit, long positive.
    pub legs: &'a [LegFill],
    /// Units held.
    pub contracts: i64,
    /// Cash one unit brought at the opening fill `[index points]`.
    pub entry_net: Price,
    /// Dollar value of one point of one contract.
    pub multiplier: i64,
    /// Margin one unit needs while open.
    pub margin_per_unit: Money,
}

/// What is open, in the order of opening.
pub(crate) trait OpenBook {
    /// What is open beyond today: what settles at today's close needs no hedge and has no price any more.
    fn live(&self) -> impl Iterator<Item = Position<'_>>;

    /// The condors among them.
    fn condors(&self, arm: &Arm) -> impl Iterator<Item = Position<'_>> {
        self.live().filter(|p| arm.is_condor(p.layer))
    }

    /// Those of one layer.
    fn of_layer(&self, layer: LayerId) -> impl Iterator<Item = Position<'_>> {
        self.live().filter(move |p| p.layer == layer)
    }

    /// A measure of one unit of these legs today. A book may know it beforehand.
    fn measured(
        &self,
        _: Unit,
        legs: &[LegFill],
        measure: &Measure,
        view: MarketView<'_>,
    ) -> Option<f64> {
        measure.of(legs, view)
    }
}

/// The account, as far as rules of its worth look at it.
pub(crate) trait Account {
    /// What it is worth.
    fn value(&self) -> Money;

    /// Cash that will not be tied up when the order is filled.
    fn free_cash(&self) -> Money;
}
