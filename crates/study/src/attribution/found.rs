//! Where P&L came from: the parts of an arm and of a layer.

use book::layers::LayerVec;
use market::price::Money;

use super::column::TERMS;

/// Greeks of a whole book: those of `greeks.csv`, in its order.
pub const GREEKS: usize = 7;

pub(super) const REASONS: [&str; 7] = [
    "premium",
    "sales",
    "settlement",
    "carry",
    "variation",
    "slippage",
    "fees",
];
pub(super) const LEGS: [&str; 5] = ["put", "call", "future", "fund", "fees"];

/// Where one arm's P&L came from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Attribution {
    /// One per layer, condor tiers first.
    pub layers: LayerVec<LayerAttribution>,
    /// Interest on cash, which belongs to no layer.
    pub interest: Money,
    /// Greeks of the book at each close, in the order of [`GREEKS`].
    pub greeks: Vec<[f64; GREEKS]>,
    /// What the greeks explain and what they do not, from the close before to each session (USD).
    pub days: Vec<GreekDay>,
}

/// Where one layer's P&L came from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LayerAttribution {
    pub(super) reasons: [Money; REASONS.len()],
    pub(super) legs: [Money; LEGS.len()],
    /// Change of the marks that each term explains (USD).
    pub(super) terms: [f64; TERMS.len()],
    /// P&L at mid.
    pub(super) at_mid: Money,
}

/// One session of a book, seen by its greeks.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct GreekDay {
    /// Sum of the absolute greek terms of the book (USD).
    pub gross: f64,
    /// What they do not explain (USD).
    pub residual: f64,
    /// The part of `residual` that is the condors', and the theta of the condors (USD).
    pub condor: (f64, f64),
}

impl LayerAttribution {
    /// P&L after slippage and fees.
    pub fn pnl(&self) -> Money {
        self.reasons.iter().copied().sum()
    }

    /// Parts by reason; they sum to [`LayerAttribution::pnl`].
    pub fn by_reason(&self) -> impl Iterator<Item = (&'static str, Money)> {
        REASONS.into_iter().zip(self.reasons)
    }

    /// Parts by kind of leg; they sum to [`LayerAttribution::pnl`].
    pub fn by_leg(&self) -> impl Iterator<Item = (&'static str, Money)> {
        LEGS.into_iter().zip(self.legs)
    }

    /// Parts by greek, the residual and the costs; they sum to [`LayerAttribution::pnl`].
    pub fn by_greek(&self) -> Vec<(&'static str, Money)> {
        let mut parts: Vec<(&str, Money)> = TERMS
            .into_iter()
            .zip(self.terms.map(Money::from_usd))
            .collect();
        let explained: Money = parts.iter().map(|(_, usd)| *usd).sum();
        parts.push(("residual", self.at_mid - explained));
        parts.extend(
            self.by_reason()
                .filter(|(reason, _)| ["slippage", "fees"].contains(reason)),
        );
        parts
    }

    pub(super) fn reason(&mut self, name: &str) -> &mut Money {
        let at = REASONS
            .iter()
            .position(|reason| *reason == name)
            .expect("a reason of the list");
        &mut self.reasons[at]
    }

    pub(super) fn leg(&mut self, name: &str) -> &mut Money {
        let at = LEGS
            .iter()
            .position(|leg| *leg == name)
            .expect("a kind of leg of the list");
        &mut self.legs[at]
    }
}
