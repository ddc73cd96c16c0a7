//! What a run folder holds, read as a user's script would read it.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::{Row, alvh, header, reference, replay_into, rows, stderr};

const EQUITY: &str = "window arm date equity_usd trading_equity_usd cash_usd margin_usd drawdown_usd interest_usd \
    fees_usd slippage_usd condor_pnl_usd";
const SUMMARY: &str = "window arm sessions pnl_usd return_on_capital return_on_margin cagr max_drawdown_usd \
    max_drawdown_pct drawdown_reduction drawdown_reduction_lo drawdown_reduction_hi profit_retained hedge_pnl_usd \
    hedge_premium_usd hedge_salvage_usd hedge_unspent_usd interest_usd sharpe sortino calmar cvar95 ulcer trades \
    fees_usd slippage_usd";
const TRADES: &str = "window arm id layer opened closed reason contracts legs entry_price exit_price fees_usd pnl_usd";
const LEGS: &str =
    "id root expiry right strike quantity open_price close_price open_delta settlement";
const CLAIMS: &str = "id claim claimed measured lo hi n verdict";
const CAPITAL: i64 = 1_000_000_000;

fn begins_with(file: &str, columns: &str) {
    let wanted: Vec<&str> = columns.split_whitespace().collect();
    assert_eq!(header(reference(), file)[..wanted.len()], wanted, "{file}");
}

/// Rows of equity.csv by window and arm, in order.
fn curves() -> BTreeMap<(String, String), Vec<Row>> {
    let mut all: BTreeMap<_, Vec<Row>> = BTreeMap::new();
    for row in rows(reference(), "equity.csv") {
        all.entry((row.text("window").to_string(), row.text("arm").to_string()))
            .or_default()
            .push(row);
    }
    all
}

#[test]
fn the_files_and_columns_that_scripts_rely_on_are_there() {
    begins_with("equity.csv", EQUITY);
    begins_with("summary.csv", SUMMARY);
    begins_with("trades.csv", TRADES);
    begins_with("legs.csv", LEGS);
    begins_with("claims.csv", CLAIMS);
    let decisions = header(reference(), "decisions.csv");
    for column in [
        "window",
        "arm",
        "layer",
        "date",
        "regime",
        "action",
        "reason_code",
        "detail",
    ] {
        assert!(
            decisions.iter().any(|c| c == column),
            "decisions.csv lacks {column}"
        );
    }
    for file in [
        "config.toml",
        "journal.parquet",
        "manifest.json",
        "report.html",
        "report.md",
    ] {
        assert!(reference().join(file).is_file(), "{file}");
    }
    let text = std::fs::read_to_string(reference().join("manifest.json")).expect("the manifest");
    let manifest: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    for key in [
        "schema",
        "engine",
        "config_hash",
        "dataset_hash",
        "windows",
        "arms",
        "files",
    ] {
        assert!(!manifest[key].is_null(), "manifest.json lacks {key}");
    }
    assert!(
        manifest["engine"]["results_version"]
            .as_u64()
            .is_some_and(|v| v >= 1)
    );
}

#[test]
fn layers_condor_interest_fees_and_slippage_sum_to_the_change_of_equity_to_the_cent() {
    let layers: Vec<String> = header(reference(), "equity.csv")
        .into_iter()
        .filter(|c| c.ends_with("_pnl_usd"))
        .collect();
    assert_eq!(
        layers,
        [
            "condor_pnl_usd",
            "short_pnl_usd",
            "medium_pnl_usd",
            "long_pnl_usd"
        ]
    );
    for ((window, arm), curve) in curves() {
        let (mut equity, mut trading) = (CAPITAL, CAPITAL);
        for row in curve {
            let at = format!("{window} {arm} {}", row.text("date"));
            let pnl: i64 = layers.iter().map(|c| row.cents(c)).sum();
            let costs = row.cents("fees_usd") + row.cents("slippage_usd");
            let interest = row.cents("interest_usd");
            assert!(
                row.cents("fees_usd") <= 0 && row.cents("slippage_usd") <= 0,
                "{at}"
            );
            assert_eq!(
                row.cents("equity_usd") - equity,
                pnl + costs + interest,
                "{at}"
            );
            assert_eq!(
                row.cents("trading_equity_usd") - trading,
                pnl + costs,
                "{at}"
            );
            (equity, trading) = (row.cents("equity_usd"), row.cents("trading_equity_usd"));
        }
    }
}

#[test]
fn drawdown_is_taken_on_trading_equity_with_the_start_included() {
    for ((window, arm), curve) in curves() {
        let mut peak = CAPITAL;
        for row in curve {
            let trading = row.cents("trading_equity_usd");
            peak = peak.max(trading);
            assert_eq!(
                row.cents("drawdown_usd"),
                trading - peak,
                "{window} {arm} {}",
                row.text("date")
            );
        }
    }
}

#[test]
fn the_summary_is_what_the_other_tables_add_up_to() {
    let curves = curves();
    let trades = rows(reference(), "trades.csv");
    for row in rows(reference(), "summary.csv") {
        let key = (row.text("window").to_string(), row.text("arm").to_string());
        let curve = &curves[&key];
        let sum = |column: &str| curve.iter().map(|r| r.cents(column)).sum::<i64>();
        assert_eq!(row.text("sessions"), curve.len().to_string());
        let pnl = curve.last().expect("a session").cents("trading_equity_usd") - CAPITAL;
        assert_eq!(row.cents("pnl_usd"), pnl, "{key:?}");
        assert_eq!(row.cents("interest_usd"), sum("interest_usd"), "{key:?}");
        assert_eq!(row.cents("fees_usd"), sum("fees_usd"), "{key:?}");
        assert_eq!(row.cents("slippage_usd"), sum("slippage_usd"), "{key:?}");
        let deepest = curve
            .iter()
            .map(|r| r.cents("drawdown_usd"))
            .min()
            .unwrap_or(0);
        assert_eq!(row.cents("max_drawdown_usd"), deepest, "{key:?}");
        let own: Vec<&Row> = trades
            .iter()
            .filter(|t| t.text("window") == key.0 && t.text("arm") == key.1)
            .collect();
        assert_eq!(row.text("trades"), own.len().to_string(), "{key:?}");
        assert_eq!(
            own.iter().map(|t| t.cents("pnl_usd")).sum::<i64>(),
            pnl,
            "{key:?}: trades sum to the P&L"
        );
    }
}

#[test]
fn a_hedged_arm_is_the_unhedged_one_plus_its_hedge() {
    let summary = rows(reference(), "summary.csv");
    for row in &summary {
        let unhedged = summary
            .iter()
            .find(|r| r.text("window") == row.text("window"))
            .expect("an unhedged arm");
        assert_eq!(unhedged.text("arm"), "unhedged");
        if row.text("arm") == "unhedged" {
            for column in [
                "drawdown_reduction",
                "profit_retained",
                "hedge_pnl_usd",
                "hedge_premium_usd",
            ] {
                assert_eq!(row.text(column), "", "undefined is empty: {column}");
            }
            continue;
        }
        assert_eq!(row.text("condors_identical"), "true", "{}", row.text("arm"));
        assert_eq!(
            row.cents("pnl_usd"),
            unhedged.cents("pnl_usd") + row.cents("hedge_pnl_usd")
        );
        let (lo, hi) = (
            row.number("drawdown_reduction_lo"),
            row.number("drawdown_reduction_hi"),
        );
        assert!(
            lo < hi && lo.is_some(),
            "{}: every headline has an interval",
            row.text("arm")
        );
    }
}

#[test]
fn all_arms_share_their_condors() {
    let mut condors: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for row in rows(reference(), "trades.csv")
        .iter()
        .filter(|r| r.text("layer") == "condor_14d_16_5")
    {
        let trade = [
            "opened",
            "closed",
            "reason",
            "contracts",
            "legs",
            "entry_price",
            "exit_price",
            "pnl_usd",
        ];
        let trade: Vec<&str> = trade.iter().map(|c| row.text(c)).collect();
        condors
            .entry((row.text("window").into(), row.text("arm").into()))
            .or_default()
            .push(trade.join(" "));
    }
    for ((window, arm), trades) in &condors {
        assert_eq!(
            trades,
            &condors[&(window.clone(), "unhedged".to_string())],
            "{window} {arm}"
        );
    }
    assert_eq!(
        condors[&("2022".to_string(), "unhedged".to_string())].len(),
        52,
        "one a week"
    );
}

#[test]
fn every_session_and_layer_has_one_decision_with_a_reason() {
    let mut seen = BTreeSet::new();
    for row in rows(reference(), "decisions.csv") {
        let key = ["window", "arm", "layer", "date"].map(|c| row.text(c).to_string());
        assert!(
            !row.text("reason_code").is_empty() && !row.text("action").is_empty(),
            "{key:?}"
        );
        assert!(seen.insert(key.clone()), "{key:?} twice");
    }
    let of = |window: &str, arm: &str| {
        seen.iter()
            .filter(|k| k[0] == window && k[1] == arm)
            .count()
    };
    assert_eq!(of("2022", "unhedged"), 251);
    assert_eq!(of("2023-2024", "always_on"), 502 * 4);
}

#[test]
fn no_table_holds_a_number_that_is_none() {
    for entry in std::fs::read_dir(reference()).expect("the folder") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|x| x == "csv") {
            let text = std::fs::read_to_string(&path).expect("text");
            for cell in text.split([',', '\n']) {
                assert!(
                    !["nan", "inf", "-inf"].contains(&cell.to_lowercase().as_str()),
                    "{}",
                    path.display()
                );
            }
        }
    }
}

/// The strike of `-1 SPXW 2022-01-21 P 4525`.
fn strike(leg: &str) -> f64 {
    let last = leg.rsplit(' ').next().expect("words");
    last.parse().expect("a strike")
}

#[test]
fn a_condor_risks_at_most_its_share_of_capital_and_is_placed_as_the_run_says() {
    let legs = rows(reference(), "legs.csv");
    let mut checked = 0;
    for row in rows(reference(), "trades.csv")
        .iter()
        .filter(|r| r.text("layer") == "condor_14d_16_5")
    {
        let contracts: f64 = row.text("contracts").parse().expect("a number");
        let credit: f64 = row.text("entry_price").parse().expect("a number");
        let strikes: Vec<f64> = row.text("legs").split(" | ").map(strike).collect();
        let [put, long_put, call, long_call] = strikes[..] else {
            panic!("{}: {strikes:?}", row.text("id"))
        };
        let loss = ((put - long_put).max(long_call - call) - credit) * 100.0;
        assert!(
            loss * contracts <= 400_000.0 && loss * (contracts + 1.0) > 400_000.0,
            "{}",
            row.text("id")
        );
        for leg in legs
            .iter()
            .filter(|l| l.text("id") == row.text("id") && l.text("quantity").starts_with('-'))
        {
            let delta = leg.number("open_delta").expect("a delta").abs();
            assert!((delta - 0.16).abs() <= 0.04, "{} {delta}", row.text("id"));
            checked += 1;
        }
    }
    assert!(checked > 300);
}

/// Everything listed in one run: AM-settled condors, a fund as hedge, the dated fee schedule. Stand-ins are flagged and
/// counted, what never expires has no expiry, and the folder verifies.
#[test]
fn monthly_condors_funds_and_the_fee_schedule_replay_and_verify() {
    let folder = replay_into(
        "listed",
        &[
            "configs/runs/cndr.toml",
            "--dataset",
            "datasets/reconstruction",
            "--set",
            "arms=[\"unhedged\",\"single_vixy\"]",
            "--set",
            "execution.fees=schedule",
        ],
    );
    let legs = rows(&folder, "legs.csv");
    let of = |root: &str| {
        legs.iter()
            .filter(|row| row.text("root") == root)
            .collect::<Vec<_>>()
    };
    let (condors, shares) = (of("SPX"), of("VIXY"));
    assert!(
        condors.len() > 100 && !shares.is_empty(),
        "{} legs, {} purchases",
        condors.len(),
        shares.len()
    );
    assert!(
        shares
            .iter()
            .all(|row| row.text("expiry").is_empty() && row.text("settlement").is_empty())
    );
    let flagged = condors
        .iter()
        .filter(|row| row.text("settlement").ends_with("(proxy)"))
        .count();
    assert_eq!(
        flagged,
        condors
            .iter()
            .filter(|row| !row.text("settlement").is_empty())
            .count(),
        "every open is flagged"
    );
    let manifest = std::fs::read_to_string(folder.join("manifest.json")).expect("the manifest");
    assert!(
        manifest.contains(&format!("{} packages settled at a stand-in", flagged / 4)),
        "and counted"
    );
    let output = alvh(&["verify", folder.to_str().expect("UTF-8"), "--quiet"]);
    assert!(output.status.success(), "{}", stderr(&output));
}
