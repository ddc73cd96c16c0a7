//! What the events so far add up to: cash, packages, ledgers and purses.

use std::sync::Arc;

use chrono::{Datelike, NaiveDate};
use market::contract::{Contract, Right};
use market::price::{Money, Price};

use crate::event::{Event, LayerId, LegFill, PackageFill, PackageId};
use crate::layers::LayerVec;
use crate::purse::Purse;

/// An open package. Legs are the ledger's level; a package is the view a trader has of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Package {
    /// Number within the run.
    pub id: PackageId,
    /// Who holds it.
    pub layer: LayerId,
    /// Session of the opening fill.
    pub opened: NaiveDate,
    /// Legs as opened; `quantity` per unit, long positive.
    pub legs: Arc<[LegFill]>,
    /// Units held.
    pub contracts: i64,
    /// Cash one unit brought at the opening fill (points).
    pub entry_net: Price,
    /// Dollar value of one point of one contract.
    pub multiplier: i64,
    /// Margin one unit needs while open.
    pub margin_per_unit: Money,
    /// A future: variation is paid daily and the market value is zero.
    pub margined: bool,
    /// Last settlement price of a future.
    pub last_settle: Price,
    /// Variation received so far, of a future.
    pub variation: Money,
    /// Opening fees (never positive).
    pub entry_fees: Money,
    /// Opening slippage (never positive).
    pub entry_slippage: Money,
}

impl Package {
    /// Expiry of the package: all legs share it.
    #[inline]
    pub fn expiry(&self) -> NaiveDate {
        self.legs[0].contract.expiry
    }

    /// Worst loss of one unit over all settlement values [points, never positive], before the opening credit or debit.
    ///
    /// The pay-off is piecewise linear, so the worst case is at a strike or at either end of the line.
    pub fn worst_payoff(legs: &[LegFill]) -> Price {
        worst_payoff(legs.iter().map(|leg| (leg.contract, leg.quantity)))
    }
}

/// Worst pay-off of one unit of option legs or shares over all settlement values (points), by evaluation at zero, at every
/// strike and beyond the highest one. `Price(i64::MIN / 4)` if the loss is unbounded (net short calls or shares).
pub fn worst_payoff(legs: impl Iterator<Item = (Contract, i64)> + Clone) -> Price {
    let payoff = |at: Price| -> Price { legs.clone().map(|(c, q)| c.payoff(at) * q).sum() };
    let mut worst = payoff(Price::ZERO);
    let mut net_calls = 0;
    for (contract, quantity) in legs.clone() {
        let Some((right, strike)) = contract.option else {
            // A share gains without end, like a call of strike zero.
            net_calls += quantity;
            continue;
        };
        worst = worst.min(payoff(strike));
        if right == Right::Call {
            net_calls += quantity;
        }
    }
    if net_calls < 0 {
        Price(i64::MIN / 4)
    } else {
        worst
    }
}

/// Sums of one layer since the start. P&L at mid is `flows_at_mid + market_value`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Ledger {
    /// Cash moved by trades, settlements and variation, valued at mid.
    pub flows_at_mid: Money,
    /// What fills cost against mid (never positive).
    pub slippage: Money,
    /// Commissions and exchange fees (never positive).
    pub fees: Money,
    /// Market value at the last marks.
    pub market_value: Money,
    /// Premium paid for options bought, at fill prices; for futures the carry charge (never negative).
    pub premium: Money,
    /// Units of packages opened.
    pub units: i64,
    /// Packages opened, of however many units.
    pub openings: u32,
}

impl Ledger {
    /// Profit and loss at mid, before costs.
    #[inline]
    pub fn pnl_at_mid(&self) -> Money {
        self.flows_at_mid + self.market_value
    }

    /// Profit and loss after slippage and fees.
    #[inline]
    pub fn pnl(&self) -> Money {
        self.pnl_at_mid() + self.slippage + self.fees
    }

    /// All that was booked: flows at mid, slippage and fees.
    #[inline]
    pub fn booked(&self) -> Money {
        self.flows_at_mid + self.slippage + self.fees
    }
}

/// The account.
#[derive(Clone, Debug, PartialEq)]
pub struct Portfolio {
    /// Capital at the start of the window.
    pub start: Money,
    /// Cash, including all premium received.
    pub cash: Money,
    /// Interest posted so far.
    pub interest: Money,
    /// Open packages in the order of opening.
    pub packages: Vec<Package>,
    /// One ledger per layer.
    pub ledgers: LayerVec<Ledger>,
    /// One purse per layer (those of condor tiers stay empty).
    pub purses: LayerVec<Purse>,
    /// Margin of defined-risk packages at the last marks.
    pub defined_risk_margin: Money,
    /// Initial margin of futures at the last marks.
    pub futures_margin: Money,
    /// Packages opened so far.
    pub opened: u32,
}

impl Portfolio {
    /// Buying power in use: margin net of the credits of the open packages that tie it up.
    pub fn buying_power(&self) -> Money {
        let covered = self
            .packages
            .iter()
            .filter(|p| p.margin_per_unit > Money::ZERO && p.entry_net > Price::ZERO);
        let credits: Money = covered
            .map(|p| (p.entry_net * p.contracts).dollars(p.multiplier))
            .sum();
        self.defined_risk_margin + self.futures_margin - credits
    }

    /// An account with `start` in cash and `layers` layers.
    pub fn new(start: Money, layers: usize) -> Portfolio {
        Portfolio {
            start,
            cash: start,
            interest: Money::ZERO,
            packages: Vec::new(),
            ledgers: LayerVec::defaults(layers),
            purses: LayerVec::defaults(layers),
            defined_risk_margin: Money::ZERO,
            futures_margin: Money::ZERO,
            opened: 0,
        }
    }

    /// The open package with this number.
    pub fn package(&self, id: PackageId) -> Option<&Package> {
        self.packages.iter().find(|p| p.id == id)
    }

    /// Open packages of a layer.
    #[inline]
    pub fn of_layer(&self, layer: LayerId) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(move |p| p.layer == layer)
    }

    /// Market value of all open packages at the last marks.
    #[inline]
    pub fn market_value(&self) -> Money {
        self.ledgers.iter().map(|l| l.market_value).sum()
    }

    /// Cash plus market value.
    #[inline]
    pub fn equity(&self) -> Money {
        self.cash + self.market_value()
    }

    /// Equity without interest: the curve of every headline.
    #[inline]
    pub fn trading_equity(&self) -> Money {
        self.equity() - self.interest
    }

    /// Applies one event that happened on `date`. The only way a portfolio changes.
    ///
    /// # Panics
    /// If an event names a package that is not open: a fault of the engine, never of the data.
    #[inline]
    pub fn apply(&mut self, date: NaiveDate, event: &Event) {
        match event {
            Event::Interest { amount, .. } => {
                self.cash += *amount;
                self.interest += *amount;
            }
            Event::Opened {
                package,
                layer,
                fill,
                margin_per_unit,
            } => {
                self.post_fill(*layer, fill);
                self.ledger(*layer).units += fill.contracts;
                self.ledger(*layer).openings += 1;
                self.opened += 1;
                self.packages
                    .push(open_package(date, *package, *layer, fill, *margin_per_unit));
            }
            Event::Closed { package, fill, .. } | Event::Settled { package, fill, .. } => {
                let held = self.take(*package);
                self.post_fill(held.layer, fill);
            }
            Event::Split {
                package,
                part,
                contracts,
            } => self.split(*package, *part, *contracts),
            Event::Variation {
                package,
                settle,
                amount,
            } => self.post_variation(*package, *settle, *amount),
            Event::PurseCredited {
                layer,
                amount,
                lapsed,
            } => self
                .purse(*layer)
                .credit(date.num_days_from_ce(), *amount, *lapsed),
            Event::PurseCharged {
                layer,
                spent,
                forgone,
                premium,
            } => {
                self.purse(*layer).charge(*spent, *forgone, *premium);
                self.ledger(*layer).premium += *premium;
            }
            Event::PurseRefilled { layer, amount } => {
                self.purse(*layer).refill(date.num_days_from_ce(), *amount)
            }
            Event::Marked {
                values,
                defined_risk_margin,
                futures_margin,
                ..
            } => {
                for (ledger, value) in self.ledgers.iter_mut().zip(values) {
                    ledger.market_value = *value;
                }
                self.defined_risk_margin = *defined_risk_margin;
                self.futures_margin = *futures_margin;
            }
            Event::Decided { .. } | Event::Refused { .. } | Event::SourceChanged { .. } => {}
        }
    }

    fn post_variation(&mut self, package: PackageId, settle: Price, amount: Money) {
        let held = self
            .packages
            .iter_mut()
            .find(|p| p.id == package)
            .expect("variation of an open package");
        held.last_settle = settle;
        held.variation += amount;
        let layer = held.layer;
        self.cash += amount;
        self.ledger(layer).flows_at_mid += amount;
    }

    /// The books balance: cash is the start plus every ledger's flows plus interest, and every purse conserves money.
    ///
    /// Cash moves by fill prices and fees, the ledgers by mid prices, slippage and fees: two sums of different
    /// numbers that must agree to the cent.
    ///
    /// # Panics
    /// If they do not: a fault of the engine.
    #[inline]
    pub fn assert_balanced(&self) {
        let flows: Money = self.ledgers.iter().map(Ledger::booked).sum();
        assert_eq!(
            self.cash,
            self.start + flows + self.interest,
            "cash is not the sum of the ledgers"
        );
        self.purses.iter().for_each(Purse::assert_conserves);
    }

    fn post_fill(&mut self, layer: LayerId, fill: &PackageFill) {
        self.cash += fill.cash() + fill.fees;
        let ledger = self.ledger(layer);
        if !fill.margined {
            ledger.flows_at_mid += (fill.net_mid * fill.contracts).dollars(fill.multiplier);
        }
        ledger.slippage += fill.slippage();
        ledger.fees += fill.fees;
    }

    /// What was paid and received so far stays with the units in proportion; the cents of rounding stay with the rest.
    fn split(&mut self, id: PackageId, part: PackageId, contracts: i64) {
        let held = self
            .packages
            .iter_mut()
            .find(|p| p.id == id)
            .expect("the package is open");
        assert!(
            contracts > 0 && contracts < held.contracts,
            "{contracts} of {} units leave",
            held.contracts
        );
        let all = held.contracts;
        let leaving = |amount: &mut Money| {
            let gone = part_of(*amount, contracts, all);
            *amount -= gone;
            gone
        };
        let entry_fees = leaving(&mut held.entry_fees);
        let variation = leaving(&mut held.variation);
        let entry_slippage = leaving(&mut held.entry_slippage);
        held.contracts -= contracts;
        let part = Package {
            id: part,
            contracts,
            entry_fees,
            variation,
            entry_slippage,
            ..held.clone()
        };
        self.opened += 1;
        self.packages.push(part);
    }

    fn take(&mut self, id: PackageId) -> Package {
        let at = self
            .packages
            .iter()
            .position(|p| p.id == id)
            .expect("the package is open");
        self.packages.remove(at)
    }

    fn ledger(&mut self, layer: LayerId) -> &mut Ledger {
        &mut self.ledgers[layer]
    }

    fn purse(&mut self, layer: LayerId) -> &mut Purse {
        &mut self.purses[layer]
    }
}

/// What of an amount leaves with so many of all units, rounded towards nothing.
pub fn part_of(amount: Money, contracts: i64, all: i64) -> Money {
    let part = i128::from(amount.0) * i128::from(contracts) / i128::from(all);
    Money(i64::try_from(part).expect("a part"))
}

fn open_package(
    date: NaiveDate,
    id: PackageId,
    layer: LayerId,
    fill: &PackageFill,
    margin_per_unit: Money,
) -> Package {
    Package {
        id,
        layer,
        opened: date,
        legs: Arc::clone(&fill.legs),
        contracts: fill.contracts,
        entry_net: fill.net,
        multiplier: fill.multiplier,
        margin_per_unit,
        margined: fill.margined,
        last_settle: fill.legs[0].mid,
        variation: Money::ZERO,
        entry_fees: fill.fees,
        entry_slippage: fill.slippage(),
    }
}
