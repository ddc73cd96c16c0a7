//! SHA-256 of files and of table contents.

use std::path::Path;

use sha2::{Digest, Sha256};

use crate::DataError;

/// SHA-256 of a file's bytes, 64 lower-case hexadecimal digits.
pub fn sha256_file(path: &Path) -> Result<String, DataError> {
    Ok(sha256_bytes(&std::fs::read(path).map_err(DataError::io(path))?))
}

/// SHA-256 of bytes, 64 lower-case hexadecimal digits.
pub fn sha256_bytes(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(digest: &[u8]) -> String {
    digest.iter().map(|b| format!("{b:02x}")).collect()
}

/// Feeds values to a hash with their lengths, so that no two sequences look alike.
#[derive(Default)]
pub(crate) struct Hasher(Vec<u8>);

impl Hasher {
    pub(crate) fn text(&mut self, text: &str) -> &mut Hasher {
        self.number(text.len() as u64);
        self.0.extend_from_slice(text.as_bytes());
        self
    }

    pub(crate) fn number(&mut self, number: u64) -> &mut Hasher {
        self.0.extend_from_slice(&number.to_le_bytes());
        self
    }

    pub(crate) fn finish(&self) -> String {
        sha256_bytes(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_input_has_the_published_hash() {
        // FIPS 180-4 example value of the empty message.
        assert_eq!(sha256_bytes(b""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    #[test]
    fn lengths_separate_texts() {
        let (mut a, mut b) = (Hasher::default(), Hasher::default());
        assert_ne!(a.text("ab").text("c").finish(), b.text("a").text("bc").finish());
    }
}
