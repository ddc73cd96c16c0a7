//! Chains: cleaning, parity, the slice through the quotes.

use chrono::NaiveDate;
use market::chain::{ChainDay, Finding, RawQuote, SessionQuotes};
use market::contract::{Contract, Right, Root, Settlement};
use market::price::Price;
use market::surface::{IndexLevels, ModelParams, Slice, TermStructure};

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn model(expiry: NaiveDate) -> Slice {
    let levels = IndexLevels {
        spot: 4000.0,
        vix9d: Some(19.0),
        vix: 20.0,
        vix3m: 22.0,
        vix6m: Some(23.0),
        skew: Some(130.0),
    };
    let bills = market::curve::BillCurve::new(&[(1.0, 4.0)]);
    let calendar = market::calendar::Calendar::nyse();
    TermStructure::new(
        calendar,
        day("2023-01-10"),
        &levels,
        &bills,
        &ModelParams::domain(),
        &[],
    )
    .slice(expiry, Settlement::Pm)
}

const EXPIRY: &str = "2023-01-27";

/// Quotes of a slice, bid and ask `half` around the exact price.
fn quotes(slice: &Slice, half: f64) -> Vec<RawQuote> {
    let strikes = (-120..=60).map(|i| 4000.0 + 5.0 * f64::from(i));
    let both = |strike: f64| [(Right::Call, strike), (Right::Put, strike)];
    let quote = |(right, strike): (Right, f64)| {
        let mid = slice.price(right, strike);
        let price = |x: f64| Some(Price::from_points(x.max(0.0)));
        let (bid, ask) = (price(mid - half), price(mid + half));
        RawQuote {
            root: Root::Spxw,
            expiry: slice.expiry,
            right,
            strike: Price::from_points(strike),
            bid,
            ask,
        }
    };
    strikes.flat_map(both).map(quote).collect()
}

fn chain(quotes: &[RawQuote]) -> ChainDay {
    ChainDay::new(&SessionQuotes::new(quotes), &|_, expiry| {
        Some(model(expiry))
    })
}

fn slice_of(chain: &ChainDay) -> Slice {
    chain
        .expiry(Root::Spxw, day(EXPIRY))
        .and_then(|e| e.slice)
        .expect("a slice")
}

#[test]
fn parity_and_smile_give_back_what_the_quotes_were_made_of() {
    let truth = model(day(EXPIRY))
        .moved_to(4021.5, 0.9975)
        .with_smile(0.0021, 0.9, -0.45);
    let found = slice_of(&chain(&quotes(&truth, 0.05)));
    assert!(
        (found.forward - truth.forward).abs() < 0.01,
        "{}",
        found.forward
    );
    assert!(
        (found.discount - truth.discount).abs() < 1e-4,
        "{}",
        found.discount
    );
    assert!(
        (found.atm_vol - truth.atm_vol).abs() < 2e-4,
        "{} {}",
        found.atm_vol,
        truth.atm_vol
    );
    assert!(
        (found.psi - truth.psi).abs() < 0.02 && (found.rho - truth.rho).abs() < 0.02,
        "{found:?}"
    );
}

/// One quote a hundred points off once dragged a least-squares forward by half a point.
#[test]
fn one_wild_pair_does_not_move_the_forward() {
    let truth = model(day(EXPIRY));
    let mut wild = quotes(&truth, 0.2);
    let at = wild
        .iter()
        .position(|q| q.right == Right::Call && q.strike == Price::from_points(3900.0))
        .unwrap();
    wild[at].bid = wild[at].bid.map(|bid| bid + Price::from_points(100.0));
    wild[at].ask = wild[at].ask.map(|ask| ask + Price::from_points(100.0));
    let found = slice_of(&chain(&wild));
    assert!(
        (found.forward - truth.forward).abs() < 0.1,
        "{} {}",
        found.forward,
        truth.forward
    );
}

#[test]
fn every_fitted_slice_is_free_of_butterflies() {
    for (theta, psi, rho) in [
        (0.002, 0.3, -0.3),
        (0.002, 1.3, -0.8),
        (0.01, 1.0, -0.7),
        (0.0004, 0.8, -0.2),
    ] {
        let truth = model(day(EXPIRY)).with_smile(theta, psi, rho);
        let found = slice_of(&chain(&quotes(&truth, 0.3)));
        for k in (-50..=30).map(|i| 0.01 * f64::from(i)) {
            assert!(found.density_factor(k) >= -1e-9, "{theta} {psi} {rho}: {k}");
        }
    }
}

/// docs/pitfalls.md, row W15: zero is a valid sale price, a missing bid is not one.
#[test]
fn w15_what_cannot_be_traded_at_is_a_finding_and_never_a_price() {
    let mut all = quotes(&model(day(EXPIRY)), 0.1);
    let put = |strike: f64| {
        Contract::option(
            Root::Spxw,
            day(EXPIRY),
            Right::Put,
            Price::from_points(strike),
        )
    };
    let mut change = |strike: f64, bid: Option<f64>, ask: Option<f64>| {
        let contract = put(strike).option;
        let quote = all
            .iter_mut()
            .find(|q| Some((q.right, q.strike)) == contract)
            .expect("a quote");
        (quote.bid, quote.ask) = (bid.map(Price::from_points), ask.map(Price::from_points));
    };
    change(3400.0, Some(0.0), Some(0.15));
    change(3605.0, None, Some(0.15));
    change(3610.0, Some(0.1), None);
    change(3615.0, Some(0.1), Some(0.0));
    change(3620.0, Some(0.3), Some(0.2));
    let chain = chain(&all);
    let zero = chain.quote(&put(3400.0)).expect("a bid of zero is a bid");
    assert_eq!(
        (zero.bid, zero.mid(), zero.width()),
        (Price::ZERO, Price(750), Price(1500))
    );
    for strike in [3605.0, 3610.0, 3615.0, 3620.0] {
        assert_eq!(chain.quote(&put(strike)), None, "{strike}");
    }
    let count = |finding| chain.findings.get(&finding).copied().unwrap_or(0);
    assert_eq!(
        (
            count(Finding::NoBid),
            count(Finding::NoAsk),
            count(Finding::Crossed)
        ),
        (1, 2, 1)
    );
}

#[test]
fn quotes_of_another_moment_are_stale_and_too_few_are_none() {
    let moved = model(day(EXPIRY)).moved_to(4300.0, 0.998);
    let stale = chain(&quotes(&moved, 0.1));
    assert_eq!(stale.findings.get(&Finding::Stale), Some(&1));
    assert!(stale.expiries().is_empty());
    let few = quotes(&model(day(EXPIRY)), 0.1)[..4].to_vec();
    assert_eq!(chain(&few).findings.get(&Finding::NoParity), Some(&1));
}

/// Whatever the file says, the answer is finite or absent.
#[test]
fn broken_prices_never_panic_and_never_give_a_broken_slice() {
    let good = quotes(&model(day(EXPIRY)), 0.1);
    for (i, wrong) in [0, 1, i64::MAX / 4, 10_000_000_000].into_iter().enumerate() {
        let mut bad = good.clone();
        for quote in bad.iter_mut().skip(i).step_by(3) {
            quote.ask = Some(Price(wrong));
        }
        for expiry in chain(&bad).expiries() {
            let Some(slice) = expiry.slice else { continue };
            assert!(
                [slice.forward, slice.discount, slice.theta, slice.psi]
                    .iter()
                    .all(|x| x.is_finite() && *x > 0.0)
            );
        }
    }
}

/// Expiries a week apart, with this made of each.
fn chain_of_weeks(change: impl Fn(NaiveDate, &mut Vec<RawQuote>)) -> ChainDay {
    let mut all = Vec::new();
    for week in 0..5 {
        let expiry = day(EXPIRY) + chrono::Days::new(7 * week);
        let mut of_expiry = quotes(&model(expiry), 0.1);
        change(expiry, &mut of_expiry);
        all.extend(of_expiry);
    }
    ChainDay::new(&SessionQuotes::new(&all), &|_, expiry| Some(model(expiry)))
}

/// Volatilities at the money of the expiries that have a slice.
fn at_the_money(chain: &ChainDay) -> Vec<(NaiveDate, f64)> {
    let smiles = chain.expiries().iter();
    smiles
        .filter_map(|e| Some((e.expiry, e.slice?.atm_vol)))
        .collect()
}

/// A put at the money with the price of another moment is no price, and moves no smile, also not that of later expiries.
#[test]
fn one_bad_quote_at_the_money_lifts_no_later_expiry() {
    let sound = at_the_money(&chain_of_weeks(|_, _| ()));
    assert_eq!(sound.len(), 5);
    for (bid, ask) in [(12.0, 12.5), (140.0, 141.0)] {
        let bad = chain_of_weeks(|expiry, quotes| {
            let is_it =
                |q: &&mut RawQuote| q.right == Right::Put && q.strike == Price::from_points(4000.0);
            if expiry == day(EXPIRY) {
                let quote = quotes.iter_mut().find(is_it).expect("a quote");
                quote.bid = Some(Price::from_points(bid));
                quote.ask = Some(Price::from_points(ask));
            }
        });
        let put = Contract::option(
            Root::Spxw,
            day(EXPIRY),
            Right::Put,
            Price::from_points(4000.0),
        );
        assert_eq!(bad.quote(&put), None, "it is no price");
        assert_eq!(bad.findings.get(&Finding::Contradictory), Some(&1));
        for ((expiry, vol), (_, sound)) in at_the_money(&bad).iter().zip(&sound) {
            assert!((vol - sound).abs() < 2e-4, "{expiry}: {vol} for {sound}");
        }
    }
}

/// A slice that lies below the earlier one by less than a tenth of its variance is lifted, by more it is no smile.
#[test]
fn an_expiry_a_little_out_of_order_is_lifted() {
    let [earlier, low] = [7, 14].map(|days| model(day(EXPIRY) + chrono::Days::new(days)));
    let places = || (-25..=20).map(|tenths| 0.1 * f64::from(tenths));
    let mut seen = [0; 3];
    for lift in (0..16).map(|step| 0.98 + 0.01 * f64::from(step)) {
        let off = low.with_smile(earlier.theta / lift, low.psi, low.rho);
        let ratio = |x: f64| {
            let k = x * off.theta.sqrt();
            earlier.total_variance(k) / off.total_variance(k)
        };
        let excess = places().map(ratio).fold(0.0, f64::max) - 1.0;
        let chain = chain_of_weeks(|expiry, all| {
            if expiry == low.expiry {
                *all = quotes(&off, 0.1);
            }
        });
        let found = [Finding::CalendarOrder, Finding::OddSmile].map(|f| chain.findings.get(&f));
        // Whatever the fit leaves over is less than a hundredth.
        let (at, wanted) = match excess {
            0.01..0.05 => (0, [Some(&1), None]),
            0.06..0.09 => (1, [Some(&1), None]),
            0.11..0.3 => (2, [None, Some(&1)]),
            _ => continue,
        };
        assert_eq!(found, wanted, "{excess}");
        seen[at] += 1;
    }
    assert!(seen.iter().all(|chains| *chains > 0), "{seen:?}");
}

/// An expiry quoted at another level of volatility, without a contradiction in itself, has no smile; the others keep theirs.
#[test]
fn an_expiry_far_out_of_order_goes_and_moves_no_other() {
    let sound = at_the_money(&chain_of_weeks(|_, _| ()));
    let odd = day(EXPIRY) + chrono::Days::new(14);
    for factor in [0.6, 1.5] {
        let chain = chain_of_weeks(|expiry, all| {
            if expiry == odd {
                let own = model(expiry);
                let off = own.with_smile(own.theta * factor * factor, own.psi, own.rho);
                *all = quotes(&off, 0.1);
            }
        });
        assert_eq!(chain.findings.get(&Finding::OddSmile), Some(&1), "{factor}");
        assert_eq!(chain.findings.get(&Finding::CalendarOrder), None);
        let left = at_the_money(&chain);
        let wanted: Vec<_> = sound.iter().copied().filter(|(e, _)| *e != odd).collect();
        assert_eq!(left, wanted, "{factor}");
        // Its quotes can be traded at.
        assert!(
            chain
                .expiry(Root::Spxw, odd)
                .is_some_and(|e| e.quotes.len() > 300)
        );
    }
}
