//! The published series that prices rest on: their names, rules, sources and usual ages.

use super::StandIn;
use crate::observations::names;

/// A published series that prices rest on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Input {
    /// VIX close.
    Vix,
    /// Nine-day VIX close.
    Vix9d,
    /// Three-month VIX close.
    Vix3m,
    /// Six-month VIX close.
    Vix6m,
    /// Cboe SKEW close.
    Skew,
    /// VIX of VIX close.
    Vvix,
    /// Overnight rate.
    Overnight,
    /// One-month bill yield.
    Bill1Month,
    /// Three-month bill yield.
    Bill3Months,
    /// Six-month bill yield.
    Bill6Months,
    /// One-year bill yield.
    Bill1Year,
    /// S&P 500 open.
    SpxOpen,
    /// VIX open.
    VixOpen,
    /// Daily settlements of VIX futures.
    Vx,
    /// Final settlement values of VIX futures and options.
    Vro,
    /// Release calendar, where release days weigh more.
    Releases,
}

impl Input {
    /// Every input, in order.
    pub const ALL: [Input; 16] = [
        Input::Vix,
        Input::Vix9d,
        Input::Vix3m,
        Input::Vix6m,
        Input::Skew,
        Input::Vvix,
        Input::Overnight,
        Input::Bill1Month,
        Input::Bill3Months,
        Input::Bill6Months,
        Input::Bill1Year,
        Input::SpxOpen,
        Input::VixOpen,
        Input::Vx,
        Input::Vro,
        Input::Releases,
    ];

    /// The four bill yields, by term.
    pub const BILLS: [Input; 4] = [
        Input::Bill1Month,
        Input::Bill3Months,
        Input::Bill6Months,
        Input::Bill1Year,
    ];

    /// Its series in a dataset, and its key in a run file.
    pub fn name(self) -> &'static str {
        match self {
            Input::Vix => names::VIX,
            Input::Vix9d => names::VIX9D,
            Input::Vix3m => names::VIX3M,
            Input::Vix6m => names::VIX6M,
            Input::Skew => names::SKEW,
            Input::Vvix => names::VVIX,
            Input::Overnight => names::OVERNIGHT,
            Input::Bill1Month => names::BILLS[0].0,
            Input::Bill3Months => names::BILLS[1].0,
            Input::Bill6Months => names::BILLS[2].0,
            Input::Bill1Year => names::BILLS[3].0,
            Input::SpxOpen => names::SPX_OPEN,
            Input::VixOpen => names::VIX_OPEN,
            Input::Vx => "vx",
            Input::Vro => "vro",
            Input::Releases => "releases",
        }
    }

    /// The rule that may stand in for it, as a run file spells it, and what it means; `None` where only a number can.
    pub fn rule(self) -> Option<(&'static str, &'static str)> {
        match self {
            Input::Vix | Input::Skew | Input::Vvix | Input::Overnight => None,
            Input::Vix9d | Input::Vix6m => Some(("curve", "the curve through the other indices")),
            Input::Vix3m => Some(("vix", "the level of VIX")),
            Input::Bill1Month | Input::Bill3Months | Input::Bill6Months | Input::Bill1Year => {
                Some(("curve", "the curve through the other yields"))
            }
            Input::SpxOpen | Input::VixOpen => Some(("close", "the close before")),
            Input::Vx => Some(("model", "the model of VIX futures")),
            Input::Vro => Some(("vix_open", "the open of VIX")),
            Input::Releases => Some(("none", "no extra variance")),
        }
    }

    /// Whether a number may stand in for it.
    pub fn takes_number(self) -> bool {
        matches!(
            self,
            Input::Skew
                | Input::Vvix
                | Input::Overnight
                | Input::Bill1Month
                | Input::Bill3Months
                | Input::Bill6Months
                | Input::Bill1Year
        )
    }

    /// Whether a value may be carried to later sessions: of closes and yields, not of what belongs to its own day.
    pub fn has_age(self) -> bool {
        !matches!(
            self,
            Input::SpxOpen | Input::VixOpen | Input::Vx | Input::Vro | Input::Releases
        )
    }

    /// Where a reader gets it.
    pub fn source(self) -> &'static str {
        match self {
            Input::Vix | Input::VixOpen => "Cboe's VIX_History.csv",
            Input::Vix9d => "Cboe's VIX9D_History.csv",
            Input::Vix3m => "Cboe's VIX3M_History.csv",
            Input::Vix6m => "Cboe's VIX6M_History.csv",
            Input::Skew => "Cboe's SKEW_History.csv",
            Input::Vvix => "Cboe's VVIX_History.csv",
            Input::Overnight => "FRED's DFF.csv",
            Input::Bill1Month => "FRED's DGS1MO.csv",
            Input::Bill3Months => "FRED's DGS3MO.csv",
            Input::Bill6Months => "FRED's DGS6MO.csv",
            Input::Bill1Year => "FRED's DGS1.csv",
            Input::SpxOpen => "Yahoo's daily file of ^GSPC",
            Input::Vx | Input::Vro => "CFE's file of each contract, such as VX_2022-06-15.csv",
            Input::Releases => "a file of release dates (docs/formats.md)",
        }
    }

    /// The entry of a run file that lets something stand in for it; `None` where nothing may.
    pub fn key(self) -> Option<&'static str> {
        Some(match self {
            Input::Vix => return None,
            Input::Vix9d => "vix9d = \"curve\"",
            Input::Vix3m => "vix3m = \"vix\"",
            Input::Vix6m => "vix6m = \"curve\"",
            Input::Skew => "skew = 135.0",
            Input::Vvix => "vvix = 90.0",
            Input::Overnight => "dff = 0.0",
            Input::Bill1Month => "dgs1mo = \"curve\"",
            Input::Bill3Months => "dgs3mo = \"curve\"",
            Input::Bill6Months => "dgs6mo = \"curve\"",
            Input::Bill1Year => "dgs1 = \"curve\"",
            Input::SpxOpen => "spx_open = \"close\"",
            Input::VixOpen => "vix_open = \"close\"",
            Input::Vx => "vx = \"model\"",
            Input::Vro => "vro = \"vix_open\"",
            Input::Releases => "releases = \"none\"",
        })
    }

    /// How old a value may be where nothing else is said: a session for closes, five for yields, which have bank holidays.
    pub(super) fn usual_age(self) -> u32 {
        match self {
            _ if !self.has_age() => 0,
            Input::Overnight
            | Input::Bill1Month
            | Input::Bill3Months
            | Input::Bill6Months
            | Input::Bill1Year => 5,
            _ => 1,
        }
    }

    /// What stands in where everything is allowed.
    pub(super) fn last_resort(self) -> Option<StandIn> {
        match self {
            Input::Vix => None,
            Input::Skew => Some(StandIn::Number(135.0)),
            Input::Vvix => Some(StandIn::Number(90.0)),
            Input::Overnight => Some(StandIn::Number(0.0)),
            _ => Some(StandIn::Rule),
        }
    }
}
