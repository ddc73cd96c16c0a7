//! The numbers behind the pictures, as tables.

use chrono::Datelike;

use super::{grid, paragraph, table};
use crate::chart::{HeatMap, HeatMaps, Histogram, LineChart, RangeChart, RangeRow, RibbonChart};
use crate::document::{Cell, Column, Row, Table};
use crate::number;
use crate::text::markdown as escape;

/// The fields of a map.
pub fn fields(maps: &HeatMaps, map: &HeatMap) -> String {
    let corner = format!("{} \\ {}", map.y, map.x);
    let heads: Vec<String> = std::iter::once(escape(&corner))
        .chain(map.x_levels.iter().map(|l| escape(l)))
        .collect();
    let numbers: Vec<bool> = (0..heads.len()).map(|at| at > 0).collect();
    let value = |at: usize| map.values[at].map_or("–".to_owned(), |value| maps.unit.print(value));
    let columns = map.x_levels.len();
    let rows = map.y_levels.iter().enumerate().map(|(row, level)| {
        std::iter::once(escape(level))
            .chain((0..columns).map(|column| value(row * columns + column)))
            .collect()
    });
    format!(
        "{}\n\n{}",
        paragraph(&maps.caption),
        grid(&heads, &numbers, rows)
    )
}

/// The bars that count anything.
pub fn bars(chart: &Histogram) -> String {
    let heads = ["From", "To", chart.counted].map(str::to_owned);
    let print = |value: f64| chart.unit.print(value);
    let rows = chart.bins.iter().filter(|bin| bin.2 > 0);
    let rows = rows.map(|(from, to, count)| vec![print(*from), print(*to), number::count(*count)]);
    format!(
        "{}\n\n{}",
        paragraph(&chart.caption),
        grid(&heads, &[true; 3], rows)
    )
}

/// Every level of every axis.
pub fn ribbons(chart: &RibbonChart) -> String {
    let heads = [
        "Parameter",
        "Level",
        "Best tenth \\[%\\]",
        "All cells \\[%\\]",
    ]
    .map(str::to_owned);
    let mut rows = Vec::new();
    for ((name, levels), shares) in chart.axes.iter().zip(&chart.shares) {
        for (level, (best, all)) in levels.iter().zip(shares) {
            rows.push(vec![
                escape(name),
                escape(level),
                number::percent(*best),
                number::percent(*all),
            ]);
        }
    }
    format!(
        "{}\n\n{}",
        paragraph(&chart.caption),
        grid(&heads, &[false, false, true, true], rows.into_iter())
    )
}

/// A curve as its values at the last day of every month.
pub fn lines(chart: &LineChart) -> String {
    let days = &chart.days;
    let value =
        |found: Option<f64>| found.map_or("–".to_owned(), |value| chart.unit.print(value));
    let row = |at: usize| {
        let values = chart
            .series
            .iter()
            .map(|series| value(series.values.get(at).copied().flatten()));
        std::iter::once(days[at].to_string())
            .chain(values)
            .collect()
    };
    let heads: Vec<String> = std::iter::once("Day".to_owned())
        .chain(chart.series.iter().map(|series| escape(&series.name)))
        .collect();
    let numbers: Vec<bool> = (0..heads.len()).map(|at| at > 0).collect();
    let table = grid(
        &heads,
        &numbers,
        (0..days.len())
            .filter(|at: &usize| at + 1 == days.len() || days[*at].month() != days[at + 1].month())
            .map(row),
    );
    format!(
        "{} Month ends; report.html has every day.\n\n{table}",
        escape(&format!("{}.", chart.caption))
    )
}

/// The rows of a chart of ranges.
pub fn ranges(chart: &RangeChart) -> String {
    let print = |value: f64| chart.unit.print(value);
    let span = |(lo, hi): (f64, f64)| format!("{} to {}", print(lo), print(hi));
    let columns = vec![
        Column::text(chart.head),
        Column::text(chart.group_head),
        Column::number(&chart.value_head, ""),
        Column::number(&chart.span_head, ""),
    ];
    table(&Table {
        caption: chart.caption.clone(),
        columns,
        rows: chart
            .rows
            .iter()
            .map(|row: &RangeRow| {
                Row::plain(vec![
                    Cell::text(row.name.clone()),
                    Cell::text(row.group.clone()),
                    Cell::maybe(row.value.map(print)),
                    Cell::maybe(row.span.map(span)),
                ])
            })
            .collect(),
    })
}
