//! Iron condors: when they are entered, which strikes they take, how large they are and when they are left.

mod cadence;

use std::collections::BTreeMap;

use book::trade_log::{LoggedRoot, TradeLog};
use market::contract::Right;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use signals::key_error::{KeyError, within};
use signals::{Signal, SignalDefinitions, Trigger};

use crate::rule::{ExitRule, ExpiryRule, Opens, StrikeRule, Underlying, check_exits, first_set};
use crate::select::{LegRule, Side, Template};

pub use cadence::{Cadence, MonthDay};

/// A named condor tier: one policy of entering, sizing and leaving iron condors.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Condor {
    /// Name of the tier, the `layer` of its rows.
    pub name: String,
    /// One sentence for people.
    pub summary: String,
    /// `spxw` (settled at the close) or `spx` (settled at the opening).
    pub underlying: Underlying,
    /// On which sessions a condor is filled. It is decided the session before.
    pub entry: Cadence,
    /// Which expiry.
    pub expiry: ExpiryRule,
    /// Strikes of the put side.
    pub put: Wing,
    /// Strikes of the call side.
    pub call: Wing,
    /// How many contracts.
    pub size: Size,
    /// The net credit at the fill must be at least this [index points], and exceed all costs of opening in any case.
    pub min_credit_points: f64,
    /// At most this many condors of the tier are open at once.
    pub max_open: usize,
    /// When to leave; with no rule, condors are held to settlement.
    #[serde(default)]
    pub exit: Vec<ExitRule>,
    /// The trigger that must hold at the decision; while it lacks an input no condor is ordered either.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// The trigger during which no condor is ordered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_entry_when: Option<String>,
    /// Other strikes while a trigger holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub widen: Option<Widen>,
    /// Numbers the policy names.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub signals: BTreeMap<String, Signal>,
    /// Conditions the policy names.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub triggers: BTreeMap<String, Trigger>,
    /// The trades of a log, which the tier repeats: its rules are then those of the log's range and decide nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(skip)]
    pub log: Option<TradeLog>,
}

/// The strikes of condors ordered while a trigger holds (docs/claims.md, row I14).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Widen {
    /// The trigger.
    pub when: String,
    /// Strikes of the put side.
    pub put: Wing,
    /// Strikes of the call side.
    pub call: Wing,
}

/// One side of a condor.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Wing {
    /// Wanted absolute delta of the short strike.
    pub short_delta: f64,
    /// Greatest allowed distance from it.
    pub delta_tolerance: f64,
    /// Where the long strike is.
    pub long: LongWing,
}

/// The protecting strike of one side.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "by", rename_all = "snake_case", deny_unknown_fields)]
pub enum LongWing {
    /// This far beyond the short strike.
    Width {
        /// Distance [index points].
        points: f64,
    },
    /// At this absolute delta.
    Delta {
        /// Wanted absolute delta.
        delta: f64,
        /// Greatest allowed distance from it.
        tolerance: f64,
    },
}

/// How many contracts.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "by", rename_all = "snake_case", deny_unknown_fields)]
pub enum Size {
    /// Always the same number.
    Fixed {
        /// Contracts per entry.
        contracts: i64,
    },
    /// As many whole contracts as keep the maximum loss at the fill within a share of the starting capital.
    MaxLoss {
        /// Percent of the starting capital at risk per entry.
        pct_of_start_capital: f64,
    },
    /// As many whole contracts as keep the margin, which is the wider wing, within a share of the account at the fill.
    Margin {
        /// Percent of the account, open packages at the marks of the close before.
        pct_of_account: f64,
    },
}

impl Condor {
    /// The four legs, bought put first: lower put wing, upper put, lower call, upper call wing.
    pub fn template(&self) -> Template {
        self.template_of(self.put, self.call)
    }

    /// The same with the strikes of `widen`.
    pub fn wide_template(&self) -> Option<Template> {
        self.widen
            .as_ref()
            .map(|wide| self.template_of(wide.put, wide.call))
    }

    fn template_of(&self, put: Wing, call: Wing) -> Template {
        let short = |right, wing: Wing| LegRule {
            side: Side::Short,
            right,
            ratio: 1,
            strike: StrikeRule::Delta {
                delta: wing.short_delta,
                tolerance: wing.delta_tolerance,
            },
        };
        let long = |right, wing: Wing, direction: f64| LegRule {
            side: Side::Long,
            right,
            ratio: 1,
            strike: match wing.long {
                LongWing::Width { points } => StrikeRule::OffsetFromPrevious {
                    points: direction * points,
                },
                LongWing::Delta { delta, tolerance } => StrikeRule::Delta { delta, tolerance },
            },
        };
        Template {
            underlying: self.underlying,
            expiry: self.expiry,
            future_side: Side::Long,
            max_width_fraction_of_mid: None,
            legs: vec![
                short(Right::Put, put),
                long(Right::Put, put, -1.0),
                short(Right::Call, call),
                long(Right::Call, call, 1.0),
            ],
        }
    }

    /// The first key that makes an entry depend on more than the calendar, the market and the starting capital; see
    /// [`Layer::asks_account`](crate::layer::Layer::asks_account).
    pub fn asks_account(&self) -> Option<&'static str> {
        let Condor {
            name: _,
            summary: _,
            underlying: _,
            entry: _,
            expiry: _,
            put: _,
            call: _,
            size,
            min_credit_points: _,
            max_open: _,
            exit: _,
            when,
            no_entry_when,
            widen,
            signals: _,
            triggers: _,
            log,
        } = self;
        let keys = [
            (log.is_some(), "condor_tiers, which names a trade log,"),
            (when.is_some(), "condor.when"),
            (widen.is_some(), "condor.widen"),
            (no_entry_when.is_some(), "condor.no_entry_when"),
            (matches!(size, Size::Margin { .. }), "condor.size.margin"),
        ];
        first_set(&keys)
    }

    /// The tier that repeats the trades of a log.
    pub fn of_log(name: &str, log: TradeLog) -> Condor {
        let days =
            |trade: &book::trade_log::LoggedTrade| (trade.expiry() - trade.opened).num_days();
        let longest = log.trades.iter().map(days).max().unwrap_or(0).max(1);
        let has_morning = log.trades.iter().any(|t| t.root() == LoggedRoot::Spx);
        let wing = Wing {
            short_delta: 0.10,
            delta_tolerance: 0.05,
            long: LongWing::Width { points: 50.0 },
        };
        Condor {
            name: name.to_string(),
            summary: format!("The trades of {} ({}).", log.file, log.publisher),
            underlying: if has_morning {
                Underlying::Spx
            } else {
                Underlying::Spxw
            },
            entry: Cadence::Session,
            expiry: ExpiryRule::Latest {
                min_days: 1,
                max_days: longest,
            },
            put: wing,
            call: wing,
            size: Size::Fixed { contracts: 1 },
            min_credit_points: 0.0,
            max_open: 1000,
            exit: Vec::new(),
            when: None,
            no_entry_when: None,
            widen: None,
            signals: BTreeMap::new(),
            triggers: BTreeMap::new(),
            log: Some(log),
        }
    }

    /// The signals and triggers of the policy.
    pub fn definitions(&self) -> SignalDefinitions {
        SignalDefinitions::new(&self.signals, &self.triggers)
    }

    /// Every trigger the policy names, with the key that names it.
    pub fn named_triggers(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let when = self.when.iter().map(|when| ("when", when.as_str()));
        let bar = self
            .no_entry_when
            .iter()
            .map(|when| ("no_entry_when", when.as_str()));
        when.chain(bar).chain(
            self.widen
                .iter()
                .map(|wide| ("widen.when", wide.when.as_str())),
        )
    }

    /// Checks every value against what is allowed; the message names the key.
    pub fn check(&self) -> Result<(), KeyError> {
        let at = &format!("condors.{}", self.name);
        if let Some(log) = &self.log {
            return log
                .trades
                .iter()
                .find_map(|trade: &book::trade_log::LoggedTrade| {
                    let why = trade.check().err()?;
                    let fault = format!("trade {:?}: {why}", trade.id);
                    Some(KeyError::at(format!("{at}.log"), fault))
                })
                .map_or(Ok(()), Err);
        }
        if !matches!(self.underlying, Underlying::Spx | Underlying::Spxw) {
            let found = self.underlying.root().name().to_lowercase();
            return Err(KeyError::at(
                at,
                format!("underlying is \"{found}\", it must be \"spxw\" or \"spx\""),
            ));
        }
        self.expiry.check(&format!("{at}.expiry"))?;
        for (side, wing) in [("put", self.put), ("call", self.call)] {
            wing.check(&format!("{at}.{side}"))?;
        }
        let definitions = self.definitions();
        definitions.check(at)?;
        for (key, name) in self.named_triggers() {
            definitions.check_trigger(&format!("{at}.{key}"), &Trigger::Named(name.to_string()))?;
        }
        if let Some(wide) = &self.widen {
            wide.put.check(&format!("{at}.widen.put"))?;
            wide.call.check(&format!("{at}.widen.call"))?;
        }
        match self.size {
            Size::Fixed { contracts } => within(at, "size.contracts", contracts as f64, 1.0, 1e6)?,
            Size::MaxLoss {
                pct_of_start_capital,
            } => within(
                at,
                "size.pct_of_start_capital",
                pct_of_start_capital,
                0.01,
                100.0,
            )?,
            Size::Margin { pct_of_account } => {
                within(at, "size.pct_of_account", pct_of_account, 0.01, 100.0)?
            }
        }
        within(at, "min_credit_points", self.min_credit_points, 0.0, 1000.0)?;
        within(at, "max_open", self.max_open as f64, 1.0, 1000.0)?;
        self.entry.check(&format!("{at}.entry"))?;
        check_exits(&format!("{at}.exit"), &self.exit, Opens::ForCredit, true)
    }
}

impl Wing {
    fn check(&self, at: &str) -> Result<(), KeyError> {
        within(at, "short_delta", self.short_delta, 0.01, 0.49)?;
        within(at, "delta_tolerance", self.delta_tolerance, 0.0, 0.5)?;
        match self.long {
            LongWing::Width { points } => within(at, "long.points", points, 5.0, 2000.0),
            LongWing::Delta { delta, tolerance } => {
                within(at, "long.delta", delta, 0.005, self.short_delta - 0.005)?;
                within(at, "long.tolerance", tolerance, 0.0, 0.5)
            }
        }
    }
}
