//! The smiles of one expiry, session after session, in columns: looked up once and read by every package of that expiry.

use std::ops::Range;
use std::sync::Arc;

use chrono::NaiveDate;

use crate::contract::Root;
use crate::history::MarketHistory;
use crate::kernel::Smiles;
use crate::memo::MemoMap;

/// Expiries kept of one history: more than it lists.
const MOST_EXPIRIES: usize = 8_192;

/// The smiles of one expiry; sessions without a slice have none.
#[derive(Debug)]
pub struct ExpirySmiles {
    listed: Arc<Listed>,
    smiles: Smiles,
}

/// On which sessions an expiry is listed, and where its slice stands among those of the session: the same in all worlds of a
/// market.
#[derive(Debug)]
struct Listed {
    first: usize,
    places: Vec<Option<u32>>,
    is_whole: bool,
}

/// Those of a history.
#[derive(Debug)]
struct AllSmiles {
    of: MemoMap<(Root, NaiveDate), ExpirySmiles>,
}

impl Default for AllSmiles {
    fn default() -> AllSmiles {
        AllSmiles {
            of: MemoMap::new(MOST_EXPIRIES),
        }
    }
}

/// Those of a market and all its worlds.
#[derive(Debug)]
struct AllListed {
    of: MemoMap<(Root, NaiveDate), Listed>,
}

impl Default for AllListed {
    fn default() -> AllListed {
        AllListed {
            of: MemoMap::new(MOST_EXPIRIES),
        }
    }
}

impl ExpirySmiles {
    /// Session of the first of them.
    pub(crate) fn first(&self) -> usize {
        self.listed.first
    }

    /// Whether each session from the first on has a slice, those given in order.
    pub(crate) fn is_listed(&self) -> impl Iterator<Item = bool> {
        self.listed.places.iter().map(Option::is_some)
    }

    /// The columns, one place for each session that has a slice.
    pub fn smiles(&self) -> &Smiles {
        &self.smiles
    }

    /// The places of these sessions in the columns; none where a session among them, or any of the expiry, has no slice.
    pub fn places(&self, sessions: &Range<usize>) -> Option<Range<usize>> {
        let start = sessions.start.checked_sub(self.listed.first)?;
        let end = sessions.end.checked_sub(self.listed.first)?;
        let is_there = self.listed.is_whole && start <= end && end <= self.smiles.len();
        is_there.then_some(start..end)
    }
}

impl Listed {
    fn new(history: &MarketHistory, root: Root, expiry: NaiveDate) -> Listed {
        let sessions = life(history, root, expiry);
        let place = |t| {
            let slices = history.view(t).today().slices(root);
            let found = slices.binary_search_by_key(&expiry, |slice| slice.expiry);
            found.ok().map(|at| at as u32)
        };
        let places: Vec<Option<u32>> = sessions.clone().map(place).collect();
        Listed {
            first: sessions.start,
            is_whole: !places.contains(&None),
            places,
        }
    }
}

impl MarketHistory {
    /// The smiles of an expiry.
    pub fn expiry_smiles(&self, root: Root, expiry: NaiveDate) -> Arc<ExpirySmiles> {
        let all = self.derived::<AllSmiles>();
        all.of.get(&(root, expiry), || {
            let known = self.published::<AllListed>();
            let listed = known
                .of
                .get(&(root, expiry), || Listed::new(self, root, expiry));
            let mut smiles = Smiles::with_capacity(listed.places.len());
            for (at, place) in listed.places.iter().enumerate() {
                if let Some(place) = place {
                    let slices = self.view(listed.first + at).today().slices(root);
                    smiles.push(&slices[*place as usize]);
                }
            }
            ExpirySmiles { listed, smiles }
        })
    }
}

/// Sessions on which an expiry is listed, its own day not counted. What is listed stays listed until it expires; a VIX
/// option may lack a smile on some days, its future is there on all of them.
pub(crate) fn life(history: &MarketHistory, root: Root, expiry: NaiveDate) -> Range<usize> {
    let end = history
        .window(NaiveDate::MIN, expiry.pred_opt().unwrap_or(NaiveDate::MIN))
        .end;
    let sessions = (0..end)
        .rev()
        .take_while(|t| match root {
            Root::Spx | Root::Spxw => history.view(*t).today().slice(root, expiry).is_some(),
            Root::Vix | Root::Vx => history.view(*t).today().future(expiry).is_some(),
            Root::Fund(_) => true,
        })
        .count();
    end - sessions..end
}
