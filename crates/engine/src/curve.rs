//! The account and the curve of a run without its record: what a sweep asks for ten thousand times.
//!
//! The straight simulator ([`simulator`](crate::simulator)) goes through every package and every layer on every session and writes
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
mod open_condors;
mod regimes;

use std::ops::Range;
use std::sync::Arc;

use book::event::LayerId;
use book::layers::LayerVec;
use market::chain::Quotes;
use market::history::MarketHistory;
use market::price::Money;
use policy::arm::Arm;
use policy::policy_signals::PolicySignals;
use policy::tier::Regime;

use crate::execution::{Execution, FillAt};
use crate::outcome::Run;
use crate::package_outcomes::{Ending, OutcomeCache, TemplateOutcomes};
use crate::quotes::QuoteCache;

use condors::CondorRuns;
use hedges::HedgeRun;
use regimes::Regimes;

/// Why an account must be told by the straight simulator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StraightOnly {
    /// A key of a policy asks for the rest of the account, or for a day nobody can foresee.
    #[error("{0} depends on the rest of the account")]
    Key(&'static str),
    /// Orders are filled elsewhere than at a close, and packages are known at closes.
    #[error("orders are filled before the close")]
    Fills,
    /// Quoted prices: whether a package may be left is known on the day alone.
    #[error("prices are quoted, not modelled")]
    Quotes,
    /// A condor is paid like a future.
    #[error("a condor tier trades futures")]
    Futures,
    /// The account pays for a condor with the hedge and cannot without it, or the other way round.
    #[error("the hedge decides which condors the account can carry")]
    Condors,
}

/// The run [`run`](crate::run::run()) would return for `Keep::Curve`, its journal empty.
///
/// # Errors
/// Why only the straight simulator can tell it.
pub fn curve(
    history: &MarketHistory,
    window: Range<usize>,
    arm: &Arm,
    execution: &Execution,
    capital: Money,
) -> Result<Run, StraightOnly> {
    if let Some(key) = arm.asks_account() {
        return Err(StraightOnly::Key(key));
    }
    check_execution(execution)?;
    if history.quotes() != Quotes::Model {
        return Err(StraightOnly::Quotes);
    }
    let condors = history
        .derived::<CondorRuns>()
        .of(history, window.clone(), arm, execution, capital)
        .ok_or(StraightOnly::Futures)?;
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
    .ok_or(StraightOnly::Condors)
}

/// Every key of an execution is named here, so that a new one cannot be overlooked.
fn check_execution(execution: &Execution) -> Result<(), StraightOnly> {
    let Execution {
        fill_at,
        half_spread_fraction: _,
        fees: _,
        width: _,
        margin: _,
    } = execution;
    match fill_at {
        FillAt::NextSession => Ok(()),
        _ => Err(StraightOnly::Fills),
    }
}

/// What a run shares with others: it is looked up once, and threads never count references in the day loop.
struct Shared {
    /// One per hedge layer.
    books: LayerVec<Arc<TemplateOutcomes>>,
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
            books: LayerVec::of(arm.hedge_ids(), |id| book(history, arm, id, execution)),
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
) -> Arc<TemplateOutcomes> {
    let quotes = history
        .derived::<QuoteCache>()
        .book(history, arm.template(id), execution);
    history
        .derived::<OutcomeCache>()
        .book(history, quotes, execution, arm.exits(id))
}

/// Number of a package within one part of the curve, in the order of opening; those that have ended count too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct LotId(u32);

impl LotId {
    /// The next number after so many.
    fn after(count: usize) -> LotId {
        LotId(count as u32)
    }

    #[inline]
    fn index(self) -> usize {
        self.0 as usize
    }
}

/// Packages by the session of a window they end on, each session's in the order of their opening.
#[derive(Debug)]
struct Ends {
    sessions: Vec<Option<EndsOfSession>>,
    /// The package after this one on the same session.
    next: Vec<Option<LotId>>,
}

/// What ends on one session.
#[derive(Clone, Copy, Debug)]
struct EndsOfSession {
    first: LotId,
    last: LotId,
    /// One bit for each stage at which a package ends.
    stages: u8,
}

impl Ends {
    fn new(sessions: usize) -> Ends {
        Ends {
            sessions: vec![None; sessions],
            next: Vec::with_capacity(256),
        }
    }

    /// The package opened next ends on session `at` of the window at this stage, if that is one of it.
    #[inline]
    fn push(&mut self, at: usize, stage: EndStage) {
        let package = LotId::after(self.next.len());
        self.next.push(None);
        let Some(session) = self.sessions.get_mut(at) else {
            return;
        };
        match session {
            None => {
                *session = Some(EndsOfSession {
                    first: package,
                    last: package,
                    stages: stage.bit(),
                });
            }
            Some(ends) => {
                self.next[ends.last.index()] = Some(package);
                ends.last = package;
                ends.stages |= stage.bit();
            }
        }
    }

    /// The first package that ends on session `at`, if any ends there at this stage.
    #[inline]
    fn first(&self, at: usize, stage: EndStage) -> Option<LotId> {
        let ends = self.sessions[at]?;
        (ends.stages & stage.bit() != 0).then_some(ends.first)
    }

    /// The package after this one on the same session.
    #[inline]
    fn after(&self, package: LotId) -> Option<LotId> {
        self.next[package.index()]
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
    fn bit(self) -> u8 {
        1 << self as u8
    }

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
