//! How a package ends, known from its beginning: which session, by which rule, for how much a unit.
//!
//! When a package is left depends on the market, on its contracts and on the exit rules, not on the account that holds
//! it: only its size does. So a life is worked out once per template, rules and opening session, and shared by every
//! scenario. A life reaches into the future; [`curve`](crate::curve) acts on it on the day it ends and not before, and
//! is compared with the straight simulator, which never looks.

use std::sync::{Arc, OnceLock};

use book::event::{LegFill, PackageId};
use chrono::Datelike;
use market::contract::{Contract, Settlement};
use market::history::{MarketHistory, MarketView};
use market::mark_path::MarkPath;
use market::memo::Memo;
use market::price::{Money, Price};
use policy::decision_context::PackageMark;
use policy::exit::leave;
use policy::rule::ExitRule;

use crate::execution::Execution;
use crate::fees::TenThousandths;
use crate::fill::{Direction, fee_of_unit, trade};
use crate::flow::{Flow, Terms};
use crate::mark::tested_delta;
use crate::quotes::{MOST_BOOKS, TemplateQuotes, UnitQuote};
use crate::settle::settlement_value;

/// Outcomes of one template under one execution and one set of exit rules, by opening session.
#[derive(Debug)]
pub struct TemplateOutcomes {
    quotes: Arc<TemplateQuotes>,
    execution: Execution,
    exits: Vec<ExitRule>,
    /// `None` where there is no quote to open at.
    days: Vec<OnceLock<Option<Box<PackageOutcome>>>>,
    /// A closing at the end of a window, remembered for the next scenario that ends there.
    cuts: Vec<OnceLock<Box<(usize, UnitEnd)>>>,
}

/// The life of one package, with everything an account must know of it: it is read twice, where it begins and where it
/// ends, and lies in one place.
#[derive(Debug)]
pub struct PackageOutcome {
    /// Session on which it ends by itself; `usize::MAX` if that is after the last one of the history.
    pub end: usize,
    /// What ends it.
    pub how: Ending,
    /// What a point is worth and how it is paid.
    pub terms: Terms,
    /// Cash one unit brings at the opening `[index points]`.
    pub net: Price,
    /// The same at mid.
    pub net_mid: Price,
    /// Fees of opening one unit, not rounded yet.
    pub fee: TenThousandths,
    /// Margin of one unit; `None` for an uncovered short call, which must never trade. A future has another rule.
    pub margin: Option<Money>,
    /// What one unit brings at its end.
    pub unit: UnitEnd,
    /// What one unit is worth on every session.
    pub mark_path: Arc<MarkPath>,
}

/// What ends a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// An exit rule: a trade among the session's fills.
    Trade,
    /// Its expiry.
    Expiry(Settlement),
}

/// The end of one unit.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct UnitEnd {
    /// Cash it brings `[index points]`.
    pub net: Price,
    /// The same at mid.
    pub net_mid: Price,
    /// Fees, not rounded yet.
    pub fee: TenThousandths,
    /// Price the first leg traded at mid or settled at: the last one of a future's variation.
    pub last: Price,
}

impl TemplateOutcomes {
    fn new(
        quotes: Arc<TemplateQuotes>,
        execution: &Execution,
        exits: &[ExitRule],
        sessions: usize,
    ) -> TemplateOutcomes {
        let days = (0..sessions).map(|_| OnceLock::new()).collect();
        let cuts = (0..sessions).map(|_| OnceLock::new()).collect();
        TemplateOutcomes {
            quotes,
            execution: execution.clone(),
            exits: exits.to_vec(),
            days,
            cuts,
        }
    }

    /// The quotes its packages are opened at.
    #[inline]
    pub fn quotes(&self) -> &TemplateQuotes {
        &self.quotes
    }

    /// The life of the package that is opened on session `opened`; `None` where there is no quote.
    #[inline]
    pub fn life(&self, opened: usize, history: &MarketHistory) -> Option<&PackageOutcome> {
        self.days[opened]
            .get_or_init(|| self.live(opened, history).map(Box::new))
            .as_deref()
    }

    /// What one unit of the package opened on session `opened` brings if it is closed at today's marks; nothing where
    /// there was no quote to open it at.
    pub fn cut(&self, opened: usize, history: &MarketHistory, view: MarketView<'_>) -> UnitEnd {
        let make = || {
            let opening = history.view(opened);
            let quote = self.quotes.today(opening).ok()?;
            Some(self.close(quote, quote.mark_path(opening), view))
        };
        let make = || make().unwrap_or_default();
        let cut = self.cuts[opened].get_or_init(|| Box::new((view.session(), make())));
        let (session, unit) = **cut;
        if session == view.session() {
            unit
        } else {
            make()
        }
    }

    fn live(&self, opened: usize, history: &MarketHistory) -> Option<PackageOutcome> {
        let view = history.view(opened);
        let quote = self.quotes.today(view).ok()?;
        let one = quote.one();
        let mark_path = quote.mark_path(view);
        let (end, how) = self.ending(quote, mark_path, opened, history);
        let unit = match how {
            _ if end == usize::MAX => UnitEnd::default(),
            Ending::Trade => self.close(quote, mark_path, history.view(end)),
            Ending::Expiry(_) => expire(quote, history.view(end)),
        };
        let terms = Terms {
            multiplier: one.multiplier,
            margined: one.margined,
        };
        Some(PackageOutcome {
            end,
            how,
            terms,
            net: one.net,
            net_mid: one.net_mid,
            fee: quote.fee(),
            margin: quote.margin,
            unit,
            mark_path: Arc::clone(mark_path),
        })
    }

    /// The simulator's day, told from one package: settle the morning, fill, settle the close, decide.
    fn ending(
        &self,
        quote: &UnitQuote,
        mark_path: &MarkPath,
        opened: usize,
        history: &MarketHistory,
    ) -> (usize, Ending) {
        let contract = quote.one().legs[0].contract;
        let settlement = contract.root.settlement();
        let asks_delta = self
            .exits
            .iter()
            .any(|rule| matches!(rule, ExitRule::TestedDelta { .. }));
        if let Some(end) = self.ending_by_date(contract, opened, history) {
            return end;
        }
        let life_days = (contract.expiry - history.view(opened).today().date).num_days();
        for t in opened..history.len() {
            let view = history.view(t);
            let is_due = view.today().date >= contract.expiry;
            if is_due && (settlement == Settlement::Pm || t > opened) {
                return (t, Ending::Expiry(settlement));
            }
            let Some(next) = view.next_session() else {
                break;
            };
            let tested_delta = if asks_delta {
                tested_delta(&quote.one().legs, view.today())
            } else {
                0.0
            };
            let days_left = (contract.expiry - next).num_days();
            let mark = PackageMark {
                id: PackageId(0),
                value: mark_path.value(view).0,
                tested_delta,
                days_left,
                life_days,
                sold: 0,
                since_sale: u32::MAX,
            };
            if leave(&self.exits, quote.one().net, &mark).is_some() {
                let is_simulated = t + 1 < history.len();
                return (if is_simulated { t + 1 } else { usize::MAX }, Ending::Trade);
            }
        }
        (usize::MAX, Ending::Expiry(settlement))
    }

    /// The same where no rule asks more than the days left: they fall from session to session, so both ends are searched.
    /// `None` where another rule asks, or the calendar ends with the history.
    fn ending_by_date(
        &self,
        contract: Contract,
        opened: usize,
        history: &MarketHistory,
    ) -> Option<(usize, Ending)> {
        let days = self.exits.iter().map(|rule| match rule {
            ExitRule::DaysToExpiry { at_most } => Some(*at_most),
            _ => None,
        });
        let most = days.collect::<Option<Vec<i64>>>()?.into_iter().max();
        let last = history.len().checked_sub(1)?;
        history.view(last).next_session()?;
        let settlement = contract.root.settlement();
        let expiry = contract.expiry.num_days_from_ce();
        let first = |from: usize, is_reached: &dyn Fn(MarketView<'_>) -> bool| {
            let (mut low, mut high) = (from, history.len());
            while low < high {
                let middle = low + (high - low) / 2;
                match is_reached(history.view(middle)) {
                    true => high = middle,
                    false => low = middle + 1,
                }
            }
            low
        };
        let from = opened + usize::from(settlement == Settlement::Am);
        let due = first(from, &|view| view.day_number() >= expiry);
        let left = most.map(|most| first(opened, &|view| view.days_left(contract.expiry) <= most));
        // A package that expires at the next session settles there.
        if let Some(t) = left.filter(|t| *t < due.min(history.len()))
            && history.view(t).days_left(contract.expiry) > 0
        {
            let is_simulated = t + 1 < history.len();
            return Some((if is_simulated { t + 1 } else { usize::MAX }, Ending::Trade));
        }
        let is_simulated = due < history.len();
        Some((
            if is_simulated { due } else { usize::MAX },
            Ending::Expiry(settlement),
        ))
    }

    fn close(&self, quote: &UnitQuote, mark_path: &MarkPath, view: MarketView<'_>) -> UnitEnd {
        let legs: Vec<LegFill> = quote
            .one()
            .legs
            .iter()
            .enumerate()
            .map(|(index, leg)| {
                let mid = mark_path.leg(index, view).unwrap_or(leg.mid);
                LegFill {
                    mid,
                    fill: mid,
                    delta: 0.0,
                    ..*leg
                }
            })
            .collect();
        let fill = trade(legs, 1, Direction::Close, view.today(), &self.execution);
        let fee = fee_of_unit(&fill.legs, view.today(), &self.execution);
        UnitEnd {
            net: fill.net,
            net_mid: fill.net_mid,
            fee,
            last: fill.legs[0].mid,
        }
    }
}

impl PackageOutcome {
    /// What opening `contracts` units moves.
    #[inline]
    pub fn opening(&self, contracts: i64) -> Flow {
        Flow::new(self.net, self.net_mid, self.fee, contracts, self.terms)
    }

    /// What the end of `contracts` units moves, `unit` being that of one.
    #[inline]
    pub fn ending(&self, unit: &UnitEnd, contracts: i64) -> Flow {
        Flow::new(unit.net, unit.net_mid, unit.fee, contracts, self.terms)
    }

    /// Adds what `contracts` units opened on session `t` are worth to a column of cents that begins there, for as long as
    /// they live. It writes ahead: a slot must not be read before its day.
    #[inline]
    pub fn add_worth(&self, t: usize, contracts: i64, column: &mut [f64]) {
        let end = self.end.min(t + column.len());
        self.mark_path
            .add_worth(t..end.max(t), contracts, self.terms.multiplier, column);
    }

    /// What `contracts` units brought in, if they tie up margin.
    #[inline]
    pub fn credit(&self, contracts: i64) -> Money {
        let counts =
            self.net > Price::ZERO && self.margin.is_some_and(|margin| margin > Money::ZERO);
        if counts {
            (self.net * contracts).dollars(self.terms.multiplier)
        } else {
            Money::ZERO
        }
    }
}

fn expire(quote: &UnitQuote, view: MarketView<'_>) -> UnitEnd {
    let legs = &quote.one().legs;
    let contract = legs[0].contract;
    let (value, _) = settlement_value(contract.root, contract.expiry, view);
    let net = legs
        .iter()
        .map(|leg| leg.contract.payoff(value) * leg.quantity)
        .sum();
    UnitEnd {
        net,
        net_mid: net,
        fee: TenThousandths(0),
        last: value,
    }
}

/// The outcome books of one market.
#[derive(Debug)]
pub struct OutcomeCache {
    books: Memo<TemplateOutcomes>,
}

impl Default for OutcomeCache {
    fn default() -> OutcomeCache {
        OutcomeCache {
            books: Memo::new(MOST_BOOKS),
        }
    }
}

impl OutcomeCache {
    /// The book of a quote book and exit rules.
    pub fn book(
        &self,
        history: &MarketHistory,
        quotes: Arc<TemplateQuotes>,
        execution: &Execution,
        exits: &[ExitRule],
    ) -> Arc<TemplateOutcomes> {
        self.books.get(
            |one| Arc::ptr_eq(&one.quotes, &quotes) && one.exits == exits,
            || TemplateOutcomes::new(Arc::clone(&quotes), execution, exits, history.len()),
        )
    }
}
