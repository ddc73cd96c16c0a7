//! Files from before 2018: sessions of those years, and VIX futures from the time when their prices were ten times the index.

use crate::{Inbox, show, us};

const DAYS: [&str; 10] = [
    "2007-03-19",
    "2007-03-20",
    "2007-03-21",
    "2007-03-22",
    "2007-03-23",
    "2007-03-26",
    "2007-03-27",
    "2007-03-28",
    "2007-03-29",
    "2007-03-30",
];

fn spring_of_2007(test: &str) -> Inbox {
    let spx: String = DAYS
        .iter()
        .map(|d| format!("{d},1420,1430,1410,1425,1000\n"))
        .collect();
    let vix: String = DAYS
        .iter()
        .map(|d| format!("{},13,15,12,14\n", us(d)))
        .collect();
    Inbox::empty(test)
        .file(
            "GSPC.csv",
            &format!("Date,Open,High,Low,Close,Volume\n{spx}"),
        )
        .file(
            "VIX_History.csv",
            &format!("DATE,OPEN,HIGH,LOW,CLOSE\n{vix}"),
        )
}

/// Until 2007-03-23 the exchange quoted ten times the index, with a multiplier of 100; from 2007-03-26 the index.
#[test]
fn futures_of_the_ten_fold_scale_are_index_points_from_file_to_observations() {
    let row = |(i, day): (usize, &&str)| {
        let (scale, open) = if i < 5 { (10.0, "140") } else { (1.0, "14") };
        let (high, low, settle) = (14.5 * scale, 13.5 * scale, (14.0 + i as f64 / 20.0) * scale);
        format!("{day},J (Apr 2007),{open},{high},{low},{open},{settle},0,10,0,20\n")
    };
    let rows: String = DAYS.iter().enumerate().map(row).collect();
    let header =
        "Trade Date,Futures,Open,High,Low,Close,Settle,Change,Total Volume,EFP,Open Interest";
    let inbox = spring_of_2007("ten_fold").file("VX_J07.csv", &format!("{header}\n{rows}"));
    let report = inbox.import();
    let vx = inbox.load().observations.vx;
    let found: Vec<f64> = vx.iter().map(|v| v.settle).collect();
    let expected: Vec<f64> = (0..10).map(|i| 14.0 + f64::from(i) / 20.0).collect();
    for (found, expected) in found.iter().zip(&expected) {
        assert!(
            (found - expected).abs() < 1e-12,
            "{found} is not {expected}"
        );
    }
    assert_eq!(found.len(), 10);
    assert_eq!(vx[0].expiry.to_string(), "2007-04-18");
    assert_eq!(show(&report.manifest.findings, "vx_off_the_index"), "");
}

#[test]
fn sessions_of_1990_and_of_a_week_in_2001_are_known() {
    let days = ["2001-09-07", "2001-09-10", "2001-09-17", "2001-09-18"];
    let spx: String = days
        .iter()
        .map(|d| format!("{d},1080,1090,1030,1050,1000\n"))
        .collect();
    let vix: String = days
        .iter()
        .map(|d| format!("{},31,45,30,40\n", us(d)))
        .collect();
    let inbox = Inbox::empty("september_2001")
        .file(
            "GSPC.csv",
            &format!("Date,Open,High,Low,Close,Volume\n{spx}"),
        )
        .file(
            "VIX_History.csv",
            &format!("DATE,OPEN,HIGH,LOW,CLOSE\n{vix}"),
        );
    let findings = inbox.import().manifest.findings;
    assert_eq!(inbox.load().observations.sessions.len(), 4);
    for code in ["gap", "holiday_row", "outside_calendar"] {
        assert_eq!(show(&findings, code), "");
    }
}
