//! Pictures over the sessions of a window.

use super::{Canvas, WIDTH};
use crate::chart::{LineChart, Scale, Series, StripChart, spread};
use crate::number;

const LEFT: f64 = 70.0;
const RIGHT: f64 = 165.0;
const TOP: f64 = 32.0;

/// Curves with their names at their ends.
pub fn lines(chart: &LineChart) -> String {
    if chart.is_crowded() {
        return crowd(chart);
    }
    let scale = chart.scale();
    let height = f64::from(chart.height);
    let mut canvas = Canvas::new(&chart.caption, TOP + height + 30.0);
    let width = WIDTH - LEFT - RIGHT;
    for (value, label) in scale.ticks() {
        let y = TOP + (1.0 - scale.place(value)) * height;
        canvas.path("grid", &format!("M{LEFT} {y:.1}h{width}"));
        canvas.text(LEFT - 8.0, y + 4.0, "q e", &label);
    }
    let last = chart.days.len().saturating_sub(1).max(1) as f64;
    for (at, label, rank) in chart.day_ticks() {
        let x = LEFT + at as f64 / last * width;
        if rank < 2 {
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
    for at in &chart.breaks {
        let x = LEFT + *at as f64 / last * width;
        canvas.path("mark", &format!("M{x:.1} {TOP}v{height}"));
    }
    for series in &shown {
        let d = path(&scale, (series, &chart.breaks), width / last, height);
        canvas.path(&format!("line {}", series.style.look()), &d);
    }
    for (at, text) in &chart.events {
        let x = LEFT + *at as f64 / last * width;
        let (class, shift) = if x > WIDTH / 2.0 {
            ("q e", -5.0)
        } else {
            ("q", 5.0)
        };
        canvas.path("event", &format!("M{x:.1} {TOP}v{height}"));
        canvas.text(x + shift, TOP + height - 6.0, class, text);
    }
    names(&mut canvas, &scale, &shown, height);
    canvas.finish(&chart.spoken())
}

fn path(scale: &Scale, (series, breaks): (&Series, &[usize]), step: f64, height: f64) -> String {
    let mut path = String::with_capacity(series.values.len() * 10);
    let mut pen = false;
    for (at, value) in series.values.iter().enumerate() {
        let Some(value) = value else {
            pen = false;
            continue;
        };
        pen = pen && !breaks.contains(&at);
        let x = LEFT + at as f64 * step;
        let y = TOP + (1.0 - scale.place(*value)) * height;
        path.push(if pen { 'L' } else { 'M' });
        point(x, y, &mut path);
        pen = true;
    }
    path
}

/// Appends a point of a path.
fn point(x: f64, y: f64, path: &mut String) {
    number::print_fixed(x, 1, path);
    path.push(' ');
    number::print_fixed(y, 1, path);
}

/// Small pictures in a row.
const SMALL: usize = 5;

/// Curves that are too many for one picture: a small one each, highest end first, all on one scale.
fn crowd(chart: &LineChart) -> String {
    let scale = chart.scale();
    let last = chart.days.len().saturating_sub(1).max(1) as f64;
    let bold = chart.bold.first().copied();
    let end = |at: &usize| {
        chart.series[*at]
            .values
            .iter()
            .rev()
            .flatten()
            .next()
            .copied()
    };
    let place = |at: &usize| end(at).unwrap_or(f64::NEG_INFINITY);
    let mut order: Vec<usize> = (0..chart.series.len())
        .filter(|at| Some(*at) != bold)
        .collect();
    order.sort_by(|a, b| place(b).total_cmp(&place(a)));
    let wide = (WIDTH - 20.0) / SMALL as f64;
    let high = 92.0;
    let plot = 60.0;
    let rows = order.len().div_ceil(SMALL);
    let mut canvas = Canvas::new(&chart.caption, TOP + rows as f64 * high + 8.0);
    for (nth, at) in order.into_iter().enumerate() {
        let left = 10.0 + (nth % SMALL) as f64 * wide;
        let top = TOP + (nth / SMALL) as f64 * high;
        let step = (wide - 14.0) / last;
        let mut draw = |class: &str, series: &Series| {
            let points = series
                .values
                .iter()
                .enumerate()
                .filter_map(|(x, value)| Some((x, (*value)?)));
            let mut path = String::new();
            for (x, value) in points {
                path.push(if path.is_empty() { 'M' } else { 'L' });
                let y = top + (1.0 - scale.place(value)) * plot;
                point(left + x as f64 * step, y, &mut path);
            }
            if !path.is_empty() {
                canvas.path(class, &path);
            }
        };
        if let Some(bold) = bold {
            draw("back", &chart.series[bold]);
        }
        draw("line s1", &chart.series[at]);
        let ends = end(&at).map_or("–".to_owned(), |value| chart.unit.spoken(value));
        let name: String = chart.series[at].name.chars().take(18).collect();
        canvas.text(left, top + plot + 15.0, "q", &format!("{name} {ends}"));
    }
    canvas.finish(&chart.spoken())
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
        let x = WIDTH - RIGHT + 8.0;
        let y = TOP + place;
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
    let row = 22.0;
    let top = 56.0;
    let mut canvas = Canvas::new(&chart.caption, top + chart.strips.len() as f64 * row + 30.0);
    let left = 190.0;
    let width = WIDTH - 200.0;
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
