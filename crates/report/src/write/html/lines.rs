//! Curves: the lines are SVG stretched to the column, the words around them are HTML, so that letters keep their
//! size on every screen. The numbers are in the table behind; the script reads them there.

use super::{escape, swatch};
use crate::chart::{LineChart, Scale, Series, Unit, spread};

/// Vertical steps of a plot: fine enough for a tenfold zoom.
const STEPS: f64 = 4000.0;
/// Distance between two labels at the ends of lines [CSS pixels].
const LABEL: f64 = 16.0;

/// A figure with plot, axes, labels and the table behind.
pub fn write(out: &mut String, chart: &LineChart) {
    let (scale, unit) = (chart.scale(), unit(chart.unit));
    let width = chart.days.len().saturating_sub(1).max(1);
    let (caption, spoken) = (escape(&chart.caption), escape(&chart.spoken()));
    out.push_str(&format!(
        "<figure class=\"lines\" data-group=\"{}\" data-unit=\"{unit}\">\n",
        chart.group
    ));
    out.push_str(&format!(
        "<figcaption>{caption}</figcaption>\n<div class=\"plot\" style=\"--h:{}px\">\n",
        chart.height
    ));
    out.push_str(&value_axis(&scale));
    out.push_str(&format!(
        "<div class=\"area\"><svg viewBox=\"0 0 {width} {STEPS}\" preserveAspectRatio=\"none\" role=\"img\" \
         aria-label=\"{spoken}\" data-lo=\"{}\" data-hi=\"{}\">\n",
        plain(shown(chart.unit, scale.lo)),
        plain(shown(chart.unit, scale.hi))
    ));
    out.push_str(&grid(&scale, width));
    chart
        .marks
        .iter()
        .for_each(|(value, _)| out.push_str(&mark_line(&scale, *value, width)));
    chart
        .series
        .iter()
        .for_each(|series| out.push_str(&curve(&scale, series, chart.include.first().copied())));
    out.push_str("</svg>");
    chart
        .marks
        .iter()
        .for_each(|mark| out.push_str(&mark_label(&scale, mark)));
    out.push_str(&format!(
        "</div>\n{}{}</div>\n",
        end_labels(chart, &scale),
        day_axis(chart, width)
    ));
    out.push_str(&table_behind(chart));
    out.push_str("</figure>\n");
}

fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Usd => "usd",
        Unit::Percent => "percent",
        Unit::Points | Unit::Ratio | Unit::Count => "points",
    }
}

/// The value in the unit its table prints it in.
fn shown(unit: Unit, value: f64) -> f64 {
    if unit == Unit::Percent {
        value * 100.0
    } else {
        value
    }
}

fn plain(value: f64) -> String {
    let text = format!("{value:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn step(scale: &Scale, value: f64) -> i64 {
    ((1.0 - scale.place(value)) * STEPS).round() as i64
}

fn percent(share: f64) -> String {
    plain((share * 10_000.0).round() / 100.0)
}

fn value_axis(scale: &Scale) -> String {
    let tick = |(value, label): (f64, String)| {
        format!(
            "<span style=\"top:{}%\">{}</span>",
            percent(1.0 - scale.place(value)),
            escape(&label)
        )
    };
    format!(
        "<div class=\"ys\" aria-hidden=\"true\">{}</div>\n",
        scale.ticks().into_iter().map(tick).collect::<String>()
    )
}

fn grid(scale: &Scale, width: usize) -> String {
    let path: String = scale
        .ticks()
        .iter()
        .map(|(value, _)| format!("M0 {}H{width}", step(scale, *value)))
        .collect();
    format!("<path class=\"grid\" d=\"{path}\"/>\n")
}

fn mark_line(scale: &Scale, value: f64, width: usize) -> String {
    format!(
        "<path class=\"mark\" d=\"M0 {}H{width}\"/>\n",
        step(scale, value)
    )
}

fn mark_label(scale: &Scale, (value, label): &(f64, String)) -> String {
    let top = percent(1.0 - scale.place(*value));
    format!(
        "<span class=\"marked\" aria-hidden=\"true\" style=\"top:{top}%\">{}</span>",
        escape(label)
    )
}

fn curve(scale: &Scale, series: &Series, base: Option<f64>) -> String {
    let line = path(scale, &series.values);
    let shade = match base {
        Some(base) if series.shaded && series.values.iter().all(Option::is_some) => {
            let (last, floor) = (series.values.len().saturating_sub(1), step(scale, base));
            format!(
                "<path class=\"shade {}\" d=\"{line}L{last} {floor}L0 {floor}Z\"/>\n",
                series.style.classes()
            )
        }
        _ => String::new(),
    };
    format!(
        "{shade}<path class=\"line {}\" d=\"{line}\"/>\n",
        series.style.classes()
    )
}

/// Whole steps, each relative to the one before, which is half as long as absolute ones and does not drift.
fn path(scale: &Scale, values: &[Option<f64>]) -> String {
    let mut path = String::with_capacity(values.len() * 6);
    let mut before: Option<i64> = None;
    for (at, value) in values.iter().enumerate() {
        let now = value.map(|value| step(scale, value));
        match (before, now) {
            (_, None) => {}
            (None, Some(y)) => path.push_str(&format!("M{at} {y}l0 0")),
            (Some(last), Some(y)) if y < last => path.push_str(&format!(" 1{}", y - last)),
            (Some(last), Some(y)) => path.push_str(&format!(" 1 {}", y - last)),
        }
        before = now;
    }
    path
}

/// Names at the ends of the lines, moved apart; once with and once without the twins among them.
fn end_labels(chart: &LineChart, scale: &Scale) -> String {
    let height = f64::from(chart.height);
    let ends: Vec<f64> = chart
        .series
        .iter()
        .map(|series| {
            series
                .values
                .iter()
                .rev()
                .flatten()
                .next()
                .map_or(height, |v| (1.0 - scale.place(*v)) * height)
        })
        .collect();
    let main: Vec<usize> = (0..ends.len())
        .filter(|&at| !chart.series[at].style.twin)
        .collect();
    let without = spread(
        &main.iter().map(|&at| ends[at]).collect::<Vec<f64>>(),
        LABEL,
        height,
    );
    let with = spread(&ends, LABEL, height);
    let label = |(at, series): (usize, &Series)| {
        let alone = main
            .iter()
            .position(|&place| place == at)
            .map_or(with[at], |place| without[place]);
        let (classes, mark) = (series.style.classes(), swatch(series.style));
        let name = escape(&short_name(series));
        format!(
            "<span class=\"l {classes}\" style=\"--a:{alone:.0}px;--b:{:.0}px\">{mark}{name}</span>",
            with[at]
        )
    };
    let labels: String = chart.series.iter().enumerate().map(label).collect();
    format!("<div class=\"ends\" aria-hidden=\"true\">{labels}</div>\n")
}

/// Most letters of a label at the end of a line.
const LETTERS: usize = 19;

/// A twin is labelled by the arm it copies, `~tiered`: its line and its switch say the rest. A long name loses
/// its middle, because arms of one family differ at their ends.
fn short_name(series: &Series) -> String {
    let copied = series.name.find('~').filter(|_| series.style.twin);
    let name: Vec<char> = copied
        .map_or(series.name.as_str(), |at| &series.name[at..])
        .chars()
        .collect();
    if name.len() <= LETTERS {
        return name.into_iter().collect();
    }
    let half = LETTERS / 2;
    name[..half]
        .iter()
        .chain(['…'].iter())
        .chain(&name[name.len() - half..])
        .collect()
}

fn day_axis(chart: &LineChart, width: usize) -> String {
    let tick = |(at, label, minor): (usize, String, bool)| {
        let class = if minor { " class=\"minor\"" } else { "" };
        format!(
            "<span{class} style=\"left:{}%\">{}</span>",
            percent(at as f64 / width as f64),
            escape(&label)
        )
    };
    format!(
        "<div class=\"xs\" aria-hidden=\"true\">{}</div>\n",
        chart.day_ticks().into_iter().map(tick).collect::<String>()
    )
}

fn table_behind(chart: &LineChart) -> String {
    let caption = escape(&chart.caption);
    let mut out = format!(
        "<details class=\"data\"><summary>Numbers behind this picture</summary>\n\
         <div class=\"scroll tall\" tabindex=\"0\" role=\"group\" aria-label=\"Numbers: {caption}\">\n<table>\n\
         <thead><tr><th scope=\"col\">Day</th>"
    );
    for series in &chart.series {
        out.push_str(&format!(
            "<th scope=\"col\" class=\"n\">{}</th>",
            escape(&series.name)
        ));
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for (at, day) in chart.days.iter().enumerate() {
        out.push_str(&format!("<tr><th scope=\"row\">{day}"));
        for series in &chart.series {
            let value = series.values.get(at).copied().flatten();
            out.push_str("<td>");
            out.push_str(&value.map_or("–".to_owned(), |value| chart.unit.print(value)));
        }
        out.push('\n');
    }
    out.push_str("</tbody>\n</table>\n</div>\n</details>\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_a_gap_where_the_value_has() {
        let scale = Scale::over([0.0, 4.0].into_iter(), Unit::Points, 4);
        let values = [Some(0.0), Some(4.0), Some(2.0), None, Some(4.0)];
        assert_eq!(path(&scale, &values), "M0 4000l0 0 1-4000 1 2000M4 0l0 0");
    }

    #[test]
    fn long_names_keep_what_tells_them_apart() {
        let named = |name: &str, twin| {
            let style = crate::style::Style {
                slot: 0,
                twin,
                toggle: None,
            };
            short_name(&Series {
                name: name.to_owned(),
                style,
                values: Vec::new(),
                shaded: false,
            })
        };
        assert_eq!(named("always_on_futures", false), "always_on_futures");
        assert_eq!(
            named("policy_with_a_long_name_7", false),
            "policy_wi…ng_name_7"
        );
        assert_eq!(named("always_on~tiered", true), "~tiered");
    }
}
