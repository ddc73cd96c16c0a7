//! What a trade of so many units moves, in numbers alone.

use book::portfolio::Ledger;
use market::price::{Money, Price};

use crate::fees::TenThousandths;

/// Money moved by a trade.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flow {
    /// Cash for the prices, before fees. A future pays only its slippage.
    pub cash: Money,
    /// The same at mid; nothing for a future.
    pub at_mid: Money,
    /// What the fill cost against mid (never positive).
    pub slippage: Money,
    /// Commissions and exchange fees of the whole trade, rounded once (never positive).
    pub fees: Money,
}

impl Flow {
    /// A trade of `contracts` units that bring `net` each, `net_mid` at mid, and cost `fee` each.
    #[inline]
    pub fn new(
        net: Price,
        net_mid: Price,
        fee: TenThousandths,
        contracts: i64,
        terms: Terms,
    ) -> Flow {
        // Most bought options expire worthless: nothing moves.
        if net == Price::ZERO && net_mid == Price::ZERO && fee == TenThousandths(0) {
            return Flow::default();
        }
        let slippage = ((net - net_mid) * contracts).dollars(terms.multiplier);
        let fees = -fee.times(contracts).to_money();
        if terms.margined {
            return Flow {
                cash: slippage,
                at_mid: Money::ZERO,
                slippage,
                fees,
            };
        }
        let cash = (net * contracts).dollars(terms.multiplier);
        Flow {
            cash,
            at_mid: cash - slippage,
            slippage,
            fees,
        }
    }

    /// Books it.
    #[inline]
    pub fn post(&self, cash: &mut Money, ledger: &mut Ledger) {
        *cash += self.cash + self.fees;
        ledger.flows_at_mid += self.at_mid;
        ledger.slippage += self.slippage;
        ledger.fees += self.fees;
    }
}

/// What a package is worth per point, and how it is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Dollar value of one point of one contract.
    pub multiplier: i64,
    /// A future: opening and closing move no premium, only variation.
    pub margined: bool,
}
