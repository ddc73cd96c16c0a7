//! Every layout is recognised by what is in it and read into the canonical series.

use market::observations::EventKind;

use crate::{DAYS, Inbox, show, us};

/// Imports one file beside the core; what the series holds on the core sessions, missing values as `-`.
fn daily(test: &str, file: &str, text: &str, series: &str) -> String {
    let inbox = Inbox::core(test).file(file, text);
    let report = inbox.import();
    assert!(report.refused.is_empty(), "{:?}", report.refused);
    let observations = inbox.load().observations;
    let values = &observations.daily[series].values;
    values
        .iter()
        .map(|v| v.map_or("-".to_string(), |v| v.to_string()))
        .collect::<Vec<_>>()
        .join(" ")
}

fn rows(header: &str, row: impl Fn(usize, &str) -> String) -> String {
    let rows: String = DAYS
        .iter()
        .enumerate()
        .map(|(i, day)| row(i, day) + "\n")
        .collect();
    format!("{header}\n{rows}")
}

#[test]
fn core_series_come_from_yahoo_and_cboe() {
    let inbox = Inbox::core("core");
    let report = inbox.import();
    let dataset = inbox.load();
    let value = |name: &str, i: usize| dataset.observations.daily[name].values[i].unwrap();
    assert_eq!(dataset.observations.sessions.len(), 10);
    assert_eq!(
        ["spx_open", "spx_high", "spx_low", "spx_close"].map(|n| value(n, 1)),
        [4001.5, 4011.25, 3991.75, 4002.0]
    );
    assert_eq!(
        ["vix_open", "vix_high", "vix_low", "vix"].map(|n| value(n, 9)),
        [20.0, 23.0, 19.0, 21.0]
    );
    assert_eq!(
        (
            report.manifest.first_session.to_string(),
            report.manifest.name.as_str()
        ),
        (DAYS[0].into(), "history 2022-01-03..2022-01-14")
    );
    let names: Vec<_> = report
        .taken
        .iter()
        .map(|t| (t.file.as_str(), t.publisher.as_str(), t.values))
        .collect();
    assert_eq!(
        names,
        [
            ("GSPC.csv", "Yahoo or a copy", 40),
            ("VIX_History.csv", "Cboe", 40)
        ]
    );
}

#[test]
fn cboe_file_names_tell_one_volatility_index_from_another() {
    let text = rows("DATE,OPEN,HIGH,LOW,CLOSE", |i, d| {
        format!("{},22,24,21,{}", us(d), 22 + i % 2)
    });
    assert_eq!(
        daily("cboe_ohlc", "some/VIX3M_History.csv", &text, "vix3m"),
        "22 23 22 23 22 23 22 23 22 23"
    );
    let report = Inbox::core("cboe_ohlc_note")
        .file("VIX3M_History.csv", &text)
        .import();
    let expected = "Info vix 1 -..-: VIX_History.csv: the layout does not say which series it is; `vix` in the file name does\n\
                    Info vix3m 1 -..-: VIX3M_History.csv: the layout does not say which series it is; `vix3m` in the file name does";
    let notes = show(&report.manifest.findings, "name_decides");
    assert_eq!(
        notes
            .lines()
            .filter(|l| l.contains("vix"))
            .collect::<Vec<_>>()
            .join("\n"),
        expected
    );
}

#[test]
fn cboe_single_values_name_themselves() {
    let text = rows("DATE,SKEW", |i, d| format!("{},{}.250000", us(d), 130 + i));
    assert_eq!(
        daily("cboe_value", "whatever.csv", &text, "skew")
            .split(' ')
            .next(),
        Some("130.25")
    );
}

#[test]
fn fred_holds_missing_values_as_blank_or_dot_and_carries_them_on_loading() {
    let text = rows("observation_date,DGS3MO", |i, d| {
        format!(
            "{d},{}",
            if i == 2 {
                ""
            } else if i == 3 {
                "."
            } else {
                "0.08"
            }
        )
    });
    let inbox = Inbox::core("fred").file("x.csv", &text);
    let report = inbox.import();
    let entry = report
        .manifest
        .series
        .iter()
        .find(|s| s.name == "dgs3mo")
        .unwrap();
    assert_eq!(
        (
            entry.rows,
            entry.missing,
            entry.lag_sessions,
            entry.unit.as_str()
        ),
        (8, 2, 1, "percent per year")
    );
    let dataset = inbox.load();
    assert_eq!(
        dataset.observations.daily["dgs3mo"].values,
        vec![Some(0.08); 10]
    );
    assert_eq!(
        dataset.observations.carried["dgs3mo"]
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>(),
        [DAYS[2], DAYS[3]]
    );
    let expected = "Info dgs3mo 2 2022-01-05..2022-01-06: 2022-01-05: found no value after x.csv row 3, expected one per session; carried forward when loaded";
    assert_eq!(show(&report.manifest.findings, "carried_forward"), expected);
}

#[test]
fn fred_before_2024_wrote_another_header() {
    let text = rows("DATE,BAMLH0A0HYM2", |i, d| format!("{d},3.{i}"));
    assert!(daily("fred_old", "x.csv", &text, "hy_oas").starts_with("3 3.1 3.2"));
}

#[test]
fn the_treasury_curve_stands_in_where_fred_is_missing() {
    let text = rows("Date,1 Mo,3 Mo,4 Mo,6 Mo,1 Yr,2 Yr,10 Yr", |_, d| {
        format!("{},0.05,0.09,,0.2,0.4,0.8,1.6", us(d))
    });
    assert!(daily("treasury", "x.csv", &text, "dgs1").starts_with("0.4 0.4"));
}

#[test]
fn yahoo_funds_use_the_adjusted_close() {
    let text = rows("Date,Open,High,Low,Close,Adj Close,Volume", |i, d| {
        format!("{d},80,82,79,81,{}.5,900", 70 + i)
    });
    assert!(daily("yahoo_adj", "HYG.csv", &text, "hyg").starts_with("70.5 71.5"));
    let text = rows("Date,Close,Volume", |i, d| format!("{d},{}.25,900", 60 + i));
    assert!(daily("yahoo_close", "VNQ.csv", &text, "vnq").starts_with("60.25 61.25"));
    let text = rows("Date,VXX", |i, d| format!("{d},{}", 300 - i));
    assert!(daily("yahoo_ticker", "any.csv", &text, "vxx").starts_with("300 299"));
}

#[test]
fn investing_writes_newest_first_with_thousands_separators() {
    let mut lines: Vec<String> = DAYS
        .iter()
        .map(|d| {
            format!(
                "\"{}\",\"4,001.0\",\"4,000.5\",\"4,010.2\",\"3,990.8\",\"\",\"0.1%\"",
                us(d)
            )
        })
        .collect();
    lines.reverse();
    let text = format!(
        "\"Date\",\"Price\",\"Open\",\"High\",\"Low\",\"Vol.\",\"Change %\"\n{}\n",
        lines.join("\n")
    );
    let inbox = Inbox::empty("investing")
        .file("VIX_History.csv", &crate::vix())
        .file("S&P 500 Historical Data.csv", &text);
    let report = inbox.import();
    assert_eq!(
        inbox.load().observations.daily["spx_close"].values,
        vec![Some(4001.0); 10]
    );
    assert_eq!(show(&report.manifest.findings, "unsorted_row"), "");
}

#[test]
fn breadth_is_told_apart_by_symbol() {
    let text = rows("date,open,high,low,close", |i, d| {
        format!("{d},1500,1500,1500,{}", 1500 + i)
    });
    assert!(daily("breadth", "USI_ADV.csv", &text, "nyse_adv").starts_with("1500 1501"));
}

const VX: &str =
    "Trade Date,Futures,Open,High,Low,Close,Settle,Change,Total Volume,EFP,Open Interest";

#[test]
fn a_vix_future_settles_by_rule_and_its_last_row_is_the_final_value() {
    let text = format!(
        "{VX}\n2022-01-12,F (Jan 2022),20.1,21,20,20.5,20.55,0.1,900,0,4000\n2022-01-13,F (Jan 2022),0,0,0,0,0,0,0,0,4000\n\
         2022-01-14,F (Jan 2022),0.0,20.9,20.2,0.0,20.65,0.1,700,0,3000\n"
    );
    let inbox = Inbox::core("vx").file("VX_2022-01-19.csv", &text);
    let report = inbox.import();
    let vx = inbox.load().observations.vx;
    let shown: Vec<_> = vx
        .iter()
        .map(|v| format!("{} {} {}", v.trade_date, v.expiry, v.settle))
        .collect();
    assert_eq!(
        shown,
        ["2022-01-12 2022-01-19 20.55", "2022-01-14 2022-01-19 20.65"]
    );
    let expected = "Warning vx 1 2022-01-13..2022-01-13: VX_2022-01-19.csv row 3: found no settlement for 2022-01-19, allowed: a price above 0; left missing";
    assert_eq!(show(&report.manifest.findings, "no_settlement"), expected);
    assert_eq!(show(&report.manifest.findings, "name_disagrees"), "");
    // Zero opens and closes mean that nobody traded, not that the price was zero.
    let open = &data::table::read_parquet(&inbox.dataset().join("vx.parquet")).unwrap()[3];
    assert_eq!(
        open,
        &data::table::Column::f64("open", vec![Some(20.1), None])
    );
}

#[test]
fn older_futures_files_have_a_notice_above_their_header() {
    let text = format!(
        "CFE data is compiled for the convenience of site visitors, and so on.\n{VX}\n01/12/2022,F (Jan 2022),20,21,20,20,20.5,0,9,0,4\n"
    );
    let inbox = Inbox::core("vx_old").file("CFE_F22_VX.csv", &text);
    inbox.import();
    assert_eq!(inbox.load().observations.vx[0].settle, 20.5);
}

#[test]
fn a_contract_whose_name_disagrees_is_believed_over_the_file_name() {
    let text = format!("{VX}\n2022-01-12,G (Feb 2022),20.1,21,20,20.5,20.55,0.1,900,0,4000\n");
    let inbox = Inbox::core("vx_name").file("VX_2022-01-19.csv", &text);
    let findings = inbox.import().manifest.findings;
    let expected = "Warning VX_2022-01-19.csv 1 2022-02-16..2022-02-16: VX_2022-01-19.csv: found 2022-01-19 in the file name, \
                    allowed: 2022-02-16, which follows from the contract inside; that wins";
    assert_eq!(show(&findings, "name_disagrees"), expected);
    assert_eq!(
        inbox.load().observations.vx[0].expiry.to_string(),
        "2022-02-16"
    );
}

#[test]
fn slow_series_are_known_on_their_release_day() {
    let inbox = Inbox::core("slow")
        .file("cpi.csv", "observation_date,CPIAUCSL\n2021-11-01,270.5\n2021-12-01,271.5\n")
        .file("pe.csv", "date,forward_pe\n2022-01-05,20.5\n")
        .file("reer.csv", "observation_date,RBUSBIS\n2021-12-01,100.5\n")
        .file("top.csv", "date,source,lines,top1_pct,top10_pct,sum_pct\n2021-12-31,\"SEC, N-PORT\",505,7,30.5,100\n")
        .file("bench.csv", "date,PUT,CNDR,PPUT\n2021-12-31,2400.5,690.25,1500.75\n")
        .file("ie.csv", "month,P,D,E,CPI,Fraction,GS10,RealPrice,RealDividend,RealTRPrice,RealEarnings,RealTRScaledEarnings,CAPE\n2021-12,4600,60,,271,2021.12,1.5,5000,65,3000000,,,38.5\n");
    let report = inbox.import();
    let slow = inbox.load().observations.slow;
    let shown: Vec<_> = slow
        .iter()
        .flat_map(|(n, v)| {
            v.iter()
                .map(move |r| format!("{n} {} {} {}", r.period, r.known, r.value))
        })
        .collect();
    let expected = [
        "cape 2021-12-01 2022-01-20 38.5",
        "cndr_month_end 2021-12-01 2021-12-31 690.25",
        "cpiaucsl 2021-11-01 2021-12-10 270.5",
        "cpiaucsl 2021-12-01 2022-01-12 271.5",
        "forward_pe 2022-01-05 2022-01-06 20.5",
        "pput_month_end 2021-12-01 2021-12-31 1500.75",
        "put_month_end 2021-12-01 2021-12-31 2400.5",
        "rbusbis 2021-12-01 2022-01-20 100.5",
        "spx_dividend 2021-12-01 2022-03-31 60",
        "top10_weight 2021-12-31 2022-03-31 30.5",
    ];
    assert_eq!(shown, expected);
    assert!(
        report
            .manifest
            .series
            .iter()
            .find(|s| s.name == "cpiaucsl")
            .unwrap()
            .revised
    );
}

#[test]
fn zero_means_not_available_in_one_copy_of_shillers_table() {
    let text = "Date,SP500,Dividend,Earnings,Consumer Price Index,Long Interest Rate,Real Price,Real Dividend,Real Earnings,PE10\n\
                2021-12-01,4600,60.5,190.5,278,1.5,5000,65,200,38.5\n2022-01-01,4500,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0\n";
    let inbox = Inbox::core("datahub").file("x.csv", text);
    inbox.import();
    let slow = inbox.load().observations.slow;
    assert_eq!(
        ["cape", "spx_dividend", "spx_earnings"].map(|n| slow[n].len()),
        [1, 1, 1]
    );
}

#[test]
fn events_are_scheduled_ones_only_and_files_win_over_the_built_in_calendar() {
    let fomc = "date,meeting_end,kind,notes\n2022-01-05,2022-01-05,scheduled,made up\n2022-01-11,2022-01-11,unscheduled,made up\n2022-01-13,2022-01-13,scheduled,made up\n";
    let inbox = Inbox::core("events").file("fomc.csv", fomc).file(
        "cpi.csv",
        "release_date,time_ET,reference_month\n2022-01-12,08:30,2021-12\n",
    );
    let report = inbox.import();
    let events = inbox.load().observations.events;
    let early = |e: &&market::observations::MacroEvent| {
        e.date.to_string().as_str() <= "2022-01-14"
            && e.kind != EventKind::Payrolls
            && e.kind != EventKind::Ppi
    };
    let shown: Vec<_> = events
        .iter()
        .filter(early)
        .map(|e| format!("{} {} {:?}", e.date, e.minute, e.kind))
        .collect();
    assert_eq!(
        shown,
        [
            "2022-01-05 840 Fomc",
            "2022-01-12 510 Cpi",
            "2022-01-13 840 Fomc"
        ]
    );
    let expected = "Info fomc 1 2022-01-11..2022-01-11: fomc.csv row 3: found an unscheduled decision on 2022-01-11; left out, for nobody could know it before";
    assert_eq!(
        show(&report.manifest.findings, "unscheduled_event"),
        expected
    );
}

#[test]
fn option_quotes_become_chains_also_from_gzip() {
    use std::io::Write;
    let text = "quote_date,quote_time,kind,symbol,root,option_symbol,expiration,type,strike,bid,ask,last,volume,open_interest,iv,delta,gamma,underlying\n\
                2022-01-07,close,eod,SPX,SPXW,SPXW220204P03900000,2022-02-04,P,3900,41.2,41.9,41,120,800,0.2371,-0.28,0.0011,4005.5\n";
    let inbox = Inbox::core("chains");
    let file = std::fs::File::create(inbox.from().join("quotes.csv.gz")).unwrap();
    let mut gzip = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
    gzip.write_all(text.as_bytes()).unwrap();
    gzip.finish().unwrap();
    let report = inbox.import();
    assert!(report.refused.is_empty());
    let quotes = data::chains::load_chains(&inbox.dataset()).unwrap();
    let q = &quotes[0];
    assert_eq!(
        (q.root.as_str(), q.is_call, q.strike, q.bid, q.ask, q.iv),
        ("SPXW", false, 3900.0, Some(41.2), Some(41.9), Some(0.2371))
    );
    assert_eq!(
        (q.quote_time.as_str(), q.kind.as_str(), q.expiry.to_string()),
        ("close", "eod", "2022-02-04".into())
    );
}

#[test]
fn files_of_no_use_are_listed_with_the_reason() {
    let report = Inbox::core("refused")
        .file("README.md", "# about\n")
        .file("empty.csv", "")
        .file(
            "gold.csv",
            "Date,Open,High,Low,Close,Volume\n2022-01-03,1,1,1,1,1\n",
        )
        .file("m2.csv", "observation_date,M2SL\n2022-01-01,21000\n")
        .file("quotes.csv", ",Expiry,Texp,Strike,Bid,Ask,Fwd,CallMid\n")
        .file("binary.bin", "\u{0}\u{1}")
        .import();
    let shown: Vec<_> = report
        .refused
        .iter()
        .map(|r| format!("{}: {}", r.file, r.reason.split("; used").next().unwrap()))
        .collect();
    let expected = [
        "README.md: no known layout: its first line is `# about`",
        "binary.bin: no known layout: its first line is `\u{0}\u{1}`",
        "empty.csv: the file is empty",
        "gold.csv: its header does not say which series it is, and its name holds none of: gspc, spx, sp500, spx500, sandp500, vix, cboevolatilityindex, vix9d, vxst, vix3m, vxv, vix6m, vxmt, vvix, skew, spy, rsp, iwm, hyg, lqd, tlt, vnq, iyr, vixy, vxx, adv, decl, unch, uchg, mahn, maln, s5th, mmth",
        "m2.csv: FRED series M2SL is not used by this version",
        "quotes.csv: option chains, recognised but not imported by this version: implied volatilities without prices",
    ];
    assert_eq!(shown, expected);
    assert_eq!(
        show(&report.manifest.findings, "file_refused")
            .lines()
            .count(),
        6
    );
}

#[test]
fn a_broken_gzip_file_is_refused_and_does_not_stop_the_others() {
    let inbox = Inbox::core("broken_gzip");
    std::fs::write(
        inbox.from().join("quotes.csv.gz"),
        [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xff, 0xff, 0xff],
    )
    .unwrap();
    std::fs::write(inbox.from().join("cut.gz"), [0x1f, 0x8b, 8]).unwrap();
    let report = inbox.import();
    let files: Vec<_> = report.refused.iter().map(|r| r.file.as_str()).collect();
    assert_eq!(files, ["cut.gz", "quotes.csv.gz"]);
    assert!(
        report
            .refused
            .iter()
            .all(|r| r.reason.starts_with("gzip: ")),
        "{:?}",
        report.refused
    );
}
