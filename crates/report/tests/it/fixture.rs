//! A plausible run folder, made from a toy market. Its curves, headline rows and ledgers agree with one another to
//! the cent; its P&L means nothing.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use report::{ReportError, RunFolder};
use sha2::{Digest, Sha256};

use crate::market_model::{Close, Dice, path};

pub const CAPITAL: i64 = 100_000_000;
/// The only condor tier: any name that is not a hedge layer.
pub const CONDOR: &str = "condor_weekly_14d";
pub const LAYERS: [&str; 3] = ["short", "medium", "long"];

/// The files of a folder, to be changed by a test before they are written.
#[derive(Clone)]
pub struct Fixture {
    pub files: BTreeMap<String, String>,
    pub manifest: serde_json::Value,
}

struct ArmPlan {
    name: String,
    kind: &'static str,
    twin_of: Option<String>,
    /// Share of each layer, and whether its size follows the tier.
    size: [f64; 3],
    tiered: bool,
}

struct Run {
    window: &'static str,
    closes: Vec<Close>,
    condor: Vec<i64>,
}

/// Amounts of one arm in one window, in cents per session.
struct Book {
    layers: [Vec<i64>; 3],
    fees: Vec<i64>,
    slippage: Vec<i64>,
    trading: Vec<i64>,
    /// Largest fall, at most 0, and over its peak as a fraction.
    fall: i64,
    fall_fraction: f64,
}

/// The folder of the issue: five arms, three twins, two windows.
pub fn standard() -> Fixture {
    let policy = |name: &str, size, tiered| ArmPlan { name: name.into(), kind: "policy", twin_of: None, size, tiered };
    let twin = |of: &str, scale: f64| ArmPlan {
        name: format!("always_on~{of}"),
        kind: "equal_spend_twin",
        twin_of: Some(of.to_owned()),
        size: [scale; 3],
        tiered: false,
    };
    build(&[
        ArmPlan { name: "unhedged".into(), kind: "unhedged", twin_of: None, size: [0.0; 3], tiered: false },
        policy("always_on", [1.0, 1.0, 1.0], false),
        policy("always_on_futures", [1.3, 1.0, 1.0], false),
        policy("single_vix_call", [2.6, 0.0, 0.0], false),
        policy("tiered", [1.1, 1.1, 1.1], true),
        twin("always_on_futures", 1.12),
        twin("single_vix_call", 0.93),
        twin("tiered", 0.71),
    ])
}

/// Ten policies over both windows, for the size of the page.
pub fn ten_arms() -> Fixture {
    let arm = |at: usize| ArmPlan {
        name: format!("policy_with_a_long_name_{at}"),
        kind: "policy",
        twin_of: None,
        size: [0.4 + at as f64 * 0.2; 3],
        tiered: at % 2 == 0,
    };
    let base = ArmPlan { name: "unhedged".into(), kind: "unhedged", twin_of: None, size: [0.0; 3], tiered: false };
    build(&std::iter::once(base).chain((1..10).map(arm)).collect::<Vec<_>>())
}

impl Fixture {
    /// Writes the folder into a new place under the test's own temporary directory.
    pub fn write(&self) -> PathBuf {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("run-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&dir).expect("the temporary directory is writable");
        for (name, text) in &self.files {
            fs::write(dir.join(name), text).expect("the temporary directory is writable");
        }
        let text = serde_json::to_string_pretty(&self.manifest).expect("a manifest is JSON");
        fs::write(dir.join("manifest.json"), text).expect("the temporary directory is writable");
        dir
    }

    /// Writes, reads and removes the folder.
    pub fn read(&self) -> Result<RunFolder, ReportError> {
        let dir = self.write();
        let run = RunFolder::read(&dir);
        fs::remove_dir_all(dir).expect("the folder was just written");
        run
    }

    /// The folder, which must be good.
    pub fn run(&self) -> RunFolder {
        self.read().unwrap_or_else(|error| panic!("{error}"))
    }

    /// Changes a file's text.
    pub fn edit(mut self, file: &str, change: impl Fn(&str) -> String) -> Fixture {
        let text = change(&self.files[file]);
        self.files.insert(file.to_owned(), text);
        self
    }

    /// Leaves a file out.
    pub fn without(mut self, file: &str) -> Fixture {
        self.files.remove(file).unwrap_or_else(|| panic!("the fixture has a {file}"));
        self
    }

    /// The manifest gets the sha256 of every file, as a run writes it. Without it nothing is compared, and tests
    /// are faster.
    pub fn with_hashes(mut self) -> Fixture {
        let hash =
            |text: &String| Sha256::digest(text.as_bytes()).iter().map(|b| format!("{b:02x}")).collect::<String>();
        let files = self.files.iter().map(|(name, text)| (name.clone(), hash(text).into()));
        self.manifest["files"] = files.collect::<serde_json::Map<_, serde_json::Value>>().into();
        self
    }
}

fn build(arms: &[ArmPlan]) -> Fixture {
    let mut dice = Dice::new(20_220_103);
    let runs = [
        Run::new("2022", path((2022, 1, 3), 251, 25.5, 112, &mut dice), &mut dice),
        Run::new("2023-2024", path((2023, 1, 3), 502, 16.0, 398, &mut dice), &mut dice),
    ];
    let books: Vec<Vec<Book>> = runs.iter().map(|run| arms.iter().map(|arm| Book::new(run, arm)).collect()).collect();
    let mut files = BTreeMap::new();
    let mut put = |name: &str, text: String| files.insert(name.to_owned(), text);
    put("config.toml", CONFIG.to_owned());
    put("summary.csv", summary(&runs, arms, &books));
    put("equity.csv", equity(&runs, arms, &books));
    put("trades.csv", trades(&runs, arms));
    put("legs.csv", legs(&runs, arms));
    put("decisions.csv", decisions(&runs, arms));
    put("claims.csv", CLAIMS.to_owned());
    put("layers.csv", layers(&runs, arms, &books));
    put("bands.csv", bands(&runs, arms, &books));
    put("slippage.csv", slippage(&runs, arms, &books));
    put("market.csv", market(&runs));
    put("findings.csv", FINDINGS.to_owned());
    Fixture { files, manifest: manifest(&runs, arms) }
}

impl Run {
    fn new(window: &'static str, closes: Vec<Close>, dice: &mut Dice) -> Run {
        let condor = |close: &Close| {
            let beyond = (close.change.abs() * 100.0 - close.vix / 22.0).max(0.0);
            cents(400.0 + 160.0 * dice.normal() - 1_100.0 * beyond)
        };
        let condor = closes.iter().map(condor).collect();
        Run { window, closes, condor }
    }

    fn weekly(&self, at: usize) -> bool {
        at % 5 == 3
    }
}

impl Book {
    fn new(run: &Run, arm: &ArmPlan) -> Book {
        let scale = |close: &Close| if arm.tiered { tier_weight(close.vix) } else { 1.0 };
        let shapes: [fn(&Close) -> f64; 3] = [
            |c| -62.0 + 290.0 * (c.vix_change - 1.0).max(0.0),
            |c| -48.0 + 52_000.0 * (-c.change - 0.008).max(0.0),
            |c| -21.0 + 70.0 * c.vix_change,
        ];
        let layers = [0, 1, 2].map(|slot: usize| {
            let pnl = |close| cents(arm.size[slot] * scale(close) * shapes[slot](close));
            run.closes.iter().map(pnl).collect::<Vec<i64>>()
        });
        let hedged = arm.size.iter().sum::<f64>() > 0.0;
        let weekly = |amount: i64| (0..run.closes.len()).map(|at| if run.weekly(at) { amount } else { 0 }).collect();
        let fees: Vec<i64> = weekly(if hedged { -11_220 } else { -8_360 });
        let slippage: Vec<i64> = weekly(if hedged { -31_050 } else { -24_000 });
        let mut now = CAPITAL;
        let mut trading = Vec::new();
        for at in 0..run.closes.len() {
            now += run.condor[at] + layers.iter().map(|layer| layer[at]).sum::<i64>() + fees[at] + slippage[at];
            trading.push(now);
        }
        let (fall, fall_fraction) = deepest(&trading);
        Book { layers, fees, slippage, trading, fall, fall_fraction }
    }

    fn pnl(&self) -> i64 {
        self.trading.last().expect("a window has sessions") - CAPITAL
    }

    fn layer(&self, slot: usize) -> i64 {
        self.layers[slot].iter().sum()
    }

    fn hedge(&self) -> i64 {
        (0..3).map(|slot| self.layer(slot)).sum()
    }
}

fn deepest(trading: &[i64]) -> (i64, f64) {
    let (mut peak, mut fall, mut fraction) = (CAPITAL, 0, 0.0_f64);
    for &equity in trading {
        peak = peak.max(equity);
        fall = fall.min(equity - peak);
        fraction = fraction.min((equity - peak) as f64 / peak as f64);
    }
    (fall, fraction)
}

fn tier_weight(vix: f64) -> f64 {
    match vix {
        v if v < 15.0 => 1.0 / 3.0,
        v if v < 22.0 => 2.0 / 3.0,
        v if v < 25.0 => 2.0 / 3.0 + (v - 22.0) / 9.0,
        _ => 1.0,
    }
}

fn tier_name(vix: f64) -> &'static str {
    match vix {
        v if v < 15.0 => "..15",
        v if v < 22.0 => "15..22",
        v if v < 25.0 => "22..25",
        _ => "25..",
    }
}

fn cents(dollars: f64) -> i64 {
    (dollars * 100.0).round() as i64
}

/// Cents as the files have money.
pub fn usd(cents: i64) -> String {
    format!("{}{}.{:02}", if cents < 0 { "-" } else { "" }, cents.abs() / 100, cents.abs() % 100)
}

fn summary(runs: &[Run], arms: &[ArmPlan], books: &[Vec<Book>]) -> String {
    let mut out = String::from(
        "window,arm,sessions,pnl_usd,return_on_capital,return_on_margin,cagr,max_drawdown_usd,max_drawdown_pct,\
         drawdown_reduction,drawdown_reduction_lo,drawdown_reduction_hi,profit_retained,hedge_pnl_usd,\
         hedge_premium_usd,hedge_salvage_usd,hedge_unspent_usd,interest_usd,sharpe,sortino,calmar,cvar95,ulcer,trades,\
         fees_usd,slippage_usd,pnl_before_window_end_usd,condor_pnl_usd,hedge_net_cost_usd,\
         drawdown_reduction_per_net_usd_1000,deleveraged_x,deleveraged_pnl_usd,equal_spend_ratio,condors_identical,\
         p_reduction_positive,bootstrap_draws,profit_retained_lo,\
         profit_retained_hi,pnl_difference_lo_usd,pnl_difference_hi_usd,closed_by_window_end,a_column_of_the_future\n",
    );
    for (run, books) in runs.iter().zip(books) {
        for (arm, book) in arms.iter().zip(books) {
            let row = summary_row(run, arm, book, &books[0]);
            writeln!(out, "{}", row.join(",")).expect("a string takes all");
        }
    }
    out
}

fn summary_row(run: &Run, arm: &ArmPlan, book: &Book, base: &Book) -> Vec<String> {
    let hedged = arm.kind != "unhedged";
    let ratio = |value: f64| format!("{value:.6}");
    let if_hedged = |text: String| if hedged { text } else { String::new() };
    let roc = book.pnl() as f64 / CAPITAL as f64;
    let reduction = 1.0 - book.fall as f64 / base.fall as f64;
    let premium = -book.hedge() + cents(4000.0);
    let net = premium - cents(4000.0) - book.fees.iter().sum::<i64>();
    let x = (book.fall as f64 / base.fall as f64).min(1.0);
    let difference = book.pnl() - base.pnl();
    let retained_end = |shift: f64| match base.pnl() > 0 {
        true => ratio(book.pnl() as f64 / base.pnl() as f64 + shift),
        false => String::new(),
    };
    let retained = if base.pnl() > 0 { ratio(book.pnl() as f64 / base.pnl() as f64) } else { String::new() };
    vec![
        run.window.into(),
        arm.name.clone(),
        run.closes.len().to_string(),
        usd(book.pnl()),
        ratio(roc),
        ratio(roc * 11.3),
        ratio(roc * 252.0 / run.closes.len() as f64),
        usd(book.fall),
        ratio(book.fall_fraction),
        if_hedged(ratio(reduction)),
        if_hedged(ratio(reduction - 0.17)),
        if_hedged(ratio(reduction + 0.13)),
        if_hedged(retained),
        if_hedged(usd(book.hedge())),
        if_hedged(usd(premium)),
        if_hedged(usd(cents(4000.0))),
        if_hedged(usd(cents(321.5))),
        usd(CAPITAL / 10_000 * run.closes.len() as i64),
        ratio(0.8 + roc),
        ratio(1.1 + roc),
        if book.fall == 0 { String::new() } else { ratio(roc / book.fall_fraction.abs()) },
        ratio(-0.0061),
        ratio(0.0123),
        (run.closes.len() / 5).to_string(),
        usd(book.fees.iter().sum()),
        usd(book.slippage.iter().sum()),
        usd(book.pnl() - cents(150.0)),
        usd(run.condor.iter().sum()),
        if_hedged(usd(net)),
        if hedged && net > 0 { ratio(reduction / (net as f64 / 1e5)) } else { String::new() },
        if_hedged(ratio(x)),
        if_hedged(usd((base.pnl() as f64 * x) as i64)),
        if arm.twin_of.is_some() { ratio(0.998) } else { String::new() },
        "true".into(),
        if_hedged(ratio(0.9)),
        "2000".into(),
        if_hedged(retained_end(-0.2)),
        if_hedged(retained_end(0.2)),
        if_hedged(usd(difference - cents(9_000.0))),
        if_hedged(usd(difference + cents(8_000.0))),
        "2".into(),
        "unknown columns are allowed".into(),
    ]
}

fn equity(runs: &[Run], arms: &[ArmPlan], books: &[Vec<Book>]) -> String {
    let mut out = String::from(
        "window,arm,date,equity_usd,trading_equity_usd,cash_usd,margin_usd,drawdown_usd,interest_usd,fees_usd,\
         slippage_usd,condor_pnl_usd,short_pnl_usd,medium_pnl_usd,long_pnl_usd\n",
    );
    for (run, books) in runs.iter().zip(books) {
        for (arm, book) in arms.iter().zip(books) {
            let (mut interest, mut peak) = (0, CAPITAL);
            for (at, close) in run.closes.iter().enumerate() {
                interest += CAPITAL / 10_000;
                peak = peak.max(book.trading[at]);
                let margin = cents(74_000.0 + 9_000.0 * (at % 7) as f64);
                let amounts = [
                    book.trading[at] + interest,
                    book.trading[at],
                    book.trading[at] + interest + cents(1200.0),
                    margin,
                    book.trading[at] - peak,
                    CAPITAL / 10_000,
                    book.fees[at],
                    book.slippage[at],
                    run.condor[at],
                    book.layers[0][at],
                    book.layers[1][at],
                    book.layers[2][at],
                ]
                .map(usd);
                writeln!(out, "{},{},{},{}", run.window, arm.name, close.date, amounts.join(",")).expect("fits");
            }
        }
    }
    out
}

/// Every weekly package: place of its arm, layer, first and last session, P&L.
fn packages<'a>(run: &'a Run, arms: &'a [ArmPlan]) -> Vec<(usize, &'static str, usize, usize, i64)> {
    let mut all = Vec::new();
    for (place, arm) in arms.iter().enumerate() {
        for at in (0..run.closes.len()).filter(|&at| run.weekly(at)) {
            let end = (at + 10).min(run.closes.len() - 1);
            all.push((place, CONDOR, at, end, run.condor[at..=end].iter().sum::<i64>() / 2));
            for (slot, layer) in LAYERS.into_iter().enumerate().filter(|(slot, _)| arm.size[*slot] > 0.0) {
                all.push((place, layer, at, end, cents(-90.0 * arm.size[slot]) + (at as i64 % 9) * 2_500));
            }
        }
    }
    all
}

fn trades(runs: &[Run], arms: &[ArmPlan]) -> String {
    let mut out = String::from(
        "window,arm,id,layer,opened,closed,reason,contracts,legs,entry_price,exit_price,fees_usd,pnl_usd\n",
    );
    for run in runs {
        for (id, (place, layer, at, end, pnl)) in packages(run, arms).into_iter().enumerate() {
            let last = end + 1 == run.closes.len();
            let reason = if last {
                "window_end"
            } else if layer == "medium" {
                "days_to_expiry"
            } else {
                "expiry"
            };
            let (opened, closed) = (&run.closes[at].date, &run.closes[end].date);
            writeln!(
                out,
                "{},{},{},{layer},{opened},{closed},{reason},9,+1 SPXW {closed} P 4300 | -1 SPXW {closed} P 4350,-4.35,0.00,-88.00,{}",
                run.window,
                arms[place].name,
                id + 1,
                usd(pnl)
            )
            .expect("fits");
        }
    }
    out
}

fn legs(runs: &[Run], arms: &[ArmPlan]) -> String {
    let mut out = String::from("id,root,expiry,right,strike,quantity,open_price,close_price,open_delta,settlement\n");
    for run in runs {
        for (id, (_, layer, _, end, _)) in packages(run, arms).into_iter().enumerate() {
            let (root, settlement) = if layer == CONDOR { ("SPXW", "4321.09") } else { ("VIX", "27.35 (proxy)") };
            let expiry = &run.closes[end].date;
            writeln!(out, "{},{root},{expiry},P,4300,9,2.10,0.00,-0.05,{settlement}", id + 1).expect("fits");
            writeln!(out, "{},{root},{expiry},P,4350,-9,4.40,0.00,-0.16,{settlement}", id + 1).expect("fits");
        }
    }
    out
}

fn decisions(runs: &[Run], arms: &[ArmPlan]) -> String {
    let mut out = String::from("window,arm,date,layer,regime,action,reason_code,detail\n");
    for run in runs {
        for arm in arms {
            for (at, close) in run.closes.iter().enumerate() {
                let regime = match arm.tiered {
                    true => format!("{} weight {:.3}", tier_name(close.vix), tier_weight(close.vix)),
                    false => "full".to_owned(),
                };
                let (action, code) =
                    if run.weekly(at + 1) { ("order_open", "entry_due") } else { ("none", "not_entry_session") };
                let line = format!("{},{},{}", run.window, arm.name, close.date);
                writeln!(out, "{line},{CONDOR},{regime},{action},{code},").expect("fits");
                for (_, layer) in LAYERS.into_iter().enumerate().filter(|(slot, _)| arm.size[*slot] > 0.0) {
                    let (action, code) =
                        if at % 8 == 0 { ("order_open", "purse_covers") } else { ("none", "purse_short") };
                    writeln!(out, "{line},{layer},{regime},{action},{code},\"purse 312.40, unit 455.00\"")
                        .expect("fits");
                }
            }
        }
    }
    out
}

fn layers(runs: &[Run], arms: &[ArmPlan], books: &[Vec<Book>]) -> String {
    let mut out = String::from(
        "window,arm,layer,orders,contracts,premium_usd,salvage_usd,fees_usd,slippage_usd,pnl_usd,purse_credited_usd,\
         purse_forgone_usd,purse_lapsed_usd,purse_unspent_usd\n",
    );
    for (run, books) in runs.iter().zip(books) {
        for (arm, book) in arms.iter().zip(books) {
            for (slot, layer) in LAYERS.into_iter().enumerate().filter(|(slot, _)| arm.size[*slot] > 0.0) {
                let pnl = book.layer(slot);
                let money =
                    [cents(9000.0), cents(9000.0) + pnl, -4400, -9100, pnl, cents(9100.0), 0, 0, 10_000].map(usd);
                writeln!(out, "{},{},{layer},51,{},{}", run.window, arm.name, 51 + slot, money.join(","))
                    .expect("fits");
            }
        }
    }
    out
}

fn bands(runs: &[Run], arms: &[ArmPlan], books: &[Vec<Book>]) -> String {
    let mut out = String::from("window,arm,variant,condor_pnl_usd,hedge_effect_usd,drawdown_reduction\n");
    let variants = [
        ("base", 0.0),
        ("atm_shift=-0.03", -1.0),
        ("atm_shift=0.03", 1.0),
        ("psi_factor=0.8", -0.6),
        ("psi_factor=1.2", 0.6),
    ];
    for (run, books) in runs.iter().zip(books) {
        for (arm, book) in arms.iter().zip(books).filter(|(arm, _)| arm.kind != "equal_spend_twin") {
            for (variant, shift) in variants {
                let condor = run.condor.iter().sum::<i64>() + cents(21_000.0 * shift);
                let effect = book.pnl() - books[0].pnl() + cents(2_600.0 * shift);
                let reduction = 1.0 - book.fall as f64 / books[0].fall as f64 + 0.03 * shift;
                let hedge =
                    if arm.kind == "unhedged" { ",".to_owned() } else { format!("{},{reduction:.6}", usd(effect)) };
                writeln!(out, "{},{},{variant},{},{hedge}", run.window, arm.name, usd(condor)).expect("fits");
            }
        }
    }
    out
}

fn slippage(runs: &[Run], arms: &[ArmPlan], books: &[Vec<Book>]) -> String {
    let mut out = String::from("window,arm,half_spread_fraction,pnl_usd,max_drawdown_usd,drawdown_reduction\n");
    for (run, books) in runs.iter().zip(books) {
        for (arm, book) in arms.iter().zip(books) {
            for (share, text) in [(0.0, "0"), (0.5, "0.5"), (1.0, "1")] {
                let pnl = book.pnl() - ((share - 0.5) * 2.0 * -book.slippage.iter().sum::<i64>() as f64) as i64;
                let reduction = 1.0 - book.fall as f64 / books[0].fall as f64;
                let reduction = if arm.kind == "unhedged" { String::new() } else { format!("{reduction:.6}") };
                writeln!(out, "{},{},{text},{},{},{reduction}", run.window, arm.name, usd(pnl), usd(book.fall))
                    .expect("fits");
            }
        }
    }
    out
}

fn market(runs: &[Run]) -> String {
    let mut out = String::from("date,spx_close,vix,vix3m\n");
    for close in runs.iter().flat_map(|run| &run.closes) {
        writeln!(out, "{},{:.2},{:.2},{:.2}", close.date, close.spx, close.vix, close.vix * 1.08).expect("fits");
    }
    out
}

fn manifest(runs: &[Run], arms: &[ArmPlan]) -> serde_json::Value {
    let windows: Vec<serde_json::Value> = runs
        .iter()
        .map(|run| {
            let (first, last) = (&run.closes[0].date, &run.closes[run.closes.len() - 1].date);
            serde_json::json!({"name": run.window, "first": first, "last": last, "sessions": run.closes.len()})
        })
        .collect();
    let arm = |arm: &ArmPlan| {
        let layers: Vec<&str> = (0..3).filter(|slot| arm.size[*slot] > 0.0).map(|slot| LAYERS[slot]).collect();
        let summary = match arm.kind {
            "unhedged" => "The condors alone.",
            "policy" => "Buys its layers whenever the purse covers a unit.",
            _ => "The reference hedge at another arm's spending.",
        };
        serde_json::json!({"name": arm.name, "title": arm.name, "kind": arm.kind, "twin_of": arm.twin_of,
            "summary": summary, "layers": layers})
    };
    serde_json::json!({
        "schema": 1, "name": "replay", "engine": {"version": "0.1.0", "results_version": 1},
        "config_hash": "3f2a9c".repeat(10), "dataset_hash": "b81d07".repeat(10),
        "dataset": {"name": "reconstruction", "kind": "reconstruction",
            "notice": "A seeded path through public month-end closes. Do not read it as what the market did.",
            "first": "2020-12-01", "last": "2024-12-31"},
        "prices": "model", "starting_capital_usd": 1_000_000,
        "windows": windows, "arms": arms.iter().map(arm).collect::<Vec<_>>(),
        "command": "alvh replay configs/runs/replay.toml",
        "interval": {"level": 0.9, "method": "stationary bootstrap", "draws": 2000, "mean_block_sessions": 21, "seed": 7},
        "notes": ["Equal-spend twins look ahead by construction."],
        "a_key_of_the_future": true
    })
}

const CONFIG: &str =
    "name = \"replay\"\nstarting_capital_usd = 1000000\n\n[condor]\nshort_delta = 0.16\nwing_points = 50\n";

const CLAIMS: &str = "id,claim,claimed,measured,lo,hi,n,verdict,unit,rule\n\
    O1,Drawdown reduction of 35-40 %,0.35 to 0.40,0.214,-0.03,0.41,2,inconclusive,fraction,supported if the interval lies above 0.35\n\
    O3,Cost of 22 % of return on capital,0.22,,,,1,not_measurable_here,fraction,undefined unless the unhedged return is positive\n\
    O11,\"Over-sizing drags returns, sideways\",slope below 0,-0.0123,-0.02,-0.004,502,supported,,interval below 0\n";

const FINDINGS: &str = "severity,code,series,count,first,last,message\n\
    info,not_a_session,vix,31,2022-05-30,2024-12-25,Values on market holidays were dropped.\n\
    warning,gap,skew,1,2024-11-29,2024-11-29,\"No value; the last one was kept, flagged.\"\n";
