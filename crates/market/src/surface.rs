//! The SPX volatility surface from index levels alone (docs/model.md#the-clock and the sections after it).
//!
//! VIX-type indices give the variance-swap curve on a clock of sessions; a fitted ratio turns a variance-swap
//! volatility into one at the money; an SSVI slice turns that into a smile. What was observed (index levels) and what
//! is believed (a surface) are different types: [`IndexLevels`] and [`Slice`].

mod params;
mod releases;
mod repair;
mod slice;
mod smile;

use chrono::{Datelike, Days, NaiveDate};

use crate::calendar::Calendar;
use crate::contract::Settlement;
use crate::curve::BillCurve;
use crate::math::ln;
use crate::observations::MacroEvent;
use crate::pchip::Pchip;

pub use params::{DatedEvent, EventWeights, IndexLevels, ModelParams};
use releases::Releases;
pub(crate) use repair::calendar_excess;
pub use repair::{Repair, enforce_calendar_order};
pub use slice::{Slice, durrleman, ssvi};
use smile::{Numbers, SIDE_BY_SIDE, Smile, Smiles};

/// Where SKEW stands when a session has none and no earlier one either.
const SKEW_WITHOUT_DATA: f64 = 135.0;
/// Beyond these SKEW over-reacts.
const SKEW_RANGE: (f64, f64) = (105.0, 150.0);
/// What an AM-settled expiry lacks of its last session: sessions of variance, and days of discounting.
const AM_SESSIONS: f64 = 0.50;
const AM_DAYS: f64 = 0.28;

/// The Friday after the farthest node of the indices, 184 days, is at most this far ahead.
const INDEX_HORIZON_DAYS: u64 = 191;

/// The term structure of one session, from which the slice of any expiry is a short calculation.
#[derive(Clone, Debug)]
pub struct TermStructure<'a> {
    calendar: &'a Calendar,
    date: NaiveDate,
    /// The date as days since 0001-01-01, and the sessions of the calendar up to it.
    today: i32,
    sessions: i32,
    releases: Releases,
    /// Events of this session's own knowledge: day and sessions of variance.
    dated: Vec<(i32, f64)>,
    bills: &'a BillCurve,
    omega: f64,
    numbers: Numbers,
    variance: Pchip,
}

impl<'a> TermStructure<'a> {
    /// Builds the variance-swap curve of `date`.
    ///
    /// # Panics
    /// If the calendar does not cover `date` and the 191 days after it: without sessions there the clock would stand
    /// still, and every price would be wrong without a word.
    pub fn new(
        calendar: &'a Calendar,
        date: NaiveDate,
        levels: &IndexLevels,
        bills: &'a BillCurve,
        params: &'a ModelParams,
        events: &'a [MacroEvent],
    ) -> TermStructure<'a> {
        let end = date + Days::new(INDEX_HORIZON_DAYS);
        assert!(
            calendar.covers(date) && calendar.covers(end),
            "the calendar does not cover {date} to {end}"
        );
        let today = date.num_days_from_ce();
        let dated = params.dated_events.iter();
        let mut term = TermStructure {
            calendar,
            date,
            today,
            sessions: calendar.count_at(today) as i32,
            releases: Releases::after(date, events, &params.event_weights),
            dated: dated
                .filter(|event| event.known_from <= date && event.date > date)
                .map(|event| (event.date.num_days_from_ce(), event.sessions))
                .collect(),
            bills,
            omega: params.omega,
            numbers: Numbers {
                spot: levels.spot,
                log_vix: ln(levels.vix / 20.0),
                skew: levels
                    .skew
                    .unwrap_or(SKEW_WITHOUT_DATA)
                    .clamp(SKEW_RANGE.0, SKEW_RANGE.1),
                atm_shift: params.atm_shift,
                psi_factor: params.psi_factor,
                rho_shift: params.rho_shift,
                dividend_yield: params.dividend_yield,
            },
            variance: Pchip::new(&[(0.0, 0.0), (1.0, 1.0)]),
        };
        let mut nodes = [(0.0, 0.0); 5];
        let mut n = 1;
        for (days, level) in nodes_of(levels) {
            // Calendar arbitrage in the indices themselves: variance never falls with time.
            let variance = total_variance(level, days).max(nodes[n - 1].1);
            let clock = term.index_clock(days);
            if clock > nodes[n - 1].0 {
                nodes[n] = (clock, variance);
                n += 1;
            }
        }
        term.variance = Pchip::new(&nodes[..n]);
        term
    }

    /// Sessions, weighted closed days and event weights in `(date, to]`: the clock on which variance accrues.
    pub fn clock(&self, to: NaiveDate) -> f64 {
        self.clock_at(to.num_days_from_ce())
    }

    /// The same to a day as days since 0001-01-01.
    fn clock_at(&self, to: i32) -> f64 {
        let sessions = f64::from(self.calendar.count_at(to) as i32 - self.sessions);
        let days = f64::from(to - self.today);
        sessions
            + self.omega * (days - sessions)
            + self.releases.weight_until(to)
            + self.dated_weight(to)
    }

    /// Variance-swap volatility to an expiry, PM-settled.
    pub fn variance_swap_vol(&self, expiry: NaiveDate) -> f64 {
        (self.variance.at(self.clock(expiry)) * 365.0 / (expiry - self.date).num_days() as f64)
            .sqrt()
    }

    /// The slice of an expiry. One that settles on `date` or before has neither time nor variance left: its prices are
    /// intrinsic.
    pub fn slice(&self, expiry: NaiveDate, settlement: Settlement) -> Slice {
        let [dte, t, variance, yields] = self.terms(expiry, settlement);
        if dte <= 0.0 {
            return self.expired(expiry, settlement);
        }
        let smile = self.numbers.smile(dte, t, variance, yields);
        slice_of(expiry, settlement, (dte, t), smile)
    }

    /// The slices of many expiries, each as [`TermStructure::slice`] has it.
    pub fn slices(&self, expiries: &[NaiveDate], settlement: Settlement) -> Vec<Slice> {
        let mut slices = Vec::with_capacity(expiries.len());
        for expiries in expiries.chunks(SIDE_BY_SIDE) {
            let mut smiles = Smiles::new();
            for (at, expiry) in expiries.iter().enumerate() {
                let terms = self.terms(*expiry, settlement);
                for (column, term) in smiles.from.iter_mut().zip(terms) {
                    column[at] = term;
                }
            }
            smiles.work_out(&self.numbers, expiries.len());
            slices.extend(expiries.iter().enumerate().map(|(at, expiry)| {
                let [dte, t, ..] = smiles.from.each_ref().map(|column| column[at]);
                match dte <= 0.0 {
                    true => self.expired(*expiry, settlement),
                    false => slice_of(*expiry, settlement, (dte, t), smiles.get(at)),
                }
            }));
        }
        slices
    }

    /// What a smile is made from: days and years to the expiry, total variance and bond-equivalent yield.
    fn terms(&self, expiry: NaiveDate, settlement: Settlement) -> [f64; 4] {
        let to = expiry.num_days_from_ce();
        let dte = f64::from(to - self.today);
        let (clock, t) = match settlement {
            Settlement::Pm => (self.clock_at(to), dte / 365.0),
            Settlement::Am => (self.clock_at(to) - AM_SESSIONS, (dte - AM_DAYS) / 365.0),
        };
        let yields = self.bills.bond_equivalent_yield(t);
        [dte, t, self.variance.at(clock), yields]
    }

    fn expired(&self, expiry: NaiveDate, settlement: Settlement) -> Slice {
        Slice {
            expiry,
            settlement,
            dte: 0,
            t: 0.0,
            forward: self.numbers.spot,
            log_forward: ln(self.numbers.spot),
            discount: 1.0,
            atm_vol: 0.0,
            psi: 0.0,
            rho: 0.0,
            theta: 0.0,
            phi: 0.0,
        }
    }

    /// The indices interpolate between Friday expiries, so their clock is that of the two bracketing Fridays.
    fn index_clock(&self, days: u64) -> f64 {
        let target = self.today + days as i32;
        // The first of January of the year 1, day 1, was a Monday.
        let past_friday = (target + 2).rem_euclid(7);
        let before = target - past_friday;
        let low = self.clock_at(before);
        let high = self.clock_at(before + 7);
        low + (high - low) * f64::from(past_friday) / 7.0
    }

    fn dated_weight(&self, to: i32) -> f64 {
        let until = self.dated.iter().filter(|(day, _)| *day <= to);
        until.map(|(_, sessions)| *sessions).sum()
    }
}

fn slice_of(
    expiry: NaiveDate,
    settlement: Settlement,
    (dte, t): (f64, f64),
    smile: Smile,
) -> Slice {
    Slice {
        expiry,
        settlement,
        dte: dte as i32,
        t,
        forward: smile.forward,
        log_forward: smile.log_forward,
        discount: smile.discount,
        atm_vol: smile.atm_vol,
        psi: smile.psi,
        rho: smile.rho,
        theta: smile.theta,
        phi: smile.phi,
    }
}

/// The nodes of the curve that a session has: days and level.
pub(crate) fn nodes_of(levels: &IndexLevels) -> impl Iterator<Item = (u64, f64)> + use<> {
    let all = [
        (9, levels.vix9d),
        (30, Some(levels.vix)),
        (93, Some(levels.vix3m)),
        (184, levels.vix6m),
    ];
    all.into_iter()
        .filter_map(|(days, level)| level.map(|level| (days, level)))
}

/// Total variance of a VIX-type level (vol points) over calendar days.
pub(crate) fn total_variance(level: f64, days: u64) -> f64 {
    (level / 100.0) * (level / 100.0) * days as f64 / 365.0
}
