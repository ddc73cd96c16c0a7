//! One decision by hand: a market whose VIX, mood and return a test chooses, a book it fills, and what the engine would answer.

use std::collections::BTreeMap;

use book::event::{Action, Detail, Event, LayerId, LegFill, PackageFill, PackageId};
use book::layers::LayerVec;
use book::portfolio::Portfolio;
use book::reason::Reason;
use chrono::NaiveDate;
use market::calendar::Calendar;
use market::chain::Source;
use market::contract::{Contract, Right, Root};
use market::history::{MarketHistory, MarketView};
use market::observations::{DailySeries, Observations, VxSettlement};
use market::price::{Money, Price};
use market::surface::ModelParams;
use policy::arm::Arm;
use policy::condor::Condor;
use policy::decide::{Decision, decide};
use policy::decision_context::{DecisionContext, Held, PackageMark, PurchaseContext, Wanted};
use policy::hedge::Hedge;
use policy::order::Order;
use policy::policy_signals::PolicySignals;
use runfile::door;

/// A hedge policy as a file writes it.
pub fn read_hedge(text: &str) -> Hedge {
    door::hedge("a hedge", text).unwrap_or_else(|e| panic!("{e}\n{text}"))
}

/// A condor policy, likewise.
pub fn read_condor(text: &str) -> Condor {
    door::condor("a condor", text).unwrap_or_else(|e| panic!("{e}\n{text}"))
}

/// A date from `2022-01-06`.
pub fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

/// Dollars.
pub fn usd(dollars: f64) -> Money {
    Money::from_usd(dollars)
}

/// Index points.
pub fn points(points: f64) -> Price {
    Price::from_points(points)
}

/// January and February 2022 at an index of 4000, a VIX of 20 and VIX futures at 21 and 23, but for the days named.
pub fn market(vix: &[(&str, f64)], mood: &[(&str, f64)]) -> MarketHistory {
    let inside = |date: &&NaiveDate| (day("2022-01-03")..=day("2022-02-28")).contains(*date);
    let sessions: Vec<NaiveDate> = Calendar::nyse()
        .sessions()
        .iter()
        .filter(inside)
        .copied()
        .collect();
    let named = |values: &[(&str, f64)], other: Option<f64>| {
        let by_day: BTreeMap<NaiveDate, f64> =
            values.iter().map(|(date, v)| (day(date), *v)).collect();
        let value = |date: &NaiveDate| by_day.get(date).copied().or(other);
        DailySeries {
            lag_sessions: 0,
            values: sessions.iter().map(value).collect(),
        }
    };
    let settles = |date: &NaiveDate| {
        [
            ("2022-01-19", 20.5),
            ("2022-02-16", 21.0),
            ("2022-03-15", 23.0),
            ("2022-04-20", 24.0),
        ]
        .map(|(expiry, settle)| VxSettlement {
            trade_date: *date,
            expiry: day(expiry),
            settle,
            high: None,
        })
    };
    let vx = sessions
        .iter()
        .flat_map(settles)
        .filter(|row| row.trade_date < row.expiry)
        .collect();
    let observations = Observations {
        daily: [
            ("spx_close".to_string(), named(&[], Some(4000.0))),
            ("vix".to_string(), named(vix, Some(20.0))),
            ("mood".to_string(), named(mood, None)),
            ("spy".to_string(), named(&[], Some(400.0))),
        ]
        .into(),
        vx,
        sessions: sessions.clone(),
        ..Observations::default()
    };
    let (first, last) = (sessions[0], sessions[sessions.len() - 1]);
    MarketHistory::build(&observations, first, last, &ModelParams::default(), 100)
        .expect("a market")
}

/// What a decision looks at.
pub struct Scene {
    /// The policy.
    pub arm: Arm,
    /// The market.
    pub history: MarketHistory,
    /// The account.
    pub portfolio: Portfolio,
    /// Marks of its packages.
    pub marks: Vec<PackageMark>,
    /// Session of the last purchase of each layer.
    pub bought: Vec<Option<usize>>,
    /// What the annual cap leaves.
    pub cap_left: Option<Money>,
    /// What one unit costs.
    pub unit_cost: Result<Money, Reason>,
    /// What size rules ask for.
    pub wanted: Result<Wanted, Reason>,
    /// What a layer earned.
    pub earned: Option<f64>,
}

/// What was decided, to be asked.
pub struct Decided {
    /// Orders in order.
    pub orders: Vec<Order>,
    /// What was done about each layer, and why.
    pub layers: Vec<(Action, Reason, Detail)>,
}

impl Decided {
    /// The reason of a layer.
    pub fn reason(&self, layer: usize) -> Reason {
        self.layers[layer].1
    }
}

impl Scene {
    /// Condor tiers and a hedge as files write them, on the plain market, each purse with 1,000 dollars.
    pub fn new(condors: &[&str], hedge: &str) -> Scene {
        let condors: Vec<_> = condors.iter().map(|text| read_condor(text)).collect();
        let hedge = read_hedge(hedge);
        let arm = Arm::new(&condors, &hedge);
        let layers = arm.layers();
        let mut scene = Scene {
            arm,
            history: market(&[], &[]),
            portfolio: Portfolio::new(usd(1e6), layers),
            marks: Vec::new(),
            bought: vec![None; layers],
            cap_left: None,
            unit_cost: Ok(usd(100.0)),
            wanted: Err(Reason::NoPrice),
            earned: None,
        };
        for layer in scene.arm.hedge_ids().collect::<Vec<_>>() {
            scene.credit(layer, usd(1_000.0));
        }
        scene
    }

    /// Fills a purse.
    pub fn credit(&mut self, layer: LayerId, amount: Money) {
        let event = Event::PurseCredited {
            layer,
            amount,
            lapsed: Money::ZERO,
        };
        self.portfolio.apply(day("2022-01-03"), &event);
    }

    /// Opens units of a package for this net cash (points) and gives it a mark.
    pub fn hold(
        &mut self,
        layer: usize,
        contracts: i64,
        net: f64,
        legs: &[Contract],
        mark: PackageMark,
    ) -> PackageId {
        let id = PackageId(self.portfolio.opened + 1);
        let legs: Vec<LegFill> = legs
            .iter()
            .map(|contract| LegFill {
                contract: *contract,
                quantity: 1,
                mid: points(1.0),
                fill: points(1.0),
                delta: 0.5,
                source: Source::Model,
            })
            .collect();
        let fill = PackageFill {
            legs: legs.into(),
            contracts,
            net: points(net),
            net_mid: points(net),
            fees: Money::ZERO,
            multiplier: 100,
            margined: false,
        };
        let opened = Event::Opened {
            package: id,
            layer: LayerId(layer as u8),
            fill,
            margin_per_unit: Money::ZERO,
        };
        self.portfolio.apply(day("2022-01-03"), &opened);
        self.marks.push(PackageMark { id, ..mark });
        id
    }

    /// The market as seen at the close of a day.
    pub fn view(&self, date: &str) -> MarketView<'_> {
        self.history
            .view(self.history.window(day(date), day(date)).start)
    }

    /// The decision at the close of a day.
    pub fn decide(&self, date: &str) -> Decided {
        let view = self.view(date);
        let signals = PolicySignals::new(&self.arm, &self.history);
        let regime = signals.regime(&self.arm, None, view);
        let bought = LayerVec::of(self.arm.ids(), |id| self.bought[usize::from(id.0)]);
        let held = |layer| Held {
            packages: self.portfolio.of_layer(layer).count(),
            units: self.portfolio.of_layer(layer).map(|p| p.contracts).sum(),
        };
        let context = DecisionContext {
            portfolio: &self.portfolio,
            marks: &self.marks,
            purchases: PurchaseContext {
                view,
                purses: &self.portfolio.purses,
                held: &held,
                unit_cost: &|_| self.unit_cost,
                wanted: &|_, _| self.wanted,
                earned_below: &|_, limit| self.earned.filter(|earned| *earned < limit),
                signals: &signals,
                bought: &bought,
                cap_left: self.cap_left,
            },
        };
        let mut decision = Decision::default();
        decide(&self.arm, &context, &regime, &mut decision);
        let layers = decision.reasons.iter().map(|event| match event {
            Event::Decided {
                action,
                reason,
                detail,
                ..
            } => (*action, *reason, *detail),
            other => panic!("{other:?}"),
        });
        Decided {
            layers: layers.collect(),
            orders: decision.orders,
        }
    }
}

/// A mark of a package that lives: nothing of it was sold.
pub fn mark(value: f64, days_left: i64) -> PackageMark {
    PackageMark {
        id: PackageId(0),
        value: points(value),
        tested_delta: 0.0,
        days_left,
        life_days: 40,
        sold: 0,
        since_sale: u32::MAX,
    }
}

/// An option.
pub fn option(root: Root, expiry: &str, strike: f64) -> Contract {
    Contract::option(root, day(expiry), Right::Call, points(strike))
}

/// A hedge of one layer, with more keys of it and more keys in front of it.
pub fn hedge(before: &str, layer: &str) -> String {
    format!(
        "name = \"h\"\ntitle = \"t\"\nsummary = \"s\"\nclaims = []\nbudget_fraction_of_credit = 0.1\npurse_cap_weeks = 4\n\
         redeploy_salvage = false\n{before}\n\
         triggers = {{ high = {{ signal = \"vix\", above = 25.0 }}, good = {{ signal = \"series:mood\", above = 0.5 }} }}\n{layer}"
    )
}

/// The plainest tier.
pub const ALWAYS: &str = "tier = { by = \"always\" }";

/// A layer of VIX calls with more keys.
pub fn calls(name: &str, more: &str) -> String {
    format!(
        "[[layers]]\nname = \"{name}\"\nshare = 0.5\nunderlying = \"vix\"\nexpiry = {{ rule = \"first\", min_days = 20, max_days = 60 }}\n\
         legs = [{{ side = \"long\", right = \"call\", strike = {{ by = \"moneyness\", ratio = 1.2 }} }}]\n{more}\n"
    )
}

/// A condor tier that enters on Fridays, with more keys.
pub fn condor(underlying: &str, more: &str) -> String {
    format!(
        "name = \"c\"\nsummary = \"s\"\nunderlying = \"{underlying}\"\nentry = {{ every = \"week\", weekday = \"fri\" }}\n\
         expiry = {{ rule = \"nearest\", target_days = 14, min_days = 7, max_days = 21 }}\n\
         put = {{ short_delta = 0.16, delta_tolerance = 0.04, long = {{ by = \"width\", points = 50.0 }} }}\n\
         call = {{ short_delta = 0.16, delta_tolerance = 0.04, long = {{ by = \"width\", points = 50.0 }} }}\n\
         size = {{ by = \"fixed\", contracts = 1 }}\nmin_credit_points = 0.0\n\
         triggers = {{ high = {{ signal = \"vix\", above = 25.0 }}, good = {{ signal = \"series:mood\", above = 0.5 }} }}\n{more}\n"
    )
}
