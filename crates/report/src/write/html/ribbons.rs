//! Parallel axes with ribbons; the shares are written beside the levels and in the table behind.

use maud::{Markup, Render, html};

use super::numbers_behind;
use crate::chart::RibbonChart;
use crate::number;
use crate::write::markup::{Text, shape};

/// Widest ribbon [CSS pixels].
const WIDEST: f64 = 26.0;

/// The figure.
pub fn figure(chart: &RibbonChart) -> Markup {
    let caption = Text(&chart.caption);
    let deepest = chart.axes.iter().map(|(_, levels)| levels.len()).max();
    let width = (chart.axes.len() - 1) * 100;
    let height = (deepest.unwrap_or(1) * 30).max(160);
    html! {
        figure class="ribbons" {
            "\n" figcaption { (caption) }
            "\n" div class="scroll" tabindex="0" role="group" aria-label=(caption) {
                "\n" div class="rib" style={ "--h:" (height) "px" } {
                    svg viewBox={ "0 0 " (width) " 1000" } preserveAspectRatio="none" role="img" aria-label=(caption) {
                        "\n" (ribbons(chart))
                    }
                    "\n" @for axis in 0..chart.axes.len() { (upright(chart, axis)) }
                }
                "\n"
            }
            "\n" (table(chart))
        }
        "\n"
    }
}

fn ribbons(chart: &RibbonChart) -> Markup {
    let shares = chart.ribbons.iter().map(|ribbon| ribbon.3);
    let most = shares.fold(0.0, f64::max);
    html! {
        @for (axis, left, right, share) in &chart.ribbons {
            (ribbon(axis * 100, [chart.place(*axis, *left), chart.place(axis + 1, *right)], share / most))
            "\n"
        }
    }
}

/// One ribbon from the axis at `x` to the next, `ends` down the axes (fractions).
fn ribbon(x: usize, ends: [f64; 2], share: f64) -> Markup {
    let [from, to] = ends.map(|end| end * 1000.0);
    let thick = (share * WIDEST).max(0.7);
    shape(format_args!(
        "path style=\"stroke-width:{thick:.1}\" d=\"M{x} {from:.0}C{} {from:.0} {} {to:.0} {} {to:.0}\"",
        x + 45,
        x + 55,
        x + 100
    ))
    .render()
}

fn upright(chart: &RibbonChart, axis: usize) -> Markup {
    let left = format!(
        "left:{:.2}%",
        axis as f64 / (chart.axes.len() - 1) as f64 * 100.0
    );
    let (name, levels) = &chart.axes[axis];
    html! {
        i class="up" style=(left) {}
        b style=(left) { (Text(name)) }
        "\n"
        @for (level, text) in levels.iter().enumerate() {
            span style={ (left) ";top:" (format!("{:.2}", chart.place(axis, level) * 100.0)) "%" } {
                (Text(text)) " "
                small { (number::fixed(chart.shares[axis][level].0 * 100.0, 0)) " %" }
            }
            "\n"
        }
    }
}

fn table(chart: &RibbonChart) -> Markup {
    let head = html! {
        th scope="col" { "Parameter and level" }
        th scope="col" class="n" { "Best tenth [%]" }
        th scope="col" class="n" { "All cells [%]" }
    };
    let rows = html! {
        @for ((name, levels), shares) in chart.axes.iter().zip(&chart.shares) {
            @for (level, (best, all)) in levels.iter().zip(shares) {
                tr; th scope="row"; (Text(name)) " " (Text(level))
                td; (number::percent(*best))
                td; (number::percent(*all)) "\n"
            }
        }
    };
    numbers_behind(&chart.caption, &head, &rows)
}
