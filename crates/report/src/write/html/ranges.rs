//! Values with intervals: a table whose last column is a picture of the row.

use super::{escape, swatch};
use crate::chart::{RangeChart, RangeRow, Scale};

/// The table, its axis in the heading of the picture column.
pub fn write(out: &mut String, chart: &RangeChart) {
    let (scale, caption) = (chart.scale(), escape(&chart.caption));
    let grouped = chart.rows.iter().any(|row| !row.group.is_empty());
    let group = if grouped {
        format!("<th scope=\"col\">{}</th>", chart.group_head)
    } else {
        String::new()
    };
    out.push_str(&format!(
        "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"{caption}\">\n<table class=\"ranges\">\n\
         <caption><span>{caption}</span></caption>\n<thead><tr><th scope=\"col\">{}</th>{group}\
         <th scope=\"col\" class=\"n\">{}</th><th scope=\"col\" class=\"n\">{}</th>\
         <th scope=\"col\" class=\"pic\"><span class=\"vh\">Picture</span>{}</th></tr></thead>\n<tbody>\n",
        chart.head,
        escape(&chart.value_head),
        escape(&chart.span_head),
        axis(&scale)
    ));
    chart
        .rows
        .iter()
        .for_each(|found| row(out, chart, &scale, found, grouped));
    out.push_str("</tbody>\n</table>\n</div>\n");
}

fn axis(scale: &Scale) -> String {
    let tick = |(value, label): (f64, String)| {
        format!(
            "<span style=\"left:{:.1}%\">{}</span>",
            scale.place(value) * 100.0,
            escape(&label)
        )
    };
    let ticks: String = scale.ticks().into_iter().map(tick).collect();
    format!("<span class=\"axis\" aria-hidden=\"true\">{ticks}</span>")
}

fn row(out: &mut String, chart: &RangeChart, scale: &Scale, row: &RangeRow, grouped: bool) {
    let dash = || "–".to_owned();
    let value = row.value.map_or_else(dash, |value| chart.unit.print(value));
    let print = |value| chart.unit.print(value);
    let span = row
        .span
        .map_or_else(dash, |(lo, hi)| format!("{} to {}", print(lo), print(hi)));
    let group = if grouped {
        format!("<td>{}</td>", escape(&row.group))
    } else {
        String::new()
    };
    out.push_str(&format!(
        "<tr><th scope=\"row\">{}{}</th>{group}<td class=\"n\">{value}</td><td class=\"n\">{span}</td>\
         <td class=\"pic\">{}</td></tr>\n",
        swatch(row.style),
        super::table::breakable(&escape(&row.name)),
        picture(scale, row)
    ));
}

fn picture(scale: &Scale, row: &RangeRow) -> String {
    let at = |value: f64| scale.place(value) * 100.0;
    let mut out = format!(
        "<span class=\"track {}\" aria-hidden=\"true\">",
        row.style.look()
    );
    scale.ticks().iter().for_each(|(value, _)| {
        out.push_str(&format!(
            "<i class=\"tick\" style=\"left:{:.1}%\"></i>",
            at(*value)
        ))
    });
    out.push_str(&format!(
        "<i class=\"zero\" style=\"left:{:.1}%\"></i>",
        at(0.0)
    ));
    if let Some((lo, hi)) = row.span {
        let crosses = if lo <= 0.0 && hi >= 0.0 { " open" } else { "" };
        out.push_str(&format!(
            "<i class=\"span{crosses}\" style=\"left:{:.1}%;width:{:.1}%\"></i>",
            at(lo),
            at(hi) - at(lo)
        ));
    }
    row.points.iter().for_each(|point| {
        out.push_str(&format!(
            "<i class=\"point\" style=\"left:{:.1}%\"></i>",
            at(*point)
        ))
    });
    row.value.iter().for_each(|value| {
        out.push_str(&format!(
            "<i class=\"dot\" style=\"left:{:.1}%\"></i>",
            at(*value)
        ))
    });
    out.push_str("</span>");
    out
}
