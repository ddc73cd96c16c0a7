//! Rules of the house that no compiler checks.

use std::path::{Path, PathBuf};

use crate::support::root;

pub(crate) fn files(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        if path.is_dir() {
            if !["target", ".git", "reports"].contains(&name.as_str()) {
                files(&path, out);
            }
        } else {
            out.push(path);
        }
    }
}

fn texts() -> Vec<(PathBuf, String)> {
    let mut all = Vec::new();
    files(&root(), &mut all);
    let kinds = ["rs", "toml", "md", "js", "css", "py"];
    all.into_iter()
        .filter(|p| {
            p.extension()
                .is_some_and(|x| kinds.contains(&x.to_string_lossy().as_ref()))
        })
        .filter(|p| !p.ends_with("tests/it/tidy.rs"))
        .map(|p| {
            (
                p.clone(),
                std::fs::read_to_string(&p).unwrap_or_else(|e| panic!("{}: {e}", p.display())),
            )
        })
        .collect()
}

#[test]
fn every_test_file_is_in_its_binary() {
    let mut all = Vec::new();
    files(&root().join("crates"), &mut all);
    let mains: Vec<&PathBuf> = all
        .iter()
        .filter(|p| p.ends_with("tests/it/main.rs"))
        .collect();
    assert!(mains.len() >= 5);
    for main in mains {
        let text = std::fs::read_to_string(main).expect("text");
        for file in std::fs::read_dir(main.parent().expect("a folder")).expect("a folder") {
            let path = file.expect("an entry").path();
            let stem = path
                .file_stem()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            if stem != "main" && path.extension().is_some_and(|x| x == "rs") {
                assert!(
                    text.contains(&format!("mod {stem};")),
                    "{} is in no test binary",
                    path.display()
                );
            }
        }
    }
}

#[test]
fn nothing_unfinished_is_presented_as_done() {
    for (path, text) in texts() {
        for mark in ["TODO", "FIXME", "XXX", "todo!(", "unimplemented!("] {
            assert!(!text.contains(mark), "{} holds {mark}", path.display());
        }
    }
}

#[test]
fn no_file_names_a_machine_or_a_place_on_it() {
    for (path, text) in texts() {
        for mark in ["/work/", "/root/", "/home/", "/tmp/"] {
            assert!(!text.contains(mark), "{} holds {mark}", path.display());
        }
    }
}

#[test]
fn source_files_stay_readable() {
    for (path, text) in texts() {
        if path.extension().is_some_and(|x| x == "rs") {
            let lines = text.lines().count();
            assert!(lines <= 700, "{} has {lines} lines", path.display());
            // Comments and fixtures may hold a row of a publisher's file, which is as long as it is.
            let is_source = path.components().any(|part| part.as_os_str() == "src");
            let code = text
                .lines()
                .enumerate()
                .filter(|(_, l)| is_source && !l.trim_start().starts_with("//"));
            for (index, line) in code {
                assert!(
                    line.chars().count() <= 160,
                    "{} line {} is too long",
                    path.display(),
                    index + 1
                );
            }
        }
    }
}

#[test]
fn every_crate_is_on_the_map() {
    let map = std::fs::read_to_string(root().join("crates/README.md")).expect("the map");
    for entry in std::fs::read_dir(root().join("crates")).expect("the crates") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            let name = path
                .file_name()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            assert!(
                map.contains(&format!("`{name}`")),
                "crates/README.md does not mention {name}"
            );
        }
    }
}

#[test]
fn every_crate_but_the_program_names_how_it_is_optimised() {
    let text = std::fs::read_to_string(root().join("Cargo.toml")).expect("the workspace");
    let workspace: toml::Table = text.parse().expect("a table");
    let of_package = |profile: &str, package: &str| {
        workspace["profile"][profile]["package"]
            .as_table()
            .and_then(|packages| packages.get(package).cloned())
    };
    for entry in std::fs::read_dir(root().join("crates")).expect("the crates") {
        let manifest = entry.expect("an entry").path().join("Cargo.toml");
        let Ok(text) = std::fs::read_to_string(&manifest) else {
            continue;
        };
        let manifest: toml::Table = text.parse().expect("a manifest");
        let name = manifest["package"]["name"].as_str().expect("a name");
        let settings = of_package("release", name);
        if name == "alvh" {
            // The profile's level is its own. With settings for it, cargo would leave the names in what is released.
            let of_dist = of_package("dist", name);
            assert_eq!((settings, of_dist), (None, None), "{name}");
            continue;
        }
        let level = settings.and_then(|settings| settings.get("opt-level").cloned());
        assert!(level.is_some(), "{name}: Cargo.toml gives it no opt-level");
    }
}

#[test]
fn the_readme_names_the_two_commands() {
    let readme = std::fs::read_to_string(root().join("README.md")).expect("the README");
    for command in ["cargo run --release", "cargo test --release --workspace"] {
        assert!(readme.contains(command), "README.md lacks {command:?}");
    }
}

#[test]
fn every_pitfall_names_tests_that_exist() {
    let table = std::fs::read_to_string(root().join("docs/pitfalls.md")).expect("the pitfalls");
    let mut named = 0;
    let tests: Vec<String> = texts()
        .into_iter()
        .filter(|(p, _)| p.extension().is_some_and(|x| x == "rs"))
        .map(|(_, text)| text)
        .collect();
    for row in table.lines().filter(|line| line.starts_with("| W")) {
        let names: Vec<&str> = row.split('`').skip(1).step_by(2).collect();
        assert!(!names.is_empty(), "no test in: {row}");
        for name in names {
            let exists = tests
                .iter()
                .any(|text| text.contains(&format!("fn {name}(")));
            assert!(
                exists,
                "docs/pitfalls.md names {name}, which no file defines"
            );
            named += 1;
        }
    }
    assert!(named > 40, "{named} tests");
}

/// Where a word that is also the name of a column stands for something else, and what.
const OTHER_MEANINGS: [(&str, &[&str]); 13] = [
    ("spx_close", &["data", "market", "signals"]), // a series of a dataset
    ("vx_front", &["policy"]),                     // a signal
    ("half_spread_fraction", &["engine", "report"]), // a key of a run file
    ("journal_version", &["cli"]),                 // a key of the manifest
    ("drawdown_reduction", &["panel", "report", "study", "sweep"]), // a measure, as is what follows
    ("pnl_usd", &["report", "study"]),
    ("max_drawdown_usd", &["study"]),
    ("profit_retained", &["sweep"]),
    ("cvar95_usd", &["study"]),
    ("profit_kept", &["panel", "report"]),
    ("return_given_up", &["panel", "report"]),
    ("cvar_reduction", &["panel", "report"]),
    ("over_line", &["panel", "report"]),
];

#[test]
fn the_name_of_a_column_is_spelled_in_its_table_alone() {
    let names: Vec<&str> = tables::declared()
        .iter()
        .flat_map(|(_, columns)| columns.iter())
        .map(|column| column.name.as_ref())
        // A plain word (`date`, `vix`, `count`) is no name of a column wherever it stands.
        .filter(|name| name.contains('_'))
        .collect();
    assert!(names.len() > 80, "{} names", names.len());
    let mut seen = 0;
    for (path, text) in texts() {
        let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
        let at = parts.iter().position(|part| part == "crates");
        let (Some(at), true) = (at, path.extension().is_some_and(|x| x == "rs")) else {
            continue;
        };
        if parts[at + 1] == "tables" || parts[at + 2] != "src" {
            continue;
        }
        seen += 1;
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for name in &names {
            let means_other = OTHER_MEANINGS
                .iter()
                .any(|(word, crates)| word == name && crates.contains(&parts[at + 1].as_ref()));
            assert!(
                means_other || !code.contains(&format!("\"{name}\"")),
                "{} spells the column {name}; use the field of its row in `tables`",
                path.display()
            );
        }
    }
    assert!(seen > 100, "{seen} source files");
}

#[test]
fn docs_method_says_what_every_column_of_the_summary_is() {
    let page = std::fs::read_to_string(root().join("docs/method.md")).expect("the page");
    let section = page
        .split("## Columns of `summary.csv`")
        .nth(1)
        .and_then(|rest| rest.split("\n## ").next())
        .expect("the section");
    let said: Vec<&str> = section
        .lines()
        .filter(|line| line.starts_with("| `"))
        .flat_map(|line| {
            line.split('|')
                .nth(1)
                .unwrap_or_default()
                .split('`')
                .skip(1)
                .step_by(2)
        })
        .collect();
    let (_, columns) = tables::declared()[0];
    for name in &said {
        assert!(
            columns.iter().any(|column| column.name == *name),
            "no column {name}"
        );
    }
    for column in columns {
        let name = column.name.as_ref();
        assert!(
            said.contains(&name),
            "docs/method.md does not say what {name} is"
        );
    }
}

/// The longest function of a source, in lines: from `fn` to the brace that stands below it.
fn longest_function(text: &str) -> Option<(usize, String)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut longest = None;
    for (at, line) in lines.iter().enumerate() {
        let words = line.trim_start();
        let indent = &line[..line.len() - words.len()];
        let begin = ["pub ", "pub(crate) ", "pub(super) ", "const ", "async "]
            .iter()
            .fold(words, |rest, word| rest.strip_prefix(word).unwrap_or(rest));
        let Some(named) = begin.strip_prefix("fn ") else {
            continue;
        };
        let end = format!("{indent}}}");
        // A declaration without a body, or a body on the same line, is short.
        if line.ends_with(';') || line.ends_with('}') {
            continue;
        }
        let below = lines[at..].iter().position(|line| *line == end);
        let length = below.map_or(1, |below| below + 1);
        if longest.as_ref().is_none_or(|(most, _)| *most < length) {
            longest = Some((length, named.to_string()));
        }
    }
    longest
}

#[test]
fn no_function_is_longer_than_seventy_lines() {
    let mut seen = 0;
    for (path, text) in texts() {
        let is_source = path.components().any(|part| part.as_os_str() == "src");
        if !is_source || path.extension().is_none_or(|x| x != "rs") {
            continue;
        }
        let Some((length, name)) = longest_function(&text) else {
            continue;
        };
        seen += 1;
        assert!(length <= 70, "{}: {length} lines: {name}", path.display());
    }
    assert!(seen > 200, "{seen} files with functions");
    let long = format!(
        "impl A {{\n    pub fn b() {{\n{}    }}\n}}\n",
        "\n".repeat(69)
    );
    assert_eq!(longest_function(&long).map(|found| found.0), Some(71));
}
