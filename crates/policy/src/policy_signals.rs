//! The triggers and signals an arm names, looked up once: what is left for the day loop is a load.

use std::sync::Arc;

use book::event::LayerId;
use book::layers::LayerVec;
use book::reason::Reason;
use market::history::{MarketHistory, MarketView};
use signals::{Column, SignalDefinitions, Trigger, TriggerColumn, Truth, number};

use crate::arm::Arm;
use crate::condor::Condor;
use crate::hedge_weight::HedgeWeight;
use crate::layer::Layer;
use crate::tier::Regime;
use crate::weight_rules::Bound;

/// The columns an arm reads. Empty for an arm that names none.
#[derive(Clone, Debug, Default)]
pub struct PolicySignals {
    tier: Option<Arc<Column>>,
    condors: LayerVec<CondorSignals>,
    layers: LayerVec<LayerSignals>,
    steps: Vec<(Arc<TriggerColumn>, f64)>,
    raise: Vec<(Arc<TriggerColumn>, f64)>,
    cap: Vec<(Arc<TriggerColumn>, f64)>,
    scale: Vec<Arc<Column>>,
    is_tier_only: bool,
}

#[derive(Clone, Debug)]
struct CondorSignals {
    when: Option<Arc<TriggerColumn>>,
    bar: Option<Arc<TriggerColumn>>,
    widen: Option<Arc<TriggerColumn>>,
}

#[derive(Clone, Debug)]
struct LayerSignals {
    when: Option<Arc<TriggerColumn>>,
    tighten: Option<Arc<TriggerColumn>>,
    sales: Vec<Option<Arc<TriggerColumn>>>,
    hurdle: Option<Arc<Column>>,
}

impl PolicySignals {
    /// Looks up everything an arm names.
    pub fn new(arm: &Arm, history: &MarketHistory) -> PolicySignals {
        let hedge = &arm.hedge;
        let lookup = Lookup {
            definitions: hedge.definitions(),
            history,
        };
        let bounds = |bounds: &[Bound]| -> Vec<(Arc<TriggerColumn>, f64)> {
            bounds
                .iter()
                .map(|bound| (lookup.trigger(&bound.when), bound.weight))
                .collect()
        };
        let is_tier_only = hedge.steps.is_empty()
            && hedge.raise.is_empty()
            && hedge.cap.is_empty()
            && hedge.scale.is_empty();
        PolicySignals {
            tier: hedge.tier.named_signal().map(|name| lookup.signal(name)),
            condors: LayerVec::of(arm.condor_ids(), |id| {
                CondorSignals::new(arm.condor(id).expect("a condor tier"), history)
            }),
            layers: LayerVec::of(arm.hedge_ids(), |id| {
                LayerSignals::new(arm.layer(id).expect("a hedge layer"), &lookup)
            }),
            steps: hedge
                .steps
                .iter()
                .map(|step| (lookup.trigger(&step.when), step.add))
                .collect(),
            raise: bounds(&hedge.raise),
            cap: bounds(&hedge.cap),
            scale: hedge
                .scale
                .iter()
                .map(|scale| lookup.signal(&scale.signal))
                .collect(),
            is_tier_only,
        }
    }

    /// The regime after today's close, given the one before.
    #[inline]
    pub fn regime(&self, arm: &Arm, before: Option<Regime>, view: MarketView<'_>) -> Regime {
        arm.hedge.tier.next(before, self.tier.as_deref(), view)
    }

    /// The weight the regime and the signals give the hedge. `decay` is what the days left to the condors leave of it.
    #[inline]
    pub fn weight(
        &self,
        arm: &Arm,
        regime: &Regime,
        decay: f64,
        view: MarketView<'_>,
    ) -> HedgeWeight {
        let none = if regime.weight <= 0.0 && regime.signal.is_none() {
            Reason::SignalMissing
        } else {
            Reason::WeightZero
        };
        if self.is_tier_only {
            return HedgeWeight {
                weight: regime.weight * decay,
                none,
            };
        }
        self.weigh(arm, regime, decay, none, view)
    }

    fn weigh(
        &self,
        arm: &Arm,
        regime: &Regime,
        decay: f64,
        none: Reason,
        view: MarketView<'_>,
    ) -> HedgeWeight {
        let mut hedge_weight = HedgeWeight {
            weight: regime.weight,
            none,
        };
        if !self.steps.is_empty() && regime.weight > 0.0 {
            let on: f64 = self
                .steps
                .iter()
                .filter(|(gate, _)| gate.at(view).is_yes())
                .map(|(_, add)| add)
                .sum();
            let missing = self
                .steps
                .iter()
                .any(|(gate, _)| matches!(gate.at(view), Truth::Missing(_)));
            hedge_weight.weight = (regime.weight * on).min(1.0);
            hedge_weight.none = if missing {
                Reason::SignalMissing
            } else {
                Reason::NoStep
            };
        }
        for (gate, least) in &self.raise {
            if gate.at(view).is_yes() {
                hedge_weight.weight = hedge_weight.weight.max(*least);
            }
        }
        for (rule, values) in arm.hedge.scale.iter().zip(&self.scale) {
            match values.at(view) {
                Some(value) => hedge_weight.weight *= rule.factor(value),
                None => {
                    hedge_weight = HedgeWeight {
                        weight: 0.0,
                        none: Reason::SignalMissing,
                    }
                }
            }
        }
        hedge_weight.weight = (hedge_weight.weight * decay).clamp(0.0, 1.0);
        for (gate, most) in &self.cap {
            if gate.at(view).is_yes() {
                hedge_weight.weight = hedge_weight.weight.min(*most);
            }
        }
        hedge_weight
    }

    /// What the signals of a layer say at a close, in a trader's words and with the numbers, one part after another: its
    /// own triggers, then those that set the weight of the whole hedge.
    pub fn words(&self, arm: &Arm, layer: LayerId, view: MarketView<'_>) -> Vec<String> {
        let mut words = self.own_words(arm, layer, view);
        if !arm.is_condor(layer) {
            words.extend(self.weight_words(arm, view));
        }
        words
    }

    /// What the triggers of a layer or tier itself say.
    pub fn own_words(&self, arm: &Arm, layer: LayerId, view: MarketView<'_>) -> Vec<String> {
        match (arm.layer(layer), self.layers.get(layer)) {
            (Some(rules), Some(signals)) => layer_words(rules, signals, view),
            _ => self.condor_words(layer, view),
        }
    }

    /// What the signals say that set the weight of the whole hedge.
    pub fn weight_words(&self, arm: &Arm, view: MarketView<'_>) -> Vec<String> {
        let bound = |key: &str, (gate, weight): &(Arc<TriggerColumn>, f64)| {
            said(&format!("{key}{weight:.3}:"), gate, view)
        };
        let steps = self.steps.iter().map(|step| bound("step +", step));
        let raise = self.raise.iter().map(|least| bound("raise to ", least));
        let mut words: Vec<String> = steps.chain(raise).collect();
        for (rule, column) in arm.hedge.scale.iter().zip(&self.scale) {
            let factor = column.at(view).map_or("nothing is bought".into(), |v| {
                format!("times {}", number(rule.factor(v)))
            });
            let value = value(&rule.signal, column, view);
            words.push(format!("scale {value}: {factor}"));
        }
        words.extend(self.cap.iter().map(|most| bound("cap at ", most)));
        words
    }

    fn condor_words(&self, tier: LayerId, view: MarketView<'_>) -> Vec<String> {
        let signals = &self.condors[tier];
        let said = |key: &str, gate: &TriggerColumn| said(key, gate, view);
        let when = signals.when.iter().map(|gate| said("when", gate));
        let bar = signals.bar.iter().map(|gate| said("no_entry_when", gate));
        when.chain(bar)
            .chain(signals.widen.iter().map(|gate| said("widen when", gate)))
            .collect()
    }

    /// What the layer's own trigger says; yes if it has none.
    #[inline]
    pub fn when(&self, id: LayerId, view: MarketView<'_>) -> Truth<'_> {
        self.layers
            .get(id)
            .and_then(|signals| signals.when.as_ref())
            .map_or(Truth::Yes, |gate| gate.at(view))
    }

    /// Whether a sale of a layer is asked for by its trigger.
    pub fn sells(&self, id: LayerId, sale: usize, view: MarketView<'_>) -> bool {
        let gate = self
            .layers
            .get(id)
            .and_then(|signals| signals.sales.get(sale)?.as_ref());
        gate.is_some_and(|gate| gate.at(view).is_yes())
    }

    /// Whether a layer's corridor is narrowed.
    pub fn tightens(&self, id: LayerId, view: MarketView<'_>) -> bool {
        let gate = self
            .layers
            .get(id)
            .and_then(|signals| signals.tighten.as_ref());
        gate.is_some_and(|gate| gate.at(view).is_yes())
    }

    /// The return a layer must have reached (per year), if its hurdle has a value.
    pub(crate) fn hurdle(&self, id: LayerId, view: MarketView<'_>) -> Option<f64> {
        self.layers
            .get(id)
            .and_then(|signals| signals.hurdle.as_ref()?.at(view))
    }

    /// What a tier's own trigger says; yes if it has none.
    pub(crate) fn enters(&self, tier: LayerId, view: MarketView<'_>) -> Truth<'_> {
        self.condors
            .get(tier)
            .and_then(|signals| signals.when.as_ref())
            .map_or(Truth::Yes, |gate| gate.at(view))
    }

    /// Whether a trigger bars new condors of a tier.
    pub(crate) fn bars(&self, tier: LayerId, view: MarketView<'_>) -> bool {
        let gate = self
            .condors
            .get(tier)
            .and_then(|signals| signals.bar.as_ref());
        gate.is_some_and(|gate| gate.at(view).is_yes())
    }

    /// Whether a trigger widens the strikes of a tier.
    pub(crate) fn widens(&self, tier: LayerId, view: MarketView<'_>) -> bool {
        let gate = self
            .condors
            .get(tier)
            .and_then(|signals| signals.widen.as_ref());
        gate.is_some_and(|gate| gate.at(view).is_yes())
    }
}

fn layer_words(layer: &Layer, signals: &LayerSignals, view: MarketView<'_>) -> Vec<String> {
    let said = |key: &str, gate: &TriggerColumn| said(key, gate, view);
    let mut words: Vec<String> = signals.when.iter().map(|gate| said("when", gate)).collect();
    words.extend(
        signals
            .tighten
            .iter()
            .map(|gate| said("tighten_when", gate)),
    );
    words.extend(
        signals
            .sales
            .iter()
            .flatten()
            .map(|gate| said("sell when", gate)),
    );
    if let (Some(rule), Some(column)) = (&layer.hurdle, &signals.hurdle) {
        words.push(format!("hurdle {}", value(&rule.signal, column, view)));
    }
    words
}

/// A key, and what its trigger says.
fn said(key: &str, gate: &TriggerColumn, view: MarketView<'_>) -> String {
    let mut text = String::with_capacity(128);
    text.push_str(key);
    text.push(' ');
    gate.tell(view, &mut text);
    text
}

/// A signal with its value.
fn value(name: &str, column: &Column, view: MarketView<'_>) -> String {
    format!("{name} {}", column.at(view).map_or("?".into(), number))
}

/// A history and the names of one policy.
struct Lookup<'a> {
    definitions: SignalDefinitions,
    history: &'a MarketHistory,
}

impl Lookup<'_> {
    fn trigger(&self, name: &str) -> Arc<TriggerColumn> {
        self.definitions
            .trigger_column(self.history, &Trigger::Named(name.to_string()))
    }

    fn signal(&self, name: &str) -> Arc<Column> {
        self.definitions.signal_column(self.history, name)
    }
}

impl CondorSignals {
    fn new(condor: &Condor, history: &MarketHistory) -> CondorSignals {
        let lookup = Lookup {
            definitions: condor.definitions(),
            history,
        };
        CondorSignals {
            when: condor.when.as_ref().map(|name| lookup.trigger(name)),
            bar: condor
                .no_entry_when
                .as_ref()
                .map(|name| lookup.trigger(name)),
            widen: condor.widen.as_ref().map(|wide| lookup.trigger(&wide.when)),
        }
    }
}

impl LayerSignals {
    fn new(layer: &Layer, lookup: &Lookup<'_>) -> LayerSignals {
        let trigger = |name: &String| lookup.trigger(name);
        LayerSignals {
            when: layer.when.as_ref().map(trigger),
            tighten: layer
                .corridor
                .as_ref()
                .and_then(|c| c.tighten_when.as_ref())
                .map(trigger),
            sales: layer
                .sell
                .iter()
                .map(|sale| sale.when.as_ref().map(trigger))
                .collect(),
            hurdle: layer
                .hurdle
                .as_ref()
                .map(|hurdle| lookup.signal(&hurdle.signal)),
        }
    }
}
