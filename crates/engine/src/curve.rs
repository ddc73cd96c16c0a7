//! The account and the curve of a run without its record: what a sweep asks for ten thousand times.
//!
//! The straight simulator ([`run`](crate::run)) goes through every package and every layer on every session and writes
//! down why. Nearly always nothing happens. Here the same day is told by what can happen: packages end when their
//! [`PackageOutcome`](crate::package_outcomes::PackageOutcome) says, what they are worth is added to a column when they are opened, and a layer is
//! asked only if its purse could pay. The condors of an arm are the same under every hedge (`condors`), so they are
//! walked through once and the hedges laid over them (`hedges`). Everything that moves money is computed from the
//! same quotes by the same rules.
//!
//! It is the simulator's equal, not a second opinion: for every shipped policy, every kind of exit, both executions and
//! random policies, tests compare account, curve and regimes with those of the straight simulator, to the cent.

mod condors;
mod hedges;
mod regimes;

use std::ops::Range;
use std::sync::Arc;

use book::event::LayerId;
use market::history::MarketHistory;
use market::price::Money;
use policy::arm::Arm;
use policy::policy_signals::PolicySignals;
use policy::tier::Regime;

use crate::execution::Execution;
use crate::package_outcomes::{Ending, OutcomeBook, OutcomeBooks};
use crate::quotes::QuoteBooks;
use crate::run::Run;

use condors::CondorRuns;
use hedges::HedgeRun;
use regimes::Regimes;

/// The run [`run`](crate::run::run) would return for `Keep::Curve`, its journal empty. `None` where the condors would
/// not be what they are without the hedge: the account pays for one of them with the hedge and cannot without it, or
/// the other way round.
pub fn curve(
    history: &MarketHistory,
    window: Range<usize>,
    arm: &Arm,
    execution: &Execution,
    capital: Money,
) -> Option<Run> {
    let condors =
        history
            .derived::<CondorRuns>()
            .of(history, window.clone(), arm, execution, capital)?;
    let shared = Shared::new(history, &window, arm, execution);
    HedgeRun::new(
        history,
        window,
        arm,
        execution,
        capital,
        (&shared, &condors),
    )
    .run()
}

/// What a run shares with others: it is looked up once, and threads never count references in the day loop.
struct Shared {
    /// One per hedge layer.
    books: Vec<Arc<OutcomeBook>>,
    signals: PolicySignals,
    /// One per session of the window.
    regimes: Arc<[Regime]>,
}

impl Shared {
    fn new(
        history: &MarketHistory,
        window: &Range<usize>,
        arm: &Arm,
        execution: &Execution,
    ) -> Shared {
        let signals = PolicySignals::new(arm, history);
        Shared {
            books: arm
                .hedge_ids()
                .map(|id| book(history, arm, id, execution))
                .collect(),
            regimes: history
                .derived::<Regimes>()
                .of(history, window, arm, &signals),
            signals,
        }
    }
}

fn book(
    history: &MarketHistory,
    arm: &Arm,
    id: LayerId,
    execution: &Execution,
) -> Arc<OutcomeBook> {
    let quotes = history
        .derived::<QuoteBooks>()
        .book(history, arm.template(id), execution);
    history
        .derived::<OutcomeBooks>()
        .book(history, quotes, execution, arm.exits(id))
}

/// Packages by the session of a window they end on, each session's in the order of their opening.
#[derive(Debug)]
struct Ends {
    /// First package of a session, and the last one.
    sessions: Vec<(u32, u32)>,
    /// The package after this one on the same session.
    next: Vec<u32>,
}

/// No package.
const NONE: u32 = u32::MAX;

impl Ends {
    fn new(sessions: usize) -> Ends {
        Ends {
            sessions: vec![(NONE, NONE); sessions],
            next: Vec::with_capacity(256),
        }
    }

    /// The package opened next ends on session `at` of the window, if that is one of it.
    #[inline]
    fn push(&mut self, at: usize) {
        let package = self.next.len() as u32;
        self.next.push(NONE);
        let Some((first, last)) = self.sessions.get_mut(at) else {
            return;
        };
        match *last {
            NONE => *first = package,
            before => self.next[before as usize] = package,
        }
        *last = package;
    }

    /// The first package that ends on session `at`.
    #[inline]
    fn first(&self, at: usize) -> u32 {
        self.sessions[at].0
    }
}

/// The moments of a session at which packages end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum EndStage {
    /// Settlement at the open.
    Morning,
    /// Trades, before anything is opened.
    Fills,
    /// Settlement at the close.
    Close,
}

impl EndStage {
    #[inline]
    fn of(how: Ending) -> EndStage {
        use market::contract::Settlement::{Am, Pm};
        match how {
            Ending::Trade => EndStage::Fills,
            Ending::Expiry(Am) => EndStage::Morning,
            Ending::Expiry(Pm) => EndStage::Close,
        }
    }
}
