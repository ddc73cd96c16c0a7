//! One self-contained HTML page: no request, no need for JavaScript.

mod bars;
mod cloud;
mod heat;
mod lines;
mod ranges;
mod ribbons;
mod strip;
mod table;
pub mod theme;

use crate::document::{Banner, Block, Document, Fact, Section};
use crate::style::Style;
use crate::text::html as escape;

const STYLE: &str = include_str!("html/style.css");
const SCRIPT: &str = include_str!("html/script.js");

/// The document as a page.
pub fn html(document: &Document) -> String {
    let mut out = String::with_capacity(1 << 20);
    out.push_str(&head(document));
    out.push_str("<body>\n<a class=\"skip\" href=\"#answer\">Skip to the answer</a>\n");
    out.push_str(&header(document));
    out.push_str("<div class=\"frame\">\n");
    out.push_str(&contents(document));
    out.push_str("<main id=\"main\">\n");
    document
        .sections
        .iter()
        .for_each(|part| section(&mut out, document, part));
    out.push_str("</main>\n</div>\n");
    out.push_str("<footer><p>Written by alvh from the files of a run folder; the same folder gives the same page.</p></footer>\n");
    out.push_str(&format!("<script>\n{SCRIPT}</script>\n</body>\n</html>\n"));
    out
}

fn head(document: &Document) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<link rel=\"icon\" href=\"data:,\">\n\
         <title>{}: alvh report</title>\n<style>\n{}{STYLE}{}</style>\n<style id=\"hidden\">\n{}</style>\n</head>\n",
        escape(&document.title),
        theme::rules(),
        theme::series_rules() + &theme::key_rules(),
        switch_rules(document)
    )
}

/// One rule per arm: its switch hides its curves, without JavaScript; the script puts rules of its own in their place.
fn switch_rules(document: &Document) -> String {
    (0..document.arms.len())
        .map(|arm| format!("body:has(#arm{arm}:not(:checked)) .a{arm}{{display:none}}\n"))
        .collect()
}

fn header(document: &Document) -> String {
    let banners: String = document.banners.iter().map(banner).collect();
    let theme = |value: &str, label: &str, checked: &str| {
        format!(
            "<label><input type=\"radio\" name=\"theme\" id=\"theme-{value}\"{checked}><span>{label}</span></label>"
        )
    };
    format!(
        "<header>\n<div class=\"bar\"><p class=\"kicker\">{}</p>\n\
         <fieldset class=\"theme\"><legend class=\"vh\">Colours</legend>{}{}{}</fieldset></div>\n\
         <h1>{}</h1>\n<p class=\"sub\">{}</p>\n{banners}</header>\n",
        escape(document.kind),
        theme("auto", "Auto", " checked"),
        theme("light", "Light", ""),
        theme("dark", "Dark", ""),
        escape(&document.title),
        escape(&document.subtitle)
    )
}

fn banner(banner: &Banner) -> String {
    let (title, text) = (escape(&banner.title), escape(&banner.text));
    format!("<div class=\"banner\" role=\"note\"><strong>{title}.</strong> {text}</div>\n")
}

fn contents(document: &Document) -> String {
    let item = |section: &Section| {
        format!(
            "<li><a href=\"#{}\">{}</a></li>\n",
            section.id,
            escape(section.title)
        )
    };
    let items: String = document.sections.iter().map(item).collect();
    format!("<nav aria-label=\"Contents\">\n<ol>\n{items}</ol>\n</nav>\n")
}

fn section(out: &mut String, document: &Document, section: &Section) {
    let (id, title) = (section.id, escape(section.title));
    out.push_str(&format!(
        "<section id=\"{id}\" aria-labelledby=\"h-{id}\">\n<h2 id=\"h-{id}\">{title}</h2>\n"
    ));
    section
        .blocks
        .iter()
        .for_each(|piece| block(out, document, piece));
    out.push_str("</section>\n");
}

fn block(out: &mut String, document: &Document, piece: &Block) {
    match piece {
        Block::Heading(text) => out.push_str(&format!("<h3>{}</h3>\n", escape(text))),
        Block::Paragraph(text) => out.push_str(&format!("<p>{}</p>\n", typeset(text))),
        Block::Lead(text) => out.push_str(&format!("<p class=\"lead\">{}</p>\n", typeset(text))),
        Block::Note(text) => out.push_str(&format!("<p class=\"note\">{}</p>\n", typeset(text))),
        Block::List(items) => out.push_str(&list(items)),
        Block::Facts(facts) => out.push_str(&strip_of(facts)),
        Block::Terms(terms) => out.push_str(&glossary(terms)),
        Block::Switches => out.push_str(&switches(document)),
        Block::Table(found) => table::write(out, found),
        Block::Lines(chart) => lines::write(out, chart),
        Block::Ranges(chart) => ranges::write(out, chart),
        Block::Strips(chart) => strip::write(out, chart),
        Block::Heat(maps) => heat::write(out, maps),
        Block::Cloud(chart) => cloud::write(out, chart),
        Block::Bars(chart) => bars::write(out, chart),
        Block::Ribbons(chart) => ribbons::write(out, chart),
        // A quotation mark ends nothing between two tags.
        Block::Code(text) => out.push_str(&format!(
            "<pre tabindex=\"0\"><code>{}</code></pre>\n",
            escape(text).replace("&quot;", "\"")
        )),
        Block::Details(summary, inner) => {
            out.push_str(&format!(
                "<details>\n<summary>{}</summary>\n",
                escape(summary)
            ));
            inner.iter().for_each(|piece| block(out, document, piece));
            out.push_str("</details>\n");
        }
    }
}

fn list(items: &[String]) -> String {
    let items: String = items
        .iter()
        .map(|item| format!("<li>{}</li>\n", typeset(item)))
        .collect();
    format!("<ul>\n{items}</ul>\n")
}

fn strip_of(facts: &[Fact]) -> String {
    let fact = |fact: &Fact| {
        let (name, value) = (escape(fact.name), escape(&fact.value));
        let value = if fact.code {
            format!("<code>{value}</code>")
        } else {
            value
        };
        format!("<div><dt>{name}</dt><dd>{value}</dd></div>\n")
    };
    format!(
        "<dl class=\"facts\">\n{}</dl>\n",
        facts.iter().map(fact).collect::<String>()
    )
}

fn glossary(terms: &[(String, String)]) -> String {
    let term = |(term, meaning): &(String, String)| {
        format!(
            "<div><dt>{}</dt><dd>{}</dd></div>\n",
            escape(term),
            escape(meaning)
        )
    };
    format!(
        "<dl class=\"terms\">\n{}</dl>\n",
        terms.iter().map(term).collect::<String>()
    )
}

/// Twins start switched off: they are diagnostics, and the pictures are about the policies.
fn switches(document: &Document) -> String {
    let switch = |(arm, (name, style)): (usize, &(String, Style))| {
        if name.is_empty() {
            return String::new();
        }
        let checked = if style.twin {
            " class=\"twins\""
        } else {
            " checked"
        };
        let swatch = swatch(*style);
        format!(
            "<label><input type=\"checkbox\" id=\"arm{arm}\"{checked}>{swatch}{}</label>\n",
            escape(name)
        )
    };
    let all: String = document.arms.iter().enumerate().map(switch).collect();
    format!(
        "<fieldset class=\"switches\"><legend>Arms in the pictures</legend>\n{all}</fieldset>\n"
    )
}

/// Text whose numbers keep their signs and units on their line.
fn typeset(text: &str) -> String {
    escape(text)
        .replace(" %", "&nbsp;%")
        .replace("−$", "−&#8288;$")
}

/// A short piece of the line by which a series is drawn: an empty element with the dashes as its background, because a
/// run with thirty arms has six thousand of them.
fn swatch(style: Style) -> String {
    format!("<i class={}></i>", style.key())
}
