//! What one expiry of one chain says: volatilities at given deltas and the credit of a condor, all from quoted mids.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use market::black;
use market::chain::{ChainDay, ChainExpiry, Finding, RawQuote, SessionQuotes};
use market::contract::{Right, Root};
use market::history::{HistoryError, MarketHistory};
use market::math::{exp, ln};
use market::observations::Observations;
use market::price::Price;
use market::surface::ModelParams;

/// Quotes of one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChainSnapshot {
    /// Session.
    pub date: NaiveDate,
    /// New York time as the source wrote it, or `close`.
    pub time: String,
    /// `eod`, `intraday` or `gth`.
    pub kind: String,
    /// All roots.
    pub quotes: Vec<RawQuote>,
}

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measure {
    /// Volatility at the forward.
    Atm,
    /// Volatility of the put of this delta (percent).
    Put(u8),
    /// Volatility of the call of this delta (percent).
    Call(u8),
    /// Volatility of the strike at this percentage of the forward: VIX options.
    Strike(u16),
    /// Credit of the condor short at 16 delta and long at 5, at the same four strikes.
    Condor,
}

impl Measure {
    /// As the tables print it.
    pub fn name(self) -> String {
        match self {
            Measure::Atm => "atm".into(),
            Measure::Put(delta) => format!("put_{delta}d"),
            Measure::Call(delta) => format!("call_{delta}d"),
            Measure::Strike(percent) => format!("strike_{percent}pct"),
            Measure::Condor => "condor_16_5".into(),
        }
    }

    /// Relative errors for a price, differences for a volatility.
    pub fn is_price(self) -> bool {
        self == Measure::Condor
    }
}

/// A volatility the chain quotes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VolTarget {
    /// Where.
    pub measure: Measure,
    /// Log-moneyness on the chain's forward.
    pub k: f64,
    /// Quoted, decimal.
    pub vol: f64,
}

/// A condor the chain quotes: put wing, short put, short call, call wing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CondorTarget {
    /// Strikes (points).
    pub strikes: [f64; 4],
    /// Credit at quoted mids (points).
    pub credit: f64,
    /// Sum of the four quoted widths (points).
    pub width: f64,
}

/// What one expiry says.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// Session.
    pub date: NaiveDate,
    /// When on that day, as the source wrote it.
    pub time: String,
    /// `eod`, `intraday` or `gth`.
    pub kind: String,
    /// Trading class.
    pub root: Root,
    /// Day of settlement.
    pub expiry: NaiveDate,
    /// Calendar days to it.
    pub days: i64,
    /// Forward from parity (points).
    pub forward: f64,
    /// Discount factor from parity.
    pub discount: f64,
    /// Volatilities.
    pub vols: Vec<VolTarget>,
    /// The condor; `None` where a strike is not quoted on both sides.
    pub condor: Option<CondorTarget>,
}

/// What the chains say, and what was wrong with them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Targets {
    /// By moment and expiry.
    pub all: Vec<Target>,
    /// What was left out, by moment (`2023-02-07 17:34 eod`): code and count.
    pub findings: Vec<(String, &'static str, u32)>,
}

/// Expiries further ahead than this are not looked at (days).
pub const HORIZON_DAYS: i64 = 185;

/// Cleans and measures every chain. A date that is no session of the observations is named among the findings.
pub fn targets(moments: &[ChainSnapshot], observations: &Observations) -> Targets {
    let mut found = Targets::default();
    for moment in moments {
        let label = format!("{} {} {}", moment.date, moment.time, moment.kind);
        let Ok(history) = one_session(
            observations,
            moment.date,
            &ModelParams::domain(),
            HORIZON_DAYS,
        ) else {
            found
                .findings
                .push((label, "chain_outside_dataset", moment.quotes.len() as u32));
            continue;
        };
        let snapshot = history.view(0).today();
        let day = ChainDay::new(&SessionQuotes::new(&moment.quotes), &|root, expiry| {
            snapshot.slice(root, expiry).copied()
        });
        let counts: &BTreeMap<Finding, u32> = &day.findings;
        found.findings.extend(
            counts
                .iter()
                .map(|(finding, n)| (label.clone(), finding.code(), *n)),
        );
        found.all.extend(
            day.expiries()
                .iter()
                .filter_map(|expiry| target(moment, expiry)),
        );
    }
    found
}

/// The market of one session.
///
/// # Errors
/// Where the observations lack the session or what it needs.
pub fn one_session(
    observations: &Observations,
    date: NaiveDate,
    params: &ModelParams,
    horizon_days: i64,
) -> Result<MarketHistory, HistoryError> {
    MarketHistory::build(observations, date, date, params, horizon_days)
}

const DELTAS: [u8; 4] = [25, 16, 10, 5];
const VIX_STRIKES: [u16; 4] = [125, 150, 175, 200];

fn target(moment: &ChainSnapshot, expiry: &ChainExpiry) -> Option<Target> {
    let slice = expiry.slice?;
    let curve = Curve::new(expiry, slice.forward, slice.discount, slice.t);
    let mut vols = Vec::new();
    let mut add = |measure, k: Option<f64>| {
        let point = k.and_then(|k| {
            Some(VolTarget {
                measure,
                k,
                vol: curve.vol(k)?,
            })
        });
        vols.extend(point);
    };
    add(Measure::Atm, Some(0.0));
    if expiry.root == Root::Vix {
        VIX_STRIKES
            .iter()
            .for_each(|p| add(Measure::Strike(*p), Some(ln(f64::from(*p) / 100.0))));
    } else {
        for delta in DELTAS {
            add(
                Measure::Put(delta),
                curve.at_delta(Right::Put, f64::from(delta) / 100.0),
            );
            add(
                Measure::Call(delta),
                curve.at_delta(Right::Call, f64::from(delta) / 100.0),
            );
        }
    }
    Some(Target {
        date: moment.date,
        time: moment.time.clone(),
        kind: moment.kind.clone(),
        root: expiry.root,
        expiry: expiry.expiry,
        days: (expiry.expiry - moment.date).num_days(),
        forward: slice.forward,
        discount: slice.discount,
        vols,
        condor: if expiry.root == Root::Vix {
            None
        } else {
            curve.condor(expiry)
        },
    })
}

/// Quoted volatilities of the out-of-the-money strikes, ascending: `k`, volatility, absolute delta.
struct Curve {
    points: Vec<(f64, f64, f64)>,
    forward: f64,
}

impl Curve {
    fn new(expiry: &ChainExpiry, forward: f64, discount: f64, t: f64) -> Curve {
        let outside = |right, strike: f64| (right == Right::Put) == (strike <= forward);
        let mut points: Vec<_> = expiry
            .quotes
            .iter()
            .filter_map(|((right, strike), quote)| {
                let strike = strike.points();
                if !outside(*right, strike) || quote.bid == Price::ZERO {
                    return None;
                }
                let vol =
                    black::implied_vol(*right, forward, strike, t, discount, quote.mid().points())
                        .ok()?;
                let delta = black::delta(*right, forward, strike, t, discount, vol).abs();
                Some((ln(strike / forward), vol, delta))
            })
            .collect();
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        Curve { points, forward }
    }

    /// Linear between neighbouring quotes; `None` outside them.
    fn vol(&self, k: f64) -> Option<f64> {
        let after = self.points.iter().position(|p| p.0 >= k)?;
        let high = self.points[after];
        let low = self.points[after.checked_sub(1)?];
        Some(low.1 + (high.1 - low.1) * (k - low.0) / (high.0 - low.0))
    }

    /// Where the quoted delta is this, linear between the two quotes around it, nearest the money first.
    fn at_delta(&self, right: Right, delta: f64) -> Option<f64> {
        let side: Vec<_> = match right {
            Right::Put => self.points.iter().rev().filter(|p| p.0 <= 0.0).collect(),
            Right::Call => self.points.iter().filter(|p| p.0 > 0.0).collect(),
        };
        let pair = side
            .windows(2)
            .find(|pair| pair[0].2 >= delta && pair[1].2 < delta)?;
        let share = (pair[0].2 - delta) / (pair[0].2 - pair[1].2);
        Some(pair[0].0 + share * (pair[1].0 - pair[0].0))
    }

    /// The listed strike with the nearest quoted delta, among those quoted with a bid.
    fn listed(&self, right: Right, delta: f64) -> Option<f64> {
        let side = self
            .points
            .iter()
            .filter(|p| (right == Right::Put) == (p.0 <= 0.0));
        let gap = |p: &&(f64, f64, f64)| (p.2 - delta).abs();
        let nearest = side.min_by(|a, b| gap(a).total_cmp(&gap(b)))?;
        (gap(&nearest) < 0.3 * delta).then(|| self.forward * exp(nearest.0))
    }

    fn condor(&self, expiry: &ChainExpiry) -> Option<CondorTarget> {
        let wanted = [
            (Right::Put, 0.05),
            (Right::Put, 0.16),
            (Right::Call, 0.16),
            (Right::Call, 0.05),
        ];
        let mut condor = CondorTarget {
            strikes: [0.0; 4],
            credit: 0.0,
            width: 0.0,
        };
        for (i, (right, delta)) in wanted.into_iter().enumerate() {
            let strike = Price::from_points(self.listed(right, delta)?);
            let quote = expiry.quote(right, strike)?;
            let sign = if i == 1 || i == 2 { 1.0 } else { -1.0 };
            condor.strikes[i] = strike.points();
            condor.credit += sign * quote.mid().points();
            condor.width += quote.width().points();
        }
        (condor.credit > 0.0).then_some(condor)
    }
}
