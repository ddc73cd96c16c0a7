"""Frames equal the files of the command to the digit, and share their memory with the engine."""

import csv
import datetime

import duckdb
import pandas
import polars
import pyarrow
import pytest

import alvh

NAMES = ["summary", "equity", "trades", "legs", "decisions", "signals", "controls"]


def texts(folder, name):
    """A CSV file: its columns, and its rows as text, empty where undefined."""
    with open(folder / f"{name}.csv", newline="", encoding="utf-8") as file:
        columns, *rows = csv.reader(file)
    return columns, rows


def equal(text, value):
    """Whether a value of a frame is what the text of the file says."""
    if value is None or value != value:
        return text == ""
    if isinstance(value, bool):
        return text == str(value).lower()
    if isinstance(value, int):
        return text == str(value)
    if isinstance(value, float):
        return text != "" and float(text) == value
    if isinstance(value, datetime.datetime):
        return text == value.date().isoformat()
    if isinstance(value, datetime.date):
        return text == value.isoformat()
    return text == value


def assert_same(folder, name, columns, rows):
    wanted_columns, wanted = texts(folder, name)
    assert columns == wanted_columns
    assert len(rows) == len(wanted)
    if "window" in columns:
        # The CSV file begins with the window whose name is a word; within a window the order is the same.
        window = columns.index("window")
        wanted = sorted(wanted, key=lambda row: row[window])
        rows = sorted(rows, key=lambda row: row[window])
    for number, (row, want) in enumerate(zip(rows, wanted, strict=True)):
        for column, value, text in zip(columns, row, want, strict=True):
            assert equal(text, value), f"{name}, row {number}, {column}: {text!r} in the file, {value!r} in the frame"


@pytest.mark.parametrize("name", NAMES)
def test_polars(run, folder, name):
    frame = getattr(run, name)
    assert_same(folder, name, frame.columns, frame.rows())


@pytest.mark.parametrize("name", NAMES)
def test_pandas(run, folder, name):
    frame = pandas.DataFrame.from_arrow(run.table(name))
    rows = frame.astype(object).where(frame.notna(), None).values.tolist()
    assert_same(folder, name, list(frame.columns), rows)


@pytest.mark.parametrize("name", NAMES)
def test_duckdb(run, folder, name):
    found_by_name = run.table(name)
    assert len(found_by_name) > 0
    found = duckdb.sql("from found_by_name")
    assert_same(folder, name, found.columns, found.fetchall())


def test_types(run):
    equity = run.equity
    assert equity.schema["date"] == polars.Date
    assert equity.schema["equity_usd"] == polars.Float64
    assert equity.schema["window"] == polars.String
    assert run.summary.schema["condors_identical"] == polars.Boolean
    assert run.journal.schema["amount_cents"] == polars.Int64
    unit, meaning = run.table("equity").about("equity_usd")
    assert unit == "USD" and "equity" in meaning.lower()


def test_numbers_are_not_copied(run):
    table = run.table("equity")
    address = table.address("equity_usd")
    assert address != 0
    frame = polars.DataFrame(table)
    assert frame["equity_usd"].to_numpy(allow_copy=False).ctypes.data == address
    column = pyarrow.table(table).column("equity_usd").chunk(0)
    assert column.buffers()[1].address == address
    with pytest.raises(KeyError, match="there are: window, arm, date"):
        table.address("equity")


def test_every_table_is_readable_and_named(run):
    assert {"summary", "journal", "claims"} <= set(run.tables)
    for name in run.tables:
        table = run.table(name)
        assert len(polars.DataFrame(table)) == len(table), name
        assert polars.DataFrame(table).columns == table.columns
    with pytest.raises(KeyError, match="no table .sumary.; there are: summary"):
        run.table("sumary")


def test_a_folder_reads_as_the_run(run, folder):
    loaded = alvh.load(folder)
    for name in NAMES:
        assert getattr(loaded, name).equals(getattr(run, name)), name
    assert loaded.config == run.config
    assert loaded.journal.height == run.journal.height
