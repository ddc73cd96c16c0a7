//! The efficient frontier: drawdown reduction against profit kept for every arm over its budgets, beside the line of
//! fewer condors and the cloud of random dates. All books, weekdays and years are added up.

use tables::FrontierRow;

use crate::cell::{Cell, usd};
use crate::numbers::{Pooled, Sums};
use crate::spec::StudyConfig;
use crate::work::Computed;
use stats::paired::Outcome;
use sweep::random_dates::Told;

/// Points of the line of fewer condors.
const LINE: usize = 20;

/// `frontier.csv`: the line, then every arm over its budgets, then the random dates of every arm.
pub fn rows(config: &StudyConfig, computed: &Computed) -> Vec<FrontierRow> {
    let cells: Vec<(&Cell, Told)> = computed
        .years()
        .into_iter()
        .flat_map(|window| computed.of_window(window))
        .map(|cell| (cell, Told::of(&Outcome::of(&usd(&cell.unhedged)))))
        .collect();
    if cells.is_empty() {
        return Vec::new();
    }
    let capital = config.file.starting_capital_usd;
    let earned: f64 = cells.iter().map(|(_, base)| base.pnl as f64 / 100.0).sum();
    let alone = earned / (capital * cells.len() as f64);
    let mut rows: Vec<FrontierRow> = (0..=LINE)
        .map(|step| {
            let left = 1.0 - step as f64 / LINE as f64;
            FrontierRow {
                kind: "fewer_condors".into(),
                level: left,
                reduction: Some(1.0 - left),
                kept: Some(left),
                pnl: Some(left * alone),
                over_line: Some(0.0),
                ..FrontierRow::default()
            }
        })
        .collect();
    for (arm, name) in config.arm_names()[..config.shown()].iter().enumerate() {
        for (at, budget) in config.file.frontier.budgets.iter().enumerate() {
            let mut sums = Sums::default();
            let mut premium = 0.0;
            for (cell, base) in &cells {
                if let Some((told, paid)) = cell.arms[arm].budgets.get(at) {
                    add(&mut sums, *base, *told);
                    premium += *paid as f64 / 100.0;
                }
            }
            if sums.cells > 0 {
                let row = row("arm", name, *budget, None, &sums, capital);
                let premium = Some(premium / (capital * sums.cells as f64));
                rows.push(FrontierRow { premium, ..row });
            }
        }
    }
    for (arm, name) in config.arm_names()[..config.shown()].iter().enumerate() {
        let budget = config.hedges[arm + 1].budget_fraction_of_credit;
        for draw in 0..config.file.random_dates.draws {
            let mut sums = Sums::default();
            for (cell, base) in &cells {
                add(&mut sums, *base, cell.arms[arm].random[draw]);
            }
            rows.push(row(
                "random_dates",
                name,
                budget,
                Some(draw),
                &sums,
                capital,
            ));
        }
    }
    rows
}

fn add(sums: &mut Sums, unhedged: Told, hedged: Told) {
    let usd = |told: Told| (told.pnl as f64 / 100.0, told.max_drawdown as f64 / 100.0);
    sums.add(usd(unhedged), usd(hedged));
}

fn row(
    kind: &str,
    arm: &str,
    level: f64,
    draw: Option<usize>,
    sums: &Sums,
    capital: f64,
) -> FrontierRow {
    let of = |pooled: Pooled| pooled.of(sums, capital);
    FrontierRow {
        kind: kind.to_string(),
        arm: arm.to_string(),
        level,
        draw,
        reduction: of(Pooled::Reduction),
        kept: of(Pooled::Kept),
        pnl: Some(sums.hedged.0 / (capital * sums.cells as f64)),
        over_line: of(Pooled::OverLine),
        premium: None,
    }
}
