//! The rules of an account that both simulators need, each written once: [`Simulator`](crate::simulator::Simulator)
//! asks them session by session, [`curve`](crate::curve) where something happens.

use book::event::{Detail, PackageFill};
use book::purse::Purse;
use book::reason::Reason;
use market::math::{nearest_whole, whole_at_most};
use market::price::Money;
use policy::condor::Size;
use policy::hedge::Hedge;

use crate::execution::MarginRules;
use crate::quotes::Charge;

/// Why an order did not trade, with the numbers behind it.
pub(crate) type Refusal = (Reason, Detail);

/// Rate of a night on an account of this cash `[1/year, ACT/360]`: the overnight rate on what is there, the bill rate and
/// `loan_spread` on what is owed.
#[inline]
pub(crate) fn night_rate(cash: Money, overnight: f64, bill: f64, loan_spread: f64) -> f64 {
    if cash < Money::ZERO {
        bill + loan_spread
    } else {
        overnight
    }
}

/// Interest of so many nights at a rate `[1/year, ACT/360]`, rounded to the nearest cent.
#[inline]
pub(crate) fn interest(cash: Money, rate: f64, nights: f64) -> Money {
    Money(nearest_whole(cash.0 as f64 * rate * nights / 360.0))
}

/// Whether an account can carry an order: free funds after the fill and its costs must not be negative.
#[inline]
pub(crate) fn is_carried(cash_after: Money, need: Money) -> bool {
    cash_after >= need
}

/// Whether futures are called: cash after variation does not cover the margin of defined risk and the maintenance margin
/// of the futures, of which `initial` is the initial margin. Nothing is called where there are none.
#[inline]
pub(crate) fn is_margin_called(
    cash: Money,
    defined_risk: Money,
    initial: Money,
    rules: &MarginRules,
) -> bool {
    let maintenance = Money::from_usd(initial.usd() * rules.maintenance_fraction);
    initial > Money::ZERO && cash < defined_risk + maintenance
}

/// A condor brings more than its costs and than the least credit asked for `[index points]`.
pub(crate) fn check_credit(one: &PackageFill, min_credit: f64) -> Result<(), Refusal> {
    let costs = -(one.fees + one.slippage()).usd() / one.multiplier as f64;
    let limit = min_credit.max(costs);
    let found = one.net.points();
    if found <= limit {
        return Err((Reason::CreditTooSmall, Detail::Limit { found, limit }));
    }
    Ok(())
}

/// Units a layer may still open; `held` is asked only of a layer with a limit.
#[inline]
pub(crate) fn room_for(most: Option<i64>, held: impl FnOnce() -> i64) -> i64 {
    most.map_or(i64::MAX, |most| (most - held()).max(0))
}

/// Whole units that money pays at `cost` each, within `room`. A unit that is free counts a cent.
#[inline]
pub(crate) fn units_paid(money: Money, cost: Money, room: i64) -> i64 {
    (money.0 / cost.0.max(1)).min(room)
}

/// What the end of a package returns to a purse, if it returns anything: what an option brings after fees; what a future
/// gained since it was opened.
#[inline]
pub(crate) fn salvage(variation: Money, cash: Money, fees: Money) -> Option<Money> {
    let amount = variation + cash + fees;
    (amount > Money::ZERO).then_some(amount)
}

/// Whole contracts of a condor whose unit brings `credit` and ties up `margin`, in an account of `base`: what it began
/// with, and what it is worth now for [`Size::Margin`].
pub(crate) fn condor_size(
    size: Size,
    base: Money,
    credit: Money,
    margin: Money,
) -> Result<i64, Refusal> {
    let max_loss = margin - credit;
    let contracts = match size {
        Size::Fixed { contracts } => contracts,
        Size::MaxLoss { .. } if max_loss <= Money::ZERO => {
            return Err((
                Reason::CreditTooSmall,
                Detail::Needs {
                    have: credit,
                    need: margin,
                },
            ));
        }
        Size::MaxLoss {
            pct_of_start_capital,
        } => Money::from_usd(base.usd() * pct_of_start_capital / 100.0).0 / max_loss.0,
        Size::Margin { pct_of_account } => {
            Money::from_usd(base.usd() * pct_of_account / 100.0).0 / margin.0.max(1)
        }
    };
    if contracts < 1 {
        let need = if matches!(size, Size::Margin { .. }) {
            margin
        } else {
            max_loss
        };
        return Err((Reason::SizeZero, Detail::Needs { have: base, need }));
    }
    Ok(contracts)
}

/// What a condor's net credit adds to the purse of a layer with this share of the budget, and what lapses.
pub(crate) fn purse_credit(
    share: f64,
    hedge: &Hedge,
    credit: Money,
    purse: &Purse,
    day: i32,
) -> (Money, Money) {
    let share = share * hedge.budget_fraction_of_credit;
    let amount = Money(whole_at_most(credit.0 as f64 * share)).max(Money::ZERO);
    (amount, purse.lapse(day, hedge.purse_cap_weeks * 7))
}

/// What a purchase takes from a purse of this balance, and what is forgone: a weight below one scales what is spent of
/// each dollar credited.
pub(crate) fn purse_charge(charge: Charge, balance: Money, weight: f64) -> (Money, Money) {
    let spent = charge.total.min(balance);
    if weight == 1.0 {
        return (spent, Money::ZERO);
    }
    let scaled = Money(nearest_whole(spent.0 as f64 / weight));
    (
        spent,
        (scaled - spent).min(balance - spent).max(Money::ZERO),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(maintenance_fraction: f64) -> MarginRules {
        MarginRules {
            vx_min_usd: 0.0,
            vx_near_fraction: 0.4,
            vx_far_fraction: 0.2,
            maintenance_fraction,
            loan_spread: 0.015,
        }
    }

    #[test]
    fn what_is_owed_costs_the_bill_rate_and_the_spread_and_nothing_else_does() {
        let rate = |cents| night_rate(Money(cents), 0.02, 0.03, 0.015);
        assert_eq!([rate(-1), rate(0), rate(1)], [0.045, 0.02, 0.02]);
        // One night on a million at 3.6 % is 100 dollars, ACT/360.
        assert_eq!(
            interest(Money::from_usd(1e6), 0.036, 1.0),
            Money::from_usd(100.0)
        );
    }

    #[test]
    fn an_order_may_use_the_last_cent() {
        assert!(is_carried(Money(500), Money(500)));
        assert!(!is_carried(Money(499), Money(500)));
    }

    #[test]
    fn futures_are_called_below_maintenance_and_not_at_it() {
        // Defined risk 1,000 and three quarters of 2,000.
        let called =
            |cash| is_margin_called(Money(cash), Money(100_000), Money(200_000), &rules(0.75));
        assert_eq!(
            [called(250_001), called(250_000), called(249_999)],
            [false, false, true]
        );
        let no_future = is_margin_called(Money(0), Money(100_000), Money::ZERO, &rules(0.75));
        assert!(!no_future, "an account without futures is not called");
    }

    #[test]
    fn sizes_are_whole_contracts_rounded_down() {
        let size = |credit: i64, margin: i64| {
            let rule = Size::MaxLoss {
                pct_of_start_capital: 1.0,
            };
            condor_size(rule, Money::from_usd(1e6), Money(credit), Money(margin))
        };
        // 10,000 dollars at 2,500, at 2,500.01 and at 3,300 of loss each.
        assert_eq!(size(50_000, 300_000), Ok(4));
        assert_eq!(size(50_000, 300_001), Ok(3));
        assert_eq!(size(0, 330_000), Ok(3));
        assert_eq!(size(0, 1_000_000), Ok(1));
        assert!(matches!(size(0, 1_000_001), Err((Reason::SizeZero, _))));
        assert!(matches!(
            size(300_000, 300_000),
            Err((Reason::CreditTooSmall, _))
        ));
        let of_account = |margin| {
            let rule = Size::Margin {
                pct_of_account: 10.0,
            };
            condor_size(rule, Money::from_usd(1e5), Money(50_000), Money(margin))
        };
        assert_eq!(of_account(500_000), Ok(2));
        assert_eq!(of_account(500_001), Ok(1));
        // A margin of one cent, and of none, which counts as one.
        assert_eq!(
            [1, 0].map(of_account),
            [Ok(1_000_000), Ok(1_000_000)],
            "10,000 dollars"
        );
    }

    #[test]
    fn money_buys_whole_units_within_the_room() {
        assert_eq!(units_paid(Money(999), Money(250), 9), 3);
        assert_eq!(units_paid(Money(1_000), Money(250), 9), 4);
        assert_eq!(units_paid(Money(1_000), Money(250), 2), 2);
        assert_eq!(
            [0, 7].map(|money| units_paid(Money(money), Money::ZERO, 9)),
            [0, 7]
        );
        assert_eq!([room_for(Some(3), || 2), room_for(Some(3), || 4)], [1, 0]);
    }

    #[test]
    fn only_a_gain_returns_to_a_purse() {
        assert_eq!(
            salvage(Money(-50), Money(200), Money(-30)),
            Some(Money(120))
        );
        assert_eq!(salvage(Money::ZERO, Money(30), Money(-30)), None);
    }

    #[test]
    fn a_weight_below_one_gives_up_what_it_did_not_spend() {
        let charge = Charge {
            total: Money(300),
            premium: Money(290),
        };
        assert_eq!(
            purse_charge(charge, Money(1_000), 1.0),
            (Money(300), Money::ZERO)
        );
        assert_eq!(
            purse_charge(charge, Money(1_000), 0.5),
            (Money(300), Money(300))
        );
        // No more than the purse has left.
        assert_eq!(
            purse_charge(charge, Money(400), 0.5),
            (Money(300), Money(100))
        );
    }
}
