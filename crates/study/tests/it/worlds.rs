//! Worlds of the price model's error: one number of threads and another, few worlds and many, and how wide they are.

use market::price::Money;
use study::results::Study;
use tables::WorldsRow;

use crate::support::study;

const SHORT: [&str; 4] = [
    r#"windows=[{name="2022",first="2022-01-03",last="2022-12-30"}]"#,
    r#"arms=["unhedged","always_on","single_vix_call"]"#,
    "controls.random_timing_draws=0",
    "claims.rows={}",
];

fn with(worlds: usize) -> Study {
    let worlds = format!("price_errors.worlds={worlds}");
    let settings: Vec<&str> = SHORT.into_iter().chain([worlds.as_str()]).collect();
    study(&settings)
}

fn rows(worlds: usize, threads: usize) -> Vec<WorldsRow> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
    let study = pool.build().expect("a pool").install(|| with(worlds));
    study.windows.into_iter().flat_map(|w| w.worlds).collect()
}

#[test]
fn any_number_of_threads_finds_the_same_worlds() {
    let one = rows(24, 1);
    assert_eq!(one.len(), 3, "a row per arm");
    assert_eq!(one, rows(24, 4));
    assert!(rows(0, 2).is_empty(), "none where none is asked for");
}

#[test]
fn the_middle_of_the_worlds_is_wide_about_the_headline() {
    let study = with(60);
    let window = &study.windows[0];
    let usd = |value: Option<Money>| value.expect("worlds were drawn").usd();
    for (row, arm) in window.worlds.iter().zip(&window.arms) {
        assert_eq!(
            (row.arm.as_str(), row.worlds),
            (arm.replay.name.as_str(), 60)
        );
        let (lo, middle, hi) = (
            usd(row.pnl_lo_usd),
            usd(row.pnl_median_usd),
            usd(row.pnl_hi_usd),
        );
        assert!(lo < middle && middle < hi, "{row:?}");
        // The market without error is one of the worlds there might be: its P&L lies among them, or near.
        let plain = study::curves::pnl(&arm.replay.run, arm.replay.start).usd();
        assert!(
            (lo - (hi - lo)..hi + (hi - lo)).contains(&plain),
            "{plain}: {row:?}"
        );
        let none = row.arm == "unhedged";
        assert_eq!(usd(row.hedge_effect_lo_usd) == 0.0, none, "{row:?}");
        assert!((0.0..=1.0).contains(&row.hedge_effect_positive));
    }
    // A hedge of VIX calls is priced by another error than the condors: its effect varies too.
    let call = window
        .worlds
        .iter()
        .find(|row| row.arm == "single_vix_call")
        .expect("an arm");
    assert!(
        usd(call.hedge_effect_lo_usd) < usd(call.hedge_effect_hi_usd),
        "{call:?}"
    );
}
