//! Where a tier table stands session by session: all budgets and layers under the same table find the same.

use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use market::history::MarketHistory;
use policy::arm::Arm;
use policy::policy_signals::PolicySignals;
use policy::tier::{Regime, Tier};

/// A table, the window it was followed over, and where it stood.
type Followed = (Tier, Range<usize>, Arc<[Regime]>);

/// The tables somebody asked for.
#[derive(Debug, Default)]
pub(super) struct Regimes {
    all: Mutex<Vec<Followed>>,
}

impl Regimes {
    /// With more than this many the oldest goes.
    const MOST: usize = 64;

    /// The regimes of an arm over a window.
    pub fn of(
        &self,
        history: &MarketHistory,
        window: &Range<usize>,
        arm: &Arm,
        signals: &PolicySignals,
    ) -> Arc<[Regime]> {
        let tier = &arm.hedge.tier;
        if tier.named_signal().is_some() {
            // What a name means is for its policy to say: the table alone does not decide.
            return follow(history, window, arm, signals);
        }
        let all = || self.all.lock().unwrap_or_else(PoisonError::into_inner);
        let is_known = |(known, over, _): &&Followed| over == window && known == tier;
        if let Some((.., regimes)) = all().iter().rev().find(is_known) {
            return Arc::clone(regimes);
        }
        let made = follow(history, window, arm, signals);
        let mut all = all();
        if all.len() >= Regimes::MOST {
            all.remove(0);
        }
        all.push((tier.clone(), window.clone(), Arc::clone(&made)));
        made
    }
}

fn follow(
    history: &MarketHistory,
    window: &Range<usize>,
    arm: &Arm,
    signals: &PolicySignals,
) -> Arc<[Regime]> {
    let mut before = None;
    let next = |t| {
        let now = signals.regime(arm, before, history.view(t));
        before = Some(now);
        now
    };
    window.clone().map(next).collect()
}
