//! The book at the marks of a close: values by layer, margins, sources, deltas.

use book::event::{Event, Stage};
use book::portfolio::Package;
use market::chain::Quotes;
use market::history::MarketView;
use market::price::{Money, Price};

use super::Simulator;
use crate::admit::margin_of;
use crate::mark::{layer_values, mark, tested_delta, worst_source};

impl<'a> Simulator<'a> {
    /// What the account is worth: cash, and open packages at their last marks. What was opened since counts at its mids.
    pub(super) fn account_value(&self) -> Money {
        let open = self
            .portfolio
            .packages
            .iter()
            .filter(|package| !package.margined);
        self.portfolio.cash
            + open
                .map(|package| {
                    let mark = self
                        .marks
                        .iter()
                        .find(|mark| mark.id == package.id)
                        .map_or_else(
                            || package.legs.iter().map(|leg| leg.mid * leg.quantity).sum(),
                            |mark| mark.value,
                        );
                    (mark * package.contracts).dollars(package.multiplier)
                })
                .sum::<Money>()
    }

    /// Variation of the futures, then the value of everything.
    pub(super) fn mark(&mut self, view: MarketView<'a>) {
        let both = self.portfolio.packages.iter().zip(&self.holdings);
        let futures = both.filter(|(package, _)| package.margined);
        let settled: Vec<(Package, Price)> = futures
            .map(|(package, holding)| {
                let settle = holding.mark_path.leg(0, view);
                (package.clone(), settle.unwrap_or(package.last_settle))
            })
            .collect();
        for (package, settle) in settled {
            self.vary(Stage::Mark, &package, settle, view);
        }
        self.post_marks(Stage::Mark, view);
    }

    pub(super) fn post_marks(&mut self, stage: Stage, view: MarketView<'a>) {
        let carried = mark(&self.holdings, view, &mut self.marks);
        if self.history.quotes() != Quotes::Model {
            self.note_sources(stage, view);
        }
        let values = layer_values(&self.portfolio, &self.marks);
        let (defined_risk_margin, futures_margin) =
            margin_of(&self.portfolio, view.today(), &self.execution.margin);
        self.post(
            stage,
            view,
            Event::Marked {
                values,
                defined_risk_margin,
                futures_margin,
                carried,
            },
        );
    }

    /// Journals where marks change their source within a package's life (docs/model.md#errors-of-the-model).
    fn note_sources(&mut self, stage: Stage, view: MarketView<'a>) {
        for held in self.all_held() {
            let to = worst_source(&self.package(held).legs, view.today());
            let holding = self.holding_mut(held);
            let package = holding.id;
            let from = std::mem::replace(&mut holding.source, to);
            if from != to {
                self.post(stage, view, Event::SourceChanged { package, from, to });
            }
        }
    }

    /// Deltas of short legs, for the layers whose rules ask for them.
    pub(super) fn mark_deltas(&mut self, view: MarketView<'a>) {
        if !self.asks_delta.as_slice().contains(&true) {
            return;
        }
        for (package, mark) in self.portfolio.packages.iter().zip(&mut self.marks) {
            if self.asks_delta[package.layer] {
                mark.tested_delta = tested_delta(&package.legs, view.today());
            }
        }
    }
}
