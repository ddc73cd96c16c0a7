//! `alvh data fetch` against publishers of our own on the loopback.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;

use chrono::NaiveDate;
use market::calendar::Calendar;

use crate::support::{alvh, failure, scratch, stderr, stdout};

const FIRST: &str = "2024-01-02";
const LAST: &str = "2024-03-28";

/// A made-up value of every session: nobody's data, in the publishers' layouts.
fn rows(style: &str, value: impl Fn(usize) -> String) -> String {
    let first: NaiveDate = "2023-01-03".parse().expect("a date");
    let last: NaiveDate = LAST.parse().expect("a date");
    let mut day = Some(first);
    let mut text = String::new();
    for index in 0.. {
        let Some(today) = day.filter(|d| *d <= last) else {
            break;
        };
        text += &format!("{},{}\n", today.format(style), value(index));
        day = Calendar::nyse().next(today);
    }
    text
}

fn body(path: &str) -> Option<String> {
    let level = |base: f64| move |i: usize| format!("{:.2}", base + (i % 17) as f64 * 0.1);
    let ohlc = |base: f64| {
        move |i: usize| {
            let v = base + (i % 17) as f64 * 0.1;
            format!("{v:.2},{:.2},{:.2},{v:.2}", v + 0.5, v - 0.5)
        }
    };
    let file = path.trim_start_matches('/');
    if let Some(series) = file
        .split("id=")
        .nth(1)
        .and_then(|rest| rest.split('&').next())
    {
        let base = match series {
            "SP500" => 4700.0,
            "VIXCLS" | "VXVCLS" => 14.0,
            "DTWEXBGS" | "RBUSBIS" => 110.0,
            "CPIAUCSL" | "PPIACO" | "PPIFIS" => 250.0,
            "GDP" | "GDPC1" => 27_000.0,
            _ => 5.0,
        };
        let slow = ["CPIAUCSL", "PPIACO", "PPIFIS", "GDP", "GDPC1", "RBUSBIS"].contains(&series);
        let text = if slow {
            (1..=12)
                .map(|month| format!("2023-{month:02}-01,{base}\n"))
                .collect()
        } else {
            rows("%Y-%m-%d", level(base))
        };
        return Some(format!("observation_date,{series}\n{text}"));
    }
    match file {
        "VIX_History.csv" => Some(format!(
            "DATE,OPEN,HIGH,LOW,CLOSE\n{}",
            rows("%m/%d/%Y", ohlc(14.0))
        )),
        "SPX_History.csv" => Some(format!("DATE,SPX\n{}", rows("%m/%d/%Y", level(4700.0)))),
        _ if file.ends_with("_History.csv") => {
            let ticker = file.trim_end_matches("_History.csv");
            Some(format!("DATE,{ticker}\n{}", rows("%m/%d/%Y", level(100.0))))
        }
        _ if file.contains("/all?") => {
            let curve = |_: usize| "5.3,5.3,5.2,5.0,4.5,4.2".to_string();
            let rows = rows("%m/%d/%Y", curve);
            Some(format!(
                "Date,\"1 Mo\",\"3 Mo\",\"6 Mo\",\"1 Yr\",\"2 Yr\",\"10 Yr\"\n{rows}"
            ))
        }
        _ => None,
    }
}

/// Serves until the process ends.
fn publishers(broken: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let lines = BufReader::new(stream.try_clone().expect("a handle"))
                .lines()
                .map_while(Result::ok);
            let head: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
            let path = head
                .first()
                .and_then(|line| line.split(' ').nth(1))
                .unwrap_or("/")
                .to_string();
            let is_broken = !broken.is_empty() && path.contains(broken);
            let answer = match body(&path) {
                Some(_) if is_broken => ("200 OK", "<html>sorry</html>".to_string()),
                Some(text) => ("200 OK", text),
                None => ("404 Not Found", String::new()),
            };
            let text = format!(
                "HTTP/1.1 {}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{}",
                answer.0,
                answer.1.len(),
                answer.1
            );
            let _ = stream.write_all(text.as_bytes());
        }
    });
    base
}

fn args<'a>(into: &'a str, bases: &'a [String]) -> Vec<&'a str> {
    let mut all = vec![
        "data", "fetch", "--into", into, "--from", FIRST, "--to", LAST, "--quiet",
    ];
    bases.iter().for_each(|base| all.extend(["--base", base]));
    all
}

fn bases(url: &str) -> Vec<String> {
    ["cboe", "cfe", "fred", "treasury"]
        .iter()
        .map(|p| format!("{p}={url}"))
        .collect()
}

#[test]
fn the_publishers_files_become_a_dataset() {
    let into = scratch("fetched").join("history");
    let into = into.to_str().expect("a path in UTF-8");
    let bases = bases(&publishers(""));
    let output = alvh(&args(into, &bases));
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stdout(&output).contains("dataset"), "{}", stdout(&output));
    let raw = format!("{into}-raw");
    let state =
        std::fs::read_to_string(format!("{raw}/fetch.json")).expect("a list of what was fetched");
    assert!(state.contains("cboe/VIX_History.csv") && state.contains("sha256"));
    let check = alvh(&["data", "check", into, "--json"]);
    assert!(check.status.success(), "{}", stderr(&check));
    assert!(stdout(&check).contains("\"findings\""));
}

#[test]
fn one_publisher_that_fails_stops_the_import_and_names_the_file() {
    let into = scratch("fetch_fails").join("history");
    let bases = bases(&publishers("VVIX"));
    let (code, message) = failure(&args(into.to_str().expect("a path in UTF-8"), &bases));
    assert_eq!(code, 3, "{message}");
    assert!(message.contains("1 of "), "{message}");
    assert!(
        message.contains("cboe/VVIX_History.csv from http://127.0.0.1"),
        "{message}"
    );
    assert!(
        message.contains("found \"<html>sorry</html>\""),
        "{message}"
    );
    assert!(
        message.contains("the same command goes on from there"),
        "{message}"
    );
    assert!(!into.exists(), "nothing was imported");
    let place = into.to_str().expect("a path in UTF-8");
    let output = alvh(&[args(place, &bases), vec!["--import-anyway"]].concat());
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stderr(&output).contains("1 of "), "{}", stderr(&output));
    assert!(
        into.join("manifest.json").is_file(),
        "the others were imported"
    );
}

#[test]
fn a_dry_run_asks_for_nothing() {
    let output = alvh(&[
        "data",
        "fetch",
        "--into",
        "nowhere",
        "--from",
        FIRST,
        "--to",
        LAST,
        "--dry-run",
    ]);
    assert!(output.status.success(), "{}", stderr(&output));
    let text = stdout(&output);
    assert!(
        text.contains("https://cdn.cboe.com/api/global/us_indices/daily_prices/VIX_History.csv"),
        "{text}"
    );
    assert!(text.contains("cfe/VX_2024-03-20.csv"), "{text}");
    assert!(text.ends_with("none asked for (dry run)\n"), "{text}");
    assert!(!crate::support::root().join("nowhere-raw").exists());
}

#[test]
fn a_wrong_address_or_span_is_a_mistake_of_the_command_line() {
    let (code, message) = failure(&[
        "data",
        "fetch",
        "--into",
        "nowhere",
        "--base",
        "cboee=http://x",
    ]);
    assert_eq!(code, 2);
    assert!(message.contains("cboe, cfe, fred, treasury"), "{message}");
    let (code, message) = failure(&[
        "data",
        "fetch",
        "--into",
        "x",
        "--from",
        "2024-03-01",
        "--to",
        "2024-01-01",
    ]);
    assert_eq!(code, 2);
    assert!(message.contains("must be before"), "{message}");
}
