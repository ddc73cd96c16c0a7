//! How many units the size rules of a layer ask for, and the dollars they meant.

use book::event::{LayerId, LegFill};
use book::portfolio::{Package, Portfolio};
use book::reason::Reason;
use chrono::NaiveDate;
use market::contract::Right;
use market::history::MarketView;
use market::math::{whole_at_least, whole_at_most};
use market::price::{Money, Price};
use policy::arm::Arm;
use policy::decision_context::Wanted;
use policy::hedge::Layer;
use policy::size::{PremiumBase, SizeRule};

use crate::quotes::UnitQuote;
use crate::shock::{Shock, delta_usd, gain, gamma_usd};

/// Everything a size rule may look at.
pub(crate) struct Sizing<'a> {
    pub arm: &'a Arm,
    pub layer: LayerId,
    pub rules: &'a Layer,
    /// One unit today.
    pub quote: &'a UnitQuote,
    pub portfolio: &'a Portfolio,
    pub view: MarketView<'a>,
    /// Weight of the hedge.
    pub weight: f64,
    /// Whether the corridor of the layer is narrowed.
    pub tight: bool,
    /// What the account is worth.
    pub account: &'a dyn Fn() -> Money,
    /// Session of the fill.
    pub fills_on: Option<NaiveDate>,
}

/// Units and the money behind them.
type Answer = Result<(i64, Money), Reason>;

impl Sizing<'_> {
    /// The smallest answer of the layer's rules; for a corridor, what brings the delta back to its edge.
    pub fn wanted(&self) -> Result<Wanted, Reason> {
        if self.rules.corridor.is_some() {
            let (units, meant) = self.corridor()?;
            return Ok(Wanted {
                units,
                meant,
                rule: "corridor",
            });
        }
        let mut least = Wanted {
            units: i64::MAX,
            meant: Money::ZERO,
            rule: "",
        };
        for rule in &self.rules.size {
            let (units, meant) = self.answer(*rule)?;
            if units < least.units {
                least = Wanted {
                    units,
                    meant,
                    rule: rule.name(),
                };
            }
        }
        Ok(least)
    }

    fn answer(&self, rule: SizeRule) -> Answer {
        match rule {
            SizeRule::Units { units } => Ok((units, self.quote.cost * units)),
            SizeRule::PerCondor { ratio } => {
                let condors: i64 = self.condors().map(|p| p.contracts).sum();
                let units = whole_at_most(condors as f64 * ratio * self.weight);
                Ok(((units - self.held()).max(0), self.quote.cost * units))
            }
            SizeRule::Premium { base, fraction } => {
                let money = Money::from_usd(self.base(base).usd() * fraction * self.weight);
                Ok((money.0 / self.quote.cost.0.max(1), money))
            }
            SizeRule::BreakEven { fraction } => self.break_even(fraction * self.weight),
            SizeRule::Gamma { fraction } => self.gamma(fraction),
            SizeRule::Scenario { fraction } => self.scenario(fraction),
            SizeRule::Vega { ratio } => {
                let shock = Shock {
                    vol_points: 1.0,
                    ..Shock::default()
                };
                let condors = self.gains(self.condors(), &shock)?;
                self.up_to(condors.abs() * ratio * self.weight, &shock)
            }
            SizeRule::Theta {
                at_least_usd_per_day: least,
            } => self.theta(least),
            SizeRule::CashSecured { fraction } => self.cash_secured(fraction),
            SizeRule::AccountShare { fraction } => Ok(self.account_share(fraction)),
        }
    }

    /// What is open beyond today: what settles at today's close needs no hedge and has no price any more.
    fn live(&self) -> impl Iterator<Item = &Package> {
        let today = self.view.today().date;
        self.portfolio
            .packages
            .iter()
            .filter(move |p| p.expiry() > today)
    }

    fn condors(&self) -> impl Iterator<Item = &Package> {
        self.live().filter(|p| self.arm.condor(p.layer).is_some())
    }

    fn of_layer(&self) -> impl Iterator<Item = &Package> {
        self.live().filter(|p| p.layer == self.layer)
    }

    fn held(&self) -> i64 {
        self.of_layer().map(|p| p.contracts).sum()
    }

    /// The layer's part of what all layers are to cover.
    fn share(&self) -> f64 {
        let all: f64 = self.arm.hedge.layers.iter().map(|l| l.share).sum();
        if all > 0.0 {
            self.rules.share / all
        } else {
            0.0
        }
    }

    fn base(&self, base: PremiumBase) -> Money {
        let credit = |p: &Package| (p.entry_net * p.contracts).dollars(p.multiplier);
        let margin = |p: &Package| p.margin_per_unit * p.contracts;
        match base {
            PremiumBase::Equity => self.portfolio.start,
            PremiumBase::Credit => self.condors().map(credit).sum(),
            PremiumBase::Margin => self.condors().map(margin).sum(),
            PremiumBase::MaxLoss => self.condors().map(|p| margin(p) - credit(p)).sum(),
            PremiumBase::HedgeBudget => self.portfolio.purses[self.layer].balance,
            PremiumBase::Account => (self.account)(),
        }
    }

    fn gains<'p>(
        &self,
        packages: impl Iterator<Item = &'p Package>,
        shock: &Shock,
    ) -> Result<f64, Reason> {
        packages
            .map(|p| Some(gain(&p.legs, self.view.today(), shock)? * p.contracts as f64))
            .sum::<Option<f64>>()
            .ok_or(Reason::NoPrice)
    }

    /// Whole units whose gain, with that of what is held, stays within `most` `[USD]`.
    fn up_to(&self, most: f64, shock: &Shock) -> Answer {
        let most = most * self.share();
        let held = self.gains(self.of_layer(), shock)?;
        let unit = gain(&self.quote.one().legs, self.view.today(), shock).ok_or(Reason::NoPrice)?;
        Ok((whole((most - held) / unit, unit), Money::from_usd(most)))
    }

    fn break_even(&self, phi: f64) -> Answer {
        let Some((low, width)) = self
            .condors()
            .last()
            .and_then(|p| break_evens(&p.legs, p.entry_net))
        else {
            return Ok((0, Money::ZERO));
        };
        let stressed = low - phi * width / 2.0;
        let at = Price::from_points(stressed);
        let loss = -self
            .condors()
            .map(|p| {
                let payoff: Price = p
                    .legs
                    .iter()
                    .map(|leg| leg.contract.payoff(at) * leg.quantity)
                    .sum();
                ((payoff + p.entry_net) * p.contracts).dollars(p.multiplier)
            })
            .sum::<Money>()
            .usd()
            * self.share();
        let shock = Shock {
            spot: stressed / self.view.today().spot - 1.0,
            ..Shock::default()
        };
        let held = self.gains(self.of_layer(), &shock)?;
        let unit =
            gain(&self.quote.one().legs, self.view.today(), &shock).ok_or(Reason::NoPrice)?;
        let units = if unit > 0.0 {
            whole_at_least((loss - held) / unit).max(0)
        } else {
            0
        };
        Ok((units, Money::from_usd(loss.max(0.0))))
    }

    fn gamma(&self, fraction: f64) -> Answer {
        let Some(last) = self.condors().last() else {
            return Ok((0, Money::ZERO));
        };
        let gamma: f64 = self
            .condors()
            .map(|p| gamma_usd(&p.legs, self.view.today()) * p.contracts as f64)
            .sum();
        let most = fraction * gamma.abs() * self.expected_move(last) * self.share();
        let delta = |legs: &[LegFill]| delta_usd(legs, self.view).ok_or(Reason::SignalMissing);
        let mut held = 0.0;
        for package in self.of_layer() {
            held += delta(&package.legs)? * package.contracts as f64;
        }
        let unit = delta(&self.quote.one().legs)?.abs();
        Ok((
            whole((most - held.abs()) / unit, unit),
            Money::from_usd(most),
        ))
    }

    fn scenario(&self, fraction: f64) -> Answer {
        let Some(last) = self.condors().last() else {
            return Ok((0, Money::ZERO));
        };
        let shock = Shock {
            spot: -self.expected_move(last) / self.view.today().spot,
            ..Shock::default()
        };
        let loss = -self.gains(self.condors(), &shock)?;
        self.up_to(fraction * loss.max(0.0), &shock)
    }

    /// One standard deviation of a day `[index points]`, by the at-the-money volatility of a package's expiry.
    fn expected_move(&self, package: &Package) -> f64 {
        let snapshot = self.view.today();
        let vol = snapshot
            .slice(package.legs[0].contract.root, package.expiry())
            .map_or(snapshot.vix / 100.0, |s| s.atm_vol);
        snapshot.spot * vol / 252.0_f64.sqrt()
    }

    fn theta(&self, least: f64) -> Answer {
        let shock = Shock {
            days: 1.0,
            ..Shock::default()
        };
        let book = self.gains(self.live(), &shock)?;
        let unit =
            gain(&self.quote.one().legs, self.view.today(), &shock).ok_or(Reason::NoPrice)?;
        Ok((
            whole((book - least) / -unit, -unit),
            Money::from_usd(book - least),
        ))
    }

    /// Units whose worst pay-off the free cash and their own premium pay. What settles before the fill no longer ties up
    /// cash then.
    fn cash_secured(&self, fraction: f64) -> Answer {
        let one = self.quote.one();
        let margin = self.quote.margin.ok_or(Reason::UncoveredShort)?;
        let tied: Money = self
            .portfolio
            .packages
            .iter()
            .filter(|p| {
                self.fills_on
                    .is_none_or(|date| p.legs[0].contract.exists_at_fills(date))
            })
            .map(|p| p.margin_per_unit * p.contracts)
            .sum();
        let free = (self.portfolio.cash - tied - self.portfolio.futures_margin).usd() * fraction;
        let meant = Money::from_usd(free.max(0.0));
        let need = margin - one.cash() - one.fees;
        Ok((
            if need > Money::ZERO {
                meant.0 / need.0
            } else {
                i64::MAX
            },
            meant,
        ))
    }

    /// Units that bring what is held to a share of the account.
    fn account_share(&self, fraction: f64) -> (i64, Money) {
        let one = self.quote.one();
        let price = one.legs[0].mid.dollars(one.multiplier);
        let meant = Money::from_usd((self.account)().usd() * fraction);
        (meant.0 / price.0.max(1) - self.held(), meant)
    }

    /// Futures that bring the delta of the book back to the edge of the corridor: bought if it is too long, sold if it is
    /// too short.
    fn corridor(&self) -> Answer {
        let Some(corridor) = &self.rules.corridor else {
            return Ok((0, Money::ZERO));
        };
        let mut net = 0.0;
        for package in self.live() {
            net += delta_usd(&package.legs, self.view).ok_or(Reason::SignalMissing)?
                * package.contracts as f64;
        }
        let tighten = if self.tight { corridor.tighten_to } else { 1.0 };
        let band = corridor.band
            * tighten
            * self
                .condors()
                .map(|p| {
                    self.arm
                        .condor(p.layer)
                        .map_or(0.0, |c| 100.0 * c.put.short_delta * p.contracts as f64)
                })
                .sum::<f64>();
        let unit = delta_usd(&self.quote.one().legs, self.view)
            .ok_or(Reason::SignalMissing)?
            .abs();
        let meant = Money::from_usd(net);
        if unit <= 0.0 {
            return Ok((0, meant));
        }
        if net > band {
            return Ok((whole_at_least((net - band) / unit), meant));
        }
        let surplus = whole_at_least((-band - net) / unit).max(0).min(self.held());
        Ok((-surplus, meant))
    }
}

/// Whole units of a quotient that may not be exceeded; no limit where a unit adds nothing.
fn whole(quotient: f64, unit: f64) -> i64 {
    if unit > 0.0 {
        whole_at_most(quotient).max(0)
    } else {
        i64::MAX
    }
}

/// Lower break-even and width between both `[index points]` of a condor with this credit.
fn break_evens(legs: &[LegFill], credit: Price) -> Option<(f64, f64)> {
    let short = |right: Right| {
        legs.iter()
            .find(|leg| leg.quantity < 0 && leg.contract.option.is_some_and(|(r, _)| r == right))
            .and_then(|leg| leg.contract.option)
            .map(|(_, strike)| strike.points())
    };
    let put = short(Right::Put)?;
    let call = short(Right::Call)?;
    let credit = credit.points();
    Some((put - credit, call - put + 2.0 * credit))
}
