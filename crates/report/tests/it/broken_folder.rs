//! A wrong folder is refused with a message that says what, where and what is allowed.

use report::RunFolder;

use crate::fixture::{self, Fixture};

fn message(fixture: &Fixture) -> String {
    fixture
        .read()
        .expect_err("the folder is broken")
        .to_string()
}

/// Replaces one cell: the first row below the header, by the column's name.
fn cell(file: &str, column: &str, text: &str) -> Fixture {
    fixture::standard().edit(file, |old| {
        let mut lines: Vec<String> = old.lines().map(str::to_owned).collect();
        let at = lines[0]
            .split(',')
            .position(|name| name == column)
            .expect("the column exists");
        let mut cells: Vec<String> = lines[1].split(',').map(str::to_owned).collect();
        cells[at] = text.to_owned();
        lines[1] = cells.join(",");
        lines.join("\n") + "\n"
    })
}

#[test]
fn a_missing_file_is_named_with_what_a_folder_needs() {
    for file in [
        "config.toml",
        "summary.csv",
        "equity.csv",
        "trades.csv",
        "legs.csv",
        "decisions.csv",
        "claims.csv",
    ] {
        let said = message(&fixture::standard().without(file));
        assert!(
            said.contains(&format!("{file}: cannot be read"))
                && said.contains("a run folder holds manifest.json"),
            "{said}"
        );
    }
    let nowhere = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("no-such-folder");
    let said = RunFolder::read(&nowhere)
        .expect_err("there is no such folder")
        .to_string();
    assert!(said.contains("manifest.json: cannot be read"), "{said}");
}

#[test]
fn a_wrong_cell_is_named_by_file_line_and_column() {
    let cases = [
        (
            "summary.csv",
            "pnl_usd",
            "NaN",
            "money with at most two decimals",
        ),
        (
            "summary.csv",
            "pnl_usd",
            "1.005",
            "money with at most two decimals",
        ),
        ("summary.csv", "cagr", "inf", "a finite number, or empty"),
        ("summary.csv", "sessions", "-1", "a whole number, 0 or more"),
        (
            "summary.csv",
            "window",
            "2021",
            "one of `2022`, `2023-2024`",
        ),
        (
            "summary.csv",
            "arm",
            "alway_on",
            "one of `unhedged`, `always_on`",
        ),
        (
            "summary.csv",
            "condors_identical",
            "yes",
            "`true` or `false`",
        ),
        ("equity.csv", "date", "2022-02-30", "a day like 2022-01-03"),
        (
            "equity.csv",
            "margin_usd",
            "",
            "money with at most two decimals",
        ),
        (
            "equity.csv",
            "long_pnl_usd",
            "-",
            "money with at most two decimals",
        ),
        ("trades.csv", "closed", "yesterday", "a day like 2022-01-03"),
        ("legs.csv", "open_delta", "NaN", "a finite number, or empty"),
        ("decisions.csv", "arm", "", "one of `unhedged`"),
        (
            "claims.csv",
            "measured",
            "about 0.3",
            "a finite number, or empty",
        ),
        (
            "bands.csv",
            "hedge_effect_usd",
            "x",
            "money with at most two decimals",
        ),
        (
            "slippage.csv",
            "half_spread_fraction",
            "half",
            "a finite number",
        ),
        ("market.csv", "vix", "nan", "a finite number, or empty"),
        ("findings.csv", "count", "many", "a whole number, 0 or more"),
        ("layers.csv", "orders", "", "a whole number, 0 or more"),
    ];
    for (file, column, found, allowed) in cases {
        let said = message(&cell(file, column, found));
        let start =
            format!("{file}, line 2, column `{column}`: found `{found}`, allowed is {allowed}");
        assert!(said.starts_with(&start), "wanted {start}\n   got {said}");
    }
}

#[test]
fn a_missing_column_and_a_short_row_are_named() {
    let said = message(&fixture::standard().edit("equity.csv", |text| {
        text.replacen("medium_pnl_usd", "mid_pnl_usd", 1)
    }));
    let start =
        "equity.csv, line 1: column `medium_pnl_usd` is missing; the file has: window, arm, date";
    assert!(said.starts_with(start), "{said}");
    let said = message(&fixture::standard().edit("summary.csv", |text| {
        text.trim_end().rsplit_once(',').unwrap().0.to_owned()
    }));
    assert!(
        said.starts_with("summary.csv, line 17: found 41 cells, allowed are 42"),
        "{said}"
    );
}

#[test]
fn rows_that_do_not_belong_together_are_refused() {
    let cut = |file: &str, line: usize| {
        fixture::standard().edit(file, move |text| {
            text.lines()
                .enumerate()
                .filter(|(at, _)| *at != line)
                .map(|(_, line)| format!("{line}\n"))
                .collect()
        })
    };
    let said = message(&cut("summary.csv", 2));
    assert_eq!(
        said,
        "summary.csv: window `2022`, arm `always_on`: found 0 rows, allowed is exactly one"
    );
    let said = message(&cut("equity.csv", 100));
    assert_eq!(
        said,
        "equity.csv: window `2022`, arm `unhedged`: found 250 sessions, the manifest says 251"
    );
    let swapped = fixture::standard().edit("equity.csv", |text| {
        text.replacen("2022-01-04", "2022-01-09", 1)
    });
    let said = message(&swapped);
    assert_eq!(
        said,
        "equity.csv: window `2022`, arm `unhedged`: 2022-01-09 is followed by 2022-01-05; dates must rise"
    );
    let shifted = fixture::standard().edit("equity.csv", |text| {
        text.replace("2022,tiered,2022-01-03", "2022,tiered,2022-01-02")
    });
    let said = message(&shifted);
    assert_eq!(
        said,
        "equity.csv: window `2022`, arm `tiered`: its dates differ from those of arm `unhedged`"
    );
}

#[test]
fn a_wrong_manifest_is_refused() {
    let with = |key: &str, value: serde_json::Value| {
        let mut fixture = fixture::standard();
        fixture.manifest[key] = value;
        message(&fixture)
    };
    assert_eq!(
        with("schema", 2.into()),
        "manifest.json: key `schema`: found 2, allowed is 1"
    );
    let said = with(
        "dataset",
        serde_json::json!({"name": "x", "kind": "dream", "first": "", "last": ""}),
    );
    assert!(
        said.contains("unknown variant `dream`, expected `history` or `reconstruction`"),
        "{said}"
    );
    let said = with("windows", serde_json::json!([]));
    assert_eq!(
        said,
        "manifest.json: key `windows` is empty; a run has at least one"
    );
    let said = with("starting_capital_usd", 0.into());
    assert!(said.contains("allowed is a number above 0"), "{said}");
    let twice =
        serde_json::json!([{"name": "a", "kind": "policy"}, {"name": "a", "kind": "policy"}]);
    assert_eq!(
        with("arms", twice),
        "manifest.json: key `arms`: the name `a` occurs twice"
    );
    let lost = serde_json::json!([{"name": "a", "kind": "equal_spend_twin", "twin_of": "b"}]);
    assert!(with("arms", lost).contains("key `twin_of`: found `b`, allowed is the name of an arm"));
    let mut fixture = fixture::standard();
    fixture.manifest.as_object_mut().unwrap().remove("command");
    assert!(message(&fixture).contains("missing field `command`"));
}

#[test]
fn a_folder_that_contradicts_itself_is_shown_with_a_warning() {
    let whole = fixture::standard().with_hashes();
    assert_eq!(whole.run().doubts, Vec::<String>::new());
    let run = whole.edit("summary.csv", |text| format!("{text}\n")).run();
    assert_eq!(run.doubts.len(), 1);
    let page = report::html(&run);
    assert!(page.contains(
        "<strong>Do not trust this folder.</strong> summary.csv is not the file this run wrote"
    ));
    let run = cell("summary.csv", "pnl_usd", "1.00").run();
    let said = "window 2022, arm unhedged: summary.csv says a P&L of $+1, equity.csv gives $";
    assert!(run.doubts[0].starts_with(said), "{:?}", run.doubts);
    let run = cell("summary.csv", "max_drawdown_usd", "-12.00").run();
    assert!(
        run.doubts[0].contains("summary.csv says a maximum drawdown of $12, equity.csv gives $")
    );
    let run = cell("summary.csv", "max_drawdown_pct", "-0.4").run();
    assert!(
        run.doubts[0].contains("summary.csv says a maximum drawdown of −40.0 %"),
        "{:?}",
        run.doubts
    );
    assert!(report::terminal::table(&run, 100, false).starts_with("DO NOT TRUST THIS FOLDER: "));
}

#[test]
fn a_twin_may_be_missing_in_a_window_but_no_other_arm() {
    let drop = |arm: &'static str, file: &str, fixture: fixture::Fixture| {
        let keep = move |line: &&str| !line.starts_with(&format!("2022,{arm},"));
        fixture.edit(file, move |text| {
            text.lines()
                .filter(keep)
                .map(|line| format!("{line}\n"))
                .collect()
        })
    };
    let without = |arm| {
        drop(
            arm,
            "equity.csv",
            drop(arm, "summary.csv", fixture::standard()),
        )
    };
    let run = without("always_on~tiered").run();
    assert!(report::html(&run).contains("always_on~tiered"));
    assert_eq!(
        message(&without("tiered")),
        "summary.csv: window `2022`, arm `tiered`: found 0 rows, allowed is exactly one"
    );
}
