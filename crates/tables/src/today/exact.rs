//! Exact money and prices as JSON numbers.

use serde::Serializer;

use crate::{Money, Price};

pub fn usd<S: Serializer>(money: &Money, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_f64(money.usd())
}

pub fn maybe_usd<S: Serializer>(money: &Option<Money>, to: S) -> Result<S::Ok, S::Error> {
    match money {
        Some(money) => usd(money, to),
        None => to.serialize_none(),
    }
}

pub fn points<S: Serializer>(price: &Price, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_f64(price.points())
}

pub fn maybe_points<S: Serializer>(price: &Option<Price>, to: S) -> Result<S::Ok, S::Error> {
    match price {
        Some(price) => points(price, to),
        None => to.serialize_none(),
    }
}
