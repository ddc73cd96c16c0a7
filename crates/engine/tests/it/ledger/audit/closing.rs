//! How packages end: by settlement, by a trade, in parts; and what goes back to a purse.

use book::event::{PackageFill, Stage};
use book::reason::Reason;
use market::contract::Settlement;

use super::Audit;
use crate::ledger::account::{Found, Held, Moved, same, settlement};
use crate::ledger::naive::{self, Traded};

impl Audit<'_> {
    /// What a package brought goes back to a purse.
    pub(super) fn returned(&mut self, held: &Held, moved: Moved) -> Found<()> {
        let amount = held.variation + moved.cash + moved.fees;
        let own = self.case.arm.hedge.redeploy_salvage && self.layer(held.layer).is_some();
        let Some((layer, found)) = self.refill.take() else {
            return match own && amount > 0 {
                true => Err(format!("{amount} cents of salvage went nowhere")),
                false => Ok(()),
            };
        };
        same("salvage", found, amount)?;
        let sales = self.layer(held.layer).map_or(&[][..], |rules| &rules.sell);
        let named = sales.iter().filter_map(|sale| sale.into.as_deref());
        let into = named.map(|name| self.case.arm.hedge_named(name).map(|id| usize::from(id.0)));
        let is_meant = own && layer == held.layer || into.into_iter().any(|id| id == Some(layer));
        if !is_meant || amount <= 0 {
            return Err(format!(
                "{amount} cents of salvage of layer {} went to {layer}",
                held.layer
            ));
        }
        let today = self.date();
        self.account.purses[layer].refill(today, amount);
        Ok(())
    }

    pub(super) fn settled(
        &mut self,
        stage: Stage,
        id: u32,
        value: (i64, bool),
        fill: &PackageFill,
    ) -> Found<()> {
        let at = self.account.find(id)?;
        let held = self.account.held.remove(at);
        let is_morning = held.root().settlement() == Settlement::Am;
        same("when it settles", stage == Stage::SettleMorning, is_morning)?;
        same("expiry", held.expiry() <= self.date(), true)?;
        same(
            "settlement value",
            value,
            settlement(held.root(), held.expiry(), self.view)?,
        )?;
        let mut net = 0;
        for (leg, settled) in held.legs.iter().zip(fill.legs.iter()) {
            let worth = naive::payoff(&leg.contract, value.0);
            same("pay-off", (settled.fill.0, settled.mid.0), (worth, worth))?;
            net += worth * leg.quantity;
        }
        same("units", fill.contracts, held.contracts)?;
        let traded = Traded {
            fills: Vec::new(),
            net,
            net_mid: net,
            fee: 0,
        };
        let moved = self.moved(&held.legs, &traded, fill)?;
        self.returned(&held, moved)?;
        self.account.book(held.layer, moved);
        Ok(())
    }

    pub(super) fn closed(
        &mut self,
        stage: Stage,
        id: u32,
        reason: Reason,
        fill: &PackageFill,
    ) -> Found<()> {
        let at = self.account.find(id)?;
        let mut held = self.account.held.remove(at);
        same("units", fill.contracts, held.contracts)?;
        for leg in 0..held.legs.len() {
            held.legs[leg].mid = self.mid_or_last(&held.legs[leg]);
        }
        let moved = match reason {
            Reason::LimitReached => self.sold_at_limit(&held, fill)?,
            _ => self.retraded(&held.legs, false, fill)?,
        };
        if stage == Stage::Fill {
            self.reason(&held, reason)?;
        } else {
            same(
                "the end of a window",
                (stage, reason),
                (Stage::WindowEnd, Reason::WindowEnd),
            )?;
        }
        self.returned(&held, moved)?;
        self.account.book(held.layer, moved);
        Ok(())
    }

    /// A resting order brings its limit, a multiple of the debit rounded up to the tick, and pays no spread.
    pub(super) fn sold_at_limit(&self, held: &Held, fill: &PackageFill) -> Found<Moved> {
        let fills: Vec<i64> = fill.legs.iter().map(|leg| leg.fill.0).collect();
        same(
            "a limit pays no spread",
            fill.legs.iter().map(|leg| leg.mid.0).collect(),
            fills.clone(),
        )?;
        let net: i64 = held
            .legs
            .iter()
            .zip(&fills)
            .map(|(leg, price)| leg.quantity * price)
            .sum();
        let sales = &self.layer(held.layer).ok_or("a condor has no limit")?.sell;
        let debit = -held.entry_net as f64 / 10_000.0;
        let is_limit = |multiple: f64| {
            let wanted = naive::units(multiple * debit);
            let spread = held
                .legs
                .iter()
                .map(|leg| leg.quantity.abs())
                .max()
                .unwrap_or(1);
            // Up to the next tick of at most 0.10; a unit of several contracts may bring a fraction less.
            (wanted - spread..wanted + 1_000).contains(&net)
        };
        if !sales.iter().filter_map(|sale| sale.multiple).any(is_limit) {
            return Err(format!(
                "{net} units of a point is no limit of a debit of {debit}"
            ));
        }
        let fee = naive::fee_of_unit(&held.legs, &fills, self.view.today(), self.case.execution);
        let traded = Traded {
            fills,
            net,
            net_mid: net,
            fee,
        };
        self.moved(&held.legs, &traded, fill)
    }

    pub(super) fn reason(&mut self, held: &Held, reason: Reason) -> Found<()> {
        let due = self.due.exits.remove(&held.id);
        if held.is_margined && self.due.called {
            return same("why it was closed", reason, Reason::MarginCall);
        }
        let by_sale = matches!(
            reason,
            Reason::LimitReached
                | Reason::Shifted
                | Reason::TriggerSale
                | Reason::CorridorLeft
                | Reason::ShareExceeded
        );
        let sells = self
            .layer(held.layer)
            .is_some_and(|rules| !rules.sell.is_empty());
        match due {
            Some(due) => same("why it was closed", reason, due),
            None if by_sale || reason == Reason::ProfitMultiple && sells => Ok(()),
            None => Err(format!(
                "package {} was closed for {reason:?} without a rule",
                held.id
            )),
        }
    }

    pub(super) fn split(&mut self, id: u32, part: u32, contracts: i64) -> Found<()> {
        same("number", part, self.account.numbers + 1)?;
        let at = self.account.find(id)?;
        let held = &mut self.account.held[at];
        let gone = i128::from(held.variation) * i128::from(contracts) / i128::from(held.contracts);
        let gone = i64::try_from(gone).expect("a part");
        held.contracts -= contracts;
        held.variation -= gone;
        same("some stay", held.contracts > 0 && contracts > 0, true)?;
        let mut leaving = held.clone();
        (leaving.id, leaving.contracts, leaving.variation) = (part, contracts, gone);
        // A part is sold at once, whatever rule its whole fell under.
        self.account.held.push(leaving);
        self.account.numbers += 1;
        Ok(())
    }
}
