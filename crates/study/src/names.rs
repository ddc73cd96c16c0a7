//! The names in the rows of tables, each held once.

use book::event::LayerId;
use book::layers::LayerVec;
use policy::arm::Arm;
use tables::Word;

/// The names in the rows of an arm over a window.
pub(crate) struct Names {
    pub(crate) window: Word,
    pub(crate) arm: Word,
    layers: LayerVec<Word>,
}

impl Names {
    /// Those of an arm under the names of its window and its own.
    pub(crate) fn new((window, name): (&str, &str), arm: &Arm) -> Names {
        let all = arm.condor_ids().chain(arm.hedge_ids());
        Names {
            window: Word::shared(window),
            arm: Word::shared(name),
            layers: LayerVec::of(all, |id| Word::shared(arm.layer_name(id))),
        }
    }

    pub(crate) fn layer(&self, id: LayerId) -> Word {
        self.layers.get(id).cloned().unwrap_or_default()
    }
}
