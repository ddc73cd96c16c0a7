//! Bytes of a record: numbers of seven bits a byte, texts with their length, and columns of money as differences.

/// Writes a payload.
#[derive(Clone, Debug, Default)]
pub struct Writer(Vec<u8>);

impl Writer {
    /// With room for so many bytes.
    pub fn with_room(bytes: usize) -> Writer {
        Writer(Vec::with_capacity(bytes))
    }

    /// A whole number.
    pub fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    /// A whole number with a sign; small ones of either sign are short.
    pub fn signed(&mut self, number: i64) {
        self.number(((number << 1) ^ (number >> 63)) as u64);
    }

    /// Bytes with their length.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.0.extend(bytes);
    }

    /// A column of whole numbers with its length.
    pub fn column(&mut self, numbers: impl ExactSizeIterator<Item = i64>) {
        self.number(numbers.len() as u64);
        numbers.for_each(|number| self.signed(number));
    }

    /// What was written.
    pub fn finish(self) -> Vec<u8> {
        self.0
    }
}

/// Bytes that are looked at together.
const PIECE: usize = 128;

/// Reads a payload; `None` where it ends early or holds what no [`Writer`] writes.
#[derive(Clone, Debug)]
pub struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// From the first byte.
    pub fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader(bytes)
    }

    /// See [`Writer::number`].
    pub fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    /// See [`Writer::signed`].
    pub fn signed(&mut self) -> Option<i64> {
        let number = self.number()?;
        Some((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    /// See [`Writer::bytes`].
    pub fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.number()?).ok()?;
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }

    /// Bytes that are text.
    pub fn text(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.bytes()?).ok()
    }

    /// Goes past a column without reading its numbers.
    pub fn skip_column(&mut self) -> Option<()> {
        let mut left = usize::try_from(self.number()?).ok()?;
        let is_end = |byte: &u8| *byte < 0x80;
        // As many bytes at once as a byte can count, as long as the last end lies behind them.
        while let Some((piece, rest)) = self.0.split_at_checked(PIECE) {
            let ends: u8 = piece.iter().map(|byte| u8::from(is_end(byte))).sum();
            if usize::from(ends) >= left {
                break;
            }
            left -= usize::from(ends);
            self.0 = rest;
        }
        if left > 0 {
            let mut ends = self.0.iter().enumerate().filter(|(_, byte)| is_end(byte));
            let (last, _) = ends.nth(left - 1)?;
            self.0 = &self.0[last + 1..];
        }
        Some(())
    }

    /// See [`Writer::column`].
    pub fn column(&mut self) -> Option<Vec<i64>> {
        let length = usize::try_from(self.number()?)
            .ok()
            .filter(|length| *length <= self.0.len())?;
        (0..length).map(|_| self.signed()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read() {
        let numbers = [0, 1, -1, 63, -64, 64, 1 << 40, i64::MIN, i64::MAX];
        let mut writer = Writer::default();
        writer.bytes("a b".as_bytes());
        writer.column(numbers.into_iter());
        writer.number(u64::MAX);
        let bytes = writer.finish();
        let mut reader = Reader::new(&bytes);
        assert_eq!(reader.text(), Some("a b"));
        assert_eq!(reader.column().as_deref(), Some(numbers.as_slice()));
        assert_eq!((reader.number(), reader.number()), (Some(u64::MAX), None));
        let mut reader = Reader::new(&bytes);
        assert_eq!(
            (reader.text(), reader.skip_column()),
            (Some("a b"), Some(()))
        );
        assert_eq!(
            (reader.number(), reader.skip_column()),
            (Some(u64::MAX), None)
        );
    }

    #[test]
    fn a_column_is_gone_past_whatever_its_length() {
        for length in (0..600).chain([2_000]) {
            let mut writer = Writer::default();
            let numbers: Vec<i64> = (0..length).map(|n| n * n * n * 17 - 40 * n).collect();
            writer.column(numbers.into_iter());
            writer.bytes(b"after");
            let bytes = writer.finish();
            let mut reader = Reader::new(&bytes);
            assert_eq!(reader.skip_column(), Some(()), "{length}");
            assert_eq!(reader.text(), Some("after"), "{length}");
            // The last byte of the column is missing.
            let cut = &bytes[..bytes.len() - 7];
            assert_eq!(Reader::new(cut).skip_column(), None, "{length}");
        }
    }

    #[test]
    fn a_number_has_seven_bits_a_byte() {
        for bits in 0..64 {
            for number in [1_u64 << bits, (1 << bits) - 1, (1 << bits) + 1] {
                let mut writer = Writer::default();
                writer.number(number);
                let mut rest = number;
                for (at, byte) in writer.0.iter().enumerate() {
                    assert_eq!(u64::from(byte & 0x7f), rest & 0x7f, "{number}");
                    assert_eq!(byte & 0x80 == 0, at + 1 == writer.0.len(), "{number}");
                    rest >>= 7;
                }
                assert_eq!(rest, 0, "{number}");
            }
        }
    }

    #[test]
    fn a_cut_payload_ends_and_never_panics() {
        let mut writer = Writer::default();
        writer.bytes(b"text");
        writer.column([5_i64, -700, 90_000].into_iter());
        let bytes = writer.finish();
        for cut in 0..bytes.len() {
            let mut reader = Reader::new(&bytes[..cut]);
            assert!(
                reader.text().and_then(|_| reader.column()).is_none(),
                "cut at {cut}"
            );
            let mut reader = Reader::new(&bytes[..cut]);
            assert!(
                reader.text().and_then(|_| reader.skip_column()).is_none(),
                "cut at {cut}"
            );
        }
        assert_eq!(Reader::new(&[0xff; 11]).number(), None);
    }
}
