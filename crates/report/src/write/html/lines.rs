//! Curves: the lines are SVG stretched to the column, the words around them are HTML, so that letters keep their
//! size on every screen. The numbers are in the table behind; the script reads them there.

use maud::{Markup, html};

use super::{numbers_behind, swatch};
use crate::chart::{LETTERS, LineChart, Scale, Series, Unit, spread};
use crate::number;
use crate::write::markup::{Text, shape, typeset};

/// Vertical steps of a plot: fine enough for a tenfold zoom.
const STEPS: f64 = 4000.0;
/// Distance between two labels at the ends of lines [CSS pixels].
const LABEL: f64 = 16.0;

/// A figure with plot, axes, labels and the table behind.
pub fn figure(chart: &LineChart) -> Markup {
    let quiet = if chart.bold.is_empty() {
        "lines"
    } else {
        "lines quiet"
    };
    let events = events(chart);
    let rows = events.iter().map(|event| event.row + 1).max().unwrap_or(0);
    let scale = chart.scale();
    let width = chart.days.len().saturating_sub(1).max(1);
    html! {
        figure class=(quiet) data-group=(chart.group) data-unit=(unit(chart.unit)) {
            "\n" (finding(&chart.finding)) figcaption { (Text(&chart.caption)) }
            "\n" div class={ "plot" @if chart.terse { " terse" } } style={
                "--h:" (chart.height) "px;--e:" (rows) @if chart.terse { ";--own:" (chart.own_letters()) }
            } {
                "\n" (value_axis(&scale))
                div class="area" {
                    (plot(chart, &scale, width))
                    @for mark in &chart.marks { (mark_label(&scale, mark)) }
                    @for event in &events { (event_label(event)) }
                }
                "\n" (end_labels(chart, &scale)) (day_axis(chart, width))
            }
            "\n" (table_behind(chart))
        }
        "\n"
    }
}

/// What a picture found, above what it shows.
pub fn finding(text: &str) -> Markup {
    html! { @if !text.is_empty() { p class="finding" { (typeset(text)) } "\n" } }
}

/// A label above the plot, with the line that falls from it.
struct Event<'a> {
    /// Place across, 0 to 1.
    place: f64,
    /// Row above the plot, from below.
    row: usize,
    day: &'a str,
    what: &'a str,
}

/// Share of the plot that a label may take.
const EVENT: f64 = 0.8;

/// Labels in the fewest rows in which none touches another.
fn events(chart: &LineChart) -> Vec<Event<'_>> {
    let width = chart.days.len().saturating_sub(1).max(1) as f64;
    let mut ends: Vec<f64> = Vec::new();
    let mut events: Vec<Event<'_>> = Vec::new();
    for (at, text) in &chart.events {
        let place = *at as f64 / width;
        let from = if place > 0.5 { place - EVENT } else { place };
        let free = ends.iter().position(|end| *end <= from);
        let row = free.unwrap_or(ends.len());
        if row == ends.len() {
            ends.push(0.0);
        }
        ends[row] = from + EVENT;
        let (day, what) = text.split_once(": ").unwrap_or((text, ""));
        events.push(Event {
            place,
            row,
            day,
            what,
        });
    }
    events
}

fn event_label(event: &Event<'_>) -> Markup {
    let side = if event.place > 0.5 { "ev left" } else { "ev" };
    let style = format!("left:{}%;--r:{}", percent(event.place), event.row + 1);
    html! {
        span class=(side) aria-hidden="true" style=(style) {
            b { (Text(event.day)) @if !event.what.is_empty() { i { ": " (Text(event.what)) } } }
        }
    }
}

fn plot(chart: &LineChart, scale: &Scale, width: usize) -> Markup {
    let base = chart.include.first().copied();
    let [lo, hi] = [scale.lo, scale.hi].map(|end| plain(shown(chart.unit, end)));
    html! {
        svg viewBox=(format!("0 0 {width} {STEPS}")) preserveAspectRatio="none" role="img"
            aria-label=(Text(&chart.spoken())) data-lo=(lo) data-hi=(hi) {
            "\n" (grid(scale, width))
            @for (value, _) in &chart.marks { (mark_line(scale, *value, width)) }
            @for at in &chart.breaks { (drawn("mark", &format!("M{at} 0V{STEPS}"))) }
            @for (at, series) in chart.series.iter().enumerate() { (curve(chart, scale, (at, series), base)) }
        }
    }
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

fn value_axis(scale: &Scale) -> Markup {
    html! {
        div class="ys" aria-hidden="true" {
            @for (value, label) in scale.ticks() {
                span style={ "top:" (percent(1.0 - scale.place(value))) "%" } { (Text(&label)) }
            }
        }
        "\n"
    }
}

fn grid(scale: &Scale, width: usize) -> Markup {
    let path: String = scale
        .ticks()
        .iter()
        .map(|(value, _)| format!("M0 {}H{width}", step(scale, *value)))
        .collect();
    drawn("grid", &path)
}

fn mark_line(scale: &Scale, value: f64, width: usize) -> Markup {
    drawn("mark", &format!("M0 {}H{width}", step(scale, value)))
}

fn drawn(class: &str, path: &str) -> Markup {
    html! { (shape(format_args!("path class=\"{class}\" d=\"{path}\""))) "\n" }
}

fn mark_label(scale: &Scale, (value, label): &(f64, String)) -> Markup {
    html! {
        span class="marked" aria-hidden="true" style={ "top:" (percent(1.0 - scale.place(*value))) "%" } {
            (Text(label))
        }
    }
}

/// The look of a curve, and whether it stands out of its picture or stands back in it.
fn classes(chart: &LineChart, at: usize) -> String {
    let standing = match (chart.bold.is_empty(), chart.bold.contains(&at)) {
        (true, _) => "",
        (_, true) => " bold",
        _ => " other",
    };
    format!("{}{standing}", chart.series[at].style.classes())
}

fn curve(
    chart: &LineChart,
    scale: &Scale,
    (at, series): (usize, &Series),
    base: Option<f64>,
) -> Markup {
    let line = path(scale, &series.values, &chart.breaks);
    let classes = classes(chart, at);
    let is_whole = series.values.iter().all(Option::is_some);
    html! {
        @if let Some(base) = base.filter(|_| series.shaded && is_whole) {
            (shade(&classes, &line, series.values.len().saturating_sub(1), step(scale, base)))
        }
        (drawn(&format!("line {classes}"), &line))
    }
}

/// The area between a curve and its floor.
fn shade(classes: &str, line: &str, last: usize, floor: i64) -> Markup {
    drawn(
        &format!("shade {classes}"),
        &format!("{line}L{last} {floor}L0 {floor}Z"),
    )
}

/// Whole steps, broken before some days, each relative to the one before, which is half as long as absolute ones and does not drift.
pub fn path(scale: &Scale, values: &[Option<f64>], breaks: &[usize]) -> String {
    let mut path = String::with_capacity(values.len() * 6);
    let mut before: Option<i64> = None;
    for (at, value) in values.iter().enumerate() {
        before = before.filter(|_| !breaks.contains(&at));
        let now = value.map(|value| step(scale, value));
        match (before, now) {
            (_, None) => {}
            (None, Some(y)) => path.push_str(&format!("M{at} {y}l0 0")),
            (Some(last), Some(y)) => {
                path.push_str(if y < last { " 1" } else { " 1 " });
                number::print_integer(y - last, &mut path);
            }
        }
        before = now;
    }
    path
}

/// Names at the ends of the lines, moved apart; once with and once without the twins among them.
fn end_labels(chart: &LineChart, scale: &Scale) -> Markup {
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
    let named = chart.named((height / LABEL) as usize + 1);
    let main: Vec<usize> = named
        .iter()
        .copied()
        .filter(|&at| !chart.series[at].style.twin)
        .collect();
    let without = spread(
        &main.iter().map(|&at| ends[at]).collect::<Vec<f64>>(),
        LABEL,
        height,
    );
    let with = spread(
        &named.iter().map(|&at| ends[at]).collect::<Vec<f64>>(),
        LABEL,
        height,
    );
    let top = |at: usize| {
        let with = named
            .iter()
            .position(|&place| place == at)
            .map(|place| with[place])?;
        let alone = main.iter().position(|&place| place == at);
        Some((alone.map_or(with, |place| without[place]), with))
    };
    html! {
        div class="ends" aria-hidden="true" {
            @for (at, series) in chart.series.iter().enumerate() {
                @let place = top(at);
                span class={ "l " (classes(chart, at)) @if place.is_none() { " off" } }
                    style=[place.map(|(alone, with)| format!("--a:{alone:.0}px;--b:{with:.0}px"))] {
                    (swatch(series.style)) (Text(&short_name(series)))
                }
            }
        }
        "\n"
    }
}

/// A twin is labelled by the arm it copies, `~tiered`: its line and its switch say the rest. A long name loses
/// its middle, because arms of one family differ at their ends.
fn short_name(series: &Series) -> String {
    let copied = series
        .name
        .strip_prefix("twin of ")
        .filter(|_| series.style.twin);
    let name: String = copied.map_or(series.name.clone(), |copied| format!("~{copied}"));
    let name: Vec<char> = name.chars().collect();
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

fn day_axis(chart: &LineChart, width: usize) -> Markup {
    html! {
        div class="xs" aria-hidden="true" {
            @for (at, label, rank) in chart.day_ticks() {
                span class=[[None, Some("m1"), Some("m2")][usize::from(rank.min(2))]] style={ "left:" (percent(at as f64 / width as f64)) "%" } {
                    (Text(&label))
                }
            }
        }
        "\n"
    }
}

pub fn table_behind(chart: &LineChart) -> Markup {
    let print = |value: f64| chart.unit.print(value);
    let head = html! {
        th scope="col" { "Day" }
        @for series in &chart.series { th scope="col" class="n" { (Text(&series.name)) } }
    };
    let rows = html! {
        @for (at, day) in chart.days.iter().enumerate() {
            tr; th scope="row"; (day.to_string())
            @for series in &chart.series {
                td; (series.values.get(at).copied().flatten().map_or("–".to_owned(), print))
            }
            "\n"
        }
    };
    numbers_behind(&chart.caption, &head, &rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_a_gap_where_the_value_has() {
        let scale = Scale::over([0.0, 4.0].into_iter(), Unit::Points, 4);
        let values = [Some(0.0), Some(4.0), Some(2.0), None, Some(4.0)];
        assert_eq!(
            path(&scale, &values, &[]),
            "M0 4000l0 0 1-4000 1 2000M4 0l0 0"
        );
        let broken = "M0 4000l0 0M1 0l0 0 1 2000M4 0l0 0";
        assert_eq!(path(&scale, &values, &[1]), broken);
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
            named("policy_with_a_name_of_thirty_letters_7", false),
            "policy_with_a_…irty_letters_7"
        );
        assert_eq!(named("twin of tiered", true), "~tiered");
    }
}
