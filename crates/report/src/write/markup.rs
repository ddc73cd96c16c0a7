//! Text and shapes inside `maud::html!`, which escapes whatever is put into it.

use std::fmt::Arguments;

use maud::{Markup, PreEscaped, Render};

use crate::text;

/// Text that came from a file: escaped, and made visible where a reader could not see it.
#[derive(Clone, Copy)]
pub struct Text<'a>(pub &'a str);

impl Render for Text<'_> {
    fn render_to(&self, buffer: &mut String) {
        buffer.push_str(&text::html(self.0));
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

/// An element of a drawing, closed as XML asks. Its attributes are numbers and names of ours, never text of a file.
pub fn shape(element: Arguments<'_>) -> Markup {
    PreEscaped(format!("<{element}/>"))
}

/// A tag of ours with attributes without quotation marks: there are fifty thousand of them on a page.
pub fn short_tag(tag: Arguments<'_>) -> Markup {
    PreEscaped(format!("<{tag}>"))
}
