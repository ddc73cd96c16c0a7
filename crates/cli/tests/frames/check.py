"""Every table of some folders, as polars, pandas and DuckDB read it with default arguments.

A file that one of them refuses, or a column that one of them takes for another type, ends the check. Three guesses stand,
because no file can tell a reader better: polars leaves days as text, a column of text with nothing but numbers
in it (windows `2022` and `2023`) is one of numbers, and a column whose first rows are all empty is one of text. A table
without rows has no types in a CSV file.

The Parquet files must say what the CSV files say, value by value, with types. Rows may stand in another order.

Usage: check.py README FOLDER...
"""

import re
import sys
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl

KINDS = (pl.String, pl.Int64, pl.Float64, pl.Date, pl.Boolean)


NUMBERS = (pl.Int64, pl.Float64)
# Rows from which polars and DuckDB guess the type of a column.
POLARS_ROWS, DUCKDB_ROWS = 100, 20_480


def typed_as(text: pl.Series, dtype: pl.DataType) -> pl.Series:
    """A column of texts as a type; an empty cell is null."""
    if dtype == pl.Date:
        return text.str.to_date("%Y-%m-%d")
    if dtype == pl.Boolean:
        assert set(text.drop_nulls()) <= {"true", "false"}, text.name
        return text == "true"
    return text.cast(dtype)


def is_empty(text: pl.Series, rows: int) -> bool:
    """Whether the first rows of a column say nothing."""
    first = text.head(rows)
    return first.null_count() == len(first)


def has_words(text: pl.Series) -> bool:
    """Whether any cell is no number."""
    return text.drop_nulls().cast(pl.Float64, strict=False).null_count() > 0


def check_polars(csv: Path, texts: pl.DataFrame, typed: pl.DataFrame) -> None:
    frame = pl.read_csv(csv)
    assert frame.columns == typed.columns, csv.name
    assert frame.height == typed.height, csv.name
    for name, dtype in typed.schema.items():
        text = texts[name]
        if is_empty(text, POLARS_ROWS) or dtype == pl.Date:
            wanted = (pl.String,)
        elif dtype == pl.String and not has_words(text):
            wanted = NUMBERS
        else:
            wanted = (dtype,)
        assert frame[name].dtype in wanted, f"polars, {csv.name}, {name}: {frame[name].dtype}, not {wanted}"


def check_pandas(csv: Path, texts: pl.DataFrame, typed: pl.DataFrame) -> None:
    frame = pd.read_csv(csv)
    assert list(frame.columns) == typed.columns, csv.name
    assert len(frame) == typed.height, csv.name
    for name, dtype in typed.schema.items():
        if dtype in NUMBERS and typed.height > 0:
            assert pd.api.types.is_numeric_dtype(frame[name]), f"pandas, {csv.name}, {name}: {frame[name].dtype}"
        if dtype == pl.String and has_words(texts[name]):
            kinds = set(map(type, frame[name].dropna()))
            assert kinds == {str}, f"pandas, {csv.name}, {name}: {kinds}"


def check_duckdb(csv: Path, texts: pl.DataFrame, typed: pl.DataFrame) -> None:
    # Into a table: a relation alone reads the first rows.
    with duckdb.connect() as base:
        base.execute(f"CREATE TABLE found AS SELECT * FROM '{csv}'")
        found = base.table("found")
        assert found.columns == typed.columns, csv.name
        assert found.shape == typed.shape, csv.name
        kinds = dict(zip(found.columns, map(str, found.types), strict=True))
    for name, dtype in typed.schema.items():
        if is_empty(texts[name], DUCKDB_ROWS):
            continue
        wanted = {pl.Int64: ("BIGINT",), pl.Float64: ("DOUBLE",), pl.Date: ("DATE",), pl.Boolean: ("BOOLEAN",)}.get(dtype)
        if dtype == pl.String and has_words(texts[name]):
            wanted = ("VARCHAR",)
        assert wanted is None or kinds[name] in wanted, f"DuckDB, {csv.name}, {name}: {kinds[name]}, not {wanted}"


def check_values(csv: Path, texts: pl.DataFrame, typed: pl.DataFrame) -> None:
    """The Parquet file has the rows of the CSV file, with types."""
    for name, dtype in typed.schema.items():
        assert dtype in KINDS, (csv.stem, name, dtype)
        if name == "window":
            assert dtype == pl.String, csv.stem
        if name.endswith("_usd"):
            assert dtype == pl.Float64, (csv.stem, name)
        if name in ("date", "opened", "closed", "expiry"):
            assert dtype == pl.Date, (csv.stem, name)
    read = texts.select(typed_as(texts[name], dtype) for name, dtype in typed.schema.items())
    said, found = read.sort(read.columns), typed.sort(typed.columns)
    for name in typed.columns:
        same = said[name].equals(found[name], null_equal=True)
        assert same, f"{csv.stem}.parquet, column {name}: not what {csv.name} says"


def check_table(csv: Path) -> None:
    """All three read both files, see as many rows and the same columns, and guess the types right."""
    parquet = csv.with_suffix(".parquet")
    texts = pl.read_csv(csv, infer_schema=False)
    typed = pl.read_parquet(parquet)
    assert typed.columns == texts.columns, parquet.name
    check_values(csv, texts, typed)
    check_polars(csv, texts, typed)
    check_pandas(csv, texts, typed)
    check_duckdb(csv, texts, typed)
    assert len(pd.read_parquet(parquet)) == typed.height, parquet.name
    assert duckdb.read_parquet(str(parquet)).shape == typed.shape, parquet.name


def check_examples(folder: Path, readme: Path) -> None:
    """The README's snippet runs as it stands, but for the folder's name."""
    lines = readme.read_text(encoding="utf-8").splitlines()
    start = next(i for i, line in enumerate(lines) if line.strip() == "import polars as pl")
    end = next(i for i in range(start, len(lines)) if not lines[i].startswith("    "))
    code = "\n".join(line.strip() for line in lines[start:end])
    code, found = re.subn(r"reports/replay-…", str(folder), code)
    assert found, "the README's snippet names no run folder"
    names = {}
    exec(compile(code, str(readme), "exec"), names)  # the snippet of our own README
    assert names["equity"].schema["date"] == pl.Date
    assert names["equity"].height > 0


def check_folder(folder: Path, readme: Path) -> int:
    """All tables of a folder; how many they are."""
    files = sorted(folder.glob("*.csv"))
    assert files, f"{folder} holds no CSV file"
    for csv in files:
        check_table(csv)
    if (folder / "equity.csv").exists():
        check_examples(folder, readme)
        journal = pl.read_parquet(folder / "journal.parquet")
        assert journal["journal_version"].n_unique() == 1
    return len(files)


def main() -> None:
    readme, folders = Path(sys.argv[1]), [Path(name).resolve() for name in sys.argv[2:]]
    versions = f"polars {pl.__version__}, pandas {pd.__version__}, DuckDB {duckdb.__version__}"
    for folder in folders:
        tables = check_folder(folder, readme)
        print(f"{folder.name}: {tables} tables, each as CSV and as Parquet: read with default arguments by {versions}")


main()
