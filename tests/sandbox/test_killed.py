"""A runner that is killed with no warning takes its sandbox with it."""

import os
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest

from .conftest import Start
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
