//! Every importer against its fixture in `tests/fixtures`: a small file made up in the publisher's layout, what it becomes,
//! and three or more broken files with the message each gets.
//!
//! A fixture is one text. `== good NAME` begins a file that is imported beside the core series, `== golden` what that brings;
//! `== broken NAME` begins a file (or several) of a broken folder, `== message` what the importer says of it. The goldens
//! and messages are written again by `UPDATE_GOLDEN=1 cargo test --release -p alvh-data fixtures`, and read before committing.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use data::{Dataset, ImportReport};

use crate::Inbox;

/// Parts of `src/publishers` that are no importer of their own.
const SHARED: [&str; 4] = ["chain_layout", "option_chains", "prices", "rows"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Names of files in a folder without their ending.
pub(crate) fn stems(folder: &str) -> BTreeSet<String> {
    let entries = std::fs::read_dir(root().join(folder)).unwrap();
    entries
        .map(|e| {
            e.unwrap()
                .path()
                .file_stem()
                .unwrap()
                .to_string_lossy()
                .into_owned()
        })
        .collect()
}

#[test]
fn every_importer_has_a_fixture_with_a_golden_and_three_broken_files() {
    let mut importers = stems("src/publishers");
    for shared in SHARED {
        assert!(importers.remove(shared), "{shared}");
    }
    importers.insert("normalised".into());
    assert_eq!(importers, stems("tests/fixtures"));
    for name in importers {
        let fixture = Fixture::read(&name);
        assert!(
            fixture.head.starts_with("SYNTHETIC"),
            "{name}: say first that it is made up"
        );
        assert!(
            !fixture.good.is_empty() && fixture.broken.len() >= 3,
            "{name}"
        );
    }
}

#[test]
fn fixtures_become_their_goldens_and_broken_files_get_their_messages() {
    let mut wrong = Vec::new();
    for name in stems("tests/fixtures") {
        let mut found = Fixture::read(&name);
        let before = found.text();
        found.golden = golden(&name, &found.good);
        for (i, (files, message)) in found.broken.iter_mut().enumerate() {
            *message = said(&format!("fixture_{name}_broken_{i}"), files);
        }
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(path(&name), found.text()).unwrap();
        } else if found.text() != before {
            wrong.push(first_difference(&name, &before, &found.text()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn first_difference(name: &str, expected: &str, found: &str) -> String {
    let (mut a, mut b) = (expected.lines(), found.lines());
    loop {
        match (a.next(), b.next()) {
            (a, b) if a == b => {}
            (a, b) => return format!("{name}: expected {a:?}\n  found {b:?}"),
        }
    }
}

#[derive(Default)]
pub(crate) struct Fixture {
    head: String,
    pub(crate) good: Vec<(String, String)>,
    golden: String,
    broken: Vec<(Vec<(String, String)>, String)>,
}

fn path(name: &str) -> PathBuf {
    root().join("tests/fixtures").join(format!("{name}.txt"))
}

impl Fixture {
    pub(crate) fn read(name: &str) -> Fixture {
        let text = std::fs::read_to_string(path(name)).unwrap();
        let mut blocks = text.split("\n== ");
        let mut fixture = Fixture {
            head: blocks.next().unwrap().into(),
            ..Fixture::default()
        };
        let mut open = false;
        for block in blocks {
            let (title, body) = block.split_once('\n').unwrap_or((block, ""));
            let (kind, file) = title.split_once(' ').unwrap_or((title, ""));
            let file = || {
                (
                    file.to_string(),
                    format!("{}\n", body.trim_end_matches('\n')),
                )
            };
            match kind {
                "good" => fixture.good.push(file()),
                "golden" => fixture.golden = body.trim_end().into(),
                "broken" if open => fixture.broken.last_mut().unwrap().0.push(file()),
                "broken" => {
                    fixture.broken.push((vec![file()], String::new()));
                    open = true;
                }
                "message" => {
                    fixture.broken.last_mut().unwrap().1 = body.trim_end().into();
                    open = false;
                }
                other => {
                    panic!("{name}: found block {other:?}, allowed: good, golden, broken, message")
                }
            }
        }
        fixture
    }

    fn text(&self) -> String {
        let mut text = self.head.clone();
        for (file, body) in &self.good {
            write!(text, "\n== good {file}\n{}", body.trim_end_matches('\n')).unwrap();
        }
        write!(text, "\n== golden\n{}", self.golden).unwrap();
        for (files, message) in &self.broken {
            for (file, body) in files {
                write!(text, "\n== broken {file}\n{}", body.trim_end_matches('\n')).unwrap();
            }
            write!(text, "\n== message\n{message}").unwrap();
        }
        text + "\n"
    }
}

fn inbox(test: &str, files: &[(String, String)]) -> Inbox {
    files.iter().fold(Inbox::core(test), |inbox, (name, text)| {
        inbox.file(name, text)
    })
}

/// What a broken folder is told: the error, after which nothing was written, or why the file was refused.
fn said(test: &str, files: &[(String, String)]) -> String {
    let inbox = inbox(test, files);
    match inbox.try_import() {
        Err(error) => {
            assert!(
                !inbox.dataset().exists(),
                "{test}: a damaged import left a dataset behind"
            );
            error.to_string()
        }
        Ok(report) => {
            let reasons: Vec<_> = report
                .refused
                .iter()
                .map(|r| format!("refused {}: {}", r.file, r.reason))
                .collect();
            assert!(!reasons.is_empty(), "{test}: a broken file was taken");
            reasons.join("\n")
        }
    }
}

/// What the good files add to a dataset of the core series alone.
fn golden(name: &str, files: &[(String, String)]) -> String {
    let core = Inbox::core(&format!("fixture_{name}_core"));
    let (without, base) = (core.import(), core.load());
    let inbox = inbox(&format!("fixture_{name}"), files);
    let report = inbox.import();
    assert!(report.refused.is_empty(), "{name}: {:?}", report.refused);
    let mut lines = taken(&report, &without);
    lines.extend(values(&inbox.load(), &base));
    lines.extend(
        data::chains::load_chains(&inbox.dataset())
            .unwrap()
            .iter()
            .map(quote),
    );
    lines.extend(
        data::marks::load_marks(&inbox.dataset())
            .unwrap()
            .iter()
            .map(mark),
    );
    let known: Vec<_> = without.manifest.findings.iter().collect();
    let findings = report
        .manifest
        .findings
        .iter()
        .filter(|f| !known.contains(f));
    lines.extend(findings.map(|f| {
        format!(
            "finding {:?} {} {} x{}: {}",
            f.severity, f.code, f.series, f.count, f.message
        )
    }));
    lines.join("\n")
}

fn taken(report: &ImportReport, without: &ImportReport) -> Vec<String> {
    let new = report
        .taken
        .iter()
        .filter(|t| without.taken.iter().all(|w| w.file != t.file));
    let day = |d: Option<chrono::NaiveDate>| d.map_or("-".to_string(), |d| d.to_string());
    let line = |t: &data::Taken| {
        format!(
            "taken {} by {}: {} values, {}..{}",
            t.file,
            t.publisher,
            t.values,
            day(t.first),
            day(t.last)
        )
    };
    new.map(line).collect()
}

/// Values that the core alone does not have.
fn values(now: &Dataset, base: &Dataset) -> Vec<String> {
    let (now, base) = (&now.observations, &base.observations);
    let mut lines = Vec::new();
    for (name, series) in &now.daily {
        let old = base.daily.get(name).map(|s| &s.values);
        for (i, value) in series.values.iter().enumerate() {
            if let Some(value) = value.filter(|v| old.is_none_or(|o| o[i] != Some(*v))) {
                lines.push(format!("{name} {} {value}", now.sessions[i]));
            }
        }
    }
    lines.extend(
        now.vx
            .iter()
            .map(|v| format!("vx {} {} {}", v.trade_date, v.expiry, v.settle)),
    );
    for (name, releases) in &now.slow {
        lines.extend(
            releases
                .iter()
                .map(|r| format!("{name} {} known {} {}", r.period, r.known, r.value)),
        );
    }
    let events = now.events.iter().filter(|e| !base.events.contains(e));
    lines.extend(events.map(|e| format!("event {} minute {} {:?}", e.date, e.minute, e.kind)));
    lines
}

fn mark(m: &data::marks::OptionMark) -> String {
    let right = if m.is_call { "C" } else { "P" };
    format!(
        "mark {} {} {} {} {right} {}: {} index {}",
        m.quote_date, m.quote_time, m.root, m.expiry, m.strike, m.mid, m.underlying
    )
}

fn quote(q: &data::chains::ChainQuote) -> String {
    let cell = |value: Option<f64>| value.map_or("-".to_string(), |v| v.to_string());
    let count = |value: Option<i64>| value.map_or("-".to_string(), |v| v.to_string());
    let right = if q.is_call { "C" } else { "P" };
    format!(
        "quote {} {} {} {} {} {right} {}: bid {} ask {} volume {} open {} iv {} index {}",
        q.quote_date,
        q.quote_time,
        q.kind,
        q.root,
        q.expiry,
        q.strike,
        cell(q.bid),
        cell(q.ask),
        count(q.volume),
        count(q.open_interest),
        cell(q.iv),
        cell(q.underlying)
    )
}
