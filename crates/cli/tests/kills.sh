#!/usr/bin/env bash
# Kills a whole sweep (SIGKILL) at moments drawn from a seed, resumes it each time, and compares the end with an uninterrupted
# run: `kills.sh ALVH SWEEP DATASET KILLS LATEST_MS FOLDER`. Fails where a byte differs, where a start knows fewer cells than one before
# it, or where the store ends with a torn record or one too many.
set -euo pipefail
alvh=$1 sweep=$2 dataset=$3 kills=$4 latest_ms=$5 work=$6
RANDOM=20220103
mkdir -p "$work"
run() { "$alvh" sweep "$sweep" --dataset "$dataset" --out "$1" --threads 2; }
[ -d "$work/whole" ] || run "$work/whole" > "$work/whole.txt" 2> "$work/whole.err"
records() { stat -c %s "$work"/killed/store/*.cells 2> /dev/null || echo 0; }
before=0 hit=0
for _ in $(seq "$kills"); do
    moment=$((40 + (RANDOM * 32768 + RANDOM) % latest_ms))
    # `exec`, so that the signal meets the program and not a shell around it.
    (exec "$alvh" sweep "$sweep" --dataset "$dataset" --out "$work/killed" --threads 2) > /dev/null 2>&1 &
    child=$!
    sleep "$(printf '%d.%03d' $((moment / 1000)) $((moment % 1000)))"
    if kill -9 "$child" 2> /dev/null; then hit=$((hit + 1)); fi
    wait "$child" 2> /dev/null || true
    now=$(records)
    # A torn record is cut off at the next start: the file may shrink by one record, not more.
    [ "$now" -ge $((before - 100000)) ] || { echo "the store lost more than a record: $before to $now bytes"; exit 1; }
    before=$now
done
run "$work/killed" > /dev/null 2> "$work/last.err"
tail -n 1 "$work/last.err"
for table in cells.csv inference.csv sweep.toml; do
    cmp "$work"/whole/*/"$table" "$work"/killed/*/"$table"
done
# Records differ in order, not in number or length: a cell stored twice would make the file longer.
[ "$(stat -c %s "$work"/whole/store/*.cells)" = "$(stat -c %s "$work"/killed/store/*.cells)" ]
echo "$hit kills of $kills starts: cells.csv, inference.csv and sweep.toml are the same bytes, the store is as long"
