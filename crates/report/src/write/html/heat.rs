//! Heat maps as tables: the number is in every field, the colour only repeats it. Without JavaScript the first map is
//! open and the others are one click away; with it the reader picks the axes.

use maud::{Markup, html};

use crate::chart::{Fit, HeatMap, HeatMaps};
use crate::number::counted;
use crate::write::markup::Text;

/// All maps of one measure and window.
pub fn figures(maps: &HeatMaps) -> Markup {
    let caption = Text(&maps.caption);
    let fit = maps.fit();
    html! {
        div class="heats" role="group" aria-label=(caption) {
            "\n" p { strong { (caption) } }
            "\n" (ramp(maps, fit))
            @if let Some((first, rest)) = maps.maps.split_first() {
                (figure(maps, first, fit))
                @if !rest.is_empty() {
                    details class="others" {
                        summary { (counted(rest.len(), "more map")) ": other parameters, others fixed" }
                        "\n" @for map in rest { (figure(maps, map, fit)) }
                    }
                    "\n"
                }
            }
        }
        "\n"
    }
}

fn ramp(maps: &HeatMaps, fit: Fit) -> Markup {
    html! {
        p class="ramp" aria-hidden="true" {
            span { (Text(&maps.unit.spoken(fit.ends().0))) }
            @for shade in fit.shades() { i class={ "h" (shade) } {} }
            span { (Text(&maps.unit.spoken(fit.ends().1))) }
        }
        "\n"
    }
}

fn figure(maps: &HeatMaps, map: &HeatMap, fit: Fit) -> Markup {
    let [x, y, rest] = [&map.x, &map.y, &map.rest].map(|name| Text(name));
    html! {
        figure class="heat" data-x=(x) data-y=(y) data-rest=(rest) {
            @if map.y_levels.len() > 1 || !map.rest.is_empty() { "\n" figcaption { (said(map)) } }
            "\n" div class="scroll" tabindex="0" role="group" aria-label={ (y) " by " (x) } {
                "\n" table class="hm" {
                    thead {
                        tr {
                            th scope="col" { @if !map.y.is_empty() { (y) " \\ " } (x) }
                            @for level in &map.x_levels { th scope="col" { (Text(level)) } }
                        }
                    }
                    "\n" tbody {
                        "\n" @for (row, level) in map.y_levels.iter().enumerate() {
                            tr {
                                th scope="row" { (Text(level)) }
                                @for column in 0..map.x_levels.len() {
                                    (field(maps, map, (row, column), fit))
                                }
                            }
                            "\n"
                        }
                    }
                }
                "\n"
            }
            "\n"
        }
        "\n"
    }
}

/// The axes of a map in words; a map of one line has one.
fn said(map: &HeatMap) -> Markup {
    let [x, y, rest] = [&map.x, &map.y, &map.rest].map(|name| Text(name));
    html! {
        @if map.y_levels.len() > 1 { (y) " down, " }
        (x) " across"
        @if !map.rest.is_empty() { "; " (rest) }
    }
}

fn field(maps: &HeatMaps, map: &HeatMap, place: (usize, usize), fit: Fit) -> Markup {
    let at = place.0 * map.x_levels.len() + place.1;
    let Some(value) = map.values[at] else {
        return html! { td class="na" { "–" } };
    };
    let best = map.chosen == Some(place);
    let (class, mark) = if best { (" best", "◆ ") } else { ("", "") };
    let plus = if value > 0.0 { "+" } else { "" };
    html! {
        td class={ "h" (fit.shade(value)) (class) } title=(counted(map.counts[at], "cell")) {
            (mark) (plus) (maps.unit.print(value))
        }
    }
}
