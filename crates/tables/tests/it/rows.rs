//! Rows to text and back: every kind of column, what is undefined, what is refused and in which words.

use chrono::NaiveDate;
use serde_json::json;
use tables::{
    BandRow, Cell, Column, ControlRow, CrashRow, CsvForm, CsvTable, Decimals, Equity, EquityRow,
    Field, GreekRow, JournalRow, Kind, LegRow, Money, Price, Quantity, ReadError, Row, Series,
    Table, TradeRow, Word, WorldChanceRow, YearRow, declared, table_of, take_row, texts_of,
};

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

/// A table of one column.
fn column(kind: Kind, decimals: Decimals, cells: Vec<Cell>) -> Table {
    let mut one = Column::named("x".into(), kind, "", "A column.".into());
    one.decimals = decimals;
    let mut table = Table::new("x.csv", vec![one]);
    cells
        .into_iter()
        .for_each(|cell| table.series[0].push(cell));
    table
}

/// The cells of a table of one column as its CSV file has them.
fn printed(kind: Kind, decimals: Decimals, cells: Vec<Cell>) -> Vec<String> {
    let text = column(kind, decimals, cells).csv();
    text.lines()
        .skip(1)
        .map(|cell| cell.trim_matches('"').to_owned())
        .collect()
}

fn error<T>(found: Result<T, ReadError>) -> String {
    found.map(|_| ()).expect_err("a fault").to_string()
}

#[test]
fn every_kind_is_printed_in_its_own_way() {
    let (own, six, short) = (Decimals::Own, Decimals::Fixed(6), Decimals::Shortest);
    for (kind, decimals, cell, text) in [
        (Kind::Text, own, Cell::Text("=a".into()), "'=a"),
        (Kind::Integer, own, Cell::Integer(-7), "-7"),
        (Kind::Float, six, Cell::Float(0.5), "0.500000"),
        (Kind::Float, Decimals::Fixed(2), Cell::Float(-0.001), "0.00"),
        (Kind::Float, short, Cell::Float(0.1), "0.1"),
        (Kind::Float, short, Cell::Float(3.0), "3.0"),
        (Kind::Float, own, Cell::Float(2.5), "2.5"),
        (Kind::Money, own, Cell::Money(Money(-5)), "-0.05"),
        (Kind::Price, own, Cell::Price(Price(1_234)), "0.1234"),
        (
            Kind::Quantity,
            own,
            Cell::Quantity(Quantity::Ratio(0.25)),
            "0.250000",
        ),
        (
            Kind::Quantity,
            own,
            Cell::Quantity(Quantity::Usd(Money(100))),
            "1.00",
        ),
        (
            Kind::Quantity,
            own,
            Cell::Quantity(Quantity::Whole(1)),
            "1.0",
        ),
        (Kind::Date, own, Cell::Date(day("2022-01-03")), "2022-01-03"),
        (Kind::Flag, own, Cell::Flag(true), "true"),
    ] {
        assert_eq!(
            printed(kind, decimals, vec![cell.clone()]),
            [text],
            "{kind:?}"
        );
        // Undefined is empty, and so is a cell of another kind.
        let other = if kind == Kind::Flag {
            Cell::Integer(1)
        } else {
            Cell::Flag(true)
        };
        assert_eq!(
            printed(kind, decimals, vec![Cell::Null, other]),
            ["", ""],
            "{kind:?}"
        );
        let series = column(kind, decimals, vec![Cell::Null, cell])
            .series
            .remove(0);
        assert_eq!((series.len(), series.is_empty()), (2, false));
        assert!(Series::new(kind).is_empty());
    }
    let old = column(Kind::Float, short, vec![Cell::Float(3.0)]).csv_as(CsvForm::Plain);
    assert_eq!(old, "x\n3\n");
}

#[test]
fn a_number_of_a_table_is_the_one_its_file_has() {
    let number =
        |kind, decimals, cell| column(kind, decimals, vec![cell]).series[0].number(0, decimals);
    let (own, two) = (Decimals::Own, Decimals::Fixed(2));
    for (kind, decimals, cell, wanted) in [
        (Kind::Float, two, Cell::Float(0.126), Some(0.13)),
        (Kind::Float, own, Cell::Float(0.126), Some(0.126)),
        (
            Kind::Float,
            Decimals::Shortest,
            Cell::Float(0.126),
            Some(0.126),
        ),
        (Kind::Money, own, Cell::Money(Money(-1250)), Some(-12.5)),
        (Kind::Price, own, Cell::Price(Price(25_000)), Some(2.5)),
        (
            Kind::Quantity,
            own,
            Cell::Quantity(Quantity::Ratio(0.123_456_78)),
            Some(0.123_457),
        ),
        (
            Kind::Quantity,
            own,
            Cell::Quantity(Quantity::Usd(Money(101))),
            Some(1.01),
        ),
        (Kind::Integer, own, Cell::Integer(7), Some(7.0)),
        (Kind::Integer, own, Cell::Null, None),
        (Kind::Text, own, Cell::Text("7".into()), None),
        (Kind::Flag, own, Cell::Flag(true), None),
    ] {
        assert_eq!(number(kind, decimals, cell), wanted, "{kind:?}");
    }
}

#[test]
fn json_has_numbers_flags_texts_and_null() {
    let json_of = |kind, cell| column(kind, kind.decimals(), vec![cell]).json()[0]["x"].clone();
    assert_eq!(
        json_of(Kind::Float, Cell::Float(0.123_456_78)),
        json!(0.123_457)
    );
    assert_eq!(json_of(Kind::Money, Cell::Money(Money(250))), json!(2.5));
    assert_eq!(json_of(Kind::Integer, Cell::Integer(3)), json!(3));
    assert_eq!(
        json_of(Kind::Date, Cell::Date(day("2022-01-03"))),
        json!("2022-01-03")
    );
    assert_eq!(json_of(Kind::Flag, Cell::Flag(false)), json!(false));
    assert_eq!(json_of(Kind::Text, Cell::Text("a".into())), json!("a"));
    assert_eq!(json_of(Kind::Flag, Cell::Null), json!(null));
    assert_eq!(
        column(Kind::Flag, Decimals::Own, vec![Cell::Null, Cell::Null])
            .json()
            .len(),
        2
    );
}

#[test]
fn a_table_without_columns_or_rows_is_empty() {
    assert_eq!(Table::new("x.csv", Vec::new()).rows(), 0);
    let table = column(Kind::Text, Decimals::Own, Vec::new());
    assert_eq!(
        (table.rows(), table.csv(), table.json().len()),
        (0, "x\n".into(), 0)
    );
    assert_eq!(table.parquet_file(), "x.parquet");
}

#[test]
fn the_first_version_lacks_what_came_later() {
    let table = table_of([YearRow::default()]);
    let all = table.columns.len();
    let first = table.first_version();
    assert_eq!((all, first.columns.len(), first.series.len()), (14, 12, 12));
    assert!(first.columns.iter().all(|column| column.required));
    assert_eq!(first.columns[11].name, "positive");
}

/// Rows, and what is read of the file they are printed to.
fn round_trip<R: Row + Clone + PartialEq + std::fmt::Debug>(rows: Vec<R>) {
    let text = table_of(rows.clone()).csv();
    let table = CsvTable::parse(R::FILE, text.as_bytes(), &R::required()).expect("a table");
    assert_eq!(table.rows(R::read).expect("rows"), rows, "{text}");
    let typed = table_of(rows.clone());
    for (at, row) in rows.iter().enumerate() {
        let texts = texts_of(row.clone());
        assert_eq!(texts.len(), R::COLUMNS.len());
        let mut cell =
            |place: usize| Cell::parse(typed.columns[place].kind, &texts[place]).expect("a cell");
        assert_eq!(R::from_cells(&mut cell).as_ref(), Ok(row), "row {at}");
    }
}

/// Rows taken out of their table, and what is read of its file.
fn taken_as_read<R: Row + Clone + PartialEq + std::fmt::Debug>(rows: Vec<R>) {
    let mut table = table_of(rows);
    let text = table.csv();
    let file = CsvTable::parse(R::FILE, text.as_bytes(), &R::required()).expect("a table");
    let order = table.order(CsvForm::Guessable).into_iter();
    let taken = order.map(|at| take_row::<R>(&mut table, at).expect("a row"));
    assert_eq!(taken.collect::<Vec<_>>(), file.rows(R::read).expect("rows"));
}

#[test]
fn a_row_taken_out_of_its_table_is_the_one_that_is_read_of_its_file() {
    let values = [1.0 / 3.0, -2.0 / 3e7, -0.0, 1e15, f64::NAN, f64::INFINITY];
    let quantities = values.map(Quantity::Ratio).into_iter();
    let quantities = quantities.chain([Quantity::Usd(Money(-5)), Quantity::Whole(-3)]);
    let row = |value| ControlRow {
        value: Some(value),
        p: Some(2.0 / 3.0),
        ..ControlRow::default()
    };
    taken_as_read(quantities.map(row).collect());
    let shortest = values.map(|strike| LegRow {
        id: "=HYPERLINK(1)".into(),
        strike: Some(strike),
        open_price: Some(Price(-142_481)),
        settlement: Word::shared("4525.10\n(proxy)"),
        ..LegRow::default()
    });
    taken_as_read(shortest.to_vec());
    // Empty texts that are there, and flags: of the journal.
    let journal = |detail: &str, proxy| JournalRow {
        detail: Some(Word::shared(detail)),
        proxy,
        ..JournalRow::default()
    };
    taken_as_read(vec![journal("", Some(true)), journal("-1+2", None)]);
    // A window of a word stands first in the file.
    let windows = std::iter::repeat_n("2022", 120).chain(["2023-2024", "2023-2024", "2025"]);
    let rows = windows.enumerate().map(|(at, window)| GreekRow {
        window: window.into(),
        delta: Some(at as f64 / 7.0),
        ..GreekRow::default()
    });
    taken_as_read(rows.collect());
}

#[test]
fn a_row_of_another_table_is_not_taken() {
    let mut table = table_of([YearRow::default()]);
    let error = take_row::<TradeRow>(&mut table, 0).expect_err("another table");
    let said = error.to_string();
    assert!(said.starts_with("years.csv: row 0, column `"), "{said}");
}

#[test]
fn rows_are_read_as_they_were_printed() {
    round_trip(vec![
        TradeRow::default_of("a", Some(-3), Some(Price(12_500))),
        TradeRow::default_of("b", None, None),
    ]);
    round_trip(vec![
        ControlRow {
            value: Some(Quantity::Usd(Money(-1))),
            n: Some(0),
            ..ControlRow::default()
        },
        ControlRow {
            value: Some(Quantity::Ratio(0.5)),
            p: Some(0.25),
            ..ControlRow::default()
        },
    ]);
    round_trip(vec![WorldChanceRow {
        real: Some(false),
        chance: Some(1.0),
        worlds: 3,
        ..WorldChanceRow::default()
    }]);
    round_trip(vec![YearRow {
        indicative: true,
        band_lo: Some(-0.5),
        ..YearRow::default()
    }]);
    round_trip(vec![CrashRow {
        recovery: None,
        fall: -0.339_25,
        ..CrashRow::default()
    }]);
}

trait Sample {
    fn default_of(id: &str, contracts: Option<i64>, price: Option<Price>) -> Self;
}

impl Sample for TradeRow {
    fn default_of(id: &str, contracts: Option<i64>, price: Option<Price>) -> TradeRow {
        TradeRow {
            id: tables::Word::shared(id),
            contracts,
            entry_price: price,
            pnl_usd: Money(-12),
            ..TradeRow::default()
        }
    }
}

#[test]
fn a_column_that_came_later_may_be_absent_and_another_may_not() {
    let text = table_of([YearRow {
        n: 2,
        ..YearRow::default()
    }])
    .first_version()
    .csv();
    let table =
        CsvTable::parse("years.csv", text.as_bytes(), &YearRow::required()).expect("a table");
    assert!(table.has("positive") && !table.has("band_lo"));
    let rows = table.rows(YearRow::read).expect("rows");
    assert_eq!((rows[0].n, rows[0].band_lo), (2, None));
    let without = text.replace("measure,", "other,");
    assert_eq!(
        error(CsvTable::parse(
            "years.csv",
            without.as_bytes(),
            &YearRow::required()
        )),
        "years.csv, line 1: column `measure` is missing; the file has: arm, window, indicative, other, n, of, median, lowest, \
         lower_quartile, upper_quartile, highest, positive"
    );
}

/// One cell of a file of benchmarks another, and what is said of it.
fn refused(kind: &str, found: &str) -> String {
    let file = format!("a,{kind}\nx,1\ny,{found}\n");
    let table = CsvTable::parse("t.csv", file.as_bytes(), &[]).expect("a table");
    let read = |row: tables::CsvRow<'_>| match kind {
        "count" => usize::read(row, kind).map(|_| ()),
        "number" => f64::read(row, kind).map(|_| ()),
        "maybe" => Option::<f64>::read(row, kind).map(|_| ()),
        "money" => Money::read(row, kind).map(|_| ()),
        "name" => row.one_of(kind, &["1", "two"]).map(|_| ()),
        _ => Ok(()),
    };
    error(table.rows(read))
}

#[test]
fn what_a_cell_may_not_hold_is_named_by_line_and_column() {
    for (kind, found, words) in [
        (
            "count",
            "-1",
            "t.csv, line 3, column `count`: found `-1`, allowed is a whole number, 0 or more",
        ),
        (
            "number",
            "",
            "t.csv, line 3, column `number`: found ``, allowed is a finite number",
        ),
        (
            "maybe",
            "NaN",
            "found `NaN`, allowed is a finite number, or empty where it is undefined",
        ),
        (
            "money",
            "1.005",
            "found `1.005`, allowed is money with at most two decimals",
        ),
        (
            "name",
            "three",
            "found `three`, allowed is one of `1`, `two`",
        ),
    ] {
        let said = refused(kind, found);
        assert!(said.ends_with(words), "{said}");
    }
    // What is long is cut at sixty signs.
    let (sixty, more) = ("x".repeat(60), "x".repeat(61));
    assert!(refused("number", &sixty).contains(&format!("found `{sixty}`")));
    assert!(refused("number", &more).contains(&format!("found `{}...`", "x".repeat(57))));
}

#[test]
fn a_broken_line_is_named() {
    let of = |bytes: &[u8]| error(CsvTable::parse("t.csv", bytes, &[]));
    assert_eq!(
        of(b"a,b\n1,2\n3\n"),
        "t.csv, line 3: found 1 cells, allowed are 2, as in the header"
    );
    assert_eq!(
        of(b"a,b\n1,\xff\n"),
        "t.csv, line 2: found bytes that are not UTF-8"
    );
}

#[test]
fn cells_are_found_by_name_in_any_order() {
    let file = b"a,b,c,d,e\n1,2,3,4,5\n6,7,8,9,10\n";
    let table = CsvTable::parse("t.csv", file, &["e", "a"]).expect("a table");
    let orders = [
        ["a", "b", "c", "d", "e"],
        ["e", "d", "c", "b", "a"],
        ["c", "a", "e", "b", "d"],
        ["d", "d", "a", "a", "e"],
    ];
    for order in orders {
        let texts = table
            .rows(|row| Ok(order.map(|name| row.text(name).to_owned())))
            .expect("rows");
        let wanted = |from: usize| {
            order.map(|name| (from + "abcde".find(name).expect("a column")).to_string())
        };
        assert_eq!(texts, [wanted(1), wanted(6)]);
    }
    assert_eq!(table.header().concat(), "abcde");
    assert_eq!(
        table
            .rows(|row| Ok((row.text("f").to_owned(), row.has("f"), row.has("e"))))
            .expect("rows")[0],
        (String::new(), false, true)
    );
}

#[test]
fn an_equity_file_has_a_column_for_each_layer() {
    let layers = ["calls".to_string(), "puts".to_string()];
    let row = EquityRow {
        date: day("2022-01-03"),
        cash_usd: Money(100),
        ..EquityRow::default()
    };
    let table = Equity::table(&layers, [(row.clone(), [Money(-5), Money(7)])], 1);
    assert_eq!(table.rows(), 1);
    let text = table.csv();
    assert!(
        text.lines()
            .next()
            .is_some_and(|head| head.ends_with(",condor_pnl_usd,calls_pnl_usd,puts_pnl_usd"))
    );
    assert_eq!(
        Equity::required(&layers).len(),
        EquityRow::COLUMNS.len() + 2
    );
    // An empty cell is a layer that the arm does not have.
    for (file, wanted) in [
        (text.clone(), [Money(-5), Money(7)]),
        (text.replace("-0.05,0.07", ",0.07"), [Money(0), Money(7)]),
    ] {
        let mut rows = Vec::new();
        Equity::stream(file.as_bytes(), &layers, &mut |_, own, of_layers| {
            rows.push((own, of_layers));
            Ok(())
        })
        .expect("rows");
        assert_eq!(rows, [(row.clone(), wanted.to_vec())]);
    }
}

#[test]
fn the_columns_of_layers_were_always_there() {
    let none: [(EquityRow, [Money; 1]); 0] = [];
    let first = Equity::table(&["calls".into()], none, 0).first_version();
    let last = first.columns.last().map(|column| column.name.as_ref());
    assert_eq!(last, Some("calls_pnl_usd"));
}

#[test]
fn an_empty_text_of_a_file_is_none() {
    let table = CsvTable::parse("t.csv", b"a,b\n1,\n2,x\n", &[]).expect("a table");
    let read = |row: tables::CsvRow<'_>| Option::<String>::read(row, "b");
    assert_eq!(table.rows(read).expect("rows"), [None, Some("x".into())]);
}

#[test]
fn what_is_not_finite_is_undefined() {
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert_eq!(value.cell(), Cell::Null);
        assert_eq!(Quantity::Ratio(value).cell(), Cell::Null);
    }
    assert_eq!(0.5.cell(), Cell::Float(0.5));
    assert_eq!(
        Quantity::Ratio(0.5).cell(),
        Cell::Quantity(Quantity::Ratio(0.5))
    );
    assert_eq!(
        Quantity::Usd(Money(1)).cell(),
        Cell::Quantity(Quantity::Usd(Money(1)))
    );
    assert_eq!(String::new().cell(), Cell::Null);
    assert_eq!(Some(String::new()).cell(), Cell::Text("".into()));
    assert_eq!(usize::MAX.cell(), Cell::Null);
}

#[test]
fn a_value_is_taken_from_a_cell_of_its_kind_alone() {
    assert_eq!(usize::from_cell(Cell::Integer(3)), Some(3));
    assert_eq!(usize::from_cell(Cell::Integer(-3)), None);
    assert_eq!(i64::from_cell(Cell::Float(3.0)), None);
    assert_eq!(Option::<i64>::from_cell(Cell::Null), Some(None));
    assert_eq!(i64::from_cell(Cell::Null), None);
    assert_eq!(String::from_cell(Cell::Null), Some(String::new()));
    assert_eq!(Option::<String>::from_cell(Cell::Null), Some(None));
    assert_eq!(Option::<String>::from_cell(Cell::Flag(true)), None);
    let faulty = BandRow::from_cells(&mut |_| Cell::Flag(true));
    assert_eq!(faulty, Err(BandRow::COLUMNS[0].name.as_ref()));
}

#[test]
fn names_of_tables_and_columns_are_there_once_and_say_what_they_are() {
    let tables = declared();
    let files: std::collections::BTreeSet<&str> = tables.iter().map(|(file, _)| *file).collect();
    assert_eq!(files.len(), tables.len());
    for (file, columns) in tables {
        let names: std::collections::BTreeSet<&str> =
            columns.iter().map(|column| column.name.as_ref()).collect();
        assert_eq!(names.len(), columns.len(), "{file}");
        assert!(
            columns.iter().all(|column| !column.doc.trim().is_empty()),
            "{file}"
        );
    }
}
