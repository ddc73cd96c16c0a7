//! Tables, with bars in the cells that have one. Cells are numbers unless they have a class, and end tags that HTML lets
//! out are left out: a run with thirty arms has fifty thousand cells.

use maud::{Markup, PreEscaped, html};

use super::swatch;
use crate::document::{Cell, Column, Row, RowRole, Table};
use crate::terms::{address, found};
use crate::write::markup::{Text, breakable, short_tag};

/// Text longer than this gets a wide column, so that it does not become a tower on a narrow screen.
const LONG: usize = 48;
/// Text beneath a number that is longer than this may be broken.
const BESIDE: usize = 18;
/// A table with more columns than this is printed on a sheet of its own, which is larger.
const SHEET: usize = 16;

/// A table in a box that scrolls sideways where the screen is narrow.
pub fn table(table: &Table) -> Markup {
    let table = &table.without_empty();
    let caption = Text(&table.caption);
    let columns = table.columns.len();
    let class = if columns > SHEET {
        "scroll sheet"
    } else {
        "scroll"
    };
    html! {
        div class=(class) tabindex="0" role="group" aria-label=(caption) {
            "\n" table class="g" {
                "\n" caption { span { (caption) } }
                "\n" thead { tr; @for column in &table.columns { (head(column)) } }
                "\n" tbody {
                    "\n" @for found in &table.rows { (row(table, found)) }
                    @if table.rows.is_empty() {
                        tr; (short_tag(format_args!("td class=t colspan={columns}"))) "No rows.\n"
                    }
                }
                "\n"
            }
            "\n"
        }
        "\n"
    }
}

fn head(column: &Column) -> Markup {
    let class = if column.number { " class=n" } else { "" };
    html! {
        (short_tag(format_args!("th scope=col{class}")))
        @match found(&column.head) {
            Some(term) => a class="term" href={ "#" (address(term)) } { (breakable(&column.head)) },
            None => (breakable(&column.head)),
        }
        @if !column.unit.is_empty() { small { (Text(&column.unit)) } }
    }
}

fn row(table: &Table, row: &Row) -> Markup {
    let role = match row.role {
        RowRole::Plain => "",
        RowRole::Quiet => " class=quiet",
        RowRole::Total => " class=total",
    };
    let mut cells = row.cells.iter().zip(&table.columns);
    html! {
        (short_tag(format_args!("tr{role}")))
        @if let Some((first, _)) = cells.next() { (name(first)) }
        @for (cell, column) in cells { (body(cell, column)) }
        "\n"
    }
}

fn name(cell: &Cell) -> Markup {
    html! {
        @let class = if cell.text.as_deref().is_some_and(is_date) { " class=d" } else { "" };
        (short_tag(format_args!("th scope=row{class}"))) (mark(cell))
        @match &cell.text { Some(text) => (breakable(text)), None => i { "–" } }
    }
}

/// `2022-06-13` or `2023-2024`: never broken at its hyphens.
fn is_date(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
        && text.bytes().all(|c| c.is_ascii_digit() || c == b'-')
}

fn mark(cell: &Cell) -> Markup {
    cell.style.map_or(PreEscaped(String::new()), swatch)
}

fn body(cell: &Cell, column: &Column) -> Markup {
    let is_long = |text: &String| text.chars().count() > LONG;
    let class = match (column.number, &cell.text) {
        (true, _) => "",
        (false, None) => " class=na",
        (false, Some(text)) if is_long(text) => " class=long",
        (false, Some(_)) => " class=t",
    };
    html! {
        (short_tag(format_args!("td{class}"))) (mark(cell))
        @match &cell.text { Some(text) => (Text(text)), None => i { "–" } }
        @if let Some(span) = &cell.span {
            small class=[(span.chars().count() > BESIDE).then_some("w")] { (Text(span)) }
        }
        @if let Some(share) = cell.bar { (bar(share)) }
    }
}

/// A bar from the middle of the cell: to the left below zero, to the right above.
fn bar(share: f64) -> Markup {
    let class = if share < 0.0 { "down" } else { "up" };
    // Percent of the box, of which each side is a half.
    let width = (share.abs() * 500.0).round() / 10.0;
    html! { (short_tag(format_args!("i class={class} style=--b:{width}"))) (PreEscaped("</i>")) }
}
