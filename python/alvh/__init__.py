"""Does a layered VIX hedge make SPX iron condors better, when, and at what price?

    import alvh
    run = alvh.replay("history", dataset="DATASET")
    run.summary                      # a polars frame; money in dollars, dates as dates, undefined as null
    run.table("equity")              # anything that reads Arrow: DuckDB, pandas, pyarrow

The same configuration gives the same bytes as the command ``alvh``, which the package brings along.
"""

from importlib.metadata import PackageNotFoundError, version

from alvh._alvh import Table
from alvh._errors import ConfigError, DataError, DifferenceError, Error, InternalError
from alvh._files import Dataset, policies, policy, schema
from alvh._run import Report, Run, load, replay
from alvh._sweep import Study, Sweep, study, sweep
from alvh._today import Today, today

try:
    __version__ = version("alvh")
except PackageNotFoundError:  # a checkout that was never installed
    __version__ = "0"

__all__ = [
    "ConfigError",
    "DataError",
    "Dataset",
    "DifferenceError",
    "Error",
    "InternalError",
    "Report",
    "Run",
    "Study",
    "Sweep",
    "Table",
    "Today",
    "load",
    "policies",
    "policy",
    "replay",
    "schema",
    "study",
    "sweep",
    "today",
]
