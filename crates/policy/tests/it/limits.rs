//! Sums, quoted strikes and logs: what lies just inside and just outside.

use std::sync::Arc;

use book::trade_log::TradeLog;
use market::chain::made::Made;
use market::chain::{ChainDay, SessionQuotes};
use market::contract::{Right, Root};
use market::price::Price;
use policy::condor::Condor;
use policy::hedge::Hedge;
use policy::rule::StrikeRule;
use policy::select::{Side, nearest_delta};
use policy::strikes::Strikes;
use policy::weight_rules::Scale;

use crate::scene::{ALWAYS, Scene, calls, condor, day, hedge, market, points};

fn check(text: &str) -> Result<(), String> {
    let hedge: Hedge = toml::from_str(text).expect("a hedge");
    hedge.check().map_err(|error| error.to_string())
}

/// Thirds of a share do not add up to one to the last digit: a billionth is forgiven, five are not.
#[test]
fn shares_and_steps_add_up_to_one_and_a_billionth() {
    let steps = |more: f64| {
        let add = 0.5 + more;
        let steps = format!(
            "{ALWAYS}\nsteps = [{{ when = \"high\", add = 0.5 }}, {{ when = \"high\", add = {add:?} }}]"
        );
        check(&hedge(&steps, &calls("a", "")))
    };
    let shares = |more: f64| {
        let other = calls("b", "").replace("share = 0.5", &format!("share = {:?}", 0.5 + more));
        check(&hedge(ALWAYS, &format!("{}{other}", calls("a", ""))))
    };
    for (more, is_allowed) in [(0.0, true), (7e-10, true), (5e-9, false)] {
        assert_eq!(steps(more).is_ok(), is_allowed, "steps and {more}");
        assert_eq!(shares(more).is_ok(), is_allowed, "shares and {more}");
    }
}

/// A spread whose sold option lies further out costs money, so a rule on its credit can never apply.
#[test]
fn a_spread_is_a_debit_where_the_sold_option_lies_further_out() {
    let spread = |right: &str, away: f64| {
        let legs = format!(
            "legs = [{{ side = \"long\", right = \"{right}\", strike = {{ by = \"moneyness\", ratio = 1.0 }} }}, \
             {{ side = \"short\", right = \"{right}\", strike = {{ by = \"offset_from_previous\", points = {away:?} }} }}]"
        );
        let stop = "exit = [{ kind = \"stop_loss\", multiple_of_credit = 2.0 }]\n";
        let layer = calls("a", stop);
        let start = layer.find("legs = ").expect("legs");
        let end = start + layer[start..].find('\n').expect("a line");
        check(&hedge(ALWAYS, &layer.replace(&layer[start..end], &legs)))
    };
    for (right, away, is_debit) in [
        ("call", 5.0, true),
        ("call", -5.0, false),
        ("put", -5.0, true),
        ("put", 5.0, false),
    ] {
        let said = spread(right, away);
        assert_eq!(said.is_err(), is_debit, "{right} {away}: {said:?}");
    }
}

#[test]
fn what_is_sold_needs_a_bid() {
    let history = market(&[], &[]);
    let at = day("2022-01-13");
    let mut today = history.view(history.window(at, at).start).today().clone();
    let slice = *today
        .spxw
        .iter()
        .find(|slice| slice.dte >= 20)
        .expect("a slice");
    let made = Made {
        noise: 0.0,
        step: 50.0,
        span: (0.9, 1.1),
    };
    let mut quotes = made.quotes(&today);
    let lowest = quotes
        .iter()
        .filter(|q| (q.expiry, q.root, q.right) == (slice.expiry, Root::Spxw, Right::Put))
        .map(|q| q.strike)
        .min()
        .expect("puts");
    for quote in quotes.iter_mut().filter(|q| q.strike == lowest) {
        if quote.right == Right::Put {
            (quote.bid, quote.ask) = (Some(Price::ZERO), Some(points(0.05)));
        }
    }
    let chain = ChainDay::new(&SessionQuotes::new(&quotes), &|_, expiry| {
        today.slice(Root::Spxw, expiry).copied()
    });
    today.chain = Some(Arc::new(chain));
    let strikes = |side| match Strikes::of(&today, Root::Spxw, &slice, Right::Put, side) {
        Strikes::Quoted(strikes) => strikes,
        grid => panic!("{grid:?}"),
    };
    let bought = strikes(Side::Long);
    assert_eq!(bought.first(), Some(&lowest));
    assert_eq!(strikes(Side::Short), bought[1..]);
}

/// A delta is that of the discounted option: beyond the discount factor there is none.
#[test]
fn no_call_has_a_delta_beyond_its_discount() {
    let history = market(&[], &[]);
    let slice = *history
        .view(0)
        .today()
        .spxw
        .iter()
        .find(|slice| slice.dte >= 20)
        .expect("a slice");
    let dear = slice.moved_to(slice.forward, 0.9);
    let found = |delta| nearest_delta(&dear, Root::Spxw, Right::Call, delta);
    assert!(found(0.85).is_some());
    assert_eq!((found(0.9), found(0.95)), (None, None));
}

#[test]
fn a_scale_without_points_changes_nothing() {
    let scale = Scale {
        signal: "vix".into(),
        points: Vec::new(),
    };
    assert_eq!(scale.factor(17.0), 1.0);
}

#[test]
fn a_log_makes_a_tier_of_one_contract_that_is_entered_by_its_trades_alone() {
    let log = TradeLog {
        file: "log.csv".into(),
        publisher: "test".into(),
        trades: Vec::new(),
        refused: Vec::new(),
    };
    let tier = Condor::of_log("mine", log);
    assert_eq!(tier.summary, "The trades of log.csv (test).");
    assert_eq!(tier.expiry.bounds(), (1, 1), "no trade, no days");
    assert_eq!((tier.max_open, tier.min_credit_points), (1000, 0.0));
    assert_eq!(tier.check(), Ok(()));
    assert_eq!(
        tier.asks_account(),
        Some("condor_tiers, which names a trade log,")
    );
    // What its rows say of rules it does not follow: sold at ten delta, fifty points wide.
    let short = StrikeRule::Delta {
        delta: 0.10,
        tolerance: 0.05,
    };
    let away = |points| StrikeRule::OffsetFromPrevious { points };
    let strikes: Vec<StrikeRule> = tier.template().legs.iter().map(|leg| leg.strike).collect();
    assert_eq!(strikes, [short, away(-50.0), short, away(50.0)]);
    assert_eq!(tier.size, policy::condor::Size::Fixed { contracts: 1 });
}

#[test]
fn a_signal_on_the_surface_needs_the_surface() {
    let needs = |signals: &str| {
        let keys = format!("{ALWAYS}\nsignals = {{ {signals} }}");
        Scene::new(&[], &hedge(&keys, "")).arm.inputs()
    };
    let level = needs("s = { kind = \"level\", of = \"vix\" }");
    assert!(!level.surface && !level.vix_options && level.vx_days == 0);
    let reversal = needs("s = { kind = \"risk_reversal\", days = 30, delta = 0.25 }");
    assert!(reversal.surface && !reversal.vix_options);
    let call = needs("s = { kind = \"vix_call_price\", days = 60, delta = 0.3 }");
    assert!(call.vix_options && call.vx_days >= 60);
    let tier = condor("spx", "max_open = 1");
    let morning = Scene::new(&[&tier], &hedge(ALWAYS, "")).arm.inputs();
    assert!(morning.surface && morning.am_settlement);
}
