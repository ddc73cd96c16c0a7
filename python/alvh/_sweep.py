"""Sweeps and studies: many comparisons at once, on this machine or on many."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alvh import _alvh
from alvh._errors import ConfigError, DataError
from alvh._files import Config, Dataset, Progress, arguments, frame, hearing, path_of, settings, written
from alvh._run import Report

if TYPE_CHECKING:
    import polars
    from distributed import Client


def sweep(
    sweep: Config | None = None,
    *,
    dataset: Dataset | str | os.PathLike[str] | None = None,
    set: Mapping[str, Any] | None = None,
    into: str | os.PathLike[str] = "reports",
    on: Client | Executor | None = None,
    parts: int | None = None,
    retries: int = 3,
    speculate: float = 3.0,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Sweep:
    """Computes the cells of a sweep that are not known yet, judges them together, and writes their folder below ``into``.

    ``sweep`` is a path, the name of a shipped sweep, or a dictionary with the keys of a sweep file.

    ``on`` is a ``dask.distributed.Client`` or any ``concurrent.futures.Executor``. The sweep is then cut into ``parts``
    (about five CPU seconds each if it is missing), which go to the workers and come back as folders in
    ``into/parts/<hash>``; the same call goes on with the parts that are missing. A worker needs the package and nothing
    else: a dataset of up to 64 MB is sent once per host, a larger one must be at the same path there. ``threads`` is that
    of one part, 1 if it is missing.

    A part that fails because of the configuration or the data (exit codes 2 and 3) ends the sweep with its message. One
    that ends by a fault is tried once more, one that was killed ``retries`` times more. A part that runs ``speculate``
    times as long as the others once none waits is started again beside; 0 turns that off. The result is the same, byte
    for byte, as that of one process.
    """
    spread = _Spread(on, parts, retries, speculate)
    return Sweep(_computed("sweep", sweep, dataset, set, Path(into), spread, threads, progress))


def study(
    study: Config | None = None,
    *,
    dataset: Dataset | str | os.PathLike[str] | None = None,
    set: Mapping[str, Any] | None = None,
    into: str | os.PathLike[str] = "reports",
    on: Client | Executor | None = None,
    parts: int | None = None,
    retries: int = 3,
    speculate: float = 3.0,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Study:
    """One question over many condor books, weekdays and years, as ``alvh study``; writes its folder below ``into``.

    ``on``, ``parts``, ``retries`` and ``speculate`` are those of :func:`sweep`; without ``parts`` a study is cut into two
    for each thread of the workers. Judging reads the market once more and is done here.
    """
    spread = _Spread(on, parts, retries, speculate)
    return Study(_computed("study", study, dataset, set, Path(into), spread, threads, progress))


@dataclass(frozen=True)
class _Spread:
    """How a job is cut into parts, and who computes them; all of it is done here where nothing is named."""

    on: Client | Executor | None
    parts: int | None
    retries: int
    speculate: float


def _computed(
    kind: str,
    config: Config | None,
    dataset: Dataset | str | os.PathLike[str] | None,
    set: Mapping[str, Any] | None,
    into: Path,
    spread: _Spread,
    threads: int | None,
    progress: Progress | None,
) -> Path:
    """The folder of a sweep or study, which is computed in one process or in parts that are merged here."""
    into = into.absolute()
    path = path_of(dataset)
    sets = settings(set)
    resolve = _alvh.resolved_sweep if kind == "sweep" else _alvh.resolved_study
    with written(config) as name, hearing(progress) as heard:
        if spread.on is None and spread.parts is None:
            args = [kind, *([] if name is None else [os.fspath(name)]), *arguments(sets, threads, path)]
            told = _alvh.command([*args, "--out", os.fspath(into), "--json"], heard)
            return Path(json.loads(told)["folder"])
        text, hash, folder = resolve(name, path, sets)
        from alvh import _driver

        # How long a cell of a sweep takes is measured; of a study it is not known before.
        parts = spread.parts or (_driver.usual_parts(spread.on) if kind == "study" else None)
        job = _driver.Job(kind, text, hash, Path(folder), into, threads or 1, parts)
        _driver.drive(job, spread.on, retries=spread.retries, speculate=spread.speculate, tell=heard)
        target = into / f"{job.name}-{hash[:12]}"
        merge = [kind, "merge", os.fspath(job.home), "--into", os.fspath(target)]
        _alvh.command([*merge, *arguments([], threads, job.dataset), "--json"], heard)
        return target


class _Folder:
    """A finished folder: its tables as frames, and its page."""

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        #: The folder.
        self.folder = Path(folder)
        if not (self.folder / "manifest.json").is_file():
            raise DataError(f"{self.folder}: no finished folder: manifest.json is missing")

    @property
    def manifest(self) -> dict[str, Any]:
        """What the folder says of itself: dataset, engine, hashes of its files."""
        return json.loads((self.folder / "manifest.json").read_text(encoding="utf-8"))

    @property
    def tables(self) -> list[str]:
        """The names of its tables."""
        return sorted(path.stem for path in self.folder.glob("*.parquet"))

    def table(self, name: str) -> _alvh.Table:
        """A table by name, for anything that reads Arrow."""
        if name not in self.tables:
            raise KeyError(f"no table {name!r}; there are: {', '.join(self.tables)}")
        return _alvh.read_parquet(self.folder / f"{name}.parquet")

    def report(self) -> Report:
        """The page: shown in a notebook, saved with ``.save(path)``."""
        return Report((self.folder / "report.html").read_text(encoding="utf-8"))

    def __repr__(self) -> str:
        return f"<alvh {type(self).__name__.lower()} {self.manifest['name']}: {self.folder}>"


class Sweep(_Folder):
    """A judged sweep."""

    @property
    def cells(self) -> polars.DataFrame:
        """One row per cell, window and hedged arm: its parameters and the columns of the summary [USD, ratios]."""
        return frame(self.table("cells"))

    @property
    def inference(self) -> polars.DataFrame:
        """How much of the best cell is luck, row by row, each with the n behind it."""
        return frame(self.table("inference"))

    def daily(self, cell: int, arm: str | None = None) -> polars.DataFrame:
        """Daily P&L of a cell in each window [USD]: of the condors alone, and of condors and hedge.

        Read from the store or the parts beside the folder. ``arm`` may be missing where the sweep has one hedged arm.
        """
        arms = self.manifest["arms"][1:]
        if arm is None:
            if len(arms) > 1:
                raise ConfigError(f"name an arm; there are: {', '.join(arms)}")
            arm = arms[0]
        beside = self.folder.parent
        stores = sorted((beside / "store").glob("*.cells"))
        stores += sorted((beside / "parts").glob(f"{self.folder.name[-12:]}/*/cells.store"))
        return frame(_alvh.daily(self.folder, stores, cell, arm))


class Study(_Folder):
    """A judged study of many books and years."""

    @property
    def answers(self) -> polars.DataFrame:
        """The answer over all books and years, arm by arm, with intervals."""
        return frame(self.table("answers"))

    @property
    def years(self) -> polars.DataFrame:
        """Arm by arm and year by year."""
        return frame(self.table("years"))

    @property
    def books(self) -> polars.DataFrame:
        """Every book on every weekday in every window under every arm [USD]."""
        return frame(self.table("books"))
