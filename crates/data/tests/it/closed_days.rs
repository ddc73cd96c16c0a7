//! Days on which the exchange is closed, days without a value, and rows out of place.

use crate::{Inbox, show, us};

#[test]
fn rows_on_holidays_and_weekends_are_counted_and_left_out() {
    // Martin Luther King Day is 2022-01-17; the 15th and 16th are a weekend.
    let vix = crate::vix()
        + &["2022-01-15", "2022-01-16", "2022-01-17"]
            .map(|d| format!("{},20,23,19,22\n", us(d)))
            .concat();
    let inbox = Inbox::core("holiday").file("VIX_History.csv", &vix);
    let findings = inbox.import().manifest.findings;
    assert_eq!(
        show(&findings, "holiday_row"),
        "Info vix 1 2022-01-17..2022-01-17: VIX_History.csv row 14: found a value for 2022-01-17, allowed: NYSE sessions; left out"
    );
    assert_eq!(
        show(&findings, "weekend_row"),
        "Info vix 2 2022-01-15..2022-01-16: VIX_History.csv row 12: found a value for 2022-01-15, allowed: NYSE sessions; left out"
    );
    assert_eq!(inbox.load().observations.sessions.len(), 10);
}

#[test]
fn rows_before_the_calendar_begins_are_counted_as_such() {
    let old = crate::vix().replace("CLOSE\n", "CLOSE\n12/29/1989,11,12,10,11\n");
    let findings = Inbox::core("outside")
        .file("VIX_History.csv", &old)
        .import()
        .manifest
        .findings;
    assert!(
        show(&findings, "outside_calendar")
            .starts_with("Info vix 1 1989-12-29..1989-12-29: VIX_History.csv row 2")
    );
}

#[test]
fn a_gap_in_prices_stays_a_gap_and_is_counted() {
    let without = |text: &str, day: &str| {
        text.lines()
            .filter(|l| !l.starts_with(day))
            .map(|l| format!("{l}\n"))
            .collect::<String>()
    };
    let spx = without(&without(&crate::spx(), "2022-01-05"), "2022-01-11");
    let inbox = Inbox::core("gap").file("GSPC.csv", &spx);
    let findings = inbox.import().manifest.findings;
    let expected = "Warning spx_close 2 2022-01-05..2022-01-11: 2022-01-05: found no value after GSPC.csv row 3, expected one per session; left missing";
    assert_eq!(
        show(&findings, "gap")
            .lines()
            .find(|l| l.contains("spx_close")),
        Some(expected)
    );
    let dataset = inbox.load();
    assert_eq!(dataset.observations.daily["spx_close"].values[2], None);
    assert!(dataset.observations.carried.is_empty());
}

#[test]
fn a_series_that_ends_early_or_starts_late_says_so() {
    let inbox = Inbox::core("ends").file("CNDR.csv", "DATE,CNDR\n01/05/2022,700\n01/06/2022,701\n");
    let findings = inbox.import().manifest.findings;
    assert_eq!(
        show(&findings, "starts_late"),
        "Info cndr 1 2022-01-03..2022-01-03: first value: found 2022-01-05, expected: 2022-01-03"
    );
    assert_eq!(
        show(&findings, "ends_early"),
        "Warning cndr 6 2022-01-07..2022-01-14: 2022-01-07: found no value after CNDR.csv row 3, expected one per session; left missing"
    );
}

#[test]
fn carrying_ends_where_the_rule_ends() {
    // SKEW may be carried over one session, not over two.
    let inbox = Inbox::core("carry").file(
        "SKEW.csv",
        "DATE,SKEW\n01/03/2022,140\n01/05/2022,141\n01/10/2022,142\n01/14/2022,143\n",
    );
    let findings = inbox.import().manifest.findings;
    assert!(show(&findings, "carried_forward").starts_with("Info skew 3 2022-01-04..2022-01-11"));
    assert!(show(&findings, "gap").starts_with("Warning skew 3 2022-01-07..2022-01-13"));
    let values = inbox.load().observations.daily["skew"].values.clone();
    let shown: Vec<_> = values.iter().map(|v| v.map_or(0.0, |v| v)).collect();
    assert_eq!(
        shown,
        [
            140.0, 140.0, 141.0, 141.0, 0.0, 142.0, 142.0, 0.0, 0.0, 143.0
        ]
    );
}

#[test]
fn rows_twice_out_of_order_or_with_crossed_prices_are_findings() {
    let inbox = Inbox::core("order").file(
        "VIX3M_History.csv",
        "DATE,OPEN,HIGH,LOW,CLOSE\n01/04/2022,22,23,21,22\n01/03/2022,22,21,23,22.5\n01/04/2022,22,23,21,22\n",
    );
    let findings = inbox.import().manifest.findings;
    assert_eq!(
        show(&findings, "unsorted_row"),
        "Warning VIX3M_History.csv 1 2022-01-03..2022-01-03: VIX3M_History.csv row 3: found 2022-01-03 after 2022-01-04, allowed: ascending dates; sorted"
    );
    assert_eq!(
        show(&findings, "duplicate_row"),
        "Warning VIX3M_History.csv 1 2022-01-04..2022-01-04: VIX3M_History.csv row 4: found 2022-01-04 again, allowed: one row per date; dropped"
    );
    assert_eq!(
        show(&findings, "ohlc_disorder"),
        "Warning vix3m 1 2022-01-03..2022-01-03: VIX3M_History.csv row 3: found open 22, high 21, low 23, close 22.5, allowed: low <= open, close <= high; kept"
    );
    assert_eq!(
        inbox.load().observations.daily["vix3m"].values[0],
        Some(22.5)
    );
}

#[test]
fn a_price_that_stands_still_is_suspicious_a_rate_is_not() {
    let rows: String = crate::DAYS
        .iter()
        .map(|d| format!("{},95\n", us(d)))
        .collect();
    let rates: String = crate::DAYS.iter().map(|d| format!("{d},0.08\n")).collect();
    let inbox = Inbox::core("stale")
        .file("v.csv", &format!("DATE,VVIX\n{rows}"))
        .file("r.csv", &format!("observation_date,DFF\n{rates}"));
    let findings = inbox.import().manifest.findings;
    let expected = "Warning vvix 1 2022-01-06..2022-01-06: v.csv row 5, 2022-01-06: found 95 for the 4th session in a row, expected: fewer than 4; kept";
    let shown = show(&findings, "stale_repeat");
    assert_eq!(
        shown
            .lines()
            .filter(|l| l.contains("vvix") || l.contains("dff"))
            .collect::<Vec<_>>(),
        [expected]
    );
}
