//! A cloud of points: every place on a fine grid once, so that ten thousand cells stay small; the front is a line.

use super::escape;
use crate::chart::{CloudChart, Scale, Unit};

const COLUMNS: i64 = 600;
const ROWS: i64 = 400;

/// The figure; the table of the front follows it on the page.
pub fn write(out: &mut String, chart: &CloudChart) {
    let (x, y) = (chart.x_scale(), chart.y_scale());
    let caption = escape(&chart.caption);
    let named = |axis: &(String, Unit)| match axis.1.sign() {
        "" => escape(&axis.0),
        sign => format!("{} [{sign}]", escape(&axis.0)),
    };
    out.push_str(&format!(
        "<figure class=\"cloud\">\n<figcaption>{caption}</figcaption>\n<p class=\"yname\">↑ {}</p>\n\
         <div class=\"free\" style=\"--h:360px\">\n",
        named(&chart.y)
    ));
    out.push_str(&value_axis(&y));
    out.push_str(&format!(
        "<div class=\"area\"><svg viewBox=\"0 0 {COLUMNS} {ROWS}\" preserveAspectRatio=\"none\" role=\"img\" \
         aria-label=\"{caption}: {}, {} on the front\">\n",
        crate::number::counted(chart.points.len(), "point"),
        chart.front.len()
    ));
    out.push_str(&grid(&x, &y));
    let dots: String = chart
        .places(COLUMNS, ROWS)
        .iter()
        .map(|(x, y)| format!("M{x} {y}h0"))
        .collect();
    // Faint dots show where thousands lie on each other; a few hundred would be lost.
    let few = if chart.points.len() < 1_000 {
        " few"
    } else {
        ""
    };
    out.push_str(&format!("<path class=\"dots{few}\" d=\"{dots}\"/>\n"));
    let place = |point: &(f64, f64)| {
        (
            x.place(point.0) * COLUMNS as f64,
            (1.0 - y.place(point.1)) * ROWS as f64,
        )
    };
    let corners: Vec<String> = chart
        .front
        .iter()
        .map(place)
        .map(|(x, y)| format!("{x:.1} {y:.1}"))
        .collect();
    if !corners.is_empty() {
        out.push_str(&format!(
            "<path class=\"front\" d=\"M{}\"/>\n",
            corners.join("L")
        ));
        let dots: String = corners
            .iter()
            .map(|corner| format!("M{corner}h0"))
            .collect();
        out.push_str(&format!("<path class=\"fdots\" d=\"{dots}\"/>\n"));
    }
    out.push_str("</svg>");
    if let Some(point) = chart.chosen {
        out.push_str(&format!(
            "<i class=\"pick\" title=\"chosen cell\" style=\"left:{:.2}%;top:{:.2}%\"></i>",
            x.place(point.0) * 100.0,
            (1.0 - y.place(point.1)) * 100.0
        ));
    }
    out.push_str(&format!(
        "</div>\n<span></span>{}</div>\n</figure>\n",
        name_axis(&x, &named(&chart.x))
    ));
}

/// Labels beside a plot.
pub fn value_axis(scale: &Scale) -> String {
    let tick = |(value, label): (f64, String)| {
        format!(
            "<span style=\"top:{:.2}%\">{}</span>",
            (1.0 - scale.place(value)) * 100.0,
            escape(&label)
        )
    };
    let ticks: String = scale.ticks().into_iter().map(tick).collect();
    format!("<div class=\"ys\" aria-hidden=\"true\">{ticks}</div>\n")
}

/// Labels under a plot, with the name of the values; `name` is escaped.
pub fn name_axis(scale: &Scale, name: &str) -> String {
    let tick = |(value, label): (f64, String)| {
        format!(
            "<span style=\"left:{:.2}%\">{}</span>",
            scale.place(value) * 100.0,
            escape(&label)
        )
    };
    let ticks: String = scale.ticks().into_iter().map(tick).collect();
    format!("<div class=\"xs\" aria-hidden=\"true\">{ticks}<b>{name}</b></div>\n")
}

fn grid(x: &Scale, y: &Scale) -> String {
    let across = |value: f64| x.place(value) * COLUMNS as f64;
    let down = |value: f64| (1.0 - y.place(value)) * ROWS as f64;
    let lines: String = y
        .ticks()
        .iter()
        .map(|tick| format!("M0 {:.1}H{COLUMNS}", down(tick.0)))
        .collect();
    format!(
        "<path class=\"grid\" d=\"{lines}\"/>\n<path class=\"axis0\" d=\"M{:.1} 0V{ROWS}M0 {:.1}H{COLUMNS}\"/>\n",
        across(0.0),
        down(0.0)
    )
}
