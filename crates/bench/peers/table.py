"""Medians of the lines of compare.sh, ratios to the engine in the same round, and whether all found the same money."""

import json
import sys
from statistics import median

SESSIONS = 753
lines = [json.loads(line) for line in open(sys.argv[1])]
peers = list(dict.fromkeys(line["peer"] for line in lines))
by_peer = {peer: [line for line in lines if line["peer"] == peer] for peer in peers}
per_cell = {peer: [line["seconds"] / line["cells"] for line in found] for peer, found in by_peer.items()}
known = next(peer for peer in peers if peer.startswith("alvh, known"))
print(f"{'peer':32} {'cells':>6} {'us a cell':>10} {'million days/s':>15} {'times alvh':>11} {'first cell, USD':>16}")
for peer in peers:
    cell = median(per_cell[peer])
    ratio = median(theirs / ours for theirs, ours in zip(per_cell[peer], per_cell[known]))
    first = by_peer[peer][0]
    print(f"{peer:32} {first['cells']:>6} {cell * 1e6:>10.1f} {SESSIONS / cell / 1e6:>15.3f} {ratio:>11.2f} {first['first']:>16,.2f}")
firsts = {line["first"] for line in lines}
sums = {line["sum"] for line in lines if line["cells"] == 1000}
if len(firsts) > 1 or len(sums) > 1:
    sys.exit(f"not the same job: first cells {sorted(firsts)}, sums of 1000 cells {sorted(sums)}")
print("all found the same money: first cell, and the sum of all cells where they were run")
