//! Pictures over the sessions of a window.

use super::{Canvas, WIDTH};
use crate::chart::{LineChart, Scale, Series, StripChart, spread};

const LEFT: f64 = 70.0;
const RIGHT: f64 = 165.0;
const TOP: f64 = 32.0;

/// Curves with their names at their ends.
pub fn lines(chart: &LineChart) -> String {
    let (scale, height) = (chart.scale(), f64::from(chart.height));
    let mut canvas = Canvas::new(&chart.caption, TOP + height + 30.0);
    let width = WIDTH - LEFT - RIGHT;
    for (value, label) in scale.ticks() {
        let y = TOP + (1.0 - scale.place(value)) * height;
        canvas.path("grid", &format!("M{LEFT} {y:.1}h{width}"));
        canvas.text(LEFT - 8.0, y + 4.0, "q e", &label);
    }
    let last = chart.days.len().saturating_sub(1).max(1) as f64;
    for (at, label, minor) in chart.day_ticks() {
        let x = LEFT + at as f64 / last * width;
        if !minor {
            canvas.text(
                x,
                TOP + height + 18.0,
                if at == 0 { "q" } else { "q m" },
                &label,
            );
        }
    }
    for (value, label) in &chart.marks {
        let y = TOP + (1.0 - scale.place(*value)) * height;
        canvas.path("mark", &format!("M{LEFT} {y:.1}h{width}"));
        canvas.text(WIDTH - RIGHT - 4.0, y - 4.0, "q e", label);
    }
    let shown: Vec<&Series> = chart
        .series
        .iter()
        .filter(|series| !series.style.twin)
        .collect();
    for series in &shown {
        canvas.path(
            &format!("line {}", series.style.look()),
            &path(&scale, series, width / last, height),
        );
    }
    names(&mut canvas, &scale, &shown, height);
    canvas.finish(&chart.spoken())
}

fn path(scale: &Scale, series: &Series, step: f64, height: f64) -> String {
    let mut path = String::with_capacity(series.values.len() * 10);
    let mut pen = false;
    for (at, value) in series.values.iter().enumerate() {
        let Some(value) = value else {
            pen = false;
            continue;
        };
        let (x, y) = (
            LEFT + at as f64 * step,
            TOP + (1.0 - scale.place(*value)) * height,
        );
        path.push_str(&format!("{}{x:.1} {y:.1}", if pen { "L" } else { "M" }));
        pen = true;
    }
    path
}

fn names(canvas: &mut Canvas, scale: &Scale, shown: &[&Series], height: f64) {
    let end = |series: &&&Series| {
        let last = series.values.iter().rev().flatten().next();
        last.map_or(height, |value| (1.0 - scale.place(*value)) * height)
    };
    let places = spread(
        &shown
            .iter()
            .map(|series| end(&series))
            .collect::<Vec<f64>>(),
        15.0,
        height,
    );
    for (series, place) in shown.iter().zip(places) {
        let (x, y) = (WIDTH - RIGHT + 8.0, TOP + place);
        canvas.path(
            &format!("line {}", series.style.look()),
            &format!("M{x} {y:.1}h18"),
        );
        let short: String = series.name.chars().take(20).collect();
        canvas.text(x + 24.0, y + 4.0, "", &short);
    }
}

/// Bands of states, taller for a higher state.
pub fn strips(chart: &StripChart) -> String {
    let (row, top) = (22.0, 56.0);
    let mut canvas = Canvas::new(&chart.caption, top + chart.strips.len() as f64 * row + 30.0);
    let (left, width) = (190.0, WIDTH - 200.0);
    let states = chart.states.len().max(1);
    let level = |state: usize| {
        if states <= 1 {
            0
        } else {
            state * 3 / (states - 1)
        }
    };
    let mut x = left;
    for (state, name) in chart.states.iter().enumerate() {
        let height = (state + 1) as f64 * 14.0 / states as f64;
        canvas.rect(
            &format!("r{}", level(state)),
            [x, 42.0 - height, 12.0, height],
        );
        canvas.text(x + 17.0, 41.0, "", name);
        x += 34.0 + name.chars().count() as f64 * 7.0;
    }
    let day = width / chart.days.len().max(1) as f64;
    for (at, strip) in chart.strips.iter().enumerate() {
        let bottom = top + (at + 1) as f64 * row - 4.0;
        canvas.text(left - 8.0, bottom - 2.0, "e", &strip.name);
        canvas.path("zero", &format!("M{left} {bottom:.1}h{width}"));
        for (start, length, state) in strip.runs() {
            let height = (state + 1) as f64 * 16.0 / states as f64;
            let x = left + start as f64 * day;
            canvas.rect(
                &format!("r{}", level(state)),
                [x, bottom - height, length as f64 * day, height],
            );
        }
    }
    let bottom = top + chart.strips.len() as f64 * row + 14.0;
    if let Some((first, last)) = chart.days.first().zip(chart.days.last()) {
        canvas.text(left, bottom, "q", &first.to_string());
        canvas.text(left + width, bottom, "q e", &last.to_string());
    }
    canvas.finish(&format!("{}: {} rows", chart.caption, chart.strips.len()))
}
