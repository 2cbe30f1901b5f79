"""A program that behaves: what it sees, what comes out, what the host is told."""

import json
from pathlib import Path

import pytest

from workbench.errors import HostError
from workbench.sandbox import Limits, Task
from workbench.sandbox.run import run

from .conftest import Start


def test_files_of_the_output_folder_come_out(start: Start) -> None:
    outcome = start(
        "from pathlib import Path\n"
        "Path('/output/deep').mkdir()\n"
        "Path('/output/deep/a.txt').write_text('one')\n"
        "Path('/output/b.bin').write_bytes(bytes(range(256)))\n"
    )
    assert outcome.ok, outcome.for_host()
    assert dict(outcome.outputs) == {"deep/a.txt": b"one", "b.bin": bytes(range(256))}
    assert outcome.tier == "sealed"
    assert outcome.peak_mb is not None and 1 <= outcome.peak_mb <= 200


def test_a_program_sees_its_own_files_and_a_small_environment(start: Start) -> None:
    outcome = start(
        "import json, os\n"
        "pids = [n for n in os.listdir('/proc') if n.isdigit()]\n"
        "seen = {'env': sorted(os.environ), 'pids': pids, 'uid': os.getuid(),"
        " 'files': sorted(os.listdir('/model')), 'etc': os.listdir('/etc')}\n"
        "open('/output/seen.json', 'w').write(json.dumps(seen))\n"
    )
    seen = json.loads(outcome.outputs["seen.json"])
    assert seen["uid"] == 65534
    assert seen["files"] == ["script.py"]
    assert len(seen["pids"]) <= 4
    assert set(seen["etc"]) <= {"alternatives", "ld.so.cache"}
    assert not [name for name in seen["env"] if name.startswith("WORKBENCH")]


def test_an_error_keeps_the_log_for_the_host_and_no_file(start: Start) -> None:
    outcome = start(
        "open('/output/a', 'w').write('x')\nprint('out')\nraise SystemExit('\\x1b[31mwhy')\n"
    )
    assert (outcome.ending, outcome.exit_code, dict(outcome.outputs)) == ("exit", 1, {})
    assert "out" in outcome.log and "?[31mwhy" in outcome.log
    assert "exit code 1" in outcome.for_host()


def test_the_lower_tier_says_so(start: Start) -> None:
    outcome = start("print('hello')", counted=False)
    assert (outcome.ending, outcome.tier, outcome.peak_mb) == ("ok", "namespaces", None)


def test_devices_need_memory_that_is_counted() -> None:
    task = Task(("/usr/bin/true",), {}, Limits(), devices=(Path("/dev/null"),))
    with pytest.raises(HostError, match="limited in total"):
        run(task, counted=False)
