"""Sweeps and studies: in one process, in parts on an executor, and what ends them."""

import json
import os
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import polars
import pytest

import alvh
from alvh import _driver, _unit
from conftest import contents


class Counting(ThreadPoolExecutor):
    """Counts what it is given."""

    count = 0

    def submit(self, *args, **kwargs):
        self.count += 1
        return super().submit(*args, **kwargs)


def test_a_sweep_is_that_of_the_command(tiny, tiny_alone, command, tmp_path):
    text = alvh._alvh.toml_of_json(json.dumps(tiny))
    path = tmp_path / "tiny.toml"
    path.write_text(text)
    command("sweep", path, "--quiet", "--out", tmp_path / "out")
    (folder,) = [found for found in (tmp_path / "out").iterdir() if found.name != "store"]
    assert contents(folder) == contents(tiny_alone.folder)
    assert tiny_alone.cells.height == 20
    assert "pbo" in tiny_alone.inference["statistic"].to_list()
    assert "<html" in tiny_alone.report().html


def test_the_days_of_a_cell_add_up_to_its_row(tiny_alone):
    days = tiny_alone.daily(3)
    assert days.columns == ["window", "date", "unhedged_usd", "hedged_usd"]
    row = tiny_alone.cells.filter(polars.col("cell") == 3)
    assert abs(days["hedged_usd"].sum() - row["pnl_usd"][0]) < 0.005
    with pytest.raises(alvh.ConfigError, match="no cell 20: the sweep has the cells 0..20"):
        tiny_alone.daily(20)
    with pytest.raises(alvh.ConfigError, match="no arm .x.; there are: tiered"):
        tiny_alone.daily(3, "x")


@pytest.mark.parametrize("kind", [None, ThreadPoolExecutor, ProcessPoolExecutor])
def test_parts_on_an_executor_give_the_bytes_of_one_process(tiny, tiny_alone, tmp_path, kind):
    told = []
    if kind is None:
        found = alvh.sweep(tiny, into=tmp_path, parts=3, progress=lambda *news: told.append(news))
    else:
        with kind(2) as pool:
            found = alvh.sweep(tiny, into=tmp_path, on=pool, parts=3)
    assert contents(found.folder) == contents(tiny_alone.folder)
    assert found.daily(3).equals(tiny_alone.daily(3))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["parts", found.folder.name]
    if told:
        assert [news for news in told if news[0] == "cells"][-1] == ("cells", 20, 20)
        assert told[-1][1] == told[-1][2], "judging is told of too"


def test_parts_that_are_there_are_not_computed_again(tiny, tmp_path):
    with Counting(2) as pool:
        first = alvh.sweep(tiny, into=tmp_path, on=pool, parts=3)
        before = contents(first.folder)
        (gone,) = tmp_path.glob("parts/*/1-of-3")
        for path in gone.iterdir():
            path.unlink()
        gone.rmdir()
        pool.count = 0
        again = alvh.sweep(tiny, into=tmp_path, on=pool)
        assert pool.count == 1
        assert contents(again.folder) == before


def test_a_worker_without_the_folder_and_the_dataset_is_sent_both(tiny, tiny_alone, tmp_path, cache, monkeypatch):
    sent = []

    def elsewhere(unit, payload=None):
        sent.append(payload is not None)
        unit = _unit.Unit(**{**unit.__dict__, "dataset": "not-here", "token": "not-here"})
        return _unit.run_part(unit, payload)

    monkeypatch.setattr(_driver, "run_part", elsewhere)
    with ThreadPoolExecutor(1) as pool:
        found = alvh.sweep(tiny, into=tmp_path, on=pool, parts=3)
    assert contents(found.folder) == contents(tiny_alone.folder)
    # Asked for once; then it is in the cache of the host, checked by its hash.
    assert sent.count(False) >= 1 and sent.count(True) >= 1
    assert list((cache / "alvh" / "datasets").glob("*/manifest.json"))


def test_what_is_too_large_to_send_must_be_there(tiny, tmp_path, monkeypatch):
    monkeypatch.setattr(_driver, "SENT", 1000)
    monkeypatch.setattr(_driver, "run_part", lambda unit, payload=None: _unit.Outcome(unit.index, -1))
    with ThreadPoolExecutor(1) as pool, pytest.raises(alvh.DataError, match="put it at a path that all workers see"):
        alvh.sweep(tiny, into=tmp_path, on=pool, parts=2)


@pytest.mark.parametrize(
    ("code", "times", "kind", "says"),
    [
        (2, 1, alvh.ConfigError, "part . of 2.*: the message"),
        (3, 1, alvh.DataError, "part . of 2.*: the message"),
        (1, 2, alvh.InternalError, "ended twice with a fault: the message"),
        (137, 4, alvh.Error, "lost 4 times: the message"),
    ],
)
def test_what_ends_a_part_decides_whether_it_is_tried_again(tiny, tmp_path, monkeypatch, code, times, kind, says):
    tried = []

    def failing(unit, payload=None):
        tried.append(unit.index)
        return _unit.Outcome(unit.index, code, "the message")

    monkeypatch.setattr(_driver, "run_part", failing)
    with ThreadPoolExecutor(1) as pool, pytest.raises(kind, match=says):
        alvh.sweep(tiny, into=tmp_path, on=pool, parts=2)
    assert max(tried.count(0), tried.count(1)) == times
    assert not [path for path in os.listdir(tmp_path) if path.startswith(".driver")]


#: Two books of one rule on two weekdays in two years.
SMALL_STUDY = {
    "weekdays": ["tue", "fri"],
    "books.named": [],
    "books.rule.days": [14],
    "books.rule.exits": ["managed"],
    "years": [2022, 2023],
    "inference.draws": 200,
    "random_dates.draws": 10,
}


def test_a_study_is_a_folder_with_frames_and_its_parts_may_be_anywhere(tmp_path):
    given = {"dataset": "datasets/reconstruction", "set": SMALL_STUDY}
    found = alvh.study("alvh", into=tmp_path / "here", **given)
    assert found.answers.height > 0 and found.years.height > 0 and found.books.height > 0
    assert "study" in repr(found)
    told = []
    with Counting(2) as pool:
        spread = alvh.study("alvh", into=tmp_path, on=pool, parts=3, progress=lambda *news: told.append(news), **given)
        assert pool.count == 3 and ("parts", 3, 3) in told
        assert contents(spread.folder) == contents(found.folder)
        pool.count = 0
        alvh.study("alvh", into=tmp_path, on=pool, parts=3, **given)
        assert pool.count == 0
