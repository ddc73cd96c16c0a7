//! Publishers' option quotes: what their layouts become, and what each damaged one is told.
//!
//! SYNTHETIC: the layouts are the publishers' published column lists, the numbers are made up here.

use std::io::Write;

use crate::Inbox;

const DATASHOP: &str = "underlying_symbol,quote_date,root,expiration,strike,option_type,open,high,low,close,trade_volume,\
    bid_size_1545,bid_1545,ask_size_1545,ask_1545,underlying_bid_1545,underlying_ask_1545,bid_size_eod,bid_eod,ask_size_eod,\
    ask_eod,underlying_bid_eod,underlying_ask_eod,vwap,open_interest,delivery_code";
const ORATS: &str = "ticker,cOpra,pOpra,stkPx,expirDate,yte,strike,cVolu,cOi,pVolu,pOi,cBidPx,cValue,cAskPx,pBidPx,pValue,\
    pAskPx,cBidIv,cMidIv,cAskIv,smoothSmvVol,pBidIv,pMidIv,pAskIv,trade_date";
const IVOLATILITY: &str = "symbol,exchange,date,adjusted stock close price,option symbol,expiration,strike,call/put,style,ask,\
    bid,mean price,settlement,iv,volume,open interest,stock price for iv,forward price";

fn datashop(root: &str, expiry: &str, right: &str, bid: &str, ask: &str) -> String {
    format!(
        "^SPX,2022-01-07,{root},{expiry},3900.000,{right},40,43,39,41,120,5,39.1,7,39.9,4003,4004,9,{bid},8,{ask},4005,4006,41,800,"
    )
}

fn orats(symbol: &str, expiry: &str, put_bid: &str) -> String {
    format!(
        "SPX,{symbol}C03900000,{symbol}P03900000,4005.5,{expiry},0.08,3900,10,50,120,800,140,143,146,{put_bid},41.5,41.9,0.2,0.21,0.22,0.21,0.22,0.23,0.24,1/7/2022"
    )
}

fn ivolatility(symbol: &str, right: &str, ask: &str) -> String {
    format!("SPX,CBOE,01/07/2022,4005.5,{symbol},02/18/2022,3900,{right},E,{ask},41.2,41.5,0,-1,120,800,4005.5,4003.1")
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
    let taken = report.taken.iter().find(|t| t.file == "options.csv").unwrap();
    assert_eq!((taken.publisher.as_str(), taken.values), (publisher, expected.len()));
    assert_eq!(golden(&inbox), expected);
}

/// Imports one damaged file; the message, and nothing written.
#[track_caller]
fn damaged(test: &str, header: &str, cases: &[(&str, &str)]) {
    for (i, (row, expected)) in cases.iter().enumerate() {
        let inbox = Inbox::core(&format!("{test}_{i}")).file("options.csv", &format!("{header}\n{row}\n"));
        assert_eq!(&inbox.try_import().unwrap_err().to_string(), expected);
        assert!(!inbox.dataset().exists(), "a damaged import left a dataset behind");
    }
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
    let rows = [datashop("SPXW", "2022-02-18", "P", "0", "0.05"), datashop("SPXW", "2022-02-18", "C", "", "0.05")];
    let inbox = Inbox::core("w15_bids").file("options.csv", &format!("{DATASHOP}\n{}\n", rows.join("\n")));
    inbox.import();
    let bids: Vec<_> = data::chains::load_chains(&inbox.dataset()).unwrap().iter().map(|q| q.bid).collect();
    assert_eq!(bids, [Some(0.0), None]);
}

#[test]
fn w43_standard_expiries_dated_saturday_before_february_2015_are_the_friday_before() {
    let saturday = datashop("SPX", "2015-01-17", "P", "41.2", "41.9");
    let inbox = Inbox::core("w43_saturday").file("options.csv", &format!("{DATASHOP}\n{saturday}\n"));
    inbox.import();
    let quotes = data::chains::load_chains(&inbox.dataset()).unwrap();
    assert_eq!(quotes[0].expiry.to_string(), "2015-01-16");
}

#[test]
fn damaged_datashop_files_say_where() {
    damaged(
        "bad_datashop",
        DATASHOP,
        &[
            (
                &datashop("SPXW", "2022-02-19", "P", "41.2", "41.9"),
                "options.csv: row 2, column expiration: found `2022-02-19`, allowed: a weekday; Saturdays only before 2015-02-01",
            ),
            (
                &datashop("SPXW", "2022-02-18", "X", "41.2", "41.9"),
                "options.csv: row 2, column option_type: found `X`, allowed: C, P, call or put",
            ),
            (
                &datashop("", "2022-02-18", "P", "41.2", "41.9"),
                "options.csv: row 2, column root: found ``, allowed: a root or an option symbol such as SPXW",
            ),
        ],
    );
}

#[test]
fn orats_holds_a_call_and_a_put_in_a_row() {
    check(
        "orats",
        &format!("{ORATS}\n{}\n", orats("SPXW220218", "2/18/2022", "41.2")),
        "ORATS",
        &[
            "2022-01-07 15:46 eod SPXW 2022-02-18 C 3900 | 140 146 | 10 50 | 0.21 | 4005.5",
            "2022-01-07 15:46 eod SPXW 2022-02-18 P 3900 | 41.2 41.9 | 120 800 | 0.23 | 4005.5",
        ],
    );
}

#[test]
fn damaged_orats_files_say_where() {
    damaged(
        "bad_orats",
        ORATS,
        &[
            (
                &orats("SPXW220218", "2022-02-18", "41.2"),
                "options.csv: row 2, column expirDate: found `2022-02-18`, allowed: a date like 1/31/2022",
            ),
            (
                &orats("SPXW220218", "2/18/2022", "-1"),
                "options.csv: row 2, column pBidPx: found `-1`, allowed: a number from 0",
            ),
            (
                &orats("220218", "2/18/2022", "41.2"),
                "options.csv: row 2, column cOpra: found `220218C03900000`, allowed: a root or an option symbol such as SPXW",
            ),
        ],
    );
}

#[test]
fn ivolatility_writes_the_ask_before_the_bid() {
    check(
        "ivolatility",
        &format!("{IVOLATILITY}\n{}\n", ivolatility("SPXW  220218P03900000", "P", "41.9")),
        "iVolatility",
        &["2022-01-07 close eod SPXW 2022-02-18 P 3900 | 41.2 41.9 | 120 800 | - | 4005.5"],
    );
}

#[test]
fn damaged_ivolatility_files_say_where() {
    damaged(
        "bad_ivolatility",
        IVOLATILITY,
        &[
            (
                &ivolatility("SPXW  220218P03900000", "put?", "41.9"),
                "options.csv: row 2, column call/put: found `put?`, allowed: C, P, call or put",
            ),
            (
                &ivolatility("SPXW  220218P03900000", "P", "NaN"),
                "options.csv: row 2, column ask: found `NaN`, allowed: a number from 0",
            ),
            (
                "SPX,CBOE,01/07/2022,4005.5,SPXW,02/18/2022,0,P,E,41.9,41.2,41.5,0,-1,120,800,4005.5,4003.1",
                "options.csv: row 2, column strike: found `0`, allowed: a strike above 0",
            ),
        ],
    );
}

#[test]
fn optionsdx_is_refused_for_it_has_no_root() {
    let text = "[QUOTE_UNIXTIME], [QUOTE_READTIME], [QUOTE_DATE]\n1641589200, 2022-01-07 16:00, 2022-01-07\n";
    let report = Inbox::core("optionsdx").file("options.csv", text).import();
    let expected = "option chains, recognised but not imported by this version: OptionsDX, which does not say whether an SPX \
                    option settles in the morning (no root column)";
    assert_eq!(report.refused[0].reason, expected);
}

#[test]
fn a_zip_archive_with_one_file_is_read_and_one_with_two_is_refused() {
    let inbox = Inbox::core("zip");
    let text = format!("{DATASHOP}\n{}\n", datashop("SPXW", "2022-02-18", "P", "41.2", "41.9"));
    for (name, inside) in [("one.zip", 1), ("two.zip", 2)] {
        let mut archive = zip::ZipWriter::new(std::fs::File::create(inbox.from().join(name)).unwrap());
        for i in 0..inside {
            archive.start_file(format!("{i}.csv"), zip::write::SimpleFileOptions::default()).unwrap();
            archive.write_all(text.as_bytes()).unwrap();
        }
        archive.finish().unwrap();
    }
    let report = inbox.import();
    let refused: Vec<_> = report.refused.iter().map(|r| format!("{}: {}", r.file, r.reason)).collect();
    assert_eq!(refused, ["two.zip: zip: found 2 files inside, allowed: one; unpack it into the folder"]);
    assert_eq!(golden(&inbox).len(), 1);
}

#[test]
fn zstandard_is_read_and_a_broken_one_refused() {
    let inbox = Inbox::core("zstd");
    let text = format!("{DATASHOP}\n{}\n", datashop("SPXW", "2022-02-18", "P", "41.2", "41.9"));
    let packed = ruzstd::encoding::compress_to_vec(text.as_bytes(), ruzstd::encoding::CompressionLevel::Fastest);
    std::fs::write(inbox.from().join("good.csv.zst"), &packed).unwrap();
    std::fs::write(inbox.from().join("cut.csv.zst"), &packed[..packed.len() / 2]).unwrap();
    let report = inbox.import();
    let refused: Vec<_> = report.refused.iter().map(|r| r.file.as_str()).collect();
    assert_eq!(refused, ["cut.csv.zst"]);
    assert!(report.refused[0].reason.starts_with("zstd: "), "{}", report.refused[0].reason);
    assert_eq!(golden(&inbox).len(), 1);
}
