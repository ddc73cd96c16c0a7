//! What a contract costs to trade, per contract and side. Cash settlement at expiry is free.
//!
//! `none` is nothing, as in published indices. `all_in` are flat amounts (docs/model.md#fees, assumptions). `schedule` is the table below: exchange fees by the date they
//! are valid from and by premium, plus clearing 0.025, regulatory 0.015 and broker 0.50.
//!
//! | valid from | SPX, SPXW options | VIX options | VX futures | source |
//! |---|---|---|---|---|
//! | earliest | as of November 2024 (assumed) | as of November 2024 (assumed) | 1.47 | CFE fee schedule before 2022 |
//! | 2022-01-01 | as of November 2024 (assumed) | as of November 2024 (assumed) | 1.51 | CFE fee schedule |
//! | 2024-11-01 | 0.36 below a premium of 1, 0.45 from 1 | by premium, simple and complex, see `VIX_TIERS` | 1.51 | Cboe options fee schedule |
//!
//! Everything is in whole 1/10,000 dollars and is rounded to the cent once per trade, by the caller.

use chrono::{Datelike, NaiveDate};
use market::contract::Root;
use market::price::{Money, Price};

use crate::execution::Fees;

/// Fee of one contract and side (positive).
///
/// `complex` is whether it trades as part of a package of several legs; the exchange charges VIX options less then.
pub fn fee_per_contract(
    fees: Fees,
    root: Root,
    date: NaiveDate,
    premium: Price,
    complex: bool,
) -> TenThousandths {
    TenThousandths(match fees {
        Fees::None => 0,
        Fees::AllIn => match root {
            Root::Spx | Root::Spxw => 11_000,
            Root::Vix => 9_500,
            Root::Vx => 24_000,
            Root::Fund(_) => FUND_SHARE,
        },
        Fees::Schedule => {
            let schedule = schedule(date);
            match root {
                Root::Spx | Root::Spxw => {
                    tier(schedule.spx, premium, complex) + CLEARING + REGULATORY + BROKER
                }
                Root::Vix => tier(schedule.vix, premium, complex) + CLEARING + REGULATORY + BROKER,
                Root::Vx => schedule.vx + NFA + BROKER,
                Root::Fund(_) => FUND_SHARE,
            }
        }
    })
}

/// Clearing of one option `[USD/10,000]`.
pub(crate) const CLEARING: i64 = 250;
/// Options regulatory fee of one option `[USD/10,000]`.
pub(crate) const REGULATORY: i64 = 150;
/// Commission of one option or future `[USD/10,000]`.
pub(crate) const BROKER: i64 = 5_000;
/// Assessment of the National Futures Association on one future `[USD/10,000]`.
pub(crate) const NFA: i64 = 200;
/// A share of a fund, $0.005 under either table and at all times (docs/model.md#fees).
pub(crate) const FUND_SHARE: i64 = 50;

/// Exchange fees valid from a date on.
struct Schedule {
    /// First day, `(year, month, day)`.
    from: (i32, u32, u32),
    spx: &'static [Tier],
    vix: &'static [Tier],
    /// One VX future.
    vx: i64,
}

/// Fees of options whose premium is below a limit.
struct Tier {
    below: Price,
    /// Traded alone.
    simple: i64,
    /// Traded as part of a package.
    complex: i64,
}

const fn upto(below: i64, simple: i64, complex: i64) -> Tier {
    Tier {
        below: Price(below),
        simple,
        complex,
    }
}

const SPX_TIERS: &[Tier] = &[upto(10_000, 3_600, 3_600), upto(i64::MAX, 4_500, 4_500)];

/// 0.00 to 0.10, to 0.99, to 1.99, from 2.00. A fill between two of the exchange's cents belongs to the lower tier.
const VIX_TIERS: &[Tier] = &[
    upto(1_001, 1_000, 500),
    upto(9_901, 2_500, 1_700),
    upto(19_901, 4_000, 3_000),
    upto(i64::MAX, 4_500, 4_500),
];

const SCHEDULES: [Schedule; 3] = [
    Schedule {
        from: (1, 1, 1),
        spx: SPX_TIERS,
        vix: VIX_TIERS,
        vx: 14_700,
    },
    Schedule {
        from: (2022, 1, 1),
        spx: SPX_TIERS,
        vix: VIX_TIERS,
        vx: 15_100,
    },
    Schedule {
        from: (2024, 11, 1),
        spx: SPX_TIERS,
        vix: VIX_TIERS,
        vx: 15_100,
    },
];

/// The schedule valid on a date.
fn schedule(date: NaiveDate) -> &'static Schedule {
    let day = (date.year(), date.month(), date.day());
    let valid = SCHEDULES.partition_point(|s| s.from <= day);
    &SCHEDULES[valid.saturating_sub(1)]
}

fn tier(tiers: &[Tier], premium: Price, complex: bool) -> i64 {
    let tier = tiers
        .iter()
        .find(|t| premium < t.below)
        .unwrap_or(&tiers[tiers.len() - 1]);
    if complex { tier.complex } else { tier.simple }
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
    fn w10_the_schedule_of_the_day_applies() {
        let vx = |date: &str| {
            let date = date.parse().expect("a date");
            fee_per_contract(
                Fees::Schedule,
                Root::Vx,
                date,
                Price::from_points(20.0),
                false,
            )
            .0
        };
        assert_eq!((vx("2019-05-01"), vx("2021-12-31")), (19_900, 19_900));
        assert_eq!(
            (vx("2022-01-01"), vx("2024-10-31"), vx("2025-03-03")),
            (20_300, 20_300, 20_300)
        );
        assert!(SCHEDULES.is_sorted_by(|a, b| a.from < b.from));
    }

    #[test]
    fn fees_round_once_per_trade_and_not_per_leg() {
        assert_eq!(TenThousandths(7_150).times(3).to_money(), Money(215));
        assert_eq!(TenThousandths(7_150).to_money().0 * 3, 216);
        // Half a cent away from zero, less than half towards it.
        let cents = [49, 50, -49, -50].map(|fee| TenThousandths(fee).to_money().0);
        assert_eq!(cents, [0, 1, 0, -1]);
    }
}
