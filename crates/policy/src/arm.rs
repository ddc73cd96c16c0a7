//! One complete trading policy in a comparison: the run's condor tiers and one hedge.

use book::event::LayerId;
use book::layers::LayerVec;
use market::contract::Root;
use market::inputs::Needs;

use crate::condor::Condor;
use crate::hedge::{Hedge, Layer};
use crate::rule::ExitRule;
use crate::select::Template;
use crate::tier::NEAR_FUTURES_DAYS;

/// An arm, with everything that does not change from day to day worked out once.
#[derive(Clone, Debug)]
pub struct Arm {
    /// Name of the arm in every table.
    pub name: String,
    /// Condor tiers: layers `0..condors.len()`.
    pub condors: Vec<Condor>,
    /// The hedge; its layers follow the condor tiers.
    pub hedge: Hedge,
    templates: LayerVec<Template>,
    wide_templates: LayerVec<Option<Template>>,
}

impl Arm {
    /// Puts condors and hedge together under the hedge's name.
    pub fn new(condors: &[Condor], hedge: &Hedge) -> Arm {
        let mut arm = Arm {
            name: hedge.name.clone(),
            condors: condors.to_vec(),
            hedge: hedge.clone(),
            templates: LayerVec::default(),
            wide_templates: LayerVec::default(),
        };
        arm.templates = LayerVec::of(arm.ids(), |id| match (arm.condor(id), arm.layer(id)) {
            (Some(condor), _) => condor.template(),
            (None, layer) => layer.expect("a layer of the arm").template(),
        });
        arm.wide_templates = LayerVec::of(arm.condor_ids(), |id| arm.condor(id)?.wide_template());
        arm
    }

    /// Ids of all layers: the condor tiers, then the hedge layers.
    pub fn ids(&self) -> impl Iterator<Item = LayerId> + use<> {
        (0..self.layers() as u8).map(LayerId)
    }

    /// Id of the first hedge layer, or of what would be one.
    #[inline]
    pub fn first_hedge(&self) -> LayerId {
        LayerId(self.condors.len() as u8)
    }

    /// Whether a layer is a condor tier.
    pub fn is_condor(&self, id: LayerId) -> bool {
        id < self.first_hedge()
    }

    /// The condor tiers with their ids.
    pub fn condor_tiers(&self) -> impl Iterator<Item = (LayerId, &Condor)> {
        self.condor_ids().zip(&self.condors)
    }

    /// The hedge layers with their ids.
    #[inline]
    pub fn hedge_layers(&self) -> impl Iterator<Item = (LayerId, &Layer)> {
        let first = self.condors.len();
        let layers = self.hedge.layers.iter().enumerate();
        layers.map(move |(at, layer)| (LayerId((first + at) as u8), layer))
    }

    /// Number of layers, condor tiers included.
    pub fn layers(&self) -> usize {
        self.condors.len() + self.hedge.layers.len()
    }

    /// Ids of the condor tiers.
    pub fn condor_ids(&self) -> impl Iterator<Item = LayerId> + use<> {
        (0..self.condors.len() as u8).map(LayerId)
    }

    /// Ids of the hedge layers.
    pub fn hedge_ids(&self) -> impl Iterator<Item = LayerId> + use<> {
        (self.condors.len() as u8..self.layers() as u8).map(LayerId)
    }

    /// The condor tier with this id.
    pub fn condor(&self, id: LayerId) -> Option<&Condor> {
        self.condors.get(usize::from(id.0))
    }

    /// The hedge layer with this id.
    #[inline]
    pub fn layer(&self, id: LayerId) -> Option<&Layer> {
        usize::from(id.0)
            .checked_sub(self.condors.len())
            .and_then(|i| self.hedge.layers.get(i))
    }

    /// Name of a layer.
    pub fn layer_name(&self, id: LayerId) -> &str {
        match (self.condor(id), self.layer(id)) {
            (Some(condor), _) => &condor.name,
            (_, Some(layer)) => &layer.name,
            _ => "",
        }
    }

    /// What a layer looks for.
    pub fn template(&self, id: LayerId) -> &Template {
        &self.templates[id]
    }

    /// When a package of this layer is left.
    pub fn exits(&self, id: LayerId) -> &[ExitRule] {
        match (self.condor(id), self.layer(id)) {
            (Some(condor), _) => &condor.exit,
            (_, Some(layer)) => &layer.exit,
            _ => &[],
        }
    }

    /// What a condor tier looks for while its strikes are widened.
    pub fn wide_template(&self, id: LayerId) -> Option<&Template> {
        self.wide_templates.get(id)?.as_ref()
    }

    /// The hedge layer of this name.
    pub fn hedge_named(&self, name: &str) -> Option<LayerId> {
        self.hedge_ids().find(|id| self.layer_name(*id) == name)
    }

    /// The first key that makes a purchase, an entry or an end depend on the rest of the account: what a run without a
    /// record cannot tell without walking through every day.
    pub fn asks_account(&self) -> Option<&'static str> {
        let Arm {
            name: _,
            condors,
            hedge,
            templates: _,
            wide_templates: _,
        } = self;
        hedge
            .asks_account()
            .or_else(|| condors.iter().find_map(Condor::asks_account))
    }

    /// Most calendar days to expiry any rule of this arm can ask for.
    pub fn horizon_days(&self) -> i64 {
        let templates = self.templates.iter().map(|t| t.expiry.bounds().1);
        let signals = self
            .condors
            .iter()
            .map(|c| c.definitions().horizon_days())
            .chain([self.hedge.definitions().horizon_days()]);
        templates.chain(signals).max().unwrap_or(0)
    }

    /// Which published series its prices can rest on, wherever its orders fill.
    pub fn inputs(&self) -> Needs {
        let definitions = self.condors.iter().map(Condor::definitions);
        let of_signals = definitions
            .chain([self.hedge.definitions()])
            .map(|all| Needs {
                surface: all.horizon_days() > 0,
                vix_options: all.vix_horizon_days() > 0,
                vx_days: all.vix_horizon_days(),
                ..Needs::default()
            });
        let of_tier = Needs {
            vx_days: self.hedge.tier.vx_days(),
            ..Needs::default()
        };
        self.ids()
            .map(|id| {
                let template = self.template(id);
                let far_days = template.expiry.bounds().1;
                let is_sized = self.layer(id).is_some_and(|layer| !layer.size.is_empty());
                of_root(template.underlying.root(), far_days, is_sized)
            })
            .chain(of_signals)
            .fold(of_tier, Needs::or)
    }
}

/// What contracts of a class at most `far_days` ahead rest on; a sized layer asks what it gains in a fall.
fn of_root(root: Root, far_days: i64, is_sized: bool) -> Needs {
    let none = Needs::default();
    match root {
        Root::Spxw | Root::Spx => Needs {
            surface: true,
            am_settlement: root == Root::Spx,
            ..none
        },
        Root::Vix => Needs {
            vix_options: true,
            vx_days: far_days,
            ..none
        },
        Root::Vx => Needs {
            vx_days: far_days,
            ..none
        },
        Root::Fund(fund) if fund.is_volatility() && is_sized => Needs {
            vx_days: NEAR_FUTURES_DAYS,
            ..none
        },
        Root::Fund(_) => none,
    }
}
