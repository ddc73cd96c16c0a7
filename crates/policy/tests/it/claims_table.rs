//! `docs/claims.md` is walked row by row: what it says implements a claim is there.

use std::collections::BTreeSet;

use crate::shipped::{condors, hedges, root};

/// Rows of the claims table: prefix and how many.
const ROWS: [(&str, usize); 9] = [
    ("O", 12),
    ("T", 7),
    ("L", 15),
    ("Z", 11),
    ("I", 15),
    ("P", 7),
    ("R", 10),
    ("N", 18),
    ("M", 11),
];
/// Rows the claims table itself refuses, or whose only content is not a rule of trading.
const REFUSED: [&str; 9] = ["T6", "I12", "N7", "N13", "N15", "M1", "M3", "M8", "M9"];

/// From here on the page walks through the lines of the texts.
const LINES: &str = "## Every line of the texts";

struct Row {
    id: String,
    said: String,
    file: String,
    key: String,
    how: String,
}

fn rows() -> Vec<Row> {
    let text = std::fs::read_to_string(root().join("docs/claims.md")).expect("docs/claims.md");
    let row = |line: &str| {
        let cells: Vec<String> = line
            .trim_matches('|')
            .split('|')
            .map(|c| c.trim().to_string())
            .collect();
        let [id, said, file, key, how] = cells
            .try_into()
            .unwrap_or_else(|c| panic!("five cells, not {c:?}"));
        Row {
            id,
            said,
            file,
            key,
            how,
        }
    };
    text.lines()
        .skip_while(|l| !l.starts_with("## "))
        .take_while(|l| *l != LINES)
        .filter(|l| l.starts_with("| ") && !l.starts_with("| row") && !l.starts_with("| ---"))
        .map(row)
        .collect()
}

/// The claims, and the arms A0 to A10 that answer them.
fn known() -> BTreeSet<String> {
    ROWS.iter()
        .flat_map(|(prefix, n)| (1..=*n).map(move |i| format!("{prefix}{i}")))
        .chain((0..=10).map(|i| format!("A{i}")))
        .collect()
}

/// The value at a dotted path; an element of a list is found by its `name`.
fn at<'a>(value: &'a toml::Value, path: &str) -> Option<&'a toml::Value> {
    path.split('.').try_fold(value, |value, key| match value {
        toml::Value::Table(table) => table.get(key),
        toml::Value::Array(all) => all
            .iter()
            .find(|v| v.get("name").and_then(toml::Value::as_str) == Some(key)),
        _ => None,
    })
}

#[test]
fn every_row_of_the_claims_table_is_there_once() {
    let ids: Vec<String> = rows().into_iter().map(|r| r.id).collect();
    assert_eq!(ids.iter().cloned().collect::<BTreeSet<_>>(), known());
    assert_eq!(ids.len(), known().len(), "a row stands twice");
}

#[test]
fn every_key_named_exists_in_its_file() {
    for Row {
        id,
        said,
        file,
        key,
        how,
    } in rows()
    {
        assert!(!said.is_empty(), "{id} does not say what was said");
        assert!(!how.is_empty(), "{id} does not say how");
        if file == "refused" {
            assert!(
                REFUSED.contains(&id.as_str()) || id == "M11",
                "{id} is refused here but not by the claims table"
            );
            continue;
        }
        let text = std::fs::read_to_string(root().join(&file))
            .unwrap_or_else(|e| panic!("{id}: {file}: {e}"));
        let value = toml::Value::Table(
            toml::from_str(&text).unwrap_or_else(|e| panic!("{id}: {file}: {e}")),
        );
        assert!(at(&value, &key).is_some(), "{id}: {file} has no key {key}");
        for word in how
            .split([' ', ',', ';', '.'])
            .filter(|w| w.contains('_') && !w.contains('`'))
        {
            assert!(
                hedges().contains_key(word) || condors().contains_key(word),
                "{id} names {word}, which does not ship"
            );
        }
    }
}

#[test]
fn the_rows_a_policy_says_it_stands_for_exist() {
    for (name, hedge) in hedges() {
        for claim in &hedge.claims {
            assert!(known().contains(claim), "{name} names the claim {claim}");
        }
    }
}

#[test]
fn every_policy_of_the_arms_a0_to_a8_ships() {
    let claims: BTreeSet<String> = hedges().values().flat_map(|h| h.claims.clone()).collect();
    for arm in (0..=8).map(|i| format!("A{i}")) {
        assert!(claims.contains(&arm), "no policy stands for {arm}");
    }
}

#[test]
fn every_line_of_the_texts_has_a_state_and_names_what_is_there() {
    let text = std::fs::read_to_string(root().join("docs/claims.md")).expect("docs/claims.md");
    let lines: Vec<Vec<&str>> = text
        .lines()
        .skip_while(|l| *l != LINES)
        .take_while(|l| *l != "## The strongest ALVH")
        .filter(|l| l.starts_with("| S"))
        .map(|l| l.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    assert!(lines.len() > 70, "{} lines", lines.len());
    let policies: BTreeSet<String> = hedges().into_keys().chain(condors().into_keys()).collect();
    let asked = std::fs::read_to_string(root().join("configs/runs/seeds.toml")).expect("a run");
    for line in lines {
        let [at, _, state, place] = line[..] else {
            panic!("four cells, not {line:?}")
        };
        assert!(
            ["measured", "arm", "open", "refused"].contains(&state),
            "{at}: {state}"
        );
        if state == "arm" {
            let named = place.split('`').skip(1).step_by(2).collect::<Vec<_>>();
            let is_there = named.is_empty() || named.iter().any(|n| policies.contains(*n));
            let is_key = place.contains("signal") || place.contains("_sessions");
            assert!(
                is_there || is_key || place.contains("decay"),
                "{at}: {place}"
            );
        }
        if let Some(row) = place
            .split(" in seeds.toml")
            .next()
            .filter(|_| place.contains(" in seeds.toml"))
        {
            for id in row
                .rsplit(';')
                .next()
                .unwrap_or_default()
                .split(',')
                .map(str::trim)
            {
                assert!(
                    asked.contains(&format!("id = \"{id}\"")),
                    "{at}: no row {id} in seeds.toml"
                );
            }
        }
    }
}
