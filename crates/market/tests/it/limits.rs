//! Constants where they are read: each on both sides of the number it stands for.

use std::panic::catch_unwind;
use std::sync::Arc;

use chrono::{Days, NaiveDate};
use market::calendar::Calendar;
use market::chain::made::Made;
use market::chain::{ChainDay, Finding, Quoted, RawQuote, SessionQuotes, parity};
use market::contract::{Contract, Right, Root, Settlement};
use market::curve::BillCurve;
use market::error_model::{ErrorPart, scales};
use market::history::{HistoryError, MarketHistory};
use market::kernel::moved::Deltas;
use market::listing::{nearest_strike, next_strike_below, spxw_expiries, vix_strike_step};
use market::math::{exp, whole_at_least, whole_at_most};
use market::observations::Observations;
use market::price::{Money, Price};
use market::released_series::NewYorkTime;
use market::settlement_law::{Expected, SettlementLaw};
use market::surface::{IndexLevels, ModelParams, Slice, TermStructure};
use market::vix::VixTerm;

use crate::edges::{history, observations, series, sessions, vx};
use crate::model_edges::{LEVELS, model};
use crate::tables::day;

fn term_of<T>(date: NaiveDate, levels: &IndexLevels, ask: impl Fn(&TermStructure<'_>) -> T) -> T {
    let bills = BillCurve::new(&[(1.0, 4.0)]);
    let params = ModelParams::default();
    let calendar = Calendar::nyse();
    ask(&TermStructure::new(
        calendar,
        date,
        levels,
        &bills,
        &params,
        &[],
    ))
}

/// Half-days end at 13:00 Eastern (NYSE): the Friday after Thanksgiving.
#[test]
fn a_half_day_closes_at_one() {
    let close = |date: &str| NewYorkTime::close(day(date)).minute;
    assert_eq!(
        [close("2022-11-23"), close("2022-11-25")],
        [16 * 60, 13 * 60]
    );
}

/// Friday weeklies: one or two at first, four from June 2012, seven from February 2014 (docs/model.md#what-is-listed).
#[test]
fn friday_weeklies_are_listed_so_many_days_ahead_and_no_further() {
    let listed = |on: &str, expiry: &str| spxw_expiries(day(on), 60).contains(&day(expiry));
    // 8 and 9 days ahead, 28 and 29, 49 and 50.
    assert!(listed("2011-01-06", "2011-01-14") && !listed("2011-01-05", "2011-01-14"));
    assert!(listed("2013-01-11", "2013-02-08") && !listed("2013-01-10", "2013-02-08"));
    assert!(listed("2022-01-07", "2022-02-25") && !listed("2022-01-06", "2022-02-25"));
}

/// Month-ends are listed from 2014-07-07 on, a Monday: the next one is a Thursday, which had no weeklies yet.
#[test]
fn month_ends_are_listed_from_their_first_day_on() {
    let listed = |on: &str| spxw_expiries(day(on), 60).contains(&day("2014-07-31"));
    assert_eq!([listed("2014-07-03"), listed("2014-07-07")], [false, true]);
}

#[test]
fn nothing_is_written_as_money_without_a_sign() {
    let written = [0, -1, 1, -123_456].map(|cents| Money(cents).to_string());
    assert_eq!(written, ["0.00", "-0.01", "0.01", "-1234.56"]);
}

/// Chances are shares of the weights, whatever these add up to.
#[test]
fn weights_below_one_are_weights() {
    let values: Arc<[f64]> = Arc::from([0.5, 1.0, 2.0]);
    let law = |scale: f64| {
        let weights = [1.0, 2.0, 1.0].map(|weight| scale * weight);
        SettlementLaw::new(&values, &weights).expect("a law")
    };
    for scale in [0.01, 0.25, 8.0] {
        assert!((law(scale).mean() - 4.5 / 4.0).abs() < 1e-12);
        assert!((law(scale).excess(1.0) - 0.25).abs() < 1e-12);
    }
}

/// The front future rises by a point a session, the next one stands.
#[test]
fn the_chained_front_moves_as_the_front_does() {
    let mut data = observations(&[4000.0; 28]);
    for (t, date) in data.sessions.clone().into_iter().enumerate() {
        data.vx.push(vx(date, "2022-02-16", 20.0 + t as f64));
        data.vx.push(vx(date, "2022-03-15", 22.0));
    }
    let market = history(&data, 0);
    let chained = market.view(27).series("vx1_chained").expect("a column");
    // From 2022-01-19 on the front is that of February.
    let first = market.window(day("2022-01-19"), day("2022-01-19")).start;
    for t in first + 1..28 {
        let [now, before] = [t, t - 1].map(|at| chained[at].expect("a level"));
        let wanted = (20.0 + t as f64) / (19.0 + t as f64);
        assert!((now / before - wanted).abs() < 1e-12, "{t}");
    }
}

#[test]
fn an_index_at_nothing_is_no_market() {
    let found = |close: f64| {
        let data = observations(&[4000.0, close, 4000.0]);
        let last = data.sessions[2];
        MarketHistory::build(&data, data.sessions[0], last, &ModelParams::default(), 60)
    };
    assert!(found(0.01).is_ok());
    for close in [0.0, -1.0] {
        let refused = matches!(found(close), Err(HistoryError::BadValue { .. }));
        assert!(refused, "{close}");
    }
}

/// On its last day an option has the delta of what it pays: one share or none, however near the strike is.
#[test]
fn without_time_a_delta_is_one_or_nothing() {
    let today = day("2022-02-08");
    let slice = term_of(today, &LEVELS, |term| term.slice(today, Settlement::Pm));
    assert_eq!((slice.dte, slice.t, slice.forward), (0, 0.0, 4_000.0));
    let mut deltas = Deltas::default();
    for right in [Right::Call, Right::Put] {
        for strike in [3_900.0, 3_999.5, 4_000.5, 4_100.0] {
            deltas.push(&slice, right, strike);
        }
    }
    let wanted = [1.0, 1.0, 0.0, 0.0, 0.0, 0.0, -1.0, -1.0];
    assert_eq!(deltas.deltas(), wanted);
}

/// A market whose VIX options are worth what they are expected to pay has smiles with their volatility at the money.
#[test]
fn a_smile_of_what_is_expected_has_its_price_at_the_money() {
    let values: Arc<[f64]> = Arc::from([0.7, 0.9, 1.0, 1.2, 1.6]);
    let law = SettlementLaw::new(&values, &[0.1, 0.3, 0.3, 0.2, 0.1]).expect("a law");
    let law = Arc::new(law);
    let expected = Expected::new(21.0, Arc::clone(&law));
    let market = history(&observations(&[4000.0; 3]), 0);
    let market = market.with_expected_vix(|_, _| expected.clone());
    let today = market.view(1).today();
    assert!(today.vix_options.len() > 3);
    for slice in &today.vix_options {
        let future = expected.future();
        assert!((slice.forward - future).abs() < 1e-12);
        let wanted = expected.option(Right::Call, future, 1.0);
        let found = slice.price(Right::Call, future) / slice.discount;
        assert!((found - wanted).abs() < 1e-6, "{found} {wanted}");
    }
    // Its path is worth what is expected, from whichever session it is asked for.
    let strike = Price::from_points(22.0);
    let slice = today.vix_options[1];
    let call = Contract::option(Root::Vix, slice.expiry, Right::Call, strike);
    let path = market.view(1).mark_path(&[(call, 1)]);
    let found = path.leg(0, market.view(1)).map(Price::points);
    let wanted = expected.option(Right::Call, 22.0, slice.discount);
    assert!(
        (found.expect("a mid") - wanted).abs() < 1e-3,
        "{found:?} {wanted}"
    );
}

#[test]
fn steps_of_vix_strikes_change_at_twenty_forty_and_fifty_points() {
    let step = |strike: Price| vix_strike_step(strike).points();
    for (edge, below, above) in [
        (20.0, 0.5, 1.0),
        (40.0, 1.0, 2.5),
        (50.0, 2.5, 5.0),
        (100.0, 5.0, 10.0),
    ] {
        let edge = Price::from_points(edge);
        assert_eq!([step(Price(edge.0 - 1)), step(edge)], [below, above]);
    }
}

#[test]
fn no_strike_above_a_million_points_is_considered() {
    let (million, more) = (Price::from_points(1e6), Price::from_points(1.5e6));
    assert_eq!(nearest_strike(Root::Spxw, more, 4_000.0, 10), million);
    assert!(next_strike_below(Root::Spxw, more, 4_000.0, 10) < million);
}

/// A millionth is rounding, more is not.
#[test]
fn a_limit_is_met_within_a_millionth() {
    assert_eq!(
        [0.8e-6, 1.2e-6, 8e-6].map(|miss| whole_at_most(3.0 - miss)),
        [3, 2, 2]
    );
    assert_eq!(
        [0.8e-6, 1.2e-6, 8e-6].map(|miss| whole_at_least(3.0 + miss)),
        [3, 4, 4]
    );
}

/// What is measured of three chains, on any day (docs/model.md#errors-of-the-model).
#[test]
fn the_errors_of_vix_options_are_two_and_nine_percent() {
    for (date, vix) in [("2012-03-01", 14.0), ("2024-08-05", 38.0)] {
        let of = |part| {
            let scales = scales(part, day(date), vix);
            [scales.level, scales.noise]
        };
        assert_eq!(of(ErrorPart::VixLevel), [0.02; 2]);
        assert_eq!(of(ErrorPart::VixNear), [0.09; 2]);
    }
}

/// VIX options of 2024-06-18, a Tuesday, and of 2024-05-22: 270 and 271 days ahead.
#[test]
fn vix_contracts_are_quoted_two_hundred_and_seventy_days_ahead() {
    let last = |on: &str| {
        let data = Observations {
            sessions: sessions(on, 2),
            ..observations(&[4000.0; 2])
        };
        let market = history(&data, 0);
        let futures = &market.view(0).today().futures;
        futures.last().expect("some are listed").expiry
    };
    assert_eq!(last("2023-09-22"), day("2024-06-18"));
    assert_eq!(last("2023-08-25"), day("2024-04-17"));
}

/// A series without an update is known for 75 days: here from a Thursday and from a Friday.
#[test]
fn a_daily_series_is_fresh_for_seventy_five_days() {
    let known = |update: usize, date: &str| {
        let mut data = observations(&[4000.0; 60]);
        let values = (0..60).map(|t| (t == update).then_some(90.0)).collect();
        data.daily.insert("vvix".into(), series(values));
        let at = data.sessions.binary_search(&day(date)).expect("a session");
        let market = history(&data, 0);
        let found = market.view(at).series("vvix").expect("a series");
        found[found.len() - 1]
    };
    assert_eq!(
        [known(4, "2022-03-23"), known(4, "2022-03-24")],
        [Some(90.0), None]
    );
    assert_eq!(
        [known(3, "2022-03-22"), known(3, "2022-03-23")],
        [Some(90.0), None]
    );
}

/// Index options expire within 191 days, and the calendar must reach so far.
#[test]
fn a_day_whose_options_outlive_the_calendar_has_no_term_structure() {
    let calendar = Calendar::nyse();
    let mut last = calendar.sessions()[calendar.sessions().len() - 1];
    while calendar.covers(last + Days::new(1)) {
        last = last + Days::new(1);
    }
    let exists =
        |days: u64| catch_unwind(|| term_of(last - Days::new(days), &LEVELS, |_| ())).is_ok();
    assert_eq!([190, 191, 192].map(exists), [false, true, true]);
}

/// Without the index a SKEW of 135 and a VVIX of 90 stand in.
#[test]
fn stand_ins_are_a_skew_of_135_and_a_vvix_of_90() {
    let slice = |skew: Option<f64>| {
        let levels = IndexLevels { skew, ..LEVELS };
        term_of(day("2022-02-08"), &levels, |term| {
            term.slice(day("2022-03-11"), Settlement::Pm)
        })
    };
    assert_eq!(slice(None), slice(Some(135.0)));
    assert_ne!(slice(None), slice(Some(134.0)));
    let option = |vvix: Option<f64>| {
        let term = VixTerm::new(day("2022-02-08"), &LEVELS, vvix);
        term.option_slice(day("2022-03-15"), 35, 20.0, 1.0)
    };
    assert_eq!(option(None), option(Some(90.0)));
    assert_ne!(option(None), option(Some(89.0)));
}

/// Half a session and 0.28 days before the close of their day (docs/model.md): on a flat curve about half-way between
/// two closes.
#[test]
fn a_morning_lies_half_a_session_before_its_close() {
    let flat = IndexLevels {
        vix9d: Some(20.0),
        vix: 20.0,
        vix3m: 20.0,
        vix6m: Some(20.0),
        ..LEVELS
    };
    let slice = |expiry: &str, settlement| {
        term_of(day("2022-02-08"), &flat, |term| {
            term.slice(day(expiry), settlement)
        })
    };
    let morning = slice("2022-03-18", Settlement::Am);
    assert_eq!(morning.t, (38.0 - 0.28) / 365.0);
    let [before, after] = ["2022-03-17", "2022-03-18"].map(|d| slice(d, Settlement::Pm).theta);
    let share = (morning.theta - before) / (after - before);
    assert!((0.4..0.6).contains(&share), "{share}");
}

#[test]
fn made_quotes_of_less_than_five_cents_are_bid_nothing_and_offered_at_five() {
    let market: MarketHistory = history(&observations(&[4000.0; 2]), 0);
    let view = market.view(1);
    let made = Made {
        noise: 0.0,
        step: 25.0,
        span: (0.5, 1.3),
    };
    let mut seen = [0; 2];
    for quote in made.quotes(view.today()) {
        if quote.root != Root::Spxw {
            continue;
        }
        let mut slices = view.today().slices(quote.root).iter();
        let worth = slices
            .find(|slice| slice.expiry == quote.expiry)
            .expect("its smile")
            .price(quote.right, quote.strike.points());
        if (0.026..0.0499).contains(&worth) {
            let both = (quote.bid, quote.ask);
            assert_eq!(both, (Some(Price::ZERO), Some(Price(500))), "{worth}");
            seen[0] += 1;
        } else if (0.0501..0.49).contains(&worth) {
            let ask = quote.ask.expect("an offer").points();
            assert!(ask > worth + 0.02, "{ask} for {worth}");
            seen[1] += 1;
        }
    }
    assert!(seen.iter().all(|quotes| *quotes > 10), "{seen:?}");
}

/// Quotes of puts and calls a hundredth wide at these strikes, of a forward of 4,000 and this discount.
fn pairs(strikes: &[f64], discount: f64) -> Vec<((Right, Price), Quoted)> {
    let quoted = |mid: f64| Quoted {
        bid: Price::from_points(mid - 0.005),
        ask: Price::from_points(mid + 0.005),
    };
    let both = strikes.iter().flat_map(|strike| {
        let at = Price::from_points(*strike);
        let call = 2_000.0 + discount * (4_000.0 - strike);
        [
            ((Right::Call, at), quoted(call)),
            ((Right::Put, at), quoted(2_000.0)),
        ]
    });
    both.collect()
}

#[test]
fn parity_takes_three_strikes_within_a_quarter_of_the_money() {
    let used = |strikes: &[f64]| parity(&pairs(strikes, 1.0), 4_000.0, 1.0, 1.0).map(|p| p.strikes);
    assert_eq!(used(&[3_900.0, 4_000.0]), None);
    assert_eq!(used(&[3_900.0, 4_000.0, 4_100.0]), Some(3));
    assert_eq!(used(&[3_000.0, 4_000.0, 5_000.0]), Some(3));
    assert_eq!(used(&[2_995.0, 4_000.0, 5_000.0, 5_005.0]), None);
    assert_eq!(used(&[3_400.0, 3_500.0, 4_000.0, 4_600.0]), Some(4));
}

/// A rate more than three points from the curve's is noise.
#[test]
fn a_rate_far_from_the_curves_is_not_taken() {
    let strikes = [3_800.0, 3_900.0, 4_000.0, 4_100.0, 4_200.0];
    let from_curve = |rate: f64, t: f64| {
        let found = parity(&pairs(&strikes, exp(-rate * t)), 4_000.0, 1.0, t);
        found.expect("five pairs").discount_from_curve
    };
    for t in [0.5, 1.0] {
        assert_eq!(
            [0.02, 0.029, 0.031, 0.2].map(|rate| from_curve(rate, t)),
            [false, false, true, true]
        );
    }
}

/// Quotes of a slice of this root, a tenth of a point wide.
fn quotes(root: Root, slice: &Slice) -> Vec<RawQuote> {
    let strikes = (-40..=40).map(|i| (slice.forward * (1.0 + 0.01 * f64::from(i))).round());
    let quote = |right, strike: f64| {
        let mid = slice.price(right, strike);
        let price = |x: f64| Some(Price::from_points(x.max(0.0)));
        RawQuote {
            root,
            expiry: slice.expiry,
            right,
            strike: Price::from_points(strike),
            bid: price(mid - 0.05),
            ask: price(mid + 0.05),
        }
    };
    strikes
        .flat_map(|strike| [Right::Call, Right::Put].map(|right| quote(right, strike)))
        .collect()
}

/// Index options of another moment lie more than 3 % away; VIX futures move more, up to 10 %.
#[test]
fn quotes_further_from_the_model_than_their_class_moves_are_stale() {
    let own = model("2023-01-27");
    let is_stale = |root: Root, gap: f64| {
        let moved = own.moved_to(own.forward * (1.0 + gap), own.discount);
        let all = SessionQuotes::new(&quotes(root, &moved));
        let chain = ChainDay::new(&all, &|_, _| Some(own));
        chain.findings.contains_key(&Finding::Stale)
    };
    for gap in [-1.0, 1.0] {
        let of = |root, gaps: [f64; 4]| gaps.map(|size| is_stale(root, gap * size));
        let wanted = [false, false, true, true];
        assert_eq!(of(Root::Spxw, [0.01, 0.029, 0.031, 0.09]), wanted);
        assert_eq!(of(Root::Vix, [0.02, 0.098, 0.102, 0.3]), wanted);
    }
}
