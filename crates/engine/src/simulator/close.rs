//! How packages end: by settlement or by a trade.

use book::event::{Detail, Event, LayerId, LegFill, PackageFill, PackageId, Stage};
use book::portfolio::Package;
use book::reason::Reason;
use market::chain::{Quotes, Source};
use market::contract::Settlement;
use market::history::MarketView;
use market::price::{Money, Price};
use policy::order::Order;

use super::Simulator;
use super::held::Held;
use crate::execution::FillAt;
use crate::fill::{Direction, delta, may_trade, trade};
use crate::mark::{Holding, worst_source};
use crate::outcome::Keep;
use crate::resting;
use crate::rules::salvage;
use crate::settle::{payoff, settlement_value};

/// Why a package is sold, where the money goes, and at what.
pub(super) struct Sold {
    pub reason: Reason,
    pub into: Option<LayerId>,
    /// Legs of one unit as a limit order sold them; without them the market of the fills decides.
    pub legs: Option<Vec<LegFill>>,
}

impl Sold {
    pub fn at_market(reason: Reason, into: Option<LayerId>) -> Sold {
        Sold {
            reason,
            into,
            legs: None,
        }
    }
}

impl<'a> Simulator<'a> {
    /// A limit order meets the session: at its limit if the day's extreme reached it, else at the fills if the close before
    /// already stood there.
    pub(super) fn fill_resting(&mut self, order: &Order, view: MarketView<'a>) {
        let Order::Rest {
            package,
            contracts,
            limit,
            sale,
            into,
            or_close,
        } = *order
        else {
            return;
        };
        let Some(held) = self.portfolio.package(package) else {
            return;
        };
        // Extremes are those of the session itself, also where orders fill in late mornings.
        let day = self.history.view(view.session());
        let legs = resting::sold_at_limit(&held.legs, limit, day, self.execution);
        let reason = match &legs {
            Some(_) => Reason::LimitReached,
            None if or_close => Reason::ProfitMultiple,
            None => return,
        };
        let sold = Sold { reason, into, legs };
        self.sell(package, contracts, Some(sale), sold, view);
    }

    /// Daily variation of a future to `settle`.
    pub(super) fn vary(
        &mut self,
        stage: Stage,
        package: &Package,
        settle: Price,
        view: MarketView<'a>,
    ) {
        let held = package.contracts * package.legs[0].quantity;
        let amount = ((settle - package.last_settle) * held).dollars(package.multiplier);
        self.post(
            stage,
            view,
            Event::Variation {
                package: package.id,
                settle,
                amount,
            },
        );
        self.note_flow(package.layer, amount, view);
    }

    pub(super) fn settle(&mut self, stage: Stage, settlement: Settlement, view: MarketView<'a>) {
        let today = view.day_number();
        // `<=` and not `==`: whatever else goes wrong, no contract outlives its expiry.
        if !self
            .holdings
            .iter()
            .any(|holding| holding.expiry_day <= today)
        {
            return;
        }
        let date = view.today().date;
        let due =
            |p: &&Package| p.expiry() <= date && p.legs[0].contract.root.settlement() == settlement;
        let due: Vec<Package> = self
            .portfolio
            .packages
            .iter()
            .filter(due)
            .cloned()
            .collect();
        for package in due {
            if self.end_logged(stage, package.id, view) {
                continue;
            }
            let (value, proxy) =
                settlement_value(package.legs[0].contract.root, package.expiry(), view);
            if package.margined {
                self.vary(stage, &package, value, view);
            }
            let fill = payoff(&package, value);
            self.refill_purse(stage, &package, &fill, None, view);
            self.note_fill(package.layer, &fill, view);
            self.end(
                stage,
                view,
                package.id,
                Event::Settled {
                    package: package.id,
                    value,
                    proxy,
                    fill,
                },
            );
        }
    }

    /// Sells units of a package: they become a package of their own, which is closed.
    pub(super) fn sell(
        &mut self,
        id: PackageId,
        contracts: i64,
        sale: Option<u8>,
        sold: Sold,
        view: MarketView<'a>,
    ) {
        let Some(held) = self.held(id) else {
            return;
        };
        let all = self.package(held).contracts;
        if self.is_refused(Stage::Fill, held, view) {
            return;
        }
        if contracts >= all {
            return self.close_as(Stage::Fill, id, sold, view);
        }
        let part = PackageId(self.portfolio.opened + 1);
        self.post(
            Stage::Fill,
            view,
            Event::Split {
                package: id,
                part,
                contracts,
            },
        );
        let holding = self.holding_mut(held);
        if let Some(sale) = sale {
            holding.sold |= 1 << sale;
            holding.last_sale = Some(view.session());
        }
        let rest = Holding {
            id: part,
            ..holding.clone()
        };
        self.holdings.push(rest);
        self.close_as(Stage::Fill, part, sold, view);
    }

    /// Closes a package; `into` names the layer whose purse receives the proceeds.
    pub(super) fn close(
        &mut self,
        stage: Stage,
        id: PackageId,
        reason: Reason,
        into: Option<LayerId>,
        view: MarketView<'a>,
    ) {
        self.close_as(stage, id, Sold::at_market(reason, into), view);
    }

    fn close_as(&mut self, stage: Stage, id: PackageId, sold: Sold, view: MarketView<'a>) {
        let Sold { reason, into, legs } = sold;
        let Some(held) = self.held(id) else {
            return;
        };
        if self.is_refused(stage, held, view) {
            return;
        }
        let package = self.package(held).clone();
        let contracts = package.contracts;
        let today = view.today();
        let fill = match (self.logged_at_mark(held, view), legs) {
            (Some(fill), _) => fill,
            (None, Some(legs)) => resting::fill_of(legs, contracts, today, self.execution),
            (None, None) => {
                let legs = self.closing_legs(stage, held, view);
                trade(legs, contracts, Direction::Close, today, self.execution)
            }
        };
        if package.margined {
            self.vary(stage, &package, fill.legs[0].mid, view);
        }
        self.refill_purse(stage, &package, &fill, into, view);
        self.note_fill(package.layer, &fill, view);
        self.end(
            stage,
            view,
            id,
            Event::Closed {
                package: id,
                reason,
                fill,
            },
        );
    }

    /// The legs of a package at the mids at which it is closed.
    fn closing_legs(&self, stage: Stage, held: Held, view: MarketView<'a>) -> Vec<LegFill> {
        let package = self.package(held);
        let mark_path = &self.holding(held).mark_path;
        // The mark path knows closes only.
        let is_early = stage == Stage::Fill && self.execution.fill_at != FillAt::NextSession;
        let at_mid = |(index, leg): (usize, &LegFill)| {
            let mid = if is_early {
                view.today().priced(&leg.contract).map(|(mid, _)| mid)
            } else {
                mark_path.leg(index, view)
            };
            let mid = mid.unwrap_or(leg.mid);
            // Nothing but a journal ever reads the delta of a closing leg.
            let delta = if self.keep == Keep::Journal {
                delta(&leg.contract, view.today())
            } else {
                0.0
            };
            // Without a journal only a quoted leg must be known as one, for its width.
            let is_asked = self.keep == Keep::Journal || view.today().quotes != Quotes::Model;
            let source = || {
                view.today()
                    .source(&leg.contract)
                    .unwrap_or(Source::Carried)
            };
            let source = if is_asked { source() } else { Source::Model };
            LegFill {
                mid,
                fill: mid,
                delta,
                source,
                ..*leg
            }
        };
        package.legs.iter().enumerate().map(at_mid).collect()
    }

    /// Where only quotes may trade, a package with an unquoted leg stays open, and the refusal says so; its exit rule
    /// asks again tomorrow. The end of a window is no trade of the strategy and closes at the marks.
    fn is_refused(&mut self, stage: Stage, held: Held, view: MarketView<'a>) -> bool {
        let package = self.package(held);
        if stage != Stage::Fill || view.today().quotes != Quotes::Chain {
            return false;
        }
        if may_trade(worst_source(&package.legs, view.today()), view.today()) {
            return false;
        }
        let layer = package.layer;
        let reason = Reason::NoTwoSidedQuote;
        self.post(
            stage,
            view,
            Event::Refused {
                layer,
                reason,
                detail: Detail::Nothing,
            },
        );
        true
    }

    /// Posts the event with which a package ends.
    pub(super) fn end(&mut self, stage: Stage, view: MarketView<'a>, id: PackageId, event: Event) {
        self.post(stage, view, event);
        let held = self.holdings.iter().position(|holding| holding.id == id);
        self.holdings.remove(held.expect("what ends is held"));
    }

    /// Salvage goes to the purse a sale names, or back to its own under policies that redeploy it: what an option brings now; what a future gained
    /// since it was opened, today's variation included. Comes after that variation and before the package's end.
    fn refill_purse(
        &mut self,
        stage: Stage,
        package: &Package,
        fill: &PackageFill,
        into: Option<LayerId>,
        view: MarketView<'a>,
    ) {
        let own = self.arm.hedge.redeploy_salvage && self.arm.layer(package.layer).is_some();
        let Some(layer) = into.or(own.then_some(package.layer)) else {
            return;
        };
        let gained = self
            .portfolio
            .package(package.id)
            .map_or(Money::ZERO, |held| held.variation);
        if let Some(amount) = salvage(gained, fill.cash(), fill.fees) {
            self.post(stage, view, Event::PurseRefilled { layer, amount });
        }
    }
}
