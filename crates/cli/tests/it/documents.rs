//! What the comments and the pages refer to is there, and the pages are easy to read.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::support::root;
use crate::tidy::files;

/// Most words of a sentence.
const MOST_WORDS: usize = 35;

/// Names of texts that readers of this repository do not have.
const ELSEWHERE: [&str; 8] = [
    "DOMAIN",
    "CLAIMS",
    "PITFALLS",
    "PRODUCT",
    "BENCHMARKS",
    "ECOSYSTEM",
    "FEATURES",
    "STYLE",
];

/// A text of the repository by its path from the root.
struct Text {
    path: PathBuf,
    text: String,
}

impl Text {
    fn kind(&self) -> &str {
        self.path
            .extension()
            .map_or("", |kind| kind.to_str().expect("a name"))
    }

    fn is_page(&self) -> bool {
        self.kind() == "md"
    }

    /// Lines of prose with their numbers: of code the comments alone.
    fn prose(&self) -> impl Iterator<Item = (usize, &str)> {
        let mark = match self.kind() {
            "rs" => Some("//"),
            "md" => None,
            _ => Some("#"),
        };
        self.text.lines().enumerate().filter_map(move |(i, line)| {
            let prose = match mark {
                None => line,
                Some(mark) => line.split_once(mark)?.1,
            };
            Some((i + 1, prose))
        })
    }
}

fn texts() -> Vec<Text> {
    let mut all = Vec::new();
    files(&root(), &mut all);
    all.push(root().join("reports/README.md"));
    let kinds = ["rs", "toml", "md", "py", "sh", "yml"];
    let is_text = |path: &PathBuf| {
        path.extension()
            .is_some_and(|kind| kinds.contains(&kind.to_string_lossy().as_ref()))
    };
    all.into_iter()
        .filter(is_text)
        .filter(|path| !path.ends_with("tests/it/documents.rs"))
        .map(|path| Text {
            text: std::fs::read_to_string(&path)
                .unwrap_or_else(|e| panic!("{}: {e}", path.display())),
            path: path
                .strip_prefix(root())
                .expect("under the root")
                .to_path_buf(),
        })
        .collect()
}

fn fail_on(found: Vec<String>) {
    assert!(found.is_empty(), "{}\n", found.join("\n"));
}

#[test]
fn no_comment_or_page_names_a_text_that_is_not_here() {
    let mut found = Vec::new();
    for text in texts() {
        for (line, prose) in text.prose() {
            let mut words = prose.split(|c: char| !c.is_alphanumeric() && c != '_');
            if let Some(word) = words.find(|word| ELSEWHERE.contains(word)) {
                found.push(format!("{}:{line} names {word}", text.path.display()));
            }
        }
    }
    fail_on(found);
}

/// The anchor that a heading gets on the usual hosts.
fn slug(heading: &str) -> String {
    heading
        .trim()
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric() || [' ', '-', '_'].contains(c))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

fn anchors(page: &str) -> BTreeSet<String> {
    outside_of_code(page)
        .filter(|(_, line)| line.starts_with('#'))
        .map(|(_, line)| slug(line.trim_start_matches('#')))
        .collect()
}

/// Lines outside of fenced code, numbered from 1.
fn outside_of_code(page: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut is_code = false;
    page.lines().enumerate().filter_map(move |(i, line)| {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        (!is_code && !is_fence).then_some((i + 1, line))
    })
}

/// What is wrong with a reference to a file of the repository, and to an anchor in it.
fn broken(path: &Path, anchor: Option<&str>) -> Option<String> {
    let Ok(text) = std::fs::read_to_string(path) else {
        return (!path.exists()).then(|| "there is no such file".to_string());
    };
    let anchor = anchor?;
    (!anchors(&text).contains(anchor)).then(|| format!("there is no heading #{anchor}"))
}

#[test]
fn every_page_and_section_named_exists() {
    let (mut found, mut sections) = (Vec::new(), 0);
    for text in texts() {
        for (line, prose) in text.prose() {
            for (at, _) in prose.match_indices("docs/") {
                let name = leading(&prose[at..], "/._");
                let Some(page) = name.strip_suffix(".md").or(name.strip_suffix(".md.")) else {
                    continue;
                };
                let after = &prose[at + page.len() + ".md".len()..];
                let anchor = after.strip_prefix('#').map(|rest| leading(rest, "_"));
                sections += usize::from(anchor.is_some());
                if let Some(what) = broken(&root().join(format!("{page}.md")), anchor) {
                    let place = text.path.display();
                    found.push(format!("{place}:{line} names {page}.md: {what}"));
                }
            }
        }
    }
    fail_on(found);
    assert!(sections > 60, "only {sections} sections are named anywhere");
}

/// What a name is made of at the start of `text`: letters, digits, hyphens and the characters of `also`.
fn leading<'a>(text: &'a str, also: &str) -> &'a str {
    let is_name = |c: char| c.is_alphanumeric() || c == '-' || also.contains(c);
    let end = text.find(|c| !is_name(c)).unwrap_or(text.len());
    &text[..end]
}

/// The rows of a table page: what stands in the first cells, such as `Z1` or `W4, W23`.
fn rows_of(page: &str) -> BTreeSet<String> {
    let text = std::fs::read_to_string(root().join(page)).expect("the page");
    text.lines()
        .filter_map(|line| line.strip_prefix("| ")?.split(" |").next())
        .flat_map(|cell| cell.split(", "))
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_row_named_exists() {
    let pages: BTreeMap<&str, BTreeSet<String>> = ["docs/claims.md", "docs/pitfalls.md"]
        .map(|page| (page, rows_of(page)))
        .into();
    let (mut found, mut named) = (Vec::new(), 0);
    for text in texts() {
        for (line, prose) in text.prose() {
            for (page, rows) in &pages {
                for (at, _) in prose.match_indices(&format!("{page}, row")) {
                    let list = prose[at + page.len() + ", row".len()..].trim_start_matches('s');
                    let ids = list.split(", ").map(|id| leading(id.trim_start(), ""));
                    for id in ids.take_while(|id| is_row(id)) {
                        named += 1;
                        if !rows.contains(id) {
                            let place = text.path.display();
                            found.push(format!("{place}:{line}: {page} has no row {id}"));
                        }
                    }
                }
            }
        }
    }
    fail_on(found);
    assert!(named > 20, "only {named} rows are named anywhere");
}

/// A capital letter and a number.
fn is_row(id: &str) -> bool {
    let mut chars = id.chars();
    chars.next().is_some_and(|c| c.is_ascii_uppercase())
        && !chars.as_str().is_empty()
        && chars.all(|c| c.is_ascii_digit())
}

#[test]
fn every_relative_link_of_a_page_resolves() {
    let (mut found, mut links) = (Vec::new(), 0);
    for text in texts().into_iter().filter(Text::is_page) {
        let folder = root().join(text.path.parent().expect("a folder"));
        for (line, prose) in outside_of_code(&text.text) {
            let targets = prose.split("](").skip(1);
            for target in targets.filter_map(|rest| rest.split(')').next()) {
                if target.contains("://") || target.starts_with("mailto:") {
                    continue;
                }
                links += 1;
                let (file, anchor) = match target.split_once('#') {
                    Some((file, anchor)) => (file, Some(anchor)),
                    None => (target, None),
                };
                let path = if file.is_empty() {
                    root().join(&text.path)
                } else {
                    folder.join(file)
                };
                if let Some(what) = broken(&path, anchor) {
                    let place = text.path.display();
                    found.push(format!("{place}:{line} links to {target}: {what}"));
                }
            }
        }
    }
    fail_on(found);
    assert!(links > 40, "only {links} links");
}

#[test]
fn every_source_file_a_page_names_exists() {
    let crates = root().join("crates");
    let (mut found, mut named) = (Vec::new(), 0);
    for text in texts().into_iter().filter(Text::is_page) {
        for (line, prose) in outside_of_code(&text.text) {
            for code in prose.split('`').skip(1).step_by(2) {
                let name = code.strip_prefix("crates/").unwrap_or(code);
                let mut parts = name.split('/');
                let is_crate = |part: &str| !part.is_empty() && crates.join(part).is_dir();
                let is_file = parts.next().is_some_and(is_crate)
                    && parts
                        .next()
                        .is_some_and(|part| ["src", "tests", "facts"].contains(&part))
                    && !name.contains(['<', '*', ' ']);
                named += usize::from(is_file);
                if is_file && !crates.join(name).exists() {
                    let place = text.path.display();
                    found.push(format!("{place}:{line} names {code}, which is not there"));
                }
            }
        }
    }
    fail_on(found);
    assert!(named > 60, "only {named} files are named");
}

#[test]
fn the_index_has_every_page_and_the_answer_first() {
    let index = std::fs::read_to_string(root().join("docs/README.md")).expect("the index");
    let listed: Vec<&str> = index
        .lines()
        .filter_map(|line| line.strip_prefix("| [")?.split(']').next())
        .collect();
    assert_eq!(listed.first(), Some(&"findings.md"));
    for entry in std::fs::read_dir(root().join("docs")).expect("the pages") {
        let name = entry.expect("an entry").file_name();
        let name = name.to_string_lossy();
        let is_page = name.ends_with(".md") && name != "README.md";
        assert!(
            !is_page || listed.contains(&name.as_ref()),
            "docs/README.md has no line for {name}"
        );
    }
}

/// A paragraph or an item of a list: its words, each with the line it stands in.
type Paragraph = Vec<(usize, String)>;

/// The prose of a page: no code, tables or headings. Inline code counts as one word, a link as its text.
fn paragraphs(page: &str) -> Vec<Paragraph> {
    let mut all = vec![Vec::new()];
    let mut is_after_break = true;
    for (line, text) in outside_of_code(page) {
        let trimmed = text.trim_start_matches([' ', '>']);
        let breaks = trimmed.is_empty() || trimmed.starts_with(['|', '#']);
        let is_code = is_after_break && text.starts_with("    ");
        let item = item_mark(trimmed);
        if breaks || item > 0 {
            all.push(Vec::new());
        }
        is_after_break = breaks || is_code;
        if !breaks && !is_code {
            let words = plain(&trimmed[item..]);
            let last = all.last_mut().expect("there is one");
            last.extend(words.split_whitespace().map(|w| (line, w.to_owned())));
        }
    }
    all
}

/// Length of `- `, `* ` or `1. ` at the start of a line.
fn item_mark(line: &str) -> usize {
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let is_item = match digits {
        0 => line.starts_with("- ") || line.starts_with("* "),
        _ => line[digits..].starts_with(". "),
    };
    if is_item { digits.max(1) + 1 } else { 0 }
}

/// Inline code as `CODE`, links without their targets.
fn plain(line: &str) -> String {
    let parts = line.split('`').enumerate();
    let without_code: String = parts
        .map(|(i, part)| if i % 2 == 0 { part } else { "CODE" })
        .collect();
    let mut pieces = without_code.split("](");
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        out.push(']');
        out.push_str(piece.split_once(')').map_or("", |(_, after)| after));
    }
    out
}

/// Whether a sentence ends after `word`, before `next`.
fn ends_sentence(word: &str, next: Option<&str>) -> bool {
    let core = word.trim_end_matches([')', '"', '*', '_', ']', '”', '\'']);
    let starts = |next: &str| {
        let first = next.trim_start_matches(['(', '"', '*', '_', '“', '\'']);
        !first.starts_with(char::is_lowercase)
    };
    core.ends_with(['.', '!', '?']) && next.is_none_or(starts)
}

/// The sentences of a paragraph that are too long: the line each begins in, and how many words it has.
fn long_sentences(paragraph: &Paragraph) -> Vec<(usize, usize)> {
    let (mut out, mut start, mut words) = (Vec::new(), 0, 0);
    for (i, (line, word)) in paragraph.iter().enumerate() {
        if words == 0 {
            start = *line;
        }
        words += usize::from(word.contains(char::is_alphanumeric));
        let next = paragraph.get(i + 1).map(|(_, word)| word.as_str());
        if next.is_none() || ends_sentence(word, next) {
            if words > MOST_WORDS {
                out.push((start, words));
            }
            words = 0;
        }
    }
    out
}

#[test]
fn no_sentence_is_longer_than_a_breath() {
    let is_checked = |text: &Text| {
        let path = &text.path;
        let named = ["README.md", "CONTRIBUTING.md", "crates/README.md"].map(Path::new);
        text.is_page()
            && (named.contains(&path.as_path())
                || path.starts_with("docs")
                || path.starts_with("datasets"))
    };
    let pages: Vec<Text> = texts().into_iter().filter(is_checked).collect();
    assert!(pages.len() >= 14, "{} pages", pages.len());
    let mut found = Vec::new();
    for page in &pages {
        for (line, words) in paragraphs(&page.text).iter().flat_map(long_sentences) {
            let place = page.path.display();
            found.push(format!("{place}:{line} begins a sentence of {words} words"));
        }
    }
    fail_on(found);
}

#[test]
fn sentences_are_counted_as_a_reader_would() {
    let of = |page: &str| -> Vec<(usize, usize)> {
        paragraphs(page).iter().flat_map(long_sentences).collect()
    };
    let long = "word ".repeat(MOST_WORDS + 1);
    assert_eq!(
        of(&format!("Short.\nNow {long}end.")),
        [(2, MOST_WORDS + 3)]
    );
    assert_eq!(of(&format!("- {long}\n")), [(1, MOST_WORDS + 1)]);
    assert_eq!(of(&format!("> {long}\n")), [(1, MOST_WORDS + 1)]);
    let half = "Word ".repeat(MOST_WORDS - 1);
    assert_eq!(of(&format!("{half}end. {half}end. `x` {half}")), []);
    assert_eq!(
        of(&format!("{half}3.5 points, i.e. two")),
        [(1, MOST_WORDS + 3)]
    );
    assert_eq!(
        of(&format!("| {long} |\n\n    {long}\n\n```\n{long}\n```\n")),
        []
    );
    assert_eq!(of(&format!("{half}[a](b/c d e.md)")), []);
}
