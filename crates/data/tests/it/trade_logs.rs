//! Trade logs in the forms of their publishers, all of them made up, become the same trades; what does not fit is said.

use std::path::{Path, PathBuf};

use book::trade_log::{LoggedTrade, TradeLog};
use data::trade_logs::read;

fn file(folder: &str, name: &str, text: &str) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("logs")
        .join(folder);
    std::fs::create_dir_all(&dir).expect("a folder");
    let path = dir.join(name);
    std::fs::write(&path, text).expect("a file");
    path
}

fn log(folder: &str, name: &str, text: &str) -> TradeLog {
    read(&file(folder, name, text), name).expect("a log")
}

/// What every form must say of the same condor: 2 units, 8.35 received, 2.15 paid, 18 days later.
fn is_the_condor(trade: &LoggedTrade) {
    let (opened, closed) = (trade.opened.to_string(), trade.closed.to_string());
    assert_eq!(
        (opened.as_str(), closed.as_str()),
        ("2024-01-10", "2024-01-23")
    );
    assert_eq!(trade.contracts, 2);
    let prices = (
        trade.entry().to_string(),
        trade.exit().map(|p| p.to_string()),
    );
    assert_eq!(prices, ("8.35".into(), Some("-2.15".into())));
    assert_eq!(trade.legs.len(), 4);
    let mut legs: Vec<String> = trade.legs_text().split(" | ").map(String::from).collect();
    legs.sort();
    let wanted = [
        "+1 SPXW 2024-01-26 C 4950",
        "+1 SPXW 2024-01-26 P 4550",
        "-1 SPXW 2024-01-26 C 4900",
        "-1 SPXW 2024-01-26 P 4600",
    ];
    assert_eq!(legs, wanted);
    assert_eq!((trade.entry_fees_usd, trade.exit_fees_usd), (-8.8, -8.8));
}

const OMEGA: &str = "\
Date Opened,Time Opened,Opening Price,Legs,Premium,Closing Price,Date Closed,Time Closed,Avg. Closing Cost,Reason For Close,P/L,No. of Contracts,Opening Commissions + Fees,Closing Commissions + Fees
2024-01-10,15:45:00,4783.45,2 Jan 26 4600 P STO 14.20 | 2 Jan 26 4550 P BTO 10.60 | 2 Jan 26 4900 C STO 8.90 | 2 Jan 26 4950 C BTO 4.15,835,4850.1,2024-01-23,15:45:00,-215,Days to Exp,1222.40,2,8.80,8.80
2024-01-17,15:45:00,4739.21,2 Feb 2 4550 P STO 14.20 | 2 Feb 9 4500 P BTO 10.60,360,,2024-01-23,15:45:00,-215,,272.40,2,8.80,8.80
2024-01-18,15:45:00,4780.94,1 Feb 2 4550 P STO 14.20 | 1 Feb 2 4500 P BTO 10.60,360,,2024-01-23,15:45:00,-215,,999,1,4.40,4.40
2024-01-19,15:45:00,4839.81,1 Feb 2 4550 P STO 14.20,1420,,2024-01-23,15:45:00,-215,,1196.20,1,4.40,4.40
";

#[test]
fn option_omega_says_a_trade_a_row() {
    let log = log("omega", "omega.csv", OMEGA);
    assert_eq!(
        (log.publisher.as_str(), log.trades.len()),
        ("Option Omega", 1)
    );
    is_the_condor(&log.trades[0]);
    let leg = &log.trades[0].legs[0];
    assert_eq!((leg.open_points, leg.close_points), (Some(14.2), None));
    let why: Vec<&str> = log.refused.iter().map(|r| r.why.as_str()).collect();
    assert!(why.iter().any(|w| w.contains("different days")), "{why:?}");
    assert!(why.iter().any(|w| w.contains("P/L is 999")), "{why:?}");
    assert!(
        why.iter().any(|w| w.contains("a leg is missing")),
        "{why:?}"
    );
}

/// Executions of tastytrade: late in Chicago, so the next day's clock is not asked for.
fn tasty() -> String {
    let head = "Date,Type,Sub Type,Action,Symbol,Instrument Type,Description,Value,Quantity,Average Price,Commissions,Fees,\
                Multiplier,Root Symbol,Underlying Symbol,Expiration Date,Strike Price,Call or Put,Order #,Currency\n";
    let row = |date: &str,
               action: &str,
               price: &str,
               expiry: &str,
               strike: &str,
               right: &str,
               order: &str| {
        format!(
            "{date},Trade,,{action},X,Equity Option,,\"1,000.00\",2,{price},-2.00,-0.20,100,SPXW,SPX,{expiry},{strike},{right},{order},USD\n"
        )
    };
    let opened = "2024-01-10T14:45:12-0600";
    let closed = "2024-01-23T14:45:12-0600";
    let mut text = head.to_string();
    for (open, close, strike, right, paid, got) in [
        (
            "SELL_TO_OPEN",
            "BUY_TO_CLOSE",
            "4600",
            "PUT",
            "1420.00",
            "-210.00",
        ),
        (
            "BUY_TO_OPEN",
            "SELL_TO_CLOSE",
            "4550",
            "PUT",
            "-1060.00",
            "150.00",
        ),
        (
            "SELL_TO_OPEN",
            "BUY_TO_CLOSE",
            "4900",
            "CALL",
            "890.00",
            "-305.00",
        ),
        (
            "BUY_TO_OPEN",
            "SELL_TO_CLOSE",
            "4950",
            "CALL",
            "-415.00",
            "150.00",
        ),
    ] {
        text += &row(opened, open, paid, "1/26/24", strike, right, "11");
        text += &row(closed, close, got, "1/26/24", strike, right, "12");
    }
    // A vertical that expires: no closing, and a row of the broker's own.
    text += &row(
        "2024-01-16T09:45:12-0600",
        "SELL_TO_OPEN",
        "500.00",
        "1/22/24",
        "4700",
        "PUT",
        "13",
    );
    text += &row(
        "2024-01-16T09:45:12-0600",
        "BUY_TO_OPEN",
        "-300.00",
        "1/22/24",
        "4650",
        "PUT",
        "13",
    );
    text += "2024-01-22T15:00:00-0600,Receive Deliver,Expiration,,X,Equity Option,,0,2,0,--,0,100,SPXW,SPX,1/22/24,4700,PUT,,USD\n";
    // Another underlying, and a closing of what nobody opened.
    text += &row(
        "2024-01-16T09:45:12-0600",
        "SELL_TO_OPEN",
        "50.00",
        "1/26/24",
        "100",
        "PUT",
        "14",
    )
    .replace("SPXW,SPX", "SPY,SPY");
    text + &row(
        "2024-01-24T09:45:12-0600",
        "BUY_TO_CLOSE",
        "-50.00",
        "1/26/24",
        "4400",
        "PUT",
        "15",
    )
}

#[test]
fn tastytrade_says_executions_and_orders_make_them_packages() {
    let log = log("tasty", "tasty.csv", &tasty());
    assert_eq!(
        (log.publisher.as_str(), log.trades.len()),
        ("tastytrade", 2)
    );
    is_the_condor(&log.trades[0]);
    let expired = &log.trades[1];
    assert_eq!(expired.exit_points, None);
    assert_eq!(expired.closed.to_string(), "2024-01-22");
    assert_eq!(expired.entry().to_string(), "2.00");
    let why: Vec<&str> = log.refused.iter().map(|r| r.why.as_str()).collect();
    assert!(
        why.iter().any(|w| w.contains("no order of the log opened")),
        "{why:?}"
    );
    assert!(
        why.iter()
            .any(|w| w.contains("1 executions are of other classes")),
        "{why:?}"
    );
}

#[test]
fn a_flex_query_says_the_same() {
    let head = "AssetClass,Symbol,Strike,Expiry,Put/Call,DateTime,Quantity,TradePrice,IBCommission,Open/CloseIndicator,IBOrderID,Notes/Codes\n";
    let mut text = head.to_string();
    for (strike, right, sign, open, close) in [
        ("4600", "P", -1, "14.20", "2.10"),
        ("4550", "P", 1, "10.60", "1.50"),
        ("4900", "C", -1, "8.90", "3.05"),
        ("4950", "C", 1, "4.15", "1.50"),
    ] {
        let symbol = format!("SPXW  240126{right}0{strike}000");
        let row = |at: &str, quantity: i32, price: &str, code: &str, order: &str| {
            format!(
                "OPT,{symbol},{strike},20240126,{right},{at},{quantity},{price},-2.2,{code},{order},\n"
            )
        };
        text += &row("20240110;154512", 2 * sign, open, "O", "21");
        text += &row("20240123;154512", -2 * sign, close, "C", "22");
    }
    text += "OPT,SPXW  240126P04500000,4500,20240126,P,20240126;162000,2,0,0,C,,Ep\n";
    text += "STK,SPY,,,,20240110;154512,10,470.1,-1,O,23,\n";
    let log = log("flex", "flex.csv", &text);
    assert_eq!(
        (log.publisher.as_str(), log.trades.len()),
        ("Interactive Brokers", 1)
    );
    is_the_condor(&log.trades[0]);
    assert_eq!(log.refused, []);
}

#[test]
fn a_spreadsheet_is_read_by_a_column_map() {
    let text = "Nr,In,Out,Qty,Package,Credit,Debit,Comm in,Comm out\n\
                7,01/10/2024,01/23/2024,2,-1 SPXW 2024-01-26 P 4600 @ 14.20 | +1 SPXW 2024-01-26 P 4550 | -1 SPXW 2024-01-26 C 4900 | \
                +1 SPXW 2024-01-26 C 4950,$835.00,$215.00,8.80,8.80\n";
    let map = "unit = \"dollars\"\nexit_is = \"paid\"\n[columns]\nid = \"Nr\"\nopened = \"In\"\nclosed = \"Out\"\ncontracts = \"Qty\"\n\
               legs = \"Package\"\nentry_price = \"Credit\"\nexit_price = \"Debit\"\nentry_fees_usd = \"Comm in\"\n\
               exit_fees_usd = \"Comm out\"\n";
    file("sheet", "sheet.columns.toml", map);
    let mapped = log("sheet", "sheet.csv", text);
    assert_eq!(mapped.trades.len(), 1, "{:?}", mapped.refused);
    is_the_condor(&mapped.trades[0]);
    assert_eq!(mapped.trades[0].id, "7");

    let wrong = map.replace("Qty", "Quantity");
    file("sheet", "sheet.columns.toml", &wrong);
    let path = file("sheet", "sheet.csv", text);
    let error = read(&path, "sheet.csv")
        .expect_err("no such column")
        .to_string();
    assert!(
        error.contains("\"Quantity\"") && error.contains("Qty"),
        "{error}"
    );
}

#[test]
fn a_file_that_is_no_log_names_the_layouts_that_are() {
    let path = file("none", "none.csv", "a,b\n1,2\n");
    let error = read(&path, "none.csv").expect_err("no log").to_string();
    for part in ["found a,b", "Option Omega", "tastytrade", "columns.toml"] {
        assert!(error.contains(part), "{part}: {error}");
    }
}
