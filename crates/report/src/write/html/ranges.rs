//! Values with intervals: a table whose last column is a picture of the row.

use maud::{Markup, html};

use super::swatch;
use crate::chart::{RangeChart, RangeRow, Scale};
use crate::write::markup::{Text, breakable};

/// A name of more letters than this may stand on two lines, so that the picture keeps its room.
const LONG: usize = 26;

/// The table, its axis in the heading of the picture column.
pub fn table(chart: &RangeChart) -> Markup {
    let scale = chart.scale();
    let caption = Text(&chart.caption);
    let grouped = chart.rows.iter().any(|row| !row.group.is_empty());
    html! {
        div class="scroll" tabindex="0" role="group" aria-label=(caption) {
            "\n" table class="ranges" {
                "\n" caption { span { (caption) } }
                "\n" thead {
                    tr {
                        th scope="col" { (chart.head) }
                        @if grouped { th scope="col" { (chart.group_head) } }
                        th scope="col" class="n" { (Text(&chart.value_head)) }
                        th scope="col" class="n" { (Text(&chart.span_head)) }
                        th scope="col" class="pic" { span class="vh" { "Picture" } (axis(&scale)) }
                    }
                }
                "\n" tbody { "\n" @for found in &chart.rows { (row(chart, &scale, found, grouped)) } }
                "\n"
            }
            "\n"
        }
        "\n"
    }
}

fn axis(scale: &Scale) -> Markup {
    html! {
        span class="axis" aria-hidden="true" {
            @for (value, label) in scale.ticks() {
                span style=(left(scale, value)) { (Text(&label)) }
            }
        }
    }
}

fn row(chart: &RangeChart, scale: &Scale, row: &RangeRow, grouped: bool) -> Markup {
    let print = |value| chart.unit.print(value);
    html! {
        tr {
            th scope="row" class=[(row.name.chars().count() > LONG).then_some("w")] {
                (swatch(row.style)) (breakable(&row.name))
            }
            @if grouped { td { (Text(&row.group)) } }
            td class="n" { @if let Some(value) = row.value { (print(value)) } @else { "–" } }
            td class="n" {
                @if let Some((lo, hi)) = row.span { (print(lo)) " to " (print(hi)) } @else { "–" }
            }
            td class="pic" { (picture(scale, row)) }
        }
        "\n"
    }
}

fn picture(scale: &Scale, row: &RangeRow) -> Markup {
    html! {
        span class={ "track " (row.style.look()) } aria-hidden="true" {
            @for (value, _) in scale.ticks() { i class="tick" style=(left(scale, value)) {} }
            i class="zero" style=(left(scale, 0.0)) {}
            @if let Some(span) = row.span { (span_of(scale, span)) }
            @for point in &row.points { i class="point" style=(left(scale, *point)) {} }
            @if let Some(value) = row.value { i class="dot" style=(left(scale, value)) {} }
        }
    }
}

fn span_of(scale: &Scale, (lo, hi): (f64, f64)) -> Markup {
    let crosses = if lo <= 0.0 && hi >= 0.0 { " open" } else { "" };
    let width = scale.place(hi) * 100.0 - scale.place(lo) * 100.0;
    html! {
        i class={ "span" (crosses) } style={ (left(scale, lo)) ";width:" (format!("{width:.1}")) "%" } {}
    }
}

fn left(scale: &Scale, value: f64) -> String {
    format!("left:{:.1}%", scale.place(value) * 100.0)
}
