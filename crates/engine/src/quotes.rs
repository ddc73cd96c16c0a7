//! What one unit of a template is and costs on each session, worked out once and shared by every scenario.
//!
//! Which contracts a template means depends on the market alone ([`Picks`]); at which price they trade, on the fill and
//! cost model too ([`TemplateQuotes`]). Neither depends on the account, so scenarios that trade alike share both. A book is
//! filled as it is read: a session nobody asked about costs nothing, and no session is quoted before its day.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};

use book::event::{Detail, LegFill, PackageFill};
use book::reason::Reason;
use market::chain::Quotes;
use market::contract::{Contract, Root};
use market::history::{MarketHistory, MarketView};
use market::mark_path::MarkPath;
use market::memo::Memo;
use market::price::{Money, Price};
use policy::select::{Template, nearest_miss, resolve};

use crate::admit::defined_risk_margin;
use crate::execution::Execution;
use crate::fees::TenThousandths;
use crate::fill::{Direction, fee_of_unit, may_trade, price, trade, width_of};
use crate::flow::Flow;

/// The contracts a template means on each session, with their mids.
#[derive(Debug)]
pub struct Picks {
    template: Template,
    days: Vec<OnceLock<Result<Pick, Reason>>>,
}

/// One session's contracts at mid, not traded yet.
type Pick = Vec<LegFill>;

/// Quotes of one template under one execution, session by session.
#[derive(Debug)]
pub struct TemplateQuotes {
    picks: Arc<Picks>,
    execution: Execution,
    days: Vec<OnceLock<Result<UnitQuote, Reason>>>,
    /// Cost of one unit by session, once asked for (cents): what is asked of every layer on every session lies together.
    costs: Vec<AtomicI64>,
}

/// Nobody asked yet.
const UNKNOWN: i64 = i64::MIN;
/// There is no quote: more than any purse holds.
const NO_QUOTE: i64 = i64::MAX;

/// One unit on one session.
#[derive(Debug)]
pub struct UnitQuote {
    one: PackageFill,
    fee: TenThousandths,
    vix: f64,
    mark_path: OnceLock<Arc<MarkPath>>,
    /// What one unit is charged to its purse if it is bought.
    pub cost: Money,
    /// Margin of one unit; `None` for an uncovered short call, which must never trade. A future has another rule.
    pub margin: Option<Money>,
}

/// What a purchase is charged to its purse.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Charge {
    /// Premium and costs.
    pub total: Money,
    /// Premium alone; for a future the carry charge.
    pub premium: Money,
}

impl Picks {
    fn new(template: &Template, sessions: usize) -> Picks {
        Picks {
            template: template.clone(),
            days: empty(sessions),
        }
    }

    fn at(&self, view: MarketView<'_>) -> &Result<Pick, Reason> {
        self.days[view.session()].get_or_init(|| {
            let today = view.today();
            let only_quotes = today.quotes == Quotes::Chain;
            let is_option = matches!(
                self.template.underlying.root(),
                Root::Spx | Root::Spxw | Root::Vix
            );
            if only_quotes && today.chain.is_none() && is_option {
                return Err(Reason::NoTwoSidedQuote);
            }
            let resolved = resolve(&self.template, today)?;
            let none = if only_quotes {
                Reason::NoTwoSidedQuote
            } else {
                Reason::NoPrice
            };
            let legs = price(&resolved.legs, today, &|_| None).ok_or(none)?;
            if legs.iter().all(|leg| may_trade(leg.source, today)) {
                Ok(legs)
            } else {
                Err(none)
            }
        })
    }
}

impl TemplateQuotes {
    fn new(picks: Arc<Picks>, execution: &Execution) -> TemplateQuotes {
        let days = empty(picks.days.len());
        let costs = (0..days.len()).map(|_| AtomicI64::new(UNKNOWN)).collect();
        TemplateQuotes {
            picks,
            execution: execution.clone(),
            days,
            costs,
        }
    }

    /// What stood nearest to the unit that [`TemplateQuotes::today`] refused, where quotes are read; nothing to add elsewhere.
    pub fn refused(&self, view: MarketView<'_>) -> Detail {
        let template = &self.picks.template;
        let today = view.today();
        let is_option = !template.legs.is_empty();
        if today.quotes == Quotes::Model || !is_option {
            return Detail::Nothing;
        }
        if today.chain.is_none() && today.quotes == Quotes::Chain {
            return Detail::NoChain;
        }
        nearest_miss(template, today).map_or(Detail::Nothing, |(contract, delta)| {
            let quote = today.quote(&contract);
            Detail::Nearest {
                contract,
                bid: quote.map(|q| q.bid),
                ask: quote.map(|q| q.ask),
                delta,
            }
        })
    }

    /// What one unit is charged to its purse today; more than any purse holds where there is no quote.
    #[inline]
    pub fn cost(&self, view: MarketView<'_>) -> Money {
        // Relaxed: whoever computes a cost computes the same one.
        match self.costs[view.session()].load(Ordering::Relaxed) {
            UNKNOWN => self.first_cost(view),
            cost => Money(cost),
        }
    }

    #[cold]
    fn first_cost(&self, view: MarketView<'_>) -> Money {
        let cost = self.today(view).map_or(NO_QUOTE, |quote| quote.cost.0);
        self.costs[view.session()].store(cost, Ordering::Relaxed);
        Money(cost)
    }

    /// One unit on today's snapshot.
    ///
    /// # Errors
    /// Why there is none: no such expiry or strike, or no price.
    #[inline]
    pub fn today(&self, view: MarketView<'_>) -> Result<&UnitQuote, Reason> {
        let quote = self.days[view.session()].get_or_init(|| {
            let pick = self.picks.at(view).as_ref().map_err(|reason| *reason)?;
            let limit = self.picks.template.max_width_fraction_of_mid;
            if limit.is_some_and(|limit| width_of_mid(pick, view, &self.execution) > limit) {
                return Err(Reason::Illiquid);
            }
            Ok(UnitQuote::new(pick, view, &self.execution))
        });
        quote.as_ref().map_err(|reason| *reason)
    }
}

impl UnitQuote {
    fn new(legs: &[LegFill], view: MarketView<'_>, execution: &Execution) -> UnitQuote {
        let snapshot = view.today();
        let one = trade(legs.to_vec(), 1, Direction::Open, snapshot, execution);
        let margin = if one.margined {
            Some(Money::ZERO)
        } else {
            defined_risk_margin(&one.legs, one.multiplier)
        };
        let fee = fee_of_unit(&one.legs, snapshot, execution);
        let mut quote = UnitQuote {
            one,
            fee,
            vix: snapshot.vix,
            mark_path: OnceLock::new(),
            cost: Money::ZERO,
            margin,
        };
        quote.cost = quote.charge(&quote.one).total;
        quote
    }

    /// The fill of one unit.
    pub fn one(&self) -> &PackageFill {
        &self.one
    }

    /// The fill of `contracts` units: fees are rounded once per trade.
    pub fn fill(&self, contracts: i64) -> PackageFill {
        PackageFill {
            contracts,
            fees: -self.fee.times(contracts).to_money(),
            ..self.one.clone()
        }
    }

    /// What the unit is worth, session by session. `view` is that of the quote.
    pub fn mark_path(&self, view: MarketView<'_>) -> &Arc<MarkPath> {
        self.mark_path.get_or_init(|| {
            let unit: Vec<(Contract, i64)> = self
                .one
                .legs
                .iter()
                .map(|leg| (leg.contract, leg.quantity))
                .collect();
            view.mark_path(&unit)
        })
    }

    /// What a purchase of `fill` is charged to its purse.
    pub fn charge(&self, fill: &PackageFill) -> Charge {
        let flow = Flow {
            cash: fill.cash(),
            at_mid: Money::ZERO,
            slippage: fill.slippage(),
            fees: fill.fees,
        };
        self.charge_of(fill.contracts, flow)
    }

    /// What a purchase of `contracts` units that moves this money is charged to its purse.
    pub fn charge_of(&self, contracts: i64, flow: Flow) -> Charge {
        charge(&self.one, self.vix, contracts, flow)
    }

    /// Fee of one unit, not rounded yet.
    pub fn fee(&self) -> TenThousandths {
        self.fee
    }
}

/// Options and funds: the debit and the fees. A future has no premium: `1000 x max(F - VIX, 0)`, what it loses if VIX
/// stays, plus the round trip, so that it is never free. A fund sold short is charged what it would cost to buy.
fn charge(one: &PackageFill, vix: f64, contracts: i64, flow: Flow) -> Charge {
    if one.margined {
        let leg = &one.legs[0];
        let carry = match leg.contract.root {
            Root::Fund(_) => leg.mid * leg.quantity.abs(),
            _ => Price(
                ((leg.mid - Price::from_points(vix)) * leg.quantity)
                    .0
                    .max(0),
            ),
        };
        let premium = (carry * contracts).dollars(one.multiplier);
        let one_way = -(flow.slippage + flow.fees);
        return Charge {
            total: premium + one_way * 2,
            premium,
        };
    }
    Charge::of_premium(flow)
}

impl Charge {
    /// That of options and funds bought: the debit and the fees.
    #[inline]
    pub fn of_premium(flow: Flow) -> Charge {
        let premium = (-flow.cash).max(Money::ZERO);
        Charge {
            total: premium - flow.fees,
            premium,
        }
    }
}

/// Full quoted width of a unit over its mid.
fn width_of_mid(legs: &[LegFill], view: MarketView<'_>, execution: &Execution) -> f64 {
    let width: Price = legs
        .iter()
        .map(|leg| width_of(leg, view.today(), &execution.width) * leg.quantity.abs())
        .sum();
    let mid: Price = legs.iter().map(|leg| leg.mid * leg.quantity).sum();
    width.points() / mid.points().abs()
}

fn empty<T>(sessions: usize) -> Vec<OnceLock<T>> {
    (0..sessions).map(|_| OnceLock::new()).collect()
}

/// Books kept of one market. A sweep over thousands of templates must not keep them all; whoever holds one keeps it.
pub(crate) const MOST_BOOKS: usize = 256;

/// The books of one market. Every number in them is a function of market, template and execution, so it does not matter
/// which scenario asked first.
#[derive(Debug)]
pub struct QuoteCache {
    picks: Memo<Picks>,
    books: Memo<TemplateQuotes>,
}

impl Default for QuoteCache {
    fn default() -> QuoteCache {
        QuoteCache {
            picks: Memo::new(MOST_BOOKS),
            books: Memo::new(MOST_BOOKS),
        }
    }
}

impl QuoteCache {
    /// The book of a template under an execution.
    pub fn book(
        &self,
        history: &MarketHistory,
        template: &Template,
        execution: &Execution,
    ) -> Arc<TemplateQuotes> {
        self.books.get(
            |book| book.picks.template == *template && book.execution == *execution,
            || {
                let picks = self.picks.get(
                    |picks| picks.template == *template,
                    || Picks::new(template, history.len()),
                );
                TemplateQuotes::new(picks, execution)
            },
        )
    }
}
