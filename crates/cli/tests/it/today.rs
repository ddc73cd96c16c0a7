//! `alvh today`: the decision of a close, as text, JSON and page; refused where a price would rest on old data.

use serde_json::Value;

use crate::support::{alvh, failure, root, scratch, stderr, stdout};

fn args<'a>(out: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let mut args = vec![
        "today",
        "--policy",
        "tiered",
        "--policy",
        "adaptive_confluence",
    ];
    args.extend(["--out", out]);
    args.extend(more);
    args
}

#[test]
fn the_answer_is_text_json_and_a_page_of_one_and_the_same_close() {
    let out = scratch("today");
    let out = out.to_str().expect("UTF-8");
    let output = alvh(&args(out, &["--at", "2024-06-13"]));
    assert!(output.status.success(), "{}", stderr(&output));
    let text = stdout(&output);
    for wanted in [
        "close of 2024-06-13",
        "for the session of 2024-06-14",
        "places no orders",
        "NOT MARKET HISTORY",
        "tiered",
        "condor_14d_16_5 open: the next session is an entry session",
        "ORDER open",
        "purse",
        "to go)",
    ] {
        assert!(text.contains(wanted), "no {wanted:?} in:\n{text}");
    }
    assert!(
        !text.contains("\nunhedged"),
        "it was not asked for:\n{text}"
    );

    let output = alvh(&args(out, &["--at", "2024-06-13", "--json"]));
    let json: Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    assert_eq!(json["places_orders"], false);
    assert_eq!(json["date"], "2024-06-13");
    let arms = json["arms"].as_array().expect("arms");
    assert_eq!(arms.len(), 2);
    let condor = &arms[0]["layers"][0];
    assert_eq!(condor["action"], "order_open");
    let order = &condor["orders"][0];
    assert!(
        order["contracts"].as_i64().is_some_and(|n| n > 0),
        "{order}"
    );
    assert!(order["price"].as_f64().is_some_and(|p| p > 0.0), "{order}");

    // The last lines are the orders, an arm a line (what is long goes on below), and the page.
    let units = &order["contracts"];
    let wanted = format!("\n\norders tiered: open condor_14d_16_5 x{units}");
    let (_, last) = text.split_once(&wanted).expect("the orders");
    assert!(last.contains("\norders adaptive_confluence: "), "{last}");
    assert!(last.contains("\npage "), "{last}");

    let page = format!("{out}/today-replay-2024-06-13.html");
    let page = std::fs::read_to_string(&page).expect("a page");
    let units = format!("x{}", order["contracts"]);
    assert!(text.contains(&units), "{units}");
    for wanted in [
        "Orders for the next session",
        "alvh places no orders",
        "tiered",
    ] {
        assert!(page.contains(wanted), "{wanted}");
    }
}

#[test]
fn the_book_begins_with_the_last_window_that_has_begun() {
    let out = scratch("today_2022");
    let out = out.to_str().expect("UTF-8");
    let text = stdout(&alvh(&args(out, &["--at", "2022-06-13"])));
    assert!(text.contains("paper book since 2022-01-03"), "{text}");
}

#[test]
fn a_price_that_would_rest_on_old_data_is_refused_with_the_series() {
    let dir = scratch("today_stale").join("dataset");
    let bundled = data::load(&root().join("datasets/reconstruction")).expect("the bundled dataset");
    let mut cut = bundled
        .observations
        .until("2024-06-13".parse().expect("a date"));
    let last = cut.sessions.len();
    let series = cut.daily.get_mut("vix3m").expect("the series");
    series.values[last - 2..].fill(None);
    let info = data::DatasetInfo {
        name: "stale".into(),
        kind: data::Kind::Reconstruction,
        notice: "Made of the bundled dataset.".into(),
        publisher: "a test".into(),
        sources: Default::default(),
        findings: Vec::new(),
    };
    data::write_dataset(&dir, &cut, &info).expect("a dataset");
    let out = scratch("today_stale_out");
    let (dir, out) = (dir.to_str().expect("UTF-8"), out.to_str().expect("UTF-8"));
    let (code, message) = failure(&args(out, &["--dataset", dir]));
    assert_eq!(code, 3, "{message}");
    assert!(message.contains("vix3m: no value on"), "{message}");
    let set = [
        "--dataset",
        dir,
        "--set",
        "stand_ins.max_age_sessions.vix3m=5",
    ];
    let output = alvh(&args(out, &set));
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(
        stdout(&output).contains("vix3m (carried)"),
        "{}",
        stdout(&output)
    );
}

#[test]
fn what_cannot_be_told_is_refused_with_what_is_allowed() {
    let (code, message) = failure(&["today", "--policy", "teired"]);
    assert_eq!(code, 2);
    assert!(message.contains("tiered"), "{message}");
    let (code, message) = failure(&["today", "--at", "2024-06-15"]);
    assert_eq!(code, 3);
    assert!(message.contains("2024-06-15: no session"), "{message}");
    let (code, message) = failure(&["today", "--at", "2021-12-30"]);
    assert_eq!(code, 3);
    assert!(message.contains("--since"), "{message}");
}
