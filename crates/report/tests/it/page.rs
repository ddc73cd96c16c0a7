//! The page as a whole: complete, self-contained, the same every time, small enough.

use std::fs;
use std::path::Path;

use crate::fixture::{self, Fixture};

const SECTIONS: [&str; 29] = [
    "answer",
    "scoreboard",
    "sure",
    "curves",
    "book",
    "worst",
    "price",
    "fewer",
    "levels",
    "error",
    "provenance",
    "comparison",
    "controls",
    "episodes",
    "layers",
    "days",
    "regimes",
    "costs",
    "model-error",
    "trades",
    "list",
    "capital",
    "beta",
    "decisions",
    "arms",
    "claims",
    "findings",
    "config",
    "glossary",
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
                page.contains(&format!("<a href=\"#{id}\"")),
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
    // Once above the regime calendar, per window.
    let spx = "S&amp;P 500 close [points]</figcaption>";
    assert_eq!(page.matches(spx).count(), 2);
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
    let many = report::html(&fixture::many_arms().run());
    assert!(
        many.len() <= 3_000_000,
        "thirty-three arms make {} bytes",
        many.len()
    );
    fs::write(dir.join("many_arms.html"), many).unwrap();
}

#[test]
fn the_first_screen_answers_before_anything_else() {
    let run = fixture::standard().run();
    for text in [report::html(&run), report::markdown(&run)] {
        let at = |what: &str| text.find(what).unwrap_or_else(|| panic!("no {what}"));
        let answer = at("Does the hedge pay?");
        assert!(answer < at("Starting capital"));
        assert!(at("Starting capital") < at("Hedged minus unhedged P&amp;L so far"));
        assert!(at("Hedged minus unhedged P&amp;L so far") < at("2022: Trading equity"));
        assert!(at("2022: Trading equity") < at("Appendix: the notebook"));
    }
}

#[test]
fn the_verdict_says_what_the_first_hedge_cost_and_did() {
    let run = fixture::standard().run();
    let page = report::html(&run);
    let from = page.find("<p class=\"verdict\">").expect("a verdict");
    let said = page[from..from + page[from..].find("</p>").unwrap()].replace("&nbsp;", " ");
    for window in 0..2 {
        let (base, own) = (
            run.summary_of(window, 0).unwrap(),
            run.summary_of(window, 1).unwrap(),
        );
        let cost = (base.pnl_usd.unwrap() - own.pnl_usd.unwrap()).abs().usd();
        assert!(
            said.contains(&format!("${:.0}k", cost / 1e3)),
            "{cost} in {said}"
        );
        let fall = own.drawdown_reduction.unwrap().abs() * 100.0;
        assert!(said.contains(&format!("{fall:.0} %")), "{fall} in {said}");
    }
    assert!(said.contains("always_on"), "{said}");
}

#[test]
fn a_layer_that_never_bought_is_named_beside_the_answer() {
    let idle = |text: &str| {
        let change = |line: &str| {
            let mut cells: Vec<&str> = line.split(',').collect();
            if cells[..3] == ["2022", "always_on", "long"] {
                cells[3] = "0";
            }
            cells.join(",") + "\n"
        };
        text.lines().map(change).collect()
    };
    let page = report::html(&fixture::standard().edit("layers.csv", idle).run());
    assert!(page.contains("Never bought: long of always_on in 2022."));
    assert!(!page.contains("Never bought: short"));
    assert!(!report::html(&fixture::standard().run()).contains("Never bought"));
}

#[test]
fn claims_are_shown_where_a_run_asks_for_them() {
    let page = report::html(&fixture::standard().run());
    assert!(page.contains("<section id=\"scoreboard\"") && page.contains("<section id=\"claims\""));
    let none = |text: &str| {
        text.replace(",supported,", ",not_measurable_here,")
            .replace(",inconclusive,", ",not_measurable_here,")
    };
    let page = report::html(&fixture::standard().edit("claims.csv", none).run());
    assert!(
        !page.contains("<section id=\"scoreboard\"") && !page.contains("<section id=\"claims\"")
    );
}

#[test]
fn the_condor_book_adds_up_and_its_sides_are_those_of_the_legs() {
    let run = fixture::standard().run();
    let page = report::html(&run);
    let from = page
        .find("<caption><span>The condors of the unhedged book</span>")
        .expect("the table");
    let table = &page[from..from + page[from..].find("</table>").unwrap()];
    for window in 0..2 {
        let own = run
            .trades
            .iter()
            .filter(|trade| trade.place == (window, 0) && run.is_condor(&trade.layer));
        let own: Vec<_> = own.collect();
        let sum: report::Money = own.iter().map(|trade| trade.pnl_usd).sum();
        assert!(
            table.contains(&format!(">{}", report::Dollars::signed(sum))),
            "{table}"
        );
        assert!(table.contains(&format!("<td>{}", own.len())), "{table}");
    }
}

#[test]
fn the_set_up_is_read_from_the_configuration() {
    let config = "condor_tiers = [\"weekly\"]\n[execution]\nhalf_spread_fraction = 0.5\nfees = \"all_in\"\n[condors.weekly]\n\
        underlying = \"spxw\"\nmax_open = 10\nexit = []\n[condors.weekly.entry]\nevery = \"week\"\nweekday = \"Fri\"\n\
        [condors.weekly.expiry]\nrule = \"nearest\"\ntarget_days = 14\nmin_days = 7\nmax_days = 21\n\
        [condors.weekly.put]\nshort_delta = 0.16\nlong = { by = \"width\", points = 50.0 }\n\
        [condors.weekly.call]\nshort_delta = 0.16\nlong = { by = \"width\", points = 50.0 }\n\
        [condors.weekly.size]\nby = \"max_loss\"\npct_of_start_capital = 4.0\n";
    let page = report::html(
        &fixture::standard()
            .edit("config.toml", |_| config.to_owned())
            .run(),
    );
    let from = page.find("<section id=\"answer\"").unwrap();
    let answer = &page[from..from + page[from..].find("</section>").unwrap()];
    for said in [
        "every week, Fri",
        "14 (7 to 21)",
        "16 delta, puts and calls",
        "50 points",
        "4 % of the starting capital at risk each, at most 10 open",
        "held to settlement",
        "fills 50 % of half the spread from the middle; fees all in",
        "modelled from index data, not quoted",
    ] {
        assert!(answer.contains(said), "{said}");
    }
}

#[test]
fn files_of_the_folder_are_linked_and_nothing_else() {
    let run = fixture::standard().with_hashes().run();
    let page = report::html(&run);
    for file in run.manifest.files.keys() {
        assert!(
            page.contains(&format!("<a href=\"{file}\" download>")),
            "{file}"
        );
    }
    let mut fixture = fixture::standard();
    for name in [
        "../up.csv",
        "javascript:alert(1)",
        "http://evil.example/a.csv",
    ] {
        fixture.manifest["files"][name] = "00".into();
    }
    let page = report::html(&fixture.run());
    assert!(
        !page.contains("href=\"../")
            && !page.contains("href=\"java")
            && !page.contains("href=\"http")
    );
}

#[test]
fn columns_without_a_value_are_left_out() {
    let page = page(&fixture::standard());
    assert!(page.contains("Equal-spend twin") || page.contains("Spent of the copied arm"));
    let text = report::markdown(&fixture::standard().run());
    for table in text.split("\n\n").filter(|part| part.starts_with("| ")) {
        let rows: Vec<Vec<&str>> = table
            .lines()
            .skip(2)
            .map(|line| line.split(" | ").collect())
            .collect();
        let width = rows.iter().map(Vec::len).max().unwrap_or(0);
        for column in 1..width.saturating_sub(1) {
            let empty = rows.len() > 1 && rows.iter().all(|row| row.get(column) == Some(&"–"));
            assert!(!empty || table.contains("| Day |"), "{table}");
        }
    }
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
