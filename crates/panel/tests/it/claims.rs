//! Claims that ask more than outcomes of curves, each against a computation of its own.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use chrono::Datelike;
use market::math::powf;
use panel::spec::StudyConfig;
use panel::work::Computed;
use tables::VerdictRow;

use crate::support::{compute, folder, observations, small_with};

const ARMS: &str = "arms = [\"unhedged\", \"always_on\", \"adaptive_confluence\"]\n\
                    claim_arms = [\"sells_always\", \"sells_high\", \"single_vix_call\", \"ladder_30_60_90\"]";

/// Arms that sell a quarter a week: always, or while VIX is high.
const VARIANTS: &str = "[variants.sells_always]\nof = \"relief_resolution\"\nkey = \"triggers.resolution\"\n\
                        level = { signal = \"vix\", above = 0.0 }\n[variants.sells_high]\nof = \"relief_resolution\"\n\
                        key = \"triggers.resolution\"\nlevel = { signal = \"vix\", above = 22.0 }\n";

/// Measures by the name of their question.
const MEASURES: [(&str, &str); 9] = [
    (
        "sharpe",
        r#"{ kind = "ratio_difference", arm = "adaptive_confluence", against = "always_on", ratio = "sharpe" }"#,
    ),
    (
        "sortino",
        r#"{ kind = "ratio_difference", arm = "adaptive_confluence", against = "always_on", ratio = "sortino" }"#,
    ),
    (
        "calm",
        r#"{ kind = "drawdown_reduction", arm = "always_on", during = { words = "always_on", trigger = { signal = "vix", below = 20.0 } } }"#,
    ),
    (
        "never",
        r#"{ kind = "profit_kept", arm = "always_on", during = { words = "always_on", trigger = { signal = "vix", above = 500.0 } } }"#,
    ),
    (
        "irr",
        r#"{ kind = "layer_yield", arm = "always_on", layer = "long", yield = "irr" }"#,
    ),
    (
        "unwinds",
        r#"{ kind = "premature_unwinds", arm = "sells_high", against = "sells_always", within_sessions = 20 }"#,
    ),
    (
        "phases",
        r#"{ kind = "phase_dispersion", single = "single_vix_call", ladder = "ladder_30_60_90", crash_sessions = 5, phases = 21 }"#,
    ),
    (
        "falls",
        r#"{ kind = "condition_difference", arm = "always_on", trigger = { signal = "vix", above = 25.0 }, signal = "spx" }"#,
    ),
    (
        "falls_by_weekday",
        r#"{ kind = "condition_difference", arm = "always_on", trigger = { signal = "vix", above = 25.0 }, signal = "spx", same_weekday = true }"#,
    ),
];

fn config() -> StudyConfig {
    let row = |(name, measure): &(&str, &str)| {
        format!(
            "[claims.{name}]\nid = \"O1\"\nclaim = \"{name}\"\nmeasure = {measure}\nclaimed = {{ above = 0.0 }}\n\
             minimum_years = 2\n"
        )
    };
    let rows = MEASURES.iter().map(row).collect::<String>();
    small_with(ARMS, &format!("{VARIANTS}{rows}"))
}

/// The daily P&L of an arm (1 is the first hedged one) in every cell of every year (USD).
fn days(computed: &Computed, arm: usize) -> Vec<f64> {
    let cells = computed.years().into_iter();
    let cells = cells.flat_map(|window| computed.of_window(window));
    cells
        .flat_map(|cell| cell.arms[arm - 1].daily(&cell.unhedged))
        .collect()
}

fn deepest(daily: impl Iterator<Item = f64>) -> f64 {
    let (mut level, mut peak, mut worst) = (0.0_f64, 0.0_f64, 0.0_f64);
    for day in daily {
        level += day;
        peak = peak.max(level);
        worst = worst.min(level - peak);
    }
    worst
}

/// Mean over years of the median over cells of the drawdown reduction on days with VIX below 20, played one after the other.
fn calm(computed: &Computed) -> f64 {
    let mut years = Vec::new();
    for window in computed.years() {
        let is_calm: Vec<bool> = computed.ranges[window]
            .clone()
            .map(|t| computed.history.view(t).today().vix < 20.0)
            .collect();
        let mut values: Vec<f64> = computed
            .of_window(window)
            .iter()
            .map(|cell| {
                let calm = |daily: Vec<f64>| {
                    let days = daily.into_iter().zip(&is_calm);
                    deepest(days.filter(|day| *day.1).map(|day| day.0))
                };
                let hedged = calm(cell.arms[0].daily(&cell.unhedged));
                1.0 - hedged / calm(panel::cell::usd(&cell.unhedged))
            })
            .collect();
        values.sort_by(f64::total_cmp);
        years.push((values[1] + values[2]) / 2.0);
    }
    years.iter().sum::<f64>() / years.len() as f64
}

/// Share of an arm's sales on a trigger (1 is the first hedged arm) that came within 20 sessions of a new low of the condors alone.
fn premature(computed: &Computed, arm: usize) -> f64 {
    let (mut early, mut all) = (0.0, 0.0);
    for cell in computed
        .years()
        .into_iter()
        .flat_map(|window| computed.of_window(window))
    {
        let (mut level, mut peak) = (0_i64, 0_i64);
        let mut depth = Vec::new();
        for day in &cell.unhedged {
            level += day;
            peak = peak.max(level);
            depth.push(level - peak);
        }
        for session in cell.arms[arm - 1].unwinds.iter().map(|at| *at as usize) {
            let mut lowest = 0;
            for at in (0..=session).rev().take_while(|at| depth[*at] < 0) {
                lowest = lowest.min(depth[at]);
            }
            let after = depth.iter().skip(session + 1).take(20);
            early += f64::from(u8::from(after.min().is_some_and(|least| *least < lowest)));
            all += 1.0;
        }
    }
    assert!(all > 20.0, "{all} sales");
    early / all
}

/// Mean of the index on sessions with VIX above 25 less that on all others, all years together.
fn falls(computed: &Computed) -> f64 {
    let (mut high, mut low) = (Vec::new(), Vec::new());
    for t in computed
        .years()
        .into_iter()
        .flat_map(|window| computed.ranges[window].clone())
    {
        let today = computed.history.view(t);
        let today = today.today();
        match today.vix > 25.0 {
            true => high.push(today.spot),
            false => low.push(today.spot),
        }
    }
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    mean(&high) - mean(&low)
}

/// The same, each session with a high VIX beside the others of its weekday in its year.
fn falls_by_weekday(computed: &Computed) -> f64 {
    let mut differences = Vec::new();
    for window in computed.years() {
        let day = |t: usize| computed.history.view(t).today();
        let range = computed.ranges[window].clone();
        for t in range.clone().filter(|t| day(*t).vix > 25.0) {
            let weekday = day(t).date.weekday();
            let others = range.clone().filter(|o| day(*o).date.weekday() == weekday);
            let others: Vec<f64> = others
                .filter(|o| day(*o).vix <= 25.0)
                .map(|o| day(o).spot)
                .collect();
            if !others.is_empty() {
                let mean = others.iter().sum::<f64>() / others.len() as f64;
                differences.push(day(t).spot - mean);
            }
        }
    }
    differences.iter().sum::<f64>() / differences.len() as f64
}

#[test]
fn measures_of_days_layers_sales_and_conditions_follow_from_the_cells() {
    let (config, observations) = (config(), observations());
    let folder = folder("claims");
    let computed = compute(&config, &observations, &folder).unwrap();
    let stop = AtomicBool::new(false);
    let judged = panel::judge::judge(&config, &computed, &|_, _, _| (), &stop).unwrap();
    let rows: BTreeMap<&str, &VerdictRow> = judged
        .verdicts
        .iter()
        .map(|row| (row.name.as_str(), row))
        .collect();
    let value = |name: &str| {
        rows[name]
            .value
            .unwrap_or_else(|| panic!("{:?}", rows[name]))
    };
    let near = |name: &str, wanted: f64| {
        let found = value(name);
        assert!(
            (found - wanted).abs() < 1e-9 * wanted.abs().max(1.0),
            "{name}: {found}, {wanted}"
        );
    };
    let [always, adaptive] = [1, 2].map(|arm| days(&computed, arm));
    let sharpe = |days: &[f64]| stats::ratios::sharpe(days).unwrap();
    near("sharpe", sharpe(&adaptive) - sharpe(&always));
    let sortino = |days: &[f64]| stats::ratios::sortino(days).unwrap();
    near("sortino", sortino(&adaptive) - sortino(&always));
    near("calm", calm(&computed));
    near("falls", falls(&computed));
    near("falls_by_weekday", falls_by_weekday(&computed));
    // No session has a VIX of 500: no year, no value.
    assert_eq!(
        (rows["never"].years, rows["never"].verdict.as_str()),
        (0, "not measurable")
    );
    assert_eq!(rows["calm"].years, 2);
    near("unwinds", premature(&computed, 3) - premature(&computed, 4));
    assert!(value("phases") > 0.0);
    // At the rate that was found the cash of all purchases of the layer is worth nothing.
    let mut cash: Vec<f64> = Vec::new();
    for cell in computed
        .years()
        .into_iter()
        .flat_map(|window| computed.of_window(window))
    {
        let arm = &cell.arms[0];
        for (by_day, layer) in arm.cash.iter().zip(&arm.layers) {
            assert_eq!(
                by_day.iter().sum::<i64>(),
                layer.pnl,
                "all that a layer paid and got"
            );
        }
        let long = &arm.cash[config.hedges[1]
            .layers
            .iter()
            .position(|own| own.name == "long")
            .unwrap()];
        cash.resize(cash.len().max(long.len()), 0.0);
        cash.iter_mut()
            .zip(long)
            .for_each(|(sum, cents)| *sum += *cents as f64 / 100.0);
        assert!(
            cell.arms[1].cash.is_empty() && cell.arms[1].unwinds.is_empty(),
            "nobody asked"
        );
        assert!(cell.arms[2].unwinds.is_sorted() && !cell.arms[2].cash.is_empty());
    }
    let worth: f64 = cash
        .iter()
        .enumerate()
        .map(|(day, usd)| usd * powf(1.0 + value("irr"), -(day as f64) / 365.0))
        .sum();
    assert!(
        worth.abs() < 1.0 && cash[0] < -1e5,
        "{worth} of {}",
        cash[0]
    );
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_word_or_a_layer_nobody_has_is_refused_with_the_nearest_one() {
    let refused = |measure: &str| {
        let claim = format!(
            "[claims.one]\nid = \"O1\"\nclaim = \"c\"\nmeasure = {measure}\nclaimed = {{ above = 0.0 }}\nminimum_years = 2\n"
        );
        let made = std::panic::catch_unwind(|| small_with(ARMS, &format!("{VARIANTS}{claim}")));
        *made
            .expect_err("refused")
            .downcast::<String>()
            .expect("a message")
    };
    let layer =
        refused(r#"{ kind = "layer_yield", arm = "always_on", layer = "lonk", yield = "irr" }"#);
    assert!(
        layer.contains("claims.one.measure.layer") && layer.contains("long"),
        "{layer}"
    );
    let signal = refused(
        r#"{ kind = "condition_difference", arm = "always_on", trigger = { signal = "vix", above = 25.0 }, signal = "vixx" }"#,
    );
    assert!(
        signal.contains("claims.one.measure.signal") && signal.contains("vix"),
        "{signal}"
    );
}
