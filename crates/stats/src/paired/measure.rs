//! What one outcome says beside another.

use super::Outcome;
use crate::{defined, ratio};

/// A number that compares a hedged outcome with an unhedged one. Positive speaks for the hedge, except for the scales.
///
/// The same code serves the sample and every bootstrap draw. A draw in which a measure is undefined is left out of its
/// interval, which then is conditional: always print the number of undefined draws beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measure {
    /// `R = 1 - |MDD_h| / |MDD_u|` in USD (fraction); undefined if the unhedged book never falls.
    ///
    /// Fewer condors cut drawdown too, without any skill: R means something only net of
    /// [`Measure::SameDrawdownAdvantage`].
    DrawdownReduction,
    /// `P&L_h / P&L_u` (fraction); undefined unless the unhedged book earns.
    Retention,
    /// `P&L_h - P&L_u` (USD): what the hedge earned over the window.
    PnlDifference,
    /// `CVaR95_h - CVaR95_u` of daily P&L (USD per session).
    CvarDifference,
    /// The x in [0, 1] at which x times the unhedged book has the hedged drawdown: `|MDD_h| / |MDD_u|`.
    ///
    /// Undefined if the hedged drawdown exceeds the unhedged one or the unhedged book never falls.
    SameDrawdownScale,
    /// `P&L_h - x P&L_u` (USD) at [`Measure::SameDrawdownScale`]: is the hedge better than trading less?
    SameDrawdownAdvantage,
    /// The x in [0, 1] at which x times the unhedged book has the hedged P&L: `P&L_h / P&L_u`.
    ///
    /// Undefined unless the unhedged book earns and the hedged one earns no more than it and does not lose.
    SamePnlScale,
    /// `x |MDD_u| - |MDD_h|` (USD) at [`Measure::SamePnlScale`]: the drawdown saved against trading less.
    SamePnlAdvantage,
}

impl Measure {
    /// All measures, in the order of the report.
    pub const ALL: [Measure; 8] = [
        Measure::DrawdownReduction,
        Measure::Retention,
        Measure::PnlDifference,
        Measure::CvarDifference,
        Measure::SameDrawdownScale,
        Measure::SameDrawdownAdvantage,
        Measure::SamePnlScale,
        Measure::SamePnlAdvantage,
    ];

    /// This measure of a hedged outcome against an unhedged one; none where it is undefined.
    pub fn of(self, unhedged: &Outcome, hedged: &Outcome) -> Option<f64> {
        let value = match self {
            Measure::DrawdownReduction => {
                1.0 - ratio(hedged.max_drawdown_usd, unhedged.max_drawdown_usd)?
            }
            Measure::Retention if unhedged.pnl_usd > 0.0 => {
                ratio(hedged.pnl_usd, unhedged.pnl_usd)?
            }
            Measure::Retention => return None,
            Measure::PnlDifference => hedged.pnl_usd - unhedged.pnl_usd,
            Measure::CvarDifference => hedged.cvar95_usd - unhedged.cvar95_usd,
            Measure::SameDrawdownScale => {
                share(ratio(hedged.max_drawdown_usd, unhedged.max_drawdown_usd)?)?
            }
            Measure::SameDrawdownAdvantage => {
                let scale = Measure::SameDrawdownScale.of(unhedged, hedged)?;
                hedged.pnl_usd - scale * unhedged.pnl_usd
            }
            Measure::SamePnlScale => share(Measure::Retention.of(unhedged, hedged)?)?,
            Measure::SamePnlAdvantage => {
                let scale = Measure::SamePnlScale.of(unhedged, hedged)?;
                hedged.max_drawdown_usd - scale * unhedged.max_drawdown_usd
            }
        };
        defined(value)
    }
}

/// `x` if a book can be scaled down to it. No drawdown over some drawdown is -0.0, which would print its sign.
fn share(x: f64) -> Option<f64> {
    (0.0..=1.0).contains(&x).then_some(x.abs())
}
