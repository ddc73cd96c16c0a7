//! Published option indices: run files any user can write, run by the program, against the published levels where this
//! machine has them.

use std::path::PathBuf;
use std::sync::OnceLock;

use chrono::NaiveDate;
use data::Dataset;
use market::fund::Fund;
use market::history::MarketHistory;
use market::roll::{VIXY_FEE, VXX_FEE, fund_return};
use market::surface::ModelParams;
use study::replicate::compare::{PairedReturn, correlation};

use crate::support::{
    Row, alvh, assert_pages_are_those_of_the_files, only_folder, real_data, root, rows, scratch,
    stderr, stdout,
};

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

/// The publishers' files, imported once: the folder, the dataset and its market from before the rolls of December 2021.
struct Real {
    folder: PathBuf,
    dataset: Dataset,
    closes: MarketHistory,
}

fn real(test: &str) -> Option<&'static Real> {
    static REAL: OnceLock<Real> = OnceLock::new();
    let from = real_data(test)?;
    Some(REAL.get_or_init(|| {
        let folder = scratch("replication").join("dataset");
        data::import(from.as_ref(), &folder, &mut |_| {}).expect("an import");
        let dataset = data::load(&folder).expect("a dataset");
        let params = ModelParams::default();
        let closes = MarketHistory::build(
            &dataset.observations,
            day("2021-12-01"),
            day("2024-12-31"),
            &params,
            45,
        );
        Real {
            folder,
            dataset,
            closes: closes.expect("a complete market"),
        }
    }))
}

impl Real {
    /// Replays a benchmark run with further settings; its folder.
    fn replay(&self, run: &str, name: &str, settings: &[&str]) -> PathBuf {
        let out = scratch(name);
        let run = format!("configs/benchmarks/{run}.toml");
        let (folder, out_text) = (
            self.folder.to_str().expect("UTF-8"),
            out.to_str().expect("UTF-8"),
        );
        let mut args = vec![
            "replay",
            &run,
            "--quiet",
            "--dataset",
            folder,
            "--out",
            out_text,
        ];
        settings
            .iter()
            .for_each(|setting| args.extend(["--set", *setting]));
        let output = alvh(&args);
        assert!(output.status.success(), "{}", stderr(&output));
        eprintln!("{name}\n{}", stdout(&output));
        let folder = only_folder(&out);
        assert_pages_are_those_of_the_files(&folder);
        folder
    }
}

/// The row of `benchmarks.csv` for one kind of returns.
fn comparison(folder: &std::path::Path, series: &str, returns: &str) -> Row {
    let of = |row: &Row| row.text("series") == series && row.text("returns") == returns;
    rows(folder, "benchmarks.csv")
        .into_iter()
        .find(of)
        .unwrap_or_else(|| panic!("{series}, {returns}"))
}

fn daily_series(dataset: &Dataset, name: &str) -> Vec<(NaiveDate, f64)> {
    let o = &dataset.observations;
    let series = o
        .daily
        .get(name)
        .unwrap_or_else(|| panic!("the dataset has {name}"));
    o.sessions
        .iter()
        .zip(&series.values)
        .filter_map(|(d, v)| Some((*d, (*v)?)))
        .collect()
}

#[test]
fn cndr_2022_is_the_published_index_run_by_the_engine() {
    let Some(real) = real("the replica of CNDR") else {
        return;
    };
    let late = real.replay("cndr", "cndr-close", &["execution.fill_at=next_session"]);
    let folder = real.replay("cndr", "cndr", &[]);
    let (daily, monthly) = (
        comparison(&folder, "cndr", "daily"),
        comparison(&folder, "cndr", "monthly"),
    );
    assert_eq!((daily.text("n"), monthly.text("n")), ("251", "12"));
    assert!(daily.number("correlation") >= Some(0.95), "daily");
    assert!(monthly.number("correlation") >= Some(0.97), "monthly");
    let drawdown = 100.0 * daily.number("account_drawdown").expect("defined");
    assert!((drawdown + 10.33).abs() <= 1.0, "drawdown {drawdown}");
    let gain = 100.0 * daily.number("account_return").expect("defined");
    assert!((gain + 1.08).abs() <= 2.0, "return {gain}");
    // The published index itself, and the parts of the residual.
    let published = 100.0 * daily.number("published_return").expect("defined");
    assert!((published + 1.08).abs() < 0.005, "{published}");
    let shares = ["roll_days", "other_days"]
        .map(|name| comparison(&folder, "cndr", name).number("residual_share"));
    assert!((shares[0].expect("defined") + shares[1].expect("defined") - 1.0).abs() < 2e-6);
    assert_eq!(comparison(&folder, "cndr", "roll_days").text("n"), "12");
    // The hour of the roll is most of what a roll at the close misses.
    let at_close = 100.0
        * comparison(&late, "cndr", "daily")
            .number("account_return")
            .expect("defined");
    assert!(at_close - published > 4.0, "rolled at the close {at_close}");
    // Sized by the account at every roll, in whole contracts, without costs.
    let condors = rows(&folder, "trades.csv");
    assert_eq!(condors.len(), 13);
    assert!(condors.iter().all(|row| row.cents("fees_usd") == 0));
}

#[test]
fn put_month_ends_2022_to_2024_are_the_published_index_run_by_the_engine() {
    let Some(real) = real("the replica of PUT") else {
        return;
    };
    real.replay("put", "put-close", &["execution.fill_at=next_session"]);
    let folder = real.replay("put", "put", &[]);
    let monthly = comparison(&folder, "put_month_end", "monthly");
    assert_eq!(monthly.text("n"), "36");
    assert!(monthly.number("correlation") >= Some(0.97));
    assert!(monthly.number("tracking_error") <= Some(0.02));
    let published = 100.0 * monthly.number("published_return").expect("defined");
    assert!((published - 24.40).abs() < 0.005, "{published}");
    // A series the dataset lacks is said to be missing, not left out.
    let missing = comparison(&folder, "put", "daily");
    assert!(
        missing.text("note").contains("no series \"put\"")
            && missing.number("correlation").is_none()
    );
}

#[test]
fn vxth_2022_to_2024_holds_calls_as_its_schedule_says() {
    let Some(real) = real("the replica of VXTH") else {
        return;
    };
    let folder = real.replay("vxth", "vxth", &[]);
    let trades = rows(&folder, "trades.csv");
    let opened = |layer: &str, date: &str| {
        trades
            .iter()
            .any(|t| t.text("layer") == layer && t.text("opened") == date)
    };
    let (mut rolls, mut held) = (0, 0);
    for t in 1..real.closes.len() {
        let date = real.closes.view(t).today().date;
        if market::calendar::vix_settlement(
            chrono::Datelike::year(&date),
            chrono::Datelike::month(&date),
        ) != Some(date)
        {
            continue;
        }
        let next = real.closes.view(t - 1).today().futures[1].settle.points();
        let text = date.to_string();
        assert_eq!(
            opened("calls", &text),
            next > 15.0 && next <= 30.0,
            "{date}: next future {next}"
        );
        assert_eq!(
            opened("calls_half", &text),
            next > 30.0 && next <= 50.0,
            "{date}: next future {next}"
        );
        rolls += 1;
        held += usize::from(opened("calls", &text) || opened("calls_half", &text));
    }
    eprintln!("{held} of {rolls} rolls bought calls");
    assert_eq!(rolls, 37, "one in December 2021, then every month");
    // Each call settles at VRO, none at a stand-in.
    let legs = rows(&folder, "legs.csv");
    assert!(legs.iter().filter(|leg| leg.text("root") == "VIX").count() >= held);
    let spy = comparison(&folder, "spy", "daily");
    assert_eq!(spy.text("n"), "753");
    assert!(
        comparison(&folder, "vxth", "daily")
            .text("note")
            .contains("no series \"vxth\"")
    );
}

/// What a late morning cannot know is refused by name; so is an index of an arm that is not there.
#[test]
fn a_benchmark_run_that_cannot_be_is_refused_with_its_key() {
    let refused = |run: &str, setting: &str, words: &[&str]| {
        let run = root()
            .join("configs/benchmarks")
            .join(format!("{run}.toml"));
        let output = alvh(&[
            "replay",
            run.to_str().expect("UTF-8"),
            "--dataset",
            "datasets/reconstruction",
            "--set",
            setting,
        ]);
        let message = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{setting}: {message}");
        for word in words {
            assert!(
                message.contains(word),
                "{setting}: no {word:?} in: {message}"
            );
        }
    };
    refused(
        "vxth",
        "execution.fill_at=late_morning",
        &[
            "late_morning",
            "policies.vxth_index.layers.calls",
            "VIX",
            "spxw",
        ],
    );
    refused(
        "cndr",
        "quotes=chain",
        &["late_morning", "quotes must be \"model\""],
    );
    refused(
        "put",
        "benchmarks.0.arm=put_rite",
        &["put_rite", "did you mean \"put_write\"?"],
    );
    refused(
        "put",
        "policies.put_write.layers.0.size=[]",
        &["paid_from \"account\" needs rules of `size`"],
    );
    refused(
        "put",
        "arms=[\"unhedged\"]",
        &["condor_tiers is empty and no arm has a layer"],
    );
}

/// The funds on VIX futures are two futures at thirty days, rolled a session at a time (docs/model.md#funds-on-vix-futures). VXX is printed and
/// not judged: the imported file of its closes moves with VIXY's, the same index, at 0.77 only.
#[test]
fn vixy_is_its_index_by_the_roll_rule() {
    let Some(real) = real("the roll rule of VIXY") else {
        return;
    };
    for (fund, fee) in [(Fund::Vixy, VIXY_FEE), (Fund::Vxx, VXX_FEE)] {
        let published = daily_series(&real.dataset, &fund.series());
        let close = |date: NaiveDate| published.iter().find(|p| p.0 == date).map(|p| p.1);
        let pair = |t: usize| {
            let (view, before) = (real.closes.view(t), real.closes.view(t - 1).today().date);
            let date = view.today().date;
            let replica = fund_return(view, fee)?;
            Some(PairedReturn {
                date,
                replica,
                published: close(date)? / close(before)? - 1.0,
            })
        };
        let first = real
            .closes
            .window(day("2021-12-31"), day("2021-12-31"))
            .start
            + 1;
        let pairs: Vec<PairedReturn> = (first..real.closes.len()).filter_map(pair).collect();
        let growth =
            |of: fn(&PairedReturn) -> f64| pairs.iter().map(|p| 1.0 + of(p)).product::<f64>();
        let correlation = correlation(&pairs).expect("returns");
        eprintln!(
            "{}: {} returns, correlation {correlation:.4}, factor {:.4} (published {:.4})",
            fund.name(),
            pairs.len(),
            growth(|p| p.replica),
            growth(|p| p.published)
        );
        assert!(pairs.len() > 740, "{} returns", pairs.len());
        assert!(fund != Fund::Vixy || correlation >= 0.995);
    }
}
