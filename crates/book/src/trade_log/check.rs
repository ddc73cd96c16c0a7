//! Whether a logged trade is one that a calendar and its own prices allow.

use market::calendar::Calendar;
use market::contract::Right;
use market::price::Price;

use super::{LoggedRoot, LoggedTrade, TradeFault};
use crate::portfolio::worst_payoff;

/// How far a price may lie outside what a package can pay off: one point as quoted.
const PRICE_SLACK: Price = Price(10_000);

impl LoggedTrade {
    /// Whether it is a package of defined risk that a calendar and its own prices allow.
    ///
    /// # Errors
    /// The first thing that does not fit, with what was found.
    pub fn check(&self) -> Result<(), TradeFault> {
        if self.legs.is_empty() {
            return Err(TradeFault::NoLegs);
        }
        self.check_numbers()?;
        self.check_days()?;
        let unit = self.unit();
        let worst = worst_payoff(unit.iter().copied());
        if worst <= Price(i64::MIN / 8) {
            return Err(TradeFault::NakedCall);
        }
        let puts: i64 = (unit.iter())
            .filter(|(contract, _)| matches!(contract.option, Some((Right::Put, _))))
            .map(|(_, quantity)| quantity)
            .sum();
        if puts < 0 {
            return Err(TradeFault::NakedPut);
        }
        // Minus the most the package can be worth is the least its seller can have received.
        let best = -worst_payoff(
            unit.iter()
                .map(|(contract, quantity)| (*contract, -quantity)),
        );
        for (what, cash) in [("opening", Some(-self.entry())), ("end", self.exit())] {
            let Some(worth) = cash else { continue };
            let scale = self.root().scale();
            // Nobody sells a spread for more than its width, but a market order may pay a little more.
            let slack = PRICE_SLACK * scale;
            if worth < worst - slack || (worth > best + slack && best < Price(i64::MAX / 8)) {
                let scale = scale as f64;
                return Err(TradeFault::Price {
                    what,
                    worth: worth.points() / scale,
                    worst: worst.points() / scale,
                    best: best.points() / scale,
                });
            }
        }
        Ok(())
    }

    fn check_numbers(&self) -> Result<(), TradeFault> {
        let numbers = [
            ("entry_points", Some(self.entry_points)),
            ("exit_points", self.exit_points),
            ("entry_fees_usd", Some(self.entry_fees_usd)),
            ("exit_fees_usd", Some(self.exit_fees_usd)),
        ];
        for (key, value) in numbers {
            if value.is_some_and(|v| !v.is_finite() || v.abs() > 1e9) {
                return Err(TradeFault::NoAmount(key));
            }
        }
        if self.entry_fees_usd > 0.0 || self.exit_fees_usd > 0.0 {
            return Err(TradeFault::Fees);
        }
        if !(1..=1_000_000).contains(&self.contracts) {
            return Err(TradeFault::Units(self.contracts));
        }
        for leg in &self.legs {
            if leg.quantity == 0 || leg.quantity.abs() > 1000 {
                return Err(TradeFault::LegQuantity(leg.quantity));
            }
            if !(1.0..=100_000.0).contains(&leg.strike) {
                return Err(TradeFault::Strike(leg.strike));
            }
            let prices = [leg.open_points, leg.close_points];
            if prices
                .into_iter()
                .flatten()
                .any(|p| !(0.0..=1e5).contains(&p))
            {
                return Err(TradeFault::LegPrice(leg.strike));
            }
        }
        Ok(())
    }

    fn check_days(&self) -> Result<(), TradeFault> {
        let calendar = Calendar::nyse();
        let expiry = self.expiry();
        if self.legs.iter().any(|leg| leg.expiry != expiry) {
            return Err(TradeFault::Expiries);
        }
        if self.legs.iter().any(|leg| leg.root != self.root()) {
            return Err(TradeFault::Classes);
        }
        for (what, date) in [("opened", self.opened), ("closed", self.closed)] {
            if !calendar.is_session(date) {
                return Err(TradeFault::NoSession { what, date });
            }
        }
        if self.closed < self.opened {
            return Err(TradeFault::ClosedFirst {
                closed: self.closed,
                opened: self.opened,
            });
        }
        if self.closed > expiry || self.opened > expiry {
            return Err(TradeFault::AfterExpiry {
                closed: self.closed,
                expiry,
            });
        }
        if self.root() == LoggedRoot::Spx && self.opened >= expiry {
            return Err(TradeFault::OpenedSettled(expiry));
        }
        if self.exit_points.is_none() && self.closed != expiry {
            return Err(TradeFault::NoEnd);
        }
        Ok(())
    }
}
