//! What a layer may say: ranges, and keys that exclude or need each other.

use market::contract::Right;
use signals::key_error::{KeyError, within};

use super::{Layer, PaidFrom, Sale, SaleOrder};
use crate::rule::{ExitRule, ExpiryRule, Opens, StrikeRule, Underlying, check_exits};
use crate::select::Side;
use crate::size::SizeRule;

impl Layer {
    pub(crate) fn check(&self, at: &str) -> Result<(), KeyError> {
        within(at, "share", self.share, 0.0, 1.0)?;
        self.expiry.check(&format!("{at}.expiry"))?;
        self.check_legs(at)?;
        if let Some(units) = self.max_open_units {
            within(at, "max_open_units", units as f64, 1.0, 1e6)?;
        }
        if let Some(sessions) = self.cool_down_sessions {
            within(at, "cool_down_sessions", f64::from(sessions), 1.0, 252.0)?;
        }
        if let Some(slots) = self.slots {
            within(at, "slots", f64::from(slots), 1.0, 100.0)?;
        }
        if let Some(width) = self.max_width_fraction_of_mid {
            within(at, "max_width_fraction_of_mid", width, 0.001, 2.0)?;
        }
        if let Some(spread) = self.financing_spread {
            within(at, "financing_spread", spread, 0.0, 1.0)?;
        }
        self.size
            .iter()
            .try_for_each(|rule| rule.check(&format!("{at}.size")))?;
        let sells = self.legs.iter().any(|leg| leg.side == Side::Short);
        check_exits(&format!("{at}.exit"), &self.exit, self.opens(), sells)?;
        if let Some(entry) = self.entry {
            entry.check(&format!("{at}.entry"))?;
        }
        self.check_corridor(at)?;
        self.check_account(at)?;
        self.sell
            .iter()
            .enumerate()
            .try_for_each(|(i, sale)| sale.check(&format!("{at}.sell[{i}]")))?;
        if self.legs.is_empty() && self.sell.iter().any(|sale| sale.order == SaleOrder::Limit) {
            return Err(KeyError::at(
                format!("{at}.sell"),
                "order \"limit\" is for options; futures and funds are sold at a close",
            ));
        }
        if self.sell.len() > 8 {
            return Err(KeyError::at(
                format!("{at}.sell"),
                format!("{} sales, at most 8", self.sell.len()),
            ));
        }
        Ok(())
    }

    /// What a unit is opened for. Without a sold option, or where each one lies further from the money than the bought one
    /// before it, it is a debit.
    fn opens(&self) -> Opens {
        if self.underlying == Underlying::Vx {
            return Opens::ForNothing;
        }
        if self.underlying.is_fund() {
            return match self.future_side {
                Some(Side::Short) => Opens::ForCredit,
                _ => Opens::ForDebit,
            };
        }
        let is_covered = |at: usize| {
            let Some(bought) = at.checked_sub(1).map(|before| self.legs[before]) else {
                return false;
            };
            let sold = self.legs[at];
            let is_further = match sold.strike {
                StrikeRule::OffsetFromPrevious { points } => match sold.right {
                    Right::Put => points < 0.0,
                    Right::Call => points > 0.0,
                },
                _ => false,
            };
            is_further
                && bought.side == Side::Long
                && bought.right == sold.right
                && bought.ratio >= sold.ratio
        };
        let mut places = 0..self.legs.len();
        match places.all(|at| self.legs[at].side == Side::Long || is_covered(at)) {
            true => Opens::ForDebit,
            false => Opens::Either,
        }
    }

    fn check_legs(&self, at: &str) -> Result<(), KeyError> {
        let is_future = self.underlying == Underlying::Vx;
        let is_fund = self.underlying.is_fund();
        if (is_future || is_fund) != self.legs.is_empty() {
            return Err(KeyError::at(
                at,
                "a future or fund has no option legs, every other class needs at least one",
            ));
        }
        if is_fund != (self.expiry == ExpiryRule::Never) {
            return Err(KeyError::at(
                format!("{at}.expiry"),
                "rule \"never\" must be given for a fund, and only for a fund",
            ));
        }
        if is_fund
            && self.exit.iter().any(|rule| {
                matches!(
                    rule,
                    ExitRule::DaysToExpiry { .. } | ExitRule::LifeElapsed { .. }
                )
            })
        {
            return Err(KeyError::at(
                format!("{at}.exit"),
                "days_to_expiry and life_elapsed mean nothing for a fund, which has no expiry",
            ));
        }
        if is_future && self.future_side.is_none() {
            return Err(KeyError::at(
                at,
                "future_side must be given for a future: \"long\" or \"short\"",
            ));
        }
        if self.future_side.is_some() && !is_future && !is_fund {
            return Err(KeyError::at(
                at,
                "future_side is for futures and funds; option legs carry their own side",
            ));
        }
        if self.legs.len() > 4 {
            return Err(KeyError::at(
                format!("{at}.legs"),
                format!("{} legs, at most 4", self.legs.len()),
            ));
        }
        for (index, leg) in self.legs.iter().enumerate() {
            let leg_at = format!("{at}.legs[{index}]");
            leg.strike.check(&leg_at, index == 0)?;
            let is_spx = matches!(self.underlying, Underlying::Spx | Underlying::Spxw);
            if matches!(leg.strike, StrikeRule::AtOrBelow { .. }) && !is_spx {
                return Err(KeyError::at(
                    leg_at,
                    "strike at_or_below is measured on the S&P 500, for spx and spxw options",
                ));
            }
            within(&leg_at, "ratio", leg.ratio as f64, 1.0, 10.0)?;
        }
        Ok(())
    }

    fn check_account(&self, at: &str) -> Result<(), KeyError> {
        if self.paid_from == PaidFrom::Account && self.size.is_empty() {
            return Err(KeyError::at(
                at,
                "paid_from \"account\" needs rules of `size`: without a purse nothing else limits it",
            ));
        }
        if self.paid_from == PaidFrom::Account
            && (self.financing_spread.is_some() || self.slots.is_some())
        {
            return Err(KeyError::at(
                at,
                "financing_spread and slots divide a purse; paid_from \"account\" has none",
            ));
        }
        let has = |rule: fn(&SizeRule) -> bool| self.size.iter().any(rule);
        if has(|rule| matches!(rule, SizeRule::CashSecured { .. }))
            && self.legs.iter().all(|l| l.side == Side::Long)
        {
            return Err(KeyError::at(
                format!("{at}.size"),
                "cash_secured is for option legs that are sold; every leg here is long",
            ));
        }
        if has(|rule| matches!(rule, SizeRule::AccountShare { .. })) && !self.is_held_as_worth() {
            return Err(KeyError::at(
                format!("{at}.size"),
                "account_share is for funds held long, the only rule of its layer",
            ));
        }
        Ok(())
    }

    fn check_corridor(&self, at: &str) -> Result<(), KeyError> {
        let Some(corridor) = &self.corridor else {
            return Ok(());
        };
        let at = format!("{at}.corridor");
        if self.underlying != Underlying::Vx || self.future_side != Some(Side::Long) {
            return Err(KeyError::at(
                at,
                "a corridor is kept with long futures only: underlying \"vx\", future_side \"long\"",
            ));
        }
        if !self.size.is_empty() {
            return Err(KeyError::at(
                at,
                "the corridor is the size; `size` must be left out",
            ));
        }
        within(&at, "band", corridor.band, 0.0, 10.0)?;
        within(&at, "tighten_to", corridor.tighten_to, 0.0, 1.0)?;
        if corridor.tighten_when.is_none() && corridor.tighten_to != 1.0 {
            return Err(KeyError::at(at, "tighten_to needs tighten_when"));
        }
        Ok(())
    }
}

impl Sale {
    fn check(&self, at: &str) -> Result<(), KeyError> {
        if self.when.is_none() && self.multiple.is_none() {
            return Err(KeyError::at(at, "`when`, `multiple` or both must be given"));
        }
        if self.order == SaleOrder::Limit && (self.multiple.is_none() || self.when.is_some()) {
            return Err(KeyError::at(
                at,
                "order \"limit\" rests at a `multiple`, and a resting order knows no `when`",
            ));
        }
        if let Some(multiple) = self.multiple {
            within(at, "multiple", multiple, 1.0, 1000.0)?;
        }
        within(
            at,
            "every_sessions",
            f64::from(self.every_sessions),
            1.0,
            252.0,
        )?;
        within(at, "fraction", self.fraction, 0.01, 1.0)
    }
}
