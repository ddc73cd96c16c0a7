//! A run whose condors are those of a log: from a file of trades to a folder, and what it says of them.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use crate::studies::study;
use crate::support::{
    alvh, assert_pages_are_those_of_the_files, failure, only_folder, real_dataset, reference, root,
    rows, scratch, stderr, stdout,
};

/// A run file over one year with the log beside it.
fn run_file(name: &str, log: &str, more: &str) -> std::path::PathBuf {
    let dir = scratch(name);
    std::fs::write(dir.join("mine.csv"), log).expect("a log");
    let run = format!(
        "extends = \"replay\"\nname = \"mine\"\ncondor_tiers = [\"log:mine.csv\"]\narms = [\"unhedged\", \"tiered\"]\n\
         equal_spend_twins = false\n{more}\n[bands]\natm_shift = []\npsi_factor = []\nhalf_spread_fraction = []\n"
    );
    std::fs::write(dir.join("mine.toml"), run).expect("a run");
    dir
}

fn replay(dir: &Path, more: &[&str]) -> std::process::Output {
    let (run, out) = (dir.join("mine.toml"), dir.join("out"));
    let mut args = vec!["replay", run.to_str().expect("UTF-8"), "--quiet", "--out"];
    args.push(out.to_str().expect("UTF-8"));
    args.extend(more);
    alvh(&args)
}

#[test]
fn trades_csv_of_a_run_is_a_log_and_gives_the_same_condors() {
    let log = std::fs::read_to_string(reference().join("trades.csv")).expect("the trades");
    let dir = run_file("own_log", &log, "");
    let output = replay(&dir, &[]);
    assert!(output.status.success(), "{}", stderr(&output));
    let folder = only_folder(&dir.join("out"));
    assert_pages_are_those_of_the_files(&folder);
    let of = |folder: &Path, arm: &str| -> BTreeMap<(String, String, String), String> {
        let of = rows(folder, "trades.csv").into_iter();
        let of = of.filter(|r| r.text("arm") == arm && r.text("legs").matches("SPXW").count() == 4);
        let key = |r: &crate::support::Row| {
            let text = |name: &str| r.text(name).to_string();
            (
                (text("opened"), text("closed"), text("legs")),
                text("pnl_usd"),
            )
        };
        of.map(|r| key(&r)).collect()
    };
    let (mine, theirs) = (of(&folder, "unhedged"), of(reference(), "unhedged"));
    assert!(mine.len() > 100);
    assert_eq!(mine, theirs);
    let logged = rows(&folder, "log_trades.csv");
    assert!(logged.iter().all(|row| row.text("state") == "used"));
    assert!(!rows(&folder, "log_marks.csv").is_empty());
    let manifest = std::fs::read_to_string(folder.join("manifest.json")).expect("a manifest");
    let note = format!(
        "The condors of log_mine are {0} of the {0} trades",
        logged.len()
    );
    assert!(manifest.contains(&note), "{note}");
    let page = std::fs::read_to_string(folder.join("report.html")).expect("the page");
    assert!(
        page.contains("Trades that are used, as quoted"),
        "no section of the log"
    );
    let first = logged[0].text("opened").to_string();
    let folder_text = folder.to_str().expect("UTF-8");
    let output = alvh(&["explain", folder_text, "--arm", "tiered", "--date", &first]);
    let text = stdout(&output);
    assert!(text.contains("opened") && text.contains("logged"), "{text}");
    let output = alvh(&["verify", folder_text, "--quiet"]);
    assert!(output.status.success(), "{}", stderr(&output));
}

/// A trade of a run as a row of a log.
fn log_row(id: &str, row: &crate::support::Row, legs: &str, prices: [f64; 2]) -> String {
    let [opened, closed] = ["opened", "closed"].map(|name| row.text(name));
    let [entry, exit] = prices;
    format!("{id},{opened},{closed},2,{legs},{entry:.4},{exit:.4},-2.60\n")
}

#[test]
fn explain_shows_mini_options_as_they_are_quoted() {
    let condor = rows(reference(), "trades.csv")
        .into_iter()
        .find(|row| row.text("arm") == "unhedged" && row.text("legs").matches("SPXW").count() == 4);
    let condor = condor.expect("a condor");
    let whole = condor.text("legs");
    // The same strikes of both classes: only the log tells which is which.
    let mini: Vec<String> = whole
        .split(' ')
        .map(|word| match word.parse::<f64>() {
            Ok(strike) if strike > 1000.0 => (strike / 10.0).to_string(),
            _ => word.replace("SPXW", "XSP"),
        })
        .collect();
    let mini = mini.join(" ");
    let head = "id,opened,closed,contracts,legs,entry_price,exit_price,fees_usd\n";
    let log = [
        head.to_string(),
        log_row("a", &condor, &mini, [0.83, -0.32]),
        log_row("b", &condor, whole, [8.3, -3.2]),
    ];
    let dir = run_file("mini_log", &log.concat(), "");
    let output = replay(&dir, &[]);
    assert!(output.status.success(), "{}", stderr(&output));
    let folder = only_folder(&dir.join("out"));
    let folder = folder.to_str().expect("UTF-8");
    let strikes = |legs: &str| -> Vec<String> {
        let words = legs
            .split(' ')
            .filter(|w| w.parse::<f64>().is_ok_and(|s| s > 100.0));
        words.map(str::to_string).collect()
    };
    for day in ["opened", "closed"] {
        let asked = ["explain", folder, "--arm", "unhedged", "--json", "--date"];
        let text = stdout(&alvh(&[&asked[..], &[condor.text(day)]].concat()));
        let told: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let events = told["events"].as_array().expect("the events of the day");
        let lines = events.iter().filter_map(|event| event.as_str());
        let lines: Vec<&str> = lines.filter(|line| line.starts_with(day)).collect();
        let of = |class: &str| -> Vec<&str> {
            let own = lines.iter().filter(|line| line.contains(class));
            own.copied().collect()
        };
        let (minis, wholes) = (of(" XSP "), of(" SPXW "));
        assert_eq!((minis.len(), wholes.len()), (4, 4), "{text}");
        for ((mini, whole), strike) in minis.iter().zip(&wholes).zip(strikes(&mini)) {
            assert!(mini.contains(&format!(" {strike}  mid")), "{mini}");
            let price = |line: &str, label: &str| -> f64 {
                let (_, rest) = line.split_once(label).expect("a price");
                let word = rest.split(' ').next().expect("a word");
                word.parse().expect("a number")
            };
            for label in ["mid ", " at "] {
                let (mini, whole) = (price(mini, label), price(whole, label));
                assert!(
                    (10.0 * mini - whole).abs() < 1e-2,
                    "{label}: {mini} {whole}"
                );
            }
        }
        // Two units of 10 USD a point, and of 100.
        let cash = if day == "opened" {
            ["166.00", "1660.00"]
        } else {
            ["-64.00", "-640.00"]
        };
        for (line, cash) in [minis[0], wholes[0]].iter().zip(cash) {
            assert!(line.contains(&format!("USD {cash}")), "{line}");
        }
    }
}

#[test]
fn a_log_without_a_usable_trade_ends_with_the_reason() {
    let log = "id,opened,closed,contracts,legs,entry_price,exit_price,fees_usd\n\
               a,2022-02-04,2022-01-21,1,-1 SPXW 2022-02-18 P 4300 | +1 SPXW 2022-02-18 P 4250,8,-1,-2\n";
    let dir = run_file("bad_log", log, "");
    let output = replay(&dir, &[]);
    assert_eq!(output.status.code(), Some(3));
    let message = stderr(&output);
    assert!(message.contains("before it was opened"), "{message}");
}

/// The study file of docs/logs.md, and the log beside it.
fn documented_study(name: &str) -> std::path::PathBuf {
    let docs = std::fs::read_to_string(root().join("docs/logs.md")).expect("the page");
    let (_, file) = docs.split_once("    name = \"mine\"").expect("the example");
    let lines = file
        .lines()
        .take_while(|line| line.is_empty() || line.starts_with("    "));
    let lines: Vec<&str> = lines.map(str::trim_start).collect();
    let dir = scratch(name);
    let log = std::fs::read_to_string(reference().join("trades.csv")).expect("the trades");
    std::fs::write(dir.join("my_trades.csv"), log).expect("a log");
    let text = format!("name = \"mine\"{}\n", lines.join("\n"));
    std::fs::write(dir.join("mine.toml"), text).expect("a study");
    dir
}

#[test]
fn the_study_of_the_page_asks_of_a_log_what_it_asks_of_books() {
    let dir = documented_study("log_study");
    let file = dir.join("mine.toml");
    let file = file.to_str().expect("UTF-8");
    let out = dir.join("out");
    let fewer = [
        "--set",
        "inference.draws=200",
        "--set",
        "random_dates.draws=5",
    ];
    let (folder, printed, said) = study(&out, file, &fewer);
    assert!(said.contains(" 0 known"), "{said}");
    assert!(
        printed.contains("1 book with days of its own, 3 years"),
        "{printed}"
    );
    // The condors alone of 2022 are the trades of the run whose log it is.
    let own = rows(reference(), "trades.csv");
    let own = own.iter();
    let own = own.filter(|row| row.text("arm") == "unhedged" && row.text("window") == "2022");
    let sum: i64 = own.map(|row| row.cents("pnl_usd")).sum();
    let books = rows(&folder, "books.csv");
    let alone = books
        .iter()
        .find(|row| row.text("arm") == "unhedged" && row.text("window") == "2022")
        .expect("the condors alone");
    assert_eq!(alone.cents("pnl_usd"), sum);
    assert_eq!(alone.text("book"), "log_my_trades");
    assert_eq!(alone.text("weekday"), "");
    assert_eq!(alone.text("condors_ordered"), alone.text("condors_traded"));
    let logged = rows(&folder, "log_trades.csv");
    assert!(logged.iter().all(|row| row.text("state") == "used"));
    assert!(!rows(&folder, "log_marks.csv").is_empty());
    let manifest = std::fs::read_to_string(folder.join("manifest.json")).expect("a manifest");
    let note = format!("are {0} of the {0} trades", logged.len());
    assert!(manifest.contains(&note), "{note}");
    let page = std::fs::read_to_string(folder.join("report.md")).expect("the page");
    assert!(
        page.contains("Option prices: of the condors the log's"),
        "{page}"
    );
    // The folder holds the log: it is made again without it.
    std::fs::remove_file(dir.join("my_trades.csv")).expect("the log goes");
    let verified = alvh(&["verify", folder.to_str().expect("UTF-8")]);
    assert!(verified.status.success(), "{}", stderr(&verified));
}

#[test]
fn what_has_no_meaning_for_a_log_is_refused_with_the_reason() {
    let dir = documented_study("log_study_mistakes");
    let file = dir.join("mine.toml");
    let file = file.to_str().expect("UTF-8");
    for (setting, wanted) in [
        ("weekdays=[\"fri\"]", "days of their own"),
        ("books.concurrent_max_loss_pct=8.0", "its own"),
        (
            "books.named=[\"log:my_trades.csv\", \"cndr\"]",
            "\"cndr\" stands beside a trade log",
        ),
        (
            "books.named=[\"cndr\"]",
            "books.concurrent_max_loss_pct: is missing",
        ),
        (
            "books.named=[\"log:none.csv\"]",
            "no trade log \"log:none.csv\"; looked at",
        ),
        (
            "windows={ worlds = 10, years = 1, seed = 1 }",
            "one history",
        ),
    ] {
        let dataset = "datasets/reconstruction";
        let args = ["study", file, "--dataset", dataset, "--set", setting];
        let (code, message) = failure(&args);
        assert_eq!(code, 2, "{setting}: {message}");
        assert!(message.contains(wanted), "{setting}: {message}");
    }
    let dataset = ["--dataset", "datasets/reconstruction"];
    let (code, message) =
        failure(&[&["study", file, "--set", "years=[2021]"], &dataset[..]].concat());
    assert_eq!(code, 3, "{message}");

    let claim = "[claims.O9]\nid = \"O9\"\nclaim = \"c\"\nclaimed = { below = 1.0 }\nminimum_years = 1\n\
                 measure = { kind = \"weekday_dispersion\", single = \"always_on\", ladder = \"tiered\" }\n";
    let text = std::fs::read_to_string(file).expect("the study");
    std::fs::write(file, text + claim).expect("a study");
    let (code, message) = failure(&[&["study", file], &dataset[..]].concat());
    assert_eq!(code, 2, "{message}");
    assert!(message.contains("compares weekdays"), "{message}");
}

/// Mids of single options by minute, from a folder of private data.
type Marks = BTreeMap<(String, String, String), BTreeMap<(String, i64), f64>>;

/// Condors where two puts and two calls of an expiry are quoted at one minute: the inner ones are sold, the outer bought. Of
/// fifteen days there are only strangles; those with four legs have 4 to 28 days.
fn condors_of(marks: &Marks) -> String {
    let mut log = "id,opened,closed,contracts,legs,entry_price,exit_price,fees_usd\n".to_string();
    for (n, ((date, _, expiry), legs)) in marks.iter().enumerate() {
        let of = |right: &str| -> Vec<(i64, f64)> {
            let own = legs.iter().filter(|((r, _), _)| r == right);
            own.map(|((_, strike), mid)| (*strike, *mid)).collect()
        };
        let (puts, calls) = (of("P"), of("C"));
        let ([low, .., put], [call, .., high]) = (puts.as_slice(), calls.as_slice()) else {
            continue;
        };
        let credit = put.1 + call.1 - low.1 - high.1;
        let leg = |q: &str, right: &str, (strike, mid): (i64, f64)| {
            format!("{q}1 SPXW {expiry} {right} {strike} @ {mid}")
        };
        let legs = [
            leg("-", "P", *put),
            leg("+", "P", *low),
            leg("-", "C", *call),
            leg("+", "C", *high),
        ];
        log += &format!(
            "m{n},{date},{expiry},2,{},{credit:.4},,-8.80\n",
            legs.join(" | ")
        );
    }
    log
}

#[test]
fn a_log_of_quoted_prices_runs_end_to_end() {
    let test = "a_log_of_quoted_prices_runs_end_to_end";
    let Some(dataset) = real_dataset(test) else {
        return;
    };
    let Ok(marks) = std::env::var("ALVH_MARKS") else {
        eprintln!("NOT RUN: {test} needs ALVH_MARKS, a folder with spx_leg_marks_*.csv.gz");
        return;
    };
    let dataset = dataset.to_str().expect("UTF-8");
    let file = std::fs::read_dir(&marks)
        .expect("the folder")
        .flatten()
        .map(|e| e.path());
    let file = file
        .into_iter()
        .find(|p| p.to_string_lossy().contains("spx_leg_marks"));
    let bytes = std::fs::File::open(file.expect("the marks")).expect("readable");
    let mut text = String::new();
    flate2::read::GzDecoder::new(bytes)
        .read_to_string(&mut text)
        .expect("gzip");
    let mut marks = Marks::new();
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let key = (
            cells[0].to_string(),
            cells[1].to_string(),
            cells[3].to_string(),
        );
        let strike: f64 = cells[4].parse().expect("a strike");
        let mid: f64 = cells[6].parse().expect("a price");
        let leg = (cells[5].to_string(), strike as i64);
        marks.entry(key).or_default().insert(leg, mid);
    }
    let log = condors_of(&marks);
    let trades = log.lines().count() - 1;
    let windows = "[[windows]]\nname = \"marks\"\nfirst = \"2022-05-16\"\nlast = \"2024-12-31\"\n";
    let dir = run_file("quoted_log", &log, windows);
    let output = replay(&dir, &["--dataset", dataset]);
    assert!(output.status.success(), "{}", stderr(&output));
    let folder = only_folder(&dir.join("out"));
    let logged = rows(&folder, "log_trades.csv");
    let used = logged
        .iter()
        .filter(|row| row.text("state") == "used")
        .count();
    eprintln!("{used} of {trades} condors of quoted legs are used");
    assert!(used > 20 && used * 10 > trades * 8, "{used} of {trades}");
}
