//! What the condors of an arm do by themselves, session by session: every hedge over them finds the same.
//!
//! Their entries, strikes, sizes and ends depend on the market and on the capital at the start. One thing depends on
//! the rest of the account: whether it can carry the margin of the next one. That is noted for each order, and a
//! hedge under which it comes out otherwise is not told from these condors.

use std::ops::Range;
use std::sync::Arc;

use book::event::LayerId;
use book::layers::LayerVec;
use book::portfolio::Ledger;
use chrono::Datelike;
use market::contract::Contract;
use market::history::{MarketHistory, MarketView};
use market::memo::Memo;
use market::price::Money;
use policy::arm::Arm;
use policy::condor::Condor;

use super::open_condors::{OpenCondor, OpenCondors};
use super::{EndStage, Ends, LotId, book};
use crate::entry_sessions::{EntryCache, EntrySessions};
use crate::execution::Execution;
use crate::flow::Flow;
use crate::overnight_interest::{Night, OvernightInterest};
use crate::package_outcomes::{Ending, PackageOutcome, TemplateOutcomes};
use crate::rules::{check_credit, condor_size, is_carried};

/// One session of the condors.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct CondorDay {
    /// Cash from what ended before the session's openings.
    pub before: Money,
    /// Margin held then.
    pub margin_before: Money,
    /// Where the session's orders end in [`CondorRun::orders`].
    pub orders_end: usize,
    /// Cash from what settled at the close.
    pub after: Money,
    /// Margin held at the close.
    pub margin: Money,
    /// Credits of the open packages that tie up margin.
    pub credits: Money,
    /// All the ledgers have booked so far: flows at mid, slippage and fees.
    pub booked: Money,
}

/// An order that met a quote.
#[derive(Clone, Copy, Debug)]
pub(super) struct CondorOrder {
    /// Cash it brings, fees included.
    pub cash: Money,
    /// Its credit: what purses are paid from.
    pub credit: Money,
    /// Its margin.
    pub margin: Money,
    /// Whether the account could carry it.
    pub is_filled: bool,
}

/// The condors of an arm over a window.
#[derive(Debug)]
pub(super) struct CondorRun {
    pub days: Vec<CondorDay>,
    pub orders: Vec<CondorOrder>,
    /// Market value of the open packages at each close (whole cents).
    pub worth: Vec<f64>,
    /// Cash from closing what is open at the window's end.
    pub closing: Money,
    /// Packages that does.
    pub closed_by_window_end: usize,
    /// One per condor tier, at the end.
    pub ledgers: LayerVec<Ledger>,
    /// Packages opened.
    pub opened: u32,
    /// Packages ordered.
    pub ordered: usize,
    /// What is open at each close.
    pub open: OpenCondors,
}

/// What decides the condors, besides the market, and what they did; `None` for condors that are paid like futures.
#[derive(Debug)]
struct Walked {
    window: Range<usize>,
    condors: Vec<Condor>,
    execution: Execution,
    capital: Money,
    run: Option<Arc<CondorRun>>,
}

/// The condors somebody asked for.
#[derive(Debug)]
pub(super) struct CondorRuns {
    all: Memo<Walked>,
}

impl Default for CondorRuns {
    fn default() -> CondorRuns {
        CondorRuns { all: Memo::new(64) }
    }
}

impl CondorRuns {
    /// The condors of an arm over a window.
    pub fn of(
        &self,
        history: &MarketHistory,
        window: Range<usize>,
        arm: &Arm,
        execution: &Execution,
        capital: Money,
    ) -> Option<Arc<CondorRun>> {
        let walked = self.all.get(
            |known| {
                known.window == window
                    && known.capital == capital
                    && known.condors == arm.condors
                    && known.execution == *execution
            },
            || Walked {
                window: window.clone(),
                condors: arm.condors.clone(),
                execution: execution.clone(),
                capital,
                run: walk(history, window.clone(), arm, execution, capital).map(Arc::new),
            },
        );
        walked.run.clone()
    }
}

/// A condor that was opened.
#[derive(Clone, Copy, Debug)]
struct Lot {
    tier: LayerId,
    opened: usize,
    contracts: i64,
    /// One of its contracts: all expire together.
    contract: Contract,
}

/// The condors alone, from a flat account.
struct Walk<'a> {
    history: &'a MarketHistory,
    arm: &'a Arm,
    loan_spread: f64,
    capital: Money,
    first: usize,
    nights: &'a [Night],
    books: &'a LayerVec<Arc<TemplateOutcomes>>,
    entries: &'a LayerVec<Arc<EntrySessions>>,
    cash: Money,
    margin: Money,
    credits: Money,
    lots: Vec<Lot>,
    /// Those still open, in the order of opening.
    open: Vec<LotId>,
    ends: Ends,
    /// Tiers that ordered.
    pending: Vec<LayerId>,
    condors: CondorRun,
}

fn walk(
    history: &MarketHistory,
    window: Range<usize>,
    arm: &Arm,
    execution: &Execution,
    capital: Money,
) -> Option<CondorRun> {
    let books = LayerVec::of(arm.condor_ids(), |id| book(history, arm, id, execution));
    let cache = history.derived::<EntryCache>();
    let entries = LayerVec::of(arm.condor_ids(), |id| {
        cache.of(history, arm.condor(id).expect("a condor tier").entry)
    });
    let nights = history.derived::<OvernightInterest>();
    let mut walk = Walk {
        history,
        arm,
        loan_spread: execution.margin.loan_spread,
        capital,
        first: window.start,
        nights: nights.of(history),
        books: &books,
        entries: &entries,
        cash: capital,
        margin: Money::ZERO,
        credits: Money::ZERO,
        lots: Vec::new(),
        open: Vec::new(),
        ends: Ends::new(window.len()),
        pending: Vec::new(),
        condors: CondorRun {
            days: Vec::with_capacity(window.len()),
            orders: Vec::new(),
            worth: vec![0.0; window.len()],
            closing: Money::ZERO,
            closed_by_window_end: 0,
            ledgers: LayerVec::defaults(arm.condors.len()),
            opened: 0,
            ordered: 0,
            open: OpenCondors::new(books.clone(), window.len()),
        },
    };
    for t in window.clone() {
        walk.step(t)?;
        if t + 1 < window.end {
            walk.decide(history.view(t));
        }
    }
    walk.close_window(window.end.checked_sub(1).map(|last| history.view(last)));
    Some(walk.condors)
}

impl<'a> Walk<'a> {
    /// One session; `None` where a condor is paid like a future.
    fn step(&mut self, t: usize) -> Option<()> {
        let at = t - self.first;
        if at > 0 {
            self.cash += self.nights[t].interest(self.cash, self.loan_spread);
        }
        let start = self.cash;
        self.end(at, EndStage::Morning);
        self.end(at, EndStage::Fills);
        let before = self.cash - start;
        let margin_before = self.margin;
        for tier in std::mem::take(&mut self.pending) {
            self.condors.ordered += 1;
            self.open(tier, self.history.view(t))?;
        }
        let filled = self.cash;
        self.end(at, EndStage::Close);
        self.condors.days.push(CondorDay {
            before,
            margin_before,
            orders_end: self.condors.orders.len(),
            after: self.cash - filled,
            margin: self.margin,
            credits: self.credits,
            booked: self.condors.booked(),
        });
        self.condors.open.push(self.open.iter().map(|number| {
            let lot = &self.lots[number.index()];
            OpenCondor {
                number: number.0,
                tier: lot.tier,
                opened: lot.opened as u32,
                contracts: lot.contracts,
                expiry_day: lot.contract.expiry.num_days_from_ce(),
            }
        }));
        Some(())
    }

    fn decide(&mut self, view: MarketView<'_>) {
        for (tier, condor) in self.arm.condor_tiers() {
            if self.entries[tier].next_is_entry(view) && self.staying(tier, view) < condor.max_open
            {
                self.pending.push(tier);
            }
        }
    }

    /// Condors of a tier that are still there when the next session's orders are filled.
    fn staying(&self, tier: LayerId, view: MarketView<'_>) -> usize {
        let next = view.next_session();
        self.open
            .iter()
            .map(|lot| &self.lots[lot.index()])
            .filter(|lot| {
                let life = self.life(lot);
                let closes = life.how == Ending::Trade && life.end == view.session() + 1;
                lot.tier == tier
                    && next.is_some_and(|next| lot.contract.exists_at_fills(next))
                    && !closes
            })
            .count()
    }

    fn open(&mut self, tier: LayerId, view: MarketView<'_>) -> Option<()> {
        let t = view.session();
        let condor = self.arm.condor(tier)?;
        let Ok(quote) = self.books[tier].quotes().today(view) else {
            return Some(());
        };
        let (one, Some(margin)) = (quote.one(), quote.margin) else {
            return Some(());
        };
        if check_credit(one, condor.min_credit_points).is_err() {
            return Some(());
        }
        let Ok(contracts) = condor_size(condor.size, self.capital, one.cash(), margin) else {
            return Some(());
        };
        let life = self.books[tier].life(t, self.history)?;
        if life.terms.margined {
            return None;
        }
        let flow = life.opening(contracts);
        let own = margin * contracts;
        let cash = flow.cash + flow.fees;
        let is_filled = is_carried(self.cash + cash, self.margin + own);
        self.condors.orders.push(CondorOrder {
            cash,
            credit: flow.cash,
            margin: own,
            is_filled,
        });
        if is_filled {
            flow.post(&mut self.cash, &mut self.condors.ledgers[tier]);
            self.condors.ledgers[tier].units += contracts;
            self.condors.ledgers[tier].openings += 1;
            self.margin += own;
            self.credits += life.credit(contracts);
            life.add_worth(t, contracts, &mut self.condors.worth[t - self.first..]);
            let stage = EndStage::of(life.how);
            self.ends.push(life.end.saturating_sub(self.first), stage);
            self.open.push(LotId::after(self.lots.len()));
            self.lots.push(Lot {
                tier,
                opened: t,
                contracts,
                contract: one.legs[0].contract,
            });
            self.condors.opened += 1;
            self.condors.open.note_opened(tier, t);
        }
        Some(())
    }

    fn end(&mut self, at: usize, stage: EndStage) {
        let mut next = self.ends.first(at, stage);
        while let Some(number) = next {
            let lot = self.lots[number.index()];
            let life = self.life(&lot);
            if EndStage::of(life.how) == stage {
                self.open.retain(|&open| open != number);
                self.finish(&lot, life.ending(&life.unit, lot.contracts));
            }
            next = self.ends.after(number);
        }
    }

    fn finish(&mut self, lot: &Lot, flow: Flow) {
        let life = self.life(lot);
        self.margin -= life.margin.unwrap_or_default() * lot.contracts;
        self.credits -= life.credit(lot.contracts);
        flow.post(&mut self.cash, &mut self.condors.ledgers[lot.tier]);
    }

    fn close_window(&mut self, last: Option<MarketView<'_>>) {
        let Some(view) = last else { return };
        let start = self.cash;
        self.condors.closed_by_window_end = self.open.len();
        for number in std::mem::take(&mut self.open) {
            let lot = self.lots[number.index()];
            let unit = self.books[lot.tier].cut(lot.opened, self.history, view);
            self.finish(&lot, self.life(&lot).ending(&unit, lot.contracts));
        }
        self.condors.closing = self.cash - start;
    }

    fn life(&self, lot: &Lot) -> &'a PackageOutcome {
        self.books[lot.tier]
            .life(lot.opened, self.history)
            .expect("a condor was opened at a quote")
    }
}

impl CondorRun {
    /// What the ledgers have booked: flows at mid, slippage and fees.
    pub fn booked(&self) -> Money {
        self.ledgers.iter().map(Ledger::booked).sum()
    }
}
