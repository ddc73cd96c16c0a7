//! The SPX volatility surface from index levels alone (docs/model.md#the-clock and the sections after it).
//!
//! VIX-type indices give the variance-swap curve on a clock of sessions; a fitted ratio turns a variance-swap
//! volatility into one at the money; an SSVI slice turns that into a smile. What was observed (index levels) and what
//! is believed (a surface) are different types: [`IndexLevels`] and [`Slice`].

mod params;
mod releases;
mod repair;
mod slice;

use chrono::{Datelike, Days, NaiveDate};

use crate::calendar::{Calendar, days_between};
use crate::contract::Settlement;
use crate::curve::BillCurve;
use crate::math::{exp, ln, tanh};
use crate::observations::MacroEvent;
use crate::pchip::Pchip;

pub use params::{DatedEvent, EventWeights, IndexLevels, ModelParams};
use releases::Releases;
pub(crate) use repair::calendar_excess;
pub use repair::{Repair, enforce_calendar_order};
pub use slice::{Slice, durrleman, ssvi};

/// Where SKEW stands when a session has none and no earlier one either.
const SKEW_WITHOUT_DATA: f64 = 135.0;
/// Beyond these SKEW over-reacts.
const SKEW_RANGE: (f64, f64) = (105.0, 150.0);
const ATM_RATIO_RANGE: (f64, f64) = (0.65, 1.00);
const PSI_RANGE: (f64, f64) = (0.25, 1.30);
const RHO_RANGE: (f64, f64) = (-0.80, -0.20);
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
    releases: Releases,
    bills: &'a BillCurve,
    params: &'a ModelParams,
    spot: f64,
    log_vix: f64,
    skew: f64,
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
        let mut term = TermStructure {
            calendar,
            date,
            releases: Releases::after(date, events, &params.event_weights),
            bills,
            params,
            spot: levels.spot,
            log_vix: ln(levels.vix / 20.0),
            skew: levels
                .skew
                .unwrap_or(SKEW_WITHOUT_DATA)
                .clamp(SKEW_RANGE.0, SKEW_RANGE.1),
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
        let sessions = f64::from(self.calendar.sessions_between(self.date, to));
        let days = f64::from(days_between(self.date, to));
        sessions
            + self.params.omega * (days - sessions)
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
        let dte = days_between(self.date, expiry);
        let (clock, t) = match settlement {
            Settlement::Pm => (self.clock(expiry), f64::from(dte) / 365.0),
            Settlement::Am => (
                self.clock(expiry) - AM_SESSIONS,
                (f64::from(dte) - AM_DAYS) / 365.0,
            ),
        };
        if dte <= 0 {
            return self.expired(expiry, settlement);
        }
        let swap_vol = (self.variance.at(clock) / t).sqrt();
        let log_dte = ln(f64::from(dte) / 30.0);
        let atm_vol = swap_vol * self.atm_ratio(log_dte);
        let rate = self.bills.rate(t);
        let forward = self.spot * exp((rate - self.params.dividend_yield) * t);
        let psi = self.psi(log_dte);
        let rho = self.rho(log_dte);
        let theta = atm_vol * atm_vol * t;
        Slice {
            expiry,
            settlement,
            dte,
            t,
            forward,
            log_forward: ln(forward),
            discount: exp(-rate * t),
            atm_vol,
            psi,
            rho,
            theta,
            phi: psi / theta.sqrt(),
        }
    }

    fn expired(&self, expiry: NaiveDate, settlement: Settlement) -> Slice {
        Slice {
            expiry,
            settlement,
            dte: 0,
            t: 0.0,
            forward: self.spot,
            log_forward: ln(self.spot),
            discount: 1.0,
            atm_vol: 0.0,
            psi: 0.0,
            rho: 0.0,
            theta: 0.0,
            phi: 0.0,
        }
    }

    fn atm_ratio(&self, log_dte: f64) -> f64 {
        let log_ratio = -0.149 + self.params.atm_shift + 0.021 * self.log_vix
            - 0.050 * (self.skew - 130.0) / 10.0
            - 0.050 * log_dte;
        exp(log_ratio).clamp(ATM_RATIO_RANGE.0, ATM_RATIO_RANGE.1)
    }

    fn psi(&self, log_dte: f64) -> f64 {
        let log_psi =
            -0.253 - 0.343 * self.log_vix + 0.147 * (self.skew - 130.0) / 10.0 + 0.217 * log_dte;
        (exp(log_psi) * self.params.psi_factor).clamp(PSI_RANGE.0, PSI_RANGE.1)
    }

    fn rho(&self, log_dte: f64) -> f64 {
        tanh(self.params.rho_shift - 0.756 - 0.727 * self.log_vix - 0.114 * log_dte)
            .clamp(RHO_RANGE.0, RHO_RANGE.1)
    }

    /// The indices interpolate between Friday expiries, so their clock is that of the two bracketing Fridays.
    fn index_clock(&self, days: u64) -> f64 {
        let target = self.date + Days::new(days);
        let past_friday = u64::from((target.weekday().num_days_from_monday() + 3) % 7);
        let before = target - Days::new(past_friday);
        let low = self.clock(before);
        let high = self.clock(before + Days::new(7));
        low + (high - low) * past_friday as f64 / 7.0
    }

    fn dated_weight(&self, to: NaiveDate) -> f64 {
        let events = self.params.dated_events.iter();
        events
            .filter(|e| e.known_from <= self.date && e.date > self.date && e.date <= to)
            .map(|e| e.sessions)
            .sum()
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
