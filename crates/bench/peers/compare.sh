#!/usr/bin/env bash
# The same cells on the same quotes by this engine, a numba kernel and a polars script, in turn, so that a busy machine
# disturbs all alike. Usage: compare.sh FOLDER [ROUNDS], Python with numba, numpy and polars first in the path.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
folder="${1:?a folder for the quotes}"
rounds="${2:-5}"
cd "$here/../../.."
cargo build --release -p alvh-bench --example peers
alvh=target/release/examples/peers
[ -f "$folder/quotes.csv" ] || "$alvh" export "$folder"
lines="$(mktemp)"
export POLARS_MAX_THREADS=1 # one core for everybody
for _ in $(seq "$rounds"); do
    "$alvh" run 1000 1 >>"$lines"
    python3 "$here/numba_kernel.py" "$folder" 1000 >>"$lines"
    python3 "$here/polars_script.py" "$folder" 20 >>"$lines"
done
python3 "$here/table.py" "$lines"
rm "$lines"
