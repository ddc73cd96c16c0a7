//! Condors and margins against closed forms computed elsewhere (`tests/data`).

use book::event::LegFill;
use book::portfolio::Package;
use engine::admit::defined_risk_margin;
use engine::naked_margin::naked_index_margin;
use market::contract::Right;
use market::price::{Money, Price};

use crate::support::spx_leg;

/// A table as rows of cells by column.
fn rows(name: &str) -> Vec<std::collections::BTreeMap<String, String>> {
    let path = format!("{}/tests/data/{name}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"));
    let mut lines = text.lines();
    let columns: Vec<&str> = lines.next().expect("a header").split(',').collect();
    lines
        .map(|l| {
            columns
                .iter()
                .map(ToString::to_string)
                .zip(l.split(',').map(str::to_string))
                .collect()
        })
        .collect()
}

fn leg(right: Right, strike: f64, quantity: i64) -> LegFill {
    spx_leg(right, Price::from_points(strike), quantity)
}

#[test]
fn condor_payoff_margin_and_buying_power_equal_the_reference() {
    let table = rows("condor.csv");
    assert_eq!(table.len(), 53);
    for row in &table {
        let n = |c: &str| row[c].parse::<f64>().unwrap_or_else(|e| panic!("{c}: {e}"));
        let legs = [
            leg(Right::Put, n("k_put_long"), 1),
            leg(Right::Put, n("k_put_short"), -1),
            leg(Right::Call, n("k_call_short"), -1),
            leg(Right::Call, n("k_call_long"), 1),
        ];
        let (contracts, credit) = (n("contracts") as i64, Price::from_points(n("credit")));
        let payoff: Price = legs
            .iter()
            .map(|l| l.contract.payoff(Price::from_points(n("settle"))) * l.quantity)
            .sum();
        let id = &row["id"];
        assert_eq!(payoff, Price::from_points(n("payoff_points")), "row {id}");
        assert_eq!(
            ((payoff + credit) * contracts).dollars(100),
            Money::from_usd(n("pnl_usd")),
            "row {id}"
        );
        let margin = defined_risk_margin(&legs, 100).expect("covered") * contracts;
        assert_eq!(margin, Money::from_usd(n("margin_usd")), "row {id}");
        let buying_power = margin - (credit * contracts).dollars(100);
        assert_eq!(
            buying_power,
            Money::from_usd(n("buying_power_usd")),
            "row {id}"
        );
        let worst = ((Package::worst_payoff(&legs) + credit) * contracts).dollars(100);
        assert_eq!(-worst, Money::from_usd(n("max_loss_usd")), "row {id}");
    }
}

#[test]
fn uncovered_margin_equals_the_reference() {
    for row in &rows("naked_margin.csv") {
        let n = |c: &str| row[c].parse::<f64>().unwrap_or_else(|e| panic!("{c}: {e}"));
        let right = if row["cp"] == "C" {
            Right::Call
        } else {
            Right::Put
        };
        let points = |c: &str| Price::from_points(n(c));
        let found = naked_index_margin(right, points("index"), points("strike"), points("premium"));
        assert_eq!(
            found,
            Money::from_usd(n("margin_usd_per_contract")),
            "row {}",
            row["id"]
        );
    }
}
