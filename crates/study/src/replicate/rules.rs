//! What each index holds, when it rolls and how much of it.

use book::event::LegFill;
use chrono::{Datelike, NaiveDate};
use market::calendar::{spx_am_settlement, vix_settlement};
use market::contract::{Contract, Right, Root};
use market::history::Snapshot;
use market::listing::{nearest_strike, next_strike_below};
use market::price::Price;
use policy::rule::{ExpiryRule, StrikeRule, Underlying};
use policy::select::{LegRule, Side, Template, resolve};

/// A published index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Index {
    /// Cboe S&P 500 Iron Condor Index, CNDR (methodology 4.1): on the third Friday one-month AM-settled condor, short
    /// strikes nearest 0.20 delta, long ones nearest 0.05, account ten times the maximum loss, in bills.
    Condor,
    /// Cboe S&P 500 PutWrite Index, PUT: on the third Friday one-month AM-settled put at the strike at or just below
    /// the index, fully collateralised by bills.
    PutWrite,
    /// Cboe VIX Tail Hedge Index, VXTH: on the VIX settlement day one-month 30-delta VIX calls for 0, 1 or 0.5 % of the
    /// account by the level of the one-month forward, the rest in the S&P 500 with dividends.
    TailHedge,
}

/// Where the money lies that is not in options.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rest {
    /// One-month bills.
    Bills {
        /// Whether roll days earn interest.
        on_roll_days: bool,
    },
    /// The S&P 500 with dividends.
    TotalReturn {
        /// Dividend yield of one session.
        yield_per_session: f64,
    },
}

/// One month ahead, whatever the calendar makes of it.
const ONE_MONTH: ExpiryRule = ExpiryRule::Nearest { target_days: 30, min_days: 20, max_days: 40 };
/// Default dividend yield (DOMAIN 4.1) over 252 sessions.
const DIVIDENDS_PER_SESSION: f64 = 0.015 / 252.0;

impl Index {
    /// Whether the index rolls on `date`, which is a session.
    pub fn is_roll(self, date: NaiveDate) -> bool {
        let day = match self {
            Index::Condor | Index::PutWrite => spx_am_settlement(date.year(), date.month()),
            Index::TailHedge => vix_settlement(date.year(), date.month()),
        };
        day == Some(date)
    }

    /// Where the rest of the account lies.
    pub fn rest(self) -> Rest {
        match self {
            Index::Condor => Rest::Bills { on_roll_days: false },
            Index::PutWrite => Rest::Bills { on_roll_days: true },
            Index::TailHedge => Rest::TotalReturn { yield_per_session: DIVIDENDS_PER_SESSION },
        }
    }

    /// The package of one unit on a roll day: contracts and quantities, long positive. `None` where the rules hold
    /// nothing, or nothing is listed that satisfies them.
    pub fn choose(self, today: &Snapshot) -> Option<Vec<(Contract, i64)>> {
        match self {
            Index::Condor => resolve(&condor_template(), today).ok().map(|found| found.legs),
            Index::PutWrite => put_at_or_below(today).map(|put| vec![(put, -1)]),
            Index::TailHedge => {
                let found = resolve(&call_template(), today).ok()?;
                (tail_weight(today.future(found.expiry)?.settle.points()) > 0.0).then_some(found.legs)
            }
        }
    }

    /// Units held per point of account value, at these mids.
    pub fn units_per_point(self, legs: &[LegFill], today: &Snapshot) -> f64 {
        match self {
            Index::Condor => 1.0 / (10.0 * widest_wing(legs)),
            Index::PutWrite => {
                // n x (K x D - P) = account: account and premium, invested to expiry, pay K for every put.
                let leg = &legs[0];
                let strike = leg.contract.option.map_or(0.0, |(_, strike)| strike.points());
                let discount = today.slice(Root::Spx, leg.contract.expiry).map_or(1.0, |slice| slice.discount);
                1.0 / (strike * discount - leg.mid.points())
            }
            Index::TailHedge => {
                let forward = today.future(legs[0].contract.expiry).map_or(0.0, |future| future.settle.points());
                tail_weight(forward) / legs[0].mid.points()
            }
        }
    }
}

/// Share of the account in VIX calls at a one-month forward of `forward` (vol points): 0 up to 15, 1 % up to 30,
/// 0.5 % up to 50, 0 above.
pub fn tail_weight(forward: f64) -> f64 {
    match forward {
        f if f <= 15.0 => 0.0,
        f if f <= 30.0 => 0.01,
        f if f <= 50.0 => 0.005,
        _ => 0.0,
    }
}

/// Greater width of the two sides of a condor (points).
fn widest_wing(legs: &[LegFill]) -> f64 {
    let width = |right: Right| {
        let of = legs.iter().filter_map(|leg| leg.contract.option).filter(|(r, _)| *r == right);
        let strikes: Vec<f64> = of.map(|(_, strike)| strike.points()).collect();
        strikes.iter().fold(f64::MIN, |a, b| a.max(*b)) - strikes.iter().fold(f64::MAX, |a, b| a.min(*b))
    };
    width(Right::Put).max(width(Right::Call))
}

/// The legs of the condor, short put first, as the engine's own condor policies have them.
pub fn condor_template() -> Template {
    let leg = |side, right, delta, tolerance| LegRule {
        side,
        right,
        ratio: 1,
        strike: StrikeRule::Delta { delta, tolerance },
    };
    let legs = vec![
        leg(Side::Short, Right::Put, 0.20, 0.10),
        leg(Side::Long, Right::Put, 0.05, 0.04),
        leg(Side::Short, Right::Call, 0.20, 0.10),
        leg(Side::Long, Right::Call, 0.05, 0.04),
    ];
    Template {
        underlying: Underlying::Spx,
        expiry: ONE_MONTH,
        legs,
        future_side: Side::Long,
        max_width_fraction_of_mid: None,
    }
}

fn call_template() -> Template {
    let strike = StrikeRule::Delta { delta: 0.30, tolerance: 0.15 };
    let call = LegRule { side: Side::Long, right: Right::Call, ratio: 1, strike };
    Template {
        underlying: Underlying::Vix,
        expiry: ONE_MONTH,
        legs: vec![call],
        future_side: Side::Long,
        max_width_fraction_of_mid: None,
    }
}

/// The AM-settled put of next month whose strike is at or just below the index.
fn put_at_or_below(today: &Snapshot) -> Option<Contract> {
    let listed = today.spx.iter().map(|slice| slice.expiry);
    let expiry = policy::select::pick_expiry(ONE_MONTH, today.date, listed)?;
    let slice = today.slice(Root::Spx, expiry)?;
    let index = Price::from_points(today.spot);
    let nearest = nearest_strike(Root::Spx, index, slice.forward, slice.dte);
    let strike =
        if nearest <= index { nearest } else { next_strike_below(Root::Spx, nearest, slice.forward, slice.dte) };
    Some(Contract::option(Root::Spx, expiry, Right::Put, strike))
}
