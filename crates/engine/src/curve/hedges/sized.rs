//! What size rules, corridors and hurdles see of the hedges and the condors under them.

use book::event::{LayerId, LegFill};
use book::reason::Reason;
use market::history::MarketView;
use market::mark_path::MarkPath;
use market::price::Money;
use policy::arm::Arm;
use policy::decision_context::Wanted;
use policy::size::SizeRule;

use super::HedgeRun;
use super::columns::{Columns, Legs, NoLegs};
use crate::curve::open_condors::position;
use crate::size::{Measure, OpenBook, Position, Sizing, Unit, shock_of};

/// The book at a session's fills or at its close: beyond the session both hold the same condors.
struct Book<'r, 'a> {
    run: &'r HedgeRun<'a>,
    view: MarketView<'a>,
}

impl Book<'_, '_> {
    /// Hedges that are open beyond today, with their opening session.
    fn opened_hedges(&self) -> impl Iterator<Item = (u32, Position<'_>)> {
        let run = self.run;
        let today = self.view.today().date;
        let open = run.open.iter();
        open.map(|number| {
            let lot = &run.lots[number.index()];
            let quote = run.quote(lot);
            let position = position(Unit::Hedge(number.0), lot.layer, quote, lot.contracts);
            (lot.opened, position)
        })
        .filter(move |(_, position)| position.legs[0].contract.expiry > today)
    }

    /// Condors that are open beyond today, with their opening session.
    fn opened_condors(&self) -> impl Iterator<Item = (u32, Position<'_>)> {
        let run = self.run;
        let open = &run.condors.open;
        let at = self.view.session() - run.window.start;
        let condors = open.at(at).iter();
        condors.map(|condor| (condor.opened, open.position(condor, run.history)))
    }
}

impl OpenBook for Book<'_, '_> {
    /// Condors are opened before the hedges of their session.
    fn live(&self) -> impl Iterator<Item = Position<'_>> {
        let mut condors = self.opened_condors().peekable();
        let mut hedges = self.opened_hedges().peekable();
        std::iter::from_fn(move || {
            let is_condor = match (condors.peek(), hedges.peek()) {
                (Some((condor, _)), Some((hedge, _))) => condor <= hedge,
                (condor, _) => condor.is_some(),
            };
            let next = if is_condor {
                condors.next()
            } else {
                hedges.next()
            };
            next.map(|(_, position)| position)
        })
    }

    fn condors(&self, _: &Arm) -> impl Iterator<Item = Position<'_>> {
        self.opened_condors().map(|(_, position)| position)
    }

    fn of_layer(&self, layer: LayerId) -> impl Iterator<Item = Position<'_>> {
        let all = self.opened_hedges().map(|(_, position)| position);
        all.filter(move |position| position.layer == layer)
    }

    fn measured(
        &self,
        unit: Unit,
        legs: &[LegFill],
        measure: &Measure,
        view: MarketView<'_>,
    ) -> Option<f64> {
        let run = self.run;
        let columns = run.columns.get_or_init(|| run.asked());
        let asked = (measure, view.session() - run.window.start);
        let market = (run.history, run.window.start);
        let known = match unit {
            Unit::Today(layer) => {
                let quotes = run.book(layer).quotes();
                let legs = |view| Some(&*quotes.today(view).ok()?.one().legs);
                let life = || (run.window.clone(), Legs::Daily(legs));
                columns.measured(unit, asked, life, market)
            }
            Unit::Condor(number) => {
                let condors = &run.condors.open;
                let life = || {
                    let quote = condors.quote(number, run.history);
                    let (life, path) = condors.life(number, run.history);
                    (life, held(&quote.one().legs, path))
                };
                columns.measured(unit, asked, life, market)
            }
            Unit::Hedge(number) => {
                let lot = &run.lots[number as usize];
                let life = || {
                    let legs = held(&run.quote(lot).one().legs, &lot.life.mark_path);
                    (lot.opened as usize..lot.life.end, legs)
                };
                columns.measured(unit, asked, life, market)
            }
        };
        known.unwrap_or_else(|| measure.of(legs, view))
    }
}

impl<'a> HedgeRun<'a> {
    /// What the size rules and corridors of the arm ask on each session.
    fn asked(&self) -> Columns<'a> {
        let mut columns = Columns::default();
        let mut rules: Vec<SizeRule> = Vec::new();
        for rule in self.arm.hedge.layers.iter().flat_map(|layer| &layer.size) {
            if !rules.iter().any(|known| is_alike(*known, *rule)) {
                rules.push(*rule);
            }
        }
        let sessions = self.window.len();
        let market = (self.history, self.window.start);
        let has_gamma = rules.iter().any(|r| matches!(r, SizeRule::Gamma { .. }));
        if has_gamma {
            columns.push(vec![Some(Measure::Gamma); sessions], market);
        }
        if has_gamma || self.asks.corridor {
            columns.push(vec![Some(Measure::Delta); sessions], market);
        }
        for rule in rules {
            let asked: Vec<Option<Measure>> =
                (0..sessions).map(|at| self.shock(rule, at)).collect();
            if asked.iter().any(Option::is_some) {
                columns.push(asked, market);
            }
        }
        columns
    }

    /// The shock by which a rule measures at the close of session `at` of the window.
    fn shock(&self, rule: SizeRule, at: usize) -> Option<Measure> {
        let view = self.history.view(self.window.start + at);
        let condors = &self.condors.open;
        let last = condors.at(at).last();
        let last = last.map(|condor| condors.position(condor, self.history));
        let weight = self.hedge_weight(at, view).weight;
        shock_of(rule, weight, last.as_ref(), view.today()).map(Measure::Gain)
    }

    /// What the size rules of a layer ask for today, at the close as well as at the fills.
    pub(super) fn wanted(
        &self,
        layer: LayerId,
        weight: f64,
        view: MarketView<'a>,
    ) -> Result<Wanted, Reason> {
        Sizing {
            arm: self.arm,
            layer,
            rules: self.arm.layer(layer).expect("a hedge layer has rules"),
            quote: self.book(layer).quotes().today(view)?,
            book: &Book { run: self, view },
            start: self.portfolio.start,
            purse: self.portfolio.purses[layer].balance,
            view,
            weight,
            tight: self.shared.signals.tightens(layer, view),
            account: None,
        }
        .wanted()
    }

    /// The limit, where the return of a layer so far is below it, what it holds at today's marks included.
    pub(super) fn earned_below(
        &self,
        layer: LayerId,
        limit: f64,
        view: MarketView<'a>,
    ) -> Option<f64> {
        let lots = self.open.iter().map(|number| &self.lots[number.index()]);
        let worth: Money = lots
            .filter(|lot| lot.layer == layer)
            .map(|lot| {
                let life = lot.life;
                if life.terms.margined {
                    return Money::ZERO;
                }
                (life.mark_path.value(view).0 * lot.contracts).dollars(life.terms.multiplier)
            })
            .sum();
        let day = view.day_number();
        self.purchases.below(layer, limit, worth, day)?;
        Some(limit)
    }
}

fn held<'p>(legs: &'p [LegFill], path: &'p MarkPath) -> Legs<'p, NoLegs<'p>> {
    Legs::Held(legs, path)
}

/// Whether two rules measure by the same shock on every session.
fn is_alike(one: SizeRule, other: SizeRule) -> bool {
    match (one, other) {
        (SizeRule::BreakEven { .. }, SizeRule::BreakEven { .. }) => one == other,
        _ => std::mem::discriminant(&one) == std::mem::discriminant(&other),
    }
}
