"""What a run would do next: the same as the command says, and the decision of the backtest."""

import json

import pytest

import alvh

AT = "2024-08-02"


def test_it_says_what_the_command_says(command, tmp_path):
    found = alvh.today(arms=["tiered"], at=AT)
    told = command("today", "--policy", "tiered", "--at", AT, "--json", "--out", tmp_path)
    assert found.data == json.loads(told.stdout)
    (page,) = tmp_path.glob("*.html")
    assert found.report().html == page.read_text(encoding="utf-8")
    assert str(found.date) == AT and found.next_session > found.date
    assert "none placed" in repr(found) and found.data["places_orders"] is False


def test_frames_hold_every_row_of_the_answer(run):
    found = alvh.today(arms=["tiered"], at=AT)
    layers = [layer for arm in found.data["arms"] for layer in arm["layers"]]
    assert found.layers.height == len(layers)
    assert found.orders.height == sum(len(layer["orders"]) for layer in layers)
    assert found.holdings.height == sum(len(layer["holds"]) for layer in layers) > 0
    told = {row["layer"]: (row["action"], row["reason_code"]) for row in found.layers.to_dicts()}
    # A row of the long run tells of the order of the day before, where that was refused.
    long_run = [row for row in run.explain("tiered", AT)["decisions"] if row["action"] != "refused"]
    assert len(long_run) >= 3
    assert {row["layer"]: (row["action"], row["reason_code"]) for row in long_run}.items() <= told.items()


def test_a_policy_of_ones_own_is_told_of():
    found = alvh.today(policies={"mine": {"extends": "tiered"}}, at=AT)
    assert "mine" in found.layers["arm"].to_list()


def test_a_close_that_is_none_is_refused():
    with pytest.raises(alvh.DataError, match="2024-08-03"):
        alvh.today(at="2024-08-03")
