//! SHA-256 as people compare it.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use sha2::{Digest, Sha256};

/// SHA-256 of bytes, 64 lower-case hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Bytes of a hash as people compare them: two lower-case hexadecimal digits each.
pub fn hex(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A file that is hashed while it is written: nobody need read it again, and it never stands in memory.
pub struct HashedFile {
    out: BufWriter<Hashing>,
}

/// What was written, and the hash of it.
struct Hashing {
    file: File,
    sha: Sha256,
}

/// Bytes that are written and hashed at once.
const PIECE: usize = 1 << 16;

impl HashedFile {
    /// A new file, in place of what stands there.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn create(path: &Path) -> std::io::Result<HashedFile> {
        let file = File::create(path)?;
        let sha = Sha256::new();
        let out = BufWriter::with_capacity(PIECE, Hashing { file, sha });
        Ok(HashedFile { out })
    }

    /// Ends the file and gives back its SHA-256, 64 lower-case hexadecimal digits.
    ///
    /// # Errors
    /// Where its end cannot be written.
    pub fn finish(self) -> std::io::Result<String> {
        let written = self.out.into_inner().map_err(|error| error.into_error())?;
        Ok(hex(&written.sha.finalize()))
    }
}

impl Write for HashedFile {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.out.flush()
    }
}

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.sha.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_input_has_the_published_hash() {
        // FIPS 180-4 example value of the empty message.
        assert_eq!(
            sha256(b""),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
    }

    #[test]
    fn a_file_hashed_while_it_is_written_has_the_hash_of_its_bytes() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("some.csv");
        // Ends of pieces within what is written at once, and between.
        for lines in [0, 1, 7_000, 50_000] {
            let mut file = HashedFile::create(&path).expect("a file");
            for line in 0..lines {
                writeln!(file, "{line},a row").expect("it is written");
            }
            let hash = file.finish().expect("it ends");
            let bytes = std::fs::read(&path).expect("it is read");
            assert_eq!(bytes.iter().filter(|byte| **byte == b'\n').count(), lines);
            assert_eq!(hash, sha256(&bytes), "{lines} lines");
        }
    }
}
