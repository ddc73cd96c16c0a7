//! A hedge: layers of long volatility, each paid from its own purse.

use serde::{Deserialize, Serialize};

use crate::rule::{ExitRule, ExpiryRule, Underlying, within};
use crate::select::{LegRule, Side, Template};
use crate::tier::Tier;

/// A hedge policy, as its file says it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hedge {
    /// Name of the arm.
    pub name: String,
    /// A few words for tables and legends.
    pub title: String,
    /// One or two sentences for people.
    pub summary: String,
    /// Rows of the claims table this policy stands for.
    #[serde(default)]
    pub claims: Vec<String>,
    /// Money the layers may spend: this fraction of the net credit of every condor fill.
    pub budget_fraction_of_credit: f64,
    /// A purse keeps at most what it was credited in this many weeks.
    pub purse_cap_weeks: i64,
    /// Whether sales and settlements go back into the purse.
    pub redeploy_salvage: bool,
    /// How much of the hedge a regime calls for.
    pub tier: Tier,
    /// The layers; empty for an unhedged arm.
    #[serde(default)]
    pub layers: Vec<Layer>,
}

/// One layer of a hedge.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layer {
    /// Name of the layer, the prefix of its `<layer>_pnl_usd` column.
    pub name: String,
    /// Share of the budget; the shares of a policy sum to at most 1.
    pub share: f64,
    /// Listed class.
    pub underlying: Underlying,
    /// Which expiry.
    pub expiry: ExpiryRule,
    /// Option legs of one unit; none for a future.
    #[serde(default)]
    pub legs: Vec<LegRule>,
    /// `long` or `short`, for a future; option legs carry their own side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub future_side: Option<Side>,
    /// At most this many units are open at once; without it only the purse and the margin limit the layer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_open_units: Option<i64>,
    /// When to sell; with no rule, units are held to settlement.
    #[serde(default)]
    pub exit: Vec<ExitRule>,
}

impl Layer {
    /// What to look for.
    pub fn template(&self) -> Template {
        Template {
            underlying: self.underlying,
            expiry: self.expiry,
            legs: self.legs.clone(),
            future_side: self.future_side.unwrap_or(Side::Long),
        }
    }

    fn check(&self, at: &str) -> Result<(), String> {
        within(at, "share", self.share, 0.0, 1.0)?;
        self.expiry.check(&format!("{at}.expiry"))?;
        let is_future = self.underlying == Underlying::Vx;
        if is_future != self.legs.is_empty() {
            return Err(format!("{at}: a future has no option legs, every other class needs at least one"));
        }
        if is_future != self.future_side.is_some() {
            return Err(format!("{at}: future_side must be given for a future, and only for a future"));
        }
        if self.legs.len() > 4 {
            return Err(format!("{at}.legs: {} legs, at most 4", self.legs.len()));
        }
        for (index, leg) in self.legs.iter().enumerate() {
            let leg_at = format!("{at}.legs[{index}]");
            leg.strike.check(&leg_at, index == 0)?;
            within(&leg_at, "ratio", leg.ratio as f64, 1.0, 10.0)?;
        }
        if let Some(units) = self.max_open_units {
            within(at, "max_open_units", units as f64, 1.0, 1e6)?;
        }
        self.exit.iter().try_for_each(|exit| exit.check(&format!("{at}.exit")))
    }
}

impl Hedge {
    /// Checks every value against what is allowed; the message names the key.
    pub fn check(&self) -> Result<(), String> {
        let at = format!("policies.{}", self.name);
        within(&at, "budget_fraction_of_credit", self.budget_fraction_of_credit, 0.0, 10.0)?;
        within(&at, "purse_cap_weeks", self.purse_cap_weeks as f64, 1.0, 52.0)?;
        self.tier.check(&format!("{at}.tier"))?;
        let shares: f64 = self.layers.iter().map(|l| l.share).sum();
        if shares > 1.0 + 1e-9 {
            return Err(format!("{at}: the shares of the layers sum to {shares}, at most 1"));
        }
        let mut names = std::collections::BTreeSet::new();
        for layer in &self.layers {
            if !is_name(&layer.name) {
                return Err(format!("{at}: layer name {:?} may hold only a-z, 0-9 and _", layer.name));
            }
            if !names.insert(&layer.name) {
                return Err(format!("{at}: two layers are called {:?}", layer.name));
            }
            layer.check(&format!("{at}.layers.{}", layer.name))?;
        }
        Ok(())
    }

    /// Whether any leg is sold outright, which margin here does not cover.
    pub fn has_uncovered_short(&self) -> Option<&str> {
        let uncovered = |layer: &&Layer| {
            let net = |right| {
                let of = layer.legs.iter().filter(|l| l.right == right);
                of.map(|l| l.side.sign() * l.ratio).sum::<i64>()
            };
            use market::contract::Right::{Call, Put};
            net(Call) < 0 || net(Put) < 0
        };
        self.layers.iter().find(uncovered).map(|layer| layer.name.as_str())
    }
}

/// Names become column names, folder names and legends: lower-case letters, digits and underscores.
pub fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 40
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}
