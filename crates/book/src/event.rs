//! What happened, in the order in which it happened. Events are appended and never changed.

use std::sync::Arc;

use chrono::NaiveDate;
use market::chain::Source;
use market::contract::Contract;
use market::decimal::{Day, Fixed};
use market::price::{Money, Price};

use crate::reason::Reason;

/// Position of a layer in the arm's list: the condor tiers first, then the hedge layers, in file order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LayerId(pub u8);

/// Number of a package within one run, counted from 1 in the order of opening.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PackageId(pub u32);

/// The step of the day an event belongs to, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Interest for the nights since the previous session.
    Accrue,
    /// Contracts settling at the opening value become cash.
    SettleMorning,
    /// Orders of the previous session meet today's snapshot.
    Fill,
    /// Contracts settling at the close become cash.
    SettleClose,
    /// The book at today's marks.
    Mark,
    /// Tomorrow's orders.
    Decide,
    /// Everything still open is closed, on the last session of a window only.
    WindowEnd,
}

impl Stage {
    /// Lower-case name.
    pub fn name(self) -> &'static str {
        match self {
            Stage::Accrue => "accrue",
            Stage::SettleMorning => "settle_morning",
            Stage::Fill => "fill",
            Stage::SettleClose => "settle_close",
            Stage::Mark => "mark",
            Stage::Decide => "decide",
            Stage::WindowEnd => "window_end",
        }
    }
}

/// One leg of a package as it traded or settled.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LegFill {
    /// What was traded.
    pub contract: Contract,
    /// Contracts per unit of the package as held: long positive, short negative. The same in opening and closing fills.
    pub quantity: i64,
    /// Mid price of the snapshot (points).
    pub mid: Price,
    /// Price paid or received (points).
    pub fill: Price,
    /// Black-76 delta of one long contract at the fill, its own smile volatility; 1 for a future.
    pub delta: f64,
    /// Where the mid comes from; of a settlement, a published value.
    pub source: Source,
}

/// One trade of a whole package: all legs or none.
#[derive(Clone, Debug, PartialEq)]
pub struct PackageFill {
    /// Legs in the order of the policy; shared between a fill, its event and the package it opens.
    pub legs: Arc<[LegFill]>,
    /// Units traded.
    pub contracts: i64,
    /// Cash one unit brings at the fill (points): credit positive.
    pub net: Price,
    /// The same at mid.
    pub net_mid: Price,
    /// Commissions and exchange fees of the whole trade (never positive).
    pub fees: Money,
    /// Dollar value of one point of one contract.
    pub multiplier: i64,
    /// A future: opening and closing move no premium, only variation.
    pub margined: bool,
}

impl PackageFill {
    /// Cash that changed hands for the prices, before fees. A margined package pays only its slippage.
    pub fn cash(&self) -> Money {
        if self.margined {
            self.slippage()
        } else {
            (self.net * self.contracts).dollars(self.multiplier)
        }
    }

    /// What the fill cost against mid (never positive).
    pub fn slippage(&self) -> Money {
        ((self.net - self.net_mid) * self.contracts).dollars(self.multiplier)
    }
}

/// A change of the book, or a decision about it.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// Interest on cash since the previous session (negative on a loan).
    Interest {
        /// Amount posted.
        amount: Money,
        /// Rate used [per year, ACT/360].
        rate: f64,
    },
    /// A package was opened.
    Opened {
        /// Its number.
        package: PackageId,
        /// Who holds it.
        layer: LayerId,
        /// The trade.
        fill: PackageFill,
        /// Margin one unit needs (USD): for defined-risk packages.
        margin_per_unit: Money,
    },
    /// A package was closed by a trade.
    Closed {
        /// Its number.
        package: PackageId,
        /// Why.
        reason: Reason,
        /// The trade; leg quantities as held, not as traded.
        fill: PackageFill,
    },
    /// Part of a package became a package of its own, on the terms it was opened on, so that it can end alone.
    Split {
        /// The package that is divided.
        package: PackageId,
        /// Number of the part.
        part: PackageId,
        /// Units that leave for the part; fewer than are held.
        contracts: i64,
    },
    /// A package expired and became cash: `mid` and `fill` of each leg are its pay-off.
    Settled {
        /// Its number.
        package: PackageId,
        /// Value the underlying settled at (points).
        value: Price,
        /// The value is a stated stand-in, not the official one.
        proxy: bool,
        /// Pay-offs.
        fill: PackageFill,
    },
    /// The marks of an open package come from elsewhere than at its fill or last mark: the worst source of its legs.
    SourceChanged {
        /// Its number.
        package: PackageId,
        /// Before.
        from: Source,
        /// From this session on.
        to: Source,
    },
    /// Daily variation of a future, in cash.
    Variation {
        /// Its number.
        package: PackageId,
        /// Today's settlement price.
        settle: Price,
        /// Cash moved.
        amount: Money,
    },
    /// A condor fill credited a layer's purse.
    PurseCredited {
        /// Whose purse.
        layer: LayerId,
        /// Share x budget x net credit received.
        amount: Money,
        /// Money over the cap, which is gone.
        lapsed: Money,
    },
    /// A purchase was charged to a purse.
    PurseCharged {
        /// Whose purse.
        layer: LayerId,
        /// Premium and costs (for a future: carry charge and round trip).
        spent: Money,
        /// Money given up because the regime asked for less than the whole purse.
        forgone: Money,
        /// The part of `spent` that is premium (for a future: the carry charge).
        premium: Money,
    },
    /// Salvage returned to a purse (policies that redeploy).
    PurseRefilled {
        /// Whose purse.
        layer: LayerId,
        /// Proceeds returned.
        amount: Money,
    },
    /// The book at the marks of the session.
    Marked {
        /// Market value of the open packages of each layer; futures count zero after variation.
        values: Vec<Money>,
        /// Margin of defined-risk packages.
        defined_risk_margin: Money,
        /// Initial margin of futures.
        futures_margin: Money,
        /// Some mark was carried from an earlier session because the snapshot had no price.
        carried: u32,
    },
    /// A layer's decision at the close, also when nothing was done.
    Decided {
        /// Whose decision.
        layer: LayerId,
        /// What was ordered, if anything.
        action: Action,
        /// Why.
        reason: Reason,
        /// Numbers behind it.
        detail: Detail,
    },
    /// An order that could not trade.
    Refused {
        /// Whose order.
        layer: LayerId,
        /// Why.
        reason: Reason,
        /// Numbers behind it.
        detail: Detail,
    },
}

/// What a decision asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// Nothing.
    None,
    /// Keep what is held.
    Hold,
    /// Open a package at the next snapshot.
    Open,
    /// Close a package at the next snapshot.
    Close,
}

impl Action {
    /// Lower-case name.
    pub fn name(self) -> &'static str {
        match self {
            Action::None => "none",
            Action::Hold => "hold",
            Action::Open => "order_open",
            Action::Close => "order_close",
        }
    }
}

/// The numbers behind a decision or refusal, kept as numbers until somebody reads them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Detail {
    /// Nothing to add.
    Nothing,
    /// A package.
    Package(PackageId),
    /// What was available against what was needed.
    Needs {
        /// Money at hand.
        have: Money,
        /// Money needed for one unit, or for the order.
        need: Money,
    },
    /// A weight of the regime and the money it allowed.
    Weighted {
        /// Weight in [0, 1].
        weight: f64,
        /// Money at hand.
        have: Money,
        /// Money needed for one unit at today's marks.
        need: Money,
    },
    /// A found value against a limit.
    Limit {
        /// What was found.
        found: f64,
        /// What is allowed.
        limit: f64,
    },
    /// A date that matters, e.g. the next entry session.
    Date(NaiveDate),
    /// Units of a package.
    Part {
        /// Which package.
        package: PackageId,
        /// Units to be sold.
        contracts: i64,
    },
    /// What a size rule asked for.
    Sized {
        /// The rule that bound.
        rule: &'static str,
        /// Weight of the hedge in [0, 1].
        weight: f64,
        /// Money the rule meant.
        meant: Money,
        /// Units it comes to beyond what is held; negative to be sold.
        units: i64,
    },
    /// No option quotes of this close, where only quotes may trade.
    NoChain,
    /// The contract that came nearest to what was looked for, with its quote where it has one.
    Nearest {
        /// Which contract.
        contract: Contract,
        /// What a seller would have received.
        bid: Option<Price>,
        /// What a buyer would have paid.
        ask: Option<Price>,
        /// Its delta, absolute.
        delta: f64,
    },
    /// Sessions passed against sessions to wait.
    Sessions {
        /// Passed since the last purchase.
        passed: u32,
        /// To be waited.
        wait: u32,
    },
}

impl std::fmt::Display for Detail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Detail::Nothing => Ok(()),
            Detail::Package(id) => write!(f, "package {}", id.0),
            Detail::Needs { have, need } => write!(f, "have {have} USD, need {need} USD"),
            Detail::Weighted { weight, have, need } => {
                let weight = Fixed(*weight, 3);
                write!(f, "weight {weight} of {have} USD, one unit {need} USD")
            }
            Detail::Limit { found, limit } => {
                let [found, limit] = [found, limit].map(|value| Fixed(*value, 4));
                write!(f, "found {found}, limit {limit}")
            }
            Detail::Date(date) => Day(*date).fmt(f),
            Detail::NoChain => f.write_str("no option quotes of this close"),
            Detail::Nearest {
                contract,
                bid,
                ask,
                delta,
            } => {
                let side = |price: &Option<Price>| price.map_or("none".into(), |p| p.to_string());
                let bid = side(bid);
                let ask = side(ask);
                write!(
                    f,
                    "nearest {contract}: bid {bid}, ask {ask}, delta {delta:.4}"
                )
            }
            Detail::Part { package, contracts } => {
                write!(f, "{contracts} of package {}", package.0)
            }
            Detail::Sized {
                rule,
                weight,
                meant,
                units,
            } => {
                let weight = Fixed(*weight, 3);
                write!(
                    f,
                    "weight {weight}, {rule}: {meant} USD, {units} units more"
                )
            }
            Detail::Sessions { passed, wait } => {
                write!(f, "{passed} sessions since the last purchase, wait {wait}")
            }
        }
    }
}
