//! Option quotes: `chains/<date>.parquet`, one file per session, for runs on quotes and for judging the price model.
//!
//! A session is read without touching the others, and only in the columns that are asked for: a year of SPX closes is
//! 15 million quotes, of which a run needs its window's sessions and eight columns (docs/performance.md has the figures).
//!
//! They come from the publishers' layouts in `publishers/` or from the normalised one, a row per option:
//! `quote_date,quote_time,kind,symbol,root,option_symbol,expiration,type,strike,bid,ask,last,volume,open_interest,iv,delta,gamma,underlying`.
//! Dates `yyyy-mm-dd`; `quote_time` New York time as the source wrote it, or `close`; `kind` is `eod`, `intraday`, `gth` (overnight session),
//! `noquotes` or `trades`; `root` decides the settlement (SPX, VIX, VIXW in the morning, SPXW in the afternoon); `type` `C` or `P`;
//! prices in points, `iv` a decimal, `underlying` the index level in the same file. `option_symbol`, `last`, `delta` and `gamma` are not kept.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::Path;

use chrono::NaiveDate;
use market::chain::{QuoteMoment, RawChains, RawQuote, SessionQuotes};
use market::contract::{Right, Root};
use market::price::Price;

use crate::DataError;

pub(crate) mod checks;
pub(crate) mod faults;
pub(crate) mod import;
mod neighbours;
pub(crate) mod store;

/// Header of the normalised layout.
pub(crate) const HEADER: &str = "quote_date,quote_time,kind,symbol,root,option_symbol,expiration,type,strike,\
    bid,ask,last,volume,open_interest,iv,delta,gamma,underlying";

/// Kinds of quotes in it: of the close, of another time, of the overnight session, without bid and ask, of trades.
pub(crate) const KINDS: [&str; 5] = ["eod", "intraday", "gth", "noquotes", "trades"];

/// One option at one moment, as the publisher showed it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChainQuote {
    /// Session of the quote.
    pub quote_date: NaiveDate,
    /// New York time as the source wrote it, or `close`.
    pub quote_time: String,
    /// `eod`, `intraday`, `gth`, `noquotes` or `trades`.
    pub kind: String,
    /// Root, which decides the settlement: SPX, SPXW, VIX, VIXW, SPY, XSP.
    pub root: String,
    /// Expiration date of the option symbol.
    pub expiry: NaiveDate,
    /// Whether it is a call.
    pub is_call: bool,
    /// Strike \[points\].
    pub strike: f64,
    /// Bid \[points\]; 0 is nobody buys.
    pub bid: Option<f64>,
    /// Ask \[points\].
    pub ask: Option<f64>,
    /// Contracts traded.
    pub volume: Option<i64>,
    /// Contracts open.
    pub open_interest: Option<i64>,
    /// Implied volatility as the publisher computed it \[decimal\]; 0 is not computed.
    pub iv: Option<f64>,
    /// Index level in the same file \[points\].
    pub underlying: Option<f64>,
}

impl ChainQuote {
    /// A quote of the close in the market's terms, as a publisher would show it.
    pub fn at_close(date: NaiveDate, raw: &RawQuote, index: f64) -> ChainQuote {
        ChainQuote {
            quote_date: date,
            quote_time: "close".into(),
            kind: "eod".into(),
            root: raw.root.name().into(),
            expiry: raw.expiry,
            is_call: raw.right == Right::Call,
            strike: raw.strike.points(),
            bid: raw.bid.map(Price::points),
            ask: raw.ask.map(Price::points),
            underlying: Some(index),
            ..ChainQuote::default()
        }
    }
}

/// Every option quote of a dataset, session by session and in the order of the imported files; empty where there are none.
///
/// # Errors
/// Where a file is not the one the manifest describes, or not of this version.
pub fn load_chains(dir: &Path) -> Result<Vec<ChainQuote>, DataError> {
    let mut quotes = Vec::new();
    for (_, file) in store::partitions(dir, &(NaiveDate::MIN..=NaiveDate::MAX))? {
        quotes.extend(store::read(dir, &file)?);
    }
    Ok(quotes)
}

/// Quotes of SPX, SPXW and VIX options at the closes of the sessions in `dates`, by session: what a run that trades at
/// the close may read. No other session's file is opened, and of those only the columns a price needs. Where an expiry
/// was quoted at several moments after one close, the latest counts. Overnight and intraday quotes are of another moment.
///
/// # Errors
/// Where a file is not the one the manifest describes, or not of this version.
pub fn load_closes(dir: &Path, dates: &RangeInclusive<NaiveDate>) -> Result<RawChains, DataError> {
    Ok(load_closes_and_moments(dir, dates)?.0)
}

/// The same with the moments of all quotes of those sessions, the used ones and the others, in order.
///
/// # Errors
/// As [`load_closes`].
pub fn load_closes_and_moments(
    dir: &Path,
    dates: &RangeInclusive<NaiveDate>,
) -> Result<(RawChains, Vec<QuoteMoment>), DataError> {
    let mut chains = RawChains::new();
    let mut moments = Vec::new();
    for (date, file) in store::partitions(dir, dates)? {
        let (quotes, of_date) = store::read_close(dir, &file)?;
        moments.extend(of_date.into_iter().map(|(moment, is_close)| QuoteMoment {
            date,
            moment,
            is_close,
        }));
        if !quotes.is_empty() {
            chains.insert(date, SessionQuotes::new(&quotes));
        }
    }
    Ok((chains, moments))
}

/// Which of two different quotes of one contract at one moment counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Duplicates {
    /// None: the file is refused.
    #[default]
    Refused,
    /// The one that stands first.
    First,
    /// The one that stands last.
    Last,
}

/// The moments a chain file holds, with the quotes of SPX, SPXW and VIX options in the market's own terms. Publishers
/// write the root of monthly VIX options as VIX; weeklies (VIXW) have no listed future here and are left out.
pub fn moments(quotes: &[ChainQuote]) -> BTreeMap<Moment, Vec<RawQuote>> {
    let mut all: BTreeMap<Moment, Vec<RawQuote>> = BTreeMap::new();
    for quote in quotes {
        let Some(root) = priced_root(&quote.root) else {
            continue;
        };
        let price = |points: Option<f64>| points.map(Price::from_points);
        let raw = RawQuote {
            root,
            expiry: quote.expiry,
            right: if quote.is_call {
                Right::Call
            } else {
                Right::Put
            },
            strike: Price::from_points(quote.strike),
            bid: price(quote.bid),
            ask: price(quote.ask),
        };
        let moment = Moment {
            date: quote.quote_date,
            time: quote.quote_time.clone(),
            kind: quote.kind.clone(),
        };
        all.entry(moment).or_default().push(raw);
    }
    all
}

/// When quotes were taken.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    /// Session.
    pub date: NaiveDate,
    /// New York time as the source wrote it, or `close`.
    pub time: String,
    /// `eod`, `intraday`, `gth`, `noquotes` or `trades`.
    pub kind: String,
}

/// The root of an option that the market prices.
fn priced_root(root: &str) -> Option<Root> {
    match root {
        "SPX" => Some(Root::Spx),
        "SPXW" => Some(Root::Spxw),
        "VIX" => Some(Root::Vix),
        _ => None,
    }
}
