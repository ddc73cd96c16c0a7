//! The report of a study, from a folder made here: every section is there, the frontier is drawn from its rows. The page is
//! looked at in a browser as well (`tests/browser/study.test.mjs`).

use std::path::PathBuf;

use report::StudyFolder;
use tables::{
    AnswerRow, BookRow, CrashRow, FrontierRow, Money, Row, VerdictRow, YearRow, table_of,
};

use crate::market_model::Dice;

const ARMS: [&str; 11] = [
    "always_on",
    "always_on_monetised",
    "always_on_futures",
    "single_vix_call",
    "tiered",
    "tiered_inverse",
    "adaptive_confluence",
    "adaptive_thirds",
    "alvh_442",
    "ladder_30_60_90",
    "alvh_best_effort",
];
const YEARS: [&str; 7] = ["2018", "2019", "2020", "2021", "2022", "2023", "2024"];
const MEASURES: [&str; 5] = [
    "drawdown_reduction",
    "profit_kept",
    "return_given_up",
    "cvar_reduction",
    "over_fewer_condors",
];
const BUDGETS: [f64; 7] = [0.02, 0.05, 0.10, 0.15, 0.20, 0.25, 0.35];
const DRAWS: usize = 100;

fn answers(dice: &mut Dice) -> Vec<AnswerRow> {
    let pooled = [
        "pooled_reduction",
        "pooled_kept",
        "over_line",
        "over_random_dates",
    ];
    let names = MEASURES.into_iter().chain(pooled);
    let all = ARMS
        .iter()
        .flat_map(|arm| names.clone().map(move |name| (*arm, name)));
    all.map(|(arm, measure)| {
        let value = 0.03 + 0.04 * dice.normal();
        AnswerRow {
            arm: arm.into(),
            measure: measure.into(),
            over_years: "mean_of_years".into(),
            value: Some(value),
            lo: Some(value - 0.12),
            hi: Some(value + 0.09),
            median_year: Some(value - 0.01),
            lowest_year: Some(value - 0.2),
            highest_year: Some(value + 0.4),
            years_positive: 3,
            years: 7,
            cells_positive: 185,
            cells: 420,
            draws: 1000,
            undefined: 0,
        }
    })
    .collect()
}

fn years(dice: &mut Dice) -> Vec<YearRow> {
    let windows = || YEARS.into_iter().chain(["2018-2024", "2023-2024"]);
    let mut rows = Vec::new();
    for (arm, window) in ARMS
        .iter()
        .flat_map(|arm| windows().map(move |window| (*arm, window)))
    {
        let indicative = window < "2022";
        for measure in MEASURES {
            let median = 0.1 * dice.normal();
            rows.push(YearRow {
                arm: arm.into(),
                window: window.into(),
                indicative,
                measure: measure.into(),
                n: 60,
                of: 60,
                median: Some(median),
                lowest: Some(median - 0.9),
                lower_quartile: Some(median - 0.1),
                upper_quartile: Some(median + 0.1),
                highest: Some(median + 0.3),
                positive: 31,
                band_lo: indicative.then_some(median - 0.05),
                band_hi: indicative.then_some(median + 0.04),
            });
        }
    }
    rows
}

/// The line, every arm over its budgets, the dates.
fn frontier(dice: &mut Dice) -> Vec<FrontierRow> {
    let line = (0..=20).map(|step| {
        let left = 1.0 - f64::from(step) / 20.0;
        FrontierRow {
            kind: "fewer_condors".into(),
            level: left,
            reduction: Some(1.0 - left),
            kept: Some(left),
            pnl: Some(0.012 * left),
            over_line: Some(0.0),
            ..FrontierRow::default()
        }
    });
    let mut rows: Vec<FrontierRow> = line.collect();
    let mut push = |kind: &str, arm: &str, level: f64, draw: Option<usize>| {
        let reduction = 0.4 * level + 0.01 * dice.normal();
        rows.push(FrontierRow {
            kind: kind.into(),
            arm: arm.into(),
            level,
            draw,
            reduction: Some(reduction),
            kept: Some(1.0 - 2.5 * level),
            pnl: Some(0.012 - 0.05 * level),
            over_line: Some(-0.05 * level),
            premium: draw.is_none().then_some(0.04 * level),
        });
    };
    for arm in ARMS {
        BUDGETS
            .into_iter()
            .for_each(|budget| push("arm", arm, budget, None));
    }
    for arm in ARMS {
        (0..DRAWS).for_each(|draw| push("random_dates", arm, 0.2, Some(draw)));
    }
    rows
}

fn crashes() -> Vec<CrashRow> {
    let day = |year, month, day| chrono::NaiveDate::from_ymd_opt(year, month, day).expect("a day");
    let phases = ["year_before", "fall", "recovery"];
    let mut rows = Vec::new();
    for (crash, peak, trough) in [
        ("march 2020", day(2020, 2, 19), day(2020, 3, 23)),
        ("august 2024", day(2024, 7, 16), day(2024, 8, 5)),
    ] {
        for arm in ["unhedged"].into_iter().chain(ARMS) {
            for (phase, layer) in phases.into_iter().flat_map(|phase| {
                let layers: &[&str] = if arm == "always_on" {
                    &["", "short", "medium", "long"]
                } else {
                    &[""]
                };
                layers.iter().map(move |layer| (phase, *layer))
            }) {
                rows.push(CrashRow {
                    crash: crash.into(),
                    indicative: peak < day(2022, 1, 1),
                    peak,
                    trough,
                    recovery: Some(trough + chrono::Days::new(60)),
                    fall: -0.2,
                    arm: arm.into(),
                    layer: layer.into(),
                    phase: phase.into(),
                    sessions: 24,
                    n: 60,
                    median: Some(0.021),
                    lowest: Some(-0.05),
                    highest: Some(0.08),
                    positive: 44,
                });
            }
        }
    }
    rows
}

fn verdicts() -> Vec<VerdictRow> {
    let verdicts = [
        "supported",
        "not supported",
        "inconclusive",
        "not measurable",
    ];
    let row = |(at, verdict): (usize, &str)| VerdictRow {
        name: format!("O{at}_a_question_with_a_long_name"),
        id: format!("O{at}"),
        claim: "drawdown reduction of 35 to 40 %, always on, spikes monetised".into(),
        arms: "adaptive_confluence_monetised, relief_resolution".into(),
        claimed: "0.35 to 0.4".into(),
        value: (verdict != "not measurable").then_some(0.034),
        lo: (verdict != "not measurable").then_some(-0.13),
        hi: (verdict != "not measurable").then_some(0.112),
        books: 12,
        weekdays: 5,
        years: 7,
        years_as_claimed: 1,
        verdict: verdict.into(),
        note: "the interval reaches across".into(),
    };
    verdicts.into_iter().enumerate().map(row).collect()
}

fn books() -> Vec<BookRow> {
    let all = YEARS.iter().flat_map(|year| {
        ["unhedged"]
            .into_iter()
            .chain(ARMS)
            .map(move |arm| (*year, arm))
    });
    all.map(|(window, arm)| BookRow {
        book: "d14_held".into(),
        weekday: "Fri".into(),
        window: window.into(),
        arm: arm.into(),
        pnl_usd: Money(-1_000_000),
        max_drawdown_usd: Money(-9_000_000),
        condors_ordered: Some(51),
        condors_traded: Some(51),
        ..BookRow::default()
    })
    .collect()
}

/// The folder, written below the folder of this crate's tests.
fn folder() -> (PathBuf, StudyFolder) {
    let dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
        .join(format!("study-page-{}", std::process::id()));
    std::fs::create_dir_all(&dir).expect("a folder");
    let mut dice = Dice::new(11);
    let write = |name: &str, text: String| std::fs::write(dir.join(name), text).expect("a file");
    fn csv<R: Row>(rows: Vec<R>) -> (String, String) {
        let table = table_of(rows.into_iter());
        (table.file.to_string(), table.csv())
    }
    for (name, text) in [
        csv(books()),
        csv(years(&mut dice)),
        csv(answers(&mut dice)),
        csv(frontier(&mut dice)),
        csv(crashes()),
        csv(verdicts()),
    ] {
        write(&name, text);
    }
    write("study.toml", "name = \"alvh\"\n".into());
    let span = |name: &str, is_year: bool| {
        serde_json::json!({"name": name, "first": "2018-01-02", "last": "2024-12-31", "is_year": is_year,
            "indicative": name < "2022"})
    };
    let windows = YEARS.iter().map(|year| span(year, true));
    let windows: Vec<_> = windows
        .chain([span("2018-2024", false), span("2023-2024", false)])
        .collect();
    let arms: Vec<_> = ARMS
        .iter()
        .map(|arm| serde_json::json!({"name": arm, "title": arm, "summary": "In a sentence, what it does."}))
        .collect();
    let manifest = serde_json::json!({"name": "alvh", "starting_capital_usd": 1e7, "windows": windows, "arms": arms,
        "books": [{"name": "d14_held", "title": "14 days, held"}], "weekdays": ["mon", "tue", "wed", "thu", "fri"],
        "engine": {"version": "0.1.0", "results_version": 8}, "command": "alvh study",
        "interval": {"level": 0.9, "method": "two-stage bootstrap", "draws": 1000, "mean_block_sessions": 21.0, "seed": 1}});
    write("manifest.json", manifest.to_string());
    let read = StudyFolder::read(&dir).unwrap_or_else(|error| panic!("{error}"));
    (dir, read)
}

#[test]
fn every_section_of_a_study_is_on_its_page_and_the_frontier_is_its_rows() {
    let (dir, study) = folder();
    let page = report::study_html(&study);
    for id in ["frontier", "crashes", "about"] {
        assert_eq!(
            page.matches(&format!("<section id=\"{id}\"")).count(),
            1,
            "{id}"
        );
    }
    let frontier = page
        .split("<section id=\"frontier\"")
        .nth(1)
        .expect("a section");
    let frontier = frontier.split("<section").next().expect("its text");
    // Two pictures: in each the line of fewer condors, and every arm over its budgets.
    assert_eq!(frontier.matches("class=\"front\"").count(), 2);
    assert_eq!(frontier.matches("class=\"line s").count(), 2 * ARMS.len());
    assert!(
        frontier.contains("0 of 77 hedges and budgets lie above the line"),
        "{frontier}"
    );
    let words = frontier.replace("<wbr>", "");
    for arm in ARMS {
        assert!(words.contains(arm), "{arm}");
    }
    for forbidden in ["http:", "https:", "@import", "url(", "src=", "NaN"] {
        assert!(!page.contains(forbidden), "the page holds {forbidden}");
    }
    assert_eq!(
        page,
        report::study_html(&study),
        "the same folder gives the same bytes"
    );
    std::fs::write(
        PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("study.html"),
        &page,
    )
    .expect("a file");
    std::fs::remove_dir_all(dir).expect("removed");
}
