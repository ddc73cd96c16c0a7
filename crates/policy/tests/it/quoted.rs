//! Strikes of a session with quotes, and the tier that repeats a log.

use book::trade_log::{LoggedLeg, LoggedRoot, LoggedTrade, TradeLog};
use chrono::NaiveDate;
use market::chain::{Quotes, RawChains, RawQuote, SessionQuotes};
use market::contract::{Right, Root};
use market::history::{MarketHistory, Pricing, Snapshot};
use market::inputs::InputRules;
use market::observations::{DailySeries, Observations};
use market::price::Price;
use market::surface::ModelParams;
use policy::condor::{Cadence, Condor, LongWing, Size, Wing};
use policy::rule::{ExpiryRule, StrikeRule, Underlying};
use policy::select::{LegRule, Side, Template, nearest_miss, resolve};
use policy::strikes::Strikes;

use crate::scene::{day, points};

const DATE: &str = "2022-01-13";

/// Quotes of the puts of one expiry at these strikes, all but `unbid` with a bid.
fn quotes(today: &Snapshot, expiry: NaiveDate, strikes: &[f64], unbid: f64) -> Vec<RawQuote> {
    let slice = today.slice(Root::Spxw, expiry).expect("a slice");
    let of = |strike: f64, right: Right| {
        let mid = slice.price(right, strike);
        let bid = if strike == unbid {
            0.0
        } else {
            (mid - 0.1).max(0.05)
        };
        RawQuote {
            root: Root::Spxw,
            expiry,
            right,
            strike: Price::from_points(strike),
            bid: Some(Price::from_points(bid)),
            ask: Some(Price::from_points(mid + 0.1)),
        }
    };
    let both = |strike: &f64| [of(*strike, Right::Put), of(*strike, Right::Call)];
    strikes.iter().flat_map(both).collect()
}

/// What is asked of a session whose first expiry beyond twenty days is quoted at these strikes.
fn on<T>(strikes: &[f64], unbid: f64, ask: impl Fn(&Snapshot, NaiveDate) -> T) -> T {
    let sessions = vec![day("2022-01-12"), day(DATE)];
    let flat = |value: f64| DailySeries {
        lag_sessions: 0,
        values: vec![Some(value); 2],
    };
    let data = Observations {
        daily: [
            ("spx_close".to_string(), flat(4000.0)),
            ("vix".to_string(), flat(20.0)),
        ]
        .into(),
        sessions: sessions.clone(),
        ..Observations::default()
    };
    let build = |chains: &RawChains| {
        let pricing = Pricing {
            params: &|_| ModelParams::default(),
            quotes: Quotes::ChainThenModel,
            chains,
            inputs: &InputRules::lenient(),
        };
        MarketHistory::build_priced(&data, sessions[0], sessions[1], &pricing, 60)
            .expect("a market")
    };
    let plain = build(&RawChains::new());
    let today = plain.view(1).today();
    let expiry = today
        .slices(Root::Spxw)
        .iter()
        .find(|slice| slice.dte >= 20)
        .expect("an expiry")
        .expiry;
    let chains = RawChains::from([(
        sessions[1],
        SessionQuotes::new(&quotes(today, expiry, strikes, unbid)),
    )]);
    ask(build(&chains).view(1).today(), expiry)
}

const QUOTED: [f64; 12] = [
    3300.0, 3500.0, 3600.0, 3700.0, 3750.0, 3800.0, 3900.0, 3950.0, 4000.0, 4050.0, 4100.0, 4200.0,
];

fn template(strike: StrikeRule, side: Side) -> Template {
    Template {
        underlying: Underlying::Spxw,
        expiry: ExpiryRule::First {
            min_days: 20,
            max_days: 60,
        },
        legs: vec![LegRule {
            side,
            right: Right::Put,
            ratio: 1,
            strike,
        }],
        future_side: Side::Long,
        max_width_fraction_of_mid: None,
    }
}

#[test]
fn only_quoted_strikes_are_there_and_what_is_sold_has_a_bid() {
    on(&QUOTED, 3300.0, |today, expiry| {
        let slice = today.slice(Root::Spxw, expiry).expect("a slice");
        let strikes = |side| Strikes::of(today, Root::Spxw, slice, Right::Put, side);
        let all = Strikes::Quoted(QUOTED.map(points).to_vec());
        assert_eq!(strikes(Side::Long), all);
        assert_eq!(
            strikes(Side::Short),
            Strikes::Quoted(QUOTED[1..].iter().copied().map(points).collect())
        );
        let other = today
            .slices(Root::Spxw)
            .iter()
            .find(|other| other.expiry != expiry)
            .expect("another expiry");
        assert_eq!(
            Strikes::of(today, Root::Spxw, other, Right::Put, Side::Long),
            Strikes::grid(Root::Spxw, other)
        );
    });
}

#[test]
fn a_leg_is_the_nearest_quoted_strike() {
    let strike = |rule: StrikeRule, side| {
        on(&QUOTED, 3300.0, |today, _| {
            let found = resolve(&template(rule, side), today).ok()?;
            found.legs[0].0.option.map(|(_, strike)| strike.points())
        })
    };
    let below = |ratio| StrikeRule::AtOrBelow { ratio };
    assert_eq!(strike(below(1.0), Side::Long), Some(4000.0));
    assert_eq!(
        strike(below(0.96), Side::Long),
        Some(3800.0),
        "3840 lies nearest to 3800"
    );
    assert_eq!(
        strike(below(0.97), Side::Long),
        Some(3800.0),
        "3880 lies nearer to 3900, which is above it"
    );
    assert_eq!(strike(below(0.825), Side::Long), Some(3300.0));
    assert_eq!(
        strike(below(0.825), Side::Short),
        None,
        "nobody bids for it, and the next lies above"
    );
    assert_eq!(
        strike(below(0.824), Side::Long),
        None,
        "nothing is quoted so low"
    );
}

#[test]
fn a_refusal_names_the_contract_that_came_nearest() {
    // Between 3900 and 3950 lies a delta that no quoted put has.
    let missed = on(&QUOTED, 3300.0, |today, expiry| {
        let slice = today.slice(Root::Spxw, expiry).expect("a slice");
        let delta = |strike: f64| slice.delta(Right::Put, strike).abs();
        let wanted = 0.5 * (delta(3900.0) + delta(3950.0)) - 0.001;
        let asked = |tolerance: f64| {
            template(
                StrikeRule::Delta {
                    delta: wanted,
                    tolerance,
                },
                Side::Long,
            )
        };
        let gap = wanted - delta(3900.0);
        assert!(resolve(&asked(gap + 1e-9), today).is_ok());
        assert!(resolve(&asked(gap - 1e-9), today).is_err());
        assert_eq!(nearest_miss(&asked(gap + 1e-9), today), None);
        let (contract, found) = nearest_miss(&asked(gap - 1e-9), today).expect("a miss");
        assert_eq!(found, delta(3900.0));
        contract.option.map(|(_, strike)| strike.points())
    });
    assert_eq!(missed, Some(3900.0));
}

fn trade(root: LoggedRoot, opened: &str, expiry: &str) -> LoggedTrade {
    let leg = |strike: f64, quantity: i64| LoggedLeg {
        root,
        expiry: day(expiry),
        right: Right::Put,
        strike,
        quantity,
        open_points: None,
        close_points: None,
    };
    LoggedTrade {
        id: opened.to_string(),
        opened: day(opened),
        closed: day(expiry),
        contracts: 2,
        entry_points: 1.25,
        exit_points: Some(-0.5),
        entry_fees_usd: -2.0,
        exit_fees_usd: -2.0,
        legs: vec![leg(3900.0, -1), leg(3850.0, 1)],
    }
}

fn log(trades: Vec<LoggedTrade>) -> TradeLog {
    TradeLog {
        file: "trades.csv".into(),
        publisher: "somebody".into(),
        trades,
        refused: Vec::new(),
    }
}

/// The rules of the tier decide nothing; its range is that of the log, so that prices reach as far.
#[test]
fn the_tier_of_a_log_reaches_as_far_as_its_longest_trade() {
    let tier = |trades: Vec<LoggedTrade>| Condor::of_log("mine", log(trades));
    let weekly = trade(LoggedRoot::Spxw, "2022-01-13", "2022-01-21");
    let longer = trade(LoggedRoot::Spxw, "2022-01-14", "2022-02-11");
    let morning = trade(LoggedRoot::Spx, "2022-01-13", "2022-01-21");
    let expiry = |days| ExpiryRule::Latest {
        min_days: 1,
        max_days: days,
    };
    assert_eq!(tier(vec![weekly.clone()]).expiry, expiry(8));
    assert_eq!(
        tier(vec![weekly.clone(), longer.clone(), weekly.clone()]).expiry,
        expiry(28)
    );
    assert_eq!(tier(Vec::new()).expiry, expiry(1));
    let same_day = trade(LoggedRoot::Spxw, "2022-01-21", "2022-01-21");
    assert_eq!(tier(vec![same_day]).expiry, expiry(1));
    assert_eq!(
        tier(vec![weekly.clone(), longer]).underlying,
        Underlying::Spxw
    );
    assert_eq!(
        tier(vec![weekly.clone(), morning]).underlying,
        Underlying::Spx
    );
    let whole = tier(vec![weekly.clone()]);
    assert_eq!(
        (whole.entry, whole.size),
        (Cadence::Session, Size::Fixed { contracts: 1 })
    );
    // What its wings and limits would be, were it written without the log: the stored configuration shows them.
    let wing = Wing {
        short_delta: 0.1,
        delta_tolerance: 0.05,
        long: LongWing::Width { points: 50.0 },
    };
    assert_eq!((whole.put, whole.call), (wing, wing));
    assert_eq!(
        (whole.min_credit_points, whole.max_open, whole.exit.len()),
        (0.0, 1000, 0)
    );
    assert_eq!(
        whole.asks_account(),
        Some("condor_tiers, which names a trade log,")
    );
    assert_eq!(whole.check(), Ok(()));
    // Without its log the same tier is one that may be written: within every range.
    let mut bare = whole.clone();
    bare.log = None;
    assert_eq!(bare.check(), Ok(()));
    let mut wrong = weekly;
    wrong.contracts = 0;
    let said = tier(vec![wrong])
        .check()
        .expect_err("no contract")
        .to_string();
    assert!(
        said.starts_with("condors.mine.log: trade \"2022-01-13\": "),
        "{said}"
    );
}
