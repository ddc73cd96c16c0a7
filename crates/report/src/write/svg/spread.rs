//! Pictures of how values are spread: intervals, histograms, clouds.

use super::{Canvas, WIDTH};
use crate::chart::{CloudChart, Histogram, RangeChart, RangeRow, SHEET, Scale, Unit};

/// Values with their intervals.
pub fn ranges(chart: &RangeChart) -> String {
    let (row, top, left) = (24.0, 58.0, 330.0);
    let bottom = top + chart.rows.len() as f64 * row;
    let mut canvas = Canvas::new(&chart.caption, bottom + 10.0);
    let (scale, width) = (chart.scale(), WIDTH - left - 40.0);
    let place = |value: f64| left + scale.place(value) * width;
    for (value, label) in scale.ticks() {
        let class = if value.abs() < scale.step * 1e-6 {
            "zero"
        } else {
            "grid"
        };
        canvas.path(class, &format!("M{:.1} {top}V{bottom}", place(value)));
        canvas.text(place(value), top - 8.0, "q m", &label);
    }
    for (at, found) in chart.rows.iter().enumerate() {
        let y = top + (at as f64 + 0.5) * row;
        let name = [found.name.as_str(), &found.group].join(if found.group.is_empty() {
            ""
        } else {
            ", "
        });
        let short: String = name.chars().take(46).collect();
        canvas.text(left - 12.0, y + 4.0, "e", &short);
        interval(&mut canvas, found, &place, y);
    }
    canvas.finish(&chart.caption)
}

fn interval(canvas: &mut Canvas, row: &RangeRow, place: &dyn Fn(f64) -> f64, y: f64) {
    let look = format!("s{}", row.style.slot % crate::style::SLOTS);
    if let Some((lo, hi)) = row.span {
        let crosses = if lo <= 0.0 && hi >= 0.0 {
            "open"
        } else {
            "fill"
        };
        let width = (place(hi) - place(lo)).max(1.0);
        canvas.rect(
            &format!("{look} {crosses}"),
            [place(lo), y - 4.0, width, 8.0],
        );
    }
    row.value
        .iter()
        .for_each(|value| canvas.dot(&format!("{look} fill"), place(*value), y, 5.5));
}

/// A histogram.
pub fn bars(chart: &Histogram) -> String {
    let (left, top, width, height) = (70.0, 52.0, WIDTH - 100.0, 200.0);
    let mut canvas = Canvas::new(&chart.caption, top + height + 44.0);
    let scale = chart.scale();
    let tall = Scale::over([0.0, chart.tallest() as f64].into_iter(), Unit::Count, 4);
    for (value, label) in tall.ticks() {
        let y = top + (1.0 - tall.place(value)) * height;
        canvas.path("grid", &format!("M{left} {y:.1}h{width}"));
        canvas.text(left - 8.0, y + 4.0, "q e", &label);
    }
    let place = |value: f64| left + scale.place(value) * width;
    for (from, to, count) in chart.bins.iter().filter(|bin| bin.2 > 0) {
        let high = tall.place(*count as f64) * height;
        canvas.rect(
            "s1 fill",
            [
                place(*from) + 0.5,
                top + height - high,
                place(*to) - place(*from) - 1.0,
                high,
            ],
        );
    }
    across(&mut canvas, &scale, &place, top + height, &chart.head);
    for (at, (value, what)) in chart.marks.iter().enumerate() {
        let x = place(*value);
        canvas.path(
            "line s0",
            &format!(
                "M{x:.1} {:.1}V{}",
                top - 4.0 - at as f64 * 14.0,
                top + height
            ),
        );
        let side = if x > WIDTH * 0.7 {
            (-5.0, "e")
        } else {
            (5.0, "")
        };
        canvas.text(
            x + side.0,
            top + 2.0 - at as f64 * 14.0,
            side.1,
            &format!("{what}: {}", chart.unit.spoken(*value)),
        );
    }
    canvas.finish(&chart.caption)
}

/// Many points with their front.
pub fn cloud(chart: &CloudChart) -> String {
    let (left, top) = (80.0, 56.0);
    let (width, height) = (2.0 * SHEET.0 as f64, 2.0 * SHEET.1 as f64);
    let mut canvas = Canvas::new(&chart.caption, top + height + 44.0);
    let (x, y) = (chart.x_scale(), chart.y_scale());
    canvas.text(
        10.0,
        42.0,
        "q",
        &format!("↑ {} [{}]", chart.y.0, chart.y.1.sign()),
    );
    let (across_at, down_at) = (
        |value: f64| left + x.place(value) * width,
        |value: f64| top + (1.0 - y.place(value)) * height,
    );
    for (value, label) in y.ticks() {
        canvas.path("grid", &format!("M{left} {:.1}h{width}", down_at(value)));
        canvas.text(left - 8.0, down_at(value) + 4.0, "q e", &label);
    }
    canvas.path(
        "zero",
        &format!(
            "M{:.1} {top}v{height}M{left} {:.1}h{width}",
            across_at(0.0),
            down_at(0.0)
        ),
    );
    let drawn = [
        (&chart.beside, "var(--faint)", ".7"),
        (&chart.points, "var(--c1)", ".4"),
    ];
    for (points, colour, opacity) in drawn {
        dots(&mut canvas, chart, (points, colour, opacity), (left, top));
    }
    let corner = |point: &(f64, f64)| format!("{:.1} {:.1}", across_at(point.0), down_at(point.1));
    let corners: Vec<String> = chart.front.iter().map(corner).collect();
    if !corners.is_empty() {
        canvas.styled_path(
            "stroke:var(--c2);stroke-width:1.8",
            &format!("M{}", corners.join("L")),
        );
        chart
            .front
            .iter()
            .for_each(|point| canvas.dot("s2 fill", across_at(point.0), down_at(point.1), 3.5));
    }
    trails(&mut canvas, chart, &across_at, &down_at);
    if let Some(point) = chart.chosen {
        canvas.dot("line s0 open", across_at(point.0), down_at(point.1), 7.0);
        canvas.text(
            across_at(point.0) + 10.0,
            down_at(point.1) - 8.0,
            "",
            "chosen",
        );
    }
    let name = format!("{} [{}]", chart.x.0, chart.x.1.sign());
    across(&mut canvas, &x, &across_at, top + height, &name);
    canvas.finish(&format!(
        "{}: {} points, {} on the front",
        chart.caption,
        chart.count,
        chart.front.len()
    ))
}

/// Some points of a cloud, each place drawn once.
fn dots(
    canvas: &mut Canvas,
    chart: &CloudChart,
    (points, colour, opacity): (&[(f64, f64)], &str, &str),
    (left, top): (f64, f64),
) {
    if points.is_empty() {
        return;
    }
    let places = chart.places(points, SHEET);
    let path: String = places
        .iter()
        .map(|(x, y)| {
            format!(
                "M{:.0} {:.0}h0",
                left + *x as f64 * 2.0,
                top + *y as f64 * 2.0
            )
        })
        .collect();
    canvas.styled_path(
        &format!("stroke:{colour};stroke-width:3.5;stroke-linecap:round;opacity:{opacity}"),
        &path,
    );
}

/// Rows of points with a look of their own.
fn trails(
    canvas: &mut Canvas,
    chart: &CloudChart,
    across: &dyn Fn(f64) -> f64,
    down: &dyn Fn(f64) -> f64,
) {
    for (style, points) in &chart.trails {
        let look = style.look();
        let corner = |point: &(f64, f64)| format!("{:.1} {:.1}", across(point.0), down(point.1));
        let corners: Vec<String> = points.iter().map(corner).collect();
        canvas.path(&format!("line {look}"), &format!("M{}", corners.join("L")));
        for point in points {
            canvas.dot(&format!("{look} fill"), across(point.0), down(point.1), 2.5);
        }
    }
}

fn across(canvas: &mut Canvas, scale: &Scale, place: &dyn Fn(f64) -> f64, bottom: f64, name: &str) {
    for (value, label) in scale.ticks() {
        canvas.text(place(value), bottom + 17.0, "q m", &label);
    }
    canvas.text(WIDTH / 2.0, bottom + 36.0, "m", name);
}
