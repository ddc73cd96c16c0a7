//! A market read at its quotes: chains in the place of the model where they are to be read and there are any.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;

use super::{HistoryError, MarketHistory, Snapshot};
use crate::chain::{ChainDay, Finding, Quoted, Quotes, RawChains, SessionQuotes, Source};
use crate::contract::{Contract, Root};
use crate::inputs::InputRules;
use crate::observations::Observations;
use crate::price::Price;
use crate::surface::ModelParams;

/// What prices a market.
#[derive(Clone, Copy)]
pub struct Pricing<'a> {
    /// Parameters of the model, session by session: a calibration may not look ahead, which is its maker's duty.
    pub params: &'a (dyn Fn(NaiveDate) -> ModelParams + Sync),
    /// Which prices may be read.
    pub quotes: Quotes,
    /// Quotes of the closes.
    pub chains: &'a RawChains,
    /// How old the values of series may be that prices rest on, and what stands in for them.
    pub inputs: &'a InputRules,
}

impl MarketHistory {
    /// As [`MarketHistory::build`], priced as `pricing` says: quotes where they are to be read and there are any.
    ///
    /// # Errors
    /// Those of [`MarketHistory::build`].
    pub fn build_priced(
        observations: &Observations,
        first: NaiveDate,
        last: NaiveDate,
        pricing: &Pricing<'_>,
        horizon_days: i64,
    ) -> Result<MarketHistory, HistoryError> {
        let mut history = MarketHistory::build_with(
            observations,
            (first, last),
            pricing.params,
            pricing.inputs,
            horizon_days,
        )?;
        history.quotes = pricing.quotes;
        if pricing.quotes != Quotes::Model {
            let snapshots = Arc::get_mut(&mut history.snapshots);
            for snapshot in snapshots.expect("nobody has a copy yet") {
                snapshot.quotes = pricing.quotes;
                if let Some(quotes) = pricing.chains.get(&snapshot.date) {
                    snapshot.read(quotes);
                }
            }
        }
        Ok(history)
    }

    /// Which prices may be read.
    pub fn quotes(&self) -> Quotes {
        self.quotes
    }

    /// What was wrong with the quotes of the chains: sessions concerned and how often in all.
    pub fn chain_findings(&self) -> BTreeMap<Finding, (Vec<NaiveDate>, u32)> {
        let mut all: BTreeMap<Finding, (Vec<NaiveDate>, u32)> = BTreeMap::new();
        for snapshot in self.snapshots.iter() {
            for (finding, count) in snapshot.chain.iter().flat_map(|chain| &chain.findings) {
                let entry = all.entry(*finding).or_default();
                entry.0.push(snapshot.date);
                entry.1 += count;
            }
        }
        all
    }
}

impl Snapshot {
    /// Puts the quotes of this close in the place of the model's slices of the same expiries. In [`Quotes::Chain`] the
    /// chain also says which expiries of its classes are listed.
    fn read(&mut self, quotes: &SessionQuotes) {
        if quotes.is_empty() {
            return;
        }
        let chain = ChainDay::new(quotes, &|root, expiry| self.slice(root, expiry).copied());
        for (root, slices) in [
            (Root::Spxw, &mut self.spxw),
            (Root::Spx, &mut self.spx),
            (Root::Vix, &mut self.vix_options),
        ] {
            let quoted = chain.expiries().iter().any(|e| e.root == root);
            if quoted && self.quotes == Quotes::Chain {
                slices.retain(|slice| chain.expiry(root, slice.expiry).is_some());
            }
            for slice in slices.iter_mut() {
                *slice = chain
                    .expiry(root, slice.expiry)
                    .and_then(|e| e.slice)
                    .unwrap_or(*slice);
            }
        }
        self.chain = Some(Arc::new(chain));
    }

    /// The two-sided quote of a contract, where quotes are read and it has one.
    #[inline]
    pub fn quote(&self, contract: &Contract) -> Option<Quoted> {
        self.chain.as_ref()?.quote(contract)
    }

    /// Where the mid of a contract comes from; `None` where there is none: in [`Quotes::Chain`] the model's is not one.
    pub fn source(&self, contract: &Contract) -> Option<Source> {
        if let Root::Fund(fund) = contract.root {
            return self.fund(fund).map(|_| Source::Published);
        }
        let Some((_, strike)) = contract.option else {
            let source = if self.future(contract.expiry)?.modelled {
                Source::Model
            } else {
                Source::Published
            };
            return (source != Source::Model || self.quotes != Quotes::Chain).then_some(source);
        };
        if self.quote(contract).is_some() {
            return Some(Source::Chain);
        }
        let expiry = self
            .chain
            .as_ref()
            .and_then(|chain| chain.expiry(contract.root, contract.expiry));
        if expiry.is_some_and(|e| e.slice.is_some() && e.spans(strike)) {
            return Some(Source::Interpolated);
        }
        let is_modelled =
            self.quotes != Quotes::Chain && self.slice(contract.root, contract.expiry).is_some();
        is_modelled.then_some(Source::Model)
    }

    /// Mid price of a contract and where it comes from: quoted where it is, else through other strikes' quotes, else the
    /// model's where that is allowed.
    #[inline]
    pub fn priced(&self, contract: &Contract) -> Option<(Price, Source)> {
        if self.quotes == Quotes::Model && contract.option.is_some() {
            return self.mid(contract).map(|mid| (mid, Source::Model));
        }
        let source = self.source(contract)?;
        let mid = if source == Source::Chain {
            self.quote(contract).map(Quoted::mid)
        } else {
            self.mid(contract)
        };
        Some((mid?, source))
    }
}
