//! Why something was done, or not done: one closed list of codes for every decision and refusal.

/// A reason code. Its text form is what `decisions.csv` and `trades.csv` print and scripts match on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// The next session is an entry session and nothing stands against a new package.
    EntryDue,
    /// The next session is not an entry session of the cadence.
    NotEntrySession,
    /// As many packages of this tier are open as it may hold.
    MaxOpen,
    /// The policy has no hedge in this layer's regime: its weight is zero.
    WeightZero,
    /// The purse covers at least one whole unit at today's marks.
    PurseCovers,
    /// The purse does not cover one whole unit with costs.
    PurseShort,
    /// As many units of this layer are open as the policy allows.
    MaxUnits,
    /// No condor has been filled yet, so nothing has been credited to the purse.
    PurseEmpty,
    /// No listed expiry satisfies the expiry rule.
    NoExpiry,
    /// No listed strike lies within the delta tolerance.
    NoStrike,
    /// The snapshot cannot price the contract.
    NoPrice,
    /// Only quotes may trade, and a leg has none with both sides.
    NoTwoSidedQuote,
    /// The credit does not exceed the minimum after costs.
    CreditTooSmall,
    /// Not even one contract fits the size rule.
    SizeZero,
    /// Free funds after the fill and its costs would be below zero.
    MarginShort,
    /// The package would hold an uncovered short option, which must never occur.
    UncoveredShort,
    /// A signal the rule needs has no value yet; the rule holds back.
    SignalMissing,
    /// The position is held; no exit rule applies.
    Hold,
    /// The package is filled.
    Filled,
    /// Days to expiry reached the exit rule.
    DaysToExpiry,
    /// The part of its life after which it is left has passed.
    LifeElapsed,
    /// The profit target is reached.
    ProfitTarget,
    /// The loss reached the stop.
    StopLoss,
    /// The delta of the tested short strike reached the exit rule.
    TestedDelta,
    /// The value of the position reached a multiple of its cost.
    ProfitMultiple,
    /// A resting limit order was reached by the session's published extreme.
    LimitReached,
    /// Settled in cash at expiry.
    Expiry,
    /// Funds after variation fell below the maintenance margin of the futures.
    MarginCall,
    /// The window ended; closed at that day's marks with normal costs.
    WindowEnd,
    /// The position an order wanted to close no longer exists.
    AlreadyClosed,
    /// The layer's trigger does not hold.
    NotTriggered,
    /// No step of the activation holds, so the hedge has no weight.
    NoStep,
    /// The last purchase is too recent.
    CoolDown,
    /// Every slot of the layer holds a package.
    SlotsFull,
    /// What the policy may spend in a calendar year is spent.
    AnnualCap,
    /// The quoted width is too large a part of the price.
    Illiquid,
    /// The layer's return so far is below its hurdle.
    HurdleMissed,
    /// The size rule asks for no more than is held.
    TargetHeld,
    /// The net delta lies inside the corridor.
    CorridorHolds,
    /// The net delta left the corridor.
    CorridorLeft,
    /// A trigger asks to sell.
    TriggerSale,
    /// Sold to be bought again in another layer.
    Shifted,
    /// A trigger bars new condors.
    EntryBarred,
    /// The next session is an entry session, and a trigger asks for wider strikes.
    Widened,
    /// The rules of size ask for at least one unit, which the account pays.
    AccountPays,
    /// What is held is worth more than its share of the account.
    ShareExceeded,
    /// A trade log says so.
    Logged,
}

impl Reason {
    /// The code as scripts see it.
    pub fn code(self) -> &'static str {
        match self {
            Reason::EntryDue => "entry_due",
            Reason::NotEntrySession => "not_entry_session",
            Reason::MaxOpen => "max_open",
            Reason::WeightZero => "weight_zero",
            Reason::PurseCovers => "purse_covers",
            Reason::PurseShort => "purse_short",
            Reason::MaxUnits => "max_units",
            Reason::PurseEmpty => "purse_empty",
            Reason::NoExpiry => "no_expiry",
            Reason::NoStrike => "no_strike",
            Reason::NoPrice => "no_price",
            Reason::NoTwoSidedQuote => "no_two_sided_quote",
            Reason::CreditTooSmall => "credit_too_small",
            Reason::SizeZero => "size_zero",
            Reason::MarginShort => "margin_short",
            Reason::UncoveredShort => "uncovered_short",
            Reason::SignalMissing => "signal_missing",
            Reason::Hold => "hold",
            Reason::Filled => "filled",
            Reason::DaysToExpiry => "days_to_expiry",
            Reason::LifeElapsed => "life_elapsed",
            Reason::ProfitTarget => "profit_target",
            Reason::StopLoss => "stop_loss",
            Reason::TestedDelta => "tested_delta",
            Reason::ProfitMultiple => "profit_multiple",
            Reason::LimitReached => "limit_reached",
            Reason::Expiry => "expiry",
            Reason::MarginCall => "margin_call",
            Reason::WindowEnd => "window_end",
            Reason::AlreadyClosed => "already_closed",
            Reason::NotTriggered => "not_triggered",
            Reason::NoStep => "no_step",
            Reason::CoolDown => "cool_down",
            Reason::SlotsFull => "slots_full",
            Reason::AnnualCap => "annual_cap",
            Reason::Illiquid => "illiquid",
            Reason::HurdleMissed => "hurdle_missed",
            Reason::TargetHeld => "target_held",
            Reason::CorridorHolds => "corridor_holds",
            Reason::CorridorLeft => "corridor_left",
            Reason::TriggerSale => "trigger_sale",
            Reason::Shifted => "shifted",
            Reason::EntryBarred => "entry_barred",
            Reason::Widened => "widened",
            Reason::AccountPays => "account_pays",
            Reason::ShareExceeded => "share_exceeded",
            Reason::Logged => "logged",
        }
    }

    /// The reason in a trader's words, for `explain` and the report.
    pub fn words(self) -> &'static str {
        match self {
            Reason::EntryDue => "the next session is an entry session",
            Reason::NotEntrySession => "the next session is not an entry session",
            Reason::MaxOpen => "the tier already holds as many condors as it may",
            Reason::WeightZero => "the regime gives this layer no weight",
            Reason::PurseCovers => "the purse covers at least one unit with costs",
            Reason::PurseShort => "the purse does not cover one unit with costs",
            Reason::MaxUnits => "the layer already holds as many units as it may",
            Reason::PurseEmpty => "no condor has credited the purse yet",
            Reason::NoExpiry => "no listed expiry fits the rule",
            Reason::NoStrike => "no listed strike is close enough to the wanted delta",
            Reason::NoPrice => "the market gives no price for this contract",
            Reason::NoTwoSidedQuote => "a leg has no quote with both sides",
            Reason::CreditTooSmall => "the credit would not survive its own costs",
            Reason::SizeZero => "not even one contract fits the size rule",
            Reason::MarginShort => "free funds would fall below zero",
            Reason::UncoveredShort => "the package would hold an uncovered short option",
            Reason::SignalMissing => "a signal the rule needs has no value yet",
            Reason::Hold => "held",
            Reason::Filled => "filled",
            Reason::DaysToExpiry => "days to expiry reached the exit rule",
            Reason::LifeElapsed => "the part of its life it is held for has passed",
            Reason::ProfitTarget => "the profit target is reached",
            Reason::StopLoss => "the loss reached the stop",
            Reason::TestedDelta => "the tested short strike reached its delta limit",
            Reason::ProfitMultiple => "worth the wanted multiple of its cost",
            Reason::LimitReached => "the session's extreme reached the resting limit order",
            Reason::Expiry => "settled in cash at expiry",
            Reason::MarginCall => "futures fell below maintenance margin",
            Reason::WindowEnd => "the window ended",
            Reason::AlreadyClosed => "the position was gone before the order could trade",
            Reason::NotTriggered => "the layer's trigger does not hold",
            Reason::NoStep => "no step of the activation holds",
            Reason::CoolDown => "the last purchase of the layer is too recent",
            Reason::SlotsFull => "every slot of the layer is taken",
            Reason::AnnualCap => "the cap on the year's spending is reached",
            Reason::Illiquid => "the quote is too wide for its price",
            Reason::HurdleMissed => "the layer has not returned its cost of capital",
            Reason::TargetHeld => "the size rule asks for no more than is held",
            Reason::CorridorHolds => "the net delta lies inside its corridor",
            Reason::CorridorLeft => "the net delta left its corridor",
            Reason::TriggerSale => "a trigger asks to sell",
            Reason::Shifted => "sold to move the money into another layer",
            Reason::EntryBarred => "a trigger bars new condors",
            Reason::Widened => "an entry session, with wider strikes as a trigger asks",
            Reason::AccountPays => {
                "the rules of size ask for at least one unit, which the account pays"
            }
            Reason::ShareExceeded => "what is held is worth more than its share of the account",
            Reason::Logged => "the trade log says so",
        }
    }
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.code())
    }
}
