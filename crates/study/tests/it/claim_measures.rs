//! The measures of claims against their definitions, worked out again from the market and the runs.

use std::ops::Range;
use std::sync::OnceLock;

use engine::placebo_trades::PlaceboTrades;
use engine::run::{Keep, run};
use market::price::Money;
use policy::arm::Arm;
use runfile::config::RunConfig;
use study::claims::Found;
use study::results::{ArmResult, Replay, Study};
use study::{crash_phases, curves};

use crate::support::{config, execute_on, observations};

/// Two spans with a gap between them, of 103 and of 84 sessions.
const WINDOWS: &str = "windows=[{name=\"fall\",first=\"2022-01-03\",last=\"2022-05-31\"},\
                       {name=\"calm\",first=\"2023-06-01\",last=\"2023-09-29\"}]";
const ARMS: &str = "arms=[\"unhedged\",\"single_vix_call\",\"ladder_30_60_90\"]";
/// Starts are 14 sessions apart: the last of four is on session 42, in the middle of the second window.
const STARTS: (usize, usize) = (4, 14);
const CRASH_SESSIONS: usize = 5;
/// VIX at the close above this is the trigger of every row, and above the second the answer of the classification.
const TRIGGER: (f64, f64) = (21.0, 25.0);

fn row(name: &str, window: &str, measure: &str) -> String {
    let windows = if window.is_empty() {
        "[]".to_string()
    } else {
        format!("[\"{window}\"]")
    };
    format!(
        "{name}={{id=\"{name}\",claim=\"made\",windows={windows},claimed={{above=0.0}},minimum_n=1,measure={{{measure}}}}}"
    )
}

/// The questions about words: triggers and families.
fn worded_rows() -> Vec<String> {
    let above = |level: f64| format!("{{signal=\"vix\",above={level:.1}}}");
    let trigger = above(TRIGGER.0);
    let classify = format!(
        "kind=\"classification\",arm=\"single_vix_call\",event={trigger},trigger={},sessions=5",
        above(TRIGGER.1)
    );
    let flagged = |of: &str| {
        format!(
            "kind=\"flagged_yield\",arm=\"ladder_30_60_90\",trigger={trigger},layers=[\"near\",\"far\"],yield=\"{of}\""
        )
    };
    let event = format!(
        "kind=\"event_study\",arm=\"single_vix_call\",trigger={trigger},outcome=\"decline\",sessions=10"
    );
    let dispersion = format!(
        "kind=\"phase_dispersion\",single=\"single_vix_call\",ladder=\"ladder_30_60_90\",crash_sessions={CRASH_SESSIONS}"
    );
    // A family of one: the ladder itself.
    let ratio = |of: &str| {
        format!(
            "kind=\"ratio_{of}\",family=\"own\",pick=\"median\",ratio=\"sharpe\",against=\"unhedged\""
        )
    };
    vec![
        row("classify", "", &classify),
        row("pnl", "", &flagged("pnl")),
        row("npv", "", &flagged("npv")),
        row("dispersion", "fall", &dispersion),
        row("event", "", &event),
        row("shortfall", "calm", &ratio("shortfall")),
        row("ratios", "calm", &ratio("difference")),
    ]
}

/// The questions about arms alone.
fn plain_rows() -> Vec<String> {
    vec![
        row("cost", "", "kind=\"cost_share\",arm=\"ladder_30_60_90\""),
        row(
            "difference",
            "fall",
            "kind=\"reduction_difference\",arm=\"ladder_30_60_90\",against=\"single_vix_call\"",
        ),
        row(
            "beta",
            "",
            "kind=\"beta_change\",arm=\"single_vix_call\",downside=false,signed=true",
        ),
        row(
            "downside",
            "",
            "kind=\"beta_change\",arm=\"single_vix_call\",downside=true,signed=true",
        ),
        row(
            "phases",
            "fall",
            "kind=\"phase_reduction\",arm=\"single_vix_call\"",
        ),
        row(
            "half",
            "calm",
            "kind=\"phase_reduction\",arm=\"single_vix_call\"",
        ),
        row(
            "near",
            "",
            "kind=\"layer_yield\",arm=\"ladder_30_60_90\",layer=\"near\",yield=\"pnl\"",
        ),
        row(
            "reduction",
            "fall",
            "kind=\"drawdown_reduction\",arm=\"ladder_30_60_90\"",
        ),
        row(
            "shorter",
            "calm",
            "kind=\"ratio_difference\",family=\"short\",pick=\"best\",ratio=\"sharpe\",against=\"unhedged\"",
        ),
        row("sizes", "calm", "kind=\"size_slope\",family=\"sizes\""),
        row(
            "trimmed",
            "calm",
            "kind=\"return_trimmed\",arm=\"ladder_30_60_90\"",
        ),
    ]
}

fn made_config() -> RunConfig {
    let rows = format!(
        "claims.rows={{{}}}",
        [worded_rows(), plain_rows()].concat().join(",")
    );
    let (phases, step) = STARTS;
    let starts = [
        format!("claims.phases={phases}"),
        format!("claims.phase_step_sessions={step}"),
    ];
    config(&[
        WINDOWS,
        ARMS,
        "equal_spend_twins=false",
        "controls.random_timing_draws=0",
        "price_errors.worlds=0",
        "other_condors=[]",
        "inference.draws=100",
        &starts[0],
        &starts[1],
        "claims.variants={own={of=\"ladder_30_60_90\",key=\"budget_fraction_of_credit\",levels=[0.2]},\
         sizes={of=\"single_vix_call\",key=\"budget_fraction_of_credit\",levels=[0.2,0.0,0.4]},\
         short={of=\"single_vix_call\",key=\"budget_fraction_of_credit\",levels=[0.2]}}",
        &rows,
    ])
}

/// The run on a market in which the S&P 500 stands still for fifteen sessions of the fall.
fn made() -> &'static Study {
    static STUDY: OnceLock<Study> = OnceLock::new();
    STUDY.get_or_init(|| {
        let mut still = observations().clone();
        let from = still
            .sessions
            .partition_point(|date| date.to_string().as_str() < "2022-02-01");
        for series in ["spx_open", "spx_high", "spx_low", "spx_close"] {
            if let Some(series) = still.daily.get_mut(series) {
                let level = series.values[from];
                series.values[from..from + 15].fill(level);
            }
        }
        // An event on the second session, the first that has a close before it.
        let second = still
            .sessions
            .partition_point(|date| date.to_string().as_str() < "2022-01-04");
        let vix = still.daily.get_mut("vix").expect("the series");
        vix.values[second] = Some(TRIGGER.1 + 5.0);
        // A move on the second session of the calm, on which the first condors are sold: their costs weigh in the betas.
        let sold = still
            .sessions
            .partition_point(|date| date.to_string().as_str() < "2023-06-02");
        let spx = still.daily.get_mut("spx_close").expect("the series");
        spx.values[sold] = spx.values[sold].map(|close| (close * 1.05).round());
        execute_on(&made_config(), &still)
    })
}

fn of(name: &str) -> &'static Found {
    let found = made().claims.iter().find(|answer| answer.row.id == name);
    &found.expect("an answer").found
}

fn value(name: &str) -> f64 {
    of(name)
        .value
        .unwrap_or_else(|| panic!("{name}: {}", of(name).note))
}

fn near(name: &str, expected: f64) {
    let found = value(name);
    assert!(
        (found - expected).abs() < 1e-9,
        "{name}: {found} for {expected}"
    );
}

fn spot(t: usize) -> f64 {
    made().history.view(t).today().spot
}

fn vix_above(t: usize, level: f64) -> bool {
    made().history.view(t).today().vix > level
}

fn ranges() -> [Range<usize>; 2] {
    [0, 1].map(|window: usize| made().windows[window].range.clone())
}

fn arm(window: usize, name: &str) -> &'static ArmResult {
    let mut arms = made().windows[window].arms.iter();
    arms.find(|arm| arm.replay.name == name).expect("the arm")
}

fn standard_deviation(values: &[f64]) -> f64 {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let squares: f64 = values.iter().map(|v| (v - mean) * (v - mean)).sum();
    (squares / (values.len() - 1) as f64).sqrt()
}

#[test]
fn the_windows_are_as_long_as_the_tests_say() {
    assert_eq!(ranges().map(|range| range.len()), [103, 84]);
}

#[test]
fn an_event_is_a_relief_if_a_close_of_the_next_sessions_is_below_the_one_before_it() {
    let history = &made().history;
    // Of no relief and relief: called no, called so.
    let mut table = [[0.0_f64; 2]; 2];
    let (mut still, mut apart, mut free, mut at) = (0, 0, 0, 0);
    assert!(
        vix_above(1, TRIGGER.1),
        "the first session that counts is an event"
    );
    for range in ranges() {
        for t in range.filter(|t| *t >= 1 && t + 5 < history.len()) {
            let low = (1..=5).map(|n| spot(t + n)).fold(f64::MAX, f64::min);
            if vix_above(t, TRIGGER.0) {
                let was = usize::from(low < spot(t - 1));
                table[was][usize::from(vix_above(t, TRIGGER.1))] += 1.0;
                still += usize::from(low == spot(t - 1));
                if at >= free {
                    apart += 1;
                    free = at + 6;
                }
            }
            at += 1;
        }
    }
    assert!(still >= 3, "{still} events in the sessions without a move");
    assert!(table.iter().flatten().all(|n| *n > 0.0), "{table:?}");
    let [[right_no, wrong_yes], [wrong_no, right_yes]] = table;
    let (others, reliefs) = (right_no + wrong_yes, wrong_no + right_yes);
    near(
        "classify",
        (right_no + right_yes - others.max(reliefs)) / (others + reliefs),
    );
    assert_eq!(
        of("classify").note,
        format!(
            "of {reliefs} reliefs {right_yes} called so and {wrong_no} not; of {others} others {wrong_yes} called relief \
             and {right_no} not"
        )
    );
    assert_eq!(of("classify").n, apart);
}

/// Premium, P&L and present value of units of some layers bought on a session after a flag, and on any.
fn pooled(rate: f64) -> [[f64; 3]; 2] {
    let mut sums = [[0.0; 3]; 2];
    for (window, range) in ranges().into_iter().enumerate() {
        let sessions = &made().windows[window].sessions;
        for stock in stocks(window, "ladder_30_60_90", &["near", "far"]) {
            for at in 1..sessions.len() {
                let Some(unit) = stock.unit(at) else { continue };
                let mut daily = vec![Money::ZERO; unit.sessions()];
                unit.add(0, 1, &mut daily);
                let pnl = daily.iter().map(|day| day.usd()).sum::<f64>();
                let premium = unit.premium.usd();
                let days = (sessions[at + unit.sessions() - 1] - sessions[at]).num_days();
                let paid = (premium + pnl) / market::math::powf(1.0 + rate, days as f64 / 365.0);
                let flagged = vix_above(range.start + at - 1, TRIGGER.0);
                for sum in sums.iter_mut().skip(usize::from(!flagged)) {
                    sum[0] += premium;
                    sum[1] += pnl;
                    sum[2] += paid - premium;
                }
            }
        }
    }
    sums
}

fn stocks(window: usize, name: &str, layers: &[&str]) -> Vec<PlaceboTrades<'static>> {
    let arm = &arm(window, name).replay.arm;
    let range = made().windows[window].range.clone();
    let execution = &made_config().execution;
    let stock = |layer: &&str| {
        let id = arm.hedge_named(layer).expect("a layer");
        PlaceboTrades::new(&made().history, range.clone(), arm, id, execution)
    };
    layers.iter().map(stock).collect()
}

#[test]
fn units_bought_after_a_flag_are_set_against_those_bought_on_any_session_but_the_first() {
    let after_first = |range: Range<usize>| range.skip(1);
    let rates = ranges().into_iter().flat_map(after_first);
    let rates: Vec<f64> = rates
        .map(|t| made().history.view(t).today().overnight_rate)
        .collect();
    let rate = rates.iter().sum::<f64>() / rates.len() as f64;
    let [flagged, all] = pooled(rate);
    assert!(0.0 < flagged[0] && flagged[0] < all[0]);
    near("pnl", flagged[1] / flagged[0] - all[1] / all[0]);
    near("npv", flagged[2] / flagged[0] - all[2] / all[0]);
    // Stretches of the flag on the sessions before, the two windows in a row.
    let before = |range: Range<usize>| range.start..range.end - 1;
    let flags = ranges().into_iter().flat_map(before);
    let flags: Vec<bool> = flags.map(|t| vix_above(t, TRIGGER.0)).collect();
    let begins = flags.windows(2).filter(|pair| !pair[0] && pair[1]).count();
    assert_eq!(of("pnl").n, begins + usize::from(flags[0]));
}

/// What one dollar of premium gains in a fall, for each session on which rolls can begin.
fn payoffs_by_hand(arm: &Arm, layers: &[&str], crash: &Range<usize>) -> Vec<f64> {
    let stocks = stocks(0, &arm.name, layers);
    let gain = |stock: &PlaceboTrades<'_>, at: usize| -> f64 {
        let Some(unit) = stock.unit(at) else {
            return 0.0;
        };
        let mut window = vec![Money::ZERO; made().windows[0].sessions.len()];
        unit.add(at, 1, &mut window);
        window[crash.clone()]
            .iter()
            .map(|day| day.usd())
            .sum::<f64>()
            / unit.premium.usd()
    };
    let of_phase = |phase: usize| {
        let bought = (1..crash.end).filter(|at| (at - 1) % STARTS.0 == phase);
        let each = |at: usize| stocks.iter().map(|stock| gain(stock, at)).sum::<f64>();
        // The layers have equal shares.
        bought.map(each).sum::<f64>() / layers.len() as f64
    };
    (0..STARTS.0).map(of_phase).collect()
}

#[test]
fn a_phase_gains_what_its_units_gain_in_the_crash_for_each_dollar_of_their_premium() {
    let closes: Vec<f64> = ranges()[0].clone().map(spot).collect();
    let crash = crash_phases::worst_span(&closes, CRASH_SESSIONS).expect("a fall");
    let [single, ladder] = [
        ("single_vix_call", &["short"][..]),
        ("ladder_30_60_90", &["near", "middle", "far"][..]),
    ]
    .map(|(name, layers)| {
        let arm = &arm(0, name).replay.arm;
        let by_hand = payoffs_by_hand(arm, layers, &crash);
        let execution = &made_config().execution;
        let history = &made().history;
        let found = crash_phases::payoffs(
            history,
            ranges()[0].clone(),
            (arm, execution),
            &crash,
            STARTS.0,
        );
        for (found, wanted) in found.expect("no futures").iter().zip(&by_hand) {
            assert!(
                (found - wanted).abs() < 1e-9,
                "{name}: {found} for {wanted}"
            );
        }
        standard_deviation(&by_hand)
    });
    near("dispersion", ladder / single);
    let sessions = &made().windows[0].sessions;
    let fall = (closes[crash.end - 1] / closes[crash.start - 1] - 1.0) * 100.0;
    assert_eq!(
        of("dispersion").note,
        format!(
            "{} to {}, S&P 500 {fall:+.1} %: standard deviation {single:.3} dollars per dollar of premium for the single \
             layer, {ladder:.3} for the ladder",
            sessions[crash.start],
            sessions[crash.end - 1]
        )
    );
}

#[test]
fn an_event_begins_where_the_trigger_did_not_hold_at_the_close_before() {
    let history = &made().history;
    let (mut after, mut all) = (Vec::new(), Vec::new());
    for t in ranges()
        .into_iter()
        .flatten()
        .filter(|t| t + 10 < history.len())
    {
        let lowest = (0..=10)
            .map(|n| spot(t + n) / spot(t) - 1.0)
            .fold(0.0, f64::min);
        all.push(lowest);
        if vix_above(t, TRIGGER.0) && !(t > 0 && vix_above(t - 1, TRIGGER.0)) {
            after.push(lowest);
        }
    }
    assert!(after.len() >= 2, "{}", after.len());
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    near("event", mean(&after) - mean(&all));
    let note = format!(
        "{:+.2} % after {} events, {:+.2} % after any of {} sessions",
        mean(&after) * 100.0,
        after.len(),
        mean(&all) * 100.0,
        all.len()
    );
    // A draw without an event has no value, which stands behind.
    assert!(of("event").note.starts_with(&note), "{}", of("event").note);
}

/// P&L, slippage and fees, and gross premium of the hedge layers of the ladder over both windows.
fn ladder(layers: &[&str]) -> [f64; 3] {
    let mut sums = [0.0; 3];
    for window in [0, 1] {
        let replay = &arm(window, "ladder_30_60_90").replay;
        for name in layers {
            let id = replay.arm.hedge_named(name).expect("a layer");
            let ledger = &replay.run.portfolio.ledgers[id];
            sums[0] += ledger.pnl().usd();
            sums[1] += (ledger.slippage + ledger.fees).usd();
            sums[2] += ledger.premium.usd();
        }
    }
    sums
}

#[test]
fn the_cost_share_and_the_yield_of_a_layer_are_those_of_its_ledger() {
    let [pnl, costs, _] = ladder(&["near", "middle", "far"]);
    assert!(pnl < 0.0 && costs < 0.0, "{pnl} {costs}");
    near("cost", costs / pnl);
    let [pnl, _, premium] = ladder(&["near"]);
    near("near", pnl / premium);
}

#[test]
fn a_difference_of_reductions_is_the_first_less_the_second() {
    let reduction = |name: &str| {
        arm(0, name)
            .summary
            .drawdown_reduction
            .expect("a reduction")
    };
    let (own, other) = (reduction("ladder_30_60_90"), reduction("single_vix_call"));
    near("difference", own - other);
    let note = format!(
        "reductions {:+.2} % and {:+.2} %",
        own * 100.0,
        other * 100.0
    );
    assert_eq!(of("difference").note, note);
}

#[test]
fn every_draw_counts_in_an_interval_and_a_summary_has_the_same_ones() {
    let summary = &arm(0, "ladder_30_60_90").summary;
    assert_eq!(summary.draws, 100);
    let (lo, hi) = of("reduction").interval.expect("an interval");
    let close = |a: f64, b: Option<f64>| (a - b.expect("a number")).abs() < 1e-12;
    assert!(close(lo, summary.drawdown_reduction_lo), "{lo}");
    assert!(close(hi, summary.drawdown_reduction_hi), "{hi}");
}

#[test]
fn a_change_of_beta_leaves_the_first_session_of_each_window_out() {
    let mut days: Vec<[f64; 3]> = Vec::new();
    for (window, range) in ranges().into_iter().enumerate() {
        let book = |name: &str| {
            let replay = &arm(window, name).replay;
            curves::daily_pnl(&replay.run.curve, replay.start)
        };
        let (unhedged, hedged) = (book("unhedged"), book("single_vix_call"));
        for at in 1..range.len() {
            let market = spot(range.start + at) / spot(range.start + at - 1) - 1.0;
            days.push([market, unhedged[at], hedged[at]]);
        }
    }
    let capital = arm(0, "unhedged").replay.start.usd();
    let mean = |of: &dyn Fn(&[f64; 3]) -> f64| days.iter().map(of).sum::<f64>() / days.len() as f64;
    let middle = mean(&|day| day[0]);
    let spread = mean(&|day| (day[0] - middle) * (day[0] - middle));
    let beta = |book: usize| mean(&|day| (day[0] - middle) * day[book]) / spread / capital;
    near("beta", beta(2) - beta(1));
    let note = format!("beta {:+.4}, unhedged {:+.4}", beta(2), beta(1));
    assert_eq!(of("beta").note, note);
    // On falls alone.
    let falls: Vec<&[f64; 3]> = days.iter().filter(|day| day[0] < 0.0).collect();
    let mean = |of: &dyn Fn(&[f64; 3]) -> f64| {
        falls.iter().map(|day| of(day)).sum::<f64>() / falls.len() as f64
    };
    let middle = mean(&|day| day[0]);
    let spread = mean(&|day| (day[0] - middle) * (day[0] - middle));
    let beta = |book: usize| mean(&|day| (day[0] - middle) * day[book]) / spread / capital;
    near("downside", beta(2) - beta(1));
    // What the second session of the calm brought is not what the first did.
    let costs = days[ranges()[0].len() - 1];
    assert!(costs[0] > 0.03 && costs[1] < 0.0, "{costs:?}");
}

#[test]
fn later_starts_are_refused_where_the_last_one_leaves_no_more_than_half_of_the_window() {
    assert_eq!(of("half").value, None);
    assert!(
        of("half").note.contains("half of the window"),
        "{}",
        of("half").note
    );
    let note = &of("phases").note;
    assert!(note.starts_with("over 4 starts from "), "{note}");
}

#[test]
fn ratios_and_shares_of_profit_are_those_of_the_two_books() {
    let sharpe = |name: &str| {
        let replay = &arm(1, name).replay;
        let mut before = replay.start;
        let mut returns = Vec::new();
        for equity in &replay.run.curve {
            returns.push(equity.usd() / before.usd() - 1.0);
            before = *equity;
        }
        stats::ratios::sharpe(&returns).expect("a ratio")
    };
    let (unhedged, member) = (sharpe("unhedged"), sharpe("ladder_30_60_90"));
    assert!(0.0 < member && member < unhedged, "{member} and {unhedged}");
    near("shortfall", 1.0 - member / unhedged);
    near("ratios", unhedged - member);
    near("shorter", unhedged - sharpe("single_vix_call"));
    let retained = arm(1, "ladder_30_60_90").summary.profit_retained;
    near("trimmed", 1.0 - retained.expect("a profit"));
    let points = |name: &str| {
        let replay = &arm(1, name).replay;
        let end = replay.run.curve.last().expect("a session");
        (*end - replay.start).usd() / replay.start.usd() * 100.0
    };
    let note = format!(
        "return on starting capital {:+.2} points, unhedged {:+.2}, over the whole span",
        points("ladder_30_60_90"),
        points("unhedged")
    );
    assert!(of("trimmed").note.contains(&note), "{}", of("trimmed").note);
    // Of sizes one, none and two the second may be none: it buys nothing. Means apart, their deviations are 0, -1 and 1.
    let note = &of("sizes").note;
    let told: Vec<f64> = note["returns ".len()..]
        .split(" %")
        .take(3)
        .map(|part| part.trim_start_matches(", ").parse().expect("a number"))
        .collect();
    assert!((told[1] - points("unhedged")).abs() < 0.005_1, "{note}");
    let slope = (told[2] - told[1]) / 200.0;
    assert!((value("sizes") - slope).abs() < 1e-4, "{note}");
}

/// Both books anew from each start: the mean of what the hedged one falls less than the unhedged one of its own start.
#[test]
fn a_reduction_over_phases_is_the_mean_over_the_starts() {
    let config = made_config();
    let (starts, step) = STARTS;
    let range = &ranges()[0];
    let reductions: Vec<f64> = (0..starts)
        .map(|phase| {
            let span = range.start + phase * step..range.end;
            let [unhedged, hedged] = ["unhedged", "single_vix_call"].map(|name| {
                let Replay { arm, start, .. } = &arm(0, name).replay;
                let (history, execution) = (&made().history, &config.execution);
                run(history, span.clone(), arm, execution, *start, Keep::Curve)
            });
            let start = arm(0, "unhedged").replay.start;
            curves::reduction(&unhedged, &hedged, start).expect("the condors fall")
        })
        .collect();
    near("phases", reductions.iter().sum::<f64>() / starts as f64);
}
