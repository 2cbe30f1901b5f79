"""A runner that is killed with no warning takes its sandbox with it."""

import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path

import pytest

from workbench.errors import HostError

from .conftest import MARK, Start
from .left import groups_of, processes_with

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(__file__).with_name("run_program.py")
FORKING = """
import os, signal, time
for s in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
    signal.signal(s, signal.SIG_IGN)
for _ in range(4):
    if os.fork() == 0:
        os.setsid()
        break
time.sleep(60)
"""


def test_a_sandbox_that_is_killed_is_no_failure_of_the_program(start: Start) -> None:
    raised: list[BaseException] = []
    before = set(children())  # databases and browsers of other tests

    def run() -> None:
        try:
            start("import time\ntime.sleep(30)\n")
        except HostError as error:
            raised.append(error)

    running = threading.Thread(target=run)
    running.start()
    end = time.monotonic() + 20
    while len(processes_with(MARK)) < 2:  # the program is there
        assert time.monotonic() < end
        time.sleep(0.02)
    (outermost,) = set(children()) - before
    os.kill(outermost, signal.SIGKILL)
    running.join(20)
    assert not running.is_alive()
    assert [str(error).partition(":")[2].partition(":")[0] for error in raised] == [
        " somebody ended the sandbox from outside"
    ]
    assert processes_with(MARK) == []


def children() -> list[int]:
    """Return the processes that a thread of this process has started and that still run."""
    tasks = Path(f"/proc/{os.getpid()}/task").iterdir()
    return [int(pid) for task in tasks for pid in (task / "children").read_text().split()]


@pytest.mark.parametrize("how", ["counted", "by namespaces alone"])
def test_a_killed_runner_leaves_nothing(start: Start, tmp_path: Path, how: str) -> None:
    mark, folder = uuid.uuid4().hex, tmp_path / "program"
    folder.mkdir()
    (folder / "script.py").write_text(FORKING)
    line = [sys.executable, str(PROGRAM), str(folder), mark, how]
    runner = subprocess.Popen(line, env=os.environ | {"PYTHONPATH": str(ROOT)})
    end = time.monotonic() + 20
    while len(processes_with(mark)) < 6:
        assert time.monotonic() < end, "the program did not start"
        time.sleep(0.02)
    os.kill(runner.pid, signal.SIGKILL)
    runner.wait()
    end = time.monotonic() + 10
    # The runner itself has the mark in its arguments, not in its environment.
    while processes_with(mark):
        assert time.monotonic() < end, "processes outlived their runner"
        time.sleep(0.02)
    assert start("print('the next run sweeps what is left of groups')").ok
    assert groups_of(runner.pid) == []
