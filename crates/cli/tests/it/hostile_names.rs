//! Words and names that a user brings, made of markup, formulas and terminal commands: harmless in every output.

use std::path::Path;

use crate::support::{SPRING, alvh, bytes, failure, only_folder, root, scratch, stderr, stdout};

/// HTML, Markdown, a formula and a command to the terminal, at once; TOML escapes for `--set`.
const CLAIM: &str =
    r#"=HYPERLINK(1)<script>alert(1)</script>[x](http://evil.example)|`b`\u001b[31m\u0007"#;
/// The same, as far as a file name may hold it.
const FOLDER: &str = "=1+1<b>[x](evil)\u{1b}[31m";

fn copy(from: &Path, into: &Path) {
    std::fs::create_dir_all(into).expect("a folder");
    for entry in std::fs::read_dir(from)
        .expect("the folder")
        .map(|entry| entry.expect("an entry").path())
    {
        let to = into.join(entry.file_name().expect("a name"));
        match entry.is_dir() {
            true => copy(&entry, &to),
            false => assert!(std::fs::copy(&entry, &to).is_ok(), "{}", entry.display()),
        }
    }
}

pub fn obeys_nothing(text: &str, what: &str) {
    let found = text
        .chars()
        .find(|c| c.is_control() && !matches!(c, '\n' | '\t' | '\r'));
    assert_eq!(found, None, "{what} holds a control character");
}

/// Text outside code, where Markdown reads markup.
fn prose(text: &str) -> String {
    let mut code = false;
    let read = |line: &&str| {
        let fence = line.starts_with("```");
        code ^= fence;
        !fence && !code
    };
    text.lines()
        .filter(read)
        .map(|line| format!("{line}\n"))
        .collect()
}

#[test]
fn a_run_with_hostile_claims_dataset_and_folder_names() {
    let scratch = scratch("hostile-run");
    let (dataset, out) = (scratch.join(FOLDER), scratch.join(format!("{FOLDER}out")));
    copy(&root().join("datasets/reconstruction"), &dataset);
    let claim = format!("claims.rows.O5.claim=\"{CLAIM}\"");
    let set = [
        "--set",
        SPRING,
        "--set",
        "equal_spend_twins=false",
        "--set",
        &claim,
    ];
    let paths = [
        "--dataset",
        dataset.to_str().expect("UTF-8"),
        "--out",
        out.to_str().expect("UTF-8"),
    ];
    let output = alvh(&[&["replay"], &paths[..], &set[..]].concat());
    assert!(output.status.success(), "{}", stderr(&output));
    obeys_nothing(&stdout(&output), "the terminal");
    let files = bytes(&only_folder(&out));
    let text = |name: &str| String::from_utf8(files[name].clone()).expect("text");
    let claims = text("claims.csv");
    assert!(
        claims.contains("'=HYPERLINK(1)<script>"),
        "a spreadsheet takes the claim for words:\n{claims}"
    );
    for name in files.keys().filter(|name| name.ends_with(".csv")) {
        let text = text(name);
        obeys_nothing(&text, name);
        let formula = text
            .lines()
            .flat_map(|line| line.split(','))
            .find(|cell| cell.starts_with(['=', '@']));
        assert_eq!(formula, None, "{name}");
    }
    let page = text("report.html");
    obeys_nothing(&page, "report.html");
    assert!(
        page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"),
        "the claim is shown as it is"
    );
    assert_eq!(
        page.matches("<script").count(),
        1,
        "the page's own script is the only one"
    );
    assert!(
        !page.contains("<b>["),
        "the name of the folder is no markup"
    );
    let markdown = text("report.md");
    obeys_nothing(&markdown, "report.md");
    // A bracket that is escaped begins no link.
    let prose = prose(&markdown).replace("\\]", "");
    assert!(
        !prose.contains("](http") && !prose.contains("<script") && !prose.contains("](evil"),
        "markup came alive"
    );
}

#[test]
fn names_of_files_command_no_terminal() {
    let scratch = scratch("hostile-files");
    let raw = scratch.join("raw");
    std::fs::create_dir_all(&raw).expect("a folder");
    std::fs::write(raw.join(format!("{FOLDER}.csv")), "a,b\n1,2\n").expect("a file");
    let (code, message) = failure(&[
        "data",
        "import",
        "--from",
        raw.to_str().expect("UTF-8"),
        "--into",
        scratch.join("dataset").to_str().expect("UTF-8"),
        "--quiet",
    ]);
    assert_eq!(code, 3, "{message}");
    obeys_nothing(&message, "an error");
    let file = scratch.join(format!("{FOLDER}.toml"));
    let (_, message) = failure(&["replay", file.to_str().expect("UTF-8")]);
    assert!(
        message.contains("\u{fffd}[31m.toml"),
        "the file is named:\n{message}"
    );
    obeys_nothing(&message, "an error");
    std::fs::write(&file, "nam = \"x\"\n").expect("a file");
    for command in ["replay", "sweep"] {
        let (_, message) = failure(&[command, file.to_str().expect("UTF-8")]);
        obeys_nothing(&message, "an error");
    }
}
