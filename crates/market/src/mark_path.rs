//! What a package will have been worth: the mids of its contracts at every session, priced once per history and
//! shared by every scenario that holds them.
//!
//! A mark path reaches into the future, its readers do not: the only question it answers is "what was it worth at the close
//! this view ends on?".

use std::ops::Range;
use std::sync::Arc;

use chrono::NaiveDate;

use crate::chain::Quotes;
use crate::contract::{Contract, Root};
use crate::expiry_smiles::{ExpirySmiles, life};
use crate::history::{MarketHistory, MarketView};
use crate::kernel::add_scaled_whole;
use crate::memo::MemoMap;
use crate::price::Price;

/// Mids of one unit of a package, session by session.
#[derive(Debug)]
pub struct MarkPath {
    legs: Vec<Arc<LegPath>>,
    /// First session of `values`.
    first: usize,
    values: Vec<Price>,
    /// The same in half the memory, where all fit, and they nearly always do: a column of them is added to many accounts.
    units: Vec<i32>,
    /// As long as `values`, or empty where nothing is carried: nearly always.
    carried: Vec<bool>,
}

/// Mids of one contract from the first session that prices it to its last. Where a session has no price the one before
/// stands in.
#[derive(Debug)]
struct LegPath {
    first: usize,
    mids: Vec<Price>,
    /// As long as `mids`, or empty where nothing is carried.
    carried: Vec<bool>,
}

impl MarkPath {
    /// Cash one unit would bring at today's mids (points), and whether some mid is carried from an earlier session.
    /// Before the package had a price it is worth nothing; after the last price that one stays.
    #[inline]
    pub fn value(&self, view: MarketView<'_>) -> (Price, bool) {
        match view.session().checked_sub(self.first) {
            Some(at) if at < self.values.len() => (self.values[at], flag(&self.carried, at)),
            Some(_) => (self.values.last().copied().unwrap_or_default(), true),
            None => (Price::ZERO, true),
        }
    }

    /// Adds `contracts` units' worth at each session of `sessions` to the slot of `column` with the same position, in
    /// whole cents: exact, because an account of less than ninety trillion dollars has them all in an `f64`. It writes
    /// ahead: a slot must not be read before the day it belongs to.
    pub fn add_worth(
        &self,
        sessions: Range<usize>,
        contracts: i64,
        multiplier: i64,
        column: &mut [f64],
    ) {
        if multiplier % 100 != 0 || self.units.len() != self.values.len() {
            // A fund is worth whole cents at whole cents only, so there is no factor for a unit of price.
            for (t, slot) in sessions.zip(column) {
                if let Some(at) = t.checked_sub(self.first) {
                    let value = self
                        .values
                        .get(at)
                        .or(self.values.last())
                        .copied()
                        .unwrap_or_default();
                    *slot += (value * contracts).dollars(multiplier).0 as f64;
                }
            }
            return;
        }
        // Cents of `contracts` units for each unit of price.
        let factor = Price(contracts).dollars(multiplier).0 as f64;
        let column = &mut column[..sessions.len()];
        let first = sessions.start.checked_sub(self.first);
        if let Some(units) = first.and_then(|first| self.units.get(first..first + sessions.len())) {
            add_scaled_whole(column, factor, units);
            return;
        }
        let end = self.first + self.units.len();
        let priced = sessions.start.clamp(self.first, end)..sessions.end.clamp(self.first, end);
        if priced.start < priced.end {
            let slots = &mut column[priced.start - sessions.start..priced.end - sessions.start];
            let units = &self.units[priced.start - self.first..priced.end - self.first];
            add_scaled_whole(slots, factor, units);
        }
        if sessions.end > end {
            let last = f64::from(self.units.last().copied().unwrap_or_default()) * factor;
            let from = end.max(sessions.start) - sessions.start;
            column[from..].iter_mut().for_each(|slot| *slot += last);
        }
    }

    /// Mid of one leg at today's close, or the last one before; `None` before it had any.
    #[inline]
    pub fn leg(&self, leg: usize, view: MarketView<'_>) -> Option<Price> {
        self.legs[leg].at(view.session()).map(|(mid, _)| mid)
    }

    fn new(legs: Vec<Arc<LegPath>>, quantities: &[i64]) -> MarkPath {
        let first = legs.iter().map(|leg| leg.first).max().unwrap_or(0);
        let end = legs
            .iter()
            .map(|leg| leg.first + leg.mids.len())
            .max()
            .unwrap_or(0)
            .max(first);
        let values = sums(&legs, quantities, first..end);
        // Nearly always every leg is priced on every session.
        let is_whole = |leg: &LegPath| {
            leg.carried.is_empty() && leg.first <= first && leg.first + leg.mids.len() >= end
        };
        let carried = match legs.iter().all(|leg| is_whole(leg)) {
            true => Vec::new(),
            false => (first..end)
                .map(|t| legs.iter().any(|leg| leg.at(t).is_none_or(|at| at.1)))
                .collect(),
        };
        let units: Result<Vec<i32>, _> =
            values.iter().map(|value| i32::try_from(value.0)).collect();
        MarkPath {
            first,
            values,
            units: units.unwrap_or_default(),
            carried: unless_none(carried),
            legs,
        }
    }
}

impl LegPath {
    #[inline]
    fn at(&self, session: usize) -> Option<(Price, bool)> {
        let at = session.checked_sub(self.first)?;
        match self.mids.get(at) {
            Some(mid) => Some((*mid, flag(&self.carried, at))),
            None => self.mids.last().map(|mid| (*mid, true)),
        }
    }

    /// From the price of each session, `start` being the first of them; nothing where one of them is no number.
    fn whole(start: usize, prices: &[f64]) -> Option<LegPath> {
        let is_whole = prices.iter().all(|price| price.is_finite());
        is_whole.then(|| LegPath {
            first: start,
            mids: prices.iter().copied().map(Price::from_points).collect(),
            carried: Vec::new(),
        })
    }

    /// From what each session has to say, `start` being the first of them.
    fn new(start: usize, prices: impl Iterator<Item = Option<Price>>) -> LegPath {
        let most = prices.size_hint().0;
        let mut path = LegPath {
            first: start,
            mids: Vec::with_capacity(most),
            carried: Vec::with_capacity(most),
        };
        for price in prices {
            match (price, path.mids.last()) {
                (None, None) => path.first += 1,
                (found, last) => {
                    let mid = found.or(last.copied()).unwrap_or_default();
                    path.mids.push(mid);
                    path.carried.push(found.is_none());
                }
            }
        }
        path.carried = unless_none(path.carried);
        path
    }
}

/// What one unit is worth on each session, leg by leg: prices are whole numbers, so their sum is the same in any order.
fn sums(legs: &[Arc<LegPath>], quantities: &[i64], sessions: Range<usize>) -> Vec<Price> {
    let mut values = vec![Price::ZERO; sessions.len()];
    for (leg, quantity) in legs.iter().zip(quantities) {
        let priced = sessions.start.saturating_sub(leg.first).min(leg.mids.len());
        let before = leg.first.saturating_sub(sessions.start).min(values.len());
        let mids = &leg.mids[priced..];
        let values = &mut values[before..];
        let count = mids.len().min(values.len());
        let (own, after) = values.split_at_mut(count);
        for (value, mid) in own.iter_mut().zip(mids) {
            *value += *mid * *quantity;
        }
        // After its last price that one stays.
        if let Some(last) = leg.mids.last() {
            after
                .iter_mut()
                .for_each(|value| *value += *last * *quantity);
        }
    }
    values
}

#[inline]
fn flag(flags: &[bool], at: usize) -> bool {
    flags.get(at).copied().unwrap_or(false)
}

/// The flags, or nothing where none is set.
fn unless_none(flags: Vec<bool>) -> Vec<bool> {
    if flags.contains(&true) {
        flags
    } else {
        Vec::new()
    }
}

/// Legs of one unit: contracts and how many of each, long positive.
type Unit = Vec<(Contract, i64)>;

/// Mark paths kept of one history, of units and of contracts each. A run of twenty years asks for some thousands; whoever
/// holds one keeps it, forgotten or not.
const MOST_KEPT: usize = 65_536;

/// A path begins on a session that this divides: those that buy the same contract within some weeks share one, and nobody
/// prices the months before.
const SESSIONS_SHARED: usize = 16;

/// The mark paths of a history, made when somebody first holds the package.
#[derive(Debug)]
struct MarkPaths {
    units: MemoMap<(Unit, usize), MarkPath>,
    legs: MemoMap<(Contract, usize), LegPath>,
}

/// Paths of what has no smile, futures and funds: one for all worlds of a market.
#[derive(Debug)]
struct PublishedPaths {
    legs: MemoMap<Contract, LegPath>,
}

impl Default for MarkPaths {
    fn default() -> MarkPaths {
        MarkPaths {
            units: MemoMap::new(MOST_KEPT),
            legs: MemoMap::new(MOST_KEPT),
        }
    }
}

impl Default for PublishedPaths {
    fn default() -> PublishedPaths {
        PublishedPaths {
            legs: MemoMap::new(MOST_KEPT),
        }
    }
}

impl MarketView<'_> {
    /// The worth of a package (contracts and signed quantities of one unit), to be asked about from today on, session by
    /// session.
    pub fn mark_path(self, unit: &[(Contract, i64)]) -> Arc<MarkPath> {
        let history = self.history();
        // Other paths cost little or are the same from the first session on.
        let is_late = unit
            .iter()
            .all(|(contract, _)| is_on_smiles(history, contract));
        let from = match is_late {
            true => self.session() - self.session() % SESSIONS_SHARED,
            false => 0,
        };
        let paths = history.derived::<MarkPaths>();
        let key = (unit.to_vec(), from);
        paths.units.get(&key, || paths.unit(history, &key))
    }
}

impl MarkPaths {
    /// The mark path of these legs over `history`.
    fn unit(&self, history: &MarketHistory, (unit, from): &(Unit, usize)) -> MarkPath {
        let legs = unit
            .iter()
            .map(|(contract, _)| self.leg(history, contract, *from))
            .collect();
        let quantities: Vec<i64> = unit.iter().map(|(_, quantity)| *quantity).collect();
        MarkPath::new(legs, &quantities)
    }

    fn leg(&self, history: &MarketHistory, contract: &Contract, from: usize) -> Arc<LegPath> {
        let Some((right, strike)) = contract.option else {
            let published = history.published::<PublishedPaths>();
            return published.legs.get(contract, || linear(history, contract));
        };
        self.legs.get(&(*contract, from), || {
            if !is_on_smiles(history, contract) {
                return match history.quotes() {
                    Quotes::Model => linear(history, contract),
                    _ => quoted(history, contract),
                };
            }
            let all = history.expiry_smiles(contract.root, contract.expiry);
            let (smiles, strike) = (all.smiles(), strike.points());
            // A session that lists the expiry has a smile, nearly always.
            let places = all.places(&(all.first().max(from)..all.first() + smiles.len()));
            let whole = places
                .filter(|places| !places.is_empty())
                .and_then(|places| {
                    let start = all.first() + places.start;
                    LegPath::whole(start, &smiles.prices_at(places, right, strike))
                });
            whole.unwrap_or_else(|| on_smiles(&all, smiles.prices(right, strike)))
        })
    }
}

/// Whether a contract is priced by the model's smiles alone: an option, where no quotes are read and VIX options are not worth
/// what they are expected to pay.
fn is_on_smiles(history: &MarketHistory, contract: &Contract) -> bool {
    let is_expected = contract.root == Root::Vix && history.expects_vix();
    contract.option.is_some() && history.quotes() == Quotes::Model && !is_expected
}

/// The path of a contract over its whole life, from its price on each smile.
fn on_smiles(all: &ExpirySmiles, prices: Vec<f64>) -> LegPath {
    let mut prices = prices.into_iter();
    let listed = all.is_listed();
    LegPath::new(
        all.first(),
        listed.map(|listed| listed.then(|| prices.next()).flatten().and_then(mid)),
    )
}

/// A price that is no number is none.
fn mid(price: f64) -> Option<Price> {
    price.is_finite().then(|| Price::from_points(price))
}

/// A future over its life, a fund over all sessions; a VIX option that is worth what it is expected to pay.
fn linear(history: &MarketHistory, contract: &Contract) -> LegPath {
    let sessions = life(history, contract.root, contract.expiry);
    LegPath::new(
        sessions.start,
        sessions.map(|t| history.view(t).today().mid(contract)),
    )
}

/// Where quotes are read, each session says for itself what it can price.
fn quoted(history: &MarketHistory, contract: &Contract) -> LegPath {
    let end = history
        .window(
            NaiveDate::MIN,
            contract.expiry.pred_opt().unwrap_or(NaiveDate::MIN),
        )
        .end;
    LegPath::new(
        0,
        (0..end).map(|t| history.view(t).today().priced(contract).map(|(mid, _)| mid)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leg(first: usize, prices: &[Option<i64>]) -> Arc<LegPath> {
        Arc::new(LegPath::new(first, prices.iter().map(|p| p.map(Price))))
    }

    #[test]
    fn a_package_summed_leg_by_leg_is_the_sum_of_each_session() {
        let whole = leg(3, &[Some(10), Some(20), Some(30), Some(40)]);
        let holes = leg(2, &[Some(7), None, Some(9), Some(11), None]);
        let late = leg(
            5,
            &[None, Some(1_000), Some(1_001), Some(1_002), Some(1_003)],
        );
        let none = leg(4, &[None, None]);
        for legs in [
            vec![&whole],
            vec![&whole, &holes],
            vec![&holes, &late, &whole],
            vec![&late],
            vec![&none],
            vec![&none, &whole],
            vec![],
        ] {
            let legs: Vec<Arc<LegPath>> = legs.into_iter().map(Arc::clone).collect();
            let quantities = [1, -2, 3];
            let path = MarkPath::new(legs.clone(), &quantities[..legs.len()]);
            for (at, value) in path.values.iter().enumerate() {
                let t = path.first + at;
                let of = |leg: &LegPath| leg.at(t).unwrap_or((Price::ZERO, true));
                let both = legs.iter().zip(quantities);
                let plain: Price = both.map(|(leg, quantity)| of(leg).0 * quantity).sum();
                assert_eq!(*value, plain, "session {t}");
                let is_carried = legs.iter().any(|leg| of(leg).1);
                assert_eq!(flag(&path.carried, at), is_carried, "session {t}");
                assert_eq!(i64::from(path.units[at]), value.0);
            }
        }
    }

    #[test]
    fn prices_that_are_too_large_for_half_the_memory_are_worth_as_much() {
        let small = leg(3, &[Some(10), Some(-20), Some(30)]);
        let large = leg(3, &[Some(10), Some(-20), Some(i64::from(i32::MAX) + 1)]);
        let paths = [small, large].map(|leg| MarkPath::new(vec![leg], &[1]));
        assert_eq!(paths.each_ref().map(|path| path.units.len()), [3, 0]);
        for (path, last) in paths.iter().zip([30.0, 2_147_483_648.0]) {
            // From the session before the first price to the one after the last, two contracts of 1,000 USD a point.
            let mut column = [1.0; 5];
            path.add_worth(2..7, 2, 1_000, &mut column);
            let last = 1.0 + 20.0 * last;
            assert_eq!(column, [1.0, 201.0, -399.0, last, last]);
        }
    }

    #[test]
    fn a_path_without_holes_is_made_at_once() {
        let prices = [12.345_67, 0.000_04, 3.0, 2.999_95];
        let found = LegPath::whole(8, &prices).expect("all are numbers");
        let wanted = LegPath::new(8, prices.iter().map(|price| mid(*price)));
        assert_eq!(
            (found.first, &found.mids, &found.carried),
            (wanted.first, &wanted.mids, &wanted.carried)
        );
        assert!(LegPath::whole(8, &[1.0, f64::NAN]).is_none());
    }
}
