//! Making text that came from a file harmless, for each place it may be printed in.

pub use tables::text::{hidden, one_line, visible};

/// For HTML text and for attribute values in quotes.
pub fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    push_html(text, &mut out);
    out
}

/// Appends what [`html`] gives.
pub fn push_html(text: &str, out: &mut String) {
    let is_plain = |byte| matches!(byte, b' '..=b'~' if !b"&<>\"'".contains(&byte));
    // Nearly every cell of every table.
    if text.bytes().all(is_plain) {
        return out.push_str(text);
    }
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(c),
            c if hidden(c) => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
}

/// For Markdown outside code, on one line, also inside a table. Everything that could begin markup is escaped.
pub fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in one_line(text).chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' | '!' | '$' | '@' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    // A bare address would become a link on most code hosts.
    out.replace("://", "&#58;//").replace("www.", "www&#46;")
}

/// The text with a minus sign for every hyphen that begins a number: a file has ASCII, a page has signs.
pub fn minus(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let number = c == '-'
            && matches!(before, ' ' | '(')
            && rest.peek().is_some_and(char::is_ascii_digit);
        out.push(if number { '−' } else { c });
        before = c;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_is_text() {
        assert_eq!(
            html(r#"<a b="c">&'"#),
            "&lt;a b=&quot;c&quot;&gt;&amp;&#39;"
        );
    }

    #[test]
    fn markdown_is_text() {
        assert_eq!(
            markdown("a|b_c~d [x](http://y)"),
            r"a\|b\_c\~d \[x\](http&#58;//y)"
        );
        assert_eq!(markdown("<img>\n# h"), r"&lt;img&gt; \# h");
    }

    #[test]
    fn only_the_hyphen_of_a_number_becomes_a_sign() {
        assert_eq!(
            super::minus("from -0.10 to (-3), 2023-24, a-1, - 2"),
            "from −0.10 to (−3), 2023-24, a-1, - 2"
        );
    }
}
