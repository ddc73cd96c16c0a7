//! A log of trades that were really made: what a backtester, a broker or a spreadsheet says of them.
//!
//! Prices are kept as the log quotes them. A mini option (XSP) is a tenth of SPX: its contract is the SPXW option at ten
//! times the strike, ten times its price, and a tenth of the dollars a point.

mod fault;

use chrono::NaiveDate;
use market::calendar::Calendar;
use market::contract::{Contract, Right, Root};
use market::price::{Money, Price};
use serde::{Deserialize, Serialize};

use crate::portfolio::worst_payoff;

pub use fault::TradeFault;

/// How far a price may lie outside what a package can pay off: one point as quoted.
const PRICE_SLACK: Price = Price(10_000);

/// The trades of one file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TradeLog {
    /// The file, as the run names it.
    pub file: String,
    /// Whose layout it has.
    pub publisher: String,
    /// What could be read as a trade, by opening date.
    pub trades: Vec<LoggedTrade>,
    /// What could not, with the reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<RefusedTrade>,
}

/// A trade that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefusedTrade {
    /// Its name in the log, or its row.
    pub id: String,
    /// Why.
    pub why: String,
}

/// One package from its opening to its end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoggedTrade {
    /// Its name in the log, or its row.
    pub id: String,
    /// New York session of the opening.
    pub opened: NaiveDate,
    /// New York session of its end: a trade, or its expiry.
    pub closed: NaiveDate,
    /// Units.
    pub contracts: i64,
    /// Cash one unit brought at the opening \[points as quoted\].
    pub entry_points: f64,
    /// Cash one unit brought at the end \[points as quoted\]; none where the log says nothing of an expiry, which then
    /// settles at the official value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit_points: Option<f64>,
    /// Commissions and fees of the opening \[USD\], never positive.
    pub entry_fees_usd: f64,
    /// Commissions and fees of the end \[USD\], never positive.
    pub exit_fees_usd: f64,
    /// The legs of one unit.
    pub legs: Vec<LoggedLeg>,
}

/// One leg of a unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoggedLeg {
    /// Class.
    pub root: LoggedRoot,
    /// Expiry.
    pub expiry: NaiveDate,
    /// Call or put.
    pub right: Right,
    /// Strike as quoted.
    pub strike: f64,
    /// Per unit, long positive.
    pub quantity: i64,
    /// Price at the opening \[points as quoted\], where the log has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open_points: Option<f64>,
    /// Price at the end, where the log has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub close_points: Option<f64>,
}

/// The classes of which a log may hold packages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum LoggedRoot {
    /// SPX options settled at the opening.
    #[serde(rename = "SPX")]
    Spx,
    /// SPX options settled at the close.
    #[serde(rename = "SPXW")]
    Spxw,
    /// Mini SPX options, settled at the close.
    #[serde(rename = "XSP")]
    Xsp,
}

impl LoggedRoot {
    /// As exchanges and the tables write it.
    pub fn name(self) -> &'static str {
        match self {
            LoggedRoot::Spx => "SPX",
            LoggedRoot::Spxw => "SPXW",
            LoggedRoot::Xsp => "XSP",
        }
    }

    /// The class of this name.
    pub fn named(text: &str) -> Option<LoggedRoot> {
        let all = [LoggedRoot::Spx, LoggedRoot::Spxw, LoggedRoot::Xsp];
        all.into_iter().find(|root| root.name() == text)
    }

    /// How many of its points are one of SPX.
    pub fn scale(self) -> i64 {
        match self {
            LoggedRoot::Xsp => 10,
            LoggedRoot::Spx | LoggedRoot::Spxw => 1,
        }
    }
}

impl LoggedLeg {
    /// The SPX contract it is, or a tenth of which it is.
    pub fn contract(&self) -> Contract {
        let root = match self.root {
            LoggedRoot::Spx => Root::Spx,
            LoggedRoot::Spxw | LoggedRoot::Xsp => Root::Spxw,
        };
        let strike = Price::from_points(self.strike) * self.root.scale();
        Contract {
            root,
            expiry: self.expiry,
            option: Some((self.right, strike)),
        }
    }
}

impl LoggedTrade {
    /// Its class; legs of several classes are refused by [`LoggedTrade::check`].
    pub fn root(&self) -> LoggedRoot {
        self.legs.first().map_or(LoggedRoot::Spxw, |leg| leg.root)
    }

    /// The day it expires.
    pub fn expiry(&self) -> NaiveDate {
        self.legs.first().map_or(self.closed, |leg| leg.expiry)
    }

    /// Dollars of one SPX point of one unit.
    pub fn multiplier(&self) -> i64 {
        100 / self.root().scale()
    }

    /// A price as quoted, in SPX points.
    pub fn price(&self, quoted: f64) -> Price {
        let scale = self.root().scale();
        // A tenth of a contract is exact in cents at tenths of the price's unit only.
        let units = Price::from_points(quoted) * scale;
        Price(units.0 / scale * scale)
    }

    /// Cash one unit brought at the opening \[SPX points\].
    pub fn entry(&self) -> Price {
        self.price(self.entry_points)
    }

    /// Cash one unit brought at the end \[SPX points\].
    pub fn exit(&self) -> Option<Price> {
        self.exit_points.map(|points| self.price(points))
    }

    /// Fees of the opening.
    pub fn entry_fees(&self) -> Money {
        Money::from_usd(self.entry_fees_usd)
    }

    /// Fees of the end.
    pub fn exit_fees(&self) -> Money {
        Money::from_usd(self.exit_fees_usd)
    }

    /// Contracts and signed quantities of one unit.
    pub fn unit(&self) -> Vec<(Contract, i64)> {
        let legs = self.legs.iter();
        legs.map(|leg| (leg.contract(), leg.quantity)).collect()
    }

    /// The legs of one unit as the log quotes them: `-1 SPXW 2022-02-04 P 4300 | …`.
    pub fn legs_text(&self) -> String {
        let leg = |leg: &LoggedLeg| {
            let right = leg.right.letter();
            let (root, expiry) = (leg.root.name(), leg.expiry);
            format!("{:+} {root} {expiry} {right} {}", leg.quantity, leg.strike)
        };
        self.legs.iter().map(leg).collect::<Vec<_>>().join(" | ")
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    fn leg(right: Right, strike: f64, quantity: i64) -> LoggedLeg {
        LoggedLeg {
            root: LoggedRoot::Spxw,
            expiry: "2022-02-04".parse().unwrap(),
            right,
            strike,
            quantity,
            open_points: None,
            close_points: None,
        }
    }

    fn condor() -> LoggedTrade {
        LoggedTrade {
            id: "1".into(),
            opened: "2022-01-21".parse().unwrap(),
            closed: "2022-02-04".parse().unwrap(),
            contracts: 3,
            entry_points: 8.35,
            exit_points: Some(-2.0),
            entry_fees_usd: -13.2,
            exit_fees_usd: 0.0,
            legs: vec![
                leg(Right::Put, 4300.0, -1),
                leg(Right::Put, 4250.0, 1),
                leg(Right::Call, 4700.0, -1),
                leg(Right::Call, 4750.0, 1),
            ],
        }
    }

    #[test]
    fn a_condor_a_fly_a_vertical_and_a_broken_wing_are_packages_of_defined_risk() {
        assert_eq!(condor().check(), Ok(()));
        let mut fly = condor();
        fly.legs = vec![
            leg(Right::Put, 4250.0, 1),
            leg(Right::Put, 4300.0, -2),
            leg(Right::Put, 4360.0, 1),
        ];
        fly.entry_points = -5.0;
        fly.exit_points = Some(9.0);
        assert_eq!(fly.check(), Ok(()));
        let mut vertical = condor();
        vertical.legs.truncate(2);
        assert_eq!(vertical.check(), Ok(()));
    }

    #[test]
    fn what_does_not_fit_is_said() {
        type Change = fn(&mut LoggedTrade);
        let faults: [(Change, &str); 8] = [
            (
                |t| {
                    t.legs.pop();
                },
                "no long one beside it",
            ),
            (
                |t| {
                    t.legs.remove(1);
                },
                "no long one beside it",
            ),
            (
                |t| t.closed = "2022-01-20".parse().unwrap(),
                "before it was opened",
            ),
            (
                |t| t.closed = "2022-02-07".parse().unwrap(),
                "after its expiry",
            ),
            (|t| t.opened = "2022-01-22".parse().unwrap(), "no session"),
            (|t| t.entry_points = 52.0, "no market had"),
            (
                |t| t.legs[0].expiry = "2022-02-11".parse().unwrap(),
                "different days",
            ),
            (|t| t.contracts = 0, "0 units"),
        ];
        for (change, wanted) in faults {
            let mut trade = condor();
            change(&mut trade);
            let found = trade.check().expect_err(wanted).to_string();
            assert!(found.contains(wanted), "{wanted}: {found}");
        }
    }

    #[test]
    fn a_mini_is_a_tenth() {
        let mut mini = condor();
        for leg in &mut mini.legs {
            leg.root = LoggedRoot::Xsp;
            leg.strike /= 10.0;
        }
        mini.entry_points = 0.83;
        mini.exit_points = Some(-0.2);
        assert_eq!(mini.check(), Ok(()));
        assert_eq!(mini.multiplier(), 10);
        assert_eq!(mini.entry().dollars(mini.multiplier()), Money(8300));
        assert_eq!(mini.unit()[0].0.to_string(), "SPXW 2022-02-04 P 4300");
        assert!(mini.legs_text().starts_with("-1 XSP 2022-02-04 P 430"));
    }
}
