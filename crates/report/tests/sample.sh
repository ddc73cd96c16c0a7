#!/usr/bin/env bash
# Writes the committed sample from a replay of the bundled dataset: the pages, their pictures and the small tables.
# Usage: sample.sh RUN_FOLDER TARGET. The commit is left out, so that the same results give the same sample.
set -euo pipefail
root="$(cd "$(dirname "$0")/../../.." && pwd)"
folder="$(cd "$1" && pwd)"
mkdir -p "$2"
sample="$(cd "$2" && pwd)"

whole="$(mktemp -d)"
trap 'rm -rf "$whole"' EXIT
cp -r "$folder/." "$whole"
rm -f "$whole/build.json"
(cd "$root" && cargo run --release --quiet -- report "$whole" --quiet >/dev/null)

rm -rf "${sample:?}"/*
for file in report.html report.md figures config.toml summary.csv layers.csv bands.csv slippage.csv claims.csv \
    findings.csv controls.csv attribution.csv sources.csv other_condors.csv; do
    if [ -e "$whole/$file" ]; then cp -r "$whole/$file" "$sample/"; fi
done
