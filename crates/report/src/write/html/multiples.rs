//! Many curves: each in a small picture of its own, highest end first, all on one scale, with the curve that stands out
//! behind it.

use maud::{Markup, Render, html};

use super::lines::{finding, path, table_behind};
use crate::chart::{LineChart, Scale, Series};
use crate::write::markup::{Text, shape};

/// Vertical steps of a plot.
const STEPS: f64 = 4000.0;

/// The figure: one small picture per curve, and the table behind all.
pub fn figure(chart: &LineChart) -> Markup {
    let scale = chart.scale();
    let bold = chart.bold.first().copied();
    let width = chart.days.len().saturating_sub(1).max(1);
    html! {
        figure class="multiples" {
            "\n" (finding(&chart.finding)) figcaption { (Text(&chart.caption)) }
            "\n" p class="note" { (how_to_read(chart, &scale, bold)) }
            "\n" div class="small" {
                @for at in order(chart, bold) { (one(chart, &scale, (at, bold), width)) }
            }
            "\n" (table_behind(chart))
        }
        "\n"
    }
}

fn how_to_read(chart: &LineChart, scale: &Scale, bold: Option<usize>) -> Markup {
    let ticks = scale.ticks();
    let low = ticks.first();
    let high = ticks.last();
    html! {
        "One picture each, highest end first, all from "
        @if let (Some(low), Some(high)) = (low, high) { (Text(&low.1)) " to " (Text(&high.1)) }
        @if let Some(bold) = bold { "; the grey line in each is " (Text(&chart.series[bold].name)) }
        "."
    }
}

/// Curves by where they end, the highest first; the one behind all has no picture of its own.
fn order(chart: &LineChart, bold: Option<usize>) -> Vec<usize> {
    let mut order: Vec<usize> = (0..chart.series.len())
        .filter(|at| Some(*at) != bold)
        .collect();
    let end = |at: usize| last(&chart.series[at]).unwrap_or(f64::NEG_INFINITY);
    order.sort_by(|a, b| end(*b).total_cmp(&end(*a)));
    order
}

fn last(series: &Series) -> Option<f64> {
    series.values.iter().rev().flatten().next().copied()
}

fn one(
    chart: &LineChart,
    scale: &Scale,
    (at, bold): (usize, Option<usize>),
    width: usize,
) -> Markup {
    let series = &chart.series[at];
    let end = last(series).map_or("–".to_owned(), |value| chart.unit.spoken(value));
    let line = |class: &str, series: &Series| {
        let path = path(scale, &series.values, &chart.breaks);
        shape(format_args!("path class=\"{class}\" d=\"{path}\"")).render()
    };
    html! {
        div {
            svg viewBox=(format!("0 0 {width} {STEPS}")) preserveAspectRatio="none" role="img"
                aria-label={ (Text(&series.name)) " ends at " (end) } {
                @for (value, _) in &chart.marks {
                    (shape(format_args!("path class=\"mark\" d=\"M0 {:.0}H{width}\"", (1.0 - scale.place(*value)) * STEPS)))
                }
                @if let Some(bold) = bold { (line("line back", &chart.series[bold])) }
                (line("line own", series))
            }
            p { (Text(&series.name)) " " b { (end) } }
        }
        "\n"
    }
}
