//! Parallel axes with ribbons; the shares are written beside the levels and in the table behind.

use super::escape;
use crate::chart::RibbonChart;
use crate::number;

/// Widest ribbon [CSS pixels].
const WIDEST: f64 = 26.0;

/// The figure.
pub fn write(out: &mut String, chart: &RibbonChart) {
    let caption = escape(&chart.caption);
    let deepest = chart
        .axes
        .iter()
        .map(|(_, levels)| levels.len())
        .max()
        .unwrap_or(1);
    let (width, height) = ((chart.axes.len() - 1) * 100, (deepest * 30).max(160));
    out.push_str(&format!(
        "<figure class=\"ribbons\">\n<figcaption>{caption}</figcaption>\n<div class=\"scroll\" tabindex=\"0\" \
         role=\"group\" aria-label=\"{caption}\">\n<div class=\"rib\" style=\"--h:{height}px\"><svg viewBox=\"0 0 {width} 1000\" \
         preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{caption}\">\n"
    ));
    let most = chart
        .ribbons
        .iter()
        .map(|ribbon| ribbon.3)
        .fold(0.0, f64::max);
    for (axis, left, right, share) in &chart.ribbons {
        let (from, to) = (
            chart.place(*axis, *left) * 1000.0,
            chart.place(axis + 1, *right) * 1000.0,
        );
        let (x, thick) = (axis * 100, (share / most * WIDEST).max(0.7));
        out.push_str(&format!(
            "<path style=\"stroke-width:{thick:.1}\" d=\"M{x} {from:.0}C{} {from:.0} {} {to:.0} {} {to:.0}\"/>\n",
            x + 45,
            x + 55,
            x + 100
        ));
    }
    out.push_str("</svg>\n");
    (0..chart.axes.len()).for_each(|axis| upright(out, chart, axis));
    out.push_str("</div>\n</div>\n");
    table(out, chart, &caption);
    out.push_str("</figure>\n");
}

fn upright(out: &mut String, chart: &RibbonChart, axis: usize) {
    let left = axis as f64 / (chart.axes.len() - 1) as f64 * 100.0;
    let (name, levels) = &chart.axes[axis];
    out.push_str(&format!(
        "<i class=\"up\" style=\"left:{left:.2}%\"></i><b style=\"left:{left:.2}%\">{}</b>\n",
        escape(name)
    ));
    for (level, text) in levels.iter().enumerate() {
        out.push_str(&format!(
            "<span style=\"left:{left:.2}%;top:{:.2}%\">{} <small>{} %</small></span>\n",
            chart.place(axis, level) * 100.0,
            escape(text),
            number::fixed(chart.shares[axis][level].0 * 100.0, 0)
        ));
    }
}

fn table(out: &mut String, chart: &RibbonChart, caption: &str) {
    out.push_str(&format!(
        "<details class=\"data\"><summary>Numbers behind this picture</summary>\n\
         <div class=\"scroll tall\" tabindex=\"0\" role=\"group\" aria-label=\"Numbers: {caption}\">\n<table>\n<thead><tr>\
         <th scope=\"col\">Parameter and level</th><th scope=\"col\" class=\"n\">Best tenth [%]</th>\
         <th scope=\"col\" class=\"n\">All cells [%]</th></tr></thead>\n<tbody>\n"
    ));
    for ((name, levels), shares) in chart.axes.iter().zip(&chart.shares) {
        for (level, (best, all)) in levels.iter().zip(shares) {
            out.push_str(&format!(
                "<tr><th scope=\"row\">{} {}<td>{}<td>{}\n",
                escape(name),
                escape(level),
                number::percent(*best),
                number::percent(*all)
            ));
        }
    }
    out.push_str("</tbody>\n</table>\n</div>\n</details>\n");
}
