//! Runs on quotes: a chain made of the model's own prices replays like the model, and what is not quoted does not trade.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use book::event::{Detail, Event, LegFill, Stage};
use book::reason::Reason;
use engine::run::{Keep, Run, run};
use market::chain::{Quotes, RawChains, RawQuote, Source};
use market::contract::{Right, Root};
use market::history::{MarketHistory, Pricing};
use market::inputs::InputRules;
use market::price::{Money, Price};
use market::surface::ModelParams;

use crate::support::{CAPITAL, arm, day, execution, history, observations};

const LAST: &str = "2022-03-15";

/// A number from -1 to 1 that depends on nothing but the quote (a splitmix of its key).
fn noise(key: u64) -> f64 {
    let mut z = key
        .wrapping_mul(0x9E37_79B9_7F4A_7C15)
        .wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 52) as f64 - 1.0
}

/// SPXW and VIX quotes of every session from the model's own slices: mid moved by up to `most_noise` points, and a
/// modelled width around it.
fn made(most_noise: f64) -> RawChains {
    made_until(LAST, most_noise)
}

fn made_until(last: &str, most_noise: f64) -> RawChains {
    made_in_steps(last, most_noise, 5.0)
}

/// The same with SPXW strikes so many points apart.
fn made_in_steps(last: &str, most_noise: f64, points: f64) -> RawChains {
    let mut chains = RawChains::new();
    for t in history().window(day("2022-01-03"), day(last)) {
        let today = history().view(t).today();
        let mut quotes = Vec::new();
        let mut add = |root, slice: &market::surface::Slice, strikes: Vec<f64>| {
            for strike in strikes {
                for right in [Right::Call, Right::Put] {
                    let exact = slice.price(right, strike);
                    let key = (t as u64) << 40
                        | (slice.dte as u64) << 24
                        | (strike as u64) << 1
                        | right as u64;
                    let mid = exact + most_noise * noise(key) * exact.min(1.0);
                    let half = 0.5 * (0.05 + 0.06 * exact.max(0.0).sqrt());
                    let price = |x: f64| Some(Price::from_points(x.max(0.0)));
                    let strike = Price::from_points(strike);
                    let (bid, ask) = (price(mid - half), price(mid + half));
                    quotes.push(RawQuote {
                        root,
                        expiry: slice.expiry,
                        right,
                        strike,
                        bid,
                        ask,
                    });
                }
            }
        };
        for slice in today.spxw.iter().filter(|s| (1..=40).contains(&s.dte)) {
            let near = (slice.forward / points).round() * points;
            let strikes = (-140..=70).map(|i| 5.0 * f64::from(i));
            add(
                Root::Spxw,
                slice,
                strikes
                    .filter(|k| k % points == 0.0)
                    .map(|k| near + k)
                    .collect(),
            );
        }
        for slice in &today.vix_options {
            add(
                Root::Vix,
                slice,
                (20..=90)
                    .map(|i| 0.5 * f64::from(i))
                    .chain((46..=120).map(f64::from))
                    .collect(),
            );
        }
        chains.insert(today.date, quotes.into());
    }
    chains
}

fn priced(quotes: Quotes, chains: &RawChains) -> MarketHistory {
    let pricing = Pricing {
        params: &|_| ModelParams::default(),
        quotes,
        chains,
        inputs: &InputRules::lenient(),
    };
    MarketHistory::build_priced(
        observations(),
        day("2022-01-03"),
        day("2022-06-24"),
        &pricing,
        180,
    )
    .expect("a market")
}

fn replay(history: &MarketHistory, name: &str) -> Run {
    replay_until(LAST, history, name)
}

fn replay_until(last: &str, history: &MarketHistory, name: &str) -> Run {
    run(
        history,
        history.window(day("2022-01-03"), day(last)),
        &arm(name),
        &execution(),
        CAPITAL,
        Keep::Journal,
    )
}

fn quoted() -> &'static MarketHistory {
    static HISTORY: OnceLock<MarketHistory> = OnceLock::new();
    HISTORY.get_or_init(|| priced(Quotes::Chain, &made(0.02)))
}

/// Condors opened: session, units and legs.
fn condor_fills(run: &Run) -> Vec<(chrono::NaiveDate, i64, Vec<LegFill>)> {
    let opened = run.journal.entries.iter().filter_map(|e| match &e.event {
        Event::Opened { layer, fill, .. } if layer.0 == 0 => {
            Some((e.date, fill.contracts, fill.legs.to_vec()))
        }
        _ => None,
    });
    opened.collect()
}

fn strike(leg: &LegFill) -> f64 {
    leg.contract.option.expect("an option").1.points()
}

/// Every bound is derived: a mid is off by the noise and the rounding of bid and ask to ten-thousandths. The smile through
/// noisy quotes may choose other strikes; a leg `d` points away changes credit and pay-off by at most `d` each.
#[test]
fn a_million_quotes_made_of_the_model_replay_like_the_model_within_the_noise_put_in() {
    const LAST: &str = "2022-06-24";
    const NOISE: f64 = 0.02;
    const OFF: f64 = NOISE + 2e-4;
    let chains = made_until(LAST, NOISE);
    let count: usize = chains.values().map(|quotes| quotes.iter().count()).sum();
    assert!(count >= 1_000_000, "{count}");
    let history_of_quotes = priced(Quotes::Chain, &chains);
    // At mid: the widths of these quotes are not the model's.
    let at_mid = engine::execution::Execution {
        half_spread_fraction: 0.0,
        ..execution()
    };
    let replay = |on: &MarketHistory| {
        run(
            on,
            on.window(day("2022-01-03"), day(LAST)),
            &arm("unhedged"),
            &at_mid,
            CAPITAL,
            Keep::Journal,
        )
    };
    let (chain, model) = (replay(&history_of_quotes), replay(history()));
    let (from_chain, from_model) = (condor_fills(&chain), condor_fills(&model));
    assert!(
        from_model.len() >= 8 && from_chain.len() == from_model.len(),
        "{from_chain:?}"
    );
    let (mut allowed, mut legs, mut moved) = (0.0, 0, 0);
    for ((date, units, quoted), (other, units_of_model, modelled)) in
        from_chain.iter().zip(&from_model)
    {
        assert_eq!(date, other);
        let t = history().window(*date, *date).start;
        let mut points = 0.0;
        for (leg, twin) in quoted.iter().zip(modelled) {
            assert_eq!(leg.source, Source::Chain, "{date}: {leg:?}");
            let exact = history()
                .view(t)
                .today()
                .mid(&leg.contract)
                .expect("the model prices it")
                .points();
            assert!(
                (leg.mid.points() - exact).abs() <= OFF,
                "{date}: {leg:?}, {exact} by the model"
            );
            let distance = (strike(leg) - strike(twin)).abs();
            assert!(
                distance <= 10.0,
                "{date}: {} against {}",
                strike(leg),
                strike(twin)
            );
            points += 2.0 * (OFF + distance);
            (legs, moved) = (legs + 1, moved + usize::from(distance > 0.0));
        }
        // Net prices are rounded to the tick of 0.05. A unit more or less is at most its wing of 50 points and its fees.
        allowed += 100.0 * (points + 0.05) * (*units.max(units_of_model)) as f64;
        allowed += (5_000.0 + 20.0) * (units - units_of_model).abs() as f64;
    }
    assert!(
        moved * 5 <= legs,
        "{moved} of {legs} legs have another strike"
    );
    let ends = |run: &Run| run.curve.last().copied().unwrap_or(CAPITAL) - CAPITAL;
    let gap = (ends(&chain) - ends(&model)).usd().abs();
    assert!(
        gap <= allowed,
        "{} against {}, allowed: {allowed}",
        ends(&chain),
        ends(&model)
    );
}

#[test]
fn without_quotes_nothing_trades_and_the_reason_says_so() {
    let mut chains = made(0.0);
    let gap = day("2022-02-01");
    chains.retain(|date, _| *date < gap);
    let history = priced(Quotes::Chain, &chains);
    let run = replay(&history, "always_on");
    let fills = |e: &&book::journal::Entry| {
        e.stage == Stage::Fill && matches!(e.event, Event::Opened { .. } | Event::Closed { .. })
    };
    assert!(
        run.journal
            .entries
            .iter()
            .filter(fills)
            .any(|e| e.date < gap)
    );
    assert!(
        run.journal
            .entries
            .iter()
            .filter(fills)
            .all(|e| e.date < gap)
    );
    let refused = run
        .journal
        .entries
        .iter()
        .filter(|e| matches!(&e.event, Event::Refused { reason: Reason::NoTwoSidedQuote, .. } if e.date >= gap));
    assert!(refused.count() > 0);
    // Open packages are marked at their last quotes, and the change of source is journalled.
    let carried = run.journal.entries.iter().any(
        |e| matches!(&e.event, Event::SourceChanged { to: Source::Carried, .. } if e.date >= gap),
    );
    assert!(carried);
    // With the model allowed behind the quotes the same run goes on trading.
    let mixed = replay(&priced(Quotes::ChainThenModel, &chains), "always_on");
    let modelled = |e: &book::journal::Entry| match &e.event {
        Event::Opened { fill, .. } => {
            e.date >= gap && fill.legs.iter().all(|leg| leg.source == Source::Model)
        }
        _ => false,
    };
    assert!(mixed.journal.entries.iter().any(modelled));
}

/// docs/pitfalls.md, row W44: a vendor's table has no rows on expiry day.
#[test]
fn w44_settlement_needs_no_quote_on_expiry_day() {
    let mut chains = made(0.0);
    for (date, quotes) in &mut chains {
        let ahead = quotes.iter().filter(|quote| quote.expiry > *date);
        *quotes = ahead.collect::<Vec<_>>().into();
    }
    let run = replay(&priced(Quotes::Chain, &chains), "unhedged");
    let settled = run
        .journal
        .entries
        .iter()
        .filter(|e| matches!(e.event, Event::Settled { .. }))
        .count();
    assert!(settled >= 4, "{settled}");
}

#[test]
fn fills_are_at_the_quoted_width_and_a_bid_of_zero_sells_for_nothing() {
    let chains = made(0.0);
    let history = priced(Quotes::Chain, &chains);
    let view = history.view(10);
    let chain = view.today().chain.as_ref().expect("a chain");
    let zero = chain
        .expiries()
        .iter()
        .flat_map(|e| e.quotes.iter().map(move |q| (e, q)));
    let mut zero = zero;
    let (expiry, ((right, strike), _)) = zero
        .find(|(e, (_, q))| e.root == Root::Spxw && q.bid == Price::ZERO)
        .expect("a far strike");
    let contract = market::contract::Contract::option(expiry.root, expiry.expiry, *right, *strike);
    let sold = engine::fill::fill(
        &[(contract, -1)],
        1,
        engine::fill::Direction::Open,
        view.today(),
        &execution(),
        &|_| None,
    );
    assert_eq!(sold.expect("a quote").legs[0].fill, Price::ZERO);
    let near = expiry
        .quotes
        .iter()
        .find(|(_, q)| q.bid > Price::from_points(20.0))
        .expect("a near strike");
    let contract =
        market::contract::Contract::option(expiry.root, expiry.expiry, near.0.0, near.0.1);
    let at = |fraction| {
        let execution = engine::execution::Execution {
            half_spread_fraction: fraction,
            ..execution()
        };
        let long = engine::fill::fill(
            &[(contract, 1)],
            1,
            engine::fill::Direction::Open,
            view.today(),
            &execution,
            &|_| None,
        );
        long.expect("a quote").legs[0].fill
    };
    // Bought at the ask, rounded up to the tick; at mid with a fraction of zero.
    assert!(
        (at(1.0) - near.1.ask).0.abs() < 1_000 && at(1.0) >= near.1.ask,
        "{:?} {:?}",
        at(1.0),
        near.1
    );
    assert!((at(0.0) - near.1.mid()).0.abs() < 1_000);
}

/// Where a quarter of its width below the mid would be something, a bid of zero is nothing still.
#[test]
fn a_bid_of_zero_sells_for_nothing_at_half_of_the_width_too() {
    // Nobody bids for what is offered below a point.
    let mut chains = made(0.0);
    for quotes in chains.values_mut() {
        let unasked = |quote: RawQuote| {
            let is_cheap = quote.ask.is_some_and(|ask| ask < Price::from_points(1.0));
            let bid = if is_cheap {
                Some(Price::ZERO)
            } else {
                quote.bid
            };
            RawQuote { bid, ..quote }
        };
        *quotes = quotes.iter().map(unasked).collect::<Vec<_>>().into();
    }
    let history = priced(Quotes::Chain, &chains);
    let today = history.view(10).today();
    let half = engine::execution::Execution {
        half_spread_fraction: 0.5,
        ..execution()
    };
    let mut tried = 0;
    let chain = today.chain.as_ref().expect("a chain");
    for expiry in chain.expiries() {
        for ((right, strike), quote) in expiry.quotes.iter() {
            if quote.bid > Price::ZERO || quote.ask < Price::from_points(0.20) {
                continue;
            }
            let contract =
                market::contract::Contract::option(expiry.root, expiry.expiry, *right, *strike);
            let direction = engine::fill::Direction::Open;
            let sold = engine::fill::fill(&[(contract, -1)], 1, direction, today, &half, &|_| None);
            let leg = sold.expect("a quote").legs[0];
            let unasked = leg.mid - Price(quote.width().0 / 4);
            assert_eq!(leg.fill, Price::ZERO, "{contract:?}");
            tried += usize::from(unasked >= Price::from_points(0.05));
        }
    }
    assert!(tried > 0, "no quote for which it matters");
}

/// What a later chain says changes nothing before it.
#[test]
fn garbage_in_a_chain_changes_nothing_before_its_session() {
    let clean = made(0.02);
    let from = day("2022-02-10");
    let mut garbage: RawChains = clean.clone();
    for (_, quotes) in garbage.range_mut(from..) {
        let moved = quotes.iter().enumerate().map(|(i, quote)| RawQuote {
            ask: quote
                .ask
                .map(|ask| Price(ask.0 * (1 + (i as i64 % 7)) + 12_345)),
            ..quote
        });
        *quotes = moved.collect::<Vec<_>>().into();
    }
    let before = |run: &Run| -> BTreeMap<chrono::NaiveDate, Vec<String>> {
        let mut all: BTreeMap<_, Vec<String>> = BTreeMap::new();
        for entry in run.journal.entries.iter().filter(|e| e.date < from) {
            all.entry(entry.date)
                .or_default()
                .push(format!("{:?}", entry.event));
        }
        all
    };
    let (a, b) = (
        replay(&priced(Quotes::Chain, &clean), "always_on"),
        replay(&priced(Quotes::Chain, &garbage), "always_on"),
    );
    assert!(before(&a).len() > 20);
    assert_eq!(before(&a), before(&b));
    assert_ne!(a.curve, b.curve);
}

#[test]
fn the_curve_alone_is_the_curve_of_the_journal_also_on_quotes() {
    let history = quoted();
    let window = || history.window(day("2022-01-03"), day(LAST));
    for name in ["unhedged", "always_on"] {
        let curve = |keep| run(history, window(), &arm(name), &execution(), CAPITAL, keep).curve;
        let (short, long): (Vec<Money>, Vec<Money>) = (curve(Keep::Curve), curve(Keep::Journal));
        assert_eq!(short, long, "{name}");
    }
}

/// Strikes exist where they are quoted: condors trade whatever their distance, each leg at a quote. Where the nearest one
/// misses the wanted delta by more than the tolerance, the refusal names it with its bid and ask.
#[test]
fn chains_with_strikes_10_25_or_50_apart_trade() {
    let runs = |points| {
        let history = priced(Quotes::Chain, &made_in_steps(LAST, 0.02, points));
        replay(&history, "unhedged")
    };
    let usual = condor_fills(&runs(5.0)).len();
    assert!(usual >= 8, "{usual}");
    for points in [10.0, 25.0, 50.0] {
        let run = runs(points);
        let found = condor_fills(&run);
        for leg in found.iter().flat_map(|(_, _, legs)| legs) {
            assert_eq!(strike(leg) % points, 0.0, "{leg:?}");
            assert_eq!(leg.source, Source::Chain, "{leg:?}");
        }
        let mut refused = 0;
        for entry in &run.journal.entries {
            let Event::Refused { reason, detail, .. } = &entry.event else {
                continue;
            };
            assert_eq!(*reason, Reason::NoStrike, "{points} apart: {detail}");
            let Detail::Nearest {
                contract, bid, ask, ..
            } = detail
            else {
                panic!("{points} apart: {detail:?}");
            };
            let (_, strike) = contract.option.expect("an option");
            assert!(
                strike.points() % points == 0.0 && bid.is_some() && ask > bid,
                "{detail}"
            );
            refused += 1;
        }
        assert_eq!(found.len() + refused, usual, "{points} apart");
        assert!(
            points > 25.0 || refused == 0,
            "{points} apart: {refused} refused"
        );
        assert!(
            2 * found.len() > usual,
            "{points} apart: {} of {usual}",
            found.len()
        );
    }
}

/// Every second strike shows no bid, as far wings do: what is sold is one that somebody buys.
#[test]
fn a_strike_without_a_bid_is_not_sold_and_its_neighbour_is() {
    let mut chains = made(0.02);
    for quotes in chains.values_mut() {
        let unbid = |quote: &RawQuote| {
            quote.root == Root::Spxw && quote.strike.0 % (10 * Price::PER_POINT) != 0
        };
        let shown = quotes.iter().map(|quote| match unbid(&quote) {
            true => RawQuote {
                bid: Some(Price::ZERO),
                ..quote
            },
            false => quote,
        });
        *quotes = shown.collect::<Vec<_>>().into();
    }
    let fills = condor_fills(&replay(&priced(Quotes::Chain, &chains), "unhedged"));
    assert!(fills.len() >= 8, "{fills:?}");
    for leg in fills
        .iter()
        .flat_map(|(_, _, legs)| legs)
        .filter(|leg| leg.quantity < 0)
    {
        assert_eq!(strike(leg) % 10.0, 0.0, "{leg:?}");
    }
}

#[test]
fn a_quoted_leg_is_as_wide_as_its_quote_and_another_as_the_model_says() {
    let mut chains = made(0.0);
    for quotes in chains.values_mut() {
        let wider = quotes.iter().map(|quote| RawQuote {
            ask: quote.ask.map(|ask| ask + Price::from_points(1.0)),
            ..quote
        });
        *quotes = wider.collect::<Vec<_>>().into();
    }
    let history = priced(Quotes::Chain, &chains);
    let today = history.view(10).today();
    let chain = today.chain.as_ref().expect("a chain");
    let all = chain.expiries().iter().filter(|e| e.root == Root::Spxw);
    let near = |e: &market::chain::ChainExpiry| {
        let mut quotes = e.quotes.iter();
        let near = quotes.find(|(_, quote)| quote.bid > Price::from_points(20.0));
        near.map(|((right, strike), quote)| {
            let contract = market::contract::Contract::option(e.root, e.expiry, *right, *strike);
            (contract, *quote)
        })
    };
    let (contract, quote) = all.filter_map(near).next().expect("a near strike");
    let widths = execution().width;
    let wide = |source| {
        let leg = LegFill {
            contract,
            quantity: 1,
            mid: quote.mid(),
            fill: quote.mid(),
            delta: 0.0,
            source,
        };
        engine::fill::width_of(&leg, today, &widths)
    };
    let modelled = engine::fill::quoted_width(&contract, quote.mid(), today, &widths);
    assert_eq!(wide(Source::Chain), quote.ask - quote.bid);
    assert_eq!(wide(Source::Model), modelled);
    assert!(wide(Source::Chain) > modelled + Price::from_points(0.5));
}

/// Where only quotes trade, what is quoted is left on the day its rule says, at its quotes.
#[test]
fn a_quoted_package_is_left_when_its_rule_says_so() {
    let mut early = crate::support::condor();
    early.exit = vec![policy::rule::ExitRule::DaysToExpiry { at_most: 5 }];
    let arm = policy::arm::Arm::new(&[early], &crate::support::hedge("unhedged"));
    let window = quoted().window(day("2022-01-03"), day(LAST));
    let on = |keep| run(quoted(), window.clone(), &arm, &execution(), CAPITAL, keep);
    let journal = on(Keep::Journal);
    let mut left = 0;
    for entry in journal
        .journal
        .entries
        .iter()
        .filter(|e| e.stage == Stage::Fill)
    {
        let Event::Closed { fill, .. } = &entry.event else {
            continue;
        };
        assert!(fill.legs.iter().all(|leg| leg.source == Source::Chain));
        let days = (fill.legs[0].contract.expiry - entry.date).num_days();
        assert!(days <= 5, "{}: {days} days left", entry.date);
        left += 1;
    }
    assert!(left >= 5, "{left} condors left");
    assert_eq!(on(Keep::Curve).curve, journal.curve);
}

/// Every second strike is quoted, and one session has no quotes: a package's source is its worst leg's, from its opening on, and
/// every change of it is journalled, nothing else.
#[test]
fn changes_of_source_lead_from_one_to_the_next() {
    let mut chains = made(0.0);
    chains.remove(&day("2022-02-01"));
    for quotes in chains.values_mut() {
        let every_second =
            |quote: &RawQuote| quote.root != Root::Spxw || quote.strike.0 % 100_000 == 0;
        let kept: Vec<RawQuote> = quotes.iter().filter(every_second).collect();
        *quotes = kept.into();
    }
    let run = replay(&priced(Quotes::ChainThenModel, &chains), "unhedged");
    let mut sources = BTreeMap::new();
    let mut changes = 0;
    for entry in &run.journal.entries {
        match &entry.event {
            Event::Opened { package, fill, .. } => {
                let worst = fill.legs.iter().map(|leg| leg.source).max();
                sources.insert(*package, worst);
            }
            Event::SourceChanged { package, from, to } => {
                assert_ne!(from, to);
                let before = sources.insert(*package, Some(*to));
                assert_eq!(before, Some(Some(*from)), "{}", entry.date);
                changes += 1;
            }
            _ => {}
        }
    }
    assert!(changes > 1, "{changes} changes");
}
