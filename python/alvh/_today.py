"""What a run would do at the session after the last one of a dataset."""

from __future__ import annotations

import html
import json
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date as Date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alvh import _alvh
from alvh._files import Config, Dataset, Progress, arguments, hearing, path_of, settings, written
from alvh._run import Report

if TYPE_CHECKING:
    import polars


def today(
    run: Config | None = None,
    *,
    dataset: Dataset | str | os.PathLike[str] | None = None,
    arms: Sequence[str] | None = None,
    policies: Mapping[str, Mapping[str, Any]] | None = None,
    since: str | Date | None = None,
    at: str | Date | None = None,
    set: Mapping[str, Any] | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Today:
    """What a run would order for the session after the dataset's last, as ``alvh today``. It places no orders.

    It is the decision of the backtest: the paper book of the run, carried on to the last close. ``arms`` names the
    policies to tell of instead of the run's; ``policies`` are hedges of your own by name, as :func:`alvh.replay` takes
    them. ``since`` is the first session of the paper book, ``at`` a close at which the dataset is thought to end.

    Raises :class:`alvh.DataError` where a series that prices rest on is missing or too old, and names it.
    """
    path = path_of(dataset)
    named = [*(arms or []), *(policies or {})]
    with written(run, policies) as name, tempfile.TemporaryDirectory(prefix="alvh-") as out:
        args = ["today", *([] if name is None else [os.fspath(name)])]
        args += [part for policy in named for part in ("--policy", policy)]
        dates = {"--since": since, "--at": at}
        args += [part for option, date in dates.items() if date is not None for part in (option, str(date))]
        args += [*arguments(settings(set), threads, path), "--json", "--out", out]
        with hearing(progress) as heard:
            told = _alvh.command(args, heard)
        (page,) = Path(out).glob("*.html")
        return Today(json.loads(told), page.read_text(encoding="utf-8"))


class Today:
    """What stands at a close, and what a run would order next. Money in USD, prices in index points, undefined is null."""

    def __init__(self, data: dict[str, Any], page: str) -> None:
        #: Everything, as ``alvh today --json`` prints it; ``crates/tables/src/today.rs`` describes each key.
        self.data = data
        self._page = page

    @property
    def date(self) -> Date:
        """The close that decided."""
        return Date.fromisoformat(self.data["date"])

    @property
    def next_session(self) -> Date | None:
        """The session the orders are for."""
        found = self.data["next_session"]
        return None if found is None else Date.fromisoformat(found)

    @property
    def orders(self) -> polars.DataFrame:
        """One row per order: arm, layer, legs, contracts, price and mid a unit, cash, fees, purse left, or why it would be refused."""
        return self._frame(
            {"arm": arm["arm"], "layer": layer["layer"], **order}
            for arm, layer in self._layers()
            for order in layer["orders"]
        )

    @property
    def layers(self) -> polars.DataFrame:
        """One row per arm and layer: what was decided, why, and what is in its purse."""
        names = ("layer", "action", "reason_code", "reason", "detail", "purse_usd", "next_entry", "no_unit")
        return self._frame({"arm": arm["arm"], **{name: layer[name] for name in names}} for arm, layer in self._layers())

    @property
    def holdings(self) -> polars.DataFrame:
        """One row per package of the paper book: entry, mark, gain, days left."""
        return self._frame(
            {"arm": arm["arm"], "layer": layer["layer"], **held} for arm, layer in self._layers() for held in layer["holds"]
        )

    @property
    def signals(self) -> polars.DataFrame:
        """One row per arm and signal: its value and what may be wrong with it."""
        return self._frame({"arm": arm["arm"], **signal} for arm in self.data["arms"] for signal in arm["signals"])

    @property
    def tests(self) -> polars.DataFrame:
        """One row per test of a trigger: the signal's value, whether it holds, and how far it is from its level."""
        return self._frame(
            {"arm": arm["arm"], "trigger": trigger["trigger"], **test}
            for arm in self.data["arms"]
            for trigger in arm["triggers"]
            for test in trigger["tests"]
        )

    def report(self) -> Report:
        """The page: shown in a notebook, saved with ``.save(path)``."""
        return Report(self._page)

    def _layers(self) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
        return ((arm, layer) for arm in self.data["arms"] for layer in arm["layers"])

    @staticmethod
    def _frame(rows: Iterator[dict[str, Any]]) -> polars.DataFrame:
        import polars

        return polars.DataFrame(list(rows), infer_schema_length=None)

    def __repr__(self) -> str:
        count = sum(len(layer["orders"]) for _, layer in self._layers())
        return f"<alvh today {self.data['run']} at {self.date}: {count} orders for {self.next_session}, none placed>"

    def _repr_html_(self) -> str:
        return f"<p>{html.escape(repr(self))}</p>{self.layers._repr_html_()}"
