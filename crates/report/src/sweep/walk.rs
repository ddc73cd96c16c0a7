//! Walk-forward: chosen on the past, judged on what followed.

use super::folder::SweepFolder;
use super::statistics;
use crate::chart::{LineChart, Series, Unit};
use crate::document::{Block, Section};
use crate::style::Style;
use chrono::NaiveDate;
use tables::InferenceRow;

/// Curves where the subjects are days, and the table.
pub fn section(sweep: &SweepFolder) -> Section {
    let intro = "The cell is chosen anew on the sessions before each fold (anchored: all of them; rolling: a fixed number), \
                 and only the fold after it counts. The curve is stitched from these folds.";
    let mut blocks = vec![Block::Paragraph(intro.to_owned())];
    if sweep.inference.is_none() {
        blocks.push(statistics::absent("the walk-forward curve"));
        return Section {
            id: "walk-forward",
            title: "Walk-forward",
            blocks,
        };
    }
    let rows = sweep.statistics(|name| name.starts_with("walk_forward"));
    let (dated, other): (Vec<&InferenceRow>, Vec<&InferenceRow>) = rows
        .into_iter()
        .partition(|row| tables::number::date(&row.subject).is_some());
    blocks.extend(chart(&dated).map(Block::Lines));
    match (dated.is_empty(), other.is_empty()) {
        (true, true) => blocks.push(Block::Note(
            "inference.csv has no walk-forward rows.".to_owned(),
        )),
        (_, false) => blocks.push(Block::Table(statistics::table(
            "Folds and what became of them",
            &other,
        ))),
        (false, true) => {}
    }
    Section {
        id: "walk-forward",
        title: "Walk-forward",
        blocks,
    }
}

/// One line per statistic over its days.
fn chart(rows: &[&InferenceRow]) -> Option<LineChart> {
    let mut days: Vec<NaiveDate> = rows
        .iter()
        .filter_map(|row| tables::number::date(&row.subject))
        .collect();
    days.sort_unstable();
    days.dedup();
    let mut names: Vec<&str> = rows.iter().map(|row| row.statistic.as_str()).collect();
    names.dedup();
    names.sort_unstable();
    names.dedup();
    let series = |(slot, name): (usize, &&str)| {
        let mut values = vec![None; days.len()];
        for row in rows.iter().filter(|row| row.statistic == **name) {
            if let Some(at) =
                tables::number::date(&row.subject).and_then(|day| days.binary_search(&day).ok())
            {
                values[at] = row.value;
            }
        }
        let words = name
            .trim_start_matches("walk_forward")
            .trim_matches('_')
            .trim_end_matches("_usd")
            .replace('_', " ");
        let name = if words.is_empty() {
            "stitched".to_owned()
        } else {
            words
        };
        // From the second slot on, neighbours differ in their dashes too.
        Series {
            name,
            style: Style::plain(slot + 1),
            values,
            shaded: false,
        }
    };
    let series: Vec<Series> = names.iter().enumerate().map(series).collect();
    let money = names.iter().all(|name| name.ends_with("_usd"));
    (!days.is_empty()).then(|| LineChart {
        caption: format!(
            "Walk-forward, out of sample [{}]",
            if money { "$" } else { "as in inference.csv" }
        ),
        group: 0,
        unit: if money { Unit::Usd } else { Unit::Ratio },
        height: 280,
        series,
        days,
        marks: Vec::new(),
        include: vec![0.0],
        ..LineChart::default()
    })
}
