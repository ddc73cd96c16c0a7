//! The seal of `manifest.json`: the SHA-256 of its own text, which nothing else hashes.
//!
//! The text is hashed with zeros in the place of the hash, so that no number of it is read and printed again. A manifest
//! without the key is one of an earlier version.

use crate::error::ReadError;
use crate::files::sha256;

/// The key.
pub const KEY: &str = "manifest_sha256";
/// What stands in the place of the hash while it is taken.
pub const UNSEALED: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Where the hash stands in a text, if it has one.
fn place(text: &str) -> Option<std::ops::Range<usize>> {
    let key = format!("\"{KEY}\": \"");
    let start = text.find(&key)? + key.len();
    text.get(start..start + UNSEALED.len())?;
    Some(start..start + UNSEALED.len())
}

/// The text of a manifest, its key at [`UNSEALED`], with the hash of itself.
///
/// # Panics
/// If it has no such key: a fault of the caller.
pub fn seal(text: &str) -> String {
    let mut sealed = text.to_string();
    sealed.replace_range(
        place(text).expect("the key stands in the text"),
        &sha256(text.as_bytes()),
    );
    sealed
}

/// Whether a manifest is what was written.
///
/// # Errors
/// If its text hashes to something else than it says.
pub fn check(text: &str) -> Result<(), ReadError> {
    let Some(place) = place(text) else {
        return Ok(());
    };
    let mut unsealed = text.to_string();
    unsealed.replace_range(place.clone(), UNSEALED);
    let found = sha256(unsealed.as_bytes());
    match text[place] == found {
        true => Ok(()),
        false => Err(ReadError::Manifest {
            file: "manifest.json".to_owned(),
            message: format!(
                "key `{KEY}`: the file is not what was written, its text hashes to {found}; make the folder again"
            ),
        }),
    }
}

/// The text as an earlier version wrote it: without the line of the key.
pub fn without(text: &str) -> String {
    let lines = text.split_inclusive('\n');
    lines
        .filter(|line| !line.trim_start().starts_with(&format!("\"{KEY}\"")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text() -> String {
        format!("{{\n  \"draws\": 2000,\n  \"{KEY}\": \"{UNSEALED}\",\n  \"seed\": 1\n}}\n")
    }

    #[test]
    fn every_other_byte_breaks_the_seal() {
        let sealed = seal(&text());
        assert!(check(&sealed).is_ok());
        for at in 0..sealed.len() {
            let mut bytes = sealed.clone().into_bytes();
            bytes[at] = if bytes[at] == b'7' { b'8' } else { b'7' };
            let other = String::from_utf8(bytes).expect("ASCII");
            let names_no_key = !other.contains(&format!("\"{KEY}\": \""));
            assert_eq!(check(&other).is_ok(), names_no_key, "{at}: {other}");
        }
    }

    #[test]
    fn a_manifest_of_an_earlier_version_has_none() {
        let earlier = "{\n  \"draws\": 2000,\n  \"seed\": 1\n}\n";
        assert!(check(earlier).is_ok());
        assert_eq!(without(&seal(&text())), earlier);
    }
}
