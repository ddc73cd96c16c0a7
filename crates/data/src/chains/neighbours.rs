//! Quotes against the other strikes of their expiry and moment: what contradicts them, and what only stands out.

use std::cmp::Ordering;

use market::chain::{Quoted, contradictory};
use market::contract::Right;
use market::price::Price;

use super::ChainQuote;

/// A quote that does not go with the other strikes.
pub(super) struct Odd {
    /// Its place.
    pub at: usize,
    /// Code of the finding.
    pub code: &'static str,
    /// What would be allowed.
    pub allowed: &'static str,
}

/// Both codes, with what they allow.
const CONTRADICTORY: (&str, &str) = (
    "chain_contradictory",
    "one that pays for nothing beside no other strike; kept, and never a price",
);
const OFF: (&str, &str) = (
    "chain_off_neighbours",
    "a bid and an ask near those of a neighbouring strike; kept",
);

/// A side of a quote beyond those of both neighbouring strikes by more than this part of it, and by more than this (points).
/// True closing chains have such quotes among strikes that are far apart: 1 in 5,000.
const BEYOND: (f64, f64) = (0.25, 1.0);

/// The quotes of a session that do not go with their neighbours, in order.
pub(super) fn odd(quotes: &[ChainQuote]) -> Vec<Odd> {
    let mut order: Vec<usize> = (0..quotes.len()).collect();
    order.sort_by(|a, b| {
        let a = &quotes[*a];
        let b = &quotes[*b];
        ladder(a, b).then(a.strike.total_cmp(&b.strike))
    });
    let mut found = Vec::new();
    let same = |a: &usize, b: &usize| expiry(&quotes[*a], &quotes[*b]).is_eq();
    for of_expiry in order.chunk_by(same) {
        two_sided(quotes, of_expiry, &mut found);
    }
    for strikes in order.chunk_by(|a: &usize, b: &usize| ladder(&quotes[*a], &quotes[*b]).is_eq()) {
        standing_out(quotes, strikes, &mut found);
    }
    found.sort_by_key(|odd| (odd.at, odd.code));
    found.dedup_by_key(|odd| (odd.at, odd.code));
    found
}

/// Moment, root and expiry.
fn expiry(a: &ChainQuote, b: &ChainQuote) -> Ordering {
    (a.expiry, &a.root, &a.quote_time, &a.kind).cmp(&(b.expiry, &b.root, &b.quote_time, &b.kind))
}

/// The same with call and put apart, calls first.
fn ladder(a: &ChainQuote, b: &ChainQuote) -> Ordering {
    expiry(a, b).then(b.is_call.cmp(&a.is_call))
}

fn two_sided(quotes: &[ChainQuote], places: &[usize], found: &mut Vec<Odd>) {
    let mut kept = Vec::with_capacity(places.len());
    let mut sides = Vec::with_capacity(places.len());
    for at in places {
        let quote = &quotes[*at];
        let (Some(bid), Some(ask)) = (quote.bid, quote.ask) else {
            continue;
        };
        if !(ask > 0.0 && bid <= ask) {
            continue;
        }
        let right = if quote.is_call {
            Right::Call
        } else {
            Right::Put
        };
        let quoted = Quoted {
            bid: Price::from_points(bid),
            ask: Price::from_points(ask),
        };
        kept.push(*at);
        sides.push(((right, Price::from_points(quote.strike)), quoted));
    }
    let (code, allowed) = CONTRADICTORY;
    found.extend(contradictory(&sides).into_iter().map(|i| Odd {
        at: kept[i],
        code,
        allowed,
    }));
}

fn standing_out(quotes: &[ChainQuote], places: &[usize], found: &mut Vec<Odd>) {
    let (code, allowed) = OFF;
    for side in [|q: &ChainQuote| q.bid, |q: &ChainQuote| q.ask] {
        let prices: Vec<(usize, f64)> = places
            .iter()
            .filter_map(|at: &usize| Some((*at, side(&quotes[*at]).filter(|price| *price > 0.0)?)))
            .collect();
        for three in prices.windows(3) {
            let [before, (at, price), after] = [three[0], three[1], three[2]];
            let a = price - before.1;
            let b = price - after.1;
            let beyond = if a * b > 0.0 {
                a.abs().min(b.abs())
            } else {
                0.0
            };
            let scale = price.max(before.1.min(after.1));
            if beyond > BEYOND.1 && beyond > BEYOND.0 * scale {
                found.push(Odd { at, code, allowed });
            }
        }
    }
}
