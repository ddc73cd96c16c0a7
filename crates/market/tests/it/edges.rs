//! Data at their edges: futures and their funds, what a package is worth, what a session knows.

use chrono::NaiveDate;
use market::calendar::Calendar;
use market::chain::made::Made;
use market::contract::{Contract, Right, Root};
use market::fund::Fund;
use market::history::MarketHistory;
use market::inputs::{Audit, Input, InputRules, Needs};
use market::math::exp;
use market::memo::Memo;
use market::observations::{DailySeries, Observations, VxSettlement};
use market::price::Price;
use market::roll;
use market::surface::{EventWeights, ModelParams};

use crate::tables::day;

pub fn sessions(from: &str, count: usize) -> Vec<NaiveDate> {
    let all = Calendar::nyse().sessions();
    let start = Calendar::nyse().index_of(day(from)).expect("a session");
    all[start..start + count].to_vec()
}

pub fn series(values: Vec<Option<f64>>) -> DailySeries {
    DailySeries {
        lag_sessions: 0,
        values,
    }
}

/// Sessions from 2022-01-03 at these closes, a VIX of 20, and nothing else.
pub fn observations(closes: &[f64]) -> Observations {
    let sessions = sessions("2022-01-03", closes.len());
    let daily = [
        (
            "spx_close".to_string(),
            series(closes.iter().map(|v| Some(*v)).collect()),
        ),
        ("vix".to_string(), series(vec![Some(20.0); closes.len()])),
    ];
    Observations {
        sessions,
        daily: daily.into(),
        ..Observations::default()
    }
}

/// All of them, or those from a place on, as a market.
pub fn history(observations: &Observations, from: usize) -> MarketHistory {
    let last = observations.sessions[observations.sessions.len() - 1];
    MarketHistory::build(
        observations,
        observations.sessions[from],
        last,
        &ModelParams::default(),
        100,
    )
    .expect("a market")
}

pub fn vx(trade_date: NaiveDate, expiry: &str, settle: f64) -> VxSettlement {
    VxSettlement {
        trade_date,
        expiry: day(expiry),
        settle,
        high: None,
    }
}

/// VX settled on 2022-02-16, 2022-03-15, 2022-04-20 and 2022-05-18.
#[test]
fn constant_maturities_lie_on_the_line_between_two_futures() {
    let mut data = observations(&[4000.0; 60]);
    for date in data.sessions.clone() {
        let listed = [
            ("2022-02-16", 20.0),
            ("2022-03-15", 22.0),
            ("2022-04-20", 25.0),
            ("2022-05-18", 26.0),
        ];
        data.vx.extend(
            listed
                .iter()
                .map(|(expiry, settle)| vx(date, expiry, *settle))
                .filter(|row| row.expiry > date),
        );
    }
    let market = history(&data, 0);
    let at = |name: &str, date: &str| {
        let t = market.window(day(date), day(date)).start;
        let found = market.view(t).series(name).expect("a column");
        found.last().copied().flatten()
    };
    let near = |found: Option<f64>, wanted: f64| {
        assert!(
            (found.expect("a value") - wanted).abs() < 1e-12,
            "{found:?} is not {wanted}"
        )
    };
    // On 2022-02-08 the contracts are 8, 35 and 71 days away.
    near(at("cmf30", "2022-02-08"), 20.0 + 2.0 * 22.0 / 27.0);
    near(at("cmf60", "2022-02-08"), 22.0 + 3.0 * 25.0 / 36.0);
    assert_eq!(
        (at("vx1", "2022-02-08"), at("vx2", "2022-02-08")),
        (Some(20.0), Some(22.0))
    );
    assert_eq!(
        (at("vx1_days", "2022-02-08"), at("vx2_days", "2022-02-08")),
        (Some(8.0), Some(35.0))
    );
    // On 2022-03-15 the front contract is 36 days away and the next 64: the line goes on to thirty days.
    near(at("cmf30", "2022-03-15"), 25.0 - 6.0 / 28.0);
    // On 2022-03-21 it is exactly thirty days away.
    near(at("cmf30", "2022-03-21"), 25.0);
}

#[test]
fn a_fund_earns_the_futures_and_the_bill_less_its_fee_by_calendar_days() {
    let mut data = observations(&[4000.0; 40]);
    for (t, date) in data.sessions.clone().into_iter().enumerate() {
        let listed = [("2022-02-16", 20.0), ("2022-03-15", 22.0)];
        let moved = 1.0 + 0.01 * t as f64;
        data.vx.extend(
            listed
                .iter()
                .map(|(expiry, settle)| vx(date, expiry, settle * moved))
                .filter(|row| row.expiry > date),
        );
    }
    let market = history(&data, 0);
    // Friday to Monday: both futures rise by the same part.
    let t = market.window(day("2022-02-07"), day("2022-02-07")).start;
    let view = market.view(t);
    let rise = (1.0 + 0.01 * t as f64) / (1.0 + 0.01 * (t as f64 - 1.0)) - 1.0;
    let excess = roll::excess_return(view).expect("two futures");
    assert!((excess - rise).abs() < 1e-5, "{excess} {rise}");
    let bill = view.back(1).expect("a day before").bill_rate;
    let found = roll::fund_return(view, 0.0085).expect("two futures");
    assert!((found - (excess + (bill - 0.0085) * 3.0 / 365.0)).abs() < 1e-15);
    // Published expense ratios: VIXY 0.85 %, VXX 0.89 % a year.
    assert_eq!((roll::VIXY_FEE, roll::VXX_FEE), (0.0085, 0.0089));
}

/// A future that answers each change of the index with minus two of its own and a drift: the slope is minus two.
#[test]
fn a_beta_needs_a_hundred_and_twenty_changes_of_one_contract() {
    let count = 230;
    let change = |t: usize| 0.01 * (((t * 37) % 11) as f64 - 4.0);
    let mut closes = vec![4000.0];
    let mut future = vec![20.0];
    for t in 1..count {
        closes.push(closes[t - 1] * exp(change(t)));
        future.push(future[t - 1] * exp(0.003 - 2.0 * change(t)));
    }
    let mut data = observations(&closes);
    for (t, date) in data.sessions.clone().into_iter().enumerate() {
        // The contract that settles today is no contract any more.
        data.vx.push(VxSettlement {
            trade_date: date,
            expiry: date,
            settle: 5.0 + t as f64,
            high: None,
        });
        data.vx.push(vx(date, "2023-02-15", future[t]));
    }
    let beta = |from: usize, t: usize| history(&data, from).view(t - from).future_beta(0);
    assert_eq!(beta(0, 119), None, "119 changes");
    for (from, t) in [(0, 120), (0, 200), (100, 125), (150, 150), (150, 229)] {
        let found = beta(from, t).expect("a slope");
        assert!((found + 2.0).abs() < 1e-9, "{found} at {t} from {from}");
    }
    assert_eq!(
        history(&data, 150).view(0).future_beta(1),
        None,
        "there is one contract"
    );
}

#[test]
fn what_a_package_is_worth_lands_on_its_own_days() {
    let closes: Vec<f64> = (0..40).map(|t| 4000.0 + 5.0 * f64::from(t)).collect();
    let mut data = observations(&closes);
    let funds = closes
        .iter()
        .map(|close| Some(close / 10.0 + 0.37))
        .collect();
    data.daily.insert("spy".into(), series(funds));
    let market = history(&data, 0);
    let expiry = market
        .view(0)
        .today()
        .spxw
        .iter()
        .map(|slice| slice.expiry)
        .find(|e| *e >= day("2022-01-21"))
        .expect("a slice");
    let put = Contract::option(Root::Spxw, expiry, Right::Put, Price::from_points(3950.0));
    for (unit, multiplier) in [
        (vec![(put, -1)], 100),
        (vec![(Contract::fund(Fund::Spy), 1)], 1),
    ] {
        let path = market.view(0).mark_path(&unit);
        for window in [0..40, 5..40, 5..9, 20..40, 30..40] {
            let mut column = vec![1.0; window.len()];
            path.add_worth(window.clone(), 3, multiplier, &mut column);
            for (t, found) in window.clone().zip(&column) {
                let (value, _) = path.value(market.view(t));
                let wanted = 1.0 + (value * 3).dollars(multiplier).0 as f64;
                assert_eq!(
                    *found, wanted,
                    "session {t} of {window:?}, multiplier {multiplier}"
                );
            }
        }
    }
}

/// Of a package that is first listed on a later session, and of legs that end on different ones.
#[test]
fn a_package_is_worth_nothing_before_it_is_listed() {
    let closes: Vec<f64> = (0..60).map(|t| 4000.0 + 5.0 * f64::from(t)).collect();
    let market = history(&observations(&closes), 0);
    let put = |expiry: &str, strike| {
        Contract::option(
            Root::Spxw,
            day(expiry),
            Right::Put,
            Price::from_points(strike),
        )
    };
    let (near, late) = (put("2022-02-11", 4000.0), put("2022-03-11", 3900.0));
    let first = (0..60)
        .find(|t| market.view(*t).today().priced(&late).is_some())
        .expect("it is listed");
    assert!((5..20).contains(&first), "{first}");
    for unit in [vec![(late, -1)], vec![(near, 2), (late, -1)]] {
        let path = market.view(0).mark_path(&unit);
        for window in [
            0..60,
            3..first + 4,
            first + 2..60,
            first + 1..first + 3,
            0..first,
        ] {
            let mut column = vec![1.0; window.len()];
            path.add_worth(window.clone(), 3, 100, &mut column);
            for (t, found) in window.clone().zip(&column) {
                let leg = |contract: &Contract| {
                    let priced = |t: &usize| market.view(*t).today().priced(contract);
                    (first..=t)
                        .rev()
                        .find_map(|t| priced(&t))
                        .map(|(mid, _)| mid)
                };
                let legs: Option<Price> = unit.iter().map(|(c, n)| Some(leg(c)? * *n)).sum();
                let worth = legs.unwrap_or_default() * 3;
                let wanted = 1.0 + worth.dollars(100).0 as f64;
                assert_eq!(
                    *found,
                    wanted,
                    "session {t} of {window:?}, {} legs",
                    unit.len()
                );
            }
        }
    }
}

/// A fund has its first close on the sixth session and none on the eighth.
#[test]
fn a_fund_has_no_mark_before_its_first_close() {
    let mut data = observations(&[4000.0; 20]);
    let close = |t: usize| (t >= 5 && t != 7).then_some(400.0 + t as f64);
    data.daily
        .insert("spy".into(), series((0..20).map(close).collect()));
    let market = history(&data, 0);
    let path = market.view(8).mark_path(&[(Contract::fund(Fund::Spy), 1)]);
    let found = [4, 5, 6, 7, 8, 19].map(|t| path.leg(0, market.view(t)));
    let wanted = [
        None,
        Some(405.0),
        Some(406.0),
        Some(406.0),
        Some(408.0),
        Some(419.0),
    ];
    assert_eq!(found, wanted.map(|points| points.map(Price::from_points)));
}

/// Rates of a session, and the discount of its first VIX options, by hand.
#[test]
fn a_session_has_the_rates_of_its_yields() {
    let mut data = observations(&[4000.0; 20]);
    for date in data.sessions.clone() {
        data.vx.push(vx(date, "2022-02-16", 20.0));
    }
    for (name, percent) in [("dff", 3.0), ("dgs1mo", 4.0), ("dgs1", 8.0)] {
        data.daily
            .insert(name.into(), series(vec![Some(percent); 20]));
    }
    let market = history(&data, 0);
    // A bond-equivalent yield y grows by (1 + y / 2) twice a year.
    let today = market.view(0).today();
    let rate = |percent: f64| 2.0 * market::math::ln(1.0 + percent / 200.0);
    assert_eq!(today.overnight_rate, 0.03);
    assert!((today.bill_rate - rate(4.0)).abs() < 1e-12);
    let february = |smile: &&market::surface::Slice| smile.expiry == day("2022-02-16");
    let smile = today.vix_options.iter().find(february).expect("listed");
    // 44 days: from a month on the yield rises by 4 points over 11 months.
    assert_eq!(smile.dte, 44);
    let (t, month) = (44.0 / 365.0, 1.0 / 12.0);
    let percent = 4.0 + 4.0 * (t - month) / (1.0 - month);
    assert!((smile.discount - exp(-rate(percent) * t)).abs() < 1e-12);
}

#[test]
fn data_are_cut_after_their_last_day() {
    let mut data = observations(&[4000.0; 5]);
    data.daily
        .insert("short".into(), series(vec![Some(1.0), Some(2.0)]));
    for date in data.sessions.clone() {
        data.vx.push(vx(date, "2022-02-16", 20.0));
    }
    let last = data.sessions[2];
    let cut = data.until(last);
    assert_eq!((cut.sessions.len(), cut.vx.len()), (3, 3));
    assert_eq!(
        (
            cut.daily["vix"].values.len(),
            cut.daily["short"].values.len()
        ),
        (3, 2)
    );
    assert_eq!(cut.vx[2].trade_date, last);
}

#[test]
fn a_fund_without_a_positive_close_has_none() {
    let close = |value: Option<f64>, unadjusted: Option<f64>| {
        let mut data = observations(&[4000.0]);
        data.daily.insert("vixy".into(), series(vec![value]));
        data.daily
            .insert("vixy_unadjusted".into(), series(vec![unadjusted]));
        let market = history(&data, 0);
        market
            .view(0)
            .today()
            .fund(Fund::Vixy)
            .map(|quote| (quote.close, quote.shares))
    };
    assert_eq!(
        close(Some(12.0), Some(3.0)),
        Some((Price::from_points(12.0), 4.0))
    );
    for none in [
        None,
        Some(0.0),
        Some(-1.0),
        Some(f64::NAN),
        Some(f64::INFINITY),
    ] {
        assert_eq!(close(none, Some(3.0)), None, "{none:?}");
        assert_eq!(
            close(Some(12.0), none),
            Some((Price::from_points(12.0), 1.0)),
            "{none:?}"
        );
    }
}

/// Levels have no floor but zero.
#[test]
fn small_levels_are_levels() {
    let mut data = observations(&[0.75]);
    data.daily.insert("vix".into(), series(vec![Some(0.5)]));
    let market = history(&data, 0);
    let today = market.view(0).today();
    assert_eq!((today.spot, today.vix), (0.75, 0.5));
}

#[test]
fn a_modelled_future_needs_the_indices_it_is_modelled_from() {
    let data = observations(&[4000.0; 3]);
    let mut rules = InputRules::required();
    let needed = |rules: &InputRules, vx_days: i64, input: Input| {
        let needs = Needs {
            vx_days,
            ..Needs::default()
        };
        let standings = Audit::new(&data, rules).standings_on(
            data.sessions[1],
            &needs,
            &EventWeights::default(),
        );
        standings.iter().any(|(found, _)| *found == input)
    };
    assert!(
        !needed(&rules, 60, Input::Vix3m),
        "only published settlements are read"
    );
    rules.allow(Input::Vx, market::inputs::StandIn::Rule);
    assert!(
        needed(&rules, 1, Input::Vix3m)
            && needed(&rules, 1, Input::Vvix)
            && needed(&rules, 1, Input::Vx)
    );
    assert!(
        !needed(&rules, 0, Input::Vix3m)
            && !needed(&rules, 0, Input::Vvix)
            && !needed(&rules, 0, Input::Vx)
    );
}

#[test]
fn a_memo_that_may_keep_nothing_keeps_one() {
    let memo: Memo<u32> = Memo::new(0);
    assert_eq!(*memo.get(|v| *v == 1, || 1), 1);
    assert_eq!(*memo.get(|v| *v == 1, || panic!("it is kept")), 1);
}

#[test]
fn whole_points_and_parts_are_written_as_they_are() {
    for (units, text) in [
        (99_990_000, "9999.00"),
        (100_000_000, "10000.00"),
        (99_999_999, "9999.9999"),
        (9_999, "0.9999"),
        (-10_001, "-1.0001"),
        (40_252_500, "4025.25"),
        (100, "0.01"),
        (99, "0.0099"),
    ] {
        assert_eq!(Price(units).to_string(), text);
    }
}

/// What `Made` says of itself: a width of 0.05 and 6 % of the root of the price, VIX strikes from 10 to 60 by halves.
#[test]
fn made_quotes_stand_around_the_models_price() {
    let data = observations(&[4000.0]);
    let market = history(&data, 0);
    let today = market.view(0).today();
    let made = Made {
        noise: 0.0,
        step: 25.0,
        span: (0.9, 1.1),
    };
    let quotes = made.quotes(today);
    let vix: std::collections::BTreeSet<Price> = quotes
        .iter()
        .filter(|q| q.root == Root::Vix)
        .map(|q| q.strike)
        .collect();
    assert_eq!(
        (vix.first(), vix.last(), vix.len()),
        (
            Some(&Price::from_points(10.0)),
            Some(&Price::from_points(60.0)),
            101
        )
    );
    for quote in quotes
        .iter()
        .filter(|q| q.root == Root::Spxw && q.ask > Some(Price::from_points(1.0)))
    {
        let exact = today
            .slice(quote.root, quote.expiry)
            .expect("a slice")
            .price(quote.right, quote.strike.points());
        let half = 0.5 * (0.05 + 0.06 * exact.sqrt());
        assert!((quote.ask.expect("an ask").points() - exact - half.min(exact)).abs() < 1e-4);
        assert!((exact - half - quote.bid.expect("a bid").points()).abs() < 1e-4 || exact < half);
    }
}
