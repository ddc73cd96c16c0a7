//! One layer of a hedge: what it buys, when, how much, and how it is sold.

use market::contract::Right;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::condor::Cadence;
use crate::rule::{
    ExitRule, ExpiryRule, Opens, StrikeRule, Underlying, check_exits, first_set, within,
};
use crate::select::{LegRule, Side, Template};
use crate::size::SizeRule;

/// One layer of a hedge.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
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
    /// Option legs of one unit; none for a future, nor for a fund, which is bought by the share.
    #[serde(default)]
    pub legs: Vec<LegRule>,
    /// `long` or `short`: needed for a future, long where a fund names none; option legs carry their own side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub future_side: Option<Side>,
    /// At most this many units are open at once; without it only the purse and the margin limit the layer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_open_units: Option<i64>,
    /// Who pays: the layer's purse if absent.
    #[serde(default, skip_serializing_if = "PaidFrom::is_purse")]
    pub paid_from: PaidFrom,
    /// On which sessions purchases are filled; each if absent. It is decided the session before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<Cadence>,
    /// The trigger that must hold at the decision; without it the layer buys whenever its purse pays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// Sessions from one purchase of the layer to the next, at least; none if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cool_down_sessions: Option<u32>,
    /// The layer holds so many packages at most, each paid with its part of the purse: staggered entries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slots: Option<u32>,
    /// Liquidity guard: the full quoted width of a unit over its mid, at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_width_fraction_of_mid: Option<f64>,
    /// What the purse is charged for the time its money is bound: bill rate plus this spread (per year) to expiry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub financing_spread: Option<f64>,
    /// Return the layer must have earned so far to go on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hurdle: Option<Hurdle>,
    /// Rules of size beside the purse; the smallest answer counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub size: Vec<SizeRule>,
    /// A corridor for the delta of the whole book, kept by buying and selling this layer's futures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corridor: Option<Corridor>,
    /// When to sell the whole package; with no rule, units are held to settlement.
    #[serde(default)]
    pub exit: Vec<ExitRule>,
    /// When to sell a part of it, and what becomes of the money.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sell: Vec<Sale>,
}

/// Who pays for what a layer buys, and for what it sells at a loss.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaidFrom {
    /// Its purse, which condors and `budget` fill.
    #[default]
    Purse,
    /// The account: only the rules of `size`, the margin and the annual cap limit the layer, which has no purse.
    Account,
}

impl PaidFrom {
    fn is_purse(&self) -> bool {
        *self == PaidFrom::Purse
    }
}

/// Sells a part of each package of the layer. The first sale that applies on a session is the only one; limit orders rest
/// beside each other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sale {
    /// The trigger at which to sell; with `multiple` both are asked for. One of the two must be there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// The multiple of its opening debit a package must be worth at mid. Each package is sold by it once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub multiple: Option<f64>,
    /// Part of the units then held that is sold, rounded up to whole units.
    pub fraction: f64,
    /// Sessions from one sale of a package by trigger to the next, at least.
    #[serde(default = "one")]
    pub every_sessions: u32,
    /// The layer whose purse receives the proceeds; without it they follow `redeploy_salvage`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub into: Option<String>,
    /// How a sale at a multiple is made: at the close after it is reached, or by an order that rests all day.
    #[serde(default, skip_serializing_if = "SaleOrder::is_close")]
    pub order: SaleOrder,
}

/// How a sale at a multiple is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SaleOrder {
    /// Decided at a close, filled at the next.
    #[default]
    Close,
    /// A limit order at the multiple rests every session and fills at its limit where the session's published extreme
    /// reaches it (docs/model.md#resting-orders); else as `close`.
    Limit,
}

impl SaleOrder {
    fn is_close(&self) -> bool {
        *self == SaleOrder::Close
    }
}

fn one() -> u32 {
    1
}

/// A band for the delta of the book in dollars per index point, VIX futures by their beta to the index (docs/claims.md, row I5).
/// Outside it futures are bought or sold back to its edge. Only long futures are held: short ones would be naked short
/// volatility.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Corridor {
    /// Half-width, as a fraction of the open condors' short-strike delta: `100 x contracts x short_delta`.
    pub band: f64,
    /// The trigger that narrows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tighten_when: Option<String>,
    /// What the band is then multiplied by.
    #[serde(default = "full")]
    pub tighten_to: f64,
}

fn full() -> f64 {
    1.0
}

/// The money-weighted return of the layer so far must reach a signal, once it has one (docs/model.md#valuation-and-cost-of-capital, docs/claims.md, row Z11). It has
/// none before the first gain or while every flow has one sign; then nothing is held back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Hurdle {
    /// The signal with the wanted return (per year, 0.08 is 8 %).
    pub signal: String,
}

impl Layer {
    /// What to look for.
    pub fn template(&self) -> Template {
        Template {
            underlying: self.underlying,
            expiry: self.expiry,
            legs: self.legs.clone(),
            future_side: self.future_side.unwrap_or(Side::Long),
            max_width_fraction_of_mid: self.max_width_fraction_of_mid,
        }
    }

    /// The first key that makes the layer depend on the rest of the account, or on its own past; none if it buys with its
    /// purse at every chance and keeps what it bought to its exit.
    ///
    /// Every key is named, so that a new one does not compile before somebody says which kind it is.
    pub fn asks_account(&self) -> Option<&'static str> {
        let Layer {
            name: _,
            share: _,
            underlying,
            expiry: _,
            legs: _,
            future_side,
            max_open_units: _,
            paid_from,
            entry,
            when: _,
            cool_down_sessions,
            slots,
            max_width_fraction_of_mid: _,
            financing_spread,
            hurdle,
            size,
            corridor,
            exit: _,
            sell,
        } = self;
        let is_short_fund = underlying.is_fund() && *future_side == Some(Side::Short);
        let keys = [
            (is_short_fund, "layers.future_side"),
            (*paid_from != PaidFrom::Purse, "layers.paid_from"),
            (entry.is_some(), "layers.entry"),
            (cool_down_sessions.is_some(), "layers.cool_down_sessions"),
            (slots.is_some(), "layers.slots"),
            (financing_spread.is_some(), "layers.financing_spread"),
            (hurdle.is_some(), "layers.hurdle"),
            (!size.is_empty(), "layers.size"),
            (corridor.is_some(), "layers.corridor"),
            (!sell.is_empty(), "layers.sell"),
        ];
        first_set(&keys)
    }

    /// Whether the weight of the hedge scales the money a purchase may cost, and not what a size rule asks for.
    pub fn spends_by_weight(&self) -> bool {
        self.size.is_empty() && self.corridor.is_none()
    }

    /// Every trigger the layer names, with the key that names it.
    pub fn triggers(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let corridor = self
            .corridor
            .iter()
            .filter_map(|c| c.tighten_when.as_deref());
        let sales = self.sell.iter().filter_map(|s| s.when.as_deref());
        let when = self.when.as_deref().into_iter().map(|name| ("when", name));
        when.chain(corridor.map(|name| ("corridor.tighten_when", name)))
            .chain(sales.map(|name| ("sell.when", name)))
    }

    pub(crate) fn check(&self, at: &str) -> Result<(), String> {
        within(at, "share", self.share, 0.0, 1.0)?;
        self.expiry.check(&format!("{at}.expiry"))?;
        self.check_legs(at)?;
        if let Some(units) = self.max_open_units {
            within(at, "max_open_units", units as f64, 1.0, 1e6)?;
        }
        if let Some(sessions) = self.cool_down_sessions {
            within(at, "cool_down_sessions", f64::from(sessions), 1.0, 252.0)?;
        }
        if let Some(slots) = self.slots {
            within(at, "slots", f64::from(slots), 1.0, 100.0)?;
        }
        if let Some(width) = self.max_width_fraction_of_mid {
            within(at, "max_width_fraction_of_mid", width, 0.001, 2.0)?;
        }
        if let Some(spread) = self.financing_spread {
            within(at, "financing_spread", spread, 0.0, 1.0)?;
        }
        self.size
            .iter()
            .try_for_each(|rule| rule.check(&format!("{at}.size")))?;
        let sells = self.legs.iter().any(|leg| leg.side == Side::Short);
        check_exits(&format!("{at}.exit"), &self.exit, self.opens(), sells)?;
        if let Some(entry) = self.entry {
            entry.check(&format!("{at}.entry"))?;
        }
        self.check_corridor(at)?;
        self.check_account(at)?;
        self.sell
            .iter()
            .enumerate()
            .try_for_each(|(i, sale)| sale.check(&format!("{at}.sell[{i}]")))?;
        if self.legs.is_empty() && self.sell.iter().any(|sale| sale.order == SaleOrder::Limit) {
            return Err(format!(
                "{at}.sell: order \"limit\" is for options; futures and funds are sold at a close"
            ));
        }
        if self.sell.len() > 8 {
            return Err(format!("{at}.sell: {} sales, at most 8", self.sell.len()));
        }
        Ok(())
    }

    /// What a unit is opened for. Without a sold option, or where each one lies further from the money than the bought one
    /// before it, it is a debit.
    fn opens(&self) -> Opens {
        if self.underlying == Underlying::Vx {
            return Opens::ForNothing;
        }
        if self.underlying.is_fund() {
            return match self.future_side {
                Some(Side::Short) => Opens::ForCredit,
                _ => Opens::ForDebit,
            };
        }
        let is_covered = |at: usize| {
            let Some(bought) = at.checked_sub(1).map(|before| self.legs[before]) else {
                return false;
            };
            let sold = self.legs[at];
            let is_further = match sold.strike {
                StrikeRule::OffsetFromPrevious { points } => match sold.right {
                    Right::Put => points < 0.0,
                    Right::Call => points > 0.0,
                },
                _ => false,
            };
            is_further
                && bought.side == Side::Long
                && bought.right == sold.right
                && bought.ratio >= sold.ratio
        };
        let mut places = 0..self.legs.len();
        match places.all(|at| self.legs[at].side == Side::Long || is_covered(at)) {
            true => Opens::ForDebit,
            false => Opens::Either,
        }
    }

    fn check_legs(&self, at: &str) -> Result<(), String> {
        let is_future = self.underlying == Underlying::Vx;
        let is_fund = self.underlying.is_fund();
        if (is_future || is_fund) != self.legs.is_empty() {
            return Err(format!(
                "{at}: a future or fund has no option legs, every other class needs at least one"
            ));
        }
        if is_fund != (self.expiry == ExpiryRule::Never) {
            return Err(format!(
                "{at}.expiry: rule \"never\" must be given for a fund, and only for a fund"
            ));
        }
        if is_fund
            && self.exit.iter().any(|rule| {
                matches!(
                    rule,
                    ExitRule::DaysToExpiry { .. } | ExitRule::LifeElapsed { .. }
                )
            })
        {
            return Err(format!(
                "{at}.exit: days_to_expiry and life_elapsed mean nothing for a fund, which has no expiry"
            ));
        }
        if is_future && self.future_side.is_none() {
            return Err(format!(
                "{at}: future_side must be given for a future: \"long\" or \"short\""
            ));
        }
        if self.future_side.is_some() && !is_future && !is_fund {
            return Err(format!(
                "{at}: future_side is for futures and funds; option legs carry their own side"
            ));
        }
        if self.legs.len() > 4 {
            return Err(format!("{at}.legs: {} legs, at most 4", self.legs.len()));
        }
        for (index, leg) in self.legs.iter().enumerate() {
            let leg_at = format!("{at}.legs[{index}]");
            leg.strike.check(&leg_at, index == 0)?;
            let is_spx = matches!(self.underlying, Underlying::Spx | Underlying::Spxw);
            if matches!(leg.strike, StrikeRule::AtOrBelow { .. }) && !is_spx {
                return Err(format!(
                    "{leg_at}: strike at_or_below is measured on the S&P 500, for spx and spxw options"
                ));
            }
            within(&leg_at, "ratio", leg.ratio as f64, 1.0, 10.0)?;
        }
        Ok(())
    }

    fn check_account(&self, at: &str) -> Result<(), String> {
        if self.paid_from == PaidFrom::Account && self.size.is_empty() {
            return Err(format!(
                "{at}: paid_from \"account\" needs rules of `size`: without a purse nothing else limits it"
            ));
        }
        if self.paid_from == PaidFrom::Account
            && (self.financing_spread.is_some() || self.slots.is_some())
        {
            return Err(format!(
                "{at}: financing_spread and slots divide a purse; paid_from \"account\" has none"
            ));
        }
        let has = |rule: fn(&SizeRule) -> bool| self.size.iter().any(rule);
        if has(|rule| matches!(rule, SizeRule::CashSecured { .. }))
            && self.legs.iter().all(|l| l.side == Side::Long)
        {
            return Err(format!(
                "{at}.size: cash_secured is for option legs that are sold; every leg here is long"
            ));
        }
        if has(|rule| matches!(rule, SizeRule::AccountShare { .. })) && !self.is_held_as_worth() {
            return Err(format!(
                "{at}.size: account_share is for funds held long, the only rule of its layer"
            ));
        }
        Ok(())
    }

    /// Whether units of the layer are worth their price: a fund held long, sized by its worth alone.
    fn is_held_as_worth(&self) -> bool {
        self.underlying.is_fund() && self.future_side != Some(Side::Short) && self.size.len() == 1
    }

    /// Whether cash pays every option the layer sells at its worst.
    pub fn is_cash_secured(&self) -> bool {
        self.size
            .iter()
            .any(|rule| matches!(rule, SizeRule::CashSecured { .. }))
    }

    fn check_corridor(&self, at: &str) -> Result<(), String> {
        let Some(corridor) = &self.corridor else {
            return Ok(());
        };
        let at = format!("{at}.corridor");
        if self.underlying != Underlying::Vx || self.future_side != Some(Side::Long) {
            return Err(format!(
                "{at}: a corridor is kept with long futures only: underlying \"vx\", future_side \"long\""
            ));
        }
        if !self.size.is_empty() {
            return Err(format!(
                "{at}: the corridor is the size; `size` must be left out"
            ));
        }
        within(&at, "band", corridor.band, 0.0, 10.0)?;
        within(&at, "tighten_to", corridor.tighten_to, 0.0, 1.0)?;
        if corridor.tighten_when.is_none() && corridor.tighten_to != 1.0 {
            return Err(format!("{at}: tighten_to needs tighten_when"));
        }
        Ok(())
    }
}

impl Sale {
    fn check(&self, at: &str) -> Result<(), String> {
        if self.when.is_none() && self.multiple.is_none() {
            return Err(format!("{at}: `when`, `multiple` or both must be given"));
        }
        if self.order == SaleOrder::Limit && (self.multiple.is_none() || self.when.is_some()) {
            return Err(format!(
                "{at}: order \"limit\" rests at a `multiple`, and a resting order knows no `when`"
            ));
        }
        if let Some(multiple) = self.multiple {
            within(at, "multiple", multiple, 1.0, 1000.0)?;
        }
        within(
            at,
            "every_sessions",
            f64::from(self.every_sessions),
            1.0,
            252.0,
        )?;
        within(at, "fraction", self.fraction, 0.01, 1.0)
    }

    /// Units to sell of so many.
    pub fn units(&self, held: i64) -> i64 {
        ((held as f64 * self.fraction).ceil() as i64).clamp(1, held)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is said of an exit of a layer with these legs.
    fn exit(legs: &str, rule: &str) -> Result<(), String> {
        let text = format!(
            "name = \"l\"\nshare = 1.0\nunderlying = \"spxw\"\n\
             expiry = {{ rule = \"first\", min_days = 20, max_days = 50 }}\nlegs = [{legs}]\nexit = [{{ {rule} }}]"
        );
        let layer: Layer = toml::from_str(&text).expect("a layer");
        layer.check("at")
    }

    #[test]
    fn an_exit_that_can_never_apply_is_refused() {
        let delta = |side: &str, delta: f64| {
            format!(
                "{{ side = \"{side}\", right = \"put\", strike = {{ by = \"delta\", delta = {delta}, tolerance = 0.1 }} }}"
            )
        };
        let below = |points: f64| {
            format!(
                "{{ side = \"short\", right = \"put\", strike = {{ by = \"offset_from_previous\", points = {points} }} }}"
            )
        };
        let stop = "kind = \"stop_loss\", multiple_of_credit = 2.0";
        let target = "kind = \"profit_target\", fraction_of_credit = 0.5";
        let multiple = "kind = \"profit_multiple\", at_least = 2.0";
        let tested = "kind = \"tested_delta\", at_least = 0.5";
        let bought = delta("long", 0.2);
        let spread = format!("{bought}, {}", below(-50.0));
        let ratio = format!("{bought}, {}", delta("short", 0.1));
        let credit = format!("{bought}, {}", below(50.0));
        for (legs, rule, is_allowed) in [
            (&bought, stop, false),
            (&bought, target, false),
            (&bought, multiple, true),
            (&bought, tested, false),
            (&spread, stop, false),
            (&spread, multiple, true),
            (&spread, tested, true),
            (&credit, stop, true),
            (&credit, target, true),
            (&ratio, stop, true),
            (&ratio, multiple, true),
        ] {
            let said = exit(legs, rule);
            assert_eq!(said.is_ok(), is_allowed, "{legs} {rule}: {said:?}");
            if let Err(message) = said {
                assert!(message.contains("never applies"), "{message}");
            }
        }
    }

    #[test]
    fn a_weekday_without_sessions_is_refused() {
        for (day, is_allowed) in [("mon", true), ("fri", true), ("sat", false), ("sun", false)] {
            let cadence: Cadence =
                toml::from_str(&format!("every = \"week\"\nweekday = \"{day}\"")).expect("a day");
            assert_eq!(cadence.check("at").is_ok(), is_allowed, "{day}");
        }
    }

    /// The message of a layer made of these lines, which must be wrong.
    fn refused(lines: &str) -> String {
        let text = format!("name = \"a\"\nshare = 0.0\npaid_from = \"account\"\n{lines}");
        let layer: Layer = toml::from_str(&text).expect("a layer");
        layer.check("layer").expect_err(lines)
    }

    #[test]
    fn a_book_without_a_purse_needs_a_size_that_means_something() {
        let put = "underlying = \"spx\"\nexpiry = { rule = \"first\", min_days = 20, max_days = 40 }\n\
                   legs = [{ side = \"SIDE\", right = \"put\", strike = { by = \"at_or_below\", ratio = 1.0 } }]\n";
        let (short, long) = (put.replace("SIDE", "short"), put.replace("SIDE", "long"));
        assert!(refused(&short).contains("needs rules of `size`"));
        let secured = "size = [{ by = \"cash_secured\", fraction = 1.0 }]";
        assert!(refused(&format!("{long}{secured}")).contains("every leg here is long"));
        assert!(refused(&format!("{short}slots = 1\n{secured}")).contains("divide a purse"));
        assert!(
            refused(&format!(
                "{short}size = [{{ by = \"account_share\", fraction = 0.5 }}]"
            ))
            .contains("funds held long")
        );
        assert!(
            refused(&format!(
                "{short}size = [{{ by = \"cash_secured\", fraction = 1.5 }}]"
            ))
            .contains("0 to 1")
        );
        let vix = short.replace("spx", "vix");
        assert!(refused(&format!("{vix}{secured}")).contains("for spx and spxw options"));
    }
}
