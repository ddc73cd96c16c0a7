//! A histogram, with the counts as a table behind it.

use maud::{Markup, Render, html};

use super::cloud::{name_axis, value_axis};
use super::numbers_behind;
use crate::chart::{Histogram, Scale, Unit};
use crate::write::markup::{Text, shape};

/// The figure.
pub fn figure(chart: &Histogram) -> Markup {
    let caption = Text(&chart.caption);
    let scale = chart.scale();
    let tallest = Scale::over([0.0, chart.tallest() as f64].into_iter(), Unit::Count, 4);
    html! {
        figure class="bars" {
            "\n" figcaption { (caption) }
            "\n" div class="free" style="--h:200px" {
                "\n" (value_axis(&tallest))
                div class="area" {
                    svg viewBox="0 0 1000 1000" preserveAspectRatio="none" role="img" aria-label=(caption) {
                        "\n" (columns(chart, &scale, &tallest))
                    }
                    @for (at, mark) in chart.marks.iter().enumerate() { (mark_of(chart, &scale, at, mark)) }
                }
                "\n" span {}
                (name_axis(&scale, &chart.head))
            }
            "\n" (table(chart))
        }
        "\n"
    }
}

fn columns(chart: &Histogram, scale: &Scale, tallest: &Scale) -> Markup {
    html! {
        @for (from, to, count) in chart.bins.iter().filter(|bin| bin.2 > 0) {
            (column([scale.place(*from), scale.place(*to)], tallest.place(*count as f64))) "\n"
        }
    }
}

/// One column; places are fractions of the plot.
fn column(ends: [f64; 2], height: f64) -> Markup {
    let [left, right] = ends.map(|end| end * 1000.0);
    let height = height * 1000.0;
    shape(format_args!(
        "rect class=\"col\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{height:.1}\"",
        left + 1.0,
        1000.0 - height,
        (right - left - 2.0).max(1.0)
    ))
    .render()
}

fn mark_of(chart: &Histogram, scale: &Scale, at: usize, (value, what): &(f64, String)) -> Markup {
    let place = scale.place(*value);
    let side = if place > 0.5 { " left" } else { "" };
    html! {
        i class={ "vmark" (side) } style=(format!("left:{:.2}%", place * 100.0)) {
            b style=(format!("top:{}rem", at as f64 * 1.3)) {
                (Text(what)) ": " (chart.unit.spoken(*value))
            }
        }
    }
}

fn table(chart: &Histogram) -> Markup {
    let head = html! {
        th scope="col" { "From" }
        th scope="col" class="n" { "To" }
        th scope="col" class="n" { (chart.counted) }
    };
    let rows = html! {
        @for (from, to, count) in &chart.bins {
            tr; th scope="row"; (chart.unit.print(*from))
            td; (chart.unit.print(*to))
            td; (crate::number::count(*count)) "\n"
        }
    };
    numbers_behind(&chart.caption, &head, &rows)
}
