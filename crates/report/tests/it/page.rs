//! The page as a whole: complete, self-contained, the same every time, small enough.

use std::fs;
use std::path::Path;

use crate::fixture::{self, Fixture};

const SECTIONS: [&str; 19] = [
    "answer",
    "provenance",
    "comparison",
    "controls",
    "curves",
    "episodes",
    "layers",
    "days",
    "regimes",
    "costs",
    "model-error",
    "trades",
    "capital",
    "beta",
    "decisions",
    "findings",
    "glossary",
    "claims",
    "config",
];

fn page(fixture: &Fixture) -> String {
    report::html(&fixture.run())
}

#[test]
fn every_section_is_there_once_in_reading_order() {
    let page = page(&fixture::standard());
    let places: Vec<usize> = SECTIONS
        .iter()
        .map(|id| {
            let mark = format!("<section id=\"{id}\" aria-labelledby=\"h-{id}\">");
            assert_eq!(page.matches(&mark).count(), 1, "{id}");
            assert!(
                page.contains(&format!("<a href=\"#{id}\">")),
                "{id} is not in the contents"
            );
            page.find(&mark).unwrap()
        })
        .collect();
    assert!(places.is_sorted(), "sections are out of order");
    assert_eq!(page.matches("<section ").count(), SECTIONS.len());
}

#[test]
fn every_panel_has_lines_for_every_arm_and_a_table_behind() {
    let run = fixture::standard().run();
    let page = report::html(&run);
    for window in ["2022", "2023-2024"] {
        for what in ["Trading equity [$]", "Drawdown from the peak [$]"] {
            let caption = format!("<figcaption>{window}: {what}</figcaption>");
            let from = page
                .find(&caption)
                .unwrap_or_else(|| panic!("{caption} is missing"));
            let figure = &page[from..from + page[from..].find("</figure>").unwrap()];
            assert_eq!(
                figure.matches("<path class=\"line ").count(),
                run.manifest.arms.len(),
                "{caption}"
            );
            let sessions = if window == "2022" { 251 } else { 502 };
            assert_eq!(
                figure.matches("<tr><th scope=\"row\">").count(),
                sessions,
                "{caption}"
            );
        }
    }
    // Once above the equity panels and once above the regime calendar, per window.
    assert_eq!(
        page.matches("S&amp;P 500 close [points]</figcaption>")
            .count(),
        4
    );
    assert_eq!(
        page.matches("cumulative P&amp;L by layer [$]</figcaption>")
            .count(),
        8
    );
    assert_eq!(page.matches("<figure class=\"strips\"").count(), 4);
}

#[test]
fn a_reconstruction_says_so_and_history_does_not() {
    let mut fixture = fixture::standard();
    let made = page(&fixture);
    let banner =
        "<div class=\"banner\" role=\"note\"><strong>Not market history.</strong> A seeded path";
    assert!(made.contains(banner));
    assert!(report::markdown(&fixture.run()).contains("> **Not market history.** A seeded path"));
    fixture.manifest["dataset"]["kind"] = "history".into();
    assert!(!page(&fixture).contains("Not market history"));
}

#[test]
fn the_page_asks_the_network_for_nothing() {
    let page = page(&fixture::standard());
    for forbidden in [
        "http:",
        "https:",
        "//cdn",
        "@import",
        "url(",
        "src=",
        "fetch(",
        "XMLHttpRequest",
        "import(",
    ] {
        assert!(!page.contains(forbidden), "the page holds {forbidden}");
    }
    let links = page
        .split("href=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap());
    for link in links {
        assert!(
            link.starts_with('#') || link == "data:,",
            "the page links to {link}"
        );
    }
}

#[test]
fn tags_are_balanced() {
    let page = page(&fixture::standard());
    let body = &page[..page.find("<script>").unwrap()];
    for tag in [
        "section", "figure", "table", "thead", "tbody", "details", "div", "svg", "fieldset", "dl",
        "ul", "main", "nav",
    ] {
        let open =
            body.matches(&format!("<{tag}>")).count() + body.matches(&format!("<{tag} ")).count();
        assert_eq!(open, body.matches(&format!("</{tag}>")).count(), "{tag}");
    }
}

#[test]
fn the_same_folder_gives_the_same_bytes() {
    let fixture = fixture::standard();
    let (first, second) = (fixture.run(), fixture.run());
    assert_eq!(report::html(&first), report::html(&second));
    assert_eq!(report::markdown(&first), report::markdown(&second));
    assert_eq!(
        report::terminal::table(&first, 100, false),
        report::terminal::table(&second, 100, false)
    );
}

/// Also leaves the page and its text where a reader can open them.
#[test]
fn ten_arms_over_two_windows_stay_below_three_megabytes() {
    let (small, large) = (fixture::standard().run(), fixture::ten_arms().run());
    let page = report::html(&large);
    assert!(page.len() <= 3_000_000, "the page has {} bytes", page.len());
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR"));
    fs::write(dir.join("report.html"), report::html(&small)).unwrap();
    fs::write(dir.join("report.md"), report::markdown(&small)).unwrap();
    fs::write(dir.join("ten_arms.html"), page).unwrap();
}

#[test]
fn nothing_undefined_is_printed_as_a_number() {
    let run = fixture::standard().run();
    let page = report::html(&run);
    let body = &page[..page.find("<script>").unwrap()];
    for text in [
        body,
        &report::markdown(&run),
        &report::terminal::table(&run, 100, true),
    ] {
        for word in ["NaN", "inf", "Inf", "-0.0<", "−0.0<", ">−0<"] {
            let found = text.match_indices(word).find(|(at, _)| {
                !text[*at..].starts_with("info") && !text[*at..].starts_with("inform")
            });
            assert!(
                found.is_none(),
                "{word} is printed: {:?}",
                found.map(|(at, _)| &text[at - 30..at + 30])
            );
        }
    }
}
