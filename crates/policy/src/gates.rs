//! The triggers and signals an arm names, looked up once: what is left for the day loop is a load.

use std::sync::Arc;

use book::event::LayerId;
use book::reason::Reason;
use market::history::MarketView;

use crate::arm::Arm;
use crate::tier::Regime;

/// What a trigger says at a close.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truth {
    /// It holds.
    Yes,
    /// It does not.
    No,
    /// One of its inputs has no value: every rule that names it holds back.
    Missing,
}

/// A trigger on every session of a history.
pub type TruthColumn = Arc<[Truth]>;
/// A signal on every session of a history.
pub type ValueColumn = Arc<[Option<f64>]>;

/// Where an arm's triggers and signals come from: a condor tier has its own, the hedge has its own.
pub trait Source {
    /// The column of a trigger of a condor tier's policy.
    fn condor_trigger(&self, tier: usize, name: &str) -> TruthColumn;
    /// The column of a trigger of the hedge.
    fn trigger(&self, name: &str) -> TruthColumn;
    /// The column of a signal of the hedge.
    fn signal(&self, name: &str) -> ValueColumn;
}

/// The columns an arm reads. Empty for an arm that names none.
#[derive(Clone, Debug, Default)]
pub struct Gates {
    condors: Vec<CondorGates>,
    layers: Vec<LayerGates>,
    steps: Vec<(TruthColumn, f64)>,
    raise: Vec<(TruthColumn, f64)>,
    cap: Vec<(TruthColumn, f64)>,
    scale: Vec<ValueColumn>,
    is_tier_only: bool,
}

#[derive(Clone, Debug)]
struct CondorGates {
    bar: Option<TruthColumn>,
    widen: Option<TruthColumn>,
}

#[derive(Clone, Debug)]
struct LayerGates {
    when: Option<TruthColumn>,
    tighten: Option<TruthColumn>,
    sales: Vec<Option<TruthColumn>>,
    hurdle: Option<ValueColumn>,
}

/// The weight of a hedge at a close, and why it is zero if it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stance {
    /// Weight in [0, 1].
    pub weight: f64,
    /// The reason to give where the weight is zero.
    pub none: Reason,
}

impl Gates {
    /// Looks up everything an arm names.
    pub fn new(arm: &Arm, source: &dyn Source) -> Gates {
        let hedge = &arm.hedge;
        let bounds = |bounds: &[crate::stance::Bound]| -> Vec<(TruthColumn, f64)> {
            bounds.iter().map(|bound| (source.trigger(&bound.when), bound.weight)).collect()
        };
        let is_tier_only =
            hedge.steps.is_empty() && hedge.raise.is_empty() && hedge.cap.is_empty() && hedge.scale.is_empty();
        Gates {
            condors: (0..arm.condors.len()).map(|tier| CondorGates::new(arm, tier, source)).collect(),
            layers: hedge.layers.iter().map(|layer| LayerGates::new(layer, source)).collect(),
            steps: hedge.steps.iter().map(|step| (source.trigger(&step.when), step.add)).collect(),
            raise: bounds(&hedge.raise),
            cap: bounds(&hedge.cap),
            scale: hedge.scale.iter().map(|scale| source.signal(&scale.signal)).collect(),
            is_tier_only,
        }
    }

    /// The weight the regime and the signals give the hedge. `decay` is what the days left to the condors leave of it.
    #[inline]
    pub fn stance(&self, arm: &Arm, regime: &Regime, decay: f64, view: MarketView<'_>) -> Stance {
        let none =
            if regime.weight <= 0.0 && regime.signal.is_none() { Reason::SignalMissing } else { Reason::WeightZero };
        if self.is_tier_only {
            return Stance { weight: regime.weight * decay, none };
        }
        self.weigh(arm, regime, decay, none, view)
    }

    fn weigh(&self, arm: &Arm, regime: &Regime, decay: f64, none: Reason, view: MarketView<'_>) -> Stance {
        let t = view.session();
        let mut stance = Stance { weight: regime.weight, none };
        if !self.steps.is_empty() && regime.weight > 0.0 {
            let on: f64 = self.steps.iter().filter(|(gate, _)| gate[t] == Truth::Yes).map(|(_, add)| add).sum();
            let missing = self.steps.iter().any(|(gate, _)| gate[t] == Truth::Missing);
            stance.weight = (regime.weight * on).min(1.0);
            stance.none = if missing { Reason::SignalMissing } else { Reason::NoStep };
        }
        for (gate, least) in &self.raise {
            if gate[t] == Truth::Yes {
                stance.weight = stance.weight.max(*least);
            }
        }
        for (rule, values) in arm.hedge.scale.iter().zip(&self.scale) {
            match values[t] {
                Some(value) => stance.weight *= rule.factor(value),
                None => stance = Stance { weight: 0.0, none: Reason::SignalMissing },
            }
        }
        stance.weight = (stance.weight * decay).clamp(0.0, 1.0);
        for (gate, most) in &self.cap {
            if gate[t] == Truth::Yes {
                stance.weight = stance.weight.min(*most);
            }
        }
        stance
    }

    /// What the layer's own trigger says; yes if it has none. `index` counts the hedge layers.
    #[inline]
    pub fn when(&self, index: usize, view: MarketView<'_>) -> Truth {
        self.layers.get(index).and_then(|gates| gates.when.as_ref()).map_or(Truth::Yes, |gate| gate[view.session()])
    }

    /// Whether a sale of a layer is asked for by its trigger.
    pub(crate) fn sells(&self, index: usize, sale: usize, view: MarketView<'_>) -> bool {
        let gate = self.layers.get(index).and_then(|gates| gates.sales.get(sale)?.as_ref());
        gate.is_some_and(|gate| gate[view.session()] == Truth::Yes)
    }

    /// Whether a layer's corridor is narrowed.
    pub fn tightens(&self, index: usize, view: MarketView<'_>) -> bool {
        let gate = self.layers.get(index).and_then(|gates| gates.tighten.as_ref());
        gate.is_some_and(|gate| gate[view.session()] == Truth::Yes)
    }

    /// The return a layer must have reached (per year), if its hurdle has a value.
    pub(crate) fn hurdle(&self, index: usize, view: MarketView<'_>) -> Option<f64> {
        self.layers.get(index).and_then(|gates| gates.hurdle.as_ref()?[view.session()])
    }

    /// Whether a trigger bars new condors of a tier.
    pub(crate) fn bars(&self, tier: LayerId, view: MarketView<'_>) -> bool {
        let gate = self.condors.get(usize::from(tier.0)).and_then(|gates| gates.bar.as_ref());
        gate.is_some_and(|gate| gate[view.session()] == Truth::Yes)
    }

    /// Whether a trigger widens the strikes of a tier.
    pub(crate) fn widens(&self, tier: LayerId, view: MarketView<'_>) -> bool {
        let gate = self.condors.get(usize::from(tier.0)).and_then(|gates| gates.widen.as_ref());
        gate.is_some_and(|gate| gate[view.session()] == Truth::Yes)
    }
}

impl CondorGates {
    fn new(arm: &Arm, tier: usize, source: &dyn Source) -> CondorGates {
        let condor = &arm.condors[tier];
        CondorGates {
            bar: condor.no_entry_when.as_ref().map(|name| source.condor_trigger(tier, name)),
            widen: condor.widen.as_ref().map(|wide| source.condor_trigger(tier, &wide.when)),
        }
    }
}

impl LayerGates {
    fn new(layer: &crate::layer::Layer, source: &dyn Source) -> LayerGates {
        let trigger = |name: &String| source.trigger(name);
        LayerGates {
            when: layer.when.as_ref().map(trigger),
            tighten: layer.corridor.as_ref().and_then(|c| c.tighten_when.as_ref()).map(trigger),
            sales: layer.sell.iter().map(|sale| sale.when.as_ref().map(trigger)).collect(),
            hurdle: layer.hurdle.as_ref().map(|hurdle| source.signal(&hurdle.signal)),
        }
    }
}
