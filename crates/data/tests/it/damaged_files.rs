//! A damaged file is refused with a message that says where, what was found and what is allowed; the others are imported.

use crate::Inbox;

/// Adds one damaged file to a good folder; why it was refused, after checking that the others were taken.
fn message(test: &str, file: &str, text: &str) -> String {
    let inbox = Inbox::core(test).file(file, text);
    let report = inbox.import();
    let taken: Vec<&str> = report.taken.iter().map(|t| t.file.as_str()).collect();
    assert_eq!(taken, ["GSPC.csv", "VIX_History.csv"], "{test}: {text}");
    let found = inbox.load().observations.daily.into_keys();
    assert_eq!(
        found.count(),
        8,
        "{test}: a refused file left a series behind"
    );
    let [refused] = &report.refused[..] else {
        panic!("{test}: {:?}", report.refused)
    };
    format!("{}: {}", refused.file, refused.reason)
}

#[track_caller]
fn check(test: &str, cases: &[(&str, &str, &str)]) {
    for (i, (file, text, expected)) in cases.iter().enumerate() {
        assert_eq!(&message(&format!("{test}_{i}"), file, text), expected);
    }
}

#[test]
fn cboe() {
    const H: &str = "DATE,OPEN,HIGH,LOW,CLOSE\n";
    check(
        "bad_cboe",
        &[
            (
                "VIX9D_x.csv",
                &format!("{H}01/03/2022,20,21,19,abc\n"),
                "VIX9D_x.csv: row 2, column CLOSE: found `abc`, allowed: a number from 4 to 250",
            ),
            (
                "VIX9D_x.csv",
                &format!("{H}01/03/2022,20,21,19,-20\n"),
                "VIX9D_x.csv: row 2, column CLOSE: found `-20`, allowed: a number from 4 to 250",
            ),
            (
                "VIX9D_x.csv",
                &format!("{H}01/03/2022,20,21,19\n"),
                "VIX9D_x.csv: row 2, column (all): found 4 cells, allowed: 5, as in the header",
            ),
            (
                "VIX9D_x.csv",
                H,
                "VIX9D_x.csv: row 2, column (all): found the end of the file, allowed: at least one row of values",
            ),
            (
                "v.csv",
                "DATE,VVIX\n01/03/2022,90\n01/03/2022,91\n",
                "v.csv: row 3, column DATE: found 2022-01-03 again, with values other than in row 2, allowed: one row per date",
            ),
            (
                "v.csv",
                "DATE,VVIX\n01/03/2022,inf\n",
                "v.csv: row 2, column VVIX: found `inf`, allowed: a number from 20 to 500",
            ),
            (
                "v.csv",
                "DATE,VVIX\n01/03/2022,0\n",
                "v.csv: row 2, column VVIX: found `0`, allowed: a number from 20 to 500",
            ),
        ],
    );
}

#[test]
fn fred() {
    const H: &str = "observation_date,DGS1\n";
    check(
        "bad_fred",
        &[
            (
                "f.csv",
                &format!("{H}2022-01-03,0,5\n"),
                "f.csv: row 2, column (all): found 3 cells, allowed: 2, as in the header",
            ),
            (
                "f.csv",
                &format!("{H}2022-02-30,0.5\n"),
                "f.csv: row 2, column observation_date: found `2022-02-30`, allowed: a date like 2022-01-31",
            ),
            (
                "f.csv",
                &format!("{H}2022-01-03,400\n"),
                "f.csv: row 2, column DGS1: found `400`, allowed: a number from -5 to 40",
            ),
            (
                "f.csv",
                &format!("{H},0.5\n"),
                "f.csv: row 2, column observation_date: found nothing, allowed: a date like 2022-01-31",
            ),
        ],
    );
}

#[test]
fn yahoo() {
    const H: &str = "Date,Open,High,Low,Close,Volume\n";
    check(
        "bad_yahoo",
        &[
            (
                "SPY.csv",
                &format!("{H}2022-01-03,400,401,399,-1,5\n"),
                "SPY.csv: row 2, column Close: found `-1`, allowed: a number from 0.0001 to 100000000",
            ),
            (
                "SPY.csv",
                &format!("{H}2022-01-03,400,x,399,400,5\n"),
                "SPY.csv: row 2, column High: found `x`, allowed: a number from 0.0001 to 100000000",
            ),
        ],
    );
}

#[test]
fn futures() {
    const H: &str =
        "Trade Date,Futures,Open,High,Low,Close,Settle,Change,Total Volume,EFP,Open Interest\n";
    let row = |date: &str, contract: &str, settle: &str| {
        format!("{date},{contract},20,21,19,20,{settle},0,1,0,1\n")
    };
    let good = row("2022-01-11", "F (Jan 2022)", "20.5");
    check(
        "bad_vx",
        &[
            (
                "VX.csv",
                &format!("{H}{}", row("2022-01-11", "F (Jan 2022)", "2O.5")),
                "VX.csv: row 2, column Settle: found `2O.5`, allowed: a number from 0 to 250",
            ),
            (
                "VX.csv",
                &format!("{H}{}", row("2022-01-20", "F (Jan 2022)", "20.5")),
                "VX.csv: row 2, column Trade Date: found `2022-01-20`, allowed: a date up to the settlement day 2022-01-19 of `F (Jan 2022)`",
            ),
            (
                "VX.csv",
                &format!("{H}{good}2022-01-12,F (Jan 2022)\n"),
                "VX.csv: row 3, column (all): found 2 cells, allowed: 11, as in the header",
            ),
        ],
    );
}

#[test]
fn treasury_and_breadth_and_calendars() {
    check(
        "bad_other",
        &[
            (
                "ADV.csv",
                "date,open,high,low,close\n2022-01-03,1,1,1,-5\n",
                "ADV.csv: row 2, column close: found `-5`, allowed: a number from 0 to 10000",
            ),
            (
                "c.csv",
                "date,early_close\n2022-01-03,no\n",
                "c.csv: row 2, column early_close: found `no`, allowed: 0 or 1",
            ),
            (
                "c.csv",
                "release_date,time_ET,reference_month\n2022-01-12,8h30,2021-12\n",
                "c.csv: row 2, column time_ET: found `8h30`, allowed: a time like 08:30",
            ),
            (
                "c.csv",
                "date,meeting_end,kind,notes\n2022-01-12,2022-01-12,maybe,\n",
                "c.csv: row 2, column kind: found `maybe`, allowed: scheduled or unscheduled",
            ),
        ],
    );
}

#[test]
fn option_chains() {
    const H: &str = "quote_date,quote_time,kind,symbol,root,option_symbol,expiration,type,strike,bid,ask,last,volume,open_interest,iv,delta,gamma,underlying\n";
    check(
        "bad_chains",
        &[
            (
                "q.csv",
                &format!(
                    "{H}2022-01-07,close,eod,SPX,SPXW,X,2022-02-04,X,3900,1,2,1,1,1,0.2,0,0,4000\n"
                ),
                "q.csv: row 2, column type: found `X`, allowed: C or P",
            ),
            (
                "q.csv",
                &format!(
                    "{H}2022-01-07,close,eod,SPX,SPXW,X,2022-02-04,P,3900,-1,2,1,1,1,0.2,0,0,4000\n"
                ),
                "q.csv: row 2, column bid: found `-1`, allowed: a number from 0",
            ),
            (
                "q.csv",
                &format!("{H}2022-01-07,close,eod,SPX,SPXW,X,soon,P,3900,1,2,1,1,1,0.2,0,0,4000\n"),
                "q.csv: row 2, column expiration: found `soon`, allowed: a date like 2022-01-31",
            ),
        ],
    );
}

#[test]
fn several_damaged_files_are_named_each_and_stop_nothing() {
    let inbox = Inbox::core("bad_several")
        .file("a.csv", "DATE,VVIX\n01/03/2022,x\n")
        .file("b.csv", "observation_date,DFF\nnever,1\n");
    let report = inbox.import();
    let reasons: Vec<String> = report
        .refused
        .iter()
        .map(|r| format!("{}: {}", r.file, r.reason))
        .collect();
    assert_eq!(
        reasons,
        [
            "a.csv: row 2, column VVIX: found `x`, allowed: a number from 20 to 500",
            "b.csv: row 2, column observation_date: found `never`, allowed: a date like 2022-01-31",
        ]
    );
    assert_eq!(report.taken.len(), 2);
}

#[test]
fn a_folder_without_the_core_series_says_what_is_missing() {
    let inbox = Inbox::empty("bad_core").file("VIX_History.csv", &crate::vix());
    let expected = "no values for the series spx_close; allowed: a file of S&P 500 closes (Yahoo, Investing.com, FRED SP500, Cboe SPX), and VIX_History.csv of Cboe";
    assert_eq!(inbox.try_import().unwrap_err().to_string(), expected);
    let inbox = Inbox::empty("bad_nothing").file("x.txt", "hello\n");
    let message = inbox.try_import().unwrap_err().to_string();
    assert!(
        message.contains(
            "none of 1 files has a layout this version knows; allowed: Cboe: volatility index"
        ),
        "{message}"
    );
}

#[test]
fn no_cut_and_no_flipped_byte_makes_an_import_panic() {
    // Every prefix of a good file, and every single byte replaced: an error or a finite dataset, never a panic.
    let good = crate::vix();
    for end in (0..good.len()).step_by(7) {
        let _ = Inbox::core("chaos_cut")
            .file("VIX_History.csv", &good[..end])
            .try_import();
    }
    for at in (0..120).step_by(3) {
        for with in [",", "\n", "9", "\"", "é"] {
            let text = format!("{}{with}{}", &good[..at], &good[at + 1..]);
            let inbox = Inbox::core("chaos_flip").file("VIX_History.csv", &text);
            if inbox.try_import().is_ok() {
                let observations = inbox.load().observations;
                let finite = |s: &market::observations::DailySeries| {
                    s.values.iter().flatten().all(|v| v.is_finite())
                };
                assert!(
                    observations.daily.values().all(finite),
                    "byte {at} as {with}"
                );
            }
        }
    }
}

#[test]
fn no_flipped_byte_of_a_quote_download_or_a_column_map_makes_an_import_panic() {
    let fixture = |name: &str| {
        let path = format!("{}/tests/fixtures/{name}.txt", env!("CARGO_MANIFEST_DIR"));
        std::fs::read_to_string(path).unwrap()
    };
    let good = |text: &str| {
        let block = text
            .split("\n== good ")
            .nth(1)
            .unwrap()
            .split("\n== ")
            .next()
            .unwrap()
            .to_string();
        block.split_once('\n').unwrap().1.to_string()
    };
    let (quotes, map) = (good(&fixture("cboe_quotes")), good(&fixture("column_map")));
    assert!(quotes.len() > 500 && map.len() > 500 && quotes.is_ascii() && map.is_ascii());
    let data =
        "Day;Expires;K;C/P;Bid;Ask;Index\n07.01.2022;14.02.2022;3900000;P;4120;4190;4005.5\n";
    for with in [",", "\n", "9", "\"", "é", "["] {
        let flipped = |text: &str, at: usize| format!("{}{with}{}", &text[..at], &text[at + 1..]);
        for at in (0..quotes.len()).step_by(11) {
            let _ = Inbox::core("chaos_quotes")
                .file("q.csv", &flipped(&quotes, at))
                .try_import();
        }
        for at in (0..map.len()).step_by(7) {
            let inbox = Inbox::core("chaos_map").file("alvh.columns.toml", &flipped(&map, at));
            let _ = inbox.file("closing_1.csv", data).try_import();
        }
    }
}
