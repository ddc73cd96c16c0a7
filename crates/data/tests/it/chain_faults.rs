//! What is wrong with quotes is counted per file and shown by the check of a dataset; and the store keeps sessions apart.

use crate::Inbox;

const HEADER: &str = "quote_date,quote_time,kind,symbol,root,option_symbol,expiration,type,strike,bid,ask,last,volume,\
    open_interest,iv,delta,gamma,underlying";

/// A row of a put that expires on 2022-02-04.
fn row(date: &str, time: &str, strike: u32, bid: &str, ask: &str) -> String {
    format!("{date},{time},eod,SPX,SPXW,X,2022-02-04,P,{strike},{bid},{ask},1,1,1,0.2,0,0,4000\n")
}

fn file(rows: &[String]) -> String {
    format!("{HEADER}\n{}", rows.concat())
}

/// Code, count and days of the findings of one file, as `data check` shows them.
fn found(inbox: &Inbox, file: &str) -> Vec<String> {
    let findings = data::check(&inbox.dataset()).unwrap();
    let mut lines: Vec<String> = findings
        .iter()
        .filter(|f| f.series == file)
        .map(|f| {
            format!(
                "{:?} {} x{} {}..{}",
                f.severity,
                f.code,
                f.count,
                f.first.unwrap(),
                f.last.unwrap()
            )
        })
        .collect();
    lines.sort();
    lines
}

#[test]
fn w37_crossed_one_sided_and_zero_bid_quotes_are_counted_per_file_and_kept() {
    let first = [
        row("2022-01-07", "close", 3900, "41.2", "41.9"),
        row("2022-01-07", "close", 3800, "42", "41.9"),
        row("2022-01-07", "close", 3700, "", "1.5"),
        row("2022-01-07", "close", 3600, "1.2", ""),
        row("2022-01-07", "close", 3500, "1.2", "0"),
        row("2022-01-07", "close", 3400, "0", "0.05"),
        row("2022-01-07", "close", 3300, "0", "0"),
    ];
    let second = [row("2022-01-10", "close", 3800, "44", "43.9")];
    let inbox = Inbox::core("faults")
        .file("a.csv", &file(&first))
        .file("b.csv", &file(&second));
    inbox.import();
    let expected = [
        "Info chain_no_ask x2 2022-01-07..2022-01-07",
        "Info chain_no_bid x1 2022-01-07..2022-01-07",
        "Info chain_unquoted x1 2022-01-07..2022-01-07",
        "Info chain_zero_bid x1 2022-01-07..2022-01-07",
        "Warning chain_crossed x1 2022-01-07..2022-01-07",
    ];
    assert_eq!(found(&inbox, "a.csv"), expected);
    assert_eq!(
        found(&inbox, "b.csv"),
        ["Warning chain_crossed x1 2022-01-10..2022-01-10"]
    );
    assert_eq!(
        data::chains::load_chains(&inbox.dataset()).unwrap().len(),
        8
    );
    let findings = data::check(&inbox.dataset()).unwrap();
    let crossed = findings
        .iter()
        .find(|f| f.code == "chain_crossed" && f.series == "a.csv")
        .unwrap();
    let expected = "2022-01-07 SPXW 2022-02-04 3800 P: found bid 42, ask 41.9, allowed: a bid up to the ask; never a price";
    assert_eq!(crossed.message, expected);
}

#[test]
fn w16_quotes_that_did_not_move_since_the_session_before_are_counted() {
    let days = ["2022-01-06", "2022-01-07", "2022-01-10", "2022-01-12"];
    let stood = days.map(|day| row(day, "close", 3900, "41.2", "41.9"));
    // Worth little, it may stand; and this one moves.
    let small = days.map(|day| row(day, "close", 3000, "0.1", "0.15"));
    let moves: Vec<String> = days
        .iter()
        .enumerate()
        .map(|(i, day)| row(day, "close", 3950, &format!("5{i}.2"), "61"))
        .collect();
    let inbox = Inbox::core("unchanged").file(
        "a.csv",
        &file(&[stood.concat(), small.concat(), moves.concat()]),
    );
    inbox.import();
    // The 12th is compared with nothing: its session before, the 11th, has no quotes.
    assert_eq!(
        found(&inbox, "a.csv"),
        ["Warning chain_unchanged x2 2022-01-07..2022-01-10"]
    );
}

#[test]
fn an_expiry_comes_from_one_file_and_a_second_copy_is_left_out() {
    let rows = [row("2022-01-07", "close", 3900, "41.2", "41.9")];
    let inbox = Inbox::core("twice")
        .file("a.csv", &file(&rows))
        .file("b.csv", &file(&rows));
    let report = inbox.import();
    assert_eq!(
        data::chains::load_chains(&inbox.dataset()).unwrap().len(),
        1
    );
    let refused: Vec<_> = report
        .refused
        .iter()
        .map(|r| format!("{}: {}", r.file, r.reason))
        .collect();
    assert_eq!(
        refused,
        [
            "b.csv: a duplicate: all of its 1 quotes are of expiries and moments that a.csv has; that file is used"
        ]
    );
    let findings = data::check(&inbox.dataset()).unwrap();
    let twice = findings.iter().find(|f| f.code == "chain_twice").unwrap();
    assert_eq!((twice.series.as_str(), twice.count), ("b.csv", 1));
    assert_eq!(
        report.taken.iter().map(|t| t.values).collect::<Vec<_>>(),
        [40, 40, 1]
    );
}

/// As Python programs save a chain: calls in one file, puts in another.
#[test]
fn calls_and_puts_in_files_of_their_own_are_one_chain() {
    let puts = [3900, 3950].map(|strike| row("2022-01-07", "close", strike, "41.2", "41.9"));
    let calls = puts.clone().map(|row| {
        let row = row.replace(",P,", ",C,");
        assert!(row.contains(",C,"), "{row}");
        row
    });
    let inbox = Inbox::core("calls_and_puts")
        .file("calls.csv", &file(&calls))
        .file("puts.csv", &file(&puts))
        .file("puts_again.csv", &file(&puts));
    let report = inbox.import();
    let quotes = data::chains::load_chains(&inbox.dataset()).unwrap();
    let calls = quotes.iter().filter(|quote| quote.is_call).count();
    assert_eq!((quotes.len(), calls), (4, 2), "{:?}", report.refused);
    let refused: Vec<_> = report.refused.iter().map(|r| r.file.as_str()).collect();
    assert_eq!(refused, ["puts_again.csv"]);
}

#[test]
fn a_session_is_a_file_of_its_own_and_only_the_sessions_asked_for_are_read() {
    let days = ["2022-01-06", "2022-01-07", "2022-01-10"];
    let rows = days.map(|day| row(day, "close", 3900, "41.2", "41.9"));
    let inbox = Inbox::core("partitions").file("a.csv", &file(&rows));
    let report = inbox.import();
    let files: Vec<&String> = report
        .manifest
        .files
        .keys()
        .filter(|f| f.starts_with("chains"))
        .collect();
    assert_eq!(
        files,
        [
            "chains/2022-01-06.parquet",
            "chains/2022-01-07.parquet",
            "chains/2022-01-10.parquet"
        ]
    );
    // A damaged session outside of the window is not even opened; inside it is an error.
    std::fs::write(
        inbox.dataset().join("chains/2022-01-10.parquet"),
        b"no table",
    )
    .unwrap();
    let dates = |last: &str| "2022-01-07".parse().unwrap()..=last.parse().unwrap();
    let chains = data::chains::load_closes(&inbox.dataset(), &dates("2022-01-09")).unwrap();
    assert_eq!(
        chains.keys().map(ToString::to_string).collect::<Vec<_>>(),
        ["2022-01-07"]
    );
    let error = data::chains::load_closes(&inbox.dataset(), &dates("2022-01-10"))
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("2022-01-10.parquet: found sha256"),
        "{error}"
    );
}

#[test]
fn of_several_moments_after_a_close_the_latest_counts_expiry_by_expiry() {
    let vix =
        "2022-01-07,16:40,eod,VIX,VIX,X,2022-01-19,C,20,1.5,1.6,1,1,1,0.2,0,0,20\n".to_string();
    let night =
        "2022-01-07,next 08:02,gth,SPX,SPXW,X,2022-02-04,P,3900,99,100,1,1,1,0.2,0,0,4000\n"
            .to_string();
    let rows = [
        row("2022-01-07", "16:31", 3900, "41.2", "41.9"),
        row("2022-01-07", "17:01", 3900, "41.3", "42"),
        vix,
        night,
    ];
    let inbox = Inbox::core("moments").file("a.csv", &file(&rows));
    inbox.import();
    let all = chrono::NaiveDate::MIN..=chrono::NaiveDate::MAX;
    let chains = data::chains::load_closes(&inbox.dataset(), &all).unwrap();
    let bids: Vec<f64> = chains
        .values()
        .flat_map(|quotes| quotes.iter())
        .map(|q| q.bid.unwrap().points())
        .collect();
    assert_eq!(bids, [41.3, 1.5]);
}

#[test]
fn chains_written_by_an_older_version_are_refused_with_the_remedy() {
    let inbox = Inbox::core("old_chains");
    inbox.import();
    let path = inbox.dataset().join("manifest.json");
    let text = std::fs::read_to_string(&path).unwrap();
    let entry = "\"files\": {\n    \"chains.parquet\": {\"sha256\": \"\", \"content_sha256\": \"\", \"rows\": 1},";
    std::fs::write(&path, text.replace("\"files\": {", entry)).unwrap();
    let error = data::chains::load_chains(&inbox.dataset())
        .unwrap_err()
        .to_string();
    assert!(
        error
            .contains("chains.parquet: found chains of an older version; import the dataset again"),
        "{error}"
    );
}
