//! Regime tiers: how much of the hedge a level of volatility calls for.

mod table;

use market::history::MarketView;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use signals::key_error::KeyError;

use signals::{Column, number};

pub use table::{Band, TierTable};

/// Days ahead that hold the two VIX futures around thirty days.
pub(crate) const NEAR_FUTURES_DAYS: i64 = 70;

/// How the hedge is scaled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "by", rename_all = "snake_case", deny_unknown_fields)]
pub enum Tier {
    /// Always in full.
    Always,
    /// By a table over a signal. The bands must cover the whole line without gap or overlap.
    Table(TierTable),
}

/// What a tier table is looked up by: `vix`, `vx_front`, `vx30d`, or the name of a signal of the policy, a built-in
/// source or a series of the dataset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(from = "String", into = "String")]
#[schemars(with = "String")]
pub enum LevelSignal {
    /// VIX close (vol points).
    Vix,
    /// Settlement of the front VIX future (index points).
    VxFront,
    /// VIX futures interpolated to thirty calendar days (index points); none where two contracts do not surround them.
    Vx30d,
    /// A signal, source or series (its own unit).
    Named(String),
}

/// Where the tier table stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Regime {
    /// Band index.
    pub band: u8,
    /// Sessions spent in it, this one included.
    pub sessions: u32,
    /// Weight of the hedge in [0, 1].
    pub weight: f64,
    /// Value of the signal, if it has one.
    pub signal: Option<f64>,
}

impl Default for Regime {
    fn default() -> Regime {
        Regime {
            band: 0,
            sessions: 0,
            weight: 1.0,
            signal: None,
        }
    }
}

impl From<String> for LevelSignal {
    fn from(name: String) -> LevelSignal {
        match name.as_str() {
            "vix" => LevelSignal::Vix,
            "vx_front" => LevelSignal::VxFront,
            "vx30d" => LevelSignal::Vx30d,
            _ => LevelSignal::Named(name),
        }
    }
}

impl From<LevelSignal> for String {
    fn from(signal: LevelSignal) -> String {
        signal.name().to_string()
    }
}

impl LevelSignal {
    /// Its name in a policy file.
    pub fn name(&self) -> &str {
        match self {
            LevelSignal::Vix => "vix",
            LevelSignal::VxFront => "vx_front",
            LevelSignal::Vx30d => "vx30d",
            LevelSignal::Named(name) => name,
        }
    }

    /// The value at today's close; `None` if there is no quote for it. `column` is that of a named signal.
    pub(crate) fn value(&self, column: Option<&Column>, view: MarketView<'_>) -> Option<f64> {
        let today = view.today();
        match self {
            LevelSignal::Vix => Some(today.vix),
            LevelSignal::VxFront => today.futures.first().map(|f| f.settle.points()),
            LevelSignal::Vx30d => today.constant_maturity_future(30.0),
            LevelSignal::Named(_) => column?.at(view),
        }
    }
}

impl Tier {
    /// The regime after today's close, given the one before. Without a value the band is kept and the weight is nothing.
    /// `column` is that of a named signal.
    pub(crate) fn next(
        &self,
        before: Option<Regime>,
        column: Option<&Column>,
        view: MarketView<'_>,
    ) -> Regime {
        match self {
            Tier::Always => Regime::default(),
            Tier::Table(table) => table.next(before, table.signal.value(column, view)),
        }
    }

    /// Days ahead of the VIX futures it is looked up by; 0 if it is by something else.
    pub(crate) fn vx_days(&self) -> i64 {
        match self {
            Tier::Table(TierTable {
                signal: LevelSignal::VxFront | LevelSignal::Vx30d,
                ..
            }) => NEAR_FUTURES_DAYS,
            _ => 0,
        }
    }

    /// The signal, source or series it is looked up by, if it is a named one.
    pub fn named_signal(&self) -> Option<&str> {
        match self {
            Tier::Table(TierTable {
                signal: LevelSignal::Named(name),
                ..
            }) => Some(name),
            _ => None,
        }
    }

    /// Checks the table; the message says which edge is wrong.
    pub fn check(&self, at: &str) -> Result<(), KeyError> {
        match self {
            Tier::Always => Ok(()),
            Tier::Table(table) => table.check(at),
        }
    }

    /// Values of the signal below and from which a regime is left, once its dwell is over; none without such an edge.
    pub fn left_at(&self, regime: &Regime) -> (Option<f64>, Option<f64>) {
        match self {
            Tier::Always => (None, None),
            Tier::Table(table) => {
                let band = &table.bands[usize::from(regime.band)];
                let from = band.from;
                let to = band.to;
                (
                    from.map(|edge| edge - table.hysteresis),
                    to.map(|edge| edge + table.hysteresis),
                )
            }
        }
    }

    /// Short description of a regime for `decisions.csv`.
    pub fn describe(&self, regime: &Regime) -> String {
        match self {
            Tier::Always => "full".to_string(),
            Tier::Table(table) => {
                let band = &table.bands[usize::from(regime.band)];
                let edge = |edge: Option<f64>| edge.map_or(String::new(), |v| v.to_string());
                let found = regime.signal.map_or("missing".to_string(), number);
                let signal = table.signal.name();
                format!(
                    "{}..{} weight {:.3} at {signal} {found}",
                    edge(band.from),
                    edge(band.to),
                    regime.weight
                )
            }
        }
    }
}
