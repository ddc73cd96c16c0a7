//! Publishers' option quotes: roots, bids and expiries, and archives. `fixtures.rs` has every layout and its messages.
//!
//! SYNTHETIC: the layouts are the publishers' published column lists, the numbers are made up here.

use std::io::Write;

use crate::Inbox;

const DATASHOP: &str = "underlying_symbol,quote_date,root,expiration,strike,option_type,open,high,low,close,trade_volume,\
    bid_size_1545,bid_1545,ask_size_1545,ask_1545,underlying_bid_1545,underlying_ask_1545,bid_size_eod,bid_eod,ask_size_eod,\
    ask_eod,underlying_bid_eod,underlying_ask_eod,vwap,open_interest,delivery_code";

fn datashop(root: &str, expiry: &str, right: &str, bid: &str, ask: &str) -> String {
    format!(
        "^SPX,2022-01-07,{root},{expiry},3900.000,{right},40,43,39,41,120,5,39.1,7,39.9,4003,4004,9,{bid},8,{ask},4005,4006,41,800,"
    )
}

fn golden(inbox: &Inbox) -> Vec<String> {
    let quotes = data::chains::load_chains(&inbox.dataset()).unwrap();
    let cell = |value: Option<f64>| value.map_or("-".to_string(), |v| v.to_string());
    let count = |value: Option<i64>| value.map_or("-".to_string(), |v| v.to_string());
    let line = |q: &data::chains::ChainQuote| {
        let right = if q.is_call { "C" } else { "P" };
        format!(
            "{} {} {} {} {} {right} {} | {} {} | {} {} | {} | {}",
            q.quote_date,
            q.quote_time,
            q.kind,
            q.root,
            q.expiry,
            q.strike,
            cell(q.bid),
            cell(q.ask),
            count(q.volume),
            count(q.open_interest),
            cell(q.iv),
            cell(q.underlying)
        )
    };
    quotes.iter().map(line).collect()
}

/// Imports one file beside the core and compares who it is from and what it became.
#[track_caller]
fn check(test: &str, text: &str, publisher: &str, expected: &[&str]) {
    let inbox = Inbox::core(test).file("options.csv", text);
    let report = inbox.import();
    assert!(report.refused.is_empty(), "{:?}", report.refused);
    let taken = report
        .taken
        .iter()
        .find(|t| t.file == "options.csv")
        .unwrap();
    assert_eq!(
        (taken.publisher.as_str(), taken.values),
        (publisher, expected.len())
    );
    assert_eq!(golden(&inbox), expected);
}

#[test]
fn datashop_is_read_at_the_close_and_w06_its_root_tells_morning_from_afternoon() {
    let rows = [
        datashop("SPX", "2022-02-18", "P", "41.2", "41.9"),
        datashop("SPXW", "2022-02-18", "P", "41.4", "42.1"),
        datashop("SPXW", "2022-02-18", "C", "", "0.05"),
    ];
    check(
        "datashop",
        &format!("{DATASHOP}\n{}\n", rows.join("\n")),
        "Cboe DataShop",
        &[
            "2022-01-07 close eod SPX 2022-02-18 P 3900 | 41.2 41.9 | 120 800 | - | 4005.5",
            "2022-01-07 close eod SPXW 2022-02-18 P 3900 | 41.4 42.1 | 120 800 | - | 4005.5",
            "2022-01-07 close eod SPXW 2022-02-18 C 3900 | - 0.05 | 120 800 | - | 4005.5",
        ],
    );
}

#[test]
fn w15_a_bid_of_zero_is_a_price_and_an_empty_one_is_missing() {
    let rows = [
        datashop("SPXW", "2022-02-18", "P", "0", "0.05"),
        datashop("SPXW", "2022-02-18", "C", "", "0.05"),
    ];
    let inbox =
        Inbox::core("w15_bids").file("options.csv", &format!("{DATASHOP}\n{}\n", rows.join("\n")));
    inbox.import();
    let bids: Vec<_> = data::chains::load_chains(&inbox.dataset())
        .unwrap()
        .iter()
        .map(|q| q.bid)
        .collect();
    assert_eq!(bids, [Some(0.0), None]);
}

#[test]
fn w43_standard_expiries_dated_saturday_before_february_2015_are_the_friday_before() {
    let saturday =
        datashop("SPX", "2015-01-17", "P", "41.2", "41.9").replace("2022-01-07", "2015-01-07");
    let inbox =
        Inbox::core("w43_saturday").file("options.csv", &format!("{DATASHOP}\n{saturday}\n"));
    inbox.import();
    let quotes = data::chains::load_chains(&inbox.dataset()).unwrap();
    assert_eq!(quotes[0].expiry.to_string(), "2015-01-16");
}

#[test]
fn every_file_of_a_zip_archive_is_read_also_where_it_is_compressed_itself() {
    let inbox = Inbox::core("zip");
    let row = |expiry: &str| {
        format!(
            "{DATASHOP}\n{}\n",
            datashop("SPXW", expiry, "P", "41.2", "41.9")
        )
    };
    let packed = ruzstd::encoding::compress_to_vec(
        row("2022-02-16").as_bytes(),
        ruzstd::encoding::CompressionLevel::Fastest,
    );
    let (one, two) = (row("2022-02-18"), row("2022-02-14"));
    archive(&inbox, "one.zip", &[("1.csv", one.as_bytes())]);
    let mac: (&str, &[u8]) = ("__MACOSX/._2.csv", b"resource fork");
    archive(
        &inbox,
        "three.zip",
        &[
            ("a/2.csv", two.as_bytes()),
            ("a/3.csv.zst", &packed),
            ("a/about.txt", b"hello"),
            mac,
        ],
    );
    let report = inbox.import();
    let refused: Vec<_> = report
        .refused
        .iter()
        .map(|r| format!("{}: {}", r.file, r.reason))
        .collect();
    assert_eq!(
        refused,
        ["three.zip/a/about.txt: no known layout: its first line is `hello`"]
    );
    let taken: Vec<_> = report.taken.iter().map(|t| t.file.as_str()).collect();
    assert_eq!(
        taken[2..],
        [
            "one.zip/1.csv",
            "three.zip/a/2.csv",
            "three.zip/a/3.csv.zst"
        ]
    );
    assert_eq!(golden(&inbox).len(), 3);
}

#[test]
fn an_archive_without_files_inside_another_or_cut_short_is_refused_and_stops_nothing() {
    let inbox = Inbox::core("zip_bad");
    archive(&inbox, "empty.zip", &[]);
    let inner = std::fs::read(inbox.from().join("empty.zip")).unwrap();
    archive(&inbox, "inner.zip", &[("x.csv", b"hello")]);
    let whole = std::fs::read(inbox.from().join("inner.zip")).unwrap();
    archive(&inbox, "outer.zip", &[("inner.zip", &whole)]);
    std::fs::write(inbox.from().join("cut.zip"), &whole[..whole.len() / 2]).unwrap();
    std::fs::remove_file(inbox.from().join("inner.zip")).unwrap();
    let reasons: Vec<_> = inbox
        .import()
        .refused
        .iter()
        .map(|r| format!("{}: {}", r.file, r.reason))
        .collect();
    assert!(reasons[0].starts_with("cut.zip: zip: "), "{reasons:?}");
    assert!(
        !inner.is_empty() && reasons[1].starts_with("empty.zip: "),
        "{reasons:?}"
    );
    assert_eq!(
        reasons[2],
        "outer.zip/inner.zip: zip: found an archive inside an archive, allowed: files; unpack it"
    );
}

fn archive(inbox: &Inbox, name: &str, files: &[(&str, &[u8])]) {
    let mut archive = zip::ZipWriter::new(std::fs::File::create(inbox.from().join(name)).unwrap());
    for (file, bytes) in files {
        archive
            .start_file(*file, zip::write::SimpleFileOptions::default())
            .unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap();
}

#[test]
fn zstandard_is_read_and_a_broken_one_refused() {
    let inbox = Inbox::core("zstd");
    let text = format!(
        "{DATASHOP}\n{}\n",
        datashop("SPXW", "2022-02-18", "P", "41.2", "41.9")
    );
    let packed = ruzstd::encoding::compress_to_vec(
        text.as_bytes(),
        ruzstd::encoding::CompressionLevel::Fastest,
    );
    std::fs::write(inbox.from().join("good.csv.zst"), &packed).unwrap();
    std::fs::write(
        inbox.from().join("cut.csv.zst"),
        &packed[..packed.len() / 2],
    )
    .unwrap();
    let report = inbox.import();
    let refused: Vec<_> = report.refused.iter().map(|r| r.file.as_str()).collect();
    assert_eq!(refused, ["cut.csv.zst"]);
    assert!(
        report.refused[0].reason.starts_with("zstd: "),
        "{}",
        report.refused[0].reason
    );
    assert_eq!(golden(&inbox).len(), 1);
}
