//! A log of trades that were really made: what a backtester, a broker or a spreadsheet says of them.
//!
//! Prices are kept as the log quotes them. A mini option (XSP) is a tenth of SPX: its contract is the SPXW option at ten
//! times the strike, ten times its price, and a tenth of the dollars a point.

mod check;
mod fault;

use chrono::NaiveDate;
use market::contract::{Contract, Right, Root};
use market::price::{Money, Price};
use serde::{Deserialize, Serialize};

pub use fault::TradeFault;

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
        self.legs
            .iter()
            .map(|leg: &LoggedLeg| {
                let right = leg.right.letter();
                let root = leg.root.name();
                let expiry = leg.expiry;
                format!("{:+} {root} {expiry} {right} {}", leg.quantity, leg.strike)
            })
            .collect::<Vec<_>>()
            .join(" | ")
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
