//! A hedge: layers of long volatility, each paid from its own purse.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use signals::key_error::{KeyError, within};
use signals::{Signal, SignalDefinitions, Trigger};

use crate::budget::{AnnualCap, Budget};
pub use crate::layer::{Layer, PaidFrom};
use crate::tier::Tier;
use crate::weight_rules::{Bound, Scale, Step};

/// A hedge policy, as its file says it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
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
    /// Money they may spend besides.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub budget: Vec<Budget>,
    /// The most they may be charged in a calendar year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub annual_cap: Option<AnnualCap>,
    /// A purse keeps at most what it was credited in this many weeks.
    pub purse_cap_weeks: i64,
    /// Whether sales and settlements go back into the purse.
    pub redeploy_salvage: bool,
    /// How much of the hedge a regime calls for.
    pub tier: Tier,
    /// Parts of the hedge that triggers switch on; without any, all of it is on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Step>,
    /// Weights the hedge has at least while a trigger holds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub raise: Vec<Bound>,
    /// Factors of the weight that depend on signals.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scale: Vec<Scale>,
    /// Below this many days to expiry of a condor, its part of the weight falls linearly to nothing at expiry (R7).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decay_below_days: Option<i64>,
    /// Weights the hedge has at most while a trigger holds. They win.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cap: Vec<Bound>,
    /// Numbers the policy names.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub signals: BTreeMap<String, Signal>,
    /// Conditions the policy names.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub triggers: BTreeMap<String, Trigger>,
    /// The layers; empty for an unhedged arm.
    #[serde(default)]
    pub layers: Vec<Layer>,
}

impl Hedge {
    /// Checks every value against what is allowed; the message names the key.
    pub fn check(&self) -> Result<(), KeyError> {
        let at = format!("policies.{}", self.name);
        within(
            &at,
            "budget_fraction_of_credit",
            self.budget_fraction_of_credit,
            0.0,
            10.0,
        )?;
        within(
            &at,
            "purse_cap_weeks",
            self.purse_cap_weeks as f64,
            1.0,
            52.0,
        )?;
        self.budget
            .iter()
            .try_for_each(|b| b.check(&format!("{at}.budget")))?;
        self.annual_cap
            .iter()
            .try_for_each(|c| c.check(&format!("{at}.annual_cap")))?;
        self.tier.check(&format!("{at}.tier"))?;
        self.check_weights(&at)?;
        self.check_names(&at)?;
        let shares: f64 = self.layers.iter().map(|l| l.share).sum();
        if shares > 1.0 + 1e-9 {
            return Err(KeyError::at(
                at,
                format!("the shares of the layers sum to {shares}, at most 1"),
            ));
        }
        let mut names = std::collections::BTreeSet::new();
        for layer in &self.layers {
            if !is_name(&layer.name) {
                return Err(KeyError::at(
                    at,
                    format!("layer name {:?} may hold only a-z, 0-9 and _", layer.name),
                ));
            }
            if !names.insert(&layer.name) {
                return Err(KeyError::at(
                    at,
                    format!("two layers are called {:?}", layer.name),
                ));
            }
            layer.check(&format!("{at}.layers.{}", layer.name))?;
        }
        self.layers
            .iter()
            .try_for_each(|layer| self.check_sales(layer, &at))
    }

    fn check_weights(&self, at: &str) -> Result<(), KeyError> {
        self.steps
            .iter()
            .try_for_each(|step| step.check(&format!("{at}.steps")))?;
        let sum: f64 = self.steps.iter().map(|step| step.add).sum();
        if sum > 1.0 + 1e-9 {
            return Err(KeyError::at(
                format!("{at}.steps"),
                format!("they add up to {sum}, at most 1"),
            ));
        }
        self.raise
            .iter()
            .try_for_each(|bound| bound.check(&format!("{at}.raise")))?;
        self.cap
            .iter()
            .try_for_each(|bound| bound.check(&format!("{at}.cap")))?;
        self.scale
            .iter()
            .try_for_each(|scale| scale.check(&format!("{at}.scale")))?;
        self.decay_below_days.map_or(Ok(()), |days| {
            within(at, "decay_below_days", days as f64, 1.0, 60.0)
        })
    }

    /// Every trigger the policy names, with the key that names it.
    pub fn named_triggers(&self) -> Vec<(String, String)> {
        let key = |key: &str, when: &str| (key.to_string(), when.to_string());
        let mut all: Vec<(String, String)> = self
            .steps
            .iter()
            .map(|step| key("steps.when", &step.when))
            .collect();
        all.extend(
            self.raise
                .iter()
                .map(|bound| key("raise.when", &bound.when)),
        );
        all.extend(self.cap.iter().map(|bound| key("cap.when", &bound.when)));
        for layer in &self.layers {
            all.extend(
                layer
                    .triggers()
                    .map(|(at, when)| (format!("layers.{}.{at}", layer.name), when.to_string())),
            );
        }
        all
    }

    /// Every signal the policy reads itself, with the key that names it.
    pub fn named_signals(&self) -> Vec<(String, String)> {
        let scales = self
            .scale
            .iter()
            .map(|scale| ("scale.signal".to_string(), scale.signal.clone()));
        let tier = self
            .tier
            .named_signal()
            .map(|name| ("tier.signal".to_string(), name.to_string()));
        tier.into_iter()
            .chain(scales)
            .chain(self.layers.iter().filter_map(|l| {
                l.hurdle
                    .as_ref()
                    .map(|h| (format!("layers.{}.hurdle.signal", l.name), h.signal.clone()))
            }))
            .collect()
    }

    /// The signals and triggers of the policy.
    pub fn definitions(&self) -> SignalDefinitions {
        SignalDefinitions::new(&self.signals, &self.triggers)
    }

    fn check_names(&self, at: &str) -> Result<(), KeyError> {
        let definitions = self.definitions();
        definitions.check(at)?;
        for (key, name) in self.named_triggers() {
            definitions.check_trigger(&format!("{at}.{key}"), &Trigger::Named(name))?;
        }
        for (key, name) in self.named_signals() {
            let known = definitions.check_source(&format!("{at}.{key}"), &name);
            known.map_err(|error| match key.as_str() {
                "tier.signal" => error.with_hint("; a tier also knows vix, vx_front and vx30d"),
                _ => error,
            })?;
        }
        Ok(())
    }

    fn check_sales(&self, layer: &Layer, at: &str) -> Result<(), KeyError> {
        for into in layer.sell.iter().filter_map(|sale| sale.into.as_deref()) {
            if !self.layers.iter().any(|other| other.name == into) {
                let names: Vec<&str> = self.layers.iter().map(|l| l.name.as_str()).collect();
                let known = names.join(", ");
                return Err(KeyError::at(
                    format!("{at}.layers.{}.sell", layer.name),
                    format!("no layer {into:?} (there are: {known})"),
                ));
            }
        }
        Ok(())
    }

    /// The first key that makes the hedge depend on the rest of the account; see [`Layer::asks_account`].
    pub fn asks_account(&self) -> Option<&'static str> {
        let Hedge {
            name: _,
            title: _,
            summary: _,
            claims: _,
            budget_fraction_of_credit: _,
            budget: _,
            annual_cap: _,
            purse_cap_weeks: _,
            redeploy_salvage: _,
            tier: _,
            steps: _,
            raise: _,
            scale: _,
            decay_below_days: _,
            cap: _,
            signals: _,
            triggers: _,
            layers,
        } = self;
        layers.iter().find_map(Layer::asks_account)
    }

    /// Whether any leg is sold outright, which margin here does not cover: calls always, puts unless cash secures them.
    pub fn has_uncovered_short(&self) -> Option<&str> {
        self.layers
            .iter()
            .find(|layer| {
                let net = |right| {
                    let of = layer.legs.iter().filter(|l| l.right == right);
                    of.map(|l| l.side.sign() * l.ratio).sum::<i64>()
                };
                use market::contract::Right::{Call, Put};
                net(Call) < 0 || net(Put) < 0 && !layer.is_cash_secured()
            })
            .map(|layer| layer.name.as_str())
    }
}

/// Names become column names, folder names and legends: lower-case letters, digits and underscores.
pub fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 40
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}
