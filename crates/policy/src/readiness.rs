//! Whether a policy finds what it reads: the sessions on which it must hold back, and which series would help.

use std::collections::BTreeSet;
use std::ops::Range;

use chrono::NaiveDate;
use market::history::{MarketHistory, MarketView};
use signals::{SignalDefinitions, Trigger, Truth, definitions};

use crate::condor::Condor;
use crate::hedge::Hedge;
use crate::layer::Layer;

/// Sessions on which one key of a policy has nothing to go by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldBack {
    /// The key that asks: `tier.signal`, `layers.short.when`.
    pub key: String,
    /// What has no value: a signal, a source, a series, or the price of a fund.
    pub missing: String,
    /// How many sessions.
    pub sessions: usize,
    /// The first and the last of them.
    pub span: (NaiveDate, NaiveDate),
    /// Series of the dataset that lack values then. None where the signal only needs more sessions before it.
    pub series: BTreeSet<String>,
}

/// What of a hedge holds back in `window`, key by key; empty where it finds all that it reads.
pub fn of_hedge(hedge: &Hedge, history: &MarketHistory, window: Range<usize>) -> Vec<HeldBack> {
    let asked = Asked {
        definitions: hedge.definitions(),
        history,
        window,
    };
    let triggers = hedge.named_triggers().into_iter();
    let mut found: Vec<HeldBack> = triggers
        .filter_map(|(key, name)| asked.trigger(key, name))
        .collect();
    let signals = hedge.named_signals().into_iter();
    found.extend(signals.filter_map(|(key, name)| asked.signal(key, &name)));
    found.extend(hedge.layers.iter().filter_map(|layer| asked.fund(layer)));
    found
}

/// The same of a condor tier.
pub fn of_condor(condor: &Condor, history: &MarketHistory, window: Range<usize>) -> Vec<HeldBack> {
    let asked = Asked {
        definitions: condor.definitions(),
        history,
        window,
    };
    let triggers = condor.named_triggers();
    triggers
        .filter_map(|(key, name)| asked.trigger(key.to_string(), name.to_string()))
        .collect()
}

struct Asked<'a> {
    definitions: SignalDefinitions,
    history: &'a MarketHistory,
    window: Range<usize>,
}

impl<'a> Asked<'a> {
    fn views(&self) -> impl Iterator<Item = MarketView<'a>> {
        let history = self.history;
        self.window.clone().map(move |t| history.view(t))
    }

    fn trigger(&self, key: String, name: String) -> Option<HeldBack> {
        let column = self
            .definitions
            .trigger_column(self.history, &Trigger::Named(name));
        let mut missing = String::new();
        let days: Vec<MarketView<'_>> = self
            .views()
            .filter(|view| match column.at(*view) {
                Truth::Missing(input) => {
                    if missing.is_empty() {
                        missing = input.to_string();
                    }
                    true
                }
                Truth::Yes | Truth::No => false,
            })
            .collect();
        self.held_back(key, missing, &days)
    }

    fn signal(&self, key: String, name: &str) -> Option<HeldBack> {
        let column = self.definitions.signal_column(self.history, name);
        let days: Vec<MarketView<'_>> = self.views().filter(|v| column.at(*v).is_none()).collect();
        self.held_back(key, name.to_string(), &days)
    }

    fn fund(&self, layer: &Layer) -> Option<HeldBack> {
        let market::contract::Root::Fund(fund) = layer.underlying.root() else {
            return None;
        };
        let days: Vec<MarketView<'_>> = self
            .views()
            .filter(|view| view.today().fund(fund).is_none())
            .collect();
        let series = fund.series().to_string();
        let key = format!("layers.{}.underlying", layer.name);
        self.held_back(key, series, &days)
    }

    fn held_back(&self, key: String, missing: String, days: &[MarketView<'_>]) -> Option<HeldBack> {
        let span = (days.first()?.today().date, days.last()?.today().date);
        let mut series = BTreeSet::new();
        self.add_series(&missing, days, &mut series);
        Some(HeldBack {
            key,
            missing,
            sessions: days.len(),
            span,
            series,
        })
    }

    /// Adds the series behind a name that lack a value on any of these sessions.
    fn add_series(&self, name: &str, days: &[MarketView<'_>], found: &mut BTreeSet<String>) {
        if let Some(signal) = self.definitions.signals.get(name) {
            let inputs = definitions::read_by_kind(signal).iter().copied();
            let inputs = signal.inputs().into_iter().chain(inputs);
            inputs.for_each(|input| self.add_series(input, days, found));
            return;
        }
        for series in definitions::series_of(name) {
            let column = self.definitions.signal_column(self.history, series);
            if days.iter().any(|day| column.at(*day).is_none()) {
                found.insert(series.to_string());
            }
        }
    }
}
