//! No two files of a crate need each other: who reads one file can stop there.
//!
//! Read as text: every path that begins with `crate::`, `super::` or a module's own child. A parent and its children may know
//! each other (a module and its parts are one thing); no other circle is allowed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Modules of a crate by their path (`claims::evidence`), with their text up to the unit tests.
fn modules(source: &Path) -> BTreeMap<Vec<String>, String> {
    let mut all = BTreeMap::new();
    let mut folders = vec![source.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = std::fs::read_to_string(&path).expect("a text");
                let code = text.split("#[cfg(test)]").next().unwrap_or_default();
                let code: String = code
                    .lines()
                    .filter(|line| !line.trim_start().starts_with("//"))
                    .collect::<Vec<_>>()
                    .join("\n");
                all.insert(name(source, &path), code);
            }
        }
    }
    all
}

/// `src/claims/evidence.rs` is `claims::evidence`; the root of a crate has no name.
fn name(source: &Path, file: &Path) -> Vec<String> {
    let inside = file.strip_prefix(source).expect("below the source");
    let mut parts: Vec<String> = inside
        .with_extension("")
        .components()
        .map(|c| c.as_os_str().to_string_lossy().into_owned())
        .collect();
    if parts
        .last()
        .is_some_and(|last| last == "mod" || last == "lib" || last == "main")
    {
        parts.pop();
    }
    parts
}

/// Splits a use tree's inside at its commas, braces counted.
fn branches(inside: &str) -> Vec<&str> {
    let (mut depth, mut from, mut all) = (0, 0, Vec::new());
    for (at, c) in inside.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                all.push(&inside[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    all.push(&inside[from..]);
    all
}

/// Every path of a use tree or expression that starts at `text`, as words.
fn paths(text: &str, so_far: &[String], found: &mut Vec<Vec<String>>) {
    let mut path = so_far.to_vec();
    let mut rest = text.trim_start();
    loop {
        if let Some(group) = rest.strip_prefix('{') {
            let mut depth = 1;
            let end = group.char_indices().find(|(_, c)| {
                depth += match c {
                    '{' => 1,
                    '}' => -1,
                    _ => 0,
                };
                depth == 0
            });
            let inside = end.map_or(group, |(at, _)| &group[..at]);
            for branch in branches(inside) {
                paths(branch, &path, found);
            }
            return;
        }
        let word: String = rest
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect();
        if word.is_empty() {
            break;
        }
        rest = &rest[word.len()..];
        path.push(word);
        match rest.strip_prefix("::") {
            Some(next) => rest = next.trim_start(),
            None => break,
        }
    }
    found.push(path);
}

/// Modules of the crate that a module names.
fn uses(
    module: &[String],
    text: &str,
    modules: &BTreeMap<Vec<String>, String>,
) -> BTreeSet<Vec<String>> {
    let mut found = Vec::new();
    for (key, above) in [
        ("crate::", 0),
        ("super::super::", 2),
        ("super::", 1),
        ("self::", 3),
    ] {
        let base = match above {
            0 => Vec::new(),
            3 => module.to_vec(),
            n => module[..module.len().saturating_sub(n)].to_vec(),
        };
        for (at, _) in text.match_indices(key) {
            let before = text[..at].chars().next_back();
            let is_part = before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':');
            if !is_part {
                paths(&text[at + key.len()..], &base, &mut found);
            }
        }
    }
    let mut used = BTreeSet::new();
    for path in found {
        // The longest beginning of a path that is a module is the file it needs.
        let known = (1..=path.len())
            .rev()
            .find(|n| modules.contains_key(&path[..*n]));
        used.extend(
            known
                .map(|n| path[..n].to_vec())
                .filter(|used| used != module),
        );
    }
    used
}

/// Everything that can be reached from a module without the arrows between a parent and its children.
fn reach(
    from: &[String],
    arrows: &BTreeMap<Vec<String>, BTreeSet<Vec<String>>>,
) -> BTreeSet<Vec<String>> {
    let mut seen = BTreeSet::new();
    let mut next = vec![from.to_vec()];
    while let Some(module) = next.pop() {
        for used in arrows.get(&module).into_iter().flatten() {
            let is_family = used.starts_with(&module) || module.starts_with(used);
            if !is_family && seen.insert(used.clone()) {
                next.push(used.clone());
            }
        }
    }
    seen
}

/// The circles of a crate: sets of modules that need each other.
fn circles(source: &Path) -> BTreeSet<Vec<String>> {
    let modules = modules(source);
    let arrows: BTreeMap<_, _> = modules
        .iter()
        .map(|(name, text)| (name.clone(), uses(name, text, &modules)))
        .collect();
    let reached: BTreeMap<_, _> = modules
        .keys()
        .map(|name| (name.clone(), reach(name, &arrows)))
        .collect();
    let mut found = BTreeSet::new();
    for (name, others) in &reached {
        let circle: Vec<String> = others
            .iter()
            .filter(|other| *other != name && reached[*other].contains(name))
            .chain([name].into_iter().filter(|_| others.contains(name)))
            .map(|module| module.join("::"))
            .collect();
        if circle.len() > 1 {
            let mut circle = circle;
            circle.sort();
            found.insert(circle);
        }
    }
    found
}

fn crates() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut all: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the crates")
        .map(|entry| entry.expect("an entry").path().join("src"))
        .filter(|source| source.is_dir())
        .collect();
    all.sort();
    all
}

#[test]
fn no_files_of_a_crate_need_each_other_in_a_circle() {
    let all = crates();
    assert!(all.len() > 12, "the crates stand where they are looked for");
    let mut found = Vec::new();
    for source in all {
        let name = source.parent().and_then(Path::file_name);
        let name = name.map_or(String::new(), |n| n.to_string_lossy().into_owned());
        found.extend(
            circles(&source)
                .iter()
                .map(|c| (name.clone(), c.join(", "))),
        );
    }
    assert_eq!(found, [], "circles: crate and files");
}

#[test]
fn a_circle_is_found_and_a_parent_with_its_child_is_none() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("circles");
    std::fs::create_dir_all(folder.join("b")).expect("a folder");
    let write = |file: &str, text: &str| {
        std::fs::write(folder.join(file), text).expect("a file");
    };
    write("lib.rs", "mod a;\nmod b;\nmod c;\n");
    write("a.rs", "use crate::b::{Thing, part::{Other, self}};\n");
    write("b.rs", "mod part;\nuse self::part::Other;\n");
    write(
        "b/part.rs",
        "// crate::a is only a word here\nuse super::Thing;\n",
    );
    write("c.rs", "fn f() { crate::a::g() }\n");
    assert_eq!(circles(&folder), BTreeSet::new());
    write("b/part.rs", "fn f() { super::super::c::g() }\n");
    let found = circles(&folder);
    let expected = vec!["a".to_string(), "b::part".into(), "c".into()];
    assert_eq!(found, BTreeSet::from([expected]));
}
