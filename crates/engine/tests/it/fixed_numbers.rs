//! Numbers that are not keys of a run file are listed in `docs/method.md`, all of them and as they are.

use std::collections::BTreeSet;

use engine::fixed_numbers::FIXED_NUMBERS;

fn text(path: &str) -> String {
    let path = format!("{}/{path}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"))
}

#[test]
fn the_page_lists_what_the_code_fixes() {
    let page = text("../../docs/method.md");
    let section = page
        .split("## Numbers that are not keys")
        .nth(1)
        .and_then(|rest| rest.split("\n## ").next())
        .expect("the section");
    let found: Vec<&str> = section.lines().filter(|l| l.starts_with("| `")).collect();
    let known: Vec<String> = FIXED_NUMBERS
        .iter()
        .map(|n| format!("| `{}` | {} | {} | {} |", n.name, n.value, n.unit, n.reason))
        .collect();
    assert_eq!(found, known);
}

#[test]
fn no_number_of_the_rules_is_left_out() {
    let listed: BTreeSet<&str> = FIXED_NUMBERS.iter().map(|n| n.name).collect();
    let mut found = BTreeSet::new();
    let files =
        ["fill", "admit", "fees", "shock", "naked_margin"].map(|f| text(&format!("src/{f}.rs")));
    for file in &files {
        for line in file.lines() {
            let rest = line
                .trim_start_matches("pub(crate) ")
                .strip_prefix("const ");
            let Some((name, kind)) = rest.and_then(|rest| rest.split_once(": ")) else {
                continue;
            };
            let is_value = !name.starts_with("fn ");
            if is_value && (kind.starts_with("f64") || kind.starts_with("i64")) {
                found.insert(name);
            }
        }
    }
    assert_eq!(found, listed);
}
