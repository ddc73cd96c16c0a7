//! Writes tables as Parquet, row group by row group: what the frames of a run folder need of the format and no more.
//!
//! Format: Apache Parquet 2.10, `parquet.thrift` and `Encodings.md`. Every column is optional and flat, a column of a row
//! group is one data page of version 1. Texts that repeat stand in a dictionary page, all else is plain, all is
//! compressed with Snappy. There is no clock, no path and no thread: the same tables give the same bytes.
//!
//! polars reads all of the product's Parquet and writes that of datasets. Here it took a third of the reference run: it
//! estimates the cardinality of every column and builds dictionaries row by row, in a build without optimisation.

mod encode;
mod thrift;

use std::io::{self, Write};

use tables::{Column, Kind, Series, Table, Word};

use encode::{dictionary, hybrid, levels, plain_texts};
use thrift::Struct;

/// First and last bytes of a file.
const MAGIC: &[u8; 4] = b"PAR1";
/// Numbers of the format's enumerations.
const BOOLEAN: i32 = 0;
const INT32: i32 = 1;
const INT64: i32 = 2;
const DOUBLE: i32 = 5;
const BYTE_ARRAY: i32 = 6;
const OPTIONAL: i32 = 1;
const CONVERTED_UTF8: i32 = 0;
const CONVERTED_DATE: i32 = 6;
const LOGICAL_STRING: i16 = 1;
const LOGICAL_DATE: i16 = 6;
const PLAIN: i32 = 0;
const RLE: i32 = 3;
const RLE_DICTIONARY: i32 = 8;
const SNAPPY: i32 = 1;
const DATA_PAGE: i32 = 0;
const DICTIONARY_PAGE: i32 = 2;

/// A file under way.
pub(crate) struct ParquetWriter<W: Write> {
    out: W,
    /// Bytes written so far.
    offset: i64,
    columns: Vec<Column>,
    groups: Vec<Group>,
    /// Kept, because each would have to clear its tables first.
    packer: snap::raw::Encoder,
    /// Room for a packed page, kept because it is as large as the largest page.
    packed: Vec<u8>,
}

/// A row group that was written.
struct Group {
    rows: i64,
    chunks: Vec<Chunk>,
}

/// A column of a row group that was written.
struct Chunk {
    dictionary_page: Option<i64>,
    data_page: i64,
    plain_size: i64,
    size: i64,
}

/// The pages of a column before compression.
struct Pages {
    /// Number of entries, and their plain text.
    dictionary: Option<(usize, Vec<u8>)>,
    values: Vec<u8>,
}

impl<W: Write> ParquetWriter<W> {
    /// Begins a file with the columns of a table.
    pub(crate) fn new(mut out: W, table: &Table) -> io::Result<ParquetWriter<W>> {
        out.write_all(MAGIC)?;
        Ok(ParquetWriter {
            out,
            offset: MAGIC.len() as i64,
            columns: table.columns.clone(),
            groups: Vec::new(),
            packer: snap::raw::Encoder::new(),
            packed: Vec::new(),
        })
    }

    /// Appends the rows of a table as a row group; none for a table without rows.
    pub(crate) fn write(&mut self, table: &Table) -> io::Result<()> {
        let rows = table.rows();
        if rows == 0 {
            return Ok(());
        }
        let mut chunks = Vec::with_capacity(table.series.len());
        for (series, column) in table.series.iter().zip(&table.columns) {
            let pages = pages(series, column, rows);
            chunks.push(self.chunk(&pages, rows)?);
        }
        self.groups.push(Group {
            rows: rows as i64,
            chunks,
        });
        Ok(())
    }

    /// Writes what stands where, and gives back what was written to.
    pub(crate) fn finish(mut self) -> io::Result<W> {
        let footer = self.footer();
        self.out.write_all(&footer)?;
        self.out.write_all(&length(footer.len())?.to_le_bytes())?;
        self.out.write_all(MAGIC)?;
        self.out.flush()?;
        Ok(self.out)
    }

    fn chunk(&mut self, pages: &Pages, rows: usize) -> io::Result<Chunk> {
        let mut chunk = Chunk {
            dictionary_page: None,
            data_page: 0,
            plain_size: 0,
            size: 0,
        };
        if let Some((entries, texts)) = &pages.dictionary {
            chunk.dictionary_page = Some(self.offset);
            let mut own = Struct::default();
            own.i32(1, length(*entries)?).i32(2, PLAIN);
            self.page(DICTIONARY_PAGE, texts, (7, own), &mut chunk)?;
        }
        chunk.data_page = self.offset;
        let encoding = if pages.dictionary.is_some() {
            RLE_DICTIONARY
        } else {
            PLAIN
        };
        let mut own = Struct::default();
        own.i32(1, length(rows)?).i32(2, encoding);
        own.i32(3, RLE).i32(4, RLE);
        self.page(DATA_PAGE, &pages.values, (5, own), &mut chunk)?;
        Ok(chunk)
    }

    /// Writes a page with its header, whose own part stands in field `own.0`.
    fn page(
        &mut self,
        kind: i32,
        values: &[u8],
        own: (i16, Struct),
        chunk: &mut Chunk,
    ) -> io::Result<()> {
        let most = snap::raw::max_compress_len(values.len());
        if self.packed.len() < most {
            self.packed.resize(most, 0);
        }
        let packed = self.packer.compress(values, &mut self.packed);
        let packed = &self.packed[..packed.map_err(io::Error::other)?];
        let mut header = Struct::default();
        header.i32(1, kind).i32(2, length(values.len())?);
        header.i32(3, length(packed.len())?);
        header.nested(own.0, own.1);
        let header = header.end();
        self.out.write_all(&header)?;
        self.out.write_all(packed)?;
        let size = (header.len() + packed.len()) as i64;
        self.offset += size;
        chunk.size += size;
        chunk.plain_size += (header.len() + values.len()) as i64;
        Ok(())
    }

    fn footer(&self) -> Vec<u8> {
        let mut root = Struct::default();
        root.text(4, "root").i32(5, self.columns.len() as i32);
        let schema = std::iter::once(root).chain(self.columns.iter().map(element));
        let rows = self.groups.iter().map(|group| group.rows).sum();
        let mut footer = Struct::default();
        footer
            .i32(1, 2)
            .structs(2, schema.collect())
            .i64(3, rows)
            .structs(4, self.groups.iter().map(|one| self.group(one)).collect())
            .text(6, "alvh");
        footer.end()
    }

    fn group(&self, group: &Group) -> Struct {
        let size = group.chunks.iter().map(|chunk| chunk.plain_size).sum();
        let chunks = self.columns.iter().zip(&group.chunks);
        let chunks = chunks.map(|(column, chunk)| {
            let first = chunk.dictionary_page.unwrap_or(chunk.data_page);
            let mut own = Struct::default();
            own.i64(2, first)
                .nested(3, about(column, chunk, group.rows));
            own
        });
        let mut own = Struct::default();
        own.structs(1, chunks.collect()).i64(2, size);
        own.i64(3, group.rows);
        own
    }
}

/// What the footer says of a column of a row group.
fn about(column: &Column, chunk: &Chunk, rows: i64) -> Struct {
    let encodings: &[i32] = match chunk.dictionary_page {
        Some(_) => &[PLAIN, RLE, RLE_DICTIONARY],
        None => &[PLAIN, RLE],
    };
    let mut own = Struct::default();
    own.i32(1, physical(column.kind))
        .i32s(2, encodings)
        .texts(3, &[&column.name])
        .i32(4, SNAPPY)
        .i64(5, rows)
        .i64(6, chunk.plain_size)
        .i64(7, chunk.size)
        .i64(9, chunk.data_page);
    if let Some(at) = chunk.dictionary_page {
        own.i64(11, at);
    }
    own
}

/// A column in the schema.
fn element(column: &Column) -> Struct {
    let mut own = Struct::default();
    own.i32(1, physical(column.kind)).i32(3, OPTIONAL);
    own.text(4, &column.name);
    let meaning = match column.kind {
        Kind::Text => Some((CONVERTED_UTF8, LOGICAL_STRING)),
        Kind::Date => Some((CONVERTED_DATE, LOGICAL_DATE)),
        _ => None,
    };
    if let Some((converted, logical)) = meaning {
        let mut union = Struct::default();
        union.nested(logical, Struct::default());
        own.i32(6, converted).nested(10, union);
    }
    own
}

fn physical(kind: Kind) -> i32 {
    match kind {
        Kind::Text => BYTE_ARRAY,
        Kind::Integer => INT64,
        Kind::Date => INT32,
        Kind::Flag => BOOLEAN,
        Kind::Float | Kind::Money | Kind::Price | Kind::Quantity => DOUBLE,
    }
}

/// A length as the format holds it.
fn length(length: usize) -> io::Result<i32> {
    let wide = || {
        io::Error::other(format!(
            "{length} bytes or rows: a page holds fewer than 2^31"
        ))
    };
    i32::try_from(length).map_err(|_| wide())
}

/// Definition levels, then the values that are there; a column that ends before its last row has none after its end.
fn pages(series: &Series, column: &Column, rows: usize) -> Pages {
    // Most columns of a journal, arm by arm.
    if series.is_undefined() {
        return Pages {
            dictionary: None,
            values: encode::level(false, rows),
        };
    }
    filled_pages(series, column, rows)
}

/// The same of a column that may have values.
fn filled_pages(series: &Series, column: &Column, rows: usize) -> Pages {
    match series {
        Series::Text(values) => texts(values, rows),
        Series::Integer(values) => plain(values, rows, i64::to_le_bytes),
        Series::Date(values) => plain(values, rows, |day| {
            crate::table::day_number(day).to_le_bytes()
        }),
        Series::Flag(values) => {
            let known: Vec<bool> = values.iter().flatten().copied().collect();
            let mut page = levels(values.iter().map(Option::is_some), rows);
            encode::packed(&known, 1, &mut page);
            Pages {
                dictionary: None,
                values: page,
            }
        }
        numbers => {
            let values = (0..numbers.len()).map(|row| numbers.number(row, column.decimals));
            plain(&values.collect::<Vec<_>>(), rows, f64::to_le_bytes)
        }
    }
}

fn plain<T: Copy, const N: usize>(
    values: &[Option<T>],
    rows: usize,
    bytes: impl Fn(T) -> [u8; N],
) -> Pages {
    let mut page = levels(values.iter().map(Option::is_some), rows);
    let from = page.len();
    page.resize(from + values.len() * N, 0);
    let mut known = 0;
    let room = page[from..].chunks_exact_mut(N);
    for (room, value) in room.zip(values.iter().flatten()) {
        room.copy_from_slice(&bytes(*value));
        known += 1;
    }
    page.truncate(from + known * N);
    Pages {
        dictionary: None,
        values: page,
    }
}

fn texts(values: &[Option<Word>], rows: usize) -> Pages {
    let mut page = levels(values.iter().map(Option::is_some), rows);
    let known = || values.iter().flatten().map(Word::as_str);
    match dictionary(known()) {
        Some((entries, places)) => {
            hybrid(&places, entries.len(), &mut page);
            let mut texts = Vec::new();
            plain_texts(entries.iter().copied(), &mut texts);
            Pages {
                dictionary: Some((entries.len(), texts)),
                values: page,
            }
        }
        None => {
            plain_texts(known(), &mut page);
            Pages {
                dictionary: None,
                values: page,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tables::Cell;

    use super::*;

    #[test]
    fn a_column_without_values_has_the_pages_of_any_column() {
        let kinds = [
            Kind::Text,
            Kind::Integer,
            Kind::Float,
            Kind::Money,
            Kind::Price,
            Kind::Quantity,
            Kind::Date,
            Kind::Flag,
        ];
        for kind in kinds {
            let column = Column {
                kind,
                ..tables::table_of::<tables::JournalRow>([]).columns[0].clone()
            };
            for rows in [1, 7, 8, 9, 15, 16, 17, 127, 128, 129, 20_000] {
                let mut series = Series::new(kind);
                (0..rows).for_each(|_| series.push(Cell::Null));
                let wanted = filled_pages(&series, &column, rows);
                assert!(wanted.dictionary.is_none());
                // However early it ends.
                for series in [series, Series::new(kind)] {
                    let found = pages(&series, &column, rows);
                    assert_eq!(found.values, wanted.values, "{kind:?}, {rows} rows");
                    assert!(found.dictionary.is_none());
                }
            }
        }
    }
}
