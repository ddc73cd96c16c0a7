//! What a contract costs to trade, per contract and side. Cash settlement at expiry is free.

use chrono::{Datelike, NaiveDate};
use market::contract::Root;
use market::price::{Money, Price};

use crate::execution::Fees;

/// Fee of one contract and side (positive).
///
/// `complex` is whether it trades as part of a package of several legs; the exchange charges VIX options less then.
/// The schedule is Cboe's of November 2024 and CFE's customer fee (DOMAIN 1.5) plus clearing 0.025, regulatory 0.015
/// and broker 0.50; it is computed exactly in hundredths of a cent and rounded once per trade by the caller.
pub fn fee_per_contract(fees: Fees, root: Root, date: NaiveDate, premium: Price, complex: bool) -> TenThousandths {
    let dollars = match fees {
        Fees::AllIn => match root {
            Root::Spx | Root::Spxw => 1.10,
            Root::Vix => 0.95,
            Root::Vx => 2.40,
        },
        Fees::Schedule => match root {
            Root::Spx | Root::Spxw => {
                let exchange = if premium.points() < 1.0 { 0.36 } else { 0.45 };
                exchange + CLEARING + REGULATORY + BROKER
            }
            Root::Vix => vix_exchange_fee(premium, complex) + CLEARING + REGULATORY + BROKER,
            Root::Vx => (if date.year() < 2022 { 1.47 } else { 1.51 }) + NFA + BROKER,
        },
    };
    TenThousandths((dollars * 10_000.0_f64).round() as i64)
}

const CLEARING: f64 = 0.025;
const REGULATORY: f64 = 0.015;
const BROKER: f64 = 0.50;
const NFA: f64 = 0.02;

fn vix_exchange_fee(premium: Price, complex: bool) -> f64 {
    let (simple_fee, complex_fee) = match premium.points() {
        p if p <= 0.10 => (0.10, 0.05),
        p if p <= 0.99 => (0.25, 0.17),
        p if p <= 1.99 => (0.40, 0.30),
        _ => (0.45, 0.45),
    };
    if complex { complex_fee } else { simple_fee }
}

/// Dollars in units of 1/10,000, so that fractions of a cent add up before they are rounded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TenThousandths(pub i64);

impl TenThousandths {
    /// This fee for `contracts` contracts, still unrounded.
    pub fn times(self, contracts: i64) -> TenThousandths {
        TenThousandths(self.0 * contracts)
    }

    /// Rounded to the cent, half away from zero: the broker's invoice.
    pub fn to_money(self) -> Money {
        Money((self.0 + self.0.signum() * 50) / 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fee(fees: Fees, root: Root, premium: f64, complex: bool) -> i64 {
        let date = NaiveDate::from_ymd_opt(2023, 6, 1).expect("a date");
        fee_per_contract(fees, root, date, Price::from_points(premium), complex).0
    }

    #[test]
    fn w10_fees_are_per_contract_and_leg_by_root_and_premium_tier() {
        assert_eq!(fee(Fees::AllIn, Root::Spxw, 5.0, true), 11_000);
        assert_eq!(fee(Fees::AllIn, Root::Vix, 0.5, false), 9_500);
        assert_eq!(fee(Fees::AllIn, Root::Vx, 20.0, false), 24_000);
        assert_eq!(fee(Fees::Schedule, Root::Spx, 0.95, true), 9_000);
        assert_eq!(fee(Fees::Schedule, Root::Spx, 1.00, true), 9_900);
        assert_eq!(fee(Fees::Schedule, Root::Vix, 0.10, false), 6_400);
        assert_eq!(fee(Fees::Schedule, Root::Vix, 0.50, true), 7_100);
        assert_eq!(fee(Fees::Schedule, Root::Vix, 2.00, false), 9_900);
        assert_eq!(fee(Fees::Schedule, Root::Vx, 20.0, false), 20_300);
    }

    #[test]
    fn fees_round_once_per_trade_and_not_per_leg() {
        assert_eq!(TenThousandths(7_150).times(3).to_money(), Money(215));
        assert_eq!(TenThousandths(7_150).to_money().0 * 3, 216);
    }
}
