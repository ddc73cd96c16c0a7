//! The model against prices of single options, taken at minutes of many days: hundreds of sessions instead of a dozen.
//!
//! A mark is priced on the model's slice of its expiry, moved to the index of its minute; the levels the surface is made of
//! are those of the close, so the earlier the minute the more of the error is the market's own movement. Marks of 15:45 and
//! later are the ones that judge.
//!
//! Three things are compared. The volatility of each mark. The *strangle*: the put and the call of one moment and expiry,
//! nearest 25 delta, as a price. And the *condor*: the model's own smile, bent by a straight line so that it meets those two
//! marks, prices a condor short at 16 delta and long 50 points further; its error is that of the unbent smile at the same
//! strikes. The condor is thus an estimate that rests on two quotes, and the tables say so.

mod condor;

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveTime};
use market::calendar::Calendar;
use market::contract::{Right, Root};
use market::history::{MarketHistory, Snapshot};
use market::observations::Observations;
use market::surface::{ModelParams, Slice};
use market::{black, listing};

use crate::target::HORIZON_DAYS;

pub use condor::Condor;

/// The price of one option at one minute.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// Session.
    pub date: NaiveDate,
    /// New York time.
    pub time: NaiveTime,
    /// Trading class; `None` where the source does not say whether it settles in the morning.
    pub root: Option<Root>,
    /// Day of settlement.
    pub expiry: NaiveDate,
    /// Call or put.
    pub right: Right,
    /// Strike \[index points\].
    pub strike: f64,
    /// Price \[index points\].
    pub mid: f64,
    /// The index at that minute \[index points\].
    pub underlying: f64,
}

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MarkMeasure {
    /// Volatility of a put of 15 to 35 delta [vol points].
    Put,
    /// Volatility of a call of 15 to 35 delta [vol points].
    Call,
    /// Price of the put and the call together [%].
    Strangle,
    /// Credit of the 16-delta condor, wings 50 points, estimated from the two marks [%].
    Condor,
}

impl MarkMeasure {
    /// Every measure, in the order of the tables.
    pub const ALL: [MarkMeasure; 4] = [
        MarkMeasure::Put,
        MarkMeasure::Call,
        MarkMeasure::Strangle,
        MarkMeasure::Condor,
    ];

    /// As the tables print it.
    pub fn name(self) -> &'static str {
        match self {
            MarkMeasure::Put => "put_25d",
            MarkMeasure::Call => "call_25d",
            MarkMeasure::Strangle => "strangle_25",
            MarkMeasure::Condor => "condor_16_50pt",
        }
    }
}

/// One comparison.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MarkRow {
    /// Session.
    pub date: NaiveDate,
    /// New York time.
    pub time: NaiveTime,
    /// Day of settlement.
    pub expiry: NaiveDate,
    /// Calendar days to it.
    pub days: i64,
    /// VIX at the close of the session [vol points].
    pub vix: f64,
    /// What.
    pub measure: MarkMeasure,
    /// The market's: decimal volatility, or points.
    pub quoted: f64,
    /// The model's.
    pub model: f64,
    /// Model less market: vol points, or percent of the market's price.
    pub error: f64,
}

/// A put and a call of one moment and expiry, nearest 25 delta, on the model's slice.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MarkPair {
    /// Session.
    pub date: NaiveDate,
    /// New York time.
    pub time: NaiveTime,
    /// Calendar days to expiry.
    pub days: i64,
    /// VIX at the close of the session [vol points].
    pub vix: f64,
    /// The model's slice, moved to the index of the minute.
    pub slice: Slice,
    /// The put.
    pub put: SideQuote,
    /// The call.
    pub call: SideQuote,
}

/// One side of a pair.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SideQuote {
    /// Strike \[index points\].
    pub strike: f64,
    /// Price \[index points\].
    pub mid: f64,
    /// Its volatility on the slice's forward, decimal.
    pub vol: f64,
}

/// Comparisons, and marks that could not be compared, by reason.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MarkErrors {
    /// In order of date, time and expiry.
    pub rows: Vec<MarkRow>,
    /// The pairs behind strangles and condors, in the same order.
    pub pairs: Vec<MarkPair>,
    /// How many marks were left out: reason and count.
    pub left_out: BTreeMap<&'static str, usize>,
}

/// Marks of this minute and later judge; before it, the closing levels are of another market.
pub fn is_near_close(time: NaiveTime) -> bool {
    NaiveTime::from_hms_opt(15, 45, 0).is_some_and(|from| time >= from)
}

/// Compares the model with every mark.
///
/// The market is priced once from the first session with a mark to the last: sessions one by one cost three times as much.
pub fn mark_errors(
    marks: &[Mark],
    observations: &Observations,
    params: &ModelParams,
) -> MarkErrors {
    let mut errors = MarkErrors::default();
    let covered = |date: NaiveDate| observations.sessions.binary_search(&date).is_ok();
    let mut groups: BTreeMap<(NaiveDate, NaiveTime, NaiveDate), Vec<&Mark>> = BTreeMap::new();
    for mark in marks {
        if covered(mark.date) {
            let key = (mark.date, mark.time, mark.expiry);
            groups.entry(key).or_default().push(mark);
        } else {
            *errors
                .left_out
                .entry("session not in the dataset")
                .or_default() += 1;
        }
    }
    let (Some(first), Some(last)) = (groups.keys().next(), groups.keys().next_back()) else {
        return errors;
    };
    let furthest = groups
        .keys()
        .map(|(date, _, expiry)| (*expiry - *date).num_days());
    let horizon = furthest.max().unwrap_or(0).clamp(1, HORIZON_DAYS);
    match MarketHistory::build(observations, first.0, last.0, params, horizon) {
        Ok(market) => {
            for (key, group) in &groups {
                let at = market.window(key.0, key.0).start;
                compare(market.view(at).today(), *key, group, &mut errors);
            }
        }
        Err(_) => {
            let count = groups.values().map(Vec::len).sum();
            errors
                .left_out
                .insert("the dataset cannot be priced", count);
        }
    }
    errors
}

/// A mark on the model's slice.
struct Found {
    right: Right,
    strike: f64,
    vol: f64,
    model_vol: f64,
    delta: f64,
    mid: f64,
    model: f64,
}

/// The sides of a strangle, each with its measure.
const SIDES: [(Right, MarkMeasure); 2] = [
    (Right::Put, MarkMeasure::Put),
    (Right::Call, MarkMeasure::Call),
];

fn compare(
    today: &Snapshot,
    (date, time, expiry): (NaiveDate, NaiveTime, NaiveDate),
    group: &[&Mark],
    errors: &mut MarkErrors,
) {
    let mut leave_out = |why: &'static str| *errors.left_out.entry(why).or_default() += 1;
    let mut found: Vec<Found> = Vec::new();
    let mut slice_of_group: Option<Slice> = None;
    for mark in group {
        let Some(root) = root(mark) else {
            leave_out("a third Friday without a root");
            continue;
        };
        let Some(slice) = today.slice(root, expiry) else {
            leave_out("no such expiry was listed");
            continue;
        };
        let forward = slice.forward * mark.underlying / today.spot;
        let slice = slice.moved_to(forward, slice.discount);
        match on_slice(mark, &slice) {
            Some(one) => found.push(one),
            None => leave_out("a price without a volatility"),
        }
        slice_of_group = Some(slice);
    }
    let Some(slice) = slice_of_group else { return };
    let row = |measure, quoted: f64, model: f64, error| MarkRow {
        date,
        time,
        expiry,
        days: (expiry - date).num_days(),
        vix: today.vix,
        measure,
        quoted,
        model,
        error,
    };
    for (right, measure) in SIDES {
        if let Some(f) = nearest(&found, right) {
            let error = 100.0 * (f.model_vol - f.vol);
            errors.rows.push(row(measure, f.vol, f.model_vol, error));
        }
    }
    let (Some(put), Some(call)) = (nearest(&found, Right::Put), nearest(&found, Right::Call))
    else {
        return;
    };
    errors.pairs.push(MarkPair {
        date,
        time,
        days: (expiry - date).num_days(),
        vix: today.vix,
        slice,
        put: put.quote(),
        call: call.quote(),
    });
    let model = put.model + call.model;
    let quoted = put.mid + call.mid;
    let error = percent(model, quoted);
    let strangle = row(MarkMeasure::Strangle, quoted, model, error);
    errors.rows.push(strangle);
    if let Some(condor) = Condor::new(&slice, &put.quote(), &call.quote()) {
        let model = condor.credit_on(&slice);
        let quoted = condor.quoted;
        let error = percent(model, quoted);
        let condor = row(MarkMeasure::Condor, quoted, model, error);
        errors.rows.push(condor);
    }
}

/// By how much the model is above the quote [%].
fn percent(model: f64, quoted: f64) -> f64 {
    100.0 * (model / quoted - 1.0)
}

/// The class of a mark; on a third Friday the source must say it.
fn root(mark: &Mark) -> Option<Root> {
    mark.root.or_else(|| {
        let standard = listing::spx_am_expiries(mark.date, (mark.expiry - mark.date).num_days());
        (!standard.contains(&mark.expiry)).then_some(Root::Spxw)
    })
}

fn on_slice(mark: &Mark, slice: &Slice) -> Option<Found> {
    let right = mark.right;
    let forward = slice.forward;
    let discount = slice.discount;
    let t = slice.t;
    let vol = black::implied_vol(right, forward, mark.strike, t, discount, mark.mid).ok()?;
    let model_vol = slice.vol(mark.strike);
    let one = Found {
        right,
        strike: mark.strike,
        vol,
        model_vol,
        delta: black::delta(right, forward, mark.strike, t, discount, vol).abs(),
        mid: mark.mid,
        model: slice.price(right, mark.strike),
    };
    one.vol.is_finite().then_some(one)
}

/// The mark of a side nearest 25 delta, from 15 to 35.
fn nearest(found: &[Found], right: Right) -> Option<&Found> {
    let gap = |f: &&Found| (f.delta - 0.25).abs();
    found
        .iter()
        .filter(|f| f.right == right && (0.15..=0.35).contains(&f.delta))
        .min_by(|a, b| gap(a).total_cmp(&gap(b)))
}

impl Found {
    fn quote(&self) -> SideQuote {
        SideQuote {
            strike: self.strike,
            mid: self.mid,
            vol: self.vol,
        }
    }
}

/// The VIX regimes of the tables: from, below [vol points].
pub const VIX_REGIMES: [(f64, f64); 7] = [
    (0.0, 15.0),
    (15.0, 18.0),
    (18.0, 22.0),
    (22.0, 26.0),
    (26.0, 30.0),
    (30.0, 35.0),
    (35.0, f64::INFINITY),
];

/// Whether a session is one of the years a parameter is chosen on; the others judge it.
pub fn chooses(date: NaiveDate) -> bool {
    date < NaiveDate::from_ymd_opt(2024, 1, 1).unwrap_or(NaiveDate::MAX)
}

/// Autocorrelation of the daily mean error of a measure after so many sessions of the exchange; `None` where fewer than
/// thirty pairs exist.
pub fn autocorrelation(rows: &[MarkRow], measure: MarkMeasure, sessions: usize) -> Option<f64> {
    let mut by_day: BTreeMap<usize, (f64, f64)> = BTreeMap::new();
    let calendar = Calendar::nyse();
    for row in rows.iter().filter(|r| r.measure == measure) {
        let Some(index) = calendar.index_of(row.date) else {
            continue;
        };
        let day = by_day.entry(index).or_default();
        *day = (day.0 + row.error, day.1 + 1.0);
    }
    let means: BTreeMap<usize, f64> = by_day.into_iter().map(|(i, (s, n))| (i, s / n)).collect();
    let centre = means.values().sum::<f64>() / means.len().max(1) as f64;
    let pairs: Vec<(f64, f64)> = means
        .iter()
        .filter_map(|(i, a)| Some((a - centre, means.get(&(i + sessions))? - centre)))
        .collect();
    if pairs.len() < 30 {
        return None;
    }
    let product: f64 = pairs.iter().map(|(a, b)| a * b).sum();
    let squares: f64 = means.values().map(|x| (x - centre) * (x - centre)).sum();
    Some((product / pairs.len() as f64) / (squares / means.len() as f64))
}
