//! How many units the size rules of a layer ask for, and the dollars they meant.

mod open_book;
mod rule_shock;

use book::event::LayerId;
use book::reason::Reason;
use market::history::MarketView;
use market::math::{whole_at_least, whole_at_most};
use market::price::{Money, Price};
use policy::arm::Arm;
use policy::decision_context::Wanted;
use policy::hedge::Layer;
use policy::size::{PremiumBase, SizeRule};

use crate::quotes::UnitQuote;
pub(crate) use open_book::{Account, Measure, OpenBook, Position, Unit};
pub(crate) use rule_shock::shock_of;
use rule_shock::{expected_move, stressed_level};

/// Everything a size rule may look at.
pub(crate) struct Sizing<'a, B> {
    pub arm: &'a Arm,
    pub layer: LayerId,
    pub rules: &'a Layer,
    /// One unit today.
    pub quote: &'a UnitQuote,
    pub book: &'a B,
    /// Capital at the start.
    pub start: Money,
    /// Balance of the layer's purse.
    pub purse: Money,
    pub view: MarketView<'a>,
    /// Weight of the hedge.
    pub weight: f64,
    /// Whether the corridor of the layer is narrowed.
    pub tight: bool,
    /// The account; without it no rule may ask for it ([`SizeRule::asks_account`]).
    pub account: Option<&'a dyn Account>,
}

/// Units and the money behind them.
type Answer = Result<(i64, Money), Reason>;

impl<B: OpenBook> Sizing<'_, B> {
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
            SizeRule::BreakEven { fraction } => self.break_even(rule, fraction * self.weight),
            SizeRule::Gamma { fraction } => self.gamma(fraction),
            SizeRule::Scenario { fraction } => self.scenario(rule, fraction),
            SizeRule::Vega { ratio } => {
                let Some(shock) = self.shock(rule) else {
                    return Ok((0, Money::ZERO));
                };
                let condors = self.sum(self.condors(), &shock)?;
                self.up_to(condors.abs() * ratio * self.weight, &shock)
            }
            SizeRule::Theta {
                at_least_usd_per_day: least,
            } => self.theta(rule, least),
            SizeRule::CashSecured { fraction } => self.cash_secured(fraction),
            SizeRule::AccountShare { fraction } => Ok(self.account_share(fraction)),
        }
    }

    fn condors(&self) -> impl Iterator<Item = Position<'_>> {
        self.book.condors(self.arm)
    }

    fn of_layer(&self) -> impl Iterator<Item = Position<'_>> {
        self.book.of_layer(self.layer)
    }

    fn held(&self) -> i64 {
        self.of_layer().map(|p| p.contracts).sum()
    }

    fn account(&self) -> &dyn Account {
        self.account
            .expect("arms whose sizes ask for the account are told by the straight simulator")
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
        let credit = |p: Position<'_>| (p.entry_net * p.contracts).dollars(p.multiplier);
        let margin = |p: Position<'_>| p.margin_per_unit * p.contracts;
        match base {
            PremiumBase::Equity => self.start,
            PremiumBase::Credit => self.condors().map(credit).sum(),
            PremiumBase::Margin => self.condors().map(margin).sum(),
            PremiumBase::MaxLoss => self.condors().map(|p| margin(p) - credit(p)).sum(),
            PremiumBase::HedgeBudget => self.purse,
            PremiumBase::Account => self.account().value(),
        }
    }

    fn shock(&self, rule: SizeRule) -> Option<Measure> {
        let last = self.condors().last();
        shock_of(rule, self.weight, last.as_ref(), self.view.today()).map(Measure::Gain)
    }

    /// A measure of packages; a missing one is a missing price, or a missing signal for deltas.
    fn sum<'p>(
        &self,
        packages: impl Iterator<Item = Position<'p>>,
        measure: &Measure,
    ) -> Result<f64, Reason> {
        packages
            .map(|p| {
                let each = self.book.measured(p.unit, p.legs, measure, self.view)?;
                Some(each * p.contracts as f64)
            })
            .sum::<Option<f64>>()
            .ok_or(missing(measure))
    }

    /// The same of one unit today.
    fn unit(&self, measure: &Measure) -> Result<f64, Reason> {
        let legs = &self.quote.one().legs;
        let unit = Unit::Today(self.layer);
        let found = self.book.measured(unit, legs, measure, self.view);
        found.ok_or(missing(measure))
    }

    /// Whole units whose gain, with that of what is held, stays within `most` `[USD]`.
    fn up_to(&self, most: f64, shock: &Measure) -> Answer {
        let most = most * self.share();
        let held = self.sum(self.of_layer(), shock)?;
        let unit = self.unit(shock)?;
        Ok((whole((most - held) / unit, unit), Money::from_usd(most)))
    }

    fn break_even(&self, rule: SizeRule, phi: f64) -> Answer {
        let last = self.condors().last();
        let stressed = last.and_then(|last| stressed_level(&last, phi));
        let (Some(stressed), Some(shock)) = (stressed, self.shock(rule)) else {
            return Ok((0, Money::ZERO));
        };
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
        let held = self.sum(self.of_layer(), &shock)?;
        let unit = self.unit(&shock)?;
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
        let gamma = self.sum(self.condors(), &Measure::Gamma)?;
        let day = expected_move(&last, self.view.today());
        let most = fraction * gamma.abs() * day * self.share();
        let held = self.delta(self.of_layer())?;
        let unit = self.unit(&Measure::Delta)?.abs();
        Ok((
            whole((most - held.abs()) / unit, unit),
            Money::from_usd(most),
        ))
    }

    /// Delta of packages (USD per index point); nothing of none.
    fn delta<'p>(&self, packages: impl Iterator<Item = Position<'p>>) -> Result<f64, Reason> {
        // From zero, not from the minus zero that is the sum of nothing.
        Ok(0.0 + self.sum(packages, &Measure::Delta)?)
    }

    fn scenario(&self, rule: SizeRule, fraction: f64) -> Answer {
        let Some(shock) = self.shock(rule) else {
            return Ok((0, Money::ZERO));
        };
        let loss = -self.sum(self.condors(), &shock)?;
        self.up_to(fraction * loss.max(0.0), &shock)
    }

    fn theta(&self, rule: SizeRule, least: f64) -> Answer {
        let Some(shock) = self.shock(rule) else {
            return Ok((0, Money::ZERO));
        };
        let book = self.sum(self.book.live(), &shock)?;
        let unit = self.unit(&shock)?;
        Ok((
            whole((book - least) / -unit, -unit),
            Money::from_usd(book - least),
        ))
    }

    /// Units whose worst pay-off the free cash and their own premium pay.
    fn cash_secured(&self, fraction: f64) -> Answer {
        let one = self.quote.one();
        let margin = self.quote.margin.ok_or(Reason::UncoveredShort)?;
        let free = self.account().free_cash().usd() * fraction;
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
        let meant = Money::from_usd(self.account().value().usd() * fraction);
        (meant.0 / price.0.max(1) - self.held(), meant)
    }

    /// Futures that bring the delta of the book back to the edge of the corridor: bought if it is too long, sold if it is
    /// too short.
    fn corridor(&self) -> Answer {
        let Some(corridor) = &self.rules.corridor else {
            return Ok((0, Money::ZERO));
        };
        let net = self.delta(self.book.live())?;
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
        let unit = self.unit(&Measure::Delta)?.abs();
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

/// Why a measure has no value: a delta waits for a beta, everything else for a price.
fn missing(measure: &Measure) -> Reason {
    match measure {
        Measure::Delta => Reason::SignalMissing,
        Measure::Gain(_) | Measure::Gamma => Reason::NoPrice,
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
