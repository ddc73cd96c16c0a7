//! Tiers that repeat a trade log: what it says was done is done, at its prices.

use book::event::{Event, LayerId, PackageFill, PackageId, Stage};
use book::reason::Reason;
use book::trade_log::LoggedTrade;
use market::contract::Settlement;
use market::history::MarketView;
use market::price::Money;

use super::Simulator;
use super::held::Held;
use crate::admit::defined_risk_margin;
use crate::logged::{Tie, at_mark, ending, ends_at_settlement, opening};

impl<'a> Simulator<'a> {
    /// Ends and opens what the logs of the arm say of this session, in that order; a trade of one day opens and ends.
    /// What settles today ends where settlements do.
    pub(super) fn follow_logs(&mut self, view: MarketView<'a>) {
        let arm = self.arm;
        if arm.condors.iter().all(|condor| condor.log.is_none()) {
            return;
        }
        self.end_logged_today(view);
        let date = view.today().date;
        for (id, condor) in arm.condor_tiers() {
            let trades = condor
                .log
                .iter()
                .flat_map(|log| log.trades.iter().enumerate());
            for (place, trade) in trades.filter(|(_, trade)| trade.opened == date) {
                self.open_logged(id, place, trade, view);
            }
        }
        self.end_logged_today(view);
    }

    /// The trade a package repeats.
    fn logged(&self, package: PackageId) -> Option<(usize, &'a LoggedTrade)> {
        let mut all = self.state.logged.iter().enumerate();
        let (at, (_, layer, place)) = all.find(|(_, (id, _, _))| *id == package)?;
        let log = self.arm.condor(*layer)?.log.as_ref()?;
        Some((at, &log.trades[*place]))
    }

    fn end_logged_today(&mut self, view: MarketView<'a>) {
        let date = view.today().date;
        let open: Vec<PackageId> = self.state.logged.iter().map(|(id, _, _)| *id).collect();
        for id in open {
            let due = self.logged(id).is_some_and(|(_, trade)| {
                let settles = [Settlement::Am, Settlement::Pm];
                trade.closed == date && !settles.iter().any(|s| ends_at_settlement(trade, *s))
            });
            if due {
                self.end_logged(Stage::Fill, id, view);
            }
        }
    }

    /// Ends a package at its log's price. False where it repeats no trade, or its log has no price of its end.
    pub(super) fn end_logged(
        &mut self,
        stage: Stage,
        package: PackageId,
        view: MarketView<'a>,
    ) -> bool {
        let Some((at, trade)) = self.logged(package) else {
            return false;
        };
        self.state.logged.remove(at);
        let Some(exit) = trade.exit() else {
            return false;
        };
        let held = self.held(package).expect("an open package is held");
        let tape = &self.holding(held).mark_path;
        let fill = ending(trade, exit, tape, view);
        let reason = match stage {
            Stage::Fill => Reason::Logged,
            _ => Reason::Expiry,
        };
        let closed = Event::Closed {
            package,
            reason,
            fill,
        };
        self.end(stage, view, package, closed);
        true
    }

    fn open_logged(
        &mut self,
        layer: LayerId,
        place: usize,
        trade: &'a LoggedTrade,
        view: MarketView<'a>,
    ) {
        // Marks are those of closes, wherever orders fill.
        self.tally.condors_ordered += 1;
        let close = self.history.view(view.session());
        let tape = close.mark_path(&trade.unit());
        let fill = opening(trade, &tape, close);
        let margin = defined_risk_margin(&fill.legs, fill.multiplier);
        let margin = margin.expect("a checked trade has defined risk");
        let tie = Tie::new(trade, &tape, close, self.history);
        let credit = fill.cash();
        let contracts = fill.contracts;
        self.post_opened(layer, fill, margin, tape, view);
        let opened = PackageId(self.portfolio.opened);
        self.state.logged.push((opened, layer, place));
        if let Some(holding) = self.holdings.last_mut() {
            holding.tie = Some(tie);
        }
        self.credit_purses(credit.max(Money::ZERO), margin * contracts, view);
    }

    /// The fill of a package that repeats a trade, at its mark: where a window ends before the trade does.
    pub(super) fn logged_at_mark(&self, held: Held, view: MarketView<'a>) -> Option<PackageFill> {
        let holding = self.holding(held);
        let tie = holding.tie?;
        let (_, trade) = self.logged(holding.id)?;
        let model = holding.mark_path.value(view).0;
        let mark = tie.mark(model, view.day_number());
        let contracts = self.package(held).contracts;
        Some(at_mark(trade, contracts, mark, &holding.mark_path, view))
    }
}
