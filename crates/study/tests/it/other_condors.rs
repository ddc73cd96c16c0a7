//! A condor to look at beside the headline: the numbers of a run of its own, and none of the headline's moved.

use study::results::Study;
use tables::{OtherCondorRow, Row, SummaryRow};

use crate::support::study;

const FIFTY: &str = "condor_weekly_14d";

fn with(settings: &[&str]) -> Study {
    let short = [
        r#"windows=[{name="2022",first="2022-01-03",last="2022-06-30"}]"#,
        r#"arms=["unhedged","always_on","alvh_442"]"#,
        "controls.random_timing_draws=0",
        "equal_spend_twins=false",
        "claims.rows={}",
    ];
    let all: Vec<&str> = short.iter().chain(settings).copied().collect();
    study(&all)
}

/// The row that a run of this condor alone would have.
fn of_summary(row: &SummaryRow, trades: usize) -> OtherCondorRow {
    OtherCondorRow {
        condor: FIFTY.into(),
        window: row.window.clone(),
        arm: row.arm.clone(),
        pnl_usd: row.pnl_usd,
        max_drawdown_usd: row.max_drawdown_usd,
        drawdown_reduction: row.drawdown_reduction,
        drawdown_reduction_lo: row.drawdown_reduction_lo,
        drawdown_reduction_hi: row.drawdown_reduction_hi,
        profit_retained: row.profit_retained,
        hedge_pnl_usd: row.hedge_pnl_usd,
        trades,
    }
}

#[test]
fn another_condor_has_the_numbers_of_a_run_of_its_own_and_moves_none() {
    let beside = with(&[]);
    let alone = with(&[r#"condor_tiers=["condor_weekly_14d"]"#, "other_condors=[]"]);
    let without = with(&["other_condors=[]"]);
    let expected: Vec<OtherCondorRow> = study::summary::rows(&alone)
        .iter()
        .map(|row| of_summary(row, row.trades.expect("a count")))
        .collect();
    assert_eq!(beside.other_condors, expected);
    assert!(
        expected
            .iter()
            .skip(1)
            .all(|row| row.drawdown_reduction_lo.is_some())
    );
    assert!(alone.other_condors.is_empty() && without.other_condors.is_empty());
    let has_table = |study: &Study| {
        let makers = study::run_tables::makers(study, Vec::new);
        makers.iter().any(|(file, _)| *file == OtherCondorRow::FILE)
    };
    assert_eq!([&beside, &without].map(has_table), [true, false]);
    assert_eq!(
        study::summary::rows(&beside),
        study::summary::rows(&without)
    );
    assert_ne!(study::summary::rows(&beside), study::summary::rows(&alone));
}
