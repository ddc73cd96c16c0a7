//! Follows the journal of a run session by session and works every amount out again.
//!
//! Taken from the journal are the choices: which contracts, which layer, what a regime weighs. Not taken is any number of
//! money: fills, fees, sizes, margin, settlement, variation, interest, purses, exits and margin calls are worked out here.

mod ahead;
mod closing;
mod opening;

use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;

use book::event::{Event, LegFill, PackageFill, Stage};
use book::reason::Reason;
use chrono::{Datelike, NaiveDate};
use engine::execution::Execution;
use engine::run::Run;
use market::contract::Root;
use market::history::{MarketHistory, MarketView};
use policy::arm::Arm;
use policy::budget::{Budget, Every};
use policy::hedge::Layer;

use super::account::{Account, Found, Moved, same, settlement};
use super::naive::{self, Leg, Traded, dollars, half_even};

/// What is audited.
pub struct Case<'a> {
    pub history: &'a MarketHistory,
    pub window: Range<usize>,
    pub arm: &'a Arm,
    pub execution: &'a Execution,
    pub capital: i64,
}

/// What yesterday's close leads to.
#[derive(Default)]
struct Due {
    /// By package: the exit rule that applied.
    exits: BTreeMap<u32, Reason>,
    called: bool,
    /// By layer: what an order may spend, and the weight of the hedge.
    orders: BTreeMap<usize, (i64, f64)>,
    /// By layer: what its purse could spend at the close.
    spendable: BTreeMap<usize, i64>,
}

struct Audit<'a> {
    case: &'a Case<'a>,
    account: Account,
    view: MarketView<'a>,
    due: Due,
    next: Due,
    credits: VecDeque<(usize, i64)>,
    refill: Option<(usize, i64)>,
    charge: Option<(usize, i64, i64, i64)>,
    curve: Vec<i64>,
    buying_power: i64,
}

/// Works the run out again; returns the trading equity of every session.
pub fn audit(case: &Case<'_>, run: &Run) -> Found<Vec<i64>> {
    let mut audit = Audit {
        account: Account::new(case.capital, case.arm.layers()),
        view: case.history.view(case.window.start),
        due: Due::default(),
        next: Due::default(),
        credits: VecDeque::new(),
        refill: None,
        charge: None,
        curve: Vec::new(),
        buying_power: 0,
        case,
    };
    let mut entries = run.journal.entries.iter().peekable();
    for t in case.window.clone() {
        audit.begin(t)?;
        let date = audit.date();
        let mut interests = 0;
        while let Some(entry) = entries.next_if(|entry| entry.date == date) {
            interests += usize::from(matches!(entry.event, Event::Interest { .. }));
            let said = audit.event(entry.stage, &entry.event);
            said.map_err(|e| format!("{date} {}: {e}", entry.stage.name()))?;
        }
        same(
            "interest is posted once",
            interests,
            usize::from(t > case.window.start),
        )?;
        audit.end().map_err(|e| format!("{date}: {e}"))?;
    }
    same("entries left over", entries.count(), 0)?;
    let curve: Vec<i64> = run.curve.iter().map(|money| money.0).collect();
    same("equity by session", curve, audit.curve.clone())?;
    same("buying power", run.tally.buying_power.0, audit.buying_power)?;
    audit.account.compare(&run.portfolio)?;
    Ok(audit.curve)
}

fn legs_of(fill: &[LegFill]) -> Vec<Leg> {
    let leg = |leg: &LegFill| Leg {
        contract: leg.contract,
        quantity: leg.quantity,
        mid: leg.mid.0,
    };
    fill.iter().map(leg).collect()
}

impl<'a> Audit<'a> {
    fn date(&self) -> NaiveDate {
        self.view.today().date
    }

    fn layer(&self, layer: usize) -> Option<&'a Layer> {
        let condors = self.case.arm.condors.len();
        layer
            .checked_sub(condors)
            .and_then(|at| self.case.arm.hedge.layers.get(at))
    }

    fn begin(&mut self, t: usize) -> Found<()> {
        self.view = self.case.history.view(t);
        self.due = std::mem::take(&mut self.next);
        let before =
            (t > self.case.window.start).then(|| self.case.history.view(t - 1).today().date);
        let today = self.date();
        let mut usd = 0.0;
        for budget in &self.case.arm.hedge.budget {
            if let Budget::EquityPerYear { fraction, every } = *budget {
                let year = fraction * (self.case.capital as f64 / 100.0);
                let is_new =
                    |part: fn(NaiveDate) -> i32| before.is_none_or(|d| part(d) != part(today));
                usd += match every {
                    Every::Month if is_new(|d| d.year() * 12 + d.month() as i32) => year / 12.0,
                    Every::Year if is_new(|d| d.year()) => year,
                    _ => 0.0,
                };
            }
        }
        self.expect_shares(usd);
        Ok(())
    }

    /// Every layer's purse gets its share, in whole cents.
    fn expect_shares(&mut self, usd: f64) {
        let condors = self.case.arm.condors.len();
        if usd > 0.0 {
            for (at, layer) in self.case.arm.hedge.layers.iter().enumerate() {
                let amount = naive::down(usd * layer.share * 100.0);
                self.credits.push_back((condors + at, amount.max(0)));
            }
        }
    }

    fn event(&mut self, stage: Stage, event: &Event) -> Found<()> {
        match event {
            Event::Interest { amount, .. } => self.interest(amount.0),
            Event::Variation {
                package,
                settle,
                amount,
            } => self.vary(stage, package.0, settle.0, amount.0),
            Event::Opened {
                package,
                layer,
                fill,
                margin_per_unit,
            } => {
                same("number", package.0, self.account.numbers + 1)?;
                self.open(usize::from(layer.0), fill, margin_per_unit.0)
            }
            Event::PurseCredited {
                layer,
                amount,
                lapsed,
            } => self.credited(usize::from(layer.0), amount.0, lapsed.0),
            Event::PurseCharged {
                layer,
                spent,
                forgone,
                premium,
            } => self.charged(usize::from(layer.0), spent.0, forgone.0, premium.0),
            Event::PurseRefilled { layer, amount } => {
                same("a refill at a time", self.refill, None)?;
                self.refill = Some((usize::from(layer.0), amount.0));
                Ok(())
            }
            Event::Settled {
                package,
                value,
                proxy,
                fill,
            } => self.settled(stage, package.0, (value.0, *proxy), fill),
            Event::Closed {
                package,
                reason,
                fill,
            } => self.closed(stage, package.0, *reason, fill),
            Event::Split {
                package,
                part,
                contracts,
            } => self.split(package.0, part.0, *contracts),
            Event::Marked {
                values,
                defined_risk_margin,
                futures_margin,
                ..
            } => {
                self.account.mark(self.view.today());
                let ours: Vec<i64> = self.account.sums.iter().map(|sums| sums.value).collect();
                same("values", values.iter().map(|v| v.0).collect(), ours)?;
                let margins = self.account.margins(self.view.today(), self.case.execution);
                same(
                    "margins",
                    (defined_risk_margin.0, futures_margin.0),
                    margins,
                )?;
                if stage == Stage::Mark {
                    self.look_ahead();
                }
                Ok(())
            }
            Event::Decided {
                layer,
                action,
                detail,
                ..
            } => self.decided(usize::from(layer.0), *action, detail),
            Event::Refused {
                layer,
                reason,
                detail,
            } => self.refused(usize::from(layer.0), *reason, detail),
            Event::SourceChanged { .. } => Ok(()),
        }
    }

    fn interest(&mut self, amount: i64) -> Found<()> {
        let before = self.view.back(1).ok_or("interest before the first night")?;
        let nights = (self.date() - before.date).num_days() as f64;
        let cash = self.account.cash;
        let rate = match cash < 0 {
            true => before.bill_rate + self.case.execution.margin.loan_spread,
            false => before.overnight_rate,
        };
        let ours = half_even(cash as f64 * rate * nights / 360.0);
        same("interest", amount, ours)?;
        self.account.cash += ours;
        self.account.interest += ours;
        Ok(())
    }

    fn mid_or_last(&self, leg: &Leg) -> i64 {
        self.view
            .today()
            .mid(&leg.contract)
            .map_or(leg.mid, |mid| mid.0)
    }

    fn vary(&mut self, stage: Stage, id: u32, settle: i64, amount: i64) -> Found<()> {
        let at = self.account.find(id)?;
        let held = &self.account.held[at];
        let value = match stage {
            Stage::SettleMorning | Stage::SettleClose => {
                settlement(held.root(), held.expiry(), self.view)?.0
            }
            _ => self.mid_or_last(&held.legs[0]),
        };
        same("settlement price", settle, value)?;
        let contracts = held.contracts * held.legs[0].quantity;
        let ours = dollars(value - held.last_settle, contracts, held.root());
        same("variation", amount, ours)?;
        let layer = held.layer;
        let held = &mut self.account.held[at];
        held.last_settle = value;
        held.legs[0].mid = value;
        held.variation += ours;
        self.account.cash += ours;
        self.account.sums[layer].flows_at_mid += ours;
        Ok(())
    }

    /// The same trade, worked out again.
    fn retraded(&self, legs: &[Leg], opens: bool, fill: &PackageFill) -> Found<Moved> {
        let traded = naive::trade(legs, opens, self.view.today(), self.case.execution);
        same(
            "fills",
            fill.legs.iter().map(|leg| leg.fill.0).collect(),
            traded.fills.clone(),
        )?;
        self.moved(legs, &traded, fill)
    }

    fn moved(&self, legs: &[Leg], traded: &Traded, fill: &PackageFill) -> Found<Moved> {
        same(
            "net",
            (fill.net.0, fill.net_mid.0),
            (traded.net, traded.net_mid),
        )?;
        let root = legs[0].contract.root;
        let is_margined = root == Root::Vx || matches!(root, Root::Fund(_)) && legs[0].quantity < 0;
        same("margined", fill.margined, is_margined)?;
        let at = |price| dollars(price, fill.contracts, root);
        let slippage = at(traded.net) - at(traded.net_mid);
        let fees = -naive::invoice(traded.fee * fill.contracts);
        same("fees", fill.fees.0, fees)?;
        Ok(Moved {
            cash: if is_margined {
                slippage
            } else {
                at(traded.net)
            },
            at_mid: if is_margined { 0 } else { at(traded.net_mid) },
            slippage,
            fees,
        })
    }

    /// Nothing that was due today is left undone.
    fn end(&mut self) -> Found<()> {
        same(
            "orders without an answer",
            self.due.orders.keys().copied().collect(),
            Vec::<usize>::new(),
        )?;
        same("credits that did not come", self.credits.len(), 0)?;
        same("a charge that did not come", self.charge, None)?;
        same("a refill without an end", self.refill, None)?;
        let held = |id: &&u32| self.account.held.iter().any(|held| held.id == **id);
        let left: Vec<u32> = self.due.exits.keys().filter(held).copied().collect();
        same("packages whose exit was due", left, Vec::new())?;
        if self.due.called {
            let called = self
                .account
                .held
                .iter()
                .filter(|h| h.is_margined && h.opened < self.date());
            same("futures that were called", called.count(), 0)?;
        }
        let outlived = self
            .account
            .held
            .iter()
            .filter(|h| h.expiry() <= self.date())
            .count();
        same("packages that outlived their expiry", outlived, 0)?;
        self.buying_power += self
            .account
            .buying_power(self.view.today(), self.case.execution);
        self.curve.push(self.account.trading_equity());
        Ok(())
    }
}
