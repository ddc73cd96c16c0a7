"""Configurations and datasets: what is given to a run, sweep or study, and what is known about it."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alvh import _alvh
from alvh._errors import ConfigError

if TYPE_CHECKING:
    import polars

#: A file by path, a shipped one by name, or a configuration as a dictionary.
Config = str | os.PathLike[str] | Mapping[str, Any]
#: ``True`` for a bar, or a function of phase, items done and all items.
Progress = bool | Callable[[str, int, int], object]


class Dataset:
    """A dataset folder, read once and shared by all calls it is given to."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._inner = _alvh.Dataset(os.fspath(path))

    @property
    def path(self) -> Path:
        """Its folder."""
        return Path(self._inner.path)

    @property
    def manifest(self) -> dict[str, Any]:
        """What the folder says of itself: name, kind, sessions, hash, findings."""
        return json.loads((self.path / "manifest.json").read_text(encoding="utf-8"))

    @property
    def hash(self) -> str:
        """Hash of its content."""
        return self.manifest["dataset_hash"]

    def check(self) -> str:
        """What ``alvh data check`` says: span, series, gaps, findings. Raises :class:`alvh.DataError` where it is damaged."""
        return _alvh.command(["data", "check", os.fspath(self.path)])

    def __repr__(self) -> str:
        manifest = self.manifest
        return f"<alvh dataset {manifest['name']}, {manifest['first_session']} to {manifest['last_session']}>"


def dataset_of(given: Dataset | str | os.PathLike[str] | None) -> Dataset | None:
    """A dataset, opened where a path was given."""
    return given if given is None or isinstance(given, Dataset) else Dataset(given)


def path_of(given: Dataset | str | os.PathLike[str] | None) -> Path | None:
    """Where a dataset is."""
    return None if given is None else given.path if isinstance(given, Dataset) else Path(given)


def frame(table: _alvh.Table) -> polars.DataFrame:
    """A table as a polars frame; its numbers stay where they are."""
    try:
        import polars
    except ImportError as error:
        message = "frames need polars: pip install 'alvh[polars]'; any Arrow reader takes .table(name) as it is"
        raise ImportError(message) from error
    return polars.DataFrame(table)


def policies() -> polars.DataFrame:
    """Names, kinds and summaries of the policies: the shipped ones, and those in the folder ``policies`` here."""
    import polars

    return polars.DataFrame(json.loads(_alvh.command(["policies", "--json"])))


def policy(name: str) -> dict[str, Any]:
    """A policy in full, every key said: a starting point for ``alvh.replay(policies={"mine": {...}})``."""
    found = json.loads(_alvh.command(["policies", name, "--json"]))
    return json.loads(_alvh.json_of_toml(found["toml"]))


def schema(kind: str) -> dict[str, Any]:
    """JSON Schema of a kind of file: ``run``, ``policy``, ``sweep`` or ``study``."""
    return json.loads(_alvh.command(["schema", kind]))


def settings(given: Mapping[str, Any] | None) -> list[str]:
    """Settings as ``--set`` takes them."""
    pairs = (given or {}).items()
    found = [_alvh.setting(key, json.dumps(value, default=str)) for key, value in pairs]
    return [setting for setting in found if setting is not None]


def arguments(sets: Sequence[str], threads: int | None, dataset: Path | None) -> list[str]:
    """The options of a command."""
    args = [part for setting in sets for part in ("--set", setting)]
    if threads is not None:
        args += ["--threads", str(threads)]
    if dataset is not None:
        args += ["--dataset", os.fspath(dataset)]
    return args


@contextmanager
def written(config: Config | None, policies: Mapping[str, Mapping[str, Any]] | None = None) -> Iterator[Path | None]:
    """The path or name of a configuration; a dictionary and policies of one's own are files for as long as it lasts."""
    if not policies and not isinstance(config, Mapping):
        yield None if config is None else Path(config)
        return
    with tempfile.TemporaryDirectory(prefix="alvh-") as folder:
        path = Path(folder, "given.toml")
        if isinstance(config, Mapping):
            table = dict(config)
        else:
            base = "replay" if config is None else os.fspath(config)
            table = {"extends": os.path.abspath(base) if os.path.isfile(base) else base}
        path.write_text(_toml(table), encoding="utf-8")
        for name, keys in (policies or {}).items():
            if not name.replace("-", "_").isidentifier():
                raise ConfigError(f"policy {name!r}: a name may hold letters, digits, - and _")
            own = Path(folder, "policies", f"{name}.toml")
            own.parent.mkdir(exist_ok=True)
            own.write_text(_toml({**keys, "name": name}), encoding="utf-8")
        yield path


def _toml(table: Mapping[str, Any]) -> str:
    return _alvh.toml_of_json(json.dumps(table, default=str))


@contextmanager
def hearing(progress: Progress | None) -> Iterator[Callable[[str, int, int], object] | None]:
    """Who hears progress: nobody, a bar of tqdm (or lines on stderr without it), or a function."""
    if progress is None or progress is False:
        yield None
    elif callable(progress):
        yield progress
    else:
        bar = _Bar()
        try:
            yield bar.tell
        finally:
            bar.close()


class _Bar:
    def __init__(self) -> None:
        try:
            from tqdm.auto import tqdm
        except ImportError:
            tqdm = None
        self._tqdm = tqdm
        self._bar: Any = None
        self._phase = ""

    def tell(self, phase: str, done: int, all: int) -> None:
        if self._tqdm is None:
            return
        if self._bar is None or phase != self._phase:
            self.close()
            self._bar, self._phase = self._tqdm(total=all, desc=phase), phase
        self._bar.total = all
        self._bar.update(done - self._bar.n)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None
