//! Where a tier table stands session by session: all budgets and layers under the same table find the same.

use std::ops::Range;
use std::sync::Arc;

use market::history::MarketHistory;
use market::memo::Memo;
use policy::arm::Arm;
use policy::policy_signals::PolicySignals;
use policy::tier::{Regime, Tier};

/// A table, the window it was followed over, and where it stood.
#[derive(Debug)]
struct Followed {
    tier: Tier,
    window: Range<usize>,
    regimes: Arc<[Regime]>,
}

/// The tables somebody asked for.
#[derive(Debug)]
pub(super) struct Regimes {
    all: Memo<Followed>,
}

impl Default for Regimes {
    fn default() -> Regimes {
        Regimes { all: Memo::new(64) }
    }
}

impl Regimes {
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
        let followed = self.all.get(
            |known| known.window == *window && known.tier == *tier,
            || Followed {
                tier: tier.clone(),
                window: window.clone(),
                regimes: follow(history, window, arm, signals),
            },
        );
        Arc::clone(&followed.regimes)
    }
}

fn follow(
    history: &MarketHistory,
    window: &Range<usize>,
    arm: &Arm,
    signals: &PolicySignals,
) -> Arc<[Regime]> {
    let mut before = None;
    window
        .clone()
        .map(|t| {
            let now = signals.regime(arm, before, history.view(t));
            before = Some(now);
            now
        })
        .collect()
}
