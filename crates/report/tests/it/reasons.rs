//! The tables that say why: controls, attribution, greeks and the sources of prices, printed as they are.

use std::fmt::Write as _;

use report::Dollars;

use crate::fixture::{self, Fixture};

/// The standard folder with the four tables, made so that every number is known.
fn with_reasons() -> Fixture {
    let mut fixture = fixture::standard();
    let mut put = |name: &str, text: &str| fixture.files.insert(name.to_owned(), text.to_owned());
    put(
        "controls.csv",
        "window,arm,control,measure,n,value,lo,hi,p,note\n\
         2022,always_on,random_timing,drawdown_reduction,500,-0.0712,-0.21,0.034,0.318,57 purchases\n\
         2022,always_on,random_timing,pnl_usd,500,-51234.50,-80000,12000.4,0.25,\n\
         2022,tiered,deleveraged,same_drawdown_scale,2000,0.8125,0.5,1,,\"looks ahead, by construction\"\n\
         2023-2024,tiered,deleveraged,pnl_usd,0,,,,,undefined\n",
    );
    put(
        "attribution.csv",
        "window,arm,layer,kind,component,usd\n\
         2022,tiered,condor_weekly_14d,reason,premium,1000.10\n2022,tiered,condor_weekly_14d,reason,fees,-20.05\n\
         2022,tiered,short,reason,premium,-300.55\n2022,tiered,account,reason,interest,77.77\n\
         2022,tiered,short,greek,delta,-12.00\n2022,tiered,short,greek,residual,4.00\n\
         2022,always_on~tiered,short,reason,premium,-99999.99\n",
    );
    put(
        "sources.csv",
        "window,arm,what,root,source,count\n2022,tiered,fill,SPXW,quoted,30\n2022,tiered,fill,SPXW,model,10\n\
         2023-2024,tiered,fill,SPXW,model,60\n2022,tiered,mark,VX,settlement,5\n",
    );
    let mut greeks = String::from("window,arm,date,delta,gamma,vega,theta,vix_delta\n");
    for line in fixture.files["equity.csv"]
        .lines()
        .skip(1)
        .filter(|line| line.starts_with("2022,tiered,"))
    {
        let date = line.split(',').nth(2).expect("a date");
        writeln!(greeks, "2022,tiered,{date},-12.5,0.25,-340,120,0").expect("a string takes all");
    }
    fixture.files.insert("greeks.csv".to_owned(), greeks);
    fixture
}

/// A row of a Markdown table by its beginning, without the marks of a sum.
fn row(text: &str, start: &str) -> String {
    let found = text
        .lines()
        .map(|line| line.replace("**", "").replace('\\', ""))
        .find(|line| line.starts_with(start));
    found.unwrap_or_else(|| panic!("no row `{start}`"))
}

#[test]
fn controls_are_printed_in_the_unit_of_their_measure() {
    let text = report::markdown(&with_reasons().run());
    let line = row(
        &text,
        "| always_on | random timing | drawdown reduction [%] |",
    );
    assert_eq!(
        line,
        "| always_on | random timing | drawdown reduction [%] | −7.1 | −21.0 to +3.4 | 0.318 | 500 | 57 purchases |"
    );
    let line = row(&text, "| always_on | random timing | pnl [$] |");
    assert_eq!(
        line,
        "| always_on | random timing | pnl [$] | −51,235 | −80,000 to +12,000 | 0.250 | 500 | – |"
    );
    let run = with_reasons().run();
    let own = run
        .summary
        .iter()
        .find(|row| run.arm(row.place.1).name == "always_on")
        .expect("the arm");
    let (pnl, reduction) = (
        own.pnl_usd.unwrap().signed(),
        own.drawdown_reduction.unwrap() * 100.0,
    );
    let line = row(&text, &format!("| always_on | random timing | {pnl} |"));
    let reduction = format!("{reduction:+.1}").replace('-', "−");
    let rest = format!(
        "| −51,235 (−80,000 to +12,000) | 0.250 | {reduction} | −7.1 (−21.0 to +3.4) | 0.318 | 500 |"
    );
    assert!(line.ends_with(&rest), "{line}\n{rest}");
    let line = row(&text, "| tiered | deleveraged | same drawdown scale |");
    assert!(
        line.ends_with("| 0.8125 | 0.5000 to 1.0000 | – | 2000 | looks ahead, by construction |"),
        "{line}"
    );
    let line = row(&text, "| tiered | deleveraged | pnl [$] |");
    assert_eq!(
        line, "| tiered | deleveraged | pnl [$] | 0 | undefined |",
        "columns in which no row of the window has anything are left out"
    );
}

#[test]
fn the_answer_tells_of_the_control_at_random_dates_where_there_is_one() {
    let said = "; against the same premium spent at random dates, none of 1 had a better drawdown with p of at most 0.05.";
    assert!(report::html(&with_reasons().run()).contains(said));
    assert!(!report::html(&fixture::standard().run()).contains("at random dates, none"));
}

#[test]
fn attribution_adds_up_and_keeps_interest_outside_the_sum() {
    let text = report::markdown(&with_reasons().run());
    assert_eq!(
        row(&text, "| tiered | condor_weekly_14d | +1,000 |"),
        "| tiered | condor_weekly_14d | +1,000 | −20 | – | +980 |"
    );
    assert_eq!(
        row(&text, "| tiered | all layers |"),
        "| tiered | all layers | +700 | −20 | – | +680 |",
        "700 is 1000.10 − 300.55"
    );
    assert_eq!(
        row(&text, "| tiered | account |"),
        "| tiered | account | – | – | +78 | +78 |"
    );
    assert_eq!(
        row(&text, "| tiered | short | −12 |"),
        "| tiered | short | −12 | +4 | −8 |"
    );
    assert!(!text.contains("−100,000"), "twins are left to the file");
}

#[test]
fn greeks_are_panels_of_those_that_are_not_zero_throughout() {
    let page = report::html(&with_reasons().run());
    for what in [
        "delta of the SPX options",
        "gamma of the SPX options",
        "vega of the SPX options",
        "theta of the whole book",
    ] {
        assert_eq!(
            page.matches(&format!("<figcaption>2022: {what}")).count(),
            1,
            "{what}"
        );
    }
    assert!(
        !page.contains("delta of the VIX options"),
        "a book without VIX has no panel of nothing"
    );
    assert!(
        page.contains("greeks.csv has no row for this window."),
        "2023-2024 has none"
    );
}

#[test]
fn prices_are_counted_by_source() {
    let run = with_reasons().run();
    let page = report::html(&run);
    assert!(page.contains("of 105 counted prices 30 were quoted"));
    let text = report::markdown(&run);
    assert_eq!(
        row(&text, "| fill | SPXW | model |"),
        "| fill | SPXW | model | 70 | 70.0 |"
    );
    assert_eq!(
        row(&text, "| mark | VX | settlement |"),
        "| mark | VX | settlement | 5 | 100.0 |"
    );
}

#[test]
fn a_folder_without_them_says_so_once_each() {
    let page = report::html(&fixture::standard().run());
    for (file, times) in [
        ("controls.csv", 1),
        ("attribution.csv", 2),
        ("greeks.csv", 2),
        ("sources.csv", 1),
    ] {
        assert_eq!(
            page.matches(&format!("This folder has no {file}, so "))
                .count(),
            times,
            "{file}"
        );
    }
}

#[test]
fn parts_of_an_episode_add_up_to_the_change_of_trading_equity() {
    let text = report::markdown(&fixture::standard().run());
    let from = text
        .find("what each layer did from peak to trough")
        .expect("the table");
    let number = |cell: &str| {
        cell.trim()
            .replace([',', '+'], "")
            .replace('−', "-")
            .parse::<f64>()
            .unwrap_or(0.0)
    };
    let rows: Vec<Vec<&str>> = text[from..]
        .lines()
        .skip(4)
        .take_while(|line| line.starts_with('|'))
        .map(|line| line.split('|').collect())
        .collect();
    assert!(rows.len() >= 4, "{} rows", rows.len());
    for cells in rows {
        let parts: f64 = cells[3..8].iter().map(|cell| number(cell)).sum();
        // Every cell is rounded to a dollar on its own.
        assert!((parts - number(cells[8])).abs() <= 3.0, "{cells:?}");
    }
}

#[test]
fn a_break_even_is_told_as_a_multiple_of_what_was_paid() {
    let page = report::html(&fixture::standard().run());
    assert!(page.contains("<th scope=col class=n>Breaks even at<small>share (multiple)</small>"));
}
