//! Why files are refused, in words that lead to the place.

use crate::Inbox;

#[test]
fn a_text_is_named_by_the_line_it_begins_with() {
    // Later lines have more commas than the first: none of them is a header because of that.
    let text = "# About these files\n\nFrom a, b and c.\nNothing, here, was, bought, by, us.\nAnd, so, on, it, goes, here.\n";
    let long = format!("{}, and more\n", "x".repeat(100));
    let report = Inbox::core("first_line")
        .file("README.md", text)
        .file("long.txt", &long)
        .file("blank_above.txt", "\n\n  hello, world\n")
        .file("old_mac.txt", "one, two\rthree, four\r")
        .import();
    let reasons: Vec<String> = report
        .refused
        .iter()
        .map(|r| format!("{}: {}", r.file, r.reason))
        .collect();
    assert_eq!(
        reasons,
        [
            "README.md: no known layout: its first line is `# About these files`",
            "blank_above.txt: no known layout: its first line with text is row 3, `hello, world`",
            &format!(
                "long.txt: no known layout: its first line is `{}...`",
                "x".repeat(80)
            ),
            "old_mac.txt: no known layout: its first line is `one, two`",
        ]
    );
}

/// One option in the normalised layout.
fn chain(bid: &str) -> String {
    format!(
        "quote_date,quote_time,kind,symbol,root,option_symbol,expiration,type,strike,bid,ask,last,volume,open_interest,iv,delta,gamma,underlying\n\
         2022-01-07,16:15,eod,^SPX,SPXW,,2022-01-21,P,4000.0,{bid},11.0,,1,2,0.2,,,4005.0\n"
    )
}

#[test]
fn a_copy_names_the_file_that_is_used() {
    let report = Inbox::core("copies")
        .file("all.csv", &chain("10.0"))
        .file("raw/a.csv", &chain("10.0"))
        .file("raw/b.csv", &chain("10.5"))
        .import();
    let refused: Vec<(&str, Option<&str>)> = report
        .refused
        .iter()
        .map(|r| (r.file.as_str(), r.duplicate_of.as_deref()))
        .collect();
    assert_eq!(
        refused,
        [
            ("raw/a.csv", Some("all.csv")),
            ("raw/b.csv", Some("all.csv"))
        ]
    );
    let once = report.manifest.findings.iter();
    assert_eq!(once.filter(|f| f.code == "chain_twice").count(), 2);
}

/// Nobody writes to it: whoever opened it would wait for ever.
#[cfg(unix)]
#[test]
fn a_pipe_is_refused_also_where_a_column_map_names_it() {
    let map = "[[files]]\nmatch = \"levels.csv\"\nkind = \"daily_series\"\n\
               [files.columns]\ndate = \"Day\"\n[files.series]\nvix3m = \"VIX3M\"\n";
    let inbox = Inbox::core("pipe").file("alvh.columns.toml", map);
    for name in ["levels.csv", "DGS10.csv"] {
        let made = std::process::Command::new("mkfifo")
            .arg(inbox.from().join(name))
            .status();
        assert!(made.unwrap().success());
    }
    let refused = inbox.import().refused;
    let refused: Vec<String> = refused
        .iter()
        .map(|r| format!("{}: {}", r.file, r.reason))
        .collect();
    let why = "neither a file nor a folder of its own; links to folders are not followed";
    assert_eq!(
        refused,
        [format!("DGS10.csv: {why}"), format!("levels.csv: {why}")]
    );
}
