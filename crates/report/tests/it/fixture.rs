//! A plausible run folder, made from a toy market. Its curves, headline rows and ledgers agree with one another to
//! the cent; its P&L means nothing.

mod tables;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use ::tables::ReadError;
use ::tables::files::sha256;
use report::{RunFolder, SweepFolder};

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
    let policy = |name: &str, size, tiered| ArmPlan {
        name: name.into(),
        kind: "policy",
        twin_of: None,
        size,
        tiered,
    };
    let twin = |of: &str, scale: f64| ArmPlan {
        name: format!("always_on~{of}"),
        kind: "equal_spend_twin",
        twin_of: Some(of.to_owned()),
        size: [scale; 3],
        tiered: false,
    };
    build(&[
        ArmPlan {
            name: "unhedged".into(),
            kind: "unhedged",
            twin_of: None,
            size: [0.0; 3],
            tiered: false,
        },
        policy("always_on", [1.0, 1.0, 1.0], false),
        policy("always_on_futures", [1.3, 1.0, 1.0], false),
        policy("single_vix_call", [2.6, 0.0, 0.0], false),
        policy("tiered", [1.1, 1.1, 1.1], true),
        twin("always_on_futures", 1.12),
        twin("single_vix_call", 0.93),
        twin("tiered", 0.71),
    ])
}

/// HTML without the links of its terms.
pub fn without_links(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    for (at, piece) in html.split('<').enumerate() {
        let is_link = at > 0 && (piece.starts_with("a class=\"term\"") || piece.starts_with("/a>"));
        match is_link.then(|| piece.split_once('>')).flatten() {
            Some((_, rest)) => out.push_str(rest),
            None if at == 0 => out.push_str(piece),
            None => out.extend(["<", piece]),
        }
    }
    out
}

/// Ten arms over both windows, for the size of the page.
pub fn ten_arms() -> Fixture {
    arms(10)
}

/// So many arms that no picture can hold all their curves.
pub fn many_arms() -> Fixture {
    arms(33)
}

fn arms(count: usize) -> Fixture {
    let arm = |at: usize| ArmPlan {
        name: format!("policy_with_a_long_name_{at}"),
        kind: "policy",
        twin_of: None,
        size: [0.4 + (at % 10) as f64 * 0.2; 3],
        tiered: at.is_multiple_of(2),
    };
    let base = ArmPlan {
        name: "unhedged".into(),
        kind: "unhedged",
        twin_of: None,
        size: [0.0; 3],
        tiered: false,
    };
    build(
        &std::iter::once(base)
            .chain((1..count).map(arm))
            .collect::<Vec<_>>(),
    )
}

/// Writes files into a new folder under the test's own temporary directory.
fn written(files: &BTreeMap<String, impl AsRef<[u8]>>) -> PathBuf {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let name = format!(
        "folder-{}-{}",
        std::process::id(),
        NEXT.fetch_add(1, Ordering::Relaxed)
    );
    let dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&dir).expect("the temporary directory is writable");
    for (name, bytes) in files {
        fs::write(dir.join(name), bytes).expect("the temporary directory is writable");
    }
    dir
}

/// Writes a sweep folder, reads and removes it.
pub fn sweep(files: &BTreeMap<String, Vec<u8>>) -> Result<SweepFolder, ReadError> {
    let dir = written(files);
    let sweep = SweepFolder::read(&dir);
    fs::remove_dir_all(dir).expect("the folder was just written");
    sweep
}

impl Fixture {
    /// Writes the folder into a new place under the test's own temporary directory.
    pub fn write(&self) -> PathBuf {
        let dir = written(&self.files);
        let text = serde_json::to_string_pretty(&self.manifest).expect("a manifest is JSON");
        fs::write(dir.join("manifest.json"), text).expect("the temporary directory is writable");
        dir
    }

    /// Writes, reads and removes the folder.
    pub fn read(&self) -> Result<RunFolder, ReadError> {
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
        self.files
            .remove(file)
            .unwrap_or_else(|| panic!("the fixture has a {file}"));
        self
    }

    /// The manifest gets the sha256 of every file, as a run writes it. Without it nothing is compared, and tests
    /// are faster.
    pub fn with_hashes(mut self) -> Fixture {
        let hash = |text: &String| sha256(text.as_bytes());
        let files = self
            .files
            .iter()
            .map(|(name, text)| (name.clone(), hash(text).into()));
        self.manifest["files"] = files
            .collect::<serde_json::Map<_, serde_json::Value>>()
            .into();
        self
    }
}

fn build(arms: &[ArmPlan]) -> Fixture {
    let mut dice = Dice::new(20_220_103);
    let runs = [
        Run::new(
            "2022",
            path((2022, 1, 3), 251, 25.5, 112, &mut dice),
            &mut dice,
        ),
        Run::new(
            "2023-2024",
            path((2023, 1, 3), 502, 16.0, 398, &mut dice),
            &mut dice,
        ),
    ];
    let books: Vec<Vec<Book>> = runs
        .iter()
        .map(|run| arms.iter().map(|arm| Book::new(run, arm)).collect())
        .collect();
    let mut files = BTreeMap::new();
    let mut put = |name: &str, text: String| files.insert(name.to_owned(), text);
    put("config.toml", CONFIG.to_owned());
    put("summary.csv", tables::summary(&runs, arms, &books));
    put("equity.csv", tables::equity(&runs, arms, &books));
    put("trades.csv", tables::trades(&runs, arms));
    put("legs.csv", tables::legs(&runs, arms));
    put("decisions.csv", tables::decisions(&runs, arms));
    put("claims.csv", CLAIMS.to_owned());
    put("layers.csv", tables::layers(&runs, arms, &books));
    put("bands.csv", tables::bands(&runs, arms, &books));
    put("slippage.csv", tables::slippage(&runs, arms, &books));
    put("market.csv", tables::market(&runs));
    put("findings.csv", FINDINGS.to_owned());
    Fixture {
        files,
        manifest: tables::manifest(&runs, arms),
    }
}

impl Run {
    fn new(window: &'static str, closes: Vec<Close>, dice: &mut Dice) -> Run {
        let condor = |close: &Close| {
            let beyond = (close.change.abs() * 100.0 - close.vix / 22.0).max(0.0);
            cents(400.0 + 160.0 * dice.normal() - 1_100.0 * beyond)
        };
        let condor = closes.iter().map(condor).collect();
        Run {
            window,
            closes,
            condor,
        }
    }

    fn weekly(&self, at: usize) -> bool {
        at % 5 == 3
    }
}

impl Book {
    fn new(run: &Run, arm: &ArmPlan) -> Book {
        let scale = |close: &Close| {
            if arm.tiered {
                tier_weight(close.vix)
            } else {
                1.0
            }
        };
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
        let weekly = |amount: i64| {
            (0..run.closes.len())
                .map(|at| if run.weekly(at) { amount } else { 0 })
                .collect()
        };
        let fees: Vec<i64> = weekly(if hedged { -11_220 } else { -8_360 });
        let slippage: Vec<i64> = weekly(if hedged { -31_050 } else { -24_000 });
        let mut now = CAPITAL;
        let mut trading = Vec::new();
        for at in 0..run.closes.len() {
            now += run.condor[at]
                + layers.iter().map(|layer| layer[at]).sum::<i64>()
                + fees[at]
                + slippage[at];
            trading.push(now);
        }
        let (fall, fall_fraction) = deepest(&trading);
        Book {
            layers,
            fees,
            slippage,
            trading,
            fall,
            fall_fraction,
        }
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
    format!(
        "{}{}.{:02}",
        if cents < 0 { "-" } else { "" },
        cents.abs() / 100,
        cents.abs() % 100
    )
}

const CONFIG: &str = "name = \"replay\"\nstarting_capital_usd = 1000000\n\n[condor]\nshort_delta = 0.16\nwing_points = 50\n";

const CLAIMS: &str = "id,claim,claimed,measured,lo,hi,n,verdict,unit,rule,n_counts,minimum_n,note\n\
    O1,Drawdown reduction of 35-40 %,0.35 to 0.40,0.214,-0.03,0.41,2,inconclusive,fraction,supported if the interval lies above 0.35,windows,20,spread 0.07\n\
    O3,Cost of 22 % of return on capital,0.22,,,,1,not_measurable_here,fraction,undefined unless the unhedged return is positive,windows,20,the unhedged book has no profit\n\
    O11,\"Over-sizing drags returns, sideways\",slope below 0,-0.0123,-0.02,-0.004,502,supported,,interval below 0,sessions,200,\n";

const FINDINGS: &str = "severity,code,series,count,first,last,message\n\
    info,not_a_session,vix,31,2022-05-30,2024-12-25,Values on market holidays were dropped.\n\
    warning,gap,skew,1,2024-11-29,2024-11-29,\"No value; the last one was kept, flagged.\"\n";
