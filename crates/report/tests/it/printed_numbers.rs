//! What is printed equals the files, to the printed digit.

use std::collections::BTreeMap;

use crate::fixture::{self, Fixture};

type Records = Vec<BTreeMap<String, String>>;

fn records(fixture: &Fixture, file: &str) -> Records {
    let mut reader = csv::Reader::from_reader(fixture.files[file].as_bytes());
    reader
        .deserialize()
        .collect::<Result<_, _>>()
        .expect("the fixture is CSV")
}

/// Cells of a table on the page, found by its caption: text only, as a reader sees them.
fn table(page: &str, caption: &str) -> Vec<Vec<String>> {
    let mark = format!("<caption><span>{caption}</span></caption>");
    let from = page
        .find(&mark)
        .unwrap_or_else(|| panic!("no table `{caption}`"));
    let body = &page[from..from + page[from..].find("</table>").unwrap()];
    let body = &body[body.find("<tbody>").unwrap()..];
    let rows = body.split("<tr").skip(1).map(|row| {
        let cells = row
            .split("<t")
            .skip(1)
            .filter(|cell| cell.starts_with('d') || cell.starts_with("h "));
        cells
            .map(|cell| plain(&cell[cell.find('>').unwrap() + 1..]))
            .collect()
    });
    rows.collect()
}

fn plain(html: &str) -> String {
    let html = html.replace("<small>", "|<small>");
    let mut out = String::new();
    let mut inside = false;
    for c in html.chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            c if !inside => out.push(c),
            _ => {}
        }
    }
    out.replace("&amp;", "&").trim().to_owned()
}

/// A cell as a number; a dash is nothing.
fn value(cell: &str) -> Option<f64> {
    (cell != "–").then(|| {
        cell.replace(',', "")
            .replace('−', "-")
            .replace('+', "")
            .parse()
            .unwrap_or_else(|_| panic!("{cell}"))
    })
}

/// A twin is named by the arm that it copies.
fn label(arm: &str) -> String {
    arm.split_once('~')
        .map_or(arm.to_owned(), |(_, copied)| format!("twin of {copied}"))
}

/// Whether a printed number is the file's, rounded to the printed digits. An empty cell must be a dash.
fn same(printed: &str, file: &str, factor: f64, decimals: i32) {
    match (value(printed), file.is_empty()) {
        (None, true) => {}
        (Some(shown), false) => {
            let exact: f64 = file.parse::<f64>().unwrap() * factor;
            let half = 0.5 * 10f64.powi(-decimals) + 1e-9;
            assert!(
                (shown - exact).abs() <= half,
                "printed {printed}, file {file}"
            );
            let digits = printed
                .split_once('.')
                .map_or(0, |(_, rest)| rest.len() as i32);
            assert_eq!(digits, decimals, "printed {printed}");
        }
        _ => panic!("printed {printed}, file `{file}`"),
    }
}

/// A sentence without the marks that keep numbers on one line.
fn prose(html: &str) -> String {
    html.replace("&nbsp;", " ").replace("&#8288;", "")
}

/// The sentence on the first hedge in the first window, without the links of its terms.
fn first_sentence(page: &str) -> String {
    let section = &page[page.find("<section id=\"sure\"").unwrap()..];
    let from = section.find("<li>").unwrap() + 4;
    let html = &section[from..from + section[from..].find("</li>").unwrap()];
    fixture::without_links(html)
}

/// A value and both ends of the interval below it.
fn span(printed: &str, value: &str, lo: &str, hi: &str, factor: f64, decimals: i32) {
    let (own, ends) = printed.split_once('|').unwrap_or((printed, "– to –"));
    let (from, to) = ends.split_once(" to ").expect("an interval has two ends");
    same(own, value, factor, decimals);
    same(from, lo, factor, decimals);
    same(to, hi, factor, decimals);
}

#[test]
fn the_comparison_is_the_summary() {
    let fixture = fixture::standard();
    let page = report::html(&fixture.run());
    for window in ["2022", "2023-2024"] {
        let rows = records(&fixture, "summary.csv")
            .into_iter()
            .filter(|row| row["window"] == window);
        let base = records(&fixture, "summary.csv")
            .into_iter()
            .find(|row| row["window"] == window)
            .unwrap();
        let difference = |row: &BTreeMap<String, String>| match row["arm"].as_str() {
            "unhedged" => String::new(),
            _ => (row["pnl_usd"].parse::<f64>().unwrap() - base["pnl_usd"].parse::<f64>().unwrap())
                .to_string(),
        };
        let result = table(
            &page,
            &format!(
                "{window}: result net of costs, without interest; below a value its 90 % interval"
            ),
        );
        let cost = table(
            &page,
            &format!(
                "{window}: what the hedge cost; the budget is a cap, so arms spend different amounts"
            ),
        );
        let ratios = table(&page, &format!("{window}: ratios, costs and interest"));
        assert_eq!(result.len(), 8);
        // Where the unhedged book earned nothing, no row has a share of its profit, and the column is not there.
        let kept = records(&fixture, "summary.csv")
            .iter()
            .any(|row| row["window"] == window && !row["profit_retained"].is_empty());
        let after = |column: usize| column - usize::from(!kept);
        for (at, row) in rows.enumerate() {
            assert_eq!(result[at][0], label(&row["arm"]));
            same(&result[at][1], &row["pnl_usd"], 1.0, 0);
            same(&result[at][2], &row["return_on_capital"], 100.0, 1);
            let (lo, hi) = (&row["pnl_difference_lo_usd"], &row["pnl_difference_hi_usd"]);
            span(&result[at][3], &difference(&row), lo, hi, 1.0, 0);
            let (lo, hi) = (&row["profit_retained_lo"], &row["profit_retained_hi"]);
            if kept {
                span(&result[at][4], &row["profit_retained"], lo, hi, 100.0, 1);
            }
            same(&result[at][after(5)], &row["max_drawdown_usd"], 1.0, 0);
            same(&result[at][after(6)], &row["max_drawdown_pct"], 100.0, 1);
            let (lo, hi) = (&row["drawdown_reduction_lo"], &row["drawdown_reduction_hi"]);
            span(
                &result[at][after(7)],
                &row["drawdown_reduction"],
                lo,
                hi,
                100.0,
                1,
            );
            same(
                &result[at][after(8)],
                &row["p_reduction_positive"],
                100.0,
                1,
            );
            same(&cost[at][1], &row["hedge_premium_usd"], 1.0, 0);
            same(&cost[at][2], &row["hedge_salvage_usd"], 1.0, 0);
            same(&cost[at][3], &row["hedge_net_cost_usd"], 1.0, 0);
            same(&cost[at][4], &row["hedge_unspent_usd"], 1.0, 0);
            same(&cost[at][5], &row["hedge_pnl_usd"], 1.0, 0);
            same(
                &cost[at][6],
                &row["drawdown_reduction_per_net_usd_1000"],
                100.0,
                2,
            );
            same(&ratios[at][1], &row["return_on_margin"], 100.0, 1);
            same(&ratios[at][2], &row["cagr"], 100.0, 1);
            same(&ratios[at][3], &row["sharpe"], 1.0, 2);
            same(&ratios[at][6], &row["cvar95"], 100.0, 2);
            same(&ratios[at][9], &row["fees_usd"], 1.0, 0);
            same(&ratios[at][11], &row["interest_usd"], 1.0, 0);
        }
    }
}

#[test]
fn the_table_behind_the_equity_panel_is_equity_csv() {
    let fixture = fixture::standard();
    let page = report::html(&fixture.run());
    let from = page
        .find("<figcaption>2022: Trading equity [$]</figcaption>")
        .unwrap();
    let figure = &page[from..from + page[from..].find("</figure>").unwrap()];
    let rows: Vec<Vec<String>> = figure[figure.find("<tbody>").unwrap()..]
        .split("<tr>")
        .skip(1)
        .map(|row| row.split("<td>").map(plain).collect())
        .collect();
    let all = records(&fixture, "equity.csv");
    let arms = [
        "unhedged",
        "always_on",
        "always_on_futures",
        "single_vix_call",
        "tiered",
    ];
    for (column, arm) in arms.into_iter().enumerate() {
        let own: Vec<_> = all
            .iter()
            .filter(|row| row["window"] == "2022" && row["arm"] == arm)
            .collect();
        assert_eq!(own.len(), rows.len());
        for (row, shown) in own.iter().zip(&rows) {
            assert_eq!(shown[0], row["date"]);
            same(&shown[column + 1], &row["trading_equity_usd"], 1.0, 0);
        }
    }
}

#[test]
fn layers_days_bands_and_slippage_are_their_files() {
    let fixture = fixture::standard();
    let page = report::html(&fixture.run());
    let layers = table(&page, "2022: ledger of each layer");
    let own = |row: &BTreeMap<String, String>| row["window"] == "2022" && !row["arm"].contains('~');
    let file: Records = records(&fixture, "layers.csv")
        .into_iter()
        .filter(own)
        .collect();
    assert_eq!(layers.len(), file.len());
    for (shown, row) in layers.iter().zip(&file) {
        assert_eq!((&shown[0], &shown[1]), (&row["arm"], &row["layer"]));
        for (column, name) in [
            (2, "orders"),
            (4, "premium_usd"),
            (5, "salvage_usd"),
            (8, "pnl_usd"),
            (12, "purse_unspent_usd"),
        ] {
            same(&shown[column], &row[name], 1.0, 0);
        }
    }
    let slippage = table(
        &page,
        "2022: P&amp;L and drawdown reduction by share of the half spread",
    );
    let file = records(&fixture, "slippage.csv");
    let half = file.iter().find(|row| {
        row["arm"] == "tiered" && row["window"] == "2022" && row["half_spread_fraction"] == "0.5"
    });
    let shown = slippage.iter().find(|row| row[0] == "tiered").unwrap();
    same(&shown[2], &half.unwrap()["pnl_usd"], 1.0, 0);
    let bands = table(&page, "2022: every variant of the price model");
    assert_eq!(bands.len(), 25);
    let file: Records = records(&fixture, "bands.csv")
        .into_iter()
        .filter(|row| row["window"] == "2022")
        .collect();
    for (shown, row) in bands.iter().zip(&file) {
        same(&shown[2], &row["condor_pnl_usd"], 1.0, 0);
        same(&shown[3], &row["hedge_effect_usd"], 1.0, 0);
        same(&shown[4], &row["drawdown_reduction"], 100.0, 1);
    }
}

#[test]
fn the_worst_days_are_the_worst() {
    let fixture = fixture::standard();
    let page = report::html(&fixture.run());
    let mut own: Vec<(f64, String)> = records(&fixture, "equity.csv")
        .iter()
        .filter(|row| row["window"] == "2022" && row["arm"] == "unhedged")
        .map(|row| (row["condor_pnl_usd"].parse().unwrap(), row["date"].clone()))
        .collect();
    own.sort_by(|a, b| a.0.total_cmp(&b.0));
    let shown = table(
        &page,
        "2022: the ten worst condor days, and the hedges on them",
    );
    assert_eq!(
        shown.len(),
        12,
        "ten days, their sum and the share answered"
    );
    for (row, (pnl, date)) in shown.iter().zip(own.iter().take(10)) {
        assert_eq!(row[0], *date);
        same(&row[3], &pnl.to_string(), 1.0, 0);
    }
    let sum: f64 = own.iter().take(10).map(|(pnl, _)| pnl).sum();
    same(&shown[10][3], &sum.to_string(), 1.0, 0);
}

#[test]
fn the_answer_claims_nothing_where_the_interval_includes_zero() {
    let rewrite = |lo: &str, hi: &str, reduction: &str| {
        let (lo, hi, reduction) = (lo.to_owned(), hi.to_owned(), reduction.to_owned());
        fixture::standard().edit("summary.csv", move |text| {
            let change = |line: &str| {
                let mut cells: Vec<&str> = line.split(',').collect();
                if cells[0] == "2022" && cells[1] == "always_on" {
                    (cells[9], cells[10], cells[11]) = (&reduction, &lo, &hi);
                }
                cells.join(",") + "\n"
            };
            text.lines().map(change).collect()
        })
    };
    let lead = |fixture: Fixture| {
        let page = report::html(&fixture.run());
        prose(&first_sentence(&page))
    };
    let shown = lead(rewrite("0.120000", "0.453000", "0.312000"));
    let claim = "In 2022 (251 sessions), always_on made the worst fall 31.2 % shallower (90 % interval 12.0 to 45.3 % shallower); ";
    assert!(shown.starts_with(claim), "{shown}");
    let shown = lead(rewrite("-0.050000", "0.300000", "0.120000"));
    let nothing = "In 2022 (251 sessions), always_on did not show an effect on the worst fall: it was 12.0 % shallower, but the \
                   90 % interval, 5.0 % deeper to 30.0 % shallower, includes 0; ";
    assert!(shown.starts_with(nothing), "{shown}");
    let shown = lead(rewrite("-0.400000", "-0.020000", "-0.200000"));
    let worse = "In 2022 (251 sessions), always_on made the worst fall 20.0 % deeper (90 % interval 2.0 to 40.0 % deeper); ";
    assert!(shown.starts_with(worse), "{shown}");
    let shown = lead(rewrite("", "", "0.200000"));
    assert!(
        shown.starts_with("In 2022 (251 sessions), always_on had a worst fall that was 20.0 % shallower (no interval was computed); "),
        "{shown}"
    );
    let shown = lead(rewrite("", "", ""));
    assert!(
        shown.starts_with("In 2022 (251 sessions), always_on has no defined drawdown reduction; "),
        "{shown}"
    );
}

#[test]
fn the_answer_takes_no_difference_for_a_fact_whose_interval_includes_zero() {
    let sentence = |lo: &'static str, hi: &'static str| {
        let fixture = fixture::standard().edit("summary.csv", move |text| {
            let change = |line: &str| {
                let mut cells: Vec<&str> = line.split(',').collect();
                if cells[0] == "2022" && cells[1] == "always_on" {
                    (cells[38], cells[39]) = (lo, hi);
                }
                cells.join(",") + "\n"
            };
            text.lines().map(change).collect()
        });
        let page = report::html(&fixture.run());
        prose(&first_sentence(&page))
    };
    let shown = sentence("-12000.00", "3000.40");
    let open = "cannot be told from 0 (90 % interval −$12,000 to +$3,000): ";
    assert!(shown.contains(open), "{shown}");
    // The fixture's own difference is on one side of 0; only the interval on that side makes it a fact.
    let (below, above) = (
        sentence("-12000.00", "-3000.40"),
        sentence("3000.40", "12000.00"),
    );
    let claims =
        |text: &str| text.contains(" of trading P&amp;L (90 % interval $3,000 to $12,000): ");
    let open = |text: &str| text.contains("cannot be told from 0");
    assert!(claims(&below) != claims(&above), "{below}\n{above}");
    assert!(
        open(&below) == claims(&above) && open(&above) == claims(&below),
        "{below}\n{above}"
    );
    let shown = sentence("", "");
    assert!(
        shown.contains(" of trading P&amp;L (no interval was computed): "),
        "{shown}"
    );
}

#[test]
fn a_ramp_is_one_regime_and_a_constant_one_is_a_sentence() {
    let fixture = fixture::standard();
    let page = report::html(&fixture.run());
    let shown = table(&page, "2022: sessions in each regime");
    assert_eq!(shown.len(), 1, "only the tiered arm changes its regime");
    let seen = |tier: &str| {
        let rows = records(&fixture, "decisions.csv").into_iter();
        let own = rows.filter(|row| {
            row["window"] == "2022" && row["arm"] == "tiered" && row["layer"] == "short"
        });
        own.filter(|row| row["regime"].starts_with(&format!("{tier} ")))
            .count()
            .to_string()
    };
    assert_eq!(
        shown[0][1..5],
        ["..15", "15..22", "22..25", "25.."].map(seen)
    );
    assert!(page.contains(
        "<p class=\"note\">In one regime throughout, full: always_on, always_on_futures, single_vix_call.</p>"
    ));
}

#[test]
fn markdown_has_the_same_cells_as_the_page() {
    let run = fixture::standard().run();
    let (page, text) = (report::html(&run), report::markdown(&run));
    for caption in [
        "2022: ledger of each layer",
        "2023-2024: each arm&#39;s own deepest drawdown",
    ] {
        for row in table(&page, caption) {
            let line: Vec<String> = row
                .iter()
                .map(|cell| cell.replace('_', r"\_").replace('~', r"\~"))
                .collect();
            let line = format!("| {} |", line.join(" | "));
            assert!(text.contains(&line), "markdown lacks {line}");
        }
    }
}
