//! The table after a run: it fits, lines up, and says what it must.

use report::Dollars;

use crate::fixture;

#[test]
fn it_fits_every_width() {
    for run in [fixture::standard().run(), fixture::ten_arms().run()] {
        for width in [60, 72, 80, 100, 140] {
            let table = report::terminal::table(&run, width, false);
            let longest = table
                .lines()
                .map(|line| line.chars().count())
                .max()
                .unwrap();
            assert!(
                longest <= width,
                "{longest} columns at width {width}:\n{table}"
            );
        }
    }
}

#[test]
fn names_of_sixty_characters_fit_every_width() {
    let long = "a_policy_whose_name_says_everything_that_it_does_in_60_chars";
    assert_eq!(long.len(), 60);
    let mut fixture = crate::hostile_text::hostile(long);
    fixture.manifest["windows"][0]["name"] = long.into();
    let files: Vec<String> = fixture
        .files
        .keys()
        .filter(|name| name.ends_with(".csv"))
        .cloned()
        .collect();
    for name in files {
        let renamed = |line: &str| {
            line.strip_prefix("2022,")
                .map_or(line.to_owned(), |rest| format!("{long},{rest}"))
        };
        fixture = fixture.edit(&name, |old| {
            old.lines().map(|line| renamed(line) + "\n").collect()
        });
    }
    let run = fixture.run();
    assert!(run.summary_of(0, 1).is_some(), "the window has its rows");
    for width in [60, 72, 80, 100, 140] {
        for colour in [false, true] {
            let mut table = report::terminal::table(&run, width, colour);
            report::terminal::COLOURS
                .iter()
                .for_each(|code| table = table.replace(code, ""));
            let longest = table
                .lines()
                .map(|line| line.chars().count())
                .max()
                .unwrap();
            assert!(
                longest <= width,
                "{longest} columns at width {width}:\n{table}"
            );
            assert!(
                table.contains("…") && table.contains("60_chars"),
                "the end of the name tells it apart:\n{table}"
            );
        }
    }
}

#[test]
fn a_hundred_columns_hold_the_result_in_one_block_and_the_cost_beside_it() {
    let table = report::terminal::table(&fixture::standard().run(), 100, false);
    println!("{table}");
    let heads: Vec<&str> = table
        .lines()
        .filter(|line| line.starts_with("arm ") && line.contains("kept"))
        .collect();
    assert_eq!(heads.len(), 2, "one table per window:\n{table}");
    for head in heads {
        for column in [
            "P&L",
            "return",
            "max fall",
            "reduced",
            "90 % interval",
            "kept",
        ] {
            assert!(head.contains(column), "{column} is not in {head}");
        }
    }
    for column in ["net cost", "premium"] {
        let named = table
            .lines()
            .filter(|line| line.starts_with("arm ") && line.contains(column))
            .count();
        assert!(
            named >= 2,
            "{column} is not told for every window:\n{table}"
        );
    }
}

#[test]
fn numbers_are_the_summary_signed_and_separated() {
    let run = fixture::standard().run();
    let table = report::terminal::table(&run, 100, false);
    for row in &run.summary {
        let pnl = row.pnl_usd.unwrap().signed().replace('−', "-");
        let name = &run.arm(row.place.1).name;
        let found = table
            .lines()
            .any(|line| line.starts_with(name.as_str()) && line.contains(&format!(" {pnl} ")));
        assert!(found, "{name} {pnl} is not in\n{table}");
    }
    assert!(table.is_ascii(), "a plain terminal shows ASCII");
}

#[test]
fn the_banner_and_the_twins_are_there() {
    let table = report::terminal::table(&fixture::standard().run(), 80, false);
    println!("{table}");
    assert!(
        table.starts_with("NOT MARKET HISTORY: A seeded path through public month-end closes.")
    );
    assert_eq!(
        table
            .matches("equal-spend twins (diagnostic; they look ahead)")
            .count(),
        2
    );
    assert!(
        !table.contains("Option prices are modelled, not quoted."),
        "the notes of the run say it"
    );
}

#[test]
fn colour_changes_nothing_but_colour() {
    let run = fixture::standard().run();
    let (plain, coloured) = (
        report::terminal::table(&run, 100, false),
        report::terminal::table(&run, 100, true),
    );
    let mut stripped = coloured.clone();
    for code in report::terminal::COLOURS {
        stripped = stripped.replace(code, "");
    }
    assert_eq!(plain, stripped);
    assert_ne!(plain, coloured);
}

#[test]
fn a_wide_terminal_shows_the_difference_with_its_interval() {
    let run = fixture::standard().run();
    let (narrow, wide) = (
        report::terminal::table(&run, 80, false),
        report::terminal::table(&run, 140, false),
    );
    println!("{wide}");
    assert!(!narrow.contains("to unhedged") && wide.matches("to unhedged").count() == 2);
    let tiered = run
        .summary
        .iter()
        .find(|row| run.arm(row.place.1).name == "tiered")
        .expect("the arm");
    let (lo, hi) = tiered.pnl_difference_span().expect("an interval");
    let shown = format!("{}..{}", lo.signed(), hi.signed()).replace('−', "-");
    assert!(
        wide.lines()
            .any(|line| line.starts_with("tiered ") && line.contains(&shown)),
        "{shown}"
    );
    let heads: Vec<usize> = wide
        .lines()
        .filter(|line| line.contains("Sharpe"))
        .map(|line| line.chars().count())
        .collect();
    assert!(heads.iter().all(|width| *width <= 140));
}

#[test]
fn the_answer_fits_a_small_terminal_and_names_what_decides() {
    let run = fixture::standard().run();
    let answer = report::terminal::answer(&run, 80);
    assert!(answer.starts_with("pays?      "), "{answer}");
    assert!(
        answer.lines().all(|line| line.chars().count() <= 80),
        "{answer}"
    );
    assert!(answer.lines().count() <= 7, "{answer}");
    for said in ["trading less", "worst fall", "interval", "prices"] {
        assert!(answer.contains(said), "{said} is not in:\n{answer}");
    }
    let page = report::terminal::page(&run, 80, false);
    assert!(
        page.lines().all(|line| line.chars().count() <= 80),
        "{page}"
    );
    assert!(
        page.contains("hedge"),
        "the dollars of the hedge stay at 80 columns:\n{page}"
    );
}
