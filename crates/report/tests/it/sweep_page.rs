//! The report of a sweep, from a folder made here: its maps, fronts and tables are the cells, and it stays small.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use report::SweepFolder;

use crate::fixture;
use crate::market_model::Dice;

type Files = BTreeMap<String, Vec<u8>>;

const AXES: [(&str, &[&str]); 4] = [
    (
        "policies.tiered.tier.bands.0.to",
        &["13", "14", "15", "16", "17", "18", "19", "20", "21", "22"],
    ),
    (
        "policies.tiered.tier.bands.1.to",
        &["20", "22", "24", "26", "28", "30", "32", "34", "36", "38"],
    ),
    (
        "policies.tiered.budget",
        &["0.1", "0.15", "0.2", "0.25", "0.3"],
    ),
    (
        "hysteresis_points",
        &["0", "0.5", "1", "1.5", "2", "2.5", "3", "3.5", "4", "5"],
    ),
];

/// 5,000 cells over two windows; every 97th failed.
fn files() -> Files {
    let mut dice = Dice::new(7);
    let names: Vec<&str> = AXES.iter().map(|axis| axis.0).collect();
    let mut cells = format!(
        "cell,{},window,arm,sessions,pnl_usd,max_drawdown_usd,drawdown_reduction,drawdown_reduction_lo,\
         drawdown_reduction_hi,profit_retained,hedge_pnl_usd,deleveraged_pnl_usd,status,error\n",
        names.join(",")
    );
    let all: usize = AXES.iter().map(|axis| axis.1.len()).product();
    for (at, window) in (0..all).flat_map(|at| ["2022", "2023-2024"].map(|window| (at, window))) {
        let mut rest = at;
        let levels: Vec<usize> = AXES
            .iter()
            .rev()
            .map(|axis| (rest % axis.1.len(), rest /= axis.1.len()).0)
            .collect();
        let texts: Vec<&str> = AXES
            .iter()
            .zip(levels.iter().rev())
            .map(|(axis, level)| axis.1[*level])
            .collect();
        let start = format!("{at},{},{window},tiered", texts.join(","));
        if at % 97 == 5 {
            writeln!(cells, "{start},,,,,,,,,,failed,\"bands overlap, <b>\"").unwrap();
            continue;
        }
        let (low, mid) = (levels[3] as f64, levels[2] as f64);
        let reduction = 0.2 - (low - 4.0) * (low - 4.0) * 0.01 - (mid - 5.0) * (mid - 5.0) * 0.006
            + dice.normal() * 0.01;
        let cost = -4000.0 - reduction * 30_000.0 + dice.normal() * 900.0;
        let deleveraged = if reduction > 0.0 {
            format!("{:.2}", 9000.0 - 20_000.0 * reduction)
        } else {
            String::new()
        };
        writeln!(
            cells,
            "{start},251,{:.2},-80000.00,{reduction:.6},{:.6},{:.6},,{cost:.2},{deleveraged},ok,",
            9000.0 + cost,
            reduction - 0.2,
            reduction + 0.15
        )
        .unwrap();
    }
    let mut inference = String::from(
        "statistic,subject,value,lo,hi,p,n,note\npbo,,0.4312,,,,12870,16 blocks\ndsr,cell 7,0.41,,,,251,\n\
         spa,against unhedged,,,,0.21,2000,consistent\n",
    );
    for bin in -6..=6 {
        writeln!(
            inference,
            "pbo_logit,,{:.1},,,,{},",
            f64::from(bin) * 0.5,
            990 - 100 * i32::abs(bin)
        )
        .unwrap();
    }
    for month in 1..=12 {
        writeln!(
            inference,
            "walk_forward_anchored_usd,2022-{month:02}-28,{},,,,,",
            -100 * month * month + 900
        )
        .unwrap();
    }
    let manifest = serde_json::json!({"name": "tiers", "dataset_hash": "b81d", "tried": 12_345,
        "engine": {"version": "0.1.0", "results_version": 3}, "command": "alvh sweep configs/sweeps/tiers.toml"});
    BTreeMap::from([
        (
            "manifest.json".to_owned(),
            manifest.to_string().into_bytes(),
        ),
        ("sweep.toml".to_owned(), b"name = \"tiers\"\n".to_vec()),
        ("cells.csv".to_owned(), cells.into_bytes()),
        ("inference.csv".to_owned(), inference.into_bytes()),
    ])
}

fn folder() -> SweepFolder {
    fixture::sweep(&files()).unwrap_or_else(|error| panic!("{error}"))
}

/// Reductions of one window by the texts of the axes, straight from the file.
fn reductions(window: &str) -> Vec<(Vec<String>, f64)> {
    let files = files();
    let mut reader = csv::Reader::from_reader(files["cells.csv"].as_slice());
    let rows: Vec<BTreeMap<String, String>> =
        reader.deserialize().collect::<Result<_, _>>().unwrap();
    let of = |row: &BTreeMap<String, String>| {
        AXES.iter()
            .map(|axis| row[axis.0].clone())
            .collect::<Vec<String>>()
    };
    let own = rows
        .iter()
        .filter(|row| row["window"] == window && row["status"] == "ok");
    own.map(|row| (of(row), row["drawdown_reduction"].parse().unwrap()))
        .collect()
}

#[test]
fn every_section_is_there_and_the_page_is_small_and_asks_for_nothing() {
    let page = report::sweep_html(&folder());
    let ids = [
        "answer",
        "provenance",
        "landscape",
        "chosen",
        "pareto",
        "distribution",
        "overfitting",
        "walk-forward",
    ];
    for id in ids
        .into_iter()
        .chain(["axes", "statistics", "failures", "config"])
    {
        assert_eq!(
            page.matches(&format!("<section id=\"{id}\"")).count(),
            1,
            "{id}"
        );
    }
    assert!(
        page.len() <= 3_000_000,
        "{} bytes for {} rows",
        page.len(),
        folder().cells.len()
    );
    for forbidden in ["http:", "https:", "@import", "url(", "src=", "NaN", "<b>\""] {
        assert!(!page.contains(forbidden), "the page holds {forbidden}");
    }
    std::fs::write(
        std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("sweep.html"),
        &page,
    )
    .unwrap();
    assert_eq!(
        page,
        report::sweep_html(&folder()),
        "the same folder gives the same bytes"
    );
}

#[test]
fn a_field_of_the_map_is_the_mean_of_its_cells() {
    let page = report::sweep_html(&folder());
    let from = page
        .find("data-x=\"bands.1.to\" data-y=\"bands.0.to\" data-rest=\"the others averaged out\"")
        .expect("the first map");
    let map = &page[from..from + page[from..].find("</figure>").unwrap()];
    let line = &map[map.find("<th scope=\"row\">15</th>").expect("the level")..];
    let field = line.split("<td").nth(3).expect("the third column");
    let shown =
        field[field.find('>').unwrap() + 1..field.find("</td>").unwrap()].trim_start_matches("◆ ");
    let own: Vec<f64> = reductions("2022")
        .into_iter()
        .filter(|(at, _)| at[0] == "15" && at[1] == "24")
        .map(|c| c.1)
        .collect();
    let mean = own.iter().sum::<f64>() / own.len() as f64;
    assert_eq!(shown.replace('−', "-"), format!("{:+.1}", mean * 100.0));
    assert!(
        field.contains(&format!("title=\"{} cells\"", own.len())),
        "{field}"
    );
}

#[test]
fn the_chosen_cell_is_the_best_of_its_window_and_its_neighbours_are_one_step_away() {
    let page = report::sweep_markdown(&folder()).text;
    let best = reductions("2022")
        .into_iter()
        .reduce(|a, b| if b.1 > a.1 { b } else { a })
        .unwrap();
    let words = format!(
        "| **chosen: bands.0.to {}, bands.1.to {}, budget {}, hysteresis\\_points {}** |",
        best.0[0], best.0[1], best.0[2], best.0[3]
    );
    let line = page
        .lines()
        .find(|line| line.starts_with(&words))
        .unwrap_or_else(|| panic!("no {words}"));
    assert!(line.contains(&format!("+{:.1}", best.1 * 100.0)), "{line}");
    let place = |axis: usize, text: &str| {
        AXES[axis]
            .1
            .iter()
            .position(|level| *level == text)
            .unwrap()
    };
    let apart = |cell: &[String]| {
        (0..4)
            .map(|axis| place(axis, &cell[axis]).abs_diff(place(axis, &best.0[axis])))
            .sum::<usize>()
    };
    let beside = reductions("2022")
        .iter()
        .filter(|(cell, _)| apart(cell) == 1)
        .count();
    assert!(
        page.contains(&format!("**mean of {beside} neighbours**")),
        "{beside}"
    );
}

#[test]
fn the_sentence_on_luck_is_inference_csv_and_says_what_was_tried() {
    let page = fixture::without_links(&report::sweep_html(&folder()));
    let said = "the probability that the best cell is overfitted (PBO) is 43.1&nbsp;%, n 12,870; its deflated Sharpe \
                probability is 0.410, n 251; the test for superior ability (spa) has p = 0.210, n 2,000; 12,345 \
                configurations were tried.";
    assert!(
        page.contains(said),
        "{}",
        &page[page.find("Over all cells").unwrap()..][..400]
    );
    let mut files = files();
    files.remove("inference.csv");
    let bare = report::sweep_html(&fixture::sweep(&files).unwrap());
    assert_eq!(
        bare.matches("This folder has no inference.csv, so").count(),
        3
    );
    assert!(bare.contains(
        "How likely the best cell is luck is not in this folder; 12,345 configurations were tried."
    ));
}

#[test]
fn failed_cells_are_counted_with_their_reason() {
    let page = report::sweep_html(&folder());
    assert!(
        page.contains("<td class=t>bands overlap, &lt;b&gt;<td>104"),
        "52 of each window"
    );
}

#[test]
fn markdown_shows_pictures_that_are_there_and_stand_alone() {
    let pages = report::sweep_markdown(&folder());
    for (path, picture) in &pages.pictures {
        assert_eq!(
            pages.text.matches(&format!("]({path})")).count(),
            1,
            "{path}"
        );
        assert!(
            picture.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\"")
                && picture.ends_with("</svg>\n")
        );
        assert!(
            !picture.contains("NaN")
                && !picture.contains("inf\"")
                && picture.matches("<svg").count() == 1,
            "{path}"
        );
    }
    assert_eq!(
        pages.text.matches("](figures/").count(),
        pages.pictures.len()
    );
    assert!(pages.pictures.len() >= 14, "{}", pages.pictures.len());
}

#[test]
fn a_wrong_sweep_folder_is_refused_by_file_and_line() {
    let broken = |file: &str, from: &str, to: &str| {
        let mut files = files();
        let text = String::from_utf8(files[file].clone()).unwrap();
        files.insert(file.to_owned(), text.replacen(from, to, 1).into_bytes());
        fixture::sweep(&files)
            .expect_err("the folder is broken")
            .to_string()
    };
    assert!(
        broken("cells.csv", ",window,", ",windows,")
            .starts_with("cells.csv, line 1: column `window` is missing")
    );
    let said = broken("cells.csv", "-80000.00", "much");
    assert!(
        said.starts_with("cells.csv, line 2, column `max_drawdown_usd`: found `much`"),
        "{said}"
    );
    assert!(broken("manifest.json", "{", "[").starts_with("manifest.json: "));
}

#[test]
fn the_terminal_table_fits_every_width() {
    for width in [60, 80, 100, 140] {
        let table = report::terminal::sweep(&folder(), width, false);
        let longest = table
            .lines()
            .map(|line| line.chars().count())
            .max()
            .unwrap();
        assert!(
            longest <= width,
            "{longest} columns at width {width}:\n{table}"
        );
        assert!(table.is_ascii() && table.contains("2023-2024"), "{table}");
    }
    println!("{}", report::terminal::sweep(&folder(), 80, false));
}

#[test]
fn names_and_values_made_of_markup_or_commands_come_out_harmless() {
    let attacks = [
        "<img src=x onerror=alert(1)>",
        "\"><svg onload=alert(1)>",
        "=HYPERLINK(\"\"x\"\")",
        "[a](http://evil) | `b`",
        "\u{1b}[31mred\u{7}",
    ];
    let plain = report::sweep_html(&folder());
    for attack in attacks {
        let mut files = files();
        let quoted = format!("\"{}\"", attack.replace("\"\"", "\"").replace('"', "\"\""));
        let cells = String::from_utf8(files["cells.csv"].clone()).unwrap();
        let cells = cells
            .replacen("hysteresis_points", &quoted, 1)
            .replace(",0.15,", &format!(",{quoted},"));
        files.insert("cells.csv".to_owned(), cells.into_bytes());
        let statistics = |n: &str| {
            format!("statistic,subject,value,lo,hi,p,n,note\n{quoted},{quoted},1,,,,{n},{quoted}\n")
        };
        // A count is a number: words in its place are refused, and the refusal is harmless too.
        files.insert("inference.csv".to_owned(), statistics(&quoted).into_bytes());
        let refused = fixture::sweep(&files).map(drop).unwrap_err().to_string();
        assert!(refused.contains("column `n`"), "{refused}");
        assert!(!refused.chars().any(char::is_control), "{refused:?}");
        files.insert("inference.csv".to_owned(), statistics("7").into_bytes());
        let sweep = fixture::sweep(&files).unwrap_or_else(|error| panic!("{error}"));
        let page = report::sweep_html(&sweep);
        for tag in ["<img", "<svg onload", "<script", "href=\"http"] {
            assert!(
                page.matches(tag).count() <= plain.matches(tag).count(),
                "{tag} came alive from {attack}"
            );
        }
        let pages = report::sweep_markdown(&sweep);
        let own = pages
            .pictures
            .iter()
            .fold(pages.text.clone(), |text, (path, _)| {
                text.replace(&format!("]({path})"), "]")
            });
        assert!(
            !own.replace("\\]", "").contains("](") && !own.contains("<img") && !own.contains("://"),
            "{attack}"
        );
        let terminal = report::terminal::sweep(&sweep, 80, false);
        for text in [&page, &pages.text, &terminal] {
            assert!(
                !text
                    .chars()
                    .any(|c| c.is_control() && c != '\n' && c != '\t'),
                "a control character came through"
            );
        }
        for (path, picture) in &pages.pictures {
            assert!(
                !picture.contains("<img") && !picture.contains("<svg onload"),
                "{path}"
            );
        }
    }
}

#[test]
fn the_answer_has_the_interval_of_the_choice_and_units_survive_other_blocks() {
    let mut files = files();
    let inference = String::from_utf8(files["inference.csv"].clone()).unwrap()
        + "chosen,7,0.5,,,,251,\ndrawdown_reduction,2022,-0.025,-0.141,0.006,0.9,251,\n\
           cvar_difference_usd_block5,2022,446.859,-106.127,1225.05,0.1,251,\n";
    files.insert("inference.csv".to_owned(), inference.into_bytes());
    let config = "[statistics]\nlevel = 0.9\ndraws = 2000\nmean_block_sessions = 21.0\nseed = 1\n";
    files.insert("sweep.toml".to_owned(), config.into());
    let sweep = fixture::sweep(&files).unwrap_or_else(|error| panic!("{error}"));
    let text = report::sweep_markdown(&sweep).text;
    let says = "(with its phases averaged 2.5 % deeper, 90 % interval 14.1 % deeper to 0.6 % shallower, n 251 sessions)";
    assert!(text.contains(says), "{}", &text[..3000]);
    assert!(
        text.contains(
            "stationary bootstrap, 90 % level, 2,000 draws, mean block 21 sessions, seed 1"
        )
    );
    assert!(
        text.contains("| cvar difference, blocks of 5 \\[\\$\\] | 2022 | +447 | −106 to +1,225 |"),
        "{text}"
    );
}

#[test]
fn names_of_sixty_characters_fit_the_terminal() {
    let long = "a_parameter_whose_name_says_everything_it_does_in_sixty_char";
    assert_eq!(long.len(), 60);
    let mut files = files();
    let cells = String::from_utf8(files["cells.csv"].clone()).unwrap();
    let cells = cells
        .replacen("hysteresis_points", long, 1)
        .replace(",0.15,", &format!(",{long},"));
    files.insert(
        "cells.csv".to_owned(),
        cells
            .replace(",2023-2024,", &format!(",{long},"))
            .into_bytes(),
    );
    let sweep = fixture::sweep(&files).unwrap_or_else(|error| panic!("{error}"));
    for width in [60, 72, 80, 100, 140] {
        let table = report::terminal::sweep(&sweep, width, false);
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

#[test]
fn two_sweeps_are_put_side_by_side() {
    let left = fixture::sweep(&files()).expect("a sweep");
    let same = report::compare_sweeps_markdown(&left, &left);
    for says in [
        "Configuration: the same.",
        "Data: the same, byte for byte.",
        "are the same, to the cent.",
    ] {
        assert!(same.contains(says), "no {says:?} in {}", &same[..2000]);
    }
    let mut other = files();
    let cells = String::from_utf8(other["cells.csv"].clone()).expect("text");
    let first = cells.lines().nth(1).expect("a cell");
    let columns: Vec<&str> = cells.lines().next().expect("a header").split(',').collect();
    let at = columns
        .iter()
        .position(|name| *name == "pnl_usd")
        .expect("the column");
    let mut fields: Vec<String> = first.split(',').map(str::to_owned).collect();
    let before: f64 = fields[at].parse().expect("a number");
    fields[at] = format!("{:.2}", before + 1234.0);
    other.insert(
        "cells.csv".into(),
        cells.replacen(first, &fields.join(","), 1).into_bytes(),
    );
    let config = String::from_utf8(other["sweep.toml"].clone()).expect("text");
    other.insert(
        "sweep.toml".into(),
        format!("{config}\nlater = 3\n").into_bytes(),
    );
    let right = fixture::sweep(&other).expect("a sweep");
    let text = report::compare_sweeps_markdown(&left, &right);
    for says in [
        "Configuration: one key differs.",
        "by +1,234 dollars at most",
        "| +1,234 |",
        "later | – | 3 |",
    ] {
        assert!(text.contains(says), "no {says:?} in {}", &text[..3000]);
    }
    let page = report::compare_sweeps_html(&left, &right);
    assert!(!page.contains("http") && page.contains("Two sweep folders side by side"));
}
