"""Runs: the same bytes as the command, errors with its exit codes, and Ctrl-C."""

import os
import signal
import subprocess
import sys
import threading
import time

import polars
import pytest

import alvh
from conftest import contents

SHORT = {"windows": [{"name": "2022", "first": "2022-01-03", "last": "2022-12-30"}], "price_errors.worlds": 0}


def test_a_saved_run_is_the_folder_of_the_command(run, folder, tmp_path):
    saved = run.save(tmp_path)
    assert saved.name == folder.name
    assert contents(saved) == contents(folder)


def test_settings_and_own_policies_are_those_of_files(command, tmp_path):
    mine = alvh.policy("tiered")
    mine["budget_fraction_of_credit"] = 0.1
    own = alvh.replay(
        arms=["unhedged", "mine", "half"],
        policies={"mine": mine, "half": {"extends": "tiered", "budget_fraction_of_credit": 0.1}},
        set=SHORT,
    )
    assert own.config["arms"] == ["unhedged", "mine", "half"]
    pnl = dict(own.summary.select("arm", "pnl_usd").rows())
    assert pnl["mine"] == pnl["half"] != pnl["unhedged"]
    # The same in files.
    (tmp_path / "policies").mkdir()
    (tmp_path / "runs").mkdir()
    text = 'extends = "tiered"\nname = "half"\nbudget_fraction_of_credit = 0.1\n'
    (tmp_path / "policies" / "half.toml").write_text(text)
    (tmp_path / "runs" / "r.toml").write_text('extends = "replay"\narms = ["unhedged", "half"]\n')
    half = {"extends": "tiered", "budget_fraction_of_credit": 0.1}
    alone = alvh.replay(arms=["unhedged", "half"], policies={"half": half}, set=SHORT)
    sets = [
        "windows=[{ name = '2022', first = '2022-01-03', last = '2022-12-30' }]",
        "price_errors.worlds=0",
    ]
    args = [part for setting in sets for part in ("--set", setting)]
    command("replay", tmp_path / "runs" / "r.toml", *args, "--quiet", "--out", tmp_path / "out")
    (folder,) = (tmp_path / "out").iterdir()
    assert contents(alone.save(tmp_path / "saved")) == contents(folder)


def test_policies_are_added_to_the_arms_of_the_run():
    added = alvh.replay(policies={"mine": {"extends": "tiered"}}, set=SHORT)
    arms = added.config["arms"]
    assert arms[-1] == "mine" and "tiered" in arms and arms[0] == "unhedged"
    assert "mine" in added.decisions["arm"].unique().to_list()


def test_threads_and_progress_change_nothing(tmp_path):
    told = []
    one = alvh.replay(set=SHORT, threads=1, progress=lambda *news: told.append(news))
    two = alvh.replay(set=SHORT, threads=2, progress=True)
    assert contents(one.save(tmp_path / "1")) == contents(two.save(tmp_path / "2"))
    assert told and all(done <= all for _, done, all in told)


def test_a_dataset_is_read_once_and_checked():
    dataset = alvh.Dataset("datasets/reconstruction")
    assert "sessions" in dataset.check() and dataset.hash
    run = alvh.replay(dataset=dataset, set=SHORT)
    assert run._inner.dataset_hash == dataset.hash


def test_questions_to_a_run(run):
    day = run.explain("tiered", "2022-06-13")
    assert day["arm"] == "tiered" and day["decisions"]
    page = run.report()
    assert page.html.startswith("<!") and "srcdoc" in page._repr_html_()
    assert "<table" in run._repr_html_()
    small = alvh.replay(set=SHORT)
    small.verify()


def test_a_changed_byte_is_a_difference(tmp_path):
    folder = alvh.replay(set=SHORT).save(tmp_path)
    path = folder / "equity.csv"
    path.write_bytes(path.read_bytes().replace(b"unhedged", b"unhedgex", 1))
    with pytest.raises(alvh.DifferenceError, match="equity.csv, line 2") as raised:
        alvh.load(folder).verify()
    assert raised.value.exit_code == 4


@pytest.mark.parametrize(
    ("call", "kind", "code", "says"),
    [
        (lambda: alvh.replay("histroy"), alvh.ConfigError, 2, "history"),
        (lambda: alvh.replay(set={"execution.half_spread_fractio": 1}), alvh.ConfigError, 2, "half_spread_fraction"),
        (lambda: alvh.replay(dataset="docs"), alvh.DataError, 3, "no dataset here"),
        (lambda: alvh.replay(policies={"a b": {}}), alvh.ConfigError, 2, "letters, digits"),
        (lambda: alvh.policy("tierd"), alvh.ConfigError, 2, "tiered"),
        (lambda: alvh.load("docs"), alvh.DataError, 3, "not a run folder"),
    ],
)
def test_errors_say_what_the_command_says(call, kind, code, says):
    with pytest.raises(kind, match=says) as raised:
        call()
    assert raised.value.exit_code == code and isinstance(raised.value, alvh.Error)


def test_an_exception_of_the_progress_function_ends_the_run():
    def fail(*news):
        raise ValueError("enough")

    with pytest.raises(ValueError, match="enough"):
        alvh.replay(progress=fail)


# Each is long enough on any machine: many worlds of the price error, many worlds, many cells.
LONG = {
    "replay": lambda into, heard: alvh.replay(set={"price_errors.worlds": 5000}, progress=heard),
    "study": lambda into, heard: alvh.study("worlds", dataset=DATASET, set=WORLDS, into=into, progress=heard),
    "sweep": lambda into, heard: alvh.sweep("tiers", dataset=DATASET, into=into, progress=heard),
}
DATASET = "datasets/reconstruction"
WORLDS = {"windows": {"worlds": 20000, "years": 1, "seed": 1}}


@pytest.mark.parametrize("job", LONG)
def test_ctrl_c_is_keyboard_interrupt_at_the_next_look(job, tmp_path):
    """Between two looks at signals lie 20 ms and one call of the progress function, however busy the machine is."""
    waits = []
    for _ in range(5):
        heard = []
        sent = []
        over = threading.Event()

        def hear(phase, done, everything):
            heard.append(time.monotonic())

        def interrupt():
            # In the middle of the work, not of its start.
            while len(heard) < 3:
                if over.is_set():
                    return
                time.sleep(0.005)
            os.kill(os.getpid(), signal.SIGINT)
            sent.append(time.monotonic())

        other = threading.Thread(target=interrupt)
        with pytest.raises(KeyboardInterrupt):
            other.start()
            try:
                LONG[job](tmp_path, hear)
            finally:
                ended = time.monotonic()
                over.set()
        other.join()
        after = [at for at in heard if at > sent[0]]
        assert len(after) <= 1, f"went on for {len(after)} looks"
        waits.append(1000 * max(ended - sent[0], 0.0))
    waits.sort()
    print(f"{job}: interrupted after " + ", ".join(f"{wait:.0f}" for wait in waits) + " ms")
    # One look may wait for a processor; that all of five do is no accident.
    assert waits[0] < 50, waits


def test_another_thread_runs_while_the_engine_does():
    ticks = []
    over = threading.Event()

    def tick():
        while not over.wait(0.005):
            ticks.append(time.monotonic())

    other = threading.Thread(target=tick)
    other.start()
    began = time.monotonic()
    alvh.replay(set={"price_errors.worlds": 200})
    ended = time.monotonic()
    over.set()
    other.join()
    assert len([at for at in ticks if began < at < ended]) > 10, "the lock was held"


def test_the_command_passes_its_exit_codes(command, tmp_path):
    assert command("--version").stdout.startswith("alvh ")
    assert command("replay", "histroy", check=False).returncode == 2
    assert command("data", "check", tmp_path, check=False).returncode == 3
    args = ["replay", "--set", "price_errors.worlds=5000", "--out", tmp_path]
    process = subprocess.Popen([sys.executable, "-m", "alvh", *args])
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 130
    assert [path for path in tmp_path.iterdir() if not path.name.startswith(".")] == []


def test_returns_are_those_of_trading_equity(run):
    returns = run.returns("tiered", "2022")
    equity = run.equity.filter((polars.col("arm") == "tiered") & (polars.col("window") == "2022"))
    end = run.config["starting_capital_usd"] * (1 + returns["ret"]).product()
    assert abs(end - equity["trading_equity_usd"][-1]) < 0.01
    with pytest.raises(alvh.ConfigError, match="there are: unhedged"):
        run.returns("tierd", "2022")


def test_quantstats_makes_a_tear_sheet(run, tmp_path):
    quantstats = pytest.importorskip("quantstats")
    hedged, unhedged = run.to_quantstats("tiered", "2022")
    assert hedged.index.equals(unhedged.index) and len(hedged) > 200
    page = tmp_path / "tears.html"
    quantstats.reports.html(hedged, unhedged, output=str(page), title="tiered")
    assert page.stat().st_size > 10_000
