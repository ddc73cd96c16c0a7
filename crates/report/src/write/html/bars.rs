//! A histogram, with the counts as a table behind it.

use super::cloud::{name_axis, value_axis};
use super::escape;
use crate::chart::{Histogram, Scale, Unit};

/// The figure.
pub fn write(out: &mut String, chart: &Histogram) {
    let (caption, scale) = (escape(&chart.caption), chart.scale());
    let tallest = Scale::over([0.0, chart.tallest() as f64].into_iter(), Unit::Count, 4);
    out.push_str(&format!(
        "<figure class=\"bars\">\n<figcaption>{caption}</figcaption>\n<div class=\"free\" style=\"--h:200px\">\n{}\
         <div class=\"area\"><svg viewBox=\"0 0 1000 1000\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{caption}\">\n",
        value_axis(&tallest)
    ));
    for (from, to, count) in chart.bins.iter().filter(|bin| bin.2 > 0) {
        let (left, right) = (scale.place(*from) * 1000.0, scale.place(*to) * 1000.0);
        let height = tallest.place(*count as f64) * 1000.0;
        out.push_str(&format!(
            "<rect class=\"col\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{height:.1}\"/>\n",
            left + 1.0,
            1000.0 - height,
            (right - left - 2.0).max(1.0)
        ));
    }
    out.push_str("</svg>");
    for (at, (value, what)) in chart.marks.iter().enumerate() {
        let place = scale.place(*value);
        let side = if place > 0.5 { " left" } else { "" };
        out.push_str(&format!(
            "<i class=\"vmark{side}\" style=\"left:{:.2}%\"><b style=\"top:{}rem\">{}: {}</b></i>",
            place * 100.0,
            at as f64 * 1.3,
            escape(what),
            chart.unit.spoken(*value)
        ));
    }
    out.push_str(&format!(
        "</div>\n<span></span>{}</div>\n",
        name_axis(&scale, &escape(&chart.head))
    ));
    table(out, chart, &caption);
    out.push_str("</figure>\n");
}

fn table(out: &mut String, chart: &Histogram, caption: &str) {
    out.push_str(&format!(
        "<details class=\"data\"><summary>Numbers behind this picture</summary>\n\
         <div class=\"scroll tall\" tabindex=\"0\" role=\"group\" aria-label=\"Numbers: {caption}\">\n<table>\n<thead><tr>\
         <th scope=\"col\">From</th><th scope=\"col\" class=\"n\">To</th><th scope=\"col\" class=\"n\">{}</th></tr></thead>\n<tbody>\n",
        chart.counted
    ));
    for (from, to, count) in &chart.bins {
        let print = |value: f64| chart.unit.print(value);
        out.push_str(&format!(
            "<tr><th scope=\"row\">{}<td>{}<td>{}\n",
            print(*from),
            print(*to),
            crate::number::count(*count)
        ));
    }
    out.push_str("</tbody>\n</table>\n</div>\n</details>\n");
}
