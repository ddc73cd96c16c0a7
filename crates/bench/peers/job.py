"""The job of the peers, its thousand cells and a clock. `compare.sh` runs everything; README.md says what is compared."""

import itertools
import json
import resource
import time

import numpy as np
import polars as pl

CAPITAL = 100_000_000  # cents
FEE_PER_UNIT = 440  # cents a side: four contracts at 1.10 USD, all included
PACKAGE_TICK = 500  # 0.05 points in units of 1/10,000
WING = 500_000  # 50 points
SMALLEST_TICK = 500  # a sold option below it brings nothing
DELTAS = (0.10, 0.12, 0.16, 0.20, 0.25)


def cells(count):
    """Short delta, profit target (fraction of the credit), stop (multiple of it), in the order of examples/peers.rs."""
    grid = itertools.product(range(10), range(20), DELTAS)
    return [(delta, 0.04 * (target + 1), 1.0 + 0.25 * stop) for stop, target, delta in grid][:count]


def load(folder):
    quotes = pl.read_csv(f"{folder}/quotes.csv", schema_overrides={"delta": pl.Float64, "strike": pl.Int64, "mid": pl.Int64})
    sessions = pl.read_csv(f"{folder}/sessions.csv", schema_overrides={"close": pl.Int64, "entry_expiry": pl.Int64})
    return quotes, sessions


def timed(work):
    """Result, wall seconds, CPU seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    found = work()
    return found, time.perf_counter() - wall, time.process_time() - cpu


def say(peer, count, wall, cpu, equities):
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    line = dict(
        peer=peer, cells=count, seconds=round(wall, 6), cpu=round(cpu, 6), peak_mib=round(peak),
        first=round(float(equities[0]), 2), sum=round(float(np.sum(equities)), 2),
    )
    print(json.dumps(line), flush=True)
