//! The efficient frontier: every arm over its budgets, the line of fewer condors, the cloud of random dates.

use super::folder::StudyFolder;
use crate::chart::{CloudChart, Unit};
use crate::document::{Block, Cell, Column, Row, Section, Table};
use crate::number;
use stats::interval::quantile;
use tables::FrontierRow;

/// What is drawn upwards.
type Height = fn(&FrontierRow) -> Option<f64>;

/// The picture that decides: P&L against the reduction of the drawdowns, beside fewer condors.
pub fn picture(study: &StudyFolder) -> Option<CloudChart> {
    study
        .frontier
        .iter()
        .find(|row| row.kind == "fewer_condors")?;
    Some(chart(study, "P&L of a book and year, of capital", |row| {
        row.pnl
    }))
}

/// The other picture, and the numbers of both.
pub fn section(study: &StudyFolder) -> Option<Section> {
    let of_kind = |kind: &'static str| study.frontier.iter().filter(move |row| row.kind == kind);
    of_kind("fewer_condors").next()?;
    let above = of_kind("arm")
        .filter(|row| row.over_line > Some(0.0))
        .count();
    let all = of_kind("arm").count();
    let lead = format!("{above} of {all} hedges and budgets lie above the line of fewer condors.");
    let kept = chart(study, "Profit kept, where the condors alone earn", |row| {
        row.kept
    });
    Some(Section {
        id: "frontier",
        title: "Reduction against profit, beside fewer condors and random dates",
        blocks: vec![
            Block::Lead(lead),
            Block::Table(table(study)),
            Block::Cloud(kept),
            Block::Note(
                "The straight line is fewer condors, the dots are the same purchases at random dates. Over the line: P&L \
                 less that of fewer condors with the same drawdowns, in percent of capital per book and year, losing \
                 years included. Profit kept counts the books and years that earn, and leaves out what a hedge gains in \
                 the others. Random dates spend what the arm spent; they look ahead by construction."
                    .into(),
            ),
        ],
    })
}

/// Every arm over its budgets beside the line and the cloud.
fn chart(study: &StudyFolder, name: &str, height: Height) -> CloudChart {
    let of_kind = |kind: &'static str| study.frontier.iter().filter(move |row| row.kind == kind);
    let point = |row: &FrontierRow| row.reduction.zip(height(row));
    let cloud: Vec<(f64, f64)> = of_kind("random_dates").filter_map(point).collect();
    let trail = |arm: &str| -> Vec<(f64, f64)> {
        let own = of_kind("arm").filter(|row| row.arm == arm);
        own.filter_map(point).collect()
    };
    let trails: Vec<_> = study
        .arms()
        .map(|arm| (study.style(arm), trail(arm)))
        .filter(|(_, points)| !points.is_empty())
        .collect();
    // The line is drawn as far as any arm reaches.
    let reach = trails
        .iter()
        .flat_map(|(_, points)| points)
        .chain(&cloud)
        .map(|point| point.0)
        .fold(0.1, f64::max);
    let line = of_kind("fewer_condors").filter_map(point);
    CloudChart {
        caption: format!("{name}: every hedge over its budgets"),
        x: (
            "All drawdowns together, reduced by".to_owned(),
            Unit::Percent,
        ),
        y: (name.to_owned(), Unit::Percent),
        front: line.filter(|point| point.0 <= reach).collect(),
        count: cloud.len(),
        points: cloud,
        beside: Vec::new(),
        chosen: None,
        trails,
    }
}

/// A row per arm, a column per budget.
fn table(study: &StudyFolder) -> Table {
    let arms = || study.frontier.iter().filter(|row| row.kind == "arm");
    let mut budgets: Vec<f64> = arms().map(|row| row.level).collect();
    budgets.sort_by(f64::total_cmp);
    budgets.dedup();
    let cell = |arm: &str, budget: f64| {
        let found = arms().find(|row| row.arm == arm && row.level == budget);
        found.map_or(Cell::default(), |row| {
            let beside = row
                .reduction
                .zip(row.kept)
                .map(|(cut, kept)| format!("{}, {}", number::percent(cut), number::percent(kept)));
            let over = row.over_line.map(|share| number::signed(share * 100.0, 2));
            Cell::maybe(over).with_span(beside)
        })
    };
    let line = |arm: &str| {
        let own = budgets.iter().map(|budget| cell(arm, *budget));
        let first = study.cell(arm);
        let random = study.frontier.iter();
        let random = random.filter(|row| row.kind == "random_dates" && row.arm == arm);
        let mut random: Vec<f64> = random.filter_map(|row| row.over_line).collect();
        random.sort_by(f64::total_cmp);
        let middle = quantile(&random, 0.5);
        let ends = quantile(&random, 0.05).zip(quantile(&random, 0.95));
        let span = ends.map(|(lo, hi)| {
            let told = |share: f64| number::signed(share * 100.0, 2);
            format!("{} to {}", told(lo), told(hi))
        });
        let last =
            Cell::maybe(middle.map(|share| number::signed(share * 100.0, 2))).with_span(span);
        Row::plain([first].into_iter().chain(own).chain([last]).collect())
    };
    let head = |budget: &f64| {
        Column::number(
            &format!("budget {} %", number::fixed(budget * 100.0, 0)),
            "%",
        )
    };
    Table {
        caption: "Over the line of fewer condors, by budget (of the credit received); beneath, drawdown cut and profit kept"
            .to_owned(),
        columns: [Column::text("Arm")]
            .into_iter()
            .chain(budgets.iter().map(head))
            .chain([Column::number("random dates", "%")])
            .collect(),
        rows: study.arms().map(line).collect(),
    }
}
