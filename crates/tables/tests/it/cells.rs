//! `cells.csv`: its axes, its typed rows, and what is read back.

use tables::cells::{CellNumbers, CellsTable, Parameter, parameters, required};
use tables::{CsvForm, CsvTable, Kind, Money, Series};

#[test]
fn the_levels_of_an_axis_say_what_its_column_is() {
    for (levels, kind) in [
        (&["1", "2"][..], Kind::Integer),
        (&["1", "0"], Kind::Integer),
        (&["1", "0.5"], Kind::Float),
        (&["1e3"], Kind::Float),
        (&["true", "false"], Kind::Flag),
        (&["true", "1"], Kind::Text),
        (&["a", "1"], Kind::Text),
        (&["2022-01-03"], Kind::Text),
    ] {
        let axis = Parameter::of("x", levels.iter().copied());
        assert_eq!((axis.name.as_str(), axis.kind), ("x", kind), "{levels:?}");
    }
}

/// The file with one row, its axes being `size` and `arm_name`, and its typed columns.
fn written(form: CsvForm) -> (String, Vec<Series>) {
    let axes = [
        Parameter::of("size", ["1", "0.5"].into_iter()),
        Parameter::of("word", ["=a", "b"].into_iter()),
    ];
    let mut file = Vec::new();
    let mut table = CellsTable::new(&mut file, &axes, form).expect("a file");
    let mut typed = table.table();
    let width = typed.columns.len();
    let place = |name: &str| {
        typed
            .columns
            .iter()
            .position(|column| column.name == name)
            .expect(name)
    };
    let mut cells = vec![String::new(); width];
    for (name, cell) in [
        ("cell", "3"),
        ("size", "1"),
        ("word", "=a"),
        ("window", "2022"),
        ("arm", "tiered"),
        ("sessions", "251"),
        ("pnl_usd", "-12.50"),
        ("status", "ok"),
        ("condors_ordered", "7"),
    ] {
        cells[place(name)] = cell.to_owned();
    }
    table
        .row(cells.iter().map(String::as_str), &mut typed)
        .expect("a row");
    table.finish().expect("an end");
    (String::from_utf8(file).expect("text"), typed.series)
}

#[test]
fn a_row_is_written_as_text_and_as_typed_columns() {
    let (text, series) = written(CsvForm::Guessable);
    let row = text.lines().nth(1).expect("a row");
    assert!(row.starts_with("3,1.0,'=a,2022,tiered,251,"), "{row}");
    assert_eq!(series[0], Series::Integer(vec![Some(3)]));
    assert_eq!(series[1], Series::Float(vec![Some(1.0)]));
    assert_eq!(series[2], Series::Text(vec![Some("'=a".into())]));
    assert_eq!(series.last(), Some(&Series::Float(vec![None])));
    assert!(written(CsvForm::Plain).0.contains("\n3,1,'=a,2022,"));
    assert_eq!(CellsTable::<Vec<u8>>::summary_columns(), 41);
}

#[test]
fn a_row_is_read_back_with_its_axes() {
    let (text, _) = written(CsvForm::Guessable);
    let table = CsvTable::parse("cells.csv", text.as_bytes(), &required()).expect("a table");
    let axes = parameters(&table);
    assert_eq!(axes, ["size", "word"]);
    let rows = table
        .rows(|row| CellNumbers::read(row, &axes))
        .expect("rows");
    assert_eq!(
        (rows[0].number.as_str(), rows[0].parameters.join(" ")),
        ("3", "1.0 '=a".to_owned())
    );
    assert_eq!(
        (rows[0].summary.pnl_usd, rows[0].status.condors_ordered),
        (Some(Money(-1250)), Some(7))
    );
    // Older folders called the number of a cell `id` or `index`, or had none.
    for (name, number) in [("id", "3"), ("index", "3"), ("size0", "")] {
        let older = text.replacen("cell,", &format!("{name},"), 1);
        let table = CsvTable::parse("cells.csv", older.as_bytes(), &required()).expect("a table");
        let axes = parameters(&table);
        let rows = table
            .rows(|row| CellNumbers::read(row, &axes))
            .expect("rows");
        assert_eq!(
            (rows[0].number.as_str(), axes.len()),
            (number, if number.is_empty() { 3 } else { 2 }),
            "{name}"
        );
    }
}

#[test]
fn the_columns_a_report_needs_are_named() {
    assert_eq!(
        required(),
        [
            "window",
            "arm",
            "pnl_usd",
            "max_drawdown_usd",
            "drawdown_reduction",
            "profit_retained",
            "hedge_pnl_usd",
            "status"
        ]
    );
}
