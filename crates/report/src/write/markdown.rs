//! The same sections as Markdown for a code host: tables as tables, pictures as SVG files beside the text, with the
//! numbers behind them.

mod charts;

use super::svg;
use crate::chart::HeatMaps;
use crate::document::{Block, Cell, Document, Download, Fact, Row, RowRole, Section, Table};
use crate::number;
use crate::text::{markdown as escape, visible};
use charts::{bars, fields, lines, ranges, ribbons};

/// Folder of the pictures, beside the text.
const FOLDER: &str = "figures";

/// A report as text with pictures.
#[derive(Clone, Debug)]
pub struct Pages {
    /// The text, in Markdown.
    pub text: String,
    /// The pictures it shows: path beside the text, with `/`, and SVG.
    pub pictures: Vec<(String, String)>,
}

/// The document as Markdown, with its pictures.
pub fn pages(document: &Document) -> Pages {
    let text = format!(
        "# {}\n\n{}\n\n",
        escape(&document.title),
        escape(&document.subtitle)
    );
    let mut pages = Pages {
        text,
        pictures: Vec::new(),
    };
    for banner in &document.banners {
        pages.text.push_str(&format!(
            "> **{}.** {}\n\n",
            escape(&banner.title),
            escape(&banner.text)
        ));
    }
    document
        .sections
        .iter()
        .for_each(|part| section(&mut pages, part));
    if !document.appendix.is_empty() {
        pages.text.push_str("# Appendix: the notebook\n\n");
    }
    for folded in &document.appendix {
        let line = format!(
            "- **{}**: {}\n",
            escape(folded.section.title),
            escape(folded.line)
        );
        pages.text.push_str(&line);
    }
    if !document.appendix.is_empty() {
        pages.text.push('\n');
    }
    document
        .appendix
        .iter()
        .for_each(|folded| section(&mut pages, &folded.section));
    while pages.text.ends_with("\n\n") {
        pages.text.pop();
    }
    pages
}

fn section(pages: &mut Pages, section: &Section) {
    pages
        .text
        .push_str(&format!("## {}\n\n", escape(section.title)));
    section
        .blocks
        .iter()
        .for_each(|piece| block(pages, section.id, piece));
}

fn block(pages: &mut Pages, id: &str, piece: &Block) {
    let text = match piece {
        Block::Heading(text) => format!("### {}\n\n", escape(text)),
        Block::Paragraph(text) => format!("{}\n\n", paragraph(text)),
        Block::Verdict(answer, why) => format!("**{}** {}\n\n", escape(answer), escape(why)),
        Block::Lead(text) => format!("**{}**\n\n", escape(text)),
        Block::Note(text) => format!("*{}*\n\n", escape(text)),
        Block::List(items) => list(items.iter().map(|item| escape(item))),
        Block::Facts(facts) => list(facts.iter().map(fact)),
        Block::Terms(terms) => list(
            terms
                .iter()
                .map(|(term, text)| format!("**{}**: {}", escape(term), escape(text))),
        ),
        Block::Switches => String::new(),
        Block::Table(found) => table(found),
        Block::Filtered(found) => format!(
            "*{} in report.html, with a filter.*\n\n",
            number::counted(found.rows.len(), "row")
        ),
        Block::Downloads(files) => list(files.iter().map(download)),
        Block::Columns(columns) => {
            columns
                .iter()
                .flatten()
                .for_each(|piece| block(pages, id, piece));
            String::new()
        }
        Block::Lines(chart) => {
            finding(&chart.finding)
                + &picture(pages, id, &chart.caption, svg::lines(chart))
                + &lines(chart)
        }
        Block::Ranges(chart) => {
            picture(pages, id, &chart.caption, svg::ranges(chart)) + &ranges(chart)
        }
        Block::Strips(chart) => picture(pages, id, &chart.caption, svg::strips(chart)),
        Block::Heat(maps) => heat(pages, id, maps),
        Block::Cloud(chart) => picture(pages, id, &chart.caption, svg::cloud(chart)),
        Block::Bars(chart) => picture(pages, id, &chart.caption, svg::bars(chart)) + &bars(chart),
        Block::Ribbons(chart) => {
            picture(pages, id, &chart.caption, svg::ribbons(chart)) + &ribbons(chart)
        }
        Block::Code(text) => code(text),
        Block::Details(summary, inner) => {
            pages.text.push_str(&format!("**{}**\n\n", escape(summary)));
            inner.iter().for_each(|piece| block(pages, id, piece));
            String::new()
        }
    };
    pages.text.push_str(&text);
}

/// Keeps a picture under a name that no file can choose, and shows it.
fn picture(pages: &mut Pages, id: &str, caption: &str, svg: String) -> String {
    let link = |path: &str| format!("![{}]({path})\n\n", escape(caption));
    if let Some((path, _)) = pages.pictures.iter().find(|(_, known)| *known == svg) {
        return link(path);
    }
    let before = pages
        .pictures
        .iter()
        .filter(|(path, _)| path.starts_with(&format!("{FOLDER}/{id}-")))
        .count();
    let path = format!("{FOLDER}/{id}-{}.svg", before + 1);
    let shown = link(&path);
    pages.pictures.push((path, svg));
    shown
}

/// The first map of each kind as a picture and a table; the others are in report.html.
fn heat(pages: &mut Pages, id: &str, maps: &HeatMaps) -> String {
    let mut out = String::new();
    for (at, map) in maps.maps.iter().take(2).enumerate() {
        let caption = format!(
            "{}: {} down, {} across; {}",
            maps.caption, map.y, map.x, map.rest
        );
        out.push_str(&picture(pages, id, &caption, svg::heat(maps, map)));
        if at == 0 {
            out.push_str(&fields(maps, map));
        }
    }
    let rest = maps.maps.len().saturating_sub(2);
    if rest > 0 {
        out.push_str(&format!(
            "*{} in report.html.*\n\n",
            number::counted(rest, "more map")
        ));
    }
    out
}

/// A paragraph must not turn into a list, a heading or a quotation by its first letters.
fn paragraph(text: &str) -> String {
    let text = escape(text);
    let list =
        text.starts_with(['-', '+', '=', '>']) || text.starts_with(|c: char| c.is_ascii_digit());
    if list { format!("&#8203;{text}") } else { text }
}

fn list(items: impl Iterator<Item = String>) -> String {
    let lines: String = items.map(|item| format!("- {item}\n")).collect();
    format!("{lines}\n")
}

fn finding(text: &str) -> String {
    match text {
        "" => String::new(),
        text => format!("**{}**\n\n", escape(text)),
    }
}

fn download(entry: &Download) -> String {
    let links: Vec<String> = entry
        .files
        .iter()
        .map(|file| format!("[{}]({file})", escape(file)))
        .collect();
    format!("{}: {}", escape(entry.what), links.join(", "))
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
    let space = if text.starts_with('`') || text.ends_with('`') {
        " "
    } else {
        ""
    };
    if text.is_empty() {
        "–".to_owned()
    } else {
        format!("{fence}{space}{text}{space}{fence}")
    }
}

fn code(text: &str) -> String {
    let text = visible(text);
    let fence = "`".repeat(longest_ticks(&text).max(2) + 1);
    format!("{fence}toml\n{}\n{fence}\n\n", text.trim_end_matches('\n'))
}

fn longest_ticks(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

fn table(table: &Table) -> String {
    let table = &table.without_empty();
    let heads: Vec<String> = table
        .columns
        .iter()
        .map(|column| head(&column.head, &column.unit))
        .collect();
    let numbers: Vec<bool> = table.columns.iter().map(|column| column.number).collect();
    let rows = table.rows.iter().map(row);
    format!(
        "{}\n\n{}",
        paragraph(&table.caption),
        grid(&heads, &numbers, rows)
    )
}

fn head(head: &str, unit: &str) -> String {
    if unit.is_empty() {
        escape(head)
    } else {
        format!("{} [{}]", escape(head), escape(unit))
    }
}

fn row(row: &Row) -> Vec<String> {
    let strong = row.role == RowRole::Total;
    let span = |cell: &Cell| {
        cell.span
            .as_ref()
            .map(|span| format!(" ({})", escape(span)))
            .unwrap_or_default()
    };
    let cell = |text: Option<&String>| match text.map(|text| escape(text)) {
        None => "–".to_owned(),
        Some(text) if strong && !text.trim().is_empty() => format!("**{text}**"),
        Some(text) => text,
    };
    row.cells
        .iter()
        .map(|found| cell(found.text.as_ref()) + &span(found))
        .collect()
}

fn grid(heads: &[String], numbers: &[bool], rows: impl Iterator<Item = Vec<String>>) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let rule: Vec<String> = numbers
        .iter()
        .map(|number| if *number { "---:" } else { "---" }.to_owned())
        .collect();
    let body: String = rows.map(|row| line(&row)).collect();
    let body = if body.is_empty() {
        line(&vec!["–".to_owned(); heads.len()])
    } else {
        body
    };
    format!("{}{}{body}\n", line(heads), line(&rule))
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
