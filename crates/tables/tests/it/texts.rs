//! What a spreadsheet or a terminal would obey.

use tables::text::{harmless, hidden, one_line, visible};

#[test]
fn what_begins_like_a_formula_and_is_no_number_is_marked() {
    for (cell, wanted) in [
        ("=", "'="),
        ("=1", "'=1"),
        ("@", "'@"),
        ("+a", "'+a"),
        ("-a", "'-a"),
        ("-A", "-A"),
        ("+", "+"),
        ("-1.5", "-1.5"),
        ("+1e3", "+1e3"),
        ("+1 SPXW 2022-02-04 P 4300", "+1 SPXW 2022-02-04 P 4300"),
        ("-A1!B2", "'-A1!B2"),
        ("-(1)", "'-(1)"),
        ("a-b", "a-b"),
        ("1=1", "1=1"),
        ("ü", "ü"),
        ("=ü", "'=ü"),
        ("-ü", "'-ü"),
        ("a\tb", "a\u{fffd}b"),
        ("=a\tb", "'=a\u{fffd}b"),
        ("~ a", "~ a"),
        ("\u{7f}", "\u{fffd}"),
        ("\u{85}", "\u{fffd}"),
    ] {
        assert_eq!(harmless(cell), wanted, "{cell:?}");
    }
}

#[test]
fn signs_nobody_sees_are_shown() {
    for c in [
        '\u{200b}', '\u{200e}', '\u{202e}', '\u{2066}', '\u{2069}', '\u{feff}', '\u{1b}', '\t',
        '\n',
    ] {
        assert!(hidden(c), "{c:?}");
    }
    for c in ['a', ' ', 'ü', '\u{200a}', '\u{202f}', '\u{206a}'] {
        assert!(!hidden(c), "{c:?}");
    }
    assert_eq!(visible("a\nb\tc"), "a\nb\u{fffd}c");
    assert_eq!(
        one_line("a\nb\tc\r\nd\u{2028}e\u{200b}"),
        "a b c d e\u{fffd}"
    );
}
