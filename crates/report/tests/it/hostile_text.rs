//! Names and texts that hold HTML, Markdown, terminal commands and spreadsheet formulas come out harmless.

use crate::fixture::{self, Fixture};

const HTML: &str = "<script>alert(1)</script><img src=x onerror=alert(2)>";
const TERMINAL: &str = "\u{1b}[31mred\u{1b}]0;title\u{7}";
const MARKDOWN: &str =
    "[link](http://evil.example) ![x](http://evil.example/x.png) | `a` **b** | # c";

/// The folder with one arm, one window and all free texts taken over.
pub fn hostile(text: &str) -> Fixture {
    let mut fixture = fixture::standard();
    let quoted = format!("\"{}\"", text.replace('"', "\"\""));
    let files: Vec<String> = fixture
        .files
        .keys()
        .filter(|name| name.ends_with(".csv"))
        .cloned()
        .collect();
    for file in files {
        fixture = fixture.edit(&file, |old| {
            let swap = |line: &str| {
                let swapped = line.replacen(",tiered,", &format!(",{quoted},"), 1);
                let swapped = swapped.replacen(
                    ",always_on~tiered,",
                    &format!(",\"always_on~{}\",", text.replace('"', "\"\"")),
                    1,
                );
                swapped + "\n"
            };
            old.lines().map(swap).collect()
        });
    }
    fixture = fixture.edit("claims.csv", |old| {
        format!("{old}X1,{quoted},{quoted},0.1,,,3,{quoted},,{quoted},{quoted},,{quoted}\n")
    });
    fixture = fixture.edit("findings.csv", |old| {
        format!("{old}{quoted},{quoted},{quoted},1,,,{quoted}\n")
    });
    fixture.files.insert(
        "config.toml".into(),
        format!("name = '''{text}'''\n```\n</code></pre>{text}\n"),
    );
    for (key, value) in [
        ("name", text),
        ("command", text),
        ("prices", text),
        ("config_hash", text),
    ] {
        fixture.manifest[key] = value.into();
    }
    fixture.manifest["dataset"]["notice"] = text.into();
    fixture.manifest["notes"] = serde_json::json!([text]);
    for arm in fixture.manifest["arms"].as_array_mut().unwrap() {
        match arm["name"].as_str().unwrap() {
            "tiered" => (arm["name"], arm["title"]) = (text.into(), text.into()),
            "always_on~tiered" => {
                arm["name"] = format!("always_on~{text}").into();
                arm["twin_of"] = text.into();
            }
            _ => {}
        }
        arm["summary"] = text.into();
    }
    fixture
}

#[test]
fn html_stays_text() {
    let plain = report::html(&fixture::standard().run());
    for text in [
        HTML,
        "\"><svg onload=alert(1)>",
        "' onmouseover='alert(1)",
        "</style></script><b>",
        "--><!--",
    ] {
        let page = report::html(&hostile(text).run());
        for tag in [
            "<script",
            "<img",
            "<b>",
            "<svg onload",
            "</style",
            "</script",
            "<!--",
            "onerror=alert(2)>",
        ] {
            assert_eq!(
                page.matches(tag).count(),
                plain.matches(tag).count(),
                "{tag} from {text}"
            );
        }
        let attributes = page.matches(" onmouseover='").count() + page.matches(" onload=").count();
        let escaped = page.matches("svg onload=").count();
        assert_eq!(attributes, escaped, "an attribute of {text} came alive");
    }
    let page = report::html(&hostile(HTML).run());
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    // The browser tests open it: what nothing here finds alive must not be alive there either.
    std::fs::write(
        std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("hostile.html"),
        page,
    )
    .expect("the target folder");
}

/// Markdown without its blocks and spans of code, where markup is not read.
fn outside_code(text: &str) -> String {
    let blocks = text.split("````").step_by(2).collect::<String>();
    let code_line = |line: &&str| line.starts_with("- ") && line.contains(": `");
    blocks
        .lines()
        .filter(|line| !code_line(line))
        .map(|line| format!("{line}\n"))
        .collect()
}

#[test]
fn markdown_stays_text() {
    let pages = report::pages(&hostile(MARKDOWN).run());
    // The links that may be there are our own pictures.
    let links = pages
        .pictures
        .iter()
        .fold(pages.text.clone(), |text, (path, _)| {
            text.replace(&format!("]({path})"), "]")
        });
    let prose = outside_code(&links);
    let text = pages.text;
    for (path, picture) in &pages.pictures {
        let name = path.trim_start_matches("figures/").trim_end_matches(".svg");
        assert!(
            name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'),
            "{path}"
        );
        assert!(
            !picture.contains("<script")
                && !picture.contains("<image")
                && !picture.contains("href"),
            "{path}"
        );
    }
    let html = report::pages(&hostile(HTML).run()).pictures;
    let alive =
        |picture: &&(String, String)| picture.1.contains("<script") || picture.1.contains("<img");
    assert_eq!(
        html.iter().filter(alive).count(),
        0,
        "markup came alive in a picture"
    );
    assert!(
        !prose.replace("\\]", "").contains("](") && !prose.contains("://"),
        "a link came alive"
    );
    assert!(
        text.contains("](figures/curves-1.svg)"),
        "the pictures are shown"
    );
    let tables = prose.split("\n\n").filter(|part| part.starts_with('|'));
    for table in tables {
        let mut counts: Vec<usize> = table
            .lines()
            .map(|line| line.replace("\\|", "").matches('|').count())
            .collect();
        counts.dedup();
        assert_eq!(
            counts.len(),
            1,
            "a row has another number of cells:\n{table}"
        );
    }
    let html = report::markdown(&hostile(HTML).run());
    let code_free = outside_code(&html);
    assert!(
        !code_free.contains("<script") && !code_free.contains("<img"),
        "HTML came alive in Markdown"
    );
}

#[test]
fn a_terminal_is_not_commanded() {
    let run = hostile(TERMINAL).run();
    for width in [60, 80, 100, 140] {
        let table = report::terminal::table(&run, width, false);
        assert!(
            !table.chars().any(|c| c.is_control() && c != '\n'),
            "a control character came through"
        );
    }
    let coloured = report::terminal::table(&run, 100, true);
    let rest = report::terminal::COLOURS
        .iter()
        .fold(coloured, |rest, code| rest.replace(code, ""));
    assert!(!rest.contains('\x1b'), "only our own colours may be there");
    for page in [report::html(&run), report::markdown(&run)] {
        assert!(!page.contains('\x1b') && !page.contains('\x07'));
    }
}

#[test]
fn a_formula_is_printed_as_it_is() {
    // Nothing here writes CSV; on the page and in the text a formula is only letters.
    let run = hostile("=HYPERLINK(\"x\",\"y\")").run();
    assert!(report::html(&run).contains("=HYPERLINK(&quot;x&quot;,&quot;y&quot;)"));
    assert!(report::markdown(&run).contains("=HYPERLINK("));
}
