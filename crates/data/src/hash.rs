//! SHA-256 of files and of table contents.

use std::fs::File;
use std::io::{self, BufReader};
use std::path::Path;

use files::hex;
pub use files::sha256 as sha256_bytes;
use sha2::{Digest, Sha256};

use crate::DataError;

/// SHA-256 of a file's bytes, 64 lower-case hexadecimal digits. The file is read in pieces: it may be as large as a store.
pub fn sha256_file(path: &Path) -> Result<String, DataError> {
    let file = File::open(path).map_err(DataError::io(path))?;
    let mut sha = Sha256::new();
    io::copy(&mut BufReader::with_capacity(PIECE, file), &mut sha).map_err(DataError::io(path))?;
    Ok(hex(&sha.finalize()))
}

/// Feeds values to a hash with their lengths, so that no two sequences look alike.
#[derive(Default)]
pub(crate) struct Hasher {
    sha: Sha256,
    /// Gathered into large pieces, because feeding a few bytes at a time costs more than hashing them.
    pending: Vec<u8>,
}

const PIECE: usize = 1 << 16;

impl Hasher {
    pub(crate) fn text(&mut self, text: &str) -> &mut Hasher {
        self.number(text.len() as u64);
        self.bytes(text.as_bytes())
    }

    /// Eight bytes, whose number the compiler knows: a store, and no call that copies them.
    #[inline]
    pub(crate) fn number(&mut self, number: u64) -> &mut Hasher {
        self.pending.extend_from_slice(&number.to_le_bytes());
        self.hash_piece()
    }

    fn bytes(&mut self, bytes: &[u8]) -> &mut Hasher {
        self.pending.extend_from_slice(bytes);
        self.hash_piece()
    }

    #[inline]
    fn hash_piece(&mut self) -> &mut Hasher {
        if self.pending.len() >= PIECE {
            self.sha.update(&self.pending);
            self.pending.clear();
        }
        self
    }

    pub(crate) fn finish(mut self) -> String {
        self.sha.update(&self.pending);
        hex(&self.sha.finalize())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_input_has_the_published_hash() {
        // FIPS 180-4 example value of the empty message.
        assert_eq!(
            sha256_bytes(b""),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
    }

    #[test]
    fn lengths_separate_texts() {
        let (mut a, mut b) = (Hasher::default(), Hasher::default());
        a.text("ab").text("c");
        b.text("a").text("bc");
        assert_ne!(a.finish(), b.finish());
    }
}
