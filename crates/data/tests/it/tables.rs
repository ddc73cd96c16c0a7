//! The typed door to Parquet.

use data::table::{Column, content_sha256, read_parquet, read_parquet_columns, write_parquet};

fn path(test: &str) -> std::path::PathBuf {
    crate::Inbox::empty(test).from().join("t.parquet")
}

fn table() -> Vec<Column> {
    vec![
        Column::i64("i", vec![Some(i64::MIN), None, Some(7)]),
        Column::f64("f", vec![Some(0.1 + 0.2), Some(-0.0), None]),
        Column::str("s", vec![Some(String::new()), None, Some("é,\"\n".into())]),
        Column::date(
            "d",
            vec!["1969-12-31".parse().ok(), None, "2024-02-29".parse().ok()],
        ),
    ]
}

#[test]
fn every_type_comes_back_as_it_was() {
    let path = path("table_types");
    write_parquet(&path, &table()).unwrap();
    assert_eq!(read_parquet(&path).unwrap(), table());
    assert_eq!(read_parquet_columns(&path, &["s"]).unwrap(), table()[2..3]);
}

#[test]
fn an_empty_table_keeps_its_columns() {
    let path = path("table_empty");
    let columns = vec![
        Column::i64("i", vec![]),
        Column::str("s", vec![]),
        Column::date("d", vec![]),
    ];
    write_parquet(&path, &columns).unwrap();
    assert_eq!(read_parquet(&path).unwrap(), columns);
}

#[test]
fn a_long_table_comes_back_whole_and_in_order() {
    let path = path("table_long");
    let columns = vec![
        Column::i64("i", (0..300_000).map(Some).collect()),
        Column::str(
            "s",
            (0..300_000).map(|i| Some(format!("{}", i % 17))).collect(),
        ),
    ];
    write_parquet(&path, &columns).unwrap();
    assert_eq!(read_parquet(&path).unwrap(), columns);
}

#[test]
fn the_same_columns_give_the_same_bytes_and_hash() {
    let (a, b) = (path("table_a"), path("table_b"));
    write_parquet(&a, &table()).unwrap();
    write_parquet(&b, &table()).unwrap();
    assert_eq!(std::fs::read(&a).unwrap(), std::fs::read(b).unwrap());
    // The same on every machine; it changes with the version of polars, and only with that.
    assert_eq!(
        data::sha256_file(&a).unwrap(),
        "9702d0308f9d4647d0f0227607c0acd0bee45df7cdb920c552e65936a8394781"
    );
    let mut other = table();
    other[1] = Column::f64("f", vec![Some(0.1 + 0.2), Some(0.0), None]);
    assert_eq!(content_sha256(&table()), content_sha256(&table()));
    assert_ne!(content_sha256(&table()), content_sha256(&other));
}

#[test]
fn what_cannot_be_a_table_is_refused() {
    let path = path("table_bad");
    let error = |columns: &[Column]| write_parquet(&path, columns).unwrap_err().to_string();
    let unequal = [Column::i64("a", vec![None]), Column::i64("b", vec![])];
    assert!(error(&unequal).ends_with("column b: found 0 rows, allowed: 1"));
    assert!(
        error(&[Column::f64("a", vec![Some(1.0), Some(f64::INFINITY)])])
            .ends_with("column a, row 1: found inf, allowed: finite numbers")
    );
    assert!(read_parquet(&path).is_err());
    std::fs::write(&path, "not a table").unwrap();
    assert!(read_parquet(&path).is_err());
}
