//! From bytes to text: UTF-8, UTF-16 with or without its mark, and what is no text named for what it is.

use crate::error::Refusal;

/// The text of a file, or why it has none.
pub(crate) fn text(bytes: &[u8]) -> Result<String, Refusal> {
    if let Some(what) = known_format(bytes) {
        return Err(Refusal(format!(
            "no text but {what}; save the table as CSV"
        )));
    }
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes)?,
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes)?,
        _ if looks_like_utf16(bytes, 1) => utf16(bytes, u16::from_le_bytes)?,
        _ if looks_like_utf16(bytes, 0) => utf16(bytes, u16::from_be_bytes)?,
        _ => utf8(bytes)?,
    };
    let text = text
        .strip_prefix('\u{feff}')
        .map_or(text.clone(), String::from);
    match page(&text) {
        Some(what) => Err(Refusal(what)),
        None => Ok(text),
    }
}

/// The text as far as it goes: the beginning of a file may end inside a letter.
pub(crate) fn beginning(bytes: &[u8]) -> Result<String, Refusal> {
    let even = bytes.len() & !1;
    let whole = if bytes.contains(&0) {
        &bytes[..even]
    } else {
        bytes
    };
    match std::str::from_utf8(whole) {
        Err(e) if e.error_len().is_none() && !whole.contains(&0) => text(&whole[..e.valid_up_to()]),
        _ => text(whole),
    }
}

fn utf8(bytes: &[u8]) -> Result<String, Refusal> {
    let text = std::str::from_utf8(bytes).map_err(|e| {
        Refusal(format!(
            "byte {} is not UTF-8 text; save the file as UTF-8 or UTF-16",
            e.valid_up_to()
        ))
    })?;
    Ok(text.to_string())
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, Refusal> {
    let pairs = bytes.chunks_exact(2);
    if !pairs.remainder().is_empty() {
        return Err(Refusal(
            "UTF-16 text of an odd number of bytes: it was cut".into(),
        ));
    }
    let units: Vec<u16> = pairs.map(|pair| unit([pair[0], pair[1]])).collect();
    String::from_utf16(&units).map_err(|_| Refusal("UTF-16 text with broken letters".into()))
}

/// Whether every second byte of the beginning is zero, as UTF-16 writes digits and Latin letters.
fn looks_like_utf16(bytes: &[u8], zero: usize) -> bool {
    let start = &bytes[..bytes.len().min(64) & !1];
    start.len() >= 8
        && start
            .chunks_exact(2)
            .all(|pair| pair[zero] == 0 && pair[1 - zero] != 0)
}

fn known_format(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xd0, 0xcf, 0x11, 0xe0, ..] => Some("an Excel workbook (.xls)"),
        [b'P', b'A', b'R', b'1', ..] => Some("a Parquet table"),
        [b'%', b'P', b'D', b'F', ..] => Some("a PDF document"),
        _ => None,
    }
}

/// Words for a page or a document of another kind that begins like one.
fn page(text: &str) -> Option<String> {
    let start: String = text.trim_start().chars().take(200).collect();
    let lower = start.to_ascii_lowercase();
    if lower.starts_with("<!doctype html")
        || lower.starts_with("<html")
        || lower.starts_with("<head")
    {
        let title = between(text, "<title>", "</title>")
            .map_or(String::new(), |title| format!(", titled `{title}`"));
        return Some(format!(
            "an HTML page{title}, no table: the address answered with a page when it was downloaded"
        ));
    }
    if lower.starts_with("<?xml") || (lower.starts_with('<') && text.contains("</")) {
        return Some("an XML document, no table".into());
    }
    if lower.starts_with('{') || lower.starts_with("[{") {
        return Some("a JSON document, no table".into());
    }
    None
}

fn between(text: &str, from: &str, to: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let start = lower.find(from)? + from.len();
    let end = start + lower[start..].find(to)?;
    let title: String = text
        .get(start..end)?
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    Some(title.chars().take(60).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16_bytes(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(order).collect()
    }

    #[test]
    fn utf16_is_read_with_and_without_its_mark() {
        let wanted = "Date,Close\n2022-01-03,4000\n";
        for order in [u16::to_le_bytes, u16::to_be_bytes] {
            assert_eq!(text(&utf16_bytes(wanted, order)).unwrap(), wanted);
            let marked = format!("\u{feff}{wanted}");
            assert_eq!(text(&utf16_bytes(&marked, order)).unwrap(), wanted);
        }
        let cut = &utf16_bytes(&format!("\u{feff}{wanted}"), u16::to_le_bytes)[..21];
        assert!(text(cut).unwrap_err().0.contains("odd number"));
    }

    #[test]
    fn what_is_no_table_is_named() {
        let page = b"<!DOCTYPE html>\n<html><head><TITLE>Page not\n found</TITLE></head>";
        assert!(
            text(page)
                .unwrap_err()
                .0
                .starts_with("an HTML page, titled `Page not found`")
        );
        assert!(
            text(b"{\"error\": 1}")
                .unwrap_err()
                .0
                .starts_with("a JSON document")
        );
        assert!(
            text(&[0xd0, 0xcf, 0x11, 0xe0, 1])
                .unwrap_err()
                .0
                .contains("Excel")
        );
        assert!(
            text(&[0x41, 0xff])
                .unwrap_err()
                .0
                .starts_with("byte 1 is not UTF-8 text")
        );
    }
}
