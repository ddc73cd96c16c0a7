//! Hostile text in every field that can carry text, found and not listed: each string of the manifest, each text column of
//! each table, each string of the configuration. A folder that is then wrong is refused; one that reads is harmless.

use serde_json::Value;

use crate::fixture::{self, Fixture};

/// Markup, a link, a table's stroke, code, a command to a terminal, a formula and bidirectional text at once.
const HOSTILE: &str = "=1+1</script></style>--><script>alert(1)</script>\"'><img src=x onerror=alert(2)>\
    [x](http://evil.example)![y](http://evil.example/y.png)|`a` **b**\u{1b}[31m\u{1b}]0;t\u{7}\u{202e}";

/// Places of the strings of a JSON value.
fn strings(at: &str, value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(_) => found.push(at.to_string()),
        Value::Array(list) => list
            .iter()
            .enumerate()
            .for_each(|(place, item)| strings(&format!("{at}/{place}"), item, found)),
        Value::Object(map) => map.iter().for_each(|(key, item)| {
            let key = key.replace('~', "~0").replace('/', "~1");
            strings(&format!("{at}/{key}"), item, found);
        }),
        _ => {}
    }
}

/// Columns of a table that hold text in some row.
fn text_columns(text: &str) -> Vec<usize> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let columns = reader.headers().expect("a header").len();
    let mut found = vec![false; columns];
    for record in reader.records() {
        for (column, cell) in record.expect("a row").iter().enumerate() {
            let is_date = cell.len() == 10 && cell.parse::<chrono::NaiveDate>().is_ok();
            let is_flag = matches!(cell, "true" | "false" | "");
            found[column] |= !is_flag && !is_date && cell.parse::<f64>().is_err();
        }
    }
    (0..columns).filter(|column| found[*column]).collect()
}

/// The table with the text in every cell of a column that has one.
fn planted(text: &str, column: usize) -> String {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer
        .write_record(reader.headers().expect("a header"))
        .expect("memory");
    for record in reader.records() {
        let record = record.expect("a row");
        let cells =
            record
                .iter()
                .enumerate()
                .map(|(at, cell)| match at == column && !cell.is_empty() {
                    true => HOSTILE,
                    false => cell,
                });
        writer.write_record(cells).expect("memory");
    }
    String::from_utf8(writer.into_inner().expect("memory")).expect("text")
}

/// Tags and signs that come alive in a page, counted.
fn alive(page: &str) -> Vec<usize> {
    [
        "<script",
        "</script",
        "</style",
        "<img",
        "<!--",
        "-->",
        "onerror=alert(2)>",
        "href=\"http",
    ]
    .iter()
    .map(|tag| page.matches(tag).count())
    .collect()
}

fn prose(text: &str) -> String {
    let blocks = text.split("````").step_by(2).collect::<String>();
    let code_line = |line: &&str| line.starts_with("- ") && line.contains(": `");
    blocks
        .lines()
        .filter(|line| !code_line(line))
        .collect::<Vec<_>>()
        .join("\n")
}

/// Whether the folder reads; if so, everything made of it is harmless.
fn is_read(what: &str, fixture: &Fixture, plain: &[usize]) -> bool {
    let run = match fixture.read() {
        Ok(run) => run,
        Err(error) => {
            let said = error.to_string();
            assert!(!said.is_empty(), "{what}");
            return false;
        }
    };
    let page = report::html(&run);
    assert_eq!(alive(&page), plain, "{what}: markup came alive in the page");
    let pages = report::pages(&run);
    let links = pages
        .pictures
        .iter()
        .fold(pages.text.clone(), |text, (path, _)| {
            text.replace(&format!("]({path})"), "]")
        });
    let prose = prose(&links).replace("\\]", "");
    assert!(
        !prose.contains("](") && !prose.contains("<script") && !prose.contains("<img"),
        "{what}: Markdown"
    );
    for (path, picture) in &pages.pictures {
        let is_plain =
            !picture.contains("<script") && !picture.contains("<img") && !picture.contains("href");
        assert!(
            is_plain && !path.contains(['<', '"', '\u{1b}']),
            "{what}: {path}"
        );
    }
    let table = report::terminal::table(&run, 100, false);
    for (name, text) in [
        ("page", &page),
        ("Markdown", &pages.text),
        ("terminal", &table),
    ] {
        let obeyed = text
            .chars()
            .find(|c| c.is_control() && *c != '\n' && *c != '\t');
        assert_eq!(obeyed, None, "{what}: a control character in the {name}");
    }
    true
}

#[test]
fn every_string_of_the_manifest() {
    let standard = fixture::standard();
    let plain = alive(&report::html(&standard.run()));
    let mut places = Vec::new();
    strings("", &standard.manifest, &mut places);
    let mut read = 0;
    for place in &places {
        let mut changed = standard.clone();
        *changed.manifest.pointer_mut(place).expect("its place") = HOSTILE.into();
        read += usize::from(is_read(place, &changed, &plain));
    }
    eprintln!(
        "manifest: {} strings, {read} read, the others refused",
        places.len()
    );
    assert!(
        places.len() > 30 && read > 10,
        "{} strings, {read} read",
        places.len()
    );
}

#[test]
fn every_text_column_of_every_table() {
    let standard = fixture::standard();
    let plain = alive(&report::html(&standard.run()));
    let (mut columns, mut read) = (0, 0);
    let tables: Vec<String> = standard
        .files
        .keys()
        .filter(|name| name.ends_with(".csv"))
        .cloned()
        .collect();
    for file in &tables {
        for column in text_columns(&standard.files[file]) {
            let changed = standard.clone().edit(file, |text| planted(text, column));
            columns += 1;
            read += usize::from(is_read(
                &format!("{file}, column {column}"),
                &changed,
                &plain,
            ));
        }
    }
    eprintln!(
        "{} tables: {columns} text columns, {read} read, the others refused",
        tables.len()
    );
    assert!(columns > 30 && read > 10, "{columns} columns, {read} read");
}

#[test]
fn every_line_of_the_configuration() {
    let standard = fixture::standard();
    let plain = alive(&report::html(&standard.run()));
    let lines = standard.files["config.toml"].lines().count();
    for line in 0..lines {
        let changed = standard.clone().edit("config.toml", |text| {
            let planted = text.lines().enumerate().map(|(at, old)| match at == line {
                true => format!("{old} # {HOSTILE}\n{HOSTILE}\n```\n{HOSTILE}\n"),
                false => format!("{old}\n"),
            });
            planted.collect()
        });
        assert!(is_read(&format!("config.toml:{line}"), &changed, &plain));
    }
}
