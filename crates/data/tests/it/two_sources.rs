//! Publishers that should agree: differences are counted, and it is said which one wins.

use chrono::{Datelike, NaiveDate};
use dice::Dice;
use market::calendar::Calendar;
use market::math::exp;

use crate::{DAYS, Inbox, show};

#[test]
fn fred_wins_over_yahoo_and_yahoo_stands_in_for_it() {
    let sp500 = "observation_date,SP500\n2022-01-03,4001\n2022-01-04,4005.5\n2022-01-05,\n";
    let inbox = Inbox::core("spx_twice").file("SP500.csv", sp500);
    let findings = inbox.import().manifest.findings;
    let expected = "Warning spx_close 1 2022-01-04..2022-01-04: 2022-01-04: found 4005.5 in SP500.csv and 4002 in GSPC.csv, allowed difference: 0.06; SP500.csv wins";
    assert_eq!(show(&findings, "sources_differ"), expected);
    assert!(
        show(&findings, "sources_agree").starts_with("Info spx_close 1 2022-01-03..2022-01-03")
    );
    assert!(show(&findings, "second_source").starts_with(
        "Info spx_close 8 2022-01-05..2022-01-14: 2022-01-05: found no value in SP500.csv, taken: 4003 of GSPC.csv"
    ));
    let values = &inbox.load().observations.daily["spx_close"].values;
    assert_eq!(
        values[..4],
        [Some(4001.0), Some(4005.5), Some(4003.0), Some(4004.0)]
    );
}

#[test]
fn freds_copy_of_vix_is_compared_with_cboes() {
    let inbox = Inbox::core("vix_twice").file(
        "v.csv",
        "observation_date,VIXCLS\n2022-01-03,20.1\n2022-01-04,21.0\n2022-01-17,22\n",
    );
    let findings = inbox.import().manifest.findings;
    assert!(show(&findings, "sources_differ").starts_with(
        "Warning vix 1 2022-01-04..2022-01-04: 2022-01-04: found 20.2 in VIX_History.csv and 21 in v.csv"
    ));
    assert!(show(&findings, "holiday_row").starts_with("Info vixcls 1 2022-01-17"));
}

#[test]
fn the_treasury_curve_is_compared_with_fred() {
    let inbox = Inbox::core("curve_twice")
        .file(
            "f.csv",
            "observation_date,DGS3MO\n2022-01-03,0.08\n2022-01-04,0.09\n",
        )
        .file(
            "t.csv",
            "Date,1 Mo,3 Mo,1 Yr\n01/03/2022,0.05,0.08,0.4\n01/04/2022,0.05,0.19,0.4\n",
        );
    let findings = inbox.import().manifest.findings;
    assert!(show(&findings, "sources_differ").starts_with(
        "Warning dgs3mo 1 2022-01-04..2022-01-04: 2022-01-04: found 0.09 in f.csv and 0.19 in t.csv"
    ));
    let entry = inbox
        .load()
        .manifest
        .series
        .into_iter()
        .find(|s| s.name == "dgs3mo")
        .unwrap();
    assert_eq!(
        (entry.publisher.as_str(), entry.sources),
        ("FRED", vec!["f.csv".to_string(), "t.csv".to_string()])
    );
}

#[test]
fn contract_files_win_over_positions_and_over_later_copies() {
    const H: &str =
        "Trade Date,Futures,Open,High,Low,Close,Settle,Change,Total Volume,EFP,Open Interest\n";
    let contract = |name: &str, settle: f64| {
        let rows: String = DAYS
            .iter()
            .map(|d| format!("{d},{name},20,21,19,20,{settle},0,1,0,1\n"))
            .collect();
        format!("{H}{rows}")
    };
    let positions: String = DAYS
        .iter()
        .enumerate()
        .map(|(i, d)| format!("{d},20.5,{},,,,,,9\n", if i == 4 { 31.5 } else { 21.5 }))
        .collect();
    let inbox = Inbox::core("vx_twice")
        .file("VX_1.csv", &contract("F (Jan 2022)", 20.5))
        .file("VX_2.csv", &contract("G (Feb 2022)", 21.5))
        .file(
            "VX_3.csv",
            &format!("{H}2022-01-03,G (Feb 2022),20,21,19,20,25,0,1,0,1\n"),
        )
        .file(
            "m.csv",
            &format!("Date,M1,M2,M3,M4,M5,M6,M7,days_to_expiration\n{positions}"),
        );
    let findings = inbox.import().manifest.findings;
    let expected = "Warning vx 1 2022-01-07..2022-01-07: 2022-01-07: found 31.5 for position 2, allowed: 21.5 of the contract file, which wins, within 0.05";
    assert_eq!(show(&findings, "positions_differ"), expected);
    assert!(show(&findings, "positions_agree").starts_with("Info vx 9 "));
    assert!(show(&findings, "contract_twice").starts_with(
        "Warning vx 1 2022-01-03..2022-01-03: VX_3.csv: found 25 for 2022-02-16 on 2022-01-03, allowed: 21.5"
    ));
    assert_eq!(inbox.load().observations.vx[1].settle, 21.5);
}

#[test]
fn a_calendar_that_differs_from_the_built_in_one_is_a_finding() {
    let rows: String = DAYS
        .iter()
        .skip(1)
        .map(|d| format!("{d},{}\n", u8::from(*d == "2022-01-07")))
        .collect();
    let inbox =
        Inbox::core("calendar").file("c.csv", &format!("date,early_close\n2022-01-01,0\n{rows}"));
    let findings = inbox.import().manifest.findings;
    let shown = show(&findings, "session_differs");
    assert!(
        shown.starts_with("Warning calendar 3 2022-01-01..2022-01-07: 2022-01-01: found a session"),
        "{shown}"
    );
}

/// A folder with the index, VIX, and the closes of VIXY and VXX of 2021, the second at a multiple of the first.
fn two_funds(test: &str, times: f64) -> Inbox {
    let sessions = Calendar::nyse().sessions().iter();
    let days: Vec<NaiveDate> = sessions.copied().filter(|d| d.year() == 2021).collect();
    let mut dice = Dice(2_021);
    let (mut spx, mut vix, mut vixy) = (3_700.0, 22.0, 160.0);
    let mut files = [
        "observation_date,SP500\n".to_string(),
        "DATE,OPEN,HIGH,LOW,CLOSE\n".to_string(),
        "Date,VIXY\n".to_string(),
        "Date,VXX\n".to_string(),
    ];
    for day in days {
        let (z, own) = (dice.normal(), dice.normal());
        spx *= exp(0.009 * z + 0.0003);
        let moved = -0.045 * z + 0.02 * own - 0.05 * (vix / 20.0 - 1.0);
        vix *= exp(moved);
        vixy *= exp(0.55 * moved - 0.002);
        files[0] += &format!("{day},{spx:.2}\n");
        files[1] += &format!(
            "{},{vix:.2},{vix:.2},{vix:.2},{vix:.2}\n",
            day.format("%m/%d/%Y")
        );
        files[2] += &format!("{day},{vixy:.4}\n");
        files[3] += &format!("{day},{:.4}\n", times * vixy * exp(0.003 * dice.normal()));
    }
    let names = ["SP500.csv", "VIX_History.csv", "VIXY.csv", "VXX.csv"];
    let pairs = names.iter().zip(&files);
    pairs.fold(Inbox::empty(test), |inbox, (name, text)| {
        inbox.file(name, text)
    })
}

#[test]
fn two_funds_of_one_index_stand_to_each_other_as_their_splits_allow() {
    // What the public splits made of the two from 2011 to 2024, the premium of the note in 2022, and the next split of VIXY.
    for times in [
        0.196, 0.307, 0.384, 0.48, 0.983, 1.23, 1.54, 1.84, 1.92, 3.93, 4.92, 5.3,
    ] {
        let inbox = two_funds("two_funds_as_they_were", times);
        let findings = inbox.import().manifest.findings;
        assert_eq!(show(&findings, "off_companion"), "", "{times}");
    }
    for (times, found) in [
        (9.83, "9.8"),
        (0.0983, "0.09"),
        (98.3, "98."),
        (12.3, "12."),
        (0.123, "0.12"),
    ] {
        let report = two_funds("two_funds_off", times).import();
        assert!(report.refused.is_empty(), "{:?}", report.refused);
        let shown = show(&report.manifest.findings, "off_companion");
        let begins = format!(
            "Warning vxx 4 2021-01-04..2021-09-21: VXX.csv row 2, 2021-01-04 and 60 sessions on: found a middle of {found}"
        );
        assert!(shown.starts_with(&begins), "{shown}");
        let ends =
            " times vixy, expected: 0.15 to 6.69; one of the two may be on another scale; kept";
        assert!(shown.ends_with(ends), "{shown}");
    }
}
