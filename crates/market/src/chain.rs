//! Option chains: what was quoted at one session's close, expiry by expiry, cleaned and checked.
//!
//! What was observed (a [`Quoted`] bid and ask) is kept apart from what is believed (the fitted [`Slice`](crate::surface::Slice)). A quote that
//! cannot be traded at is counted as a [`Finding`] and never becomes a price: crossed, without an ask, without a bid.
//! A bid of zero is a bid: nobody pays more than nothing (docs/pitfalls.md, row W15).

mod contradiction;
mod day;
mod fit;
pub mod made;
mod parity;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;

use crate::contract::{Right, Root};
use crate::price::Price;

pub use contradiction::contradictory;
pub use fit::{Point, fit_slice};
pub use parity::{Parity, parity};

pub use day::{ChainDay, ChainExpiry};

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

/// Root and day of an expiry.
type ExpiryKey = (Root, NaiveDate);

/// The quotes of one expiry, by right and strike.
type Ladder = Vec<((Right, Price), Quoted)>;

/// A usable quote of one right: its expiry and strike, bid and ask.
type Usable = ((ExpiryKey, Price), Quoted);

impl SessionQuotes {
    /// Leaves out what nobody could trade on, and what contradicts other strikes; of two quotes of one contract the first counts.
    pub fn new(quotes: &[RawQuote]) -> SessionQuotes {
        let mut found = SessionQuotes::default();
        // Calls and puts apart: in most files each is in order, and what is in order is not sorted.
        let mut sides = [(); 2].map(|()| Vec::with_capacity(quotes.len() / 2));
        for quote in quotes {
            match usable(quote) {
                Err(finding) => *found.findings.entry(finding).or_default() += 1,
                Ok(one) => {
                    let key = ((quote.root, quote.expiry), quote.strike);
                    sides[usize::from(quote.right == Right::Put)].push((key, one));
                }
            }
        }
        let mut repeated = 0;
        for side in &mut sides {
            // Stable: of equals the first stays the first.
            side.sort_by_key(|(key, _)| *key);
            let before = side.len();
            side.dedup_by_key(|(key, _)| *key);
            repeated += (before - side.len()) as u32;
        }
        if repeated > 0 {
            found.findings.insert(Finding::Repeated, repeated);
        }
        for ((root, expiry), mut quotes) in by_expiry(&sides) {
            for at in contradictory(&quotes).into_iter().rev() {
                quotes.remove(at);
                *found.findings.entry(Finding::Contradictory).or_default() += 1;
            }
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

/// The quotes of each expiry, ascending, from those of calls and of puts.
fn by_expiry(sides: &[Vec<Usable>; 2]) -> BTreeMap<ExpiryKey, Ladder> {
    let mut all: BTreeMap<ExpiryKey, Ladder> = BTreeMap::new();
    for (right, side) in [Right::Call, Right::Put].into_iter().zip(sides) {
        for own in side.chunk_by(|a, b| a.0.0 == b.0.0) {
            let quotes = own
                .iter()
                .map(|((_, strike), quote)| ((right, *strike), *quote));
            all.entry(own[0].0.0).or_default().extend(quotes);
        }
    }
    all
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
    /// The price of a trade log.
    Log,
    /// The smile through other strikes' quotes of the same expiry.
    Interpolated,
    /// The index-only model.
    Model,
    /// The mark of an earlier session.
    Carried,
}

impl Source {
    /// All of them, the best first.
    pub const ALL: [Source; 6] = [
        Source::Chain,
        Source::Published,
        Source::Log,
        Source::Interpolated,
        Source::Model,
        Source::Carried,
    ];

    /// Lower-case name, as the tables print it.
    pub fn name(self) -> &'static str {
        match self {
            Source::Chain => "chain",
            Source::Published => "published",
            Source::Log => "log",
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
