//! Forms of publishers' files beside those of the fixtures and cases: what a value of each becomes.
//!
//! SYNTHETIC: every number is made up.

use crate::{DAYS, Inbox, us};

/// The first and last value of a series from one file beside the core.
#[track_caller]
fn is(name: &str, file: &str, text: &str, series: &str, expected: (f64, f64)) {
    let inbox = Inbox::core(&format!("form_{name}")).file(file, text);
    let report = inbox.import();
    assert!(report.refused.is_empty(), "{:?}", report.refused);
    let values = &inbox.load().observations.daily[series].values;
    assert_eq!(
        (values[0], values[9]),
        (Some(expected.0), Some(expected.1)),
        "{name}"
    );
}

fn rows(header: &str, row: impl Fn(usize, &str) -> String) -> String {
    let rows: Vec<String> = DAYS.iter().enumerate().map(|(i, d)| row(i, d)).collect();
    format!("{header}\n{}\n", rows.join("\n"))
}

/// `2022-01-03` as `1/3/22`.
fn short(day: &str) -> String {
    let part = |text: &str| text.trim_start_matches('0').to_string();
    format!("{}/{}/{}", part(&day[5..7]), part(&day[8..]), &day[2..4])
}

#[test]
fn treasury_archive_of_a_year() {
    let text = rows("Date,1 Mo,2 Mo,3 Mo,1 Yr,10 Yr", |i, d| {
        format!("{},0.05,0.06,0.0{i},0.4,1.6", short(d))
    });
    is(
        "treasury_archive",
        "yield-curve-rates-2022.csv",
        &text,
        "dgs3mo",
        (0.0, 0.09),
    );
}

#[test]
fn fred_copy_headed_date_value() {
    let text = rows("date,value", |i, d| format!("{d},1.6{i}"));
    is("fred_copy", "DGS10.csv", &text, "dgs10", (1.6, 1.69));
}

/// FRED writes decimals after a point, and nothing between thousands: `251.712` alone decides nothing, its publisher does.
#[test]
fn fred_with_three_decimals_everywhere() {
    let text = rows("observation_date,DGS10", |i, d| format!("{d},1.60{i}"));
    is("fred_three", "DGS10.csv", &text, "dgs10", (1.6, 1.609));
    let months = ["2021-10", "2021-11", "2021-12"].map(|m| format!("{m}-01,251.712\n"));
    let text = format!("observation_date,CPIAUCSL\n{}", months.concat());
    let inbox = Inbox::core("fred_months").file("CPIAUCSL.csv", &text);
    let report = inbox.import();
    assert!(report.refused.is_empty(), "{:?}", report.refused);
    let months = inbox.load().observations.slow["cpiaucsl"].clone();
    assert!(months.iter().all(|m| m.value == 251.712), "{months:?}");
    // A copy of another program, whose delimiter is no comma, may mean thousands.
    let inbox = Inbox::core("fred_copy_of").file("CPIAUCSL.csv", &text.replace(',', ";"));
    let refused = inbox.import().refused;
    let reason = &refused.first().expect("undecided").reason;
    assert!(reason.contains("may be 251.712 or 251712"), "{reason}");
}

#[test]
fn fred_in_two_series_and_its_older_header() {
    let text = rows("DATE,DGS2,DGS10", |i, d| format!("{d},0.8{i},1.6{i}"));
    is("fred_two", "fredgraph.csv", &text, "dgs2", (0.8, 0.89));
}

#[test]
fn tradingview_by_the_second_with_more_columns() {
    let seconds = |d: &str| {
        d.parse::<chrono::NaiveDate>()
            .unwrap()
            .and_hms_opt(14, 30, 0)
            .unwrap()
            .and_utc()
            .timestamp()
    };
    let text = rows("time,open,high,low,close,Volume,MA", |i, d| {
        format!("{},20,23,19,2{i}.5,0,NaN", seconds(d))
    });
    is(
        "tv_unix",
        "CBOE_VIX3M, 1D.csv",
        &text,
        "vix3m",
        (20.5, 29.5),
    );
}

#[test]
fn tradingview_with_zone() {
    let text = rows("time,open,high,low,close", |i, d| {
        format!("{d}T09:30:00-05:00,20,23,19,2{i}.5")
    });
    is("tv_iso", "CBOE_VIX9D.csv", &text, "vix9d", (20.5, 29.5));
}

#[test]
fn day_first_with_two_digits_of_the_year() {
    let text = rows("Date,Open,High,Low,Close,Volume", |i, d| {
        format!(
            "{}-{}-{},460,470,450,46{i}.25,900",
            &d[8..],
            &d[5..7],
            &d[2..4]
        )
    });
    is("ddmmyy", "SPY.csv", &text, "spy", (460.25, 469.25));
}

#[test]
fn german_export_with_points_and_commas() {
    let text = rows(
        "\u{feff}\"Date\";\"Price\";\"Open\";\"High\";\"Low\";\"Vol.\";\"Change %\"",
        |i, d| {
            format!(
                "\"{}.{}.{}\";\"4.00{i},50\";\"4.000,25\";\"4.020,00\";\"3.990,75\";\"\";\"0,10%\"",
                &d[8..],
                &d[5..7],
                &d[..4]
            )
        },
    );
    let inbox = Inbox::empty("form_german")
        .file("VIX_History.csv", &crate::vix())
        .file("S&P 500 Historical Data.csv", &text);
    assert!(inbox.import().refused.is_empty());
    assert_eq!(
        inbox.load().observations.daily["spx_close"].values[9],
        Some(4009.5)
    );
}

#[test]
fn contracts_stacked_in_one_file() {
    const VX: &str =
        "Trade Date,Futures,Open,High,Low,Close,Settle,Change,Total Volume,EFP,Open Interest";
    let contract = |name: &str, settle: &str| {
        DAYS.map(|d| format!("{},{name},20,21,19,20,{settle},0,1,0,1\n", us(d)))
            .concat()
    };
    let text = format!(
        "{VX}\n{}{}{}",
        contract("F (Jan 2022)", "20.5"),
        contract("G (Feb 2022)", "21.5"),
        contract("VX02 (Jan 2022)", "22")
    );
    let inbox = Inbox::core("form_stacked").file("vix_futures_all.csv", &text);
    let report = inbox.import();
    assert!(report.refused.is_empty(), "{:?}", report.refused);
    let vx = inbox.load().observations.vx;
    assert_eq!((vx.len(), vx[0].settle, vx[1].settle), (20, 20.5, 21.5));
    assert!(
        report
            .manifest
            .findings
            .iter()
            .any(|f| f.code == "contract_not_used")
    );
    // The same day twice in one contract, with another price.
    let twice = format!("{text}01/14/2022,F (Jan 2022),20,21,19,20,20.75,0,1,0,1\n");
    let refused = Inbox::core("form_stacked_twice")
        .file("v.csv", &twice)
        .import()
        .refused;
    assert!(
        refused[0]
            .reason
            .contains("found 2022-01-14 again, with values other than in row"),
        "{refused:?}"
    );
}
