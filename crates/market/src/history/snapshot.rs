//! What can be traded at one close.

use std::sync::Arc;

use chrono::NaiveDate;

use crate::chain::{ChainDay, Quotes};
use crate::contract::{Contract, Root};
use crate::fund::{Fund, FundQuote};
use crate::price::Price;
use crate::settlement_law::Expected;
use crate::surface::Slice;

/// Everything that can be traded at the close of one session, and the values at which contracts settled that day.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    /// Session.
    pub date: NaiveDate,
    /// S&P 500 close [index points].
    pub spot: f64,
    /// VIX close [vol points].
    pub vix: f64,
    /// Overnight rate as known at this close [per year, ACT/360].
    pub overnight_rate: f64,
    /// One-month bill rate as known at this close [per year, continuous].
    pub bill_rate: f64,
    /// SPX options settled at the close, by expiry.
    pub spxw: Vec<Slice>,
    /// SPX options settled at the opening, by expiry.
    pub spx: Vec<Slice>,
    /// VIX options, by expiry, each on the future of the same expiry.
    pub vix_options: Vec<Slice>,
    /// VIX futures, by expiry.
    pub futures: Vec<FutureQuote>,
    /// Closes of the funds the dataset has, in the order of [`Fund::ALL`].
    pub funds: Vec<FundQuote>,
    /// Values at which contracts of this session settle.
    pub settlements: Settlements,
    /// How far the session went; only orders that rested since the close before may look at it.
    pub extremes: Extremes,
    /// Which prices may be read.
    pub quotes: Quotes,
    /// What was quoted at this close, where quotes are read and there are any. The slices of its expiries are then
    /// those fitted to it.
    pub chain: Option<Arc<ChainDay>>,
    /// By expiry what VIX is expected to settle at, where VIX options are worth that and not what their smile says: a
    /// control ([`MarketHistory::with_expected_vix`](super::MarketHistory::with_expected_vix)).
    pub vix_expected: Option<Arc<[(NaiveDate, Expected)]>>,
}

/// A VIX future's daily settlement.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FutureQuote {
    /// Settlement day.
    pub expiry: NaiveDate,
    /// Daily settlement price.
    pub settle: Price,
    /// Not published; the model's value.
    pub modelled: bool,
    /// Highest trade of the session, where published.
    pub high: Option<Price>,
}

/// Published extremes of one session.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Extremes {
    /// S&P 500 low [index points].
    pub spx_low: Option<f64>,
    /// VIX high [vol points].
    pub vix_high: Option<f64>,
}

/// Settlement values of one session. The flag of a value tells a stand-in from the official one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settlements {
    /// S&P 500 close: settles SPXW.
    pub spx_close: Price,
    /// Special opening quotation of the S&P 500, where published: settles SPX.
    pub spx_set: Option<Price>,
    /// S&P 500 open, the stand-in where it is not.
    pub spx_open: Option<Price>,
    /// VIX special opening quotation; `true` if the VIX open stands in for it. Only on settlement days.
    pub vro: Option<(Price, bool)>,
}

impl Snapshot {
    /// Listed option slices of a root, by expiry; futures have none.
    pub fn slices(&self, root: Root) -> &[Slice] {
        match root {
            Root::Spxw => &self.spxw,
            Root::Spx => &self.spx,
            Root::Vix => &self.vix_options,
            Root::Vx | Root::Fund(_) => &[],
        }
    }

    /// The slice of one expiry.
    pub fn slice(&self, root: Root, expiry: NaiveDate) -> Option<&Slice> {
        let slices = self.slices(root);
        slices
            .binary_search_by_key(&expiry, |s| s.expiry)
            .ok()
            .map(|i| &slices[i])
    }

    /// The future of one expiry.
    pub fn future(&self, expiry: NaiveDate) -> Option<&FutureQuote> {
        self.futures
            .binary_search_by_key(&expiry, |f| f.expiry)
            .ok()
            .map(|i| &self.futures[i])
    }

    /// The close of a fund.
    pub fn fund(&self, fund: Fund) -> Option<&FundQuote> {
        self.funds.iter().find(|quote| quote.fund == fund)
    }

    /// Mid price of a contract by its slice; `None` where the snapshot cannot price it. Rounded once, to the price unit.
    pub fn mid(&self, contract: &Contract) -> Option<Price> {
        match contract.option {
            None => match contract.root {
                Root::Fund(fund) => self.fund(fund).map(|quote| quote.close),
                _ => self.future(contract.expiry).map(|f| f.settle),
            },
            Some((right, strike)) => {
                let slice = self.slice(contract.root, contract.expiry)?;
                let expected = match contract.root {
                    Root::Vix => self.expected_vix(slice, (right, strike)),
                    _ => None,
                };
                let price = expected.unwrap_or_else(|| slice.price(right, strike.points()));
                price.is_finite().then(|| Price::from_points(price))
            }
        }
    }

    /// Futures interpolated linearly in days to a constant maturity; `None` unless two contracts bracket it.
    pub fn constant_maturity_future(&self, days: f64) -> Option<f64> {
        let after = self
            .futures
            .iter()
            .position(|f| (f.expiry - self.date).num_days() as f64 >= days)?;
        let far = &self.futures[after];
        let far_days = (far.expiry - self.date).num_days() as f64;
        let Some(near) = after.checked_sub(1).map(|i| &self.futures[i]) else {
            return (far_days == days).then(|| far.settle.points());
        };
        let near_days = (near.expiry - self.date).num_days() as f64;
        let share = (days - near_days) / (far_days - near_days);
        Some(near.settle.points() + share * (far.settle.points() - near.settle.points()))
    }
}

impl Settlements {
    /// The value at which contracts of `root` settle on this session, and whether it is a stand-in.
    pub fn of(&self, root: Root) -> Option<(Price, bool)> {
        match root {
            Root::Spxw => Some((self.spx_close, false)),
            Root::Spx => self
                .spx_set
                .map(|set| (set, false))
                .or(self.spx_open.map(|open| (open, true))),
            Root::Vix | Root::Vx => self.vro,
            Root::Fund(_) => None,
        }
    }
}
