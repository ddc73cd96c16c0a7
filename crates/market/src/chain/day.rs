//! The quotes of one close on the model's slices: smiles fitted, orders of the calendar kept, odd ones left out.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;

use super::{ExpiryQuotes, Finding, Point, Quoted, SessionQuotes, fit, fit_slice, parity};
use crate::contract::{Contract, Right, Root};
use crate::price::Price;
use crate::surface::{Slice, calendar_excess, enforce_calendar_order};

/// The usable quotes of one expiry and the smile through them.
#[derive(Clone, Debug, PartialEq)]
pub struct ChainExpiry {
    /// Trading class.
    pub root: Root,
    /// Day of settlement.
    pub expiry: NaiveDate,
    /// Two-sided quotes, ascending; shared by all markets that read them.
    pub quotes: ExpiryQuotes,
    /// SSVI through the out-of-the-money quotes, on the forward of parity.
    pub slice: Option<Slice>,
    /// Root mean square of the fit (decimal volatility).
    pub fit_error: f64,
    /// Lowest and highest strike the smile was fitted to (points).
    pub fitted: (f64, f64),
}

/// The chain of one close.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChainDay {
    pub(super) expiries: Vec<ChainExpiry>,
    /// How often each thing was wrong.
    pub findings: BTreeMap<Finding, u32>,
}

impl ChainExpiry {
    /// The usable quote of one strike.
    pub fn quote(&self, right: Right, strike: Price) -> Option<Quoted> {
        self.quotes
            .binary_search_by_key(&(right, strike), |(key, _)| *key)
            .ok()
            .map(|i| self.quotes[i].1)
    }

    /// Whether a strike lies between quoted ones, so that its price is an interpolation and no guess.
    pub fn spans(&self, strike: Price) -> bool {
        (self.fitted.0..=self.fitted.1).contains(&strike.points())
    }
}

impl ChainDay {
    /// Fits a slice per expiry to the quotes of one close. `model` gives the model's slice of an expiry: its time to
    /// expiry and settlement, and the forward and discount against which parity is checked.
    pub fn new(
        quotes: &SessionQuotes,
        model: &dyn Fn(Root, NaiveDate) -> Option<Slice>,
    ) -> ChainDay {
        let mut day = ChainDay {
            findings: quotes.findings.clone(),
            ..ChainDay::default()
        };
        for (root, expiry, quotes) in &quotes.expiries {
            match model(*root, *expiry) {
                Some(model) => day.add(*root, &model, quotes),
                None => day.count(Finding::Unlisted),
            }
        }
        day.order();
        day
    }

    /// The expiries of the chain, by root and day.
    pub fn expiries(&self) -> &[ChainExpiry] {
        &self.expiries
    }

    /// One expiry.
    pub fn expiry(&self, root: Root, expiry: NaiveDate) -> Option<&ChainExpiry> {
        self.expiries
            .binary_search_by_key(&(root, expiry), |e| (e.root, e.expiry))
            .ok()
            .map(|i| &self.expiries[i])
    }

    /// The usable quote of a contract.
    pub fn quote(&self, contract: &Contract) -> Option<Quoted> {
        let (right, strike) = contract.option?;
        self.expiry(contract.root, contract.expiry)?
            .quote(right, strike)
    }

    pub(super) fn count(&mut self, finding: Finding) {
        *self.findings.entry(finding).or_default() += 1;
    }

    fn add(&mut self, root: Root, model: &Slice, quotes: &ExpiryQuotes) {
        let Some(found) = parity(quotes, model.forward, model.discount, model.t) else {
            return self.count(Finding::NoParity);
        };
        let most = if root == Root::Vix {
            MOST_VIX_GAP
        } else {
            MOST_GAP
        };
        if (found.forward / model.forward - 1.0).abs() > most {
            // Quotes of another moment than the index level would be prices of another market.
            return self.count(Finding::Stale);
        }
        if found.discount_from_curve {
            self.count(Finding::DiscountFromCurve);
        }
        let points = fit::points(quotes, &found, model.t);
        let fitted = fit_slice(&model.moved_to(found.forward, found.discount), &points);
        if fitted.is_none() {
            self.count(Finding::NoFit);
        }
        let strike = |point: Option<&Point>| {
            point.map_or(f64::NAN, |p| found.forward * crate::math::exp(p.k))
        };
        self.expiries.push(ChainExpiry {
            root,
            expiry: model.expiry,
            quotes: Arc::clone(quotes),
            slice: fitted.map(|(slice, _)| slice),
            fit_error: fitted.map_or(0.0, |(_, error)| error),
            fitted: (strike(points.first()), strike(points.last())),
        });
    }

    /// No calendar spread may have a negative value. What is far out of order is a smile through bad quotes and goes, so
    /// that it moves no other expiry; what is left is lifted, and counted.
    fn order(&mut self) {
        for root in [Root::Spx, Root::Spxw] {
            self.drop_odd_smiles(root);
            let at = self.with_slice(root);
            let mut slices: Vec<Slice> =
                at.iter().filter_map(|i| self.expiries[*i].slice).collect();
            for lift in enforce_calendar_order(&mut slices) {
                self.count(Finding::CalendarOrder);
                self.expiries[at[lift.index]].slice = Some(slices[lift.index]);
            }
        }
    }

    /// Places of the expiries of a root that have a slice.
    fn with_slice(&self, root: Root) -> Vec<usize> {
        let places = 0..self.expiries.len();
        let has_slice = |expiry: &ChainExpiry| expiry.root == root && expiry.slice.is_some();
        places.filter(|at| has_slice(&self.expiries[*at])).collect()
    }

    /// Takes away the smile that is far out of order with most others, then the next; of two that are so with each other
    /// alone, the one that fits its quotes less well.
    fn drop_odd_smiles(&mut self, root: Root) {
        let mut at = self.with_slice(root);
        let slices: Vec<Slice> = at.iter().filter_map(|i| self.expiries[*i].slice).collect();
        let mut clashes = vec![Vec::new(); self.expiries.len()];
        for (j, later) in slices.iter().enumerate() {
            for (i, earlier) in slices[..j].iter().enumerate() {
                if calendar_excess(earlier, later) > MOST_LIFT {
                    clashes[at[i]].push(at[j]);
                    clashes[at[j]].push(at[i]);
                }
            }
        }
        loop {
            let left = |place: usize| clashes[place].iter().filter(|i| at.contains(i)).count();
            let worst = at.iter().copied().max_by(|a, b| {
                let error = |place: usize| self.expiries[place].fit_error;
                left(*a)
                    .cmp(&left(*b))
                    .then(error(*a).total_cmp(&error(*b)))
            });
            let Some(worst) = worst.filter(|place| left(*place) > 0) else {
                return;
            };
            at.retain(|place| *place != worst);
            self.expiries[worst].slice = None;
            self.count(Finding::OddSmile);
        }
    }
}

/// A slice is lifted over an earlier one by less than this part of its variance, about 5 % of its volatility; more is no
/// error of a fit.
const MOST_LIFT: f64 = 0.10;

/// Further than this from the forward of index and curve, quotes are of another moment; VIX futures move more.
const MOST_GAP: f64 = 0.03;

const MOST_VIX_GAP: f64 = 0.10;
