"""Runs that many tests look at, made once."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import alvh

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session", autouse=True)
def in_the_checkout():
    """Shipped files are found by name anywhere; paths of the tests start from the checkout."""
    os.chdir(ROOT)
    for name in ("ALVH_DATASET", "ALVH_OUT", "ALVH_THREADS"):
        os.environ.pop(name, None)


@pytest.fixture(scope="session")
def cache(tmp_path_factory, in_the_checkout):
    """A cache of its own: what is sent to workers is really sent."""
    folder = tmp_path_factory.mktemp("cache")
    os.environ["XDG_CACHE_HOME"] = str(folder)
    return folder


@pytest.fixture(scope="session")
def run(cache):
    """The shipped run in memory."""
    return alvh.replay()


@pytest.fixture(scope="session")
def command(cache):
    """The command of the package: its output, or the finished process where it fails."""

    def call(*args, check=True):
        return subprocess.run(
            [sys.executable, "-m", "alvh", *map(str, args)], check=check, capture_output=True, text=True
        )

    return call


@pytest.fixture(scope="session")
def folder(command, tmp_path_factory):
    """The folder the command writes for the shipped run."""
    out = tmp_path_factory.mktemp("reports")
    command("replay", "--quiet", "--out", out)
    (found,) = out.iterdir()
    return found


#: 20 cells of one short window: 5 configurations, each with two starts and two fills.
TINY = {
    "name": "tiny",
    "run": "replay",
    "constraints": ["low + full != 47"],
    "set": {
        "arms": ["unhedged", "tiered"],
        "windows": [{"name": "2022", "first": "2022-01-03", "last": "2022-12-30"}],
    },
    "sample": {"method": "grid"},
    "statistics": {
        "level": 0.9,
        "draws": 200,
        "mean_block_sessions": 21.0,
        "seed": 1,
        "cscv_blocks": 8,
        "train_sessions": 120,
        "test_sessions": 30,
        "purge_sessions": 10,
    },
    "axes": [
        {
            "name": "low",
            "keys": ["policies.tiered.tier.bands.0.to", "policies.tiered.tier.bands.1.from"],
            "values": [13.0, 15.0, 17.0],
        },
        {
            "name": "full",
            "keys": ["policies.tiered.tier.bands.2.to", "policies.tiered.tier.bands.3.from"],
            "values": [25.0, 30.0],
        },
        {"key": "phase.start_sessions", "values": [0, 3]},
        {"key": "execution.half_spread_fraction", "values": [0.5, 1.0]},
    ],
}


def contents(folder: Path) -> dict[str, bytes]:
    """Bytes of the files of a folder that are compared."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != "build.json")
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@pytest.fixture(scope="session")
def tiny():
    return TINY


@pytest.fixture(scope="session")
def tiny_alone(cache, tmp_path_factory):
    """The folder of the small sweep as one process writes it."""
    return alvh.sweep(TINY, into=tmp_path_factory.mktemp("alone"))
