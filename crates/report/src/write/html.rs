//! One self-contained HTML page: no request, no need for JavaScript.

mod bars;
mod cloud;
mod heat;
mod lines;
mod multiples;
mod ranges;
mod ribbons;
mod strip;
mod table;
pub mod theme;

use maud::{Markup, PreEscaped, html as markup};

use super::markup::{Text, short_tag, typeset};
use crate::chart::letters;
use crate::document::{Banner, Block, Document, Download, Fact, Folded, Section};
use crate::style::Style;
use crate::terms::{address, found, pieces};

const STYLE: &str = include_str!("html/style.css");
const SCRIPT: &str = include_str!("html/script.js");

/// The document as a page.
pub fn html(document: &Document) -> String {
    let page = markup! {
        (PreEscaped("<!doctype html>\n"))
        html lang="en" {
            "\n" (head(document))
            body {
                "\n" a class="skip" href="#answer" { "Skip to the answer" }
                "\n" (header(document))
                div class="frame" {
                    "\n" (contents(document))
                    main id="main" {
                        "\n" @for part in &document.sections { (section(document, part)) }
                        (appendix(document))
                    }
                    "\n"
                }
                "\n" footer {
                    p { "Written by alvh from the files of a run folder; the same folder gives the same page." }
                }
                "\n" script { "\n" (PreEscaped(SCRIPT)) }
                "\n"
            }
            "\n"
        }
        "\n"
    };
    page.into_string()
}

fn head(document: &Document) -> Markup {
    let rules = PreEscaped(theme::rules());
    let series = PreEscaped(theme::series_rules() + &theme::key_rules());
    markup! {
        head {
            "\n" meta charset="utf-8";
            "\n" meta name="viewport" content="width=device-width,initial-scale=1";
            "\n" meta name="color-scheme" content="light dark";
            "\n" link rel="icon" href="data:,";
            "\n" title { (Text(&document.title)) ": alvh report" }
            "\n" style { "\n" (rules) (PreEscaped(STYLE)) (series) ":root{--names:" (letters_of_arms(document)) "}\n" }
            "\n" style id="hidden" { "\n" (PreEscaped(switch_rules(document))) }
            "\n"
        }
        "\n"
    }
}

/// How many letters the pictures keep free for a name at the end of a line: all pictures as many, so that their days stand
/// below each other.
fn letters_of_arms(document: &Document) -> usize {
    let main = document.arms.iter().filter(|(_, style)| !style.twin);
    letters(main.map(|(name, _)| name.as_str()))
}

/// One rule per arm: its switch hides its curves, without JavaScript; the script puts rules of its own in their place.
fn switch_rules(document: &Document) -> String {
    (0..document.arms.len())
        .map(|arm| format!("body:has(#arm{arm}:not(:checked)) .a{arm}{{display:none!important}}\n"))
        .collect()
}

fn header(document: &Document) -> Markup {
    markup! {
        header {
            "\n" div class="bar" {
                p class="kicker" { (Text(document.kind)) }
                "\n" fieldset class="theme" {
                    legend class="vh" { "Colours" }
                    (theme_switch("auto", "Auto", true))
                    (theme_switch("light", "Light", false))
                    (theme_switch("dark", "Dark", false))
                }
            }
            "\n" h1 { (Text(&document.title)) }
            "\n" p class="sub" { (Text(&document.subtitle)) }
            "\n" @for shown in &document.banners { (banner(shown)) }
        }
        "\n"
    }
}

fn theme_switch(value: &str, label: &str, checked: bool) -> Markup {
    markup! {
        label {
            input type="radio" name="theme" id={ "theme-" (value) } checked[checked];
            span { (label) }
        }
    }
}

fn banner(banner: &Banner) -> Markup {
    markup! {
        div class="banner" role="note" {
            strong { (Text(&banner.title)) "." } " " (Text(&banner.text))
        }
        "\n"
    }
}

fn contents(document: &Document) -> Markup {
    markup! {
        nav aria-label="Contents" {
            "\n" ol {
                "\n" @for section in &document.sections {
                    li { a href={ "#" (section.id) } { (Text(section.title)) } }
                    "\n"
                }
                @if !document.appendix.is_empty() {
                    li class="more" { a href="#appendix" { "Appendix" } }
                    "\n"
                }
                @for Folded { section, line } in &document.appendix {
                    li class="fold" { a href={ "#" (section.id) } title=(line) { (Text(section.title)) } }
                    "\n"
                }
            }
            "\n"
        }
        "\n"
    }
}

/// The folded sections, each under its title and the line that says what it holds: a table of contents that opens.
fn appendix(document: &Document) -> Markup {
    markup! {
        @if !document.appendix.is_empty() {
            div id="appendix" role="region" aria-labelledby="h-appendix" {
                "\n" h2 id="h-appendix" { "Appendix: the notebook" }
                "\n" p class="note" { "Everything behind the page, folded. Open what you want to check." }
                "\n" @for folded in &document.appendix {
                    details class="app" {
                        summary { b { (Text(folded.section.title)) } " " span { (Text(folded.line)) } }
                        "\n" (section(document, &folded.section))
                    }
                    "\n"
                }
            }
            "\n"
        }
    }
}

fn section(document: &Document, section: &Section) -> Markup {
    markup! {
        section id=(section.id) aria-labelledby={ "h-" (section.id) } {
            "\n" h2 id={ "h-" (section.id) } { (Text(section.title)) }
            "\n" @for piece in &section.blocks { (block(document, piece)) }
        }
        "\n"
    }
}

fn block(document: &Document, piece: &Block) -> Markup {
    match piece {
        Block::Heading(text) => markup! { h3 { (Text(text)) } "\n" },
        Block::Paragraph(text) => markup! { p { (explained(text)) } "\n" },
        Block::Verdict(answer, why) => markup! {
            p class="verdict" { strong { (typeset(answer)) } " " (explained(why)) } "\n"
        },
        Block::Lead(text) => markup! { p class="lead" { (explained(text)) } "\n" },
        Block::Note(text) => markup! { p class="note" { (explained(text)) } "\n" },
        Block::List(items) => list(items),
        Block::Facts(facts) => strip_of(facts),
        Block::Terms(terms) => glossary(terms),
        Block::Switches => switches(document),
        Block::Table(found) => table::table(found),
        Block::Filtered(found) => markup! { div class="filtered" { (table::table(found)) } "\n" },
        Block::Downloads(files) => downloads(files),
        Block::Columns(columns) => markup! {
            div class={ "columns n" (columns.len()) } {
                @for column in columns { div { "\n" @for piece in column { (block(document, piece)) } } }
            }
            "\n"
        },
        Block::Lines(chart) if chart.is_crowded() => multiples::figure(chart),
        Block::Lines(chart) => lines::figure(chart),
        Block::Ranges(chart) => ranges::table(chart),
        Block::Strips(chart) => strip::figure(chart),
        Block::Heat(maps) => heat::figures(maps),
        Block::Cloud(chart) => cloud::figure(chart),
        Block::Bars(chart) => bars::figure(chart),
        Block::Ribbons(chart) => ribbons::figure(chart),
        Block::Code(text) => code(text),
        Block::Details(summary, inner) => markup! {
            details {
                "\n" summary { (Text(summary)) }
                "\n" @for piece in inner { (block(document, piece)) }
            }
            "\n"
        },
    }
}

fn code(text: &str) -> Markup {
    // A quotation mark ends nothing between two tags.
    let text = PreEscaped(crate::text::html(text).replace("&quot;", "\""));
    markup! { pre tabindex="0" { code { (text) } } "\n" }
}

/// Text whose terms explain themselves.
fn explained(text: &str) -> Markup {
    markup! {
        @for (piece, term) in pieces(text) {
            @match term {
                Some(term) => a class="term" href={ "#" (address(term)) } { (typeset(piece)) },
                None => (typeset(piece)),
            }
        }
    }
}

/// Links to the files of the folder that the page lies in.
fn downloads(files: &[Download]) -> Markup {
    markup! {
        ul class="files" {
            "\n" @for entry in files {
                li {
                    b { (Text(&entry.name)) } " " span { (entry.what) }
                    @for file in &entry.files { " " a href=(Text(file)) download { (Text(end(file))) } }
                }
                "\n"
            }
        }
        "\n"
    }
}

/// `CSV` of `summary.csv`.
fn end(file: &str) -> &str {
    match file.rsplit_once('.') {
        Some((_, "csv")) => "CSV",
        Some((_, "parquet")) => "Parquet",
        _ => file,
    }
}

fn list(items: &[String]) -> Markup {
    markup! {
        ul { "\n" @for item in items { li { (explained(item)) } "\n" } }
        "\n"
    }
}

fn strip_of(facts: &[Fact]) -> Markup {
    markup! {
        dl class="facts" {
            "\n" @for fact in facts {
                div {
                    dt { (Text(fact.name)) }
                    dd { @if fact.code { code { (Text(&fact.value)) } } @else { (Text(&fact.value)) } }
                }
                "\n"
            }
        }
        "\n"
    }
}

fn glossary(terms: &[(String, String)]) -> Markup {
    markup! {
        dl class="terms" {
            "\n" @for (term, meaning) in terms {
                @let known = found(term).filter(|known| *known == term);
                div id=[known.map(address)] { dt { (Text(term)) } dd { (Text(meaning)) } }
                "\n"
            }
        }
        "\n"
    }
}

/// Twins start switched off: they are diagnostics, and the pictures are about the policies.
fn switches(document: &Document) -> Markup {
    let named = document.arms.iter().enumerate();
    let named = named.filter(|(_, (name, _))| !name.is_empty());
    markup! {
        fieldset class="switches" {
            legend { "Arms in the pictures" }
            "\n" @for (arm, (name, style)) in named {
                label {
                    input type="checkbox" id={ "arm" (arm) } class=[style.twin.then_some("twins")] checked[!style.twin];
                    (swatch(*style)) (Text(name))
                }
                "\n"
            }
        }
        "\n"
    }
}

/// A short piece of the line by which a series is drawn: an empty element with the dashes as its background, because a
/// run with thirty arms has six thousand of them.
fn swatch(style: Style) -> Markup {
    markup! { (short_tag(format_args!("i class={}", style.key()))) (PreEscaped("</i>")) }
}

/// The table of the numbers behind a picture, which a reader may open.
fn numbers_behind(caption: &str, head: &Markup, rows: &Markup) -> Markup {
    markup! {
        details class="data" {
            summary { "Numbers behind this picture" }
            "\n" div class="scroll tall" tabindex="0" role="group" aria-label={ "Numbers: " (Text(caption)) } {
                "\n" table {
                    "\n" thead { tr { (head) } }
                    "\n" tbody { "\n" (rows) }
                    "\n"
                }
                "\n"
            }
            "\n"
        }
        "\n"
    }
}
