"""Sends the parts of a sweep or study to workers until all are there: retries, speculation, progress."""

from __future__ import annotations

import io
import json
import os
import statistics
import tempfile
import time
import uuid
import zipfile
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from alvh import _alvh
from alvh._errors import DataError, Error, InternalError, of as error_of
from alvh._unit import NEEDS_DATASET, SENT, Outcome, Unit, hash_of, run_part

#: CPU seconds of a part, where the caller names no number of parts.
UNIT_SECONDS = 5
#: How often futures are looked at [seconds].
POLL = 0.05
#: A part is not started again before it has run so long [seconds].
LEAST = 1.0


@dataclass
class Job:
    """A sweep or study in parts."""

    #: ``sweep`` or ``study``.
    kind: str
    #: The file in full.
    text: str
    hash: str
    dataset: Path
    into: Path
    threads: int
    parts: int | None
    of: int = 1
    name: str = ""
    home: Path = field(default_factory=Path)
    missing: list[int] = field(default_factory=list)
    cells: int = 0

    def __post_init__(self) -> None:
        self.into = self.into.absolute()
        self.dataset = self.dataset.absolute()
        self.into.mkdir(parents=True, exist_ok=True)
        if self.kind == "study":
            self._plan_study()
            return
        with tempfile.TemporaryDirectory(prefix="alvh-") as folder:
            path = Path(folder, "sweep.toml")
            path.write_text(self.text, encoding="utf-8")
            args = ["sweep", "plan", os.fspath(path), "--into", os.fspath(self.into), "--json"]
            args += ["--dataset", os.fspath(self.dataset), "--unit-seconds", str(UNIT_SECONDS)]
            args += [] if self.parts is None else ["--parts", str(self.parts)]
            plan = json.loads(_alvh.command(args))
        self.name, self.of, self.cells = plan["sweep"], plan["parts"], plan["cells"]
        self.home = Path(plan["folder"])
        self.missing = list(_numbers(plan["missing"]))

    def _plan_study(self) -> None:
        """The parts of a study are named by its caller: how long a cell takes is not known before."""
        self.of = self.parts or 1
        self.name = json.loads(_alvh.json_of_toml(self.text))["name"]
        self.home = self.into / "parts" / self.hash[:12]
        parts = (self.home / f"{index}-of-{self.of}" for index in range(self.of))
        self.missing = [index for index, part in enumerate(parts) if not (part / "manifest.json").is_file()]

    def units(self, token: str) -> list[Unit]:
        """The parts that are missing, for workers."""
        dataset_hash = hash_of(self.dataset)
        if dataset_hash is None:
            raise DataError(f"{self.dataset}: no dataset here")
        return [
            Unit(
                kind=self.kind,
                text=self.text,
                hash=self.hash,
                index=index,
                of=self.of,
                threads=self.threads,
                dataset=os.fspath(self.dataset),
                dataset_hash=dataset_hash,
                into=os.fspath(self.into),
                token=token,
                topic=token,
            )
            for index in self.missing
        ]

    def payload(self) -> bytes:
        """The dataset as bytes, for a host that has it not."""
        files = sorted(path for path in self.dataset.rglob("*") if path.is_file())
        size = sum(path.stat().st_size for path in files)
        if size > SENT:
            raise DataError(
                f"the dataset of {size >> 20} MB is not at {self.dataset} on a worker; more than {SENT >> 20} MB are not "
                "sent: put it at a path that all workers see"
            )
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
            for path in files:
                archive.write(path, path.relative_to(self.dataset))
        return buffer.getvalue()

    def keep(self, outcome: Outcome) -> None:
        """Puts the files of a part that was computed on another disk in their place."""
        folder = self.home / f"{outcome.index}-of-{self.of}"
        if outcome.files is None or folder.exists():
            return
        self.home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=self.home) as draft:
            whole = Path(draft, "part")
            whole.mkdir()
            for name, content in outcome.files.items():
                (whole / name).write_bytes(content)
            os.rename(whole, folder)


def _numbers(text: str) -> list[int]:
    found: list[int] = []
    for piece in filter(None, text.split(",")):
        first, _, last = piece.partition("-")
        found += range(int(first), int(last or first) + 1)
    return found


class _Pool:
    """Any executor."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    def submit(self, unit: Unit, payload: bytes | None) -> Any:
        return self._executor.submit(run_part, unit, payload)

    def slots(self) -> int:
        """Parts that run at a time."""
        return getattr(self._executor, "_max_workers", None) or os.cpu_count() or 1

    @contextmanager
    def listening(self, topic: str, hear: Callable[[dict[str, Any]], None]) -> Any:
        yield

    def drop(self, futures: list[Any]) -> None:
        for future in futures:
            future.cancel()


class _Dask(_Pool):
    """A Dask cluster."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._sent: Any = None

    def submit(self, unit: Unit, payload: bytes | None) -> Any:
        if payload is not None and self._sent is None:
            # Once to the cluster; a worker fetches it when it first runs a part.
            self._sent = self._client.scatter(payload, hash=False)
        sent = None if payload is None else self._sent
        key = f"alvh-part-{unit.index}-{uuid.uuid4().hex[:8]}"
        return self._client.submit(run_part, unit, sent, key=key, pure=False, retries=0)

    def slots(self) -> int:
        return max(1, sum(self._client.nthreads().values()))

    @contextmanager
    def listening(self, topic: str, hear: Callable[[dict[str, Any]], None]) -> Any:
        self._client.subscribe_topic(topic, lambda event: hear(event[1]))
        try:
            yield
        finally:
            self._client.unsubscribe_topic(topic)

    def drop(self, futures: list[Any]) -> None:
        if futures:
            self._client.cancel(futures)


def usual_parts(on: Any) -> int:
    """Parts of a job whose length is not known: two for each thread of the workers, so that the last is short."""
    return 2 * _pool(on).slots() if on is not None else 1


def _pool(on: Any) -> _Pool:
    is_dask = hasattr(on, "scatter") and hasattr(on, "subscribe_topic")
    return _Dask(on) if is_dask else _Pool(on)


def drive(
    job: Job,
    on: Any,
    *,
    retries: int,
    speculate: float,
    tell: Callable[[str, int, int], object] | None,
) -> None:
    """Runs the missing parts of a job on a cluster or executor, or here where ``on`` is ``None``."""
    if not job.missing:
        return
    token = f".driver-{uuid.uuid4().hex}"
    token_path = job.into / token
    token_path.touch()
    own = ThreadPoolExecutor(max_workers=1) if on is None else None
    try:
        pool = _pool(own or on)
        work = _Work(job, pool, retries, speculate, tell)
        with pool.listening(token, work.hear):
            work.run(job.units(token))
    finally:
        token_path.unlink(missing_ok=True)
        if own is not None:
            own.shutdown(wait=False, cancel_futures=True)


class _Work:
    def __init__(
        self,
        job: Job,
        pool: _Pool,
        retries: int,
        speculate: float,
        tell: Callable[[str, int, int], object] | None,
    ) -> None:
        self.job, self.pool, self.retries, self.speculate, self.tell = job, pool, retries, speculate, tell
        self.running: dict[Any, Unit] = {}
        self.done: dict[int, Outcome] = {}
        self.faults: dict[int, int] = {}
        self.lost: dict[int, int] = {}
        self.again: set[int] = set()
        self.in_work: dict[int, int] = {}
        self.cells = 0
        self.payload: bytes | None = None

    def hear(self, event: dict[str, Any]) -> None:
        """A line of ``--progress json`` from a worker."""
        if event.get("phase") == "cells":
            self.in_work[event["part"]] = event["done"]

    def run(self, units: list[Unit]) -> None:
        for unit in units:
            self._start(unit)
        idle_since: float | None = None
        try:
            while len(self.done) < len(units):
                for future in [future for future in self.running if future.done()]:
                    self._ended(future)
                waiting = len(self.running) > self.pool.slots() or not self.running
                idle_since = None if waiting else idle_since or time.monotonic()
                if idle_since is not None:
                    self._speculate(time.monotonic() - idle_since)
                self._tell()
                time.sleep(POLL)
        finally:
            self.pool.drop(list(self.running))

    def _start(self, unit: Unit) -> None:
        self.running[self.pool.submit(unit, self.payload)] = unit

    def _ended(self, future: Any) -> None:
        unit = self.running.pop(future)
        if unit.index in self.done:
            return
        failed = None
        try:
            outcome = future.result()
        except Exception as error:  # the worker, or the way to it
            outcome, failed = Outcome(unit.index, 137, f"{type(error).__name__}: {error}"), error
        if outcome.code == 0:
            self.job.keep(outcome)
            self.done[unit.index] = outcome
            self.cells += outcome.cells
            self.in_work.pop(unit.index, None)
            return
        part = f"part {unit.index} of {unit.of}"
        where = f"{part}, on {outcome.host}" if outcome.host else part
        if outcome.code == NEEDS_DATASET:
            if self.payload is None:
                self.payload = self.job.payload()
            elif self._count(self.lost, unit.index) > self.retries:
                raise DataError(f"{where}: the dataset did not arrive there")
        elif outcome.code in (2, 3, 4):
            raise error_of(outcome.code, f"{where}: {outcome.message}")
        elif outcome.code >= 128:
            if self._count(self.lost, unit.index) > self.retries and not self._runs(unit.index):
                raise Error(f"{where}: lost {self.lost[unit.index]} times: {outcome.message}") from failed
        elif self._count(self.faults, unit.index) > 1 and not self._runs(unit.index):
            raise InternalError(f"{where}: ended twice with a fault: {outcome.message}")
        if not self._runs(unit.index):
            self._start(unit)

    def _runs(self, index: int) -> bool:
        return any(unit.index == index for unit in self.running.values())

    @staticmethod
    def _count(counts: dict[int, int], index: int) -> int:
        counts[index] = counts.get(index, 0) + 1
        return counts[index]

    def _speculate(self, idle: float) -> None:
        """None waits: what still runs long after the others took is started once more."""
        if not self.speculate or not self.done:
            return
        usual = statistics.median(outcome.seconds for outcome in self.done.values())
        if idle < max(LEAST, self.speculate * usual):
            return
        for unit in list(self.running.values()):
            if unit.index not in self.again and unit.index not in self.done:
                self.again.add(unit.index)
                self._start(unit)

    def _tell(self) -> None:
        if self.tell is None:
            return
        if not self.job.cells:
            known = self.job.of - len(self.job.missing)
            self.tell("parts", known + len(self.done), self.job.of)
        else:
            known = self.job.cells * (self.job.of - len(self.job.missing)) // self.job.of
            self.tell("cells", min(known + self.cells + sum(self.in_work.values()), self.job.cells), self.job.cells)
