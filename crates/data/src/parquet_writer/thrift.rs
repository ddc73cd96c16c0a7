//! The compact protocol of Apache Thrift, so far as the headers and the footer of a Parquet file need it.
//!
//! Format: `thrift-compact-protocol.md`. Fields of a struct are written in ascending order.

/// Types of the compact protocol.
const I32: u8 = 5;
const I64: u8 = 6;
const BINARY: u8 = 8;
const LIST: u8 = 9;
const STRUCT: u8 = 12;

/// A struct under way: its fields so far.
#[derive(Default)]
pub(super) struct Struct {
    bytes: Vec<u8>,
    last: i16,
}

impl Struct {
    /// The struct's bytes.
    pub(super) fn end(mut self) -> Vec<u8> {
        self.bytes.push(0);
        self.bytes
    }

    pub(super) fn i32(&mut self, field: i16, value: i32) -> &mut Struct {
        self.field(field, I32);
        varint(zigzag(value.into()), &mut self.bytes);
        self
    }

    pub(super) fn i64(&mut self, field: i16, value: i64) -> &mut Struct {
        self.field(field, I64);
        varint(zigzag(value), &mut self.bytes);
        self
    }

    pub(super) fn text(&mut self, field: i16, value: &str) -> &mut Struct {
        self.field(field, BINARY);
        text(value, &mut self.bytes);
        self
    }

    pub(super) fn nested(&mut self, field: i16, value: Struct) -> &mut Struct {
        self.field(field, STRUCT);
        self.bytes.append(&mut value.end());
        self
    }

    pub(super) fn i32s(&mut self, field: i16, values: &[i32]) -> &mut Struct {
        self.list(field, I32, values.len());
        for value in values {
            varint(zigzag((*value).into()), &mut self.bytes);
        }
        self
    }

    pub(super) fn texts(&mut self, field: i16, values: &[&str]) -> &mut Struct {
        self.list(field, BINARY, values.len());
        for value in values {
            text(value, &mut self.bytes);
        }
        self
    }

    pub(super) fn structs(&mut self, field: i16, values: Vec<Struct>) -> &mut Struct {
        self.list(field, STRUCT, values.len());
        for value in values {
            self.bytes.append(&mut value.end());
        }
        self
    }

    /// The head of a field: its distance from the one before where four bits hold it.
    fn field(&mut self, field: i16, kind: u8) {
        match field - self.last {
            step @ 1..=15 => self.bytes.push((step as u8) << 4 | kind),
            _ => {
                self.bytes.push(kind);
                varint(zigzag(field.into()), &mut self.bytes);
            }
        }
        self.last = field;
    }

    fn list(&mut self, field: i16, kind: u8, length: usize) {
        self.field(field, LIST);
        if length < 15 {
            self.bytes.push((length as u8) << 4 | kind);
        } else {
            self.bytes.push(0xf0 | kind);
            varint(length as u64, &mut self.bytes);
        }
    }
}

fn text(text: &str, out: &mut Vec<u8>) {
    varint(text.len() as u64, out);
    out.extend(text.as_bytes());
}

fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

/// Seven bits a byte, the lowest first.
pub(super) fn varint(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_by_hand() {
        let bytes = |value| {
            let mut out = Vec::new();
            varint(value, &mut out);
            out
        };
        assert_eq!(bytes(0), [0]);
        assert_eq!(bytes(127), [0x7f]);
        assert_eq!(bytes(300), [0xac, 0x02]);
        assert_eq!([0, -1, 1, -2].map(zigzag), [0, 1, 2, 3]);
    }

    #[test]
    fn a_struct_by_hand() {
        let mut own = Struct::default();
        own.i32(1, -1).text(4, "ab").i64(20, 1);
        assert_eq!(own.end(), [0x15, 1, 0x38, 2, b'a', b'b', 0x06, 40, 2, 0]);
        let mut lists = Struct::default();
        lists.i32s(2, &[0; 15]);
        assert_eq!(lists.end()[..3], [0x29, 0xf5, 15]);
    }
}
