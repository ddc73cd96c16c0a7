//! What a run would do at the session after a close: the result of `alvh today`, as it is printed and as JSON.
//!
//! No file of a run folder. It is a document with lists in lists, so it has no columns. Money is in US dollars, prices
//! are in index points, dates are ISO. What is undefined is null.

mod exact;

use chrono::NaiveDate;
use serde::Serialize;

use crate::manifest::Dataset;
use crate::{Money, Price};

/// Everything `alvh today` says.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Today {
    /// Version of this layout; 1 is the only one.
    pub schema: u32,
    /// What this is: a paper book. Nothing was sent to a market.
    pub places_orders: bool,
    /// The run's name.
    pub run: String,
    /// The dataset, and its last session.
    pub dataset: Dataset,
    /// The session whose close decided.
    pub date: NaiveDate,
    /// The session for which it was decided.
    pub next_session: Option<NaiveDate>,
    /// The first session of the paper book.
    pub since: NaiveDate,
    /// Its capital at the start.
    #[serde(serialize_with = "exact::usd")]
    pub starting_capital_usd: Money,
    /// Levels of the market at the close.
    pub market: Vec<Level>,
    /// Scheduled releases of the coming sessions.
    pub events: Vec<Coming>,
    /// The last date the release calendar knows of.
    pub events_known_until: Option<NaiveDate>,
    /// How old every series of the dataset is.
    pub series: Vec<SeriesAge>,
    /// The arms that were asked for.
    pub arms: Vec<ArmToday>,
}

/// A level of the market.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Level {
    /// What.
    pub name: String,
    /// Its value.
    pub value: Option<f64>,
    /// Its value at the session before.
    pub before: Option<f64>,
    /// Its unit.
    pub unit: String,
}

/// A scheduled release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Coming {
    /// New York date.
    pub date: NaiveDate,
    /// New York time, `08:30`.
    pub time: String,
    /// What is released.
    pub event: String,
    /// Sessions from the decision's close to the one it acts on; 1 is the next.
    pub sessions_ahead: usize,
}

/// How old a series is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SeriesAge {
    /// Its name in the dataset.
    pub name: String,
    /// The date its last published value describes.
    pub last: Option<NaiveDate>,
    /// Sessions between the close at which that value was known and the decision's; 0 is no older than it can be.
    pub age_sessions: Option<usize>,
    /// Whether prices of the run rest on it at this close.
    pub priced: bool,
    /// How a priced one stood: `published`, `carried` or `stand_in`; empty for the others.
    pub standing: String,
}

/// One arm.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ArmToday {
    /// Its name.
    pub arm: String,
    /// Its name for people.
    pub title: String,
    /// The paper account at the close.
    pub account: AccountToday,
    /// How much of the hedge the level of volatility calls for.
    pub regime: RegimeToday,
    /// The condor tiers, then the hedge layers.
    pub layers: Vec<LayerToday>,
    /// The signals the arm names or reads.
    pub signals: Vec<SignalToday>,
    /// Its triggers, test by test.
    pub triggers: Vec<TriggerToday>,
}

/// An account at a close.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AccountToday {
    /// Cash and packages at their marks.
    #[serde(serialize_with = "exact::usd")]
    pub equity_usd: Money,
    /// The same without interest, less the capital at the start.
    #[serde(serialize_with = "exact::usd")]
    pub trading_pnl_usd: Money,
    /// Cash.
    #[serde(serialize_with = "exact::usd")]
    pub cash_usd: Money,
    /// Margin of defined-risk packages and futures.
    #[serde(serialize_with = "exact::usd")]
    pub margin_usd: Money,
    /// Cash that no margin ties up.
    #[serde(serialize_with = "exact::usd")]
    pub free_usd: Money,
}

/// Where the tier of an arm stands.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RegimeToday {
    /// As in `decisions.csv`.
    pub words: String,
    /// Weight of the hedge it gives, from 0 to 1.
    pub weight: f64,
    /// Value of the signal it is looked up by.
    pub signal: Option<f64>,
    /// It is left below this value.
    pub left_below: Option<f64>,
    /// It is left from this value on.
    pub left_from: Option<f64>,
    /// Sessions spent in it.
    pub sessions: u32,
}

/// One layer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LayerToday {
    /// Its name.
    pub layer: String,
    /// Whether it is a condor tier.
    pub is_condor: bool,
    /// What the decision asks for, as in `decisions.csv`.
    pub action: String,
    /// Why, as in `decisions.csv`.
    pub reason_code: String,
    /// Why, in words.
    pub reason: String,
    /// The numbers behind it, as in `decisions.csv`.
    pub detail: String,
    /// What the signals of the layer say, part by part.
    pub signals: Vec<String>,
    /// Money in its purse; null for condors.
    #[serde(serialize_with = "exact::maybe_usd")]
    pub purse_usd: Option<Money>,
    /// What filled, settled or was refused in this session.
    pub done: Vec<Done>,
    /// What it holds.
    pub holds: Vec<Held>,
    /// Its orders for the next session.
    pub orders: Vec<OrderToday>,
    /// The next session on which it may buy or enter by its calendar.
    pub next_entry: Option<NaiveDate>,
    /// One unit at this close, ordered or not.
    pub unit: Option<UnitToday>,
    /// Why there is no unit.
    pub no_unit: String,
}

/// What happened to a package of a layer in the session.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Done {
    /// `opened`, `closed`, `settled` or `refused`.
    pub what: String,
    /// Its number in the paper book.
    pub package: Option<u32>,
    /// Units.
    pub contracts: Option<i64>,
    /// Cash one unit brought.
    #[serde(serialize_with = "exact::maybe_points")]
    pub price: Option<Price>,
    /// Why it was closed or refused.
    pub reason: String,
}

/// A package that is held.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Held {
    /// Its number in the paper book.
    pub package: u32,
    /// Session of its fill.
    pub opened: NaiveDate,
    /// Its expiry; funds have none.
    pub expiry: Option<NaiveDate>,
    /// Calendar days from the next session to it.
    pub days_left: Option<i64>,
    /// Units.
    pub contracts: i64,
    /// Its legs: `+1 SPXW 2022-02-04 P 4300 | …`.
    pub legs: String,
    /// Cash one unit brought at its fill.
    #[serde(serialize_with = "exact::points")]
    pub entry_price: Price,
    /// What one unit is worth at this close.
    #[serde(serialize_with = "exact::points")]
    pub mark: Price,
    /// Gain at the marks, less the costs of opening.
    #[serde(serialize_with = "exact::usd")]
    pub pnl_usd: Money,
}

/// One leg of a unit at this close.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LegToday {
    /// The contract.
    pub contract: String,
    /// Per unit as held, long positive.
    pub quantity: i64,
    /// Mid.
    #[serde(serialize_with = "exact::points")]
    pub mid: Price,
    /// Full width of the quote.
    #[serde(serialize_with = "exact::points")]
    pub width: Price,
    /// Delta of one long contract.
    pub delta: f64,
    /// Where the mid comes from.
    pub source: String,
}

/// One unit of a layer at this close.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct UnitToday {
    /// Its expiry; funds have none.
    pub expiry: Option<NaiveDate>,
    /// Its legs.
    pub legs: Vec<LegToday>,
    /// Cash it brings at mid; what it costs is negative.
    #[serde(serialize_with = "exact::points")]
    pub mid: Price,
    /// The same at the fill the run assumes.
    #[serde(serialize_with = "exact::points")]
    pub price: Price,
    /// Sum of the widths of its legs.
    #[serde(serialize_with = "exact::points")]
    pub width: Price,
    /// What it would be charged to its purse; null for condors.
    #[serde(serialize_with = "exact::maybe_usd")]
    pub charge_usd: Option<Money>,
    /// Margin it needs.
    #[serde(serialize_with = "exact::maybe_usd")]
    pub margin_usd: Option<Money>,
}

/// An order for the next session, with what it would come to at this close.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OrderToday {
    /// `open`, `close`, `sell` or `rest`.
    pub order: String,
    /// Package it ends; null for one that opens.
    pub package: Option<u32>,
    /// Why.
    pub reason: String,
    /// Units; null where it would be refused.
    pub contracts: Option<i64>,
    /// Legs with their signs as held.
    pub legs: String,
    /// Expiry of the package.
    pub expiry: Option<NaiveDate>,
    /// Cash one unit brings at the fill the run assumes; of a resting order its limit.
    #[serde(serialize_with = "exact::maybe_points")]
    pub price: Option<Price>,
    /// The same at mid.
    #[serde(serialize_with = "exact::maybe_points")]
    pub mid: Option<Price>,
    /// Cash of the whole order, before fees.
    #[serde(serialize_with = "exact::maybe_usd")]
    pub cash_usd: Option<Money>,
    /// Fees of the whole order, never positive.
    #[serde(serialize_with = "exact::maybe_usd")]
    pub fees_usd: Option<Money>,
    /// What is then left in the purse of the layer; null for condors.
    #[serde(serialize_with = "exact::maybe_usd")]
    pub purse_left_usd: Option<Money>,
    /// Why it would be refused at this close; empty where it would not.
    pub refused: String,
}

/// A signal at the close.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SignalToday {
    /// Its name.
    pub signal: String,
    /// Its value.
    pub value: Option<f64>,
    /// Its unit.
    pub unit: String,
    /// What to know about the value.
    pub flags: String,
}

/// A trigger at the close.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TriggerToday {
    /// Its name.
    pub trigger: String,
    /// Whether it holds; null where an input is missing.
    pub holds: Option<bool>,
    /// The tests it is made of.
    pub tests: Vec<TestToday>,
}

/// One test of a signal.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TestToday {
    /// The signal.
    pub signal: String,
    /// Its value.
    pub value: Option<f64>,
    /// Its unit.
    pub unit: String,
    /// What is asked: `< 18`.
    pub test: String,
    /// Whether it passes; null where the signal has no value.
    pub holds: Option<bool>,
    /// What the value must gain to reach the nearest level of the test; negative: what it must lose.
    pub distance: Option<f64>,
}
