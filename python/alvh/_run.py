"""A replay: every arm over every window of a run, in memory."""

from __future__ import annotations

import html
import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date as Date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alvh import _alvh
from alvh._errors import ConfigError, DataError
from alvh._files import Config, Dataset, Progress, arguments, dataset_of, frame, hearing, settings, written

if TYPE_CHECKING:
    import pandas
    import polars


def replay(
    run: Config | None = None,
    *,
    dataset: Dataset | str | os.PathLike[str] | None = None,
    arms: Sequence[str] | None = None,
    policies: Mapping[str, Mapping[str, Any]] | None = None,
    set: Mapping[str, Any] | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Run:
    """Replays a run, as ``alvh replay`` does, and keeps it in memory; nothing is written.

    ``run`` is a path, the name of a shipped run, or a dictionary with the keys of a run file; the shipped run of
    ``alvh replay`` if it is missing. ``dataset`` is a folder or a :class:`Dataset`; else the one the run names.

    ``policies`` are hedges of your own by name, each in full (start from :func:`alvh.policy`) or with
    ``{"extends": "tiered", ...}``. They are replayed as well as the arms of the run, unless ``arms`` names the arms.

    ``set`` changes keys of the run, like ``{"execution.half_spread_fraction": 1}``. ``threads`` changes no result.
    ``progress`` is ``True`` for a bar, or a function of phase, items done and all items.

    Raises :class:`alvh.ConfigError`, :class:`alvh.DataError`; Ctrl-C is ``KeyboardInterrupt``.
    """
    sets = settings({**({} if arms is None else {"arms": list(arms)}), **(set or {})})
    more = [] if arms is not None else list(policies or {})
    data = dataset_of(dataset)
    with written(run, policies) as path, hearing(progress) as heard:
        inner = _alvh.replay(path, None if data is None else data._inner, more, sets, threads, heard)
    return Run(inner)


def load(folder: str | os.PathLike[str]) -> Run:
    """A run folder that ``alvh replay`` or :meth:`Run.save` wrote."""
    path = Path(folder)
    if not (path / "journal.parquet").is_file():
        raise DataError(f"{path}: not a run folder with typed tables: journal.parquet is missing")
    return Run(None, path)


class Run:
    """A finished run. Frames are made when they are asked for; money is in dollars, undefined is null."""

    def __init__(self, inner: _alvh.Run | None, folder: Path | None = None) -> None:
        self._inner = inner
        self._folder = folder
        self._tables: dict[str, _alvh.Table] = {}
        self._own: tempfile.TemporaryDirectory[str] | None = None

    @property
    def tables(self) -> list[str]:
        """The names of its tables."""
        if self._inner is not None:
            return self._inner.names()
        return sorted(path.stem for path in self._saved().glob("*.parquet"))

    def table(self, name: str) -> _alvh.Table:
        """A table by name, for anything that reads Arrow: ``duckdb.sql("from t")``, ``pandas.DataFrame.from_arrow(t)``."""
        if name not in self._tables:
            if self._inner is not None:
                self._tables[name] = self._inner.table(name)
            elif name in self.tables:
                self._tables[name] = _alvh.read_parquet(self._saved() / f"{name}.parquet")
            else:
                raise KeyError(f"no table {name!r}; there are: {', '.join(self.tables)}")
        return self._tables[name]

    @property
    def summary(self) -> polars.DataFrame:
        """Per window and arm: P&L, drawdown, costs, what the hedge gave up and saved, with intervals [USD, ratios]."""
        return frame(self.table("summary"))

    @property
    def equity(self) -> polars.DataFrame:
        """Per window, arm and session: equity, cash, margin, drawdown, costs [USD]."""
        return frame(self.table("equity"))

    @property
    def trades(self) -> polars.DataFrame:
        """Every package: opened, closed, P&L and costs [USD]."""
        return frame(self.table("trades"))

    @property
    def legs(self) -> polars.DataFrame:
        """Every leg of every package: contract, fills, settlement [index points]."""
        return frame(self.table("legs"))

    @property
    def decisions(self) -> polars.DataFrame:
        """Every decision of every policy, with its reason."""
        return frame(self.table("decisions"))

    @property
    def signals(self) -> polars.DataFrame:
        """Every signal a policy looked at, session by session."""
        return frame(self.table("signals"))

    @property
    def controls(self) -> polars.DataFrame:
        """The honest controls: fewer condors, random dates."""
        return frame(self.table("controls"))

    @property
    def journal(self) -> polars.DataFrame:
        """The append-only record of events; money in exact integer cents."""
        return frame(self.table("journal"))

    @property
    def config(self) -> dict[str, Any]:
        """The configuration in full."""
        return json.loads(_alvh.json_of_toml(self._config_text()))

    def _config_text(self) -> str:
        if self._inner is not None:
            return self._inner.config
        return (self._saved() / "config.toml").read_text(encoding="utf-8")

    def returns(self, arm: str, window: str | None = None) -> polars.DataFrame:
        """Daily returns of an arm: ``date`` and ``ret``, of trading equity without interest, on the day before.

        ``window`` may be missing where the run has one only.
        """
        import polars

        equity = self._of(arm, window)
        capital = float(self.config["starting_capital_usd"])
        before = polars.col("trading_equity_usd").shift(1, fill_value=capital)
        return equity.select("date", ret=polars.col("trading_equity_usd") / before - 1.0)

    def _of(self, arm: str, window: str | None) -> polars.DataFrame:
        import polars

        equity = self.equity
        windows = equity["window"].unique(maintain_order=True).to_list()
        if window is None:
            if len(windows) > 1:
                raise ConfigError(f"name a window; there are: {', '.join(windows)}")
            window = windows[0]
        if window not in windows:
            raise ConfigError(f"no window {window!r}; there are: {', '.join(windows)}")
        arms = equity["arm"].unique(maintain_order=True).to_list()
        if arm not in arms:
            raise ConfigError(f"no arm {arm!r}; there are: {', '.join(arms)}")
        return equity.filter((polars.col("window") == window) & (polars.col("arm") == arm))

    def to_quantstats(self, arm: str, window: str | None = None) -> tuple[pandas.Series, pandas.Series]:
        """Returns of an arm and of the unhedged book as pandas series, as quantstats and pyfolio take them.

        ``quantstats.reports.html(*run.to_quantstats("tiered", "2022"), output="tears.html")``
        """
        import pandas

        def series(name: str) -> pandas.Series:
            found = self.returns(name, window)
            days = pandas.DatetimeIndex(found["date"].to_list())
            return pandas.Series(found["ret"].to_list(), index=days, name=name)

        return series(arm), series(self.config["arms"][0])

    def explain(self, arm: str, date: str | Date) -> dict[str, Any]:
        """What the engine saw, decided, did and refused on one day, and why."""
        args = ["explain", os.fspath(self._saved()), "--arm", arm, "--date", str(date), "--json"]
        return json.loads(_alvh.command(args))

    def verify(self, *, threads: int | None = None) -> None:
        """Runs it again from its own configuration; :class:`alvh.DifferenceError` where a byte of a table differs."""
        dataset = None if self._inner is None else Path(self._inner.dataset_path)
        _alvh.command(["verify", os.fspath(self._saved()), *arguments([], threads, dataset)])

    def report(self) -> Report:
        """The page: shown in a notebook, saved with ``.save(path)``."""
        return Report((self._saved() / "report.html").read_text(encoding="utf-8"))

    def save(self, out: str | os.PathLike[str] = "reports") -> Path:
        """Writes the folder that ``alvh replay --out OUT`` writes, the same bytes; returns its path."""
        if self._inner is None:
            raise ConfigError(f"the run was loaded from {self._folder}, where it is saved already")
        return Path(self._inner.save(os.fspath(out)))

    def _saved(self) -> Path:
        """Its folder; one of its own for as long as the run lives, where it was not loaded from one."""
        if self._folder is None:
            self._own = tempfile.TemporaryDirectory(prefix="alvh-")
            self._folder = self.save(self._own.name)
        return self._folder

    def __repr__(self) -> str:
        config = self.config
        windows = ", ".join(window["name"] for window in config["windows"])
        return f"<alvh run {config['name']}: {', '.join(config['arms'])}; {windows}>"

    def _repr_html_(self) -> str:
        return f"<p>{html.escape(repr(self))}</p>{self.summary._repr_html_()}"


class Report:
    """A page of its own: no request leaves it."""

    def __init__(self, page: str) -> None:
        #: The HTML text.
        self.html = page

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Writes the page as a file."""
        Path(path).write_text(self.html, encoding="utf-8")
        return Path(path)

    def _repr_html_(self) -> str:
        # A frame of its own: the page's styles and scripts do not meet the notebook's.
        page = html.escape(self.html, quote=True)
        return f'<iframe sandbox="allow-scripts" srcdoc="{page}" width="100%" height="800"></iframe>'
