//! The reference run on real history, where this machine has the publishers' files.

use crate::support::{alvh, only_folder, real_dataset, rows, scratch, stderr};

#[test]
fn all_753_sessions_of_real_history_replay_and_the_hedge_answers_where_it_must() {
    let Some(dataset) = real_dataset("the replay of real history") else {
        return;
    };
    let dataset = dataset.to_str().expect("UTF-8");
    let out = scratch("real");
    let output = alvh(&[
        "replay",
        "configs/runs/history.toml",
        "--quiet",
        "--dataset",
        dataset,
        "--out",
        out.to_str().expect("UTF-8"),
        "--set",
        "equal_spend_twins=false",
    ]);
    assert!(output.status.success(), "{}", stderr(&output));
    let run = only_folder(&out);
    let equity = rows(&run, "equity.csv");
    let of = |arm: &str| equity.iter().filter(|r| r.text("arm") == arm).count();
    assert_eq!(of("unhedged"), 753);
    // Two days on which volatility jumped: every hedge must have gained, layer by layer.
    for date in ["2022-06-13", "2024-08-05"] {
        for row in equity
            .iter()
            .filter(|r| r.text("date") == date && r.text("arm") == "always_on")
        {
            assert!(row.cents("condor_pnl_usd") < 0, "{date}: the condors lost");
            for layer in ["short_pnl_usd", "medium_pnl_usd", "long_pnl_usd"] {
                assert!(
                    row.cents(layer) > 0,
                    "{date}: {layer} is {}",
                    row.text(layer)
                );
            }
        }
    }
    // What is known about the market: SPX 2022 fell 25.4 % close to close.
    let market = rows(&run, "market.csv");
    let close = |date: &str| {
        market
            .iter()
            .find(|r| r.text("date") == date)
            .and_then(|r| r.number("spx_close"))
    };
    assert_eq!(
        (close("2022-01-03"), close("2022-10-12")),
        (Some(4796.56), Some(3577.03))
    );
}
