//! What size rules see of the straight simulator's book.

use book::portfolio::Portfolio;
use chrono::NaiveDate;
use market::price::Money;

use super::Simulator;
use crate::size::{Account, OpenBook, Position, Unit};

/// The packages of the account, those that settle today left out.
pub(super) struct Packages<'a> {
    pub portfolio: &'a Portfolio,
    pub today: NaiveDate,
}

impl OpenBook for Packages<'_> {
    fn live(&self) -> impl Iterator<Item = Position<'_>> {
        let today = self.today;
        let packages = self.portfolio.packages.iter();
        let packages = packages.filter(move |package| package.expiry() > today);
        packages.map(|package| Position {
            unit: Unit::Hedge(package.id.0),
            layer: package.layer,
            legs: &package.legs,
            contracts: package.contracts,
            entry_net: package.entry_net,
            multiplier: package.multiplier,
            margin_per_unit: package.margin_per_unit,
        })
    }
}

/// The account when a size is asked for, and the session of the fill.
pub(super) struct AccountAt<'s, 'a> {
    pub simulator: &'s Simulator<'a>,
    pub fills_on: Option<NaiveDate>,
}

impl Account for AccountAt<'_, '_> {
    fn value(&self) -> Money {
        self.simulator.account_value()
    }

    /// What settles before the fill no longer ties up cash then.
    fn free_cash(&self) -> Money {
        let portfolio = &self.simulator.portfolio;
        let tied: Money = portfolio
            .packages
            .iter()
            .filter(|p| {
                self.fills_on
                    .is_none_or(|date| p.legs[0].contract.exists_at_fills(date))
            })
            .map(|p| p.margin_per_unit * p.contracts)
            .sum();
        portfolio.cash - tied - portfolio.futures_margin
    }
}
