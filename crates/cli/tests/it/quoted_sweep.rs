//! A sweep reads the option quotes of a dataset as a replay does.

use market::history::MarketHistory;
use market::surface::ModelParams;

use crate::quoted_replay::{HORIZON_DAYS, day, through_the_store};
use crate::support::{alvh, header, only_folder, root, rows, scratch, stderr};

/// Settings of both: a short window on quotes, without replays beside it.
const SET: [&str; 9] = [
    "quotes=\"chain\"",
    "arms=[\"unhedged\", \"single_vix_call\"]",
    "windows=[{ name = \"w\", first = \"2022-01-03\", last = \"2022-03-31\" }]",
    "equal_spend_twins=false",
    "bands.atm_shift=[]",
    "bands.psi_factor=[]",
    "bands.half_spread_fraction=[]",
    "inference.draws=100",
    "claims.rows={}",
];

#[test]
fn a_cell_on_quotes_is_the_arm_of_a_replay_on_quotes() {
    let span = (day("2022-01-03"), day("2022-03-31"));
    let dataset = data::load(&root().join("datasets/reconstruction")).expect("the bundled dataset");
    let params = ModelParams::default();
    let model = MarketHistory::build(&dataset.observations, span.0, span.1, &params, HORIZON_DAYS)
        .expect("a complete market");
    let folder = scratch("quoted_sweep");
    let dir = folder.join("dataset");
    through_the_store(&dir, &dataset, &model, span);
    let run = root().join("configs/runs/replay.toml");
    let text = format!(
        "name = \"quoted\"\nrun = {run:?}\n[set]\n{}\n[sample]\nmethod = \"grid\"\n\
         [statistics]\nlevel = 0.9\ndraws = 100\nmean_block_sessions = 5.0\nseed = 1\ncscv_blocks = 4\n\
         train_sessions = 30\ntest_sessions = 10\npurge_sessions = 1\n\
         [[axes]]\nkey = \"execution.half_spread_fraction\"\nvalues = [0.5, 1.0]\n",
        SET.join("\n")
    );
    let file = folder.join("quoted.toml");
    std::fs::write(&file, text).expect("a sweep file");
    let text = |path: &std::path::Path| path.display().to_string();
    let (sweeps, replays) = (folder.join("sweep"), folder.join("replay"));
    let output = alvh(&[
        "sweep",
        &text(&file),
        "--dataset",
        &text(&dir),
        "--out",
        &text(&sweeps),
    ]);
    assert!(output.status.success(), "{}", stderr(&output));
    let sweeps = std::fs::read_dir(&sweeps)
        .expect("its folder")
        .map(|e| e.expect("an entry").path());
    let swept = sweeps
        .into_iter()
        .find(|path| path.join("cells.csv").exists())
        .expect("its cells");

    let (dataset, out) = (text(&dir), text(&replays));
    let mut args = vec!["replay", "--quiet", "--dataset", &dataset, "--out", &out];
    args.extend(SET.iter().flat_map(|setting| ["--set", setting]));
    let output = alvh(&args);
    assert!(output.status.success(), "{}", stderr(&output));
    let replayed = only_folder(&replays);

    let cells = rows(&swept, "cells.csv");
    let cell = cells
        .iter()
        .find(|row| row.text("execution.half_spread_fraction") == "0.5");
    let cell = cell.expect("the cell");
    let summary = rows(&replayed, "summary.csv");
    let arm = summary
        .iter()
        .find(|row| row.text("arm") == "single_vix_call")
        .expect("the arm");
    assert!(
        arm.number("trades").is_some_and(|trades| trades >= 5.0),
        "{}",
        arm.text("trades")
    );
    for column in header(&replayed, "summary.csv") {
        // Intervals of single cells are not computed.
        let drawn = [
            "_lo",
            "_hi",
            "_lo_usd",
            "_hi_usd",
            "p_reduction_positive",
            "bootstrap_draws",
        ];
        if !drawn.iter().any(|end| column.ends_with(end)) {
            assert_eq!(cell.text(&column), arm.text(&column), "{column}");
        }
    }
    let legs = rows(&replayed, "sources.csv");
    assert!(
        legs.iter()
            .any(|row| row.text("source") == "chain" && row.text("what") == "fill")
    );
    let manifest = std::fs::read_to_string(swept.join("manifest.json")).expect("a manifest");
    assert!(
        manifest.contains("Cells read the option quotes of the dataset"),
        "{manifest}"
    );
}
