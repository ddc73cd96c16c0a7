//! How packages begin: trade, admission, size, and what purses are credited and charged.

use book::event::PackageFill;
use market::contract::Root;
use policy::budget::{AnnualCap, Budget};
use policy::condor::Size;
use policy::hedge::{Layer, PaidFrom};
use policy::size::SizeRule;

use super::{Audit, legs_of};
use crate::ledger::account::{Found, Held, Moved, same};
use crate::ledger::naive::{self, Leg, Traded, cents, dollars, half_even};

impl Audit<'_> {
    pub(super) fn open(&mut self, layer: usize, fill: &PackageFill, margin: i64) -> Found<()> {
        let (have, weight) = self
            .due
            .orders
            .remove(&layer)
            .ok_or("nothing was ordered")?;
        let mut legs = legs_of(&fill.legs);
        for leg in &mut legs {
            leg.mid = self.view.today().mid(&leg.contract).ok_or("no price")?.0;
        }
        let moved = self.retraded(&legs, true, fill)?;
        let unit_margin = if fill.margined {
            0
        } else {
            naive::unit_margin(&legs)
        };
        same("margin of a unit", margin, unit_margin)?;
        let one = naive::trade(&legs, true, self.view.today(), self.case.execution);
        let extra = match fill.margined {
            true => {
                let leg = &legs[0];
                naive::future_margin(
                    &leg.contract,
                    leg.mid,
                    self.view.today(),
                    self.case.execution,
                ) * leg.quantity.abs()
            }
            false => unit_margin,
        };
        self.admitted(moved, extra * fill.contracts)?;
        match self.layer(layer) {
            None => self.size_condor(layer, &one, unit_margin, fill)?,
            Some(rules) => self.size_hedge(layer, rules, (&legs, &one), (have, weight), fill)?,
        }
        self.account.book(layer, moved);
        self.account.numbers += 1;
        self.account.sums[layer].units += fill.contracts;
        self.account.held.push(Held {
            id: self.account.numbers,
            layer,
            last_settle: legs[0].mid,
            legs,
            contracts: fill.contracts,
            entry_net: one.net,
            opened: self.date(),
            margin: unit_margin,
            is_margined: fill.margined,
            variation: 0,
        });
        Ok(())
    }

    /// Free funds after the trade and its costs are not below zero.
    pub(super) fn admitted(&self, moved: Moved, margin: i64) -> Found<()> {
        let (defined, futures) = self.account.margins(self.view.today(), self.case.execution);
        let cash = self.account.cash + moved.cash + moved.fees;
        match cash >= defined + futures + margin {
            true => Ok(()),
            false => Err(format!(
                "cash {cash} carries less than {defined} + {futures} + {margin}"
            )),
        }
    }

    pub(super) fn size_condor(
        &mut self,
        layer: usize,
        one: &Traded,
        margin: i64,
        fill: &PackageFill,
    ) -> Found<()> {
        let condor = &self.case.arm.condors[layer];
        let root = fill.legs[0].contract.root;
        let credit = dollars(one.net, 1, root);
        let usd = |of: i64, percent: f64| cents(of as f64 / 100.0 * percent / 100.0);
        let contracts = match condor.size {
            Size::Fixed { contracts } => contracts,
            Size::MaxLoss {
                pct_of_start_capital,
            } => usd(self.account.start, pct_of_start_capital) / (margin - credit),
            Size::Margin { pct_of_account } => {
                usd(self.account.worth(), pct_of_account) / margin.max(1)
            }
        };
        same("condors", fill.contracts, contracts)?;
        let costs = naive::invoice(one.fee) + dollars(one.net_mid - one.net, 1, root);
        if one.net as f64 / 10_000.0 <= condor.min_credit_points || credit <= costs {
            return Err(format!(
                "a credit of {credit} cents does not pay costs of {costs}"
            ));
        }
        let (hedge, brought) = (&self.case.arm.hedge, dollars(one.net, contracts, root));
        let condors = self.case.arm.condors.len();
        for (at, rules) in hedge.layers.iter().enumerate() {
            let part = rules.share * hedge.budget_fraction_of_credit;
            let amount = naive::down(brought as f64 * part);
            self.credits.push_back((condors + at, amount.max(0)));
        }
        let margin = margin * contracts;
        let mut usd = 0.0;
        for budget in &hedge.budget {
            usd += match *budget {
                Budget::Margin { fraction } => fraction * (margin as f64 / 100.0),
                Budget::MaxLoss { fraction } => fraction * ((margin - brought) as f64 / 100.0),
                Budget::EquityPerYear { .. } => 0.0,
            };
        }
        self.expect_shares(usd);
        Ok(())
    }

    /// What so many units are charged, and the premium in it.
    pub(super) fn charge_of(
        &self,
        rules: &Layer,
        legs: &[Leg],
        one: &Traded,
        contracts: i64,
    ) -> (i64, i64) {
        let root = legs[0].contract.root;
        let fees = naive::invoice(one.fee * contracts);
        let (mut total, premium) =
            match root == Root::Vx || one.net > 0 && matches!(root, Root::Fund(_)) {
                true => {
                    let leg = &legs[0];
                    let carry = match root {
                        Root::Vx => {
                            ((leg.mid - naive::units(self.view.today().vix)) * leg.quantity).max(0)
                        }
                        _ => leg.mid * leg.quantity.abs(),
                    };
                    let premium = dollars(carry, contracts, root);
                    let lost =
                        dollars(one.net_mid, contracts, root) - dollars(one.net, contracts, root);
                    (premium + 2 * (lost + fees), premium)
                }
                false => {
                    let premium = (-dollars(one.net, contracts, root)).max(0);
                    (premium + fees, premium)
                }
            };
        if let Some(spread) = rules.financing_spread {
            let days = (legs[0].contract.expiry - self.date()).num_days() as f64;
            let rate = self.view.today().bill_rate + spread;
            total += cents(total as f64 / 100.0 * rate * days / 365.0);
        }
        (total, premium)
    }

    pub(super) fn size_hedge(
        &mut self,
        layer: usize,
        rules: &Layer,
        (legs, one): (&[Leg], &Traded),
        (have, weight): (i64, f64),
        fill: &PackageFill,
    ) -> Found<()> {
        let is_weighted = rules.size.is_empty() && rules.corridor.is_none();
        let have = self.cap_left().map_or(have, |left| have.min(left));
        let pays = match is_weighted && weight != 1.0 {
            true => naive::down(have as f64 * weight),
            false => have,
        };
        let open: i64 = self
            .account
            .held
            .iter()
            .filter(|h| h.layer == layer)
            .map(|h| h.contracts)
            .sum();
        let room = rules
            .max_open_units
            .map_or(i64::MAX, |most| (most - open).max(0));
        let need = self.charge_of(rules, legs, one, 1).0;
        let most = (pays / need.max(1)).min(room);
        match is_weighted {
            true => same("units", fill.contracts, most)?,
            false if fill.contracts > most => {
                return Err(format!("{} units, money for {most}", fill.contracts));
            }
            false => {}
        }
        for rule in &rules.size {
            if let SizeRule::Units { units } = rule
                && fill.contracts > *units
            {
                return Err(format!("{} units where {units} are wanted", fill.contracts));
            }
        }
        let (total, premium) = self.charge_of(rules, legs, one, fill.contracts);
        let balance = self.account.purses[layer].balance;
        let (spent, forgone) = if rules.paid_from == PaidFrom::Account {
            (0, 0)
        } else {
            let spent = total.min(balance);
            let forgone = match is_weighted && weight != 1.0 {
                true => (half_even(spent as f64 / weight) - spent)
                    .min(balance - spent)
                    .max(0),
                false => 0,
            };
            (spent, forgone)
        };
        let noted = if rules.paid_from == PaidFrom::Account {
            total
        } else {
            spent
        };
        let today = self.date();
        self.account.note_purchase(layer, noted, today);
        self.charge = Some((layer, spent, forgone, premium));
        Ok(())
    }

    pub(super) fn cap_left(&self) -> Option<i64> {
        let usd = self.case.capital as f64 / 100.0;
        let vix = self.view.today().vix / 100.0;
        let cap = match self.case.arm.hedge.annual_cap? {
            AnnualCap::Equity { fraction } => fraction * usd,
            AnnualCap::VarianceDrag { fraction } => fraction * 0.5 * vix * vix * usd,
        };
        Some(self.account.left_of(cap, self.date()))
    }

    pub(super) fn credited(&mut self, layer: usize, amount: i64, lapsed: i64) -> Found<()> {
        let due = self.credits.pop_front();
        same("credit of a purse", Some((layer, amount)), due)?;
        let today = self.date();
        let purse = &mut self.account.purses[layer];
        let ours = purse.lapses(today, self.case.arm.hedge.purse_cap_weeks);
        same("lapsed", lapsed, ours)?;
        purse.credit(today, amount, ours);
        Ok(())
    }

    pub(super) fn charged(
        &mut self,
        layer: usize,
        spent: i64,
        forgone: i64,
        premium: i64,
    ) -> Found<()> {
        same(
            "charge of a purse",
            Some((layer, spent, forgone, premium)),
            self.charge.take(),
        )?;
        let purse = &mut self.account.purses[layer];
        purse.spent += spent;
        purse.forgone += forgone;
        purse.premium += premium;
        purse.balance -= spent + forgone;
        self.account.sums[layer].premium += premium;
        Ok(())
    }
}
