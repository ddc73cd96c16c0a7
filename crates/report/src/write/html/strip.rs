//! States over time: one band per row, taller for a higher state, so that height says what colour says.

use maud::{Markup, Render, html};

use super::swatch;
use crate::chart::{Strip, StripChart};
use crate::write::markup::{Text, shape};

/// Every band under its name, with the key of the states.
pub fn figure(chart: &StripChart) -> Markup {
    let days: Vec<String> = chart.days.iter().map(ToString::to_string).collect();
    html! {
        figure class="strips" data-group=(chart.group) data-days=(days.join(" ")) {
            "\n" figcaption { (Text(&chart.caption)) }
            "\n" (key(&chart.states))
            @for strip in &chart.strips { (band(chart, strip)) }
            @if let (Some(first), Some(last)) = (days.first(), days.last()) {
                div class="span" aria-hidden="true" { span { (first) } span { (last) } }
                "\n"
            }
        }
        "\n"
    }
}

fn key(states: &[String]) -> Markup {
    html! {
        p class="key" {
            @for (at, name) in states.iter().enumerate() {
                span {
                    svg width="14" height="18" aria-hidden="true" { (swatch_of(at, states.len())) }
                    (Text(name))
                }
            }
        }
        "\n"
    }
}

fn swatch_of(state: usize, states: usize) -> Markup {
    let height = height(state, states);
    shape(format_args!(
        "rect class=\"r{}\" width=\"14\" y=\"{}\" height=\"{height}\"",
        level(state, states),
        18 - height
    ))
    .render()
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

fn band(chart: &StripChart, strip: &Strip) -> Markup {
    let n = chart.days.len().max(1);
    let states = chart.states.len();
    let spoken: Vec<String> = (0..states)
        .map(|state| {
            format!(
                "{} {} sessions",
                chart.states[state],
                strip.sessions_in(state)
            )
        })
        .collect();
    let name = Text(&strip.name);
    html! {
        div class="strip" {
            p { (swatch(strip.style)) (name) }
            svg viewBox={ "0 0 " (n) " 18" } preserveAspectRatio="none" role="img"
                aria-label={ (name) ": " (Text(&spoken.join(", "))) } {
                @for state in 0..states { (spans(strip, state, states)) }
            }
        }
        "\n"
    }
}

/// One path for all spans of a state: a calendar of thirty arms has thousands of them.
fn spans(strip: &Strip, state: usize, states: usize) -> Markup {
    let height = height(state, states);
    let runs = strip.runs().into_iter().filter(|run| run.2 == state);
    let path: String = runs
        .map(|(start, length, _)| format!("M{start} {}h{length}v{height}h-{length}z", 18 - height))
        .collect();
    html! {
        @if !path.is_empty() {
            (shape(format_args!("path class=\"r{}\" d=\"{path}\"", level(state, states))))
        }
    }
}
