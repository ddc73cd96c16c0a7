//! Heat maps as tables: the number is in every field, the colour only repeats it. Without JavaScript the first map is
//! open and the others are one click away; with it the reader picks the axes.

use super::escape;
use crate::chart::{HeatMap, HeatMaps};

/// All maps of one measure and window.
pub fn write(out: &mut String, maps: &HeatMaps) {
    let (caption, largest) = (escape(&maps.caption), maps.largest());
    out.push_str(&format!(
        "<div class=\"heats\" role=\"group\" aria-label=\"{caption}\">\n<p><strong>{caption}</strong></p>\n"
    ));
    out.push_str(&ramp(maps, largest));
    let mut found = maps.maps.iter();
    found
        .next()
        .into_iter()
        .for_each(|first| map(out, maps, first, largest));
    let rest: Vec<&HeatMap> = found.collect();
    if !rest.is_empty() {
        let count = crate::number::counted(rest.len(), "more map");
        out.push_str(&format!(
            "<details class=\"others\"><summary>{count}: other parameters, others fixed</summary>\n"
        ));
        rest.into_iter()
            .for_each(|found| map(out, maps, found, largest));
        out.push_str("</details>\n");
    }
    out.push_str("</div>\n");
}

fn ramp(maps: &HeatMaps, largest: f64) -> String {
    let steps: String = (-4..=4)
        .map(|shade| format!("<i class=\"h{shade}\"></i>"))
        .collect();
    let end = |value: f64| escape(&maps.unit.spoken(value));
    format!(
        "<p class=\"ramp\" aria-hidden=\"true\"><span>{}</span>{steps}<span>{}</span></p>\n",
        end(-largest),
        end(largest)
    )
}

fn map(out: &mut String, maps: &HeatMaps, map: &HeatMap, largest: f64) {
    let (x, y, rest) = (escape(&map.x), escape(&map.y), escape(&map.rest));
    out.push_str(&format!(
        "<figure class=\"heat\" data-x=\"{x}\" data-y=\"{y}\" data-rest=\"{rest}\">\n\
         <figcaption>{y} down, {x} across; {rest}</figcaption>\n\
         <div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"{y} by {x}\">\n<table class=\"hm\"><thead><tr><th scope=\"col\">{y} \\ {x}</th>"
    ));
    map.x_levels
        .iter()
        .for_each(|level| out.push_str(&format!("<th scope=\"col\">{}</th>", escape(level))));
    out.push_str("</tr></thead>\n<tbody>\n");
    for (row, level) in map.y_levels.iter().enumerate() {
        out.push_str(&format!("<tr><th scope=\"row\">{}</th>", escape(level)));
        (0..map.x_levels.len()).for_each(|column| field(out, maps, map, (row, column), largest));
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody></table>\n</div>\n</figure>\n");
}

fn field(out: &mut String, maps: &HeatMaps, map: &HeatMap, place: (usize, usize), largest: f64) {
    let at = place.0 * map.x_levels.len() + place.1;
    let Some(value) = map.values[at] else {
        out.push_str("<td class=\"na\">–</td>");
        return;
    };
    let best = map.chosen == Some(place);
    let (class, mark) = if best { (" best", "◆ ") } else { ("", "") };
    let plus = if value > 0.0 { "+" } else { "" };
    out.push_str(&format!(
        "<td class=\"h{}{class}\" title=\"{}\">{mark}{plus}{}</td>",
        HeatMap::shade(value, largest),
        crate::number::counted(map.counts[at], "cell"),
        maps.unit.print(value)
    ));
}
