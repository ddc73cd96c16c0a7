"""The JSON Schemas that editors get say the same as the program: every file that ships is valid, a mistake is not.

Use: check.py ALVH CONFIGS RUN_FOLDER. `ALVH` is the program, `CONFIGS` the folder of shipped files, `RUN_FOLDER` a folder that a
run wrote. In Python, because a validator in Rust changes the features of what polars is built with, and polars would be
built twice.
"""

import copy
import datetime
import json
import pathlib
import subprocess
import sys
import tomllib

from jsonschema import Draft202012Validator

alvh, configs, run_folder = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])


def as_json(value):
    """A file as an editor's TOML support hands it to a validator: dates are text."""
    if isinstance(value, dict):
        return {key: as_json(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [as_json(inner) for inner in value]
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    return value


def read(path):
    return as_json(tomllib.loads(path.read_text(encoding="utf-8")))


def schema(kind):
    return json.loads(subprocess.check_output([alvh, "schema", kind]))


def faults(found, value):
    return [f"{'/'.join(map(str, e.absolute_path))}: {e.message}" for e in Draft202012Validator(found).iter_errors(value)]


schemas = {kind: schema(kind) for kind in ["policy", "run", "sweep", "study"]}
for one in schemas.values():
    Draft202012Validator.check_schema(one)

refused, seen = [], 0
for folder, kind in [("policies", "policy"), ("runs", "run"), ("benchmarks", "run"), ("sweeps", "sweep"), ("studies", "study")]:
    files = sorted((configs / folder).glob("*.toml"))
    assert files, f"{folder} holds no file"
    for path in files:
        seen += 1
        refused += [f"{folder}/{path.name}: {fault}" for fault in faults(schemas[kind], read(path))]

# The claims of every run that has none of its own: what a run file may write under `claims`.
claims = dict(schemas["run"]["$defs"]["WholeFile"]["properties"]["claims"], **{"$defs": schemas["run"]["$defs"]})
refused += [f"claims.toml: {fault}" for fault in faults(claims, read(configs / "claims.toml")["claims"])]
refused += [f"config.toml of a run: {fault}" for fault in faults(schemas["run"], read(run_folder / "config.toml"))]
assert not refused, "\n".join(refused)

# A file that extends another says only what differs; what it says is still checked.
extending = {
    "run": {"extends": "replay", "name": "mine", "execution": {"fees": "schedule"}},
    "policy": {"extends": "tiered", "name": "mine", "summary": "Mine.", "budget_fraction_of_credit": 0.1},
    "sweep": {"extends": "small", "name": "mine", "statistics": {"draws": 500}},
    "study": {"extends": "alvh", "name": "mine"},
}
for kind, file in extending.items():
    assert not faults(schemas[kind], file), (kind, faults(schemas[kind], file))
    assert faults(schemas[kind], {**file, "nmae": 1}), f"{kind}: an unknown key beside extends is accepted"
    assert faults(schemas[kind], {k: v for k, v in file.items() if k != "extends"}), f"{kind}: a part is taken for a whole"
assert seen >= 50, f"{seen} files"

weekly = read(configs / "policies/condor_weekly_14d.toml")
on_sunday = copy.deepcopy(weekly)
on_sunday["entry"]["weekday"] = "sun"
misspelled = dict(weekly, entryy=weekly["entry"])
replay = read(configs / "runs/replay.toml")
for kind, mistake in [
    ("policy", on_sunday),
    ("policy", misspelled),
    ("run", dict(replay, starting_capital_usd="much")),
]:
    assert faults(schemas[kind], mistake), f"a mistake of a {kind} is accepted"

print(f"{seen + 2} files are valid under their schemas, three mistakes are not")
