//! Heat maps as tables: the number is in every field, the colour only repeats it. Without JavaScript the first map is
//! open and the others are one click away; with it the reader picks the axes.

use maud::{Markup, html};

use crate::chart::{HeatMap, HeatMaps};
use crate::number::counted;
use crate::write::markup::Text;

/// All maps of one measure and window.
pub fn figures(maps: &HeatMaps) -> Markup {
    let (caption, largest) = (Text(&maps.caption), maps.largest());
    html! {
        div class="heats" role="group" aria-label=(caption) {
            "\n" p { strong { (caption) } }
            "\n" (ramp(maps, largest))
            @if let Some((first, rest)) = maps.maps.split_first() {
                (figure(maps, first, largest))
                @if !rest.is_empty() {
                    details class="others" {
                        summary { (counted(rest.len(), "more map")) ": other parameters, others fixed" }
                        "\n" @for map in rest { (figure(maps, map, largest)) }
                    }
                    "\n"
                }
            }
        }
        "\n"
    }
}

fn ramp(maps: &HeatMaps, largest: f64) -> Markup {
    html! {
        p class="ramp" aria-hidden="true" {
            span { (Text(&maps.unit.spoken(-largest))) }
            @for shade in -4..=4 { i class={ "h" (shade) } {} }
            span { (Text(&maps.unit.spoken(largest))) }
        }
        "\n"
    }
}

fn figure(maps: &HeatMaps, map: &HeatMap, largest: f64) -> Markup {
    let [x, y, rest] = [&map.x, &map.y, &map.rest].map(|name| Text(name));
    html! {
        figure class="heat" data-x=(x) data-y=(y) data-rest=(rest) {
            "\n" figcaption { (y) " down, " (x) " across; " (rest) }
            "\n" div class="scroll" tabindex="0" role="group" aria-label={ (y) " by " (x) } {
                "\n" table class="hm" {
                    thead {
                        tr {
                            th scope="col" { (y) " \\ " (x) }
                            @for level in &map.x_levels { th scope="col" { (Text(level)) } }
                        }
                    }
                    "\n" tbody {
                        "\n" @for (row, level) in map.y_levels.iter().enumerate() {
                            tr {
                                th scope="row" { (Text(level)) }
                                @for column in 0..map.x_levels.len() {
                                    (field(maps, map, (row, column), largest))
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

fn field(maps: &HeatMaps, map: &HeatMap, place: (usize, usize), largest: f64) -> Markup {
    let at = place.0 * map.x_levels.len() + place.1;
    let Some(value) = map.values[at] else {
        return html! { td class="na" { "–" } };
    };
    let best = map.chosen == Some(place);
    let (class, mark) = if best { (" best", "◆ ") } else { ("", "") };
    let plus = if value > 0.0 { "+" } else { "" };
    html! {
        td class={ "h" (HeatMap::shade(value, largest)) (class) } title=(counted(map.counts[at], "cell")) {
            (mark) (plus) (maps.unit.print(value))
        }
    }
}
