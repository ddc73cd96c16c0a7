//! Option chains: what was quoted at one session's close, expiry by expiry, cleaned and checked.
//!
//! What was observed (a [`Quoted`] bid and ask) is kept apart from what is believed (the fitted [`Slice`]). A quote that
//! cannot be traded at is counted as a [`Finding`] and never becomes a price: crossed, without an ask, without a bid.
//! A bid of zero is a bid: nobody pays more than nothing (docs/pitfalls.md, row W15).

mod contradiction;
mod fit;
pub mod made;
mod parity;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;

use crate::contract::{Contract, Right, Root};
use crate::price::Price;
use crate::surface::{Slice, calendar_excess, enforce_calendar_order};

pub use contradiction::contradictory;
pub use fit::{Point, fit_slice};
pub use parity::{Parity, parity};

/// One option as a publisher showed it at the close.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RawQuote {
    /// Trading class.
    pub root: Root,
    /// Day of settlement.
    pub expiry: NaiveDate,
    /// Call or put.
    pub right: Right,
    /// Strike (points).
    pub strike: Price,
    /// Bid (points); `None` is not shown, zero is nobody pays.
    pub bid: Option<Price>,
    /// Ask (points); `None` or zero is nobody sells.
    pub ask: Option<Price>,
}

/// Quotes of the closes that a dataset holds, by session: cleaned once for all markets that read them.
pub type RawChains = BTreeMap<NaiveDate, SessionQuotes>;

/// The two-sided quotes of an expiry, ascending.
pub type ExpiryQuotes = Arc<[((Right, Price), Quoted)]>;

/// The usable quotes of one close. A clone shares them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SessionQuotes {
    /// By root and day.
    expiries: Vec<(Root, NaiveDate, ExpiryQuotes)>,
    /// How often each thing was wrong.
    findings: BTreeMap<Finding, u32>,
}

impl SessionQuotes {
    /// Leaves out what nobody could trade on, and what contradicts other strikes; of two quotes of one contract the first counts.
    pub fn new(quotes: &[RawQuote]) -> SessionQuotes {
        let mut found = SessionQuotes::default();
        let mut good: Vec<((Root, NaiveDate), (Right, Price), Quoted)> =
            Vec::with_capacity(quotes.len());
        for quote in quotes {
            match usable(quote) {
                Err(finding) => *found.findings.entry(finding).or_default() += 1,
                Ok(one) => {
                    good.push(((quote.root, quote.expiry), (quote.right, quote.strike), one))
                }
            }
        }
        // Stable: of equals the first stays the first.
        good.sort_by_key(|(expiry, contract, _)| (*expiry, *contract));
        let before = good.len();
        good.dedup_by_key(|(expiry, contract, _)| (*expiry, *contract));
        if good.len() < before {
            let repeated = (before - good.len()) as u32;
            found.findings.insert(Finding::Repeated, repeated);
        }
        for own in good.chunk_by(|a, b| a.0 == b.0) {
            let quotes = own.iter().map(|(_, contract, quote)| (*contract, *quote));
            let mut quotes: Vec<((Right, Price), Quoted)> = quotes.collect();
            for at in contradictory(&quotes).into_iter().rev() {
                quotes.remove(at);
                *found.findings.entry(Finding::Contradictory).or_default() += 1;
            }
            let (root, expiry) = own[0].0;
            found.expiries.push((root, expiry, quotes.into()));
        }
        found
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.expiries.is_empty() && self.findings.is_empty()
    }

    /// Every quote, by root, expiry, right and strike.
    pub fn iter(&self) -> impl Iterator<Item = RawQuote> + '_ {
        self.expiries.iter().flat_map(|(root, expiry, quotes)| {
            quotes.iter().map(|((right, strike), quote)| RawQuote {
                root: *root,
                expiry: *expiry,
                right: *right,
                strike: *strike,
                bid: Some(quote.bid),
                ask: Some(quote.ask),
            })
        })
    }
}

impl From<Vec<RawQuote>> for SessionQuotes {
    fn from(quotes: Vec<RawQuote>) -> SessionQuotes {
        SessionQuotes::new(&quotes)
    }
}

/// When quotes of a session were taken.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct QuoteMoment {
    /// Session.
    pub date: NaiveDate,
    /// In words: `close`, `close 16:31`, `intraday 10:11`, with the New York time the publisher wrote.
    pub moment: String,
    /// Whether they are of the close, which alone a run trades at.
    pub is_close: bool,
}

/// A two-sided quote: `0 <= bid <= ask`, `ask > 0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quoted {
    /// What a seller receives (points).
    pub bid: Price,
    /// What a buyer pays (points).
    pub ask: Price,
}

impl Quoted {
    /// Half way between bid and ask; the odd ten-thousandth goes down.
    pub fn mid(self) -> Price {
        Price((self.bid.0 + self.ask.0).div_euclid(2))
    }

    /// Ask less bid.
    pub fn width(self) -> Price {
        self.ask - self.bid
    }
}

/// What was wrong with quotes of a chain, in words of a findings table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Finding {
    /// Bid above ask.
    Crossed,
    /// No ask, or an ask of zero.
    NoAsk,
    /// No bid shown, which is not a bid of zero.
    NoBid,
    /// The same contract twice; the first one counts.
    Repeated,
    /// Together with other quotes of its expiry it would pay for nothing: a quote of another moment.
    Contradictory,
    /// Quotes of an expiry the calendar does not list or beyond the horizon.
    Unlisted,
    /// Too few strikes with both a call and a put for parity; the expiry has no slice.
    NoParity,
    /// Parity gives no credible rate; the discount factor is the bill curve's.
    DiscountFromCurve,
    /// The forward is further than 3 % (VIX: 10 %) from the model's: quotes of another moment.
    Stale,
    /// Too few quotes for a smile; the expiry has no slice and its quotes stand alone.
    NoFit,
    /// The smile lies far above a later one or far below an earlier one; the expiry has no slice and its quotes stand alone.
    OddSmile,
    /// The variance of a slice had to be lifted over the earlier one's.
    CalendarOrder,
}

impl Finding {
    /// Code in findings tables.
    pub fn code(self) -> &'static str {
        match self {
            Finding::Crossed => "chain_crossed",
            Finding::NoAsk => "chain_no_ask",
            Finding::NoBid => "chain_no_bid",
            Finding::Repeated => "chain_repeated",
            Finding::Contradictory => "chain_contradictory",
            Finding::Unlisted => "chain_unlisted",
            Finding::NoParity => "chain_no_parity",
            Finding::DiscountFromCurve => "chain_discount_from_curve",
            Finding::Stale => "chain_stale",
            Finding::NoFit => "chain_no_fit",
            Finding::OddSmile => "chain_odd_smile",
            Finding::CalendarOrder => "chain_calendar_order",
        }
    }
}

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
    expiries: Vec<ChainExpiry>,
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

    fn count(&mut self, finding: Finding) {
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

fn usable(quote: &RawQuote) -> Result<Quoted, Finding> {
    let ask = quote
        .ask
        .filter(|ask| *ask > Price::ZERO)
        .ok_or(Finding::NoAsk)?;
    let bid = quote
        .bid
        .filter(|bid| *bid >= Price::ZERO)
        .ok_or(Finding::NoBid)?;
    if bid > ask {
        Err(Finding::Crossed)
    } else {
        Ok(Quoted { bid, ask })
    }
}

/// Where a price comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// A two-sided quote of the contract itself.
    Chain,
    /// A published settlement price.
    Published,
    /// The smile through other strikes' quotes of the same expiry.
    Interpolated,
    /// The index-only model.
    Model,
    /// The mark of an earlier session.
    Carried,
}

impl Source {
    /// All of them, the best first.
    pub const ALL: [Source; 5] = [
        Source::Chain,
        Source::Published,
        Source::Interpolated,
        Source::Model,
        Source::Carried,
    ];

    /// Lower-case name, as the tables print it.
    pub fn name(self) -> &'static str {
        match self {
            Source::Chain => "chain",
            Source::Published => "published",
            Source::Interpolated => "interpolated",
            Source::Model => "model",
            Source::Carried => "carried",
        }
    }
}

/// Which prices a market may be read at.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Quotes {
    /// The index-only model; chains are not read.
    #[default]
    Model,
    /// Quotes alone: what has none is neither filled nor priced by the model.
    Chain,
    /// Quotes where there are any, the model elsewhere.
    ChainThenModel,
}
