//! The tests that pages name are there: a page that promises something says which test would fail if it were not so.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use crate::support::root;
use crate::tidy::files;

/// Underscores from which a word in a page is a sentence: the name of a test, or a long name of something else in the code.
const SENTENCE: usize = 4;

/// Names of tests by file below `tests/it`, and all words of the code.
struct Code {
    tests: BTreeMap<String, BTreeSet<String>>,
    words: BTreeSet<String>,
}

impl Code {
    fn of(paths: &[PathBuf]) -> Code {
        let mut code = Code {
            tests: BTreeMap::new(),
            words: BTreeSet::new(),
        };
        for path in paths {
            let Ok(text) = std::fs::read_to_string(path) else {
                continue;
            };
            let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            code.words.extend(words.map(String::from));
            let place = path.to_string_lossy();
            let Some((_, below)) = place.split_once("tests/it/") else {
                continue;
            };
            let names = text.split("#[test]").skip(1).filter_map(|after| {
                let name = after.split("fn ").nth(1)?;
                Some(name.split('(').next()?.to_string())
            });
            let names: BTreeSet<String> = names.collect();
            // A file of a folder is a module of the one beside it.
            for module in below.trim_end_matches(".rs").split('/') {
                let tests = code.tests.entry(module.into()).or_default();
                tests.extend(names.iter().cloned());
            }
        }
        code
    }

    /// Whether a word in backticks names what is there: `file::test`, or a sentence.
    fn has(&self, word: &str) -> bool {
        let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_:…".contains(c);
        if !word.chars().all(is_name) {
            return true;
        }
        let (path, name) = word.rsplit_once("::").unwrap_or(("", word));
        let file = path.rsplit("::").next().and_then(|f| self.tests.get(f));
        match (file, name.strip_suffix('…')) {
            (Some(tests), Some(begin)) => tests.iter().any(|test| test.starts_with(begin)),
            (Some(tests), None) => tests.contains(name) || tests.is_empty(),
            (None, _) => name.matches('_').count() < SENTENCE || self.words.contains(name),
        }
    }
}

#[test]
fn every_test_a_page_names_exists() {
    let mut all = Vec::new();
    files(&root(), &mut all);
    let (pages, others): (Vec<PathBuf>, Vec<PathBuf>) = all
        .into_iter()
        .partition(|path| path.extension().is_some_and(|kind| kind == "md"));
    let is_code = |path: &PathBuf| path.extension().is_some_and(|kind| kind == "rs");
    let code = Code::of(&others.into_iter().filter(is_code).collect::<Vec<_>>());
    let mut named = 0;
    let mut wrong = Vec::new();
    // A changelog tells of what was.
    for page in pages.iter().filter(|page| !page.ends_with("CHANGELOG.md")) {
        let text = std::fs::read_to_string(page).expect("a page");
        for line in text.lines() {
            let words = line.split('`').skip(1).step_by(2);
            for word in words {
                named += usize::from(word.matches('_').count() >= SENTENCE);
                if !code.has(word) {
                    wrong.push(format!("{}: {word}", page.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(named > 100, "only {named} names");
}

#[test]
fn a_name_that_is_nowhere_is_noticed() {
    let here = root().join("crates/cli/tests/it/named_tests.rs");
    let code = Code::of(&[here]);
    assert!(code.has("named_tests::every_test_a_page_names_exists"));
    assert!(code.has("every_test_a_page_names_exists"));
    assert!(code.has("named_tests::every_test_…") && code.has("max_age_sessions"));
    let nowhere = ["every", "test", "a", "page", "forgot"].join("_");
    assert!(!code.has(&nowhere));
    assert!(!code.has(&format!("named_tests::{nowhere}")));
    assert!(!code.has("named_tests::no_…"));
}
