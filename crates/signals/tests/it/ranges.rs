//! What a signal or trigger may say, on both sides of each limit and at it.

use crate::support::book;

/// What is said of a signal of this definition, beside one called `s`.
fn said(definition: &str) -> Result<(), String> {
    let text =
        format!("[signals]\ns = {{ kind = \"level\", of = \"vix\" }}\nt = {{ {definition} }}");
    book(&text).map(|_| ())
}

/// A parameter stands as `@` in the definition: its ends are allowed, a step beyond each is refused by its name.
fn ends(definition: &str, (low, high): (f64, f64), step: f64) {
    let before = definition.split('@').next().expect("a key");
    let key = before
        .trim_end_matches(" = ")
        .rsplit([' ', '{', ','])
        .next()
        .expect("a key");
    let with = |value: f64| {
        let text = if step == 1.0 {
            format!("{value}")
        } else {
            format!("{value:?}")
        };
        said(&definition.replace('@', &text))
    };
    for end in [low, high] {
        assert_eq!(with(end), Ok(()), "{definition} at {end}");
    }
    for beyond in [low - step, high + step] {
        // Nothing below zero is a count.
        if step == 1.0 && beyond < 0.0 {
            continue;
        }
        let refused = with(beyond).expect_err(definition);
        assert!(refused.contains(key), "{definition} at {beyond}: {refused}");
    }
}

#[test]
fn sessions_prints_and_months_have_their_ends() {
    for (definition, low) in [
        (
            "kind = \"change\", of = \"vix\", measure = \"log\", sessions = @",
            1.0,
        ),
        ("kind = \"moving_average\", of = \"vix\", sessions = @", 1.0),
        ("kind = \"from_high\", of = \"vix\", sessions = @", 1.0),
        ("kind = \"from_low\", of = \"vix\", sessions = @", 1.0),
        (
            "kind = \"relative_return\", of = \"vix\", against = \"spx\", sessions = @",
            1.0,
        ),
        (
            "kind = \"inflation_before_fomc\", cpi = \"s\", ppi = \"s\", sessions = @",
            0.0,
        ),
        ("kind = \"slope\", of = \"vix\", sessions = @", 2.0),
        ("kind = \"realised_vol\", of = \"vix\", sessions = @", 2.0),
        (
            "kind = \"implied_minus_realised\", implied = \"vix\", of = \"spx\", sessions = @",
            2.0,
        ),
        (
            "kind = \"breadth_divergence\", timeframe = \"daily\", sessions = @",
            2.0,
        ),
        (
            "kind = \"rsi\", of = \"vix\", timeframe = \"daily\", sessions = @",
            2.0,
        ),
        (
            "kind = \"z_score\", of = \"vix\", window = \"prior\", sessions = @",
            3.0,
        ),
        ("kind = \"half_life\", of = \"vix\", sessions = @", 3.0),
        (
            "kind = \"beta\", of = \"iwm\", against = \"spx\", risk_free = \"dgs3mo\", recomputed = \"daily\", sessions = @",
            3.0,
        ),
        (
            "kind = \"macd_divergence\", of = \"vix\", timeframe = \"daily\", macd = { fast = 2, slow = 3, signal = 2 }, sessions = @",
            2.0,
        ),
        (
            "kind = \"slow_z_score\", of = \"gdp\", window = \"prior\", log = false, prints = @",
            3.0,
        ),
        (
            "kind = \"slow_percentile\", of = \"gdp\", min_prints = 7, prints = @",
            7.0,
        ),
        (
            "kind = \"slow_change\", of = \"gdp\", measure = \"relative\", prints = @",
            1.0,
        ),
        ("kind = \"falling_prints\", of = \"gdp\", prints = @", 1.0),
        (
            "kind = \"surprise\", of = \"gdp\", sd_prints = 3, forecast_prints = @",
            1.0,
        ),
        (
            "kind = \"surprise\", of = \"gdp\", forecast_prints = 1, sd_prints = @",
            3.0,
        ),
        (
            "kind = \"percentile\", of = \"vix\", min_sessions = 9, sessions = @",
            9.0,
        ),
        (
            "kind = \"monthly_percentile\", of = \"vix\", min_months = 5, months = @",
            5.0,
        ),
        (
            "kind = \"breadth_break\", mean_sessions = 2, slope_sessions = 2, confirm_sessions = 1, low_sessions = @",
            2.0,
        ),
        (
            "kind = \"breadth_break\", low_sessions = 2, slope_sessions = 2, confirm_sessions = 1, mean_sessions = @",
            2.0,
        ),
        (
            "kind = \"breadth_break\", low_sessions = 2, mean_sessions = 2, confirm_sessions = 1, slope_sessions = @",
            2.0,
        ),
        (
            "kind = \"breadth_break\", low_sessions = 2, mean_sessions = 2, slope_sessions = 2, confirm_sessions = @",
            1.0,
        ),
    ] {
        ends(definition, (low, 2600.0), 1.0);
    }
    for (definition, most) in [
        (
            "kind = \"percentile\", of = \"vix\", sessions = 9, min_sessions = @",
            9.0,
        ),
        (
            "kind = \"slow_percentile\", of = \"gdp\", prints = 7, min_prints = @",
            7.0,
        ),
        (
            "kind = \"monthly_percentile\", of = \"vix\", months = 5, min_months = @",
            5.0,
        ),
    ] {
        let with = |n: f64| said(&definition.replace('@', &n.to_string()));
        assert_eq!((with(1.0), with(most)), (Ok(()), Ok(())), "{definition}");
        assert!(
            with(0.0).is_err() && with(most + 1.0).is_err(),
            "{definition}"
        );
    }
}

#[test]
fn days_deltas_and_levels_have_their_ends() {
    for (definition, limits, step) in [
        (
            "kind = \"risk_reversal\", delta = 0.25, days = @",
            (1.0, 270.0),
            1.0,
        ),
        (
            "kind = \"risk_reversal\", days = 30, delta = @",
            (0.01, 0.49),
            1e-4,
        ),
        (
            "kind = \"vix_call_price\", delta = 0.25, days = @",
            (1.0, 270.0),
            1.0,
        ),
        (
            "kind = \"vix_call_price\", days = 30, delta = @",
            (0.01, 0.49),
            1e-4,
        ),
        (
            "kind = \"expected_move\", vol_days = 30, days = @",
            (1.0, 270.0),
            1.0,
        ),
        (
            "kind = \"expected_move\", days = 1, vol_days = @",
            (1.0, 270.0),
            1.0,
        ),
        (
            "kind = \"straddle_residual\", vega = true, days = @",
            (1.0, 270.0),
            1.0,
        ),
        (
            "kind = \"theta_ratio\", near_days = 7, far_days = @",
            (8.0, 270.0),
            1.0,
        ),
        (
            "kind = \"equity_risk_premium\", dividends = \"spx_dividend\", yield_10y = \"dgs10\", max_growth = 0.2, min_growth = @",
            (-0.2, 0.2),
            1e-4,
        ),
        (
            "kind = \"equity_risk_premium\", dividends = \"spx_dividend\", yield_10y = \"dgs10\", min_growth = 0.03, max_growth = @",
            (0.03, 0.2),
            1e-4,
        ),
        (
            "kind = \"cost_of_capital\", equity = \"s\", debt_yield = \"baa_yield\", tax = 0.2, equity_share = @",
            (0.0, 1.0),
            1e-4,
        ),
        (
            "kind = \"cost_of_capital\", equity = \"s\", debt_yield = \"baa_yield\", equity_share = 0.8, tax = @",
            (0.0, 1.0),
            1e-4,
        ),
        (
            "kind = \"headline_day\", vix_fall = 0.1, deviations = @",
            (0.0, 10.0),
            1e-4,
        ),
        (
            "kind = \"headline_day\", deviations = 1.5, vix_fall = @",
            (0.0, 1.0),
            1e-4,
        ),
        (
            "kind = \"resolution_score\", cpi = \"s\", ppi = \"s\", advance_ratio = 0.5, vix_ratio = @",
            (0.1, 3.0),
            1e-4,
        ),
        (
            "kind = \"resolution_score\", cpi = \"s\", ppi = \"s\", vix_ratio = 0.9, advance_ratio = @",
            (0.0, 1.0),
            1e-4,
        ),
        (
            "kind = \"temporal_theta\", vix9d_ratio = 0.9, vix9d_z = -1.0, vix_fall = 0.1, high_ratio = @",
            (0.5, 1.0),
            1e-4,
        ),
        (
            "kind = \"temporal_theta\", high_ratio = 0.9, vix9d_z = -1.0, vix_fall = 0.1, vix9d_ratio = @",
            (0.1, 3.0),
            1e-4,
        ),
        (
            "kind = \"temporal_theta\", high_ratio = 0.9, vix9d_ratio = 0.9, vix_fall = 0.1, vix9d_z = @",
            (-10.0, 10.0),
            1e-4,
        ),
        (
            "kind = \"temporal_theta\", high_ratio = 0.9, vix9d_ratio = 0.9, vix9d_z = -1.0, vix_fall = @",
            (0.0, 1.0),
            1e-4,
        ),
        (
            "kind = \"weighted_sum\", terms = [{ of = \"vix\", weight = @ }]",
            (-1e9, 1e9),
            0.5,
        ),
    ] {
        ends(definition, limits, step);
    }
}

#[test]
fn the_near_straddle_is_nearer_than_the_far_one() {
    let ratio = |near: i64, far: i64| {
        said(&format!(
            "kind = \"theta_ratio\", near_days = {near}, far_days = {far}"
        ))
    };
    assert_eq!((ratio(1, 2), ratio(269, 270)), (Ok(()), Ok(())));
    for (near, far, key) in [
        (0, 30, "near_days is 0"),
        (271, 272, "near_days is 271"),
        (30, 30, "far_days is 30, allowed is 31 to 270"),
    ] {
        assert!(ratio(near, far).expect_err(key).contains(key), "{key}");
    }
}

#[test]
fn a_fast_mean_is_faster_than_the_slow_one() {
    let macd = |fast: i64, slow: i64, signal: i64| {
        said(&format!(
            "kind = \"macd\", of = \"vix\", output = \"line\", timeframe = \"daily\", sessions = {{ fast = {fast}, slow = {slow}, signal = {signal} }}"
        ))
    };
    for (fast, slow, signal) in [(12, 26, 9), (2, 3, 2), (25, 26, 9), (500, 1000, 500)] {
        assert_eq!(macd(fast, slow, signal), Ok(()), "{fast} {slow} {signal}");
    }
    for (fast, slow, signal) in [
        (26, 26, 9),
        (27, 26, 9),
        (1, 26, 9),
        (501, 600, 9),
        (12, 26, 1),
        (12, 1001, 9),
        (12, 26, 501),
    ] {
        assert!(macd(fast, slow, signal).is_err(), "{fast} {slow} {signal}");
    }
}

#[test]
fn a_sum_has_a_term_and_a_name_its_letters() {
    assert!(
        said("kind = \"weighted_sum\", terms = []")
            .expect_err("none")
            .contains("terms is empty")
    );
    let named = |name: &str| {
        book(&format!(
            "[signals]\n{name} = {{ kind = \"level\", of = \"vix\" }}"
        ))
        .map(|_| ())
    };
    let (forty, more) = ("a".repeat(40), "a".repeat(41));
    for name in [forty.as_str(), "a", "a_1"] {
        assert_eq!(named(name), Ok(()), "{name}");
    }
    for name in [more.as_str(), "\"\"", "A", "\"a b\"", "a-b"] {
        assert!(
            named(name).expect_err(name).contains("1 to 40 of a-z"),
            "{name}"
        );
    }
    for name in ["vix", "dgs10", "cape"] {
        assert!(named(name).expect_err(name).contains("built-in"), "{name}");
    }
}

#[test]
fn a_name_that_is_nowhere_is_refused_with_the_nearest_one() {
    let refused = said("kind = \"level\", of = \"vix3\"").expect_err("nowhere");
    assert!(
        refused.contains("\"vix3\"") && refused.contains("did you mean"),
        "{refused}"
    );
    assert_eq!(said("kind = \"level\", of = \"series:anything\""), Ok(()));
    let prints = said("kind = \"gdp_stratum\", of = \"vix\"").expect_err("a daily series");
    assert!(prints.contains("\"vix\" is no slow series"), "{prints}");
    let dividends = "kind = \"equity_risk_premium\", dividends = \"@\", yield_10y = \"dgs10\", min_growth = 0.03, max_growth = 0.06";
    assert_eq!(said(&dividends.replace('@', "spx_dividend")), Ok(()));
    assert!(
        said(&dividends.replace('@', "spy"))
            .expect_err("daily")
            .contains("\"spy\" is no slow series")
    );
    let trigger = |text: &str| {
        let text = format!(
            "[signals]\ns = {{ kind = \"level\", of = \"vix\" }}\n[triggers]\nu = {{ signal = \"s\", above = 1 }}\nt = {text}"
        );
        book(&text).map(|_| ())
    };
    assert_eq!(trigger("{ trigger = \"u\" }"), Ok(()));
    let refused = trigger("{ all = [{ trigger = \"v\" }] }").expect_err("no trigger");
    assert!(
        refused.contains("no trigger \"v\"") && refused.contains("there are: t, u"),
        "{refused}"
    );
}

/// How far ahead prices of options are needed: twice the days for SPX, half of them or a week more for VIX.
#[test]
fn signals_of_options_say_how_far_ahead_they_look() {
    for (definition, spx, vix) in [
        ("kind = \"risk_reversal\", days = 30, delta = 0.25", 60, 0),
        (
            "kind = \"straddle_residual\", days = 14, vega = true",
            28,
            0,
        ),
        ("kind = \"expected_move\", days = 1, vol_days = 45", 90, 0),
        (
            "kind = \"theta_ratio\", near_days = 7, far_days = 50",
            100,
            0,
        ),
        ("kind = \"vix_call_price\", days = 60, delta = 0.3", 0, 90),
        ("kind = \"vix_call_price\", days = 10, delta = 0.3", 0, 17),
        ("kind = \"level\", of = \"vix\"", 0, 0),
    ] {
        let book = book(&format!("[signals]\nt = {{ {definition} }}")).expect("a signal");
        let found = (book.horizon_days(), book.vix_horizon_days());
        assert_eq!(found, (spx, vix), "{definition}");
    }
}

#[test]
fn levels_of_tests_and_sessions_of_triggers_have_their_ends() {
    let trigger = |text: &str| book(&format!("[triggers]\nt = {text}")).map(|_| ());
    for (form, limits, step) in [
        ("{ signal = \"vix\", below = @ }", (-1e12, 1e12), 1e6),
        ("{ signal = \"vix\", is = @ }", (-1e12, 1e12), 1e6),
        ("{ signal = \"vix\", between = [0, @] }", (1.0, 1e12), 1e6),
    ] {
        let with = |value: f64| trigger(&form.replace('@', &format!("{value:?}")));
        assert_eq!((with(limits.0), with(limits.1)), (Ok(()), Ok(())), "{form}");
        assert!(
            with(limits.0 - step).is_err() && with(limits.1 + step).is_err(),
            "{form}"
        );
    }
    for form in ["for", "within", "cool_down"] {
        let with = |n: usize| {
            trigger(&format!(
                "{{ {form} = {{ sessions = {n}, of = {{ signal = \"vix\", above = 1 }} }} }}"
            ))
        };
        assert_eq!((with(1), with(1000)), (Ok(()), Ok(())), "{form}");
        assert!(with(0).is_err() && with(1001).is_err(), "{form}");
    }
    let among = |k: usize| {
        trigger(&format!(
            "{{ at_least = {{ k = {k}, of = [{{ signal = \"vix\", above = 1 }}, {{ signal = \"vix\", above = 2 }}] }} }}"
        ))
    };
    assert_eq!((among(1), among(2)), (Ok(()), Ok(())));
    assert!(among(0).is_err() && among(3).is_err());
    let between = |low: f64, high: f64| {
        trigger(&format!(
            "{{ signal = \"vix\", between = [{low:?}, {high:?}] }}"
        ))
    };
    assert!(between(2.0, 2.0).is_err() && between(2.0, 2.001).is_ok());
    assert!(trigger("{ all = [] }").is_err() && trigger("{ any = [] }").is_err());
}
