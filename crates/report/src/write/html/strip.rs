//! States over time: one band per row, taller for a higher state, so that height says what colour says.

use super::{escape, swatch};
use crate::chart::{Strip, StripChart};

/// Every band under its name, with the key of the states.
pub fn write(out: &mut String, chart: &StripChart) {
    let caption = escape(&chart.caption);
    let days: Vec<String> = chart.days.iter().map(ToString::to_string).collect();
    out.push_str(&format!(
        "<figure class=\"strips\" data-group=\"{}\" data-days=\"{}\">\n<figcaption>{caption}</figcaption>\n",
        chart.group,
        days.join(" ")
    ));
    out.push_str(&key(&chart.states));
    chart
        .strips
        .iter()
        .for_each(|strip| band(out, chart, strip));
    if let (Some(first), Some(last)) = (chart.days.first(), chart.days.last()) {
        out.push_str(&format!(
            "<div class=\"span\" aria-hidden=\"true\"><span>{first}</span><span>{last}</span></div>\n"
        ));
    }
    out.push_str("</figure>\n");
}

fn key(states: &[String]) -> String {
    let item = |(at, name): (usize, &String)| {
        let height = height(at, states.len());
        let level = level(at, states.len());
        format!(
            "<span><svg width=\"14\" height=\"18\" aria-hidden=\"true\"><rect class=\"r{level}\" width=\"14\" y=\"{}\" \
             height=\"{height}\"/></svg>{}</span>",
            18 - height,
            escape(name)
        )
    };
    format!(
        "<p class=\"key\">{}</p>\n",
        states.iter().enumerate().map(item).collect::<String>()
    )
}

/// Of 18: the band's height in a state.
fn height(state: usize, states: usize) -> usize {
    (state + 1) * 18 / states.max(1)
}

/// Shade of a state, 0 to 3 from calm to wild.
fn level(state: usize, states: usize) -> usize {
    if states <= 1 {
        0
    } else {
        state * 3 / (states - 1)
    }
}

fn band(out: &mut String, chart: &StripChart, strip: &Strip) {
    let (n, states) = (chart.days.len().max(1), chart.states.len());
    let spoken: Vec<String> = (0..states)
        .map(|state| {
            format!(
                "{} {} sessions",
                chart.states[state],
                strip.sessions_in(state)
            )
        })
        .collect();
    out.push_str(&format!(
        "<div class=\"strip\"><p>{}{}</p><svg viewBox=\"0 0 {n} 18\" preserveAspectRatio=\"none\" role=\"img\" \
         aria-label=\"{}: {}\">",
        swatch(strip.style),
        escape(&strip.name),
        escape(&strip.name),
        escape(&spoken.join(", "))
    ));
    for state in 0..states {
        // One path for all spans of a state: a calendar of thirty arms has thousands of them.
        let height = height(state, states);
        let span = |(start, length, _): (usize, usize, usize)| {
            format!("M{start} {}h{length}v{height}h-{length}z", 18 - height)
        };
        let spans: String = strip
            .runs()
            .into_iter()
            .filter(|run| run.2 == state)
            .map(span)
            .collect();
        if !spans.is_empty() {
            out.push_str(&format!(
                "<path class=\"r{}\" d=\"{spans}\"/>",
                level(state, states)
            ));
        }
    }
    out.push_str("</svg></div>\n");
}
