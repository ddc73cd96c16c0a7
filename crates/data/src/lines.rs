//! Lines as an editor counts them: after `\n`, `\r\n` or a lone `\r`, quoted or not, blank or not.

use std::io::Read;

use crate::unpack::Place;

/// Counts the lines of bytes, going forward.
pub(crate) struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    /// At the first byte.
    pub fn new(bytes: &'a [u8]) -> Lines<'a> {
        Lines {
            bytes,
            at: 0,
            line: 1,
        }
    }

    /// The line of the first byte from `start` on that ends no line; blank lines before a row are not the row's.
    pub fn at(&mut self, start: usize) -> u64 {
        let is_end = |b: &u8| matches!(b, b'\n' | b'\r');
        let blank = self
            .bytes
            .get(start..)
            .unwrap_or_default()
            .iter()
            .take_while(|b| is_end(b))
            .count();
        let end = (start + blank).min(self.bytes.len());
        while self.at < end {
            let pair = (self.bytes[self.at], self.bytes.get(self.at + 1));
            if pair.0 == b'\n' || (pair.0 == b'\r' && pair.1 != Some(&b'\n')) {
                self.line += 1;
            }
            self.at += 1;
        }
        self.line
    }
}

/// The line of a byte of a file that is read in pieces; 0 where the file cannot be read again.
pub(crate) fn line_of(place: &Place, byte: u64) -> u64 {
    let counted = place.text().ok().and_then(|text| count_to(text, byte).ok());
    counted.unwrap_or(0)
}

fn count_to(mut text: impl Read, byte: u64) -> std::io::Result<u64> {
    let mut piece = vec![0; 1 << 16];
    let mut at = 0u64;
    let mut line = 1;
    let mut before = 0u8;
    loop {
        let read = text.read(&mut piece)?;
        for b in &piece[..read] {
            if at >= byte && !matches!(b, b'\n' | b'\r') {
                return Ok(line);
            }
            // The line feed of a pair was counted with its return.
            line += u64::from(*b == b'\r' || (*b == b'\n' && before != b'\r'));
            (before, at) = (*b, at + 1);
        }
        if read == 0 {
            return Ok(line);
        }
    }
}
