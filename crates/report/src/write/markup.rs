//! Text and shapes inside `maud::html!`, which escapes whatever is put into it.

use std::fmt::{Arguments, Write};

use maud::{Markup, PreEscaped, Render};

use crate::text;

/// Text that came from a file: escaped, and made visible where a reader could not see it.
#[derive(Clone, Copy)]
pub struct Text<'a>(pub &'a str);

impl Render for Text<'_> {
    fn render_to(&self, buffer: &mut String) {
        text::push_html(self.0, buffer);
    }
}

/// Text whose numbers keep their signs and units on their line.
pub fn typeset(text: &str) -> Markup {
    let escaped = text::html(text);
    PreEscaped(escaped.replace(" %", "&nbsp;%").replace("−$", "−&#8288;$"))
}

/// A name that a narrow column may break at its underscores, and nowhere else.
pub fn breakable(name: &str) -> Markup {
    let escaped = text::html(name);
    PreEscaped(escaped.replace('_', "_<wbr>").replace('~', "~<wbr>"))
}

/// A tag that is written where it stands, because a page has fifty thousand of them.
pub struct Tag<'a> {
    inside: Arguments<'a>,
    end: &'static str,
}

impl Render for Tag<'_> {
    fn render_to(&self, buffer: &mut String) {
        buffer.push('<');
        buffer
            .write_fmt(self.inside)
            .expect("a text in memory takes every write");
        buffer.push_str(self.end);
    }
}

/// An element of a drawing, closed as XML asks. Its attributes are numbers and names of ours, never text of a file.
pub fn shape(element: Arguments<'_>) -> Tag<'_> {
    Tag {
        inside: element,
        end: "/>",
    }
}

/// A tag of ours with attributes without quotation marks.
pub fn short_tag(tag: Arguments<'_>) -> Tag<'_> {
    Tag {
        inside: tag,
        end: ">",
    }
}
