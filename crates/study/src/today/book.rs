//! Packages in the words of a reader.

use ::book::event::{LegFill, PackageFill};
use ::book::portfolio::Package;
use engine::execution::Execution;
use engine::fill::width_of;
use engine::quotes::UnitQuote;
use market::history::MarketView;
use market::price::{Money, Price};
use policy::decision_context::PackageMark;
use tables::today::{Held, LegToday, UnitToday};

/// Legs with their signs as held.
pub fn legs_text(legs: &[LegFill]) -> String {
    let legs = legs
        .iter()
        .map(|leg| format!("{:+} {}", leg.quantity, leg.contract));
    legs.collect::<Vec<_>>().join(" | ")
}

/// An open package at its mark.
pub fn held(package: &Package, mark: &PackageMark) -> Held {
    let contract = &package.legs[0].contract;
    let money = |price: Price| (price * package.contracts).dollars(package.multiplier);
    let gained = if package.margined {
        package.variation + package.entry_slippage
    } else {
        money(package.entry_net) + money(mark.value)
    };
    Held {
        package: package.id.0,
        opened: package.opened,
        expiry: contract.expires(),
        days_left: contract.expires().map(|_| mark.days_left),
        contracts: package.contracts,
        legs: legs_text(&package.legs),
        entry_price: package.entry_net,
        mark: mark.value,
        pnl_usd: gained + package.entry_fees,
    }
}

/// One unit at the close of `view`; `charge` is what its purse would pay.
pub fn unit(
    quote: &UnitQuote,
    charge: Option<Money>,
    view: MarketView<'_>,
    execution: &Execution,
) -> UnitToday {
    let fill: &PackageFill = quote.one();
    let width = |leg: &LegFill| width_of(leg, view.today(), &execution.width);
    let leg = |leg: &LegFill| LegToday {
        contract: leg.contract.to_string(),
        quantity: leg.quantity,
        mid: leg.mid,
        width: width(leg),
        delta: leg.delta,
        source: leg.source.name().to_string(),
    };
    UnitToday {
        expiry: fill.legs[0].contract.expires(),
        legs: fill.legs.iter().map(leg).collect(),
        mid: fill.net_mid,
        price: fill.net,
        width: (fill.legs.iter())
            .map(|leg| width(leg) * leg.quantity.abs())
            .sum(),
        charge_usd: charge,
        margin_usd: quote.margin,
    }
}
