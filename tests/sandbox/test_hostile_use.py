"""Programs that try to use up the machine: each meets its limit, and the host is told."""

from __future__ import annotations

import os
import time

import pytest

from .conftest import Start
from .hostile import TELL, told

pytestmark = pytest.mark.usefixtures("nothing_left")


def test_a_fork_bomb_is_held_and_ends(start: Start) -> None:
    begun = time.monotonic()
    outcome = start(
        "import os, time\n"
        "while True:\n"
        "    try:\n"
        "        os.fork()\n"
        "    except OSError:\n"
        "        time.sleep(0.01)\n",
        wall_s=2.0,
    )
    assert outcome.ending == "timeout"
    assert "a further process was refused" in outcome.for_host()
    assert time.monotonic() - begun < 20


def test_a_fork_bomb_is_held_without_a_control_group(start: Start) -> None:
    outcome = start(
        "import os, time\n"
        "made = 0\n"
        "try:\n"
        "    while made < 500:\n"
        "        if os.fork() == 0:\n"
        "            time.sleep(9)\n"
        "            os._exit(0)\n"
        "        made += 1\n"
        "except OSError:\n"
        "    pass\n"
        "open('/output/made', 'w').write(str(made))\n",
        counted=False,
        wall_s=5.0,
    )
    assert outcome.ok, outcome.for_host()
    assert int(outcome.outputs["made"]) < 40


@pytest.mark.parametrize(
    "script",
    [
        "kept = []\nwhile True:\n    kept.append(bytearray(8 << 20))\n",
        "import os, time\n"
        "for _ in range(8):\n"
        "    if os.fork() == 0:\n"
        "        kept = bytearray(b'x') * (60 << 20)\n"
        "        time.sleep(2)\n"
        "        os._exit(0)\n"
        "codes = [os.wait()[1] for _ in range(8)]\n"
        "raise SystemExit(9 if any(codes) else 0)\n",
        "import mmap\nm = mmap.mmap(-1, 1 << 30)\n"
        "for i in range(0, 1 << 30, 4096):\n    m[i] = 1\n",
        "f = open('/dev/shm/a', 'wb')\nkept = bytearray(b'x') * (150 << 20)\n"
        "for _ in range(90):\n    f.write(b'x' * (1 << 20)); f.flush()\n",
    ],
    ids=["one process", "many processes", "shared pages", "files in memory"],
)
def test_a_memory_bomb_ends_at_its_limit(start: Start, script: str) -> None:
    outcome = start(script, tmp_mb=128, file_mb=128)
    assert outcome.ending == "memory", outcome.for_host()
    assert outcome.peak_mb is not None and outcome.peak_mb <= 200
    assert "ended for memory" in outcome.for_host()


def test_one_process_over_its_memory_is_refused_without_a_control_group(start: Start) -> None:
    outcome = start("kept = bytearray(1 << 30)\n", counted=False)
    assert outcome.ending == "exit"
    assert "MemoryError" in outcome.log


def test_a_disk_bomb_meets_the_end_of_its_folder(start: Start) -> None:
    before = os.statvfs("/tmp").f_bavail
    outcome = start(
        TELL
        + """
def fill(folder):
    for number in range(1000):
        with open(f'{folder}/{number}', 'wb') as file:
            file.write(b'x' * (4 << 20))
    return number
for folder in ('/tmp', '/dev/shm', '/output'):
    attempt(folder, lambda: fill(folder))
    for name in os.listdir(folder):
        if os.path.isfile(f'{folder}/{name}'):  # an interpreter may lie below /tmp
            os.unlink(f'{folder}/{name}')
done()
"""
    )
    assert set(told(outcome).values()) == {f"OSError {28}"}  # ENOSPC
    after = os.statvfs("/tmp")
    assert before - after.f_bavail < 100 * 2**20 / after.f_frsize


def test_a_file_over_its_size_ends_the_program(start: Start) -> None:
    script = "import signal\nsignal.signal(signal.SIGXFSZ, signal.SIG_DFL)\n"
    outcome = start(script + "open('/tmp/a', 'wb').write(b'x' * (16 << 20))\n")
    assert outcome.ending == "output-size"
    assert "SIGXFSZ" in outcome.for_host()
    outcome = start("open('/tmp/a', 'wb').truncate(1 << 40)\n")
    assert (outcome.ending, outcome.ok) == ("exit", False)


@pytest.mark.parametrize(
    "script",
    [
        "while True:\n    pass\n",
        "import time\ntime.sleep(99)\n",
        "import signal, time\n"
        "for s in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:\n"
        "    signal.signal(s, signal.SIG_IGN)\n"
        "while True:\n    time.sleep(1)\n",
        "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)\n",
    ],
    ids=["busy", "asleep", "deaf", "stopped"],
)
def test_an_endless_program_ends_on_time(start: Start, script: str) -> None:
    outcome = start(script, wall_s=1.0)
    assert outcome.ending == "timeout"
    assert 1.0 <= outcome.seconds < 10.0
    assert "wall clock" in outcome.for_host()


def test_cpu_time_is_limited_too(start: Start) -> None:
    outcome = start("while True:\n    pass\n", cpu_s=1, wall_s=20.0)
    assert outcome.ending == "timeout"
    assert "SIGXCPU" in outcome.for_host()


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_endless_output_is_cut_and_ended(start: Start, stream: str) -> None:
    outcome = start(f"import sys\nwhile True:\n    sys.{stream}.write('y' * 4096)\n")
    assert outcome.ending == "output-size"
    assert len(outcome.log) < 10_000
    assert "bytes cut" in outcome.log
