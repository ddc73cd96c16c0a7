//! What the rules of an arm's layers ask for, looked up once: a run that asks for little does little.

use policy::arm::Arm;
use policy::hedge::Layer;

/// What some layer asks for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asks {
    /// The packages that are open, one by one.
    pub open: bool,
    /// Sales of a part.
    pub sales: bool,
    /// A corridor, which may sell while the hedge has no weight.
    pub corridor: bool,
    /// The dated cash of a layer, for a hurdle.
    pub flows: bool,
    /// Nothing but purses, triggers and most units, for all purchases.
    pub purses_alone: bool,
}

impl Asks {
    pub fn new(arm: &Arm) -> Asks {
        let any = |asks: fn(&Layer) -> bool| arm.hedge.layers.iter().any(asks);
        Asks {
            open: any(|layer| {
                layer.corridor.is_some()
                    || layer.hurdle.is_some()
                    || !layer.sell.is_empty()
                    || !layer.size.is_empty()
            }),
            sales: any(|layer| !layer.sell.is_empty()),
            corridor: any(|layer| layer.corridor.is_some()),
            flows: any(|layer| layer.hurdle.is_some()),
            purses_alone: arm.hedge.annual_cap.is_none()
                && arm.hedge.layers.iter().all(Layer::asks_purse_alone),
        }
    }
}
