//! A run on quotes that are the model's prices but for a stated noise, through the files: made, written, loaded, replayed.
//!
//! The bound is derived, not chosen: a mid is half of bid and ask, both rounded to ten-thousandths, and the noise moved it
//! by at most `NOISE`; options below 0.05 are quoted 0 at 0.05, so their mid is up to 0.025 off. Every fill of the run on
//! quotes, opening or closing, whatever it chose, must lie that close to the model's price of the same contract.

use std::path::Path;

use book::event::{Event, LegFill};
use book::journal::Entry;
use chrono::NaiveDate;
use data::chains::ChainQuote;
use engine::execution::Execution;
use engine::run::{Keep, Run, run};
use market::chain::made::{LEAST_ASK, Made};
use market::chain::{Quotes, RawChains, Source};
use market::history::{MarketHistory, Pricing};
use market::inputs::InputRules;
use market::price::Money;
use market::surface::ModelParams;
use policy::arm::Arm;

use crate::support::{alvh, only_folder, root, rows, scratch, stderr, stdout};

const NOISE: f64 = 0.02;
/// Bid and ask are ten-thousandths, and so is half of their sum.
const ROUNDING: f64 = 2e-4;
const CAPITAL: Money = Money(100_000_000);
pub const HORIZON_DAYS: i64 = 60;

pub fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn toml_file(path: &str) -> toml::Table {
    let text = std::fs::read_to_string(root().join("configs").join(path)).expect("a shipped file");
    toml::from_str(&text).expect("TOML")
}

fn unhedged() -> Arm {
    let condor = toml_file("policies/condor_weekly_14d.toml")
        .try_into()
        .expect("a condor");
    Arm::new(
        &[condor],
        &toml_file("policies/unhedged.toml")
            .try_into()
            .expect("a hedge"),
    )
}

fn execution() -> Execution {
    toml_file("runs/replay.toml")["execution"]
        .clone()
        .try_into()
        .expect("its execution settings")
}

/// Writes the chain of the window into a dataset and loads it again.
pub fn through_the_store(
    dir: &Path,
    dataset: &data::Dataset,
    model: &MarketHistory,
    span: (NaiveDate, NaiveDate),
) -> RawChains {
    let made = Made {
        noise: NOISE,
        step: 5.0,
        span: (0.8, 1.15),
    };
    let mut quotes = model.window(span.0, span.1).flat_map(|t| {
        let today = model.view(t).today();
        made.quotes(today)
            .into_iter()
            .map(|raw| ChainQuote::at_close(today.date, &raw, today.spot))
    });
    let info = data::DatasetInfo {
        name: "made chains".into(),
        kind: data::Kind::Reconstruction,
        notice: "Made of the model.".into(),
        publisher: "a test".into(),
        sources: Default::default(),
        findings: Vec::new(),
    };
    data::write_dataset_with_chains(dir, &dataset.observations, &info, &mut quotes)
        .expect("a dataset");
    data::chains::load_closes(dir, &(span.0..=span.1)).expect("its chains")
}

/// The same by the program: it reads the window's sessions, and says what it priced at.
fn program_says(dataset: &Path, span: (NaiveDate, NaiveDate)) -> String {
    let folder = scratch("quoted_program");
    for kind in ["policies", "runs"] {
        std::fs::create_dir_all(folder.join(kind)).expect("a folder");
    }
    for policy in ["condor_weekly_14d", "unhedged"] {
        let file = format!("policies/{policy}.toml");
        std::fs::copy(root().join("configs").join(&file), folder.join(&file))
            .expect("a shipped policy");
    }
    let mut config = toml_file("runs/replay.toml");
    let window = format!(
        "[[windows]]\nname = \"w\"\nfirst = \"{}\"\nlast = \"{}\"\n",
        span.0, span.1
    );
    config.extend(window.parse::<toml::Table>().expect("a window"));
    config.insert("dataset".into(), dataset.display().to_string().into());
    config.insert("arms".into(), vec!["unhedged"].into());
    config.insert("equal_spend_twins".into(), false.into());
    config.insert("quotes".into(), "chain".into());
    let run = folder.join("runs/quoted.toml");
    std::fs::write(&run, config.to_string()).expect("a run file");
    let out = folder.join("out");
    let (run, out) = (run.display().to_string(), out.display().to_string());
    let output = alvh(&["replay", &run, "--quiet", "--out", &out]);
    assert!(output.status.success(), "{}", stderr(&output));
    let folder = only_folder(Path::new(&out));
    let quoted = rows(&folder, "sources.csv");
    let quoted = quoted.iter().find(|row| row.text("what") == "quotes");
    let quoted = quoted.expect("the moment of the quotes");
    let cells = ["root", "source", "count"].map(|column| quoted.text(column));
    assert_eq!(cells, ["close", "used", "20"]);
    let said = stdout(&output);
    let last = said.lines().rfind(|line| line.starts_with("quotes"));
    let line = last.unwrap_or_else(|| panic!("{said}"));
    assert!(line.contains("Quotes of close on 20 of 20"), "{said}");
    let manifest = std::fs::read_to_string(folder.join("manifest.json")).expect("a manifest");
    let manifest: serde_json::Value = serde_json::from_str(&manifest).expect("JSON");
    assert_eq!(manifest["quotes"][0]["moment"], "close");
    std::fs::read_to_string(folder.join("report.md")).expect("its report")
}

#[test]
fn the_program_says_that_a_run_on_quotes_is_one() {
    let span = (day("2022-01-03"), day("2022-01-31"));
    let dataset = data::load(&root().join("datasets/reconstruction")).expect("the bundled dataset");
    let params = ModelParams::default();
    let model = MarketHistory::build(&dataset.observations, span.0, span.1, &params, HORIZON_DAYS)
        .expect("a complete market");
    let dir = scratch("quoted_words").join("dataset");
    through_the_store(&dir, &dataset, &model, span);
    let report = program_says(&dir, span);
    assert!(
        report.contains("Options trade at the quotes of the dataset"),
        "{report}"
    );
    assert!(!report.contains("no option quotes"), "{report}");
    let banner = report.find("Quotes of close on 20 of 20 sessions of w.");
    let section = report.find("## ").expect("a section");
    assert!(banner.is_some_and(|at| at < section), "{report}");
}

/// Legs that were traded at quotes, with their session.
fn traded(run: &Run) -> Vec<(NaiveDate, LegFill)> {
    let legs = |entry: &Entry| match &entry.event {
        Event::Opened { fill, .. } | Event::Closed { fill, .. } => {
            fill.legs.iter().map(|leg| (entry.date, *leg)).collect()
        }
        _ => Vec::new(),
    };
    run.journal.entries.iter().flat_map(legs).collect()
}

#[test]
fn w25_a_run_on_quotes_made_of_the_model_agrees_with_it_within_the_noise_put_in() {
    let span = (day("2022-01-03"), day("2022-03-31"));
    let dataset = data::load(&root().join(Path::new("datasets/reconstruction")))
        .expect("the bundled dataset");
    let market = |quotes, chains: &RawChains| {
        let pricing = Pricing {
            params: &|_| ModelParams::default(),
            quotes,
            chains,
            inputs: &InputRules::lenient(),
        };
        MarketHistory::build_priced(
            &dataset.observations,
            span.0,
            span.1,
            &pricing,
            HORIZON_DAYS,
        )
        .expect("a market")
    };
    let model = market(Quotes::Model, &RawChains::new());
    let chains = through_the_store(
        &scratch("quoted_replay").join("dataset"),
        &dataset,
        &model,
        span,
    );
    assert!(
        chains.len() == 62
            && chains
                .values()
                .map(|quotes| quotes.iter().count())
                .sum::<usize>()
                > 500_000,
        "{} sessions",
        chains.len()
    );
    let quoted = market(Quotes::Chain, &chains);
    let replay = |history: &MarketHistory| {
        run(
            history,
            history.window(span.0, span.1),
            &unhedged(),
            &execution(),
            CAPITAL,
            Keep::Journal,
        )
    };
    let (on_quotes, on_model) = (traded(&replay(&quoted)), traded(&replay(&model)));
    assert!(on_quotes.len() >= 40, "{} legs", on_quotes.len());

    for (date, leg) in &on_quotes {
        assert_eq!(leg.source, Source::Chain, "{date} {leg:?}");
        let t = model.window(*date, *date).start;
        let exact = model
            .view(t)
            .today()
            .mid(&leg.contract)
            .expect("the model prices it")
            .points();
        let allowed = NOISE.max(if exact < 2.0 * LEAST_ASK {
            LEAST_ASK / 2.0
        } else {
            0.0
        }) + ROUNDING;
        let gap = (leg.mid.points() - exact).abs();
        assert!(
            gap <= allowed,
            "{date}: {leg:?}: {exact} by the model, {gap} off, allowed: {allowed}"
        );
    }

    // The smile through noisy quotes may choose a neighbouring strike, and only that.
    assert_eq!(on_quotes.len(), on_model.len());
    let strike = |leg: &LegFill| leg.contract.option.expect("an option").1.points();
    let mut same = 0;
    for ((date, a), (other, b)) in on_quotes.iter().zip(&on_model) {
        assert_eq!(
            (date, a.contract.expiry, a.quantity),
            (other, b.contract.expiry, b.quantity)
        );
        same += usize::from(strike(a) == strike(b));
        assert!(
            (strike(a) - strike(b)).abs() <= 10.0,
            "{date}: {} against {}",
            strike(a),
            strike(b)
        );
    }
    assert!(
        same * 10 >= on_quotes.len() * 8,
        "{same} of {} strikes are the same",
        on_quotes.len()
    );
}

/// docs/pitfalls.md, row W17: a mark that no quote supports is carried and flagged, and the model fills in only where that is allowed.
#[test]
fn w17_marks_without_quotes_are_carried_and_flagged_or_the_models_where_that_is_allowed() {
    let span = (day("2022-01-03"), day("2022-02-28"));
    let dataset = data::load(&root().join("datasets/reconstruction")).expect("the bundled dataset");
    let build = |quotes, chains: &RawChains| {
        let pricing = Pricing {
            params: &|_| ModelParams::default(),
            quotes,
            chains,
            inputs: &InputRules::lenient(),
        };
        MarketHistory::build_priced(
            &dataset.observations,
            span.0,
            span.1,
            &pricing,
            HORIZON_DAYS,
        )
        .expect("a market")
    };
    let model = build(Quotes::Model, &RawChains::new());
    let gap = day("2022-02-01")..=day("2022-02-03");
    let made = Made {
        noise: 0.0,
        step: 5.0,
        span: (0.8, 1.15),
    };
    let chains: RawChains = model
        .window(span.0, span.1)
        .map(|t| model.view(t).today())
        .filter(|today| !gap.contains(&today.date))
        .map(|today| (today.date, made.quotes(today).into()))
        .collect();
    let changes = |quotes| {
        let market = build(quotes, &chains);
        let run = run(
            &market,
            market.window(span.0, span.1),
            &unhedged(),
            &execution(),
            CAPITAL,
            Keep::Journal,
        );
        let changed = |entry: &Entry| match &entry.event {
            Event::SourceChanged { to, .. } => Some((entry.date, *to)),
            _ => None,
        };
        run.journal
            .entries
            .iter()
            .filter_map(changed)
            .collect::<Vec<_>>()
    };
    let first = *gap.start();
    let (on_quotes, mixed) = (changes(Quotes::Chain), changes(Quotes::ChainThenModel));
    assert!(
        on_quotes
            .iter()
            .any(|(date, to)| *date == first && *to == Source::Carried),
        "{on_quotes:?}"
    );
    assert!(
        on_quotes.iter().all(|(_, to)| *to != Source::Model),
        "{on_quotes:?}"
    );
    assert!(
        mixed
            .iter()
            .any(|(date, to)| *date == first && *to == Source::Model),
        "{mixed:?}"
    );
    // The first session with quotes again marks at them again.
    assert!(
        on_quotes
            .iter()
            .any(|(date, to)| *date > *gap.end() && *to == Source::Chain),
        "{on_quotes:?}"
    );
}
