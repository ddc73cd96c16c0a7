//! The same sections as Markdown for a code host: tables as tables, pictures as the tables behind them.

use crate::chart::{LineChart, RangeChart, StripChart};
use crate::document::{Block, Cell, Document, Fact, Row, RowRole, Section, Table};
use crate::text::{markdown as escape, visible};

/// The document as Markdown.
pub fn markdown(document: &Document) -> String {
    let mut out = format!("# {}\n\n{}\n\n", escape(&document.title), escape(&document.subtitle));
    for banner in &document.banners {
        out.push_str(&format!("> **{}.** {}\n\n", escape(&banner.title), escape(&banner.text)));
    }
    document.sections.iter().for_each(|part| section(&mut out, part));
    while out.ends_with("\n\n") {
        out.pop();
    }
    out
}

fn section(out: &mut String, section: &Section) {
    out.push_str(&format!("## {}\n\n", escape(section.title)));
    section.blocks.iter().for_each(|piece| block(out, piece));
}

fn block(out: &mut String, piece: &Block) {
    match piece {
        Block::Heading(text) => out.push_str(&format!("### {}\n\n", escape(text))),
        Block::Paragraph(text) => out.push_str(&format!("{}\n\n", paragraph(text))),
        Block::Lead(text) => out.push_str(&format!("**{}**\n\n", escape(text))),
        Block::Note(text) => out.push_str(&format!("*{}*\n\n", escape(text))),
        Block::List(items) => out.push_str(&list(items.iter().map(|item| escape(item)))),
        Block::Facts(facts) => out.push_str(&list(facts.iter().map(fact))),
        Block::Terms(terms) => {
            out.push_str(&list(terms.iter().map(|(term, text)| format!("**{}**: {}", escape(term), escape(text)))));
        }
        Block::Switches => {}
        Block::Table(found) => table(out, found),
        Block::Lines(chart) => lines(out, chart),
        Block::Ranges(chart) => ranges(out, chart),
        Block::Strips(chart) => strips(out, chart),
        Block::Code(text) => out.push_str(&code(text)),
        Block::Details(summary, inner) => {
            out.push_str(&format!("**{}**\n\n", escape(summary)));
            inner.iter().for_each(|piece| block(out, piece));
        }
    }
}

/// A paragraph must not turn into a list, a heading or a quotation by its first letters.
fn paragraph(text: &str) -> String {
    let text = escape(text);
    let list = text.starts_with(['-', '+', '=', '>']) || text.starts_with(|c: char| c.is_ascii_digit());
    if list { format!("&#8203;{text}") } else { text }
}

fn list(items: impl Iterator<Item = String>) -> String {
    let lines: String = items.map(|item| format!("- {item}\n")).collect();
    format!("{lines}\n")
}

fn fact(fact: &Fact) -> String {
    match fact.code {
        true => format!("{}: {}", escape(fact.name), inline_code(&fact.value)),
        false => format!("{}: {}", escape(fact.name), escape(&fact.value)),
    }
}

/// Code whose fence is longer than any run of backticks in it.
fn inline_code(text: &str) -> String {
    let text = crate::text::one_line(text);
    let fence = "`".repeat(longest_ticks(&text) + 1);
    let space = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    if text.is_empty() { "–".to_owned() } else { format!("{fence}{space}{text}{space}{fence}") }
}

fn code(text: &str) -> String {
    let text = visible(text);
    let fence = "`".repeat(longest_ticks(&text).max(2) + 1);
    format!("{fence}toml\n{}\n{fence}\n\n", text.trim_end_matches('\n'))
}

fn longest_ticks(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

fn table(out: &mut String, table: &Table) {
    out.push_str(&format!("{}\n\n", paragraph(&table.caption)));
    let heads: Vec<String> = table.columns.iter().map(|column| head(&column.head, &column.unit)).collect();
    let numbers: Vec<bool> = table.columns.iter().map(|column| column.number).collect();
    let rows = table.rows.iter().map(row);
    out.push_str(&grid(&heads, &numbers, rows));
}

fn head(head: &str, unit: &str) -> String {
    if unit.is_empty() { escape(head) } else { format!("{} [{}]", escape(head), escape(unit)) }
}

fn row(row: &Row) -> Vec<String> {
    let strong = row.role == RowRole::Total;
    let span = |cell: &Cell| cell.span.as_ref().map(|span| format!(" ({})", escape(span))).unwrap_or_default();
    let cell = |text: Option<&String>| match text.map(|text| escape(text)) {
        None => "–".to_owned(),
        Some(text) if strong && !text.trim().is_empty() => format!("**{text}**"),
        Some(text) => text,
    };
    row.cells.iter().map(|found| cell(found.text.as_ref()) + &span(found)).collect()
}

fn grid(heads: &[String], numbers: &[bool], rows: impl Iterator<Item = Vec<String>>) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let rule: Vec<String> = numbers.iter().map(|number| if *number { "---:" } else { "---" }.to_owned()).collect();
    let body: String = rows.map(|row| line(&row)).collect();
    let body = if body.is_empty() { line(&vec!["–".to_owned(); heads.len()]) } else { body };
    format!("{}{}{body}\n", line(heads), line(&rule))
}

/// A curve as its values at the last day of every month.
fn lines(out: &mut String, chart: &LineChart) {
    let days = &chart.days;
    let month_end = |at: &usize| at + 1 == days.len() || days[*at].month != days[at + 1].month;
    let value = |found: Option<f64>| found.map_or("–".to_owned(), |value| chart.unit.print(value));
    let row = |at: usize| {
        let values = chart.series.iter().map(|series| value(series.values.get(at).copied().flatten()));
        std::iter::once(days[at].to_string()).chain(values).collect()
    };
    let heads: Vec<String> =
        std::iter::once("Day".to_owned()).chain(chart.series.iter().map(|series| escape(&series.name))).collect();
    let numbers: Vec<bool> = (0..heads.len()).map(|at| at > 0).collect();
    out.push_str(&format!("{}; month ends (report.html has the picture)\n\n", escape(&chart.caption)));
    out.push_str(&grid(&heads, &numbers, (0..days.len()).filter(month_end).map(row)));
}

fn ranges(out: &mut String, chart: &RangeChart) {
    let print = |value: f64| chart.unit.print(value);
    let dash = || "–".to_owned();
    let heads = [chart.head, "Window", &chart.value_head, &chart.span_head].map(escape);
    let rows = chart.rows.iter().map(|row| {
        vec![
            escape(&row.name),
            if row.group.is_empty() { dash() } else { escape(&row.group) },
            row.value.map_or_else(dash, print),
            row.span.map_or_else(dash, |(lo, hi)| format!("{} to {}", print(lo), print(hi))),
        ]
    });
    out.push_str(&format!("{}\n\n{}", paragraph(&chart.caption), grid(&heads, &[false, false, true, true], rows)));
}

/// States are counted in the table that follows the picture; here it is only named.
fn strips(out: &mut String, chart: &StripChart) {
    out.push_str(&format!(
        "*{}: the calendar is a picture in report.html; its sessions are counted here.*\n\n",
        escape(&chart.caption)
    ));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_cannot_end_its_fence() {
        assert_eq!(code("a\n```\nb\n"), "````toml\na\n```\nb\n````\n\n");
        assert_eq!(inline_code("a`b"), "``a`b``");
    }

    #[test]
    fn text_does_not_become_markup() {
        assert_eq!(paragraph("- x"), "&#8203;- x");
        assert_eq!(paragraph("1. x"), "&#8203;1. x");
        assert_eq!(paragraph("x"), "x");
    }
}
