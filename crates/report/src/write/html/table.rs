//! Tables, with bars in the cells that have one. Cells are numbers unless they have a class, and end tags that HTML lets
//! out are left out: a run with thirty arms has fifty thousand cells.

use super::{escape, swatch};
use crate::document::{Cell, Column, Row, RowRole, Table};

/// Text longer than this gets a wide column, so that it does not become a tower on a narrow screen.
const LONG: usize = 48;
/// A table with more columns than this is printed on a sheet of its own, which is larger.
const SHEET: usize = 16;

/// A table in a box that scrolls sideways where the screen is narrow.
pub fn write(out: &mut String, table: &Table) {
    let caption = escape(&table.caption);
    let class = if table.columns.len() > SHEET {
        "scroll sheet"
    } else {
        "scroll"
    };
    out.push_str(&format!(
        "<div class=\"{class}\" tabindex=\"0\" role=\"group\" aria-label=\"{caption}\">\n<table class=\"g\">\n<caption><span>{caption}</span></caption>\n"
    ));
    out.push_str("<thead><tr>");
    table
        .columns
        .iter()
        .for_each(|column| out.push_str(&head(column)));
    out.push_str("</thead>\n<tbody>\n");
    table.rows.iter().for_each(|found| row(out, table, found));
    if table.rows.is_empty() {
        out.push_str(&format!(
            "<tr><td class=t colspan={}>No rows.\n",
            table.columns.len()
        ));
    }
    out.push_str("</tbody>\n</table>\n</div>\n");
}

fn head(column: &Column) -> String {
    let class = if column.number { " class=n" } else { "" };
    let unit = match column.unit.as_str() {
        "" => String::new(),
        unit => format!("<small>{}</small>", escape(unit)),
    };
    format!(
        "<th scope=col{class}>{}{unit}",
        breakable(&escape(&column.head))
    )
}

fn row(out: &mut String, table: &Table, row: &Row) {
    out.push_str(match row.role {
        RowRole::Plain => "<tr>",
        RowRole::Quiet => "<tr class=quiet>",
        RowRole::Total => "<tr class=total>",
    });
    for (at, (cell, column)) in row.cells.iter().zip(&table.columns).enumerate() {
        out.push_str(&if at == 0 {
            name(cell)
        } else {
            body(cell, column)
        });
    }
    out.push('\n');
}

fn name(cell: &Cell) -> String {
    let mark = cell.style.map(swatch).unwrap_or_default();
    format!("<th scope=row>{mark}{}", breakable(&text(cell)))
}

/// A narrow column may break a name at its underscores, and nowhere else.
pub fn breakable(escaped: &str) -> String {
    escaped.replace('_', "_<wbr>").replace('~', "~<wbr>")
}

fn body(cell: &Cell, column: &Column) -> String {
    let long = cell
        .text
        .as_ref()
        .is_some_and(|text| text.chars().count() > LONG);
    let class = match (column.number, cell.text.is_none()) {
        (true, _) => "",
        (false, true) => " class=na",
        (false, false) if long => " class=long",
        (false, false) => " class=t",
    };
    let mark = cell.style.map(swatch).unwrap_or_default();
    let span = cell
        .span
        .as_ref()
        .map(|span| format!("<small>{}</small>", escape(span)))
        .unwrap_or_default();
    format!(
        "<td{class}>{mark}{}{span}{}",
        text(cell),
        cell.bar.map(bar).unwrap_or_default()
    )
}

fn text(cell: &Cell) -> String {
    match &cell.text {
        Some(text) => escape(text),
        None => "<i>–</i>".to_owned(),
    }
}

/// A bar from the middle of the cell: to the left below zero, to the right above.
fn bar(share: f64) -> String {
    let class = if share < 0.0 { "down" } else { "up" };
    // Percent of the box, of which each side is a half.
    format!(
        "<i class={class} style=--b:{}></i>",
        (share.abs() * 500.0).round() / 10.0
    )
}
