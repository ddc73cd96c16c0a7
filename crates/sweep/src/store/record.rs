//! One record of a store, as it stands in the file.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;

use super::{Key, StoreError, io};

/// First bytes of a store.
pub(super) const MAGIC: &[u8; 16] = b"alvh store   2\r\n";

/// Bytes of a record besides its payload: length, key, trial, checksum.
pub(super) const FRAME: usize = 4 + 32 + 32 + 8;

/// Longest payload (bytes): a length beyond it is damage, not a record.
pub const LONGEST: usize = 64 << 20;

/// Writes the first bytes of an empty or hardly begun store.
pub(super) fn start(file: &mut File, path: &Path) -> Result<(), StoreError> {
    let mut begun = Vec::new();
    file.read_to_end(&mut begun).map_err(io("read", path))?;
    if !MAGIC.starts_with(&begun) {
        return Err(StoreError::Foreign(path.to_path_buf()));
    }
    file.seek(SeekFrom::Start(0)).map_err(io("read", path))?;
    file.write_all(MAGIC).map_err(io("write", path))
}

/// A record that was found in a file.
pub(super) struct Found {
    pub key: Key,
    pub trial: Key,
    /// Where it begins.
    pub at: u64,
    /// Bytes of its payload.
    pub length: usize,
}

/// Hands on the whole records of a file, one after the other, and says where the last of them ends.
pub(super) fn each_record<E: From<StoreError>>(
    file: &mut File,
    path: &Path,
    each: &mut dyn FnMut(Found) -> Result<(), E>,
) -> Result<u64, E> {
    file.seek(SeekFrom::Start(0)).map_err(io("read", path))?;
    let mut reader = BufReader::with_capacity(1 << 20, file);
    let mut magic = [0; MAGIC.len()];
    reader.read_exact(&mut magic).map_err(io("read", path))?;
    if magic != *MAGIC {
        return Err(StoreError::Foreign(path.to_path_buf()).into());
    }
    let mut at = MAGIC.len() as u64;
    let mut payload = Vec::new();
    while let Some((key, trial)) =
        read_record(&mut reader, &mut payload).map_err(io("read", path))?
    {
        let length = payload.len();
        each(Found {
            key,
            trial,
            at,
            length,
        })?;
        at += (FRAME + length) as u64;
    }
    Ok(at)
}

/// The next record, or nothing at the end or where a record was torn. What cannot be read is neither.
fn read_record(
    reader: &mut impl Read,
    payload: &mut Vec<u8>,
) -> std::io::Result<Option<(Key, Key)>> {
    let mut length = [0; 4];
    let mut key = [0; 32];
    let mut trial = [0; 32];
    let mut found = [0; 8];
    if !is_whole(reader.read_exact(&mut length))? {
        return Ok(None);
    }
    let length = u32::from_le_bytes(length) as usize;
    if length > LONGEST {
        return Ok(None);
    }
    payload.resize(length, 0);
    for piece in [&mut key[..], &mut trial, payload, &mut found] {
        if !is_whole(reader.read_exact(piece))? {
            return Ok(None);
        }
    }
    Ok((found == checksum(&key, &trial, payload)).then_some((key, trial)))
}

/// Whether all bytes were there.
fn is_whole(read: std::io::Result<()>) -> std::io::Result<bool> {
    match read {
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Ok(false),
        read => read.map(|()| true),
    }
}

/// Adds a record as it stands in the file.
pub(super) fn frame(key: &Key, trial: &Key, payload: &[u8], out: &mut Vec<u8>) {
    out.extend((payload.len() as u32).to_le_bytes());
    out.extend(key);
    out.extend(trial);
    out.extend(payload);
    out.extend(checksum(key, trial, payload));
}

/// Tells a torn record from a whole one; no defence against a forger, which a hash of every payload would not be either.
fn checksum(key: &Key, trial: &Key, payload: &[u8]) -> [u8; 8] {
    // Odd, with bits everywhere: 2^64 over the golden ratio.
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let step = |sum: u64, word: [u8; 8]| {
        let mixed = (sum ^ u64::from_le_bytes(word)).wrapping_mul(FACTOR);
        mixed ^ (mixed >> 29)
    };
    let mut sum = (payload.len() as u64).wrapping_mul(FACTOR);
    for piece in [&key[..], &trial[..], payload] {
        let (words, rest) = piece.as_chunks::<8>();
        sum = words.iter().fold(sum, |sum, word| step(sum, *word));
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        sum = step(sum, last);
    }
    sum.to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes, and then an error.
    struct Broken<'a>(&'a [u8]);

    impl Read for Broken<'_> {
        fn read(&mut self, bytes: &mut [u8]) -> std::io::Result<usize> {
            match self.0.is_empty() {
                true => Err(std::io::Error::other("a broken disk")),
                false => self.0.read(bytes),
            }
        }
    }

    #[test]
    fn what_cannot_be_read_is_no_end() {
        let mut record = Vec::new();
        frame(&[1; 32], &[2; 32], b"payload", &mut record);
        let mut payload = Vec::new();
        for cut in 0..record.len() {
            let read = read_record(&mut &record[..cut], &mut payload);
            assert_eq!(read.expect("torn"), None, "cut at {cut}");
            let read = read_record(&mut Broken(&record[..cut]), &mut payload);
            assert!(read.is_err(), "broken at {cut}");
        }
        let read = read_record(&mut Broken(&record), &mut payload);
        assert_eq!(read.expect("whole"), Some(([1; 32], [2; 32])));
        assert_eq!(payload, b"payload");
    }

    #[test]
    fn every_byte_counts_in_a_checksum() {
        let payload: Vec<u8> = (0..37).collect();
        let whole = checksum(&[1; 32], &[2; 32], &payload);
        for at in 0..payload.len() {
            for bit in 0..8 {
                let mut damaged = payload.clone();
                damaged[at] ^= 1 << bit;
                assert_ne!(
                    checksum(&[1; 32], &[2; 32], &damaged),
                    whole,
                    "byte {at}, bit {bit}"
                );
            }
            assert_ne!(
                checksum(&[1; 32], &[2; 32], &payload[..at]),
                whole,
                "cut at {at}"
            );
        }
        assert_ne!(checksum(&[2; 32], &[1; 32], &payload), whole);
    }
}
