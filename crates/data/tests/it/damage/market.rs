//! SYNTHETIC: three years of a made-up market. Volatility clusters and rises as prices fall; everything else moves with the two
//! as its kind does, with noise of its own.

use chrono::{Datelike, NaiveDate};
use dice::Dice;
use market::calendar::{Calendar, vix_settlement};
use market::math::{exp, ln};

/// What one session is.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Session {
    pub day: NaiveDate,
    /// Open, high, low and close of the index.
    pub spx: [f64; 4],
    /// Return of the index, and the volatility it had.
    pub r: f64,
    pub sigma: f64,
    /// Logarithm of volatility over its middle.
    pub fear: f64,
    pub vix: [f64; 4],
    pub vix9d: [f64; 4],
    pub vix3m: [f64; 4],
    pub vvix: f64,
    pub skew: f64,
    pub dff: f64,
    pub sofr: f64,
    /// 1, 3, 6 months, 1, 2, 10 years.
    pub yields: [f64; 6],
    pub baa: f64,
    pub ig: f64,
    pub hy: f64,
    pub dollar: f64,
    pub adv: f64,
    pub decl: f64,
    pub unch: f64,
    pub highs: f64,
    pub lows: f64,
    pub above: f64,
    pub iwm: [f64; 4],
    pub vnq: f64,
    pub vxx: f64,
    pub cndr: f64,
    pub put: f64,
    pub pput: f64,
    pub volume: f64,
}

/// Every session of 2020 to 2022.
pub(super) fn market() -> Vec<Session> {
    let mut dice = Dice(2_019);
    let sessions = Calendar::nyse().sessions().iter().copied();
    let days = sessions.filter(|d| (2020..=2022).contains(&d.year()));
    let mut now = Session {
        spx: [2_510.0; 4],
        vix: [19.0; 4],
        vvix: 95.0,
        skew: 132.0,
        dollar: 115.0,
        above: 55.0,
        iwm: [135.0; 4],
        vnq: 75.0,
        vxx: 400.0,
        cndr: 750.0,
        put: 1_850.0,
        pput: 1_020.0,
        ..Session::default()
    };
    let mut hidden = Hidden::default();
    days.map(|day| {
        now = step(&now, day, &mut hidden, &mut dice);
        now
    })
    .collect()
}

/// What nobody sees: the level of long yields over short ones, and noises that die out slowly.
#[derive(Default)]
struct Hidden {
    long: f64,
    skew: f64,
    short_end: [f64; 6],
    credit: f64,
    fast: f64,
}

/// Four prices around a close, from the close before.
fn bar(before: f64, close: f64, sigma: f64, dice: &mut Dice) -> [f64; 4] {
    let open = before * exp(0.35 * sigma * dice.normal() + 0.15 * ln(close / before));
    let up = exp(0.4 * sigma * dice.normal().abs());
    let down = exp(-0.4 * sigma * dice.normal().abs());
    [open, open.max(close) * up, open.min(close) * down, close]
}

/// The rate that policy sets: down by steps in 2020, up by steps in 2022.
fn policy(day: NaiveDate) -> f64 {
    let steps = [
        ("2020-03-04", -0.5),
        ("2020-03-17", -0.75),
        ("2022-03-17", 0.25),
        ("2022-05-05", 0.5),
        ("2022-06-16", 0.75),
        ("2022-07-28", 0.75),
        ("2022-09-22", 0.75),
        ("2022-11-03", 0.75),
        ("2022-12-15", 0.5),
    ];
    let until = steps.iter().filter(|(d, _)| day >= d.parse().unwrap());
    1.65 + until.map(|s| s.1).sum::<f64>()
}

/// Months over which the yields foresee policy.
const MONTHS: [i64; 6] = [1, 3, 5, 7, 9, 12];

/// The mean of what policy will do over some months, as a market that knows it would price it.
fn expected(day: NaiveDate, months: i64) -> f64 {
    let at = |i: i64| policy(day + chrono::Duration::days(i * 30 * months / 40));
    (0..40).map(at).sum::<f64>() / 40.0
}

fn step(before: &Session, day: NaiveDate, hidden: &mut Hidden, dice: &mut Dice) -> Session {
    let z = dice.normal();
    let sigma = before.vix[3] / 100.0 / 252f64.sqrt() * 0.85;
    let r = sigma * z + 0.0003;
    let fear = 0.965 * before.fear + 0.062 * (-0.8 * z + 0.6 * dice.normal());
    let close = before.spx[3] * exp(r);
    hidden.fast = 0.8 * hidden.fast + 0.03 * dice.normal();
    let of = |a: f64, noise: f64| 19.0 * exp(a * fear + noise);
    let vix = of(1.0, 0.0);
    let vix9d = of(1.2, hidden.fast - 0.03);
    let vix3m = of(0.7, 0.06 + 0.004 * dice.normal());
    let moved = ln(vix / before.vix[3]);
    hidden.skew = 0.93 * hidden.skew + 0.012 * dice.normal();
    let rates = rates(before, day, fear, hidden, dice);
    let fund = |price: f64, beta: f64, own: f64, dice: &mut Dice| {
        price * exp(beta * r + own * dice.normal())
    };
    let iwm = fund(before.iwm[3], 1.1, 0.005, dice);
    let back = |value: f64, middle: f64, speed: f64| value * exp(-speed * ln(value / middle));
    let base = Session {
        day,
        r,
        sigma,
        fear,
        spx: bar(before.spx[3], close, sigma, dice),
        vix: bar(before.vix[3], vix, 0.05, dice),
        vix9d: bar(before.vix9d[3].max(5.0), vix9d, 0.07, dice),
        vix3m: bar(before.vix3m[3].max(5.0), vix3m, 0.03, dice),
        vvix: back(before.vvix, 95.0, 0.03) * exp(0.5 * moved + 0.015 * dice.normal()),
        skew: 132.0 * exp(hidden.skew),
        iwm: bar(before.iwm[3], iwm, 1.2 * sigma, dice),
        vnq: fund(before.vnq, 0.8, 0.007, dice),
        vxx: before.vxx * exp(0.55 * moved - 0.002 + 0.004 * dice.normal()),
        cndr: fund(before.cndr, 0.25, 0.002, dice),
        put: fund(before.put, 0.6, 0.001, dice),
        pput: fund(before.pput, 0.85, 0.001, dice),
        dollar: back(before.dollar, 115.0, 0.003) * exp(-0.08 * r + 0.0024 * dice.normal()),
        volume: (9.0e7 * exp(0.25 * dice.normal() + 0.5 * fear)).round(),
        ..rates
    };
    breadth(before, base, dice)
}

fn rates(
    before: &Session,
    day: NaiveDate,
    fear: f64,
    hidden: &mut Hidden,
    dice: &mut Dice,
) -> Session {
    let dff = policy(day) + 0.005 * dice.normal();
    hidden.long = 0.995 * hidden.long + 0.045 * dice.normal();
    hidden.credit = 0.99 * hidden.credit + 0.012 * dice.normal();
    let mut yields = [0.0; 6];
    let slopes = [
        (0.02, 0.05),
        (0.06, 0.12),
        (0.14, 0.3),
        (0.3, 0.5),
        (0.5, 0.75),
        (1.0, 1.0),
    ];
    for (i, (premium, share)) in slopes.iter().enumerate() {
        hidden.short_end[i] = 0.9 * hidden.short_end[i] + 0.008 * dice.normal();
        yields[i] = expected(day, MONTHS[i]) + premium + share * hidden.long + hidden.short_end[i];
    }
    let credit = hidden.credit - 0.1 * (hidden.long);
    Session {
        dff,
        sofr: dff - 0.02 + 0.008 * dice.normal(),
        yields: yields.map(|y| y.max(0.01)),
        baa: 2.0 + 0.3 * fear + credit + 0.01 * dice.normal(),
        ig: 1.1 + 0.25 * fear + 0.6 * hidden.credit + 0.006 * dice.normal(),
        hy: 4.2 + 1.5 * fear + hidden.credit + 0.03 * dice.normal(),
        ..*before
    }
}

fn breadth(before: &Session, now: Session, dice: &mut Dice) -> Session {
    let listed = 2_960.0;
    let unch = (90.0 * exp(0.16 * dice.normal())).round();
    let push = now.r / now.sigma;
    let share = 1.0 / (1.0 + exp(-1.1 * push - 0.25 * dice.normal() - 0.05));
    let adv = ((listed - unch) * share.clamp(0.03, 0.97)).round();
    let decl = listed - unch - adv + (dice.below(9) as f64) - 4.0;
    let above = before.above + 130.0 * now.r + 0.02 * (55.0 - before.above) + 0.5 * dice.normal();
    Session {
        adv,
        decl,
        unch,
        highs: (60.0 * exp(0.5 * push + 0.4 * dice.normal())).round(),
        lows: (45.0 * exp(-0.5 * push + 0.4 * dice.normal())).round(),
        above: above.clamp(4.0, 97.0),
        ..now
    }
}

/// One day of one VIX future: open, high, low, close, settlement, volume.
pub(super) struct Future {
    pub day: NaiveDate,
    pub prices: [f64; 5],
    pub volume: i64,
}

/// Settlement day and days of the contract of a month.
pub(super) fn contract(market: &[Session], year: i32, month: u32) -> (NaiveDate, Vec<Future>) {
    let expiry = vix_settlement(year, month).unwrap();
    let mut dice = Dice((year as u64) * 100 + u64::from(month));
    let mut before = None;
    let mut days = Vec::new();
    for now in market.iter().filter(|s| s.day <= expiry) {
        let left = (expiry - now.day).num_days() as f64;
        if left > 190.0 {
            continue;
        }
        let a = exp(-left / 130.0);
        let settle = (19.0 + 1.4 * (1.0 - a)) * exp(a * now.fear + 0.0025 * dice.normal());
        let settle = if left == 0.0 { now.vix[0] } else { settle };
        let from = before.unwrap_or(settle * 0.995);
        let close = settle * exp(0.002 * dice.normal());
        let mut bar = bar(from, close, 0.03 * a + 0.008, &mut dice);
        bar[1] = bar[1].max(settle);
        bar[2] = bar[2].min(settle);
        days.push(Future {
            day: now.day,
            prices: [bar[0], bar[1], bar[2], bar[3], settle],
            volume: (40_000.0 * a * a) as i64 + 150,
        });
        before = Some(settle);
    }
    (expiry, days)
}
