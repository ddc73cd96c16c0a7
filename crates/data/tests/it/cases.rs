//! Files as people really have them: each public case rebuilt with values of our own, and what must come of it. The table in
//! `docs/formats.md` names the kind of each; a test below holds the two together.
//!
//! SYNTHETIC: every number is made up.

mod made;
mod quotes;

use chrono::{Datelike, NaiveDate};
use data::ImportReport;

use self::made::*;
use self::quotes::{CHAIN, chain_row};
use crate::Inbox;

#[track_caller]
fn takes_all(inbox: &Inbox) -> ImportReport {
    let report = inbox.import();
    assert!(report.refused.is_empty(), "{:?}", report.refused);
    report
}

/// The reason why the only refused file was.
#[track_caller]
fn reason(inbox: &Inbox, file: &str) -> String {
    let report = inbox.import();
    let [refused] = &report.refused[..] else {
        panic!("{:?}", report.refused)
    };
    assert_eq!(refused.file, file);
    refused.reason.clone()
}

fn count_of(report: &ImportReport, code: &str) -> usize {
    report
        .manifest
        .findings
        .iter()
        .filter(|f| f.code == code)
        .map(|f| f.count)
        .sum()
}

const DOWNLOAD: &str = "\u{feff}\"Date\",\"Price\",\"Open\",\"High\",\"Low\",\"Vol.\",\"Change %\"";

/// An Investing.com download, newest first, of the given days.
fn investing(days: &[(NaiveDate, f64)], date: &str) -> String {
    let thousands = |v: f64| {
        let text = format!("{v:.2}");
        let (whole, rest) = text.split_once('.').unwrap();
        if whole.len() > 3 {
            format!(
                "{},{}.{rest}",
                &whole[..whole.len() - 3],
                &whole[whole.len() - 3..]
            )
        } else {
            text.clone()
        }
    };
    let mut lines: Vec<String> = days
        .iter()
        .map(|(d, v)| {
            format!(
                "\"{}\",\"{}\",\"{}\",\"{}\",\"{}\",\"1.2K\",\"0.5%\"",
                d.format(date),
                thousands(*v),
                thousands(v * 0.999),
                thousands(v * 1.01),
                thousands(v * 0.99)
            )
        })
        .collect();
    lines.reverse();
    format!("{DOWNLOAD}\n{}\n", lines.join("\n"))
}

#[test]
fn a1_vix_futures_are_not_the_index() {
    let days: Vec<_> = sessions(40)
        .into_iter()
        .enumerate()
        .map(|(i, d)| (d, vix_at(i) + 2.0))
        .collect();
    let text = investing(&days, "%m/%d/%Y");
    let inbox1 = inbox("a1").file("S&P 500 VIX Futures Historical Data.csv", &text);
    assert!(
        reason(&inbox1, "S&P 500 VIX Futures Historical Data.csv")
            .starts_with("its name says `futures`")
    );
    holds(&inbox1, "spx_close", spx_at);
    assert!(values(&inbox1.load(), "spx_open").is_empty());
    // Without the word the values say it; also where no other file brings the index.
    let inbox2 = inbox("a1_values").file("S&P 500 Historical Data.csv", &text);
    assert!(
        reason(&inbox2, "S&P 500 Historical Data.csv")
            .starts_with("its values cannot be spx_close: half of them are up to 20")
    );
    // Futures of the index itself are near it, but never it.
    let mini: Vec<_> = sessions(40)
        .into_iter()
        .enumerate()
        .map(|(i, d)| (d, spx_at(i) * 1.004))
        .collect();
    let inbox3 =
        inbox("a1_mini").file("S&P 500 Historical Data.csv", &investing(&mini, "%m/%d/%Y"));
    assert!(
        reason(&inbox3, "S&P 500 Historical Data.csv")
            .contains("half of the days differ by 0.4 % or more")
    );
    holds(&inbox3, "spx_close", spx_at);
}

#[test]
fn c1_vix_3m_is_the_three_month_index() {
    let other = |i: usize| vix_at(i) + 3.25;
    let inbox1 = inbox("c1")
        .file("VIX_3M.csv", &cboe(40, other))
        .file("vix_9d.csv", &cboe(40, |i| vix_at(i) - 1.5));
    takes_all(&inbox1);
    holds(&inbox1, "vix", vix_at);
    holds(&inbox1, "vix3m", other);
    holds(&inbox1, "vix9d", |i| vix_at(i) - 1.5);
    // A copy of one index under the name of another is neither.
    let inbox2 = inbox("c1_copy").file("VIX3M_History.csv", &cboe(40, vix_at));
    assert!(
        reason(&inbox2, "VIX3M_History.csv")
            .starts_with("its values cannot be vix3m: 40 of 40 days are those of vix")
    );
    // Another index under VIX's own name loses against the publisher's file.
    let inbox3 = inbox("c1_name").file("vix daily.csv", &cboe(40, other));
    assert!(reason(&inbox3, "vix daily.csv").contains("its values are not vix"));
    holds(&inbox3, "vix", vix_at);
}

#[test]
fn e1_cboe_header_with_iso_dates() {
    let iso = rows("DATE,OPEN,HIGH,LOW,CLOSE", 40, |i, d| {
        format!("{d},18,40,9,{:.6}", vix_at(i))
    });
    let inbox = Inbox::empty("e1")
        .file("SP500.csv", &fred_spx(40))
        .file("vix-daily.csv", &iso);
    takes_all(&inbox);
    holds(&inbox, "vix", vix_at);
}

/// The index in yfinance's own order of columns.
fn yfinance(header: &str, stamp: &str, more: &str) -> String {
    rows(header, 40, |i, d| {
        let c = spx_at(i);
        format!(
            "{d}{stamp},{c:.2},{:.2},{:.2},{:.2},3500000000{more}",
            c + 9.0,
            c - 11.0,
            c - 1.5
        )
    })
}

fn only_vix(name: &str) -> Inbox {
    Inbox::empty(name).file("VIX_History.csv", &cboe(40, vix_at))
}

#[test]
fn f1_yfinance_with_three_rows_above() {
    let header =
        "Price,Close,High,Low,Open,Volume\nTicker,^GSPC,^GSPC,^GSPC,^GSPC,^GSPC\nDate,,,,,";
    // The ticker inside decides, whatever the name.
    let inbox1 = only_vix("f1").file("download.csv", &yfinance(header, "", ""));
    takes_all(&inbox1);
    holds(&inbox1, "spx_close", spx_at);
    holds(&inbox1, "spx_open", |i| spx_at(i) - 1.5);
    let two = header.replacen("^GSPC", "^VIX", 1);
    let inbox2 = inbox("f1_two").file("download.csv", &yfinance(&two, "", ""));
    assert!(
        reason(&inbox2, "download.csv").starts_with("found 2 symbols in one file (^VIX, ^GSPC)")
    );
}

#[test]
fn f2_yfinance_flat() {
    let inbox = only_vix("f2").file(
        "GSPC.csv",
        &yfinance("Date,Close,High,Low,Open,Volume", "", ""),
    );
    takes_all(&inbox);
    holds(&inbox, "spx_close", spx_at);
    holds(&inbox, "spx_high", |i| spx_at(i) + 9.0);
}

#[test]
fn f3_yfinance_history() {
    let header = "Date,Close,High,Low,Open,Volume,Dividends,Stock Splits";
    let inbox = only_vix("f3").file("GSPC.csv", &yfinance(header, " 00:00:00-05:00", ",0.0,0.0"));
    takes_all(&inbox);
    holds(&inbox, "spx_close", spx_at);
    holds(&inbox, "spx_low", |i| spx_at(i) - 11.0);
}

#[test]
fn i1_weekly_bars_are_no_daily_values() {
    let header = "Date,Open,High,Low,Close,Adj Close,Volume";
    let weekly: String = (0..12)
        .map(|w| {
            let monday = sessions(1)[0] + chrono::Days::new(7 * w);
            format!("{monday},470,480,460,{}.5,{}.5,100\n", 470 + w, 470 + w)
        })
        .collect();
    let inbox1 = inbox("i1").file("SPY.csv", &format!("{header}\n{weekly}"));
    assert!(
        reason(&inbox1, "SPY.csv")
            .starts_with("found weekly bars: half of its rows are 7 days or more apart")
    );
    assert!(values(&inbox1.load(), "spy").is_empty());
    let monthly: String = (1..6)
        .map(|m| format!("2022-{m:02}-03,470,480,460,471,471,9\n"))
        .collect();
    let inbox2 = inbox("i1_monthly").file("SPY.csv", &format!("{header}\n{monthly}"));
    assert!(reason(&inbox2, "SPY.csv").starts_with("found monthly bars"));
}

#[test]
fn j1_day_and_month_are_decided_by_the_whole_file() {
    // A British download with the first days of each month only: every date could be an American one.
    let all = sessions(120);
    let days: Vec<_> = all
        .iter()
        .enumerate()
        .filter(|(_, d)| d.day() <= 12)
        .map(|(i, d)| (*d, spx_at(i)))
        .collect();
    let vix = cboe(120, vix_at);
    let inbox1 = Inbox::empty("j1")
        .file("VIX_History.csv", &vix)
        .file("S&P 500 Historical Data.csv", &investing(&days, "%d/%m/%Y"));
    takes_all(&inbox1);
    let dataset = inbox1.load();
    for (day, value) in &days {
        let i = dataset.observations.sessions.binary_search(day).unwrap();
        assert!(
            values(&dataset, "spx_close")[i].is_some_and(|v| (v - value).abs() < 0.0051),
            "{day}"
        );
    }
    let present = values(&dataset, "spx_close").iter().flatten().count();
    assert_eq!(present, days.len());
    // Two rows say nothing.
    let two = [(all[22], 4600.0)];
    let inbox2 = inbox("j1_two").file("S&P 500 Historical Data.csv", &investing(&two, "%d/%m/%Y"));
    assert!(
        reason(&inbox2, "S&P 500 Historical Data.csv").contains(
            "which may be 2022-03-02 (month, day, year) or 2022-02-03 (day, month, year)"
        )
    );
}

#[test]
fn k1_a_month_of_opens_does_not_shorten_the_dataset() {
    let days: Vec<_> = sessions(40)
        .into_iter()
        .enumerate()
        .take(12)
        .map(|(i, d)| (d, spx_at(i)))
        .collect();
    let inbox = inbox("k1").file("S&P 500 Historical Data.csv", &investing(&days, "%m/%d/%Y"));
    let report = takes_all(&inbox);
    assert_eq!(report.manifest.sessions, 40);
    let opens = report
        .manifest
        .series
        .iter()
        .find(|s| s.name == "spx_open")
        .unwrap();
    assert_eq!((opens.rows, opens.missing), (12, 28));
    assert!(
        report
            .manifest
            .findings
            .iter()
            .any(|f| f.code == "ends_early" && f.series == "spx_open" && f.count == 28)
    );
}

/// A file of one series in a country that writes decimals after a comma, and its map.
fn comma(name: &str, series: &str, text: &str, more: &str) -> Inbox {
    let map = format!(
        "[[files]]\nmatch = \"tag_*.csv\"\nkind = \"daily_series\"\ndate_format = \"%d.%m.%Y\"\ndelimiter = \";\"\n{more}\
         [files.columns]\ndate = \"Datum\"\n[files.series]\n{series} = \"Schluss\"\n"
    );
    Inbox::empty(name)
        .file("SP500.csv", &fred_spx(40))
        .file("alvh.columns.toml", &map)
        .file("tag_1.csv", text)
}

#[test]
fn l1_a_comma_before_the_decimals_of_vix() {
    let text = rows("Datum;Schluss", 40, |i, d| {
        format!("{};{:.1}", d.format("%d.%m.%Y"), vix_at(i))
            .replace(".", ",")
            .replacen(",", ".", 2)
    });
    assert!(text.contains("03.01.2022;18,5"), "{text}");
    let inbox = comma("l1", "vix", &text, "");
    takes_all(&inbox);
    holds(&inbox, "vix", |i| {
        format!("{:.1}", vix_at(i)).parse().unwrap()
    });
}

#[test]
fn l3_a_comma_before_the_decimals_of_a_fund() {
    let write = |digits: usize| {
        rows("Datum;Schluss", 40, |i, d| {
            format!(
                "{};{}",
                d.format("%d.%m.%Y"),
                format!("{:.*}", digits, spx_at(i) / 10.0).replace('.', ",")
            )
        })
    };
    let vix = cboe(40, vix_at);
    let inbox1 = comma("l3", "spy", &write(2), "").file("VIX_History.csv", &vix);
    takes_all(&inbox1);
    holds(&inbox1, "spy", |i| spx_at(i) / 10.0);
    // Three decimals could be thousands. The values decide where only one of the two can be the fund.
    let inbox2 = comma("l3_three", "spy", &write(3), "").file("VIX_History.csv", &vix);
    takes_all(&inbox2);
    holds(&inbox2, "spy", |i| spx_at(i) / 10.0);
    // A fund of futures had both prices: nobody can tell, unless the map says it.
    let inbox3 = comma("l3_either", "vxx", &write(3), "").file("VIX_History.csv", &vix);
    assert!(reason(&inbox3, "tag_1.csv").contains("which may be 460025 or 460.025; say decimal"));
    let inbox4 =
        comma("l3_said", "vxx", &write(3), "decimal = \",\"\n").file("VIX_History.csv", &vix);
    takes_all(&inbox4);
    holds(&inbox4, "vxx", |i| spx_at(i) / 10.0);
}

const VX: &str =
    "Trade Date,Futures,Open,High,Low,Close,Settle,Change,Total Volume,EFP,Open Interest";

fn future(contract: &str, count: usize, date: impl Fn(NaiveDate) -> String) -> String {
    rows(VX, count, |i, d| {
        let v = vix_at(i) + 1.0;
        format!(
            "{},{contract},{v:.2},{:.2},{:.2},{v:.2},{v:.3},0.1,900,0,4000",
            date(d),
            v + 0.6,
            v - 0.6
        )
    })
}

#[test]
fn m1_an_older_futures_file_with_a_year_of_two_digits() {
    let text = future("G (Feb 22)", 31, us).replacen('\n', "\n\n", 1);
    let text = format!("CFE data is compiled for the convenience of site visitors.\n\n{text}");
    let inbox = inbox("m1").file("CFE_G22_VX.csv", &text);
    takes_all(&inbox);
    let vx = inbox.load().observations.vx;
    assert_eq!(
        (vx.len(), vx[0].expiry.to_string()),
        (31, "2022-02-16".into())
    );
    assert!((vx[0].settle - 19.5).abs() < 1e-9);
}

#[test]
fn m2_whatever_the_notice_above_the_header_says() {
    let text = format!(
        "\"Cboe data is compiled for your convenience, without responsibility.\"\n{}",
        future("G (Feb 2022)", 31, |d| d.to_string())
    );
    let inbox = inbox("m2").file("VX_2022-02-16.csv", &text);
    takes_all(&inbox);
    assert_eq!(inbox.load().observations.vx.len(), 31);
}

fn dgs10(write: impl Fn(usize) -> String) -> String {
    rows("observation_date,DGS10", 40, |i, d| {
        format!("{d},{}", write(i))
    })
}

#[test]
fn n1_rows_are_numbered_as_in_an_editor_with_windows_line_ends() {
    let text = dgs10(|i| if i == 8 { "abc".into() } else { "1.6".into() }).replace('\n', "\r\n");
    assert!(
        reason(&inbox("n1").file("DGS10.csv", &text), "DGS10.csv")
            .starts_with("row 10, column DGS10: found `abc`")
    );
}

#[test]
fn n2_rows_are_numbered_as_in_an_editor_after_a_blank_line() {
    let text = dgs10(|i| {
        if i == 8 {
            "abc".into()
        } else if i == 7 {
            "1.6\n".into()
        } else {
            "1.6".into()
        }
    });
    assert!(
        reason(&inbox("n2").file("DGS10.csv", &text), "DGS10.csv")
            .starts_with("row 11, column DGS10: found `abc`")
    );
    // Quotes are numbered the same way, in files that are read in pieces.
    let quotes = format!(
        "{}\r\n\r\n{}",
        CHAIN,
        chain_row("2022-01-04", "2022-02-04", 4500, "x", "41")
    )
    .replace('\n', "\r\n")
    .replace("\r\r", "\r");
    assert!(
        reason(&inbox("n2_chain").file("q.csv", &quotes), "q.csv")
            .starts_with("row 4, column bid: found `x`")
    );
}

#[test]
fn q1_several_fred_series_in_one_file() {
    let text = rows("observation_date,DGS2,DGS10,M2SL", 40, |i, d| {
        format!("{d},0.{:02},1.{:02},21000", 40 + i, 10 + i)
    });
    let inbox = inbox("q1").file("fredgraph.csv", &text);
    let report = takes_all(&inbox);
    holds(&inbox, "dgs2", |i| 0.40 + i as f64 / 100.0);
    holds(&inbox, "dgs10", |i| 1.10 + i as f64 / 100.0);
    assert_eq!(count_of(&report, "series_not_used"), 1);
}

/// A rate with a word for "no value" on two days, the second carried from the day before when loaded.
#[track_caller]
fn word(name: &str, word: &str) {
    let text = dgs10(|i| {
        if i == 4 || i == 20 {
            word.into()
        } else {
            format!("1.{:02}", 10 + i)
        }
    });
    let inbox = inbox(name).file("DGS10.csv", &text);
    let report = takes_all(&inbox);
    assert_eq!(count_of(&report, "missing_word"), 2, "{word}");
    let entry = report
        .manifest
        .series
        .iter()
        .find(|s| s.name == "dgs10")
        .unwrap();
    assert_eq!((entry.rows, entry.missing), (38, 2), "{word}");
}

#[test]
fn q2_nan_is_no_value() {
    word("q2", "NaN");
    word("q2_lower", "nan");
}

#[test]
fn q3_nd_is_no_value() {
    for (i, text) in ["ND", "N/A", "#N/A", "null", "-", ".", "None"]
        .iter()
        .enumerate()
    {
        word(&format!("q3_{i}"), text);
    }
}

/// Closes of a fund with a time in their dates, by a map.
fn stamped(name: &str, format: &str, stamp: impl Fn(NaiveDate) -> String) -> Inbox {
    let map = format!(
        "[[files]]\nmatch = \"spy.csv\"\nkind = \"daily_series\"\ndate_format = \"{format}\"\n[files.columns]\ndate = \"ts\"\n[files.series]\nspy = \"close\"\n"
    );
    let text = rows("ts,close", 40, |i, d| {
        format!("{},{:.3}", stamp(d), spx_at(i) / 10.0)
    });
    inbox(name)
        .file("alvh.columns.toml", &map)
        .file("spy.csv", &text)
}

#[test]
fn r1_a_zone_in_the_format_of_dates() {
    let inbox1 = stamped("r1", "%Y-%m-%d %H:%M:%S%z", |d| {
        format!("{d} 00:00:00-0500")
    });
    takes_all(&inbox1);
    holds(&inbox1, "spy", |i| spx_at(i) / 10.0);
    // A format that writes what it cannot read is refused by its key.
    for (i, bad) in ["%z", "%H:%M", "%Q", "%Y-%m"].iter().enumerate() {
        let error = stamped(&format!("r1_bad_{i}"), bad, |d| d.to_string())
            .try_import()
            .unwrap_err()
            .to_string();
        assert!(error.contains("files[1].date_format"), "{error}");
    }
}

#[test]
fn r3_instants_after_midnight_belong_to_the_session_they_closed() {
    let next = |d: NaiveDate| d + chrono::Days::new(1);
    let inbox1 = stamped("r3", "%Y-%m-%dT%H:%M:%SZ", |d| {
        format!("{}T00:00:00Z", next(d))
    });
    takes_all(&inbox1);
    holds(&inbox1, "spy", |i| spx_at(i) / 10.0);
    // Midnight UTC as the name of a day: every fifth would be a Sunday.
    let inbox2 = stamped("r3_label", "%Y-%m-%dT%H:%M:%SZ", |d| {
        format!("{d}T00:00:00Z")
    });
    takes_all(&inbox2);
    holds(&inbox2, "spy", |i| spx_at(i) / 10.0);
    // UNIX seconds of the open, as TradingView writes them.
    let seconds = |d: NaiveDate| {
        d.and_hms_opt(14, 30, 0)
            .unwrap()
            .and_utc()
            .timestamp()
            .to_string()
    };
    let inbox3 = stamped("r3_unix", "%s", seconds);
    takes_all(&inbox3);
    holds(&inbox3, "spy", |i| spx_at(i) / 10.0);
}

#[test]
fn w1_a_page_of_an_error_is_named_also_where_a_core_series_is_missing() {
    let page = "<!DOCTYPE html>\n<html><head><title>503: Busy</title></head><body>Try again, later</body></html>\n";
    let error = Inbox::empty("w1")
        .file("SP500.csv", &fred_spx(40))
        .file("VIX_History.csv", page)
        .try_import()
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("VIX_History.csv: an HTML page, titled `503: Busy`"),
        "{error}"
    );
    assert_eq!(error.refused().len(), 1);
}

#[test]
fn w2_utf16_is_simply_read() {
    for (name, order, mark) in [
        ("w2_le", u16::to_le_bytes as fn(u16) -> [u8; 2], "\u{feff}"),
        ("w2_be", u16::to_be_bytes, "\u{feff}"),
        ("w2_bare", u16::to_le_bytes, ""),
    ] {
        let inbox = Inbox::empty(name).file("SP500.csv", &fred_spx(40));
        let text = format!("{mark}{}", cboe(40, vix_at));
        let bytes: Vec<u8> = text.encode_utf16().flat_map(order).collect();
        std::fs::write(inbox.from().join("VIX_History.csv"), bytes).unwrap();
        takes_all(&inbox);
        holds(&inbox, "vix", vix_at);
    }
}

#[test]
fn x1_stooqs_last_row_without_volume() {
    let text = rows("Date,Open,High,Low,Close,Volume", 40, |i, d| {
        let c = spx_at(i);
        let volume = if i == 39 { "" } else { ",2300000000" };
        format!(
            "{d},{:.2},{:.2},{:.2},{c:.2}{volume}",
            c - 1.0,
            c + 9.0,
            c - 9.0
        )
    });
    let inbox1 = only_vix("x1").file("^spx_d.csv", &text);
    takes_all(&inbox1);
    holds(&inbox1, "spx_close", spx_at);
    // Cut within its close, the row looks the same but for the price.
    let cut = &text[..text.len() - 5];
    assert!(
        reason(&inbox("x1_cut").file("^spx_d.csv", cut), "^spx_d.csv")
            .contains("found 5 cells, allowed: 6")
    );
}

#[test]
fn z1_vvix_with_iso_dates() {
    let text = rows("DATE,VVIX", 40, |i, d| {
        format!("{d},{:.2}", 110.0 + vix_at(i))
    });
    let inbox = inbox("z1").file("VVIX_History.csv", &text);
    takes_all(&inbox);
    holds(&inbox, "vvix", |i| 110.0 + vix_at(i));
}

#[test]
fn z2_yahoos_vix_is_a_source_of_vix() {
    let text = rows("Date,Open,High,Low,Close,Adj Close,Volume", 40, |i, d| {
        let v = vix_at(i);
        format!(
            "{d},{:.2},{:.2},{:.2},{v:.2},{v:.2},0",
            v - 0.1,
            v + 0.5,
            v - 0.5
        )
    });
    let inbox = Inbox::empty("z2")
        .file("SP500.csv", &fred_spx(40))
        .file("^VIX.csv", &text);
    takes_all(&inbox);
    holds(&inbox, "vix", vix_at);
}

#[test]
fn z3_a_month_without_its_contract_is_named() {
    let month = |contract: &str, count: usize| future(contract, count, |d| d.to_string());
    let inbox = inbox("z3")
        .file("VX_2022-01-19.csv", &month("F (Jan 2022)", 12))
        .file("VX_2022-03-15.csv", &month("H (Mar 2022)", 40))
        .file("VX_2022-04-20.csv", &month("J (Apr 2022)", 40));
    takes_all(&inbox);
    let findings = data::check(&inbox.dataset()).unwrap();
    let missing: Vec<_> = findings
        .iter()
        .filter(|f| f.code == "contract_missing")
        .collect();
    assert!(missing.len() == 1 && missing[0].count == 1, "{missing:?}");
    assert!(
        missing[0].message.starts_with(
            "found no file with the VX contract of February 2022 (settled 2022-02-16)"
        )
    );
}

#[test]
fn z4_words_after_the_last_row() {
    let text =
        dgs10(|i| format!("1.{:02}", 10 + i)) + "Downloaded on 2022-04-01 for personal use\n";
    let inbox = inbox("z4").file("DGS10.csv", &text);
    assert_eq!(count_of(&takes_all(&inbox), "footer_row"), 1);
    holds(&inbox, "dgs10", |i| 1.10 + i as f64 / 100.0);
}

/// Every row of the table in `docs/formats.md` names a test of this file, and every test stands in a row.
#[test]
fn the_table_of_kinds_names_every_case() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/formats.md");
    let page = std::fs::read_to_string(root).unwrap();
    let table = page
        .split("## What people have")
        .nth(1)
        .expect("the section with the table");
    let named: std::collections::BTreeSet<&str> = table
        .split('`')
        .skip(1)
        .step_by(2)
        .filter_map(|word| word.strip_prefix("cases::"))
        .collect();
    // The cases of option quotes have a file of their own.
    let sources = [include_str!("cases.rs"), include_str!("cases/quotes.rs")];
    let tests: std::collections::BTreeSet<&str> = sources
        .iter()
        .flat_map(|source| source.split("#[test]\nfn ").skip(1))
        .map(|rest| rest.split('(').next().unwrap())
        .filter(|name| *name != "the_table_of_kinds_names_every_case")
        .collect();
    assert_eq!(named, tests);
    assert!(tests.len() >= 33);
}
