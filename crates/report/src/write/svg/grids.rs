//! Pictures over parameters: heat maps and ribbons.

use super::{Canvas, WIDTH};
use crate::chart::{HeatMap, HeatMaps, RibbonChart};
use crate::number;

/// One heat map with its numbers.
pub fn heat(maps: &HeatMaps, map: &HeatMap) -> String {
    let left = 170.0;
    let top = 78.0;
    let row = 30.0;
    let columns = map.x_levels.len().max(1) as f64;
    let wide = ((WIDTH - left - 20.0) / columns).min(120.0);
    let mut canvas = Canvas::new(&maps.caption, top + map.y_levels.len() as f64 * row + 14.0);
    canvas.text(
        10.0,
        38.0,
        "q",
        &format!("{} down, {} across; {}", map.y, map.x, map.rest),
    );
    for (column, level) in map.x_levels.iter().enumerate() {
        let short: String = level.chars().take((wide / 7.0) as usize).collect();
        canvas.text(left + (column as f64 + 0.5) * wide, top - 8.0, "m", &short);
    }
    let fit = maps.fit();
    for (line, level) in map.y_levels.iter().enumerate() {
        let y = top + line as f64 * row;
        let short: String = level.chars().take(22).collect();
        canvas.text(left - 10.0, y + 19.0, "e", &short);
        for column in 0..map.x_levels.len() {
            let x = left + column as f64 * wide;
            let Some(value) = map.values[line * map.x_levels.len() + column] else {
                canvas.text(x + wide / 2.0, y + 19.0, "q m", "–");
                continue;
            };
            let shade = fit.shade(value);
            canvas.rect(
                &format!("h{shade}"),
                [x + 1.0, y + 1.0, wide - 2.0, row - 2.0],
            );
            let mark = if map.chosen == Some((line, column)) {
                "◆ "
            } else {
                ""
            };
            let plus = if value > 0.0 { "+" } else { "" };
            canvas.text(
                x + wide / 2.0,
                y + 19.0,
                "m",
                &format!("{mark}{plus}{}", maps.unit.print(value)),
            );
        }
    }
    canvas.finish(&format!(
        "{}: {} down, {} across",
        maps.caption, map.y, map.x
    ))
}

/// Ribbons between upright axes.
pub fn ribbons(chart: &RibbonChart) -> String {
    let deepest = chart
        .axes
        .iter()
        .map(|(_, levels)| levels.len())
        .max()
        .unwrap_or(1);
    let left = 20.0;
    let top = 60.0;
    let height = (deepest as f64 * 30.0).max(160.0);
    let width = WIDTH - left - 130.0;
    let mut canvas = Canvas::new(&chart.caption, top + height + 16.0);
    let gap = width / (chart.axes.len() - 1) as f64;
    let most = chart
        .ribbons
        .iter()
        .map(|ribbon| ribbon.3)
        .fold(0.0, f64::max);
    for (axis, from, to, share) in &chart.ribbons {
        let x = left + *axis as f64 * gap;
        let step = gap / 2.0;
        let y = top + chart.place(*axis, *from) * height;
        let end = top + chart.place(axis + 1, *to) * height;
        canvas.styled_path(
            &format!(
                "stroke:var(--c1);opacity:.45;stroke-width:{:.1}",
                (share / most * 26.0).max(0.7)
            ),
            &format!(
                "M{x:.1} {y:.1}c{step:.1} 0 {step:.1} {:.1} {gap:.1} {:.1}",
                end - y,
                end - y
            ),
        );
    }
    for (axis, (name, levels)) in chart.axes.iter().enumerate() {
        let x = left + axis as f64 * gap;
        canvas.path("zero", &format!("M{x:.1} {top}v{height}"));
        let short: String = name.chars().take(18).collect();
        canvas.text(x, top - 10.0, if axis == 0 { "t" } else { "t m" }, &short);
        for (level, text) in levels.iter().enumerate() {
            let best = number::fixed(chart.shares[axis][level].0 * 100.0, 0);
            canvas.text(
                x + 6.0,
                top + chart.place(axis, level) * height + 4.0,
                "",
                &format!("{text} · {best} %"),
            );
        }
    }
    canvas.finish(&chart.caption)
}
