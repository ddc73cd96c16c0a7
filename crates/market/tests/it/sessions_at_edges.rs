//! What a session knows at the edges: how old a value may be, what settles, what a span holds, what a unit is worth.

use market::chain::made::Made;
use market::chain::{Quotes, RawChains, SessionQuotes, Source};
use market::contract::{Contract, Right, Root};
use market::history::{MarketHistory, Pricing};
use market::inputs::InputRules;
use market::kernel::Smiles;
use market::math::nearest_whole;
use market::observations::{PublishedBy, Release};
use market::price::Price;
use market::surface::ModelParams;
use market::vix::VixTerm;

use crate::edges::{history, observations, series, vx};
use crate::model_edges::{LEVELS, model};
use crate::tables::day;

/// docs/model.md#what-is-known-when: a daily series is missing once it had no value for more than 75 days.
#[test]
fn a_daily_series_is_known_for_seventy_five_days() {
    let mut data = observations(&[4000.0; 70]);
    let mut values = vec![None; 70];
    values[0] = Some(1.5);
    data.daily.insert("x".into(), series(values));
    let market = history(&data, 0);
    let known = market.view(69).series("x").expect("a column").to_vec();
    for (t, value) in known.into_iter().enumerate() {
        let days = (data.sessions[t] - data.sessions[0]).num_days();
        assert_eq!(value, (days <= 75).then_some(1.5), "after {days} days");
    }
}

#[test]
fn slow_values_are_cut_after_their_last_day_too() {
    let mut data = observations(&[4000.0; 5]);
    let release = |known: usize| Release {
        period: day("2021-12-01"),
        known: data.sessions[known],
        value: known as f64,
    };
    let releases = vec![release(0), release(2), release(3)];
    data.slow.insert("cape".into(), releases);
    let days = data.sessions.clone();
    data.carried
        .insert("vix".into(), vec![days[0], days[2], days[3]]);
    let span = |first: usize, last: usize| PublishedBy {
        publisher: "somebody".into(),
        first: days[first],
        last: days[last],
    };
    data.published_by
        .insert("vix".into(), vec![span(0, 1), span(2, 4), span(3, 4)]);
    let cut = data.until(days[2]);
    assert_eq!(cut.carried["vix"], [days[0], days[2]]);
    assert_eq!(cut.published_by["vix"], [span(0, 1), span(2, 2)]);
    let values: Vec<f64> = cut.slow["cape"]
        .iter()
        .map(|release| release.value)
        .collect();
    assert_eq!(values, [0.0, 2.0]);
}

#[test]
fn a_span_that_ends_before_it_begins_is_empty_where_it_begins() {
    let data = observations(&[4000.0; 5]);
    let market = history(&data, 0);
    assert_eq!(market.window(data.sessions[3], data.sessions[1]), 3..3);
    assert_eq!(market.window(data.sessions[1], data.sessions[3]), 1..4);
}

/// SPX settles at its set, or at the open as a stand-in; SPXW at the close; a fund never.
#[test]
fn options_settle_at_values_of_their_own() {
    let mut data = observations(&[4000.0; 2]);
    data.daily
        .insert("spx_open".into(), series(vec![Some(3990.0); 2]));
    data.daily
        .insert("spx_set".into(), series(vec![Some(3985.5), None]));
    let market = history(&data, 0);
    let of = |t: usize, root| market.view(t).today().settlements.of(root);
    let points = |points: f64, is_stand_in: bool| Some((Price::from_points(points), is_stand_in));
    assert_eq!(of(0, Root::Spxw), points(4000.0, false));
    assert_eq!(
        (of(0, Root::Spx), of(1, Root::Spx)),
        (points(3985.5, false), points(3990.0, true))
    );
    assert_eq!(of(0, Root::Fund(market::fund::Fund::Spy)), None);
}

/// Settlements of 8 and 35 days ahead on 2022-02-08; a future of less than a point is a price.
#[test]
fn a_session_interpolates_its_futures_between_two_of_them() {
    let mut data = observations(&[4000.0; 60]);
    for date in data.sessions.clone() {
        let rows = [("2022-02-16", 0.5), ("2022-03-15", 22.0)]
            .map(|(expiry, settle)| vx(date, expiry, settle));
        data.vx
            .extend(rows.into_iter().filter(|row| row.expiry > date));
    }
    let market = history(&data, 0);
    let t = market.window(day("2022-02-08"), day("2022-02-08")).start;
    let today = market.view(t).today();
    let near = |found: Option<f64>, wanted: f64| {
        assert!(
            (found.expect("a value") - wanted).abs() < 1e-12,
            "{found:?} {wanted}"
        )
    };
    near(
        today.constant_maturity_future(30.0),
        0.5 + 22.0 / 27.0 * 21.5,
    );
    near(today.constant_maturity_future(8.0), 0.5);
    near(today.constant_maturity_future(35.0), 22.0);
    assert_eq!(
        today.constant_maturity_future(7.0),
        None,
        "no contract lies nearer"
    );
    let front = market
        .view(t)
        .series("vx1")
        .expect("a column")
        .last()
        .copied()
        .flatten();
    assert_eq!(front, Some(0.5));
}

/// The marks that are worked out ahead are the prices of each session.
#[test]
fn an_option_is_marked_on_every_session_that_lists_it() {
    let market = history(&observations(&[4000.0; 10]), 0);
    let expiry = market
        .view(9)
        .today()
        .slices(Root::Spxw)
        .iter()
        .map(|s| s.expiry)
        .find(|d| *d > day("2022-01-20"))
        .expect("an expiry");
    let put = Contract::option(Root::Spxw, expiry, Right::Put, Price::from_points(3900.0));
    let path = market.view(0).mark_path(&[(put, 1)]);
    for t in 0..10 {
        let today = market.view(t).today();
        let wanted = today
            .slice(Root::Spxw, expiry)
            .map(|slice| Price::from_points(slice.price(Right::Put, 3900.0)));
        assert_eq!(
            path.value(market.view(t)),
            (wanted.expect("it is listed"), false),
            "session {t}"
        );
        assert_eq!(
            today.priced(&put),
            wanted.map(|price| (price, Source::Model))
        );
    }
    assert_eq!(market.quotes(), Quotes::Model);
}

/// A package bought later has the marks of one bought on the first day, from its own day on.
#[test]
fn a_path_asked_later_is_the_end_of_the_one_asked_at_first() {
    let market = history(&observations(&[4000.0; 60]), 0);
    let all = (0..60).flat_map(|t| market.view(t).today().slices(Root::Spxw));
    let mut listings = std::collections::BTreeMap::new();
    all.for_each(|slice| *listings.entry(slice.expiry).or_insert(0) += 1);
    // The expiry that is listed longest.
    let (expiry, _) = listings
        .into_iter()
        .max_by_key(|(_, sessions)| *sessions)
        .expect("an expiry");
    let option =
        |right, strike| Contract::option(Root::Spxw, expiry, right, Price::from_points(strike));
    let unit = [
        (option(Right::Put, 3900.0), 1),
        (option(Right::Put, 3800.0), -2),
    ];
    let listed = |t: &usize| market.view(*t).today().slice(Root::Spxw, expiry).is_some();
    let sessions: Vec<usize> = (0..60).filter(listed).collect();
    assert!(sessions.len() > 20, "{} sessions", sessions.len());
    let first = market.view(sessions[0]).mark_path(&unit);
    for start in sessions.clone() {
        let later = market.view(start).mark_path(&unit);
        for view in (start..60).map(|t| market.view(t)) {
            assert_eq!(later.value(view), first.value(view), "from {start}");
            assert_eq!(later.leg(1, view), first.leg(1, view), "from {start}");
        }
        let add = |path: &market::mark_path::MarkPath| {
            let mut column = vec![1.0; 60 - start];
            path.add_worth(start..60, 3, 100, &mut column);
            column
        };
        assert_eq!(add(&later), add(&first), "from {start}");
    }
}

/// Beyond 2^51 a half has no room beside 1.5 x 2^52.
#[test]
fn whole_numbers_are_found_on_both_sides_of_two_to_the_fifty_first() {
    let edge = 2_251_799_813_685_248_i64;
    for whole in [0, 1, edge - 1, edge, edge + 1, 2 * edge + 1, 3 * edge + 5] {
        for sign in [1, -1] {
            assert_eq!(nearest_whole((sign * whole) as f64), sign * whole);
        }
    }
    assert_eq!(
        [0.5, 1.5, 2.5, -0.5, -1.5].map(nearest_whole),
        [0, 2, 2, 0, -2]
    );
    assert_eq!(nearest_whole(edge as f64 - 0.5), edge);
}

#[test]
fn no_smiles_are_none() {
    let mut smiles = Smiles::with_capacity(1);
    assert_eq!((smiles.is_empty(), smiles.len()), (true, 0));
    smiles.push(&model("2023-01-27"));
    assert_eq!((smiles.is_empty(), smiles.len()), (false, 1));
}

/// On its own day a VIX option has no time left, and a future of nothing carries none.
#[test]
fn a_vix_option_without_time_or_future_has_no_smile() {
    let term = VixTerm::new(day("2022-02-08"), &LEVELS, Some(90.0));
    let smile = |expiry: &str, dte: i32, future: f64| {
        term.option_slice(day(expiry), dte, future, 1.0).is_some()
    };
    assert!(smile("2022-02-09", 1, 20.0));
    assert!(!smile("2022-02-08", 0, 20.0));
    assert!(!smile("2022-02-09", 1, 0.0));
    assert!(smile("2022-02-09", 1, 0.5));
}

/// Of a session with quotes an option is worth its mid, between quoted strikes the smile through them.
#[test]
fn a_quoted_option_is_priced_by_its_quote() {
    let data = observations(&[4000.0; 2]);
    let modelled = history(&data, 0);
    let made = Made {
        noise: 0.0,
        step: 25.0,
        span: (0.9, 1.1),
    };
    let quotes = made.quotes(modelled.view(1).today());
    let chains = RawChains::from([(data.sessions[1], SessionQuotes::new(&quotes))]);
    let of = |quotes: Quotes| {
        let pricing = Pricing {
            params: &|_| ModelParams::default(),
            quotes,
            chains: &chains,
            inputs: &InputRules::lenient(),
        };
        MarketHistory::build_priced(&data, data.sessions[0], data.sessions[1], &pricing, 60)
            .expect("a market")
    };
    let expiry = modelled
        .view(1)
        .today()
        .slices(Root::Spxw)
        .iter()
        .find(|slice| slice.dte > 20)
        .expect("an expiry")
        .expiry;
    let put =
        |strike: f64| Contract::option(Root::Spxw, expiry, Right::Put, Price::from_points(strike));
    let source = |quotes: Quotes, t: usize, strike: f64| {
        of(quotes)
            .view(t)
            .today()
            .priced(&put(strike))
            .map(|priced| priced.1)
    };
    for quotes in [Quotes::Chain, Quotes::ChainThenModel] {
        assert_eq!(source(quotes, 1, 3900.0), Some(Source::Chain));
        assert_eq!(source(quotes, 1, 3905.0), Some(Source::Interpolated));
    }
    assert_eq!(source(Quotes::Model, 1, 3900.0), Some(Source::Model));
    assert_eq!(
        source(Quotes::Chain, 0, 3900.0),
        None,
        "no quote was read that day"
    );
    assert_eq!(
        source(Quotes::ChainThenModel, 0, 3900.0),
        Some(Source::Model)
    );
    let market = of(Quotes::Chain);
    let today = market.view(1).today();
    let quote = today.quote(&put(3900.0)).expect("a quote");
    assert_eq!(
        today.priced(&put(3900.0)).map(|priced| priced.0),
        Some(quote.mid())
    );
}
