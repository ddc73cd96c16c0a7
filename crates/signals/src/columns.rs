//! The columns of a policy's signals and triggers over one history.

use std::collections::BTreeMap;
use std::sync::Arc;

use market::history::MarketHistory;
use market::memo::MemoMap;

use crate::column::Column;
use crate::compute::{MOST_KEPT, SignalContext};
use crate::definitions::SignalDefinitions;
use crate::trigger::Trigger;
use crate::truth::TriggerColumn;

/// Trigger columns of one history, by the canonical text of their definition.
#[derive(Debug)]
struct KnownTriggers(MemoMap<String, TriggerColumn>);

impl Default for KnownTriggers {
    fn default() -> KnownTriggers {
        KnownTriggers(MemoMap::new(MOST_KEPT))
    }
}

/// The columns of definitions over one history.
#[derive(Clone, Debug, Default)]
pub struct SignalColumns {
    signals: BTreeMap<String, Arc<Column>>,
    triggers: BTreeMap<String, Arc<TriggerColumn>>,
}

impl SignalColumns {
    /// The column of a signal or of a source that a trigger reads.
    pub fn signal(&self, name: &str) -> Option<&Column> {
        self.signals.get(name).map(Arc::as_ref)
    }

    /// The column of a named trigger.
    pub fn trigger(&self, name: &str) -> Option<&TriggerColumn> {
        self.triggers.get(name).map(Arc::as_ref)
    }

    /// All signals by name.
    pub fn signals(&self) -> impl Iterator<Item = (&str, &Column)> {
        self.signals
            .iter()
            .map(|(name, column)| (name.as_str(), column.as_ref()))
    }

    /// All triggers by name.
    pub fn triggers(&self) -> impl Iterator<Item = (&str, &TriggerColumn)> {
        self.triggers
            .iter()
            .map(|(name, column)| (name.as_str(), column.as_ref()))
    }
}

impl SignalDefinitions {
    /// Computes every signal and trigger over `history`, or takes them from those computed before. They must have
    /// passed [`SignalDefinitions::check`].
    pub fn columns(&self, history: &MarketHistory) -> SignalColumns {
        let context = SignalContext {
            definitions: self,
            history,
        };
        let built_in = ["vix", "vx1", "cmf30"].map(str::to_string);
        let read = self
            .triggers
            .values()
            .flat_map(Trigger::signals)
            .map(str::to_string);
        let names = self.signals.keys().cloned().chain(built_in).chain(read);
        let triggers = self
            .triggers
            .iter()
            .map(|(name, t)| (name.clone(), self.trigger_column(history, t)));
        SignalColumns {
            signals: names.map(|n| (n.clone(), context.column(&n))).collect(),
            triggers: triggers.collect(),
        }
    }

    /// The column of a trigger that stands elsewhere in the policy.
    pub fn trigger_column(&self, history: &MarketHistory, trigger: &Trigger) -> Arc<TriggerColumn> {
        let key = self.canonical_trigger(trigger);
        let context = SignalContext {
            definitions: self,
            history,
        };
        let known = match self.trigger_reads_options(trigger) {
            true => history.derived::<KnownTriggers>(),
            false => history.published::<KnownTriggers>(),
        };
        known
            .0
            .get(key.as_str(), || TriggerColumn::new(trigger, context))
    }

    /// The column of one signal, source or series.
    pub fn signal_column(&self, history: &MarketHistory, name: &str) -> Arc<Column> {
        SignalContext {
            definitions: self,
            history,
        }
        .column(name)
    }
}
