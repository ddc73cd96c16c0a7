//! What a trade costs and what a contract is worth, written a second time from docs/model.md, the slow and plain way.
//!
//! Prices are whole 1/10,000 points, money is whole cents, fees are whole 1/10,000 USD. Nothing here calls `engine`; of the
//! other crates only the shapes of contracts and snapshots are used.

use engine::execution::{Execution, Fees};
use market::contract::{Contract, Right, Root};
use market::fund::Fund;
use market::history::Snapshot;

/// To the nearest whole number, to the even one where two are as near.
pub fn half_even(x: f64) -> i64 {
    let below = x.floor();
    let whole = below as i64;
    match x - below {
        part if part > 0.5 => whole + 1,
        part if part < 0.5 => whole,
        _ if whole % 2 == 0 => whole,
        _ => whole + 1,
    }
}

/// What a limit allows: a whole number that misses it by less than a millionth is it.
pub fn down(x: f64) -> i64 {
    (x + 1e-6).floor() as i64
}

/// What a need asks for, likewise.
pub fn up(x: f64) -> i64 {
    (x - 1e-6).ceil() as i64
}

/// Price units of so many points.
pub fn units(points: f64) -> i64 {
    half_even(points * 10_000.0)
}

/// Cents of so many dollars.
pub fn cents(usd: f64) -> i64 {
    half_even(usd * 100.0)
}

/// Cents that `contracts` contracts are worth at so many price units.
pub fn dollars(price: i64, contracts: i64, root: Root) -> i64 {
    let per_point: i128 = match root {
        Root::Spx | Root::Spxw | Root::Vix => 100,
        Root::Vx => 1_000,
        Root::Fund(_) => 1,
    };
    let hundredths = i128::from(price) * i128::from(contracts) * per_point;
    assert_eq!(hundredths % 100, 0, "a price that is not exact in cents");
    i64::try_from(hundredths / 100).expect("an amount")
}

fn tick(root: Root, price: i64) -> i64 {
    match root {
        Root::Spx | Root::Spxw if price < 30_000 => 500,
        Root::Spx | Root::Spxw => 1_000,
        Root::Vix if price < 30_000 => 100,
        Root::Vix => 500,
        Root::Vx => 500,
        Root::Fund(_) => 100,
    }
}

/// Which of the listed futures it is, from 1; the first where it is none of them.
fn month(contract: &Contract, snapshot: &Snapshot) -> usize {
    for (number, future) in (1..).zip(&snapshot.futures) {
        if future.expiry == contract.expiry {
            return number;
        }
    }
    1
}

fn real_shares(fund: Fund, snapshot: &Snapshot) -> f64 {
    let mut shares = 1.0;
    for quote in &snapshot.funds {
        if quote.fund == fund {
            shares = quote.shares;
        }
    }
    shares
}

/// Full quoted width.
fn width(contract: &Contract, mid: i64, snapshot: &Snapshot, execution: &Execution) -> i64 {
    let w = &execution.width;
    let points = mid as f64 / 10_000.0;
    let root = if points > 0.0 { points.sqrt() } else { 0.0 };
    let stress = if snapshot.vix > w.reference_vix {
        snapshot.vix / w.reference_vix
    } else {
        1.0
    };
    let doubled = if snapshot.vix > w.vx_double_above_vix {
        2.0
    } else {
        1.0
    };
    match contract.root {
        Root::Spx | Root::Spxw => {
            let width = units((w.spx_base_points + w.spx_root * root) * stress);
            let least = tick(contract.root, mid);
            if width < least { least } else { width }
        }
        Root::Vix => {
            let width = (w.vix_base_points + w.vix_root * root) * stress;
            units(if width < w.vix_min_points {
                w.vix_min_points
            } else {
                width
            })
        }
        Root::Vx => {
            let ticks = match month(contract, snapshot) {
                1 | 2 => w.vx_near_ticks,
                _ => w.vx_far_ticks,
            };
            units(ticks * doubled * 0.05)
        }
        Root::Fund(fund) => {
            let wide = 0.0002 * points;
            let least = 0.01 * real_shares(fund, snapshot);
            units(doubled * if wide < least { least } else { wide })
        }
    }
}

/// One leg as it is held: contracts of one unit, bought positive, and its mid.
#[derive(Clone, Copy, Debug)]
pub struct Leg {
    pub contract: Contract,
    pub quantity: i64,
    pub mid: i64,
}

/// A traded unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Traded {
    /// Price of each leg.
    pub fills: Vec<i64>,
    /// What one unit brings.
    pub net: i64,
    /// The same at mid.
    pub net_mid: i64,
    /// Fee of one unit [USD/10,000].
    pub fee: i64,
}

/// Trades one unit of the legs: as held to open it, against what is held to close it.
pub fn trade(legs: &[Leg], opens: bool, snapshot: &Snapshot, execution: &Execution) -> Traded {
    let sign = if opens { 1 } else { -1 };
    let mut fills = Vec::new();
    let mut widths = Vec::new();
    for leg in legs {
        let full = width(&leg.contract, leg.mid, snapshot, execution);
        let half = units(execution.half_spread_fraction * (full as f64 / 10_000.0) / 2.0);
        let is_bought = sign * leg.quantity > 0;
        let worthless = leg.contract.option.is_some() && leg.mid < tick(leg.contract.root, 0);
        fills.push(match is_bought {
            true => leg.mid + half,
            false if worthless || leg.mid < half => 0,
            false => leg.mid - half,
        });
        widths.push(full);
    }
    if legs.len() == 1 {
        let step = tick(legs[0].contract.root, fills[0]);
        let over = fills[0].rem_euclid(step);
        if over > 0 {
            fills[0] += if sign * legs[0].quantity > 0 {
                step - over
            } else {
                -over
            };
        }
    } else {
        round_to_five_cents(legs, &widths, sign, &mut fills);
    }
    let sum = |prices: &[i64]| {
        let mut brings = 0;
        for (leg, price) in legs.iter().zip(prices) {
            brings -= sign * leg.quantity * price;
        }
        brings
    };
    let mids: Vec<i64> = legs.iter().map(|leg| leg.mid).collect();
    let fee = fee_of_unit(legs, &fills, snapshot, execution);
    Traded {
        net: sum(&fills),
        net_mid: sum(&mids),
        fills,
        fee,
    }
}

/// A package trades for a multiple of 0.05. What is over goes to the legs with the widest quotes, the first of equals first.
fn round_to_five_cents(legs: &[Leg], widths: &[i64], sign: i64, fills: &mut [i64]) {
    let brings: i64 = (0..legs.len())
        .map(|i| -sign * legs[i].quantity * fills[i])
        .sum();
    let mut over = brings.rem_euclid(500);
    let mut done = vec![false; legs.len()];
    while over > 0 {
        let mut widest = None;
        for i in 0..legs.len() {
            let is_wider = widest.is_none_or(|best: usize| widths[i] > widths[best]);
            if !done[i] && is_wider {
                widest = Some(i);
            }
        }
        let Some(i) = widest else { break };
        done[i] = true;
        let each = legs[i].quantity.abs();
        if sign * legs[i].quantity > 0 {
            fills[i] += over / each;
            over -= over / each * each;
        } else {
            let less = (over / each).min(fills[i]);
            fills[i] -= less;
            over -= less * each;
        }
    }
}

/// Fee of one unit [USD/10,000].
pub fn fee_of_unit(legs: &[Leg], fills: &[i64], snapshot: &Snapshot, execution: &Execution) -> i64 {
    let alone = legs.len() == 1;
    let mut all = 0;
    for (leg, fill) in legs.iter().zip(fills) {
        let each = match (execution.fees, leg.contract.root) {
            (Fees::None, _) => 0,
            (_, Root::Fund(fund)) => (50.0 * real_shares(fund, snapshot)).round() as i64,
            (Fees::AllIn, Root::Spx | Root::Spxw) => 11_000,
            (Fees::AllIn, Root::Vix) => 9_500,
            (Fees::AllIn, Root::Vx) => 24_000,
            (Fees::Schedule, Root::Spx | Root::Spxw) if *fill < 10_000 => 3_600 + 5_400,
            (Fees::Schedule, Root::Spx | Root::Spxw) => 4_500 + 5_400,
            (Fees::Schedule, Root::Vix) => vix_exchange_fee(*fill, alone) + 5_400,
            // 1.51, 1.47 before 2022, plus 0.02 and 0.50.
            (Fees::Schedule, Root::Vx) if snapshot.date < day(2022) => 14_700 + 5_200,
            (Fees::Schedule, Root::Vx) => 15_100 + 5_200,
        };
        all += each * leg.quantity.abs();
    }
    all
}

fn day(year: i32) -> chrono::NaiveDate {
    chrono::NaiveDate::from_ymd_opt(year, 1, 1).expect("a day")
}

/// To 0.10, to 0.99, to 1.99, from 2.00: alone, and in a package.
fn vix_exchange_fee(premium: i64, alone: bool) -> i64 {
    let (single, package) = if premium <= 1_000 {
        (1_000, 500)
    } else if premium <= 9_900 {
        (2_500, 1_700)
    } else if premium <= 19_900 {
        (4_000, 3_000)
    } else {
        (4_500, 4_500)
    };
    if alone { single } else { package }
}

/// Cents of so many 1/10,000 USD, halves away from zero.
pub fn invoice(fee: i64) -> i64 {
    (fee + 50).div_euclid(100)
}

/// Worth of one contract at settlement.
pub fn payoff(contract: &Contract, value: i64) -> i64 {
    match contract.option {
        None => value,
        Some((Right::Call, strike)) if value > strike.0 => value - strike.0,
        Some((Right::Put, strike)) if value < strike.0 => strike.0 - value,
        Some(_) => 0,
    }
}

/// Margin of one unit of options or shares: what it can lose at most, looked for at every strike, at nothing, and far above.
pub fn unit_margin(legs: &[Leg]) -> i64 {
    let strikes = legs
        .iter()
        .filter_map(|leg| leg.contract.option)
        .map(|(_, strike)| strike.0);
    let mut values: Vec<i64> = strikes
        .flat_map(|strike| [strike / 2, strike - 1, strike, strike + 1])
        .collect();
    let highest = values.iter().copied().max().unwrap_or(0);
    values.extend([0, highest * 2, highest * 10]);
    let mut worst = 0;
    for value in values {
        let mut brings = 0;
        for leg in legs {
            brings += leg.quantity * payoff(&leg.contract, value);
        }
        worst = worst.min(brings);
    }
    dollars(-worst, 1, legs[0].contract.root)
}

/// Initial margin of one future at a settlement price, or of one fund share sold short.
pub fn future_margin(
    contract: &Contract,
    price: i64,
    snapshot: &Snapshot,
    execution: &Execution,
) -> i64 {
    let points = price as f64 / 10_000.0;
    if let Root::Fund(_) = contract.root {
        return cents(0.5 * points);
    }
    let rules = &execution.margin;
    let fraction = match month(contract, snapshot) {
        1 | 2 => rules.vx_near_fraction,
        _ => rules.vx_far_fraction,
    };
    let of_value = fraction * 1000.0 * points;
    cents(if of_value < rules.vx_min_usd {
        rules.vx_min_usd
    } else {
        of_value
    })
}

#[test]
fn a_half_goes_to_the_even_neighbour() {
    let rounded: Vec<i64> = [
        0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 2.4999, 2.5001, -2.5001, 3.0,
    ]
    .into_iter()
    .map(half_even)
    .collect();
    assert_eq!(rounded, [0, 2, 2, 0, -2, -2, 2, 3, -3, 3]);
}
