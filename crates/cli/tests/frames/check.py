"""Every table of a folder, as polars, pandas and DuckDB read it.

The CSV files are read by pandas and DuckDB with default arguments, and by polars with `infer_schema_length=None`. With
its default polars guesses a type from the first 100 rows: a window named `2022` looks like a number until row 101 or
later says `2023-2024`. What a file says further down cannot be told to it, so the README uses the Parquet files. They
are read by all three with default arguments, and must say what the CSV files say, value by value, with types.

Usage: check.py FOLDER README
"""

import re
import sys
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl

KINDS = (pl.String, pl.Int64, pl.Float64, pl.Date, pl.Boolean)


def same(text: pl.Series, typed: pl.Series) -> bool:
    """Whether a column of texts says what a typed column says; an empty cell is null."""
    if typed.dtype == pl.Date:
        read = text.str.to_date("%Y-%m-%d")
    elif typed.dtype == pl.Boolean:
        read = text == "true"
        assert set(text.drop_nulls()) <= {"true", "false"}, text.name
    else:
        read = text.cast(typed.dtype)
    return read.equals(typed, null_equal=True)


def check_csv(csv: Path) -> None:
    """All three read the file, and see as many rows and the same columns."""
    frame = pl.read_csv(csv, infer_schema_length=None, try_parse_dates=True)
    assert list(pd.read_csv(csv).columns) == frame.columns, csv.name
    found = duckdb.read_csv(str(csv))
    assert found.columns == frame.columns, (csv.name, found.columns)
    assert found.shape == frame.shape, (csv.name, found.shape, frame.shape)


def check_frame(csv: Path, parquet: Path) -> None:
    """The Parquet file has the values of the CSV file, with types, for all three."""
    texts = pl.read_csv(csv, infer_schema=False)
    frame = pl.read_parquet(parquet)
    assert frame.columns == texts.columns, parquet.name
    for name in frame.columns:
        assert frame[name].dtype in KINDS, (parquet.name, name, frame[name].dtype)
        assert same(texts[name], frame[name]), f"{parquet.name}, column {name}: not what {csv.name} says"
        if name == "window":
            assert frame[name].dtype == pl.String, parquet.name
        if name.endswith("_usd"):
            assert frame[name].dtype == pl.Float64, (parquet.name, name)
        if name in ("date", "opened", "closed", "expiry"):
            assert frame[name].dtype == pl.Date, (parquet.name, name)
    assert len(pd.read_parquet(parquet)) == frame.height, parquet.name
    rows = duckdb.read_parquet(str(parquet))
    assert rows.shape == frame.shape, parquet.name


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


def main() -> None:
    folder, readme = Path(sys.argv[1]), Path(sys.argv[2])
    files = sorted(folder.glob("*.csv"))
    assert files, f"{folder} holds no CSV file"
    for csv in files:
        check_csv(csv)
        check_frame(csv, csv.with_suffix(".parquet"))
    if (folder / "equity.csv").exists():
        check_examples(folder, readme)
        journal = pl.read_parquet(folder / "journal.parquet")
        assert journal["journal_version"].n_unique() == 1
    versions = f"polars {pl.__version__}, pandas {pd.__version__}, DuckDB {duckdb.__version__}"
    print(f"{len(files)} tables, each as CSV and as Parquet: read by {versions}")


main()
