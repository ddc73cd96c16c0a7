"""A real Dask cluster on loopback, a scheduler and two workers. Killed, frozen or leaving, the bytes are those of one process."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import alvh
from conftest import contents

distributed = pytest.importorskip("distributed")

#: 600 cells: parts that run long enough to be hit.
MORE = {
    "key": "policies.tiered.budget_fraction_of_credit",
    "range": {"from": 0.01, "to": 0.3, "step": 0.01},
}


def processes():
    """Of every process its parent and its command line."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            status = (folder / "status").read_text()
            line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        parent = re.search(r"PPid:\s+(\d+)", status)
        found[int(folder.name)] = (int(parent.group(1)), line)
    return found


def below(pid):
    """All processes below one."""
    all = processes()
    found = [pid]
    for one in found:
        found += [child for child, (parent, _) in all.items() if parent == one]
    return {one: all[one][1] for one in found[1:] if one in all}


def parts_below(pid):
    """The processes below one that compute a part."""
    return [one for one, line in below(pid).items() if "-m alvh sweep" in line]


@pytest.fixture
def cluster(tmp_path, cache):
    """A scheduler and two workers with one thread each, every one a process of its own."""
    dask = [sys.executable, "-m", "dask"]
    file = tmp_path / "scheduler.json"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    host = ["--host", "127.0.0.1"]
    # Test code is found by the workers as it is here.
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    scheduler = subprocess.Popen(
        [*dask, "scheduler", *host, "--port", "0", "--no-dashboard", "--scheduler-file", str(file)], env=environment, **quiet
    )
    started = [scheduler]
    try:
        for number in range(2):
            local = tmp_path / f"worker-{number}"
            args = ["--nthreads", "1", "--nworkers", "1", "--no-dashboard", "--death-timeout", "60"]
            args += ["--scheduler-file", str(file), "--local-directory", str(local), *host]
            started.append(subprocess.Popen([*dask, "worker", *args], env=environment, **quiet))
        for _ in range(600):
            if file.is_file():
                break
            time.sleep(0.1)
        with distributed.Client(scheduler_file=str(file), timeout=60) as client:
            client.wait_for_workers(2, timeout=60)
            yield client, started[1:]
    finally:
        for process in started:
            for child in below(process.pid):
                try:
                    os.kill(child, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def larger(tiny):
    return {**tiny, "name": "larger", "axes": [*tiny["axes"], MORE]}


@pytest.fixture(scope="module")
def larger_alone(larger, tmp_path_factory, cache):
    return contents(alvh.sweep(larger, into=tmp_path_factory.mktemp("larger")).folder)


def hit(workers, strike):
    """Strikes the first worker that computes a part, once; what was struck."""
    struck = []

    def wait():
        for _ in range(3000):
            for worker in workers:
                parts = parts_below(worker.pid)
                if parts:
                    struck.extend(strike(worker, parts))
                    return
            time.sleep(0.01)

    thread = threading.Thread(target=wait)
    thread.start()
    return thread, struck


def swept(larger, client, into, **more):
    began = time.monotonic()
    found = alvh.sweep(larger, into=into, on=client, parts=6, **more)
    return contents(found.folder), time.monotonic() - began


def test_plain(larger, larger_alone, cluster, tmp_path):
    client, _ = cluster
    told = []
    found, took = swept(larger, client, tmp_path / "out", progress=lambda *news: told.append(news))
    assert found == larger_alone
    assert [news for news in told if news[0] == "cells"][-1][1:] == (600, 600)
    assert told[-1][1] == told[-1][2], "judging is told of too"
    assert any(0 < done < 600 for _, done, _ in told), "progress comes from inside the parts"
    print(f"plain: {took:.1f} s")


def test_a_worker_is_killed_while_it_runs_a_part(larger, larger_alone, cluster, tmp_path):
    client, workers = cluster

    def kill(worker, parts):
        # The worker itself, below its nanny, and what it computes.
        own = [pid for pid in below(worker.pid) if pid not in parts]
        for pid in [*own, *parts]:
            os.kill(pid, signal.SIGKILL)
        return own

    thread, struck = hit(workers, kill)
    found, took = swept(larger, client, tmp_path / "out")
    thread.join()
    assert struck and found == larger_alone
    print(f"worker killed: {took:.1f} s")


def test_a_part_is_killed_and_tried_again(larger, larger_alone, cluster, tmp_path):
    client, workers = cluster

    def kill(worker, parts):
        os.kill(parts[0], signal.SIGKILL)
        return parts[:1]

    thread, struck = hit(workers, kill)
    found, took = swept(larger, client, tmp_path / "out")
    thread.join()
    assert struck and found == larger_alone
    print(f"part killed: {took:.1f} s")


def test_a_frozen_part_is_started_again_beside(larger, larger_alone, cluster, tmp_path):
    client, workers = cluster

    def freeze(worker, parts):
        os.kill(parts[0], signal.SIGSTOP)
        return parts[:1]

    thread, struck = hit(workers, freeze)
    found, took = swept(larger, client, tmp_path / "out", speculate=3.0)
    thread.join()
    assert struck and found == larger_alone
    # Whoever waits for the frozen process sees that the part is there, and ends it.
    for _ in range(100):
        if not Path(f"/proc/{struck[0]}").exists():
            break
        time.sleep(0.1)
    assert not Path(f"/proc/{struck[0]}").exists()
    print(f"part frozen: {took:.1f} s")


def test_a_worker_leaves(larger, larger_alone, cluster, tmp_path):
    client, workers = cluster

    def leave(worker, parts):
        worker.terminate()
        return [worker.pid]

    thread, struck = hit(workers, leave)
    found, took = swept(larger, client, tmp_path / "out")
    thread.join()
    assert struck and found == larger_alone
    print(f"worker left: {took:.1f} s")
