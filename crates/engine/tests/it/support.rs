//! A market, the shipped policies, and short runs of them.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{LazyLock, OnceLock};

use book::event::LegFill;
use chrono::NaiveDate;
use engine::execution::Execution;
use engine::run::{Keep, Run, run};
use market::chain::Source;
use market::contract::{Contract, Right, Root};
use market::history::MarketHistory;
use market::observations::Observations;
use market::price::{Money, Price};
use market::surface::ModelParams;
use policy::arm::Arm;
use policy::condor::Condor;
use policy::hedge::Hedge;
use runfile::config::{Assembly, RunConfig};
use runfile::door;
use signals::{Signal, Trigger};

pub const CAPITAL: Money = Money(100_000_000);

pub fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

/// A leg for rules that ask what was traded: bought and marked at `premium`, no delta.
pub fn leg_at(contract: Contract, quantity: i64, premium: Price) -> LegFill {
    LegFill {
        contract,
        quantity,
        mid: premium,
        fill: premium,
        delta: 0.0,
        source: Source::Model,
    }
}

/// The same without a price.
pub fn leg(contract: Contract, quantity: i64) -> LegFill {
    leg_at(contract, quantity, Price::ZERO)
}

/// A leg of SPX options of 4 February 2022, without a price.
pub fn spx_leg(right: Right, strike: Price, quantity: i64) -> LegFill {
    leg(
        Contract::option(Root::Spxw, day("2022-02-04"), right, strike),
        quantity,
    )
}

pub fn observations() -> &'static Observations {
    static OBSERVATIONS: OnceLock<Observations> = OnceLock::new();
    OBSERVATIONS.get_or_init(|| with_highs(reconstruction::reconstruct(reconstruction::SEED)))
}

/// Highs of the VIX futures, which the reconstruction has not: up to a fifth above the settlement.
fn with_highs(mut observations: Observations) -> Observations {
    for (at, row) in observations.vx.iter_mut().enumerate() {
        row.high = Some(row.settle * (1.0 + (at * 7919 % 21) as f64 / 100.0));
    }
    observations
}

/// The first 120 sessions of 2022: falls, rallies, VIX expiries of both kinds, quarter-ends.
pub fn history() -> &'static MarketHistory {
    static HISTORY: OnceLock<MarketHistory> = OnceLock::new();
    HISTORY.get_or_init(|| build(observations()))
}

pub fn build(observations: &Observations) -> MarketHistory {
    let params = ModelParams::default();
    MarketHistory::build(
        observations,
        day("2022-01-03"),
        day("2022-06-24"),
        &params,
        180,
    )
    .expect("a complete market")
}

pub fn window() -> Range<usize> {
    0..history().len()
}

fn file(folder: &str, name: &str) -> String {
    let path = format!(
        "{}/../../configs/{folder}/{name}.toml",
        env!("CARGO_MANIFEST_DIR")
    );
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// A hedge policy as a file writes it.
pub fn read_hedge(text: &str) -> Hedge {
    door::hedge("a hedge", text).unwrap_or_else(|e| panic!("{e}\n{text}"))
}

/// A condor policy, likewise.
pub fn read_condor(text: &str) -> Condor {
    door::condor("a condor", text).unwrap_or_else(|e| panic!("{e}\n{text}"))
}

/// Signals, as a policy defines them.
pub fn read_signals(text: &str) -> BTreeMap<String, Signal> {
    let condor = file("policies", "condor_weekly_14d");
    read_condor(&format!("{condor}\n{text}")).signals
}

/// A trigger, as a policy defines it.
pub fn read_trigger(text: &str) -> Trigger {
    let condor = file("policies", "condor_weekly_14d");
    let mut condor = read_condor(&format!("{condor}\n[triggers.only]\n{text}"));
    condor.triggers.remove("only").expect("the trigger")
}

pub fn condor() -> Condor {
    read_condor(&file("policies", "condor_weekly_14d"))
}

pub fn hedge(name: &str) -> Hedge {
    read_hedge(&file("policies", name))
}

pub fn arm(name: &str) -> Arm {
    Arm::new(&[condor()], &hedge(name))
}

/// Names of every hedge policy that ships, in alphabetical order.
pub fn shipped() -> Vec<String> {
    let folder = format!("{}/../../configs/policies", env!("CARGO_MANIFEST_DIR"));
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|e| panic!("{folder}: {e}"));
    let names = entries.filter_map(|e| {
        e.ok()?
            .file_name()
            .to_str()?
            .strip_suffix(".toml")
            .map(str::to_string)
    });
    let is_hedge = |name: &String| {
        file("policies", name)
            .lines()
            .any(|l| l.starts_with("budget_fraction_of_credit"))
    };
    let mut names: Vec<String> = names.filter(is_hedge).collect();
    names.sort();
    assert!(names.len() > 25, "{names:?}");
    names
}

pub const ARMS: [&str; 5] = [
    "unhedged",
    "always_on",
    "always_on_futures",
    "single_vix_call",
    "tiered",
];

/// The shipped reference run.
pub fn reference_run() -> RunConfig {
    let (mut assembly, _) =
        Assembly::new("replay.toml", &file("runs", "replay")).expect("the shipped run");
    for (section, name) in assembly.missing() {
        let text = file("policies", &name);
        assembly
            .add(section, &name, &name, &text)
            .expect("a shipped policy");
    }
    assembly.finish("replay.toml").expect("a whole run")
}

/// Its execution.
pub fn execution() -> Execution {
    static EXECUTION: LazyLock<Execution> = LazyLock::new(|| reference_run().execution);
    EXECUTION.clone()
}

pub fn replay(arm: &Arm) -> Run {
    run(
        history(),
        window(),
        arm,
        &execution(),
        CAPITAL,
        Keep::Journal,
    )
}
