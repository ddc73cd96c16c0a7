//! A cloud of points: every place on a fine grid once, so that ten thousand cells stay small; the front is a line.

use maud::{Markup, html};

use crate::chart::{CloudChart, PAGE, Scale, Unit};
use crate::number::counted;
use crate::write::markup::{Text, shape};

const COLUMNS: i64 = PAGE.0;
const ROWS: i64 = PAGE.1;

/// The figure; the table of the front follows it on the page.
pub fn figure(chart: &CloudChart) -> Markup {
    let (x, y) = (chart.x_scale(), chart.y_scale());
    let points = counted(chart.count, "point");
    html! {
        figure class="cloud" {
            "\n" figcaption { (Text(&chart.caption)) }
            "\n" p class="yname" { "↑ " (Text(&named(&chart.y))) }
            "\n" div class="free" style="--h:360px" {
                "\n" (value_axis(&y))
                div class="area" {
                    svg viewBox={ "0 0 " (COLUMNS) " " (ROWS) } preserveAspectRatio="none" role="img"
                        aria-label={ (Text(&chart.caption)) ": " (points) ", " (chart.front.len()) " on the front" } {
                        "\n" (grid(&x, &y)) (beside(chart)) (dots(chart)) (front(chart, &x, &y)) (trails(chart, &x, &y))
                    }
                    @if let Some(point) = chart.chosen { (pick(&x, &y, point)) }
                }
                "\n" span {}
                (name_axis(&x, &named(&chart.x)))
            }
            "\n"
        }
        "\n"
    }
}

fn named((name, unit): &(String, Unit)) -> String {
    match unit.sign() {
        "" => name.clone(),
        sign => format!("{name} [{sign}]"),
    }
}

/// Each place of some points once.
fn places(chart: &CloudChart, points: &[(f64, f64)]) -> String {
    let places = chart.places(points, PAGE);
    places.iter().map(|(x, y)| format!("M{x} {y}h0")).collect()
}

fn beside(chart: &CloudChart) -> Markup {
    let path = places(chart, &chart.beside);
    html! {
        @if !path.is_empty() {
            (shape(format_args!("path class=\"dots beside\" d=\"{path}\""))) "\n"
        }
    }
}

fn dots(chart: &CloudChart) -> Markup {
    let path = places(chart, &chart.points);
    // Faint dots show where thousands lie on each other; a few hundred would be lost.
    let few = if chart.count < 1_000 { " few" } else { "" };
    html! { (shape(format_args!("path class=\"dots{few}\" d=\"{path}\""))) "\n" }
}

fn front(chart: &CloudChart, x: &Scale, y: &Scale) -> Markup {
    let corner = |point: &(f64, f64)| {
        format!(
            "{:.1} {:.1}",
            x.place(point.0) * COLUMNS as f64,
            (1.0 - y.place(point.1)) * ROWS as f64
        )
    };
    let corners: Vec<String> = chart.front.iter().map(corner).collect();
    let dots: String = corners
        .iter()
        .map(|corner| format!("M{corner}h0"))
        .collect();
    html! {
        @if !corners.is_empty() {
            (shape(format_args!("path class=\"front\" d=\"M{}\"", corners.join("L")))) "\n"
            (shape(format_args!("path class=\"fdots\" d=\"{dots}\""))) "\n"
        }
    }
}

fn trails(chart: &CloudChart, x: &Scale, y: &Scale) -> Markup {
    let corner = |point: &(f64, f64)| {
        format!(
            "{:.1} {:.1}",
            x.place(point.0) * COLUMNS as f64,
            (1.0 - y.place(point.1)) * ROWS as f64
        )
    };
    html! {
        @for (style, points) in &chart.trails {
            @let corners: Vec<String> = points.iter().map(corner).collect();
            @let dots: String = corners.iter().map(|corner| format!("M{corner}h0")).collect();
            (shape(format_args!("path class=\"line {}\" d=\"M{}\"", style.look(), corners.join("L")))) "\n"
            (shape(format_args!("path class=\"line trail {}\" d=\"{dots}\"", style.look()))) "\n"
        }
    }
}

fn pick(x: &Scale, y: &Scale, point: (f64, f64)) -> Markup {
    let place = format!(
        "left:{:.2}%;top:{:.2}%",
        x.place(point.0) * 100.0,
        (1.0 - y.place(point.1)) * 100.0
    );
    html! { i class="pick" title="chosen cell" style=(place) {} }
}

/// Labels beside a plot.
pub fn value_axis(scale: &Scale) -> Markup {
    html! {
        div class="ys" aria-hidden="true" {
            @for (value, label) in scale.ticks() {
                span style=(format!("top:{:.2}%", (1.0 - scale.place(value)) * 100.0)) { (Text(&label)) }
            }
        }
        "\n"
    }
}

/// Labels under a plot, with the name of the values.
pub fn name_axis(scale: &Scale, name: &str) -> Markup {
    html! {
        div class="xs" aria-hidden="true" {
            @for (value, label) in scale.ticks() {
                span style=(format!("left:{:.2}%", scale.place(value) * 100.0)) { (Text(&label)) }
            }
            b { (Text(name)) }
        }
        "\n"
    }
}

fn grid(x: &Scale, y: &Scale) -> Markup {
    let across = |value: f64| x.place(value) * COLUMNS as f64;
    let down = |value: f64| (1.0 - y.place(value)) * ROWS as f64;
    let lines: String = y
        .ticks()
        .iter()
        .map(|tick| format!("M0 {:.1}H{COLUMNS}", down(tick.0)))
        .collect();
    let zero = format!("M{:.1} 0V{ROWS}M0 {:.1}H{COLUMNS}", across(0.0), down(0.0));
    html! {
        (shape(format_args!("path class=\"grid\" d=\"{lines}\""))) "\n"
        (shape(format_args!("path class=\"axis0\" d=\"{zero}\""))) "\n"
    }
}
