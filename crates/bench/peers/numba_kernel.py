"""The job as an expert writes it: dense arrays by entry, one numba kernel, nothing that is not asked for.

usage: numba_kernel.py DIR CELLS
"""

import sys

import numba as nb
import numpy as np
import polars as pl

from job import CAPITAL, FEE_PER_UNIT, PACKAGE_TICK, SMALLEST_TICK, WING, cells, load, say, timed

MOST_DAYS = 24  # sessions from an entry to its expiry, at most


def cube(quotes, sessions):
    """Per entry: its session, its expiry session, strikes, deltas (put, call) and mids by day, right and strike."""
    entries = sessions.filter(pl.col("entry_expiry").is_not_null())
    count = len(entries)
    by_expiry = {expiry: place for place, expiry in enumerate(entries["entry_expiry"].to_list())}
    assert len(by_expiry) == count, "one entry an expiry"
    place = np.array([by_expiry[e] for e in quotes["expiry"].to_list()])
    first = entries["session"].to_numpy()
    strike, mid, delta = (quotes[c].to_numpy() for c in ("strike", "mid", "delta"))
    right = (quotes["right"] == "C").to_numpy().astype(np.int64)
    session, is_entry = quotes["session"].to_numpy(), quotes["is_entry"].to_numpy() == 1
    widest = 0
    strikes_of = []
    for entry in range(count):
        own = np.unique(strike[(place == entry) & is_entry])
        strikes_of.append(own)
        widest = max(widest, len(own))
    strikes = np.zeros((count, widest), np.int64)
    number = np.zeros(count, np.int64)
    for entry, own in enumerate(strikes_of):
        strikes[entry, : len(own)], number[entry] = own, len(own)
    at = np.empty(len(strike), np.int64)
    for entry in range(count):
        mine = place == entry
        at[mine] = np.searchsorted(strikes_of[entry], strike[mine])
    day = session - first[place]
    mids = np.zeros((count, MOST_DAYS, 2, widest), np.int64)
    mids[place, day, right, at] = mid
    deltas = np.zeros((count, 2, widest))
    deltas[place[is_entry], right[is_entry], at[is_entry]] = np.abs(delta[is_entry])
    date = sessions["date"].to_numpy()
    expiry = entries["entry_expiry"].to_numpy()
    last = np.searchsorted(date, expiry)  # its session, or beyond the end
    return first, last, strikes, number, deltas, mids, sessions["close"].to_numpy()


@nb.njit(cache=True)
def near(deltas, number, target):
    best, found = 1e9, 0
    for k in range(number):
        apart = abs(deltas[k] - target)
        if apart < best:
            best, found = apart, k
    return found


@nb.njit(cache=True)
def sold(mid):
    return mid if mid >= SMALLEST_TICK else 0


@nb.njit(cache=True)
def listed(strikes, number, wanted):
    k = np.searchsorted(strikes[:number], wanted)
    if k == number or (k > 0 and wanted - strikes[k - 1] < strikes[k] - wanted):
        return k - 1
    return k


@nb.njit(cache=True)
def one(first, last, strikes, number, deltas, mids, close, delta, target, stop, equity):
    """Equity after every session in cents."""
    sessions = close.shape[0]
    cash = np.zeros(sessions + 1, np.int64)
    worth = np.zeros(sessions, np.int64)
    for e in range(first.shape[0]):
        t, n = first[e], number[e]
        sp, sc = near(deltas[e, 0], n, delta), near(deltas[e, 1], n, delta)
        lp, lc = listed(strikes[e], n, strikes[e, sp] - WING), listed(strikes[e], n, strikes[e, sc] + WING)
        m = mids[e, 0]
        brings = sold(m[0, sp]) - m[0, lp] + sold(m[1, sc]) - m[1, lc]
        credit = brings // PACKAGE_TICK * PACKAGE_TICK
        cash[t] += credit - FEE_PER_UNIT
        if t == sessions - 1:
            m = mids[e, 0]
            out = sold(m[0, lp]) - m[0, sp] + sold(m[1, lc]) - m[1, sc]
            cash[t] += out // PACKAGE_TICK * PACKAGE_TICK - FEE_PER_UNIT
            continue
        leaves = False
        for s in range(t, min(last[e], sessions - 1) + 1):
            m = mids[e, s - t]
            value = m[0, lp] - m[0, sp] + m[1, lc] - m[1, sc]
            if leaves:
                out = sold(m[0, lp]) - m[0, sp] + sold(m[1, lc]) - m[1, sc]
                cash[s] += out // PACKAGE_TICK * PACKAGE_TICK - FEE_PER_UNIT
                break
            if s == last[e]:
                at = close[s]
                put, call = strikes[e, sp], strikes[e, sc]
                cash[s] += (max(strikes[e, lp] - at, 0) - max(put - at, 0)
                            + max(at - strikes[e, lc], 0) - max(at - call, 0))
                break
            if s == sessions - 1:
                out = sold(m[0, lp]) - m[0, sp] + sold(m[1, lc]) - m[1, sc]
                cash[s] += out // PACKAGE_TICK * PACKAGE_TICK - FEE_PER_UNIT
                break
            worth[s] += value
            gain, won = (credit + value) / 10_000, credit / 10_000
            leaves = s + 1 < last[e] and (gain >= target * won or -gain >= stop * won)
    total = CAPITAL
    for s in range(sessions):
        total += cash[s]
        equity[s] = total + worth[s]


def run(arrays, chosen):
    equity = np.empty(len(arrays[-1]), np.int64)
    last = np.empty(len(chosen))
    for place, cell in enumerate(chosen):
        one(*arrays, *cell, equity)
        last[place] = equity[-1] / 100
    return last


if __name__ == "__main__":
    folder, count = sys.argv[1], int(sys.argv[2])
    arrays = cube(*load(folder))
    run(arrays, cells(1))  # compiled, or read from the cache
    found, wall, cpu = timed(lambda: run(arrays, cells(count)))
    say(f"numba {nb.__version__}, arrays made", count, wall, cpu, found)
