//! Files from before 2018: sessions of those years, and VIX futures from the time when their prices were ten times the index.

use market::contract::Root;
use market::history::MarketHistory;
use market::price::Money;
use market::surface::ModelParams;

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

/// A contract as the exchange wrote it: until 2007-03-23 ten times the index, from 2007-03-26 the index.
fn rescaled() -> Inbox {
    let row = |(i, day): (usize, &&str)| {
        let (scale, open) = if i < 5 { (10.0, "140") } else { (1.0, "14") };
        let (high, low, settle) = (14.5 * scale, 13.5 * scale, (14.0 + i as f64 / 20.0) * scale);
        format!("{day},J (Apr 2007),{open},{high},{low},{open},{settle},0,10,0,20\n")
    };
    let rows: String = DAYS.iter().enumerate().map(row).collect();
    let header =
        "Trade Date,Futures,Open,High,Low,Close,Settle,Change,Total Volume,EFP,Open Interest";
    spring_of_2007("ten_fold").file("VX_J07.csv", &format!("{header}\n{rows}"))
}

/// From the file to the dataset, to the price a run sees and to the dollars of a contract. The exchange paid 100 dollars a point
/// of the old scale, and pays 1,000 a point of the index: nobody's money changed on the day between.
#[test]
fn futures_of_the_ten_fold_scale_are_index_points_from_file_to_account() {
    let inbox = rescaled();
    let report = inbox.import();
    let observations = inbox.load().observations;
    let vx = &observations.vx;
    assert_eq!(vx.len(), 10);
    assert_eq!(show(&report.manifest.findings, "vx_off_the_index"), "");
    let expiry = vx[0].expiry;
    assert_eq!(expiry.to_string(), "2007-04-18");
    let [first, last] = [0, 9].map(|i| observations.sessions[i]);
    let params = ModelParams::default();
    let history = MarketHistory::build(&observations, first, last, &params, 60).expect("sessions");
    for (i, row) in vx.iter().enumerate() {
        let expected = 14.0 + i as f64 / 20.0;
        assert!((row.settle - expected).abs() < 1e-12, "{}", row.settle);
        let future = history.view(i).today().future(expiry).expect("a contract");
        assert!(!future.modelled, "{}", DAYS[i]);
        // 14.00 points are 140.00 of the old scale, and 14,000 dollars by both; each session adds 0.05.
        let dollars = Money::from_usd(14_000.0 + 50.0 * i as f64);
        assert_eq!(future.settle.dollars(Root::Vx.multiplier()), dollars);
    }
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
