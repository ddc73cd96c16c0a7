//! The frames of a run folder: written by our own writer, read by the library.

use data::frames::{FrameWriter, read_rows, write_first_layout, write_frame};
use data::table::read_parquet;
use tables::{JournalRow, Money, Price, SummaryRow, Table, TradeRow, table_of};

fn folder(test: &str) -> std::path::PathBuf {
    crate::Inbox::empty(test).from().to_path_buf()
}

/// Rows with every kind of column, present and missing, texts that repeat and texts that do not, long runs and short.
fn journal(rows: i64) -> Vec<JournalRow> {
    let row = |n: i64| JournalRow {
        seq: n,
        window: ["2022", "2023"][usize::from(n > rows / 2)].into(),
        arm: "tiered".into(),
        date: "2022-01-03".parse::<chrono::NaiveDate>().unwrap() + chrono::Days::new(n as u64 / 9),
        layer: (n % 3 != 1).then(|| format!("layer {}", n % 5).into()),
        detail: (n % 7 < 3).then(|| format!("\u{e9} \"{n}\" of many").into()),
        package: (n % 4 == 0).then_some(i64::MIN + n),
        delta: (n % 11 != 0).then(|| 1.0 / (n as f64 + 0.5) - 0.25),
        proxy: (n % 2 == 0).then_some(n % 3 == 0),
        day: (n % 50 > 30).then(|| "1969-12-31".parse().unwrap()),
        ..JournalRow::default()
    };
    (0..rows).map(row).collect()
}

#[test]
fn a_frame_is_what_the_library_would_have_written() {
    let folder = folder("frames_library");
    for rows in [0, 1, 7, 8, 9, 300, 2_000] {
        let (own, theirs) = (folder.join("own.parquet"), folder.join("theirs.parquet"));
        let table = table_of(journal(rows));
        write_frame(&own, &table).unwrap();
        write_first_layout(&theirs, &table).unwrap();
        assert_eq!(
            read_parquet(&own).unwrap(),
            read_parquet(&theirs).unwrap(),
            "{rows} rows"
        );
        assert_eq!(read_rows::<JournalRow>(&own).unwrap(), journal(rows));
    }
}

#[test]
fn blocks_are_rows_one_after_the_other_and_the_same_rows_the_same_bytes() {
    let folder = folder("frames_blocks");
    let all = journal(1_000);
    let file = |name: &str, blocks: &[&[JournalRow]]| {
        let path = folder.join(name);
        let mut writer = FrameWriter::new(&path, &table_of::<JournalRow>([])).unwrap();
        for block in blocks {
            writer.write(&table_of(block.to_vec())).unwrap();
        }
        writer.finish().unwrap();
        path
    };
    let split = [&all[..1], &all[1..1], &all[1..640], &all[640..]];
    let (one, two) = (file("one.parquet", &split), file("two.parquet", &split));
    assert_eq!(read_rows::<JournalRow>(&one).unwrap(), all);
    assert_eq!(std::fs::read(one).unwrap(), std::fs::read(two).unwrap());
}

#[test]
fn money_and_prices_are_the_numbers_of_the_text() {
    let path = folder("frames_money").join("trades.parquet");
    let row = TradeRow {
        pnl_usd: Money(-123_456_789),
        entry_price: Some(Price(-12_345)),
        ..TradeRow::default()
    };
    write_frame(&path, &table_of([row.clone(), TradeRow::default()])).unwrap();
    assert_eq!(read_rows::<TradeRow>(&path).unwrap()[0], row);
}

#[test]
fn a_number_that_is_not_finite_is_refused_with_its_column() {
    let path = folder("frames_finite").join("summary.parquet");
    let mut table: Table = table_of([SummaryRow::default()]);
    let at = table
        .series
        .iter()
        .position(|s| matches!(s, tables::Series::Float(_)));
    let at = at.expect("a column of numbers");
    table.series[at] = tables::Series::Float(vec![Some(f64::INFINITY)]);
    let error = write_frame(&path, &table).unwrap_err().to_string();
    let name = table.columns[at].name.to_string();
    assert!(error.contains(&name) && error.contains("inf"), "{error}");
}
