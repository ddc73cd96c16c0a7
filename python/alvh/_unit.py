"""What a worker does: one part of a sweep or study, in a process of its own, so that whatever happens to it happens to it alone."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: Datasets up to this size are sent to workers [bytes].
SENT = 64 << 20


@dataclass(frozen=True)
class Unit:
    """A part of a sweep or study, with all a worker must know."""

    #: ``sweep`` or ``study``: the command that computes it.
    kind: str
    #: The file in full.
    text: str
    hash: str
    index: int
    of: int
    threads: int
    dataset: str
    dataset_hash: str
    into: str
    #: File that the driver wrote into ``into``: who sees it shares the folder with the driver.
    token: str
    #: Where progress is told, on Dask.
    topic: str


@dataclass
class Outcome:
    """How a part ended."""

    index: int
    #: Exit code of the command; 128 and more for signals; -1 where the dataset must be sent first.
    code: int
    message: str = ""
    #: CPU and waiting alike [seconds].
    seconds: float = 0.0
    cells: int = 0
    #: The files of the part, where driver and worker share no folder.
    files: dict[str, bytes] | None = None
    host: str = ""


NEEDS_DATASET = -1


def run_part(unit: Unit, payload: bytes | None = None) -> Outcome:
    """Computes one part and says how it ended; raises nothing of its own."""
    began = time.monotonic()
    outcome = _run_part(unit, payload)
    outcome.seconds = time.monotonic() - began
    outcome.host = socket.gethostname()
    return outcome


def _run_part(unit: Unit, payload: bytes | None) -> Outcome:
    dataset = _dataset(unit, payload)
    if dataset is None:
        return Outcome(unit.index, NEEDS_DATASET)
    shared = Path(unit.into, unit.token).is_file()
    with tempfile.TemporaryDirectory(prefix="alvh-part-") as scratch:
        given = Path(scratch, f"{unit.kind}.toml")
        given.write_text(unit.text, encoding="utf-8")
        into = Path(unit.into) if shared else Path(scratch, "into")
        args = [unit.kind, os.fspath(given), "--dataset", dataset]
        args += ["--part", f"{unit.index}/{unit.of}", "--into", os.fspath(into)]
        args += ["--threads", str(unit.threads), "--quiet", "--progress", "json", "--json"]
        folder = into / "parts" / unit.hash[:12] / f"{unit.index}-of-{unit.of}"
        code, told, said = _command(args, folder, unit.topic)
        if folder.joinpath("manifest.json").is_file() and (code == 0 or shared):
            files = None if shared else {path.name: path.read_bytes() for path in folder.iterdir()}
            return Outcome(unit.index, 0, cells=json.loads(told or "{}").get("cells") or 0, files=files)
        return Outcome(unit.index, code or 1, said)


def _command(args: list[str], folder: Path, topic: str) -> tuple[int, str, str]:
    """Exit code, stdout and errors of the command; ended where somebody else has written the part meanwhile."""
    process = subprocess.Popen(
        [sys.executable, "-m", "alvh", *args],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={key: value for key, value in os.environ.items() if not key.startswith("ALVH_")},
    )
    said: list[str] = []
    told: list[str] = []
    # Dask knows its worker by the thread.
    tell = _teller(topic)
    readers = [
        threading.Thread(target=_read_notes, args=(process.stderr, said, tell), daemon=True),
        threading.Thread(target=_read_all, args=(process.stdout, told), daemon=True),
    ]
    for reader in readers:
        reader.start()
    while process.poll() is None:
        time.sleep(0.05)
        if folder.joinpath("manifest.json").is_file():
            # It may be this process, about to end; a frozen one never would.
            time.sleep(0.2)
            if process.poll() is None:
                process.kill()
    for reader in readers:
        reader.join(timeout=5)
    code = process.returncode
    message = "".join(said).strip()
    if code < 0:
        name = signal.Signals(-code).name
        return 128 - code, "", f"{message}\nended by {name}".strip()
    return code, "".join(told), message


def _teller(topic: str) -> Any:
    try:
        from distributed import get_worker

        worker = get_worker()
    except Exception:  # not on Dask
        return None
    return lambda line: worker.log_event(topic, line)


def _read_all(stream: Any, told: list[str]) -> None:
    told.append(stream.read())


def _read_notes(stream: Any, said: list[str], tell: Any) -> None:
    for line in stream:
        if not line.startswith("{"):
            said.append(line)
        elif tell is not None:
            try:
                tell(json.loads(line))
            except Exception:  # a worker that is being closed; progress is no result
                tell = None


def _dataset(unit: Unit, payload: bytes | None) -> str | None:
    """Where the dataset is on this host: at its own path, in the cache, or put there now."""
    for folder in (Path(unit.dataset), cache() / unit.dataset_hash[:12]):
        if hash_of(folder) == unit.dataset_hash:
            return os.fspath(folder)
    if payload is None:
        return None
    folder = cache() / unit.dataset_hash[:12]
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent)
    with zipfile.ZipFile(io.BytesIO(payload)) as archive:
        archive.extractall(draft)
    try:
        os.rename(draft, folder)
    except OSError:  # another worker of this host was faster
        shutil.rmtree(draft, ignore_errors=True)
    return os.fspath(folder) if hash_of(folder) == unit.dataset_hash else None


def cache() -> Path:
    """The datasets of this host that were sent to it."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return Path(base, "alvh", "datasets")


def hash_of(folder: Path) -> str | None:
    """The hash a dataset folder says it has; the command checks it when it reads the files."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return manifest.get("dataset_hash")
